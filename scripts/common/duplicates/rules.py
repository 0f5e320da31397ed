"""The rules by which two records are one publication, versions of one work, or two: read them in order.

The first rule that holds decides. Each has a name, which records/links.csv gives, a verdict and a
sentence that says why. What the words of the rules mean (``titles_alike``, ``same_place`` ...) is in
``Evidence``. To change a rule, change its line here, and add the pair that made you do so to
tests/data/duplicates.json.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scripts.common.duplicates.likeness import NO_YEAR, OTHER, SAME, UNKNOWN, Bools, Floats, Pairs
from scripts.common.review.settings import Matching

DUPLICATE, VERSION, APART, MAYBE = "duplicate", "version", "apart", "maybe"

# All thresholds are our own choices. Likeness is in percent: of characters in common and in order for titles
# and abstracts, of family names for authors. How alike titles must be to be equal or alike, how many words a
# telling title has and how many years may lie between are settings (same_title, similar_title, ...).
# What becomes of gold-labelled pairs when one of them moves is in docs/deduplication.md, "Thresholds".

# Below it, two titles under one PMID name two things, if the authors differ too; from it on, titles under one
# place are near enough where authors are missing. Translations have less in common than slips and rewordings.
UNLIKE_TITLE = 70
# Words of a title that is inside another one. A single word ("Asthma") is inside too many other titles.
MIN_WORDS_INSIDE = 2
# Of the shorter list of authors, what the longer one has too: "et al." costs nothing, another name does.
SOME_AUTHORS = 70
# The same under one first author: the others are often cut, spelled or ordered in another way.
SOME_AUTHORS_AFTER_THE_FIRST = 50
# Of both lists as a whole, where title, authors and year are all there is to go by: the same people.
ALL_AUTHORS = 85
# From it on two abstracts are one text, but for slips, signs and the label in front.
SAME_ABSTRACT = 90
# Characters; a shorter beginning can be a formula that many abstracts share.
MIN_ABSTRACT = 100
# Below it two abstracts are two texts; one text in two translations has more in common.
OTHER_ABSTRACT = 60


class Evidence:
    """What two records say of each other, in the words of the rules; one truth value a pair."""

    def __init__(self, p: Pairs, matching: Matching) -> None:
        """Read the likeness of fields; ``matching`` are settings of ``deduplicate``."""
        known = p.title >= 0
        # titles
        self.title_missing = ~known
        self.title_same = p.title_same  # but for signs, case, blanks
        # the text itself
        self.same_abstract = (p.abstract >= SAME_ABSTRACT) & (p.abstract_length >= MIN_ABSTRACT)
        self.other_abstract = (p.abstract >= 0) & (p.abstract < OTHER_ABSTRACT)
        # men and women, in vitro and in vivo; under one abstract and no other page it is a slip
        self.other_words = p.other_words & ~(self.same_abstract & ((p.page != OTHER) | p.pages_within))
        # but for a slip
        self.titles_equal = p.title_same | ((p.title >= matching.same_title) & ~self.other_words)
        # the other adds a subtitle or a translation
        self.title_inside = p.title_within & (p.title_length >= MIN_WORDS_INSIDE)
        self.title_within = p.title_within & (p.title_length >= matching.min_title_words)
        self.titles_alike = self.titles_equal | self.title_within | (p.title >= matching.similar_title)
        self.titles_unlike = known & (p.title < UNLIKE_TITLE) & ~p.title_within
        self.titles_near = p.title >= UNLIKE_TITLE
        self.telling_title = (
            (p.title_length >= matching.min_title_words) & ~p.recurring & ~(p.yearly & (p.year != 0))
        )
        self.short_title = p.title_same & (p.title_length >= MIN_WORDS_INSIDE) & ~p.recurring
        self.other_numbers = p.numbers == OTHER
        # authors
        self.authors_missing = p.authors < 0
        self.unsigned = p.unsigned  # both are
        self.authors_overlap = p.authors >= SOME_AUTHORS_AFTER_THE_FIRST
        self.authors_agree = (p.authors >= SOME_AUTHORS) | ((p.first_author == SAME) & self.authors_overlap)
        self.authors_disagree = ~self.authors_missing & ~self.authors_agree
        self.namesakes = p.namesakes  # two people of one family name: Wang Lei, Wang Jun
        self.all_authors_agree = (p.all_authors >= ALL_AUTHORS) & ~self.namesakes
        # year, journal and place in it
        self.same_year, self.year_missing = p.year == 0, p.year == NO_YEAR
        self.years_fit = p.year <= matching.year_distance  # an unknown year fits
        self.same_journal, self.other_journal = p.journal == SAME, p.journal == OTHER
        self.same_volume, self.other_volume = p.volume == SAME, p.volume == OTHER
        self.same_issue, self.other_issue = p.issue == SAME, p.issue == OTHER
        self.same_page = p.page == SAME  # the first one
        self.other_page = (p.page == OTHER) & ~p.pages_within
        self.same_range = self.same_page & (p.last_page == SAME)
        self.long_range = self.same_range & p.long_range  # longer than a letter and its reply
        self.other_range = self.same_page & (p.last_page == OTHER)
        self.article_number = p.article_number  # "e0168396", "CD007231": the same in both
        self.from_one = p.from_one  # as journals page that print nothing
        self.no_volume, self.no_place = p.no_volume, p.no_place
        self.same_place = self.same_volume & self.same_page & ~self.other_journal
        self._read_kinds(p, matching)
        self._read_together(p)

    def _read_kinds(self, p: Pairs, matching: Matching) -> None:
        """Read identifiers, and what kind of record the two are."""
        self.same_doi, self.other_doi = p.doi == SAME, p.doi == OTHER
        self.other_version = self.other_doi & (p.doi_work == SAME)  # "...pub2" and "...pub3"
        self.same_registrant = p.registrant == SAME  # below the rules on one DOI: of two DOIs
        self.same_pmid, self.other_pmid = p.pmid == SAME, p.pmid == OTHER
        self.same_pmcid = p.pmcid == SAME
        self.same_accession = p.accession == SAME
        # which gave them different numbers
        self.twice_in_one_database = (p.accession == OTHER) & (matching.one_database == "doubt")
        self.same_registration, self.other_registration = p.registration == SAME, p.registration == OTHER
        self.same_register = p.register == SAME
        self.other_part, self.notice, self.protocol = p.part, p.notice, p.protocol
        self.identical = p.identical
        self.other_work = p.work == OTHER  # thesis and article, book and chapter
        self.supplement, self.supplements = p.supplement, p.supplements
        self.preprint, self.preprints = p.preprint, p.preprints

    def _read_together(self, p: Pairs) -> None:
        """Read what several fields say together."""
        # that no two articles share, unlike posters of a meeting and articles that are each paged from 1
        self.own_pages = self.same_range & ~self.other_abstract & ~self.supplements & ~self.from_one
        # a talk in a supplement and an article, each on pages of its own
        self.talk = self.supplement & self.other_page
        self.later_version = ~self.same_doi & (self.title_same | self.title_within) & (
            self.other_version
            | (self.article_number & self.same_journal & (self.other_volume | ~self.same_year))
            | (self.no_place & self.same_journal & self.authors_agree & self.same_abstract & (p.year > 0))
        )  # fmt: skip
        self.no_contradiction = ~(
            self.other_journal | self.other_volume | self.other_page | self.other_doi | self.other_numbers
        )


class Rule(NamedTuple):
    """A verdict and the evidence that it takes."""

    name: str
    verdict: str
    why: str
    holds: Callable[[Evidence], Bools]


FIRST_WEAK = "title"  # from here on a link rests on few fields: it joins no two records that are in doubt

RULES = (
    Rule("pmid", DUPLICATE, "the same PMID, which PubMed gives to one publication only",
         lambda e: e.same_pmid & ~(e.titles_unlike & e.authors_disagree)),
    Rule("pmid_of_another", MAYBE, "the same PMID, but other titles and authors: one of the PMIDs is wrong",
         lambda e: e.same_pmid),
    Rule("registration", DUPLICATE, "one trial: the same number in a register of trials",
         lambda e: e.same_registration),
    Rule("other_registration", APART, "two trials: different numbers in one register of trials",
         lambda e: e.same_register),
    Rule("registers", MAYBE, "entries in two registers of trials, which may be about one trial",
         lambda e: e.other_registration & e.titles_alike),
    Rule("pmid_twice", DUPLICATE, "one DOI, title and place, which PubMed holds twice",
         lambda e: e.other_pmid & e.same_doi & e.title_same & e.same_place & ~e.notice),
    Rule("versions", VERSION, "a later version of one work, of which PubMed holds both",
         lambda e: e.other_pmid & e.later_version),
    Rule("other_pmid", APART, "different PMIDs: PubMed holds them for two publications",
         lambda e: e.other_pmid),
    Rule("notice", APART, "a notice (erratum, comment, reply, retraction, data) and what it is about",
         lambda e: e.notice),
    Rule("part", APART, "different parts of one series",
         lambda e: e.other_part & ~(e.same_doi & e.same_place)),
    Rule("protocol", APART, "a protocol and its results",
         lambda e: e.protocol & ~e.same_doi & ~e.same_place),
    Rule("other_work", MAYBE, "a thesis and an article, or a book and a chapter, of one title",
         lambda e: e.other_work & e.titles_alike & ~e.same_doi & ~e.same_place),
    Rule("update", VERSION, "a later version: the same title and article number, or DOI but for its version",
         lambda e: e.later_version),
    Rule("retitled", VERSION, "a later version under another title: the same DOI but for its version",
         lambda e: e.other_version & e.same_journal),
    Rule("doi_elsewhere", MAYBE, "the same DOI, but another journal, volume and page: one DOI is wrong",
         lambda e: e.same_doi & e.other_volume & ~e.same_page
         & (e.other_journal | e.talk)),
    Rule("doi", DUPLICATE, "the same DOI and titles that agree",
         lambda e: e.same_doi & e.titles_alike
         & ~(e.other_numbers & ~e.same_page & ~e.title_within)
         & ~(e.other_page & (e.authors_disagree | ~e.titles_equal))),
    Rule("doi_translated", DUPLICATE, "the same DOI, authors and pages; the title translated or reworded",
         lambda e: e.same_doi & ~e.title_missing & (e.authors_agree | e.authors_missing & e.same_range)
         & (e.same_place & (e.same_abstract | e.same_range & ~e.other_abstract | e.title_inside)
            | e.article_number & e.same_journal)),
    Rule("doi_of_a_whole", MAYBE, "the same DOI, but other titles: chapters or talks of a meeting share it",
         lambda e: e.same_doi),
    Rule("pmcid", DUPLICATE, "the same PMCID and titles that agree",
         lambda e: e.same_pmcid & e.titles_alike),
    Rule("accession", DUPLICATE, "the same number in the same database, and titles that agree",
         lambda e: e.same_accession & e.titles_alike & e.years_fit),
    Rule("recurring", APART, "a short or recurring title (editorial, column, yearly report) in another place",
         lambda e: e.titles_alike & ~e.telling_title
         & (e.other_volume | e.other_issue | e.other_page | e.other_range & ~e.same_issue
            | e.other_doi & ~e.same_range)),
    Rule("other_doi_and_page", APART, "different DOIs of one publisher and different pages",
         lambda e: e.same_registrant & (e.other_page | e.other_volume) & ~e.preprint),
    Rule("other_doi_and_title", APART, "different DOIs of one publisher, different titles",
         lambda e: e.same_registrant & ~e.titles_equal & ~e.preprint
         & ~(e.same_place & ~e.other_range & ~e.from_one)),
    Rule("preprint", VERSION, "a preprint and its article, or two versions of a preprint",
         lambda e: e.preprint & (e.titles_alike & e.telling_title | e.same_abstract) & e.authors_agree
         & ~e.same_place & ~(e.same_journal & e.same_range)
         & ~(e.preprints & e.titles_equal & e.same_year & e.no_contradiction)),
    Rule("same_place", DUPLICATE, "titles that agree, the same journal, volume and first page",
         lambda e: e.titles_alike & e.same_place
         & (e.authors_agree | e.authors_missing & ~(e.unsigned & e.other_words)
            | e.titles_equal & (e.authors_overlap | e.long_range))
         & ~(e.other_words & (e.from_one | e.supplements))
         & ~(e.other_numbers & (e.other_abstract | e.other_range)) & ~(e.other_issue & e.other_range)),
    Rule("same_pages", DUPLICATE, "titles and authors that agree, the same first and last page",
         lambda e: e.titles_alike & e.telling_title & e.authors_agree & e.same_range & e.years_fit
         & ~(e.other_numbers & ~e.same_abstract) & ~(e.other_journal & e.other_volume)
         & ~(e.from_one & (e.other_journal | ~e.titles_equal))),
    Rule("journal_renamed", DUPLICATE, "titles and authors agree, one volume, page, year; journal renamed",
         lambda e: e.titles_alike & e.telling_title & e.authors_agree & e.same_volume & e.same_year
         & (e.same_page | e.same_issue & e.same_abstract & ~e.other_page & ~e.supplements)
         & e.other_journal & ~e.other_numbers),
    Rule("translated", DUPLICATE, "another title; authors, journal, volume and pages that no two share",
         lambda e: ~e.title_missing & e.authors_agree & e.same_place & e.same_journal & ~e.other_issue
         & (e.same_abstract | e.own_pages & e.telling_title)),
    Rule("no_authors", DUPLICATE, "titles that are near, the same journal, volume and pages; authors missing",
         lambda e: e.titles_near & e.authors_missing & e.same_place & e.same_journal & e.same_range
         & ~e.other_numbers),
    Rule("same_abstract", DUPLICATE, "equal titles and abstracts, one journal; volume or page is miswritten",
         lambda e: e.titles_equal & e.telling_title & e.authors_agree & e.same_abstract
         & (e.same_journal | ~e.other_journal & e.same_volume & e.same_issue) & e.years_fit & ~e.talk
         & (e.same_volume | e.same_page & e.same_year | ~e.other_page & ~e.other_volume)
         & (~e.other_doi | e.same_volume & ~e.other_page)
         & ~e.other_numbers),
    Rule("same_issue", DUPLICATE, "equal titles and authors in one issue, which prints nothing twice",
         lambda e: e.titles_equal & e.telling_title & e.authors_agree & e.same_journal & e.same_volume
         & e.same_issue & e.years_fit & ~e.other_doi & ~e.other_numbers & ~e.talk
         & (e.title_same & ~e.supplements | ~e.other_page)),
    Rule("title", DUPLICATE, "equal titles, the same authors and journal (or place), nothing against it",
         lambda e: e.titles_equal & e.telling_title & e.authors_agree & ~e.namesakes & e.years_fit
         & ~e.twice_in_one_database
         & (e.same_journal | e.same_volume & e.same_year | e.same_page & e.same_year)
         & ~e.other_page & ~e.other_numbers & ~e.other_journal & ~e.other_volume
         & ~(e.other_issue & (~e.same_page | e.other_range))
         & (~e.other_doi | e.same_volume & e.same_year & ~e.supplement)),
    Rule("same_work", DUPLICATE, "equal titles, all authors and year; journal, volume, page do not differ",
         lambda e: e.titles_equal & e.telling_title & e.all_authors_agree & e.no_contradiction
         & (e.same_year | e.year_missing & e.title_same) & ~e.other_issue & ~e.twice_in_one_database),
    Rule("short_title", DUPLICATE, "the same short title, all authors, journal and year; nothing against it",
         lambda e: e.short_title & e.all_authors_agree & e.same_journal & e.same_year & e.no_contradiction
         & ~e.other_issue & ~e.twice_in_one_database),
    Rule("identical", DUPLICATE, "the same in all fields",
         lambda e: e.identical & (e.telling_title | e.same_page)),
    Rule("alike", MAYBE, "titles alike, too little in common",
         lambda e: e.titles_alike & (e.titles_equal | ~e.authors_disagree)),
    Rule("no_telling_title", MAYBE, "authors and pages agree; one title is a column's, short or missing",
         lambda e: e.authors_agree & e.same_place & e.same_journal & ~e.other_issue & e.own_pages),
)  # fmt: skip

NAMES = tuple(rule.name for rule in RULES)


def verdict_of(rule: Rule, matching: Matching) -> str:
    """Return the verdict of a rule: a version is merged like a duplicate if its setting says so.

    A version that PubMed holds twice never is.
    """
    choice = {"update": matching.updates, "preprint": matching.preprints}.get(rule.name)
    return DUPLICATE if choice == "merge" else rule.verdict


def with_verdict(rules: NDArray[np.int8], verdict: str, matching: Matching) -> Bools:
    """Return which pairs a rule with this verdict decided."""
    return np.isin(rules, [n for n, rule in enumerate(RULES) if verdict_of(rule, matching) == verdict])


def decide(pairs: Pairs, matching: Matching) -> NDArray[np.int8]:
    """Return for each pair the position of the first rule that holds, -1 for none."""
    evidence = Evidence(pairs, matching)
    decided = np.full(len(pairs.a), -1, dtype=np.int8)
    for number in reversed(range(len(RULES))):
        decided[RULES[number].holds(evidence)] = number
    return decided


# What a field weighs in the score when both records have it. The title is what people compare first, an
# abstract is long, and an identifier is made to be unique; nothing depends on the exact weights.
TITLE_WEIGHT, AUTHORS_WEIGHT, ABSTRACT_WEIGHT, YEAR_WEIGHT = 4, 1, 2, 1
WEIGHTS = {"doi": 2, "pmid": 2, "first_author": 1, "journal": 1, "volume": 1, "page": 1, "numbers": 1}
YEARS_APART = 2  # years from which on they agree in nothing; one year between online and print is half


def score(p: Pairs) -> Floats:
    """Return how much of what both say agrees, 0 to 100, each field by its weight.

    It orders the links inside a rule, and the pairs for a person: it decides nothing.
    """
    total = np.where(p.title >= 0, TITLE_WEIGHT * p.title, 0).astype(np.float64)
    weight = np.where(p.title >= 0, float(TITLE_WEIGHT), 0.0)
    for likeness, heavy in ((p.authors, AUTHORS_WEIGHT), (p.abstract, ABSTRACT_WEIGHT)):
        total += np.where(likeness >= 0, heavy * likeness, 0)
        weight += np.where(likeness >= 0, heavy, 0)
    total += np.where(p.year >= 0, 100 * YEAR_WEIGHT * np.maximum(1 - p.year / YEARS_APART, 0), 0)
    weight += np.where(p.year >= 0, YEAR_WEIGHT, 0)
    for name, heavy in WEIGHTS.items():
        column = getattr(p, name)
        total += np.where(column == SAME, 100 * heavy, 0)
        weight += np.where(column != UNKNOWN, heavy, 0)
    return (total / np.maximum(weight, 1)).astype(np.float32)


FIELDS_IN_WORDS = {
    "pmid": "PMID", "doi": "DOI", "pmcid": "PMCID", "accession": "accession number",
    "first_author": "first author",
    "journal": "journal", "volume": "volume", "issue": "issue", "page": "first page",
}  # fmt: skip


def in_words(p: Pairs) -> list[str]:
    """Return for each pair what is alike, the same and other in it, for a person."""
    likeness = zip(*(x.tolist() for x in (p.title_same, p.title, p.authors, p.abstract)), strict=True)
    answers = zip(*(getattr(p, name).tolist() for name in FIELDS_IN_WORDS), strict=True)
    sentences = []
    for alike, row, year in zip(likeness, answers, p.year.tolist(), strict=True):
        same = [words for words, answer in zip(FIELDS_IN_WORDS.values(), row, strict=True) if answer == SAME]
        other = [
            words for words, answer in zip(FIELDS_IN_WORDS.values(), row, strict=True) if answer == OTHER
        ]
        if year >= 0:
            (other if year else same).append("year")
        parts = [_alike_in_words(*alike)]
        if same:
            parts.append(f"same {', '.join(same)}")
        if other:
            parts.append(f"other {', '.join(other)}")
        sentences.append("; ".join(parts))
    return sentences


# In this order a person looks: what is printed settles more than what databases add.
DECIDING = {"page": "first page", "volume": "volume", "journal": "journal", "doi": "DOI", "issue": "issue"}


def deciding_fields(p: Pairs) -> list[str]:
    """Return for each pair the field that decides: the first that differs, else the first that one lacks.

    Where all are the same, it is the title.
    """
    decides = np.full(len(p.a), "title", dtype=object)
    for answer in (UNKNOWN, OTHER):
        for name, words in reversed(DECIDING.items()):
            decides[getattr(p, name) == answer] = words
    fields: list[str] = decides.tolist()
    return fields


def _alike_in_words(title_same: bool, title: float, authors: float, abstract: float) -> str:
    """Return the likeness of a pair's texts in words; -1 is not known."""
    if title_same:
        parts = ["titles the same"]
    else:
        parts = [f"titles {title:.0f} % alike" if title >= 0 else "a title is missing"]
    if authors >= 0:
        parts.append(f"authors {authors:.0f} %")
    if abstract >= 0:
        parts.append(f"abstracts {abstract:.0f} %")
    return ", ".join(parts)
