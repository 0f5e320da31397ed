"""esearch: what a search found, and how it is listed."""

import hashlib
import json
import re
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from tests.pubmed_service.answers import Answer, Request, as_json, xml_error
from tests.pubmed_service.faults import Fault
from tests.pubmed_service.terms import ERRORS, FIELDS, WARNINGS, Hits, make_range
from tests.pubmed_service.texts import ESEARCH, JSON, PAST_WINDOW, SORTS
from tests.pubmed_service.world import Range

if TYPE_CHECKING:
    from tests.pubmed_service.service import EntrezServer


def esearch(service: "EntrezServer", request: Request, fault: Fault | None) -> Answer:
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
    cap = int(fault.more.get("cap", 10)) if fault and fault.kind == "retstart-wall" else service.cap
    retstart, retmax = request.number("retstart", 0), request.number("retmax", 20)
    if retstart >= cap:
        return failed(PAST_WINDOW.format(last=cap - 1, cap=cap))
    hits = _hits(service, request)
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
        pmids = _sorted(service, pmids, sort)
    listed = pmids[retstart : retstart + retmax]
    if retstart + retmax > cap and count > cap:
        listed = pmids[retstart:cap]
        text = f"Restrictions achieved. start and count adjusted to {retstart}, {cap - retstart}"
        warnings.append(("OutputMessage", text))
    stored = service.history.store(request.one("WebEnv"), pmids) if request.one("usehistory") == "y" else None
    if fault and fault.kind == "count-moves":
        count = max(0, count + int(fault.more.get("by", 1)))
    counted_only = request.one("rettype") == "count"
    if in_json:
        return _found_json(hits, count, counted_only, retstart, listed, warnings, stored)
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
