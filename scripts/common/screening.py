"""What people bring to the screening: sheets of decisions, and the table of included studies."""

import pandas as pd

from scripts.common.errors import InputError, nearest
from scripts.common.tables import numbered, read_table

SHEET_COLUMNS = ("record", "stage", "reviewer", "decision", "reason")
LIST_COLUMNS = ("study_id", "authors", "year", "title", "journal", "doi", "pmid", "confidence", "source")
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
    for line, row in numbered(sheet):
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


def read_included(path: str | None) -> pd.DataFrame:
    """Return the table of included studies, checked; an empty one where there is none."""
    if path is None:
        return pd.DataFrame(columns=pd.Index(LIST_COLUMNS), dtype=str)
    studies = read_table(path, LIST_COLUMNS)
    seen: set[str] = set()
    for line, name in zip(studies.index, studies["study_id"], strict=True):
        if not name.strip():
            raise InputError(f"{path} line {line}: study_id is empty. Give each study a name.")
        if name in seen:
            raise InputError(f"{path} line {line}: study {name} stands twice. One row per study.")
        seen.add(name)
    return studies
