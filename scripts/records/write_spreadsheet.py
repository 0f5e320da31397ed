"""Write the unique records as a CSV that is safe to open in a spreadsheet."""

from typing import TYPE_CHECKING, Any

from scripts.common.files.spreadsheet_copies import copy_for_spreadsheets
from scripts.common.job import job, log
from scripts.common.values.counts import count_of

if TYPE_CHECKING:
    snakemake: Any

TOO_LONG = ("extra",)  # it can hold more than the 32,767 signs that Excel allows in a cell


def main(*, unique: str, spreadsheet: str) -> None:
    """Write the columns that people read; cells that a spreadsheet would calculate become text."""
    written = copy_for_spreadsheets(unique, spreadsheet, without=TOO_LONG)
    log.info("%s written for spreadsheets", count_of(written, "unique record"))


if __name__ == "__main__":
    with job(snakemake):
        main(unique=snakemake.input.unique, spreadsheet=snakemake.output.spreadsheet)
