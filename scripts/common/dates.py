"""Dates of publications, as far as a source tells them: ``2022``, ``2022-08`` or ``2022-08-16``."""

import re
from datetime import UTC, date, datetime, timedelta

MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def month_number(text: str) -> int | None:
    """Return 1 to 12 for ``8``, ``08``, ``Aug`` or ``August``; None for anything else."""
    word = text.strip().casefold()
    if word.isascii() and word.isdigit():
        return int(word) if 1 <= int(word) <= 12 else None
    return MONTH_NAMES.index(word[:3]) + 1 if len(word) >= 3 and word[:3] in MONTH_NAMES else None


def partial_date(year: str, month: str = "", day: str = "") -> str:
    """Return the date as far as its parts are known and possible, or ``""`` without a year."""
    if not re.fullmatch(r"[12]\d{3}", year.strip()):
        return ""
    known = year.strip()
    number = month_number(month)
    if number is None:
        return known
    known += f"-{number:02d}"
    if re.fullmatch(r"\d{1,2}", day.strip(), re.ASCII):
        try:
            return date(int(known[:4]), number, int(day)).isoformat()
        except ValueError:
            return known
    return known


def earliest_day(known: str) -> date:
    """Return the first day that a partial date can mean, as PubMed sorts: a missing part is 1."""
    parts = [int(part) for part in known.split("-")]
    return date(*[*parts, 1, 1][:3])


def is_day(text: str) -> bool:
    """Tell whether ``text`` is a day of the calendar written as ``YYYY-MM-DD``."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def latest_day() -> str:
    """Return the day that it is where it is latest on earth (UTC+14): no search was run after it."""
    return (datetime.now(UTC) + timedelta(hours=14)).date().isoformat()
