"""Citations in running text: which references a place of the text cites, ranges filled in."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from scripts.common.paper.references import Reference

MAX_RANGE = 200  # references that one "12-80" may mean; a longer range is a mistake
DASHES = (
    r"\-"
    "\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{FIGURE DASH}\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}\N{HORIZONTAL BAR}"
)
_DASH = re.compile(rf"[\s\[\]()]*[{DASHES}][\s\[\]()]*")
_NUMBERS = re.compile(rf"[\s\[\](),;.\d{DASHES}]*\d[\s\[\](),;.\d{DASHES}]*")
_RANGE = re.compile(rf"(\d+)\s*[{DASHES}]\s*(\d+)")
_NUMBER_OR_RANGE = re.compile(rf"(\d+)(?:\s*[{DASHES}]\s*(\d+))?")
_BRACKET = re.compile(rf"\[\s*(\d{{1,4}}(?:\s*[,;{DASHES}]\s*\d{{1,4}})*)\s*\]")
_OPEN_END = re.compile(rf"\s*[{DASHES}]\s*(\d{{1,4}})(?=\s*[\]),;]|\s*$)")
_YEAR = re.compile(r"\D*(?:19|20)\d\d\D*")


class Citation(NamedTuple):
    """References cited at one place of a text: ``start`` and ``end`` count its characters."""

    start: int
    end: int
    ref_ids: tuple[str, ...]


class Passage(NamedTuple):
    """Running text with its citations: a paragraph, a list, or a cell of a table.

    ``borders`` are the places where a block inside it begins or ends, such as an item of a list.
    """

    text: str
    citations: tuple[Citation, ...]
    borders: tuple[int, ...] = ()

    @property
    def ref_ids(self) -> list[str]:
        """The references cited, once each, in their order."""
        return list(dict.fromkeys(ref for citation in self.citations for ref in citation.ref_ids))


class PrintedNumbers:
    """The numbers that a reference list prints, and the references that they mean."""

    def __init__(self, references: Sequence[Reference]) -> None:
        """Take the printed labels; a list without any label is counted from 1."""
        self._references = {entry.ref_id: entry for entry in references}
        self.by_label = {int(entry.label): entry.ref_id for entry in references if entry.label.isdecimal()}
        if not self.by_label and not any(entry.label for entry in references):
            self.by_label = {entry.number: entry.ref_id for entry in references}

    def number_of(self, ref_id: str) -> int | None:
        """Return the printed number of a reference, None if its number does not lead back to it."""
        entry = self._references[ref_id]
        number = int(entry.label) if entry.label.isdecimal() else entry.number
        return number if self.by_label.get(number) == ref_id else None

    def between(self, low: int, high: int) -> list[str]:
        """Return the references from one number to another; only the two ends of an impossible range."""
        if not 0 < high - low <= MAX_RANGE or low not in self.by_label or high not in self.by_label:
            return [self.by_label[n] for n in dict.fromkeys((low, high)) if n in self.by_label]
        return [self.by_label[n] for n in range(low, high + 1) if n in self.by_label]

    def read(self, text: str) -> list[str]:
        """Return the references that a text like ``1, 3-5`` means, once each."""
        refs: list[str] = []
        for part in _NUMBER_OR_RANGE.finditer(text):
            refs += self.between(int(part[1]), int(part[2] or part[1]))
        return list(dict.fromkeys(refs))


def is_number(text: str) -> bool:
    """Tell whether the printed text of a citation is a number or a list of them, and not a year."""
    return bool(_NUMBERS.fullmatch(text)) and not _YEAR.fullmatch(text)


def numbered_citations(text: str, links: Sequence[Citation], numbers: PrintedNumbers) -> Iterator[Citation]:
    """Yield the citations that the links of a text make, with the references inside their ranges.

    A range is written inside one link (``3-6``), between two (``3`` - ``6``), or its end has no link.
    """
    for place, link in enumerate(links):
        start, end = link.start, link.end
        refs = _range_inside(text, link, numbers)
        if place and (filled := _range_between(text, links[place - 1], link, numbers)):
            refs = list(dict.fromkeys([*filled, *refs]))
            start = links[place - 1].end
        following = links[place + 1].start if place + 1 < len(links) else len(text) + 1
        if opened := _range_with_open_end(text, end, following, refs[-1], numbers):
            refs += opened.ref_ids
            end = opened.end
        yield Citation(start, end, tuple(refs))


def _range_inside(text: str, link: Citation, numbers: PrintedNumbers) -> list[str]:
    """Return the references of one link; those inside a range that it prints are added."""
    printed = text[link.start : link.end]
    if _RANGE.search(printed) and _NUMBERS.fullmatch(printed):
        return list(dict.fromkeys([*link.ref_ids, *numbers.read(printed)]))
    return list(link.ref_ids)


def _range_between(text: str, previous: Citation, link: Citation, numbers: PrintedNumbers) -> list[str]:
    """Return the references after the previous link up to this one, if only a dash is between them."""
    if not _DASH.fullmatch(text[previous.end : link.start]):
        return []
    low, high = numbers.number_of(previous.ref_ids[-1]), numbers.number_of(link.ref_ids[0])
    return numbers.between(low, high)[1:] if low is not None and high is not None and low < high else []


def _range_with_open_end(
    text: str, end: int, following: int, last: str, numbers: PrintedNumbers
) -> Citation | None:
    """Return the rest of a range whose last number has no link; it must close before the next link."""
    after = _OPEN_END.match(text, end)
    low = numbers.number_of(last)
    if after is None or after.end() > following or low is None:
        return None
    high = int(after[1])
    if not _inside_brackets(text[:end]) or low >= high or high not in numbers.by_label:
        return None
    return Citation(end, after.end(), tuple(numbers.between(low, high)[1:]))


def _inside_brackets(before: str) -> bool:
    return before.count("[") > before.count("]") or before.count("(") > before.count(")")


def unlinked_citations(text: str, linked: Iterable[Citation], numbers: PrintedNumbers) -> Iterator[Citation]:
    """Yield the citations of brackets with numbers that no link covers."""
    taken = list(linked)
    for found in _BRACKET.finditer(text):
        start, end = found.span()
        free = not any(max(one.start, start) < min(one.end, end) for one in taken)
        if free and (refs := numbers.read(found[1])):
            yield Citation(start, end, tuple(refs))
