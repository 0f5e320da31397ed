"""The words of screening: its stages and decisions, and how its sheets are read."""

from collections.abc import Iterable
from typing import NamedTuple

from scripts.common.errors import InputError, nearest
from scripts.common.review.inputs import Input, of_kind
from scripts.common.review.settings import DecisionSheet

TITLE_ABSTRACT, FULL_TEXT = "title_abstract", "full_text"
INCLUDE, EXCLUDE, MAYBE, NOT_RETRIEVED = "include", "exclude", "maybe", "not retrieved"
STAGES = {
    TITLE_ABSTRACT: (INCLUDE, EXCLUDE, MAYBE),
    FULL_TEXT: (INCLUDE, EXCLUDE, NOT_RETRIEVED),
}
NO_REASON = "no reason given"


class Plan(NamedTuple):
    """How one file of decisions is read: what the file itself does not hold comes from the settings."""

    path: str
    name: str
    stage: str = ""
    reviewer: str = ""
    decision: str = ""
    consensus: bool | None = None


def plans(inputs: Iterable[Input], sheets: Iterable[DecisionSheet]) -> list[Plan]:
    """Return how each file of decisions is read; settings for any other file raise ``InputError``."""
    files = of_kind(inputs, "decisions")
    names = [item.name for item in files]
    by_file: dict[str, DecisionSheet] = {}
    for item in sheets:
        where = f"config/config.yaml: screening.sheets, file {item.file}"
        if item.file not in names:
            raise InputError(
                f"{where}: no input of kind decisions has this name. {nearest(item.file, names)}"
            )
        if item.file in by_file:
            raise InputError(f"{where}: this file is named twice. Keep one entry.")
        if item.decision and item.stage and item.decision not in STAGES[item.stage]:
            raise InputError(
                f"{where}: decision {item.decision!r} is unknown in stage {item.stage}."
                f" {nearest(item.decision, STAGES[item.stage])}"
            )
        by_file[item.file] = item
    return [
        Plan(item.path, item.name, own.stage or "", own.reviewer or "", own.decision or "", own.consensus)
        for item in files
        for own in [by_file.get(item.name, DecisionSheet(file=item.name))]
    ]
