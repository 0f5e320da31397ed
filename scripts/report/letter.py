"""Write a letter to the authors: each number that differs, its place, what we get, what is behind it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts.common.claims.judging import EQUAL, WITHIN
from scripts.common.claims.published import PRINTED
from scripts.common.files.tables import read_table, rows_of
from scripts.common.job import job, log
from scripts.common.report.markdown import plain
from scripts.common.review.settings import Review
from scripts.common.values.counts import count_of

if TYPE_CHECKING:
    snakemake: Any

Row = Mapping[str, str]


def letter(review: Review, comparison: Sequence[Row], questions: Sequence[Row], inputs: Sequence[Row]) -> str:
    """Return the letter as Markdown; texts of the review stay text."""
    printed = [row for row in comparison if row["origin"] == PRINTED]
    verdicts = Counter(row["verdict"] for row in printed)
    doi = f", doi:{review.doi}" if review.doi else ""
    lines = [
        f"# Questions on {plain(review.title)}",
        "",
        f"*{plain(review.citation)}{doi}*",
        "",
        "Dear authors,",
        "",
        "with a workflow that counts again from files what a review prints, we compared"
        f" {_numbers(len(printed))} of your paper with the files listed below."
        f" Recomputed and equal or within tolerance: {verdicts[EQUAL] + verdicts[WITHIN]}."
        f" On {len(questions)} we have a question. It holds only as far as these files show: we may lack one,"
        " or have misread one.",
        "",
        *(line for number, row in enumerate(questions, 1) for line in _question(number, row)),
        "The files:",
        "",
        *(f"- {plain(_file(row))}" for row in inputs),
        "",
        "With kind regards,",
        "",
    ]
    return "\n".join(lines)


def _numbers(number: int) -> str:
    return f"{number} printed number{'' if number == 1 else 's'}"


def _question(number: int, row: Row) -> list[str]:
    """Return one question, as an item of a numbered list."""
    got = plain(row["reproduced"]) or "no number"
    return [
        f"{number}. **{plain(row['statement'])}** ({plain(row['place'])}): printed {plain(row['published'])};"
        f" from the files {got}. {plain(row['because'])} {plain(row['question'])}",
        "",
    ]


def _file(row: Row) -> str:
    parts = (row["source"], row["date"], f"SHA-256 {row['sha256'][:12]}...")
    return f"{row['path']}: {', '.join(part for part in parts if part)}"


def main(*, tables: Mapping[str, str], review: Review, path: str) -> None:
    """Write letter.md."""
    comparison, questions, checked = (
        rows_of(read_table(tables[name])) for name in ("comparison", "questions", "checked")
    )
    Path(path).write_text(letter(review, comparison, questions, checked), encoding="utf-8")
    log.info("%s; read the letter before you send it: %s", count_of(len(questions), "question"), path)


if __name__ == "__main__":
    with job(snakemake):
        main(
            tables=dict(snakemake.input.items()),
            review=Review(**snakemake.params.review),
            path=snakemake.output.letter,
        )
