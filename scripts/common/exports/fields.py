"""The fields of a record, whatever the format: fields.csv says which tag can hold which field.

A librarian extends that table: one row per field of a format, the tags (columns, elements) in the
order of preference. ``A | B`` takes A, or else B; ``A + B`` takes both. Rows of a platform come
before those for all. ``split`` divides a cell into names, ``_`` in it is a blank; ``label`` says what marks
the number in a note.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from scripts.common.errors import InputError
from scripts.common.exports.names import COMMAS
from scripts.common.files.tables import read_table, rows_of

NAMES = "names"  # as a sign: a cell is divided by the shape of names
TABLE = Path(__file__).with_suffix(".csv")
TABLE_COLUMNS = ("format", "platform", "field", "tags", "split", "label", "note")

# Columns of records.csv that are one value, and those that are all values of a tag, joined by "; ".
ONE = ("title", "journal", "journal_abbrev", "volume", "issue", "url", "accession")
ALL = ("type", "authors", "language", "keywords")
NUMBERS = ("doi", "pmid", "pmcid", "issn", "isbn", "abstract")  # each is found in a way of its own
FIELDS = (*ONE, *ALL, "year", "date", "month", "pages", "first_page", "last_page", "article_number",
          *NUMBERS)  # fmt: skip

Tags = dict[str, list[str]]  # what one record holds: tag -> its values, in order
Places = tuple[tuple[str, str], ...]  # where a field can be: (tag, label), in the order of preference


class Source(NamedTuple):
    """One row of the table: alternatives of one or several tags, how to divide them, what marks a number."""

    alternatives: tuple[tuple[str, ...], ...]
    split: tuple[str, ...]
    label: str


class Fields:
    """Which tags hold which field of one format and platform: ``sources`` by field, in order."""

    def __init__(self, sources: Mapping[str, Sequence[Source]]) -> None:
        self.sources = {name: tuple(found) for name, found in sources.items() if found}
        self.places: dict[str, Places] = {
            name: tuple(
                (tag, source.label) for source in found for names in source.alternatives for tag in names
            )
            for name, found in self.sources.items()
        }

    def plan(self, names: Collection[str]) -> "Plan":
        """Return what is to be done for records with these tags."""
        sources: dict[str, list[Source]] = {}
        for field, found in self.sources.items():
            for source in found:
                parts = (tuple(tag for tag in part if tag in names) for part in source.alternatives)
                if some := tuple(part for part in parts if part):
                    sources.setdefault(field, []).append(source._replace(alternatives=some))
        return Plan(sources)


class Plan(Fields):
    """What ``record`` does for records that have the same tags, field by field.

    ``alone`` and ``lists`` are the fields, of one and of several values, that are each in one tag which no
    other field shares, and need no cutting: (field, tag). ``taken`` are these tags.
    """

    def __init__(self, sources: Mapping[str, Sequence[Source]]) -> None:
        super().__init__(sources)
        alone = self._fields_alone()
        self.alone = [(name, alone[name]) for name in (*ONE, "abstract") if name in alone]
        self.lists = [(name, alone[name]) for name in ALL if name in alone]
        self.taken = frozenset(tag for _, tag in (*self.alone, *self.lists))
        self.abstract_alone = alone.get("abstract", "")
        left = self.sources.keys() - dict((*self.alone, *self.lists)).keys()
        self.one = self._places_of(ONE, left)
        self.all = [(name, self._ways(name)) for name in ALL if name in left]
        self.years = self.places.get("year", ())
        self.dates = self.places.get("date", ()) + self.places.get("month", ())
        self.numbers = self._places_of(NUMBERS, left)

    def _fields_alone(self) -> dict[str, str]:
        """Return field -> tag of the fields in one tag, which no other shares, that need no cutting."""
        used = Counter(tag for places in self.places.values() for tag, _ in places)
        return {
            name: places[0][0]
            for name, places in self.places.items()
            if len(places) == 1 and used[places[0][0]] == 1 and not self.sources[name][0].split
        }

    def _places_of(self, names: Sequence[str], left: Collection[str]) -> list[tuple[str, Places]]:
        return [(name, self.places[name]) for name in names if name in left]

    def _ways(self, name: str) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
        """Return the tags of each alternative of a field, and how their values are cut."""
        return [(tags, source.split) for source in self.sources[name] for tags in source.alternatives]


@cache
def read_fields() -> tuple[dict[str, str], ...]:
    """Return the rows of fields.csv; an unknown field or a row without tags raises ``InputError``."""
    rows = rows_of(read_table(TABLE, TABLE_COLUMNS))
    for number, row in enumerate(rows, start=2):
        if row["field"] not in FIELDS or not row["tags"].strip():
            raise InputError(
                f"{TABLE.name} line {number}: field {row['field']!r} with tags {row['tags']!r}."
                f" Known fields are: {', '.join(FIELDS)}; each row needs a tag."
            )
    return tuple(rows)


def fields_of(
    format_name: str,
    platform: str,
    columns: Collection[str] | None = None,
    comma_columns: Collection[str] = (),
) -> Fields:
    """Return field -> sources, the platform's before those for all platforms.

    With ``columns``, the names of a table's columns, tags are found whatever their capitals, blanks and signs
    (``StartPage``, ``start_page``), and those that the table lacks are left out. In ``comma_columns`` commas
    keep full names apart.
    """
    known = {column_key(name): name for name in reversed(list(columns or ()))}
    found: dict[str, list[Source]] = {name: [] for name in FIELDS}
    rows = [row for row in read_fields() if row["format"] == format_name]
    for row in sorted(rows, key=lambda row: row["platform"] == ""):
        if row["platform"] in ("", platform):
            source = _source(row, None if columns is None else known)
            if source.split == (NAMES,) and _first_is_in(source, comma_columns):
                source = source._replace(split=(NAMES, COMMAS))
            if source.alternatives:
                found[row["field"]].append(source)
    return Fields(found)


def _first_is_in(source: Source, columns: Collection[str]) -> bool:
    """Return whether the columns that a source prefers are among the given ones."""
    return any(tag in columns for names in source.alternatives[:1] for tag in names)


@cache
def column_key(name: str) -> str:
    """Return the letters and digits of a column's name, in lower case: what two ways to write it share."""
    return "".join(sign for sign in name.casefold() if sign.isalnum())


def _source(row: Mapping[str, str], columns: Mapping[str, str] | None) -> Source:
    """Return one row of fields.csv; of ``columns`` (by casefolded name) only those that the table has."""
    alternatives = []
    for part in row["tags"].split(" | "):
        tags = part.split(" + ")
        if columns is not None:
            tags = [columns[column_key(tag)] for tag in tags if column_key(tag) in columns]
        if tags:
            alternatives.append(tuple(tags))
    split = tuple(sign.replace("_", " ") for sign in row["split"].split(" | ") if sign)
    return Source(tuple(alternatives), split, row["label"])
