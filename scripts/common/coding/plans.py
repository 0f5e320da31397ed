"""How the sheets of coding and charting are to be read, by the settings of the stage."""

from collections.abc import Iterable, Sequence

from scripts.common.coding.codebook_changes import check_version
from scripts.common.coding.model import Plan
from scripts.common.errors import InputError, nearest
from scripts.common.review.inputs import Input, of_kind
from scripts.common.review.settings import Coding, CodingSheet


def plans(inputs: Iterable[Input], settings: Coding, kind: str = "coding") -> list[Plan]:
    """Return how each file of a kind is read; settings for a file that is none of the inputs are refused."""
    listed = list(inputs)
    names = [item.name for item in of_kind(listed, "coding", "charting")]
    by_file = _settings_by_file(settings.sheets, names)
    first = _first_round(settings)
    return [
        Plan(
            item.name,
            item.path,
            own.coder or item.name,
            own.round or first,
            own.codebook or "",
            own.study_column or "study",
        )
        for item in of_kind(listed, kind)
        for own in [by_file.get(item.name, CodingSheet(file=item.name))]
    ]


def _settings_by_file(sheets: Iterable[CodingSheet], names: Sequence[str]) -> dict[str, CodingSheet]:
    """Return name of an input -> its settings in ``coding.sheets``; each must name one of ``names``, once."""
    by_file: dict[str, CodingSheet] = {}
    for item in sheets:
        name, where = item.file, f"config/config.yaml: coding.sheets, file {item.file}"
        if name not in names:
            raise InputError(
                f"{where}: no input of kind coding or charting has this name. {nearest(name, names)}"
            )
        if name in by_file:
            raise InputError(f"{where}: appears twice. Keep one.")
        if item.codebook:
            check_version(where, item.codebook)
        by_file[name] = item
    return by_file


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
