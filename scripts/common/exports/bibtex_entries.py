"""Where the entries of a BibTeX file begin and end, and the fields of one entry; linear in the file.

An entry is closed by its brace or parenthesis. One that never closes ends where the next certain entry
begins, so that a damaged one harms no other.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

BEGIN = re.compile(r"(?<![\w.@])@[^\S\n]*([A-Za-z]+)\s*([{(])")
# A line inside an open entry that is the beginning of another: @article{key, and then nothing or a field.
CERTAIN = re.compile(
    r"\s*@[^\S\n]*[A-Za-z]+\s*[{(]\s*[^\s{}()=\"#]*,\s*(?:$|[A-Za-z][\w-]*\s*=)", re.MULTILINE
)
SIGNS = re.compile(r'[{}")]')
NAME = re.compile(r"[^\W\d](?:[\w.:+/&-]|[^\S\n]){0,60}")
FIELD = re.compile(r"\s*[A-Za-z][\w:.+/-]*\s*=")
QUOTE_OR_BRACE = re.compile('["{]')
AFTER_QUOTE = re.compile(r"\s*(?:[,#})]|$|[A-Za-z][\w-]*\s*=)")
BARE = re.compile(r"[^,#\n{}]+")


class Entry(NamedTuple):
    """A piece of the file: its line (1 is first), its kind in lower case, and its text.

    Text between entries has no kind. ``closed`` is False for an entry whose brace is missing.
    """

    line: int
    kind: str
    text: str
    closed: bool = True


class Unreadable(Exception):
    """An entry has something else than fields; the message says what, in words for set_aside.csv."""


def cut_entries(lines: Iterable[str]) -> Iterator[Entry]:
    """Yield each entry, comments and macros among them, and the text between entries line by line."""
    cutter = _Cutter()
    for number, line in enumerate(lines, start=1):
        yield from cutter.read(number, line)
    if cutter.held:
        yield cutter.cut(closed=False)


class _Cutter:
    """Reads a file line by line; ``held`` are the lines of the open entry so far."""

    def __init__(self) -> None:
        self.held: list[str] = []
        self._line, self._kind, self._opening = 0, "", "{"
        self._depth = 0  # of braces, that of the entry itself among them
        self._quoted = False

    def read(self, number: int, line: str) -> Iterator[Entry]:
        """Read a line, and yield what it ends."""
        if self.held and CERTAIN.match(line):
            yield self.cut(closed=False)
        place = 0
        while place < len(line) or self.held:
            begin = place
            if not self.held:
                found = BEGIN.search(line, place)
                outside = line[place : found.start() if found else len(line)]
                if outside.strip(" ,\t"):
                    yield Entry(number, "", outside)
                if found is None:
                    return
                self._begin(number, found)
                begin, place = found.start(), found.end()
            end = self._end(line, place)
            self.held.append(line[begin : end or len(line)])
            if not end:
                return
            yield self.cut(closed=True)
            place = end

    def cut(self, closed: bool) -> Entry:
        """Return the open entry, which ends here."""
        entry = Entry(self._line, self._kind, "\n".join(self.held), closed)
        self.held = []
        return entry

    def _begin(self, number: int, found: re.Match[str]) -> None:
        self._line, self._kind, self._opening = number, found[1].lower(), found[2]
        self._depth, self._quoted = int(found[2] == "{"), False

    def _end(self, line: str, place: int) -> int:
        """Return the place behind the end of the open entry in a line, or 0 if it goes on."""
        for found in SIGNS.finditer(line, place):
            sign = found[0]
            if sign == "{":
                self._depth += 1
            elif sign == "}":
                self._depth -= 1
            elif sign == '"':
                self._quoted ^= self._depth == 0
            if sign == "}" and self._depth == 0 and self._opening == "{":
                return found.end()
            if sign == ")" and self._depth <= 0 and self._opening == "(" and not self._quoted:
                return found.end()
        return 0


def fields_of_entry(
    text: str, macros: Mapping[str, str], used: set[str]
) -> tuple[str, list[tuple[str, str]]]:
    """Return the key of an entry, and its fields in order: name as written, value with its inner braces.

    ``macros`` are the strings of the file by their name in lower case; those that the entry uses are added to
    ``used``. Raises ``Unreadable``.
    """
    found = BEGIN.search(text)
    if found is None:
        raise Unreadable("no entry in it")
    reader = _Fields(text, macros, used)
    key, place = reader.key(found.end())
    return key, list(reader.fields(place))


class _Fields:
    """Reads the fields of one entry; the last sign of ``text`` closes it."""

    def __init__(self, text: str, macros: Mapping[str, str], used: set[str]) -> None:
        self.text, self.end = text, len(text) - 1
        self._macros, self._used = macros, used
        self._closing = _pairs(text)

    def key(self, place: int) -> tuple[str, int]:
        """Return the key and the place behind its comma; Scopus writes commas into keys."""
        if FIELD.match(self.text, place):
            return "", place
        if self.text.find("=", place, self.end) < 0:  # no field at all
            return self.text[place : self.end].strip(" \t\n,"), self.end
        comma = self.text.find(",", place, self.end)
        while comma >= 0 and not FIELD.match(self.text, comma + 1):
            comma = self.text.find(",", comma + 1, self.end)
        if comma < 0:
            raise Unreadable("no comma between its key and its first field")
        return self.text[place:comma].strip(), comma + 1

    def fields(self, place: int) -> Iterator[tuple[str, str]]:
        """Yield name and value of each field."""
        while True:
            while place < self.end and self.text[place] in ", \t\n\r":
                place += 1
            if place >= self.end:
                return
            equals = self.text.find("=", place, self.end)
            name = self.text[place : equals if equals >= 0 else self.end].strip()
            if equals < 0 or not NAME.fullmatch(name):
                raise Unreadable(f"no name of a field and = at {name[:50]!r}")
            value, place = self._value(equals + 1)
            yield name, value

    def _value(self, place: int) -> tuple[str, int]:
        """Return a value, its pieces joined by #, and the place behind it."""
        parts: list[str] = []
        gap = ""  # between two pieces: a blank where no # joins them, or where one is a word and no macro
        is_word = False
        while True:
            while place < self.end and self.text[place].isspace():
                place += 1
            sign = self.text[place] if place < self.end else ","
            if sign == "," or (parts and FIELD.match(self.text, place)):  # or the comma is missing
                return "".join(parts), place
            if sign == "#":
                place, gap = place + 1, " " if is_word else ""
                continue
            piece, place, is_word = self._piece(sign, place)
            parts.append((" " if is_word and parts else gap) + piece)
            gap = " "

    def _piece(self, sign: str, place: int) -> tuple[str, int, bool]:
        """Return a piece that begins with a sign, the place behind it, and whether it is a bare word."""
        if sign == "{" and place in self._closing:
            return self.text[place + 1 : self._closing[place]], self._closing[place] + 1, False
        if sign == '"' and (close := self._quote(place + 1)):
            return self.text[place + 1 : close], close + 1, False
        return self._bare(place)

    def _quote(self, place: int) -> int:
        """Return where a quoted piece closes, or 0; a quote inside braces or inside the text does not."""
        found = QUOTE_OR_BRACE.search(self.text, place, self.end)
        while found:
            if found[0] == '"' and AFTER_QUOTE.match(self.text, found.end()):
                return found.start()
            behind = self._closing.get(found.start(), found.start()) + 1
            found = QUOTE_OR_BRACE.search(self.text, behind, self.end)
        return 0

    def _bare(self, place: int) -> tuple[str, int, bool]:
        """Return what a macro means or the word as it is, the place behind it, and whether it is a word."""
        found = BARE.match(self.text, place, self.end)
        if found is None:
            raise Unreadable(f"a brace that does not close at {self.text[place : place + 50]!r}")
        word = found[0].strip()
        if word.lower() not in self._macros:
            return word, found.end(), True
        self._used.add(word.lower())
        return self._macros[word.lower()], found.end(), False


def _pairs(text: str) -> dict[int, int]:
    """Return the place of each opening brace -> that of the brace that closes it."""
    pairs, opened = {}, []
    for found in re.finditer("[{}]", text):
        if found[0] == "{":
            opened.append(found.start())
        elif opened:
            pairs[opened.pop()] = found.start()
    return pairs
