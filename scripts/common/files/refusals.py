"""The answer to every table that is refused: the header that was seen, and a map.

Where the review has a map for the table, it is shown with what fits the table in place of what does not; else
a map to start from. What is no table says what it is instead, and gets neither.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

from scripts.common.errors import InputError
from scripts.common.files.first_map import as_settings, first_map, list_in
from scripts.common.files.guesses import guessed_values, guessed_words
from scripts.common.files.likely_words import UNSURE
from scripts.common.files.mapped_rows import PIECE, PLACE, is_one_of, map_rows
from scripts.common.files.maps import ANY, MAPPED, sheet_map
from scripts.common.files.seen import seen_grids
from scripts.common.files.sheets import ALL_SHEETS, Grid
from scripts.common.files.table_kinds import Kind

Words = Mapping[str, Any]
HAS_MAP = "\nsheets:\n"  # in a message that shows one
WHERE = ("sheet", "header", "at")  # words that say where a table is
HEADER_TRIED = 8  # lines
BYTES_TRIED = 2_000_000  # of a file that is read once for each of these lines


class Start(NamedTuple):
    """How a map to start from begins: what is to be done before, what its decisions count for.

    ``whole`` is all of it, where a program wrote the table and only a word or two are missing.
    """

    first: str = ""
    role: str = ""
    whole: Words | None = None


USUAL = Start()


@contextmanager
def answered(
    path: str | None,
    name: str,
    words: Words | None,
    kind: Kind,
    known: Collection[str] = (),
    start: Start = USUAL,
) -> Iterator[None]:
    """Let whatever refuses a table inside end with its header and a map.

    ``name`` is that of its input, ``words`` are those of its map, ``known`` are the names of codes or
    variables, ``start`` is how a map begins. Messages that show a map already stay as they are.
    """
    try:
        yield
    except InputError as error:
        if path is None or HAS_MAP in str(error):
            raise
        if words:
            answer = _answer_to_map(path, name, words, kind, known)
        else:
            answer = _answer(path, name, kind, known, start)
        raise _with(error, answer) from None


@contextmanager
def with_columns(path: str, columns: Sequence[str]) -> Iterator[None]:
    """Let whatever refuses a table of ours, which takes no map, end with its header and what is needed."""
    try:
        yield
    except InputError as error:
        grid = _largest(seen_grids(path))
        if grid is None or f"header is: {grid.shown()}" in str(error):
            raise
        needed = f"{grid.place(grid.header_line)}: the header is: {grid.shown()}."
        needed += f" It needs the columns {', '.join(columns)}, and takes no map."
        raise _with(error, needed) from None


def _with(error: InputError, answer: str) -> InputError:
    """Return the error with an answer behind its last message: it is no mistake of its own."""
    *first, last = error.args
    return InputError(*first, f"{last}\n{answer}" if answer else last)


def _largest(grids: Sequence[Grid]) -> Grid | None:
    return max(grids, key=lambda grid: len(grid.rows), default=None)


def _answer(path: str, name: str, kind: Kind, known: Collection[str], start: Start) -> str:
    """Return the header of a table and a map to start from; empty for a file in which no table is seen."""
    grids = seen_grids(path)
    grid = _largest(grids)
    if grid is None:
        return ""
    at = _list_of_rows(grid)
    if at:
        (grid, *_), grids = seen_grids(path, at=at), []
    text = (
        as_settings(name, start.whole)
        if start.whole
        else first_map(name, grid, kind, known, at, 0, grids, start.role)
    )
    first = f" {start.first}, and" if start.first else ""
    begin = f"If columns or words are to be read otherwise,{first} start in config/config.yaml from"
    return f"{_seen(grid)} {begin}:\n{text}"


def _answer_to_map(path: str, name: str, words: Words, kind: Kind, known: Collection[str]) -> str:
    """Return the header of a table and its own map, with what fits the table; empty if no table is seen."""
    found = _best(path, words)
    if found is None:
        return ""
    grid, where = found
    fitting = corrected(
        {**where, **{key: words[key] for key in words if key not in WHERE}}, grid, kind, known
    )
    fits = "which fits these columns" if fitting == dict(words) else "corrected as far as that can be guessed"
    return f"{_seen(grid)} Its map in config/config.yaml, {fits}:\n{as_settings(name, fitting)}"


def _seen(grid: Grid) -> str:
    place = grid.path if grid.tree else grid.place(grid.header_line)
    return f"{place}: columns seen: {grid.shown()}."


def _list_of_rows(grid: Grid) -> str:
    """Return the list inside a file of YAML or JSON that was seen as one row, or ``""``."""
    return list_in(grid.header) if grid.tree and len(grid.rows) == 1 else ""


def _tables(path: str, words: Words) -> Iterator[tuple[Grid, dict[str, Any]]]:
    """Yield the tables that a map may mean, and the words that lead to each; first those of the map."""
    is_small = Path(path).is_file() and Path(path).stat().st_size < BYTES_TRIED
    lines = dict.fromkeys((words.get("header", 0), *range(HEADER_TRIED if is_small else 0)))
    for line in lines:
        for grid in seen_grids(path, words.get("sheet", ""), line, words.get("at", "")):
            if at := _list_of_rows(grid):
                yield from ((inner, {"at": at}) for inner in seen_grids(path, at=at))
            sheet = grid.sheet if words.get("sheet", ALL_SHEETS) != ALL_SHEETS else words.get("sheet", "")
            said = {"sheet": sheet if grid.sheet else "", "header": 0 if grid.tree else line}
            at = words.get("at", "") if grid.tree else ""
            yield grid, {word: value for word, value in (said | {"at": at}).items() if value}
            if grid.tree:
                return


def _best(path: str, words: Words) -> tuple[Grid, dict[str, Any]] | None:
    """Return the table that has most of the columns which a map names, and the words that lead to it."""
    parts = sheet_map("", words).parts
    named = {column for part in parts for columns in part.columns.values() for column in columns}
    best, most = None, -1
    for table in _tables(path, words):
        number = sum(bool(table[0].positions(column)) for column in named)
        if number > most:
            best, most = table, number
        if number == len(named):
            break
    return best


def corrected(words: Words, grid: Grid, kind: Kind, known: Collection[str] = ()) -> dict[str, Any]:
    """Return a map in which what the table does not have is replaced by the likeliest, or by ``?``.

    Columns that are not there get the nearest name, words of the table without a meaning the likeliest one,
    and what is left of the columns is ignored where a table must say so.
    """
    fitting = _fitting(words, grid, guessed_words(grid, kind, known).get("columns", {}))
    if more := _new_words(fitting, guessed_values(fitting, grid, kind)):
        fitting["values"] = {**fitting.get("values", {}), **more}
    if kind.wide and (strangers := _strangers(fitting, grid, known)):
        fitting["ignore"] = [*fitting.get("ignore", ()), *strangers]
    return fitting


def _fitting(words: Words, grid: Grid, guessed: Mapping[str, str]) -> dict[str, Any]:
    """Return a map, or one of its parts, with columns that the table has."""

    def column(theirs: Any, ours: str = "") -> Any:
        if isinstance(theirs, list):
            return [column(one, ours) for one in theirs]
        return _column(str(theirs), grid, guessed.get(ours, ""))

    def by_ours(said: Words) -> dict[str, Any]:
        return {ours: column(theirs, ours) for ours, theirs in said.items()}

    def by_theirs(said: Words) -> dict[str, Any]:
        return {column(theirs): given for theirs, given in said.items()}

    fit: dict[str, Callable[[Any], Any]] = {
        "columns": lambda said: by_ours({ours: said[ours] for ours in said if ours in MAPPED}),
        "items": by_ours,
        "reviewers": by_ours,
        "final": column,
        "reasons": lambda said: by_ours(said) if isinstance(said, Mapping) else column(said),
        "split": by_theirs,
        "except": by_theirs,
        "only": lambda said: {name: _condition(given, grid, name) for name, given in by_theirs(said).items()},
        "ignore": lambda said: [one for one in said if one == ANY or grid.position(one) is not None],
        "each": lambda said: [_fitting(part, grid, guessed) for part in said],
    }
    return {word: fit[word](said) if word in fit else said for word, said in words.items()}


def _column(theirs: str, grid: Grid, guessed: str) -> str:
    """Return a column as a map names it, if the table has it; else the nearest one, or ``?``."""
    piece = PIECE.fullmatch(theirs)
    if PLACE.search(theirs) or any(grid.positions(one) for one in (theirs, *([piece[1]] if piece else []))):
        return theirs
    near = get_close_matches(theirs.casefold(), [title.casefold() for title in grid.header], n=1, cutoff=0.5)
    if near:
        return next(title for title in grid.header if title.casefold() == near[0])
    return guessed or UNSURE


def _condition(said: Any, grid: Grid, column: str) -> Any:
    """Return the words of a condition, if a row of the table has one; else each by the nearest one it has."""
    cells = {cells[at] for at in grid.positions(column) for _, cells in grid.rows if cells[at]}
    written = [str(word) for word in said] if isinstance(said, list) else [str(said)]
    if any(is_one_of(((cell, column),), (word,)) for cell in cells for word in written):
        return said
    near = [next(iter(get_close_matches(word, cells, n=1, cutoff=0.5)), UNSURE) for word in written]
    return near if isinstance(said, list) else near[0]


def _new_words(words: Words, guessed: Words) -> dict[str, Any]:
    """Return the guessed meanings of words to which a map gives none, those of columns one level down."""
    said = words.get("values", {})
    named = {str(word).casefold() for word in said}
    starred = any(ANY in str(word) for word in said)
    more: dict[str, Any] = {}
    for word, meaning in guessed.items():
        if isinstance(meaning, Mapping):
            inner = (
                _new_words({"values": said.get(word, {})}, meaning)
                if word in words.get("columns", {})
                else {}
            )
            more |= {word: {**said.get(word, {}), **inner}} if inner else {}
        elif word.casefold() not in named and not starred:
            more[word] = meaning
    return more


def _strangers(words: Words, grid: Grid, known: Collection[str]) -> list[str]:
    """Return the columns that neither a map nor the codebook or charting.yaml names."""
    try:
        unmapped = map_rows(grid, sheet_map("", words)).unmapped
    except InputError:  # a column is still to be named
        return []
    names = {name.casefold() for name in known}
    return [title for title in unmapped if title.casefold() not in names]
