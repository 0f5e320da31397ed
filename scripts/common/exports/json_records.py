"""Records in JSON: CSL JSON (Zotero, Crossref, pandoc) and the studies of ClinicalTrials.gov."""

import json
import re
from collections.abc import Generator, Iterator, Mapping
from typing import Any

from scripts.common.errors import InputError
from scripts.common.exports.fields import Tags
from scripts.common.files.workbooks import plain_text
from scripts.common.records.record import Raw, SetAside

LISTS = ("studies", "items", "references")  # where an object at the top keeps its records
BLANK = re.compile(r"\s*")
# Types of CSL 1.0.2; Crossref's own JSON has others.
_TYPES = (
    "article(?:-journal|-magazine|-newspaper)?|bill|book|broadcast|chapter|classic|collection|dataset|document"
    "|entry(?:-dictionary|-encyclopedia)?|event|figure|graphic|hearing|interview|legal_case|legislation"
    "|manuscript|map|motion_picture|musical_score|pamphlet|paper-conference|patent|performance|periodical"
    "|personal_communication|post(?:-weblog)?|regulation|report|review(?:-book)?|software|song|speech|standard"
    "|thesis|treaty|webpage"
)
CSL = re.compile(rf'"type"\s*:\s*"(?:{_TYPES})"')
FORMATS = {"clinicaltrials.gov json": re.compile(r'"protocolSection"\s*:'), "csl json": CSL}
BEGIN = re.compile(r'\s*[\[{]\s*["{]')
FAMILY_PARTS = ("dropping-particle", "non-dropping-particle", "family")
NAME_PARTS = (*FAMILY_PARTS, "given", "suffix", "literal")
DECODER = json.JSONDecoder()
SECTION = "protocolSection/"  # the part of a study that has what a citation has
DATE = "date-parts"

Element = tuple[int, Any]  # the line in which it begins, its value


def json_format(head: str) -> str:
    """Return the format of JSON by the beginning of a file, or ``""``."""
    if not BEGIN.match(head):
        return ""
    return next((name for name, mark in FORMATS.items() if mark.search(head)), "")


class JsonRecords:
    """The records of one file; iterating yields them, and what is beside their list.

    Damaged or cut JSON, and a record that is no object, raise ``InputError`` with the line.
    """

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self._records: list[Element] = []
        self._outside: list[SetAside] = []
        try:
            self._read(text)
        except json.JSONDecodeError as error:
            raise InputError(
                f"{path} line {error.lineno}: damaged or cut JSON ({error.msg}). Export it again."
            ) from None
        except RecursionError:
            raise InputError(f"{path}: JSON nested too deeply for an export. Export it again.") from None

    @property
    def announced(self) -> int:
        """Return the number of members of the list of records."""
        return len(self._records)

    def _read(self, text: str) -> None:
        line, before = 1, 0
        for at, name, value in _top_level(text):
            line, before = line + text.count("\n", before, at), at
            if not name:
                self._records.append((line, value))
            else:
                self._outside.append(SetAside(0, line, "text outside a record", f"{name}: {value}"))

    def __iter__(self) -> Iterator[Raw | SetAside]:
        yield from self._outside
        for position, (line, value) in enumerate(self._records, start=1):
            if isinstance(value, dict):
                yield Raw(position, line, tags_of(value))
            else:
                yield SetAside(position, line, "a record that is no object", json.dumps(value))


Found = tuple[int, str, Any]  # where it begins in the text, its name, its value; a record has no name


def _top_level(text: str) -> Iterator[Found]:
    """Yield the records of a file, and the fields beside their list; a file without a list is one record."""
    start = _blank(text, 0)
    if text.startswith("[", start):
        end = yield from _members(text, start)
        _need_end(text, end)
        return
    beside: list[Found] = []
    has_list, at = False, _after(text, start, "{")
    while not text.startswith("}", at):
        place = at
        name, at = DECODER.raw_decode(text, at)
        at = _after(text, _blank(text, at), ":")
        if name in LISTS and text.startswith("[", at):
            has_list = True
            at = yield from _members(text, at)
        else:
            value, at = DECODER.raw_decode(text, at)
            beside.append((place, str(name), value))
        at = _next(text, at, "}")
    _need_end(text, at + 1)
    if has_list:
        yield from beside
    else:
        yield start, "", {name: value for _, name, value in beside}


def _members(text: str, at: int) -> Generator[Found, None, int]:
    """Yield the members of the list that begins at a place; return where it ends."""
    at = _after(text, at, "[")
    while not text.startswith("]", at):
        place = at
        value, at = DECODER.raw_decode(text, at)
        yield place, "", value
        at = _next(text, at, "]")
    return at + 1


def _blank(text: str, at: int) -> int:
    """Return the place of the next sign that is not blank."""
    found = BLANK.match(text, at)
    return found.end() if found else at


def _after(text: str, at: int, sign: str) -> int:
    """Return the place after a sign that is needed here, and after the blanks behind it."""
    if not text.startswith(sign, at):
        raise json.JSONDecodeError(f"Expecting {sign!r}", text, at)
    return _blank(text, at + 1)


def _next(text: str, at: int, end: str) -> int:
    """Return the place of the next member, or of the sign that ends them."""
    at = _blank(text, at)
    return at if text.startswith(end, at) else _after(text, at, ",")


def _need_end(text: str, at: int) -> None:
    if (rest := _blank(text, at)) < len(text):
        raise json.JSONDecodeError("Extra data", text, rest)


def tags_of(item: dict[str, Any]) -> Tags:
    """Return path -> values of a record that are not blank, names as ``Family, Given``."""
    tags: Tags = {}
    waiting: list[tuple[str, Any]] = [(name, value) for name, value in reversed(item.items())]
    while waiting:
        path, value = waiting.pop()
        path = path.removeprefix(SECTION)
        if isinstance(value, list):
            waiting += [(path, one) for one in reversed(value)]
        elif not isinstance(value, dict):
            if text := plain_text(value):
                tags.setdefault(path, []).append(text)
        elif "family" in value or "literal" in value:
            tags.setdefault(path, []).append(_name(value))
            waiting += [(f"{path}/{name}", one) for name, one in value.items() if name not in NAME_PARTS]
        else:
            if isinstance(value.get(DATE), list):
                tags.setdefault(path, []).append(_date(value[DATE]))
            waiting += [(f"{path}/{name}", one) for name, one in reversed(value.items()) if name != DATE]
    return tags


def _name(name: Mapping[str, Any]) -> str:
    """Return a name of CSL as others write it, particles with the family name."""
    if "family" not in name:
        return str(name["literal"])
    text = {part: str(value) for part, value in name.items() if value and part in NAME_PARTS}
    family = " ".join(text.pop(part) for part in FAMILY_PARTS if part in text)
    return ", ".join([family, *(text[part] for part in NAME_PARTS if part in text)])


def _date(parts: list[Any]) -> str:
    """Return a date of CSL; a second one is the end of a range."""
    dates = (part if isinstance(part, list) else [part] for part in parts)
    return "/".join("-".join(map(plain_text, date)) for date in dates)
