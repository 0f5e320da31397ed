"""A loopback E-utilities service for tests: esearch, efetch, epost over real HTTP, and every way they fail.

It serves the PubmedArticleSet files it is given, bytes as stored, and does not read PubMed's query language:
a search is looked up by its text, and only what a client adds with `` AND `` (days, PMID ranges) is applied.

    with EntrezServer(records=["records.xml"], queries=[{"term": "asthma[tiab]", "pmids": [1, 2]}]) as server:
        server.add_faults([{"endpoint": "efetch", "when": {"nth": 2}, "fault": "cut-chunked"}])
        run_client(server.url)
        assert server.violations() == []

As a program, ``python tests/entrez_server.py --records FILE...``, it prints its address and ends with its
parent. Only 127.0.0.1 is listened on, and no other host is ever asked.
"""

import argparse
import calendar
import gzip
import hashlib
import json
import math
import os
import random
import re
import select
import socket
import struct
import sys
import threading
import time
import zlib
from array import array
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit
from xml.sax.saxutils import escape

from lxml import etree

BASE = "/entrez/eutils/"
WALL = 9_999  # records of one search that PubMed lists
FETCH_LIMIT = 10_000  # what efetch lowers retmax to
LONGEST_LINE = 8_000  # bytes of a request line
SUMMARY_LIMIT = 500  # of esummary in JSON
KEPT_ALIVE_SECONDS, KEPT_ALIVE_REQUESTS = 4, 40

XML, JSON, TEXT = (f"{kind}; charset=UTF-8" for kind in ("text/xml", "application/json", "text/plain"))
HTML = "text/html"

# -- what the service writes, in its own words -----------------------------------------------------------

PROLOG = '<?xml version="1.0" encoding="UTF-8" ?>\n'
DTD = "https://eutils.ncbi.nlm.nih.gov/eutils/dtd/"
ESEARCH = (
    f'{PROLOG}<!DOCTYPE eSearchResult PUBLIC "-//NLM//DTD esearch 20060628//EN" '
    f'"{DTD}20060628/esearch.dtd">\n'
)
EFETCH = (
    f'{PROLOG}<!DOCTYPE eEfetchResult PUBLIC "-//NLM//DTD efetch 20131226//EN" "{DTD}20131226/efetch.dtd">\n'
)
ELINK = f'{PROLOG}<!DOCTYPE eLinkResult PUBLIC "-//NLM//DTD elink 20101123//EN" "{DTD}20101123/elink.dtd">'
PMC_DTD = "https://dtd.nlm.nih.gov/ncbi/pmc/articleset/nlm-articleset-2.0.dtd"
EPOST = f'{PROLOG}<!DOCTYPE ePostResult PUBLIC "-//NLM//DTD epost 20090526//EN" "{DTD}20090526/epost.dtd">'
EINFO = f'{PROLOG}<!DOCTYPE eInfoResult PUBLIC "-//NLM//DTD einfo 20190110//EN" "{DTD}20190110/einfo.dtd">\n'
ESUMMARY_1 = (
    f'{PROLOG}<!DOCTYPE eSummaryResult PUBLIC "-//NLM//DTD esummary v1 20041029//EN" '
    f'"{DTD}20041029/esummary-v1.dtd">\n'
)
ESUMMARY_2 = (
    f'{PROLOG}<!DOCTYPE eSummaryResult PUBLIC "-//NLM//DTD esummary pubmed 20160808//EN" '
    f'"{DTD}20160808/esummary_pubmed.dtd">\n'
)

PAST_WINDOW = (
    "Search Backend failed: Exception:\n'retstart' cannot be larger than {last}. For PubMed, ESearch can "
    "only "
    "retrieve the first {cap:,} records matching the query. To obtain more than {cap:,} PubMed records, "
    "consider "
    "using EDirect that contains additional logic to batch PubMed search results automatically so that an "
    "arbitrary number can be retrieved. For details see https://www.ncbi.nlm.nih.gov/books/NBK25499/"
)
UNBALANCED = "Search Backend failed: unbalanced query"
BACKEND_502 = "Search Backend failed: Pubmed 2.0 search API: HTTP request returned 502 status."
PROXY_502 = (
    " Error: CEFetchPApplication::proxy_stream(): &#xa;&lt;html&gt;&lt;head&gt;&#xa;&lt;meta "
    "http-equiv=&quot;"
    "content-type&quot; content=&quot;text/html;charset=utf-8&quot;&gt;&#xa;&lt;title&gt;502 Server "
    "Error&lt;/title"
    "&gt;&#xa;&lt;/head&gt;&#xa;&lt;body text=#000000 bgcolor=#ffffff&gt;&#xa;&lt;h1&gt;Error: Server "
    "Error&lt;/h1"
    "&gt;&#xa;&lt;h2&gt;The server encountered a temporary error and could not complete your "
    "request.&lt;p&gt;"
    "Please try again in 30 seconds.&lt;/h2&gt;&#xa;&lt;h2&gt;&lt;/h2&gt;&#xa;&lt;/body&gt;&lt;/html&gt;"
)
VIEWER_TIMEOUT = (
    "<eFetchResult><ERROR>Error: External viewer error: Empty Response. Bytes read: 0 Status: Timeout</ERROR>"
    "</eFetchResult>"
)
FORWARDING_500 = '{"error":"error forwarding request","api-key":"127.0.0.1","type":"ip",\n"status":"ok"}\n'
DIAGNOSTIC_500 = (
    "<head> <title>NCBI/eutils202 - WWW Error 500 Diagnostic</title> </head> <body> <h1>Server Error</h1>  "
    " <p>Your "
    "request could not be processed due to a problem on our Web server.  This could be a transient "
    "problem, please "
    'try the query again.</p> <hr/> <p> Diagnostic Information:</p>  <div class="diags">Error: 500</div>'
)
BLOCKED = (
    '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN">\n'
    "<html><head><title>NCBI - WWW Error Blocked Diagnostic</title></head><body>blocked</body></html>\n"
)
HTML_PAGE = (
    "<html><head><title>PmFetch response</title></head><body>\n<pre>\nPubmed-entry ::= {\n  pmid 1,<br>"
)
EMPTY_LIST = "ID list is empty! Possibly it has no correct IDs."
NO_DB = "Mandatory parameter: db - is omitted\n"
BAD_IDS = "Some IDs have invalid value and were omitted. Maximum ID value 18446744073709551615"
TOO_MANY = "Too many UIDs in request. Maximum number of UIDs is 500 for JSON format output."
NEW_ELEMENT = b'<AiGenerated Model="unknown">no DTD knows this</AiGenerated>'

SORTS = {"", "relevance", "pub_date", "author", "journalname", "most recent"}

# -- the world: records by PMID and by five dates ---------------------------------------------------------

Source = str | Path | bytes

ARTICLE_START = re.compile(rb"<(Pubmed(?:Book)?Article)[\s>]")
PMID = re.compile(rb"<PMID[^>]*>\s*(\d+)")
HISTORY = re.compile(rb'<PubMedPubDate\s+PubStatus="(entrez|pubmed|medline)"\s*>')
PARTS = re.compile(rb"<(Year|Month|Day)>\s*([^<\s]+)")
MEDLINE_DATE = re.compile(rb"<MedlineDate>\s*[^<\d]*(\d{4})(?:\s+([A-Za-z]{3}))?")
ABSTRACT = re.compile(rb"<AbstractText[^>]*[^/>]>|<AbstractText>")
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


def _dates(record: bytes) -> tuple[int, ...]:
    """Return the days of DATES, 0 for one that the record does not have."""
    days = []
    for tag in (b"DateRevised>", b"PubDate>"):
        begin = record.find(b"<" + tag)
        days.append(_day(record[begin : record.find(b"</" + tag, begin)]) if begin >= 0 else 0)
    history: dict[bytes, int] = {}
    begin = record.rfind(b"<History")  # behind the references, where it is short
    for found in HISTORY.finditer(record, max(begin, 0)):
        day = _day(record[found.end() : record.find(b"</PubMedPubDate", found.end())])
        history[found[1]] = history.get(found[1]) or day
    return (*(history.get(status, 0) for status in STATUSES), *days)


def _documents(records: "Source | Iterable[Source]") -> Iterator[bytes]:
    for source in [records] if isinstance(records, str | Path | bytes) else records:
        content = source if isinstance(source, bytes) else Path(source).read_bytes()
        yield gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content


def _articles(document: bytes) -> Iterator[bytes]:
    """Yield each record of a document as it stands there; one without an end is refused."""
    place = 0
    while begun := ARTICLE_START.search(document, place):
        end = document.find(b"</" + begun[1], begun.end())
        place = document.find(b">", end) + 1
        tail = document[end + 2 + len(begun[1]) : place].strip()
        if end < 0 or tail != b">" or document.find(b"<" + begun[1], begun.end(), end) >= 0:
            raise ValueError(f"a record has no end: {document[begun.start() : begun.start() + 120]!r}")
        yield document[begun.start() : place]


class World:
    """Records as bytes, newest first (by EDAT, then PMID), with a sorted list of days for each date.

    ``records`` are files or bytes: a PubmedArticleSet, or single records. Of a PMID that comes twice the last
    one counts. A record without one of the dates is in no range of that date.
    """

    def __init__(self, records: "Source | Iterable[Source]" = ()) -> None:
        slots: dict[int, int] = {}
        content: list[bytes] = []
        days = [array("q") for _ in DATES]
        for document in _documents(records):
            for record in _articles(document):
                number = PMID.search(record)
                if not number:
                    raise ValueError(f"a record without PMID: {record[:80]!r}")
                slots[int(number[1])] = len(content)
                content.append(record)
                for column, day in zip(days, _dates(record), strict=True):
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

    def select(self, base: set[int] | None, ranges: Sequence["Range"]) -> array:
        """Return the PMIDs, newest first, of the places in ``base`` (None: all) that lie in all ranges."""
        if not ranges:
            return self.pmids if base is None else array("q", (self.pmids[place] for place in sorted(base)))
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


# -- terms: a base that is looked up, and the ranges a client adds -----------------------------------------

LONG_NAMES = {
    "crdt": "Date - Create",
    "edat": "Date - Entry",
    "pdat": "Date - Publication",
    "mhda": "Date - MeSH",
    "mdat": "Date - Modification",
    "uid": "UID",
}
FIELDS = {
    **{name: name for name in LONG_NAMES},
    **{long.casefold(): name for name, long in LONG_NAMES.items()},
    "create date": "crdt",
    "entry date": "edat",
    "entrez date": "edat",
    "dp": "pdat",
    "publication date": "pdat",
    "mesh date": "mhda",
    "lr": "mdat",
    "date - last revision": "mdat",
    "modification date": "mdat",
    "pmid": "uid",
}
RANGE = re.compile(r'("?)([\d/-]+)\1\s*(?:\[([^\[\]]+)\])?\s*:\s*("?)([\d/-]+)\4\s*\[([^\[\]]+)\]')
SINGLE = re.compile(r'("?)([\d/-]+)\1\s*\[([^\[\]]+)\]')
MARKS = re.compile(r'["()\[\]]| AND ')
DAY = re.compile(r"(\d{4})(?:/(\d{1,2}))?(?:/(\d{1,2}))?")


class Range(NamedTuple):
    """One range, both ends included; ``shown`` as PubMed repeats it, ``problem`` if it can match nothing."""

    field: str
    low: int
    high: int
    shown: str
    problem: str = ""


def day_number(text: str, last: bool) -> int | None:
    """Return 20200229 for 2020/02/29; of a month or year its first or last day; None if impossible.

    >>> day_number("2020/02", last=True), day_number("2020", last=False), day_number("2021/02/29", last=False)
    (20200229, 20200101, None)
    """
    found = DAY.fullmatch(text.strip())
    if not found:
        return None
    year, month = int(found[1]), int(found[2] or (12 if last else 1))
    if year < 1 or not 1 <= month <= 12:
        return None
    longest = calendar.monthrange(year, month)[1]
    day = int(found[3] or (longest if last else 1))
    return year * 10_000 + month * 100 + day if 1 <= day <= longest else None


def make_range(name: str, low_text: str, high_text: str) -> Range:
    """Return the range of a field known by ``name``; a reversed or impossible one says so."""
    if name == "uid":
        low, high = (int(text) if text.isdigit() else None for text in (low_text, high_text))
        shown = f"{low_text}:{high_text}[UID]" if low_text != high_text else f"{low_text}[UID]"
    else:
        low, high = day_number(low_text, last=False), day_number(high_text, last=True)
        texts = [
            text if number is None else f"{number // 10_000:04}/{number // 100 % 100:02}/{number % 100:02}"
            for text, number in ((low_text, low), (high_text, high))
        ]
        shown = f"{texts[0]}:{texts[1]}[{LONG_NAMES[name]}]"
    if low is None or high is None or low > high:
        return Range(name, 1, 0, shown, "impossible range")
    return Range(name, low, high, shown)


def read_range(text: str) -> Range | None:
    """Return the range that a client wrote, None if the text is something else.

    >>> read_range('("2020/01"[CRDT] : "2020/02"[CRDT])').shown
    '2020/01/01:2020/02/29[Date - Create]'
    >>> read_range("physiotherapy[tiab]") is None
    True
    """
    text = bare(text)
    if found := RANGE.fullmatch(text):
        low, first_tag, high, tag = found[2], found[3], found[5], found[6]
        names = {" ".join(name.casefold().split()) for name in (first_tag or tag, tag)}
        fields = {FIELDS.get(name) for name in names}
        known = fields.pop() if len(fields) == 1 else None
        return make_range(known, low, high) if known else Range("uid", 1, 0, text, f"FieldNotFound: {tag}")
    if found := SINGLE.fullmatch(text):
        known = FIELDS.get(" ".join(found[3].casefold().split()))
        return make_range(known, found[2], found[2]) if known else None
    return None


def split_ands(text: str) -> list[str] | None:
    """Return the parts between `` AND `` outside quotes, brackets and parentheses; None if unbalanced."""
    parts, begin, depth, quoted, tag = [], 0, 0, False, False
    for mark in MARKS.finditer(text):
        sign = mark[0]
        if sign == '"':
            quoted = not quoted
        elif quoted:
            continue
        elif sign in "[]":
            tag = sign == "["
        elif tag:
            continue
        elif sign in "()":
            depth += 1 if sign == "(" else -1
            if depth < 0:
                return None
        elif depth == 0:
            parts.append(text[begin : mark.start()])
            begin = mark.end()
    return None if depth else [*parts, text[begin:]]


def bare(text: str) -> str:
    """Return the text without white space around it and without parentheses around the whole of it."""
    text = text.strip()
    while text.startswith("(") and text.endswith(")"):
        inner = text[1:-1]
        if split_ands(inner) is None:
            break
        text = inner.strip()
    return text


class Query(NamedTuple):
    """One search of the world: None as ``pmids`` means every record."""

    term: str
    pmids: tuple[int, ...] | None = None
    translation: str = ""
    errors: tuple[tuple[str, str], ...] = ()
    warnings: tuple[tuple[str, str], ...] = ()
    translations: tuple[tuple[str, str], ...] = ()


def read_queries(queries: Any) -> list[Query] | None:
    """Return the queries of a list, a file or a JSON text.

    Errors and warnings are ``"PhraseNotFound: word"``, ``{"PhraseNotFound": "word"}``, or a plain text:
    PhraseNotFound among errors, OutputMessage among warnings.
    """
    if queries is None:
        return None
    if isinstance(queries, str | Path | bytes):
        queries = json.loads(queries if isinstance(queries, bytes) else Path(queries).read_text("utf-8"))

    def notes(given: Iterable[Any], usual: str) -> tuple[tuple[str, str], ...]:
        found: list[tuple[str, str]] = []
        for note in given:
            if isinstance(note, dict):
                found.extend(note.items())
            else:
                tag, colon, text = str(note).partition(": ")
                found.append((tag, text) if colon and tag in NOTES else (usual, str(note)))
        return tuple(found)

    return [
        query
        if isinstance(query, Query)
        else Query(
            query["term"],
            None if query.get("pmids") is None else tuple(map(int, query["pmids"])),
            query.get("translation") or "",
            notes(query.get("errors") or (), "PhraseNotFound"),
            notes(query.get("warnings") or (), "OutputMessage"),
            tuple((one["from"], one["to"]) for one in query.get("translation_set") or ()),
        )
        for query in queries
    ]


ERRORS = {"PhraseNotFound": "phrasesnotfound", "FieldNotFound": "fieldsnotfound"}
WARNINGS = {
    "PhraseIgnored": "phrasesignored",
    "QuotedPhraseNotFound": "quotedphrasesnotfound",
    "OutputMessage": "outputmessages",
}
NOTES = {**ERRORS, **WARNINGS}


class Hits(NamedTuple):
    """What a search found, newest first, and what it says of itself; ``failed`` is an ERROR instead."""

    pmids: Sequence[int]
    translation: str = ""
    errors: tuple[tuple[str, str], ...] = ()
    warnings: tuple[tuple[str, str], ...] = ()
    translations: tuple[tuple[str, str], ...] = ()
    failed: str = ""


class Index:
    """Looks terms up: those of ``queries``, those of ``terms`` (all records), or, with neither, any term."""

    def __init__(self, world: World, queries: Any = None, terms: Iterable[str] | None = None) -> None:
        self.world = world
        listed = read_queries(queries)
        self._any = listed is None and terms is None
        known = [*(Query(term) for term in terms or ()), *(listed or ())]
        self._known = {key: query for query in known for key in (bare(query.term), query.term.strip())}
        self._cache: dict[tuple[str, tuple[Range, ...]], Hits] = {}
        self._lock = threading.Lock()

    def find(self, term: str, more: Sequence[Range] = ()) -> Hits:
        with self._lock:
            key = (term, tuple(more))
            if key not in self._cache:
                while len(self._cache) >= 64:
                    del self._cache[next(iter(self._cache))]
                self._cache[key] = self._find(term, more)
            return self._cache[key]

    def _find(self, term: str, more: Sequence[Range]) -> Hits:
        if not term.strip():
            return Hits((), warnings=(("OutputMessage", "No items found."),))
        base, ranges = self._parse(term)
        if base is None:
            return Hits((), failed=UNBALANCED)
        ranges = [*ranges, *more]
        query = self._known.get(base) or self._known.get(bare(base))
        if query is None and (self._any or not base):
            shown = base if "[" in base or not base else f'"{base}"[All Fields]'
            query = Query(base, None, shown)
        if query is None:
            word = bare(base)
            return Hits(
                (),
                " AND ".join([f"({word}[All Fields])", *(one.shown for one in ranges)]),
                (("PhraseNotFound", word),),
                (("OutputMessage", "No items found."),),
            )
        translation = query.translation or query.term
        if ranges and " OR " in translation and bare(translation) == translation.strip():
            translation = f"({translation})"
        translation = " AND ".join(part for part in (translation, *(one.shown for one in ranges)) if part)
        errors, warnings = list(query.errors), list(query.warnings)
        for one in ranges:
            tag, colon, text = one.problem.partition(": ")
            if colon:
                errors.append((tag, text))
        if base.count('"') % 2 and self._any:
            warnings.append(("OutputMessage", "Unmatched double quote ignored."))
        pmids = [] if any(one.problem for one in ranges) else self._select(query, ranges)
        if not pmids:
            warnings.append(("OutputMessage", "No items found."))
        return Hits(pmids, translation, tuple(errors), tuple(warnings), query.translations)

    def _select(self, query: Query, ranges: Sequence[Range]) -> Sequence[int]:
        """Return the hits; a PMID that is listed without a record has no dates, and comes last."""
        if query.pmids is None:
            return self.world.select(None, ranges)
        place = self.world.place
        found = self.world.select({place[pmid] for pmid in query.pmids if pmid in place}, ranges)
        if all(one.field == "uid" for one in ranges):
            bare_pmids = (pmid for pmid in dict.fromkeys(query.pmids) if pmid not in place)
            found = found + array(
                "q", [pmid for pmid in bare_pmids if all(one.low <= pmid <= one.high for one in ranges)]
            )
        return found

    def _parse(self, term: str) -> tuple[str | None, list[Range]]:
        """Return the base term and the ranges around it; "" is everything, None an unbalanced term."""
        text = term.strip()
        if text in self._known or bare(text) in self._known:
            return text, []
        if found := read_range(text):
            return "", [found]
        parts = split_ands(text)
        if parts is None:
            return None, []
        if len(parts) == 1:
            inner = bare(text)
            return self._parse(inner) if inner != text else (text, [])
        for edge, rest in ((-1, parts[:-1]), (0, parts[1:])):
            if found := read_range(parts[edge]):
                base, ranges = self._parse(" AND ".join(rest))
                return base, ([*ranges, found] if edge else [found, *ranges])
        return text, []


# -- faults ------------------------------------------------------------------------------------------------

ANY = frozenset({"esearch", "efetch", "epost", "esummary", "einfo", "elink"})
SEARCH, FETCH = frozenset({"esearch"}), frozenset({"efetch"})
_ANYWHERE = (
    *("429", "429-key", "400-key", "502", "503", "504", "forwarding-500", "diagnostic-500", "blocked"),
    *("redirect-307", "html-200", "json-instead-of-xml", "empty-200", "truncate-clean", "cut-chunked"),
    *("cut-length", "reset", "close", "stall-head", "stall-body", "drip", "gzip-bad", "bad-utf8"),
    "control-char",
)
_RECORDS = (
    *("backend-502-efetch", "viewer-timeout", "truncate-record", "omit-one", "omit-page"),
    *("extra-record", "dup-record", "new-element"),
)
PARAMETERS = frozenset(
    (
        *(
            "db",
            "term",
            "id",
            "retstart",
            "retmax",
            "rettype",
            "retmode",
            "usehistory",
            "WebEnv",
            "query_key",
        ),
        *("sort", "field", "datetype", "mindate", "maxdate", "reldate", "tool", "email", "version"),
    )
)
FAULTS: dict[str, frozenset[str]] = {
    **dict.fromkeys(_ANYWHERE, ANY),
    **dict.fromkeys(("webenv-gone", "retstart-wall"), SEARCH | FETCH),
    **dict.fromkeys(("backend-502-esearch", "count-moves", "slice-moves"), SEARCH),
    **dict.fromkeys(_RECORDS, FETCH),
}
# What passes by itself and shows on the wire or in the form of the answer: for random mixtures.
TRANSIENT = (
    *("429", "502", "503", "504", "forwarding-500", "diagnostic-500"),
    *("backend-502-esearch", "backend-502-efetch", "viewer-timeout"),
    *("html-200", "json-instead-of-xml", "empty-200", "truncate-clean", "truncate-record"),
    *("cut-chunked", "cut-length", "reset", "close", "gzip-bad", "bad-utf8", "control-char"),
)
# Slow ones pass too, after the client's own time-out; shaky ones are well formed, only counting tells.
SLOW = ("stall-head", "stall-body", "drip")
SHAKY = ("extra-record", "dup-record", "omit-one", "omit-page")


@dataclass
class Fault:
    """One line of a plan. ``times`` None: for ever. ``seen`` counts requests to its endpoint that fit."""

    kind: str
    endpoint: str | None = None
    when: dict[str, Any] = field(default_factory=dict)
    times: int | None = 1
    status: int | None = None
    more: dict[str, Any] = field(default_factory=dict)
    seen: int = 0
    fired: int = 0

    @classmethod
    def read(cls, plan: "dict[str, Any] | Fault") -> "Fault":
        if isinstance(plan, Fault):
            return plan
        given = dict(plan)
        kind, endpoint = str(given.pop("fault", "")), given.pop("endpoint", None)
        when, status = dict(given.pop("when", None) or {}), given.pop("status", None)
        when.update(when.pop("param", {}))
        endpoint = None if endpoint in (None, "*") else str(endpoint).removesuffix(".fcgi")
        if kind not in FAULTS:
            raise ValueError(f"no fault is called {kind!r}: {', '.join(sorted(FAULTS))}")
        if endpoint is not None and endpoint not in FAULTS[kind]:
            raise ValueError(f"{kind} happens at {', '.join(sorted(FAULTS[kind]))}, not at {endpoint!r}")
        times = given.pop("times", "usual")
        rules = {"nth", "after_records", "probability", "seed"}
        if unknown := (when.keys() - rules - PARAMETERS) | (given.keys() - {"by", "cap", "pmid"}):
            raise ValueError(f"{kind}: unknown in a plan: {', '.join(sorted(unknown))}")
        usual: int | None = None if "probability" in when else 1
        if isinstance(when.get("nth"), list):
            usual = len(when["nth"])
        return cls(kind, endpoint, when, usual if times == "usual" else times, status, given)

    def restart(self) -> None:
        self.seen = self.fired = 0

    def strikes(self, request: "Request", delivered: int) -> bool:
        """Count the request and say whether the fault hits it."""
        if request.endpoint not in FAULTS[self.kind] or self.endpoint not in (None, request.endpoint):
            return False
        rules = {"nth", "after_records", "probability", "seed"}
        if not all(self._fits(request, name, self.when[name]) for name in self.when.keys() - rules):
            return False
        self.seen += 1
        if self.times is not None and self.fired >= self.times:
            return False
        nth = self.when.get("nth", 0)
        if self.seen not in nth if isinstance(nth, list) else self.seen < nth:
            return False
        if delivered < self.when.get("after_records", 0):
            return False
        return _chance(self.when.get("probability", 1.0), self.when.get("seed", 0), request, self.seen)

    @staticmethod
    def _fits(request: "Request", name: str, wanted: Any) -> bool:
        given = request.one(name)
        if isinstance(wanted, dict):
            return str(wanted["contains"]) in given
        return str(wanted) in (request.ids() if name == "id" else [given])


def _chance(probability: float, seed: Any, request: "Request", number: int) -> bool:
    """Draw by what is asked and how often, not by order of arrival: several clients change nothing."""
    return probability >= 1 or random.Random(f"{seed}|{request.logical}|{number}").random() < probability


@dataclass
class RandomFaults:
    """Transient faults at random, never more than ``most`` in a row for the same logical request."""

    probability: float = 0.05
    seed: int = 1
    kinds: Sequence[str] = TRANSIENT
    most: int = 2
    asked: dict[str, int] = field(default_factory=dict)
    in_a_row: dict[str, int] = field(default_factory=dict)

    def restart(self) -> None:
        self.asked.clear()
        self.in_a_row.clear()

    def draw(self, request: "Request") -> Fault | None:
        name = request.logical
        number = self.asked[name] = self.asked.get(name, 0) + 1
        kinds = [kind for kind in self.kinds if request.endpoint in FAULTS[kind]]
        row = self.in_a_row.get(name, 0)
        if not kinds or row >= self.most or not _chance(self.probability, self.seed, request, number):
            self.in_a_row[name] = 0
            return None
        self.in_a_row[name] = row + 1
        return Fault(random.Random(f"{self.seed}|kind|{name}|{number}").choice(kinds), request.endpoint)


# -- requests and answers ----------------------------------------------------------------------------------


@dataclass
class Request:
    """One request with the parameters of address and body together."""

    endpoint: str
    method: str
    parameters: list[tuple[str, str]]
    client: str = ""
    logical: str = ""

    def __post_init__(self) -> None:
        asked = sorted(pair for pair in self.parameters if pair[0] not in ("api_key", "tool", "email"))
        self.logical = hashlib.sha256(json.dumps([self.endpoint, asked]).encode()).hexdigest()

    def one(self, name: str) -> str:
        if name == "id":
            return ",".join(value for key, value in self.parameters if key == "id")
        return next((value for key, value in self.parameters if key == name), "")

    def has(self, name: str) -> bool:
        return any(key == name for key, _ in self.parameters)

    def number(self, name: str, usual: int) -> int:
        text = self.one(name).strip()
        return int(text) if text.isdigit() else usual

    def ids(self) -> list[str]:
        return [part.strip() for part in self.one("id").split(",")]

    def uids(self) -> list[int]:
        """Return the positive numbers among the ids, each once; -1 is read as 1."""
        numbers = (int(text.lstrip("+-")) for text in self.ids() if re.fullmatch(r"[+-]?\d{1,18}", text))
        return list(dict.fromkeys(number for number in numbers if number > 0))


@dataclass
class Answer:
    body: bytes = b""
    kind: str = XML
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    records: int = 0
    fault: str = ""


def xml_error(head: str, root: str, *messages: str, status: int = 200, escaped: bool = True) -> Answer:
    lines = "".join(f"\t<ERROR>{escape(text) if escaped else text}</ERROR>\n" for text in messages)
    return Answer(f"{head}<{root}>\n{lines}</{root}>\n".encode(), XML, status)


def as_json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


class Expired(Exception):
    """The history does not know this set (any more, or yet)."""


class EntrezServer:
    """The service on a port of 127.0.0.1 that the system picks; ``with`` starts and stops it.

    records: files, bytes or a World (load a large one once and share it). queries, terms: see Index.
    clock: today, for reldate. cap: the wall. rate, rate_with_key: requests a second, None for no limit;
    valid_keys: None takes any key. sliding: any second, not seconds of the clock. enforce_rate: False only
    notes what would have been refused. penalty: seconds in which all is refused after a refusal; retry_after:
    what the answer says, by default the penalty. webenv_ttl: seconds that a history lives; webenv_calls: uses
    that it lives; late_webenv: uses before it is known; webenv_status: of efetch on a lost one. dtd: the day
    in the name of the DTD. left_out: PMIDs that searches list and efetch silently omits. drip_seconds: pause
    between two bytes of a drip. stall_seconds: how long a stalled answer keeps its connection. pmc: PMCID
    (digits) -> its article as XML, or as text why it is not given; pmc_links: PMID -> PMCID.
    """

    def __init__(
        self,
        records: "World | Source | Iterable[Source]" = (),
        queries: Any = None,
        *,
        terms: Iterable[str] | None = None,
        clock: date | str | None = None,
        cap: int = WALL,
        rate: int | None = 3,
        rate_with_key: int | None = 10,
        valid_keys: Iterable[str] | None = None,
        sliding: bool = True,
        enforce_rate: bool = True,
        penalty: float = 2.0,
        retry_after: float | None = None,
        webenv_ttl: float | None = None,
        webenv_calls: int | None = None,
        late_webenv: int = 0,
        webenv_status: int = 400,
        dtd: str = "260101",
        left_out: Iterable[int] = (),
        drip_seconds: float = 1.0,
        stall_seconds: float = 3600.0,
        port: int = 0,
        pmc: Mapping[int, bytes | str] | None = None,
        pmc_links: Mapping[int, int] | None = None,
    ) -> None:
        self.pmc, self.pmc_links = dict(pmc or {}), dict(pmc_links or {})
        self.cap, self.rate, self.rate_with_key = cap, rate, rate_with_key
        self.valid_keys = None if valid_keys is None else set(valid_keys)
        self.sliding, self.enforce_rate, self.penalty = sliding, enforce_rate, penalty
        self.retry_after = math.ceil(penalty) if retry_after is None else retry_after
        self.webenv_ttl, self.webenv_calls, self.late_webenv = webenv_ttl, webenv_calls, late_webenv
        self.webenv_status, self.dtd, self.left_out = webenv_status, dtd, set(left_out)
        self.drip_seconds, self.stall_seconds = drip_seconds, stall_seconds
        self._lock = threading.RLock()
        self.stopping = threading.Event()
        self._faults: list[Fault] = []
        self._random: RandomFaults | None = None
        self.worlds: dict[str, tuple[World, Any]] = {}
        terms = None if terms is None else list(terms)
        self.set_world(records, queries, terms=terms, clock=clock)
        self._first = (self.world, queries, terms, self.clock)
        self._clear()
        self._http = _Listener(("127.0.0.1", port), _Handler)
        self._http.service = self
        self._thread: threading.Thread | None = None
        self.port = self._http.server_address[1]
        self.root = f"http://127.0.0.1:{self.port}"
        self.url = self.root + BASE

    # -- life ------------------------------------------------------------------------------------------

    def __enter__(self) -> "EntrezServer":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self.stopping.set()
        if self._thread:
            self._http.shutdown()
            self._thread.join()
        self._http.server_close()
        self._http.hang_up()

    # -- control ---------------------------------------------------------------------------------------

    def set_world(
        self,
        records: "World | Source | Iterable[Source]",
        queries: Any = None,
        *,
        terms: Iterable[str] | None = None,
        clock: date | str | None = None,
    ) -> None:
        """Serve other records and queries from now on; histories keep the PMIDs they hold."""
        world = records if isinstance(records, World) else World(records)
        index = Index(world, queries, terms)
        day = date.fromisoformat(clock.strip()) if isinstance(clock, str) else clock
        with self._lock:
            self.world, self.index, self.clock = world, index, day or world.newest_day()

    def add_faults(self, plan: "dict[str, Any] | Iterable[dict[str, Any] | Fault]") -> None:
        """Add faults to the plan: ``{endpoint, when, fault, times, status}``, see FAULTS for their names.

        ``when``: nth (or a list of them), after_records, probability with seed, or a parameter with its value
        (of id: one of them; ``{"contains": "[UID]"}``: part of it); several hold together, none is always.
        ``{"fault": "random", ...}`` sets random faults. An earlier fault goes first.
        """
        lines = [plan] if isinstance(plan, dict) else list(plan)
        for line in [line for line in lines if isinstance(line, dict) and line.get("fault") == "random"]:
            self.random_faults(**{name: value for name, value in line.items() if name != "fault"})
            lines.remove(line)
        faults = [Fault.read(line) for line in lines]
        with self._lock:
            self._faults.extend(faults)

    def random_faults(
        self, probability: float = 0.05, seed: int = 1, kinds: Sequence[str] = TRANSIENT, most: int = 2
    ) -> None:
        """Hit requests at random, the same logical request at most ``most`` times in a row."""
        if unknown := set(kinds) - set(FAULTS):
            raise ValueError(f"no fault is called {', '.join(sorted(unknown))}")
        with self._lock:
            self._random = RandomFaults(probability, seed, tuple(kinds), most) if probability else None

    def clear_faults(self) -> None:
        with self._lock:
            self._faults.clear()
            self._random = None

    def reset(self) -> None:
        """Restore world, clock and counters; forget log and histories. Faults stay and count from 1 again."""
        world, queries, terms, clock = self._first
        self.set_world(world, queries, terms=terms, clock=clock)
        with self._lock:
            self._clear()
            for fault in self._faults:
                fault.restart()
            if self._random:
                self._random.restart()

    def _clear(self) -> None:
        self._log: list[dict[str, Any]] = []
        self._arrivals: dict[str, deque[float]] = {}
        self._closed_until: dict[str, float] = {}
        self._histories: dict[str, dict[str, Any]] = {}
        self._made = self._delivered = 0

    # -- what happened ---------------------------------------------------------------------------------

    def log(self, endpoint: str | None = None) -> list[dict[str, Any]]:
        """Return every request so far, or those to one endpoint (also misuse, elsewhere, dtd, other)."""
        with self._lock:
            entries = json.loads(json.dumps(self._log))
        return [entry for entry in entries if endpoint in (None, entry["endpoint"])]

    def violations(self) -> list[str]:
        return [f"{entry['endpoint']}: {one}" for entry in self.log() for one in entry["violations"]]

    def most_in_a_second(self) -> int:
        """Return the largest number of requests of one key or client that arrived in any one second."""
        times: dict[str, list[float]] = {}
        for entry in self.log():
            if entry["endpoint"] in ANY:
                times.setdefault(entry["counted_as"], []).append(entry["at"])
        return max(
            (
                bisect_left(one, at + 1.0) - n
                for one in map(sorted, times.values())
                for n, at in enumerate(one)
            ),
            default=0,
        )

    # -- one request -----------------------------------------------------------------------------------

    def note(self, request: Request, target: str) -> dict[str, Any]:
        """Write the request into the log before it is answered."""
        given: dict[str, Any] = {}
        for name, value in request.parameters:
            shown = "hidden" if name == "api_key" else value
            given[name] = f"{given[name]},{shown}" if name in given else shown
        entry: dict[str, Any] = {
            "at": time.monotonic(),
            "time": datetime.now(UTC).isoformat(),
            "endpoint": request.endpoint,
            "method": request.method,
            "parameters": given,
            "api_key": request.has("api_key"),
            "counted_as": hashlib.sha256((request.one("api_key") or request.client).encode()).hexdigest()[:8],
            "status": None,
            "fault": None,
            "records": 0,
            "violations": [],
        }
        if request.endpoint in ANY:
            entry["violations"] = [f"no {name}" for name in ("tool", "email") if not request.one(name)]
            if request.has("mindate") != request.has("maxdate"):
                entry["violations"].append("one of mindate and maxdate alone")
        elif request.endpoint in ("misuse", "elsewhere", "dtd"):
            entry["violations"].append(
                "a DTD was asked for" if request.endpoint == "dtd" else "a redirect was followed"
            )
        if "api_key" in dict(parse_qsl(urlsplit(target).query)):
            entry["violations"].append("api_key in the address")
        with self._lock:
            entry["n"] = len(self._log) + 1
            self._log.append(entry)
        return entry

    def answer(self, request: Request, entry: dict[str, Any]) -> tuple[Answer, Fault | None]:
        """Return the answer and the fault that the wire has still to do to it."""
        key = request.one("api_key")
        if key and self.valid_keys is not None and key not in self.valid_keys:
            return self._bad_key(key), None
        limit = self.rate_with_key if key else self.rate
        headers = {}
        if limit:
            count, refused = self._count(key or request.client, limit)
            if count > limit or refused:
                entry["violations"].append(f"rate: {count} requests in a second, {limit} are allowed")
                if refused:
                    return self._too_many(key or request.client, max(count, limit + 1), limit), None
            headers = {"X-RateLimit-Limit": str(limit), "X-RateLimit-Remaining": str(max(0, limit - count))}
        with self._lock:
            struck = [fault for fault in self._faults if fault.strikes(request, self._delivered)]
            fault = struck[0] if struck else None
            if fault:
                fault.fired += 1
            elif self._random:
                fault = self._random.draw(request)
        answer = (fault and self._instead(request, fault, limit or 3)) or self._endpoint(request, fault)
        if fault:
            entry["fault"] = answer.fault = fault.kind
            answer.status = fault.status or answer.status
        answer.headers = {**headers, **answer.headers}
        entry["records"] = answer.records
        with self._lock:
            self._delivered += answer.records
        return answer, fault

    def _count(self, caller: str, limit: int) -> tuple[int, bool]:
        """Count the request; return how many the caller made in this second, and whether to refuse it."""
        now = time.monotonic()
        with self._lock:
            arrivals = self._arrivals.setdefault(caller, deque())
            begin = now - 1.0 if self.sliding else float(math.floor(now))
            while arrivals and (arrivals[0] <= begin if self.sliding else arrivals[0] < begin):
                arrivals.popleft()
            arrivals.append(now)
            count = len(arrivals)
            if not self.enforce_rate:
                return count, False
            if count > limit:
                self._closed_until[caller] = now + self.penalty
            return count, count > limit or now < self._closed_until.get(caller, 0.0)

    def _bad_key(self, key: str) -> Answer:
        shown = json.dumps(key or "k1")
        text = f'{{"error":"API key invalid","api-key":{shown},"type":"invalid",\n"status":"unknown"}}\n'
        return Answer(text.encode(), JSON, 400)

    def _too_many(self, caller: str, count: int, limit: int) -> Answer:
        body = {
            "error": "API rate limit exceeded",
            "api-key": caller,
            "count": str(count),
            "limit": str(limit),
        }
        return Answer(
            as_json(body),
            JSON,
            429,
            {
                "Retry-After": f"{self.retry_after:g}",
                "X-RateLimit-Limit": str(limit),
                "X-RateLimit-Remaining": "0",
            },
        )

    def _instead(self, request: Request, fault: Fault, limit: int) -> Answer | None:
        """Return the answer that a fault sends in place of the right one; None if it spoils the right one."""
        kind, key = fault.kind, request.one("api_key")
        if kind in ("429", "429-key"):
            limit = 10 if kind == "429-key" else limit
            caller = (key or "0123456789abcdef0123456789abcdef0123") if kind == "429-key" else request.client
            return self._too_many(key or caller, limit + 1, limit)
        if kind in ("502", "503", "504"):
            title = f"{kind} {HTTPStatus(int(kind)).phrase}"
            page = f"<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>\n"
            return Answer(page.encode(), HTML, int(kind))
        if kind == "webenv-gone":
            return self._gone(request, request.one("query_key") or "1")
        simple: dict[str, Callable[[], Answer]] = {
            "400-key": lambda: self._bad_key(key),
            "backend-502-esearch": lambda: xml_error(ESEARCH, "eSearchResult", BACKEND_502),
            "backend-502-efetch": lambda: xml_error(
                EFETCH, "eFetchResult", PROXY_502, status=400, escaped=False
            ),
            "viewer-timeout": lambda: Answer(VIEWER_TIMEOUT.encode(), XML, 400),
            "forwarding-500": lambda: Answer(FORWARDING_500.encode(), JSON, 500),
            "diagnostic-500": lambda: Answer(DIAGNOSTIC_500.encode(), HTML, 500),
            "blocked": lambda: Answer(b"", HTML, 302, {"Location": self.root + "/_test/misuse"}),
            "redirect-307": lambda: Answer(b"", HTML, 307, {"Location": self.root + "/_test/elsewhere"}),
            "html-200": lambda: Answer(HTML_PAGE.encode(), HTML),
            "json-instead-of-xml": lambda: Answer(
                as_json({"header": {"type": request.endpoint, "version": "0.3"}, "result": {}}), JSON
            ),
            "empty-200": lambda: Answer(b""),
        }
        return simple[kind]() if kind in simple else None

    def _endpoint(self, request: Request, fault: Fault | None) -> Answer:
        work = {
            "esearch": self._esearch,
            "efetch": self._efetch,
            "epost": self._epost,
            "esummary": self._esummary,
            "einfo": self._einfo,
            "elink": self._elink,
        }[request.endpoint]
        try:
            return work(request, fault)
        except Expired as gone:
            return self._gone(request, str(gone))

    # -- history ---------------------------------------------------------------------------------------

    def _gone(self, request: Request, key: str) -> Answer:
        text = f"Unable to obtain query #{key}"
        if request.endpoint == "efetch":
            return xml_error(EFETCH, "eFetchResult", text, status=self.webenv_status)
        if request.one("retmode") == "json":
            member = "esearchresult" if request.endpoint == "esearch" else "esummaryresult"
            return Answer(as_json({member: {"ERROR": text}}), JSON)
        if request.endpoint == "esummary":
            return xml_error(ESUMMARY_1, "eSummaryResult", text)
        if request.endpoint == "epost":
            return xml_error(EPOST, "ePostResult", text)
        return xml_error(ESEARCH, "eSearchResult", text)

    def _store(self, webenv: str, pmids: Sequence[int]) -> tuple[str, int]:
        """Keep a set in a new history, or in the one named; return its WebEnv and query_key."""
        with self._lock:
            if not webenv:
                self._made += 1
                webenv = "MCID_" + hashlib.sha256(f"history {self._made}".encode()).hexdigest()[:24]
                self._histories[webenv] = {"sets": [], "born": time.monotonic(), "uses": 0}
            elif not self._alive(webenv):
                raise Expired("1")
            sets = self._histories[webenv]["sets"]
            sets.append(pmids)
            return webenv, len(sets)

    def _alive(self, webenv: str) -> bool:
        history = self._histories.get(webenv)
        return history is not None and not (
            (self.webenv_ttl is not None and time.monotonic() - history["born"] > self.webenv_ttl)
            or (self.webenv_calls is not None and history["uses"] - self.late_webenv >= self.webenv_calls)
        )

    def _recall(self, request: Request) -> Sequence[int]:
        """Return the set that WebEnv and query_key name, if it is known by now and still."""
        webenv, key = request.one("WebEnv"), request.number("query_key", 1)
        with self._lock:
            alive = self._alive(webenv)
            if not alive:
                raise Expired(str(key))
            history = self._histories[webenv]
            history["uses"] += 1
            if history["uses"] <= self.late_webenv or not 1 <= key <= len(history["sets"]):
                raise Expired(str(key))
            return history["sets"][key - 1]

    # -- esearch ---------------------------------------------------------------------------------------

    def _esearch(self, request: Request, fault: Fault | None) -> Answer:
        in_json = request.one("retmode") == "json"

        def failed(text: str) -> Answer:
            if in_json:  # with a raw line break inside the string, as the real service writes it
                body = json.dumps(
                    {"header": {"type": "esearch", "version": "0.3"}, "esearchresult": {"ERROR": text}}
                )
                return Answer((body.replace("\\n", "\n") + "\n").encode(), JSON)
            return xml_error(ESEARCH, "eSearchResult", text)

        if request.has("db") and request.one("db") != "pubmed":
            return failed(f"Invalid db name specified: {request.one('db')}")
        cap = int(fault.more.get("cap", 10)) if fault and fault.kind == "retstart-wall" else self.cap
        retstart, retmax = request.number("retstart", 0), request.number("retmax", 20)
        if retstart >= cap:
            return failed(PAST_WINDOW.format(last=cap - 1, cap=cap))
        hits = self._hits(request)
        if hits.failed:
            return failed(hits.failed)
        pmids, warnings = hits.pmids, list(hits.warnings)
        if fault and fault.kind == "slice-moves" and len(pmids):
            place = len(pmids) // 2
            if fault.more.get("pmid") in pmids:
                place = list(pmids).index(fault.more["pmid"])
            pmids = [*pmids[:place], *pmids[place + 1 :]]
        count = len(pmids)
        sort = request.one("sort").strip().casefold()
        if sort not in SORTS:
            warnings.append(("OutputMessage", f"Unknown sort schema '{request.one('sort')}' ignored"))
        elif sort not in ("", "most recent"):
            pmids = self._sorted(pmids, sort)
        listed = pmids[retstart : retstart + retmax]
        if retstart + retmax > cap and count > cap:
            listed = pmids[retstart:cap]
            text = f"Restrictions achieved. start and count adjusted to {retstart}, {cap - retstart}"
            warnings.append(("OutputMessage", text))
        stored = self._store(request.one("WebEnv"), pmids) if request.one("usehistory") == "y" else None
        if fault and fault.kind == "count-moves":
            count = max(0, count + int(fault.more.get("by", 1)))
        counted_only = request.one("rettype") == "count"
        if in_json:
            return self._found_json(hits, count, counted_only, retstart, listed, warnings, stored)
        if counted_only:
            return Answer(f"{ESEARCH}<eSearchResult>\n\t<Count>{count}</Count>\n</eSearchResult>\n".encode())
        history = f"<QueryKey>{stored[1]}</QueryKey><WebEnv>{stored[0]}</WebEnv>" if stored else ""
        ids = "".join(f"<Id>{pmid}</Id>\n" for pmid in listed)
        notes = "".join(
            f"<{name}>" + "".join(f"<{tag}>{escape(text)}</{tag}>" for tag, text in given) + f"</{name}>"
            for name, given in (("ErrorList", hits.errors), ("WarningList", warnings))
            if given
        )
        translated = "".join(
            f"<Translation>     <From>{escape(one)}</From>     <To>{escape(other)}</To>    </Translation>"
            for one, other in hits.translations
        )
        body = (
            f"{ESEARCH}<eSearchResult><Count>{count}</Count><RetMax>{len(listed)}</RetMax><RetStart>"
            f"{retstart}</RetStart>"
            + history
            + (f"<IdList>\n{ids}</IdList>" if listed else "<IdList/>")
            + (f"<TranslationSet>{translated}</TranslationSet>" if translated else "<TranslationSet/>")
            + f"<QueryTranslation>{escape(hits.translation)}</QueryTranslation>{notes}</eSearchResult>\n"
        )
        return Answer(body.encode())

    @staticmethod
    def _found_json(
        hits: Hits,
        count: int,
        counted_only: bool,
        retstart: int,
        listed: Sequence[int],
        warnings: Sequence[tuple[str, str]],
        stored: tuple[str, int] | None,
    ) -> Answer:
        result: dict[str, Any] = {"count": str(count)}
        if not counted_only:
            result |= {"retmax": str(len(listed)), "retstart": str(retstart)}
            if stored:
                result |= {"querykey": str(stored[1]), "webenv": stored[0]}
            result["idlist"] = [str(pmid) for pmid in listed]
            result["translationset"] = [{"from": one, "to": other} for one, other in hits.translations]
            result["querytranslation"] = hits.translation
            for name, names, given in (
                ("errorlist", ERRORS, hits.errors),
                ("warninglist", WARNINGS, warnings),
            ):
                if given:
                    result[name] = {
                        member: [text for tag, text in given if tag == element]
                        for element, member in names.items()
                    }
        return Answer(
            as_json({"header": {"type": "esearch", "version": "0.3"}, "esearchresult": result}), JSON
        )

    def _hits(self, request: Request) -> Hits:
        ranges = []
        kind = request.one("datetype").casefold()
        name = FIELDS.get(kind, "") if kind else "pdat"
        low, high = request.one("mindate").strip(), request.one("maxdate").strip()
        if low and high:
            ranges.append(make_range(name, low, high) if name else Range("uid", 1, 0, kind, "no such date"))
        elif request.one("reldate").isdigit():
            begin = self.clock - timedelta(days=int(request.one("reldate")))
            ranges.append(make_range(name or "pdat", f"{begin:%Y/%m/%d}", f"{self.clock:%Y/%m/%d}"))
        if not (request.one("WebEnv") and request.has("query_key")):
            return self.index.find(request.one("term"), ranges)
        stored = self._recall(request)
        key = f"#{request.number('query_key', 1)}"
        if not request.one("term").strip():
            return Hits(stored, key)
        hits = self.index.find(request.one("term"), ranges)
        both = set(stored)
        kept = [pmid for pmid in hits.pmids if pmid in both]
        return hits._replace(pmids=kept, translation=f"{key} AND {hits.translation}")

    def _sorted(self, pmids: Sequence[int], sort: str) -> list[int]:
        """Return the PMIDs in the order asked for; relevance, no order to rely on, is a shuffled one."""

        def text(pmid: int, tag: bytes) -> bytes:
            found = re.search(rb"<" + tag + rb">([^<]*)", self.world.get(pmid) or b"")
            return found[1].lower() if found else b"\xff"

        if sort == "relevance":
            return sorted(pmids, key=lambda pmid: hashlib.md5(str(pmid).encode()).digest())
        if sort == "pub_date":
            days, place = self.world.columns["pdat"], self.world.place
            return sorted(pmids, key=lambda pmid: days[place[pmid]] if pmid in place else 0, reverse=True)
        return sorted(pmids, key=lambda pmid: text(pmid, b"LastName" if sort == "author" else b"Title"))

    # -- epost, efetch, esummary, einfo ----------------------------------------------------------------

    def _epost(self, request: Request, _: Fault | None) -> Answer:
        if request.one("db") != "pubmed":
            return xml_error(EPOST, "ePostResult", f"Invalid db name specified: {request.one('db')}")
        uids = request.uids()
        if not uids:
            return xml_error(EPOST, "ePostResult", "Empty ID list; Nothing to store", BAD_IDS)
        webenv, key = self._store(request.one("WebEnv"), uids)
        inside = f"\t<QueryKey>{key}</QueryKey>\n\t<WebEnv>{webenv}</WebEnv>\n"
        return Answer(f"{EPOST}<ePostResult>\n{inside}</ePostResult>\n".encode())

    def _asked(self, request: Request, cap: int) -> list[int] | None:
        """Return the UIDs that history or id list name, from retstart, at most retmax; None past the wall."""
        retstart = request.number("retstart", 0)
        retmax = min(request.number("retmax", FETCH_LIMIT), FETCH_LIMIT)
        if not request.one("WebEnv"):
            return request.uids()[retstart : retstart + retmax]
        stored = self._recall(request)
        if retstart >= cap:
            return None
        return list(stored[retstart : min(retstart + retmax, cap)])

    def _efetch(self, request: Request, fault: Fault | None) -> Answer:
        if not request.has("db"):
            return Answer(NO_DB.encode(), TEXT, 400)
        if request.one("db") == "pmc":
            return self._efetch_pmc(request)
        if request.one("db") != "pubmed":
            text = f"Invalid db name specified: {request.one('db')}"
            return xml_error(EFETCH, "eFetchResult", text, status=400)
        retmode = request.one("retmode") or "xml"
        if not request.one("WebEnv") and not request.uids():
            if retmode == "text":
                return Answer((EMPTY_LIST.replace(" ", "+") + "\n").encode(), TEXT, 400)
            return xml_error(EFETCH, "eFetchResult", EMPTY_LIST, status=400)
        kind = fault.kind if fault else ""
        cap = int(fault.more.get("cap", 10)) if fault and kind == "retstart-wall" else self.cap
        asked = self._asked(request, cap)
        if asked is None:
            return xml_error(EFETCH, "eFetchResult", PAST_WINDOW.format(last=cap - 1, cap=cap), status=400)
        world, left_out = self.world, self.left_out
        found = [(pmid, world.get(pmid)) for pmid in asked if pmid not in left_out]
        pairs = [(pmid, record) for pmid, record in found if record is not None]
        if retmode == "json" or request.one("rettype") == "uilist":
            return Answer("".join(f"{pmid}\n" for pmid, _ in pairs).encode(), TEXT, records=len(pairs))
        records = self._spoil([record for _, record in pairs], kind, asked)
        if retmode == "text" or request.one("rettype") in ("medline", "abstract"):
            make = abstract_text if request.one("rettype") == "abstract" else medline_text
            return Answer("\n".join(map(make, records)).encode(), TEXT, records=len(records))
        head = (
            f'<?xml version="1.0" ?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st '
            f"January "
            f'20{self.dtd[:2]}//EN" "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_{self.dtd}.dtd">\n'
            "<PubmedArticleSet>"
        ).encode()
        if records:
            head += b"\n"
        tail = b"" if kind == "truncate-record" else b"</PubmedArticleSet>"
        return Answer(b"".join([head, *records, tail]), records=len(records))

    def _efetch_pmc(self, request: Request) -> Answer:
        """Answer with the articles in an envelope; one that is not given is a Reply with the reason."""
        parts = []
        for number in request.uids():
            found = self.pmc.get(number, "The following PMCID is not available")
            if isinstance(found, bytes):
                parts.append(found)
            else:
                parts.append(f'<Reply Id="{number}" error="{escape(f"{found}: {number}")}"/>'.encode())
        head = f'{PROLOG}<!DOCTYPE pmc-articleset PUBLIC "-//NLM//DTD ARTICLE SET 2.0//EN" "{PMC_DTD}">'
        body = b"\n".join([f"{head}<pmc-articleset>".encode(), *parts, b"</pmc-articleset>"])
        return Answer(body, records=len(parts))

    def _elink(self, request: Request, _: Fault | None) -> Answer:
        """Link PMIDs to PMCIDs; a PMID that is not in PubMed Central has no LinkSetDb."""
        if (request.one("dbfrom"), request.one("db")) != ("pubmed", "pmc"):
            return xml_error(ELINK, "eLinkResult", "Invalid db name specified", status=400)
        sets = []
        for number in request.uids():
            linked = self.pmc_links.get(number)
            db = (
                f"<LinkSetDb><DbTo>pmc</DbTo><LinkName>pubmed_pmc</LinkName><Link><Id>{linked}</Id></Link></LinkSetDb>"
                if linked
                else ""
            )
            sets.append(f"<LinkSet><DbFrom>pubmed</DbFrom><IdList><Id>{number}</Id></IdList>{db}</LinkSet>")
        return Answer(f"{ELINK}<eLinkResult>{''.join(sets)}</eLinkResult>".encode())

    def _spoil(self, records: list[bytes], kind: str, asked: Sequence[int]) -> list[bytes]:
        """Return the page as a fault leaves it: records missing, added, twice, or with an unknown element."""
        middle = len(records) // 2
        if kind == "omit-one":
            return records[:middle] + records[middle + 1 :]
        if kind == "omit-page":
            return []
        if kind == "truncate-record":
            return records[: max(1, middle)]
        if kind == "dup-record":
            return [*records[:middle], *records[middle : middle + 1], *records[middle:]]
        if kind == "extra-record":
            known = set(asked)
            other = next((pmid for pmid in self.world.pmids if pmid not in known), None)
            record = next(synthetic_records(1, max(known) + 1)) if other is None else self.world.get(other)
            return [*records, record or b""]
        if kind == "new-element" and records:
            first = re.sub(rb"(</PubmedData>|</PubmedBookData>)", NEW_ELEMENT + rb"\1", records[0], count=1)
            return [first, *records[1:]]
        return records

    def _esummary(self, request: Request, _: Fault | None) -> Answer:
        if not request.one("WebEnv") and not request.has("id"):
            return xml_error(ESUMMARY_1, "eSummaryResult", "Neither query_key nor id specified")
        in_json = request.one("retmode") == "json"
        asked = self._asked(request, self.cap) or []
        if in_json and len(asked) > SUMMARY_LIMIT:
            return Answer(
                as_json({"header": {"type": "esummary", "version": "0.3"}, "error": TOO_MANY}), JSON
            )
        found = [(pmid, None if pmid in self.left_out else self.world.get(pmid)) for pmid in asked]
        if in_json:
            result: dict[str, Any] = {"uids": [str(pmid) for pmid in asked]}
            for pmid, record in found:
                facts = {"error": "cannot get document summary"} if record is None else summary(record)
                result[str(pmid)] = {"uid": str(pmid), **facts}
            return Answer(as_json({"header": {"type": "esummary", "version": "0.3"}, "result": result}), JSON)
        lines = []
        if request.one("version") == "2.0":
            for pmid, record in found:
                facts = {"error": "cannot get document summary"} if record is None else summary(record)
                members = "".join(f"\t<{name}>{escape(text)}</{name}>\n" for name, text in facts.items())
                lines.append(f'\t\t<DocumentSummary uid="{pmid}">\n{members}</DocumentSummary>\n')
            inside = f'\t<DocumentSummarySet status="OK">\n{"".join(lines)}\t</DocumentSummarySet>\n'
            return Answer(f"{ESUMMARY_2}<eSummaryResult>\n{inside}</eSummaryResult>\n".encode())
        for pmid, record in found:
            if record is None:
                lines.append(f"\t<ERROR>UID={pmid}: cannot get document summary</ERROR>\n")
                continue
            items = "".join(
                f'\t<Item Name="{name}" Type="String">{escape(text)}</Item>\n'
                for name, text in summary(record).items()
            )
            lines.append(f"<DocSum>\n\t<Id>{pmid}</Id>\n{items}</DocSum>\n")
        return Answer(f"{ESUMMARY_1}<eSummaryResult>\n{''.join(lines)}</eSummaryResult>\n".encode())

    def _einfo(self, request: Request, _: Fault | None) -> Answer:
        if not request.one("db"):
            return Answer(
                f"{EINFO}<eInfoResult>\n<DbList>\n\n\t<DbName>pubmed</DbName>\n</DbList>\n\n</eInfoResult>\n".encode()
            )
        if request.one("db") != "pubmed":
            text = f"Can not retrieve DbInfo for db={request.one('db')}"
            return xml_error(EINFO, "eInfoResult", text)
        fields = "".join(
            f"\t\t\t<Field>\n\t\t\t\t<Name>{name.upper()}</Name>\n\t\t\t\t<FullName>{long}</FullName>\n"
            f"\t\t\t\t<IsDate>{'N' if name == 'uid' else 'Y'}</IsDate>\n\t\t\t</Field>\n"
            for name, long in LONG_NAMES.items()
        )
        body = (
            f"{EINFO}<eInfoResult>\n\t<DbInfo>\n\t\t<DbName>pubmed</DbName>\n\t\t<MenuName>"
            f"PubMed</MenuName>\n"
            f"\t\t<Description>PubMed bibliographic record</Description>\n"
            f"\t\t<DbBuild>Build-{self.clock:%Y.%m.%d}.00.00</DbBuild>\n\t\t<Count>"
            f"{len(self.world)}</Count>\n"
            f"\t\t<LastUpdate>{self.clock:%Y/%m/%d} 00:00</LastUpdate>\n"
            f"\t\t<FieldList>\n{fields}\t\t</FieldList>\n\t</DbInfo>\n\n</eInfoResult>\n"
        )
        return Answer(body.encode())


def _read(record: bytes) -> etree._Element:
    return etree.fromstring(record, etree.XMLParser(recover=True, resolve_entities=False, no_network=True))


def _words(node: etree._Element, path: str) -> str:
    found = node.find(path)
    return "" if found is None else " ".join("".join(found.itertext()).split())


def summary(record: bytes) -> dict[str, str]:
    """Return what esummary tells of a record, as far as tests need it."""
    root = _read(record)
    return {
        "PubDate": _words(root, ".//PubDate"),
        "Source": _words(root, ".//ISOAbbreviation"),
        "Title": _words(root, ".//ArticleTitle") or _words(root, ".//BookTitle"),
    }


def medline_text(record: bytes) -> str:
    """Return the record in a small part of the MEDLINE format: the tags that matter, unfolded."""
    root, days = _read(record), dict(zip(DATES, _dates(record), strict=True))
    lines = [("PMID", _words(root, ".//PMID")), ("TI", summary(record)["Title"])]
    lines += [("AB", " ".join(_words(part, ".") for part in root.iterfind(".//Abstract/AbstractText")))]
    lines += [
        ("FAU", f"{_words(author, 'LastName')}, {_words(author, 'ForeName')}")
        for author in root.iter("Author")
    ]
    lines += [("TA", _words(root, ".//MedlineTA")), ("DP", _words(root, ".//PubDate"))]
    lines += [
        (name.upper(), f"{days[name] // 10_000:04}/{days[name] // 100 % 100:02}/{days[name] % 100:02} 00:00")
        for name in ("edat", "mhda", "crdt")
        if days[name]
    ]
    return "\n" + "".join(f"{tag:<4}- {text}\n" for tag, text in lines if text)


def abstract_text(record: bytes) -> str:
    root = _read(record)
    abstract = " ".join(_words(part, ".") for part in root.iterfind(".//Abstract/AbstractText"))
    return f"{summary(record)['Title']}\n\n{abstract}\n\nPMID: {_words(root, './/PMID')}\n"


# -- the wire ----------------------------------------------------------------------------------------------


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    service: EntrezServer

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._open: set[socket.socket] = set()
        self._open_lock = threading.Lock()

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        with self._open_lock:
            self._open.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        with self._open_lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """Close what clients keep open, so that no thread outlives the server."""
        with self._open_lock:
            for connection in self._open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # the client was faster

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], OSError):  # a client that hangs up is no error of ours
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Listener
    answered = 0

    @property
    def service(self) -> EntrezServer:
        return self.server.service

    def log_message(self, *_: Any) -> None:
        """Say nothing: the log is asked for at /_test/log."""

    def do_GET(self) -> None:
        self._handle()

    def do_POST(self) -> None:
        self._handle()

    def do_DELETE(self) -> None:
        self._handle()

    def handle_one_request(self) -> None:
        self.connection.settimeout(KEPT_ALIVE_SECONDS if self.answered else 30)
        super().handle_one_request()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer what is no proper request; the base class calls this for request lines beyond 64 KiB too."""
        self.request_version = "HTTP/1.1"
        if code == HTTPStatus.REQUEST_URI_TOO_LONG:
            return self._too_long(b"")
        self.close_connection = True
        return self._send(self._page(code))

    @staticmethod
    def _page(code: int) -> Answer:
        title = f"{int(code)} {HTTPStatus(code).phrase}"
        return Answer(
            f"<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>\n".encode(),
            HTML,
            code,
        )

    def _too_long(self, line: bytes) -> None:
        target = line.split(b" ")[1].decode("latin-1") if line.count(b" ") else ""
        address = urlsplit(target)
        name = address.path.rsplit("/", 1)[-1].removesuffix(".fcgi")
        pairs = parse_qsl(address.query, keep_blank_values=True)
        request = Request(name if name in ANY else "other", "GET", pairs, self.client_address[0])
        entry = self.service.note(request, target)
        entry["violations"].append(f"the request line is longer than {LONGEST_LINE} bytes")
        entry["status"] = 414
        self.close_connection = True
        self._send(self._page(414))

    def _handle(self) -> None:
        if len(self.raw_requestline.rstrip(b"\r\n")) > LONGEST_LINE:
            return self._too_long(self.raw_requestline)
        length = self.headers.get("Content-Length") or "0"
        body = self.rfile.read(int(length)) if length.isdigit() else b""
        address = urlsplit(self.path)
        if address.path.startswith("/_test/") and address.path not in ("/_test/misuse", "/_test/elsewhere"):
            return self._send(self._control(address.path, body))
        pairs = parse_qsl(address.query, keep_blank_values=True)
        if body and "json" not in (self.headers.get("Content-Type") or ""):
            pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True) + pairs
        request = Request(self._name(address.path), self.command, pairs, self.client_address[0])
        entry = self.service.note(request, self.path)
        fault = None
        if request.endpoint in ANY:
            answer, fault = self.service.answer(request, entry)
        elif request.endpoint == "dtd":
            answer = self._page(410)
        elif request.endpoint == "misuse":
            answer = Answer(BLOCKED.encode(), HTML)
        elif request.endpoint == "elsewhere":
            answer = Answer(b"<html><body>elsewhere</body></html>\n", HTML)
        else:
            answer = self._page(404)
        entry["status"] = answer.status
        if fault and fault.kind in ("reset", "close", "stall-head"):
            entry["status"] = None
        return self._send(answer, fault)

    @staticmethod
    def _name(path: str) -> str:
        if path.startswith(BASE) and path.endswith(".fcgi") and path[len(BASE) : -5] in ANY:
            return path[len(BASE) : -5]
        if path.startswith(("/eutils/dtd/", "/ncbi/pubmed/out/")):
            return "dtd"
        return path.removeprefix("/_test/") if path in ("/_test/misuse", "/_test/elsewhere") else "other"

    def _control(self, path: str, body: bytes) -> Answer:
        service = self.service
        try:
            match self.command, path:
                case "POST", "/_test/faults":
                    service.add_faults(json.loads(body or b"[]"))
                case "DELETE", "/_test/faults":
                    service.clear_faults()
                case "GET", "/_test/log":
                    return Answer(as_json(service.log()), JSON)
                case "POST", "/_test/reset":
                    service.reset()
                case "POST", "/_test/world":
                    name = json.loads(body)["name"]
                    world, queries = service.worlds[name]
                    service.set_world(world, queries)
                case _:
                    return self._page(404)
        except (ValueError, TypeError, KeyError) as problem:
            return Answer(as_json({"error": str(problem)}), JSON, 400)
        return Answer(as_json({"ok": True}), JSON)

    # -- sending, well or badly ------------------------------------------------------------------------

    def _send(self, answer: Answer, fault: Fault | None = None) -> None:
        kind = fault.kind if fault else ""
        if kind in ("reset", "close", "stall-head"):
            self.close_connection = True
            if kind == "reset":
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self._abort()
            elif kind == "stall-head":
                self._stall()
            return
        self.answered += 1
        if self.answered >= KEPT_ALIVE_REQUESTS or self.headers_say_close():
            self.close_connection = True
        body = answer.body
        if kind in ("bad-utf8", "control-char"):
            place = ABSTRACT.search(body)
            cut = place.end() if place else max(body.rfind(b"</"), 0)
            body = body[:cut] + (b"\xff\xfe" if kind == "bad-utf8" else b"\x0b") + body[cut:]
        if kind == "truncate-clean":
            body = body[: len(body) // 2]
        headers = {"Content-Type": answer.kind, **answer.headers}
        offered = self.headers.get("Accept-Encoding", "") if getattr(self, "headers", None) else ""
        if kind == "gzip-bad":
            body = bytearray(gzip.compress(body, 1, mtime=0))
            begin = min(len(body) // 2, len(body) - 9)
            body[begin : begin + 8] = bytes(255 - byte for byte in body[begin : begin + 8])
            body, headers["Content-Encoding"] = bytes(body), "gzip"
        elif "gzip" in offered and body:
            packer = zlib.compressobj(1, zlib.DEFLATED, 31)
            body = packer.compress(body) + packer.flush()
            headers["Content-Encoding"] = "gzip"
        half = len(body) // 2
        if kind == "cut-length":
            self._write(self._head(answer.status, headers, length=len(body) + 1) + body[:half])
            self._abort()
        elif kind == "cut-chunked":
            self._write(self._head(answer.status, headers) + b"%x\r\n" % (len(body) + 1) + body[:half])
            self._abort()
        elif kind == "stall-body":
            self._write(self._head(answer.status, headers) + self._chunks(body[:half]))
            self._stall()
        elif kind == "drip":
            self._write(self._head(answer.status, headers))
            self._drip(body)
        elif self.request_version == "HTTP/1.0":
            self.close_connection = True
            self._write(self._head(answer.status, headers) + body)
        else:
            self._write(self._head(answer.status, headers) + self._chunks(body) + b"0\r\n\r\n")

    def headers_say_close(self) -> bool:
        headers = getattr(self, "headers", None)
        return bool(headers) and headers.get("Connection", "").casefold() == "close"

    def _head(self, status: int, headers: dict[str, str], length: int | None = None) -> bytes:
        limit = str(self.service.rate or 3)
        lines = {
            "Date": formatdate(usegmt=True),
            "Server": "Finatra",
            "Cache-Control": "private",
            "Access-Control-Allow-Origin": "*",
            "Access-Control-Expose-Headers": "X-RateLimit-Limit,X-RateLimit-Remaining",
            "X-RateLimit-Limit": limit,
            "X-RateLimit-Remaining": limit,
            "Set-Cookie": "ncbi_sid=0123456789ABCDEF_0001SID; Path=/",
            **headers,
        }
        if self.close_connection:
            lines["Connection"] = "close"
        else:
            lines["Connection"] = "Keep-Alive"
            lines["Keep-Alive"] = f"timeout={KEPT_ALIVE_SECONDS}, max={KEPT_ALIVE_REQUESTS}"
        if length is not None:
            lines["Content-Length"] = str(length)
        elif self.request_version != "HTTP/1.0":
            lines["Transfer-Encoding"] = "chunked"
        top = f"HTTP/1.1 {int(status)} {HTTPStatus(status).phrase}\r\n"
        return (top + "".join(f"{name}: {value}\r\n" for name, value in lines.items()) + "\r\n").encode(
            "latin-1"
        )

    @staticmethod
    def _chunks(body: bytes) -> bytes:
        size = 1 << 16
        parts = (body[begin : begin + size] for begin in range(0, len(body), size))
        return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts)

    def _write(self, data: bytes) -> bool:
        self.connection.settimeout(60)
        try:
            self.connection.sendall(data)
        except OSError:
            self.close_connection = True
            return False
        return True

    def _abort(self) -> None:
        self.close_connection = True
        self.rfile.close()  # it holds the socket open
        self.connection.close()

    def _client_left(self, seconds: float) -> bool:
        try:
            readable, _, _ = select.select([self.connection], [], [], seconds)
            return bool(readable) and self.connection.recv(1, socket.MSG_PEEK) == b""
        except OSError:
            return True

    def _stall(self) -> None:
        """Keep the connection and say nothing, until the client has enough."""
        self.close_connection = True
        end = time.monotonic() + self.service.stall_seconds
        while time.monotonic() < end and not self.service.stopping.is_set() and not self._client_left(0.05):
            pass

    def _drip(self, body: bytes) -> None:
        self.close_connection = True
        for number in range(len(body)):
            if self.service.stopping.is_set() or not self._write(self._chunks(body[number : number + 1])):
                return
            if self._client_left(self.service.drip_seconds):
                return
        self._write(b"0\r\n\r\n")


# -- records made up for tests -----------------------------------------------------------------------------

SURNAMES = ("Muster", "Beispiel", "Exemple", "Primjer", "Örnek", "Príklad", "Näide", "Piemērs", "O'Sample")
FORENAMES = ("Ada", "Ben", "Chloé", "Dario", "Eşref", "Goran", "Hülya", "João", "Łucja")
JOURNALS = (
    ("Journal of invented trials", "J Invent Trials"),
    ("Annals of loopback medicine", "Ann Loopback Med"),
    ("Revista de ensayos imaginarios", "Rev Ensayos Imagin"),
    ("Telehealth that never was : official organ", "Telehealth Never"),
    ("Zeitschrift für erfundene Therapie", "Z Erfund Ther"),
)
METHODS = (
    "telerehabilitation",
    "video consultation",
    "app-based exercise",
    "remote monitoring",
    "phone coaching",
)
GROUPS = (
    "adults with knee pain",
    "older people",
    "children with asthma",
    "people after stroke",
    "caregivers",
)
DESIGNS = ("a randomised trial", "a cohort study", "a feasibility study", "a cross-over trial", "a survey")
RESULTS = (
    "Pain fell by 1.2&#x2009;points (95&#xa0;% CI 0.8 to 1.6; <i>p</i>&#x2009;&lt;&#x2009;0.001).",
    "No difference was seen in <i>quality of life</i> (0.1&#xb1;0.4, &#x3b1;=0.05).",
    "Uptake of <sup>13</sup>C was higher, with CO<sub>2</sub> unchanged &amp; no harm.",
    "Adherence was 81&#xa0;%, range 60&#x2013;98.",
)
MESH = (("D017216", "Telemedicine"), ("D026741", "Physical Therapy Modalities"), ("D006801", "Humans"))


def synthetic_records(
    n: int,
    first_pmid: int = 30_000_000,
    first_day: date = date(2018, 1, 1),
    last_day: date = date(2022, 8, 16),
    seed: int = 1,
    set_back: float = 0.02,
) -> Iterator[bytes]:
    """Yield n small PubmedArticle elements, always the same for the same arguments.

    PMIDs grow with the day of creation, with gaps. A share of ``set_back`` has an EDAT up to two years before
    the CRDT. One in 20 has no abstract, one in 25 a group as author, and publication dates take four forms.
    """
    days = (last_day - first_day).days + 1
    if days < 1:
        raise ValueError("last_day lies before first_day")
    draw = random.Random(seed).random
    pmid = first_pmid

    def pick(choices: Sequence[Any]) -> Any:
        return choices[int(draw() * len(choices))]

    @lru_cache(1 << 14)
    def parts(day: date) -> str:
        return f"<Year>{day.year}</Year><Month>{day.month}</Month><Day>{day.day}</Day>"

    for number in range(n):
        created = first_day + timedelta(days=number * days // n)
        entered = created - timedelta(days=1 + int(draw() * 730)) if draw() < set_back else created
        indexed = created + timedelta(days=int(draw() * 90))
        revised = indexed + timedelta(days=int(draw() * 400))
        form = draw()
        if form < 0.6:
            published = f"<Year>{created.year}</Year><Month>{created:%b}</Month>"
        elif form < 0.8:
            published = f"<Year>{created.year}</Year><Month>{created:%b}</Month><Day>{created.day:02}</Day>"
        elif form < 0.97:
            published = f"<Year>{created.year}</Year>"
        else:
            published = f"<MedlineDate>{created.year} {created:%b}-{created.year + 1} Jan</MedlineDate>"
        journal, short = pick(JOURNALS)
        method, group, design = pick(METHODS), pick(GROUPS), pick(DESIGNS)
        abstract = ""
        if draw() >= 0.05:
            abstract = (
                f'<Abstract><AbstractText Label="BACKGROUND" NlmCategory="BACKGROUND">Whether {method} '
                f"helps {group} is "
                f'unknown.</AbstractText><AbstractText Label="RESULTS" NlmCategory="RESULTS">In {design} of '
                f"{20 + int(draw() * 400)} participants, {method} was compared with usual care. "
                f"{pick(RESULTS)}"
                "</AbstractText></Abstract>"
            )
        authors = "".join(
            f'<Author ValidYN="Y"><LastName>{pick(SURNAMES)}</LastName><ForeName>'
            f"{(name := pick(FORENAMES))}</ForeName>"
            f"<Initials>{name[0]}</Initials></Author>"
            for _ in range(1 + int(draw() * 4))
        )
        if draw() < 0.04:
            authors += f'<Author ValidYN="Y"><CollectiveName>{short} Study Group</CollectiveName></Author>'
        mesh = "".join(
            f'<MeshHeading><DescriptorName UI="{ui}" MajorTopicYN="{"Y" if place == 0 else "N"}">'
            f"{name}</DescriptorName>"
            "</MeshHeading>"
            for place, (ui, name) in enumerate(MESH)
        )
        yield (
            f'<PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM" IndexingMethod="Automated">'
            f'<PMID Version="1">'
            f"{pmid}</PMID><DateCompleted>{parts(indexed)}</DateCompleted><DateRevised>"
            f"{parts(revised)}</DateRevised>"
            f'<Article PubModel="Print-Electronic"><Journal><ISSN IssnType="Electronic">0000-0000</ISSN>'
            f"<JournalIssue "
            f'CitedMedium="Internet"><Volume>{created.year - 1990}</Volume><Issue>{created.month}</Issue>'
            f"<PubDate>"
            f"{published}</PubDate></JournalIssue><Title>{journal}</Title><ISOAbbreviation>"
            f"{short}</ISOAbbreviation>"
            f"</Journal><ArticleTitle>{method.capitalize()} in {group}: {design}, number <i>{number}</i>"
            f".</ArticleTitle>"
            f"<Pagination><MedlinePgn>{number % 900 + 1}-{number % 900 + 9}</MedlinePgn></Pagination>"
            f"{abstract}"
            f'<AuthorList CompleteYN="Y">{authors}</AuthorList><Language>eng</Language><PublicationTypeList>'
            f'<PublicationType UI="D016428">Journal Article</PublicationType></PublicationTypeList></Article>'
            f"<MedlineJournalInfo><MedlineTA>{short}</MedlineTA></MedlineJournalInfo><MeshHeadingList>{mesh}"
            f'</MeshHeadingList></MedlineCitation><PubmedData><History><PubMedPubDate PubStatus="pubmed">'
            f"{parts(entered)}<Hour>6</Hour><Minute>0</Minute></PubMedPubDate><PubMedPubDate "
            f'PubStatus="medline">'
            f"{parts(indexed)}<Hour>6</Hour><Minute>0</Minute></PubMedPubDate><PubMedPubDate "
            f'PubStatus="entrez">'
            f"{parts(created)}<Hour>5</Hour><Minute>59</Minute></PubMedPubDate></History>"
            f"<PublicationStatus>ppublish"
            f'</PublicationStatus><ArticleIdList><ArticleId IdType="pubmed">{pmid}</ArticleId><ArticleId '
            f'IdType="doi">'
            f"10.5555/loopback.{pmid}</ArticleId></ArticleIdList></PubmedData></PubmedArticle>"
        ).encode()
        pmid += 1 + int(draw() * 3)


# -- as a program ------------------------------------------------------------------------------------------


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Serve PubmedArticleSet files as E-utilities on 127.0.0.1.")
    parser.add_argument("--records", nargs="*", default=[], help="PubmedArticleSet files, also .gz")
    parser.add_argument("--queries", help="JSON: list of {term, pmids, translation, errors, warnings}")
    parser.add_argument(
        "--world", action="append", default=[], help="folder with records/, queries.json, clock"
    )
    parser.add_argument("--synthetic", type=int, default=0, metavar="N", help="add N made-up records")
    parser.add_argument("--seed", type=int, default=1, help="of made-up records and random faults")
    parser.add_argument("--rate", type=int, default=3, help="requests a second; 0: no limit")
    parser.add_argument("--rate-with-key", type=int, default=10)
    parser.add_argument("--valid-key", action="append", help="the only keys that are taken")
    parser.add_argument("--cap", type=int, default=WALL, help="records of one search that are listed")
    parser.add_argument("--faults", help="JSON: list of {endpoint, when, fault, times, status}")
    parser.add_argument(
        "--random-faults", type=float, default=0.0, metavar="P", help="share of requests to fail"
    )
    parser.add_argument("--port", type=int, default=0)
    given = parser.parse_args(arguments)
    parent = os.getppid()
    records = [*_documents(given.records), *synthetic_records(given.synthetic, seed=given.seed)]
    queries, clock, worlds = given.queries, None, {}
    for folder in map(Path, given.world):
        listed = folder / "queries.json"
        worlds[folder.name] = (World.from_folder(folder), read_queries(listed) if listed.exists() else None)
    first: Any = records
    if worlds and not records:
        first, queries = next(iter(worlds.values()))
        named = Path(given.world[0]) / "clock"
        clock = named.read_text("utf-8").strip() if named.exists() else None
    server = EntrezServer(
        first,
        queries,
        clock=clock,
        cap=given.cap,
        rate=given.rate or None,
        rate_with_key=given.rate_with_key or None,
        valid_keys=given.valid_key,
        port=given.port,
    )
    server.worlds.update(worlds)
    if given.faults:
        server.add_faults(json.loads(Path(given.faults).read_text("utf-8")))
    server.random_faults(given.random_faults, given.seed)
    with server:
        sys.stdout.write(server.url + "\n")
        sys.stdout.flush()
        try:
            while os.getppid() == parent:
                time.sleep(0.1)
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
