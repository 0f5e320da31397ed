"""Excel workbooks: the cells of the visible worksheets as text."""

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from scripts.common.errors import InputError
from scripts.common.files.decoding import OLD_OFFICE, OLD_OFFICE_IS
from scripts.common.job import log

LISTS = "lists"  # the worksheet behind the drop-down lists of workbooks that we write: hidden

ERRORS = ("#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!")  # values of a broken formula

Row = tuple[int, list[str]]  # its number in the file, its cells


class Worksheet(NamedTuple):
    """A visible worksheet: its rows that are not blank, and a message for each cell that cannot be read."""

    title: str
    merged: dict[str, int]  # merged cells, such as A2:A4 -> the last of their rows
    rows: list[Row]
    wrong: list[str]


def read_worksheets(path: str, raw: bytes) -> Iterator[Worksheet]:
    """Yield the visible worksheets.

    A hidden worksheet is not read, and a warning names it, but for the lists of our own workbooks.
    """
    book = _open(path, raw, values=False)
    sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    _name_hidden(path, book)
    formulas = any(cell.data_type == "f" for sheet in sheets for row in sheet.iter_rows() for cell in row)
    values = _open(path, raw, values=True) if formulas else book
    for sheet in sheets:
        rows: list[Row] = []
        wrong: list[str] = []
        for cells, seen in zip(sheet.iter_rows(), values[sheet.title].iter_rows(), strict=True):
            texts = [
                _text(path, sheet.title, cell, found.value, wrong)
                for cell, found in zip(cells, seen, strict=True)
            ]
            if any(texts):
                rows.append((cells[0].row, texts))
        merged = {str(cells): cells.max_row for cells in sheet.merged_cells.ranges}
        yield Worksheet(sheet.title, merged, rows, wrong)


def _name_hidden(path: str, book: Any) -> None:
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible" or sheet.title == LISTS:
            continue
        if any(cell is not None for cells in sheet.values for cell in cells):
            _warn_of_hidden(path, sheet.title)


@cache  # a warning for each worksheet, though its file is opened several times
def _warn_of_hidden(path: str, title: str) -> None:
    log.warning(
        "%s: the worksheet %r is hidden and is not read. Show it if it belongs to the table.", path, title
    )


def _open(path: str, raw: bytes, values: bool) -> Any:
    if raw.startswith(OLD_OFFICE):
        raise InputError(f"{path}: {OLD_OFFICE_IS[0]}, whatever its name. {OLD_OFFICE_IS[1]}.")
    try:
        return openpyxl.load_workbook(io.BytesIO(raw), data_only=values)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError):  # OSError: a document
        raise InputError(f"{path}: cannot be read as XLSX. Save it as an Excel workbook (.xlsx).") from None


def _text(path: str, sheet: str, cell: Any, value: object, wrong: list[str]) -> str:
    """Return the text of a cell; one that holds no value is added to ``wrong``."""
    problem = ""
    if cell.data_type == "f" and value is None:
        problem = "a formula without a value. Open and save it in Excel, or paste the value."
    elif cell.data_type == "e" or (cell.data_type == "f" and value in ERRORS):
        problem = f"the error {value}. Correct it."
    if problem:
        wrong.append(f"{path} sheet {sheet!r} row {cell.row}, column {cell.column_letter}: {problem}")
    return plain_text(value)


def unread_marks(path: str) -> str:
    """Return how many cells below the first row are coloured or have a comment, in words; ``""`` if none."""
    book = _open(path, Path(path).read_bytes(), values=True)
    cells = [
        cell
        for sheet in book.worksheets
        if sheet.sheet_state == "visible"
        for row in sheet.iter_rows(min_row=2)
        for cell in row
    ]
    marks = {
        "colours": sum(cell.has_style and cell.fill.fill_type == "solid" for cell in cells),
        "comments": sum(cell.comment is not None for cell in cells),
    }
    return " and ".join(f"{what} (of {number} cells)" for what, number in marks.items() if number)


def plain_text(value: object) -> str:
    """Return a value of a workbook or of YAML as a person writes it."""
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
