"""The sentences of an article, each with its citations, and the parts of an article that headings open."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from scripts.common.paper.citations import DASHES, Citation, Passage

PARTS = (  # part -> how its heading begins or what it holds, in the order in which they are tried
    ("results", r"results?\b|findings?\b|main (?:results|findings)|presentation (?:and|of)\b.*\bresults"),
    (
        "discussion",
        r"discussions?\b|conclusions?\b|summary\b|limitations?\b|implications\b|final (?:remarks|consider)",
    ),
    (
        "methods",
        r"(?:materials?|patients?) and methods?|methods?\b|methodolog|search (?:strategy|methods?)\b",
    ),
    ("introduction", r"introduction\b|background\b|rationale\b|objectives?\b|aims?\b"),
)
_STOP = re.compile(r"[.!?][\"')\]”’]*(?=\s)")
_ABBREVIATION = re.compile(
    r"(?:\b(?:et al|e\.g|i\.e|vs|cf|Figs?|Tab|No|Dr|Prof|St|approx|ca|Refs?|Eq|Suppl|etc)|\b[A-Z])\.$"
)
NUMBERED = re.compile(r"((?:\d+|[IVX]+(?=\.))(?:\.\d+)*)\.?\s+(?=\S)")  # a heading: its number
LONGEST_ABBREVIATION = 12  # characters before a full stop that are looked at


class Sentence(NamedTuple):
    """A sentence with the references cited in it; ``place`` is section, paragraph and sentence, from 1."""

    text: str
    ref_ids: tuple[str, ...]
    part: str
    path: tuple[str, ...]
    place: str
    citations: tuple[Citation, ...]


def part_of(heading: str, sec_type: str) -> str:
    """Return the part that a heading opens: introduction, methods, results, discussion or ``""``."""
    words = re.sub(r"^(?:[\dIVX]+\.?)+\s+", "", heading).casefold()
    for part, pattern in PARTS:
        if re.match(pattern, words):
            return part
    kind = sec_type.casefold()
    return next(
        (part for part, _ in PARTS if part in kind or (part == "introduction" and kind == "intro")), ""
    )


def sentences_of(passage: Passage, part: str, path: tuple[str, ...], place: str) -> list[Sentence]:
    """Return the sentences of a passage; a citation after its full stop belongs to a sentence."""
    cuts = {*_ends_at_stops(passage), *_ends_after_citations(passage), *passage.borders}
    found, start = [], 0
    for number, end in enumerate([*sorted(cuts), len(passage.text)], start=1):
        if passage.text[start:end].strip():
            found.append(_sentence(passage, start, end, part, path, f"{place}:{number}"))
        start = end
    return found


def _ends_at_stops(passage: Passage) -> Iterator[int]:
    """Yield where sentences end: at full stops that close no abbreviation and are in no citation."""
    text = passage.text
    cited = {index for citation in passage.citations for index in range(citation.start, citation.end)}
    for found in _STOP.finditer(text):
        end = found.end()
        before = text[max(0, found.start() - LONGEST_ABBREVIATION) : found.start() + 1]
        if end - 1 in cited or _ABBREVIATION.search(before) or text[end:].lstrip()[:1].islower():
            continue
        yield end


def _ends_after_citations(passage: Passage) -> Iterator[int]:
    """Yield where sentences end whose citations follow the full stop: "practice.12,23 Out", "it.[12] Out"."""
    text = passage.text
    for citation in passage.citations:
        if not text[: citation.start].rstrip("[(").endswith(tuple(".!?")):
            continue
        end = citation.end
        for following in sorted(one.end for one in passage.citations if one.start >= citation.start):
            if re.fullmatch(rf"[\s,;{DASHES}\d]*", text[end:following]):
                end = following
        end += len(text[end:]) - len(text[end:].lstrip("])"))
        if re.match(r"\s+[A-Z]", text[end:]):
            yield end


def _sentence(
    passage: Passage, start: int, end: int, part: str, path: tuple[str, ...], place: str
) -> Sentence:
    """Return the sentence between two places of a passage; its citations count from its own beginning."""
    text = passage.text[start:end]
    first = start + len(text) - len(text.lstrip())
    cited = [one for one in passage.citations if start <= one.start < end]
    refs = tuple(dict.fromkeys(ref for one in cited for ref in one.ref_ids))
    moved = tuple(Citation(one.start - first, one.end - first, one.ref_ids) for one in cited)
    return Sentence(text.strip(), refs, part, path, place, moved)
