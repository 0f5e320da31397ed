"""Counts of works in a text: "7 trials [6, 26-31] used interviews", with the references cited for them."""

import re
from collections.abc import Iterator, Sequence

from scripts.common.paper.marked_text import MARK, marked
from scripts.common.paper.printed import Printed, number_at
from scripts.common.paper.printed_patterns import (
    ANY_NUMBER,
    CITED_AT_THE_END,
    CITED_DIRECTLY,
    CITED_IN_CLAUSE,
    CITED_ONE_BY_ONE,
    COUNTS,
    NOT_COUNTED_BEFORE,
    WITH_UNIT,
)
from scripts.common.paper.sentences import Sentence
from scripts.common.values.number_words import NUMBER, value_of

DIRECTLY = "count with its citations"
IN_CLAUSE = "count with citations in its clause"
ONE_BY_ONE = "count with citations one by one"
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
                if found.start("n") in taken or is_no_count(text, found):
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
                    token=number_at(text, found.start("n")),
                )


def is_no_count(text: str, found: re.Match[str]) -> bool:
    """Return whether a number is a year, or that of a table or figure."""
    year = re.fullmatch(r"(?:19|20)\d\d", found["n"])
    return bool(year or NOT_COUNTED_BEFORE.search(text[: found.start("n")]))


def cited_for(
    text: str, groups: Sequence[tuple[str, ...]], count: re.Match[str]
) -> tuple[tuple[str, ...], str]:
    """Return the references cited for a count, and the rule that found them."""
    if direct := CITED_DIRECTLY.match(text, count.end()):
        return groups[text[: direct.end()].count(MARK) - 1], DIRECTLY
    clause = re.split(rf"[,;:.{MARK}]", text[: count.start("n")])[-1]
    if has_count(clause):
        return (), "count"
    each = CITED_ONE_BY_ONE.match(text, count.end())
    if each and (each["brackets"] or not has_count(each["rest"])):
        return _all_in(each, text, groups), ONE_BY_ONE
    later = CITED_AT_THE_END.match(text, count.end())
    if later and not has_count(later["between"]):
        return groups[text[: later.end("between")].count(MARK)], BY_CLAUSE
    near = CITED_IN_CLAUSE.match(text, count.end())
    if near and not has_count(re.sub(r"[(\[][^)\]]*[)\]]", "", near["between"])):
        rest = re.split(rf"[.;]|{NUMBER}", text[near.end() :], maxsplit=1, flags=re.IGNORECASE)[0]
        return groups[text[: near.end()].count(MARK) - 1], IN_CLAUSE if MARK in rest else BY_CLAUSE
    return (), "count"


def _all_in(each: re.Match[str], text: str, groups: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """Return the references of all groups in the brackets, or in the rest of the sentence."""
    name = "brackets" if each["brackets"] else "rest"
    first = text[: each.start(name)].count(MARK)
    own = groups[first : first + each[name].count(MARK)]
    return tuple(dict.fromkeys(ref for group in own for ref in group))


def has_count(text: str) -> bool:
    """Return whether a text has a number that is not of something else, such as days."""
    return bool(ANY_NUMBER.search(WITH_UNIT.sub("", text)))


def _name(behind: str) -> str:
    """Return the words behind a count, up to the end of the clause."""
    return " ".join(re.split(r"[,;.(]", behind.replace(MARK, "").strip())[0].split()[:MAX_NAME])
