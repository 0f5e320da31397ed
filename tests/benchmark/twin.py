"""Run the workflow on synthetic reviews of several sizes: seconds and memory of each rule, and how both grow.

    python -m tests.benchmark.twin --works 1000 10000 --folder /tmp/twins

Seconds are of the clock, on one core, over all jobs of a rule. Memory is the peak of the largest job with its
child processes, read ten times a second. The exponent is the slope between the two largest sizes in a double
logarithmic figure: 1 is linear. Folders stay, so that ``python -m tests.check_twin`` can look at the results.
"""

import argparse
import math
import os
import re
import sys
import time
from collections import defaultdict
from pathlib import Path

import psutil

from tests.simulate import write_review
from tests.workflow.running import REPOSITORY

SCRIPT = re.compile(r"\.snakemake/scripts/\w+\.(\w+)\.py$")
PAUSE = 0.1  # seconds


def memory(process: psutil.Process) -> int:
    """Return the bytes of a process and its children, shared pages counted once; 0 once it is gone."""
    try:
        return sum(one.memory_full_info().pss for one in (process, *process.children(recursive=True)))
    except psutil.NoSuchProcess:
        return 0


def rule_of(process: psutil.Process) -> str:
    """Return the rule whose script a process runs, or ``""``."""
    try:
        found = [match[1] for part in process.cmdline() if (match := SCRIPT.search(part))]
    except psutil.NoSuchProcess:
        return ""
    return found[0] if found and "python" in Path(process.cmdline()[0]).name else ""


def run(review: Path) -> dict[str, tuple[float, int]]:
    """Run the workflow on one core; return rule -> seconds of its jobs, bytes of the largest."""
    seconds: dict[str, float] = defaultdict(float)
    largest: dict[str, int] = defaultdict(int)
    command = [sys.executable, "-m", "snakemake", "--snakefile", str(REPOSITORY / "Snakefile")]
    begin = time.perf_counter()
    with (review / "snakemake.log").open("w") as log:
        done = psutil.Popen(
            [*command, "--directory", str(review), "--cores", "1"],
            stdout=log, stderr=log, env={**os.environ, "XDG_CACHE_HOME": str(review / ".cache")},
        )  # fmt: skip
        before = begin
        while done.poll() is None:
            now = time.perf_counter()
            running: dict[str, int] = {}
            for process in done.children(recursive=True):
                if rule := rule_of(process):
                    running[rule] = max(running.get(rule, 0), memory(process))
            for rule, held in running.items():
                seconds[rule] += now - before
                largest[rule] = max(largest[rule], held)
            before = now
            time.sleep(PAUSE)
    if done.returncode:
        raise SystemExit(f"{review}: the run failed, see {review / 'snakemake.log'}")
    seconds["(all)"], largest["(all)"] = time.perf_counter() - begin, max(largest.values())
    return {rule: (seconds[rule], largest[rule]) for rule in seconds}


def exponent(small: float, large: float, ratio: float) -> str:
    """Return the slope between two sizes; nothing where the time is that of starting the job."""
    return f"{math.log(large / small) / math.log(ratio):.2f}" if small > 0 and large > 5 else ""


def main() -> None:
    """Write a table: rule, seconds and MB at each size, exponent of the seconds."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--works", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, required=True)
    options = parser.parse_args()
    found = {}
    for number in sorted(options.works):
        review = options.folder / str(number)
        begin = time.perf_counter()
        write_review(review, number, options.seed)
        sys.stdout.write(f"{number:,} works written in {time.perf_counter() - begin:.1f} s\n")
        found[number] = run(review)
    sizes = list(found)
    last = found[sizes[-1]]
    head = "".join(f"{size:>12,} s      MB" for size in sizes)
    sys.stdout.write(f"{'':22}{head}{'exponent':>10}\n")
    for rule in sorted(last, key=lambda name: -last[name][0]):
        cells = [found[size].get(rule, (0.0, 0)) for size in sizes]
        growth = exponent(cells[-2][0], cells[-1][0], sizes[-1] / sizes[-2]) if len(sizes) > 1 else ""
        shown = "".join(f"{seconds:14.1f}{held / 2**20:8.0f}" for seconds, held in cells)
        sys.stdout.write(f"{rule:22}{shown}{growth:>10}\n")


if __name__ == "__main__":
    main()
