"""Databases, platforms and registries that a text names as searched, and the days of the search.

How papers write their names is a table beside this module; ``as_written`` is yes where capitals matter.
"""

import calendar
import csv
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from scripts.common.paper.printed import Printed
from scripts.common.paper.sentences import Sentence
from scripts.common.values.dates import partial_date

with Path(__file__).with_suffix(".csv").open(encoding="utf-8", newline="") as _table:
    SOURCES = {  # name -> how papers write it
        row["name"]: re.compile(row["pattern"], 0 if row["as_written"] == "yes" else re.IGNORECASE)
        for row in csv.DictReader(_table)
    }
SEARCHED = re.compile(r"search|databas|retriev|identified (?:in|from|through)|consulted", re.IGNORECASE)
MONTH = "|".join([*calendar.month_name[1:], *(rf"{name}\.?" for name in calendar.month_abbr[1:]), r"Sept\.?"])
DATES = (
    rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{MONTH}),?\s+(?P<year>(?:19|20)\d\d)",
    rf"(?P<month>{MONTH})\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>(?:19|20)\d\d)",
    rf"(?P<month>{MONTH}),?\s+(?:of\s+)?(?P<year>(?:19|20)\d\d)",
)
ABOUT_SEARCH = re.compile(r"search|databas|updat|inception|literature", re.IGNORECASE)
SEARCH_DAY = re.compile(
    r"search\w*|updated?|until|up to|through|inception|performed|conducted|carried out|run\b|completed",
    re.IGNORECASE,
)


def databases_of(sentences: Sequence[Sentence]) -> Iterator[Printed]:
    """Yield each database, platform or registry that a sentence on the search names, at its first place."""
    seen: set[str] = set()
    for sentence in sentences:
        about = " ".join((sentence.text, *sentence.path))
        if sentence.part not in ("methods", "abstract", "results", "") or not SEARCHED.search(about):
            continue
        for name, pattern in SOURCES.items():
            if name not in seen and pattern.search(sentence.text):
                seen.add(name)
                confidence = "medium" if sentence.part == "methods" else "low"
                yield Printed("database", name, name, sentence, confidence=confidence, rule="name")


def search_days_of(sentences: Sequence[Sentence]) -> Iterator[Printed]:
    """Yield the days up to which, or on which, the search ran: the last date of each such sentence."""
    for sentence in sentences:
        if sentence.part not in ("methods", "abstract") or not SEARCH_DAY.search(sentence.text):
            continue
        if not ABOUT_SEARCH.search(" ".join((sentence.text, *sentence.path))):
            continue
        days = [
            partial_date(found["year"], found["month"], found.groupdict().get("day") or "")
            for pattern in DATES
            for found in re.finditer(pattern, sentence.text)
        ]
        if days:
            last = max(days, key=lambda day: (day[:7], len(day), day))
            rule = "date in a sentence on the search"
            yield Printed("search_date", "search_date", last, sentence, rule=rule)
