"""Merged records that people screened one by one: they took them for two."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from scripts.common.job import log

MERGED_COLUMNS = ("record_id", "stage", "reviewer", "sheet", "records", "votes", "title")
MERGED_SHOWN = 10  # merged records that are named on screen


def screened_apart(votes: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Return a row for each merged record, stage and sheet where one reviewer voted on two of its names.

    Whoever wrote the sheet took them for two: versions of one work, or a duplicate nobody had seen.
    ``records`` are the names in the sheet, ``votes`` what was decided on each, in the same order.
    """
    named: dict[tuple[str, ...], dict[str, str]] = defaultdict(dict)
    for vote in votes:
        same = tuple(str(vote[name]) for name in ("record_id", "stage", "reviewer", "sheet", "round"))
        named[same][str(vote["record"])] = str(vote["decision"])
    return [
        {
            **dict(zip(MERGED_COLUMNS, same, strict=False)),
            "records": "; ".join(sorted(decided)),
            "votes": "; ".join(decided[name] for name in sorted(decided)),
        }
        for same, decided in sorted(named.items())
        if len(decided) > 1
    ]


def warn_of_merged(apart: Sequence[Mapping[str, str]], path: str) -> None:
    """Name the merged records that people screened one by one, and what keeps them apart.

    ``path`` is the table that names all of them.
    """
    names = {row["record_id"]: row["records"].replace("; ", ", ") for row in apart}
    if not names:
        return
    shown = [f"{record_id} ({records})" for record_id, records in sorted(names.items())][:MERGED_SHOWN]
    more = len(names) - len(shown)
    log.warning(
        "%d merged records were screened one by one: %s%s. See %s. If they are versions, set"
        " deduplicate.updates: link; if they are two publications, write no in"
        " config/decisions/duplicates.csv; else leave it.",
        len(names), "; ".join(shown), f" and {more} more" if more else "", path,
    )  # fmt: skip
