"""Link a few records without files, as tests of several rooms need it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from scripts.common.duplicates.columns import COMPARED, Table, build, key_columns
from scripts.common.duplicates.linking import find
from scripts.common.duplicates.solved import Found
from tests.settings import MATCHING

ARTICLE = {
    "title": "Online feedback and the quality of hospital care",
    "authors": "Greaves, Felix",
    "year": "2013",
    "journal": "BMJ Qual Saf",
}


def table_of(rows: Sequence[Mapping[str, str]]) -> Table:
    """Return the keys of rows of records.csv."""
    return build([key_columns([[row[name] for name in COMPARED] for row in rows])])


def link_records(
    rows: Sequence[Mapping[str, str]],
    verdicts: Mapping[tuple[str, str], bool] | None = None,
    before: Mapping[str, str] | None = None,
    **settings: Any,
) -> Found:
    """Return what deduplication finds in rows of records.csv, by MATCHING but for the settings given."""
    by_pair = {frozenset(pair): same for pair, same in (verdicts or {}).items()}
    return find(table_of(rows), replace(MATCHING, **settings), by_pair, before)
