"""A workbook of tables to look at: a sheet per table, filters, widths, nothing calculated, the same bytes."""

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from math import ceil
from pathlib import Path
from typing import Any, NamedTuple

import xlsxwriter

from scripts.common.files.safe_cells import as_written
from scripts.common.files.tables import stream_table
from scripts.common.files.worksheets import NO_TIME, in_a_cell, print_on_pages

NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.(\d{1,9}))?")
MOST_ROWS = 100_000  # of a sheet; a longer table is named and left in its file
# Columns that hold as data what those beside them say in words.
FOR_PROGRAMS = frozenset({"data", "note_data", "rows_data", "finding_data", "place_data"})
NARROWEST, WIDEST = 8, 60  # of a column, in characters
WIDEST_PAGE = 220  # characters across on a printed page: more would be too small to read
SHEET_NAME = 31  # characters: as many as Excel allows
CONTENTS = "contents"


class Column(NamedTuple):
    """How a column is shown: its width in characters, and the decimals of its numbers; None for text."""

    width: int
    decimals: int | None


class Contents(NamedTuple):
    """What the first sheet says: lines above its table, the heads of the table, the word for a long table."""

    lines: Sequence[str]
    heads: tuple[str, str, str]  # of the sheet, the file, the number of rows
    too_long: str


def sheet_names(paths: Iterable[str]) -> dict[str, str]:
    """Return path -> name of its sheet: folder and name, short enough, each once whatever the case."""
    names: dict[str, str] = {}
    for path in paths:
        place = Path(path)
        name = f"{place.parent.name}.{place.stem}"[:SHEET_NAME]
        number = 2
        while name.casefold() in {taken.casefold() for taken in names.values()}:
            name = f"{name[: SHEET_NAME - 3]}~{number}"
            number += 1
        names[path] = name
    return names


def columns_of(path: str | Path) -> tuple[list[str], list[Column], int]:
    """Return the header of a table, how its columns are shown, and the number of its rows.

    A column holds numbers if all its cells that are not empty are plain numbers with equally many decimals:
    then what is shown is what was written.
    """
    rows = stream_table(path)
    header = next(rows)
    widths = [len(name) + 3 for name in header]  # room for the arrow of the filter
    decimals: list[set[int]] = [set() for _ in header]
    texts = [False] * len(header)
    count = 0
    for cells in rows:
        count += 1
        for at, cell in enumerate(cells):
            if not cell:
                continue
            widths[at] = max(widths[at], max(map(len, cell.split("\n"))))
            if not texts[at]:
                found = NUMBER.fullmatch(cell)
                texts[at] = found is None
                decimals[at].add(len(found[1] or "") if found else 0)
    columns = [
        Column(min(max(width, NARROWEST), WIDEST), None if text or len(places) != 1 else next(iter(places)))
        for width, text, places in zip(widths, texts, decimals, strict=True)
    ]
    return header, columns, count


def write_workbook(path: str | Path, tables: Sequence[str], contents: Contents) -> Mapping[str, int]:
    """Write a workbook with a sheet for each CSV and one that lists them; return path -> rows written.

    Every cell is text or a plain number, so that nothing of the data is calculated.
    """
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(
        stream, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"created": NO_TIME, "author": "", "comments": ""})
    named = sheet_names(tables)
    measured = {table: columns_of(table) for table in tables}
    written = {table: count for table, (_, _, count) in measured.items() if count <= MOST_ROWS}
    _write_contents(book, {table: (named[table], measured[table][2]) for table in tables}, contents)
    for table in written:
        header, columns, count = measured[table]
        _write_sheet(book, named[table], table, header, columns, count)
    book.close()
    Path(path).write_bytes(stream.getvalue())
    return written


def _write_contents(
    book: xlsxwriter.Workbook, tables: Mapping[str, tuple[str, int]], contents: Contents
) -> None:
    """Write the first sheet: what this is, and each table with a link to its sheet."""
    bold = book.add_format({"bold": True, "bottom": 1})
    link = book.add_format({"font_color": "#0072B2", "underline": 1})
    sheet = book.add_worksheet(CONTENTS)
    sheet.set_column(0, 1, 44)
    sheet.set_column(2, 2, 12)
    for i, line in enumerate(contents.lines):
        sheet.write_string(i, 0, line)
    top = len(contents.lines) + 1
    for at, head in enumerate(contents.heads):
        sheet.write_string(top, at, head, bold)
    for i, (table, (name, count)) in enumerate(tables.items(), start=top + 1):
        if count <= MOST_ROWS:
            sheet.write_url(i, 0, f"internal:'{name}'!A1", link, name)
        else:
            sheet.write_string(i, 0, contents.too_long)
        sheet.write_string(i, 1, table)
        sheet.write_number(i, 2, count)
    print_on_pages(sheet)


def _write_sheet(
    book: xlsxwriter.Workbook,
    name: str,
    table: str,
    header: Sequence[str],
    columns: Sequence[Column],
    count: int,
) -> None:
    """Write one table; a cell that would begin a formula is text, columns for programs alone are hidden."""
    head = book.add_format({"bold": True, "bottom": 1, "valign": "top"})
    text = book.add_format({"num_format": "@", "valign": "top"})
    formats = [_format(book, column, text) for column in columns]
    sheet = book.add_worksheet(name)
    shown = [name not in FOR_PROGRAMS for name in header]
    for at, column in enumerate(columns):
        sheet.set_column(at, at, column.width, formats[at], {} if shown[at] else {"hidden": True})
        sheet.write_string(0, at, header[at], head)
    rows = stream_table(table)
    next(rows)
    for i, cells in enumerate(rows, start=1):
        for at, cell in enumerate(cells):
            if cell and columns[at].decimals is not None:
                sheet.write_number(i, at, float(cell), formats[at])
            elif cell:
                sheet.write_string(i, at, in_a_cell(as_written(cell)), formats[at])
    sheet.freeze_panes(1, 1)
    if header:
        sheet.autofilter(0, 0, max(count, 1), len(header) - 1)
    across = ceil(
        sum(column.width for column, seen in zip(columns, shown, strict=True) if seen) / WIDEST_PAGE
    )
    print_on_pages(sheet, head_rows=1, pages_across=max(across, 1))


def _format(book: xlsxwriter.Workbook, column: Column, text: Any) -> Any:
    if column.decimals is None:
        return text
    shown = "0" if column.decimals == 0 else f"0.{'0' * column.decimals}"
    return book.add_format({"num_format": shown, "valign": "top"})
