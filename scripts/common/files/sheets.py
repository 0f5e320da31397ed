"""Sheets that people fill in, CSV or XLSX: cells as text, each row with its number in the file."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from scripts.common.errors import InputError
from scripts.common.values.words import words

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
SEPARATORS = ",;\t"


Table = tuple[str, str, list[tuple[int, list[str]]]]  # worksheet, its first merged cells, its rows


class Grid(NamedTuple):
    """One table: ``sheet`` is the worksheet's name, empty for CSV; rows are (number in the file, cells)."""

    path: str
    sheet: str
    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    merged: str = ""  # the first merged cells, for example A2:A4

    def place(self, row: int, column: int | None = None) -> str:
        """Return where a cell is, as a person finds it: file, sheet, row or line, column."""
        where = f"{self.path} sheet {self.sheet!r} row {row}" if self.sheet else f"{self.path} line {row}"
        if column is None:
            return where
        title = self.header[column]
        return (
            f"{where}, column {get_column_letter(column + 1)} ({title})"
            if self.sheet
            else (f"{where}, column {title}")
        )

    def unmerged(self) -> "Grid":
        """Return the table, if no cells of it are merged: else it is unclear what they hold."""
        if self.merged:
            raise InputError(
                f"{self.path} sheet {self.sheet!r}: the cells {self.merged} are merged, so that it is"
                " unclear what they hold. Unmerge them and fill each cell."
            )
        return self

    def column(self, *names: str) -> int | None:
        """Return the position of the first of these columns that is there, whatever its capitals."""
        for name in names:
            for position, title in enumerate(self.header):
                if title.casefold() == name:
                    return position
        return None


def the_one_of(base: str, endings: Sequence[str] = (".csv", ".xlsx")) -> str | None:
    """Return the one file ``base`` + ending that exists, or None; two of them stop the run."""
    found = [base + ending for ending in endings if Path(base + ending).is_file()]
    if len(found) > 1:
        raise InputError(f"{found[0]}: the review has {found[1]} too. Keep one of them.")
    return found[0] if found else None


def read_grids(path: str) -> list[Grid]:
    """Return the tables of a CSV or XLSX file; one without any cell is left out.

    Headers are stripped; cells keep their text, without blanks around it. Raises ``InputError`` for what
    would be guessed otherwise: formulas without a value, rows longer than the header, a column without a
    name or with a name that appears twice. Who reads the table decides about merged cells (``unmerged``).
    """
    tables = list(_workbook(path) if Path(path).suffix.casefold() in (".xlsx", ".xlsm") else [_csv(path)])
    return [_grid(path, *table) for table in tables if table[-1]]


def _grid(path: str, sheet: str, merged: str, rows: list[tuple[int, list[str]]]) -> Grid:
    number, first = rows[0]
    width = max((i + 1 for i, cell in enumerate(first) if cell), default=0)
    grid = Grid(path, sheet, tuple(words(cell) for cell in first[:width]), (), merged)
    for i, name in enumerate(grid.header):
        if not name:
            raise InputError(
                f"{grid.place(number)}: column {get_column_letter(i + 1)} has no name. Give it one."
            )
        if name in grid.header[:i]:
            raise InputError(f"{grid.place(number)}: column {name} appears twice. Keep one.")
    kept = []
    for number, cells in rows[1:]:
        if any(cells[width:]) or (not sheet and len(cells) != len(first)):
            raise InputError(
                f"{grid.place(number)}: {len(cells)} cells, the header has {width}. Quote cells that hold"
                " the separator, and name every column."
            )
        for i, cell in enumerate(cells[:width]):
            if CONTROL.search(cell):
                raise InputError(f"{grid.place(number, i)}: holds a control character. Type the cell again.")
        kept.append((number, tuple(cells[:width]) + ("",) * (width - len(cells))))
    return grid._replace(rows=tuple(kept))


def _csv(path: str) -> Table:
    try:
        raw = Path(path).read_bytes()
        wide = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
        text = raw.decode("utf-16" if wide else "utf-8-sig")
    except FileNotFoundError:
        raise InputError(f"{path}: this file is missing.") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 ({error.reason}). Save it as CSV UTF-8.") from None
    head = next(csv.reader(io.StringIO(text, newline="")), [])
    separator = max(SEPARATORS, key=lambda sign: len(_first_row(text, sign))) if len(head) < 2 else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows = []
    begins = 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append(
                    (begins, [cell.replace("\r\n", "\n").replace("\r", "\n").strip() for cell in row])
                )
            begins = reader.line_num + 1
    except csv.Error as error:
        raise InputError(f"{path} line {reader.line_num}: {error}. Correct the quotes.") from None
    return "", "", rows


def _first_row(text: str, separator: str) -> list[str]:
    return next(csv.reader(io.StringIO(text, newline=""), delimiter=separator), [])


def _workbook(path: str) -> Iterator[Table]:
    book = _open(path, values=False)
    sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    formulas = any(cell.data_type == "f" for sheet in sheets for row in sheet.iter_rows() for cell in row)
    values = _open(path, values=True) if formulas else book
    for sheet in sheets:
        rows = []
        for cells, seen in zip(sheet.iter_rows(), values[sheet.title].iter_rows(), strict=True):
            texts = [
                _text(path, sheet.title, cell, found.value) for cell, found in zip(cells, seen, strict=True)
            ]
            if any(texts):
                rows.append((cells[0].row, texts))
        yield sheet.title, min(map(str, sheet.merged_cells.ranges), default=""), rows


def _open(path: str, values: bool) -> Any:
    try:
        return openpyxl.load_workbook(path, data_only=values)
    except FileNotFoundError:
        raise InputError(f"{path}: this file is missing.") from None
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError):
        raise InputError(f"{path}: cannot be read as XLSX. Save it as an Excel workbook (.xlsx).") from None


def _text(path: str, sheet: str, cell: Any, value: object) -> str:
    if cell.data_type == "f" and value is None:
        raise InputError(
            f"{path} sheet {sheet!r} row {cell.row}, column {cell.column_letter}: a formula without a"
            " value. Open and save it in Excel, or paste the value."
        )
    if cell.data_type == "e":
        raise InputError(
            f"{path} sheet {sheet!r} row {cell.row}, column {cell.column_letter}: the error {value}."
            " Correct it."
        )
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time().isoformat() == "00:00:00":
        return value.date().isoformat()
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return str(value).replace("\r\n", "\n").replace("\r", "\n").strip()


def grid_of(grids: Iterable[Grid], path: str, columns: Sequence[str]) -> Grid:
    """Return the one table of a file that has all these columns; ``InputError`` names what is missing."""
    tables = list(grids)
    fitting = [grid for grid in tables if all(grid.column(name) is not None for name in columns)]
    if len(fitting) == 1:
        return fitting[0].unmerged()
    if not fitting:
        header = ", ".join(tables[0].header) if tables else "empty"
        raise InputError(f"{path}: needs the columns {', '.join(columns)}; the header is: {header}.")
    raise InputError(f"{path}: more than one sheet has the columns {', '.join(columns)}. Keep one.")


def records_of(grid: Grid, columns: Sequence[str]) -> list[tuple[int, dict[str, str]]]:
    """Return each row as (number in the file, column -> text); a column that is not there is empty."""
    places = {name: grid.column(name) for name in columns}
    return [
        (number, {name: cells[at] if at is not None else "" for name, at in places.items()})
        for number, cells in grid.rows
    ]


def decode_export(raw: bytes, name: str) -> str:
    """Return the text of a file that a tool exported; ``name`` is what an ``InputError`` calls it.

    The encoding is that of the byte-order mark, else UTF-8, else Windows-1252, as Excel saves a CSV.
    """
    try:
        if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
            return raw.decode("utf-16")
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        if b"\0" in raw:
            raise InputError(f"{name}: a binary file, not an export of decisions. Export it again.") from None
        return raw.decode("cp1252", errors="replace")


def rows_of_export(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield line and cells by column name of a CSV that a tool exported, empty rows left out.

    The separator is the one of comma, semicolon and tab that the header has most often. Unlike
    ``read_grids``, a short row lacks its last cells and a long one loses what comes after the last column:
    tools write both, and every cell that is read still has the name of its column.
    """
    first = text.split("\n", 1)[0]
    separator = max(SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    header = [name.strip() for name in next(reader, [])]
    before = reader.line_num
    for cells in reader:
        begins, before = before + 1, reader.line_num
        if any(cell.strip() for cell in cells):
            padded = cells + [""] * (len(header) - len(cells))
            yield begins, {name: cell.strip() for name, cell in zip(header, padded, strict=False) if name}
