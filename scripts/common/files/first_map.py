"""A table that is not understood: the message shows the header that was seen and a map to start from.

The guesses only fill in that map. A person looks at it and pastes it: nothing is ever read by a guess.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import yaml

from scripts.common.errors import InputError, nearest
from scripts.common.files.guesses import columns_of_votes, guessed_columns, guessed_words
from scripts.common.files.likely_words import UNSURE, likely
from scripts.common.files.maps import SheetMap, sheet_map
from scripts.common.files.sheets import Grid, NamesBelow, distinct, read_grids
from scripts.common.files.table_kinds import DECISIONS, OWN_TABLES, WORK, Kind
from scripts.common.files.tool_maps import TOOL, tool_maps
from scripts.common.files.workbooks import unread_marks

MEMBER = re.compile(r"/\d+(?=/|$)")  # the place of a member in a path: articles/0/title
FEW = 3  # columns of which each is shown with the nearest name
OTHER_SIGNS = ("|", ":", "^", "~")  # that some programs write between cells
BLANKS = "several blanks"


def tables_of(path: str, how: SheetMap, kind: Kind, known: Collection[str] = ()) -> list[Grid]:
    """Return the tables of a file by its map; ``known`` are the names of codes or variables.

    A header of two rows is answered with a map that names the line of its lower one.
    """
    try:
        return read_grids(path, how.sheet, how.header, how.at)
    except NamesBelow as error:
        if how.header:
            raise
        raise InputError(
            _message(how.name, error.grid, [error.grid], kind, known, "", error.grid.header_line)
        ) from None


def not_understood(
    name: str, path: str, grids: Sequence[Grid], kind: Kind, known: Collection[str] = ()
) -> str:
    """Return the message for a file in which no table is understood; ``name`` is that of its input.

    ``known`` are the names of codes or variables: a column of another name may need to be ignored.
    """
    if not grids:
        return f"{path}: no table in it. Export it again, or take its line out of inputs.tsv."
    at = list_in(grids[0].header) if grids[0].tree and len(grids[0].rows) == 1 else ""
    if at:  # the whole file as one row: look into its longest list instead
        grids = read_grids(path, at=at)
    grid = max(grids, key=lambda one: len(one.rows))
    header = 0
    if below := grid.with_names_below():
        grid, header = below, below.header_line
    return _message(name, grid, grids, kind, known, at, header)


def _message(
    name: str, grid: Grid, grids: Sequence[Grid], kind: Kind, known: Collection[str], at: str, header: int
) -> str:
    several = f" The worksheets with rows are: {', '.join(g.sheet for g in grids)}." if len(grids) > 1 else ""
    place = grid.path if grid.tree else grid.place(grid.header_line)
    inside = f" at {at}" if at else ""
    seen = f"{place}: {kind.lacks}.{several} Columns seen{inside}: {grid.shown()}."
    shape = _shape(grid, kind, known)
    if shape.grid is not grid:
        header = 0
    proposed = first_map(name, shape.grid, kind, known, at, header, grids)
    look = " Take out of reviewers what is no vote." if "\n    reviewers: " in proposed else ""
    return f"{seen}{shape.advice}{look} Start in config/config.yaml from:\n{proposed}"


class _Shape(NamedTuple):
    """What a person must do to a table before any map can read it, and the table as it is then."""

    advice: str
    grid: Grid


def _shape(grid: Grid, kind: Kind, known: Collection[str]) -> _Shape:
    """Return what is to be done about a shape that no map reads; of most tables nothing."""
    sign = _other_sign(grid)
    if sign:
        advice = (
            " That is one column: cells are kept apart by a comma, a semicolon or a tab, here by"
            f" {sign}. Save it as CSV with one of these first."
        )
        return _Shape(advice, _split(grid, sign))
    if turned := _turned(grid, kind, known):
        advice = " Its rows should be columns: turn it first (in Excel: copy, paste special, transpose)"
        if not kind.wide:
            return _Shape(f"{advice}.", turned)
        named = turned._replace(header=(kind.names[0], *turned.header[1:]))
        return _Shape(f"{advice}, and call its first column {kind.names[0]}.", named)
    odd = next((title for title in grid.header if re.search("[;\t|]", title)), "")
    if odd and len(grid.header) > 1:
        return _Shape(f" The name {odd!r} holds a sign that separates cells: is it one column or two?", grid)
    if grid.merged:
        return _Shape(f" The cells {grid.merged} are merged: unmerge them first, and fill each.", grid)
    is_marked = kind.decides and grid.sheet and not columns_of_votes(grid, kind)
    if marks := unread_marks(grid.path) if is_marked else "":
        return _Shape(f" It has {marks}, which are not read: write what they mean in a column first.", grid)
    return _Shape("", grid)


def _other_sign(grid: Grid) -> str:
    """Return what keeps the cells of a table apart that was read as one column, or ``""``."""
    if len(grid.header) > 1:
        return ""
    if sign := next((sign for sign in OTHER_SIGNS if sign in grid.header[0]), ""):
        return sign
    return BLANKS if any(re.search(r"\S {2,}\S", cells[0]) for _, cells in grid.rows) else ""


def _split(grid: Grid, sign: str) -> Grid:
    """Return a table of one column with each cell split at a sign; blanks in its header are single ones."""
    pattern = r" {2,}" if sign == BLANKS else re.escape(sign)
    names = grid.header[0].split(" ") if sign == BLANKS else grid.header[0].split(sign)
    rows = [(number, re.split(pattern, cells[0])) for number, cells in grid.rows]
    width = len(names)
    return grid._replace(
        header=distinct(names),
        rows=tuple(
            (number, tuple(cell.strip() for cell in (cells + [""] * width)[:width])) for number, cells in rows
        ),
    )


def _turned(grid: Grid, kind: Kind, known: Collection[str]) -> Grid | None:
    """Return a table with rows as columns, if its first column holds the names and its header does not."""
    if grid.tree or len(grid.header) < 2 or not grid.rows:
        return None
    names = [grid.header[0], *(cells[0] for _, cells in grid.rows)]
    if len({*names}) < len(names):  # names of columns differ
        return None
    turned = grid._replace(
        header=distinct(names),
        rows=tuple(
            (at, (title, *(cells[at] for _, cells in grid.rows)))
            for at, title in enumerate(grid.header[1:], start=1)
        ),
    )
    return turned if _named(turned, kind, known) > max(1, _named(grid, kind, known)) else None


def _named(grid: Grid, kind: Kind, known: Collection[str]) -> int:
    """Return how many columns have exactly a name that is known."""
    hints = (*kind.hints.values(), *WORK.values())
    words = {word for names in hints for word in names} | {name.casefold() for name in known}
    return sum(title.casefold() in words and likely([title])[title] == UNSURE for title in grid.header)


def list_in(columns: Sequence[str]) -> str:
    """Return the path of the list to which most columns of a file of YAML or JSON belong, or ``""``."""
    lists = Counter(MEMBER.split(column)[0] for column in columns if MEMBER.search(column))
    return lists.most_common(1)[0][0] if lists else ""


def unnamed_columns(grid: Grid, columns: Sequence[str], known: Iterable[str]) -> str:
    """Return the message for columns that no map names and that are no code or variable."""
    names = list(known)
    shown = "; ".join(
        f"{column} ({nearest(column, names)})" if len(columns) < FEW else column for column in columns
    )
    listed = _in_one_line(list(columns))
    place = grid.path if grid.tree else grid.place(grid.header_line)
    return (
        f"{place}: no code or variable has the name of these columns: {shown}. If they are not to be read,"
        f" add to the map: ignore: {listed}."
    )


def strange_columns(name: str, grid: Grid, columns: Sequence[str], kind: Kind, known: Collection[str]) -> str:
    """Return the message for a table of our own columns that has others beside them, with a map for it."""
    return (
        f"{unnamed_columns(grid, columns, known)} Columns seen: {grid.shown()}. The map would be,"
        f" in config/config.yaml:\n{first_map(name, grid, kind, known)}"
    )


def needs_columns(grids: Sequence[Grid], path: str, columns: Sequence[str]) -> str:
    """Return the message for a table of fixed columns that has others: which of these are likely meant."""
    grid = max(grids, key=lambda one: len(one.rows), default=None)
    if grid is None:
        return f"{path}: no table in it. It needs the columns {', '.join(columns)}."
    there = {
        name: title
        for name in columns
        if (at := grid.position(name)) is not None
        for title in [grid.header[at]]
    }
    rest = grid._replace(header=tuple(title for title in grid.header if title not in there.values()), rows=())
    missing = [name for name in columns if name not in there]
    meant = guessed_columns(rest, {name: (name, *OWN_TABLES.get(name, ())) for name in missing})
    rename = ", ".join(f"{theirs} to {ours}" for ours, theirs in meant.items())
    add = ", ".join(name for name in missing if name not in meant)
    steps = f" Rename {rename}{'; add ' + add if add else ''}." if rename else f" Add {add}."
    return (
        f"{grid.place(grid.header_line)}: needs the columns {', '.join(columns)}; the header is:"
        f" {grid.shown()}.{steps}"
    )


def first_map(
    name: str,
    grid: Grid,
    kind: Kind,
    known: Collection[str] = (),
    at: str = "",
    header: int = 0,
    sheets: Sequence[Grid] = (),
    role: str = "",
) -> str:
    """Return a map with the best guesses filled in, as lines of config.yaml; ``?`` where there is none.

    ``header`` is the line of the names where the door takes another one; ``sheets`` are all tables of the
    file; ``role`` is what its decisions count for.
    """
    where = {key: value for key, value in (("at", at), ("header", header), ("role", role)) if value}
    words: Mapping[str, object] = {**where, **guessed_words(grid, kind, known, sheets)}
    if kind.decides and not header and (tool := shipped_for(grid)):
        words = _laid_over_shipped(tool, grid, words)
    return as_settings(name, words)


def as_settings(name: str, words: Mapping[str, object]) -> str:
    """Return a map as lines of config.yaml, a line for each of its words."""
    lines = [f"    {key}: {_in_one_line(value)}" for key, value in words.items()]
    return "\n".join(["sheets:", f"  {_in_one_line(name)}:", *lines])


def shipped_for(grid: Grid) -> str:
    """Return the name of the shipped map all of whose columns a table has, or ``""``."""
    for name, tool in tool_maps().items():
        named = [
            column
            for part in sheet_map(name, tool.words).parts
            for columns in (*part.columns.values(), part.only)
            for column in columns
        ]
        if all(grid.positions(column) for column in named):
            return name
    return ""


def _laid_over_shipped(tool: str, grid: Grid, guessed: Mapping[str, Any]) -> dict[str, Any]:
    """Return a map that begins with a shipped one and adds what neither it nor the table says."""
    parts = sheet_map(tool, tool_maps()[tool].words).parts

    def lacks(*names: str) -> bool:
        return not all(any(part.names(name, grid) for name in names) for part in parts)

    columns = guessed.get("columns", {})
    record = {ours: columns[ours] for ours in DECISIONS.names if ours in columns and lacks(*DECISIONS.names)}
    decision = {"decision": columns.get("decision", UNSURE)} if lacks("decision") else {}
    fixed = {name: UNSURE for name in DECISIONS.fixed if lacks(name)}
    stage = {"stage": columns["stage"]} if "stage" in fixed and "stage" in columns else {}
    fixed = {name: word for name, word in fixed.items() if name not in stage}
    values = guessed.get("values", {}) if decision or stage else {}
    words = {"columns": {**record, **decision, **stage}, "values": values, "set": fixed}
    return {"like": f"{TOOL}{tool}", **{key: value for key, value in words.items() if value}}


class _OneLine(yaml.SafeDumper):
    """YAML in which a word with a line break is quoted, so that it needs no second line."""

    def represent_str(self, data: str) -> yaml.ScalarNode:
        node = super().represent_str(data)
        if "\n" in data:
            node.style = '"'
        return node


_OneLine.add_representer(str, _OneLine.represent_str)


def _in_one_line(value: object) -> str:
    text = yaml.dump(
        value, Dumper=_OneLine, default_flow_style=True, sort_keys=False, allow_unicode=True, width=10**6
    )
    return text.removesuffix("\n...\n").rstrip("\n")
