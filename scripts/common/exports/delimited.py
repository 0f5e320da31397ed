"""Tables of records with a header: CSV, TSV and worksheets; rows stay whole over line breaks."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import islice

from scripts.common.exports.fields import Tags, fields_of
from scripts.common.exports.latex import plain
from scripts.common.exports.mapping import joined_extra
from scripts.common.files.delimited import HeaderLine, header_lines, rows
from scripts.common.files.safe_cells import as_written
from scripts.common.records.record import COLUMNS, Raw, SetAside

WOS_NAMES = ("AU", "AF", "BA", "BF", "CA")
WOS_TABLE = {"PT", "AU", "TI", "SO"}  # Web of Science, "tab delimited": its tags are the columns
OVID_TABLE = {"VN", "DB", "TI", "SO"}  # Ovid, "CSV": its tags are the columns
LIST_FIELDS = ("type", "authors", "language", "keywords", "issn", "isbn", "doi", "pmid")
NUMBERED = re.compile(r"/\d+(?=/|$)")  # columns of a list: artinfo/aug/au/0, artinfo/aug/au/1 (EBSCO)

Row = tuple[int, list[str] | str, str]  # line, cells or why there are none, text


class Header(HeaderLine):
    """The header of an export, and what kind of table it begins."""

    @property
    def ours(self) -> bool:
        """Return whether it is a table of records of this workflow."""
        return set(COLUMNS[5:-1]) <= set(self.names)

    @property
    def tagged_format(self) -> str:
        """Return the format whose tags are the names of the columns, or ``""``."""
        found = set(self.names)
        return "wos" if found >= WOS_TABLE else "ovid" if found >= OVID_TABLE else ""

    @property
    def of_bibtex(self) -> bool:
        """Return whether the cells are the values of BibTeX, with its braces, as some programs write them."""
        return "ENTRYTYPE" in self.names

    def tags(self) -> list[str]:
        """Return the tag of each column; those of one list have one tag."""
        return [NUMBERED.sub("", name) for name in self.names]

    def separators(self) -> Mapping[str, str]:
        """Return tag -> what is between its values, for the tags of which one cell holds several."""
        if self.tagged_format == "wos":
            return dict.fromkeys(WOS_NAMES, ";")
        return dict.fromkeys(_ovid_lists(), "\n\n") if self.tagged_format == "ovid" else {}


@cache
def _ovid_lists() -> frozenset[str]:
    places = fields_of("ovid", "").places
    return frozenset(tag for name in LIST_FIELDS for tag, _ in places.get(name, ()))


def is_header(header: Header) -> bool:
    """Return whether these are names of columns that we know: a title and two more, or those of a tool."""
    if len(header.names) < 3:
        return False
    if header.tagged_format or header.ours:
        return True
    known = fields_of("csv", "", header.tags()).sources
    return "title" in known and len(known) > 2


def find_header(lines: Iterable[str]) -> Header | None:
    """Return the header among the first lines: one with a title and two more columns that are known."""
    return next((header for found in header_lines(lines) if is_header(header := Header(*found))), None)


def read_rows(lines: Iterable[str], header: Header) -> Iterator[Raw | SetAside]:
    """Yield each row as tag -> values, rows that cannot be read, and what is above the header."""
    lines = iter(lines)
    yield from _above(lines, header)
    below = rows(lines, header._replace(line=0))
    yield from records_of_rows(((line + header.line, cells, text) for line, cells, text in below), header)


def records_of_rows(found: Iterable[Row], header: Header) -> Iterator[Raw | SetAside]:
    """Yield each row below a header as tag -> values, and the rows that cannot be read."""
    names, separators, of_bibtex = header.tags(), header.separators(), header.of_bibtex
    for position, (line, cells, text) in enumerate(found, start=1):
        if isinstance(cells, str):
            yield SetAside(position, line, f"a row that cannot be read: {cells}", text)
            continue
        tags: Tags = {}
        for name, cell in zip(names, cells, strict=True):
            value = cell.strip()
            if value.startswith('="') and value.endswith('"'):  # EBSCO, so that Excel keeps leading zeros
                value = value[2:-1]
            if of_bibtex:
                value = plain(value)
            if name in separators:
                parts = map(str.strip, value.split(separators[name]))
                tags.setdefault(name, []).extend(filter(None, parts))
            else:
                tags.setdefault(name, []).append(value)
        yield Raw(position, line, tags)


def _above(lines: Iterator[str], header: Header) -> Iterator[SetAside]:
    """Read the lines up to the header; yield those with text, such as the query that Embase writes."""
    for number, line in enumerate(islice(lines, header.line), start=1):
        if number < header.line and re.search(r"\w", line):
            yield SetAside(0, number, "text above the names of the columns", line)


def read_own_rows(found: Iterable[Row], header: Header) -> Iterator[dict[str, str] | SetAside]:
    """Yield the rows of a table of records of this workflow, as they were written.

    Columns that somebody added to it are kept in ``extra``.
    """
    added = [name for name in header.names if name not in COLUMNS]
    for position, (line, cells, text) in enumerate(found, start=1):
        if isinstance(cells, str):
            yield SetAside(position, line, f"a row that cannot be read: {cells}", text)
            continue
        row = {name: as_written(cell) for name, cell in zip(header.names, cells, strict=True)}
        row = {**dict.fromkeys(COLUMNS, ""), **row, "position": str(position)}
        if more := {name: [row[name]] for name in added if row[name]}:
            row["extra"] = joined_extra(row["extra"], more)
        yield row


def count_rows(lines: Iterable[str], header: Header) -> int:
    """Count the rows after the header that are not blank."""
    return sum(1 for _ in rows(lines, header))
