"""Settings of a review, once they are checked, as values whose parts have names.

``config.schema.yaml`` describes each setting. A default that is written below is that of its description; a
field without one is required, or the schema states its default.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

CONFIG = "config/config.yaml"
USUAL_STAGES = ("title_abstract", "full_text")  # of screening; the last one is always that of full texts
NO_SEARCH = "none"  # search.mode of a review without a search of PubMed


@dataclass(frozen=True, kw_only=True)
class Review:
    """The published review that is re-executed."""

    name: str
    title: str
    citation: str
    doi: str | None
    pmid: int | None


@dataclass(frozen=True, kw_only=True)
class Paper:
    """The review's own full text: where it is taken from, and its identifiers if not those of the review."""

    source: str = "none"
    file: str | None = None
    pmcid: str | None = None
    pmid: int | None = None
    doi: str | None = None


@dataclass(frozen=True, kw_only=True)
class Search:
    """The search of PubMed; ``start`` and ``end`` are days, YYYY-MM-DD, both included.

    Where ``mode`` is none, days and query that are not given are ``""``.
    """

    mode: str
    endpoint: str
    allow_other_endpoint: bool = False
    strict: bool
    start: str = ""
    end: str = ""
    date_field: str
    windows: str
    query: str = ""
    mesh: str | None = None
    files: str = ""


@dataclass(frozen=True, kw_only=True)
class Matching:
    """When two records are taken for one publication. Likeness of titles is in percent."""

    min_title_words: int
    same_title: float
    similar_title: float
    year_distance: int
    preprints: str
    updates: str = ""  # "" where it is not said: ``matching_of`` then gives the default
    one_database: str


@dataclass(frozen=True, kw_only=True)
class Deduplicate:
    """How duplicates are found, and the inputs whose record is kept before others."""

    matching: Matching
    keep_first: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """How agreement is measured and judged; ``confidence`` of the intervals is in percent."""

    coefficient: str = "alpha"
    threshold: float = 0.8
    tentative: float = 0.667
    resamples: int = 1000
    seed: int = 1
    confidence: float = 95


@dataclass(frozen=True, kw_only=True)
class ScreeningRules:
    """How votes become decisions: the stages in their order, the rounds of voting, and per stage the rest.

    At the last stage reports are judged at full text, at those before it records. ``rounds`` come one after
    the other at a stage (a pilot, then the screening proper); votes without a round are the last.
    """

    stages: tuple[str, ...] = USUAL_STAGES
    rounds: tuple[str, ...] = ()
    consensus: Mapping[str, str] = field(default_factory=lambda: dict.fromkeys(USUAL_STAGES, "unanimous"))
    reviewers: Mapping[str, int] = field(default_factory=lambda: dict.fromkeys(USUAL_STAGES, 1))
    reasons: tuple[str, ...] = ()
    not_retrieved_reasons: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Screening:
    """How decisions and known inclusions are read."""

    included_list: str = ""  # "" where it is not said: ``list_of_studies`` then gives the default
    published_after_search: str
    rules: ScreeningRules
    agreement: Agreement
    eligibility: str = "suggest"
    without_decision: str = "waiting"
    other_methods: str = "not_known"
    ranking: bool = False


@dataclass(frozen=True, kw_only=True)
class CodingRule:
    """What makes a code present, or a charted value final, where coders differ."""

    consensus: str
    decisive_coder: str | None = None


@dataclass(frozen=True, kw_only=True)
class Appraisal:
    """Critical appraisal: the charted variables that are its domains, and judgement -> concern."""

    domains: tuple[str, ...]
    judgements: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Coding:
    """How coding and charting sheets are merged, and which charted variables are drawn."""

    rule: CodingRule
    agreement: Agreement
    unmarked: str = "absent"
    texts: str = "all"
    intervals: str = "none"
    rounds: tuple[str, ...] = ()
    country: str | None = None
    appraisal: Appraisal | None = None
    gap_map: str | None = None


@dataclass(frozen=True, kw_only=True)
class Report:
    """How figures and page are written; ``other_pages`` are those that the page links to: name, address."""

    language: str
    one_column: tuple[str, ...]
    other_pages: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What is refused before it is read: a file that unpacks to more than ``unpacked_mb`` megabytes."""

    unpacked_mb: int = 250


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All settings of a review. ``written`` are those of config.yaml, with the defaults of the schema."""

    review: Review
    paper: Paper
    search: Search
    deduplicate: Deduplicate
    screening: Screening
    coding: Coding
    report: Report
    limits: Limits
    inputs: Mapping[str, tuple[str, ...]]  # kind -> the names of all inputs of it that the review rests on
    sheets: Mapping[str, Mapping[str, Any]]  # name of an input -> its map, as written: files/maps.py reads it
    written: Mapping[str, Any]


def typed(written: Mapping[str, Any]) -> Settings:
    """Return settings that were checked as values whose parts have names."""
    return Settings(
        review=Review(**written["review"]),
        paper=Paper(**written.get("paper", {})),
        search=Search(**written["search"]),
        deduplicate=Deduplicate(
            matching=Matching(**_of(Matching, written["deduplicate"])),
            keep_first=tuple(written["deduplicate"]["keep_first"]),
        ),
        screening=_screening(written["screening"]),
        coding=_coding(written["coding"]),
        report=Report(**_of(Report, written["report"])),
        limits=Limits(**written.get("limits", {})),
        inputs={kind: tuple(names) for kind, names in written.get("inputs", {}).items()},
        sheets=written.get("sheets", {}),
        written=written,
    )


def _of(kind: type, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return those of the given settings that are fields of a kind of settings; lists as tuples."""
    own = {part.name: given[part.name] for part in fields(kind) if part.name in given}
    return {name: tuple(value) if isinstance(value, list) else value for name, value in own.items()}


def _screening(given: Mapping[str, Any]) -> Screening:
    stages = given.get("stages", USUAL_STAGES)
    by_stage = {
        "consensus": {**dict.fromkeys(stages, "unanimous"), **given.get("consensus", {})},
        "reviewers": {**dict.fromkeys(stages, 1), **given.get("reviewers", {})},
    }
    return Screening(
        **_of(Screening, given)
        | {
            "rules": ScreeningRules(**_of(ScreeningRules, given) | by_stage),
            "agreement": Agreement(**given.get("agreement", {})),
        }
    )


def _coding(given: Mapping[str, Any]) -> Coding:
    appraisal = given.get("appraisal")
    return Coding(
        **_of(Coding, given)
        | {
            "rule": CodingRule(**_of(CodingRule, given)),
            "appraisal": Appraisal(**_of(Appraisal, appraisal)) if appraisal else None,
            "agreement": Agreement(**given.get("agreement", {})),
        }
    )
