"""The archived answers of PubMed, read back for one window of days.

A window of the archive that lies wholly inside the window asked for is taken as its receipt names it: PubMed
decided which records belong there. Only where the archive was asked in other windows do dates decide.
"""

import gzip
import heapq
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from scripts.common.errors import InputError
from scripts.common.records.pubmed_xml import article_date, articles, pmid, search_dates
from scripts.common.search.archive import check_covered, check_window, open_archive, window_files
from scripts.common.search.window_files import article_bytes
from scripts.common.search.windows import Window
from scripts.common.values.dates import earliest_day

NO_DATE = "no date"


class Archived(NamedTuple):
    """A record of the archive: ``known`` is its date as written, ``days`` those on which it counts."""

    pmid: int
    known: str
    content: bytes
    days: list[date]
    unclear: str

    def falls_into(self, window: Window) -> bool:
        """Return whether the record counts on a day of this window."""
        return any(window.first <= day <= window.last for day in self.days)


class Replay:
    """The records of the archive that belong to one window of days; read them with ``records``.

    ``unclear`` (PMID: dates) and ``repeated`` (PMIDs that two windows of the archive name) are complete
    when the records have been read. Raises ``InputError`` if the archive is not whole or answers another
    search.
    """

    def __init__(self, archive_json: str | Path, window: Window, query: str, date_field: str) -> None:
        first, last = (day.isoformat() for day in window)
        self.archive = open_archive(archive_json, query, date_field, first, last)
        check_covered(self.archive, archive_json, window)
        self.window, self._date_field = window, date_field
        self._files = window_files(archive_json, window)
        self.receipts = [check_window(self.archive, file) for file in self._files]
        self.unclear: dict[int, str] = {}
        self.repeated: list[int] = []

    def records(self) -> Iterator[Archived]:
        """Yield each record once, in the order of the PMIDs; the earliest window of the archive gives it."""
        parts = [
            self._selected(file, receipt) for file, receipt in zip(self._files, self.receipts, strict=True)
        ]
        before = 0
        for record in heapq.merge(*parts, key=lambda record: record.pmid):
            if record.pmid == before:
                self.repeated.append(record.pmid)
            else:
                before = record.pmid
                yield record

    def _selected(self, file: Path, receipt: dict[str, Any]) -> Iterator[Archived]:
        """Yield the records of one window of the archive that belong to the window asked for."""
        records = read_window(file, receipt, self._date_field)
        if receipt["pmids"] != sorted(receipt["pmids"]):
            records = iter(sorted(records, key=lambda record: record.pmid))
        whole = window_of(file).within(self.window)
        for record in records:
            if record.unclear and not whole:
                self.unclear[record.pmid] = record.unclear
            if whole or record.falls_into(self.window):
                yield record


def window_of(file: Path) -> Window:
    """Return the days that a file of the archive is named after."""
    return Window.parse(file.name.removesuffix(".xml.gz"))


def placed(dates: list[str], window: Window) -> tuple[list[date], str]:
    """Return the days on which a record counts inside the archive's window, and why that is unclear or "".

    They are the dates of the record inside the window. PubMed filed the record there, so a record whose
    dates all lie outside counts on the nearest day of the window, and one without a date on the first.
    """
    days = [earliest_day(known) for known in dates]
    inside = [day for day in days if window.first <= day <= window.last]
    if inside:
        return inside, ""
    if not days:
        return [window.first], NO_DATE
    return [min(max(min(days), window.first), window.last)], ", ".join(dates)


def read_window(file: Path, receipt: dict[str, Any], date_field: str) -> Iterator[Archived]:
    """Yield the records of one window that was kept; stop where receipt and XML name different ones."""
    window = window_of(file)
    expected = iter(receipt["pmids"])
    with gzip.open(file) as stream:
        for article in articles(stream, str(file)):  # type: ignore[arg-type]
            number = int(pmid(article))
            if number != next(expected, None):
                raise InputError(
                    f"{file}: PMID {number} is not the one that the receipt names here. Freeze it again."
                )
            days, unclear = placed(search_dates(article, date_field), window)
            known = article_date(article, date_field)
            yield Archived(number, known, article_bytes(article), days, unclear)
    missing = next(expected, None)
    if missing is not None:
        raise InputError(
            f"{file}: the receipt names PMID {missing}, the XML does not hold it. Freeze it again."
        )
