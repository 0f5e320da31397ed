"""The committee's second tree: config/decisions/regroup.csv moves codes, without touching the codebook."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from scripts.common.coding.codebook import Code
from scripts.common.errors import InputError, Mistakes, nearest
from scripts.common.files.fixed_tables import grid_of, records_of
from scripts.common.files.refusals import with_columns
from scripts.common.files.sheets import read_grids
from scripts.common.values.dates import is_day
from scripts.common.values.words import words

REGROUP = "config/decisions/regroup.csv"
COLUMNS = ("code", "new_parent", "reason", "who", "date")


class Move(NamedTuple):
    """A code and where the committee puts it; ``label`` and ``label_zh`` name a group of its own making."""

    code: str
    new_parent: str
    reason: str
    who: str
    date: str
    label: str = ""
    label_zh: str = ""


def read_regroup(codes: Sequence[Code], path: str = REGROUP) -> list[Move]:
    """Return the moves in the order of the file; none where the review has no such table.

    A row whose code is not in the codebook and has a label makes a new group. ``new_parent`` may be empty:
    the code becomes a category. Raises ``InputError`` for names that are no code, for circles, and for a
    code that is moved twice.
    """
    if not Path(path).is_file():
        return []
    with with_columns(path, COLUMNS):
        grid = grid_of(read_grids(path), path, COLUMNS)
        rows = []
        for number, row in records_of(grid, (*COLUMNS, "label", "label_zh")):
            text = {name: value if name == "reason" else words(value) for name, value in row.items()}
            rows.append((grid.place(number), Move(**text)))
        known = {code.id for code in codes}
        new = {move.code for _, move in rows if move.label and move.code not in known}
        moved: set[str] = set()
        mistakes = Mistakes()
        for where, move in rows:
            with mistakes.noted():
                _check_move(where, move, known, new)
                if move.code in moved:
                    raise InputError(f"{where}: {move.code} is moved twice. Keep one row.")
                moved.add(move.code)
        mistakes.stop()
        _check_circles(rows, codes)
        return [move for _, move in rows]


def _check_move(where: str, move: Move, known: set[str], new: set[str]) -> None:
    """Stop at a move of or to something that is neither a code nor a new group, or that says not why."""
    if move.code not in known | new:
        raise InputError(
            f"{where}: code {move.code!r} is not in the codebook. {nearest(move.code, known)} A new"
            " group needs a label."
        )
    if move.code in new and not re.fullmatch(r"[a-z][a-z0-9_]*", move.code):
        raise InputError(f"{where}: code {move.code!r}: an id is lower-case letters, digits and underscores.")
    if move.code in known and move.label:
        raise InputError(f"{where}: {move.code} is in the codebook: its label stays. Empty the label.")
    if move.new_parent and move.new_parent not in known | new:
        raise InputError(
            f"{where}: new_parent {move.new_parent!r} is no code. {nearest(move.new_parent, known | new)}"
        )
    if not move.reason or not move.who or (move.date and not is_day(move.date)):
        raise InputError(f"{where}: a reason, a name (who) and a day (YYYY-MM-DD or blank) are needed.")


def _check_circles(rows: Sequence[tuple[str, Move]], codes: Sequence[Code]) -> None:
    """Stop at a code that would be below itself after all moves."""
    parents = {code.id: code.parent for code in codes} | {move.code: move.new_parent for _, move in rows}
    for where, move in rows:
        above, parent = {move.code}, move.new_parent
        while parent:
            if parent in above:
                raise InputError(f"{where}: {move.code} would be below itself. Choose another parent.")
            above.add(parent)
            parent = parents.get(parent, "")


def regrouped(codes: Sequence[Code], moves: Sequence[Move]) -> list[Code]:
    """Return the second tree, parents before their children; codes keep their order, new groups come last."""
    target = {move.code: move.new_parent for move in moves}
    known = {code.id for code in codes}
    every = [code._replace(parent=target.get(code.id, code.parent)) for code in codes] + [
        Code(move.code, move.new_parent, 1, move.label, move.label_zh or move.label, move.reason, "", True)
        for move in moves
        if move.code not in known
    ]

    def below(parent: str, level: int) -> list[Code]:
        return [
            item
            for code in every
            if code.parent == parent
            for item in (code._replace(level=level), *below(code.id, level + 1))
        ]

    return below("", 1)
