"""RIS exports, read line by line: the lines of a record, whatever the platform did to them; and RIS written.

Tags are returned as written: fields.csv says what they mean.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from scripts.common.exports.fields import Tags
from scripts.common.exports.open_record import OpenRecord
from scripts.common.records.record import Raw, SetAside

_TYPES = (
    "ABST ADVS AGGR ANCIENT ART BILL BLOG BOOK CASE CHAP CHART CLSWK COMP CONF CPAPER CTLG DATA DBASE "
    "DICT EBOOK ECHAP EDBOOK EJOUR ELEC ENCYC EQUA FIGURE GEN GOVDOC GRANT HEAR ICOMM INPR JFULL JOUR "
    "LEGAL MANSCPT MAP MGZN MPCT MULTI MUSIC NEWS PAMP PAT PCOMM RPRT SER SLIDE SOUND STAND STAT THES "
    "UNBILL UNPB UNPD VIDEO WEB"
)
RIS_TYPES = frozenset(_TYPES.split())
TIGHT_STYLE = "tight:"
LIST_TAGS = ("KW", "SN", "UR", "DB")  # an untagged line after one is a further item, elsewhere wrapped text

TAGS = frozenset(
    first + second
    for first in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    for second in "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
)
BORDERS = frozenset({"TY", "ER"})  # a record begins and ends with them
TITLES = frozenset({"TI", "T1", "CT", "BT"})
# Tags that are one even with odd spacing; "EL - Hakim" in a wrapped line is a name.
_KNOWN = (
    "A1 A2 A3 A4 AB AD AN AU AV BN BT C1 C2 C3 C4 C5 C6 C7 C8 CA CN CP CT CY DA DB DO DP ED EP ER ET "
    "ID IS J1 J2 JA JF JO KW L1 L2 L3 L4 LA LB LK M1 M2 M3 N1 N2 NV OP PB PP PY RI RN RP SE SN SP ST "
    "T1 T2 T3 TA TI TT TY U1 U2 U3 U4 U5 UR VL VO Y1 Y2"
)
KNOWN_TAGS = frozenset(_KNOWN.split())
LOOSE = re.compile(r"(\s*)([A-Za-z][A-Za-z0-9])[ \t]{0,2}-(?:\s+(.*)|)$", re.DOTALL)
BEGIN = re.compile(r"\s*TY[ \t]{0,2}-\s*([A-Za-z]+)\s*$", re.IGNORECASE)
TIGHT = re.compile(r"(\s*)([A-Za-z][A-Za-z0-9])([ \t]{0,2})-(?=\S)")  # no blank behind the hyphen
END = re.compile(r"\s*ER[ \t]{0,2}-(.*)$", re.IGNORECASE | re.DOTALL)
PMID_LINE = re.compile(r"\s*PMID {0,2}-\s*(\d+)\s*$")  # a tag of four letters, which RIS does not have

# What platforms write between records: counters, and headers that name the platform.
BETWEEN = re.compile(
    r"\s*(\d+\.|Record #\d+ of \d+|(Provider|Content|Database):.*"
    r"|Link to the Ovid Full Text or citation:.*)\s*$"
)


def begins(line: str) -> bool:
    """Return whether a record begins in a line: ``TY  - ``, or TY oddly spaced or lower case, and a type."""
    if line.startswith("TY  -"):
        return True
    found = BEGIN.match(line) if line.lstrip()[:2].upper() == "TY" else None
    return found is not None and found[1].upper() in RIS_TYPES


def tagged(line: str) -> bool:
    """Return whether a line begins with a tag as the format says: two letters, two blanks, a hyphen."""
    has_sign = line[2:6] == "  - " or (len(line) == 5 and line[2:] == "  -")
    return has_sign and line[:2] in TAGS


PLAIN_ENDS = ("ER  - ", "ER  -")
# What can begin or end a record, in its own line after the line feed.
SIGN = re.compile(r"\n([^\S\n]*[TtEe][YyRr].*)")


def _border(line: str) -> tuple[bool, bool, bool]:
    """Return whether a record begins in a line, whether one ends there, and another one begins behind it."""
    if begins(line):
        return True, False, False
    end = END.match(line)
    if end is None or not (line.startswith("ER  -") or not end[1].strip()):
        return False, False, False
    return False, True, not end[1].isspace() and begins(end[1].lstrip(" \ufeff"))


class RisCounter:
    """Counts the records as plainly as possible: beginnings (TY), and ends (ER) of tagged lines without."""

    def __init__(self) -> None:
        self.number = 0
        self._is_open = self._has_tags = False

    def add(self, text: str) -> None:
        """Count on with the next whole lines of the file."""
        text, place = f"\n{text}", 0
        for found in SIGN.finditer(text):
            line = found[1]
            is_begin, is_end, glued = line.startswith("TY  -"), line in PLAIN_ENDS, False
            if not is_begin and not is_end:  # nearly all are one of the two
                is_begin, is_end, glued = _border(line)
                if not is_begin and not is_end:
                    continue
            if not self._is_open:
                self._look_for_tags(text[place : found.start()])
                self.number += is_end and self._has_tags
            self.number += is_begin + glued
            self._is_open, self._has_tags, place = is_begin or glued, False, found.end()
        if not self._is_open:
            self._look_for_tags(text[place:])

    def _look_for_tags(self, text: str) -> None:
        self._has_tags = self._has_tags or (not text.isspace() and any(map(tagged, text.split("\n"))))


# Nearly all records: every line is as the format says. Each line is written with the line feed before it.
PLAIN = re.compile(r"(\nTY  - .*+(?:\n(?!TY|ER)[A-Z][A-Z0-9]  - .*+)*+)\nER  -[ \t]*$", re.MULTILINE)
PLAIN_TAG = re.compile(r"\n(..)  - ")


def read_ris(texts: Iterable[str]) -> Iterator[Raw | SetAside]:
    """Yield each record with its lines unwrapped, and every other line but blank ones and known headers.

    ``texts`` is the file in pieces of whole lines, each without its last line feed.
    A record begins with TY and ends with ER, the next TY or the file. Tagged lines directly before a TY
    belong to its record if they have the title and it has none (synthesisr). Without a TY they are a record
    if an ER closes them; else they are set aside.
    """
    lines, number = _LineReader(), 1
    for text in texts:
        text, place = f"\n{text}", 0
        for found in PLAIN.finditer(text):
            between, place = text[place : found.start()], found.end()
            if between.isspace():
                lines.blank()
                number += between.count("\n")
            elif between:
                yield from lines.read_all(number, between)
                number += between.count("\n")
            parts = PLAIN_TAG.split(found[1])
            tags = _tags_of(parts)
            if lines.record is not None:
                yield from lines.close_before(tags)
            lines.position += 1
            alone = lines.before is None
            yield Raw(lines.position, number, tags) if alone else lines.whole(number, tags)
            number += len(parts) // 2 + 1
        yield from lines.read_all(number, text[place:])
        number += text.count("\n", place)
    yield from lines.close()


def _tags_of(parts: Sequence[str]) -> Tags:
    """Return the values of each tag; ``parts`` is a plain record divided by ``PLAIN_TAG``."""
    tags: Tags = {}
    for tag, value in zip(parts[1::2], map(str.strip, parts[2::2]), strict=True):
        if tag in tags:
            tags[tag].append(value)
        else:
            tags[tag] = [value]
    return tags


class _LineReader:
    """Reads what is not a plain record, line by line.

    ``position`` is that of the last record that began (1 is first); ``record`` is the one still open.
    """

    def __init__(self) -> None:
        self.position = 0
        self.record: OpenRecord | None = None
        self._orphans: list[tuple[int, str]] = []  # the lines of an open record without TY
        self._apart = False  # a blank line came after them
        self.before: OpenRecord | None = None  # tagged lines directly before the TY of the next record
        self._before_lines: list[tuple[int, str]] = []
        self._style = ""  # how the open record began, see ``_style_of``
        self._bare_end = False  # a line "ER" was read: the end, if the next line begins a record

    def blank(self) -> None:
        """Note a blank line, which keeps tagged lines before it apart from a TY after it."""
        self._apart = bool(self._orphans)

    def close_before(self, tags: Tags) -> list[Raw | SetAside]:
        """Return the open record; tagged lines directly before a record with these tags are kept for it."""
        record = self.record
        if record is None or not self._orphans or self._apart or TITLES.isdisjoint(record.tags):
            return self.close()
        record.closed()
        self.before, self._before_lines = record, self._orphans
        self._forget()
        return [] if TITLES.isdisjoint(tags) else self._not_before()

    def _not_before(self) -> list[Raw | SetAside]:
        lines, self.before, self._before_lines = self._before_lines, None, []
        return [
            SetAside(0, number, "a tagged line outside a record (no TY before it)", line)
            for number, line in lines
        ]

    def whole(self, line: int, tags: Tags, oddity: str = "") -> Raw:
        """Return a record with the tagged lines directly before it."""
        if self.before is None:
            return Raw(self.position, line, tags, oddity)
        joined: Tags = {"TY": []}
        for part in (self.before.tags, tags):
            for tag, values in part.items():
                joined.setdefault(tag, []).extend(values)
        line, self.before, self._before_lines = self.before.line, None, []
        return Raw(self.position, line, joined, oddity or "tags before its beginning (TY)")

    def read_all(self, number: int, text: str) -> Iterator[Raw | SetAside]:
        """Read lines, each with its line feed before it; yield the records that they end, and themselves.

        ``number`` is that of the first; of lines, those are yielded that no record holds.
        """
        for line in text.split("\n")[1:]:
            if not line or line.isspace():
                self.blank()
            elif ended := self.read(number, line):
                yield from ended
            number += 1

    def read(self, number: int, line: str) -> Sequence[Raw | SetAside]:
        """Read a line that is not blank; return the record that it ends, and itself if no record holds it."""
        if tagged(line):
            tag, value = line[:2], line[5:].strip()
        else:
            tag, value = _loose_tag(line, self._style)
        record = self.record
        if record is None or self._bare_end or tag in BORDERS:
            return self._between_records(number, line, tag, value)
        if self._orphans:
            self._orphans.append((number, line))
        if tag:  # as record.add, written out: a call for each line makes reading 8 % slower
            if record.wrapped:
                record.close_field()
            record.last_tag = tag
            if tag in record.tags:
                record.tags[tag].append(value)
            else:
                record.tags[tag] = [value]
        elif value == "ER" and not self._orphans:
            self._bare_end = True
        else:
            record.continue_field(value, LIST_TAGS)
        return ()

    def _between_records(self, number: int, line: str, tag: str, value: str) -> Sequence[Raw | SetAside]:
        """Read a line at which a record begins or ends, or before which none is open."""
        ended: list[Raw | SetAside] = []
        if self._bare_end and self.record is not None:
            if not (begins(line) or BETWEEN.match(line)):
                self._bare_end = False
                self.record.continue_field("ER", LIST_TAGS)
                return self.read(number, line)
            ended += self.close()
        if tag == "ER":
            ended += self._end(number, line)
            line = value.lstrip(" \ufeff")
            if begins(line):  # a file glued to one without a last line end
                tag, value = "TY", line.split("-", 1)[1].strip()
            elif value:
                ended.append(SetAside(0, number, "text behind the end (ER) of a record", value))
        if tag == "TY":
            ended += self.close_before({})
            self._begin(number, line, value)
        elif tag not in ("", "ER"):
            self.record, self._orphans, self._apart = OpenRecord(number), [(number, line)], False
            self.record.add(tag, value)
        elif not tag and not BETWEEN.match(line):
            ended.append(SetAside(0, number, "text outside a record", line))
        return ended

    def close(self) -> list[Raw | SetAside]:
        """Return the open record, which has no end; if it has no beginning either, its lines set aside."""
        record, orphans = self.record, self._orphans
        oddity = "" if self._bare_end else "no end (ER)"
        self._forget()
        if record is None:
            return []
        if orphans:
            return [
                SetAside(0, number, "a tagged line outside a record (no TY before it)", line)
                for number, line in orphans
            ]
        return self._closed(record, oddity)

    def _closed(self, record: OpenRecord, oddity: str = "") -> list[Raw | SetAside]:
        """Return a record that began with TY, and before it tagged lines that turn out not to be its own."""
        before: list[Raw | SetAside] = []
        if self.before is not None and not TITLES.isdisjoint(record.tags):
            before = self._not_before()
        return [*before, self.whole(record.line, record.closed(), oddity)]

    def _end(self, number: int, line: str) -> list[Raw | SetAside]:
        """Return the open record, which a line with ER closes; without one, the line set aside."""
        record, has_beginning = self.record, not self._orphans
        self._forget()
        if record is None:
            return [SetAside(0, number, "an end (ER) of no record", line)]
        if has_beginning:
            return self._closed(record)
        self.position += 1
        return [Raw(self.position, record.line, record.closed(), "no beginning (TY)")]

    def _begin(self, number: int, line: str, kind: str) -> None:
        self.position += 1
        self.record = OpenRecord(number)
        self.record.add("TY", kind)
        self._style = _style_of(line)

    def _forget(self) -> None:
        self.record, self._orphans, self._style, self._bare_end = None, [], "", False


def _loose_tag(line: str, style: str) -> tuple[str, str]:
    """Return tag and value of a line that is not as the format says; without a tag, ``""`` and the text.

    ``style`` says how the record began: see ``_style_of``.
    """
    if "-" not in line:  # every tag has one; most wrapped lines do not
        return "", line.strip()
    if begins(line):
        kind = line.split("-", 1)[1].strip()
        return "TY", kind.upper() if kind.isascii() else kind
    end = END.match(line)
    if end and (not end[1].strip() or begins(end[1].lstrip(" \ufeff"))):
        return "ER", end[1].strip()
    found = TIGHT.match(line) if style.startswith(TIGHT_STYLE) else None
    if found and found[2] in TAGS and found[1] + found[3] == style.removeprefix(TIGHT_STYLE):
        return found[2], line[found.end() :].strip()
    if (found := LOOSE.match(line)) and _is_tag(found, style):
        return found[2].upper(), (found[3] or "").strip()
    pmid = PMID_LINE.match(line)
    return ("PMID", pmid[1]) if pmid else ("", line.strip())


def _is_tag(found: re.Match[str], style: str) -> bool:
    """Return whether what looks like a tag is one, in a record that began in that style."""
    if style:
        return found[2].upper() == found[2] or style == "lower"
    return found[2] in KNOWN_TAGS and not found[1]


def _style_of(line: str) -> str:
    """Return how the tags of a record are written, by the line in which it begins.

    ``""`` as the format says, ``loose`` with other blanks, ``lower`` case, or ``tight:`` without a blank
    behind the hyphen, and then the blanks before the tag and the hyphen, which all its tags have.
    """
    tight = TIGHT.match(line)
    if tight and tight[2] == "TY":
        return TIGHT_STYLE + tight[1] + tight[3]
    if line.startswith("TY  -"):
        return ""
    return "loose" if "TY" in line[:12] else "lower"
