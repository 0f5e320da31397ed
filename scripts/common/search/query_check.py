"""Whether a query can be sent to PubMed at all: what it would misread without a word is refused here."""

import re

from scripts.common.errors import InputError

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
    )
)


def check_query(query: str) -> None:
    """Raise ``InputError`` for a query that PubMed would not read as it was meant."""
    for check in (_quotes, _brackets, _other_syntax, _line_references, _truncations):
        check(query)


def _refuse(query: str, place: int, fault: str, advice: str) -> InputError:
    shown = " ".join(query[max(0, place - SHOWN) : place + SHOWN].split())
    return InputError(f"search.query: {fault}, at “… {shown} …”. {advice}")


def _quotes(query: str) -> None:
    if found := CURLY_QUOTES.search(query):
        raise _refuse(
            query,
            found.start(),
            f"PubMed does not read the curly quote {found[0]}",
            'Write straight quotes: ".',
        )
    if query.count('"') % 2:
        raise _refuse(query, query.rindex('"'), "a quote does not close", 'Each " needs a second one.')


def _without_quoted(query: str) -> str:
    """Return the query with spaces in place of what is inside quotes, so that places stay the same."""
    return QUOTED.sub(lambda found: '"' + " " * (len(found[0]) - 2) + '"', query)


def _brackets(query: str) -> None:
    opened: list[tuple[int, str]] = []
    pairs = {")": "(", "]": "["}
    for place, sign in enumerate(_without_quoted(query)):
        if sign in "([":
            if opened and opened[-1][1] == "[":
                raise _refuse(query, opened[-1][0], "the bracket [ does not close", "Add the missing ].")
            opened.append((place, sign))
        elif sign in pairs:
            if not opened or opened[-1][1] != pairs[sign]:
                raise _refuse(
                    query, place, f"the bracket {sign} was never opened",
                    f"Add the missing {pairs[sign]}, or remove this {sign}.",
                )  # fmt: skip
            opened.pop()
    if opened:
        place, sign = opened[-1]
        closing = ")" if sign == "(" else "]"
        raise _refuse(query, place, f"the bracket {sign} does not close", f"Add the missing {closing}.")


def _other_syntax(query: str) -> None:
    plain = _without_quoted(query)
    for name, pattern in OTHER_SYNTAX:
        if found := pattern.search(plain):
            raise _refuse(
                query, found.start(), f"{found[0].strip()!r} is syntax of {name}, which PubMed does not know",
                "Write PubMed's own, as in asthma[tiab].",
            )  # fmt: skip


def _line_references(query: str) -> None:
    if found := LINE_REFERENCES.search(_without_quoted(query)):
        raise _refuse(
            query, found.start(), f"{found[0]!r} refers to a line of a search history",
            "Put the text of that line in its place.",
        )  # fmt: skip


def _truncations(query: str) -> None:
    for found in TRUNCATED.finditer(query):
        stem = (found[1] if found[1] is not None else found[2]).strip()
        if len(stem) < SHORTEST_STEM:
            raise _refuse(
                query, found.start(), f"{stem + '*'!r} has fewer than {SHORTEST_STEM} letters before the *",
                "PubMed does not search for it; write the words out.",
            )  # fmt: skip
