"""esearch: what a search found, and how it is listed."""

import hashlib
import json
import re
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple
from xml.sax.saxutils import escape

from tests.pubmed_service.answers import Answer, Request, as_json, xml_error
from tests.pubmed_service.faults import Fault
from tests.pubmed_service.terms import ERRORS, FIELDS, WARNINGS, Hits, make_range
from tests.pubmed_service.texts import ESEARCH, JSON, PAST_WINDOW, SORTS
from tests.pubmed_service.world import Range

if TYPE_CHECKING:
    from tests.pubmed_service.service import EntrezServer


class Found(NamedTuple):
    """What one search answers: ``count`` of all hits, the PMIDs listed from ``retstart`` on, its history."""

    hits: Hits
    count: int
    retstart: int
    listed: Sequence[int]
    warnings: Sequence[tuple[str, str]]
    stored: tuple[str, int] | None


def esearch(service: "EntrezServer", request: Request, fault: Fault | None) -> Answer:
    in_json = request.one("retmode") == "json"
    if request.has("db") and request.one("db") != "pubmed":
        return _failed(f"Invalid db name specified: {request.one('db')}", in_json)
    kind = fault.kind if fault else ""
    cap = int(fault.more.get("cap", 10)) if fault and kind == "retstart-wall" else service.cap
    if request.number("retstart", 0) >= cap:
        return _failed(PAST_WINDOW.format(last=cap - 1, cap=cap), in_json)
    hits = _hits(service, request)
    if hits.failed:
        return _failed(hits.failed, in_json)
    if fault and kind == "slice-moves" and len(hits.pmids):
        hits = hits._replace(pmids=_without_one(hits.pmids, fault.more.get("pmid")))
    found = _listed(service, request, hits, cap)
    if fault and kind == "count-moves":
        found = found._replace(count=max(0, found.count + int(fault.more.get("by", 1))))
    counted_only = request.one("rettype") == "count"
    return _as_json(found, counted_only) if in_json else _as_xml(found, counted_only)


def _failed(text: str, in_json: bool) -> Answer:
    if not in_json:
        return xml_error(ESEARCH, "eSearchResult", text)
    body = json.dumps({"header": {"type": "esearch", "version": "0.3"}, "esearchresult": {"ERROR": text}})
    # With a raw line break inside the string, as the real service writes it.
    return Answer((body.replace("\\n", "\n") + "\n").encode(), JSON)


def _without_one(pmids: Sequence[int], wanted: Any) -> list[int]:
    """Return the PMIDs without the wanted one, or without the one in the middle."""
    place = list(pmids).index(wanted) if wanted in pmids else len(pmids) // 2
    return [*pmids[:place], *pmids[place + 1 :]]


def _listed(service: "EntrezServer", request: Request, hits: Hits, cap: int) -> Found:
    """Sort the hits, list those asked for up to the wall, and keep them if the history is used."""
    pmids, warnings = hits.pmids, list(hits.warnings)
    retstart, retmax = request.number("retstart", 0), request.number("retmax", 20)
    sort = request.one("sort").strip().casefold()
    if sort not in SORTS:
        warnings.append(("OutputMessage", f"Unknown sort schema '{request.one('sort')}' ignored"))
    elif sort not in ("", "most recent"):
        pmids = _sorted(service, pmids, sort)
    listed = pmids[retstart : retstart + retmax]
    if retstart + retmax > cap and len(pmids) > cap:
        listed = pmids[retstart:cap]
        text = f"Restrictions achieved. start and count adjusted to {retstart}, {cap - retstart}"
        warnings.append(("OutputMessage", text))
    stored = service.history.store(request.one("WebEnv"), pmids) if request.one("usehistory") == "y" else None
    return Found(hits, len(pmids), retstart, listed, warnings, stored)


def _as_xml(found: Found, counted_only: bool) -> Answer:
    if counted_only:
        text = f"{ESEARCH}<eSearchResult>\n\t<Count>{found.count}</Count>\n</eSearchResult>\n"
        return Answer(text.encode())
    stored, hits = found.stored, found.hits
    history = f"<QueryKey>{stored[1]}</QueryKey><WebEnv>{stored[0]}</WebEnv>" if stored else ""
    ids = "".join(f"<Id>{pmid}</Id>\n" for pmid in found.listed)
    notes = "".join(
        f"<{name}>" + "".join(f"<{tag}>{escape(text)}</{tag}>" for tag, text in given) + f"</{name}>"
        for name, given in (("ErrorList", hits.errors), ("WarningList", found.warnings))
        if given
    )
    translated = "".join(
        f"<Translation>     <From>{escape(one)}</From>     <To>{escape(other)}</To>    </Translation>"
        for one, other in hits.translations
    )
    body = (
        f"{ESEARCH}<eSearchResult><Count>{found.count}</Count><RetMax>{len(found.listed)}</RetMax><RetStart>"
        f"{found.retstart}</RetStart>"
        + history
        + (f"<IdList>\n{ids}</IdList>" if found.listed else "<IdList/>")
        + (f"<TranslationSet>{translated}</TranslationSet>" if translated else "<TranslationSet/>")
        + f"<QueryTranslation>{escape(hits.translation)}</QueryTranslation>{notes}</eSearchResult>\n"
    )
    return Answer(body.encode())


def _as_json(found: Found, counted_only: bool) -> Answer:
    result: dict[str, Any] = {"count": str(found.count)}
    if not counted_only:
        result |= {"retmax": str(len(found.listed)), "retstart": str(found.retstart)}
        if found.stored:
            result |= {"querykey": str(found.stored[1]), "webenv": found.stored[0]}
        result["idlist"] = [str(pmid) for pmid in found.listed]
        result["translationset"] = [{"from": one, "to": other} for one, other in found.hits.translations]
        result["querytranslation"] = found.hits.translation
        for name, names, given in (
            ("errorlist", ERRORS, found.hits.errors),
            ("warninglist", WARNINGS, found.warnings),
        ):
            if given:
                result[name] = {
                    member: [text for tag, text in given if tag == element]
                    for element, member in names.items()
                }
    return Answer(as_json({"header": {"type": "esearch", "version": "0.3"}, "esearchresult": result}), JSON)


def _hits(service: "EntrezServer", request: Request) -> Hits:
    ranges = []
    kind = request.one("datetype").casefold()
    name = FIELDS.get(kind, "") if kind else "pdat"
    low, high = request.one("mindate").strip(), request.one("maxdate").strip()
    if low and high:
        ranges.append(make_range(name, low, high) if name else Range("uid", 1, 0, kind, "no such date"))
    elif request.one("reldate").isdigit():
        begin = service.clock - timedelta(days=int(request.one("reldate")))
        ranges.append(make_range(name or "pdat", f"{begin:%Y/%m/%d}", f"{service.clock:%Y/%m/%d}"))
    if not (request.one("WebEnv") and request.has("query_key")):
        return service.index.find(request.one("term"), ranges)
    stored = service.history.recall(request)
    key = f"#{request.number('query_key', 1)}"
    if not request.one("term").strip():
        return Hits(stored, key)
    hits = service.index.find(request.one("term"), ranges)
    both = set(stored)
    kept = [pmid for pmid in hits.pmids if pmid in both]
    return hits._replace(pmids=kept, translation=f"{key} AND {hits.translation}")


def _sorted(service: "EntrezServer", pmids: Sequence[int], sort: str) -> list[int]:
    """Return the PMIDs in the order asked for; relevance, no order to rely on, is a shuffled one."""

    def text(pmid: int, tag: bytes) -> bytes:
        found = re.search(rb"<" + tag + rb">([^<]*)", service.world.get(pmid) or b"")
        return found[1].lower() if found else b"\xff"

    if sort == "relevance":
        return sorted(pmids, key=lambda pmid: hashlib.md5(str(pmid).encode()).digest())
    if sort == "pub_date":
        days, place = service.world.columns["pdat"], service.world.place
        return sorted(pmids, key=lambda pmid: days[place[pmid]] if pmid in place else 0, reverse=True)
    return sorted(pmids, key=lambda pmid: text(pmid, b"LastName" if sort == "author" else b"Title"))
