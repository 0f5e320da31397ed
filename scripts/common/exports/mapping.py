"""One record under the names of records.csv, from the tags that its source wrote."""

import json
import re
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from json.encoder import encode_basestring as quoted

from scripts.common.exports.fields import ALL, NAMES, Places, Plan, Tags
from scripts.common.exports.identifiers import FINDERS, NOTHING, take
from scripts.common.exports.names import NUMBERED, names_in_cell
from scripts.common.records.record import COLUMNS, RETRACTED, RETRACTION_NOTICE, Record
from scripts.common.values.dates import complete_date, month_number, read_date

NO_VALUES = NOTHING | {""}
_EMPTY = dict.fromkeys(COLUMNS[5:], "")


def record(tags: Tags, fields: Plan) -> Record:
    """Return one record under the names of records.csv, as its source wrote it.

    ``fields`` is the plan for the tags that the record has. ``extra`` (JSON) keeps, in order, every value
    that no column holds: unknown tags, repeated values, notes, and dates that say more than could be read.
    """
    row = dict(_EMPTY)
    held = fields.taken
    odd = _take_alone(tags, fields, row)
    if odd:
        held = held.difference(tag for _, tag in odd)
    left = {tag: values for tag, values in tags.items() if tag not in held}
    for name, tag in odd:
        row[name] = _of_one_tag(name, tag, tags, left)
    for name, places in fields.one:
        row[name] = _one(tags, places, left, () if name == "title" else NOTHING)
    for name, ways in fields.all:
        row[name] = _all(tags, ways, left)
    row["year"], row["date"] = _dates(tags, fields, left)
    row["pages"] = _pages(tags, fields, left)
    for name, places in fields.numbers:
        row[name] = FINDERS[name](tags, places, left)
    row["retraction"] = retraction(row["title"])
    row["extra"] = _without_blanks(left)
    return row


def _without_blanks(left: Tags) -> str:
    """Return as JSON the values that no column holds, ``""`` if there is none."""
    if not all(left.values()) or not all(map(all, left.values())):
        left = {tag: some for tag, values in left.items() if (some := [value for value in values if value])}
    return to_json(left) if left else ""


def _take_alone(tags: Tags, fields: Plan, row: Record) -> list[tuple[str, str]]:
    """Fill the fields of which each is alone in its tag, as nearly all are; return those that are odd."""
    odd = []
    for name, tag in fields.alone:
        values = tags[tag]
        if len(values) != 1 or (len(values[0]) < 10 and values[0] in NOTHING):
            odd.append((name, tag))
        else:
            row[name] = values[0]
    for name, tag in fields.lists:
        found = [value.strip(" ,;") for value in tags[tag]]
        if not NO_VALUES.isdisjoint(found):
            odd.append((name, tag))
        else:
            row[name] = "; ".join(found)
    if fields.abstract_alone and row["abstract"].startswith("Copyright"):
        odd.append(("abstract", fields.abstract_alone))
    return odd


def _of_one_tag(name: str, tag: str, tags: Tags, left: Tags) -> str:
    """Return the value of a field that is in one tag, whatever values that has."""
    places = ((tag, ""),)
    if name == "abstract":
        return FINDERS[name](tags, places, left)
    if name in ALL:
        return _all(tags, [((tag,), ())], left)
    return _one(tags, places, left, () if name == "title" else NOTHING)


def to_json(tags: Tags) -> str:
    """Return tags as ``json.dumps(tags, ensure_ascii=False)`` would, which takes longer to begin with."""
    lists = [f"{quoted(tag)}: [{', '.join(map(quoted, values))}]" for tag, values in tags.items()]
    return "{" + ", ".join(lists) + "}"


def joined_extra(extra: str, more: Tags) -> str:
    """Return the ``extra`` of a record with more tags in it; text that is no JSON stays as a value."""
    if not more:
        return extra
    try:
        known = json.loads(extra or "{}")
    except json.JSONDecodeError:
        known = None
    known = known if isinstance(known, dict) else {"extra": [extra]}
    return json.dumps(
        {**known, **{tag: values for tag, values in more.items() if values}}, ensure_ascii=False
    )


def _one(tags: Tags, places: Places, left: Tags, nothing: Collection[str] = NOTHING) -> str:
    """Return the first value there is; the same value under another tag of the field says no more.

    A value among ``nothing`` is none.
    """
    found = ""
    for tag, _ in places:
        values = tags[tag]
        for value in values:
            if value and (not found or value == found) and (len(value) > 4 or value not in nothing):
                found = value
                if len(values) == 1:
                    left.pop(tag, None)
                else:
                    take(left, tag, value)
                break
    return found


def _all(tags: Tags, ways: list[tuple[tuple[str, ...], tuple[str, ...]]], left: Tags) -> str:
    """Return all values of the first alternative that has any, divided where the table says so."""
    for names, signs in ways:
        values = [value for tag in names for value in tags[tag]] if len(names) > 1 else tags[names[0]]
        parts = _divided(values, signs) if signs else values
        if found := [clean for value in parts if (clean := value.strip(" ,;")) and clean not in NOTHING]:
            if not (signs[:1] == (NAMES,) and any(map(NUMBERED.search, values))):
                for tag in names:
                    left.pop(tag, None)
            return "; ".join(found)
    return ""


def _divided(values: Iterable[str], signs: tuple[str, ...]) -> Iterator[str]:
    if signs[0] == NAMES:
        for value in values:
            yield from names_in_cell(value, *signs[1:])
        return
    for value in values:
        yield from value.split(next((sign for sign in signs if sign in value), "\0"))


def _dates(tags: Tags, fields: Plan, left: Tags) -> tuple[str, str]:
    """Return the year, and the most exact date that agrees with it."""
    years = tuple([(tag, value) for tag, _ in fields.years for value in tags[tag] if value])
    others = tuple([(tag, value) for tag, _ in fields.dates for value in tags[tag] if value])
    year, date, held = _agreed(years, others)
    for tag, value in held:
        take(left, tag, value)
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
            whole = len(known) > 4 and _says_only_a_date(text, known.count("-"))
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
    return known, _says_only_a_date(text, known.count("-") + 1)


def _says_only_a_date(text: str, parts: int) -> bool:
    """Return whether a text has no words but the given number of years, months and days."""
    words = re.findall(r"\d+|[^\W\d_]+", text)
    return len(words) <= parts and all(word.isdigit() or month_number(word) for word in words)


def _pages(tags: Tags, fields: Plan, left: Tags) -> str:
    """Return the pages as written, or first and last page, or the number of the article."""
    places = fields.places
    if pages := _one(tags, places.get("pages", ()), left):
        return pages
    begin, end = places.get("first_page", ()), places.get("last_page", ())
    if not (begin and end and tags[begin[0][0]] == ["No"] and tags[end[0][0]] == ["Specified"]):  # Ovid
        first, last = _one(tags, begin, left), _one(tags, end, left)
        if first or last:
            return f"{first}-{last}" if first and last else first or last
    return _one(tags, places.get("article_number", ()), left)


def retraction(title: str) -> str:
    """Publishers mark retracted papers, and the notices of it, at the beginning of the title."""
    if "retract" not in title[:30].casefold():
        return ""
    if re.match(r"\W*retracted( article)?\s*[:\]\-–]", title, re.IGNORECASE):
        return RETRACTED
    if re.match(r"\W*retraction( notice)?( note)?\s*[:\-–]", title, re.IGNORECASE):
        return RETRACTION_NOTICE
    return ""
