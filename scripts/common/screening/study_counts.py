"""The boxes of the flow that count studies and their reports: from lists of studies, not from records."""

from collections.abc import Collection, Sequence

import pandas as pd

from scripts.common.screening.flow import NEEDS_ALL_DECISIONS, NEEDS_LIST, Count
from scripts.common.screening.list_differences import COMPLETE, NONE
from scripts.common.screening.reports import count_declared, count_studies

DECISIONS = "results/screening/decisions.csv"
INCLUDED, PREVIOUS = "results/screening/included.csv", "results/screening/previous.csv"
REPORTS = "results/screening/reports.csv"
OPEN_BOXES = ("records_waiting", "dbr_waiting", "other_records_waiting", "other_waiting")


def add_studies(
    boxes: dict[str, Count],
    included: pd.DataFrame,
    included_list: str,
    previous: pd.DataFrame,
    reports: pd.DataFrame,
    included_records: Collection[str],
) -> None:
    """Add the included reports and studies, where decisions or a complete list give them.

    A study that the version before holds too is no new one: what was found now is a further report of it.
    ``reports`` are the declared further reports, ``included_records`` the records that ended as included.
    """
    arms = [boxes[f"{arm}_included"] for arm in ("dbr", "other")]
    decided_all = all(arm.number is not None for arm in arms) and not any(
        boxes[box].number for box in OPEN_BOXES
    )
    before = set(previous["study_id"])
    if included_list == COMPLETE:
        boxes["new_studies"] = Count(len(set(included["study_id"]) - before), INCLUDED)
    elif included_list == NONE and decided_all:
        boxes["new_studies"] = Count(count_studies(included_records, reports, before), DECISIONS)
    else:
        boxes["new_studies"] = Count(None, NEEDS_LIST)
    vouched = included_list == COMPLETE and not reports.empty
    declared = count_declared(included, reports, previous) if vouched else 0
    boxes["new_reports"] = _new_reports(arms, decided_all, declared)


def _new_reports(arms: Sequence[Count], decided_all: bool, declared: int) -> Count:
    """Return the included reports: those of both arms, or where an arm is not known those ``declared``.

    ``declared`` is 0 where no complete list with its reports vouches for them: a list of studies alone says
    nothing of their number. Nor do they where decisions include more.
    """
    counted = sum(arm.number for arm in arms if arm.number is not None)
    if decided_all:
        return Count(counted, DECISIONS)
    unknown = [arm.source for arm in arms if arm.number is None]
    if unknown and declared > counted:
        return Count(declared, REPORTS)
    return Count(None, unknown[0] if unknown else NEEDS_ALL_DECISIONS)


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
