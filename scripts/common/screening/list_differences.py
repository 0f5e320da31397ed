"""Where the list of included studies and the decisions differ, study by study."""

from collections.abc import Collection, Iterable, Mapping

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


def included_by_list(
    studies: Iterable[Mapping[str, str]], list_is: str, decisions: Collection[object]
) -> set[str]:
    """Return the records of listed studies: where people decided on records, these are included too.

    Where no decision is known at all, nothing is known of the way of any record, so none is returned; nor
    where there is no list that people vouch for (``list_is`` is none).
    """
    if list_is == NONE or not decisions:
        return set()
    return {row["record_id"] for row in studies} - {""}


def differences(
    studies: Iterable[Mapping[str, str]],
    boxes: Mapping[str, str],
    by_decision: Collection[str],
    list_is: str,
) -> list[dict[str, str]]:
    """Return the rows of list_differences.csv, without the titles of records that are no study of the list.

    ``boxes`` is record kept -> its final box, ``by_decision`` the records that decisions include. Only a
    complete list can lack a study.
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
