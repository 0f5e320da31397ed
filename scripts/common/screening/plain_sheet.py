"""Decisions in a plain sheet: record, stage, reviewer, decision, reason, and if need be other columns."""

from collections.abc import Mapping

from scripts.common.errors import InputError, nearest
from scripts.common.files.sheets import Grid
from scripts.common.screening.decision_file import DecisionFile
from scripts.common.screening.stages import EXCLUDE, FULL_TEXT, STAGES, Plan
from scripts.common.screening.votes import Sheet, Vote, cell_of, without_addresses
from scripts.common.values.dates import is_day

PLAIN = "sheet"


def read_plain_sheet(file: DecisionFile) -> Sheet:
    """Return the votes of every table of a CSV or a workbook that has the columns record and decision.

    A row whose decision is blank is a record that nobody decided on.
    """
    plan = file.plan
    sheet = Sheet(plan.path, PLAIN)
    fitting = [
        grid
        for grid in file.grids
        if grid.column("record", "record_id") is not None and grid.column("decision") is not None
    ]
    if not fitting:
        header = ", ".join(file.grids[0].header) if file.grids else "empty"
        raise InputError(
            f"{plan.path} line 1: not an export of Rayyan, Covidence or ASReview, and a plain sheet needs"
            f" the columns record, stage, reviewer, decision, reason. The header is: {header}."
        )
    for grid in fitting:
        _check_columns(grid, plan)
        for number, cells in grid.rows:
            row = {name.casefold(): cell for name, cell in zip(grid.header, cells, strict=True)}
            sheet.records += 1
            if row["decision"]:
                sheet.votes.append(_vote(plan, grid.place(number), number, row))
            else:
                sheet.not_seen += 1
    return sheet


def _check_columns(grid: Grid, plan: Plan) -> None:
    """Raise ``InputError`` if stage or reviewer is neither a column nor a setting."""
    for name, setting in (("stage", plan.stage), ("reviewer", plan.reviewer)):
        if grid.column(name) is None and not setting:
            raise InputError(
                f"{grid.place(1)}: no column {name}. Add it, or give the {name} of all rows in"
                f" config/config.yaml, screening.sheets. The header is: {', '.join(grid.header)}."
            )


def _vote(plan: Plan, where: str, number: int, row: Mapping[str, str]) -> Vote:
    """Return the vote of one row; ``InputError`` names what makes it unusable."""
    stage, decision = row.get("stage", "") or plan.stage, row["decision"].casefold()
    record, reviewer = cell_of(row, "record", "record_id"), row.get("reviewer", "") or plan.reviewer
    if stage not in STAGES:
        raise InputError(f"{where}: stage {stage!r} is unknown. {nearest(stage, STAGES)}")
    if decision not in STAGES[stage]:
        raise InputError(
            f"{where}: decision {row['decision']!r} is unknown in stage {stage}."
            f" {nearest(decision, STAGES[stage])}"
        )
    if not record or not reviewer:
        raise InputError(f"{where}: a record and a reviewer are needed.")
    reason = row.get("reason", "")
    if stage == FULL_TEXT and decision == EXCLUDE and not reason:
        raise InputError(f"{where}: {record} is excluded at full text without a reason. Give one.")
    if row.get("date") and not is_day(row["date"]):
        raise InputError(f"{where}: date {row['date']!r} is no day. Write YYYY-MM-DD, or leave it blank.")
    names = {name: cell_of(row, name) for name in ("doi", "pmid", "title", "year", "authors")}
    return Vote(
        number, record, stage, reviewer, decision, reason, row.get("date", ""), bool(plan.consensus),
        labels=row.get("labels", ""), note=without_addresses(row.get("note", "")), **names,
    )  # fmt: skip
