"""Numbers of two texts that are about the same thing: their neighbours are the same words."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from scripts.common.paper.marked_text import without_citations
from scripts.common.paper.sentences import Sentence
from scripts.common.paper.slips import is_a_slip, one_digit_apart
from scripts.common.values.number_words import NUMBER, value_of

WINDOW = 6  # words on each side of a number that are compared
STEM = 6  # letters by which two words count as one: study, studies; include, included
ALIKE = 0.4  # share of the words around a percentage that are around one of the text too
MIN_WORDS = 2  # words around both
VERY_ALIKE = 0.7  # the same two for a number that the text prints too, but of something else
MANY_WORDS = 4
MAX_DIGITS = 1  # digits by which a misprinted number is longer or shorter than the right one
UNALIKE = 0.3  # at most so alike is the place where the text prints that number
LESS_ALIKE = 0.5  # or at most so much of the likeness of the place with the other number
PHRASE = 3  # words of a phrase around a number
NO_YEAR = (2, 3)  # digits of a number that is no year, and not one slip away from any other
MIN_TIMES = 2  # that the text prints a phrase with the same number
SLIP_WORDS = 3  # words around both, for a number that the text prints too and that may be a misprint
MIN_DIGITS = 2  # of a misprinted number: a single digit is one slip away from any other
MANY_DIGITS = 3  # of a number that is rarely one digit away from another one by chance
SMALL = frozenset(
    re.findall(
        r"\w+",
        "a an and as at by for from in into of on or our over the their these this those to total was were"
        " with which that is are be been had have has it its we all both also only than more most not no",
    )
)
_TOKEN = re.compile(
    rf"(?P<n>\d+(?:[.·]\d+)?(?=\s?%)|{NUMBER})|(?P<word>[^\W\d_][\w'’-]*)|(?P<stop>[.;:!?])", re.IGNORECASE
)


class Neighbours(NamedTuple):
    """A number with the stems of the words around it; ``right`` is the first word behind it.

    ``before`` and ``behind`` are the two words or numbers beside it as printed, small ones too.
    """

    value: str
    percent: bool
    right: str
    around: frozenset[str]
    sentence: Sentence
    before: tuple[str, ...] = ()
    behind: tuple[str, ...] = ()


def numbers_with_neighbours(sentence: Sentence) -> Iterator[Neighbours]:
    """Yield the numbers of a sentence, percentages apart; small words are no neighbours."""
    text = without_citations(sentence)
    tokens = list(_TOKEN.finditer(text))
    for place, token in enumerate(tokens):
        if token["n"] is None:
            continue
        percent = text[token.end() :].lstrip().startswith("%")
        left = _stems(tokens[max(place - WINDOW, 0) : place])
        right = _stems(tokens[place + 1 : place + 1 + WINDOW])
        value = token["n"] if percent else str(value_of(token["n"]))
        before, behind = (
            tuple(one[0].casefold() for one in beside)
            for beside in (tokens[max(place - 2, 0) : place], tokens[place + 1 : place + 3])
        )
        first = right[0] if right else ""
        yield Neighbours(value, percent, first, frozenset((*left, *right)), sentence, before, behind)


def _stems(tokens: list[re.Match[str]]) -> list[str]:
    words = [token["word"].casefold() for token in tokens if token["word"]]
    return [word[:STEM] for word in words if word not in SMALL]


def likeness(one: Neighbours, other: Neighbours) -> float:
    """Return the share of the words around a number that are around the other too, from 0 to 1."""
    return len(one.around & other.around) / len(one.around) if one.around else 0.0


class Text(NamedTuple):
    """What the text of a paper prints, for the numbers of its abstract.

    ``printed`` are all numbers of the text and its tables, ``in_abstract`` those of the abstract.
    """

    numbers: Sequence[Neighbours]
    printed: Collection[str]
    in_abstract: Collection[str]


def number_in_the_same_words(number: Neighbours, text: Text) -> Neighbours | None:
    """Return the number that a text prints in the words around another one; None if it is the same number.

    A number that is printed nowhere in the text needs few words in common, one that is needs many: it may be
    another number of the same text.
    """
    alike = [
        one
        for one in text.numbers
        if one.percent == number.percent and abs(len(one.value) - len(number.value)) <= MAX_DIGITS
    ]
    best = max(alike, key=lambda one: (one.right == number.right, likeness(number, one)), default=None)
    if best is None or is_same(best.value, number.value):
        return None
    elsewhere = [one for one in alike if one.value == number.value]
    is_printed = any(is_same(value, number.value) for value in text.printed)
    meant = _is_certainly_meant(number, best, elsewhere) if is_printed else _is_probably_meant(number, best)
    return best if meant else _misprinted(number, alike, is_printed, text.in_abstract)


def _misprinted(
    number: Neighbours, alike: Sequence[Neighbours], is_printed: bool, in_abstract: Collection[str]
) -> Neighbours | None:
    """Return a number of the text of which another one is a misprint; the abstract never prints it.

    ``is_printed``: whether the text prints the other one too; then it prints the right one more often.
    """
    times = Counter(one.value for one in alike)
    possible = [
        one
        for one in alike
        if one.value not in in_abstract
        and len(one.value) >= MIN_DIGITS
        and is_a_slip(one.value, number.value)
        and (
            (times[one.value] > times[number.value] and _is_in_its_words(number, one))
            if is_printed
            else _is_long_and_near(number, one)
        )
    ]
    in_its_words = max(possible, key=lambda one: likeness(number, one), default=None)
    return in_its_words or _in_its_phrase(number, alike, in_abstract)


def _in_its_phrase(
    number: Neighbours, alike: Sequence[Neighbours], in_abstract: Collection[str]
) -> Neighbours | None:
    """Return the number one digit away that the text prints in the phrase of another, and never that one.

    A phrase is two words before and one behind, printed twice ("the past 15 years"), or a name and a number
    behind ("12 March 2020"). The abstract prints only the other number.
    """
    for is_same_phrase, least in ((_is_in_phrase, MIN_TIMES), (_is_in_date, 1)):
        same = [one for one in alike if is_same_phrase(number, one)]
        times = Counter(one.value for one in same)
        for one in same if number.value not in times else []:
            slip = one_digit_apart(one.value, number.value) and len(one.value) in NO_YEAR
            if slip and one.value not in in_abstract and times[one.value] >= least:
                return one
    return None


def _is_in_phrase(one: Neighbours, other: Neighbours) -> bool:
    words = (*one.before, *one.behind[:1])
    same = words == (*other.before, *other.behind[:1])
    return same and len(words) == PHRASE and not SMALL.issuperset(words)


def _is_in_date(one: Neighbours, other: Neighbours) -> bool:
    return one.behind == other.behind and len(one.behind) == 2 and one.behind[1].isdecimal()


def _is_in_its_words(number: Neighbours, other: Neighbours) -> bool:
    words = len(number.around & other.around)
    return other.right == number.right and words >= SLIP_WORDS and likeness(number, other) >= ALIKE


def _is_long_and_near(number: Neighbours, other: Neighbours) -> bool:
    """Return whether a number has so many digits that few words show that it is meant."""
    digits, words = len(other.value.replace(".", "")), len(number.around & other.around)
    enough = MIN_WORDS if other.right == number.right else SLIP_WORDS
    return (words >= enough and digits >= MANY_DIGITS) or (words >= 1 and digits > MANY_DIGITS)


def is_same(value: str, rounded: str) -> bool:
    """Return whether two numbers are the same, the second perhaps with fewer decimals."""
    digits = len(rounded.partition(".")[2])
    return value == rounded or ("." in value and f"{float(value):.{digits}f}" == rounded)


def _is_certainly_meant(number: Neighbours, best: Neighbours, elsewhere: Iterable[Neighbours]) -> bool:
    """Return whether the text means the other number, although it prints this one ``elsewhere`` too."""
    same = max((likeness(number, one) for one in elsewhere), default=0.0)
    alike, words = likeness(number, best), len(number.around & best.around)
    many = alike >= VERY_ALIKE and words >= MANY_WORDS
    return best.right == number.right and many and same <= max(UNALIKE, LESS_ALIKE * alike)


def _is_probably_meant(number: Neighbours, best: Neighbours) -> bool:
    words = len(number.around & best.around)
    if number.percent:
        return best.right == number.right and words >= MIN_WORDS and likeness(number, best) >= ALIKE
    return best.right == number.right or words >= MIN_WORDS
