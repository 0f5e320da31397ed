"""Excel workbooks of records: worksheets with columns that we know are read, all others are set aside."""

from collections.abc import Iterator
from math import inf
from pathlib import Path
from typing import NamedTuple

from scripts.common.errors import InputError
from scripts.common.exports.delimited import Header, Row, is_header, records_of_rows
from scripts.common.exports.first_map import RECORDS, not_understood
from scripts.common.files.delimited import HEADER_WITHIN
from scripts.common.files.refusals import answered
from scripts.common.files.sheets import Grid, grids_of
from scripts.common.records.record import Raw, SetAside


class Sheet(NamedTuple):
    """A worksheet of records: its header, and its rows as those of a CSV are given."""

    header: Header
    rows: list[Row]


class Workbook:
    """The worksheets with records, and the rows outside of them; ``InputError`` where no sheet has any."""

    def __init__(self, path: str) -> None:
        self.sheets: list[Sheet] = []
        self.outside: list[SetAside] = []
        with answered(path, Path(path).stem, None, RECORDS):
            self._read(path)

    def _read(self, path: str) -> None:
        raw = Path(path).read_bytes()
        grids = grids_of(path, raw, header=1, widen=True)
        for grid in grids:
            line = _header_line(grid)
            if line is None:
                self._put_aside(grid, inf, "a worksheet without columns that we know")
                continue
            if line != grid.header_line:
                self._put_aside(grid, line, "text above the names of the columns")
                (grid,) = grids_of(path, raw, grid.sheet, line, widen=True)
            header = Header(grid.header_line, "\t", grid.unmerged().header)
            rows: list[Row] = [(number, list(cells), "\t".join(cells)) for number, cells in grid.rows]
            self.sheets.append(Sheet(header, rows))
        self.header = self._header()
        if not self.sheets:
            raise InputError(
                not_understood(Path(path).stem, grids)
                if grids
                else f"{path}: no row in it. Export it again, or take its line out of inputs.tsv."
            )

    def _header(self) -> Header:
        """Return the names of the columns of all sheets, each once."""
        return Header(
            1, "\t", tuple(dict.fromkeys(name for sheet in self.sheets for name in sheet.header.names))
        )

    def rows(self) -> Iterator[Row]:
        """Yield the rows of all sheets."""
        for sheet in self.sheets:
            yield from sheet.rows

    @property
    def announced(self) -> int:
        """Return the number of rows below the headers that are not blank."""
        return sum(len(sheet.rows) for sheet in self.sheets)

    def _put_aside(self, grid: Grid, before: float, reason: str) -> None:
        """Set aside the rows of a worksheet that are above a row."""
        first = [name for i, name in enumerate(grid.header, start=1) if name != f"column {i}"]
        for number, cells in ((grid.header_line, first), *grid.rows):
            if number < before:
                text = "\t".join(filter(None, cells))
                self.outside.append(SetAside(0, number, f"sheet {grid.sheet!r}: {reason}", text))

    def __iter__(self) -> Iterator[Raw | SetAside]:
        yield from self.outside
        before = 0
        for sheet in self.sheets:
            for piece in records_of_rows(sheet.rows, sheet.header):
                yield piece._replace(position=before + piece.position)
            before += len(sheet.rows)


def _header_line(grid: Grid) -> int | None:
    """Return the row with the names of the columns, or None where no row has names that we know."""
    first = ((grid.header_line, grid.header), *grid.rows[:HEADER_WITHIN])
    return next((number for number, names in first if is_header(Header(number, "\t", tuple(names)))), None)
