"""What later files of PubMed tell of a search on an earlier day: of each record, whether it answered then."""

from dataclasses import replace
from typing import NamedTuple

from scripts.common.search.citation import Citation

YES, NO, NOT_KNOWN = "yes", "no", "not known"
COLUMNS = ("pmid", "version", "file", "then", "reason", "created", "mesh_added", "revised")


class Dates(NamedTuple):
    """Days of a record, YYYY-MM-DD as far as they are known: created, headings assigned, last revised."""

    created: str
    mesh_added: str
    revised: str


def known_then(dates: Dates, day: str, since: str, *, by_text: bool) -> tuple[str, str]:
    """Return whether a record that meets the query answered it on a day, and why that can be said or not.

    ``since``: what became of the record in later files, or ``""``. ``by_text``: whether it meets the query
    without its headings.
    """
    if dates.created > day:
        return NO, "created later"
    if not dates.created:
        return NOT_KNOWN, "has no day of creation"
    if not dates.revised:
        return NOT_KNOWN, "has no day of revision"
    if dates.revised <= day:
        return YES, f"not revised up to then; since {since}" if since else "not revised since"
    if since:
        return NOT_KNOWN, f"revised since, then {since}"
    if by_text:
        return NOT_KNOWN, "revised since; its text of today meets the query without headings"
    if dates.mesh_added > day:
        return NOT_KNOWN, "headings assigned since; without them it does not meet the query today"
    return NOT_KNOWN, "revised since; only its headings of today make it meet the query"


def without_headings(record: Citation) -> Citation:
    """Return a record without MeSH headings and subheadings, as it was before they were assigned."""
    return replace(record, headings=(), values={**record.values, "heading": (), "subheading": ()})
