"""Whether a query can be sent to PubMed at all: what it would misread without a word is refused here."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from scripts.common.errors import InputError
from scripts.common.search.evaluate import compile_query
from scripts.common.search.syntax import parse, structure_fault

SHORTEST_STEM = 4  # characters that PubMed wants before an asterisk
SHOWN = 30  # characters of the query on each side of a fault, in a message
QUOTED = re.compile(r'"[^"]*"')
CURLY_QUOTES = re.compile(r"[“”„‟«»″＂‘‹›]|(?<!\w)’|’(?!\w)")
TRUNCATED = re.compile(r'"([^"*]*)\*|([^\s()\[\]"*:]*)\*')
LINE_REFERENCES = re.compile(
    r"#\s?\d+|\b(?:and|or)/\d+|(?<![\w\"\[/.:-])\d{1,3}\s+(?:AND|OR|NOT)\s+\d{1,3}(?![\w\"\]/.:-])",
    re.IGNORECASE,
)
OVID, EMBASE, SCOPUS = "Ovid", "Embase or Web of Science", "Scopus"
OTHER_SYNTAX = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        (OVID, r"\.(?:[a-z]{2}(?:,[a-z]{2})*\.(?=\W|$)|(?:mp|tw|ti|ab|kw|kf|sh|hw)\b)"),
        (OVID, r"\badj\d*\b"),
        (OVID, r"\bexp\s+\*?[\w\s,-]+/|[\w)]/(?=\s|\)|$)"),
        (OVID, r"\w\$\d*(?=\W|$)"),
        (EMBASE, r"\b(?:near|next)/\d+|:(?:ti|ab|kw)(?:,\w\w)*\b"),
        (SCOPUS, r"\btitle-abs-key\s*\(|\b(?:pre|w)/\d+"),
        ("Web of Science or EBSCO", r"\b(?:TS|TI|AB|AU|SU|MH|TX|KW)\s*=|\(\s*(?:MH|MM|TI|AB)\s+[\"(]"),
    )
)


class Fault(NamedTuple):
    """What PubMed would misread: its kind, the place in the query, what is wrong there, and what to do."""

    kind: str
    place: int
    says: str
    advice: str


def faults_of(query: str) -> Iterator[Fault]:
    """Yield what is wrong with a query, the first fault of each kind of check; the structure comes last."""
    found = False
    for check in (_quotes, _brackets, _other_syntax, _line_references, _truncations):
        for fault in check(query):
            found = True
            yield fault
    if not found:
        unread = structure_fault(query)
        if unread is not None:
            yield Fault("structure", *unread)


def check_query(query: str) -> None:
    """Raise ``InputError`` for a query that PubMed would not read as it was meant."""
    for fault in faults_of(query):
        raise InputError(f"search.query: {fault.says}, at “… {around(query, fault.place)} …”. {fault.advice}")


def check_answerable(query: str, mesh: str | None) -> None:
    """Raise ``InputError`` for a query that only PubMed could answer, or without the file of headings."""
    compile_query(parse(query))
    if mesh and not Path(mesh).is_file():
        raise InputError(f"search.mesh: {mesh} is missing. Put NLM's file of headings there, or take it out.")


def around(query: str, place: int) -> str:
    """Return the words of a query around a place."""
    return " ".join(query[max(0, place - SHOWN) : place + SHOWN].split())


def _quotes(query: str) -> Iterator[Fault]:
    if found := CURLY_QUOTES.search(query):
        yield Fault(
            "quotes",
            found.start(),
            f"PubMed does not read the curly quote {found[0]}",
            'Write straight quotes: ".',
        )
    if query.count('"') % 2:
        yield Fault("quotes", query.rindex('"'), "a quote does not close", 'Each " needs a second one.')


def _without_quoted(query: str) -> str:
    """Return the query with spaces in place of what is inside quotes, so that places stay the same."""
    return QUOTED.sub(lambda found: '"' + " " * (len(found[0]) - 2) + '"', query)


def _brackets(query: str) -> Iterator[Fault]:
    opened: list[tuple[int, str]] = []
    pairs = {")": "(", "]": "["}
    for place, sign in enumerate(_without_quoted(query)):
        if sign in "([":
            if opened and opened[-1][1] == "[":
                yield Fault("brackets", opened[-1][0], "the bracket [ does not close", "Add the missing ].")
                return
            opened.append((place, sign))
        elif sign in pairs:
            if not opened or opened[-1][1] != pairs[sign]:
                advice = f"Add the missing {pairs[sign]}, or remove this {sign}."
                yield Fault("brackets", place, f"the bracket {sign} was never opened", advice)
                return
            opened.pop()
    if opened:
        place, sign = opened[-1]
        closing = ")" if sign == "(" else "]"
        yield Fault("brackets", place, f"the bracket {sign} does not close", f"Add the missing {closing}.")


def _other_syntax(query: str) -> Iterator[Fault]:
    plain = _without_quoted(query)
    for name, pattern in OTHER_SYNTAX:
        if found := pattern.search(plain):
            yield Fault(
                "other-syntax",
                found.start(),
                f"{found[0].strip()!r} is syntax of {name}, which PubMed does not know",
                "Write PubMed's own, as in asthma[tiab].",
            )
            return


def _line_references(query: str) -> Iterator[Fault]:
    if found := LINE_REFERENCES.search(_without_quoted(query)):
        yield Fault(
            "line-reference",
            found.start(),
            f"{found[0]!r} refers to a line of a search history",
            "Put the text of that line in its place, or name a strategy of config/strategies.",
        )


def _truncations(query: str) -> Iterator[Fault]:
    for found in TRUNCATED.finditer(query):
        stem = (found[1] if found[1] is not None else found[2]).strip()
        if len(stem) < SHORTEST_STEM:
            yield Fault(
                "truncation",
                found.start(),
                f"{stem + '*'!r} has fewer than {SHORTEST_STEM} letters before the *",
                "PubMed does not search for it; write the words out.",
            )
            return
