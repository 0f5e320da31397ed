"""Put small faults into the code and count how many of them the unit tests find.

    python -m tests.mutants                        # 45 faults in each area
    python -m tests.mutants flow --number 10       # ten in one area
    python -m tests.mutants flow --line 120        # all faults of one line, with the output of the tests

The faults are drawn by a seed. A fault that no test finds is a survivor; `survivors.csv` beside this file
lists those that change nothing, with the reason. Exit 1 if an area finds fewer than its share.
"""

import argparse
import csv
import multiprocessing
import os
import random
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.mutants.faults import Mutant, mutants
from tests.paths import REPOSITORY

SURVIVORS = Path(__file__).with_name("survivors.csv")
FORK = multiprocessing.get_context("fork")
SECONDS_OF_A_HANG = 20  # of processor time beyond twice what the tests take without a fault


class Area(NamedTuple):
    """What is changed, which tests must notice, and the share of faults that they must find, in percent."""

    files: tuple[str, ...]
    tests: tuple[str, ...]
    share: int


AREAS = {
    "duplicates": Area(
        ("scripts/common/duplicates/rules.py", "scripts/common/duplicates/likeness.py"),
        ("tests/unit/duplicates", "tests/unit/records/test_deduplicate.py"),
        90,
    ),
    "flow": Area(
        ("scripts/screening/count_flow.py", "scripts/common/screening/flow.py"),
        ("tests/unit/screening/test_flow.py", "tests/unit/screening/test_count_flow.py"),
        90,
    ),
    "agreement": Area(("scripts/common/statistics/agreement.py",), ("tests/unit/statistics",), 95),
    "claims": Area(
        (
            "scripts/common/claims/judging.py",
            "scripts/common/claims/completeness.py",
            "scripts/report/compare_published.py",
        ),
        (
            "tests/unit/claims",
            "tests/unit/report/test_compare_published.py",
            "tests/unit/report/test_planted.py",
        ),
        90,
    ),
}


def copy_repository(folder: Path) -> None:
    """Copy what the unit tests read; no compiled code, which would hide a fault of the same length."""
    skipped = shutil.ignore_patterns("__pycache__", ".*", "results", "demo", "node_modules")
    shutil.copytree(REPOSITORY, folder, ignore=skipped, dirs_exist_ok=True)


def _run(folder: Path, tests: Sequence[str], seconds: int, shown: bool) -> None:
    """Run the tests in a copy of the repository; a process of its own, which ends here."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    os.chdir(folder)
    sys.path[:] = [str(folder), *(path for path in sys.path if path not in ("", str(REPOSITORY)))]
    for name in [name for name in sys.modules if name.split(".")[0] in ("scripts", "tests")]:
        del sys.modules[name]
    os.environ["REVIEW_SHARED"] = os.environ.get("REVIEW_SHARED", str(REPOSITORY.parent / "shared"))
    if not shown:
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
    os._exit(int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *tests])))


def outcome(folder: Path, tests: Sequence[str], seconds: int, shown: bool = False) -> int:
    """Return the exit code of the tests: 0 they passed, 1 one failed, below 0 they were stopped."""
    process = FORK.Process(target=_run, args=(folder, tests, seconds, shown))
    process.start()
    process.join()
    assert process.exitcode is not None
    return process.exitcode


def noticed(folder: Path, area: Area, file: str, mutant: Mutant, seconds: int, shown: bool = False) -> bool:
    """Return whether a test fails, or runs without end, with this fault."""
    path = folder / file
    sound = path.read_bytes()
    path.write_text(mutant.text, encoding="utf-8")
    try:
        return outcome(folder, area.tests, seconds, shown) != 0
    finally:
        path.write_bytes(sound)


def reasons() -> dict[tuple[str, str, str, str], str]:
    """Return the reason why a known survivor changes nothing, by file, function, old and new code."""
    with SURVIVORS.open(encoding="utf-8", newline="") as stream:
        return {
            (row["file"], row["function"], row["old"], row["new"]): row["reason"]
            for row in csv.DictReader(stream)
        }


def measure(name: str, number: int, seed: int, line: int | None) -> bool:
    """Print what became of the faults of one area, and return whether enough of them were noticed."""
    area = AREAS[name]
    faults = [
        (file, mutant)
        for file in area.files
        for mutant in mutants((REPOSITORY / file).read_text(encoding="utf-8"))
        if line in (None, mutant.line)
    ]
    drawn = faults if line else random.Random(seed).sample(faults, min(number, len(faults)))
    known = reasons()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "repository"
        copy_repository(folder)
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        if outcome(folder, area.tests, 600, shown=bool(line)) != 0:
            raise SystemExit(f"{name}: the tests fail without any fault. Run: pytest {' '.join(area.tests)}")
        usual = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
        survivors = [
            (file, mutant)
            for file, mutant in drawn
            if not noticed(folder, area, file, mutant, int(2 * usual) + SECONDS_OF_A_HANG, bool(line))
        ]
    killed = len(drawn) - len(survivors)
    share = 100 * killed / len(drawn)
    print(f"{name}: {killed} of {len(drawn)} faults found ({share:.0f} %; {area.share} % are needed)")
    for file, mutant in survivors:
        reason = known.get((file, mutant.function, mutant.old, mutant.new), "NO REASON KNOWN")
        print(f"  {file}:{mutant.line} {mutant.function}: {mutant.old}  ->  {mutant.new}: {reason}")
    return share >= area.share


def main() -> int:
    """Measure the areas that were asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__.split("\n")[0])
    parser.add_argument("areas", nargs="*", help=f"of {', '.join(AREAS)} (all)")
    parser.add_argument("--number", type=int, default=45, help="faults in each area (45)")
    parser.add_argument("--seed", type=int, default=1, help="which faults are drawn (1)")
    parser.add_argument("--line", type=int, help="all faults of this line, in one area")
    options = parser.parse_args()
    unknown = sorted(set(options.areas) - set(AREAS))
    if unknown:
        parser.error(f"{', '.join(unknown)}: there is no such area, only {', '.join(AREAS)}")
    started = time.monotonic()
    enough = [measure(name, options.number, options.seed, options.line) for name in options.areas or AREAS]
    print(f"{time.monotonic() - started:.0f} s")
    return 0 if all(enough) else 1


if __name__ == "__main__":
    # The large libraries are loaded once; each fault runs in a fork of this process.
    import hypothesis  # noqa: F401
    import numpy  # noqa: F401
    import pandas  # noqa: F401
    import rapidfuzz  # noqa: F401
    import sklearn  # noqa: F401

    sys.dont_write_bytecode = True
    sys.exit(main())
