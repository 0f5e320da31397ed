"""The forms of a coding sheet: long, wide, an export of Covidence; one reader each."""

from collections.abc import Iterator
from typing import NamedTuple

from scripts.common.coding.collector import Collector, Where, sheet_name
from scripts.common.coding.model import CONSENSUS, NOT_ASSESSED, REVIEWER, Plan, Vote
from scripts.common.coding.stances import STANCES, stance_of, ticked
from scripts.common.coding.wrong_cells import WrongOneByOne
from scripts.common.errors import InputError, nearest
from scripts.common.files.first_map import not_understood, strange_columns
from scripts.common.files.likely_words import stance_meant
from scripts.common.files.sheets import Grid
from scripts.common.files.table_kinds import CODING
from scripts.common.values.words import words

LONG = ("study", "code", "stance", "coder", "round", "excerpt", "page", "note", "source", "complete")
BESIDE = ("coder", "round", "note", "source", "page")  # columns of a wide sheet that are no code


def _filled_in(text: str, grid: Grid) -> str:
    """Return a coder or a round of the plan; ``{sheet}`` in it is the worksheet's name."""
    return words(text.replace("{sheet}", grid.sheet))


# Long: a row per study and code


class _LongRow(NamedTuple):
    """A row of a long sheet, what it leaves to the settings filled in; ``line`` is where it is written."""

    study: str
    code: str
    stance: str
    coder: str
    round: str
    excerpt: str
    page: str
    note: str
    source: str
    complete: str
    line: Where
    study_cell: Where
    code_cell: Where


def read_long(plan: Plan, grid: Grid, study: int, collector: Collector) -> None:
    """Read a sheet with a row per study and code; ``study`` is the position of the column of studies.

    A row without a code says that its coder looked at the study and found nothing. A row without a study
    says that nothing is known of a coder's list for a code. Raises ``InputError`` with all wrong rows.
    """
    if grid.column("stance") is None:
        reason = "a sheet with the column code needs the column stance, or a map"
        kind, known = CODING._replace(lacks=reason), collector.finder.names()
        raise InputError(not_understood(plan.name, plan.path, [grid], kind, known))
    listed: dict[tuple[str, str], str] = {}
    wrong = WrongOneByOne(grid.path)
    for row in _long_rows(plan, grid, study, collector):
        with wrong.noted():
            _take_long_row(row, plan, sheet_name(grid), listed, collector)
    wrong.stop()


def _take_long_row(
    row: _LongRow, plan: Plan, sheet: str, listed: dict[tuple[str, str], str], collector: Collector
) -> None:
    if row.study and row.coder and not row.code and not row.stance:
        collector.look(row.study, row.coder, row.round, collector.unmarked, plan, row.study_cell)
        return
    code = collector.code(row.code, plan, row.code_cell)
    if not row.coder:
        raise InputError(f"{row.line}: coder is empty. Name who coded.")
    if row.complete.casefold() not in ("yes", "no"):
        raise InputError(f"{row.line}: complete is {row.complete!r}; it must be yes or no.")
    if not code:
        return
    _take_list(row, code, listed, collector)
    if row.study:
        collector.look(row.study, row.coder, row.round, collector.unmarked, plan, row.study_cell)
        _take_long_vote(row, code, sheet, collector)


def _long_rows(plan: Plan, grid: Grid, study: int, collector: Collector) -> Iterator[_LongRow]:
    columns = {name: grid.column(name) for name in LONG} | {"study": study}
    in_workbook = bool(grid.sheet)  # there a message names the cell, in a CSV file the line
    for number, cells in grid.rows:
        row = {name: cells[at] if at is not None else "" for name, at in columns.items()}
        row["study"] = collector.names.named(words(row["study"]))
        if columns["coder"] is None:
            row["coder"] = plan.coder.replace("{sheet}", grid.sheet)
        row["coder"] = words(row["coder"])
        row["round"] = words(row["round"]) or _filled_in(plan.round, grid)
        if columns["complete"] is None:
            row["complete"] = "yes"
        yield _LongRow(
            **row,
            line=Where(grid, number),
            study_cell=Where(grid, number, study if in_workbook else None),
            code_cell=Where(grid, number, columns["code"] if in_workbook else None),
        )


def _take_list(row: _LongRow, code: str, listed: dict[tuple[str, str], str], collector: Collector) -> None:
    """Note whether a coder's list of studies for a code is complete; ``listed``: what earlier rows say."""
    complete = row.complete.casefold()
    if listed.setdefault((code, row.coder), complete) != complete:
        raise InputError(
            f"{row.line}: complete is yes and no for one list ({code}, {row.coder}). Choose one."
        )
    lists = collector.coding.lists  # complete if one sheet of that coder holds all of it
    lists[code, row.coder] = "yes" if "yes" in (complete, lists.get((code, row.coder))) else "no"
    if not row.study and (complete == "yes" or row.stance):
        raise InputError(
            f"{row.line}: study is empty. Only a list of which nothing is known may leave it empty:"
            " complete no, no stance."
        )


def _take_long_vote(row: _LongRow, code: str, sheet: str, collector: Collector) -> None:
    stance = stance_of(row.stance)
    if stance is None:
        raise InputError(
            f"{row.line}: stance {row.stance!r} is unknown. {nearest(row.stance.casefold(), STANCES)}"
        )
    if stance == NOT_ASSESSED:
        collector.aside(row.line, f"{row.study}, {code}, {row.coder}", "no stance: not assessed")
        return
    vote = Vote(
        row.study, code, row.coder, stance, row.excerpt, row.source, row.page, row.note, row.round, sheet
    )
    collector.vote(vote, code != words(row.code), row.line)


# Wide: a row per study, a column per code


def read_wide(plan: Plan, grid: Grid, study: int, collector: Collector) -> None:
    """Read a sheet with a column per code; ``study`` is the position of the column of studies.

    A blank cell is not assessed. Raises ``InputError`` for columns that are no code, or with all wrong cells.
    """
    beside = {name: grid.column(name) for name in BESIDE}
    columns = _wide_columns(plan, grid, {study, *beside.values()}, collector)
    wrong = WrongOneByOne(grid.path)
    for number, cells in grid.rows:
        about = {name: cells[at] if at is not None else "" for name, at in beside.items()}
        name = collector.names.named(words(cells[study]))
        coder = words(about["coder"]) if beside["coder"] is not None else _filled_in(plan.coder, grid)
        round_ = words(about["round"]) or _filled_in(plan.round, grid)
        rest = ("", about["source"], about["page"], about["note"], round_, sheet_name(grid))
        with wrong.noted():
            if not name or not coder:
                raise InputError(f"{grid.place(number)}: a study and a coder are needed. Fill them in.")
            collector.look(name, coder, round_, NOT_ASSESSED, plan, Where(grid, number, study))
            for at, code, renamed in columns:
                with wrong.noted():
                    stance = _stance_of_cell(cells[at], grid, number, at)
                    if stance != NOT_ASSESSED:
                        vote = Vote(name, code, coder, stance, *rest)
                        collector.vote(vote, renamed, Where(grid, number, at))
    wrong.stop()


def _wide_columns(
    plan: Plan, grid: Grid, taken: set[int | None], collector: Collector
) -> list[tuple[int, str, bool]]:
    """Return the columns of codes: position, today's id, whether the header names it otherwise."""
    columns = [(at, title) for at, title in enumerate(grid.header) if at not in taken]
    strangers = [title for _, title in columns if not collector.finder.has(title, plan.version)]
    if strangers:
        raise InputError(strange_columns(plan.name, grid, strangers, CODING, collector.finder.names()))
    found = [(at, collector.code(title, plan, Where(grid, 1, at)), words(title)) for at, title in columns]
    return [(at, code, code != name) for at, code, name in found if code]


def _stance_of_cell(text: str, grid: Grid, row: int, column: int) -> str:
    stance = stance_of(text)
    if stance is None:
        raise InputError(
            f"{grid.place(row, column)}: {text!r} is unknown. Write 1 (found), 0 (absent) or leave it blank"
            " (not assessed); there is no half vote. Or say in its map (sheets of config/config.yaml) what it"
            f' means, values: {{"{text}": {stance_meant(text)}}}, or leave such rows out by except.'
        )
    return stance


# Covidence


def read_covidence(plan: Plan, grid: Grid, collector: Collector) -> None:
    """Read an extraction export: a column named after a code, with yes or no, or with codes ticked below it.

    In a column named after a code that has codes below it, the cell lists those that were ticked, with
    semicolons between; the others are absent. Columns that are no code are set aside. Rows of the reviewer
    Consensus are verdicts.
    """
    study = grid.column(plan.study.casefold()) if plan.study != "study" else grid.column("study id")
    reviewer = grid.column(REVIEWER)
    if study is None or reviewer is None:
        raise InputError(
            f"{grid.place(1)}: an export of Covidence needs the columns Study ID and Reviewer Name."
        )
    columns = _covidence_columns(plan, grid, (study, reviewer), collector)
    sheet, round_ = sheet_name(grid), _filled_in(plan.round, grid)
    wrong = WrongOneByOne(grid.path)
    for number, cells in grid.rows:
        name, coder = collector.names.named(words(cells[study])), words(cells[reviewer])
        consensus = coder.casefold() == CONSENSUS
        with wrong.noted():
            if not name or not coder:
                raise InputError(f"{grid.place(number)}: a study and a reviewer are needed. Export it again.")
            if not consensus:
                collector.look(name, coder, round_, NOT_ASSESSED, plan, Where(grid, number, study))
            for at, column_code in columns:
                where = Where(grid, number, at)
                for code, stance in _ticked(cells[at], column_code, plan, where, collector):
                    vote = Vote(name, code, coder, stance, "", "", "", "", round_, sheet)
                    if consensus:
                        collector.agreed(vote, where, "consensus in Covidence")
                    else:
                        collector.vote(vote, False, where)
    wrong.stop()


def _covidence_columns(
    plan: Plan, grid: Grid, people: tuple[int, int], collector: Collector
) -> list[tuple[int, str]]:
    """Return the columns named after a code; set aside the others, but not those of study and reviewer."""
    columns = []
    for at, title in enumerate(grid.header):
        try:
            code, reason = collector.finder.find(title, plan.version)
        except LookupError:
            code, reason = "", "no code of this name"
        if code:
            columns.append((at, code))
        elif at not in people:
            collector.aside(Where(grid, 1, at), title, reason)
    return columns


def _ticked(text: str, code: str, plan: Plan, where: Where, collector: Collector) -> list[tuple[str, str]]:
    """Return (code, stance) for a cell: one for a yes or no, else one for each code below ``code``."""
    stance = stance_of(text)
    if stance == NOT_ASSESSED:
        return []
    if stance is not None:
        return [(code, stance)]
    below = [item.id for item in collector.finder.codes.values() if item.parent == code]
    return ticked([part for part in text.split(";") if part.strip()], code, below, plan, where, collector)
