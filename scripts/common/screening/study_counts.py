"""The boxes of the flow that count studies and their reports: from lists of studies, not from records."""

import pandas as pd

from scripts.common.screening.flow import NEEDS_ALL_DECISIONS, NEEDS_LIST, Count
from scripts.common.screening.list_differences import COMPLETE, NONE

DECISIONS = "results/screening/decisions.csv"
INCLUDED, PREVIOUS = "results/screening/included.csv", "results/screening/previous.csv"


def add_studies(
    boxes: dict[str, Count], included: pd.DataFrame, included_list: str, previous: pd.DataFrame
) -> None:
    """Add the included reports and studies, where decisions or a complete list give them.

    A study that the version before holds too is no new one: what was found now is a further report of it.
    """
    reports = [boxes[f"{arm}_included"] for arm in ("dbr", "other")]
    known = [item.number for item in reports if item.number is not None]
    open_boxes = ("records_waiting", "dbr_waiting", "other_records_waiting", "other_waiting")
    decided_all = len(known) == len(reports) and all(not boxes[box].number for box in open_boxes)
    new = set(included["study_id"]) - set(previous["study_id"])
    if included_list == COMPLETE:
        boxes["new_studies"] = Count(len(new), INCLUDED)
    elif included_list == NONE and decided_all:
        boxes["new_studies"] = Count(sum(known), DECISIONS)
    else:
        boxes["new_studies"] = Count(None, NEEDS_LIST)
    missing = next((item.source for item in reports if item.number is None), NEEDS_ALL_DECISIONS)
    boxes["new_reports"] = Count(sum(known), DECISIONS) if decided_all else Count(None, missing)


def add_previous(boxes: dict[str, Count], previous: pd.DataFrame) -> None:
    """Add the boxes of an update: the version before, and all versions together.

    Studies that were withdrawn since are taken out of the total, and named in previous.csv.
    """
    stays = previous[previous["withdrawn"] == ""]
    gone = len(previous) - len(stays)
    for what, before, left in (
        ("studies", len(previous), len(stays)),
        ("reports", previous["reports"].astype(int).sum(), stays["reports"].astype(int).sum()),
    ):
        boxes[f"previous_{what}"] = Count(int(before), PREVIOUS)
        new = boxes[f"new_{what}"]
        total = None if new.number is None else int(left) + new.number
        note = f"{PREVIOUS}: {gone} withdrawn" if gone else PREVIOUS
        boxes[f"total_{what}"] = Count(total, note if total is not None else new.source)
