"""Exports in which each line begins with a tag: PubMed (.nbib), Web of Science, Ovid, Refer (.enw).

Each format has its own sign for the beginning of a record; what no record holds is set aside.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from scripts.common.exports.open_record import OpenRecord
from scripts.common.records.record import Raw, SetAside


class Grammar(NamedTuple):
    """How a tagged format is written.

    ``tag`` matches a tagged line (groups: tag, value). A record begins at a line that matches
    ``begin``, and at a tag of ``first`` that the record before it already has. After a blank line it begins
    at a tag that matches ``after_blank``, and, if the format has tags that are given ``once``, at one of them
    that the open record has and at the tag with which that began. ``end`` closes it, ``header`` matches lines
    that belong to no record. ``lists`` are tags after which an untagged line is a further value, elsewhere
    wrapped text.
    """

    tag: re.Pattern[str]
    begin: re.Pattern[str]
    first: tuple[str, ...] = ()
    after_blank: re.Pattern[str] = re.compile(r"(?!)")
    once: tuple[str, ...] = ()
    end: re.Pattern[str] | None = None
    header: re.Pattern[str] | None = None
    lists: tuple[str, ...] = ()

    @property
    def oddity_without_end(self) -> str:
        """Return what is odd about a record that ends because the next one begins, or the file ends."""
        return "no end (ER)" if self.end else ""

    def split(self, line: str) -> tuple[str, str]:
        """Return tag and value of a line; without a tag, ``""`` and the text."""
        found = self.tag.match(line)
        return (found[1], (found[2] or "").strip()) if found else ("", line.strip())

    def ends(self, line: str) -> bool:
        """Return whether a line closes the open record."""
        return self.end is not None and self.end.match(line) is not None

    def is_header(self, line: str) -> bool:
        """Return whether a line, read while no record is open, belongs to none."""
        return self.header is not None and self.header.match(line) is not None

    def begins(self, line: str, tag: str, tags: Collection[str] | None, after_blank: bool) -> bool:
        """Return whether a record begins in a line; ``tags`` are those of the open record, if any."""
        if self.begin.match(line):
            return True
        if not tag:
            return False
        if tags is None:
            return self.end is None or tag in self.first
        if tag in self.first and tag in tags:
            return True
        if not after_blank:
            return False
        if self.once and (tag == next(iter(tags), tag) or (tag in self.once and tag in tags)):
            return True
        return self.after_blank.match(tag) is not None


# A wrapped line can begin with two capitals ("US adults"), so only the tags that RefWorks has are tags.
REFWORKS_TAGS = (
    "RT|SR|ID|A[1-6DVUN]|AB|T[1-3]|JF|JO|YR|FD|VO|vo|IS|SP|OP|K1|NO|ED|PB|PP|CL|CN|CR|CT|C[1-5]|DB|DO|DI|DP|DS|IP"
    "|LA|LK|L[LNS]|OL|PM|PMID|RD|SF|SL|SN|ST|U\\d{1,2}|UL|UR|WP|WT|WV"
)
GRAMMARS = {
    "refworks": Grammar(
        tag=re.compile(rf"({REFWORKS_TAGS})(?: (.*)|\s*)$", re.DOTALL),
        begin=re.compile(r"RT \S"),
        lists=("A1", "K1"),
    ),
    "noteexpress": Grammar(
        tag=re.compile(r"\s*\{([^{}]{1,50})\}: ?(.*)$", re.DOTALL),
        begin=re.compile(r"\s*\{Reference Type\}:"),
    ),
    "cochrane": Grammar(
        tag=re.compile(r"([A-Z]{2,3}): (.*)$", re.DOTALL),
        begin=re.compile(r"Record #\d+ of \d+\s*$"),
        lists=("AU", "KY"),
    ),
    "nbib": Grammar(  # ERIC's records have no PMID and begin with OWN, which is the second line at PubMed
        tag=re.compile(r"([A-Z][A-Z0-9]{1,3}) {0,2}- ?(.*)$", re.DOTALL),
        begin=re.compile(r"PMID ?- ?\d"),
        first=("OWN",),
        once=("TI", "BTI", "DP", "STAT"),
    ),
    "wos": Grammar(
        tag=re.compile(r"([A-Z][A-Z0-9])(?: (.*)|\s*)$", re.DOTALL),
        begin=re.compile(r"PT( |$)"),
        end=re.compile(r"ER\s*$"),
        header=re.compile(r"(FN|VR) |EF\s*$"),
        lists=("AU", "AF", "BA", "BF", "CA", "BE", "ED", "CR", "C1", "C3"),
    ),
    "ovid": Grammar(
        tag=re.compile(r"([A-Z][A-Z0-9])  -(?: (.*)|\s*)$", re.DOTALL),
        begin=re.compile(r"\s*<\d+\. ?>\s*$"),
        first=("VN",),
    ),
    "refer": Grammar(
        tag=re.compile(r"(%[A-Z0-9@!#$&*()~+\[\]^<>=?:,.'\"/\\|-])(?:\s(.*)|)$", re.DOTALL | re.IGNORECASE),
        begin=re.compile(r"(?!)"),
        first=("%0", "%T"),
        after_blank=re.compile("%[0TAEBJF]"),  # others may follow an abstract with a blank line at its end
        lists=("%K", "%A", "%E"),
    ),
}

OVID_TAG = re.compile(r"([ \t]*)[A-Z][A-Z0-9]( {1,2})- ")
KIND = re.compile(r"\[[^\[\]]+\]\.?$")


def grammar_of(format_name: str, lines: Iterable[str]) -> Grammar:
    """Return how a file is written; Ovid's tags can be indented, or have one blank before the hyphen.

    ``lines`` is the beginning of the file: its first tag decides.
    """
    grammar = GRAMMARS[format_name]
    if format_name == "ovid" and (found := next(filter(None, map(OVID_TAG.match, lines)), None)):
        tag = rf"{re.escape(found[1])}([A-Z][A-Z0-9]){found[2]}-(?: (.*)|\s*)$"
        return grammar._replace(tag=re.compile(tag, re.DOTALL))
    return grammar


def read_tagged(lines: Iterable[str], grammar: Grammar) -> Iterator[Raw | SetAside]:
    """Yield each record with its lines unwrapped, and every other line but blank ones and headers."""
    position = 0
    record: OpenRecord | None = None
    after_blank = False
    for number, line in enumerate(lines, start=1):
        if not line or line.isspace():
            after_blank = True
            continue
        tag, value = grammar.split(line)
        if grammar.ends(line):
            if record is None:
                yield SetAside(0, number, "an end of no record", line)
            else:
                yield Raw(position, record.line, record.closed())
            record = None
        elif record is None and grammar.is_header(line):
            pass
        elif grammar.begins(line, tag, None if record is None else record.tags, after_blank):
            if record is not None:
                yield Raw(position, record.line, record.closed(), grammar.oddity_without_end)
            position, record = position + 1, OpenRecord(number)
            if tag:
                record.add(tag, value)
        elif record is None:
            yield SetAside(0, number, "text outside a record", line)
        elif not _add_line(record, tag, value, grammar.lists):
            yield SetAside(0, number, "text outside a field", line)
        after_blank = False
    if record is not None:
        yield Raw(position, record.line, record.closed(), grammar.oddity_without_end)


def _add_line(record: OpenRecord, tag: str, value: str, lists: Collection[str]) -> bool:
    """Add a line to an open record; return False for text before its first field."""
    if tag:
        record.add(tag, value)
    elif record.last_tag:
        record.continue_field(value, lists)
    return bool(record.last_tag)


def without_kind(piece: Raw | SetAside) -> Raw | SetAside:
    """Take the kind of article, which Journals@Ovid writes after the title, out of it: ``  [Review]``.

    Two blanks are before it: a translated title in brackets has one.
    """
    if isinstance(piece, SetAside):
        return piece
    title = next(iter(piece.tags.get("TI", ())), "")
    begin = title.rfind("[")
    if begin > 1 and title[begin - 2 : begin].isspace() and KIND.match(title, begin):
        piece.tags["TI"][0] = title[:begin].rstrip().removesuffix(".")
        piece.tags["TI kind"] = [title[begin:].removesuffix(".")]
    return piece


def count_tagged(lines: Iterable[str], grammar: Grammar) -> int:
    """Count the lines in which a record begins."""
    number = 0
    tags: dict[str, None] | None = None  # of the open record, in order
    after_blank = False
    for line in lines:
        if not line or line.isspace():
            after_blank = True
            continue
        tag, _ = grammar.split(line)
        if grammar.ends(line):
            tags = None
        elif not (tags is None and grammar.is_header(line)):
            if grammar.begins(line, tag, tags, after_blank):
                number, tags = number + 1, {}
            if tags is not None:
                tags[tag] = None
        after_blank = False
    return number
