"""Synthetic reviews of several sizes from their exports to the flow, and to the report: how all of it grows.

    python -m tests.benchmark.scale                                          # up to a million records
    python -m tests.benchmark.scale --records 1000 10000 --folder /tmp/twins # the reviews stay there

Each review runs twice on all cores: to ``screening/flow.csv``, then to the report. Seconds of a rule are of
the clock, summed over its jobs. Memory is that of the largest job with its child processes, pages that they
share counted once, read twice a second; rules that never took a second are one line. The exponent is the
slope between the two largest sizes in a double logarithmic figure: 1 is linear, 1.08 is n log n between
100,000 and a million. Last come the results of the largest review, compared with its truth.
"""

import argparse
import contextlib
import io
import math
import os
import re
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import matplotlib as mpl
import psutil
from matplotlib.figure import Figure

from tests.paths import REPOSITORY
from tests.twin.check import check
from tests.twin.write import write_review

SCRIPT = re.compile(r"\.snakemake/scripts/\w+\.(\w+)\.py$")
PAUSE = 0.5  # seconds
RECORDS_OF_A_WORK = 2.7  # about, in the synthetic review
PARTS = {"exports to flow": ("results/screening/flow.csv",), "flow to report": ()}  # name -> targets
MEGABYTE = 2**20


class Cost(NamedTuple):
    """Seconds of the clock over all jobs, bytes of the largest of them."""

    seconds: float
    memory: int


class Run(NamedTuple):
    """What one review took."""

    records: int
    rules: Mapping[str, Cost]
    parts: Mapping[str, Cost]
    disk: Mapping[str, int]  # folder -> bytes
    largest: str  # the rule of the job with the most memory


def memory(process: psutil.Process) -> int:
    """Return the bytes of a process and its children, shared pages counted once; 0 once it is gone."""
    try:
        return sum(one.memory_full_info().pss for one in (process, *process.children(recursive=True)))
    except psutil.NoSuchProcess:
        return 0


def rule_of(process: psutil.Process) -> str:
    """Return the rule whose script a process runs, or ``""``."""
    try:
        line = process.cmdline()
    except psutil.NoSuchProcess:
        return ""
    found = [match[1] for part in line if (match := SCRIPT.search(part))]
    return found[0] if found and "python" in Path(line[0]).name else ""


def watched(review: Path, targets: tuple[str, ...], rules: dict[str, Cost]) -> Cost:
    """Run the workflow to the targets, and add what each rule took to ``rules``."""
    command = [sys.executable, "-m", "snakemake", "--snakefile", str(REPOSITORY / "Snakefile")]
    begin = before = time.perf_counter()
    peak = 0
    with (review / "snakemake.log").open("a") as log:
        run = psutil.Popen(
            [*command, "--directory", str(review), "--cores", "all", *targets],
            stdout=log, stderr=log, env={**os.environ, "XDG_CACHE_HOME": str(review / ".cache")},
        )  # fmt: skip
        while run.poll() is None:
            now = time.perf_counter()
            jobs: dict[str, int] = {}
            for process in run.children(recursive=True):
                if rule := rule_of(process):
                    jobs[rule] = max(jobs.get(rule, 0), memory(process))
            for rule, held in jobs.items():
                known = rules[rule]
                rules[rule] = Cost(known.seconds + now - before, max(known.memory, held))
            peak = max([peak, *jobs.values()])
            before = now
            time.sleep(PAUSE)
    if run.returncode:
        raise SystemExit(f"{review}: the run failed, see {review / 'snakemake.log'}")
    return Cost(time.perf_counter() - begin, peak)


def bytes_below(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def measure(review: Path) -> Run:
    rules: dict[str, Cost] = defaultdict(lambda: Cost(0, 0))
    parts = {name: watched(review, targets, rules) for name, targets in PARTS.items()}
    with open(review / "truth/records.csv", encoding="utf-8") as truth:
        records = sum(1 for _ in truth) - 1
    results = sorted(path for path in (review / "results").iterdir() if path.is_dir())
    disk = {f"results/{path.name}": bytes_below(path) for path in results}
    disk = {"config (what people bring)": bytes_below(review / "config"), **disk}
    return Run(records, rules, parts, disk, max(rules, key=lambda rule: rules[rule].memory))


def exponent(runs: list[Run], values: list[float], least: float) -> str:
    """Return the slope between the two largest sizes; nothing where the value is mostly that of starting."""
    if len(runs) < 2 or min(values[-2:]) < least:
        return ""
    return f"{math.log(values[-1] / values[-2]) / math.log(runs[-1].records / runs[-2].records):.2f}"


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def say_costs(runs: list[Run]) -> None:
    """Write seconds and memory of the parts and of each rule."""
    nothing = Cost(0, 0)
    say(f"{'records':24}" + "".join(f"{run.records:>20,}" for run in runs) + f"{'exponent':>10}")
    say(f"{'':24}" + f"{'seconds      MB':>20}" * len(runs) + f"{'seconds':>10}")

    def line(name: str, costs: list[Cost]) -> None:
        shown = "".join(f"{cost.seconds:12.1f}{cost.memory / MEGABYTE:8.0f}" for cost in costs)
        say(f"{name:24}{shown}{exponent(runs, [cost.seconds for cost in costs], 2):>10}")

    for name in PARTS:
        line(name, [run.parts[name] for run in runs])
    say("")
    by_time = sorted(runs[-1].rules, key=lambda rule: -runs[-1].rules[rule].seconds)
    long = [rule for rule in by_time if max(run.rules.get(rule, nothing).seconds for run in runs) >= 1]
    for rule in long:
        line(rule, [run.rules.get(rule, nothing) for run in runs])
    others = [[cost for rule, cost in run.rules.items() if rule not in long] or [nothing] for run in runs]
    line("each other rule", [Cost(max(c.seconds for c in o), max(c.memory for c in o)) for o in others])
    say(f"\n{'disk, MB':24}" + "".join(f"{run.records:>20,}" for run in runs) + f"{'exponent':>10}")
    for name in runs[-1].disk:
        sizes = [run.disk.get(name, 0) / MEGABYTE for run in runs]
        say(f"{name:24}" + "".join(f"{size:20.1f}" for size in sizes) + f"{exponent(runs, sizes, 1):>10}")


def draw(runs: list[Run], path: Path) -> None:
    """Draw seconds and memory against the number of records, both axes logarithmic."""
    mpl.rcParams.update({"svg.hashsalt": "scale", "axes.spines.top": False, "axes.spines.right": False})
    figure = Figure(figsize=(9, 3.6), layout="constrained")
    records = [run.records for run in runs]
    panels = {
        f"seconds of the clock, {os.cpu_count()} cores": lambda cost: cost.seconds,
        "MB of the largest job": lambda cost: cost.memory / MEGABYTE,
    }
    for axes, (title, value) in zip(figure.subplots(1, 2), panels.items(), strict=True):
        for part, marker in zip(PARTS, "os", strict=True):
            values = [value(run.parts[part]) for run in runs]
            axes.plot(records, values, marker=marker, label=part)
            for x, y in zip(records, values, strict=True):
                axes.annotate(
                    f"{y:,.0f}", (x, y), (0, 6), textcoords="offset points", ha="center", fontsize=8
                )
        axes.set(xscale="log", yscale="log", xlabel="records", title=title)
        axes.margins(0.12)
        axes.legend(frameon=False, loc="upper left")
    figure.savefig(path, metadata={"Date": None, "Creator": None})


def main() -> None:
    """Write, run and check one review of each size."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--records", type=int, nargs="+", default=[1_000, 10_000, 100_000, 1_000_000])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="where the reviews stay; else they are removed")
    parser.add_argument("--figure", type=Path, help="draw seconds and memory into this SVG")
    options = parser.parse_args()
    runs = []
    with contextlib.ExitStack() as stack:
        folder = options.folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for number in sorted(options.records):
            review = folder / str(number)
            write_review(review, round(number / RECORDS_OF_A_WORK), options.seed)
            runs.append(measure(review))
            lines = io.StringIO()
            with contextlib.redirect_stdout(lines):
                holds = check(review)
            if not holds:
                raise SystemExit(f"{review}: the results are not those of its truth.\n{lines.getvalue()}")
        say_costs(runs)
        if options.figure:
            draw(runs, options.figure)
        say(f"\nThe largest review against its truth:\n{lines.getvalue()}")


if __name__ == "__main__":
    main()
