"""The fields of a record, whatever the format: export_fields.csv says which tag can hold which field.

A librarian extends that table: one row per field of a format, the tags (columns, elements) in the
order of preference. ``A | B`` takes A, or else B; ``A + B`` takes both. Rows of a platform come
before those for all. ``split`` parts a cell into names; ``label`` says what marks the number in a note.
"""

import json
import re
from collections.abc import Collection, Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from scripts.common.dates import complete_date, read_date
from scripts.common.errors import InputError
from scripts.common.identifiers import doi_in, doi_in_link, issn_key, pmid_key
from scripts.common.records import RETRACTED, RETRACTION_NOTICE, Record
from scripts.common.tables import read_table, rows_of

TABLE = Path(__file__).with_suffix(".csv")
TABLE_COLUMNS = ("format", "platform", "field", "tags", "split", "label", "note")

# Columns of records.csv that are one value, and those that are all values of a tag, parted by "; ".
ONE = ("title", "journal", "journal_abbrev", "volume", "issue", "url", "accession")
ALL = ("type", "authors", "language", "keywords")
FIELDS = (*ONE, *ALL, "year", "date", "month", "pages", "first_page", "last_page", "article_number",
          "doi", "pmid", "pmcid", "issn", "isbn", "abstract")  # fmt: skip

Tags = dict[str, list[str]]  # what one record holds: tag -> its values, in order

COPYRIGHT = re.compile(r"Copyright of .{1,300} is the property of ", re.IGNORECASE | re.DOTALL)  # EBSCO
ISBN = re.compile(r"(?<![\dX])(?:97[89]\d{10}|\d{9}[\dX])(?![\dX])", re.IGNORECASE | re.ASCII)


class Source(NamedTuple):
    """One row of the table: alternatives, each of one or several tags; how to part; what marks a number."""

    alternatives: tuple[tuple[str, ...], ...]
    split: tuple[str, ...]
    label: str


Fields = dict[str, tuple[Source, ...]]


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
            split = tuple(sign.strip("\n") for sign in row["split"].split(" | ") if sign)
            found[row["field"]].append(Source(present, split, row["label"]))
    return {name: tuple(sources) for name, sources in found.items() if sources}


def record(tags: Tags, fields: Fields) -> Record:
    """Return one record under the names of records.csv, as its source wrote it.

    ``extra`` (JSON) keeps, in order, every value that no column holds: unknown tags, repeated values,
    notes, and dates that say more than could be read.
    """
    taken: set[tuple[str, str]] = set()
    row: Record = {}
    for name in ONE:
        row[name] = _one(tags, fields.get(name, ()), taken)
    for name in ALL:
        row[name] = "; ".join(_all(tags, fields.get(name, ()), taken))
    row["year"], row["date"] = _dates(tags, fields, taken)
    row["pages"] = _pages(tags, fields, taken)
    row["doi"] = _doi(tags, fields.get("doi", ()), taken)
    row["pmid"] = _pmid(tags, fields.get("pmid", ()), taken)
    row["pmcid"] = _pmcid(tags, fields.get("pmcid", ()), taken)
    row["issn"] = _numbers(tags, fields.get("issn", ()), taken, isbn=False)
    row["isbn"] = _numbers(tags, fields.get("isbn", ()), taken, isbn=True)
    row["abstract"] = _abstract(tags, fields.get("abstract", ()), taken)
    row["retraction"] = retraction(row["title"])
    rest = {
        tag: left
        for tag, values in tags.items()
        if (left := [value for value in values if value and (tag, value) not in taken])
    }
    row["extra"] = json.dumps(rest, ensure_ascii=False) if rest else ""
    return row


def _one(tags: Tags, sources: Iterable[Source], taken: set[tuple[str, str]]) -> str:
    """Return the first value there is; the same value under another tag of the field says no more."""
    found = ""
    for source in sources:
        for names in source.alternatives:
            for tag in names:
                for value in tags.get(tag, ()):
                    if value and (not found or value == found):
                        found = value
                        taken.add((tag, value))
                        break
    return found


def _all(tags: Tags, sources: Iterable[Source], taken: set[tuple[str, str]]) -> list[str]:
    """Return all values of the first alternative that has any, parted where the table says so."""
    for source in sources:
        for names in source.alternatives:
            values = [(tag, value) for tag in names for value in tags.get(tag, ()) if value.strip(" ,;")]
            if values:
                taken.update(values)
                split = source.split
                return [part for _, value in values for part in (_parts(value, split) if split else (value.strip(" ,;"),))]
    return []


def _parts(value: str, signs: tuple[str, ...]) -> list[str]:
    """Return the parts of a cell: at the first of the signs that stands in it."""
    sign = next((sign for sign in signs if sign in value), "")
    parts = value.split(sign) if sign else [value]
    return [part.strip(" ,") for part in parts if part.strip(" ,")]


def _values(tags: Tags, sources: Iterable[Source]) -> list[tuple[str, str, str]]:
    """Return tag, value and label of every value that can hold a field, in the order of preference."""
    return [
        (tag, value, source.label)
        for source in sources
        for names in source.alternatives
        for tag in names
        for value in tags.get(tag, ())
        if value
    ]


def _dates(tags: Tags, fields: Fields, taken: set[tuple[str, str]]) -> tuple[str, str]:
    """Return the year, and the most exact date that agrees with it."""
    years = [(tag, value, read_date(value)) for tag, value, _ in _values(tags, fields.get("year", ()))]
    year = next((known[:4] for _, _, known in years if known), "")
    dates = years + [
        (tag, value, read_date(value) or complete_date(year, value))
        for name in ("date", "month")
        for tag, value, _ in _values(tags, fields.get(name, ()))
    ]
    date = year
    for _, _, known in dates:
        if len(known) > len(date) and known.startswith(year):
            date = known
    for tag, value, known in dates:
        if known and date.startswith(known) and len(re.findall(r"\w+", value)) <= known.count("-") + 1:
            taken.add((tag, value))  # the date says all that the value says
    return year, date


def _pages(tags: Tags, fields: Fields, taken: set[tuple[str, str]]) -> str:
    """Return the pages as written, or first and last page, or the number of the article."""
    pages = _one(tags, fields.get("pages", ()), taken)
    if pages:
        return pages
    used: set[tuple[str, str]] = set()
    first, last = (_one(tags, fields.get(name, ()), used) for name in ("first_page", "last_page"))
    if (first, last) == ("No", "Specified"):  # Ovid writes so
        first = last = ""
    else:
        taken |= used
    if first or last:
        return "-".join(part for part in (first, last) if part)
    return _one(tags, fields.get("article_number", ()), taken)


def _doi(tags: Tags, sources: Iterable[Source], taken: set[tuple[str, str]]) -> str:
    """Return the first DOI; in a link, only behind the resolver."""
    for tag, value, label in _values(tags, sources):
        found = doi_in_link(value) if label else doi_in(value)
        if found:
            for other in tags:  # the same DOI elsewhere says no more
                if (other, found) not in taken and found in tags[other]:
                    taken.add((other, found))
            if not label:
                taken.add((tag, value))
            return found
    return ""


def _pmid(tags: Tags, sources: Iterable[Source], taken: set[tuple[str, str]]) -> str:
    """Return the PMID: a number in a field for it, or one marked by the label in a note."""
    for tag, value, label in _values(tags, sources):
        if not label and (key := pmid_key(value)):
            taken.add((tag, value))
            return key
        if label:
            found = re.search(rf"\b{label}\b\W{{0,3}}(\d{{1,9}})\b|\b(\d{{1,9}}) ?\[{label}\]", value, re.IGNORECASE)
            if found:
                return found[1] or found[2]
    return ""


def _pmcid(tags: Tags, sources: Iterable[Source], taken: set[tuple[str, str]]) -> str:
    for tag, value, label in _values(tags, sources):
        found = re.search(r"\bPMC\d{3,9}\b", value)
        if found:
            if not label:
                taken.add((tag, value))
            return found[0]
    return ""


def _numbers(tags: Tags, sources: Iterable[Source], taken: set[tuple[str, str]], *, isbn: bool) -> str:
    """Return the ISSNs or the ISBNs as written: one tag can hold both, a number of 10 or 13 digits is an ISBN."""
    found = []
    for tag, value, _ in _values(tags, sources):
        is_isbn = bool(ISBN.search(re.sub(r"[-\s]", "", value)))
        if is_isbn == isbn and (is_isbn or issn_key(value)) and value not in found:
            taken.add((tag, value))
            found.append(value)
    return "; ".join(found)


def _abstract(tags: Tags, sources: Iterable[Source], taken: set[tuple[str, str]]) -> str:
    """Return the first abstract that is no copyright notice; another language stays in extra."""
    for tag, value, _ in _values(tags, sources):
        if not COPYRIGHT.match(value):
            taken.add((tag, value))
            return value
    return ""


def retraction(title: str) -> str:
    """Publishers mark retracted papers, and the notices of it, at the beginning of the title."""
    if not re.match(r"\W*retract", title, re.IGNORECASE):
        return ""
    if re.match(r"\W*retracted( article)?\s*[:\]\-–]", title, re.IGNORECASE):
        return RETRACTED
    if re.match(r"\W*retraction( notice)?( note)?\s*[:\-–]", title, re.IGNORECASE):
        return RETRACTION_NOTICE
    return ""
