"""The final decisions on what reviewers disagreed about: config/decisions/screening.csv or .xlsx."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from scripts.common.errors import InputError, Mistakes, nearest
from scripts.common.files.first_map import first_map
from scripts.common.files.maps import RULING
from scripts.common.files.refusals import Start, answered
from scripts.common.files.sheets import Grid, read_grids, the_one_of
from scripts.common.files.table_kinds import RULINGS as RULINGS_TABLE
from scripts.common.review.settings import ScreeningRules
from scripts.common.screening.stages import EXCLUDE, MAYBE, NOT_RETRIEVED, words_of
from scripts.common.values.dates import is_day

RULINGS = "config/decisions/screening"
COLUMNS = ("record", "stage", "final", "reason", "who")
START = Start("list the file in inputs.tsv with kind decisions", RULING)
MAY_BE_ABSENT = ("date", "exclusion_reason")


class Ruling(NamedTuple):
    """The final decision on one record at one stage: who took it, when, and why.

    ``reason`` is why it was decided so, ``exclusion_reason`` what the record is excluded for: "read it again,
    both agree" and "wrong population" are two things.
    """

    line: int
    record: str
    stage: str
    final: str
    reason: str
    who: str
    date: str
    exclusion_reason: str = ""


def rulings_file() -> str | None:
    """Return the review's file of rulings, CSV or XLSX, or None; two of them stop the run."""
    return the_one_of(RULINGS)


def read_rulings(path: str | None, rules: ScreeningRules) -> list[Ruling]:
    """Return the rulings, checked; a row whose ``final`` is blank is not decided yet.

    The reason of an exclusion at full text must be one of ``rules.reasons``, where any is declared; one of
    ``rules.not_retrieved_reasons`` means that the full text could not be had, as it does in votes. In a file
    without a column exclusion_reason, the reason of a ruling is that of the exclusion too.
    ``InputError`` lists every wrong row.
    """
    if path is None:
        return []
    with answered(path, Path(path).stem, {}, RULINGS_TABLE, start=START):
        return _read(path, rules)


def _read(path: str, rules: ScreeningRules) -> list[Ruling]:
    rulings = []
    mistakes = Mistakes()
    for grid in read_grids(path):
        missing = [name for name in COLUMNS if _at(grid, name) is None]
        if missing:
            raise InputError(
                f"{grid.place(grid.header_line)}: column {missing[0]} is missing. Columns seen:"
                f" {grid.shown()}. Rename its columns to {', '.join(COLUMNS)}; or list the file in inputs.tsv"
                " with kind decisions, and add to config/config.yaml:\n"
                + first_map(Path(path).stem, grid, RULINGS_TABLE, role=RULING)
            )
        for number, cells in grid.rows:
            row = {
                name: cells[at] if (at := _at(grid, name)) is not None else ""
                for name in (*COLUMNS, *MAY_BE_ABSENT)
            }
            if _at(grid, "exclusion_reason") is None:
                row["exclusion_reason"] = row["reason"]
            with mistakes.noted():
                if row["final"]:
                    rulings.append(_ruling(grid.place(number), number, row, rules))
    mistakes.stop()
    return rulings


def _at(grid: Grid, name: str) -> int | None:
    return grid.column(*(("record", "record_id") if name == "record" else (name,)))


def _ruling(where: str, number: int, row: dict[str, str], rules: ScreeningRules) -> Ruling:
    stage, final = row["stage"], row["final"].casefold()
    words = words_of(rules.stages)
    if stage not in words:
        raise InputError(f"{where}: stage {stage!r} is unknown. {nearest(stage, words)}")
    allowed = [word for word in words[stage] if word != MAYBE]
    if final not in allowed:
        raise InputError(f"{where}: final {row['final']!r} is unknown. {nearest(final, allowed)}")
    if not row["record"] or not row["reason"] or not row["who"]:
        raise InputError(f"{where}: a record, a reason and who decided are needed. Fill them in.")
    if row["date"] and not is_day(row["date"]):
        raise InputError(f"{where}: date {row['date']!r} is no day. Write YYYY-MM-DD, or leave it blank.")
    excluded_for = row["exclusion_reason"] if stage == rules.stages[-1] and final == EXCLUDE else ""
    if excluded_for.casefold() in {reason.casefold() for reason in rules.not_retrieved_reasons}:
        final, excluded_for = NOT_RETRIEVED, ""
    _check_reason(where, excluded_for, rules.reasons)
    return Ruling(number, row["record"], stage, final, row["reason"], row["who"], row["date"], excluded_for)


def _check_reason(where: str, excluded_for: str, reasons: Sequence[str]) -> None:
    """Raise ``InputError`` for a reason of exclusion that is not declared, where any is."""
    known = {reason.casefold() for reason in reasons}
    if known and excluded_for and excluded_for.casefold() not in known:
        raise InputError(
            f"{where}: reason {excluded_for!r} is not among screening.reasons of config/config.yaml."
            f" {nearest(excluded_for, reasons)} If it says why you ruled so, give the reason of the exclusion"
            " in a column exclusion_reason."
        )
