"""Write the unique records as a CSV that is safe to open in a spreadsheet."""

from typing import TYPE_CHECKING, Any

from scripts.common.files.safe_cells import write_for_spreadsheets
from scripts.common.files.tables import stream_rows
from scripts.common.job import job, log
from scripts.common.records.record import COLUMNS

if TYPE_CHECKING:
    snakemake: Any

SHOWN = COLUMNS[:-1]  # extra can hold more than the 32,767 signs that Excel allows in a cell


def main(*, unique: str, spreadsheet: str) -> None:
    """Write the columns that people read; cells that a spreadsheet would calculate become text."""
    written = write_for_spreadsheets(stream_rows(unique, SHOWN), spreadsheet, SHOWN)
    log.info("%d unique records written for spreadsheets", written)


if __name__ == "__main__":
    with job(snakemake):
        main(unique=snakemake.input.unique, spreadsheet=snakemake.output.spreadsheet)
