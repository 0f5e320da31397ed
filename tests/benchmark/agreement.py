"""Krippendorff's alpha of many codes with a bootstrap interval, beside the package krippendorff, in turn.

    python -m tests.benchmark.agreement
    python -m tests.benchmark.agreement --codes 100 --studies 61 --coders 3

The peer is asked for alpha of a code and of each resample of the studies; what an interval needs. It gets
fewer codes, and its time is counted up.
"""

import argparse
import statistics
import sys
import time

import krippendorff
import numpy as np

from scripts.common.statistics.agreement import MISSING, alpha, alpha_parts, count_votes
from scripts.common.statistics.alpha_intervals import Drawing, alpha_interval, usual_raters

ROUNDS = 3
THEIR_CODES = 3
PRESENT, MISSED, SLIPS = 0.15, 0.03, 0.06  # shares: of codes present, of votes not cast, of votes that slip


def votes_of(codes: int, coders: int, studies: int) -> np.ndarray:
    """Return invented votes (codes, coders, studies): 0, 1 or ``MISSING``."""
    chance = np.random.default_rng(8)
    truth = chance.random((codes, 1, studies)) < PRESENT
    votes = (truth ^ (chance.random((codes, coders, studies)) < SLIPS)).astype(np.int64)
    votes[chance.random(votes.shape) < MISSED] = MISSING
    return votes


def ours(votes: np.ndarray, times: int) -> np.ndarray:
    counts = count_votes(votes)
    alpha_interval(alpha_parts(counts), usual_raters(counts), Drawing(times))
    return alpha(counts)


def theirs(votes: np.ndarray, times: int) -> np.ndarray:
    drawn = np.random.default_rng(1)
    found = []
    for code in votes:
        data = np.where(code == MISSING, np.nan, code)
        found.append(krippendorff.alpha(reliability_data=data, level_of_measurement="nominal"))
        for _ in range(times):
            sample = data[:, drawn.integers(0, data.shape[1], data.shape[1])]
            krippendorff.alpha(
                reliability_data=sample, value_domain=[0.0, 1.0], level_of_measurement="nominal"
            )
    return np.array(found)


def main() -> None:
    """Print the seconds of both for all codes, their ratio, and the greatest difference of alpha."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name, number in (("studies", 200), ("codes", 300), ("coders", 6), ("resamples", 1000)):
        parser.add_argument(f"--{name}", type=int, default=number)
    size = parser.parse_args()
    votes = votes_of(size.codes, size.coders, size.studies)
    ratios, apart = [], 0.0
    for _ in range(ROUNDS):
        start = time.perf_counter()
        mine = ours(votes, size.resamples)
        middle = time.perf_counter()
        part = votes[:THEIR_CODES]
        his = theirs(part, size.resamples)
        end = time.perf_counter()
        seconds, peer = middle - start, (end - middle) * len(votes) / len(part)
        ratios.append(peer / seconds)
        apart = max(apart, float(np.abs(mine[: len(part)] - his).max()))
        sys.stdout.write(f"ours {seconds:.2f} s, krippendorff {peer:.0f} s for {len(votes)} codes\n")
    sys.stdout.write(
        f"ours is {statistics.median(ratios):.0f} times as fast ({min(ratios):.0f} to {max(ratios):.0f});"
        f" alpha differs by at most {apart:.1e}\n"
    )


if __name__ == "__main__":
    main()
