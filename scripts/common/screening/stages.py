"""The words of screening: its stages and decisions, and how its sheets are read."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from scripts.common.errors import InputError, nearest
from scripts.common.files.maps import VOTES
from scripts.common.review.inputs import Input, of_kind

TITLE_ABSTRACT, FULL_TEXT = "title_abstract", "full_text"
INCLUDE, EXCLUDE, MAYBE, NOT_RETRIEVED = "include", "exclude", "maybe", "not retrieved"
STAGES = {
    TITLE_ABSTRACT: (INCLUDE, EXCLUDE, MAYBE),
    FULL_TEXT: (INCLUDE, EXCLUDE, NOT_RETRIEVED),
}
NO_REASON = "no reason given"


class Plan(NamedTuple):
    """How one file of decisions is read: what the file itself does not hold comes from its map.

    ``words`` are the words of the map; ``stage``, ``reviewer`` and ``decision`` those that it sets for all
    rows, ``consensus`` whether its decisions were settled together (None: as the tool says).
    """

    path: str
    name: str
    stage: str = ""
    reviewer: str = ""
    decision: str = ""
    consensus: bool | None = None
    words: Mapping[str, Any] = {}


def plans(inputs: Iterable[Input], maps: Mapping[str, Mapping[str, Any]]) -> list[Plan]:
    """Return how each file of decisions is read; ``maps`` are the words of the maps by name of an input."""
    return [_plan(item, maps.get(item.name, {})) for item in of_kind(inputs, "decisions")]


def _plan(item: Input, words: Mapping[str, Any]) -> Plan:
    """Return how a file is read; ``InputError`` for a decision that its stage does not have."""
    given = {name: str(value) for name, value in words.get("set", {}).items()}
    stage, decision = given.get("stage", ""), given.get("decision", "")
    if decision and stage in STAGES and decision not in STAGES[stage]:
        raise InputError(
            f"config/config.yaml: sheets, {item.name}: decision {decision!r} is unknown in stage {stage}."
            f" {nearest(decision, STAGES[stage])}"
        )
    consensus = words["role"] != VOTES if "role" in words else None
    return Plan(item.path, item.name, stage, given.get("reviewer", ""), decision, consensus, dict(words))
