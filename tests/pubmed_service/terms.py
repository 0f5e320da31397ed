"""Terms: a base that is looked up, and the ranges a client adds."""

import calendar
import json
import re
import threading
from array import array
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tests.pubmed_service.texts import UNBALANCED
from tests.pubmed_service.world import Range, World

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
        query = self._query(base)
        if query is None:
            word = bare(base)
            return Hits(
                (),
                " AND ".join([f"({word}[All Fields])", *(one.shown for one in ranges)]),
                (("PhraseNotFound", word),),
                (("OutputMessage", "No items found."),),
            )
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
        shown = self._translation(query, ranges)
        return Hits(pmids, shown, tuple(errors), tuple(warnings), query.translations)

    @staticmethod
    def _translation(query: Query, ranges: Sequence[Range]) -> str:
        """Return the query as PubMed repeats it, with the ranges added."""
        text = query.translation or query.term
        if ranges and " OR " in text and bare(text) == text.strip():
            text = f"({text})"
        return " AND ".join(part for part in (text, *(one.shown for one in ranges)) if part)

    def _query(self, base: str) -> Query | None:
        """Return the query that is listed for a term; any term is one if none is listed."""
        query = self._known.get(base) or self._known.get(bare(base))
        if query is None and (self._any or not base):
            shown = base if "[" in base or not base else f'"{base}"[All Fields]'
            return Query(base, None, shown)
        return query

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
