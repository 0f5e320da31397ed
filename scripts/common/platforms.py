"""Which platform wrote an export: platforms.csv tells it by tags and values; the first rule that holds wins."""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from scripts.common.export_fields import Tags
from scripts.common.tables import read_table, rows_of

TABLE = Path(__file__).with_suffix(".csv")
LOOKED_AT = 20  # records at the beginning of a file; a rule must hold in most of them


@cache
def _rules() -> tuple[dict[str, str], ...]:
    return tuple(rows_of(read_table(TABLE, ("format", "platform", "tags", "pattern", "note"))))


def guess_platform(format_name: str, records: Sequence[Tags]) -> str:
    """Return the platform that the first records point to, or ``""``."""
    for rule in _rules():
        if rule["format"] == format_name and sum(_holds(rule, tags) for tags in records) * 2 > len(records):
            return rule["platform"]
    return ""


def _holds(rule: dict[str, str], tags: Tags) -> bool:
    """Tell whether a record has all tags (``A & B``), or one of them (``A | B``) with a value that fits."""
    if rule["pattern"]:
        values = (value for tag in rule["tags"].split(" | ") for value in tags.get(tag, ()))
        return any(re.search(rule["pattern"], value, re.IGNORECASE) for value in values)
    return all(tag in tags for tag in rule["tags"].split(" & ") if tag)
