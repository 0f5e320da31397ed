"""Dates of publications, as far as a source tells them: ``2022``, ``2022-08`` or ``2022-08-16``."""

import re
from datetime import UTC, date, datetime, timedelta

MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_MONTH = rf"({'|'.join(MONTH_NAMES)})(?:uary|ruary|ch|il|ne|ly|e|y|ust|tember|t|ober|ember)?(?![a-z])\.?"
_RANGE = r"(\s?[-/–]\s?[a-z]{3,9}\.?)?"  # Nov-Dec
_NUMERIC = re.compile(
    r"\s*([12]\d{3})(?:[/.-](\d{0,2}))?(?:[/.-](\d{0,2}))?(?:/.*|[T ]\d.*)?\s*$", re.ASCII | re.DOTALL
)
_RUN = re.compile(r"(?<!\d)([12]\d{3})([01]\d)([0-3]\d)(?!\d)", re.ASCII)
_YEAR_MONTH = re.compile(
    rf"(?<!\d)([12]\d{{3}})[ ,]{{1,2}}{_MONTH}(?:[ ](\d{{1,2}})(?![\d-]))?", re.ASCII | re.IGNORECASE
)
_MONTH_YEAR = re.compile(
    rf"(?:(?<![\d-])(\d{{1,2}})[ ])?\b{_MONTH}{_RANGE}(?:[ ](\d{{1,2}}))?,?[ ]([12]\d{{3}})(?!\d)",
    re.ASCII | re.IGNORECASE,
)
_MONTH_DAY = re.compile(rf"\s*(?:{_MONTH}(?: (\d{{1,2}})(?!\d))?|(\d{{1,2}})\s*$)", re.ASCII | re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)([12]\d{3})(?!\d)", re.ASCII)


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


def read_date(text: str) -> str:
    """Return the date in a text as far as it is given; a range gives its beginning, else ``""``.

    ``2011/02/16/``, ``2022-08-16``, ``20220816``, ``2020 Nov-Dec``, ``Sep 22, 2010``, ``c2022``. Which of
    the first two numbers in ``4/3/2024`` is the month differs by country: only the year is read.
    """
    if found := _NUMERIC.match(text):
        return partial_date(found[1], found[2] or "", found[3] or "")
    if found := _RUN.search(text):
        return partial_date(found[1], found[2], found[3])
    if found := _YEAR_MONTH.search(text):
        return partial_date(found[1], found[2], found[3] or "")
    if found := _MONTH_YEAR.search(text):
        day = "" if found[3] else found[1] or found[4] or ""
        return partial_date(found[5], found[2], day)
    found = _YEAR.search(text)
    return found[1] if found else ""


def complete_date(year: str, text: str) -> str:
    """Return the date that a month, or a month and a day, make with a year: ``SEP 22``, ``mar``, ``5``."""
    found = _MONTH_DAY.match(text)
    return partial_date(year, found[1] or found[3], found[2] or "") if found else ""


def earliest_day(known: str) -> date:
    """Return the first day that a partial date can mean, as PubMed sorts: a missing part is 1."""
    parts = [int(part) for part in known.split("-")]
    return date(*[*parts, 1, 1][:3])


def is_day(text: str) -> bool:
    """Return whether ``text`` is a day of the calendar written as ``YYYY-MM-DD``."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def latest_day() -> str:
    """Return the day that it is where it is latest on earth (UTC+14): no search was run after it."""
    return (datetime.now(UTC) + timedelta(hours=14)).date().isoformat()
