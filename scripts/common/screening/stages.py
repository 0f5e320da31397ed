"""The words of screening: its stages and decisions, and the settings of the stage."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from scripts.common.errors import InputError, nearest
from scripts.common.review.inputs import Input, of_kind

TITLE_ABSTRACT, FULL_TEXT = "title_abstract", "full_text"
INCLUDE, EXCLUDE, MAYBE, NOT_RETRIEVED = "include", "exclude", "maybe", "not retrieved"
STAGES = {
    TITLE_ABSTRACT: (INCLUDE, EXCLUDE, MAYBE),
    FULL_TEXT: (INCLUDE, EXCLUDE, NOT_RETRIEVED),
}
NO_REASON = "no reason given"

# The settings that config.yaml does not give; config.schema.yaml describes each.
DEFAULTS: dict[str, Any] = {
    "consensus": {TITLE_ABSTRACT: "unanimous", FULL_TEXT: "unanimous"},
    "reviewers": {TITLE_ABSTRACT: 1, FULL_TEXT: 1},
    "reasons": [],
    "not_retrieved_reasons": [],
    "sheets": [],
    "eligibility": "suggest",
    "ranking": False,
    "agreement": {
        "coefficient": "alpha", "threshold": 0.8, "tentative": 0.667,
        "resamples": 1000, "seed": 1, "confidence": 95,
    },
}  # fmt: skip


def with_defaults(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of the stage, those that are not given filled in."""
    complete = {**DEFAULTS, **settings}
    for name in ("consensus", "reviewers", "agreement"):
        complete[name] = {**DEFAULTS[name], **settings.get(name, {})}
    return complete


class Plan(NamedTuple):
    """How one file of decisions is read: what the file itself does not hold comes from the settings."""

    path: str
    name: str
    stage: str = ""
    reviewer: str = ""
    decision: str = ""
    consensus: bool | None = None


def plans(inputs: Iterable[Input], settings: Mapping[str, Any]) -> list[Plan]:
    """Return how each file of decisions is read; settings for any other file raise ``InputError``."""
    files = of_kind(inputs, "decisions")
    names = [item.name for item in files]
    about: dict[str, Mapping[str, Any]] = {}
    for item in with_defaults(settings)["sheets"]:
        where = f"config/config.yaml: screening.sheets, file {item['file']}"
        if item["file"] not in names:
            raise InputError(
                f"{where}: no input of kind decisions has this name. {nearest(item['file'], names)}"
            )
        if item["file"] in about:
            raise InputError(f"{where}: this file is named twice. Keep one entry.")
        if item.get("decision") and "stage" in item and item["decision"] not in STAGES[item["stage"]]:
            raise InputError(
                f"{where}: decision {item['decision']!r} is unknown in stage {item['stage']}."
                f" {nearest(item['decision'], STAGES[item['stage']])}"
            )
        about[item["file"]] = item
    return [
        Plan(item.path, item.name, **{k: v for k, v in about.get(item.name, {}).items() if k != "file"})
        for item in files
    ]
