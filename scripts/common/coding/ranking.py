"""Ranking sheets of a committee: which findings matter most to each member."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scripts.common.coding.codebook import Code
from scripts.common.coding.finder import Finder
from scripts.common.coding.model import Plan
from scripts.common.errors import InputError, Mistakes
from scripts.common.files.first_map import not_understood, tables_of
from scripts.common.files.fixed_tables import with_own_columns
from scripts.common.files.mapped_rows import map_rows
from scripts.common.files.maps import SheetMap, sheet_map
from scripts.common.files.refusals import answered
from scripts.common.files.sheets import Grid
from scripts.common.files.table_kinds import RANKING
from scripts.common.values.words import words

COLUMNS = ("member", "group", "finding", "rank")


class Ranking(NamedTuple):
    """One member's ranks, finding -> 1 for the most important; ties and gaps are allowed."""

    member: str
    group: str
    ranks: dict[str, float]


class _Cell(NamedTuple):
    """One rank as written: its place, who gave it, the finding."""

    where: str
    member: str
    group: str
    finding: str
    rank: str


def read_rankings(sheets: Sequence[Plan], codes: Sequence[Code]) -> list[Ranking]:
    """Return the rankings of all members, by name. A finding that is a code may go by its id or label.

    Sheets are wide (member, group, then a column per finding) or long (member, group, finding, rank), or have
    a map. A member may leave findings unranked. ``InputError`` lists every rank that is no number from 1, and
    every member who is of two groups or ranks a finding twice.
    """
    finder = Finder(codes)
    found: dict[str, Ranking] = {}
    mistakes = Mistakes()
    for plan in sheets:
        with mistakes.noted(), answered(plan.path, plan.name, plan.words, RANKING, finder.names()):
            _read_sheet(plan, finder, found)
    mistakes.stop()
    return [found[name] for name in sorted(found) if found[name].ranks]


def _read_sheet(plan: Plan, finder: Finder, found: dict[str, Ranking]) -> None:
    """Add the rankings of one sheet to those that were found."""
    how = sheet_map(plan.name, plan.words)
    mistakes = Mistakes()
    for grid in tables_of(plan.path, how, RANKING, finder.names()):
        with mistakes.noted():
            if not all(part.names("member", grid) for part in how.parts):
                raise InputError(not_understood(plan.name, plan.path, [grid], RANKING, finder.names()))
            for cell in _cells(grid.unmerged(), how):
                with mistakes.noted():
                    _take(cell, finder, found)
    mistakes.stop()


def _take(cell: _Cell, finder: Finder, found: dict[str, Ranking]) -> None:
    where, name, group, finding, text = cell
    if not name:
        raise InputError(f"{where}: the member is empty. Name who ranked, or give a number.")
    item = found.setdefault(name, Ranking(name, group, {}))
    if item.group != group:
        raise InputError(f"{where}: {name} is of two groups ({item.group}, {group}). Choose one.")
    if not text:
        return
    finding = _finding(finding, finder)
    if not _is_rank(text):
        raise InputError(
            f"{where}: rank {text!r} is no number from 1 (most important) on. Correct it; a column that holds"
            " no ranks is left out by ignore in a map."
        )
    if item.ranks.setdefault(finding, float(text)) != float(text):
        raise InputError(f"{where}: {name} ranks {finding} twice. Keep one.")


def _cells(grid: Grid, how: SheetMap) -> Iterator[_Cell]:
    """Yield the ranks of a table: long if it names finding and rank, else a column per finding."""
    how = with_own_columns(how, grid, COLUMNS)
    if not all(part.names("finding", grid) and part.names("rank", grid) for part in how.parts):
        findings = {title: title for title in map_rows(grid, how).unmapped}
        parts = tuple(part if part.items else replace(part, items=findings) for part in how.parts)
        how = replace(how, parts=parts)
    for row in map_rows(grid, how).rows:
        about = words(row.get("member")), words(row.get("group"))
        if row.items:
            for item in row.items:
                where = grid.place(row.line, grid.position(item.column))
                yield _Cell(where, *about, item.name, next(iter(item.values), ""))
        else:
            yield _Cell(row.place, *about, row.get("finding"), row.get("rank"))


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
