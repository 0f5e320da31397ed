"""Numbers of the flow in sentences: each number is judged by the words between it and its neighbours.

A number is of a stage if a work ("1,204 records") or a verb ("of which 47 were excluded") follows it, and if
the words on its left and right say what was done. "Excluded" and "remained" mean different stages after
screening of titles and after reading of full texts: the phase is the one named last.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from scripts.common.paper.flow_patterns import (
    ADDED,
    ADDED_BEFORE,
    AFTER_DUPLICATES,
    AFTER_DUPLICATES_BEFORE,
    AFTER_SCREENING,
    DATABASE,
    DUPLICATES,
    EXCLUDED,
    EXCLUDED_AFTER,
    EXCLUDED_BEFORE,
    EXCLUDED_NEXT,
    FOUND_AFTER,
    FOUND_BEFORE,
    FULL_AFTER,
    FULL_BEFORE,
    FULL_TEXT_WORDS,
    FULL_TEXTS,
    IMPLIED,
    IN_BRACKETS,
    INCLUDED,
    LEFT_BEFORE,
    NO_NUMBER_BEFORE,
    NOUN,
    OTHER_SOURCES,
    PART_OF,
    REASONS,
    REDUCED,
    REMAINED,
    REMOVED_IN_BRACKETS,
    REST,
    SCREENED_AFTER,
    SCREENED_BEFORE,
    SEARCH,
    SECOND_OF_TWO,
    SHARE,
    SOUGHT,
    SOUGHT_BEFORE,
    TITLES,
)
from scripts.common.paper.inclusion_patterns import NOT_OURS
from scripts.common.paper.marked_text import without_citations
from scripts.common.paper.printed import number_at
from scripts.common.paper.sentences import Sentence
from scripts.common.paper.stated_counts import counts_in
from scripts.common.values.number_words import NUMBER, value_of

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
}
NEAR = 45  # characters behind a number in which "included" makes it no number of the search
MIN_COUNT = 2  # records; one record is no stage
LONGEST = 140  # characters on each side of a number that are read


class FlowNumber(NamedTuple):
    """A number that a sentence gives for a stage; ``points`` is how plainly it does."""

    stage: str
    value: int
    points: int
    sentence: Sentence
    token: int = -1  # which number of the sentence, from 0; -1: not known


class _Place(NamedTuple):
    """A number in a sentence with the words around it; ``phase`` is titles, full texts or ``""``."""

    left: str
    right: str
    before: str
    text: str
    phase: str
    headings: str
    part: str


def flow_of(sentences: Sequence[Sentence]) -> Iterator[FlowNumber]:
    """Yield every number that a sentence of abstract, methods or results gives for a stage of the flow."""
    phase, paragraph = "", ""
    for sentence in sentences:
        here = sentence.place.rpartition(":")[0]
        if here != paragraph:
            phase, paragraph = "", here
        text = without_citations(sentence)
        if sentence.part in PART_WEIGHTS:
            yield from _flow_in(text, phase, sentence)
        phase = _last_phase(text) or phase


def _numbers(text: str) -> Iterator[re.Match[str]]:
    """Yield the numbers of a text; "one" in "at least one criterion" is none."""
    for found in re.finditer(NUMBER, text, flags=re.IGNORECASE):
        if not NO_NUMBER_BEFORE.search(text[: found.start()]):
            yield found


def _flow_in(text: str, phase: str, sentence: Sentence) -> Iterator[FlowNumber]:
    seen: set[tuple[str, int]] = set()
    found = list(_numbers(text))
    for index, number in enumerate(found):
        start = found[index - 1].end() if index else 0
        end = found[index + 1].start() if index + 1 < len(found) else len(text)
        left, right = text[start : number.start()][-LONGEST:], text[number.end() : end][:LONGEST]
        before = text[: number.start()]
        place = _Place(
            left, right, before, text, _last_phase(before) or phase, " ".join(sentence.path), sentence.part
        )
        value = value_of(number[0])
        if value < MIN_COUNT or not _counts_records(number[0], place):
            continue
        for stage, points in _stages_of(place):
            if (stage, value) not in seen:
                seen.add((stage, value))
                yield FlowNumber(stage, value, points, sentence, number_at(text, number.start()))
    for value, points in counts_in(text):
        if points > 1 and value >= MIN_COUNT and not any(known == value for _, known in seen):
            yield FlowNumber("included", value, points, sentence)


def _last_phase(text: str) -> str:
    """Return which of titles and full texts a text names last, or ``""``."""
    named = [(found.start(), "titles") for found in TITLES.finditer(text)]
    named += [(found.start(), "full texts") for found in FULL_TEXTS.finditer(text)]
    return max(named)[1] if named else ""


def _counts_records(number: str, place: _Place) -> bool:
    """Return whether a number counts records: a work or a verb follows it, and it is no part and no share."""
    if PART_OF.match(place.right) or SHARE.match(place.right) or SECOND_OF_TWO.search(place.before):
        return False
    if IN_BRACKETS.search(place.left) or AFTER_DUPLICATES_BEFORE.search(place.left):
        return True
    if NOUN.match(place.right):
        return True
    if re.fullmatch(r"(?:19|20)\d\d", number):
        return False
    if ADDED.match(place.right) and re.match(r"\s(?:from|through|via)\b", place.right):
        return True
    return bool(
        IMPLIED.match(place.right) or REDUCED.search(place.left) or EXCLUDED_BEFORE.search(place.left)
    )


def _stages_of(place: _Place) -> list[tuple[str, int]]:
    """Return the stages of a number and how plainly each is named: what was done, and the source.

    "The search identified 917 records that were screened": screened and identified.
    """
    rules = (_duplicates, _other_sources, _excluded, _sought, _read, _screened, _remaining)
    done = next((found for rule in rules if (found := rule(place))[0]), ("", 0))
    left = _remaining(place) if done[0] == "screened" else ("", 0)
    without_duplicates = "after_duplicates" in (done[0], left[0])
    came = ("", 0)
    if done[0] in ("", "screened", "sought_for_retrieval") and not without_duplicates:
        came = _identified(place)
    return [one for one in (done, left, came) if one[0]]


def _duplicates(place: _Place) -> tuple[str, int]:
    if IN_BRACKETS.search(place.left):
        return ("duplicates_removed", 2) if DUPLICATES.search(place.left) else ("", 0)
    if AFTER_DUPLICATES.match(place.right):
        return "", 0
    if re.match(r"\s(?:[\w-]+\s){0,3}?duplicat\w*(?!\w* report)", place.right, re.IGNORECASE):
        return "duplicates_removed", 3
    if place.left.endswith("(") and DUPLICATES.search(place.left) and REMOVED_IN_BRACKETS.match(place.right):
        return "duplicates_removed", 3
    return "", 0


def _other_sources(place: _Place) -> tuple[str, int]:
    if IN_BRACKETS.search(place.left):
        return ("identified_other", 1) if ADDED_BEFORE.search(place.left) else ("", 0)
    added = ADDED.match(place.right)
    if added and not EXCLUDED.search(place.right) and not DATABASE.search(place.right):
        return "identified_other", 2
    if OTHER_SOURCES.search(place.left) and re.match(r"\s(?:additional|further|other|more)\b", place.right):
        return "identified_other", 2
    if re.search(r"additional\s(?:\w+\s)?$", place.left) and OTHER_SOURCES.search(place.before):
        return "identified_other", 2
    return "", 0


def _excluded(place: _Place) -> tuple[str, int]:
    after = EXCLUDED_AFTER.match(place.right)
    if REST.search(place.left) or EXCLUDED_NEXT.search(place.right):
        return "", 0
    if IN_BRACKETS.search(place.left) or not (after or EXCLUDED_BEFORE.search(place.left)):
        return "", 0
    named = place.right[after.end() :] if after else place.right
    phase = _first_phase(named) or place.phase
    if REASONS.search(named) and phase != "titles":
        return "excluded_full_text", 3 if phase else 2
    if not phase:
        return "", 0
    return ("excluded_title_abstract" if phase == "titles" else "excluded_full_text"), 3


def _first_phase(text: str) -> str:
    """Return which of titles and full texts a text names first, or ``""``."""
    named = [(found.start(), "titles") for found in TITLES.finditer(text)]
    named += [(found.start(), "full texts") for found in FULL_TEXTS.finditer(text)]
    return min(named)[1] if named else ""


def _sought(place: _Place) -> tuple[str, int]:
    sought = SOUGHT.match(place.right) or SOUGHT_BEFORE.search(place.left)
    return ("sought_for_retrieval", 3) if sought else ("", 0)


def _read(place: _Place) -> tuple[str, int]:
    if SCREENED_AFTER.match(place.right) and not re.search(r"full[-‐– ]?text", place.right, re.IGNORECASE):
        return "", 0
    after = FULL_AFTER.match(place.right)
    if after and place.part == "abstract" and not place.phase and not FULL_TEXT_WORDS.search(after[0]):
        return "", 0  # of titles, or of full texts: the words around do not say
    if (after and not INCLUDED.search(after[0])) or FULL_BEFORE.search(place.left):
        return "full_text_assessed", 3
    return "", 0


def _screened(place: _Place) -> tuple[str, int]:
    if SCREENED_AFTER.match(place.right) or SCREENED_BEFORE.search(place.left):
        return "screened", 3
    return "", 0


def _remaining(place: _Place) -> tuple[str, int]:
    """What is left after a step: after duplicates, or what the next step then reads."""
    if AFTER_DUPLICATES.match(place.right) or AFTER_DUPLICATES_BEFORE.search(place.left):
        return "after_duplicates", 3
    if not (REMAINED.match(place.right) or LEFT_BEFORE.search(place.left)):
        return "", 0
    removed = [found.start() for found in DUPLICATES.finditer(place.before)]
    if removed and not TITLES.search(place.before[removed[-1] :]):
        return "after_duplicates", 3
    if place.phase == "titles":
        return "full_text_assessed", 1
    if place.phase == "full texts" and EXCLUDED.search(place.before) and LEFT_BEFORE.search(place.left):
        return "included", 2
    if re.search(r"among (?:these|them)|of (?:these|which|them)", place.right) and TITLES.search(place.text):
        return "screened", 1
    return "", 0


def _identified(place: _Place) -> tuple[str, int]:
    after, verb = FOUND_AFTER.match(place.right), FOUND_BEFORE.search(place.left)
    if not (after or verb) or (after and re.search(r"\bnot\b", after[0])):
        return "", 0
    if INCLUDED.search(place.right[:NEAR]):
        return "", 0
    if verb and NOT_OURS.search(place.left[: verb.start()]):
        return "", 0
    if (place.phase == "titles" and TITLES.search(place.text)) or AFTER_SCREENING.match(place.right):
        return "full_text_assessed", 1  # "we found 128 studies after screening 2332 titles"
    return ("identified", 2) if SEARCH.search(f"{place.text} {place.headings}") else ("", 0)


def choose(found: Sequence[FlowNumber]) -> dict[str, int]:
    """Return one value per stage that the text gives.

    The included studies come first: no earlier stage holds fewer. Then the value with the most points counts,
    those of the results twice; of equals the largest, since a total is larger than its parts.
    """
    points: dict[str, dict[int, float]] = {}
    for one in found:
        of_stage = points.setdefault(one.stage, {})
        of_stage[one.value] = of_stage.get(one.value, 0) + PART_WEIGHTS[one.sentence.part] * one.points
    included = _most_points(points.get("included", {})) or 0
    chosen: dict[str, int] = {}
    for name in STAGES:
        least = included + (name == "identified") if name in NEVER_BELOW_INCLUDED else 0
        possible = {value: weight for value, weight in points.get(name, {}).items() if value >= least}
        value = _most_points(possible)
        if value is not None:
            chosen[name] = value
    return chosen


def _most_points(points: Mapping[int, float]) -> int | None:
    """Return the value with the most points, the largest of equals; None where there is no value."""
    return max(points, key=lambda value: (points[value], value), default=None)
