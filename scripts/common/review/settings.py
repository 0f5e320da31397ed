"""Settings of a review: checked against the closed schema, then handed on as values whose parts have names.

``config.schema.yaml`` describes each setting. A default that is written below is that of its description; a
field without one is required, or the schema states its default.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

from scripts.common.errors import InputError, nearest
from scripts.common.values.dates import is_day

CONFIG = "config/config.yaml"
USUAL_STAGES = ("title_abstract", "full_text")  # of screening; the last one is always that of full texts
INCLUSIVE = "inclusive"  # one include is enough: a rule for stages before the full text


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
    """The search of PubMed; ``start`` and ``end`` are days, YYYY-MM-DD, both included."""

    mode: str
    endpoint: str
    allow_other_endpoint: bool = False
    strict: bool
    start: str
    end: str
    date_field: str
    windows: str
    query: str
    mesh: str | None = None


@dataclass(frozen=True, kw_only=True)
class Matching:
    """When two records are taken for one publication. Likeness of titles is in percent."""

    min_title_words: int
    same_title: float
    similar_title: float
    year_distance: int
    preprints: str
    updates: str
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

    included_list: str
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
class Coding:
    """How coding and charting sheets are merged, and which charted variables are drawn."""

    rule: CodingRule
    agreement: Agreement
    unmarked: str = "absent"
    texts: str = "all"
    intervals: str = "none"
    rounds: tuple[str, ...] = ()
    country: str | None = None
    gap_map: str | None = None


@dataclass(frozen=True, kw_only=True)
class Report:
    """How figures and page are written."""

    language: str
    one_column: tuple[str, ...]


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


def check_settings(config: Mapping[str, Any], schema_path: str | Path) -> Settings:
    """Return the settings; dates are text ``YYYY-MM-DD``, and what is left out has its default.

    What is wrong raises ``InputError``: the message names the setting, its value and what to do; an
    unknown name comes with the nearest known one.
    """
    schema = yaml.safe_load(Path(schema_path).read_text(encoding="utf-8"))
    settings: dict[str, Any] = _dates_as_text(config)
    _refuse_older(settings)
    validator = Draft202012Validator(schema)
    unknown = [e for e in validator.iter_errors(settings) if e.validator == "additionalProperties"]
    error = unknown[0] if unknown else best_match(validator.iter_errors(settings))
    if error is not None:
        raise InputError(f"{CONFIG}: {_message(error)}")
    _fill_defaults(settings, schema)
    _check_together(settings)
    return typed(settings)


# A setting of an older version -> the words of ``sheets`` that now say the same.
_OLDER = {"stage": "stage", "reviewer": "reviewer", "decision": "decision"} | {
    "coder": "reviewer", "round": "round", "codebook": "codebook",
}  # fmt: skip


def _refuse_older(settings: Mapping[str, Any]) -> None:
    """Stop at settings of an older version, with the lines that replace them."""
    lines, found = [], []
    for stage in ("screening", "coding"):
        part = settings.get(stage)
        if isinstance(part, Mapping) and isinstance(part.get("sheets"), list):
            found.append(f"{stage}.sheets")
            lines += [_new_map(sheet) for sheet in part["sheets"] if isinstance(sheet, Mapping)]
    if found:
        raise InputError(
            f"{CONFIG}: {' and '.join(found)}: replaced by sheets, one map per input. Write:\n"
            + "\n".join(["sheets:", *lines])
        )


def _new_map(sheet: Mapping[str, Any]) -> str:
    """Return the line of ``sheets`` that says what an entry of an older version says."""
    given = ", ".join(f"{new}: {sheet[old]!r}" for old, new in _OLDER.items() if sheet.get(old))
    words = [f"set: {{{given}}}"] if given else []
    if sheet.get("consensus"):
        words.append("role: consensus")
    if sheet.get("study_column"):
        words.append(f"columns: {{study: {sheet['study_column']!r}}}")
    return f"  {sheet.get('file', '?')}: {{{', '.join(words)}}}"


def _check_together(settings: Mapping[str, Any]) -> None:
    """Stop at a day that is none, and at two settings that contradict each other."""
    search, deduplicate = settings["search"], settings["deduplicate"]
    for name in ("start", "end"):
        if not is_day(search[name]):
            raise InputError(f"{CONFIG}: search.{name}: {search[name]!r} is no day. Write YYYY-MM-DD.")
    if search["start"] > search["end"]:
        raise InputError(
            f"{CONFIG}: search.end: {search['end']} lies before search.start ({search['start']})."
            " Swap or correct them."
        )
    if deduplicate["similar_title"] > deduplicate["same_title"]:
        raise InputError(
            f"{CONFIG}: deduplicate.similar_title: {deduplicate['similar_title']} is above"
            f" same_title ({deduplicate['same_title']}). Lower it: pairs between the two"
            " are shown to a person."
        )
    _check_stages(settings["screening"])


def _check_stages(screening: Mapping[str, Any]) -> None:
    """Stop at a setting of a stage that the review does not have, and at a rule that is none of a stage."""
    stages = screening.get("stages", USUAL_STAGES)
    for setting in ("consensus", "reviewers"):
        for name in screening.get(setting, {}):
            if name not in stages:
                raise InputError(
                    f"{CONFIG}: screening.{setting}.{name}: no stage of screening.stages has this name."
                    f" {nearest(name, stages)}"
                )
    if screening.get("consensus", {}).get(stages[-1]) == INCLUSIVE:
        raise InputError(
            f"{CONFIG}: screening.consensus.{stages[-1]}: {INCLUSIVE} is no rule for full texts. Write"
            " unanimous or majority."
        )


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
        report=Report(
            language=written["report"]["language"], one_column=tuple(written["report"]["one_column"])
        ),
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
    return Coding(
        **_of(Coding, given)
        | {
            "rule": CodingRule(**_of(CodingRule, given)),
            "agreement": Agreement(**given.get("agreement", {})),
        }
    )


def _fill_defaults(settings: dict[str, Any], schema: Mapping[str, Any]) -> None:
    """Give each setting that is left out the default that the schema states, where it states one."""
    for name, part in schema.get("properties", {}).items():
        if "default" in part:
            settings.setdefault(name, part["default"])
        if isinstance(settings.get(name), dict):
            _fill_defaults(settings[name], part)


def _dates_as_text(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _dates_as_text(item) for key, item in value.items()}
    if isinstance(value, date):
        return value.isoformat()
    return value


def _message(error: ValidationError) -> str:
    place = ".".join(str(part) for part in error.absolute_path)
    schema: dict[str, Any] = dict(error.schema) if isinstance(error.schema, Mapping) else {}
    if error.validator == "additionalProperties":
        name = next(str(key) for key in error.instance if key not in schema["properties"])
        return f"{_within(place, name)}: unknown setting. {nearest(name, schema['properties'])}"
    if error.validator == "required":
        name = next(key for key in schema["required"] if key not in error.instance)
        meaning = schema["properties"][name]["description"]
        return f"{_within(place, name)}: this setting is missing. {meaning}."
    return f"{place or 'the file'}: {_wrong_value(error, schema)}{_meaning(schema)}"


def _within(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _wrong_value(error: ValidationError, schema: Mapping[str, Any]) -> str:
    if error.validator == "enum":
        return f"{error.instance!r} is not allowed. {nearest(error.instance, schema['enum'])}"
    if error.validator == "type" and schema.get("type") == "object":
        return f"{error.instance!r} is given where names with values are needed."
    return f"{error.message}."


def _meaning(schema: Mapping[str, Any]) -> str:
    return f" It is: {schema['description']}." if "description" in schema else ""
