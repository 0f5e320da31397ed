"""Journals under their many names: in full, abbreviated, as an acronym, beside a translation."""

import html
import re
from collections.abc import Sequence
from functools import cache

from rapidfuzz import fuzz

from scripts.common.values.words import fold

JOURNALS_KEPT = 100_000  # journals whose answers are remembered: each comes with many articles

_MEETING = re.compile(
    r"\b(?:conference|proceedings|symposium|workshop|congress|meeting|lecture notes|annual"
    r"|dissertations?|thes[ei]s)\b"
)
_SMALL_WORDS = frozenset((
    "the", "of", "and", "for", "in", "on", "a", "an", "to", "at", "by", "de", "la", "le", "les", "et",
    "du", "des", "der", "die", "das", "und", "fur", "del", "di", "d", "l", "e", "y", "i", "el", "los",
))  # fmt: skip
MIN_SAME_NAME = 90  # percent of characters two names have in common, in order: a slip, or a plural
MIN_SAME_WORDS = 95  # percent, the telling words in alphabetical order: they were put in another order
MIN_ACRONYM = 3  # letters, of as many words at least: two letters are an acronym of too many journals

_ELISION = re.compile(r"\b[dl]['’]", re.IGNORECASE)  # "Annales d'Anesthésie" is abbreviated without it
_JOURNAL_PARTS = re.compile(
    r"\s*[=;:/\[\]()—–]\s*|\s+-\s+|\.\s+(?=Conference|Supplement|Proceedings|Annual|Abstracts)"
)


@cache
def journal_names(text: str) -> tuple[str, ...]:
    """Return the folded names of a journal: as a whole, before a subtitle, and beside a translation.

    ``JPEN. Journal of ...``, ``Stroke; a journal of ...``, ``Aizheng [Chinese journal of cancer]`` and
    ``A = B`` hold two names each.
    """
    if not text:
        return ()
    text = _ELISION.sub("", html.unescape(text))
    pieces = [text, *_JOURNAL_PARTS.split(text)]
    acronym = re.match(r"([A-Z]{3,8})[.:]? ", text)
    if acronym and len(text) > 2 * len(acronym[1]):
        pieces += [acronym[1], text[acronym.end() :]]
    names = (fold(piece).removeprefix("the ") for piece in pieces)
    return tuple(dict.fromkeys(name for name in names if name and not name.replace(" ", "").isdigit()))


def all_journal_names(journal: str, abbreviation: str) -> tuple[str, ...]:
    """Return the folded names of a journal in both fields."""
    names = journal_names(journal)
    return tuple(dict.fromkeys((*names, *journal_names(abbreviation)))) if abbreviation else names


def journal_words(name: str) -> list[str]:
    """Return the words of a folded journal name that tell it from others."""
    return [word for word in name.split() if word not in _SMALL_WORDS]


def abbreviates(short: str, long: str) -> bool:
    """Return whether a word can be short for another: its beginning, or its letters in order (``natl``)."""
    if long.startswith(short):
        return True
    if short[0] != long[0] or len(short) < 2:
        return False
    rest = iter(long)
    return all(letter in rest for letter in short)


@cache
def journals_alike(a: str, b: str) -> bool:
    """Return whether two folded names can be one journal: equal, abbreviated, or an acronym."""
    if a == b:
        return True
    first, second = journal_words(a), journal_words(b)
    if not first or not second:
        return False
    if first == second or "".join(first) == "".join(second):
        return True
    short, long = sorted((first, second), key=len)
    if _is_acronym(short, long) or (len(short) == len(long) and _abbreviates_all(short, long)):
        return True
    return (
        fuzz.ratio(a, b) >= MIN_SAME_NAME
        or fuzz.token_sort_ratio(" ".join(first), " ".join(second)) >= MIN_SAME_WORDS
    )


def _is_acronym(short: Sequence[str], long: Sequence[str]) -> bool:
    """Return whether one word is the first letters of many: ``vldb``, very large data bases."""
    if len(short) != 1 or min(len(short[0]), len(long)) < MIN_ACRONYM:
        return False
    return "".join(word[0] for word in long).startswith(short[0])


def _abbreviates_all(first: Sequence[str], second: Sequence[str]) -> bool:
    """Return whether of each two words one is short for the other; the longer list may have more."""
    return all(abbreviates(*sorted(pair, key=len)) for pair in zip(first, second, strict=False))


def journal_within(short: str, long: str) -> bool:
    """Return whether one name is the beginning of the other, or the same without words in front."""
    first, second = journal_words(short), journal_words(long)
    if not first or not second:
        return False
    if len(first) > len(second):
        first, second = second, first
    ends = len(first) > 1 and _abbreviates_all(first, second[-len(first) :])
    return _abbreviates_all(first, second) or ends


def in_other_script(a: str, b: str) -> bool:
    """Return whether one of two folded names, and only one, is written in other letters than Latin ones."""
    return any("a" <= sign <= "z" for sign in a) != any("a" <= sign <= "z" for sign in b)


def are_one_journal(first: tuple[str, ...], second: tuple[str, ...]) -> bool | None:
    """Return whether two journals, each with all its names, are one.

    None if that cannot be known: one name may be short for the other, both may name meetings or services
    that list dissertations, or they are written in two scripts.
    """
    if any(journals_alike(*sorted((x, y))) for x in first for y in second):
        return True
    if any(x.isascii() != y.isascii() and in_other_script(x, y) for x in first for y in second):
        return None
    if any(journal_within(*sorted((x, y), key=len)) for x in first for y in second):
        return None
    both_meetings = all(any(_MEETING.search(name) for name in names) for names in (first, second))
    return None if both_meetings else False
