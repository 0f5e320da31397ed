"""Numbers of the flow in sentences: each number is judged by the words between it and its neighbours.

A number is of a stage if a work ("1,204 records") or a verb ("of which 47 were excluded") follows it, and if
the words on its left and right say what was done. "Excluded" and "remained" mean different stages after
screening of titles and after reading of full texts: the phase is the one named last.
"""

import re
from collections.abc import Iterator, Sequence

from scripts.common.paper.flow_labels import labelled_flow
from scripts.common.paper.flow_mentions import mentioned
from scripts.common.paper.flow_patterns import (
    ADDED,
    ADDED_A_NUMBER,
    ADDED_BEFORE,
    AFTER_DUPLICATES,
    AFTER_DUPLICATES_BEFORE,
    AFTER_FULL_TEXTS,
    AFTER_SCREENING,
    DATABASE,
    DUPLICATES,
    DUPLICATES_BEFORE,
    DUPLICATES_NEXT,
    EXCLUDED,
    EXCLUDED_AFTER,
    EXCLUDED_BEFORE,
    EXCLUDED_MORE,
    EXCLUDED_NEXT,
    FOR_THE_REVIEW,
    FOUND_AFTER,
    FOUND_BEFORE,
    FULL_AFTER,
    FULL_BEFORE,
    FULL_TEXT_WORDS,
    FULL_TEXTS,
    IN_ALL,
    IN_BRACKETS,
    INCLUDED,
    INCLUDED_BEFORE,
    INCLUDED_NEXT,
    KEPT,
    LEAVING,
    LEFT_BEFORE,
    LEFT_BY,
    LEFT_BY_FULL_TEXTS,
    LEFT_OUT,
    LOOKED_AT,
    MORE,
    MORE_BEFORE,
    NEXT_HALF,
    NOT_HAD,
    NOUN,
    OF_THE_FLOW,
    OTHER_SOURCES,
    READING,
    REASONS,
    REDUCED,
    REDUCED_AGAIN,
    REMAINED,
    REMOVED_IN_BRACKETS,
    REST,
    SCREENED_AFTER,
    SCREENED_BEFORE,
    SEARCH,
    SEARCHED,
    SOUGHT,
    SOUGHT_BEFORE,
    START,
    TITLES,
    TITLES_THEN_ABSTRACTS,
    UNIQUE,
    WITHOUT_DUPLICATES,
)
from scripts.common.paper.flow_places import (
    FOUND_IN_ONE,
    Place,
    first_phase,
    last_counted,
    last_phase,
    places_in,
)
from scripts.common.paper.flow_stages import MIN_COUNT, PART_WEIGHTS, FlowNumber
from scripts.common.paper.inclusion_patterns import ADDED_LATER, BE, MEETING, NEXT_STEP, NOT_OURS, STUDIES
from scripts.common.paper.marked_text import without_citations
from scripts.common.paper.printed import number_at
from scripts.common.paper.sentences import Sentence
from scripts.common.paper.stated_counts import counts_in
from scripts.common.values.number_words import NUMBER

MET = re.compile(rf"^\s(?:[\w-]+\s){{0,3}}?{STUDIES}\s(?:\w+\s){{0,2}}?{MEETING}", re.IGNORECASE)
# Duplicates are named, and titles not since.
JUST_DUPLICATES = re.compile(rf"{DUPLICATES.pattern}(?:(?!{TITLES.pattern}).){{0,200}}$", re.IGNORECASE)
LOOKED_AT_IT = re.compile(rf"\b{LOOKED_AT}|\beligibility\b", re.IGNORECASE)
ELIGIBLE = re.compile(r"^\s(?:eligible|suitable)\b", re.IGNORECASE)
NEAR = 45  # characters behind a number in which "included" makes it no number of the search
ONE_EXCLUDED = re.compile(rf"{NUMBER}\s(?:{BE})\s{LEFT_OUT}", re.IGNORECASE)
SEVERAL_REASONS = 3  # numbers of excluded records in one sentence: those of the reasons


def flow_of(sentences: Sequence[Sentence]) -> Iterator[FlowNumber]:
    """Yield every number that a sentence of abstract, methods or results gives for a stage of the flow.

    Where headings of the results say that a section is about the search, the others are about what was found.
    """
    elsewhere = _sections_about_findings(sentences)
    phase, paragraph, counted = "", "", ""
    included: set[int] = set()
    for sentence in sentences:
        here = sentence.place.rpartition(":")[0]
        if here != paragraph:
            phase, paragraph, counted = "", here, ""
        text = without_citations(sentence)
        if sentence.part in PART_WEIGHTS:
            for one in _flow_in(text, phase, counted, sentence):
                if one.stage == "included":
                    included.add(one.value)
                if one.stage == "included" or sentence.path not in elsewhere:
                    yield one
        phase = last_phase(text) or phase
        counted = last_counted(text) or counted
    yield from labelled_flow(sentences)
    yield from mentioned(sentences, included)


def _sections_about_findings(sentences: Sequence[Sentence]) -> frozenset[tuple[str, ...]]:
    """Return the paths of sections of the results whose headings do not name the search, if others do."""
    below = {one.path for one in sentences if one.part == "results" and len(one.path) > 1}
    flow = {path for path in below if any(OF_THE_FLOW.search(heading) for heading in path[1:])}
    return frozenset(below - flow) if flow else frozenset()


def _flow_in(text: str, phase: str, counted: str, sentence: Sentence) -> Iterator[FlowNumber]:
    seen: dict[str, list[int]] = {}
    for place in places_in(text, phase, counted, sentence):
        for stage, points in _stages_of(place):
            known = seen.setdefault(stage, [])
            if place.value not in known:
                plain = 0 if place.is_first_of_several or place.is_part_of(known) else points
                known.append(place.value)
                yield FlowNumber(stage, place.value, plain, sentence, number_at(text, len(place.before)))
    stated = {value for known in seen.values() for value in known}
    for value, points in counts_in(text):
        if points > 1 and value >= MIN_COUNT and value not in stated:
            yield FlowNumber("included", value, 0 if ADDED_LATER.search(text) else points, sentence)


def _stages_of(place: Place) -> list[tuple[str, int]]:
    """Return the stages of a number and how plainly each is named: what was done, and the source.

    "The search identified 917 records that were screened": screened and identified.
    """
    rules = (_duplicates, _other_sources, _excluded, _sought, _included, _read, _screened, _remaining)
    done = next((found for rule in rules if (found := rule(place))[0]), ("", 0))
    left = _remaining(place) if done[0] == "screened" else ("", 0)
    left = left if left[0] == "after_duplicates" else ("", 0)
    without_duplicates = "after_duplicates" in (done[0], left[0])
    came = ("", 0)
    if done[0] in ("", "screened", "sought_for_retrieval") and not without_duplicates:
        came = _identified(place)
    return [one for one in (done, left, came) if one[0]]


def _duplicates(place: Place) -> tuple[str, int]:
    if IN_BRACKETS.search(place.left):
        return ("duplicates_removed", 2) if DUPLICATES.search(place.left) else ("", 0)
    if AFTER_DUPLICATES.match(place.right):
        return "", 0
    if DUPLICATES_BEFORE.search(place.left):
        return "duplicates_removed", 3
    if DUPLICATES_NEXT.match(place.right):
        reason = place.phase == "full texts" or _excluded_number(place.before)
        return "duplicates_removed", 0 if reason else 3
    if place.left.endswith("(") and DUPLICATES.search(place.left) and REMOVED_IN_BRACKETS.match(place.right):
        return "duplicates_removed", 3
    return "", 0


def _excluded_number(text: str) -> bool:
    """Return whether a text counts what was excluded: duplicates behind it are one of the reasons."""
    return bool(EXCLUDED.search(text) and re.search(NUMBER, text, re.IGNORECASE))


def _other_sources(place: Place) -> tuple[str, int]:
    if IN_BRACKETS.search(place.left):
        return ("identified_other", 1) if ADDED_BEFORE.search(place.left) else ("", 0)
    added = ADDED.match(place.right)
    if added and not EXCLUDED.search(place.right) and not DATABASE.search(place.right):
        return "identified_other", 2
    if ADDED_A_NUMBER.search(place.left) and not NOUN.match(place.right):
        return "identified_other", 2
    if OTHER_SOURCES.search(place.left) and (MORE.match(place.right) or MORE_BEFORE.search(place.left)):
        return "identified_other", 2
    return "", 0


def _excluded(place: Place) -> tuple[str, int]:
    after = EXCLUDED_AFTER.match(place.right)
    if IN_BRACKETS.search(place.left) or not (after or EXCLUDED_BEFORE.search(place.left)):
        return "", 0
    if REST.search(place.left) or EXCLUDED_NEXT.search(place.right) or NOT_HAD.search(place.right):
        return "", 0
    named = NEXT_HALF.split(place.right[after.end() :] if after else place.right)[0]
    step = _step_of_exclusion(place, named)
    certain = 3 if first_phase(named) or place.phase else 2
    return step, 0 if _in_steps(place.text) else certain


def _step_of_exclusion(place: Place, named: str) -> str:
    """Return the step that excluded something: as named around it, by its reasons, or by the next step."""
    phase = first_phase(named) or place.phase
    if not phase and REASONS.search(named):
        return "excluded_full_text"
    if not phase and FULL_TEXTS.search(place.behind):
        return "excluded_title_abstract"
    return {"titles": "excluded_title_abstract", "full texts": "excluded_full_text"}.get(phase, "")


def _in_steps(text: str) -> bool:
    """Return whether a sentence counts excluded records step by step or reason by reason, without a total."""
    steps = EXCLUDED_MORE.search(text) or TITLES_THEN_ABSTRACTS.search(text)
    return bool(steps) or len(ONE_EXCLUDED.findall(text)) >= SEVERAL_REASONS


def _sought(place: Place) -> tuple[str, int]:
    sought = SOUGHT.match(place.right) or SOUGHT_BEFORE.search(place.left)
    return ("sought_for_retrieval", 3) if sought else ("", 0)


def _included(place: Place) -> tuple[str, int]:
    """Included, without a noun, where the sentence names a step before: "99 excluded, 35 included"."""
    named = INCLUDED_NEXT.match(place.right) or (
        INCLUDED_BEFORE.search(place.left) and re.match(r"\s?[.;,]", place.right)
    )
    step = any(pattern.search(place.before) for pattern in (EXCLUDED, FULL_TEXTS, TITLES))
    return ("included", 2) if named and step and not NOUN.match(place.right) else ("", 0)


def _read(place: Place) -> tuple[str, int]:
    after = FULL_AFTER.match(place.right)
    before = FULL_BEFORE.search(place.left)
    titles = SCREENED_AFTER.match(place.right) and not re.search(
        r"full[-‐– ]?text", place.right, re.IGNORECASE
    )
    if titles and not before:
        return "", 0
    if AFTER_FULL_TEXTS.match(place.right):
        return ("included", 2) if _was_left(place) else ("", 0)
    if after and _was_not_read(place, after[0]):
        return "", 0
    if after or before:
        return "full_text_assessed", 3 if READING.search(place.text) else 0
    return "", 0


def _was_left(place: Place) -> bool:
    """Return whether the number is what a step left: "leaving 26", "reduced to 26"."""
    before = (REDUCED.search(place.left), LEAVING.search(place.left), REDUCED_AGAIN.search(place.before))
    return any(before)


def _was_not_read(place: Place, words: str) -> bool:
    """Return whether full texts are named in other ways: included, left, not had, or perhaps titles."""
    if place.part == "abstract" and not place.phase and not FULL_TEXT_WORDS.search(words):
        return True
    clause = re.split(r"[,;]", place.right)[0]
    upto = INCLUDED.search(clause)
    included = upto and not NEXT_STEP.search(clause) and not LOOKED_AT_IT.search(clause[: upto.start()])
    return bool(included or LEFT_BY_FULL_TEXTS.search(words) or NOT_HAD.search(place.right))


def _screened(place: Place) -> tuple[str, int]:
    after = SCREENED_AFTER.match(place.right)
    if (after and not LEFT_BY.search(after[0])) or SCREENED_BEFORE.search(place.left):
        return "screened", 0 if KEPT.search(place.left) else 3  # of two steps, the second
    return "", 0


def _remaining(place: Place) -> tuple[str, int]:
    """What is left after a step: after duplicates, or what the next step then reads."""
    if AFTER_DUPLICATES.match(place.right) or AFTER_DUPLICATES_BEFORE.search(place.left):
        return "after_duplicates", 3
    if UNIQUE.match(place.right) and place.phase != "full texts" and not INCLUDED.search(place.right):
        return "after_duplicates", 2
    left = LEFT_BEFORE.search(place.left)
    if left and AFTER_SCREENING.match(place.right):
        return "full_text_assessed", 2
    if not (left or REMAINED.match(place.right)):
        return "", 0
    if JUST_DUPLICATES.search(place.before):
        return "after_duplicates", 3
    if place.phase == "titles":
        return "full_text_assessed", 1
    return _left_in_the_end(place) if left else _left_of_titles(place)


def _left_in_the_end(place: Place) -> tuple[str, int]:
    if FOR_THE_REVIEW.match(place.right):
        return "included", 4
    last = LEAVING.search(place.left) or EXCLUDED.search(place.before)
    return ("included", 2) if last and place.phase == "full texts" else ("", 0)


def _left_of_titles(place: Place) -> tuple[str, int]:
    """ "155 articles remained, and among these 47 were ineligible by title": they were screened."""
    these = re.search(r"among (?:these|them)|of (?:these|which|them)", place.right)
    return ("screened", 1) if these and TITLES.search(place.text) else ("", 0)


def _identified(place: Place) -> tuple[str, int]:
    if IN_ALL.match(place.right) and FOUND_IN_ONE.search(place.before):
        return "identified", 3
    if START.match(place.before) and SEARCHED.match(place.right) and not place.phase:
        return "identified", 1
    after, verb = FOUND_AFTER.match(place.right), FOUND_BEFORE.search(place.left)
    if not (after or verb) or _is_no_search(place, after, verb):
        return "", 0
    if WITHOUT_DUPLICATES.search(place.before):
        return "after_duplicates", 2
    if (place.phase == "titles" and TITLES.search(place.text)) or AFTER_SCREENING.match(place.right):
        return "full_text_assessed", 1  # "we found 128 studies after screening 2332 titles"
    if not SEARCH.search(f"{place.text} {place.headings}"):
        return "", 0
    return "identified", 0 if MORE.match(place.right) else 2  # the new records of a later search


def _is_no_search(place: Place, after: re.Match[str] | None, verb: re.Match[str] | None) -> bool:
    """Return whether what was found is not the search: not found, included, or found by a study."""
    if (after and re.search(r"\bnot\b", after[0])) or (verb and NOT_OURS.search(place.left[: verb.start()])):
        return True
    eligible = INCLUDED.search(place.right[:NEAR]) or ELIGIBLE.match(place.right)
    return bool(eligible or MET.match(place.right))
