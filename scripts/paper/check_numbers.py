"""Check the printed numbers of a paper against each other, and write what does not agree."""

from typing import TYPE_CHECKING, Any

from scripts.common.claims.printed_findings import finding_in_words, spot_in_words
from scripts.common.claims.sentences import english, to_cell
from scripts.common.files.tables import read_table, rows_of, write_table
from scripts.common.job import job, log
from scripts.common.paper.article import Article
from scripts.common.paper.finding import Finding
from scripts.common.paper.findings import check

if TYPE_CHECKING:
    snakemake: Any

COLUMNS = (
    "finding_id", "kind", "says", "confidence", "printed_id", "place", "printed_at", "sentence",
    "other_place", "other_printed_at", "other_sentence",
    "says_data", "printed_at_data", "other_printed_at_data",
)  # fmt: skip


def row_of(number: int, found: Finding) -> dict[str, str]:
    """Return the row of a finding; its sentences in English, and the data for both languages."""
    says, here = finding_in_words(found), spot_in_words(found.here)
    there = spot_in_words(found.there) if found.there else ""
    return {
        "finding_id": f"F{number}",
        "kind": found.kind,
        "says": english(says),
        "confidence": found.confidence,
        "printed_id": found.printed_id,
        "place": found.here.place,
        "printed_at": english(here),
        "sentence": found.here.sentence,
        "other_place": found.there.place if found.there else "",
        "other_printed_at": english(there),
        "other_sentence": found.there.sentence if found.there else "",
        "says_data": to_cell(says),
        "printed_at_data": to_cell(here),
        "other_printed_at_data": to_cell(there),
    }


def main(*, paper: str, printed: str, findings: str) -> None:
    """Write the findings, each with both places."""
    found = check(rows_of(read_table(printed)), Article.read(paper))
    rows = [row_of(number, one) for number, one in enumerate(found, start=1)]
    write_table(rows, findings, COLUMNS)
    for row in rows:
        log.warning("%s: %s: %s", paper, row["printed_at"], row["says"])
    log.info("%d printed numbers disagree", len(found))


if __name__ == "__main__":
    with job(snakemake):
        main(
            paper=snakemake.input.paper,
            printed=snakemake.input.printed,
            findings=snakemake.output.findings,
        )
