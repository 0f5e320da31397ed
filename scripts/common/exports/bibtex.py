"""BibTeX exports: entry by entry, so that a damaged one harms no other; bibtexparser reads the fields."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares import ResolveStringReferencesMiddleware
from bibtexparser.model import DuplicateFieldKeyBlock, Entry

from scripts.common.exports.fields import Tags
from scripts.common.records.record import Raw, SetAside

ENTRY = re.compile(r"\s*@\s*([A-Za-z]+)\s*[{(]")
NO_RECORDS = ("comment", "string", "preamble")
HEADER = re.compile(r"\s*(%.*|Scopus|EXPORT DATE:.*)\s*$")  # lines for people; a comment

ACCENTS = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", "=": "\u0304", "u": "\u0306", ".": "\u0307",
    '"': "\u0308", "r": "\u030a", "H": "\u030b", "v": "\u030c", "d": "\u0323", "c": "\u0327", "k": "\u0328",
    "b": "\u0331",
}  # fmt: skip
LETTERS = {
    "ss": "ß", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å",
    "AA": "Å", "i": "ı", "j": "ȷ", "dh": "ð", "DH": "Ð", "th": "þ", "TH": "Þ", "textendash": "–",
    "textemdash": "—", "textquoteright": "’", "textquoteleft": "‘",
}  # fmt: skip
_BASE = r"(?:\{\s*(\\?[A-Za-z]{1,2}|)\s*\}|(\\[ij]\b|[A-Za-z]))"
_SIGN = re.compile(rf"\\([`'^~=.\"])\s*{_BASE}")
_WORD = re.compile(rf"\\([uvHtcdbkr])(?:\s+|(?=\{{)){_BASE}")
_LETTER = re.compile(rf"\\({'|'.join(sorted(LETTERS, key=len, reverse=True))})(?:\{{\}}|\s+|(?![A-Za-z]))")


def count_entries(lines: Iterable[str]) -> int:
    """Count the lines in which an entry begins, but for comments and macros."""
    return sum(1 for line in lines if (found := ENTRY.match(line)) and found[1].lower() not in NO_RECORDS)


def read_bibtex(lines: Iterable[str]) -> Iterator[Raw | SetAside]:
    """Yield each entry; one that cannot be read is set aside, and so is text between entries."""
    position, macros = 0, ""
    for line, kind, text in _entries(lines):
        if not kind:
            yield SetAside(0, line, "text outside an entry", text)
        elif kind == "string":
            macros += f"{text}\n"
        elif kind not in NO_RECORDS:
            position += 1
            entry, reason = _entry(text, macros)
            if entry is None:
                yield SetAside(position, line, f"an entry that cannot be read: {reason}", text)
            else:
                yield Raw(position, line, _tags(entry))


def plain(text: str) -> str:
    """Return a text without the braces and commands that LaTeX needs for it: ``{\\"O}zge`` is ``Özge``."""
    if "\\" in text:
        text = _SIGN.sub(_accented, text)
        text = _WORD.sub(_accented, text)
        text = _LETTER.sub(lambda found: LETTERS[found[1]], text)
        text = re.sub(r"\\([&%$#_])", r"\1", text)
    return re.sub(r"(?<!\\)[{}]", "", text).replace("\\{", "{").replace("\\}", "}")


def _accented(found: re.Match[str]) -> str:
    base = (found[2] or found[3] or "").lstrip("\\")
    return (
        unicodedata.normalize("NFC", base[:1] + ACCENTS[found[1]] + base[1:])
        if base and found[1] in ACCENTS
        else found[0]
    )


def _entries(lines: Iterable[str]) -> Iterator[tuple[int, str, str]]:
    """Yield line, kind and text of each entry, and of each line between entries (kind ``""``).

    An entry ends where its braces close, or, if they never do, where the next one begins.
    """
    held: list[str] = []
    start, kind, depth = 0, "", 0
    for number, line in enumerate(lines, start=1):
        found = ENTRY.match(line)
        if found:
            if held:
                yield start, kind, "\n".join(held)
            held, start, kind, depth = [], number, found[1].lower(), 0
        elif not held:
            if line.strip() and not HEADER.match(line):
                yield number, "", line
            continue
        held.append(line)
        depth += line.count("{") - line.count("}")
        closed = depth <= 0 and ("}" in line or (")" in line and "{" not in held[0]))
        if closed:
            end = line.rfind("}" if "}" in line else ")") + 1
            held[-1] = line[:end]
            yield start, kind, "\n".join(held)
            held = []
            if line[end:].strip(" ,\t"):
                yield number, "", line[end:]
    if held:
        yield start, kind, "\n".join(held)


def _entry(text: str, macros: str) -> tuple[Entry | None, str]:
    """Return the entry in a text, or None and the reason."""
    library = parse_string(macros + text, parse_stack=[ResolveStringReferencesMiddleware()])
    if library.entries:
        return library.entries[-1], ""
    for block in library.failed_blocks:
        if isinstance(block, DuplicateFieldKeyBlock) and isinstance(block.ignore_error_block, Entry):
            return block.ignore_error_block, ""  # Scopus writes funding_details twice
    return None, str(library.failed_blocks[0].error).split("\n")[
        0
    ] if library.failed_blocks else "no entry in it"


def _tags(entry: Entry) -> Tags:
    """Return field -> values; authors one by one."""
    tags: Tags = {"entry type": [entry.entry_type], "entry key": [entry.key]}
    for field in entry.fields:
        name, value = field.key, str(field.value)
        while value:
            value, rest = _unwrapped(value)
            values = _names(value) if name.lower() in ("author", "editor") else [value]
            tags.setdefault(name.lower(), []).extend(plain(" ".join(value.split())) for value in values)
            further = re.match(r"\s*([A-Za-z][\w-]*)\s*=\s*(.*)$", rest, re.DOTALL)  # the comma is missing
            name, value = (further[1], further[2]) if further else ("", "")
    return tags


def _unwrapped(value: str) -> tuple[str, str]:
    """Return a value without its braces or quotes (Web of Science writes two), and what follows it."""
    value = value.strip()
    if value[:1] == '"' and value[-1:] == '"' and len(value) > 1:
        return value[1:-1].strip(), ""
    if value[:1] != "{":
        return value, ""
    depth = 0
    for found in re.finditer("[{}]", value):
        depth += 1 if found[0] == "{" else -1
        if depth == 0:
            inner, rest = value[1 : found.start()].strip(), value[found.end() :]
            if not rest.strip():
                unwrapped, further = _unwrapped(inner)
                return (inner, "") if further else (unwrapped, "")
            return (inner, rest) if re.match(r"\s*[A-Za-z][\w-]*\s*=", rest) else (value, "")
    return value, ""


def _names(value: str) -> list[str]:
    """Return the names in a list of authors: divided by "and" outside of braces."""
    names, depth, start = [], 0, 0
    for found in re.finditer(r"[{}]|\s+and\s+", value):
        if found[0] in "{}":
            depth += 1 if found[0] == "{" else -1
        elif depth <= 0:
            names.append(value[start : found.start()])
            start = found.end()
    return [name.strip() for name in [*names, value[start:]] if name.strip()]
