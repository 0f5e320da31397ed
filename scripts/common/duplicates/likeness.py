"""How alike two records are, field by field, for many pairs at once."""

import re
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from scripts.common.duplicates.columns import Ints, Table
from scripts.common.duplicates.keys import SPREADSHEET_DAY

Bools = NDArray[np.bool_]
Floats = NDArray[np.float32]

SAME, UNKNOWN, OTHER = 1, 0, -1  # what two fields say of each other; unknown: one of them is empty

_MEETING = re.compile(
    r"\b(?:conference|proceedings|symposium|workshop|congress|meeting|lecture notes|annual)\b"
)
_SMALL_WORDS = frozenset(
    [
        "the",
        "of",
        "and",
        "for",
        "in",
        "on",
        "a",
        "an",
        "to",
        "at",
        "by",
        "de",
        "la",
        "le",
        "les",
        "et",
        "du",
        "des",
        "der",
        "die",
        "das",
        "und",
        "fur",
        "del",
        "di",
        "d",
        "l",
        "e",
        "y",
        "i",
        "el",
        "los",
    ]
)


class Pairs(NamedTuple):
    """One array a question, one row a pair. Likeness is 0 to 100, and -1 where a side is empty."""

    a: Ints  # rows of the table
    b: Ints
    title: Floats  # share of characters in common, in order
    title_same: Bools  # equal but for blanks, signs, case, accents
    title_within: (
        Bools  # one stands whole in the other: a subtitle, or the title in a second language, was left out
    )
    recurring: Bools  # a title that journals print again and again
    title_length: Ints  # words of the shorter title
    numbers: NDArray[np.int8]  # figures in the titles: SAME, UNKNOWN (none in both), OTHER
    authors: Floats  # family names of the shorter list that the longer one has too, whatever their order
    all_authors: Floats  # both lists whole, whatever their order
    first_author: NDArray[np.int8]
    year: Ints  # years between them, -1 where unknown
    journal: NDArray[np.int8]
    volume: NDArray[np.int8]
    issue: NDArray[np.int8]
    page: NDArray[np.int8]  # first page
    last_page: NDArray[np.int8]
    pages_within: Bools  # the pages of one lie in those of the other
    article_number: Bools  # a letter and a long number in place of a page, the same in both
    no_place: Bools  # neither volume nor page on either side
    doi: NDArray[np.int8]
    doi_work: NDArray[np.int8]  # the DOI without its version
    registrant: NDArray[np.int8]
    pmid: NDArray[np.int8]
    pmcid: NDArray[np.int8]
    accession: NDArray[np.int8]  # only within one source
    abstract: Floats
    abstract_length: Ints  # characters of the shorter one
    part: Bools  # differ
    notice: Bools  # differ
    protocol: Bools  # differ
    preprint: Bools  # at least one is a preprint
    supplement: Bools  # differ: one is in a supplement or of a meeting

    def take(self, which: Bools | Ints) -> "Pairs":
        """Return some of the pairs."""
        return Pairs(**{name: column[which] for name, column in self._asdict().items()})


def journal_words(name: str) -> list[str]:
    """Return the words of a folded journal name that tell it from others."""
    return [word for word in name.split() if word not in _SMALL_WORDS]


def abbreviates(short: str, long: str) -> bool:
    """Tell whether a word can stand for another: its beginning, or its letters in order (``natl``)."""
    if long.startswith(short):
        return True
    if short[0] != long[0] or len(short) < 2:
        return False
    rest = iter(long)
    return all(letter in rest for letter in short)


@cache
def journals_alike(a: str, b: str) -> bool:
    """Tell whether two folded names can be one journal: equal, abbreviated, or an acronym."""
    if a == b:
        return True
    first, second = journal_words(a), journal_words(b)
    if not first or not second:
        return False
    if first == second or "".join(first) == "".join(second):
        return True
    short, long = sorted((first, second), key=len)
    if (
        len(short) == 1
        and len(long) > 2
        and short[0] == "".join(word[0] for word in long)[: len(short[0])]
        and len(short[0]) > 2
    ):
        return True
    if len(short) == len(long) and all(
        abbreviates(*sorted(pair, key=len)) for pair in zip(short, long, strict=True)
    ):
        return True
    return fuzz.ratio(a, b) >= 90 or fuzz.token_sort_ratio(" ".join(first), " ".join(second)) >= 95


def _journal_verdict(first: tuple[str, ...], second: tuple[str, ...]) -> int:
    """Return SAME, OTHER, or UNKNOWN: one name may be short for the other, or both name meetings."""
    if any(journals_alike(*sorted((x, y))) for x in first for y in second):
        return SAME
    if any(journal_within(*sorted((x, y), key=len)) for x in first for y in second):
        return UNKNOWN
    meetings = all(any(_MEETING.search(name) for name in names) for names in (first, second))
    return UNKNOWN if meetings else OTHER


def journal_within(short: str, long: str) -> bool:
    """Tell whether one name says less than the other: its beginning, or the same without a word in front."""
    first, second = journal_words(short), journal_words(long)
    if not first or not second:
        return False
    if len(first) > len(second):
        first, second = second, first
    begins = all(abbreviates(*sorted(pair, key=len)) for pair in zip(first, second, strict=False))
    behind = len(first) > 1 and all(
        abbreviates(*sorted(pair, key=len)) for pair in zip(first, second[-len(first) :], strict=True)
    )
    return begins or behind


def _verdict(same: Bools, known: Bools) -> NDArray[np.int8]:
    return np.where(known, np.where(same, SAME, OTHER), UNKNOWN).astype(np.int8)


def _likeness(texts: NDArray[np.object_], a: Ints, b: Ints, scorer: Any, threads: int) -> Floats:
    """Return the likeness of two texts a pair, -1 where one is empty."""
    if not len(a):
        return np.zeros(0, dtype=np.float32)
    left, right = texts[a], texts[b]
    score = process.cpdist(left, right, scorer=scorer, dtype=np.float32, workers=threads)
    return np.where((left != "") & (right != ""), score, np.float32(-1)).astype(np.float32)


def _between(one: NDArray[np.object_], a: Ints, other: NDArray[np.object_], b: Ints, threads: int) -> Floats:
    """Return 95 to 100 where all family names of one side are among all names of the other, else 0."""
    if not len(a):
        return np.zeros(0, dtype=np.float32)
    score = process.cpdist(one[a], other[b], scorer=fuzz.token_set_ratio, dtype=np.float32, workers=threads)
    return np.where(score >= 95, score, 0).astype(np.float32)


def _journals(table: Table, a: Ints, b: Ints) -> NDArray[np.int8]:
    k = table.keys
    if not len(a):
        return np.zeros(0, np.int8)
    left, right = np.minimum(k.journal[a], k.journal[b]), np.maximum(k.journal[a], k.journal[b])
    known = left > 0
    distinct, back = np.unique(np.stack([left, right]), axis=1, return_inverse=True)
    names = table.journals
    verdicts = np.array(
        [
            SAME if i == j else _journal_verdict(names[i], names[j]) if i else UNKNOWN
            for i, j in zip(*distinct.tolist(), strict=True)
        ],
        dtype=np.int8,
    )
    issn = np.zeros(len(a), dtype=bool)
    for x in (k.issn, k.issn_2):
        for y in (k.issn, k.issn_2):
            issn |= (x[a] > 0) & (x[a] == y[b])
    return np.where(issn, SAME, np.where(known, verdicts[back.reshape(-1)], UNKNOWN)).astype(np.int8)


def compare(table: Table, a: Ints, b: Ints, threads: int = 1) -> Pairs:
    """Return what each pair of rows has in common. ``threads`` changes the time, never a value."""
    k = table.keys

    def equal(column: Ints) -> NDArray[np.int8]:
        return _verdict(column[a] == column[b], (column[a] > 0) & (column[b] > 0))

    title = _likeness(k.title, a, b, fuzz.ratio, threads)
    authors = _likeness(k.authors, a, b, fuzz.token_set_ratio, threads)
    unlike = np.flatnonzero((authors >= 0) & (authors < 80))
    for one, other in ((k.authors, k.names), (k.names, k.authors)):
        swapped = _between(one, a[unlike], other, b[unlike], threads)
        authors[unlike] = np.maximum(authors[unlike], swapped)
    left, right = k.title[a], k.title[b]
    within = np.array([x in y or y in x for x, y in zip(left, right, strict=True)], dtype=bool)
    words = np.array(
        [min(x.count(" "), y.count(" ")) + 1 for x, y in zip(left, right, strict=True)], dtype=np.int64
    )
    page_known = (k.first_page[a] > 0) & (k.first_page[b] > 0)
    low, high = np.minimum(k.first_page[a], k.first_page[b]), np.maximum(k.first_page[a], k.first_page[b])
    page_known &= (high < SPREADSHEET_DAY) | (low > SPREADSHEET_DAY) | (low > 31)  # a day was a page up to 31
    letters = (k.page_letter[a] == k.page_letter[b]) | (k.page_letter[a] == 0) | (k.page_letter[b] == 0)
    page = _verdict((k.first_page[a] == k.first_page[b]) & letters, page_known)
    ends = [np.maximum(k.first_page[side], k.last_page[side]) for side in (a, b)]
    inside = [
        (k.first_page[one] >= k.first_page[other]) & (ends[i] <= ends[1 - i])
        for i, (one, other) in enumerate(((a, b), (b, a)))
    ]
    within_pages = page_known & letters & (inside[0] | inside[1])
    years = (k.year[a] > 0) & (k.year[b] > 0)
    same_source = (k.source[a] == k.source[b]) & (k.source[a] > 0)
    numbers = _verdict(k.numbers[a] == k.numbers[b], (k.numbers[a] > 0) | (k.numbers[b] > 0))
    return Pairs(
        a=a,
        b=b,
        title=title,
        title_same=(k.title_code[a] == k.title_code[b]) & (k.title_code[a] > 0),
        title_within=within & (title >= 0),
        recurring=(k.recurring[a] | k.recurring[b]) > 0,
        title_length=words,
        numbers=numbers,
        authors=authors,
        all_authors=_likeness(k.authors, a, b, fuzz.token_sort_ratio, threads),
        first_author=equal(k.first_author),
        year=np.where(years, np.abs(k.year[a] - k.year[b]), -1),
        journal=_journals(table, a, b),
        volume=equal(k.volume),
        issue=equal(k.issue),
        page=page,
        last_page=equal(k.last_page),
        pages_within=within_pages,
        article_number=(page == SAME)
        & (k.page_letter[a] > 0)
        & (k.page_letter[b] > 0)
        & (k.first_page[a] >= 1000),
        no_place=(k.volume[a] + k.volume[b] + k.first_page[a] + k.first_page[b]) == 0,
        doi=equal(k.doi),
        doi_work=equal(k.doi_work),
        registrant=equal(k.registrant),
        pmid=equal(k.pmid),
        pmcid=equal(k.pmcid),
        accession=np.where(same_source, equal(k.accession), UNKNOWN).astype(np.int8),
        abstract=_likeness(k.abstract, a, b, fuzz.ratio, threads),
        abstract_length=np.array(
            [min(len(x), len(y)) for x, y in zip(k.abstract[a], k.abstract[b], strict=True)], dtype=np.int64
        ),
        part=k.part[a] != k.part[b],
        notice=k.notice[a] != k.notice[b],
        protocol=k.protocol[a] != k.protocol[b],
        preprint=(k.preprint[a] | k.preprint[b]) > 0,
        supplement=k.supplement[a] != k.supplement[b],
    )


def worth_comparing(table: Table, a: Ints, b: Ints, similar_title: float, threads: int = 1) -> Bools:
    """Return which pairs have title, identifier or page in common: the others are not looked at."""
    k = table.keys
    left, right = k.title_length[a], k.title_length[b]
    same: Bools = (left == 0) | (right == 0)
    # The likeness of two texts is at most 200 times the shorter length over both: this is seen without them.
    near = np.flatnonzero(~same & (200 * np.minimum(left, right) >= similar_title * (left + right)))
    likeness = process.cpdist(
        k.title[a[near]], k.title[b[near]],
        scorer=fuzz.ratio, score_cutoff=similar_title, dtype=np.float32, workers=threads,
    )  # fmt: skip
    same[near] = likeness > 0
    for column in (k.doi, k.pmid, k.pmcid):
        same |= (column[a] > 0) & (column[a] == column[b])
    same |= (
        (k.first_page[a] > 0)
        & (k.first_page[a] == k.first_page[b])
        & ((k.volume[a] == k.volume[b]) | (k.first_author[a] == k.first_author[b]))
    )
    return same
