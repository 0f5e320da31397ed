"""Write a synthetic review, check a run on it, or answer its doubtful pairs of records."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import tests.twin
from tests.twin.check import answer, check
from tests.twin.write import LEAST_WORKS, write_review


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line asks; return 1 if a check finds that something that must hold does not."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.twin",
        description=tests.twin.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--works", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    task = parser.add_mutually_exclusive_group()
    task.add_argument("--check", action="store_true", help="compare the run in the folder with its truth")
    task.add_argument("--answer", action="store_true", help="answer the pairs in records/maybe.csv")
    options = parser.parse_args(arguments)
    folder = options.folder
    if not (options.check or options.answer):
        if options.works < LEAST_WORKS:
            parser.error(
                f"--works {options.works}: at least {LEAST_WORKS} are needed for all kinds of slips."
            )
        if folder.exists() and any(folder.iterdir()):
            parser.error(f"{folder} is not empty. Name another folder.")
        write_review(folder, options.works, options.seed)
        return 0
    if not (folder / "truth").is_dir():
        parser.error(f"{folder} is no synthetic review: write one with python -m tests.twin {folder}.")
    needed = "records/maybe.csv" if options.answer else "report/checksums.txt"
    if not (folder / "results" / needed).is_file():
        parser.error(f"{folder}/results/{needed} is missing: run the workflow on it first.")
    if options.check:
        return 0 if check(folder) else 1
    pairs = answer(folder)
    print(f"{pairs} verdicts written to {folder / 'config/decisions/duplicates.csv'}")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
