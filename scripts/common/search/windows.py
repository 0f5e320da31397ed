"""The period of a search, cut into windows of days that Snakemake can treat one by one."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from typing import NamedTuple

from scripts.common.errors import InputError
from scripts.common.values.dates import is_day

MONTHS = {"year": 12, "half": 6, "quarter": 3, "month": 1}
PUBMED_CLOCK = timezone(timedelta(hours=-5))  # Bethesda in winter: in summer its days end an hour earlier


class Window(NamedTuple):
    """First and last day of a window, both included. As text: ``2020-01-01_2020-12-31``."""

    first: date
    last: date

    def __str__(self) -> str:
        return f"{self.first.isoformat()}_{self.last.isoformat()}"

    @classmethod
    def parse(cls, text: str) -> "Window":
        """Read a window from its text; ``InputError`` where it is none."""
        first, _, last = text.partition("_")
        if not (is_day(first) and is_day(last)):
            raise InputError(f"window {text!r}: two days are needed, as in 2020-01-01_2020-12-31.")
        return cls(date.fromisoformat(first), date.fromisoformat(last))

    def overlaps(self, other: "Window") -> bool:
        """Return whether the two have a day in common."""
        return self.first <= other.last and other.first <= self.last

    def within(self, other: "Window") -> bool:
        """Return whether the other has all days of this one."""
        return other.first <= self.first and self.last <= other.last

    def is_over(self, day: date) -> bool:
        """Return whether nothing more can fall into this window on that day of PubMed's clock."""
        return self.last < day


def pubmed_day() -> date:
    """Return the day that PubMed's clock shows."""
    return datetime.now(PUBMED_CLOCK).date()


def open_on(window: Window, day: date) -> str:
    """Return the day if the window is still open on it, else ``""``.

    As a parameter of a rule it changes once a day while the window is open, and for the last time when it is
    over: just then the window has to be fetched again.
    """
    return "" if window.is_over(day) else day.isoformat()


def cut(start: date, end: date, length: str) -> Iterator[Window]:
    """Yield the windows of ``length`` (year, half, quarter, month) from ``start`` to ``end``.

    Windows end with the calendar: moving ``end`` adds windows and replaces at most the last one.
    """
    months = MONTHS[length]
    first = start
    while first <= end:
        index = first.year * 12 + (first.month - 1) // months * months + months
        after = date(index // 12, index % 12 + 1, 1)
        yield Window(first, min(end, after - timedelta(days=1)))
        first = after
