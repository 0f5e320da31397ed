"""Tables whose columns are fixed, such as verdicts and rules: with our columns; some of them by a map."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from scripts.common.errors import InputError
from scripts.common.files.first_map import needs_columns, not_understood, tables_of
from scripts.common.files.mapped_rows import map_rows
from scripts.common.files.maps import SheetMap, sheet_map
from scripts.common.files.refusals import with_columns
from scripts.common.files.sheets import Grid, read_grids
from scripts.common.files.table_kinds import Kind

SEVERAL = "; "  # between several values of one column


class FixedRow(NamedTuple):
    """A row of a table with our columns: its place for a message, its number in the file, column -> text."""

    where: str
    number: int
    cells: dict[str, str]


def grid_of(grids: Iterable[Grid], path: str, columns: Sequence[str]) -> Grid:
    """Return the one table of a file that has all these columns; ``InputError`` names what is missing."""
    tables = list(grids)
    fitting = _with_columns(tables, columns)
    if not fitting:
        raise InputError(needs_columns(tables, path, columns))
    return _the_one(fitting, path, columns)


def _with_columns(grids: Sequence[Grid], columns: Sequence[str]) -> list[Grid]:
    return [grid for grid in grids if all(grid.column(name) is not None for name in columns)]


def _the_one(fitting: Sequence[Grid], path: str, columns: Sequence[str]) -> Grid:
    if len(fitting) > 1:
        raise InputError(f"{path}: more than one sheet has the columns {', '.join(columns)}. Keep one.")
    grid = fitting[0].unmerged()
    if twice := next((name for name in columns if grid.column(f"{name} (2)") is not None), ""):
        raise InputError(
            f"{grid.place(grid.header_line)}: column {twice} appears more than once. Keep one."
            f" The header is: {grid.shown()}."
        )
    return grid


def records_of(grid: Grid, columns: Sequence[str]) -> list[tuple[int, dict[str, str]]]:
    """Return each row as (number in the file, column -> text); a column that is not there is empty."""
    places = {name: grid.column(name) for name in columns}
    return [
        (number, {name: cells[at] if at is not None else "" for name, at in places.items()})
        for number, cells in grid.rows
    ]


def rows_with(
    path: str, columns: Sequence[str], may_be_absent: Sequence[str] = ()
) -> list[tuple[int, dict[str, str]]]:
    """Return the rows of the one table of a file that has these columns, which are ours and need no map."""
    with with_columns(path, columns):
        return records_of(grid_of(read_grids(path), path, columns), (*columns, *may_be_absent))


def rows_by_map(
    path: str,
    kind: Kind,
    columns: Sequence[str],
    may_be_absent: Sequence[str] = (),
    name: str = "",
    words: Mapping[str, Any] | None = None,
) -> list[FixedRow]:
    """Return the rows of a table that has these columns, or that has a map for them.

    ``words`` are those of its map, ``name`` is what ``sheets`` calls it. A table that has neither is refused
    with its header and a map to start from.
    """
    how = sheet_map(name, words or {})
    grids = tables_of(path, how, kind)
    every = (*columns, *may_be_absent)
    if not how.written:
        fitting = _with_columns(grids, columns)
        if not fitting:
            raise InputError(not_understood(name, path, grids, kind))
        grid = _the_one(fitting, path, columns)
        return [FixedRow(grid.place(number), number, row) for number, row in records_of(grid, every)]
    fitting = [grid for grid in grids if all(_names(how, grid, column) for column in columns)]
    if not fitting:
        raise InputError(_unmapped(how, path, grids, kind, columns))
    return [
        FixedRow(row.place, row.line, {title: SEVERAL.join(row.fields.get(title, ())) for title in every})
        for grid in fitting
        for row in map_rows(grid.unmerged(), with_own_columns(how, grid, every)).rows
    ]


def _unmapped(how: SheetMap, path: str, grids: Sequence[Grid], kind: Kind, columns: Sequence[str]) -> str:
    """Return the message for a table whose map does not say what all needed columns are."""
    missing = [column for column in columns if not any(_names(how, grid, column) for grid in grids)]
    named = ", ".join(missing) or "all of them in one worksheet"
    lacks = f"its map does not say which column is {named}, and {kind.lacks}"
    return not_understood(how.name, path, grids, kind._replace(lacks=lacks))


def _names(how: SheetMap, grid: Grid, column: str) -> bool:
    return all(part.names(column, grid) for part in how.parts)


def with_own_columns(how: SheetMap, grid: Grid, columns: Sequence[str]) -> SheetMap:
    """Return a map in which the columns that already have our names need no word."""
    own = {name: (name,) for name in columns if grid.position(name) is not None}
    parts = tuple(
        replace(
            part,
            columns={**{name: own[name] for name in own if name not in part.given}, **part.columns},
        )
        for part in how.parts
    )
    return replace(how, parts=parts)
