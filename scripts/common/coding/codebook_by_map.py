"""A team's own table of codes, read by its map: names may be paths, or a column names the code above."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from scripts.common.coding.refi import RefiCode, with_fields
from scripts.common.errors import InputError, Mistakes
from scripts.common.files.fixed_tables import FixedRow, records_of, rows_by_map
from scripts.common.files.sheets import Grid
from scripts.common.files.table_kinds import CODEBOOK
from scripts.common.values.words import words

LEVELS = r"\s*(?:\\|>)\s*"  # between the names of a path
NEEDED = ("label",)
MAY_BE_ABSENT = ("id", "parent", "label_zh", "definition", "include", "exclude", "place", "version")
ID = re.compile(r"[a-z][a-z0-9_]*")
Path = tuple[str, ...]  # the labels of a code and those above it, the highest first


def steps_of(name: str) -> Path:
    r"""Return the names of a path such as ``Benefits > Speed`` or ``Benefits\Speed``."""
    return tuple(words(step) for step in re.split(LEVELS, name) if step.strip())


def codes_by_map(path: str, name: str, given: Mapping[str, Any]) -> tuple[dict[Path, RefiCode], str]:
    """Return the codes of a table by its map, and the version that either states (``""``: none).

    ``given`` are the words of the map. The code above is found by its id or label; one that has no row of its
    own is a code without a definition. ``InputError`` lists every row that cannot be used.
    """
    rows = rows_by_map(path, CODEBOOK, NEEDED, MAY_BE_ABSENT, name, given)
    by_name = {
        key.casefold(): number
        for number, row in enumerate(rows)
        for key in (row.cells["id"], words(row.cells["label"]), *steps_of(row.cells["label"])[-1:])
        if key
    }
    found: dict[Path, RefiCode] = {}
    mistakes = Mistakes()
    for row in rows:
        with mistakes.noted():
            whole = _path_of(row, rows, by_name, ())
            if whole in found and found[whole].description:
                raise InputError(f"{row.where}: code {whole[-1]!r} appears twice. Keep one row.")
            for depth in range(1, len(whole)):
                found.setdefault(whole[:depth], _code(whole[:depth], ""))
            found[whole] = _code(whole, _description(row))
    mistakes.stop()
    versions = sorted({row.cells["version"] for row in rows} - {""})
    if len(versions) > 1:
        raise InputError(f"{path}: version is {' and '.join(versions)}; it must be one for all.")
    return found, next(iter(versions), "")


def _path_of(row: FixedRow, rows: Sequence[FixedRow], by_name: Mapping[str, int], below: Path) -> Path:
    """Return the path of the code of a row; ``below`` are the codes that led to it as the one above them."""
    steps = steps_of(row.cells["label"])
    if not steps:
        raise InputError(
            f"{row.where}: the code has no name (label). Give it one, or leave it out by except."
        )
    parent = words(row.cells["parent"])
    if not parent:
        return steps
    if parent in below or parent.casefold() == steps[-1].casefold():
        raise InputError(f"{row.where}: {steps[-1]!r} is below itself. Correct its parent.")
    above = by_name.get(parent.casefold())
    if above is None:
        return (*steps_of(parent), *steps)
    return (*_path_of(rows[above], rows, by_name, (*below, parent)), *steps)


def _description(row: FixedRow) -> str:
    """Return what a row says of its code, as our files of other programs hold it."""
    cells = row.cells
    if cells["id"] and not ID.fullmatch(cells["id"]):
        raise InputError(
            f"{row.where}: id {cells['id']!r}: an id is lower-case letters, digits and underscores. Leave id"
            " out of the map: ids are then made from the names."
        )
    named = {"label (zh)": cells["label_zh"], **{key: cells[key] for key in ("include", "exclude", "place")}}
    return with_fields(cells["definition"], {"id": cells["id"], **named, "children known": "all"})


def _code(path: Path, description: str) -> RefiCode:
    return RefiCode("\\".join(path), "\\".join(path[:-1]), path[-1], True, description)


def codes_of_program(grid: Grid, name: str, memo: str) -> dict[Path, RefiCode]:
    """Return the codes that a program exports: a column of names, where a path holds the codes above.

    A code that only appears in the paths of others is a code as well.
    """
    found: dict[Path, RefiCode] = {}
    for _, row in records_of(grid, (name, memo)):
        steps = steps_of(row[name])
        for depth in range(1, len(steps)):
            found.setdefault(steps[:depth], _code(steps[:depth], ""))
        if steps:
            found[steps] = _code(steps, row[memo])
    return found
