"""Decisions as Covidence exports them: a list per decision, and its own table of agreement."""

import re
from collections.abc import Iterable

from scripts.common.errors import InputError
from scripts.common.screening.decision_file import DecisionFile, ToolTable
from scripts.common.screening.stages import EXCLUDE
from scripts.common.screening.tool_words import chosen
from scripts.common.screening.votes import (
    Pair,
    Sheet,
    Vote,
    cell_of,
    names_of_record,
    stage_of,
    without_addresses,
)

COVIDENCE, AGREEMENT = "Covidence", "Covidence agreement"
NUMBER = "covidence #"  # the column that only a list of Covidence has
REASON = re.compile(r"Exclusion reason:\s*([^;\n]*)")
PAIR_COLUMNS = {  # part of the table -> the letters of its column, in the spellings of several versions
    "a": ("reviewera", "firstreviewer", "reviewer"),
    "b": ("reviewerb", "secondreviewer"),
    "both": ("ayesbyes", "bothyes", "yesyes"),
    "only_a": ("ayesbno", "yesno"),
    "only_b": ("anobyes", "noyes"),
    "neither": ("anobno", "bothno", "nono"),
}


def is_covidence_list(file: DecisionFile) -> bool:
    """Return whether the file is a list of records that Covidence wrote."""
    return file.table(_is_list) is not None


def is_covidence_agreement(file: DecisionFile) -> bool:
    """Return whether the file is a table of agreement that Covidence wrote."""
    return file.table(_is_agreement) is not None


def read_covidence_list(file: DecisionFile) -> Sheet:
    """Return the votes of a list: its records share one stage and one decision, which the settings name."""
    plan = file.plan
    table = file.table(_is_list)
    sheet = Sheet(plan.path, COVIDENCE)
    rows = chosen(plan, table.rows if table else [], sheet)
    sheet.records = len(rows)
    stage = stage_of(plan, COVIDENCE)
    if not plan.decision:
        raise InputError(
            f"{plan.path}: a list of Covidence does not say what was decided on its records. Add to"
            f" config/config.yaml, sheets: {plan.name}: {{set: {{stage: {stage}, decision: exclude}}}},"
            " or what the list holds."
        )
    for line, row in rows:
        notes = cell_of(row, "notes")
        reasons = [reason.strip() for reason in REASON.findall(notes)]
        sheet.votes.append(
            Vote(
                line, **names_of_record(row, notes), stage=stage, reviewer=plan.reviewer or COVIDENCE,
                decision=plan.decision,
                reason="; ".join(filter(None, reasons)) if plan.decision == EXCLUDE else "",
                consensus=plan.consensus is not False, labels=cell_of(row, "tags"),
                note=without_addresses(notes),
            ),
        )  # fmt: skip
    return sheet


def read_covidence_agreement(file: DecisionFile) -> Sheet:
    """Return Covidence's own table of agreement: a maybe is a yes in it, and only final votes count."""
    plan = file.plan
    sheet = Sheet(plan.path, AGREEMENT)
    stage = stage_of(plan, AGREEMENT)
    table = file.table(_is_agreement)
    for line, row in table.rows if table else []:
        column = _pair_columns(row)
        cells = [row[column[name]] for name in ("both", "only_a", "only_b", "neither")]
        if not all(cell.isascii() and cell.isdigit() for cell in cells):
            raise InputError(
                f"{plan.path} line {line}: {', '.join(cells)} are no four counts. Export it again."
            )
        sheet.pairs.append(Pair(stage, row[column["a"]], row[column["b"]], *map(int, cells)))
    return sheet


def _is_list(table: ToolTable) -> bool:
    return NUMBER in table.header


def _is_agreement(table: ToolTable) -> bool:
    return bool(_pair_columns(table.header))


def _pair_columns(header: Iterable[str]) -> dict[str, str]:
    """Return a, b, both, only_a, only_b, neither -> column, if the header is that of a table of agreement."""
    names = list(header)
    found = {
        part: next((name for name in names if _letters(name) in spellings), "")
        for part, spellings in PAIR_COLUMNS.items()
    }
    return found if all(found.values()) else {}


def _letters(name: str) -> str:
    return re.sub(r"[^a-z]", "", name.casefold())
