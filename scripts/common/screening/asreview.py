"""Decisions as ASReview exports them: a table with a column of labels, or RIS with labels in its notes."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from scripts.common.errors import InputError
from scripts.common.screening.decision_file import RIS, WORKBOOK, DecisionFile
from scripts.common.screening.stages import EXCLUDE, INCLUDE, Plan
from scripts.common.screening.votes import (
    Row,
    Sheet,
    Vote,
    cell_of,
    names_of_record,
    stage_of,
    without_addresses,
)
from scripts.common.values.dates import is_day

ASREVIEW = "ASReview"
LABELS = ("asreview_label", "included", "label_included", "included_label")  # version 2, then 1
RELEVANT, IRRELEVANT, NOT_SEEN = "1", "0", ("", "-1")
LABEL_IN_NOTES = {"ASReview_relevant": RELEVANT, "ASReview_irrelevant": IRRELEVANT}
SECONDS_SINCE_1970 = re.compile(r"\d{9,10}(\.\d+)?")


def is_asreview(file: DecisionFile) -> bool:
    """Return whether ASReview wrote the file: it has one of its columns of labels, and no column decision."""
    if file.form == RIS:
        return "ASReview_" in file.notes
    if file.form == WORKBOOK:
        return any(_has_labels(grid.header) for grid in file.grids)
    return _has_labels(file.header)


def read_asreview(file: DecisionFile) -> Sheet:
    """Return the votes of an export of ASReview."""
    if file.form == RIS:
        return _votes(file.plan, list(_labelled(file)))
    if file.form == WORKBOOK:
        grid = next(grid for grid in file.grids if _has_labels(grid.header))
        return _votes(file.plan, [(n, dict(zip(grid.header, cells, strict=True))) for n, cells in grid.rows])
    return _votes(file.plan, file.rows)


def _has_labels(header: Sequence[str] | frozenset[str]) -> bool:
    names = {name.casefold() for name in header}
    return "decision" not in names and not names.isdisjoint(LABELS)


def _labelled(file: DecisionFile) -> Iterator[Row]:
    """Yield the records of a RIS file as rows with a column of labels."""
    for line, row in file.rows:
        labels = [label for name, label in LABEL_IN_NOTES.items() if re.search(rf"\b{name}\b", row["notes"])]
        if len(labels) > 1:
            raise InputError(
                f"{file.plan.path} line {line}: the record is relevant and irrelevant. Export it again."
            )
        yield line, {**row, LABELS[0]: labels[0] if labels else ""}


def _votes(plan: Plan, rows: Sequence[Row]) -> Sheet:
    """Return the votes of a table of ASReview: 1 relevant, 0 irrelevant, empty not seen."""
    stage = stage_of(plan, ASREVIEW)
    sheet = Sheet(plan.path, ASREVIEW, records=len(rows))
    for line, row in rows:
        label = cell_of(row, *LABELS).removesuffix(".0")
        if label in NOT_SEEN:
            sheet.not_seen += 1
            continue
        if label not in (RELEVANT, IRRELEVANT):
            raise InputError(
                f"{plan.path} line {line}: label {label!r} is neither 1, 0 nor empty. Export it again."
            )
        person = cell_of(row, "asreview_user_name", "asreview_user_email")
        note = cell_of(row, "asreview_note", "exported_notes_1", "notes")
        sheet.add(
            Vote(
                line, **names_of_record(row, cell_of(row, "notes")), stage=stage,
                reviewer=person or plan.reviewer or plan.name,
                decision=INCLUDE if label == RELEVANT else EXCLUDE,
                date=_day(cell_of(row, "asreview_time")), consensus=bool(plan.consensus),
                labels=cell_of(row, "asreview_tags"), note=without_addresses(note),
            ),
        )  # fmt: skip
    return sheet


def _day(text: str) -> str:
    """Return the day of a time as ASReview writes it: ISO, or seconds since 1970; what is none is empty."""
    if SECONDS_SINCE_1970.fullmatch(text):
        return datetime.fromtimestamp(float(text), tz=UTC).date().isoformat()
    return text[:10] if is_day(text[:10]) else ""
