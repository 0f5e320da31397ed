"""What can be seen of a table that was refused: its header and rows, for a message and never for a result."""

import zipfile
from collections.abc import Sequence
from pathlib import Path

from scripts.common.errors import InputError
from scripts.common.files.decoding import HEAD, nearest_encoding, read_lines
from scripts.common.files.delimited import ragged_rows
from scripts.common.files.sheets import (
    CONTROL,
    FILLED,
    TREES,
    WEB_PAGE,
    Grid,
    distinct,
    header_of_lines,
    header_row,
    read_grids,
)
from scripts.common.files.workbooks import Row, read_worksheets

MOST_ROWS = 20_000  # that are looked at for what words mean
MOST_BYTES = 20_000_000  # of a text that are looked at: what refused a large one may still hold it in memory


def seen_grids(path: str, sheet: str = "", header: int = 0, at: str = "") -> list[Grid]:
    """Return what can be seen of the tables of a file; none for a file that is no table, or is missing.

    Nothing is refused: rows are cut to the width of the header, what cannot be read is left out, and where
    the file has no such worksheet or list, all of it is seen.
    """
    if not Path(path).is_file():
        return []
    if Path(path).suffix.casefold() in TREES:
        return _tree(path, at)
    if zipfile.is_zipfile(path):
        return _worksheets(path, sheet, header)
    with open(path, "rb") as stream:
        raw = stream.read(MOST_BYTES)
    return [] if WEB_PAGE.match(raw[:HEAD]) else _text(path, raw, header)


def _tree(path: str, at: str) -> list[Grid]:
    for place in dict.fromkeys((at, "")):
        try:
            return [grid for grid in read_grids(path, at=place) if grid.header]
        except InputError:
            continue  # no such list: the whole file, if that can be read
    return []


def _worksheets(path: str, sheet: str, header: int) -> list[Grid]:
    try:
        tables = [table for table in read_worksheets(path, Path(path).read_bytes()) if table.rows]
    except InputError:
        return []
    named = [table for table in tables if table.title == sheet]
    return [
        _cut(Grid(path, table.title, (), ()), table.rows[header_row(table.rows, header) :])
        for table in named or tables
    ]


def _text(path: str, raw: bytes, header: int) -> list[Grid]:
    encoding = nearest_encoding(raw)
    lines = list(read_lines(raw, encoding)) if encoding else []
    if not any(FILLED.search(line) for line in lines):
        return []
    head = header_of_lines(lines, header)
    found = ragged_rows(lines, head._replace(line=head.line - 1))
    rows = [(number, cells) for number, cells, _ in found if isinstance(cells, list)]
    return [_cut(Grid(path, "", (), ()), rows)] if rows else []


def _cut(about: Grid, rows: Sequence[Row]) -> Grid:
    """Return a table whose first row holds the names; others are cut or filled up to as many cells."""
    number, first = rows[0]
    width = max((i + 1 for i, cell in enumerate(first) if cell.strip()), default=0)
    below = ((line, [*map(_clean, cells), *[""] * width][:width]) for line, cells in rows[1 : MOST_ROWS + 1])
    return about._replace(
        header=distinct([_clean(cell) for cell in first[:width]]),
        rows=tuple((line, tuple(cells)) for line, cells in below if any(cells)),
        header_line=number,
    )


def _clean(cell: str) -> str:
    return CONTROL.sub("", cell).strip()
