"""One interface to the exports of all platforms: ``read(path)`` yields records and pieces set aside.

The format is recognised by the content, never by the name of the file. Files are read as a stream.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path

from scripts.common.errors import InputError
from scripts.common.exports.bibtex import count_entries, read_bibtex
from scripts.common.exports.delimited import count_rows, find_header, read_own_rows, read_rows
from scripts.common.exports.endnote_xml import count_endnote, read_endnote
from scripts.common.exports.fields import Fields, Tags, fields_of
from scripts.common.exports.mapping import record
from scripts.common.exports.names import commas_divide
from scripts.common.exports.platforms import LOOKED_AT, guess_platform, platform_of
from scripts.common.exports.pubmed_export import read_pubmed
from scripts.common.exports.ris import END, RisCounter, begins, read_ris, tagged
from scripts.common.exports.ris_writing import NOTE, with_note
from scripts.common.exports.tagged import Grammar, count_tagged, grammar_of, read_tagged, without_kind
from scripts.common.files.decoding import HEAD, Encoding, find_encoding, read_chunks, read_head, read_lines
from scripts.common.records.pubmed_xml import count_articles
from scripts.common.records.record import Raw, Record, SetAside

FORMATS = {
    "ris": "RIS",
    "nbib": "PubMed (.nbib, MEDLINE)",
    "pubmed xml": "PubMed XML",
    "endnote xml": "EndNote XML",
    "bibtex": "BibTeX",
    "csv": "CSV or TSV with a header line",
    "ovid": "Ovid tagged",
    "wos": "Web of Science tagged (.ciw)",
    "refer": "Refer (.enw)",
    "refworks": "RefWorks tagged",
    "noteexpress": "NoteExpress",
    "cochrane": "Cochrane plain text",
}
MARKS = {  # the line in which a record, or the file, begins
    "nbib": re.compile(r"PMID ?- ?\d|OWN ?- ?\w"),
    "ovid": re.compile(r"\s*(<\d+\. ?>\s*$|VN {1,2}- Ovid)"),
    "wos": re.compile(r"(FN|VR) \w|PT [A-Z]\s*$"),
    "refer": re.compile(r"%[0TA] \S"),
    "refworks": re.compile(r"RT [A-Z]"),
    "noteexpress": re.compile(r"\s*\{Reference Type\}:"),
    "bibtex": re.compile(r"\s*@\s*[A-Za-z]+\s*[{(]"),
}

COCHRANE = re.compile(r"Record #\d+ of \d+\s*$")  # also the header of a record in Cochrane's RIS


def find_format(path: str | Path) -> str:
    """Return the format of an export by its beginning; what is no export raises ``InputError``."""
    head = read_head(path)
    lines = head.split("\n")
    format_name = _format_of_markup(head, path) or ("csv" if find_header(lines) else _format_of_lines(lines))
    if not format_name:
        raise InputError(
            f"{path}: no record was found in it. Export it again as one of: {', '.join(FORMATS.values())}."
        )
    return format_name


def _format_of_markup(head: str, path: str | Path) -> str:
    """Return the format of XML, or ``""`` for what is no known one; a web page raises ``InputError``."""
    begin, text = head.lstrip()[:200].casefold(), head.casefold()
    if not begin.startswith("<"):
        return ""
    if begin.startswith("<!doctype html") or "<html" in text:
        raise InputError(
            f"{path}: a web page, not an export; the platform may have asked to sign in. Export it again."
        )
    if "<pubmedarticleset" in text:
        return "pubmed xml"
    return "endnote xml" if re.search(r"<records?[\s>]", head) else ""


def _format_of_lines(lines: Sequence[str]) -> str:
    """Return the format whose records begin in the first line that can be such a beginning, or ``""``."""
    for line in lines:
        if begins(line):
            return "ris"
        for name, mark in MARKS.items():
            if mark.match(line):
                return name
    if any(map(COCHRANE.match, lines)):
        return "cochrane"
    without_beginning = any(map(tagged, lines)) and any(map(END.match, lines))  # as some tools write RIS
    return "ris" if without_beginning else ""


def check_export(path: str | Path) -> None:
    """Stop at a file that is no export or holds no record; reads no more than 64 KB."""
    find_format(path)
    if Path(path).stat().st_size <= HEAD and not any(True for _ in Export(path)):
        raise InputError(f"{path}: no record in it. Export it again, or take its line out of inputs.tsv.")


class Export:
    """A file of records: its format and encoding; iterating reads it, after which its plain count is known.

    ``platform`` is a guess from the first records (``""`` if nothing points to one). ``oddities`` are
    filled on the way: what was odd -> how many records, and the position and line of the first.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = str(path)
        self.format = find_format(path)
        self.encoding: Encoding = find_encoding(path)
        self.header = find_header(self._lines()) if self.format == "csv" else None
        self.announced = 0 if self.format == "ris" else self._count()
        self.platform = ""
        self._comma_columns: Collection[str] = ()  # whose cells keep full names apart by commas
        self.oddities: dict[str, tuple[int, int, int]] = {}

    def __iter__(self) -> Iterator[Record | SetAside]:
        """Yield the records, each with its ``position`` in the file (1 is first), and the pieces set aside.

        A file in which other than the announced number of records is read or set aside raises ``InputError``.
        """
        found = 0
        for piece in self._pieces():
            found += not isinstance(piece, SetAside) or piece.position > 0
            yield piece
        if found != self.announced:
            raise InputError(
                f"{self.path}: {self.announced} records begin in it, {found} were found. Export it again."
            )

    def _lines(self) -> Iterator[str]:
        return read_lines(self.path, self.encoding)

    def _grammar(self) -> Grammar:
        return grammar_of(self.format, read_head(self.path).split("\n"))

    def _counted_texts(self) -> Iterator[str]:
        """Yield the text, and count the records in it on the way: a pass less over large files."""
        counter = RisCounter()
        for text in read_chunks(self.path, self.encoding):
            counter.add(text)
            yield text
        self.announced = counter.number

    def _count(self) -> int:
        if self.format == "bibtex":
            return count_entries(self._lines())
        if self.format == "endnote xml":
            return count_endnote(self.path)
        if self.format == "pubmed xml":
            return count_articles(self.path)
        if self.header:
            return count_rows(self._lines(), self.header)
        return count_tagged(self._lines(), self._grammar())

    def _pieces(self) -> Iterator[Record | SetAside]:
        if self.format == "pubmed xml":
            self.platform = "pubmed"
            yield from read_pubmed(self.path)
        elif self.header and self.header.ours:
            self.platform = "this workflow"
            yield from read_own_rows(self._lines(), self.header)
        else:
            yield from self._mapped(self._raw())

    def _raw(self) -> Iterator[Raw | SetAside]:
        if self.format == "ris":
            return read_ris(self._counted_texts())
        if self.format == "bibtex":
            return read_bibtex(self._lines())
        if self.format == "endnote xml":
            return read_endnote(self.path)
        if self.header:
            return read_rows(self._lines(), self.header)
        pieces = read_tagged(self._lines(), self._grammar())
        return map(without_kind, pieces) if self.format == "ovid" else pieces

    def _mapped(self, pieces: Iterable[Raw | SetAside]) -> Iterator[Record | SetAside]:
        """Give each record the names of records.csv, as its format and platform ask."""
        pieces = iter(pieces)
        first = list(islice(pieces, LOOKED_AT))
        seen = [piece.tags for piece in first if isinstance(piece, Raw)]
        self.platform = guess_platform(self.format, seen)
        if self.header and not self.header.wos_table:
            self._comma_columns = {
                name for name in self.header.names if commas_divide(tags[name][0] for tags in seen)
            }
        by_platform: dict[str, Fields] = {}  # files of several platforms are joined to one at times
        for piece in chain(first, pieces):
            if isinstance(piece, SetAside):
                yield piece
                continue
            if piece.oddity:
                self._note_oddity(piece)
            platform = platform_of(self.format, piece.tags)
            if platform not in by_platform:
                by_platform[platform] = self._fields_of(platform)
            yield _row_of(piece, by_platform[platform])

    def _fields_of(self, platform: str) -> Fields:
        """Return which tags or columns of this file hold which field, for one platform."""
        if self.header is None:
            return fields_of(self.format, platform)
        if self.header.wos_table:  # the columns are the tags of Web of Science
            return fields_of("wos", platform)
        return fields_of(self.format, platform, self.header.names, self._comma_columns)

    def _note_oddity(self, piece: Raw) -> None:
        number, position, line = self.oddities.get(piece.oddity, (0, piece.position, piece.line))
        self.oddities[piece.oddity] = number + 1, position, line


def _row_of(piece: Raw, fields: Fields) -> Record | SetAside:
    """Return a record under our names, or set aside if it has no value."""
    row = record(piece.tags, fields)
    if NOTE in piece.tags:
        row = with_note(row, piece.tags)
    if row["title"] or _has_value(piece.tags):
        row["position"] = str(piece.position)
        return row
    raw = "\n".join(f"{tag}  - {value}" for tag, values in piece.tags.items() for value in values)
    return SetAside(piece.position, piece.line, "a record without any field", raw)


def _has_value(tags: Tags) -> bool:
    """Return whether a record has any value except its type."""
    return any(value for tag, values in tags.items() if tag != "TY" for value in values)


def read(path: str | Path) -> Iterator[Record | SetAside]:
    """Yield the records of an export and the pieces set aside; what is no export raises ``InputError``."""
    yield from Export(path)
