"""Records in a team's own table, read by the map of the input (docs/maps.md)."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import Any

from scripts.common.errors import InputError, nearest
from scripts.common.exports.fields import ALL, FIELDS, NAMES, Fields, Source, fields_of
from scripts.common.exports.first_map import RECORDS, not_understood
from scripts.common.exports.names import COMMAS, commas_divide
from scripts.common.exports.platforms import LOOKED_AT
from scripts.common.files.decoding import find_encoding, read_lines
from scripts.common.files.mapped_rows import MappedRow, map_rows
from scripts.common.files.maps import ANY, Reference, SheetMap, sheet_map
from scripts.common.files.refusals import answered
from scripts.common.files.sheets import Grid, read_grids
from scripts.common.files.trees import PARENT
from scripts.common.records.record import Raw, SetAside

WORDS = ("sheet", "header", "at", "only", "except", "columns", "set", "values", "blank", "split", "ignore")
OURS = (*FIELDS, "record")  # a team's own number of a record is kept in extra
MARKS = {"doi": ("", "doi.org"), "pmid": ("", "PMID", "PUBMED")}  # how a number is found in a cell
PARENT_ROW = f"{PARENT}row"  # a number that we gave, no text of the file
NAMED_BY = ("title", "doi", "pmid")  # a record has at least one of these


class MappedTable:
    """The tables of one file, read by a map; iterating yields the records with the columns as tags.

    A column that the map does not name is read as without a map. Each row below the header is a record,
    but for those that ``only`` and ``except`` leave out, which ``left_out`` counts by condition. The position
    of a record is the number of its row. Raises ``InputError`` for a map that does not fit the file.
    """

    def __init__(self, path: str, name: str, words: Mapping[str, Any]) -> None:
        fitting = {word: said for word, said in words.items() if word in WORDS}
        with answered(path, name, fitting, RECORDS):
            self._read(path, name, words)

    def _read(self, path: str, name: str, words: Mapping[str, Any]) -> None:
        how = _checked(name, words)
        grids = read_grids(path, how.sheet, how.header, how.at)
        if not grids:
            raise InputError(f"{path}: no table in it. Export it again, or take its line out of inputs.tsv.")
        self._tables, others = _fitting(grids, how)
        self.outside = [*_above(self._tables[0].grid), *(row for grid in others for row in _rows_of(grid))]
        self.left_out = sum((table.left_out for table in self._tables), Counter[str]())
        self.announced = sum(len(table.grid.rows) for table in self._tables) - self.left_out.total()
        self.fields = _joined([table.fields for table in self._tables])
        if not set(NAMED_BY) & set(self.fields.sources):
            raise InputError(not_understood(name, grids))

    def __iter__(self) -> Iterator[Raw | SetAside]:
        yield from self.outside
        before = 0
        for table in self._tables:
            for row in table.rows:
                yield Raw(before + row.number, row.line, table.tags(row))
            before += len(table.grid.rows)


def _fitting(grids: Sequence[Grid], how: SheetMap) -> tuple[list["_Table"], list[Grid]]:
    """Return the tables that have the columns of the map, and the worksheets that have not.

    If no table has them, or a map that names its worksheet does not fit, ``InputError`` says what is missing.
    """
    tables: list[_Table] = []
    others: list[Grid] = []
    faults: list[InputError] = []
    for grid in grids:
        try:
            tables.append(_Table(grid.unmerged(), how))
        except InputError as error:
            others.append(grid)
            faults.append(error)
    if faults and (how.sheet or not tables):
        raise faults[others.index(max(others, key=lambda grid: len(grid.rows)))]
    return tables, others


def _above(grid: Grid) -> Iterator[SetAside]:
    """Yield the lines with text above the header of a CSV."""
    if grid.sheet or grid.tree or grid.header_line == 1:
        return
    lines = read_lines(grid.path, find_encoding(grid.path))
    for number, line in enumerate(islice(lines, grid.header_line - 1), start=1):
        if any(map(str.isalnum, line)):
            yield SetAside(0, number, "text above the names of the columns", line)


def _rows_of(grid: Grid) -> Iterator[SetAside]:
    """Yield the rows of a worksheet that the map does not read."""
    for number, cells in ((grid.header_line, grid.header), *grid.rows):
        text = "\t".join(filter(None, cells))
        yield SetAside(0, number, f"sheet {grid.sheet!r}: a worksheet without the columns of the map", text)


def _checked(name: str, words: Mapping[str, Any]) -> SheetMap:
    """Return the map of a table of records; words that say nothing about records raise ``InputError``."""
    where = f"config/config.yaml: sheets, {name}"
    wrong = [
        f"{where}: {word}: a table of records takes no such word. Those it takes: {', '.join(WORDS)}."
        for word in words
        if word not in WORDS
    ]
    for key in ("columns", "set", "values"):
        wrong += [
            f"{where}: {key}: {ours!r} is no field of a record. {nearest(ours, OURS)}"
            for ours in words.get(key, {})
            if ours not in OURS
        ]
    if wrong:
        raise InputError("\n".join(wrong))
    return sheet_map(name, words)


def _joined(found: list[Fields]) -> Fields:
    """Return the sources of several tables of one file, those of the first table first."""
    joined: dict[str, list[Source]] = {}
    for fields in found:
        for name, sources in fields.sources.items():
            known = joined.setdefault(name, [])
            known += [source for source in sources if source not in known]
    return Fields(joined)


class _Table:
    """One table: which of its columns the map places, and its rows as tags."""

    def __init__(self, grid: Grid, how: SheetMap) -> None:
        self.grid = grid
        (self._part,) = how.parts
        table = map_rows(grid, how)
        self.rows, self.left_out = table.rows, table.left_out
        self._tag_of = _tag_names(self._part.columns, tuple(self._part.given))
        ignored = {name.casefold() for name in how.ignore}
        taken = _read_whole(grid, self._part.columns) | ignored
        self._rest = [
            (at, name)
            for at, name in enumerate(grid.header)
            if ANY not in ignored and name.casefold() not in taken and name != PARENT_ROW
        ]

    @cached_property
    def fields(self) -> Fields:
        """Return the sources of each field: the map's, else those that a table without a map has."""
        rows = [cells for _, cells in self.grid.rows[:LOOKED_AT]]
        with_commas = [name for at, name in self._rest if commas_divide(cells[at] for cells in rows)]
        unmapped = fields_of("csv", "", [name for _, name in self._rest], with_commas)
        sources = {name: list(found) for name, found in unmapped.sources.items()}
        for ours, tag in self._tag_of.items():
            if ours in FIELDS:
                sources[ours] = [
                    Source(((tag,),), self._signs(ours), mark) for mark in MARKS.get(ours, ("",))
                ]
        return Fields(sources)

    def _signs(self, ours: str) -> tuple[str, ...]:
        """Return how a cell of a field is divided, unless the map divides it."""
        divided = any(column in self._part.split for column in self._part.columns.get(ours, ()))
        if ours not in ALL or divided:
            return ()
        if ours == "authors":
            cells = (value for row in self.rows[:LOOKED_AT] for value in row.fields.get(ours, ()))
            return (NAMES, COMMAS) if commas_divide(cells) else (NAMES,)
        return (";", "|") if ours == "keywords" else ()

    def tags(self, row: MappedRow) -> dict[str, list[str]]:
        """Return the values of a row: what the map reads, then every other cell under its column."""
        _, cells = self.grid.rows[row.number - 1]
        mapped = {tag: list(row.fields.get(ours, ())) for ours, tag in self._tag_of.items()}
        blank = ("", *self._part.blank)
        return {
            **mapped,
            **{name: [cells[at]] for at, name in self._rest if cells[at].casefold() not in blank},
        }


def _tag_names(columns: Mapping[str, Reference], given: tuple[str, ...]) -> dict[str, str]:
    """Return field -> the name of its tag: that of the columns it is read from, no two equal."""
    names: dict[str, str] = {}
    for ours, references in columns.items():
        name = ", ".join(references)
        names[ours] = f"{name} ({ours})" if name in names.values() else name
    return {**names, **{ours: f"set {ours}" for ours in given}}


def _read_whole(grid: Grid, columns: Mapping[str, Reference]) -> set[str]:
    """Return the columns of a table that the map reads, in lower case; a part of a cell is not the cell."""
    references = (reference for found in columns.values() for reference in found)
    return {grid.header[at].casefold() for name in references for at in grid.positions(name)}
