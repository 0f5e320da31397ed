"""Check the printed numbers of a paper against each other, and write what does not agree."""

from typing import TYPE_CHECKING, Any

from scripts.common.files.tables import read_table, rows_of, write_table
from scripts.common.job import job, log
from scripts.common.paper.article import Article
from scripts.common.paper.findings import check

if TYPE_CHECKING:
    snakemake: Any

COLUMNS = (
    "finding_id", "kind", "says", "confidence", "printed_id", "place", "sentence", "other_place",
    "other_sentence",
)  # fmt: skip


def main(*, paper: str, printed: str, findings: str) -> None:
    """Write the findings, each with both places."""
    found = check(rows_of(read_table(printed)), Article.read(paper))
    rows = [{"finding_id": f"F{number}", **one._asdict()} for number, one in enumerate(found, start=1)]
    write_table(rows, findings, COLUMNS)
    for one in found:
        log.warning("%s: %s: %s", paper, one.place, one.says)
    log.info("%d printed numbers disagree", len(found))


if __name__ == "__main__":
    with job(snakemake):
        main(
            paper=snakemake.input.paper,
            printed=snakemake.input.printed,
            findings=snakemake.output.findings,
        )
