"""Settings for tests: those of a whole review, some of them changed."""

from typing import Any

from scripts.common.review.settings import Coding, ScreeningRules, Settings, typed

WRITTEN: dict[str, dict[str, Any]] = {
    "review": {
        "name": "Example et al. 2022",
        "title": "Text messages for carers: a scoping review",
        "citation": "Example A, Other B. J Ex 2022;1:1",
        "doi": "10.5555/review",
        "pmid": None,
    },
    "search": {
        "mode": "archive",
        "endpoint": "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/",
        "strict": False,
        "start": "2019-01-01",
        "end": "2022-08-16",
        "date_field": "crdt",
        "windows": "year",
        "query": "telehealth[tiab]",
    },
    "deduplicate": {
        "min_title_words": 4,
        "same_title": 94,
        "similar_title": 85,
        "year_distance": 1,
        "preprints": "link",
        "updates": "merge",
        "one_database": "doubt",
        "keep_first": [],
    },
    "screening": {"included_list": "complete", "published_after_search": "remove"},
    "coding": {"consensus": "any"},
    "report": {"language": "en", "one_column": []},
}


def written(**stages: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return settings as config.yaml has them; ``stages`` are what is changed: stage -> its settings."""
    return {**WRITTEN, **{name: {**WRITTEN.get(name, {}), **given} for name, given in stages.items()}}


def settings(**stages: dict[str, Any]) -> Settings:
    """Return such settings as values whose parts have names."""
    return typed(written(**stages))


def screening_rules(**given: Any) -> ScreeningRules:
    """Return the rules of screening, what is not given at its default."""
    return settings(screening=given).screening.rules


def coding_settings(**given: Any) -> Coding:
    """Return the settings of coding, what is not given at its default."""
    return settings(coding=given).coding


MATCHING = settings().deduplicate.matching
