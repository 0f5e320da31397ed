"""Ranking sheets of a committee: which findings matter most to each member."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scripts.common.coding.codebook import Code
from scripts.common.coding.finder import Finder
from scripts.common.errors import InputError
from scripts.common.files.sheets import Grid, read_grids
from scripts.common.values.words import words

LONG = ("member", "finding", "rank")


class Ranking(NamedTuple):
    """One member's ranks, finding -> 1 for the most important; ties and gaps are allowed."""

    member: str
    group: str
    ranks: dict[str, float]


def read_rankings(paths: Sequence[str], codes: Sequence[Code]) -> list[Ranking]:
    """Return the rankings of all members, by name. A finding that is a code may go by its id or label.

    Sheets are wide (member, group, then a column per finding) or long (member, group, finding, rank). A
    member may leave findings unranked. Raises ``InputError`` for a rank that is no number from 1, and for a
    member who appears twice.
    """
    finder = Finder(codes)
    found: dict[str, Ranking] = {}
    for path in paths:
        for grid in read_grids(path):
            member = grid.column("member")
            if member is None:
                raise InputError(
                    f"{grid.place(1)}: needs a column member. The header is: {', '.join(grid.header)}."
                )
            for where, name, group, finding, text in _cells(grid.unmerged(), member):
                if not name:
                    raise InputError(f"{where}: the member is empty. Name who ranked, or give a number.")
                item = found.setdefault(name, Ranking(name, group, {}))
                if item.group != group:
                    raise InputError(f"{where}: {name} is of two groups ({item.group}, {group}). Choose one.")
                if not text:
                    continue
                finding = _finding(finding, finder)
                if not _is_rank(text):
                    raise InputError(f"{where}: rank {text!r} is no number from 1 (most important) on.")
                if item.ranks.setdefault(finding, float(text)) != float(text):
                    raise InputError(f"{where}: {name} ranks {finding} twice. Keep one.")
    return [found[name] for name in sorted(found) if found[name].ranks]


def _cells(grid: Grid, member: int) -> list[tuple[str, str, str, str, str]]:
    group, finding, rank = (grid.column(name) for name in ("group", "finding", "rank"))
    cells = []
    for number, row in grid.rows:
        who = words(row[member]), words(row[group]) if group is not None else ""
        if finding is not None and rank is not None:
            cells.append((grid.place(number, rank), *who, row[finding], row[rank]))
        else:
            cells += [
                (grid.place(number, at), *who, title, row[at])
                for at, title in enumerate(grid.header)
                if at not in (member, group)
            ]
    return cells


def _finding(name: str, finder: Finder) -> str:
    try:
        return finder.find(name)[0] or words(name)
    except LookupError:
        return words(name)  # a finding need not be a code


def _is_rank(text: str) -> bool:
    try:
        return float(text) >= 1
    except ValueError:
        return False


def midranks(rankings: Sequence[Ranking], findings: Sequence[str]) -> NDArray[np.float64]:
    """Return (member, finding) ranks from 1; equal ones share their mean, unranked ones the last places."""
    last = float("inf")
    given = np.array([[item.ranks.get(name, last) for name in findings] for item in rankings], dtype=float)
    given = given.reshape(len(rankings), len(findings))
    less = (given[:, None, :] < given[:, :, None]).sum(axis=2)
    same = (given[:, None, :] == given[:, :, None]).sum(axis=2)
    return np.asarray(less + (same + 1) / 2)


def borda(ranks: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the points of each finding: for every member, the number of findings ranked below it."""
    return np.asarray((ranks.shape[1] - ranks).sum(axis=0))


def kendall_w(ranks: NDArray[np.float64]) -> float:
    """Return Kendall's coefficient of concordance (..., member, finding), corrected for ties, from 0 to 1.

    Kendall and Babington Smith 1939 (doi:10.1214/aoms/1177732186). Undefined (nan) with fewer than two
    members or findings, or if every member ties all.

    >>> float(kendall_w(np.array([[1, 2, 3], [1, 2, 3]])))
    1.0
    """
    members, findings = ranks.shape
    if members < 2 or findings < 2:
        return float("nan")
    sums = ranks.sum(axis=0)
    spread = ((sums - sums.mean()) ** 2).sum()
    ties = sum((size**3 - size) for row in ranks for size in np.unique(row, return_counts=True)[1])
    below = members**2 * (findings**3 - findings) - members * ties
    return float(12 * spread / below) if below else float("nan")
