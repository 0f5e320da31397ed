"""What the columns and words of a team's table most likely mean, to fill in a map that a person looks at."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from scripts.common.files.likely_words import (
    FULL_TEXT,
    MEANT,
    STAGES,
    STANCES,
    TITLE_ABSTRACT,
    UNSURE,
    is_total,
    kin,
    likely,
    meaning_of,
    stage_in,
    stance_meant,
)
from scripts.common.files.maps import OURS
from scripts.common.files.sheets import Grid
from scripts.common.files.table_kinds import DECISIONS, WORK, Kind

MOST_WORDS = 10  # different cells of a column that can still be decisions
FINAL = re.compile(r"final|consensus|agreed|resolved|settled", re.IGNORECASE)
# Columns of yes and no that are no votes: what was done with a record.
NO_VOTE = re.compile(
    r"screened|checked|seen|viewed|done|duplicate|available|retrieved|access|resolved?$|\bid$"
    r"|^(?:has|is|was|any) ",
    re.IGNORECASE,
)
NO_NAME = re.compile(  # words in the name of a column of votes that name nobody
    r"\b(?:decisions?|screening|votes?|response|included?|status|results?|final|verdict|stage|and|review)\b|[_:()/-]",
    re.IGNORECASE,
)
SIGNS_BETWEEN = ("\n", ";", "|", ",", "/")  # between several codes of a cell
EXACT, OWN_WORD, PART = range(3)  # how well a name fits a word


class _Fit(NamedTuple):
    """How well a column fits one of ours; the least is the best."""

    degree: int
    ours_at: int
    first: int  # by the cells, where these say more than the name; else the place of the word
    second: int
    at: int
    ours: str
    title: str


def guessed_words(
    grid: Grid, kind: Kind, known: Collection[str], sheets: Sequence[Grid] = ()
) -> dict[str, Any]:
    """Return the words of a map with the best guesses filled in, ``?`` where there is none.

    ``known`` are the names of codes or variables, ``sheets`` all tables of the file.
    """
    columns = guessed_columns(grid, kind.hints)
    words: dict[str, Any] = {"columns": columns, "except": _sums(grid)}
    grid = grid._replace(rows=tuple(row for row in grid.rows if not _is_sum(row[1])))
    decided = _place_decisions(words, columns, grid) if kind.decides else {}
    words["values"] = guessed_values(words, grid, kind)
    if not set(kind.names) & set(columns):
        columns[kind.names[0]] = _by_authors(grid, kind) or UNSURE
    missing = (ours for ours in kind.fixed if ours not in columns and not _is_placed(words, ours))
    words["set"] = dict.fromkeys(missing, UNSURE) | decided
    _place_sheets(words, columns, grid, sheets)
    if kind.wide:
        words["ignore"] = _others(grid, columns, known)
    if "code" in columns and (sign := _sign_between(grid, columns["code"], known)):
        words["split"] = {columns["code"]: sign}
    return {key: value for key, value in words.items() if value}


def _by_authors(grid: Grid, kind: Kind) -> str:
    """Return the column of authors where a sheet of codes has no other that names its studies."""
    found = guessed_columns(grid, {"authors": WORK["authors"]}) if kind.wide else {}
    return found.get("authors", "")


def guessed_values(words: Mapping[str, Any], grid: Grid, kind: Kind) -> dict[str, Any]:
    """Return what the words of decisions, stages and verdicts most likely mean, in the columns of a map."""
    columns = words.get("columns", {})
    if kind.decides:
        of_stage = _values_of_stage(grid, columns.get("stage", ""))
        return {**_meanings(grid, _columns_of_decisions(words)), **of_stage}
    if "final" in columns and "code" in columns:
        meant = _meanings(grid, [columns["final"]])
        return {word: stance_meant(word) for word in meant if word.casefold() not in STANCES.values()}
    return {}


def guessed_columns(grid: Grid, hints: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return our column -> the column of the table whose name suits it best, each used once."""
    fits = sorted(
        _Fit(degree, ours_at, *_by_cells(grid, at, ours, word_at), at, ours, title)
        for ours_at, (ours, words) in enumerate(hints.items())
        for at, title in enumerate(grid.header)
        for word_at, word in enumerate(words)
        if (degree := _degree(title, word)) is not None
    )
    columns: dict[str, str] = {}
    for fit in fits:
        if fit.ours not in columns and fit.title not in columns.values():
            columns[fit.ours] = fit.title
    return {ours: columns[ours] for ours in hints if ours in columns}


def _degree(title: str, word: str) -> int | None:
    """Return how well a name fits a word: the same, the word in it, or as part of a longer word; else None.

    A short word is never looked for as a part.
    """
    if title.casefold() == word:
        return EXACT
    parts = re.findall(r"[^\W_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", title).casefold())
    for whole in (" ".join(parts), " ".join(part.removesuffix("s") for part in parts)):
        if f" {word} " in f" {whole} ":
            return OWN_WORD
    return PART if (len(word) > 3 or not word.isascii()) and word in title.casefold() else None


def _by_cells(grid: Grid, at: int, ours: str, word_at: int) -> tuple[int, int]:
    """Return what is least of the likeliest column: excerpts are long, titles differ from row to row."""
    if ours == "title":
        return -len({cells[at] for _, cells in grid.rows}), word_at
    return word_at, -sum(len(cells[at]) for _, cells in grid.rows) if ours == "excerpt" else 0


# Decisions


def _deciding(grid: Grid, columns: dict[str, str]) -> list[str]:
    """Return the columns whose cells are decisions; one of them is no column of names of reviewers."""
    other = {columns.get(ours) for ours in ("record", "doi", "pmid", "title", "stage", "year")}
    decided = [title for title in grid.header if title not in other and _is_decided(grid, title)]
    deciding = _of_one_kind(grid, [title for title in decided if not NO_VOTE.search(title)] or decided)
    for ours in ("reviewer", "reason"):
        if columns.get(ours) in deciding:
            del columns[ours]
    return deciding


def _of_one_kind(grid: Grid, titles: Sequence[str]) -> list[str]:
    """Return columns that share their words: the group with most names of votes, then the largest.

    Columns named after votes, reviewers or stages, two or more of them, leave others of the group out.
    """
    groups = _groups(grid, titles)
    best = max(groups, key=lambda group: (sum(map(is_of_votes, group)), len(group)), default=[])
    named = [title for title in best if is_of_votes(title)]
    chosen = named if len(named) > 1 else best
    return [title for title in titles if title in chosen]


def _groups(grid: Grid, titles: Sequence[str]) -> list[list[str]]:
    """Return the columns in groups, each of columns that share words or words of one pair."""
    groups: list[tuple[set[str], list[str]]] = []
    for title in titles:
        at = grid.header.index(title)
        words, group = {word for _, cells in grid.rows if cells[at] for word in kin(cells[at])}, [title]
        for near in [one for one in groups if one[0] & words]:
            groups.remove(near)
            words, group = words | near[0], [*near[1], *group]
        groups.append((words, group))
    return [group for _, group in groups]


def is_of_votes(title: str) -> bool:
    """Return whether a column is named after votes, those who give them, a stage, or what was settled."""
    words = (*DECISIONS.hints["decision"], *DECISIONS.hints["reviewer"])
    named = any(_degree(title, word) is not None for word in words)
    return named or bool(stage_in(title) or FINAL.search(title))


def _place_decisions(words: dict[str, Any], columns: dict[str, str], grid: Grid) -> dict[str, str]:
    """Say which columns hold decisions: one, or one for each reviewer, each stage, and what was settled.

    Return what all rows then have in common.
    """
    if ticked := _ticked(grid):
        _place_ticks(words, columns, ticked)
        return {}
    deciding = _deciding(grid, columns)
    above = dict(zip(grid.header, grid.above or grid.header, strict=True))
    staged = {title: stage_in(title) or stage_in(above[title]) for title in deciding}
    if "stage" in columns:
        staged = {}
    if len(deciding) < 2 or (columns.get("decision") in deciding and "reviewer" in columns):
        if columns.get("decision") not in deciding:
            columns["decision"] = next(iter(deciding), columns.get("decision", UNSURE))
        return _one_stage([staged.get(columns["decision"], "")])
    for ours in [ours for ours, theirs in columns.items() if theirs in deciding or ours == "reviewer"]:
        del columns[ours]
    _place_votes(words, deciding, staged, above)
    return {} if "each" in words else _one_stage(staged.values())


TICKS = ("x", "✓", "✔", "1", "yes", "y", "true", "ja")
NO_TICKS = ("0", "no", "n", "false", "-")


def _ticked(grid: Grid) -> dict[str, str]:
    """Return the ticked columns that are named after decisions -> the decision; none if it is only one."""
    found = {}
    for at, title in enumerate(grid.header):
        cells = {cells[at].casefold() for _, cells in grid.rows if cells[at]}
        if meaning_of(title) != UNSURE and cells & {*TICKS} and cells <= {*TICKS, *NO_TICKS}:
            found[title] = meaning_of(title)
    return found if len({*found.values()}) > 1 else {}


def _place_ticks(words: dict[str, Any], columns: dict[str, str], ticked: Mapping[str, str]) -> None:
    """Say of each ticked column which decision its ticks are; what is not ticked is no vote."""
    for ours in [ours for ours, theirs in columns.items() if theirs in ticked]:
        del columns[ours]
    no_vote = dict.fromkeys(NO_TICKS, "")
    words["each"] = [
        {"columns": {"decision": title}, "values": {**no_vote, "*": decision}}
        for title, decision in ticked.items()
    ]


def _one_stage(stages: Iterable[str]) -> dict[str, str]:
    stage = next(filter(None, stages), "")
    return {"stage": stage} if stage else {}


def _place_votes(
    words: dict[str, Any], deciding: Sequence[str], staged: Mapping[str, str], above: Mapping[str, str]
) -> None:
    """Say whose decisions several columns hold, and of which stage; ``above`` are the names over them."""
    final = _settled(deciding)
    if len({*staged.values()} - {""}) > 1:
        words["each"] = [_vote_of(title, staged[title], above[title], title == final) for title in deciding]
        return
    single = [title for title in deciding if title != final]
    distinct = len({above[title] for title in single}) == len(single)
    words["reviewers"] = {(above[title] if distinct else title): title for title in single}
    words["final"] = final


def _settled(deciding: Sequence[str]) -> str:
    """Return the column of what was settled: named so, or named after decisions beside two that are not."""
    if final := next((title for title in deciding if FINAL.search(title)), ""):
        return final
    named = [title for title in deciding if _names_decision(title) and not _person_in(title)]
    return named[0] if len(named) == 1 and len(deciding) > 2 else ""


def _names_decision(title: str) -> bool:
    """Return whether a column is named after decisions, so that it names nobody."""
    return any(_degree(title, word) is not None for word in DECISIONS.hints["decision"])


def _columns_of_decisions(words: Mapping[str, Any]) -> list[str]:
    """Return the columns that a map takes words for decisions from."""
    parts = [words, *(part for part in words.get("each", ()) if "values" not in part)]
    single = [part.get("columns", {}).get("decision") for part in parts]
    return [*filter(None, [*single, words.get("final")]), *words.get("reviewers", {}).values()]


def columns_of_votes(grid: Grid, kind: Kind = DECISIONS) -> list[str]:
    """Return the columns of a table that hold words for decisions and nothing else."""
    return _deciding(grid, guessed_columns(grid, kind.hints))


def _vote_of(title: str, stage: str, person: str, is_final: bool) -> dict[str, Any]:
    """Return the small map of one column of votes of a table that has several stages."""
    name = _person_in(person)
    vote = {"columns": {"decision": title}, "set": {"stage": stage or UNSURE, "reviewer": name or UNSURE}}
    return {**vote, "role": "consensus"} if is_final else vote


def _person_in(title: str) -> str:
    """Return what is left of the name of a column without words for stages and decisions."""
    for pattern, _ in STAGES:
        title = pattern.sub("", title)
    return " ".join(NO_NAME.sub(" ", title).split())


def _is_placed(words: Mapping[str, Any], ours: str) -> bool:
    """Return whether another word of the map says what ``ours`` is."""
    if ours == "reviewer" and "reviewers" in words:
        return True
    return any(ours in part.get("set", {}) for part in words.get("each", ()))


def _is_decided(grid: Grid, title: str) -> bool:
    """Return whether every cell of a column is a word for a decision, at least one of them no number."""
    at = grid.header.index(title)
    seen = {cells[at] for _, cells in grid.rows if cells[at]}
    if not 0 < len(seen) <= MOST_WORDS:
        return False
    numbers = {cell for cell in seen if cell.isdigit()}
    if numbers == seen:  # in every row another one: these number the rows
        few = seen <= {"0", "1", "2", "3"} and len(seen) < len(grid.rows)
        return few and (len(seen) > 1 or is_of_votes(title))
    return all(meaning_of(cell) != UNSURE for cell in seen)


def _meanings(grid: Grid, columns: Sequence[str]) -> dict[str, str]:
    """Return the words of some columns that are not ours -> what they most likely mean."""
    places = [grid.header.index(title) for title in columns if title in grid.header]
    found = sorted({cells[at] for _, cells in grid.rows for at in places if cells[at]})
    if len(found) > MOST_WORDS:
        return {}
    return {word: ours for word, ours in likely(found).items() if word.casefold() not in MEANT}


def _values_of_stage(grid: Grid, column: str) -> dict[str, Any]:
    """Return the words of the column of the stage that are no usual names of one -> the likely stage."""
    if column not in grid.header:
        return {}
    at = grid.header.index(column)
    seen = sorted({cells[at] for _, cells in grid.rows if cells[at]} - {FULL_TEXT, TITLE_ABSTRACT})
    return {"stage": {cell: stage_in(cell) or UNSURE for cell in seen}} if 0 < len(seen) <= MOST_WORDS else {}


# Other words of a map


def _place_sheets(words: dict[str, Any], columns: dict[str, str], grid: Grid, sheets: Sequence[Grid]) -> None:
    """Where several worksheets have the same columns, say that their names are those of stages or people."""
    alike = [sheet.sheet for sheet in sheets if sheet.sheet and sheet.header == grid.header]
    if len(alike) < 2:
        return
    if words["set"].get("stage") == UNSURE and all(map(stage_in, alike)):
        del words["set"]["stage"]
        columns["stage"] = "{sheet}"
        words["values"] = {**words.get("values", {}), "stage": {name: stage_in(name) for name in alike}}
    elif "reviewer" not in columns and not _is_placed(words, "reviewer"):
        words["set"]["reviewer"] = "{sheet}"


def _sums(grid: Grid) -> dict[str, str]:
    """Return the column and the word that show a row to be the sum of those above it, if there is one."""
    return next(
        (
            {grid.header[at]: cell}
            for _, cells in reversed(grid.rows)
            if _is_sum(cells)
            for at, cell in enumerate(cells)
            if is_total(cell)
        ),
        {},
    )


def _is_sum(cells: Sequence[str]) -> bool:
    return any(map(is_total, cells))


def _others(grid: Grid, columns: Mapping[str, str], known: Collection[str]) -> list[str]:
    """Return the columns that neither the map nor the codebook or charting.yaml names.

    Of a table with a row per code or variable, columns of our names say more of the row.
    """
    ours = OURS if {"code", "variable"} & {*columns} else ()
    named = {name.casefold() for name in (*columns.values(), *known, *ours)}
    return [title for title in grid.header if title.casefold() not in named]


def _sign_between(grid: Grid, column: str, known: Collection[str]) -> str:
    """Return the sign between several codes of one cell, if all its parts are known codes; else ``""``."""
    names = {name.casefold() for name in known}
    at = grid.header.index(column) if column in grid.header else None
    cells = [row[at] for _, row in grid.rows] if at is not None else []
    for sign in SIGNS_BETWEEN:
        several = [[part.strip().casefold() for part in cell.split(sign)] for cell in cells if sign in cell]
        if several and all(part in names for parts in several for part in parts if part):
            return sign
    return ""
