"""Run the benchmarks side by side with their peers, and write docs/performance.md from what they print.

    python -m tests.benchmark                                   # all of them: two to three hours
    python -m tests.benchmark --only records agreement          # these again, the others stay as they were
    python -m tests.benchmark --peer /path/to/its/bin/python    # with BibDedupe, see tests/benchmark/dedup.py

Nothing in docs/performance.md is written by hand: text and order are here, figures come from the programs.
"""

import argparse
import importlib
import os
import platform
import re
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import psutil

from tests.paths import REPOSITORY

PAGE = REPOSITORY / "docs/performance.md"
FIGURE = PAGE.with_suffix(".svg")  # drawn by scale


class Part(NamedTuple):
    """A section of the page: its heading, the benchmark, and its arguments."""

    heading: str
    module: str
    arguments: tuple[str, ...] = ()


PARTS = {
    "records": Part("Reading RIS, beside rispy", "records"),
    "odd_files": Part("Files that are odd on purpose", "odd_files"),
    "search": Part("PubMed: a search with faults, and its XML beside Bio.Entrez", "search"),
    "baseline": Part("NLM's files of PubMed, beside zcat", "baseline", ("whole",)),
    "short": Part("NLM's files of PubMed, records without references", "baseline", ("short",)),
    "merge": Part("NLM's files of PubMed: the merge", "baseline", ("merge",)),
    "dedup": Part("Deduplication, beside BibDedupe", "dedup"),
    "growth": Part(
        "Deduplication of up to a million records",
        "dedup",
        ("--records", "10000", "50000", "100000", "1000000"),
    ),
    "agreement": Part("Agreement, beside krippendorff", "agreement"),
    "coverage": Part("Intervals of alpha: how often they hold the true value", "coverage"),
    "oracle": Part("Random reviews and codings against independent counts", "oracle"),
    "coding": Part("A large coding", "coding"),
    "screening": Part("A large screening", "screening"),
    "overhead": Part("What the workflow itself costs", "overhead"),
    "reviews": Part("Published reviews, run again from their public data", "reviews"),
    "scale": Part("From exports to the flow, up to a million records", "scale", ("--figure", str(FIGURE))),
}
VERSIONS = ("snakemake", "pandas", "numpy", "rapidfuzz", "lxml", "rispy", "biopython", "krippendorff")
BEGIN = """# Performance

Written by `python -m tests.benchmark`, not by hand. Ratios to a peer are measured in turn on one machine in
one run; seconds are of that machine and of that day, with whatever else it did.
"""


def machine() -> str:
    """Return processor, memory and versions in one line."""
    cpu = platform.processor() or platform.machine()
    information = Path("/proc/cpuinfo")
    if information.exists():
        found = re.search(r"model name\s*: (.+)", information.read_text(encoding="utf-8"))
        cpu = found[1] if found else cpu
    known = ", ".join(f"{name} {version(name)}" for name in VERSIONS)
    memory = psutil.virtual_memory().total / 2**30
    cores = len(os.sched_getaffinity(0))
    return f"{cpu}, {cores} cores, {memory:.0f} GiB; Python {platform.python_version()}, {known}"


def measure(part: Part) -> str:
    """Run one benchmark, show what it prints, and return its section of the page."""
    program = [sys.executable, "-m", f"tests.benchmark.{part.module}", *part.arguments]
    load = os.getloadavg()[0]
    shown = ["python", *program[1:]]
    for option, name in (("--peer", "PEER"), ("--figure", FIGURE.name)):  # folders are nobody else's concern
        if option in shown:
            shown[shown.index(option) + 1] = name
    printed = []
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY) as run:
        assert run.stdout is not None
        for line in run.stdout:
            sys.stdout.write(line)
            sys.stdout.flush()
            printed.append(line)
    if run.returncode:
        raise SystemExit(f"{' '.join(program)} failed")
    what = (importlib.import_module(f"tests.benchmark.{part.module}").__doc__ or "").split("\n\n")[0]
    day = datetime.now(UTC).date().isoformat()
    figure = f"\n![Seconds and memory by number of records]({FIGURE.name})\n"
    return (
        f"{part.heading}\n{' '.join(what.split())}\n\n"
        f"`{' '.join(shown)}`, {day}, load {load:.1f} before it began. {machine()}.\n\n"
        f"```\n{''.join(printed).rstrip()}\n```\n{figure if '--figure' in part.arguments else ''}"
    )


def main() -> None:
    """Run what was asked for, and write the page after each part, so that a stop loses one part only."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--peer", help="an interpreter with bib-dedupe")
    options = parser.parse_args()
    page = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    sections = {part.partition("\n")[0]: part for part in page.split("\n## ")[1:]}
    for name in options.only:
        part = PARTS[name]
        if name == "dedup" and options.peer:
            part = part._replace(arguments=("--peer", options.peer))
        sections[part.heading] = measure(part)
        known = [sections[part.heading].rstrip() for part in PARTS.values() if part.heading in sections]
        PAGE.write_text("\n## ".join((BEGIN, *(f"{text}\n" for text in known))), encoding="utf-8")


if __name__ == "__main__":
    main()
