"""The fields of a record, whatever the format: fields.csv says which tag can hold which field.

A librarian extends that table: one row per field of a format, the tags (columns, elements) in the
order of preference. ``A | B`` takes A, or else B; ``A + B`` takes both. Rows of a platform come
before those for all. ``split`` divides a cell into names, ``_`` in it is a blank; ``label`` says what marks
the number in a note.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache, lru_cache
from json.encoder import encode_basestring as quoted
from pathlib import Path
from typing import NamedTuple

from scripts.common.errors import InputError
from scripts.common.files.tables import read_table, rows_of
from scripts.common.records.record import COLUMNS, RETRACTED, RETRACTION_NOTICE, Record
from scripts.common.values.dates import complete_date, read_date
from scripts.common.values.identifiers import doi_in, doi_in_link, issn_key, pmid_key

TABLE = Path(__file__).with_suffix(".csv")
TABLE_COLUMNS = ("format", "platform", "field", "tags", "split", "label", "note")

# Columns of records.csv that are one value, and those that are all values of a tag, joined by "; ".
ONE = ("title", "journal", "journal_abbrev", "volume", "issue", "url", "accession")
ALL = ("type", "authors", "language", "keywords")
FIELDS = (*ONE, *ALL, "year", "date", "month", "pages", "first_page", "last_page", "article_number",
          "doi", "pmid", "pmcid", "issn", "isbn", "abstract")  # fmt: skip

Tags = dict[str, list[str]]  # what one record holds: tag -> its values, in order
Places = tuple[tuple[str, str], ...]  # where a field can be: (tag, label), in the order of preference

COPYRIGHT = re.compile(r"Copyright of .{1,300} is the property of ", re.DOTALL)  # EBSCO
ISBN = re.compile(r"(?<![\dX])(?:97[89]\d{10}|\d{9}[\dX])(?![\dX])", re.IGNORECASE | re.ASCII)


class Source(NamedTuple):
    """One row of the table: alternatives of one or several tags, how to divide them, what marks a number."""

    alternatives: tuple[tuple[str, ...], ...]
    split: tuple[str, ...]
    label: str


class Fields:
    """Which tags hold which field of one format and platform: ``sources`` by field, in order."""

    def __init__(self, sources: dict[str, list[Source]]) -> None:
        self.sources = {name: tuple(found) for name, found in sources.items() if found}
        self._of_tags: dict[frozenset[str], Fields] = {}
        self.places: dict[str, Places] = {
            name: tuple(
                (tag, source.label) for source in found for names in source.alternatives for tag in names
            )
            for name, found in self.sources.items()
        }
        # What ``record`` has to do, in order.
        self.one = [(name, self.places[name]) for name in ONE if name in self.sources]
        self.all = [
            (name, [(names, source.split) for source in self.sources[name] for names in source.alternatives])
            for name in ALL
            if name in self.sources
        ]
        self.years = self.places.get("year", ())
        self.dates = self.places.get("date", ()) + self.places.get("month", ())
        self.found = [
            (name, find, self.places[name]) for name, find in _FINDERS.items() if name in self.sources
        ]

    def present(self, tags: Tags) -> "Fields":
        """Return what of this concerns a record with these tags: records of a file have few sets of tags."""
        names = frozenset(tags)
        if names not in self._of_tags:
            if len(self._of_tags) > 10_000:
                self._of_tags.clear()
            sources: dict[str, list[Source]] = {}
            for field, found in self.sources.items():
                for source in found:
                    parts = (tuple(tag for tag in part if tag in names) for part in source.alternatives)
                    if some := tuple(part for part in parts if part):
                        sources.setdefault(field, []).append(source._replace(alternatives=some))
            self._of_tags[names] = Fields(sources)
        return self._of_tags[names]


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


def fields_of(format_name: str, platform: str, columns: Collection[str] | None = None) -> Fields:
    """Return field -> sources, the platform's before those for all platforms.

    With ``columns``, the names of a table's columns, tags are found without regard to case and
    those that the table lacks are left out.
    """
    known = {name.strip().casefold(): name for name in reversed(list(columns or ()))}
    found: dict[str, list[Source]] = {name: [] for name in FIELDS}
    rows = [row for row in read_fields() if row["format"] == format_name]
    for row in sorted(rows, key=lambda row: row["platform"] == ""):
        if row["platform"] in ("", platform):
            source = _source(row, None if columns is None else known)
            if source.alternatives:
                found[row["field"]].append(source)
    return Fields(found)


def _source(row: Mapping[str, str], columns: Mapping[str, str] | None) -> Source:
    """Return one row of fields.csv; of ``columns`` (by casefolded name) only those that the table has."""
    alternatives = []
    for part in row["tags"].split(" | "):
        tags = part.split(" + ")
        if columns is not None:
            tags = [columns[tag.casefold()] for tag in tags if columns.get(tag.casefold())]
        if tags:
            alternatives.append(tuple(tags))
    split = tuple(sign.replace("_", " ") for sign in row["split"].split(" | ") if sign)
    return Source(tuple(alternatives), split, row["label"])


def record(tags: Tags, fields: Fields) -> Record:
    """Return one record under the names of records.csv, as its source wrote it.

    ``extra`` (JSON) keeps, in order, every value that no column holds: unknown tags, repeated values,
    notes, and dates that say more than could be read.
    """
    fields = fields.present(tags)
    left, row = dict(tags), dict(_EMPTY)
    for name, places in fields.one:
        row[name] = _one(tags, places, left)
    for name, ways in fields.all:
        row[name] = _all(tags, ways, left)
    row["year"], row["date"] = _dates(tags, fields, left)
    row["pages"] = _pages(tags, fields, left)
    for name, find, places in fields.found:
        row[name] = find(tags, places, left)
    row["retraction"] = retraction(row["title"])
    rest = {tag: some for tag, values in left.items() if (some := [value for value in values if value])}
    row["extra"] = to_json(rest) if rest else ""
    return row


def to_json(tags: Tags) -> str:
    """Return tags as ``json.dumps(tags, ensure_ascii=False)`` would, which takes longer to begin with."""
    lists = [f"{quoted(tag)}: [{', '.join(map(quoted, values))}]" for tag, values in tags.items()]
    return "{" + ", ".join(lists) + "}"


def _take(left: Tags, tag: str, value: str) -> None:
    """Take a value that a column holds out of what is left for ``extra``; the lists themselves stay whole."""
    values = left.get(tag)
    if values is None or value not in values:
        return
    if len(values) == 1:
        del left[tag]
    else:
        place = values.index(value)
        left[tag] = values[:place] + values[place + 1 :]


def _one(tags: Tags, places: Places, left: Tags) -> str:
    """Return the first value there is; the same value under another tag of the field says no more."""
    found = ""
    for tag, _ in places:
        values = tags[tag]
        for value in values:
            if value and (not found or value == found):
                found = value
                if len(values) == 1:
                    left.pop(tag, None)
                else:
                    _take(left, tag, value)
                break
    return found


def _all(tags: Tags, ways: list[tuple[tuple[str, ...], tuple[str, ...]]], left: Tags) -> str:
    """Return all values of the first alternative that has any, divided where the table says so."""
    for names, signs in ways:
        values = [value for tag in names for value in tags[tag]] if len(names) > 1 else tags[names[0]]
        if signs:
            values = [
                part
                for value in values
                for part in value.split(next((sign for sign in signs if sign in value), "\0"))
            ]
        if found := [clean for value in values if (clean := value.strip(" ,;"))]:
            for tag in names:
                left.pop(tag, None)
            return "; ".join(found)
    return ""


def _values(tags: Tags, places: Places) -> Iterator[tuple[str, str, str]]:
    """Yield tag, value and label of every value that can hold a field, in the order of preference."""
    for tag, label in places:
        for value in tags[tag]:
            if value:
                yield tag, value, label


def _dates(tags: Tags, fields: Fields, left: Tags) -> tuple[str, str]:
    """Return the year, and the most exact date that agrees with it."""
    years = tuple([(tag, value) for tag, _ in fields.years for value in tags[tag] if value])
    others = tuple([(tag, value) for tag, _ in fields.dates for value in tags[tag] if value])
    year, date, held = _agreed(years, others)
    for tag, value in held:
        _take(left, tag, value)
    return year, date


@lru_cache(maxsize=10_000)
def _agreed(
    years: tuple[tuple[str, str], ...], others: tuple[tuple[str, str], ...]
) -> tuple[str, str, list[tuple[str, str]]]:
    """Return the year, the most exact date that agrees with it, and the tags and values it holds whole."""
    dates = [_date(text) for _, text in years]
    year = next((known[:4] for known, _ in dates if known), "")
    for _, text in others:
        known, whole = _date(text)
        if not known:
            known = complete_date(year, text)
            whole = len(known) > 4
        dates.append((known, whole))
    date = year
    for known, _ in dates:
        if len(known) > len(date) and known.startswith(year):
            date = known
    held = [
        place
        for place, (known, whole) in zip(years + others, dates, strict=True)
        if whole and known and date.startswith(known)
    ]
    return year, date, held


def _date(text: str) -> tuple[str, bool]:
    """Return the date in a text, and whether it says all that the text says."""
    known = read_date(text)
    return known, len(re.findall(r"\w+", text)) <= known.count("-") + 1


def _pages(tags: Tags, fields: Fields, left: Tags) -> str:
    """Return the pages as written, or first and last page, or the number of the article."""
    places = fields.places
    if pages := _one(tags, places.get("pages", ()), left):
        return pages
    before = dict(left)
    first = _one(tags, places.get("first_page", ()), left)
    last = _one(tags, places.get("last_page", ()), left)
    if (first, last) == ("No", "Specified"):  # Ovid writes so
        left.clear()
        left.update(before)
    elif first or last:
        return "-".join(part for part in (first, last) if part)
    return _one(tags, places.get("article_number", ()), left)


def _doi(tags: Tags, places: Places, left: Tags) -> str:
    """Return the first DOI; in a link, only after the address of the resolver."""
    for _, value, label in _values(tags, places):
        found = doi_in_link(value) if label else doi_in(value)
        if found:
            if not label:
                for other, _ in places:  # the same DOI under another tag says no more
                    _take(left, other, value)
            return found
    return ""


def _pmid(tags: Tags, places: Places, left: Tags) -> str:
    """Return the PMID: a number in a field for it, or one marked by the label in a note."""
    for tag, value, label in _values(tags, places):
        if label:
            forms, pattern = _labelled(label)
            found = pattern.search(value) if any(form in value for form in forms) else None
            if found:
                return found[1] or found[2]
        elif key := pmid_key(value):
            _take(left, tag, value)
            return key
    return ""


@cache
def _labelled(label: str) -> tuple[tuple[str, ...], re.Pattern[str]]:
    """Return the ways to write a label, and what matches ``PMID: 123`` and ``123 [PMID]``."""
    forms = tuple({label: "", label.lower(): "", label.replace("PUBMED", "PubMed"): ""})
    pattern = rf"\b{label}\b\W{{0,3}}(\d{{1,9}})\b|\b(\d{{1,9}}) ?\[{label}\]"
    return forms, re.compile(pattern, re.IGNORECASE | re.ASCII)


def _pmcid(tags: Tags, places: Places, left: Tags) -> str:
    for tag, value, label in _values(tags, places):
        found = re.search(r"\bPMC\d{3,9}\b", value) if "PMC" in value else None
        if found:
            if not label or found[0] == value:
                _take(left, tag, value)
            return found[0]
    return ""


def _issn(tags: Tags, places: Places, left: Tags) -> str:
    """Return the ISSNs as written; one tag can hold ISBNs too."""
    return _numbers(tags, places, left, "issn")


def _isbn(tags: Tags, places: Places, left: Tags) -> str:
    return _numbers(tags, places, left, "isbn")


def _numbers(tags: Tags, places: Places, left: Tags, kind: str) -> str:
    found = []
    for tag, value, _ in _values(tags, places):
        if _number_kind(value) == kind:
            _take(left, tag, value)
            if value not in found:
                found.append(value)
    return "; ".join(found)


@lru_cache(maxsize=10_000)
def _number_kind(text: str) -> str:
    if ISBN.search(text.replace("-", "").replace(" ", "")):
        return "isbn"
    return "issn" if issn_key(text) else ""


def _abstract(tags: Tags, places: Places, left: Tags) -> str:
    """Return the first abstract that is no copyright notice; another language stays in extra."""
    for tag, value, _ in _values(tags, places):
        if not value.startswith("Copyright") or not COPYRIGHT.match(value):
            _take(left, tag, value)
            return value
    return ""


_EMPTY = dict.fromkeys(COLUMNS[5:], "")
_FINDERS = {"doi": _doi, "pmid": _pmid, "pmcid": _pmcid, "issn": _issn, "isbn": _isbn, "abstract": _abstract}


def retraction(title: str) -> str:
    """Publishers mark retracted papers, and the notices of it, at the beginning of the title."""
    if "retract" not in title[:30].casefold():
        return ""
    if re.match(r"\W*retracted( article)?\s*[:\]\-–]", title, re.IGNORECASE):
        return RETRACTED
    if re.match(r"\W*retraction( notice)?( note)?\s*[:\-–]", title, re.IGNORECASE):
        return RETRACTION_NOTICE
    return ""
