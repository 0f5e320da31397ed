"""Coding: what a vote is, how sheets are to be read, and the order of studies and rounds."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from scripts.common.coding.codebook_changes import check_version
from scripts.common.errors import InputError, nearest
from scripts.common.review.inputs import Input, of_kind

PRESENT, ABSENT_STANCE, NOT_ASSESSED, OPEN = "present", "absent", "not assessed", "open"
EVIDENCE_COLUMNS = (
    "study_id", "code", "coder", "stance", "excerpt", "source", "page", "note", "round", "sheet",
)  # fmt: skip
VOTED = ("study_id", "code", "coder", "stance", "round")  # what makes a vote of a row of evidence
LIST_COLUMNS = ("code", "coder", "complete")
ASSESSED_COLUMNS = ("study_id", "coder", "round", "unmarked", "without")
ASIDE_COLUMNS = ("sheet", "row", "column", "value", "reason")
COVIDENCE, REVIEWER, CONSENSUS = "covidence #", "reviewer name", "consensus"
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


Where = tuple[Any, int, int | None]  # a grid or a text, row, column: where a cell stands


class Plan(NamedTuple):
    """How one file is read: who coded in which round, by which version of the codebook (``""``: today's).

    ``coder`` and ``round`` stand for what the sheet does not say itself; ``{sheet}`` in them is the name
    of the worksheet. ``study`` is the column that names the study.
    """

    name: str
    path: str
    coder: str
    round: str
    version: str = ""
    study: str = "study"


class Vote(NamedTuple):
    """One judgement of one coder on one study and code."""

    study_id: str
    code: str
    coder: str
    stance: str
    excerpt: str
    source: str
    page: str
    note: str
    round: str
    sheet: str


class Verdict(NamedTuple):
    """What was decided on a study and code after the coders had differed."""

    final: str
    reason: str
    who: str
    date: str


class Coding(NamedTuple):
    """All sheets together. ``looked``: (study, coder, round) -> what unmarked means, codes not known then."""

    votes: list[Vote]
    lists: dict[tuple[str, str], str]
    looked: dict[tuple[str, str, str], tuple[str, tuple[str, ...]]]
    verdicts: dict[tuple[str, str], Verdict]
    aside: list[dict[str, object]]


def with_defaults(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of the stage ``coding``, what is not said filled in as docs/coding.md says."""
    told = dict(settings)
    agreement = {**DEFAULTS["agreement"], **told.get("agreement", {})}
    return {**DEFAULTS, **told, "agreement": agreement}


def plans(inputs: Iterable[Input], settings: Mapping[str, Any], kind: str = "coding") -> list[Plan]:
    """Return how each file of a kind is read; settings for a file that is none of the inputs are refused."""
    listed = list(inputs)
    told = with_defaults(settings)
    names = [item.name for item in of_kind(listed, "coding", "charting")]
    about: dict[str, Mapping[str, str]] = {}
    for item in told["sheets"]:
        name, where = item["file"], f"config/config.yaml: coding.sheets, file {item['file']}"
        if name not in names:
            raise InputError(
                f"{where}: no input of kind coding or charting has this name. {nearest(name, names)}"
            )
        if name in about:
            raise InputError(f"{where}: stands twice. Keep one.")
        if "codebook" in item:
            check_version(where, item["codebook"])
        about[name] = item
    first = told["rounds"][0] if told["rounds"] else "1"
    return [
        Plan(
            item.name,
            item.path,
            said.get("coder", item.name),
            said.get("round", first),
            said.get("codebook", ""),
            said.get("study_column", "study"),
        )
        for item in of_kind(listed, kind)
        for said in [about.get(item.name, {})]
    ]


def several_coders(planned: Sequence[Plan]) -> bool:
    """Say whether the sheets can be of several coders; a sheet that names its coders itself can."""
    return len({plan.coder for plan in planned}) > 1 or any(
        "{" in plan.coder or not plan.coder for plan in planned
    )


def plan_of_paper(paths: Iterable[str], settings: Mapping[str, Any]) -> list[Plan]:
    """Return how the evidence that was read in the paper is taken: as a sheet of the first round."""
    told = with_defaults(settings)
    first = told["rounds"][0] if told["rounds"] else "1"
    return [Plan("paper", path, "published", first) for path in paths]


def study_order(study_id: str) -> tuple[int, int, str]:
    """Sort key: numbered studies by number, then the others by name."""
    return (0, int(study_id), "") if study_id.isascii() and study_id.isdigit() else (1, 0, study_id)


def in_order(study_ids: Iterable[str]) -> list[str]:
    """Return the studies once each, in their order."""
    return sorted(set(study_ids), key=study_order)


def order_of_rounds(found: Iterable[str], declared: Sequence[str]) -> list[str]:
    """Return the rounds in their order, which the settings must tell if there is more than one."""
    rounds = sorted(set(found))
    unknown = [name for name in rounds if declared and name not in declared]
    if unknown:
        raise InputError(
            f"config/config.yaml: coding.rounds: the round {unknown[0]!r} of a sheet is not among them."
            f" {nearest(unknown[0], declared)}"
        )
    if len(rounds) > 1 and not declared:
        raise InputError(
            f"config/config.yaml: coding.rounds: the sheets have the rounds {', '.join(rounds)}. List them"
            " in their order."
        )
    return [name for name in declared if name in rounds] or rounds
