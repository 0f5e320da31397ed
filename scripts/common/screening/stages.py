"""The words of screening: its stages and decisions, and how its sheets are read."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from scripts.common.errors import InputError, nearest
from scripts.common.files.maps import VOTES
from scripts.common.review.inputs import EXPORTS, Input, of_kind
from scripts.common.review.settings import USUAL_STAGES

TITLE_ABSTRACT, FULL_TEXT = "title_abstract", "full_text"
INCLUDE, EXCLUDE, MAYBE, NOT_RETRIEVED = "include", "exclude", "maybe", "not retrieved"
NO_REASON = "no reason given"


def words_of(stages: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return stage -> the decisions that can be made at it; the last stage is that of full texts."""
    before = dict.fromkeys(stages[:-1], (INCLUDE, EXCLUDE, MAYBE))
    return {**before, stages[-1]: (INCLUDE, EXCLUDE, NOT_RETRIEVED)}


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
    stages: tuple[str, ...] = USUAL_STAGES

    @property
    def full_text(self) -> str:
        """The name of the stage at which full texts are judged."""
        return self.stages[-1]


def plans(
    inputs: Iterable[Input],
    maps: Mapping[str, Mapping[str, Any]],
    stages: tuple[str, ...] = USUAL_STAGES,
) -> list[Plan]:
    """Return how each file of decisions is read; ``maps`` are the words of the maps by name of an input.

    ``stages`` are those of the review, in their order.
    """
    every = list(inputs)
    known = ["*", *(item.name for item in of_kind(every, *EXPORTS, "search", "decisions"))]
    planned = []
    for item in of_kind(every, "decisions"):
        words = maps.get(item.name, {})
        for of in (part["others"]["of"] for part in (words, *words.get("each", ())) if "others" in part):
            if of not in known:
                raise InputError(
                    f"config/config.yaml: sheets, {item.name}: others: of: {of!r} is no input of records or"
                    f" decisions. {nearest(of, known)}"
                )
        planned.append(_plan(item, words, stages))
    return planned


def _plan(item: Input, words: Mapping[str, Any], stages: tuple[str, ...]) -> Plan:
    """Return how a file is read; ``InputError`` for a decision that its stage does not have."""
    given = {name: str(value) for name, value in words.get("set", {}).items()}
    stage, decision = given.get("stage", ""), given.get("decision", "")
    known, where = words_of(stages), f"config/config.yaml: sheets, {item.name}"
    if stage and stage not in known:
        raise InputError(f"{where}: stage {stage!r} is not among screening.stages. {nearest(stage, known)}")
    if decision and stage and decision not in known[stage]:
        raise InputError(
            f"{where}: decision {decision!r} is unknown in stage {stage}. {nearest(decision, known[stage])}"
        )
    consensus = words["role"] != VOTES if "role" in words else None
    reviewer = given.get("reviewer", "")
    return Plan(item.path, item.name, stage, reviewer, decision, consensus, dict(words), stages)
