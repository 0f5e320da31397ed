"""BibTeX exports: entry by entry, so that a damaged one harms no other, and no word between them is lost."""

import re
from collections.abc import Iterable, Iterator

from scripts.common.exports.bibtex_entries import Entry, Unreadable, cut_entries, fields_of_entry
from scripts.common.exports.fields import Tags
from scripts.common.exports.latex import plain
from scripts.common.records.record import Raw, SetAside
from scripts.common.values.words import single_blanks

NO_RECORDS = ("comment", "string", "preamble")
HEADER = re.compile(r"\s*(%\s*Encoding:.*|Scopus|EXPORT DATE:.*)\s*$", re.IGNORECASE)  # of JabRef and Scopus
PEOPLE = ("author", "editor")


def count_entries(lines: Iterable[str]) -> int:
    """Count the entries, but for comments and macros."""
    return sum(entry.kind not in ("", *NO_RECORDS) for entry in cut_entries(lines))


def read_bibtex(lines: Iterable[str]) -> Iterator[Raw | SetAside]:
    """Yield each entry; what cannot be read, comments and text between entries are set aside.

    A macro (@string) is set aside only if no entry uses it.
    """
    position = 0
    macros: dict[str, str] = {}
    written: dict[str, Entry] = {}
    used: set[str] = set()
    for entry in cut_entries(lines):
        if entry.kind == "string":
            try:
                _, defined = fields_of_entry(entry.text, macros, used)
            except Unreadable as error:
                yield SetAside(0, entry.line, f"a string that cannot be read: {error}", entry.text)
                continue
            macros |= {name.lower(): value for name, value in defined}
            written |= {name.lower(): entry for name, _ in defined}
        elif entry.kind in ("", *NO_RECORDS):
            if not HEADER.match(entry.text):
                what = f"a {entry.kind}" if entry.kind else "text outside an entry"
                yield SetAside(0, entry.line, what, entry.text)
        else:
            position += 1
            yield _record(entry, position, macros, used)
    unused = {entry for name, entry in written.items() if name not in used}
    for entry in sorted(unused):
        yield SetAside(0, entry.line, "a string that no entry uses", entry.text)


def _record(entry: Entry, position: int, macros: dict[str, str], used: set[str]) -> Raw | SetAside:
    """Return the fields of an entry, or the entry set aside with the reason."""
    try:
        if not entry.closed:
            raise Unreadable("its last brace is missing")
        here: set[str] = set()
        key, fields = fields_of_entry(entry.text, macros, here)
        used |= here
    except Unreadable as error:
        return SetAside(position, entry.line, f"an entry that cannot be read: {error}", entry.text)
    tags: Tags = {"entry type": [entry.kind], "entry key": [key]}
    for name, value in fields:
        values = names_in(value) if name.lower() in PEOPLE else [value]
        tags.setdefault(name.lower(), []).extend(plain(single_blanks(one)) for one in values)
    return Raw(position, entry.line, tags)


def names_in(value: str) -> list[str]:
    """Return the names in a list of authors, divided by "and" outside of braces.

    Braces around the whole list (Web of Science) are no sign of one name if the names in it have commas.
    """
    value = single_blanks(value)
    inner = _unwrapped(value)
    names = _divided(inner)
    return [inner] if inner != value and not all("," in name for name in names) else names


def _unwrapped(value: str) -> str:
    """Return a value without the braces around the whole of it."""
    opening = len(value) - len(value.lstrip("{"))
    closing = len(value) - len(value.rstrip("}"))
    depth = least = opening
    for found in re.finditer("[{}]", value[opening : len(value) - closing]):
        depth += 1 if found[0] == "{" else -1
        least = min(least, depth)
    layers = max(0, min(least, depth, closing))
    return value[layers : len(value) - layers].strip()


def _divided(value: str) -> list[str]:
    names, depth, start = [], 0, 0
    for found in re.finditer(r"[{}]| and ", value):
        if found[0] in "{}":
            depth += 1 if found[0] == "{" else -1
        elif depth <= 0:
            names.append(value[start : found.start()])
            start = found.end()
    return [name.strip() for name in [*names, value[start:]] if name.strip()]
