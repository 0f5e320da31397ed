"""Draft a review from each paper of a folder, run each to its page, and count the verdicts on its claims.

``python -m tests.benchmark.drafts ../shared/jats``: a draft that needs an edit, and a zero that nobody
counted, are named. A full run takes about four minutes of processor time.
"""

import argparse
import csv
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.workflow.running import ask


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def run_draft(paper: Path, folder: Path) -> tuple[Counter[str], list[str]]:
    """Return the claims by verdict, and what is wrong: a run that stops, a box or measure that is 0."""
    review, empty = folder / "review", folder / "empty"
    empty.mkdir()
    for at, arguments in (
        (empty, ("draft", "--config", f"from={paper.resolve()}", f"to={review}")),
        (review, ()),
    ):
        done = ask(at, "--cores", "2", *arguments)
        if done.returncode:
            return Counter(), [line for line in done.stderr.splitlines() if "ERROR" in line] or ["stopped"]
    verdicts = Counter(row["verdict"] for row in rows(review / "results/report/comparison.csv"))
    zeros = [row["box"] for row in rows(review / "results/screening/flow.csv") if row["count"] == "0"]
    measures = rows(review / "results/report/measures.csv")
    zeros += [row["measure"] for row in measures if row["value"] in ("0", "0.0")]
    return verdicts, [f"{name} is 0" for name in zeros if not name.startswith("year:")]


def main(papers: Sequence[Path]) -> None:
    total: Counter[str] = Counter()
    whole = 0
    for paper in papers:
        with tempfile.TemporaryDirectory() as folder:
            verdicts, wrong = run_draft(paper, Path(folder))
        whole += not wrong
        total += verdicts
        sys.stdout.write(f"{paper.stem} {dict(verdicts)} {' '.join(wrong)}\n")
    sys.stdout.write(f"{whole} of {len(papers)} drafts run without an edit and a zero: {dict(total)}\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    main(sorted(parser.parse_args().folder.glob("*.xml")))
