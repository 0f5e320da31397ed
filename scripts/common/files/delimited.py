"""Rows of a text whose cells a separator keeps apart: the one place that knows separators and quotes."""

import csv
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

SEPARATORS = (",", "\t", ";")
HEADER_WITHIN = 30  # lines; some platforms write the query, people a title, above the names of the columns
LONG = 1_000_000  # signs of a row
MAX_ROW_LINES = 5_000  # a quote still open after so many lines was never closed


class HeaderLine(NamedTuple):
    """The line with the names of the columns: its place (1 is first), the separator, the names."""

    line: int
    separator: str
    names: tuple[str, ...]


def header_lines(lines: Iterable[str]) -> Iterator[HeaderLine]:
    """Yield every way to read one of the first lines as the header, separator by separator."""
    for number, line in enumerate(islice(lines, HEADER_WITHIN), start=1):
        for separator in SEPARATORS:
            yield HeaderLine(number, separator, tuple(name.strip() for name in cells_of(line, separator)))


def rows(lines: Iterable[str], header: HeaderLine) -> Iterator[tuple[int, list[str] | str, str]]:
    """Yield line, cells and text of each row after the header that is not blank.

    Instead of cells, why there are none: the row has more or fewer than the header, or an open quote. Empty
    cells behind the last column are dropped.
    """
    width = len(header.names)
    for start, cells, text in ragged_rows(lines, header):
        if isinstance(cells, list):
            while len(cells) > width and not cells[-1].strip():
                cells.pop()
            if len(cells) != width:
                yield start, f"{len(cells)} cells, the header has {width}", text
                continue
        yield start, cells, text


def ragged_rows(lines: Iterable[str], header: HeaderLine) -> Iterator[tuple[int, list[str] | str, str]]:
    """Yield line, cells and text of each row after the header that is not blank, whatever its length."""
    for start, text, is_closed in _row_texts(lines, header):
        if not is_closed:
            yield start, "a quote in it is never closed", text
        elif text.strip():
            yield start, cells_of(text, header.separator), text


def _row_texts(lines: Iterable[str], header: HeaderLine) -> Iterator[tuple[int, str, bool]]:
    """Yield the first line of each row, its text over line breaks, and whether its quotes are closed.

    A row whose quote is never closed is its first line alone; the lines after it are read again.
    """
    numbered = islice(enumerate(lines, start=1), header.line, None)
    again: list[tuple[int, str]] = []  # lines to read again, the next one last
    held: list[str] = []  # the lines of the open row
    start, is_open = 0, False
    while True:
        number, line = again.pop() if again else next(numbered, (0, ""))
        at_end = number == 0
        if at_end and not held:
            return
        if not at_end:
            start = start if held else number
            held.append(line)
            is_open = _still_open(line, header.separator, is_open)
        if not is_open:
            yield start, "\n".join(held), True
            held = []
        elif at_end or len(held) >= MAX_ROW_LINES:
            yield start, held[0], False
            again += [(start + i, text) for i, text in reversed(list(enumerate(held)))][:-1]
            held, is_open = [], False


def cells_of(text: str, separator: str) -> list[str]:
    """Return the cells of one row; its line breaks are inside quotes."""
    if len(text) > LONG:
        return _cells_of_long(text, separator)
    return next(csv.reader((f"{line}\n" for line in text.split("\n")), delimiter=separator), [])


def _cells_of_long(text: str, separator: str) -> list[str]:
    """Return the cells as the csv module finds them, without the four bytes that it needs for each sign."""
    cells, place = [], 0
    while place <= len(text):
        parts = []
        if text.startswith('"', place):
            while True:
                close = text.find('"', place + 1)
                close = close if close >= 0 else len(text)
                parts.append(text[place + 1 : close])
                if not text.startswith('""', close):
                    break
                parts.append('"')
                place = close + 1
            place = close + 1
        end = text.find(separator, place)
        end = end if end >= 0 else len(text)
        parts.append(text[place:end])
        cells.append("".join(parts))
        place = end + 1
    return cells


def _still_open(line: str, separator: str, is_open: bool) -> bool:
    """Return whether a quoted cell goes on after the end of the line; a quote inside a cell is a sign."""
    if '"' not in line:
        return is_open
    for part in line.split(separator):
        if is_open or part.startswith('"'):
            is_open ^= part.count('"') % 2 == 1
    return is_open
