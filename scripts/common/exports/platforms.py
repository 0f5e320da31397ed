"""Which platform wrote a record, by the rules of platforms.csv; the first that holds wins."""

import re
from collections import Counter
from collections.abc import Collection, Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from scripts.common.exports.fields import Tags
from scripts.common.files.tables import read_table, rows_of

TABLE = Path(__file__).with_suffix(".csv")
LOOKED_AT = 20  # records at the beginning of a file


class Rule(NamedTuple):
    """A platform's records have all the tags, or, with a pattern, one of them with a value that fits."""

    platform: str
    tags: tuple[str, ...]
    pattern: re.Pattern[str] | None


@cache
def rules(format_name: str) -> tuple[Rule, ...]:
    """Return the rules for one format; tags are written ``A & B``, or ``A | B`` with a pattern."""
    return tuple(
        Rule(
            row["platform"],
            tuple(tag for tag in re.split(r" [&|] ", row["tags"]) if tag),
            re.compile(row["pattern"], re.IGNORECASE) if row["pattern"] else None,
        )
        for row in rows_of(read_table(TABLE, ("format", "platform", "tags", "pattern", "note")))
        if row["format"] == format_name
    )


def rules_for(format_name: str, tags: Collection[str]) -> tuple[Rule, ...]:
    """Return the rules that can hold for records with these tags, each with those of its tags only."""
    found = []
    for rule in rules(format_name):
        present = tuple(tag for tag in rule.tags if tag in tags)
        if present if rule.pattern else present == rule.tags:
            found.append(rule._replace(tags=present))
    return tuple(found)


def platform_of(rules: Iterable[Rule], tags: Tags) -> str:
    """Return the platform of a record by the first of ``rules_for`` its tags that holds, or ``""``."""
    for platform, names, pattern in rules:
        if pattern is None:
            return platform
        for name in names:
            for value in tags[name]:
                if pattern.search(value):
                    return platform
    return ""


def guess_platform(format_name: str, records: Iterable[Tags]) -> str:
    """Return the platform of most of the first records of a file, or ``""``."""
    counted = Counter(platform_of(rules_for(format_name, tags), tags) for tags in records)
    return counted.most_common(1)[0][0] if counted else ""
