"""The data of the stage coding: plans, votes and verdicts; the order of studies and rounds."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from scripts.common.errors import InputError, nearest

ALL_TEXTS, CODED_TEXTS = "all", "coded"  # coding.texts: which texts of a project its users looked at
PRESENT, ABSENT_STANCE, NOT_ASSESSED, OPEN = "present", "absent", "not assessed", "open"
EVIDENCE_COLUMNS = (
    "study_id", "code", "coder", "stance", "excerpt", "source", "page", "note", "round", "sheet",
)  # fmt: skip
VOTED = ("study_id", "code", "coder", "stance", "round")  # the columns of evidence that make a vote
LIST_COLUMNS = ("code", "coder", "complete")
ASSESSED_COLUMNS = ("study_id", "coder", "round", "unmarked", "without")
ASIDE_COLUMNS = ("sheet", "row", "column", "value", "reason")
COVIDENCE, REVIEWER, CONSENSUS = "covidence #", "reviewer name", "consensus"


class Plan(NamedTuple):
    """How one file is read: who coded in which round, by which version of the codebook (``""``: today's).

    ``coder`` and ``round`` fill in what the sheet itself does not say; ``{sheet}`` in them is the name of
    the worksheet. ``words`` are the words of its map (docs/maps.md).
    """

    name: str
    path: str
    coder: str
    round: str
    version: str = ""
    words: Mapping[str, Any] = {}

    @property
    def study(self) -> str:
        """The column that names the study."""
        return str(self.words.get("columns", {}).get("study", "study"))

    @property
    def is_mapped(self) -> bool:
        """Whether the map says how to read the columns: more than fixed words and the name of the study."""
        columns = set(self.words.get("columns", {}))
        return bool(set(self.words) - {"set", "columns"} or columns - {"study"})


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


def study_order(study_id: str) -> tuple[int, int, str]:
    """Sort key: numbered studies by number, then the others by name."""
    return (0, int(study_id), "") if study_id.isascii() and study_id.isdigit() else (1, 0, study_id)


def in_order(study_ids: Iterable[str]) -> list[str]:
    """Return the studies once each, in their order."""
    return sorted(set(study_ids), key=study_order)


def order_of_rounds(found: Iterable[str], declared: Sequence[str]) -> list[str]:
    """Return the rounds in their order, which the settings must give if there is more than one."""
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
