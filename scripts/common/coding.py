"""Coding sheets: who found which code in which study."""

from collections.abc import Iterable, Sequence

import pandas as pd

from scripts.common.errors import InputError, nearest
from scripts.common.tables import numbered, read_table

SHEET_COLUMNS = ("study", "code", "coder", "stance", "excerpt", "source")
EVIDENCE_COLUMNS = ("study_id", "code", "coder", "stance", "excerpt", "source")
LIST_COLUMNS = ("code", "coder", "complete")
STANCES = ("present", "absent")


def read_coding(path: str, codes: Iterable[str]) -> pd.DataFrame:
    """Return the rows of one sheet, checked, with ``complete`` (yes where the sheet has no such column).

    ``complete: no`` says that the coder's list of studies for that code is not whole; with an
    empty study it says that nothing of the list is known. Rows that contradict stop the run.
    """
    known = list(codes)
    sheet = read_table(path, SHEET_COLUMNS)
    if "complete" not in sheet:
        sheet["complete"] = "yes"
    for name in (*SHEET_COLUMNS, "complete"):
        sheet[name] = sheet[name].str.strip()
    seen: dict[tuple[str, str, str], str] = {}
    whole: dict[tuple[str, str], str] = {}
    for line, row in numbered(sheet):
        where = f"{path} line {line}"
        if row["code"] not in known:
            raise InputError(
                f"{where}: code {row['code']!r} is not in the codebook. {nearest(row['code'], known)}"
            )
        if not row["coder"]:
            raise InputError(f"{where}: coder is empty. Name who coded.")
        if row["complete"] not in ("yes", "no"):
            raise InputError(f"{where}: complete is {row['complete']!r}; it must be yes or no.")
        if whole.setdefault((row["code"], row["coder"]), row["complete"]) != row["complete"]:
            raise InputError(
                f"{where}: complete is yes and no for one list ({row['code']}, {row['coder']}). Choose one."
            )
        if not row["study"]:
            if row["complete"] == "yes" or row["stance"]:
                raise InputError(
                    f"{where}: study is empty. Only a list not known at all may: complete no, no stance."
                )
            continue
        if row["stance"] not in STANCES:
            raise InputError(
                f"{where}: stance {row['stance']!r} is unknown. {nearest(row['stance'], STANCES)}"
            )
        key = (row["study"], row["code"], row["coder"])
        if seen.setdefault(key, row["stance"]) != row["stance"]:
            raise InputError(
                f"{where}: {row['coder']} says present and absent of {row['code']}, {row['study']}. Keep one."
            )
    return sheet


def study_order(study_id: str) -> tuple[int, int, str]:
    """Sort key: numbered studies by number, then the others by name."""
    return (0, int(study_id), "") if study_id.isascii() and study_id.isdigit() else (1, 0, study_id)


def in_order(study_ids: Iterable[str]) -> list[str]:
    """Return the studies once each, in their order."""
    return sorted(set(study_ids), key=study_order)


def read_codings(paths: Sequence[str], codes: Iterable[str]) -> pd.DataFrame:
    """Return the rows of all sheets one after the other."""
    known = list(codes)
    sheets = [read_coding(path, known) for path in paths]
    columns = pd.Index([*SHEET_COLUMNS, "complete"])
    return (
        pd.concat([sheet[columns] for sheet in sheets], ignore_index=True)
        if sheets
        else pd.DataFrame(columns=columns, dtype=str)
    )
