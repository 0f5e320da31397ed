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
INCLUDE, EXCLUDE, MAYBE = "include", "exclude", "maybe"
MEANT = {  # how a cell begins that most likely means this; 1 and 0 alone leave no doubt
    INCLUDE: ("incl", "yes", "y", "keep", "relevant", "accept", "in", "1", "ja", "einschl", "eingeschl",
              "oui", "sí", "si", "sim", "是", "纳入"),
    EXCLUDE: ("excl", "no", "n", "drop", "irrelevant", "reject", "out", "0", "nein", "ausschl",
              "ausgeschl", "non", "não", "nao", "否", "排除"),
    MAYBE: ("maybe", "unclear", "unsure", "vielleicht", "unklar", "peut-être", "quizá", "talvez", "不确定"),
}  # fmt: skip
MEANINGS = {begin: meaning for meaning, begins in MEANT.items() for begin in begins}
# As the beginning of a longer word these mean nothing.
WHOLE_WORDS = ("y", "n", "in", "out", "1", "0", "no", "ja", "si", "sí", "sim", "non", "是", "否")
STAGES = {
    "full": "full_text",
    "title": "title_abstract",
    "abstract": "title_abstract",
}  # in a cell -> usual name
TOTALS = ("total", "totals", "sum", "summe", "gesamt", "insgesamt", "somme", "suma", "合计", "总计")


class Kind(NamedTuple):
    """What a table of one kind must say, and the names that teams give to its columns."""

    lacks: str
    hints: Mapping[str, Sequence[str]]  # our column -> words in the names of theirs
    names: Sequence[str]  # any of these columns says what a row is about; the first is the usual one
    fixed: Sequence[str] = ()  # what a map may set for all rows where no column says it
    decides: bool = False  # whether cells hold decisions
    wide: bool = False  # whether columns may be codes or variables, and others need ignore


WORK = {
    "title": ("title", "titel", "titre", "título", "titulo", "标题", "题名", "篇名"),
    "authors": ("author", "autor", "auteur", "creator", "verfasser", "作者"),
    "year": ("year", "published", "jahr", "année", "annee", "año", "ano", "年"),
    "journal": ("journal", "source title", "zeitschrift", "revue", "revista", "刊名"),
    "doi": ("doi",), "pmid": ("pmid", "pubmed"),
}  # fmt: skip
_PERSON = ("reviewer", "screener", "rater", "coder", "author", "user", "who", "initial", "created by")
DECISIONS = Kind(
    "no table says who decided what on which record at which stage",
    {
        "record": ("record", "study_id", "study id", "refid", "ref", "number", "nr", "id", "编号"),
        "doi": WORK["doi"], "pmid": WORK["pmid"], "title": WORK["title"],
        "decision": (
            "decision", "include", "response", "vote", "label", "verdict", "status", "entscheidung",
            "décision", "decisión", "decisão", "判断", "决定",
        ),
        "reviewer": ("reviewer", "screener", "rater", "coder", "who", "user", "gutachter", "评审"),
        "stage": ("stage", "level", "phase", "阶段"),
        "reason": (
            "reason", "rationale", "exclusion", "why", "grund", "begründung", "raison", "motif", "motivo",
            "razón", "原因", "理由",
        ),
    },
    ("title", "record", "doi", "pmid"),
    ("stage", "reviewer"),
    decides=True,
)  # fmt: skip
CODING = Kind(
    "no table says who found which code in which study",
    {
        "study": (
            "study", "paper", "article", "document", "file", "reference", "citation", "id", "title", "studie",
            "étude", "estudio", "estudo", "研究", "文献", "nr",
        ),
        "code": ("code", "tag", "theme", "category", "node", "thema", "kategorie", "thème", "tema", "主题"),
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
    {
        "study": ("study", "id", "number", "ref", "key", "label", "nr", "studie", "étude", "编号", "研究"),
        "record": ("record",),
        **WORK,
    },
    ("study",),
)
REPORTS = Kind(
    "no table says of which study a report is",
    {**INCLUDED.hints, "record": ("record", "report")},
    ("study",),
)
SAMPLE = Kind("no table says which records were drawn", DECISIONS.hints, ("title", "record", "doi", "pmid"))
NUMBERS = Kind(
    "no table says which record a number means",
    {"record": ("record", "number", "id", "ref", "key"), **WORK, "input": ("database", "source", "input")},
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
    header = 0
    if below := grid.with_names_below():
        grid, header = below, below.header_line
    several = f" The worksheets with rows are: {', '.join(g.sheet for g in grids)}." if len(grids) > 1 else ""
    place = grid.path if grid.tree else grid.place(grid.header_line)
    inside = f" at {at}" if at else ""
    return (
        f"{place}: {kind.lacks}.{several} Columns seen{inside}: {grid.shown()}. Start in config/config.yaml"
        f" from:\n{first_map(name, grid, kind, known, at, header)}"
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


def first_map(
    name: str, grid: Grid, kind: Kind, known: Collection[str] = (), at: str = "", header: int = 0
) -> str:
    """Return a map with the best guesses filled in, as lines of config.yaml; ``?`` where there is none.

    ``header`` is the line of the names where the door takes another one.
    """
    where = {key: value for key, value in (("at", at), ("header", header)) if value}
    words = {**where, **_guessed_words(grid, kind, known)}
    lines = [f"    {key}: {_in_one_line(value)}" for key, value in words.items()]
    return "\n".join(["sheets:", f"  {_in_one_line(name)}:", *lines])


def _in_one_line(value: object) -> str:
    text = yaml.safe_dump(value, default_flow_style=True, sort_keys=False, allow_unicode=True, width=10**6)
    return text.removesuffix("\n...\n").rstrip("\n")


def _guessed_words(grid: Grid, kind: Kind, known: Collection[str]) -> dict[str, Any]:
    columns = _guessed_columns(grid, kind.hints)
    words: dict[str, Any] = {"columns": columns}
    words["except"] = _sums(grid)
    grid = grid._replace(rows=tuple(row for row in grid.rows if not _is_sum(row[1])))
    if kind.decides:
        deciding = [title for title in grid.header if _is_decided(grid, title)]
        _place_decisions(words, columns, deciding)
        deciding = deciding or [columns.get("decision", "")]
        words["values"] = _values(grid, deciding, columns.get("stage", ""))
    if not set(kind.names) & set(columns):
        columns[kind.names[0]] = UNSURE
    fixed = {ours: UNSURE for ours in kind.fixed if ours not in columns}
    if "reviewers" in words:
        fixed.pop("reviewer", None)
    words["set"] = fixed
    if kind.wide and not {"code", "variable"} & set(columns):
        words["ignore"] = _others(grid, columns, known)
    return {key: value for key, value in words.items() if value}


def _values(grid: Grid, deciding: Sequence[str], stage: str) -> dict[str, Any]:
    """Return what the words of the columns of decisions and of the stage most likely mean."""
    stages = _stages(grid, stage)
    return {**_meanings(grid, deciding), **({"stage": stages} if stages else {})}


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
    return {word: ours for word, ours in likely(found).items() if word.casefold() not in MEANT}


def _stages(grid: Grid, column: str) -> dict[str, str]:
    """Return the words of the column of the stage that are no usual names of one -> the likely stage."""
    if column not in grid.header:
        return {}
    at = grid.header.index(column)
    seen = sorted({cells[at] for _, cells in grid.rows if cells[at]} - set(STAGES.values()))
    if len(seen) > MOST_WORDS:
        return {}
    return {
        cell: next((stage for word, stage in STAGES.items() if word in cell.casefold()), UNSURE)
        for cell in seen
    }


def _sums(grid: Grid) -> dict[str, str]:
    """Return the column and the word that show a row to be the sum of those above it, if there is one."""
    return next(
        (
            {grid.header[at]: cell}
            for _, cells in reversed(grid.rows)
            if _is_sum(cells)
            for at, cell in enumerate(cells)
            if cell.casefold().rstrip(":") in TOTALS
        ),
        {},
    )


def _is_sum(cells: Sequence[str]) -> bool:
    return any(cell.casefold().rstrip(":") in TOTALS for cell in cells)


def likely(found: Collection[str]) -> dict[str, str]:
    """Return the words of one table -> the decision that each most likely means, ``?`` where it is not clear.

    Numbers are clear only if they are 0 and 1, both of them.
    """
    numbers = {word for word in found if word.isdigit()}
    sure = numbers in (set(), {"0", "1"})
    return {word: _meaning(word) if sure or word not in numbers else UNSURE for word in found}


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
