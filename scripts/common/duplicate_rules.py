"""The rules by which two records are one publication, versions of one work, or two: read them in order.

The first rule that holds decides. Each has a name, which stands in records/links.csv, a verdict and a
sentence that says why. What the words of the rules mean (``titles_alike``, ``same_place`` ...) stands in
``Evidence``. To change a rule, change its line here, and add the pair that made you do so to
tests/data/duplicates.json.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scripts.common.comparison import OTHER, SAME, UNKNOWN, Bools, Pairs

DUPLICATE, VERSION, APART, MAYBE = "duplicate", "version", "apart", "maybe"


class Evidence:
    """What two records say of each other, in the words of the rules; one truth value a pair."""

    def __init__(self, p: Pairs, settings: Mapping[str, Any]) -> None:
        """Read the likeness of fields; ``settings`` are those of config.yaml under ``deduplicate``."""
        titles_known = p.title >= 0
        self.title_missing = ~titles_known
        self.title_same = p.title_same
        self.titles_equal = p.title_same | (p.title >= settings["same_title"])
        self.title_within = p.title_within & (p.title_length >= settings["min_title_words"])
        self.title_inside = p.title_within & (p.title_length >= 2)
        self.titles_alike = self.titles_equal | (p.title >= settings["similar_title"]) | self.title_within
        self.titles_near = titles_known & (p.title >= 70)
        self.short_title = p.title_same & ~p.recurring & (p.title_length >= 2)
        self.telling_title = titles_known & (p.title_length >= settings["min_title_words"]) & ~p.recurring
        self.other_numbers = p.numbers == OTHER
        self.authors_missing = p.authors < 0
        self.authors_agree = (p.authors >= 70) | (p.all_authors >= 75) | ((p.first_author == SAME) & (p.authors >= 50))
        self.authors_disagree = (p.authors >= 0) & ~self.authors_agree
        self.all_authors_agree = p.all_authors >= 85
        self.same_year = p.year == 0
        self.years_fit = p.year <= settings["year_distance"]  # an unknown year fits
        self.same_journal, self.other_journal = p.journal == SAME, p.journal == OTHER
        self.same_volume, self.other_volume = p.volume == SAME, p.volume == OTHER
        self.same_issue, self.other_issue = p.issue == SAME, p.issue == OTHER
        self.same_page = p.page == SAME
        self.other_page = (p.page == OTHER) & ~p.pages_within
        self.same_range = self.same_page & (p.last_page == SAME)
        self.other_range = self.same_page & (p.last_page == OTHER)
        self.other_version = (p.doi == OTHER) & (p.doi_work == SAME)
        self.article_number = p.article_number
        self.no_place = p.no_place
        self.same_doi, self.other_doi = p.doi == SAME, p.doi == OTHER
        self.same_registrant = p.registrant == SAME
        self.same_pmid, self.other_pmid = p.pmid == SAME, p.pmid == OTHER
        self.same_pmcid = p.pmcid == SAME
        self.same_accession, self.other_accession = p.accession == SAME, p.accession == OTHER
        self.same_abstract = (p.abstract >= 90) & (p.abstract_length >= 100)
        self.other_abstract = (p.abstract >= 0) & (p.abstract < 60)
        self.other_part, self.notice, self.protocol = p.part, p.notice, p.protocol
        self.preprint, self.both_preprints = p.preprint, p.both_preprints
        self.supplement = p.supplement
        # volume and first page, in a journal that is not surely another
        self.same_place = self.same_volume & self.same_page & ~self.other_journal
        self.other_place = self.other_journal & (self.other_volume | self.other_page)
        self.no_contradiction = ~(
            self.other_journal | self.other_volume | self.other_page | self.other_doi | self.other_numbers
        )


class Rule(NamedTuple):
    """A verdict and the evidence that it takes."""

    name: str
    verdict: str
    why: str
    holds: Callable[[Evidence], Bools]


RULES = (
    Rule("pmid", DUPLICATE, "the same PMID, which PubMed gives to one publication",
         lambda e: e.same_pmid & (e.titles_near | e.title_missing | e.authors_agree)),
    Rule("update", VERSION, "a later version: the same title and article number (or DOI but for its version) in another issue",
         lambda e: ~e.same_doi & (e.title_same | e.title_within) & (
             e.other_version
             | e.article_number & e.same_journal & (e.other_volume | ~e.same_year)
             | e.no_place & e.same_journal & e.authors_agree & e.same_abstract & ~e.same_year)),
    Rule("other_pmid", APART, "different PMIDs: PubMed holds them for two publications",
         lambda e: e.other_pmid),
    Rule("notice", APART, "a notice (erratum, comment, reply, retraction) and what it is about",
         lambda e: e.notice),
    Rule("part", APART, "different parts of one series",
         lambda e: e.other_part & ~(e.same_doi & e.same_place)),
    Rule("protocol", APART, "a protocol and its results",
         lambda e: e.protocol & ~e.same_doi & ~e.same_place),
    Rule("doi_elsewhere", MAYBE, "the same DOI, but another journal, volume and page: one of the two DOIs is wrong",
         lambda e: e.same_doi & e.other_journal & e.other_volume & ~e.same_page),
    Rule("doi", DUPLICATE, "the same DOI and titles that agree",
         lambda e: e.same_doi & e.titles_alike & ~(e.other_numbers & ~e.same_page & ~e.title_within) & ~(e.other_page & (e.authors_disagree | ~e.titles_equal))),
    Rule("doi_translated", DUPLICATE, "the same DOI, journal, pages and authors; the title is another",
         lambda e: ~e.title_missing & e.same_doi & e.same_place & e.authors_agree
         & (e.same_abstract | e.same_range & ~e.other_abstract | e.title_inside)
         | e.same_doi & e.article_number & e.same_journal & e.authors_agree),
    Rule("doi_of_a_whole", MAYBE, "the same DOI, but other titles: chapters can share the DOI of their book",
         lambda e: e.same_doi),
    Rule("pmcid", DUPLICATE, "the same PMCID and titles that agree",
         lambda e: e.same_pmcid & e.titles_alike),
    Rule("accession", DUPLICATE, "the same number in the same database, and titles that agree",
         lambda e: e.same_accession & e.titles_alike & e.years_fit),
    Rule("recurring", APART, "a title that the journal prints again: another issue, page or DOI",
         lambda e: e.titles_alike & ~e.telling_title & (e.other_volume | e.other_issue | e.other_page | e.other_range & ~e.same_issue | e.other_doi & ~e.same_range)),
    Rule("other_doi_and_page", APART, "different DOIs of one publisher and different pages",
         lambda e: e.other_doi & e.same_registrant & (e.other_page | e.other_volume) & ~e.preprint),
    Rule("other_doi_and_title", APART, "different DOIs of one publisher, different titles",
         lambda e: e.other_doi & e.same_registrant & ~e.titles_equal & ~e.preprint & ~(e.same_place & ~e.other_range)),
    Rule("same_place", DUPLICATE, "titles that agree, the same journal, volume and first page",
         lambda e: e.titles_alike & e.same_place & (e.authors_agree | e.authors_missing | e.titles_equal) & ~(e.other_numbers & (e.other_abstract | e.other_range)) & ~(e.other_issue & e.other_range)),
    Rule("same_pages", DUPLICATE, "titles and authors that agree, the same first and last page",
         lambda e: e.titles_alike & e.telling_title & e.same_range & e.authors_agree & e.years_fit & ~e.other_numbers & ~(e.other_journal & e.other_volume)),
    Rule("journal_translated", DUPLICATE, "equal titles, authors that agree, the same volume, first page and year; the journal has another name",
         lambda e: e.titles_alike & e.telling_title & e.same_volume & e.same_page & e.authors_agree & e.same_year),
    Rule("translated", DUPLICATE, "the same journal, volume, pages and authors; the title is another",
         lambda e: ~e.title_missing & e.same_place & e.same_journal & e.authors_agree & ~e.other_issue & (e.same_abstract | e.same_range & ~e.other_abstract)),
    Rule("same_place_near", DUPLICATE, "titles that are near, the same journal and pages; no authors to compare",
         lambda e: e.titles_near & e.same_place & e.same_journal & e.same_range & e.authors_missing & ~e.other_numbers),
    Rule("preprint", VERSION, "a preprint and its article, or two versions of a preprint",
         lambda e: e.preprint & e.titles_equal & e.telling_title & e.authors_agree),
    Rule("same_abstract", DUPLICATE, "equal titles, authors and abstracts in one volume of a journal; only the page differs",
         lambda e: e.titles_equal & e.telling_title & e.same_abstract & e.authors_agree & e.same_journal & e.years_fit & (~e.other_volume | e.same_page & e.same_year)
         & (~e.other_doi | e.same_volume & ~e.other_page) & ~e.other_numbers),
    Rule("same_issue", DUPLICATE, "equal titles and authors in one issue of a journal, which prints nothing twice; only the page differs",
         lambda e: e.titles_equal & e.telling_title & e.authors_agree & e.same_journal & e.same_volume & e.same_issue
         & e.years_fit & ~e.other_doi & ~e.other_numbers),
    Rule("same_title", DUPLICATE, "equal titles, authors that agree, the same journal and year, nothing against it",
         lambda e: e.titles_equal & e.telling_title & e.authors_agree & e.years_fit & ~e.other_page & ~e.other_numbers & ~e.other_journal & (~e.other_volume | e.same_page & e.same_year)
         & (~e.other_doi | e.same_volume & e.same_year & ~e.supplement)
         & (e.same_journal | e.same_volume & e.same_year | e.same_page & e.same_year) & ~(e.other_issue & ~e.same_page)),
    Rule("same_work", DUPLICATE, "equal titles, all authors and the year; no journal, volume or page that differs",
         lambda e: e.titles_equal & e.telling_title & e.all_authors_agree & e.same_year & e.no_contradiction & ~e.other_issue),
    Rule("short_title", DUPLICATE, "the same short title, all authors, journal and year; nothing against it",
         lambda e: e.short_title & e.all_authors_agree & e.same_journal & e.same_year & e.no_contradiction & ~e.other_issue),
    Rule("alike", MAYBE, "titles alike, too little in common",
         lambda e: e.titles_alike),
)  # fmt: skip


class Decision(NamedTuple):
    """Which rule decided each pair: its position in ``RULES``, -1 for none."""

    rule: NDArray[np.int8]

    def is_(self, verdict: str) -> Bools:
        """Return the pairs with this verdict."""
        numbers = [number for number, rule in enumerate(RULES) if rule.verdict == verdict]
        return np.isin(self.rule, numbers)


def decide(pairs: Pairs, settings: Mapping[str, Any]) -> Decision:
    """Return for each pair the first rule that holds."""
    evidence = Evidence(pairs, settings)
    rule = np.full(len(pairs.a), -1, dtype=np.int8)
    for number in reversed(range(len(RULES))):
        rule[RULES[number].holds(evidence)] = number
    return Decision(rule)
