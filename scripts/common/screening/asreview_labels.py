"""Labels of ASReview, from an export or from its project file, as votes."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from scripts.common.errors import InputError
from scripts.common.screening.stages import EXCLUDE, INCLUDE, Plan
from scripts.common.screening.votes import Sheet, Vote, cell_of, names_of_record, stage_of, without_addresses
from scripts.common.values.dates import is_day

ASREVIEW = "ASReview"
RELEVANT, IRRELEVANT, NOT_SEEN = "1", "0", ("", "-1")
SECONDS_SINCE_1970 = re.compile(r"\d{9,10}(\.\d+)?")


@dataclass(frozen=True, kw_only=True)
class Label:
    """One record and its label; ``person`` is who gave it, empty where that is not known.

    ``prior`` marks a label that ASReview was given: no reviewer read the record there.
    """

    line: int
    row: Mapping[str, str]
    label: str
    prior: bool
    person: str
    day: str
    tags: str
    note: str


def add_labels(sheet: Sheet, plan: Plan, labels: Iterable[Label]) -> None:
    """Add a vote for each label that a reviewer gave; count what was not seen, and what was known before."""
    stage = stage_of(plan, ASREVIEW)
    for item in labels:
        sheet.records += 1
        label = item.label.removesuffix(".0")
        if label in NOT_SEEN:
            sheet.not_seen += 1
            continue
        if label not in (RELEVANT, IRRELEVANT):
            raise InputError(
                f"{plan.path} line {item.line}: label {item.label!r} is neither 1, 0 nor empty. Export it"
                " again."
            )
        if item.prior:
            sheet.prior += 1
            continue
        sheet.votes.append(
            Vote(
                item.line, **names_of_record(item.row, cell_of(item.row, "notes")), stage=stage,
                reviewer=item.person or plan.reviewer or plan.name,
                decision=INCLUDE if label == RELEVANT else EXCLUDE,
                date=item.day, consensus=bool(plan.consensus),
                labels=item.tags, note=without_addresses(item.note),
            ),
        )  # fmt: skip


def day_of(text: str) -> str:
    """Return the day of a time as ASReview writes it: ISO, or seconds since 1970; what is none is empty."""
    if SECONDS_SINCE_1970.fullmatch(text):
        return datetime.fromtimestamp(float(text), tz=UTC).date().isoformat()
    return text[:10] if is_day(text[:10]) else ""
