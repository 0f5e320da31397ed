"""Shares in a text: "32 of 48 studies (66.7 %)", "(n = 32; 66.7 %)", "66.7 % (32/48)"."""

import re
from collections.abc import Iterator, Sequence

from scripts.common.paper.marked_text import without_citations
from scripts.common.paper.printed import Printed, percentage_at
from scripts.common.paper.printed_patterns import NOT_COUNTED_BEFORE, SHARE_FIRST, SHARES, UNIT, WHOLE
from scripts.common.paper.sentences import Sentence
from scripts.common.values.number_words import value_of

MAX_BETWEEN = 4  # words between a count and its percentage, brackets counted
MAX_NAME = 8  # words behind a share that name what it is a share of


def shares_of(sentences: Sequence[Sentence]) -> Iterator[Printed]:
    """Yield each share with its count; ``of`` is empty where the sentence does not say of how many."""
    for sentence in sentences:
        if "%" not in sentence.text:
            continue
        text = without_citations(sentence)
        taken: set[int] = set()  # places of the percentages that are read already
        for pattern in (*SHARES[:3], SHARE_FIRST, *SHARES[3:]):
            for found in pattern.finditer(text):
                if found.start("p") not in taken and _is_count(text, found):
                    taken.add(found.start("p"))
                    yield _share(text, found, sentence)


def _share(text: str, found: re.Match[str], sentence: Sentence) -> Printed:
    whole = found.groupdict().get("N")
    of = value_of(whole) if whole else _whole_before(text, found)
    return Printed(
        "share",
        _name(text[found.end() :]),
        str(value_of(found["n"])),
        sentence,
        of="" if of is None else str(of),
        percent=found["p"].replace("·", "."),
        confidence="high" if whole else "low" if _is_far(text, found) else "medium",
        rule="share" if of is None else "share of a whole",
        token=percentage_at(text, found.start("p")),
    )


def _is_far(text: str, found: re.Match[str]) -> bool:
    """Return whether so many words are between count and percentage that it may be of something else."""
    first, last = sorted((found.end("n"), found.start("p")))
    return len(text[first:last].split()) > MAX_BETWEEN


def _whole_before(text: str, found: re.Match[str]) -> int | None:
    """Return the whole that the sentence begins with ("Of the 48 studies"), if the share is behind it."""
    if found.re is SHARE_FIRST:
        return None
    wholes = [value_of(one["N"]) for one in WHOLE.finditer(text) if one.end() <= found.start("n")]
    return wholes[-1] if wholes else None


def _is_count(text: str, found: re.Match[str]) -> bool:
    """Return whether the number counts something: no year, no unit behind it, no number of a table."""
    if re.fullmatch(r"(?:19|20)\d\d", found["n"]) or UNIT.match(text, found.end("n")):
        return False
    return not NOT_COUNTED_BEFORE.search(text[: found.start("n")])


def _name(behind: str) -> str:
    """Return the words behind a share up to the end of the clause."""
    return " ".join(re.split(r"[,;.(]|\d", behind.lstrip(" )];,"))[0].split()[:MAX_NAME])
