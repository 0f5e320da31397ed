"""Counts of works in a text: "7 trials [6, 26-31] used interviews", with the references cited for them."""

import re
from collections.abc import Iterator, Sequence

from scripts.common.paper.marked_text import MARK, marked
from scripts.common.paper.printed import Printed
from scripts.common.paper.printed_patterns import (
    ANY_NUMBER,
    CITED_AT_THE_END,
    CITED_DIRECTLY,
    CITED_IN_CLAUSE,
    COUNTS,
    NOT_COUNTED_BEFORE,
)
from scripts.common.paper.sentences import Sentence
from scripts.common.values.number_words import value_of

DIRECTLY = "count with its citations"
IN_CLAUSE = "count with citations in its clause"
BY_CLAUSE = "count with citations at the end of its clause"
MAX_NAME = 8  # words behind a number that name what is counted


def counts_of(sentences: Sequence[Sentence]) -> Iterator[Printed]:
    """Yield each count of works with the words behind it, and the references that are cited for it.

    They are cited right behind the noun, or at the end of its clause if no other number is in between.
    """
    for sentence in sentences:
        text, groups = marked(sentence)
        taken: set[int] = set()
        for pattern in COUNTS:
            for found in pattern.finditer(text):
                if found.start("n") in taken or _is_no_count(text, found):
                    continue
                taken |= {number.start() for number in ANY_NUMBER.finditer(text, *found.span())}
                cited, rule = cited_for(text, groups, found)
                yield Printed(
                    "count",
                    _name(text[found.end() :]),
                    str(value_of(found["n"])),
                    sentence,
                    cited=cited,
                    confidence="high" if rule == DIRECTLY else "medium",
                    rule=rule,
                )


def _is_no_count(text: str, found: re.Match[str]) -> bool:
    """Return whether a number is a year, or that of a table or figure."""
    year = re.fullmatch(r"(?:19|20)\d\d", found["n"])
    return bool(year or NOT_COUNTED_BEFORE.search(text[: found.start("n")]))


def cited_for(
    text: str, groups: Sequence[tuple[str, ...]], count: re.Match[str]
) -> tuple[tuple[str, ...], str]:
    """Return the references cited for a count, and the rule that found them."""
    if direct := CITED_DIRECTLY.match(text, count.end()):
        return groups[text[: direct.end()].count(MARK) - 1], DIRECTLY
    later = CITED_AT_THE_END.match(text, count.end())
    clause = re.split(rf"[,;:.{MARK}]", text[: count.start()])[-1]
    if later and not ANY_NUMBER.search(clause) and not ANY_NUMBER.search(later["between"]):
        return groups[text[: later.end("between")].count(MARK)], BY_CLAUSE
    near = CITED_IN_CLAUSE.match(text, count.end())
    if (
        near
        and not ANY_NUMBER.search(clause)
        and not ANY_NUMBER.search(re.sub(r"[(\[][^)\]]*[)\]]", "", near["between"]))
    ):
        return groups[text[: near.end()].count(MARK) - 1], IN_CLAUSE
    return (), "count"


def _name(behind: str) -> str:
    """Return the words behind a count, up to the end of the clause."""
    return " ".join(re.split(r"[,;.(]", behind.replace(MARK, "").strip())[0].split()[:MAX_NAME])
