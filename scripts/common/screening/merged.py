"""Merged records that people screened one by one: they took them for two."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from scripts.common.job import log

MERGED_SHOWN = 10  # merged records that are named on screen


def screened_apart(votes: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Return each merged record of which one reviewer voted on two lines of a sheet, and what they name.

    Whoever wrote the sheet took them for two: versions of one work, or a duplicate nobody had seen.
    """
    lines: dict[tuple[str, ...], dict[str, str]] = defaultdict(dict)
    for vote in votes:
        same = tuple(str(vote[name]) for name in ("record_id", "stage", "round", "reviewer", "sheet"))
        lines[same][str(vote["line"])] = str(vote["record"])
    found: dict[str, set[str]] = defaultdict(set)
    for same, named in lines.items():
        if len(set(named.values())) > 1:
            found[same[0]] |= set(named.values())
    return {record_id: sorted(names) for record_id, names in sorted(found.items())}


def warn_of_merged(apart: Mapping[str, Sequence[str]]) -> None:
    """Name the merged records that people screened one by one, and what keeps them apart."""
    if not apart:
        return
    shown = [f"{record_id} ({', '.join(names)})" for record_id, names in apart.items()][:MERGED_SHOWN]
    more = len(apart) - len(shown)
    log.warning(
        "%d merged records were screened one by one: %s%s. If they are versions, set"
        " deduplicate.updates: link; if they are two publications, write no in"
        " config/decisions/duplicates.csv; else leave it.",
        len(apart), "; ".join(shown), f" and {more} more" if more else "",
    )  # fmt: skip
