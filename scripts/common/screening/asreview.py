"""Decisions as ASReview exports them: a table with a column of labels, or RIS with labels in its notes.

Prior knowledge is what ASReview was given before the first record was read: it is no vote, and is counted
apart.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache

from scripts.common.errors import InputError
from scripts.common.exports.fields import read_fields
from scripts.common.screening.asreview_labels import (
    ASREVIEW,
    IRRELEVANT,
    NOT_SEEN,
    RELEVANT,
    Label,
    add_labels,
    day_of,
)
from scripts.common.screening.decision_file import RIS, DecisionFile, ToolTable
from scripts.common.screening.stages import EXCLUDE, INCLUDE, NOT_RETRIEVED
from scripts.common.screening.tool_words import chosen
from scripts.common.screening.votes import OURS, Row, Sheet, cell_of

LABEL, OWN_LABEL = "asreview_label", "included"  # its column, and that of the file it was given
LABELS = (LABEL, OWN_LABEL, "label_included", "included_label")  # version 2 and 3, then 1
# A table without its own columns is one only if all others are those of records: it adds nothing else then.
BESIDE = ("record_id", "", "status", "notes")
LABEL_IN_NOTES = {"ASReview_relevant": RELEVANT, "ASReview_irrelevant": IRRELEVANT}
PRIOR, PRIOR_IN_NOTES = "asreview_prior", "ASReview_prior"
ASREVIEW_COLUMN = "asreview_"
YES = ("1", "true", "yes")
# The column status of our with_prior.csv: a stage and what was decided there; what waits has another one.
DECIDED_BEFORE = re.compile(rf"\w[\w ]*: (?:{INCLUDE}|{EXCLUDE}|{NOT_RETRIEVED})\b")


def is_asreview(file: DecisionFile) -> bool:
    """Return whether ASReview wrote the file: it has one of its columns of labels, and no column decision."""
    if file.form == RIS:
        return any("ASReview_" in row["notes"] for _, row in file.rows)
    return file.table(_has_labels) is not None


def read_asreview(file: DecisionFile) -> Sheet:
    """Return the votes of an export of ASReview."""
    sheet = Sheet(file.plan.path, ASREVIEW)
    table = file.table(_has_labels)
    rows = chosen(file.plan, table.rows if table else _labelled(file), sheet)
    header = table.header if table else frozenset((LABEL, PRIOR))
    add_labels(sheet, file.plan, [_label(line, row, header) for line, row in rows])
    return sheet


def _has_labels(table: ToolTable) -> bool:
    if "decision" in table.header or table.header.isdisjoint(LABELS):
        return False
    if any(name.startswith(ASREVIEW_COLUMN) for name in table.header):
        return True
    labels = (cell_of(row, *LABELS).removesuffix(".0") for _, row in table.rows)
    return table.header <= {*LABELS, *BESIDE, *_columns_of_records()} and all(
        label in (RELEVANT, IRRELEVANT, *NOT_SEEN) for label in labels
    )


@cache
def _columns_of_records() -> frozenset[str]:
    """Return the names that columns of records have in tables, in small letters."""
    tags = (re.split(r" [|+] ", row["tags"]) for row in read_fields() if row["format"] == "csv")
    return frozenset(tag.casefold() for some in tags for tag in some)


def _labelled(file: DecisionFile) -> Iterator[Row]:
    """Yield the records of a RIS file as rows with a column of labels and one of prior knowledge."""
    for line, row in file.rows:
        labels = [label for name, label in LABEL_IN_NOTES.items() if re.search(rf"\b{name}\b", row["notes"])]
        if len(labels) > 1:
            raise InputError(
                f"{file.plan.path} line {line}: the record is relevant and irrelevant. Export it again."
            )
        prior = "1" if re.search(rf"\b{PRIOR_IN_NOTES}\b", row["notes"]) else ""
        yield line, {**row, LABEL: labels[0] if labels else "", PRIOR: prior}


def _label(line: int, row: Mapping[str, str], header: Collection[str]) -> Label:
    person = cell_of(row, "asreview_user_name", "asreview_user_email")
    return Label(
        line=line,
        row=row,
        label=cell_of(row, *LABELS),
        prior=_is_prior(row, header, person),
        person=person,
        day=day_of(cell_of(row, "asreview_time")),
        tags=cell_of(row, "asreview_tags"),
        note=cell_of(row, "asreview_note", "exported_notes_1", "notes"),
    )


def _is_prior(row: Mapping[str, str], header: Collection[str], person: str) -> bool:
    """Return whether a label was given to ASReview and not made there.

    It says so itself; or the file that it was given had a label in its own column, and nobody is named as
    having given another one; or our own with_prior.csv said that the record was decided.
    """
    if cell_of(row, PRIOR).casefold().removesuffix(".0") in YES:
        return True
    if person:
        return False
    if LABEL in header and cell_of(row, OWN_LABEL):
        return True
    ours = OURS.search(cell_of(row, "notes"))
    return bool(ours and DECIDED_BEFORE.match(cell_of(row, "status")))
