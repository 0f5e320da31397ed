"""How the sheets of coding and charting are to be read, by the settings of the stage."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from scripts.common.coding.codebook_changes import check_version
from scripts.common.coding.model import Plan
from scripts.common.errors import InputError
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
    unread = [word for word in words if word not in ("set", "columns")]
    unread += [f"columns: {name}" for name in words.get("columns", {}) if name != "study"]
    if unread:
        raise InputError(
            f"config/config.yaml: sheets, {item.name}: {', '.join(unread)}: the map of a {item.kind} sheet"
            " takes only set and columns: study. Take it out."
        )
    given = {name: str(value) for name, value in words.get("set", {}).items()}
    if "codebook" in given:
        check_version(f"config/config.yaml: sheets, {item.name}", given["codebook"])
    return Plan(
        item.name,
        item.path,
        given.get("reviewer", item.name),
        given.get("round", first_round),
        given.get("codebook", ""),
        str(words.get("columns", {}).get("study", "study")),
    )


def _first_round(settings: Coding) -> str:
    return settings.rounds[0] if settings.rounds else "1"


def several_coders(planned: Sequence[Plan]) -> bool:
    """Return whether the sheets can be of several coders; a sheet that names its coders itself can."""
    return len({plan.coder for plan in planned}) > 1 or any(
        "{" in plan.coder or not plan.coder for plan in planned
    )


def plan_of_paper(paths: Iterable[str], settings: Coding) -> list[Plan]:
    """Return how the evidence that was read in the paper is taken: as a sheet of the first round."""
    first = _first_round(settings)
    return [Plan("paper", path, "published", first) for path in paths]
