"""Worksheets that people fill in: XLSX with drop-down lists, the same bytes each time."""

import io
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import xlsxwriter

from scripts.common.files.workbooks import LISTS

LONGEST = 32_000  # characters: Excel holds 32,767 in a cell
NO_TIME = datetime(1980, 1, 1)


def write_worksheet(
    path: str | Path,
    name: str,
    columns: Mapping[str, int],
    rows: Sequence[Mapping[str, str]],
    choices: Mapping[str, Sequence[Sequence[str]]],
    explanation: str,
) -> None:
    """Write one sheet to fill in and one that explains it.

    ``columns`` is column -> width in characters. ``choices`` is column -> for each row what its drop-down
    list offers. All cells are text, so that a formula in an excerpt remains text; columns with a list and
    those after it are marked as the ones to fill in.
    """
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(
        stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"created": NO_TIME, "author": "", "comments": ""})
    sheet = book.add_worksheet(name)
    lists = book.add_worksheet(LISTS)
    lists.hide()
    about = book.add_worksheet("read me")
    _write_cells(book, sheet, columns, rows, choices)
    _write_choices(sheet, lists, list(columns), choices)
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)
    print_on_pages(sheet, head_rows=1)
    print_on_pages(about)
    about.set_column(0, 0, 100)
    for i, line in enumerate(explanation.split("\n")):
        about.write_string(i, 0, line, book.add_format({"text_wrap": True}))
    book.close()
    Path(path).write_bytes(stream.getvalue())


def in_a_cell(text: str) -> str:
    """Return a text as far as a cell can hold it."""
    return text if len(text) <= LONGEST else text[:LONGEST] + " [cut]"


def print_on_pages(sheet: Any, head_rows: int = 0, pages_across: int = 1) -> None:
    """Let a sheet be printed: A4 across, its columns on so many pages, its head on each, pages numbered."""
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(pages_across, 0)
    sheet.set_footer("&L&A&R&P / &N")
    if head_rows:
        sheet.repeat_rows(0, head_rows - 1)


def _write_cells(
    book: xlsxwriter.Workbook,
    sheet: Any,
    columns: Mapping[str, int],
    rows: Sequence[Mapping[str, str]],
    to_fill_in: Collection[str],
) -> None:
    """Write the header and the rows; the first column ``to_fill_in`` and those after it are marked."""
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    text_cell = {"text_wrap": True, "valign": "top", "num_format": "@"}
    cell = book.add_format(text_cell)
    open_cell = book.add_format(text_cell | {"bg_color": "#FFF6DD", "border": 1, "border_color": "#C3CBD1"})
    names = list(columns)
    first_open = min((names.index(column) for column in to_fill_in), default=len(names))
    for at, (column, width) in enumerate(columns.items()):
        sheet.set_column(at, at, width)
        sheet.write_string(0, at, column, head)
    for i, row in enumerate(rows, start=1):
        for at, column in enumerate(names):
            sheet.write_string(i, at, in_a_cell(row[column]), open_cell if at >= first_open else cell)


def _write_choices(
    sheet: Any, lists: Any, columns: Sequence[str], choices: Mapping[str, Sequence[Sequence[str]]]
) -> None:
    """Give the columns their drop-down lists, whose words are written to the hidden sheet ``lists``."""
    offered: dict[tuple[str, ...], str] = {}
    for column, each in choices.items():
        at = columns.index(column)
        for first, last, words in _runs(each):
            letter = _letter(len(offered) if words not in offered else list(offered).index(words))
            source = offered.setdefault(words, f"={LISTS}!${letter}$1:${letter}${len(words)}")
            validation = {
                "validate": "list",
                "source": source,
                "ignore_blank": True,
                "error_title": "Not in the list",
                "error_message": "Choose one of the list, or leave it blank.",
            }
            sheet.data_validation(first + 1, at, last + 1, at, validation)
    for at, words in enumerate(offered):
        for i, word in enumerate(words):
            lists.write_string(i, at, word)


def _runs(each: Sequence[Sequence[str]]) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """Yield first row, last row and choices of neighbouring rows that offer the same."""
    for words, group in groupby(enumerate(each), key=lambda item: tuple(item[1])):
        rows = [i for i, _ in group]
        if words:
            yield rows[0], rows[-1], words


def _letter(column: int) -> str:
    return str(xlsxwriter.utility.xl_col_to_name(column))
