"""Show the measures that a claim can name, those that hold a word."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from scripts.common.errors import InputError
from scripts.common.files.tables import read_table, rows_of
from scripts.common.job import job, progress

if TYPE_CHECKING:
    snakemake: Any


def matching(rows: Sequence[Mapping[str, str]], word: str) -> list[str]:
    """Return a line per measure whose name or description holds the word, capitals aside."""
    return [
        f"{row['measure']}: {row['what']} ({row['value'] or 'not known'}"
        f"{', at least' if row['bound'] == 'at least' else ''})"
        for row in rows
        if word.casefold() in f"{row['measure']} {row['what']}".casefold()
    ]


def main(*, measures: str, word: str, show: Callable[[str], None]) -> None:
    """Show them; without a word all, and none is an error."""
    found = matching(rows_of(read_table(measures)), word)
    if not found:
        raise InputError(f"word: no measure holds {word!r}. Leave it out to see all of {measures}.")
    for line in found:
        show(line)


if __name__ == "__main__":
    with job(snakemake):
        main(measures=snakemake.input.measures, word=snakemake.params.word, show=progress.info)
