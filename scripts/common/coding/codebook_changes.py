"""Declared changes between versions of the codebook: config/decisions/codebook_changes.csv."""

import re
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from scripts.common.errors import InputError, Mistakes, nearest
from scripts.common.files.fixed_tables import grid_of, records_of
from scripts.common.files.refusals import with_columns
from scripts.common.files.sheets import read_grids
from scripts.common.values.words import words

CHANGES = "config/decisions/codebook_changes.csv"
COLUMNS = ("version", "change", "code", "to", "reason", "who", "date")
# change -> whether it needs ``to``: another code, or for a move the new parent
KINDS = {"added": False, "removed": False, "renamed": True, "merged": True, "split": False, "moved": True}


class Change(NamedTuple):
    """A change that came with a version of the codebook."""

    version: str
    change: str
    code: str
    to: str
    reason: str
    who: str
    date: str


def version_key(version: str) -> tuple[int, ...]:
    """Return a version such as 2 or 1.10 so that it sorts as its author counts."""
    return tuple(int(part) for part in version.split("."))


def check_version(where: str, version: str) -> str:
    """Return a version of the codebook: whole numbers separated by points."""
    if not re.fullmatch(r"\d+(\.\d+)*", version):
        raise InputError(f"{where}: version {version!r} is no number such as 2 or 1.1.")
    return version


def read_changes(ids: Iterable[str], path: str = CHANGES) -> list[Change]:
    """Return the declared changes, oldest first; none where the review has no such table.

    ``ids`` are the codes of today's codebook: what a change leads to must be one of them in the end.
    """
    if not Path(path).is_file():
        return []
    with with_columns(path, COLUMNS):
        known = set(ids)
        grid = grid_of(read_grids(path), path, COLUMNS)
        changes: list[Change] = []
        mistakes = Mistakes()
        for number, row in records_of(grid, COLUMNS):
            item = Change(**{name: words(text) if name != "reason" else text for name, text in row.items()})
            with mistakes.noted():
                _check_change(grid.place(number), item)
                changes.append(item)
        mistakes.stop()
        changes.sort(key=lambda item: (version_key(item.version), item.code))
        _check_where_they_lead(changes, known, path)
        return changes


def _check_where_they_lead(changes: Sequence[Change], known: Collection[str], path: str) -> None:
    """Stop at a code that became one which today's codebook does not have."""
    for item in changes:
        leads = item.change in ("renamed", "merged")
        if leads and follow(item.to, changes, item.version)[0] not in (*known, ""):
            raise InputError(
                f"{path}: {item.code} went to {item.to!r}, which is no code today. {nearest(item.to, known)}"
            )


def _check_change(where: str, item: Change) -> None:
    check_version(where, item.version)
    if item.change not in KINDS:
        raise InputError(f"{where}: change {item.change!r} is unknown. {nearest(item.change, KINDS)}")
    if not item.code or not item.reason or (KINDS[item.change] and not item.to):
        raise InputError(
            f"{where}: a {item.change} code needs code, reason and, but for added, removed and split,"
            " the code it went to. Fill them in."
        )


def follow(code: str, changes: Sequence[Change], since: str = "") -> tuple[str, str]:
    """Return what a code is called today, ``""`` if it is gone, and what happened to it, in words.

    ``since`` is the version that the code was used in: only later changes touch it.
    """
    happened = []
    for item in changes:
        later = not since or version_key(item.version) > version_key(since)
        if item.code != code or not later or item.change in ("added", "moved"):
            continue
        happened.append(f"{item.change} in version {item.version}" + (f" ({item.to})" if item.to else ""))
        if item.change in ("removed", "split"):
            return "", f"{code}: " + ", ".join(happened)
        since, code = item.version, item.to
    return code, ", ".join(happened)


def added_after(changes: Sequence[Change], version: str) -> list[str]:
    """Return the codes that a sheet of this version could not know."""
    return sorted(
        item.code
        for item in changes
        if version and item.change == "added" and version_key(item.version) > version_key(version)
    )
