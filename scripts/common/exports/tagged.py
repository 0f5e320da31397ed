"""Exports in which each line begins with a tag: PubMed (.nbib), Web of Science, Ovid, Refer (.enw).

Each format has its own sign for the beginning of a record; what no record holds is set aside.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from scripts.common.exports.fields import Tags
from scripts.common.records.record import Raw, SetAside


class Grammar(NamedTuple):
    """How a tagged format is written.

    ``tag`` matches a tagged line (groups: tag, value). A record begins at a line that matches
    ``begin``, at a tag of ``first`` that the record before it already has, and behind a blank line at a
    tag that matches ``behind_blank``. ``end`` closes it, ``header`` matches lines that belong to no record.
    ``items`` are tags after which an untagged line is a further value, elsewhere wrapped text.
    """

    tag: re.Pattern[str]
    begin: re.Pattern[str]
    first: tuple[str, ...] = ()
    behind_blank: re.Pattern[str] = re.compile(r"(?!)")
    end: re.Pattern[str] | None = None
    header: re.Pattern[str] | None = None
    items: tuple[str, ...] = ()


GRAMMARS = {
    "nbib": Grammar(  # ERIC's records have no PMID and begin with OWN, which stands second at PubMed
        tag=re.compile(r"([A-Z][A-Z0-9]{1,3}) {0,2}- ?(.*)$", re.DOTALL),
        begin=re.compile(r"PMID ?- ?\d"),
        first=("OWN",),
        behind_blank=re.compile(""),
    ),
    "wos": Grammar(
        tag=re.compile(r"([A-Z][A-Z0-9])(?: (.*)|\s*)$", re.DOTALL),
        begin=re.compile(r"PT( |$)"),
        end=re.compile(r"ER\s*$"),
        header=re.compile(r"(FN|VR) |EF\s*$"),
        items=("AU", "AF", "BA", "BF", "CA", "BE", "ED", "CR", "C1", "C3"),
    ),
    "ovid": Grammar(
        tag=re.compile(r"([A-Z][A-Z0-9])  -(?: (.*)|\s*)$", re.DOTALL),
        begin=re.compile(r"<\d+\. ?>\s*$"),
        first=("VN",),
    ),
    "refer": Grammar(
        tag=re.compile(r"(%[A-Z0-9@!#$&*()~+\[\]^<>=?:,.'\"/\\|-])(?:\s(.*)|)$", re.DOTALL | re.IGNORECASE),
        begin=re.compile(r"(?!)"),
        first=("%0", "%T"),
        behind_blank=re.compile("%[0TAEBJF]"),  # others may follow an abstract with a blank line at its end
        items=("%K", "%A", "%E"),
    ),
}

KIND = re.compile(r"(.*?)\.?\s{2,}(\[[^\[\]]+\])\.?$", re.DOTALL)  # two blanks: a translated title has one


def read_tagged(lines: Iterable[str], grammar: Grammar) -> Iterator[Raw | SetAside]:
    """Yield each record with its lines unwrapped, and every other line but blank ones and headers."""
    position = start = 0
    tags: Tags | None = None
    last: list[str] = []
    last_tag = ""
    blank = False
    for number, line in enumerate(lines, start=1):
        if not line or line.isspace():
            blank = True
            continue
        found = grammar.tag.match(line)
        tag, value = (found[1], (found[2] or "").strip()) if found else ("", line.strip())
        if grammar.end and grammar.end.match(line):
            if tags is None:
                yield SetAside(0, number, "an end of no record", line)
            else:
                yield Raw(position, start, tags)
            tags = None
        elif tags is None and grammar.header and grammar.header.match(line):
            pass
        elif begins(grammar, line, tag, tags, blank):
            if tags is not None:
                yield Raw(position, start, tags, "no end (ER)" if grammar.end else "")
            position, start = position + 1, number
            tags, last_tag, last = {}, "", []
            if tag:
                last_tag, last = tag, tags.setdefault(tag, [])
                last.append(value)
        elif tags is None:
            yield SetAside(0, number, "text outside a record", line)
        elif tag:
            last_tag, last = tag, tags.setdefault(tag, [])
            last.append(value)
        elif not last:
            yield SetAside(0, number, "text outside a field", line)
        elif last_tag in grammar.items and last[-1]:
            last.append(value)
        else:
            last[-1] = f"{last[-1]} {value}".strip()
        blank = False
    if tags is not None:
        yield Raw(position, start, tags, "no end (ER)" if grammar.end else "")


def without_kind(piece: Raw | SetAside) -> Raw | SetAside:
    """Take the kind of article, which Journals@Ovid writes behind the title, out of it: ``  [Review]``."""
    if isinstance(piece, Raw) and (found := KIND.match(next(iter(piece.tags.get("TI", ())), ""))):
        piece.tags["TI"][0] = found[1]
        piece.tags["TI kind"] = [found[2]]
    return piece


def begins(grammar: Grammar, line: str, tag: str, tags: Collection[str] | None, blank: bool) -> bool:
    """Tell whether a record begins in a line; ``tags`` are those of the record that is open."""
    if grammar.begin.match(line):
        return True
    if not tag:
        return False
    if tags is None:
        return grammar.end is None or tag in grammar.first
    return (tag in grammar.first and tag in tags) or (blank and bool(grammar.behind_blank.match(tag)))


def count_tagged(lines: Iterable[str], grammar: Grammar) -> int:
    """Count the lines in which a record begins."""
    number, tags, blank = 0, None, False  # type: int, set[str] | None, bool
    for line in lines:
        if not line or line.isspace():
            blank = True
            continue
        found = grammar.tag.match(line)
        tag = found[1] if found else ""
        if grammar.end and grammar.end.match(line):
            tags = None
        elif not (tags is None and grammar.header and grammar.header.match(line)):
            if begins(grammar, line, tag, tags, blank):
                number, tags = number + 1, set()
            if tags is not None:
                tags.add(tag)
        blank = False
    return number
