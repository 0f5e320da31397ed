"""The period of a search, cut into windows of days that Snakemake can treat one by one."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from scripts.common.errors import InputError
from scripts.common.values.dates import is_day

MONTHS = {"year": 12, "half": 6, "quarter": 3, "month": 1}


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
