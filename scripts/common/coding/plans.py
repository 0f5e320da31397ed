"""How the sheets of coding and charting are to be read, by the settings of the stage."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from scripts.common.coding.codebook_changes import check_version
from scripts.common.coding.model import ABSENT_STANCE, Plan
from scripts.common.errors import InputError, nearest
from scripts.common.review.inputs import Input, of_kind

DEFAULTS: dict[str, Any] = {
    "decisive_coder": None,
    "unmarked": ABSENT_STANCE,
    "rounds": [],
    "sheets": [],
    "country": None,
    "gap_map": None,
    "agreement": {
        "coefficient": "alpha",
        "threshold": 0.8,
        "tentative": 0.667,
        "resamples": 1000,
        "seed": 1,
        "confidence": 95,
    },
}


def with_defaults(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of the stage ``coding``; what is not given is filled in as docs/coding.md says."""
    agreement = {**DEFAULTS["agreement"], **settings.get("agreement", {})}
    return {**DEFAULTS, **settings, "agreement": agreement}


def plans(inputs: Iterable[Input], settings: Mapping[str, Any], kind: str = "coding") -> list[Plan]:
    """Return how each file of a kind is read; settings for a file that is none of the inputs are refused."""
    listed = list(inputs)
    settings = with_defaults(settings)
    names = [item.name for item in of_kind(listed, "coding", "charting")]
    by_file = _settings_by_file(settings["sheets"], names)
    first = _first_round(settings)
    return [
        Plan(
            item.name,
            item.path,
            own.get("coder", item.name),
            own.get("round", first),
            own.get("codebook", ""),
            own.get("study_column", "study"),
        )
        for item in of_kind(listed, kind)
        for own in [by_file.get(item.name, {})]
    ]


def _settings_by_file(
    sheets: Iterable[Mapping[str, str]], names: Sequence[str]
) -> dict[str, Mapping[str, str]]:
    """Return name of an input -> its settings in ``coding.sheets``; each must name one of ``names``, once."""
    by_file: dict[str, Mapping[str, str]] = {}
    for item in sheets:
        name, where = item["file"], f"config/config.yaml: coding.sheets, file {item['file']}"
        if name not in names:
            raise InputError(
                f"{where}: no input of kind coding or charting has this name. {nearest(name, names)}"
            )
        if name in by_file:
            raise InputError(f"{where}: appears twice. Keep one.")
        if "codebook" in item:
            check_version(where, item["codebook"])
        by_file[name] = item
    return by_file


def _first_round(settings: Mapping[str, Any]) -> str:
    return settings["rounds"][0] if settings["rounds"] else "1"


def several_coders(planned: Sequence[Plan]) -> bool:
    """Return whether the sheets can be of several coders; a sheet that names its coders itself can."""
    return len({plan.coder for plan in planned}) > 1 or any(
        "{" in plan.coder or not plan.coder for plan in planned
    )


def plan_of_paper(paths: Iterable[str], settings: Mapping[str, Any]) -> list[Plan]:
    """Return how the evidence that was read in the paper is taken: as a sheet of the first round."""
    first = _first_round(with_defaults(settings))
    return [Plan("paper", path, "published", first) for path in paths]
