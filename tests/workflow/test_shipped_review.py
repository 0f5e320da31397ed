"""The shipped archive, counted again without our own readers: what it holds, and what a day lets through."""

import gzip
import xml.etree.ElementTree as ET
from pathlib import Path

from tests.paths import REPOSITORY

ARCHIVE = REPOSITORY / "config/inputs/pubmed"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def first_days(path: Path) -> dict[str, str]:
    """Return PMID -> the earliest day that its date can mean: a missing month or day is the first."""
    days = {}
    for article in ET.fromstring(gzip.decompress(path.read_bytes())).iter("PubmedArticle"):
        date = article.find(".//PubDate")
        year, month, day = (date.findtext(name, "1") for name in ("Year", "Month", "Day"))
        number = MONTHS.index(month) + 1 if month in MONTHS else int(month)
        days[article.findtext(".//PMID")] = f"{year}-{number:02d}-{int(day):02d}"
    return days


def test_the_archive_holds_218_works_of_which_188_can_have_appeared_by_the_day_searched():
    """Of the 218 facts with a PMID that were transcribed, 164 are dated to the year and 54 to the day.

    By the earliest possible day, 30 fall after 16 August 2022: 17 of 2023, 11 of 2024, and 2 of 2022 whose
    day is known. A search of that day can give the other 188, if a date to the year counts as 1 January.
    """
    days = [first_days(path) for path in sorted(ARCHIVE.glob("*.xml.gz"))]
    found = {pmid: day for window in days for pmid, day in window.items()}
    assert len(found) == sum(map(len, days)) == 218, "a PMID is in two windows"
    assert sum(day <= "2022-08-16" for day in found.values()) == 188
    late = [day for day in found.values() if day > "2022-08-16"]
    assert {year: sum(day.startswith(year) for day in late) for year in ("2022", "2023", "2024")} == {
        "2022": 2,
        "2023": 17,
        "2024": 11,
    }


def test_each_window_of_the_archive_holds_the_works_dated_into_it():
    for path in ARCHIVE.glob("*.xml.gz"):
        first, last = path.name.removesuffix(".xml.gz").split("_")
        assert all(first <= day <= last for day in first_days(path).values()), path.name
