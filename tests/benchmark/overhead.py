"""What the workflow itself costs: starting it, finding nothing to do, and each job.

    python -m tests.benchmark.overhead

Wall time is of a machine at rest only; processor time tells the same on a busy one.
"""

import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.paths import REPOSITORY
from tests.workflow import tiny_review
from tests.workflow.running import planned, snakemake


def shipped(review: Path) -> None:
    shutil.copytree(REPOSITORY / "config", review / "config")


def processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(review: Path, *arguments: str) -> tuple[float, float]:
    """Run the workflow; return seconds of the clock and of all processors."""
    begin, before = time.perf_counter(), processor_seconds()
    done = snakemake(review, *arguments)
    assert done.returncode == 0, done.stderr
    return time.perf_counter() - begin, processor_seconds() - before


def main() -> None:
    write: dict[str, Callable[[Path], None]] = {"tiny review": tiny_review.write, "shipped review": shipped}
    sys.stdout.write(f"{'':34}{'jobs':>6}{'seconds':>10}{'of processor':>14}\n")
    with tempfile.TemporaryDirectory() as folder:
        for name, writer in write.items():
            review = Path(folder) / name
            review.mkdir()
            writer(review)
            jobs = sum(planned(snakemake(review, "--cores", "2", "--dry-run")).values())
            steps = (("rebuild", jobs, ()), ("nothing to do", 0, ()), ("dry run of a rebuild", 0, ("-nF",)))
            costs = {}
            for step, number, arguments in steps:
                costs[step] = measure(review, "--cores", "2", *arguments)
                wall, cpu = costs[step]
                sys.stdout.write(f"{name + ', ' + step:34}{number:6}{wall:10.1f}{cpu:14.1f}\n")
            each = [(costs["rebuild"][at] - costs["nothing to do"][at]) / jobs for at in (0, 1)]
            sys.stdout.write(f"{name + ', one job':34}{1:6}{each[0]:10.2f}{each[1]:14.2f}\n")


if __name__ == "__main__":
    main()
