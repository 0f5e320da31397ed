"""The stages of the flow, a number that a paper proposes for one, and which value of each stage is chosen."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from scripts.common.paper.sentences import Sentence

STAGES = (
    "identified",
    "identified_other",
    "duplicates_removed",
    "after_duplicates",
    "screened",
    "excluded_title_abstract",
    "sought_for_retrieval",
    "full_text_assessed",
    "excluded_full_text",
    "included",
)
NEVER_BELOW_INCLUDED = (
    "identified",
    "after_duplicates",
    "screened",
    "sought_for_retrieval",
    "full_text_assessed",
)
PART_WEIGHTS = {  # the results give the flow in full, and a figure shows it
    "results": 2,
    "methods": 1.5,
    "abstract": 1,
    "": 1,
    "caption": 1,
    "description of a figure": 1,
    "box": 1,
    "table": 2,
}
MIN_COUNT = 2  # records; one record is no stage
MOST_OF_A_TOTAL = 0.5  # a larger value than this of another one is no part of it


class FlowNumber(NamedTuple):
    """A number that a sentence gives for a stage; ``points`` is how plainly it does.

    0 points: it is proposed and never chosen, because it may be a part of the number of the stage.
    """

    stage: str
    value: int
    points: int
    sentence: Sentence
    token: int = -1  # which number of the sentence, from 0; -1: not known


def choose(found: Sequence[FlowNumber]) -> dict[str, int]:
    """Return at most one value per stage that the text gives.

    The included studies come first: no earlier stage holds fewer. Then the value with the most points counts,
    those of the results twice; of equals the largest, if it is so much larger than the others that they can
    be its parts. Where two values compete, none is chosen.
    """
    points: dict[str, dict[int, float]] = {}
    for one in found:
        of_stage = points.setdefault(one.stage, {})
        of_stage[one.value] = of_stage.get(one.value, 0) + PART_WEIGHTS[one.sentence.part] * one.points
    included = max(points.get("included", {}).items(), key=lambda one: (one[1], one[0]), default=(0, 0))[0]
    chosen: dict[str, int] = {}
    for name in STAGES:
        least = included + (name == "identified") if name in NEVER_BELOW_INCLUDED else 0
        possible = {value: weight for value, weight in points.get(name, {}).items() if value >= least}
        value = _plainest(possible)
        if value is not None:
            chosen[name] = value
    return chosen


def _plainest(points: Mapping[int, float]) -> int | None:
    """Return the value with the most points, None where there is none or where two of a size compete."""
    most = max(points.values(), default=0)
    if most <= 0:
        return None
    *others, largest = sorted(value for value, weight in points.items() if weight == most)
    return None if others and others[-1] > MOST_OF_A_TOTAL * largest else largest
