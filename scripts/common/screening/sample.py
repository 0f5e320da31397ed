"""A random sample of the records that nobody screened: read and joined (an input of kind ``sample``)."""

from collections.abc import Iterable, Mapping
from typing import Any

from scripts.common.errors import InputError
from scripts.common.files.first_map import not_understood, tables_of
from scripts.common.files.mapped_rows import MappedRow, map_rows
from scripts.common.files.maps import sheet_map
from scripts.common.files.refusals import answered
from scripts.common.files.table_kinds import SAMPLE
from scripts.common.screening.catalogue import Catalogue
from scripts.common.screening.numbers import NAMES, find_record, work_of


def read_sample(path: str, words: Mapping[str, Any], name: str = "sample") -> list[MappedRow]:
    """Return the rows of a sample, by its map; ``InputError`` lists every row that names no record.

    ``name`` is that of the input.
    """
    with answered(path, name, words, SAMPLE):
        return _drawn(path, words, name)


def _drawn(path: str, words: Mapping[str, Any], name: str) -> list[MappedRow]:
    how = sheet_map(name, words)
    grids = tables_of(path, how, SAMPLE)
    if grids and not any(part.names(one, grid) for one in NAMES for part in how.parts for grid in grids):
        raise InputError(not_understood(name, path, grids, SAMPLE))
    rows = [row for grid in grids for row in map_rows(grid.unmerged(), how).rows]
    wrong = [
        f"{row.place}: nothing says which record was drawn: give {' or '.join(NAMES)}."
        for row in rows
        if not any(map(row.get, NAMES))
    ]
    if wrong:
        raise InputError("\n".join(wrong))
    if not rows:
        raise InputError(f"{path}: no record is in the sample. List those that were drawn, a row each.")
    return rows


def join_sample(rows: Iterable[MappedRow], catalogue: Catalogue) -> set[str]:
    """Return the records that were drawn; ``InputError`` lists every row that joins none.

    Copies of one publication are one record, as in screening. Without a record that was drawn the sample
    would be no random one, so none is left out.
    """
    found = [(row, *find_record({**work_of(row), "record": row.get("record")}, catalogue)) for row in rows]
    wrong = [f"{row.place}: {why}. Correct the row." for row, record_id, why in found if not record_id]
    if wrong:
        raise InputError("\n".join(wrong))
    return {record_id for _, record_id, _ in found}
