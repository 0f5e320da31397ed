"""The world that is served: records as bytes, by PMID and by five dates."""

import calendar
import gzip
import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

Source = str | Path | bytes

ARTICLE_START = re.compile(rb"<(Pubmed(?:Book)?Article)[\s>]")
PMID = re.compile(rb"<PMID[^>]*>\s*(\d+)")
HISTORY = re.compile(rb'<PubMedPubDate\s+PubStatus="(entrez|pubmed|medline)"\s*>')
PARTS = re.compile(rb"<(Year|Month|Day)>\s*([^<\s]+)")
MEDLINE_DATE = re.compile(rb"<MedlineDate>\s*[^<\d]*(\d{4})(?:\s+([A-Za-z]{3}))?")
MONTHS = {name.casefold().encode(): number for number, name in enumerate(calendar.month_abbr) if name}
DATES = ("crdt", "edat", "mhda", "mdat", "pdat")
STATUSES = (b"entrez", b"pubmed", b"medline")  # of the first three


@lru_cache(1 << 16)
def _day(block: bytes) -> int:
    """Return 20220816 for a block of Year, Month, Day; a missing or worded month or day counts as 1."""
    parts = dict(PARTS.findall(block))
    if b"Year" not in parts:
        found = MEDLINE_DATE.search(block)
        if not found:
            return 0
        parts = {b"Year": found[1], b"Month": found[2] or b"1"}
    month = parts.get(b"Month", b"1")
    number = int(month) if month.isdigit() else MONTHS.get(month[:3].lower(), 1)
    day = parts.get(b"Day", b"1")
    return int(parts[b"Year"]) * 10_000 + number * 100 + (int(day) if day.isdigit() else 1)


def dates_of(record: bytes) -> tuple[int, ...]:
    """Return the days of DATES, 0 for one that the record does not have."""
    days = []
    for tag in (b"DateRevised>", b"PubDate>"):
        begin = record.find(b"<" + tag)
        days.append(_day(record[begin : record.find(b"</" + tag, begin)]) if begin >= 0 else 0)
    history: dict[bytes, int] = {}
    begin = record.rfind(b"<History")  # after the references, where it is short
    for found in HISTORY.finditer(record, max(begin, 0)):
        day = _day(record[found.end() : record.find(b"</PubMedPubDate", found.end())])
        history[found[1]] = history.get(found[1]) or day
    return (*(history.get(status, 0) for status in STATUSES), *days)


def documents(records: Source | Iterable[Source]) -> Iterator[bytes]:
    for source in [records] if isinstance(records, str | Path | bytes) else records:
        content = source if isinstance(source, bytes) else Path(source).read_bytes()
        yield gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content


def _articles(document: bytes) -> Iterator[bytes]:
    """Yield each record of a document as it is written there; one without an end is refused."""
    place = 0
    while begun := ARTICLE_START.search(document, place):
        end = document.find(b"</" + begun[1], begun.end())
        place = document.find(b">", end) + 1
        tail = document[end + 2 + len(begun[1]) : place].strip()
        if end < 0 or tail != b">" or document.find(b"<" + begun[1], begun.end(), end) >= 0:
            raise ValueError(f"a record has no end: {document[begun.start() : begun.start() + 120]!r}")
        yield document[begun.start() : place]


class Range(NamedTuple):
    """One range, both ends included; ``shown`` as PubMed repeats it, ``problem`` if it can match nothing."""

    field: str
    low: int
    high: int
    shown: str
    problem: str = ""


class World:
    """Records as bytes, newest first (by EDAT, then PMID), with a sorted list of days for each date.

    ``records`` are files or bytes: a PubmedArticleSet, or single records. Of a PMID that comes twice the last
    one counts. A record without one of the dates is in no range of that date. ``filed`` gives the days
    by which PubMed's index finds a record, where they are not those of its XML: field -> PMID -> days.
    """

    def __init__(
        self,
        records: Source | Iterable[Source] = (),
        filed: Mapping[str, Mapping[int, Sequence[int]]] | None = None,
    ) -> None:
        self.filed = filed or {}
        slots: dict[int, int] = {}
        content: list[bytes] = []
        days = [array("q") for _ in DATES]
        for document in documents(records):
            for record in _articles(document):
                number = PMID.search(record)
                if not number:
                    raise ValueError(f"a record without PMID: {record[:80]!r}")
                slots[int(number[1])] = len(content)
                content.append(record)
                for column, day in zip(days, dates_of(record), strict=True):
                    column.append(day)
        entered = days[DATES.index("edat")]
        newest_first = sorted(slots, key=lambda pmid: (entered[slots[pmid]], pmid), reverse=True)
        order = [slots[pmid] for pmid in newest_first]
        self.pmids = array("q", newest_first)
        self.records = [content[slot] for slot in order]
        self.place = {pmid: place for place, pmid in enumerate(newest_first)}
        self.columns = {
            name: array("q", [column[slot] for slot in order])
            for name, column in zip(DATES, days, strict=True)
        }
        self.columns["uid"] = self.pmids
        self._order = {
            name: array("q", sorted(range(len(self.pmids)), key=column.__getitem__))
            for name, column in self.columns.items()
        }
        self._sorted = {name: array("q", sorted(column)) for name, column in self.columns.items()}

    @classmethod
    def from_folder(cls, folder: str | Path) -> "World":
        return cls(sorted((Path(folder) / "records").glob("*.xml*")))

    def __len__(self) -> int:
        return len(self.pmids)

    def get(self, pmid: int) -> bytes | None:
        place = self.place.get(pmid)
        return None if place is None else self.records[place]

    def newest_day(self) -> date:
        """Return the last EDAT: today, if nobody says otherwise."""
        newest = self._sorted["edat"][-1] if len(self) else 0
        return date(newest // 10_000, newest // 100 % 100, newest % 100) if newest else date(2022, 8, 16)

    def select(self, base: set[int] | None, ranges: Sequence[Range]) -> array:
        """Return the PMIDs, newest first, of the places in ``base`` (None: all) that lie in all ranges."""
        if not ranges:
            return self.pmids if base is None else array("q", (self.pmids[place] for place in sorted(base)))
        if any(wanted.field in self.filed for wanted in ranges):
            everything = range(len(self)) if base is None else sorted(base)
            return array("q", (self.pmids[n] for n in everything if self._is_filed(n, ranges)))
        bounds = []
        for wanted in ranges:
            values = self._sorted[wanted.field]
            bounds.append((bisect_left(values, max(wanted.low, 1)), bisect_right(values, wanted.high)))
        narrowest = min(range(len(ranges)), key=lambda number: bounds[number][1] - bounds[number][0])
        begin, end = bounds[narrowest]
        places: Iterable[int] = self._order[ranges[narrowest].field][begin:end]
        if base is not None:
            places = [place for place in places if place in base]
        for number, wanted in enumerate(ranges):
            if number != narrowest:
                column, low, high = self.columns[wanted.field], max(wanted.low, 1), wanted.high
                places = [place for place in places if low <= column[place] <= high]
        return array("q", map(self.pmids.__getitem__, sorted(places)))

    def _is_filed(self, place: int, ranges: Sequence[Range]) -> bool:
        """Return whether PubMed's index has the record in all ranges."""
        pmid = self.pmids[place]
        for wanted in ranges:
            days = self.filed.get(wanted.field, {}).get(pmid, (self.columns[wanted.field][place],))
            if not any(max(wanted.low, 1) <= day <= wanted.high for day in days):
                return False
        return True
