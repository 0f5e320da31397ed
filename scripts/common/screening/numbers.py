"""The team's own numbers: lists that say which record each of them means (inputs of kind ``numbers``)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from scripts.common.errors import InputError, Mistakes
from scripts.common.files.first_map import not_understood, tables_of
from scripts.common.files.mapped_rows import MappedRow, map_rows
from scripts.common.files.maps import sheet_map
from scripts.common.files.refusals import answered
from scripts.common.files.table_kinds import NUMBERS
from scripts.common.review.inputs import Input, of_kind
from scripts.common.screening.catalogue import Catalogue

NAMES = ("record", "doi", "pmid", "title")  # any of them says which record a row of a list is about
WORK = ("doi", "pmid", "title", "year", "authors", "journal")


class Numbers(NamedTuple):
    """One list of numbers and the words of its map."""

    path: str
    name: str
    words: Mapping[str, Any]


def numbers_of(inputs: Iterable[Input], maps: Mapping[str, Mapping[str, Any]]) -> list[Numbers]:
    """Return the lists of numbers among the inputs."""
    return [
        Numbers(item.path, item.name, dict(maps.get(item.name, {}))) for item in of_kind(inputs, "numbers")
    ]


def read_numbers(lists: Iterable[Sequence[Any]], catalogue: Catalogue) -> dict[str, str]:
    """Return number -> record_id of every row that joins a record; a number with two rows is refused."""
    found: dict[str, str] = {}
    seen: dict[str, str] = {}
    mistakes = Mistakes()
    for one in [Numbers(*each) for each in lists]:
        with mistakes.noted(), answered(one.path, one.name, one.words, NUMBERS):
            _take_numbers(read_rows(one), catalogue, found, seen)
    mistakes.stop()
    return found


def _take_numbers(
    rows: Sequence[MappedRow], catalogue: Catalogue, found: dict[str, str], seen: dict[str, str]
) -> None:
    """Add the number of each row that joins a record; ``seen`` is number -> place of its first row."""
    wrong: list[str] = []
    paired = catalogue.paired((row.get("title"), row.get("input")) for row in rows)
    for row, (by_order, _) in zip(rows, paired, strict=True):
        number = row.get("record")
        if not number:
            wrong.append(f"{row.place}: a number is needed in the column that record names. Fill it in.")
            continue
        if number in seen:
            first = seen[number]
            wrong.append(f"{row.place}: number {number} appears twice, first at {first}. Keep one.")
            continue
        seen[number] = row.place
        record_id, _ = catalogue.find_work(**work_of(row), within=row.get("input"))
        if record_id := record_id or by_order:
            found[number] = record_id
    if wrong:
        raise InputError(*wrong)


def read_rows(numbers: Numbers) -> list[MappedRow]:
    """Return the rows of a list of numbers, by its map."""
    how = sheet_map(numbers.name, numbers.words)
    with answered(numbers.path, numbers.name, numbers.words, NUMBERS):
        grids = tables_of(numbers.path, how, NUMBERS)
        if not any(part.names("record", grid) for part in how.parts for grid in grids):
            raise InputError(not_understood(numbers.name, numbers.path, grids, NUMBERS))
        return [row for grid in grids for row in map_rows(grid, how).rows]


def work_of(row: MappedRow) -> dict[str, str]:
    """Return what a row says of a work, as a catalogue asks for it."""
    authors = "; ".join(row.fields.get("authors", ()))
    return {**{name: row.get(name) for name in WORK}, "authors": authors}


def find_record(row: Mapping[str, str], catalogue: Catalogue) -> tuple[str, str]:
    """Return the record that a row of a list is about and by what it was found, or ``""`` and why it was not.

    Its name ``record`` is asked first (a record_id, DOI, PMID or number of the team), then what describes it.
    """
    record_id, why = catalogue.find(row["record"]) if row["record"] else ("", "")
    if record_id or not any(row[name] for name in NAMES[1:]):
        return record_id, why
    return catalogue.find_work(**{name: row[name] for name in WORK})
