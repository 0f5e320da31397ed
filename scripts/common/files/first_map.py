"""A table that is not understood: the message shows the header that was seen and a map to start from.

The guesses only fill in that map. A person looks at it and pastes it: nothing is ever read by a guess.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import yaml

from scripts.common.errors import nearest
from scripts.common.files.sheets import Grid, read_grids

UNSURE = "?"
MEMBER = re.compile(r"/\d+(?=/|$)")  # the place of a member in a path: articles/0/title
FEW = 3  # columns of which each is shown with the nearest name
MOST_WORDS = 10  # different cells of a column that can still be decisions
FINAL = re.compile(r"final|consensus|agreed|resolved|settled", re.IGNORECASE)
MEANINGS = {  # begin of a cell -> what it most likely means; 1 and 0 alone leave no doubt
    "incl": "include", "yes": "include", "y": "include", "keep": "include", "relevant": "include",
    "accept": "include", "in": "include", "1": "include",
    "excl": "exclude", "no": "exclude", "n": "exclude", "drop": "exclude", "irrelevant": "exclude",
    "reject": "exclude", "out": "exclude", "0": "exclude",
    "maybe": "maybe", "unclear": "maybe", "unsure": "maybe",
}  # fmt: skip
WHOLE_WORDS = ("y", "n", "in", "out", "1", "0", "no")  # as the beginning of a longer word they mean nothing


class Kind(NamedTuple):
    """What a table of one kind must say, and the names that teams give to its columns."""

    lacks: str
    hints: Mapping[str, Sequence[str]]  # our column -> words in the names of theirs
    names: Sequence[str]  # any of these columns says what a row is about; the first is the usual one
    fixed: Sequence[str] = ()  # what a map may set for all rows where no column says it
    decides: bool = False  # whether cells hold decisions
    wide: bool = False  # whether columns may be codes or variables, and others need ignore


_WORK = {
    "title": ("title",), "authors": ("author",), "year": ("year", "published"), "doi": ("doi",),
    "pmid": ("pmid", "pubmed"), "journal": ("journal", "source title"),
}  # fmt: skip
_PERSON = ("reviewer", "screener", "rater", "coder", "author", "user", "who", "initial")
DECISIONS = Kind(
    "no table says who decided what on which record at which stage",
    {
        "record": ("record", "study_id", "study id", "ref", "number", "id"),
        "doi": _WORK["doi"], "pmid": _WORK["pmid"], "title": _WORK["title"],
        "decision": ("decision", "include", "response", "vote", "label", "verdict", "status"),
        "reviewer": ("reviewer", "screener", "rater", "coder", "who"),
        "stage": ("stage", "level", "phase"),
        "reason": ("reason", "rationale", "exclusion", "why"),
    },
    ("title", "record", "doi", "pmid"),
    ("stage", "reviewer"),
    decides=True,
)  # fmt: skip
CODING = Kind(
    "no table says who found which code in which study",
    {
        "study": ("study", "paper", "article", "document", "file", "reference", "citation", "id", "title"),
        "code": ("code", "tag", "theme", "category", "node"),
        "stance": ("stance", "present", "value"),
        "excerpt": ("excerpt", "quote", "segment", "passage", "content", "text"),
        "reviewer": _PERSON, "page": ("page",), "note": ("note", "comment", "memo"),
    },
    ("study",),
    wide=True,
)  # fmt: skip
CHARTING = Kind(
    "no table says who noted what of which study",
    {
        "study": CODING.hints["study"], "variable": ("variable", "field", "item"),
        "value": ("value", "answer"),
        "reviewer": _PERSON, "note": CODING.hints["note"],
    },
    ("study",),
    wide=True,
)  # fmt: skip
INCLUDED = Kind(
    "no table names the included studies",
    {"study": ("study", "id", "number", "ref", "key", "label"), "record": ("record",), **_WORK},
    ("study",),
)
NUMBERS = Kind(
    "no table says which record a number means",
    {"record": ("record", "number", "id", "ref", "key"), **_WORK, "input": ("database", "source", "input")},
    ("record",),
)


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
    several = f" The worksheets with rows are: {', '.join(g.sheet for g in grids)}." if len(grids) > 1 else ""
    place = grid.path if grid.tree else grid.place(grid.header_line)
    inside = f" at {at}" if at else ""
    return (
        f"{place}: {kind.lacks}.{several} Columns seen{inside}: {grid.shown()}. Start in config/config.yaml"
        f" from:\n{first_map(name, grid, kind, known, at)}"
    )


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


def first_map(name: str, grid: Grid, kind: Kind, known: Collection[str] = (), at: str = "") -> str:
    """Return a map with the best guesses filled in, as lines of config.yaml; ``?`` where there is none."""
    words = {**({"at": at} if at else {}), **_guessed_words(grid, kind, known)}
    lines = [f"    {key}: {_in_one_line(value)}" for key, value in words.items()]
    return "\n".join(["sheets:", f"  {_in_one_line(name)}:", *lines])


def _in_one_line(value: object) -> str:
    text = yaml.safe_dump(value, default_flow_style=True, sort_keys=False, allow_unicode=True, width=10**6)
    return text.removesuffix("\n...\n").rstrip("\n")


def _guessed_words(grid: Grid, kind: Kind, known: Collection[str]) -> dict[str, Any]:
    columns = _guessed_columns(grid, kind.hints)
    words: dict[str, Any] = {"columns": columns}
    deciding: list[str] = []
    if kind.decides:
        deciding = [title for title in grid.header if _is_decided(grid, title)]
        _place_decisions(words, columns, deciding)
    if not set(kind.names) & set(columns):
        columns[kind.names[0]] = UNSURE
    fixed = {ours: UNSURE for ours in kind.fixed if ours not in columns}
    if "reviewers" in words:
        fixed.pop("reviewer", None)
    if fixed:
        words["set"] = fixed
    if kind.decides and (meanings := _meanings(grid, deciding or [columns.get("decision", "")])):
        words["values"] = meanings
    if kind.wide and not {"code", "variable"} & set(columns):
        others = _others(grid, columns, known)
        if others:
            words["ignore"] = others
    return words


def _place_decisions(words: dict[str, Any], columns: dict[str, str], deciding: Sequence[str]) -> None:
    """Say which columns hold decisions: one, or one for each reviewer and one of what was settled."""
    final = [title for title in deciding if FINAL.search(title)]
    single = [title for title in deciding if title not in final]
    if len(single) < 2 or (columns.get("decision") in single and "reviewer" in columns):
        columns.setdefault("decision", next(iter(deciding), UNSURE))
        return
    for ours in [ours for ours, theirs in columns.items() if theirs in deciding]:
        del columns[ours]
    columns.pop("reviewer", None)
    words["reviewers"] = {title: title for title in single}
    if final:
        words["final"] = final[0]


def _guessed_columns(grid: Grid, hints: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return our column -> the column of the table whose name suits it best, each used once."""
    columns: dict[str, str] = {}
    for ours, words in hints.items():
        fitting = [title for title in grid.header if any(_has_word(title, word) for word in words)]
        exact = [title for title in fitting if title.casefold() in words]
        free = [title for title in exact or fitting if title not in columns.values()]
        if free:
            columns[ours] = free[0]
    return columns


def _has_word(title: str, word: str) -> bool:
    """Return whether a name has a word in it; a short one counts only as a word of its own."""
    if len(word) > 3 or not word.isascii():
        return word in title.casefold()
    return word in (part.casefold() for part in re.findall(r"[A-Z]?[a-z]+|[A-Z]+", title))


def _is_decided(grid: Grid, title: str) -> bool:
    """Return whether every cell of a column is a word for a decision, at least one of them no number."""
    at = grid.header.index(title)
    seen = {cells[at] for _, cells in grid.rows if cells[at]}
    if not 0 < len(seen) <= MOST_WORDS:
        return False
    numbers = {cell for cell in seen if cell.isdigit()}
    if numbers == seen:  # in every row another one: these number the rows
        return 1 < len(seen) < len(grid.rows) and seen <= {"0", "1", "2", "3"}
    return all(_meaning(cell) != UNSURE for cell in seen)


def _meanings(grid: Grid, columns: Sequence[str]) -> dict[str, str]:
    """Return the words of some columns that are not ours -> what they most likely mean."""
    places = [grid.header.index(title) for title in columns if title in grid.header]
    found = sorted({cells[at] for _, cells in grid.rows for at in places if cells[at]})
    if len(found) > MOST_WORDS:
        return {}
    numbers = {word for word in found if word.isdigit()}
    sure = numbers <= {"0", "1"}
    return {
        word: _meaning(word) if sure or word not in numbers else UNSURE
        for word in found
        if word.casefold() not in MEANINGS.values()
    }


def _meaning(cell: str) -> str:
    folded = cell.casefold().strip()
    for begin, meaning in MEANINGS.items():
        if folded == begin or (begin not in WHOLE_WORDS and folded.startswith(begin)):
            return meaning
    return UNSURE


def _others(grid: Grid, columns: Mapping[str, str], known: Collection[str]) -> list[str]:
    """Return the columns that neither the map nor the codebook or charting.yaml names."""
    named = {name.casefold() for name in (*columns.values(), *known)}
    return [title for title in grid.header if title.casefold() not in named]
