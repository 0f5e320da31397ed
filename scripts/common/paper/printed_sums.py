"""Sums in a text: a total with its parts, and what remains of a number."""

import re
from collections.abc import Iterator, Sequence

from scripts.common.paper.marked_text import without_citations
from scripts.common.paper.printed import Printed
from scripts.common.paper.printed_patterns import (
    ANY_NUMBER,
    ITEM,
    OPEN_LIST,
    REMAINDER,
    TOTAL_BEFORE,
    TOTAL_BEHIND,
    TWO_SOURCES,
)
from scripts.common.paper.sentences import Sentence
from scripts.common.values.number_words import value_of

MIN_PARTS = 2
MAX_NAME = 8  # words that name what a remainder is of


def sums_of(sentences: Sequence[Sentence]) -> Iterator[Printed]:
    """Yield each total with the parts that its sentence gives, and each remainder of a number."""
    for sentence in sentences:
        text = without_citations(sentence)
        yield from _totals(text, sentence)
        yield from _two_sources(text, sentence)
        yield from _remainders(text, sentence)


def _totals(text: str, sentence: Sentence) -> Iterator[Printed]:
    """Yield a total whose parts are in brackets: "(n = 38), ... (n = 4)"."""
    items = list(ITEM.finditer(text))
    if len(items) < MIN_PARTS:
        return
    parts = tuple(value_of(item["n"]) for item in items)
    before, behind = text[: items[0].start()], text[items[-1].end() :]
    if (found := TOTAL_BEFORE.search(before)) and not OPEN_LIST.search(before[found.start() :]):
        yield _sum(found["n"], parts, sentence, text, "total before its parts")
    elif (found := TOTAL_BEHIND.match(behind)) and not OPEN_LIST.search(text[items[0].start() :]):
        yield _sum(found["n"], parts, sentence, text, "total behind its parts")


def _two_sources(text: str, sentence: Sentence) -> Iterator[Printed]:
    for found in TWO_SOURCES.finditer(text):
        parts = (value_of(found["a"]), value_of(found["b"]))
        yield _sum(found["n"], parts, sentence, text, "databases and other sources")


def _sum(total: str, parts: tuple[int, ...], sentence: Sentence, text: str, rule: str) -> Printed:
    name = "reasons" if re.search(r"exclu|reason", text, re.IGNORECASE) else "sources"
    return Printed("sum", name, str(value_of(total)), sentence, parts=parts, rule=rule)


def _remainders(text: str, sentence: Sentence) -> Iterator[Printed]:
    for found in REMAINDER.finditer(text):
        if not ANY_NUMBER.search(found["first"]) and not ANY_NUMBER.search(found["second"]):
            yield Printed(
                "remainder",
                " ".join(found["first"].split()[:MAX_NAME]),
                str(value_of(found["r"])),
                sentence,
                of=str(value_of(found["N"])),
                parts=(value_of(found["a"]),),
                rule="rest of a number",
            )
