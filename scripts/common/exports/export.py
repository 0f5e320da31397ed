"""One interface to the exports of all platforms: ``read(path)`` yields records and pieces set aside.

The format is recognised by the content, never by the name of the file. Files are read as a stream, but for
Excel workbooks, JSON and the tables that a map reads.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cache
from itertools import chain, islice
from pathlib import Path
from typing import Any

from scripts.common.errors import InputError
from scripts.common.exports.bibtex import count_entries, read_bibtex
from scripts.common.exports.delimited import Header, count_rows, find_header, read_own_rows, read_rows
from scripts.common.exports.fields import Fields, Plan, Tags, fields_of
from scripts.common.exports.first_map import RECORDS as OF_RECORDS
from scripts.common.exports.formats import MAPPED, TABLES, find_format, is_workbook
from scripts.common.exports.json_records import JsonRecords
from scripts.common.exports.mapped_table import MappedTable
from scripts.common.exports.mapping import record
from scripts.common.exports.names import commas_divide
from scripts.common.exports.platforms import LOOKED_AT, Rule, guess_platform, platform_of, rules_for
from scripts.common.exports.pubmed_export import read_pubmed
from scripts.common.exports.ris import RisCounter, read_ris
from scripts.common.exports.tagged import Grammar, count_tagged, grammar_of, read_tagged, without_kind
from scripts.common.exports.workbook import Workbook
from scripts.common.exports.xml_exports import RECORDS, count_xml, read_xml
from scripts.common.files.decoding import HEAD, Encoding, Text, find_encoding, read_head, read_lines
from scripts.common.files.delimited import rows
from scripts.common.files.refusals import answered
from scripts.common.records.pubmed_xml import count_articles
from scripts.common.records.record import Raw, Record, SetAside

Words = Mapping[str, Any]  # of the map of an input; none: the columns are known by their names
MOST_READERS = 10_000  # kept at once: a file in which all records differ shall not fill the memory
UTF_8 = Encoding("utf-8", "strict", "utf-8")  # of the texts in a workbook, too


def check_export(path: str | Path, name: str = "", words: Words | None = None) -> None:
    """Stop at a file that is no export or holds no record, and at a map that does not fit it.

    Reads no more than 64 KB, but of workbooks and of tables with a map the whole.
    """
    is_table = bool(words) or find_format(path, name) in TABLES
    with answered(str(path) if is_table else None, name or Path(path).stem, words, OF_RECORDS):
        _check_records(path, name, words)


def _check_records(path: str | Path, name: str, words: Words | None) -> None:
    if (words or Path(path).stat().st_size <= HEAD) and not any(True for _ in Export(path, name, words)):
        raise InputError(f"{path}: no record in it. Export it again, or take its line out of inputs.tsv.")


class Export:
    """A file of records; iterating reads it, after which its plain count and, of RIS, its encoding are known.

    ``name`` and ``words`` are the input and the words of its map, if it has one. ``platform`` is a guess from
    the first records (``""`` if nothing points to one). ``oddities`` are filled on the way: what was odd ->
    how many records, and the position and line of the first. ``left_out`` counts the rows that a map leaves
    out, by condition.
    """

    def __init__(self, path: str | Path, name: str = "", words: Words | None = None) -> None:
        self.path = str(path)
        self.format = MAPPED if words else find_format(path, name)
        self._table = self._open_table(name, words)
        self.encoding = self._find_encoding()
        self.header = self._find_header()
        self.announced = 0 if self.format == "ris" else self._count()
        self.left_out = self._table.left_out if isinstance(self._table, MappedTable) else Counter[str]()
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

    def _open_table(self, name: str, words: Words | None) -> MappedTable | Workbook | JsonRecords | None:
        """Return the content of a file that is read as a whole; None for one that is read as a stream."""
        if words:
            return MappedTable(self.path, name, words)
        if self.format == "workbook":
            return Workbook(self.path)
        if self.format.endswith("json"):
            return JsonRecords(self.path, "\n".join(read_lines(self.path, find_encoding(self.path))))
        return None

    def _find_encoding(self) -> Encoding:
        if self.format == "ris":
            return UTF_8  # it is found while the file is read
        if isinstance(self._table, Workbook) or (self.format == MAPPED and is_workbook(self.path)):
            return UTF_8
        return find_encoding(self.path)

    def _find_header(self) -> Header | None:
        if isinstance(self._table, Workbook):
            return self._table.header
        return find_header(self._lines()) if self.format == "csv" else None

    def _lines(self) -> Iterator[str]:
        return read_lines(self.path, self.encoding)

    def _grammar(self) -> Grammar:
        return grammar_of(self.format, read_head(self.path).split("\n"))

    def _counted_texts(self) -> Iterator[str]:
        """Yield the text piece by piece; records are counted and bytes looked at on the way: one pass."""
        counter, text_file = RisCounter(), Text(self.path)

        def counted(text: str) -> str:
            counter.add(text)
            self.announced = counter.number
            return text

        yield from map(counted, text_file.chunks())
        self.encoding = text_file.encoding

    def _count(self) -> int:
        if self._table is not None:
            return self._table.announced
        if self.format == "bibtex":
            return count_entries(self._lines())
        if self.format in RECORDS:
            return count_xml(self.path, self.format)
        if self.format == "pubmed xml":
            return count_articles(self.path)
        if self.header:
            return count_rows(self._lines(), self.header)
        return count_tagged(self._lines(), self._grammar())

    def _pieces(self) -> Iterator[Record | SetAside]:
        if self.format == "pubmed xml":
            self.platform = "pubmed"
            yield from read_pubmed(self.path)
        elif self.header and self.header.ours and self._has_one_table():
            self.platform = "this workflow"
            yield from self._own_rows(self.header)
        else:
            yield from self._mapped(self._raw())

    def _has_one_table(self) -> bool:
        return not isinstance(self._table, Workbook) or len(self._table.sheets) == 1

    def _own_rows(self, header: Header) -> Iterator[Record | SetAside]:
        """Return the rows of a table of this workflow, from a CSV or a worksheet."""
        if isinstance(self._table, Workbook):
            return chain(self._table.outside, read_own_rows(self._table.rows(), header))
        return read_own_rows(rows(self._lines(), header), header)

    def _raw(self) -> Iterator[Raw | SetAside]:
        if self._table is not None:
            return iter(self._table)
        if self.format == "ris":
            return read_ris(self._counted_texts())
        if self.format == "bibtex":
            return read_bibtex(self._lines())
        if self.format in RECORDS:
            return read_xml(self.path, self.format)
        if self.header:
            return read_rows(self._lines(), self.header)
        pieces = read_tagged(self._lines(), self._grammar())
        return map(without_kind, pieces) if self.format == "ovid" else pieces

    def _mapped(self, pieces: Iterable[Raw | SetAside]) -> Iterator[Record | SetAside]:
        """Give each record the names of records.csv, as its format and platform ask."""
        pieces = iter(pieces)
        first = list(islice(pieces, LOOKED_AT))
        seen = [piece.tags for piece in first if isinstance(piece, Raw)]
        kind = "csv" if self.header else self.format
        self.platform = guess_platform(kind, seen)
        if self.header and not self.header.tagged_format:
            self._comma_columns = {
                tag
                for tag in dict.fromkeys(self.header.tags())
                if commas_divide(tags[tag][0] for tags in seen if tag in tags)
            }
        fields = cache(self._fields_of)
        readers: dict[tuple[str, ...], _Reader] = {}  # records of a file have few sets of tags
        for piece in chain(first, pieces):
            if isinstance(piece, SetAside):
                yield piece
                continue
            if piece.oddity:
                self._note_oddity(piece)
            names = tuple(piece.tags)
            reader = readers.get(names)
            if reader is None:
                if len(readers) == MOST_READERS:
                    readers.clear()
                reader = readers[names] = _Reader(names, rules_for(kind, names), fields)
            yield reader.row(piece)

    def _fields_of(self, platform: str) -> Fields:
        """Return which tags or columns of this file hold which field, for one platform."""
        if isinstance(self._table, MappedTable):
            return self._table.fields
        if self.header is None:
            return fields_of(self.format, platform)
        if self.header.tagged_format:
            return fields_of(self.header.tagged_format, platform)
        return fields_of("csv", platform, self.header.tags(), self._comma_columns)

    def _note_oddity(self, piece: Raw) -> None:
        number, position, line = self.oddities.get(piece.oddity, (0, piece.position, piece.line))
        self.oddities[piece.oddity] = number + 1, position, line


class _Reader:
    """Gives records that have the same tags the names of records.csv.

    Files of several platforms are joined to one at times, so each record is asked for its own.
    """

    def __init__(
        self, names: tuple[str, ...], rules: tuple[Rule, ...], fields_of: Callable[[str], Fields]
    ) -> None:
        self._names, self._rules, self._fields_of = names, rules, fields_of
        self._by_platform: dict[str, Plan] = {}

    def row(self, piece: Raw) -> Record | SetAside:
        """Return a record, or set aside if it has no value."""
        platform = platform_of(self._rules, piece.tags)
        fields = self._by_platform.get(platform)
        if fields is None:
            fields = self._by_platform[platform] = self._fields_of(platform).plan(self._names)
        return _row_of(piece, fields)


def _row_of(piece: Raw, fields: Plan) -> Record | SetAside:
    row = record(piece.tags, fields)
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
