"""What is known when the clusters are made: the pairs that were decided, and the links in words."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scripts.common.duplicates.clustering import Joined
from scripts.common.duplicates.columns import Ints, Table
from scripts.common.duplicates.likeness import Bools, Pairs
from scripts.common.duplicates.rules import NAMES, RULES, deciding_fields, in_words, with_verdict
from scripts.common.review.settings import Matching

AT_ONCE = 500_000  # pairs compared at once: what bounds the memory


class Link(NamedTuple):
    """Two records, by which rule they are linked, how alike they are (0 to 100), and why in words."""

    a: str
    b: str
    rule: str
    score: float
    evidence: str
    look_at: str = ""  # the field that decides, where a person is asked


class Found(NamedTuple):
    """The cluster of each record (its smallest record_id), the links, and what a person may look at."""

    home: dict[str, str]
    links: list[Link]
    versions: list[Link]
    maybe: list[Link]


class Decided(NamedTuple):
    """Pairs on which a rule decided, the position of the rule, the score."""

    pairs: Pairs
    rule: NDArray[np.int8]
    score: NDArray[np.float32]


class Given(NamedTuple):
    """What is not left to the rules, in rows of the table.

    ``asked`` holds the verdicts of people on pairs (the smaller row first), ``earlier`` the number of the
    cluster of an earlier run for each row, -1 for none.
    """

    asked: dict[tuple[int, int], bool]
    earlier: Ints

    def yes(self) -> list[tuple[int, int]]:
        """Return the pairs that people joined."""
        return sorted(pair for pair, same in self.asked.items() if same)

    def no(self) -> dict[int, set[int]]:
        """Return for each row those from which people hold it apart."""
        apart: dict[int, set[int]] = defaultdict(set)
        for (x, y), same in self.asked.items():
            if not same:
                apart[x].add(y)
                apart[y].add(x)
        return apart

    def chain(self) -> list[tuple[int, int]]:
        """Return links that hold the earlier clusters together: each row with the first of its cluster."""
        first: dict[int, int] = {}
        return [
            (first[cluster], row)
            for row, cluster in enumerate(self.earlier.tolist())
            if cluster >= 0 and first.setdefault(cluster, row) != row
        ]


class Solved(NamedTuple):
    """All that is known when the clusters are made; ``order`` are the decided pairs that were to join."""

    table: Table
    matching: Matching
    given: Given
    decided: Decided
    order: Ints
    joined: Joined

    def ids(self) -> list[str]:
        """Return the record_id of each row."""
        ids: list[str] = self.table.keys.record_id.tolist()
        return ids

    def number_given(self) -> int:
        """Return how many links come before those of the rules."""
        return len(self.given.yes()) + len(self.given.chain())

    def between(self, verdict: str) -> Bools:
        """Return which decided pairs have this verdict and lie in two clusters."""
        cluster, pairs = self.joined.cluster, self.decided.pairs
        two: Bools = cluster[pairs.a] != cluster[pairs.b]
        return two & with_verdict(self.decided.rule, verdict, self.matching)

    def clusters_of(self, number: int) -> tuple[int, int]:
        """Return the clusters of a decided pair, the smaller first."""
        pairs = self.decided.pairs
        return sorted_pair(self.joined.cluster, int(pairs.a[number]), int(pairs.b[number]))


def sorted_pair(cluster: Ints, x: int, y: int) -> tuple[int, int]:
    """Return the clusters of two rows, the smaller first."""
    one, two = int(cluster[x]), int(cluster[y])
    return min(one, two), max(one, two)


def links_of(solved: Solved, which: Sequence[int] | Ints) -> list[Link]:
    """Return decided pairs, in this order, as links with their evidence in words."""
    return links_in_words(solved.ids(), solved.decided, np.array(which, dtype=np.int64))


def links_in_words(ids: Sequence[str], decided: Decided, which: Ints) -> list[Link]:
    """Return these decided pairs as links; ``ids`` are the record_ids of the rows."""
    links: list[Link] = []
    for start in range(0, len(which), AT_ONCE):
        some = which[start : start + AT_ONCE]
        pairs = decided.pairs.take(some)
        for x, y, rule, points, words, field in zip(
            pairs.a.tolist(), pairs.b.tolist(), decided.rule[some].tolist(), decided.score[some].tolist(),
            in_words(pairs), deciding_fields(pairs), strict=True,
        ):  # fmt: skip
            links.append(Link(ids[x], ids[y], NAMES[rule], points, f"{RULES[rule].why}: {words}", field))
    return links
