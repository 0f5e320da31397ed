"""How the sheets of coding and charting are to be read, by the settings of the stage."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from scripts.common.coding.codebook_changes import check_version
from scripts.common.coding.model import Plan
from scripts.common.review.inputs import Input, of_kind
from scripts.common.review.settings import Coding


def plans(
    inputs: Iterable[Input],
    settings: Coding,
    maps: Mapping[str, Mapping[str, Any]],
    kind: str = "coding",
) -> list[Plan]:
    """Return how each file of a kind is read; ``maps`` are the words of the maps by name of an input."""
    first = _first_round(settings)
    return [_plan(item, maps.get(item.name, {}), first) for item in of_kind(inputs, kind)]


def _plan(item: Input, words: Mapping[str, Any], first_round: str) -> Plan:
    given = {name: str(value) for name, value in words.get("set", {}).items()}
    if "codebook" in given:
        check_version(f"config/config.yaml: sheets, {item.name}", given["codebook"])
    return Plan(
        item.name,
        item.path,
        given.get("reviewer", item.name),
        given.get("round", first_round),
        given.get("codebook", ""),
        dict(words),
    )


def _first_round(settings: Coding) -> str:
    return settings.rounds[0] if settings.rounds else "1"


def several_coders(planned: Sequence[Plan]) -> bool:
    """Return whether the sheets can be of several coders; a sheet that names its coders itself can."""
    return len({plan.coder for plan in planned}) > 1 or any(
        "{" in plan.coder or not plan.coder or _names_coders(plan.words) for plan in planned
    )


def _names_coders(words: Mapping[str, Any]) -> bool:
    """Return whether a map says itself who coded: columns of coders, or a column that names them."""
    parts = (words, *words.get("each", ()))
    return "reviewers" in words or any({"reviewer", "coder"} & set(part.get("columns", {})) for part in parts)


def plan_of_paper(paths: Iterable[str], settings: Coding) -> list[Plan]:
    """Return how the evidence that was read in the paper is taken: as a sheet of the first round."""
    first = _first_round(settings)
    return [Plan("paper", path, "published", first) for path in paths]
