"""Write one workbook with the tables of the report, for people who work in a spreadsheet."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from scripts.common.files.workbook_of_tables import Contents, write_workbook
from scripts.common.job import job, log
from scripts.common.report.phrases import Speaker
from scripts.common.values.counts import count_of

if TYPE_CHECKING:
    snakemake: Any

NOTE = (
    "A copy to look at: nothing here is calculated, and changes do not reach the results. The files beside"
    " each name are the results."
)
TOO_LONG = "too long for a sheet"


def contents(review: str, say: Speaker) -> Contents:
    """Return what the first sheet says of the review."""
    heads = say("Table"), say("File"), say("Rows")
    return Contents([say.own(review), say(NOTE)], heads, say(TOO_LONG))


def main(*, tables: Sequence[str], review: str, language: str, workbook: str) -> None:
    """Write the workbook; a table that is too long for a sheet is named on the first one."""
    written = write_workbook(workbook, tables, contents(review, Speaker(language)))
    log.info(
        "%s with %s in one workbook", count_of(len(written), "table"), count_of(sum(written.values()), "row")
    )
    for table in tables:
        if table not in written:
            log.warning("%s: too long for a sheet of %s; open the file itself", table, workbook)


if __name__ == "__main__":
    with job(snakemake):
        main(
            tables=snakemake.input.tables,
            review=snakemake.params.review,
            language=snakemake.params.language,
            workbook=snakemake.output.workbook,
        )
