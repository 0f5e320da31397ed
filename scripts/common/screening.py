"""Sheets of screening decisions, as a spreadsheet saves them."""

import pandas as pd

from scripts.common.errors import InputError, nearest
from scripts.common.tables import read_table

SHEET_COLUMNS = ("record", "stage", "reviewer", "decision", "reason")
STAGES = {
    "title_abstract": ("include", "exclude"),
    "full_text": ("include", "exclude", "not retrieved"),
}


def read_sheet(path: str) -> pd.DataFrame:
    """Return the votes of one sheet, checked: record, stage, reviewer, decision, reason.

    ``record`` is a record_id, a DOI or a PMID. An exclusion after reading the full text needs a
    reason: PRISMA 2020 asks for it.
    """
    sheet = read_table(path, SHEET_COLUMNS)
    for name in SHEET_COLUMNS:
        sheet[name] = sheet[name].str.strip()
    for line, row in enumerate(sheet.to_dict("records"), start=2):
        where = f"{path} line {line}"
        if row["stage"] not in STAGES:
            raise InputError(f"{where}: stage {row['stage']!r} is unknown. {nearest(row['stage'], STAGES)}")
        if row["decision"] not in STAGES[row["stage"]]:
            raise InputError(
                f"{where}: decision {row['decision']!r} is unknown in stage {row['stage']}."
                f" {nearest(row['decision'], STAGES[row['stage']])}"
            )
        if not row["record"] or not row["reviewer"]:
            raise InputError(f"{where}: a record and a reviewer are needed.")
        if row["stage"] == "full_text" and row["decision"] == "exclude" and not row["reason"]:
            raise InputError(f"{where}: {row['record']} is excluded at full text without a reason. Give one.")
    return sheet
