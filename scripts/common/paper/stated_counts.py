"""How many studies were included, by the words of a text: every count that it states, with points."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from scripts.common.paper.inclusion_patterns import (
    ADDED_LATER,
    BEFORE_A_WHOLE,
    COUNTS,
    INCLUDED_WORKS,
    INCLUSION,
    LAST,
    NEXT_STEP,
    NOT_FINAL,
    NOT_INCLUDED,
    NOT_OURS,
    NOUN,
    OTHER_COUNT,
    OUR_REVIEW,
    PART_OF,
    PARTS_INCLUDED,
    PERSONS,
    REVIEW,
    SHARE,
    SUBSET,
    TOTAL,
    VERB,
)
from scripts.common.paper.marked_text import without_citations
from scripts.common.paper.sentences import Sentence
from scripts.common.paper.xml_text import clean
from scripts.common.values.number_words import NUMBER, value_of

MIN_STUDIES = 2  # a set of one is no set
PLAIN = 3  # points of a count that is stated plainly: included, and said to be final or a total
PART_POINTS = 2  # points of a count that is given as a part of another step
MOST_PER_REFERENCE = 10  # studies; a supplement may list those that the reference list leaves out
NEAR = 60  # characters before and behind a count in which "finally" or "in total" belongs to it
MET = re.compile(r"\b(?:met|meet\w*|fulfil\w*|satisf\w+|pass(?:ed|ing)|match(?:ed|ing))\s?$", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d")
_BRACKETS = re.compile(r"\([^()]*\)")
_NUMBER = re.compile(NUMBER, re.IGNORECASE)
_COUNTS = tuple(re.compile(pattern, re.IGNORECASE) for pattern in COUNTS)
A_REVIEW = re.compile(REVIEW, re.IGNORECASE)
_PARTS = tuple(re.compile(pattern, re.IGNORECASE) for pattern in PARTS_INCLUDED)
_CLAUSE_END = re.compile(r"[,;]|\d")


class StatedCounts(NamedTuple):
    """The counts of included studies that a text states: count -> points; and the number of references."""

    points: dict[int, int]
    references: int

    @property
    def most(self) -> int:
        """The points of the count that is stated most often and most plainly."""
        return max(self.points.values(), default=0)

    @property
    def plainest(self) -> list[int]:
        """The counts with the most points, in their order."""
        return sorted(count for count, points in self.points.items() if points == self.most)

    def far_above(self, size: int) -> list[int]:
        """Return the plainly stated counts above twice the size of a set, at most all references."""
        plain = max(PLAIN, self.most / 2)
        possible = range(2 * size + 1, self.references + 1)
        return sorted(count for count, points in self.points.items() if points >= plain and count in possible)

    @property
    def only(self) -> int | None:
        """The count with the most points, None if there is none or if several have as many."""
        return self.plainest[0] if len(self.plainest) == 1 else None


def stated_counts(sentences: Iterable[Sentence], references: int) -> StatedCounts:
    """Return the counts that the text states, with points: how often, and how plainly.

    With studies that the same sentence adds, the sum counts too. A count above ten times the number of
    references is not one of included studies.
    """
    most = MOST_PER_REFERENCE * max(references, MIN_STUDIES)
    points: Counter[int] = Counter()
    for sentence in sentences:
        if sentence.part not in ("abstract", "methods", "results", ""):
            continue
        text = without_citations(sentence)
        for count, weight in counts_in(text):
            if MIN_STUDIES <= count <= most:
                points[count] += weight
            if weight > 1 and (more := _added_later(text)) and count + more <= most:
                points[count + more] += weight + 1
    return StatedCounts(dict(points), references)


def _added_later(text: str) -> int:
    """Return how many studies a sentence adds: "25 met the criteria, and 2 further studies were found"."""
    later = ADDED_LATER.search(text)
    return value_of(later["more"]) if later and later["found"] else 0


def counts_in(text: str) -> list[tuple[int, int]]:
    """Return the counts of included works that one sentence without citations states, with points.

    Each sentence is also read without what it says in brackets: "9 studies (group A = 320) were included".
    """
    found: dict[int, int] = {}
    if not _NUMBER.search(text):
        return []
    for words in dict.fromkeys((text, clean(_BRACKETS.sub("", text)))):
        for pattern in _COUNTS:
            for match in _matches(pattern, words):
                points = _points(match)
                count = value_of(match["n"])
                found[count] = max(found.get(count, 0), points)
        for pattern in _PARTS:
            for match in pattern.finditer(words):
                count = value_of(match["n"])
                found[count] = max(found.get(count, 0), PART_POINTS)
    return [(count, points) for count, points in found.items() if points > 0]


def _matches(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Yield the matches of a pattern, also those that begin inside another one behind its number."""
    place = 0
    while match := pattern.search(text, place):
        yield match
        place = match.end("n")


def _points(match: re.Match[str]) -> int:
    """Return how plainly a match states how many works were included; 0 if it is another number."""
    words, text = match[0], match.string
    if not _counts_works(match) or _is_another_number(match):
        return 0
    behind = _CLAUSE_END.split(text[match.end() : match.end() + NEAR])[0]
    near = text[: match.start()][-NEAR:] + words + behind
    ours = A_REVIEW.match(words) and OUR_REVIEW.search(text[: match.start()])
    includes = bool(INCLUSION.search(words) or MET.search(words) or ours)
    points = 2 if includes else 1
    if LAST.search(near) or (TOTAL.search(near) and includes):
        points += 2
    if NOT_FINAL.search(words):
        points -= 1
    if SHARE.search(words):
        points -= 2
    if not (NOUN.search(words) or match.groupdict().get("these")):
        points -= 1
    return max(points, 0)


def _is_another_number(match: re.Match[str]) -> bool:
    """Return whether a match is a year, was excluded, is a part or the whole of a part, or was read next."""
    words, text = match[0], match.string
    before = text[: match.start("n")]
    if NOT_INCLUDED.search(words) or _YEAR.fullmatch(match["n"]) or SUBSET.search(before):
        return True
    if BEFORE_A_WHOLE.search(before) and not INCLUDED_WORKS.search(words):
        return True
    part = PART_OF.match(text, match.end("n")) and not LAST.search(words)
    return bool(part or NEXT_STEP.match(text, match.end()))


def _counts_works(match: re.Match[str]) -> bool:
    """Return whether the number counts works, and these: not patients, not the studies of another clause."""
    words, after_number = match[0], match.string[match.end("n") : match.end()]
    noun = NOUN.search(after_number)
    if noun is None:
        return not PERSONS.search(words)
    before_noun, after_noun = after_number[: noun.start()], after_number[noun.end() :]
    if any(pattern.search(before_noun) for pattern in (PERSONS, VERB, _NUMBER)):
        return False
    if OTHER_COUNT.search(after_noun):
        return False
    verb = match.groupdict().get("verb")
    if verb is None:
        return True
    object_of_verb = words[len(verb) : match.start("n") - match.start()]
    return not NOT_OURS.search(match.string[: match.start()]) and not NOUN.search(object_of_verb)
