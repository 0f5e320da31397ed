"""What the boxes of the flow diagram say: words and order of PRISMA 2020's templates, and what is added."""

from collections.abc import Collection
from typing import NamedTuple

import pandas as pd

from scripts.common.files.tables import rows_of
from scripts.common.report.phrases import Speaker
from scripts.common.screening.flow import OTHER_RESULTS, OUR_LABELS

# Words of PRISMA 2020's template (doi:10.1136/bmj.n71, for new and for updated reviews) where flow.csv has
# others, because it names a box without the boxes around it.
TEMPLATE = {
    "database_results": "Databases and registers",
    "website_results": "Websites",
    "organisation_results": "Organisations",
    "citations_results": "Citation searching",
    "excluded_automatic": "Records marked as ineligible by automation tools",
    "excluded_other": "Records removed for other reasons",
    "dbr_excluded": "Reports excluded:",
    "other_excluded": "Reports excluded:",
    "new_studies": "Studies included in review",
    "previous_studies": "Studies included in previous version of review",
    "previous_reports": "Reports of studies included in previous version of review",
    "total_studies": "Total studies included in review",
    "total_reports": "Reports of total included studies",
}
OF_AN_UPDATE = {
    "new_studies": "New studies included in review",
    "new_reports": "Reports of new included studies",
}
FROM, BEFORE_SCREENING = "Records identified from:", "Records removed before screening:"
# Boxes that the template does not have: what a review must say that is not finished, or looks elsewhere too.
ADDED = frozenset(
    {
        "records_waiting", "records_never_screened", "dbr_waiting", "other_known", "other_records_waiting",
        "other_records_never_screened", "other_records_excluded", "other_waiting",
    }
)  # fmt: skip
IF_ANY = (
    "excluded_other", "records_waiting", "dbr_waiting", "other_records_waiting", "other_records_excluded",
    "other_waiting", "records_never_screened", "other_records_never_screened",
)  # fmt: skip
REMOVED = (
    "duplicates", "excluded_automatic", "excluded_other", "records_waiting", "records_never_screened",
)  # fmt: skip
OTHER_REMOVED = (
    "other_known", "other_records_waiting", "other_records_never_screened", "other_records_excluded",
)  # fmt: skip


class Entry(NamedTuple):
    """A line of a box: what is counted, how many, on what basis, and whether it is a part of another.

    A heading has no number. ``added``: the template has no such line.
    """

    label: str
    number: str
    basis: str
    part: bool = False
    added: bool = False
    box: str = ""  # of the table; none for a heading and for records that could not be read


def number(row: dict[str, str], say: Speaker) -> str:
    """Return how a count is printed: with its basis wherever it is not computed here."""
    if row["basis"] == "unknown":
        return f"({say('not known here')})"
    shown = f"(n = {int(row['count']):,})"
    return say("%(number)s, as published") % {"number": shown} if row["basis"] == "published" else shown


def entries(flow: pd.DataFrame, say: Speaker) -> dict[str, list[Entry]]:
    """Return box -> its entries; boxes of other methods and of an update only if there are such numbers.

    Beside each box is what is taken out after it, so that the next box is what is left.
    Records that wait, and removals of the rarer kinds, are shown where there are any.
    """
    rows = {row["box"]: row for row in rows_of(flow)}
    update = is_update(rows)

    def listed(*names: str) -> list[Entry]:
        parts = [key for name in names for key in (name, *(k for k in rows if k.startswith(f"{name}:")))]
        shown = [rows[key] for key in parts if key not in IF_ANY or rows[key]["count"] not in ("", "0")]
        return [entry for row in shown for entry in _entries(row, update, say)]

    drawn = {
        "identified": [Entry(say(FROM), "", "computed"), *listed("database_results")],
        "removed": [Entry(say(BEFORE_SCREENING), "", "computed"), *listed(*REMOVED)],
        "screened": listed("records_screened"),
        "excluded": listed("records_excluded"),
        "sought": listed("dbr_sought_reports"),
        "lost": listed("dbr_notretrieved_reports", "dbr_waiting"),
        "assessed": listed("dbr_assessed"),
        "rejected": listed("dbr_excluded"),
        "included": listed("new_studies", "new_reports"),
    }
    found = [name for name in OTHER_RESULTS if rows[name]["count"] not in ("", "0")]
    if found:
        drawn |= {
            "other_identified": [Entry(say(FROM), "", "computed"), *listed(*found)],
            "other_known": listed(*OTHER_REMOVED),
            "other_sought": listed("other_sought_reports"),
            "other_lost": listed("other_notretrieved_reports", "other_waiting"),
            "other_assessed": listed("other_assessed"),
            "other_rejected": listed("other_excluded"),
        }
    if update:
        before, after = (
            [name for name in (f"{when}_studies", f"{when}_reports") if name in rows]
            for when in ("previous", "total")
        )
        drawn |= {name: listed(*boxes) for name, boxes in (("previous", before), ("total", after)) if boxes}
    return drawn


def is_update(boxes: Collection[str]) -> bool:
    """Return whether a flow is that of an updated review."""
    return "previous_studies" in boxes or "total_studies" in boxes


def _entries(row: dict[str, str], update: bool, say: Speaker) -> list[Entry]:
    """Return the entry of a row, and one of the records of its source that could not be read."""
    part, added = ":" in row["box"], row["box"] in ADDED
    entry = Entry(_label(row, update, say), number(row, say), row["basis"], part, added, row["box"])
    if part or row["set_aside"] in ("", "0"):
        return [entry]
    unread = f"(n = {int(row['set_aside']):,})"
    return [entry, Entry(say("Could not be read, in no box"), unread, "computed", part=True, added=True)]


def _label(row: dict[str, str], update: bool, say: Speaker) -> str:
    """Return the name of a box, in the template's words if it has it; most parts have the review's own."""
    box = row["box"]
    words = (OF_AN_UPDATE.get(box) if update else None) or TEMPLATE.get(box)
    if words:
        return say(words)
    own = row["label"] not in OUR_LABELS
    return say.own(row["label"]) if own else say(row["label"]).removesuffix(say(" (other methods)"))
