"""Join linked records into clusters, so that no chain of look-alikes joins two that are held apart."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np

from scripts.common.duplicates.columns import Ints

# Records; all pairs of a group of linked records are compared, which grows with the square of its size. In a
# larger group, which no real publication has, only the pairs that share a block are compared.
MAX_COMPARED = 400


class HeldApart(NamedTuple):
    """Positions of pairs that no link may join, and of those that a link of few fields may not join."""

    always: Ints
    in_doubt: Ints


class Joined(NamedTuple):
    """Cluster of each row (the smallest row in it), and the positions of the links used and refused."""

    cluster: Ints
    used: list[int]
    refused: list[tuple[int, int, int]]  # link, and the pair that is held apart
    uncompared: int  # pairs inside groups too large to compare whole


def groups(rows: int, a: Iterable[int], b: Iterable[int]) -> tuple[list[int], list[int]]:
    """Return for each row the smallest row it is linked to, directly or over others, and the links needed.

    Of links in a circle, the first ones are needed; the positions of the needed ones are returned.
    """
    home = list(range(rows))
    needed = []
    for number, (left, right) in enumerate(zip(a, b, strict=True)):
        while home[left] != left:
            home[left] = home[home[left]]
            left = home[left]
        while home[right] != right:
            home[right] = home[home[right]]
            right = home[right]
        if left != right:
            home[max(left, right)] = min(left, right)
            needed.append(number)
    for row in range(rows):  # a home is smaller than the row: it is final already
        home[row] = home[home[row]]
    return home, needed


def join(
    rows: int,
    a: Ints,
    b: Ints,
    fixed: int,
    weak: int,
    apart: Callable[[Ints, Ints], HeldApart],
    people_apart: Mapping[int, set[int]],
) -> Joined:
    """Join rows by the links ``a``-``b``, which come in the order of their strength.

    The first ``fixed`` links (of people) are always used; those from ``weak`` on rest on few fields.
    ``apart`` returns which of many pairs are held apart; ``people_apart`` maps each row to those from which
    people hold it apart. Where a group of linked rows holds such a pair, its links are taken one by one, the
    strongest first, and those that would join the pair are refused: the group is cut at its weakest link.
    Otherwise all are joined at once.
    """
    home, needed = groups(rows, a.tolist(), b.tolist())
    held, doubtful, uncompared = _held_apart(home, apart, people_apart)
    split = {
        home[row]
        for pairs in (held, doubtful)
        for row, others in pairs.items()
        for other in others
        if home[row] == home[other]
    }
    whole = [number for number in needed if home[a[number]] not in split]
    cluster = [row if home[row] in split else home[row] for row in range(rows)]
    one_by_one = (
        np.flatnonzero(np.isin(np.array(home)[a], list(split))) if split else np.zeros(0, dtype=np.int64)
    )
    used, refused = _join_one_by_one(cluster, a, b, one_by_one.tolist(), fixed, weak, held, doubtful)
    return Joined(np.array(cluster, dtype=np.int64), sorted(whole + used), refused, uncompared)


def _held_apart(
    home: Sequence[int], apart: Callable[[Ints, Ints], HeldApart], people_apart: Mapping[int, set[int]]
) -> tuple[dict[int, set[int]], dict[int, set[int]], int]:
    """Return for each row those from which it is held apart, or in doubt, and how many were not compared.

    Only pairs within a group of linked rows are compared; ``home`` names the group of each row.
    """
    members: dict[int, list[int]] = defaultdict(list)
    for row in np.flatnonzero(np.bincount(home, minlength=len(home))[home] > 1).tolist():
        members[home[row]].append(row)
    left, right, uncompared = _pairs_within(members.values())
    held: dict[int, set[int]] = defaultdict(set)
    doubtful: dict[int, set[int]] = defaultdict(set)
    for pairs, positions in zip((held, doubtful), apart(left, right), strict=True):
        for x, y in zip(left[positions].tolist(), right[positions].tolist(), strict=True):
            pairs[x].add(y)
            pairs[y].add(x)
    for row, others in people_apart.items():
        held[row] |= others
    return held, doubtful, uncompared


def _join_one_by_one(
    cluster: list[int],
    a: Ints,
    b: Ints,
    numbers: Iterable[int],
    fixed: int,
    weak: int,
    held: Mapping[int, set[int]],
    doubtful: Mapping[int, set[int]],
) -> tuple[list[int], list[tuple[int, int, int]]]:
    """Join by these links in their order, in ``cluster`` itself; return those used, and those refused."""
    used: list[int] = []
    refused: list[tuple[int, int, int]] = []
    inside: dict[int, list[int]] = {}
    joined_by_people = {(min(a[n], b[n]), max(a[n], b[n])) for n in range(fixed)}
    for number in numbers:
        one, two = cluster[int(a[number])], cluster[int(b[number])]
        if one == two:
            continue
        ours, theirs = inside.setdefault(one, [one]), inside.setdefault(two, [two])
        conflict = _conflict(ours, theirs, held, joined_by_people)
        if not conflict and number >= weak:
            conflict = _conflict(ours, theirs, doubtful, joined_by_people)
        if conflict and number >= fixed:
            refused.append((number, *conflict))
            continue
        keep, gone = sorted((one, two))
        for row in inside[gone]:
            cluster[row] = keep
        inside[keep] += inside.pop(gone)
        used.append(number)
    return used, refused


def _conflict(
    ours: Sequence[int], theirs: Sequence[int], held: Mapping[int, set[int]], joined: set[tuple[int, int]]
) -> tuple[int, int] | None:
    """Return the first pair over two clusters that is held apart, unless people ``joined`` it."""
    other = set(theirs)
    for row in sorted(ours):
        for found in sorted(held.get(row, set()) & other):
            if (min(row, found), max(row, found)) not in joined:
                return row, found
    return None


def _pairs_within(members: Iterable[Sequence[int]]) -> tuple[Ints, Ints, int]:
    """Return all pairs inside groups of three and more (two are one link, decided already)."""
    pairs: list[tuple[int, int]] = []
    uncompared = 0
    for group in members:
        size = len(group)
        if size < 3:
            continue
        if size > MAX_COMPARED:
            uncompared += size * (size - 1) // 2
            continue
        pairs += combinations(group, 2)
    left, right = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    return left, right, uncompared
