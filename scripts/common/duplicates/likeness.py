"""How alike two records are, field by field, for many pairs at once."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from scripts.common.duplicates.columns import Ints, Numbers, Table
from scripts.common.duplicates.journals import are_one_journal
from scripts.common.duplicates.places import (
    DAYS_OF_A_MONTH,
    LAST_DAY,
    MIN_ARTICLE_NUMBER,
    ROMAN_LETTER,
    SPREADSHEET_DAY,
)
from scripts.common.duplicates.wording import are_confused, have_other_words

Bools = NDArray[np.bool_]
Floats = NDArray[np.float32]
Answers = NDArray[np.int8]  # SAME, UNKNOWN or OTHER
Fields = dict[str, Any]  # some of the fields of Pairs

SAME, UNKNOWN, OTHER = 1, 0, -1  # what two fields say of each other; unknown: one of them is empty
NO_YEAR = -1  # in place of the years between two records

# Percent of the family names in common. Below it one source may have taken given names for family names
# ("Ching-yi, Wu" for "Wu, Ching-yi"): the names of one side are looked for among all names of the other.
MAX_OTHER_FAMILIES = 80
# Percent of one side's family names that must be found there: all of them, but for a slip in one letter.
MIN_NAMES_FOUND = 95
MIN_LONG_RANGE = 3  # pages; letters and their replies are printed on the same one or two
# Percent of characters that two titles have in common; below it they have other words anyway.
MIN_WORDS_COMPARED = 80


class Pairs(NamedTuple):
    """One array a question, one row a pair. Likeness is 0 to 100, and -1 where a side is empty."""

    a: Ints  # rows of the table
    b: Ints
    title: Floats  # share of characters in common, in order
    title_same: Bools  # equal but for blanks, signs, case, accents
    title_within: (
        Bools  # the whole of one is in the other: a subtitle, or the title in a second language, was left out
    )
    other_words: Bools  # they differ by a word that changes the meaning: men and women
    recurring: Bools  # a title that journals print again and again
    yearly: Bools  # a title of reports that appear each year
    title_length: Numbers  # words of the shorter title
    numbers: Answers  # figures in the titles: SAME, UNKNOWN (none in both), OTHER
    authors: Floats  # family names of the shorter list that the longer one has too, whatever their order
    unsigned: Bools  # neither names an author
    all_authors: Floats  # both lists whole, whatever their order
    first_author: Answers
    namesakes: Bools  # the same family names in one order, but other initials of the first authors
    year: Numbers  # years between them, or NO_YEAR
    journal: Answers
    volume: Answers
    issue: Answers
    page: Answers  # first page
    last_page: Answers
    long_range: Bools  # both have ``MIN_LONG_RANGE`` pages or more
    pages_within: Bools  # the pages of one lie in those of the other, or they overlap
    from_one: Bools  # both begin at page 1
    article_number: Bools  # a letter and a long number in place of a page, the same in both
    no_volume: Bools  # on either side
    no_place: Bools  # neither volume nor page on either side
    doi: Answers
    doi_work: Answers  # the DOI without its version
    registrant: Answers
    pmid: Answers
    pmcid: Answers
    accession: Answers  # only within one source
    register: Answers  # of trials
    registration: Answers  # the number of a trial in it
    work: Answers  # thesis, chapter, book or article
    abstract: Floats
    abstract_length: Numbers  # characters of the shorter one
    identical: Bools  # in all that is compared
    part: Bools  # differ
    notice: Bools  # differ
    protocol: Bools  # differ
    preprint: Bools  # at least one is a preprint
    preprints: Bools  # both are
    supplement: Bools  # differ: one is in a supplement or of a meeting
    supplements: Bools  # both are

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
        recurring=k.recurring[a] | k.recurring[b],
        yearly=k.yearly[a] | k.yearly[b],
        identical=k.content[a] == k.content[b],
        **_titles(table, a, b, threads),
        **_authors(table, a, b, threads),
        **_places(table, a, b),
        **_identifiers(table, a, b),
        **_abstracts(table, a, b, threads),
        part=(k.part[a] != k.part[b]) & (k.figures[a] != k.figures[b]),
        notice=k.notice[a] != k.notice[b],
        protocol=k.protocol[a] != k.protocol[b],
        preprint=k.preprint[a] | k.preprint[b],
        preprints=k.preprint[a] & k.preprint[b],
        supplement=k.supplement[a] != k.supplement[b],
        supplements=k.supplement[a] & k.supplement[b],
    )


def _equal(column: Ints | Numbers, a: Ints, b: Ints) -> Answers:
    """Return what the numbers of a column say of each other; 0 is not known."""
    return _verdict(column[a] == column[b], (column[a] > 0) & (column[b] > 0))


def _titles(table: Table, a: Ints, b: Ints, threads: int) -> Fields:
    k = table.keys
    likeness = _likeness(k.title, a, b, fuzz.ratio, threads)
    texts = list(zip(k.title[a], k.title[b], strict=True))
    within = np.array([x in y or y in x for x, y in texts], dtype=bool)
    same_figures = (k.numbers[a] == k.numbers[b]) | (k.figures[a] == k.figures[b])
    others = np.flatnonzero(~same_figures).tolist()
    same_figures[others] = [are_confused(*texts[n]) for n in others]
    other_words = np.zeros(len(texts), dtype=bool)
    for n in np.flatnonzero(likeness >= MIN_WORDS_COMPARED).tolist():
        left, right = texts[n]
        other_words[n] = left != right and have_other_words(left, right)
    return {
        "title": likeness,
        "title_same": (k.title_code[a] == k.title_code[b]) & (k.title_code[a] > 0),
        "title_within": within & (likeness >= 0),
        "other_words": other_words,
        "title_length": np.minimum(k.title_words[a], k.title_words[b]),
        "numbers": _verdict(same_figures, (k.numbers[a] > 0) | (k.numbers[b] > 0)),
    }


def _authors(table: Table, a: Ints, b: Ints, threads: int) -> Fields:
    k = table.keys
    likeness = _likeness(k.authors, a, b, fuzz.token_set_ratio, threads)
    unlike = np.flatnonzero((likeness >= 0) & (likeness < MAX_OTHER_FAMILIES))
    for one, other in ((k.authors, k.names), (k.names, k.authors)):
        swapped = _between(one, a[unlike], other, b[unlike], threads)
        likeness[unlike] = np.maximum(likeness[unlike], swapped)
    likeness[k.latin_names[a] != k.latin_names[b]] = -1  # names in two scripts cannot be compared
    initials, others = k.initials[a], k.initials[b]
    other_initials = (initials > 0) & (others > 0) & (initials & others == 0)
    return {
        "authors": likeness,
        "unsigned": ((k.authors[a] == "") & (k.authors[b] == "")).astype(bool),
        "all_authors": _likeness(k.authors, a, b, fuzz.token_sort_ratio, threads),
        "first_author": _equal(k.first_author, a, b),
        "namesakes": other_initials & (k.authors[a] == k.authors[b]),
    }


def _places(table: Table, a: Ints, b: Ints) -> Fields:
    k = table.keys
    years = _years_between(table, a, b)
    return {
        "year": years,
        "journal": _journals(table, a, b),
        "volume": _equal(k.volume, a, b),
        "issue": _equal(k.issue, a, b),
        "no_volume": (k.volume[a] | k.volume[b]) == 0,
        "no_place": (k.volume[a] | k.volume[b] | k.first_page[a] | k.first_page[b]) == 0,
        **_pages(table, a, b, years <= 0),
    }


def _years_between(table: Table, a: Ints, b: Ints) -> Numbers:
    """Return the years between two records, NO_YEAR where one has none.

    There are none if one went online in the year of the other.
    """
    k = table.keys
    between = np.abs(k.year[a] - k.year[b])
    between[(k.online_year[a] == k.year[b]) | (k.online_year[b] == k.year[a])] = 0
    return np.where((k.year[a] > 0) & (k.year[b] > 0), between, NO_YEAR)


def _pages(table: Table, a: Ints, b: Ints, one_year: Bools) -> Fields:
    """Return what pages say.

    An article that has no volume yet is paged from 1, which says nothing of its pages in the volume of that
    year. A day that was a page can only be compared with days, or is above any day."""
    k = table.keys
    first, other = k.first_page[a], k.first_page[b]
    low, high = np.minimum(first, other), np.maximum(first, other)
    known = (first > 0) & (other > 0)
    known &= (high < SPREADSHEET_DAY) | (low > SPREADSHEET_DAY) | (low > LAST_DAY)
    early = _paged_from_one(k.first_page) & ((k.volume | k.issue | k.page_letter) == 0)
    known &= (early[a] == early[b]) | (first == other) | ~one_year
    letter, other_letter = k.page_letter[a], k.page_letter[b]
    roman = ord(ROMAN_LETTER)  # of other letters, one source may have dropped one
    may_lack = ((letter == 0) | (other_letter == 0)) & (letter != roman) & (other_letter != roman)
    letters = (letter == other_letter) | may_lack
    page = _verdict((first == other) & letters, known)
    end, other_end = np.maximum(first, k.last_page[a]), np.maximum(other, k.last_page[b])
    within = ((first >= other) & (end <= other_end)) | ((other >= first) & (other_end <= end))
    within |= np.minimum(end, other_end) > high  # two articles have at most one page in common
    both_letters = (k.page_letter[a] > 0) & (k.page_letter[b] > 0)
    return {
        "page": page,
        "last_page": _equal(k.last_page, a, b),
        "long_range": np.minimum(end - first, other_end - other) >= MIN_LONG_RANGE - 1,
        "from_one": (first == 1) & (other == 1),
        "pages_within": known & letters & within,
        "article_number": (page == SAME) & both_letters & (first >= MIN_ARTICLE_NUMBER),
    }


def _paged_from_one(first_page: Numbers) -> Bools:
    """Return which pages begin at 1, those that a spreadsheet made a day too: ``1-Jun`` or ``Jan-17``."""
    day = first_page - SPREADSHEET_DAY
    from_one: Bools = (first_page == 1) | (
        (day > 0) & ((day < DAYS_OF_A_MONTH) | (day % DAYS_OF_A_MONTH == 1))
    )
    return from_one


def _journals(table: Table, a: Ints, b: Ints) -> Answers:
    """Return what journals say of each other: by their names, and by their ISSNs where names are alike."""
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
    by_name = verdicts[back.reshape(-1)]
    # two names under one ISSN: a journal and its translation, or a slip
    return np.where(same_issn, np.where(by_name == OTHER, UNKNOWN, SAME), by_name).astype(np.int8)


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
        "register": _equal(k.register, a, b),
        "registration": _equal(k.registration, a, b),
        "work": _equal(k.work, a, b),
        "accession": np.where(one_source, _equal(k.accession, a, b), UNKNOWN).astype(np.int8),
    }


def _abstracts(table: Table, a: Ints, b: Ints, threads: int) -> Fields:
    texts = table.keys.abstract
    shorter = [min(len(x), len(y)) for x, y in zip(texts[a], texts[b], strict=True)]
    return {
        "abstract": _likeness(texts, a, b, fuzz.ratio, threads),
        "abstract_length": np.array(shorter, dtype=np.int32),
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
    for column in (k.doi_work, k.pmid, k.pmcid, k.registration, k.abstract_code):
        same |= (column[a] > 0) & (column[a] == column[b])
    same |= (
        (k.first_page[a] > 0)
        & (k.first_page[a] == k.first_page[b])
        & ((k.volume[a] == k.volume[b]) | (k.first_author[a] == k.first_author[b]))
    )
    return same
