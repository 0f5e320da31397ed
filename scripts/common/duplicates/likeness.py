"""How alike two records are, field by field, for many pairs at once."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from scripts.common.duplicates.columns import Ints, Table
from scripts.common.duplicates.journals import are_one_journal
from scripts.common.duplicates.places import LAST_DAY, SPREADSHEET_DAY

Bools = NDArray[np.bool_]
Floats = NDArray[np.float32]
Answers = NDArray[np.int8]  # SAME, UNKNOWN or OTHER
Fields = dict[str, Any]  # some of the fields of Pairs

SAME, UNKNOWN, OTHER = 1, 0, -1  # what two fields say of each other; unknown: one of them is empty

# Percent of the family names in common. Below it one source may have taken given names for family names
# ("Ching-yi, Wu" for "Wu, Ching-yi"): the names of one side are looked for among all names of the other.
MAX_OTHER_FAMILIES = 80
# Percent of one side's family names that must be found there: all of them, but for a slip in one letter.
MIN_NAMES_FOUND = 95
# With a letter and from this number on, it is the number of an article ("e0168396", "CD007231"), since few
# volumes have a thousand pages with a letter.
MIN_ARTICLE_NUMBER = 1_000


class Pairs(NamedTuple):
    """One array a question, one row a pair. Likeness is 0 to 100, and -1 where a side is empty."""

    a: Ints  # rows of the table
    b: Ints
    title: Floats  # share of characters in common, in order
    title_same: Bools  # equal but for blanks, signs, case, accents
    title_within: (
        Bools  # the whole of one is in the other: a subtitle, or the title in a second language, was left out
    )
    recurring: Bools  # a title that journals print again and again
    title_length: Ints  # words of the shorter title
    numbers: Answers  # figures in the titles: SAME, UNKNOWN (none in both), OTHER
    authors: Floats  # family names of the shorter list that the longer one has too, whatever their order
    all_authors: Floats  # both lists whole, whatever their order
    first_author: Answers
    year: Ints  # years between them, -1 where unknown
    journal: Answers
    volume: Answers
    issue: Answers
    page: Answers  # first page
    last_page: Answers
    pages_within: Bools  # the pages of one lie in those of the other
    article_number: Bools  # a letter and a long number in place of a page, the same in both
    no_place: Bools  # neither volume nor page on either side
    doi: Answers
    doi_work: Answers  # the DOI without its version
    registrant: Answers
    pmid: Answers
    pmcid: Answers
    accession: Answers  # only within one source
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


def _verdict(same: Bools, known: Bools) -> Answers:
    return np.where(known, np.where(same, SAME, OTHER), UNKNOWN).astype(np.int8)


def _likeness(texts: NDArray[np.object_], a: Ints, b: Ints, scorer: Any, threads: int) -> Floats:
    """Return the likeness of two texts a pair, -1 where one is empty."""
    if not len(a):
        return np.zeros(0, dtype=np.float32)
    left, right = texts[a], texts[b]
    score = process.cpdist(left, right, scorer=scorer, dtype=np.float32, workers=threads)
    return np.where((left != "") & (right != ""), score, np.float32(-1)).astype(np.float32)


def _between(one: NDArray[np.object_], a: Ints, other: NDArray[np.object_], b: Ints, threads: int) -> Floats:
    """Return the likeness where the family names of one side are among all names of the other, else 0."""
    if not len(a):
        return np.zeros(0, dtype=np.float32)
    score = process.cpdist(one[a], other[b], scorer=fuzz.token_set_ratio, dtype=np.float32, workers=threads)
    return np.where(score >= MIN_NAMES_FOUND, score, 0).astype(np.float32)


def compare(table: Table, a: Ints, b: Ints, threads: int = 1) -> Pairs:
    """Return what each pair of rows has in common. ``threads`` changes the time, never a value."""
    k = table.keys
    return Pairs(
        a=a,
        b=b,
        recurring=(k.recurring[a] | k.recurring[b]) > 0,
        **_titles(table, a, b, threads),
        **_authors(table, a, b, threads),
        **_places(table, a, b),
        **_identifiers(table, a, b),
        **_abstracts(table, a, b, threads),
        part=k.part[a] != k.part[b],
        notice=k.notice[a] != k.notice[b],
        protocol=k.protocol[a] != k.protocol[b],
        preprint=(k.preprint[a] | k.preprint[b]) > 0,
        supplement=k.supplement[a] != k.supplement[b],
    )


def _equal(column: Ints, a: Ints, b: Ints) -> Answers:
    """Return what the numbers of a column say of each other; 0 is not known."""
    return _verdict(column[a] == column[b], (column[a] > 0) & (column[b] > 0))


def _titles(table: Table, a: Ints, b: Ints, threads: int) -> Fields:
    k = table.keys
    likeness = _likeness(k.title, a, b, fuzz.ratio, threads)
    texts = list(zip(k.title[a], k.title[b], strict=True))
    within = np.array([x in y or y in x for x, y in texts], dtype=bool)
    return {
        "title": likeness,
        "title_same": (k.title_code[a] == k.title_code[b]) & (k.title_code[a] > 0),
        "title_within": within & (likeness >= 0),
        "title_length": np.array([min(x.count(" "), y.count(" ")) + 1 for x, y in texts], dtype=np.int64),
        "numbers": _verdict(k.numbers[a] == k.numbers[b], (k.numbers[a] > 0) | (k.numbers[b] > 0)),
    }


def _authors(table: Table, a: Ints, b: Ints, threads: int) -> Fields:
    k = table.keys
    likeness = _likeness(k.authors, a, b, fuzz.token_set_ratio, threads)
    unlike = np.flatnonzero((likeness >= 0) & (likeness < MAX_OTHER_FAMILIES))
    for one, other in ((k.authors, k.names), (k.names, k.authors)):
        swapped = _between(one, a[unlike], other, b[unlike], threads)
        likeness[unlike] = np.maximum(likeness[unlike], swapped)
    return {
        "authors": likeness,
        "all_authors": _likeness(k.authors, a, b, fuzz.token_sort_ratio, threads),
        "first_author": _equal(k.first_author, a, b),
    }


def _places(table: Table, a: Ints, b: Ints) -> Fields:
    k = table.keys
    years = (k.year[a] > 0) & (k.year[b] > 0)
    return {
        "year": np.where(years, np.abs(k.year[a] - k.year[b]), -1),
        "journal": _journals(table, a, b),
        "volume": _equal(k.volume, a, b),
        "issue": _equal(k.issue, a, b),
        "no_place": (k.volume[a] + k.volume[b] + k.first_page[a] + k.first_page[b]) == 0,
        **_pages(table, a, b),
    }


def _pages(table: Table, a: Ints, b: Ints) -> Fields:
    """Return what pages say. A day that was a page can only be compared with days, or is above any day."""
    k = table.keys
    first, other = k.first_page[a], k.first_page[b]
    low, high = np.minimum(first, other), np.maximum(first, other)
    known = (first > 0) & (other > 0)
    known &= (high < SPREADSHEET_DAY) | (low > SPREADSHEET_DAY) | (low > LAST_DAY)
    letters = (k.page_letter[a] == k.page_letter[b]) | (k.page_letter[a] == 0) | (k.page_letter[b] == 0)
    page = _verdict((first == other) & letters, known)
    end, other_end = np.maximum(first, k.last_page[a]), np.maximum(other, k.last_page[b])
    within = ((first >= other) & (end <= other_end)) | ((other >= first) & (other_end <= end))
    both_letters = (k.page_letter[a] > 0) & (k.page_letter[b] > 0)
    return {
        "page": page,
        "last_page": _equal(k.last_page, a, b),
        "pages_within": known & letters & within,
        "article_number": (page == SAME) & both_letters & (first >= MIN_ARTICLE_NUMBER),
    }


def _journals(table: Table, a: Ints, b: Ints) -> Answers:
    """Return what journals say of each other: by one of their ISSNs, else by their names."""
    k = table.keys
    if not len(a):
        return np.zeros(0, np.int8)
    left, right = np.minimum(k.journal[a], k.journal[b]), np.maximum(k.journal[a], k.journal[b])
    distinct, back = np.unique(np.stack([left, right]), axis=1, return_inverse=True)
    verdicts = np.array(
        [_journal_verdict(table, x, y) for x, y in zip(*distinct.tolist(), strict=True)], dtype=np.int8
    )
    same_issn = np.zeros(len(a), dtype=bool)
    for x in (k.issn, k.issn_2):
        for y in (k.issn, k.issn_2):
            same_issn |= (x[a] > 0) & (x[a] == y[b])
    return np.where(same_issn, SAME, verdicts[back.reshape(-1)]).astype(np.int8)


def _journal_verdict(table: Table, a: int, b: int) -> int:
    """Return what two codes of journals say of each other; ``a``, the smaller one, may be 0: no journal."""
    if not a:
        return UNKNOWN
    same = True if a == b else are_one_journal(table.journals[a], table.journals[b])
    return UNKNOWN if same is None else SAME if same else OTHER


def _identifiers(table: Table, a: Ints, b: Ints) -> Fields:
    k = table.keys
    one_source = (k.source[a] == k.source[b]) & (k.source[a] > 0)
    return {
        "doi": _equal(k.doi, a, b),
        "doi_work": _equal(k.doi_work, a, b),
        "registrant": _equal(k.registrant, a, b),
        "pmid": _equal(k.pmid, a, b),
        "pmcid": _equal(k.pmcid, a, b),
        "accession": np.where(one_source, _equal(k.accession, a, b), UNKNOWN).astype(np.int8),
    }


def _abstracts(table: Table, a: Ints, b: Ints, threads: int) -> Fields:
    texts = table.keys.abstract
    shorter = [min(len(x), len(y)) for x, y in zip(texts[a], texts[b], strict=True)]
    return {
        "abstract": _likeness(texts, a, b, fuzz.ratio, threads),
        "abstract_length": np.array(shorter, dtype=np.int64),
    }


def worth_comparing(table: Table, a: Ints, b: Ints, similar_title: float, threads: int = 1) -> Bools:
    """Return which pairs have title, identifier or page in common: the others are not looked at."""
    k = table.keys
    left, right = k.title_length[a], k.title_length[b]
    same: Bools = (left == 0) | (right == 0)
    # Two texts have at most the shorter one in common, twice, of both lengths: the highest likeness in
    # percent is 200 times the shorter length over both. This is known without reading them.
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
