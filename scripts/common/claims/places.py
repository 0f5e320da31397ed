"""Places of a paper: whether a claim and what it is compared with are printed in the same one."""

import re
from collections.abc import Sequence

from scripts.common.claims.sentences import Own, Phrase, Value, sentence

SECTIONS = ("heading", "section", "chapter", "paragraph")  # one kind: a heading and its text are one place
NUMBER = r"[a-z]?[\d.]*\d[a-z]?"
# A kind and its numbers: "table 2", "headings 3.3.1 to 3.3.4", "figures 1, 2 and 4".
NUMBERED = re.compile(rf"([^\W\d_]+?)s?\s+({NUMBER}(?:\s*(?:to|and|,|-|\u2013)\s*{NUMBER})*)\b")
# The kinds that both languages have a word for (common/report/phrases.csv); others stay as written.
UNNUMBERED = ("abstract", "title", "text", "repository")
KINDS = (
    "table", "tables", "figure", "figures", "section", "sections", "heading", "headings", "chapter",
    "chapters", "paragraph", "paragraphs", "page", "pages", "appendix", "reference", "references",
)  # fmt: skip
SENTENCE = re.compile(r"paragraph (\d+), sentence (\d+)")
RANGE = re.compile(rf"({NUMBER})(?:\s*(?:to|-|\u2013)\s*({NUMBER}))?")


def places(text: str) -> frozenset[str]:
    """Return the places that a text names, in a form that can be compared.

    Parts are divided by semicolons; what follows the numbers or a comma, or is in brackets, only
    describes the place further. A range is every place in it.

    >>> sorted(places("abstract, first sentence; headings 3.3.1 to 3.3.3"))
    ['abstract', 'section 3.3.1', 'section 3.3.2', 'section 3.3.3']
    """
    found: set[str] = set()
    for part in text.casefold().split(";"):
        name = re.sub(r"\(.*?\)", "", part).strip()
        match = NUMBERED.match(name)
        if match:
            kind = "section" if match[1] in SECTIONS else match[1]
            for numbers in RANGE.finditer(match[2]):
                found |= {f"{kind} {number}" for number in _range(numbers[1], numbers[2])}
        elif name:
            found.add(name.partition(",")[0])
    return frozenset(found)


def _range(first: str, last: str | None) -> list[str]:
    """Return the numbers from first to last, which differ in their last part only; else just the two."""
    if last is None:
        return [first]
    stem, _, low = first.rpartition(".")
    other_stem, _, high = last.rpartition(".")
    if stem != other_stem or not (low.isdigit() and high.isdigit()):
        return [first, last]
    return [f"{stem}.{number}" if stem else str(number) for number in range(int(low), int(high) + 1)]


def apart(place: str, other: str) -> bool:
    """Return whether two texts surely name different places; what names none may be the same one.

    Two sentences of one section are different places where both texts name paragraph and sentence.
    """
    here, there = places(place), places(other)
    if not here or not there or not here & there:
        return bool(here and there)
    ours, theirs = _sentences(place), _sentences(other)
    return bool(ours and theirs) and not ours & theirs


def _sentences(text: str) -> set[tuple[frozenset[str], str, str]]:
    """Return place, paragraph and sentence of each part of a text; nothing if a part names no sentence."""
    parts = text.casefold().split(";")
    found = [(places(part), SENTENCE.search(part)) for part in parts]
    return {(name, one[1], one[2]) for name, one in found if one} if all(one for _, one in found) else set()


def place_in_words(text: str) -> Value:
    """Return a place as a reader sees it in either language, if all its parts are of known kinds.

    What follows a kind and its numbers only describes the place: it stays the review's own text.
    """
    said = [_part_in_words(part.strip()) for part in text.split(";")]
    known = [part for part in said if part is not None]
    if not text or len(known) < len(said):
        return Own(text)
    return one_after_another(known)


def one_after_another(places: Sequence[Value]) -> Value:
    """Return places in a row, divided as each language divides them; at least one is needed."""
    result = places[-1]
    for place in reversed(places[:-1]):
        result = sentence("place_next", place=place, next=result)
    return result


def _part_in_words(part: str) -> Value | None:
    """Return one part of a place in words; None if it is of no known kind."""
    numbered, first = NUMBERED.match(part.casefold()), re.match(r"\w*", part.casefold())
    if numbered and (word := part[: numbered.start(2)].strip().casefold()) in KINDS:
        numbers, more = part[slice(*numbered.span(2))], part[numbered.end() :]
        place: Value = sentence("place_numbered", word=Phrase(word), numbers=_numbers_in_words(numbers))
    elif first and first[0] in UNNUMBERED:
        place, more = Phrase(first[0]), part[first.end() :]
    else:
        return None
    return sentence("place_more", place=place, more=Own(more)) if more else place


def _numbers_in_words(numbers: str) -> Value:
    """Return numbers with their last "to" or "and" as a sentence: what is before it is a list."""
    joined = re.fullmatch(r"(.+)\s(to|and)\s(.+)", numbers)
    if not joined:
        return numbers
    return sentence("number_to" if joined[2] == "to" else "number_and", first=joined[1], last=joined[3])
