"""Answer "where is my study?": print the passports of the record that was asked for."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from scripts.common.errors import InputError
from scripts.common.files.tables import read_table, rows_of
from scripts.common.job import job, progress
from scripts.common.screening.passports import search, text

if TYPE_CHECKING:
    snakemake: Any

MOST = 20  # passports on one screen


def main(*, passports: str, asked: str, show: Callable[[str], None]) -> None:
    """Show the passports that a record_id, study, DOI, PMID or words of the title find; none is an error."""
    if not asked:
        raise InputError(
            "record: name one: snakemake passport --config record=10.1000/example (a record_id, DOI, PMID,"
            " study, or words of the title)."
        )
    found = search(rows_of(read_table(passports)), asked)
    if not found:
        raise InputError(f"record: no record of any source has the name {asked!r}. Try words of its title.")
    for row in found[:MOST]:
        show(text(row))
    if len(found) > MOST:
        show(f"... and {len(found) - MOST} more. Give more words of the title.")


if __name__ == "__main__":
    with job(snakemake):
        main(passports=snakemake.input.passports, asked=snakemake.params.asked, show=progress.info)
