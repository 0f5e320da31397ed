"""A number in a sentence with the words around it, and whether it counts records at all."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from scripts.common.paper.flow_patterns import (
    ADDED,
    ADDED_A_NUMBER,
    AFTER_DUPLICATES_BEFORE,
    DATABASES,
    DUPLICATES_BEFORE,
    EXCLUDED_BEFORE,
    FIRST_OF_SEVERAL,
    FULL_TEXTS,
    IMPLIED,
    IN_ALL,
    IN_BRACKETS,
    INCLUDED_BEFORE,
    INCLUDED_NEXT,
    LEFT_BEFORE,
    MORE_BEFORE,
    NO_NUMBER_BEFORE,
    NOUN,
    OF_PEOPLE,
    OF_RECORDS,
    OF_STUDIES,
    OF_THE_NUMBER_BEFORE,
    ONE_DATABASE,
    OTHER_SOURCES,
    PART_OF,
    RANDOM_SAMPLE,
    REDUCED,
    REDUCED_AGAIN,
    SCREENED_RECORDS,
    SECOND_OF_TWO,
    SHARE,
    TITLES,
    UNIQUE,
)
from scripts.common.paper.flow_stages import MIN_COUNT
from scripts.common.paper.sentences import Sentence
from scripts.common.values.number_words import NUMBER, value_of

FOUND_IN_ONE = re.compile(rf"{NUMBER}(?:{ONE_DATABASE.pattern[1:]})", re.IGNORECASE)
# "PubMed returned 1,204 articles, Embase 856".
ONE_DATABASE_BEFORE = re.compile(rf"{DATABASES}\s\w+\s$", re.IGNORECASE)
NEXT_DATABASE = re.compile(rf"{DATABASES}\s(?:\w+\s)?(?:{NUMBER})", re.IGNORECASE)
BEFORE_THAT = re.compile(r"\b(?:before|prior to)\s(?:the\s)?$", re.IGNORECASE)
LONGEST = 140  # characters on each side of a number that are read
YEAR = re.compile(r"(?:19|20)\d\d")


class Place(NamedTuple):
    """A number in a sentence with the words around it, up to the next numbers and up to both ends.

    ``phase`` is titles, full texts or ``""``; ``counted`` is what is counted before it,
    people or records.
    """

    value: int
    printed: str
    left: str
    right: str
    before: str
    behind: str
    text: str
    phase: str
    counted: str
    headings: str
    part: str

    @property
    def is_first_of_several(self) -> bool:
        """Whether other kinds of works are counted behind it: "82 articles, 6 reports and 26 books"."""
        return bool(FIRST_OF_SEVERAL.search(self.behind))

    def is_part_of(self, known: Sequence[int]) -> bool:
        """Return whether it is a part of a larger number before: "685 records, of which 665 ..."."""
        return any(self.value < one for one in known) and bool(OF_THE_NUMBER_BEFORE.search(self.left))


def places_in(text: str, phase: str, counted: str, sentence: Sentence) -> Iterator[Place]:
    """Yield the numbers of a sentence that count records; ``phase`` and ``counted``: of the text before."""
    found = list(_numbers(text))
    for index, number in enumerate(found):
        start = found[index - 1].end() if index else 0
        end = found[index + 1].start() if index + 1 < len(found) else len(text)
        before = text[: number.start()]
        place = Place(
            value_of(number[0]), number[0], text[start : number.start()][-LONGEST:],
            text[number.end() : end][:LONGEST], before, text[number.end() :], text,
            last_phase(before) or phase, last_counted(before) or counted, " ".join(sentence.path),
            sentence.part,
        )  # fmt: skip
        if place.value >= MIN_COUNT and not _is_a_part(place) and _counts_records(place):
            yield place


def last_phase(text: str) -> str:
    """Return which of titles and full texts a text names last, or ``""``; records are screened by title."""
    named = [(found.start(), "titles") for found in TITLES.finditer(text)]
    named += [(found.start(), "full texts") for found in FULL_TEXTS.finditer(text)]
    if not named and SCREENED_RECORDS.search(text):
        return "titles"
    return max(named)[1] if named else ""


def first_phase(text: str) -> str:
    """Return which of titles and full texts a text names first, or ``""``."""
    named = [(found.start(), "titles") for found in TITLES.finditer(text)]
    named += [
        (found.start(), "titles" if BEFORE_THAT.search(text[: found.start()]) else "full texts")
        for found in FULL_TEXTS.finditer(text)
    ]
    return min(named)[1] if named else ""


def last_counted(text: str) -> str:
    """Return whether a text counts people or records last, or ``""``."""
    counted = [(found.start(), "people") for found in OF_PEOPLE.finditer(text)]
    counted += [(found.start(), "records") for found in OF_RECORDS.finditer(text)]
    return max(counted)[1] if counted else ""


def _numbers(text: str) -> Iterator[re.Match[str]]:
    """Yield the numbers of a text; "one" in "at least one criterion" is none."""
    for found in re.finditer(NUMBER, text, flags=re.IGNORECASE):
        if not NO_NUMBER_BEFORE.search(text[: found.start()]):
            yield found


def _is_a_part(place: Place) -> bool:
    """Return whether a number is a share, a part of another number, of one database, or a sample."""
    if PART_OF.match(place.right) or SHARE.match(place.right) or SECOND_OF_TWO.search(place.before):
        return True
    if OF_STUDIES.match(place.text) or RANDOM_SAMPLE.search(place.left):
        return True
    of_one = ONE_DATABASE.match(place.right) and len(FOUND_IN_ONE.findall(place.text)) > 1
    return bool(of_one or (ONE_DATABASE_BEFORE.search(place.left) and NEXT_DATABASE.search(place.behind)))


def _counts_records(place: Place) -> bool:
    """Return whether a number counts records: a work or a verb follows it, or a verb is before it."""
    if (
        IN_BRACKETS.search(place.left)
        or AFTER_DUPLICATES_BEFORE.search(place.left)
        or NOUN.match(place.right)
    ):
        return True
    if YEAR.fullmatch(place.printed) or place.counted == "people":
        return False
    if ADDED.match(place.right) and re.match(r"\s(?:from|through|via)\b", place.right):
        return True
    if IN_ALL.match(place.right) or (OTHER_SOURCES.search(place.left) and MORE_BEFORE.search(place.left)):
        return True
    before = (ADDED_A_NUMBER, REDUCED, EXCLUDED_BEFORE, LEFT_BEFORE, DUPLICATES_BEFORE, INCLUDED_BEFORE)
    if REDUCED_AGAIN.search(place.before):
        return True
    behind = (IMPLIED, UNIQUE, INCLUDED_NEXT)
    return any(pattern.match(place.right) for pattern in behind) or any(
        pattern.search(place.left) for pattern in before
    )
