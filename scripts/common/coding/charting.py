"""Charting: what is noted of each study (country, year, population ...), with declared allowed values."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from scripts.common.coding.model import CONSENSUS, COVIDENCE, OPEN, REVIEWER, Plan, Verdict, study_order
from scripts.common.errors import InputError, nearest
from scripts.common.files.sheets import Grid, read_grids
from scripts.common.files.yaml_files import check_names, read_yaml
from scripts.common.values.words import words

CHARTING = "config/charting.yaml"
TYPES = ("one", "many", "number", "text")  # one of the values, several of them, a number, any words
VOTE_COLUMNS = ("study_id", "variable", "coder", "round", "value", "note", "sheet")
BESIDE = ("coder", "round", "note")
SEPARATOR = "; "


class Variable(NamedTuple):
    """A column of the charting sheet. ``values`` are those allowed; empty where any will do."""

    id: str
    label: str
    label_zh: str
    type: str
    values: tuple[str, ...]
    definition: str


class Charted(NamedTuple):
    """What one coder noted of one study."""

    study_id: str
    variable: str
    coder: str
    round: str
    value: str
    note: str
    sheet: str


def read_variables(path: str = CHARTING) -> list[Variable]:
    """Return the declared variables, in the order of the file."""
    book = read_yaml(path)
    check_names(path, book, ("variables",))
    if not isinstance(book["variables"], list) or not book["variables"]:
        raise InputError(f"{path}: variables must be a list with at least one variable.")
    found: list[Variable] = []
    for item in book["variables"]:
        where = f"{path}: variable {item.get('id') if isinstance(item, dict) else item!r}"
        check_names(where, item, ("id", "label", "type", "values", "definition"))
        check_names(f"{where}, label", item["label"], ("en", "zh"))
        if not isinstance(item["id"], str) or not re.fullmatch(r"[a-z][a-z0-9_]*", item["id"]):
            raise InputError(
                f"{where}: an id is lower-case letters, digits and underscores, in quotes if need be."
            )
        if item["id"] in {other.id for other in found}:
            raise InputError(f"{where}: this id stands twice. Give each variable its own.")
        if item["type"] not in TYPES:
            raise InputError(f"{where}: type {item['type']!r} is unknown. {nearest(item['type'], TYPES)}")
        values = item["values"] or []
        if not isinstance(values, list) or not all(
            isinstance(value, str) and value.strip() for value in values
        ):
            raise InputError(
                f"{where}: values must be null or a list of texts; put no, yes and numbers in quotes."
            )
        if item["type"] in ("number", "text") and values:
            raise InputError(f"{where}: type {item['type']} has no list of values. Set values: null.")
        if any(SEPARATOR.strip() in value for value in values):
            raise InputError(f"{where}: a value holds a semicolon, which parts values. Write a comma.")
        texts = (item["label"]["en"], item["label"]["zh"], item["definition"] or "")
        if not all(isinstance(text, str) for text in texts) or not texts[0].strip() or not texts[1].strip():
            raise InputError(f"{where}: label and definition must be texts, in quotes if need be.")
        found.append(
            Variable(
                item["id"],
                words(texts[0]),
                words(texts[1]),
                item["type"],
                tuple(map(words, values)),
                texts[2].strip(),
            )
        )
    return found


def value_of(variable: Variable, text: str) -> str:
    """Return a value as it is kept: allowed ones as declared, several sorted in the declared order.

    Raises ``LookupError`` with what is wrong.
    """
    text = words(text)
    if variable.type == "number":
        if not re.fullmatch(r"[-+]?\d+(\.\d+)?", text):
            raise LookupError(
                f"{variable.id} {text!r} is no number. Write digits, with a point for decimals."
            )
        return f"{float(text):.10g}" if "." in text else str(int(text))
    if variable.type == "text":
        return text
    parts = [part for part in map(words, text.split(SEPARATOR.strip())) if part]
    if variable.type == "one" and len(parts) > 1:
        raise LookupError(f"{variable.id} has {len(parts)} values, one is allowed (type one): {text!r}.")
    if not variable.values:
        return SEPARATOR.join(sorted(set(parts)))
    declared = {value.casefold(): value for value in variable.values}
    for part in parts:
        if part.casefold() not in declared:
            raise LookupError(f"{variable.id} {part!r} is not allowed. {nearest(part, variable.values)}")
    kept = {declared[part.casefold()] for part in parts}
    return SEPARATOR.join(value for value in variable.values if value in kept)


class Charting(NamedTuple):
    """All charting sheets together: votes, verdicts of a consensus, and columns that are no variable."""

    votes: list[Charted]
    verdicts: dict[tuple[str, str], Verdict]
    aside: list[dict[str, object]]


def read_chartings(
    sheets: Sequence[Plan], variables: Sequence[Variable], studies: Iterable[str] | None = None
) -> Charting:
    """Return what all sheets say: wide (a column per variable), long (study, variable, value) or Covidence's.

    A blank cell says nothing. Raises ``InputError`` for the first value that is not allowed, column that is
    no variable, unknown study, or cell that contradicts another one of its coder and round.
    """
    names = {
        words(name).casefold(): item for item in variables for name in (item.id, item.label, item.label_zh)
    }
    known = None if studies is None else {words(study) for study in studies}
    said: dict[tuple[str, str, str, str], Charted] = {}
    agreed: dict[tuple[str, str], Charted] = {}
    aside: list[dict[str, object]] = []
    for plan in sheets:
        fitting = 0
        for grid in read_grids(plan.path):
            cells = _cells(plan, grid, names, aside)
            if cells is None:
                continue
            fitting += 1
            for where, study, coder, round_, variable, text, note in cells:
                if not study or not coder:
                    raise InputError(f"{where}: a study and a coder are needed. Fill them in.")
                if known is not None and study not in known:
                    raise InputError(
                        f"{where}: study {study!r} is none of the included studies, and their list is"
                        f" complete (screening.included_list). {nearest(study, known)}"
                    )
                if not text:
                    continue
                try:
                    value = value_of(variable, text)
                except LookupError as error:
                    raise InputError(f"{where}: {error.args[0]}") from None
                sheet = f"{grid.path}#{grid.sheet}" if grid.sheet else grid.path
                vote = Charted(study, variable.id, coder, round_, value, note, sheet)
                if grid.column(REVIEWER) is not None and coder.casefold() == CONSENSUS:
                    before = agreed.setdefault((study, variable.id), vote)
                else:
                    before = said.setdefault((study, variable.id, coder, round_), vote)
                if before.value != value:
                    raise InputError(
                        f"{where}: {coder} notes {value!r} and {before.value!r} for {variable.id}, {study}."
                        " Keep one."
                    )
        if not fitting:
            raise InputError(f"{plan.path}: has no column study (coding.sheets may name another).")
    charted = {vote.study_id for vote in said.values()}
    verdicts = {}
    for key, vote in agreed.items():
        if vote.study_id in charted:
            verdicts[key] = Verdict(vote.value, "consensus in Covidence", vote.coder, "")
        else:
            said[vote.study_id, vote.variable, vote.coder, vote.round] = vote
    votes = sorted(said.values(), key=lambda vote: (study_order(vote.study_id), vote))
    return Charting(votes, verdicts, aside)


Cell = tuple[str, str, str, str, Variable, str, str]


def _cells(
    plan: Plan, grid: Grid, names: Mapping[str, Variable], aside: list[dict[str, object]]
) -> Iterator[Cell] | None:
    """Return the cells of a sheet with where they stand, or None if it is no charting sheet."""
    covidence = grid.column(COVIDENCE) is not None and grid.column(REVIEWER) is not None
    study = grid.column(plan.study.casefold(), *(("study id",) if covidence else ("study", "study_id")))
    if study is None:
        aside.append(_aside(grid, "", ", ".join(grid.header), "no column study: no charting sheet"))
        return None
    grid.unmerged()
    beside = {name: grid.column(name) for name in BESIDE}
    if covidence:
        beside["coder"] = grid.column(REVIEWER)
    long = grid.column("variable"), grid.column("value")
    taken = {study, *beside.values(), *long}
    columns: list[tuple[int, Variable]] = []
    if None in long:
        for at, title in enumerate(grid.header):
            variable = names.get(title.casefold())
            if variable is not None:
                columns.append((at, variable))
            elif covidence and at not in taken:
                aside.append(_aside(grid, title, title, "no variable of this name"))
            elif at not in taken:
                raise InputError(
                    f"{grid.place(1, at)}: is no variable of {CHARTING}."
                    f" {nearest(title, [item.id for item in names.values()])}"
                )

    def cells() -> Iterator[Cell]:
        for number, row in grid.rows:
            about = {name: row[at] if at is not None else "" for name, at in beside.items()}
            coder = (
                words(about["coder"])
                if beside["coder"] is not None
                else words(plan.coder.replace("{sheet}", grid.sheet))
            )
            round_ = words(about["round"]) or words(plan.round.replace("{sheet}", grid.sheet))
            who = words(row[study]), coder, round_
            for at, variable in columns:
                yield grid.place(number, at), *who, variable, row[at], about["note"]
            if long[0] is not None and long[1] is not None:
                found = names.get(words(row[long[0]]).casefold())
                if found is None:
                    raise InputError(
                        f"{grid.place(number, long[0])}: {row[long[0]]!r} is no variable of {CHARTING}."
                        f" {nearest(row[long[0]], [item.id for item in names.values()])}"
                    )
                yield grid.place(number, long[1]), *who, found, row[long[1]], about["note"]

    return cells()


def _aside(grid: Grid, column: str, value: str, reason: str) -> dict[str, object]:
    sheet = f"{grid.path}#{grid.sheet}" if grid.sheet else grid.path
    return {"sheet": sheet, "row": 1, "column": column, "value": value, "reason": reason}


def decide_value(
    variable: Variable, values: Mapping[str, str], consensus: str, decisive: str | None
) -> tuple[str, str]:
    """Return the final value of a study, and by what; ``values`` are the last ones of each coder.

    Where coders differ: majority takes what more than half noted; coder what the decisive one noted; of a
    variable with several values any takes those that one coder noted, all those that everyone noted. What
    no rule settles is open.
    """
    if consensus == "coder":
        own = values.get(str(decisive), "")
        return own, f"coder {decisive}" if own else ""
    if len(set(values.values())) == 1:
        return next(iter(values.values())), "all coders"
    needed = {"any": 1, "majority": len(values) // 2 + 1, "all": len(values)}.get(consensus)
    if needed is None or (variable.type != "many" and consensus != "majority"):
        return OPEN, ""
    counts: dict[str, int] = defaultdict(int)
    for value in values.values():
        for part in value.split(SEPARATOR) if variable.type == "many" else [value]:
            counts[part] += 1
    found = [part for part in (variable.values or sorted(counts)) if counts[part] >= needed]
    if variable.type != "many":
        found = [part for part in counts if counts[part] >= needed]
    return (SEPARATOR.join(found), consensus) if found else (OPEN, "")


def variable_checker(variables: Sequence[Variable]) -> Callable[[str, str, str], tuple[str, str]]:
    """Return the check of verdicts on variables: the value must be allowed."""
    by_id = {item.id: item for item in variables}

    def check(name: str, final: str, study: str) -> tuple[str, str]:
        if name not in by_id:
            raise LookupError(f"variable {name!r} is unknown. {nearest(name, by_id)}")
        return name, value_of(by_id[name], final)

    return check


def need_variables(inputs: Iterable[Any]) -> None:
    """Stop where there are charting sheets and nothing declares what they may hold."""
    sheets = [item.path for item in inputs if item.kind == "charting"]
    if sheets and not Path(CHARTING).is_file():
        raise InputError(f"{CHARTING}: this file is missing; {sheets[0]} (kind charting) needs it.")
