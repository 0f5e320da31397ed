"""How many studies were included, by the words of a text: every count that it states, with points."""

import re
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from scripts.common.paper.inclusion_patterns import COUNTS, FINAL, NOT_FINAL
from scripts.common.paper.sentences import Sentence
from scripts.common.values.number_words import value_of

MIN_STUDIES = 2  # a set of one is no set


class StatedCounts(NamedTuple):
    """The counts of included studies that a text states: count -> points."""

    points: dict[int, int]

    @property
    def most(self) -> int:
        """The points of the count that is stated most often and most plainly."""
        return max(self.points.values(), default=0)

    @property
    def plainest(self) -> list[int]:
        """The counts with the most points, in their order."""
        return sorted(count for count, points in self.points.items() if points == self.most)

    @property
    def only(self) -> int | None:
        """The count with the most points, None if there is none or if several have as many."""
        return self.plainest[0] if len(self.plainest) == 1 else None


def stated_counts(sentences: Iterable[Sentence], most: int) -> StatedCounts:
    """Return the counts up to ``most`` that the text states, with points: how often, and how plainly."""
    points: Counter[int] = Counter()
    for sentence in sentences:
        if sentence.part not in ("abstract", "methods", "results", ""):
            continue
        for count, weight in counts_in(sentence.text):
            if MIN_STUDIES <= count <= most:
                points[count] += weight
    return StatedCounts(dict(points))


def counts_in(text: str) -> list[tuple[int, int]]:
    """Return the counts of included works that one sentence states, with points."""
    found: dict[int, int] = {}
    for pattern, weight in COUNTS:
        for match in re.finditer(pattern, text, flags=re.IGNORECASE):
            words = match[0]
            if re.search(r"\b(?:exclud\w+|not (?:be )?includ\w+|duplicat\w+)\b", words):
                continue
            count = value_of(match["n"])
            if re.fullmatch(r"(?:19|20)\d\d", match["n"]):
                continue
            points = weight
            if re.search(r"includ|criteria|final|eligible", words, flags=re.IGNORECASE):
                points += 1
            before = text[max(0, match.start() - 60) : match.start()]
            if (
                FINAL.search(before)
                or FINAL.search(words)
                or FINAL.search(text[match.end() : match.end() + 50])
            ):
                points += 2
            if NOT_FINAL.search(words):
                points -= 1
            found[count] = max(found.get(count, 0), points)
    return [(count, points) for count, points in found.items() if points > 0]
