"""CSV and TSV exports: the header line and the separator are found, rows stay whole over line breaks."""

import csv
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from scripts.common.exports.fields import fields_of
from scripts.common.files.safe_cells import as_written
from scripts.common.records.record import COLUMNS, Raw, SetAside

SEPARATORS = (",", "\t", ";")
HEADER_WITHIN = 30  # lines; Embase.com writes the query before the header
MAX_ROW_LINES = 5_000  # a quote still open after so many lines was never closed
WOS_TABLE = ("PT", "AU", "TI", "SO")  # Web of Science, "tab delimited": its tags are the columns


class Header(NamedTuple):
    """The line with the names of the columns: its place (1 is first), the separator, the names."""

    line: int
    separator: str
    names: tuple[str, ...]

    @property
    def ours(self) -> bool:
        """Return whether it is a table of records of this workflow."""
        return set(COLUMNS[5:-1]) <= set(self.names)

    @property
    def wos_table(self) -> bool:
        return set(WOS_TABLE) <= set(self.names)


def find_header(lines: Iterable[str]) -> Header | None:
    """Return the header among the first lines: one with a title and two more columns that are known."""
    for number, line in enumerate(lines, start=1):
        if number > HEADER_WITHIN:
            break
        for separator in SEPARATORS:
            names = tuple(name.strip() for name in _cells(line, separator))
            header = Header(number, separator, names)
            if header.wos_table or header.ours:
                return header
            known = fields_of("csv", "", names).sources
            if len(names) > 2 and "title" in known and len(known) > 2:
                return header
    return None


def rows(lines: Iterable[str], header: Header) -> Iterator[tuple[int, list[str] | str, str]]:
    """Yield line, cells and text of each row after the header; instead of cells, why there are none."""
    for start, text, is_closed in _row_texts(lines, header):
        if not is_closed:
            yield start, "a quote in it is never closed", text
        elif text.strip():
            cells = _cells(text, header.separator)
            while len(cells) > len(header.names) and not cells[-1].strip():
                cells.pop()
            if len(cells) == len(header.names):
                yield start, cells, text
            else:
                yield start, f"{len(cells)} cells, the header has {len(header.names)}", text


def _row_texts(lines: Iterable[str], header: Header) -> Iterator[tuple[int, str, bool]]:
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


def read_rows(lines: Iterable[str], header: Header) -> Iterator[Raw | SetAside]:
    """Yield each row as column -> value, and rows that cannot be read."""
    for position, (line, cells, text) in enumerate(rows(lines, header), start=1):
        if isinstance(cells, str):
            yield SetAside(position, line, f"a row that cannot be read: {cells}", text)
            continue
        tags: dict[str, list[str]] = {}
        for name, cell in zip(header.names, cells, strict=True):
            value = re.sub(r'^="(.*)"$', r"\1", cell.strip())  # EBSCO, so that Excel keeps leading zeros
            if header.wos_table and name in ("AU", "AF", "BA", "BF", "CA"):
                tags.setdefault(name, []).extend(part.strip() for part in value.split(";") if part.strip())
            else:
                tags.setdefault(name, []).append(value)
        yield Raw(position, line, tags)


def read_own_rows(lines: Iterable[str], header: Header) -> Iterator[dict[str, str] | SetAside]:
    """Yield the rows of a table of records of this workflow, as they were written."""
    for position, (line, cells, text) in enumerate(rows(lines, header), start=1):
        if isinstance(cells, str):
            yield SetAside(position, line, f"a row that cannot be read: {cells}", text)
        else:
            row = {name: as_written(cell) for name, cell in zip(header.names, cells, strict=True)}
            yield {**dict.fromkeys(COLUMNS, ""), **row, "position": str(position)}


def count_rows(lines: Iterable[str], header: Header) -> int:
    """Count the rows after the header that are not blank."""
    return sum(1 for _ in rows(lines, header))


def _cells(text: str, separator: str) -> list[str]:
    """Return the cells of one row; its line breaks are inside quotes."""
    return next(csv.reader((f"{line}\n" for line in text.split("\n")), delimiter=separator), [])


def _still_open(line: str, separator: str, is_open: bool) -> bool:
    """Return whether a quoted cell goes on after the end of the line; a quote inside a cell is a sign."""
    if '"' not in line:
        return is_open
    for part in line.split(separator):
        if is_open or part.startswith('"'):
            is_open ^= part.count('"') % 2 == 1
    return is_open
