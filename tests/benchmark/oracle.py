"""Random reviews and codings against independent counts: how often a box, a code or a category differs.

    python -m tests.benchmark.oracle
    python -m tests.benchmark.oracle --reviews 30 --codings 15

tests/oracles counts the boxes of PRISMA 2020 and the themes from the raw data, as the documentation says and
without code of the stages. Every box, every last box of a record, every final code, every theme with its
bound and the rows of the matrix are compared. Exits with 1 if anything differs.
"""

import argparse
import logging
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.oracles import flow_of_review, prisma, themes, themes_of_coding
from tests.oracles.codings import make as make_coding
from tests.oracles.reviews import Review
from tests.oracles.reviews import make as make_review


def traits_of_review(review: Review) -> Iterator[str]:
    """Yield what a review has of what is hard to count.

    ``decides a box``: without it a box, or the last box of a record, would be another.
    """
    last = set(prisma.ends(review).values())
    late = [ruling for ruling in review.rulings if ruling.stage == review.stages[-1]]
    numbers = prisma.boxes(review)
    people = [row._replace(sheet="votes") if row.sheet == "machine" else row for row in review.rows]
    traits = {
        "two reports and more of one study": most_reports(review) > 1,
        "further reports, and they decide a box": decides(review, reports=[]),
        "rulings before the full text, and they decide a box": decides(review, rulings=late),
        "rulings on full texts, and they decide a box": decides(
            review, rulings=[ruling for ruling in review.rulings if ruling not in late]
        ),
        "one stage": len(review.stages) == 1,
        "three stages and more": len(review.stages) > 2,
        "rounds, and they decide a box": decides(
            review, rounds=(), rows=[row._replace(round="") for row in review.rows]
        ),
        "machines, and as people they would decide a box": decides(review, rows=people),
        "what was settled together, and it decides a box": decides(
            review, rows=[row for row in review.rows if row.sheet != "settled"]
        ),
        "too few votes on a record": any(
            too_few_votes(review, kept, stage)
            for kept in set(review.kept.values())
            for stage in review.stages
        ),
        "conflicts": any(
            prisma.OPEN in prisma.way(review, kept).values() for kept in set(review.kept.values())
        ),
        "records that await a decision": any("waiting" in box for box in last),
        "records that were never screened": any("never" in box for box in last),
        "studies of a version before": bool(review.previous),
        "a number of studies": numbers["new_studies"] is not None,
        "a number of reports": numbers["new_reports"] is not None,
        "more reports than studies": (numbers["new_reports"] or 0) > (numbers["new_studies"] or 0) > 0,
    }
    yield from (name for name, has in traits.items() if has)


def decides(review: Review, **otherwise: Any) -> bool:
    """Return whether a box would be another if these parts of the review were other ones."""
    other = replace(review, **otherwise)
    return (prisma.boxes(review), prisma.ends(review)) != (prisma.boxes(other), prisma.ends(other))


def most_reports(review: Review) -> int:
    """Return how many different records the study with the most reports has."""
    of_study: dict[str, set[str]] = {}
    for study, kept in (*review.studies, *review.reports):
        of_study.setdefault(study, set()).update({kept} - {""})
    return max(map(len, of_study.values()), default=0)


def too_few_votes(review: Review, kept: str, stage: str) -> bool:
    """Return whether people voted on a publication, but fewer than must."""
    voted = {row.who for row in prisma.counted_votes(review, kept, stage)}
    return 0 < len(voted) < review.reviewers[stage] and not prisma.decision(review, kept, stage)


def traits_of_coding(seed: int) -> Iterator[str]:
    """Yield what a coding has of what is hard to count."""
    coding = make_coding(seed)
    final = themes.finals(coding)
    parents = {code.parent for code in coding.codes}
    yield f"rule {coding.rule}"
    yield from (name for name, has in {
        "verdicts": bool(coding.verdicts),
        "rounds": len(coding.rounds) > 1,
        "lists that are cut off": any(sheet.cut_off or sheet.unknown for sheet in coding.sheets),
        "a category that the rule finds as a whole": any(
            word == "present" and code in parents and not any(
                final.get((study, child)) == "present" for child in themes.below(coding.codes, code))
            for (study, code), word in final.items()
        ),
    }.items() if has)  # fmt: skip


def compare(
    what: str,
    number: int,
    differences: Callable[[int, Path], list[str]],
    traits: Callable[[int], Iterator[str]],
) -> int:
    """Print how many of them differ from the oracle and what they have; return how many differ."""
    seen: Counter[str] = Counter()
    wrong = 0
    for seed in range(number):
        with tempfile.TemporaryDirectory() as folder:
            found = differences(seed, Path(folder))
        wrong += bool(found)
        sys.stdout.write("".join(f"{line}\n" for line in found[:5]))
        seen.update(traits(seed))
    sys.stdout.write(f"{number} {what}, {wrong} of them differ from the oracle\n")
    for name, count in sorted(seen.items()):
        sys.stdout.write(f"  {count:4} with {name}\n")
    return wrong


def main() -> None:
    """Compare as many reviews and codings as are asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--reviews", type=int, default=300)
    parser.add_argument("--codings", type=int, default=150)
    size = parser.parse_args()
    logging.disable(logging.WARNING)  # thousands of warnings of random reviews
    wrong = compare(
        "reviews", size.reviews, flow_of_review.differences, lambda seed: traits_of_review(make_review(seed))
    )
    wrong += compare("codings", size.codings, themes_of_coding.differences, traits_of_coding)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
