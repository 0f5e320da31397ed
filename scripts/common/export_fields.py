"""The fields of a record, whatever the format: export_fields.csv says which tag can hold which field.

A librarian extends that table: one row per field of a format, the tags (columns, elements) in the
order of preference. ``A | B`` takes A, or else B; ``A + B`` takes both. Rows of a platform come
before those for all. ``split`` parts a cell into names, ``_`` in it is a blank; ``label`` says what marks the
number in a note.
"""

import re
from collections.abc import Collection, Iterable
from functools import cache, cached_property, lru_cache
from json.encoder import encode_basestring
from pathlib import Path
from typing import NamedTuple

from scripts.common.dates import complete_date, read_date
from scripts.common.errors import InputError
from scripts.common.identifiers import doi_in, doi_in_link, issn_key, pmid_key
from scripts.common.records import COLUMNS, RETRACTED, RETRACTION_NOTICE, Record
from scripts.common.tables import read_table, rows_of

TABLE = Path(__file__).with_suffix(".csv")
TABLE_COLUMNS = ("format", "platform", "field", "tags", "split", "label", "note")

# Columns of records.csv that are one value, and those that are all values of a tag, parted by "; ".
ONE = ("title", "journal", "journal_abbrev", "volume", "issue", "url", "accession")
ALL = ("type", "authors", "language", "keywords")
FIELDS = (*ONE, *ALL, "year", "date", "month", "pages", "first_page", "last_page", "article_number",
          "doi", "pmid", "pmcid", "issn", "isbn", "abstract")  # fmt: skip

Tags = dict[str, list[str]]  # what one record holds: tag -> its values, in order

COPYRIGHT = re.compile(r"Copyright of .{1,300} is the property of ", re.DOTALL)  # EBSCO
ISBN = re.compile(r"(?<![\dX])(?:97[89]\d{10}|\d{9}[\dX])(?![\dX])", re.IGNORECASE | re.ASCII)


class Source(NamedTuple):
    """One row of the table: alternatives, each of one or several tags; how to part; what marks a number."""

    alternatives: tuple[tuple[str, ...], ...]
    split: tuple[str, ...]
    label: str


class Fields:
    """Which tags hold which field of one format and platform: ``sources`` by field, in order."""

    def __init__(self, sources: dict[str, list[Source]]) -> None:
        self.sources = {name: tuple(found) for name, found in sources.items() if found}
        self._of_tags: dict[frozenset[str], Fields] = {}

    @cached_property
    def tags(self) -> dict[str, tuple[tuple[str, str], ...]]:
        """Field -> (tag, label), in the order of preference."""
        return {
            name: tuple(
                (tag, source.label) for source in found for names in source.alternatives for tag in names
            )
            for name, found in self.sources.items()
        }

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
    """Return the rows of export_fields.csv; an unknown field or a row without tags raises ``InputError``."""
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
        if row["platform"] not in ("", platform):
            continue
        alternatives = tuple(
            tuple(tag if columns is None else known.get(tag.casefold(), "") for tag in part.split(" + "))
            for part in row["tags"].split(" | ")
        )
        present = tuple(tags for names in alternatives if (tags := tuple(tag for tag in names if tag)))
        if present:
            split = tuple(sign.replace("_", " ") for sign in row["split"].split(" | ") if sign)
            found[row["field"]].append(Source(present, split, row["label"]))
    return Fields(found)


def record(tags: Tags, fields: Fields) -> Record:
    """Return one record under the names of records.csv, as its source wrote it.

    ``extra`` (JSON) keeps, in order, every value that no column holds: unknown tags, repeated values,
    notes, and dates that say more than could be read.
    """
    fields = fields.present(tags)
    known, left, row = fields.sources, dict(tags), dict(_EMPTY)
    for name in ONE:
        if name in known:
            row[name] = _one(tags, fields, name, left)
    for name in ALL:
        if name in known:
            row[name] = "; ".join(_all(tags, fields, name, left))
    row["year"], row["date"] = _dates(tags, fields, left)
    row["pages"] = _pages(tags, fields, left)
    for name, find in _FINDERS.items():
        if name in known:
            row[name] = find(tags, fields, left)
    row["retraction"] = retraction(row["title"])
    rest = {tag: some for tag, values in left.items() if (some := [value for value in values if value])}
    row["extra"] = to_json(rest) if rest else ""
    return row


def to_json(tags: Tags) -> str:
    """Return tags as ``json.dumps(tags, ensure_ascii=False)`` would, which took a third of all reading."""
    lists = (f"{_quoted(tag)}: [{', '.join(map(_quoted, values))}]" for tag, values in tags.items())
    return "{" + ", ".join(lists) + "}"


_ESCAPED = bytes([*range(0x20), ord('"'), ord("\\")])


def _quoted(text: str) -> str:
    content = text.encode()
    if len(content.translate(None, _ESCAPED)) == len(content):
        return f'"{text}"'
    return encode_basestring(text)


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


def _one(tags: Tags, fields: Fields, name: str, left: Tags) -> str:
    """Return the first value there is; the same value under another tag of the field says no more."""
    found = ""
    for tag, _ in fields.tags.get(name, ()):
        for value in tags[tag]:
            if value and (not found or value == found):
                found = value
                _take(left, tag, value)
                break
    return found


def _all(tags: Tags, fields: Fields, name: str, left: Tags) -> list[str]:
    """Return all values of the first alternative that has any, parted where the table says so."""
    for source in fields.sources.get(name, ()):
        for names in source.alternatives:
            found = [part for tag in names for part in _parts(tags[tag], source.split)]
            if found:
                for tag in names:
                    left.pop(tag, None)
                return found
    return []


def _parts(values: Iterable[str], signs: tuple[str, ...]) -> list[str]:
    """Return the values, or the parts of each: at the first of the signs that stands in it."""
    if signs:
        values = [
            part
            for value in values
            for part in value.split(next((sign for sign in signs if sign in value), None) or "\0")
        ]
    return [clean for value in values if (clean := value.strip(" ,;"))]


def _values(tags: Tags, fields: Fields, name: str) -> list[tuple[str, str, str]]:
    """Return tag, value and label of every value that can hold a field, in the order of preference."""
    return [(tag, value, label) for tag, label in fields.tags.get(name, ()) for value in tags[tag] if value]


@lru_cache(maxsize=10_000)
def _date(text: str) -> tuple[str, bool]:
    """Return the date in a text, and whether it says all that the text says."""
    known = read_date(text)
    return known, len(re.findall(r"\w+", text)) <= known.count("-") + 1


def _dates(tags: Tags, fields: Fields, left: Tags) -> tuple[str, str]:
    """Return the year, and the most exact date that agrees with it."""
    dates = [(tag, value, *_date(value)) for tag, value, _ in _values(tags, fields, "year")]
    year = next((known[:4] for _, _, known, _ in dates if known), "")
    for name in ("date", "month"):
        if name not in fields.sources:
            continue
        for tag, value, _ in _values(tags, fields, name):
            known, whole = _date(value)
            if not known:
                known = complete_date(year, value)
                whole = len(known) > 4
            dates.append((tag, value, known, whole))
    date = year
    for _, _, known, _ in dates:
        if len(known) > len(date) and known.startswith(year):
            date = known
    for tag, value, known, whole in dates:
        if whole and known and date.startswith(known):
            _take(left, tag, value)
    return year, date


def _pages(tags: Tags, fields: Fields, left: Tags) -> str:
    """Return the pages as written, or first and last page, or the number of the article."""
    if "pages" in fields.sources and (pages := _one(tags, fields, "pages", left)):
        return pages
    before = dict(left)
    first, last = (_one(tags, fields, name, left) for name in ("first_page", "last_page"))
    if (first, last) == ("No", "Specified"):  # Ovid writes so
        left.clear()
        left.update(before)
    elif first or last:
        return "-".join(part for part in (first, last) if part)
    return _one(tags, fields, "article_number", left)


def _doi(tags: Tags, fields: Fields, left: Tags) -> str:
    """Return the first DOI; in a link, only behind the resolver."""
    for _, value, label in _values(tags, fields, "doi"):
        found = doi_in_link(value) if label else doi_in(value)
        if found:
            if not label:
                for other, _ in fields.tags["doi"]:  # the same DOI under another tag says no more
                    _take(left, other, value)
            return found
    return ""


def _pmid(tags: Tags, fields: Fields, left: Tags) -> str:
    """Return the PMID: a number in a field for it, or one marked by the label in a note."""
    for tag, value, label in _values(tags, fields, "pmid"):
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


def _pmcid(tags: Tags, fields: Fields, left: Tags) -> str:
    for tag, value, label in _values(tags, fields, "pmcid"):
        found = re.search(r"\bPMC\d{3,9}\b", value) if "PMC" in value else None
        if found:
            if not label or found[0] == value:
                _take(left, tag, value)
            return found[0]
    return ""


def _issn(tags: Tags, fields: Fields, left: Tags) -> str:
    """Return the ISSNs as written; one tag can hold ISBNs too."""
    return _numbers(tags, fields, "issn", left)


def _isbn(tags: Tags, fields: Fields, left: Tags) -> str:
    return _numbers(tags, fields, "isbn", left)


def _numbers(tags: Tags, fields: Fields, name: str, left: Tags) -> str:
    found = []
    for tag, value, _ in _values(tags, fields, name):
        is_isbn = bool(ISBN.search(value.replace("-", "").replace(" ", "")))
        if is_isbn == (name == "isbn") and (is_isbn or issn_key(value)):
            _take(left, tag, value)
            if value not in found:
                found.append(value)
    return "; ".join(found)


def _abstract(tags: Tags, fields: Fields, left: Tags) -> str:
    """Return the first abstract that is no copyright notice; another language stays in extra."""
    for tag, value, _ in _values(tags, fields, "abstract"):
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
