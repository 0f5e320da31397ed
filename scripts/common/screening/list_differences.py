"""Where the list of included studies and the decisions differ, study by study."""

from collections.abc import Collection, Iterable, Mapping, Sequence

import pandas as pd

from scripts.common.files.tables import rows_of, stream_rows
from scripts.common.screening.stages import INCLUDE

DIFFERENCE_COLUMNS = ("difference", "study_id", "record_id", "title", "box")
NOT_IN_LIST = "included by decision, missing from the list"
AGAINST = "in the list, excluded or not retrieved"
UNDECIDED = "in the list, without a decision: counted as included"
NO_RECORD = "in the list, no record is known"
COMPLETE, NONE = "complete", "none"  # the setting screening.included_list; the third is partial
OUT = (
    "records_excluded", "other_records_excluded", "dbr_excluded", "other_excluded", "dbr_notretrieved",
    "other_notretrieved", "excluded_automatic",
)  # fmt: skip
INCLUDED_BOXES = ("dbr_included", "other_included")


def listed_reports(studies: pd.DataFrame, reports: pd.DataFrame, list_is: str) -> list[dict[str, str]]:
    """Return the listed studies and the further reports of them.

    Without a list (``list_is`` is none) reports say which records are one study, and vouch for none of them.
    """
    return [*rows_of(studies), *(rows_of(reports) if list_is != NONE else ())]


def included_by_list(
    studies: Iterable[Mapping[str, str]], list_is: str, judged: Collection[object]
) -> set[str]:
    """Return the records of listed studies: where people judged any record, these are included too.

    ``judged`` is what people voted or ruled on. If that is nothing, nothing is known of the way of any
    record, so none is returned; nor where there is no list that people vouch for (``list_is`` is none).
    """
    if list_is == NONE or not judged:
        return set()
    return {row["record_id"] for row in studies} - {""}


def differences_from(
    decisions: pd.DataFrame,
    judged: Collection[object],
    full_text: str,
    listed: Iterable[Mapping[str, str]],
    boxes: Mapping[str, str],
    list_is: str,
) -> list[dict[str, str]]:
    """Return where list and decisions differ.

    ``full_text`` is the stage whose decisions include a report. Where people ``judged`` no record, only a
    rule of eligibility can be against a listed study.
    """
    by_decision = {
        row["record_id"]
        for row in rows_of(decisions)
        if (row["stage"], row["decision"]) == (full_text, INCLUDE)
    }
    found = differences(listed, boxes, by_decision, list_is)
    return found if judged else [row for row in found if row["difference"] == AGAINST]


def with_titles(rows: Sequence[dict[str, str]], records: str) -> list[dict[str, str]]:
    """Return rows with the titles of the records that are no study of the list (``records`` is a file)."""
    wanted = {row["record_id"] for row in rows if not row["title"]}
    titles = {
        row["record_id"]: row["title"]
        for row in (stream_rows(records, ("record_id", "title")) if wanted else ())
        if row["record_id"] in wanted
    }
    return [{**row, "title": row["title"] or titles.get(row["record_id"], "")} for row in rows]


def differences(
    studies: Iterable[Mapping[str, str]],
    boxes: Mapping[str, str],
    by_decision: Collection[str],
    list_is: str,
) -> list[dict[str, str]]:
    """Return the rows of list_differences.csv, without the titles of records that are no study of the list.

    ``boxes`` is record kept -> its final box, ``by_decision`` the records that decisions include. Only a
    complete list can lack a study. A report that is declared besides the list counts as listed.
    """
    listed = list(studies)
    rows = [
        {**study, "difference": kind, "box": boxes.get(study["record_id"], "")}
        for study in listed
        if (kind := _difference(study["record_id"], boxes, by_decision, list_is))
    ]
    if list_is == COMPLETE:
        missing = sorted(set(by_decision) - {study["record_id"] for study in listed})
        rows += [
            {"difference": NOT_IN_LIST, "study_id": "", "record_id": name, "title": "", "box": boxes[name]}
            for name in missing
            if boxes.get(name, "") in INCLUDED_BOXES
        ]
    return [{name: row[name] for name in DIFFERENCE_COLUMNS} for row in rows]


def _difference(record_id: str, boxes: Mapping[str, str], by_decision: Collection[str], list_is: str) -> str:
    """Return how the decisions differ from the list about one of its studies; empty if they do not."""
    box = boxes.get(record_id, "")
    if box.startswith(OUT):
        return AGAINST
    if not record_id:
        return NO_RECORD
    return UNDECIDED if box in INCLUDED_BOXES and record_id not in by_decision else ""
