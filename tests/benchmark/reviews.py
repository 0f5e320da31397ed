"""Time each published review in reviews/, from its fetched data to the last checksum.

The data come from the copies beside the repository, so that no network is timed. Each review is run in a copy
of its folder, on all cores, once.
"""

import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from tests.deposits import DEPOSITS, fill
from tests.paths import REPOSITORY
from tests.workflow.running import rows, snakemake


def seconds(review: Path, cache: Path, *arguments: str) -> float:
    """Return how long a run of Snakemake takes; it must end well."""
    began = time.perf_counter()
    done = snakemake(review, *arguments, REVIEW_CACHE=str(cache))
    assert done.returncode == 0, done.stderr
    return time.perf_counter() - began


def main() -> None:
    if not DEPOSITS.is_dir():
        sys.exit("the deposited files of the reviews are not here")
    sys.stdout.write(f"{'':14}{'MB':>6}{'records':>9}{'fetch, s':>10}{'run, min':>10}{'again, s':>10}\n")
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder) / "cache"
        fill(cache)
        for config in sorted(REPOSITORY.glob("reviews/*/config")):
            review = Path(folder) / config.parent.name
            shutil.copytree(config, review / "config", ignore=shutil.ignore_patterns("inputs"))
            fetched = seconds(review, cache, "--cores", "1", "fetch")
            ran = seconds(review, cache, "--cores", str(os.cpu_count()))
            again = seconds(review, cache, "--cores", str(os.cpu_count()))
            size = sum(path.stat().st_size for path in (review / "config/inputs").rglob("*")) / 1e6
            records = len(rows(review / "results/records/records.csv"))
            costs = f"{fetched:10.0f}{ran / 60:10.1f}{again:10.0f}"
            sys.stdout.write(f"{review.name:14}{size:6.1f}{records:9,}{costs}\n")


if __name__ == "__main__":
    main()
