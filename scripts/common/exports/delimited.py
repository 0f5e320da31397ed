"""CSV and TSV exports: the header line and the separator are found, rows stay whole over line breaks."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from scripts.common.exports.fields import fields_of
from scripts.common.exports.mapping import joined_extra
from scripts.common.files.delimited import HeaderLine, header_lines, rows
from scripts.common.files.safe_cells import as_written
from scripts.common.records.record import COLUMNS, Raw, SetAside

WOS_NAMES = ("AU", "AF", "BA", "BF", "CA")
WOS_TABLE = ("PT", "AU", "TI", "SO")  # Web of Science, "tab delimited": its tags are the columns


class Header(HeaderLine):
    """The header of an export, and what kind of table it begins."""

    @property
    def ours(self) -> bool:
        """Return whether it is a table of records of this workflow."""
        return set(COLUMNS[5:-1]) <= set(self.names)

    @property
    def wos_table(self) -> bool:
        return set(WOS_TABLE) <= set(self.names)


def find_header(lines: Iterable[str]) -> Header | None:
    """Return the header among the first lines: one with a title and two more columns that are known."""
    for found in header_lines(lines):
        header = Header(*found)
        if len(header.names) < 3:
            continue
        if header.wos_table or header.ours:
            return header
        known = fields_of("csv", "", header.names).sources
        if "title" in known and len(known) > 2:
            return header
    return None


def read_rows(lines: Iterable[str], header: Header) -> Iterator[Raw | SetAside]:
    """Yield each row as column -> value, rows that cannot be read, and what is above the header."""
    lists = WOS_NAMES if header.wos_table else ()
    lines = iter(lines)
    yield from _above(lines, header)
    for position, (line, cells, text) in enumerate(rows(lines, header._replace(line=0)), start=1):
        line += header.line
        if isinstance(cells, str):
            yield SetAside(position, line, f"a row that cannot be read: {cells}", text)
            continue
        tags: dict[str, list[str]] = {}
        for name, cell in zip(header.names, cells, strict=True):
            value = cell.strip()
            if value.startswith('="') and value.endswith('"'):  # EBSCO, so that Excel keeps leading zeros
                value = value[2:-1]
            if name in lists:
                tags.setdefault(name, []).extend(part.strip() for part in value.split(";") if part.strip())
            else:
                tags.setdefault(name, []).append(value)
        yield Raw(position, line, tags)


def _above(lines: Iterator[str], header: Header) -> Iterator[SetAside]:
    """Read the lines up to the header; yield those with text, such as the query that Embase writes."""
    for number, line in enumerate(islice(lines, header.line), start=1):
        if number < header.line and re.search(r"\w", line):
            yield SetAside(0, number, "text above the names of the columns", line)


def read_own_rows(lines: Iterable[str], header: Header) -> Iterator[dict[str, str] | SetAside]:
    """Yield the rows of a table of records of this workflow, as they were written.

    Columns that somebody added to it are kept in ``extra``.
    """
    added = [name for name in header.names if name not in COLUMNS]
    for position, (line, cells, text) in enumerate(rows(lines, header), start=1):
        if isinstance(cells, str):
            yield SetAside(position, line, f"a row that cannot be read: {cells}", text)
            continue
        row = {name: as_written(cell) for name, cell in zip(header.names, cells, strict=True)}
        found = {**dict.fromkeys(COLUMNS, ""), **row, "position": str(position)}
        if more := {name: [row[name]] for name in added if row[name]}:
            found["extra"] = joined_extra(found["extra"], more)
        yield found


def count_rows(lines: Iterable[str], header: Header) -> int:
    """Count the rows after the header that are not blank."""
    return sum(1 for _ in rows(lines, header))
