"""Read the numbers that the paper prints about itself: flow, shares, counts, sums, databases, search days."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from scripts.common.files.tables import write_table
from scripts.common.job import job, log
from scripts.common.paper.all_printed import printed_numbers, printed_rows
from scripts.common.paper.article import Article
from scripts.common.paper.corrections import CORRECTIONS, Correction, read_corrections
from scripts.common.values.counts import count_of

if TYPE_CHECKING:
    snakemake: Any

COLUMNS = (
    "printed_id", "kind", "name", "value", "of", "percent", "parts", "cited", "chosen", "confidence", "rule",
    "part", "path", "place", "printed_at", "sentence",
)  # fmt: skip


def corrected(rows: list[dict[str, str]], corrections: Sequence[Correction]) -> list[dict[str, str]]:
    """Return the rows; where a person gives the value of a name, it replaces all proposals."""
    given = {one.item: one for one in corrections}
    kept = [row for row in rows if row["name"] not in given]
    return kept + [
        {
            **dict.fromkeys(COLUMNS, ""), "printed_id": f"correction {one.line}", "kind": "correction",
            "name": one.item, "value": one.value, "chosen": "yes", "confidence": "confirmed",
            "rule": "correction", "place": f"{CORRECTIONS} line {one.line}", "sentence": one.reason,
        }
        for one in given.values()
    ]  # fmt: skip


def main(*, paper: str, corrections: str | None, printed: str) -> None:
    """Write the numbers as proposals, each with its sentence."""
    rows = printed_rows(printed_numbers(Article.read(paper)))
    write_table(corrected(rows, read_corrections(corrections, "printed")), printed, COLUMNS)
    log.info("%s, databases and dates proposed", count_of(len(rows), "printed number"))


if __name__ == "__main__":
    with job(snakemake):
        main(
            paper=snakemake.input.paper,
            corrections=snakemake.input.get("corrections"),
            printed=snakemake.output.printed,
        )
