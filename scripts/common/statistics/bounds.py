"""Whole numbers of which only bounds are known: what follows from sums and parts."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

Sources = frozenset[str]
NOBODY: Sources = frozenset()


class Interval(NamedTuple):
    """The least and the greatest value a number can have, and the claims that each bound rests on."""

    low: float = 0
    high: float = math.inf
    low_from: Sources = NOBODY
    high_from: Sources = NOBODY

    @property
    def empty(self) -> bool:
        """Return whether no number is left."""
        return self.low > self.high

    def meet(self, other: "Interval") -> "Interval":
        """Return what both allow; the tighter bound keeps its sources."""
        low = (self.low, self.low_from) if self.low >= other.low else (other.low, other.low_from)
        high = (self.high, self.high_from) if self.high <= other.high else (other.high, other.high_from)
        return Interval(low[0], high[0], low[1], high[1])


class Relation(NamedTuple):
    """``sum(left) = sum(right)``, or ``sum(left) <= sum(right)`` where ``equal`` is false."""

    left: tuple[str, ...]
    right: tuple[str, ...]
    equal: bool = True
    kind: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Return all numbers that the relation joins."""
        return self.left + self.right


def _most(beside: Sequence[Interval], against: Sequence[Interval]) -> tuple[float, Sources]:
    """Return the most that is left for a number: what is against it at most, less its neighbours' least."""
    sources = NOBODY.union(*(x.high_from for x in against), *(x.low_from for x in beside))
    return sum(x.high for x in against) - sum(x.low for x in beside), sources


def _least(beside: Sequence[Interval], against: Sequence[Interval]) -> tuple[float, Sources]:
    """Return the least that a number must be, at least 0: what its neighbours at most leave to it."""
    least = sum(x.low for x in against) - sum(x.high for x in beside)
    if least <= 0:
        return 0, NOBODY
    return least, NOBODY.union(*(x.low_from for x in against), *(x.high_from for x in beside))


def _room(known: Mapping[str, Interval], relation: Relation, name: str) -> Interval:
    """Return what one relation allows one number, given the bounds of its others."""
    on_the_left = name in relation.left
    same, across = (relation.left, relation.right) if on_the_left else (relation.right, relation.left)
    beside = [known[other] for other in same if other != name]
    against = [known[other] for other in across]
    high, high_from = _most(beside, against)
    low, low_from = _least(beside, against)
    if not relation.equal and on_the_left:  # nothing says that the smaller side is large
        low, low_from = 0, NOBODY
    if not relation.equal and name in relation.right:  # nor that the larger side is small
        high, high_from = math.inf, NOBODY
    return Interval(low, high, low_from, high_from)


def broken(known: Mapping[str, Interval], relation: Relation) -> Sources:
    """Return the claims that cannot all hold beside the relation; none if they can."""
    for name in relation.names:
        met = known[name].meet(_room(known, relation, name))
        if met.empty:
            return met.low_from | met.high_from
    return NOBODY


def propagate(
    start: Mapping[str, Interval], relations: Sequence[Relation], rounds: int = 1_000
) -> tuple[dict[str, Interval], list[tuple[Relation, Sources]]]:
    """Return the tightest bounds that follow step by step, and the relations that cannot hold.

    A relation that cannot hold with the numbers as given is reported and not used further, so that
    one misprint is not reported at every box after it. ``rounds`` ends bounds that creep up one
    by one without end; bounds found so far are true, only perhaps not the tightest.
    """
    known = dict(start)
    faults = [(relation, sources) for relation in relations if (sources := broken(known, relation))]
    usable = [relation for relation in relations if relation not in [fault for fault, _ in faults]]
    for _ in range(rounds):
        before = dict(known)
        for relation in list(usable):
            sources = broken(known, relation)
            if sources:
                faults.append((relation, sources))
                usable.remove(relation)
                continue
            for name in relation.names:
                known[name] = known[name].meet(_room(known, relation, name))
        if known == before:
            break
    return known, faults


def names_of(relations: Iterable[Relation]) -> list[str]:
    """Return every number that the relations join, once, in their order."""
    return list(dict.fromkeys(name for relation in relations for name in relation.names))
