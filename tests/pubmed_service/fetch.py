"""efetch, epost, esummary, elink, einfo: records and facts by PMID."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from tests.pubmed_service.answers import Answer, Request, as_json, xml_error
from tests.pubmed_service.faults import Fault
from tests.pubmed_service.forms import abstract_text, medline_text, summary
from tests.pubmed_service.made_up import synthetic_records
from tests.pubmed_service.terms import LONG_NAMES
from tests.pubmed_service.texts import (
    BAD_IDS,
    EFETCH,
    EINFO,
    ELINK,
    EMPTY_LIST,
    EPOST,
    ESUMMARY_1,
    ESUMMARY_2,
    FETCH_LIMIT,
    JSON,
    NEW_ELEMENT,
    NO_DB,
    PAST_WINDOW,
    PMC_DTD,
    PROLOG,
    SUMMARY_LIMIT,
    TEXT,
    TOO_MANY,
)

if TYPE_CHECKING:
    from tests.pubmed_service.service import EntrezServer


def epost(service: "EntrezServer", request: Request, _: Fault | None) -> Answer:
    if request.one("db") != "pubmed":
        return xml_error(EPOST, "ePostResult", f"Invalid db name specified: {request.one('db')}")
    uids = request.uids()
    if not uids:
        return xml_error(EPOST, "ePostResult", "Empty ID list; Nothing to store", BAD_IDS)
    webenv, key = service.history.store(request.one("WebEnv"), uids)
    inside = f"\t<QueryKey>{key}</QueryKey>\n\t<WebEnv>{webenv}</WebEnv>\n"
    return Answer(f"{EPOST}<ePostResult>\n{inside}</ePostResult>\n".encode())


def _asked(service: "EntrezServer", request: Request, cap: int) -> list[int] | None:
    """Return the UIDs that history or id list name, from retstart, at most retmax; None past the wall."""
    retstart = request.number("retstart", 0)
    retmax = min(request.number("retmax", FETCH_LIMIT), FETCH_LIMIT)
    if not request.one("WebEnv"):
        return request.uids()[retstart : retstart + retmax]
    stored = service.history.recall(request)
    if retstart >= cap:
        return None
    return list(stored[retstart : min(retstart + retmax, cap)])


def efetch(service: "EntrezServer", request: Request, fault: Fault | None) -> Answer:
    if request.one("db") == "pmc":
        return _articles(service, request)
    if refusal := _refusal(request):
        return refusal
    kind = fault.kind if fault else ""
    cap = int(fault.more.get("cap", 10)) if fault and kind == "retstart-wall" else service.cap
    asked = _asked(service, request, cap)
    if asked is None:
        return xml_error(EFETCH, "eFetchResult", PAST_WINDOW.format(last=cap - 1, cap=cap), status=400)
    pairs = _delivered(service, asked)
    if request.one("retmode") == "json" or request.one("rettype") == "uilist":
        return Answer("".join(f"{pmid}\n" for pmid, _ in pairs).encode(), TEXT, records=len(pairs))
    records = _spoil(service, [record for _, record in pairs], kind, asked)
    if request.one("retmode") == "text" or request.one("rettype") in ("medline", "abstract"):
        make = abstract_text if request.one("rettype") == "abstract" else medline_text
        return Answer("\n".join(map(make, records)).encode(), TEXT, records=len(records))
    return Answer(_page(records, service.dtd, whole=kind != "truncate-record"), records=len(records))


def _delivered(service: "EntrezServer", asked: Sequence[int]) -> list[tuple[int, bytes]]:
    """Return PMID and record of what is asked for, as far as the service has it and gives it."""
    found = [(pmid, service.world.get(pmid)) for pmid in asked if pmid not in service.left_out]
    return [(pmid, record) for pmid, record in found if record is not None]


def _refusal(request: Request) -> Answer | None:
    """Return the answer to a request without database or PMIDs, None if it has both."""
    if not request.has("db"):
        return Answer(NO_DB.encode(), TEXT, 400)
    if request.one("db") != "pubmed":
        text = f"Invalid db name specified: {request.one('db')}"
        return xml_error(EFETCH, "eFetchResult", text, status=400)
    if request.one("WebEnv") or request.uids():
        return None
    if request.one("retmode") == "text":
        return Answer((EMPTY_LIST.replace(" ", "+") + "\n").encode(), TEXT, 400)
    return xml_error(EFETCH, "eFetchResult", EMPTY_LIST, status=400)


def _page(records: Sequence[bytes], dtd: str, whole: bool) -> bytes:
    """Return records in the envelope of a PubmedArticleSet, without its end unless ``whole``."""
    head = (
        f'<?xml version="1.0" ?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st '
        f"January "
        f'20{dtd[:2]}//EN" "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_{dtd}.dtd">\n'
        "<PubmedArticleSet>"
    ).encode()
    if records:
        head += b"\n"
    return b"".join([head, *records, b"</PubmedArticleSet>" if whole else b""])


def _articles(service: "EntrezServer", request: Request) -> Answer:
    """Answer with the articles in an envelope; one that is not given is a Reply with the reason."""
    parts = []
    for number in request.uids():
        found = service.pmc.get(number, "The following PMCID is not available")
        if isinstance(found, bytes):
            parts.append(found)
        else:
            parts.append(f'<Reply Id="{number}" error="{escape(f"{found}: {number}")}"/>'.encode())
    head = f'{PROLOG}<!DOCTYPE pmc-articleset PUBLIC "-//NLM//DTD ARTICLE SET 2.0//EN" "{PMC_DTD}">'
    body = b"\n".join([f"{head}<pmc-articleset>".encode(), *parts, b"</pmc-articleset>"])
    return Answer(body, records=len(parts))


def elink(service: "EntrezServer", request: Request, _: Fault | None) -> Answer:
    """Link PMIDs to PMCIDs; a PMID that is not in PubMed Central has no LinkSetDb."""
    if (request.one("dbfrom"), request.one("db")) != ("pubmed", "pmc"):
        return xml_error(ELINK, "eLinkResult", "Invalid db name specified", status=400)
    sets = []
    for number in request.uids():
        linked = service.pmc_links.get(number)
        db = (
            f"<LinkSetDb><DbTo>pmc</DbTo><LinkName>pubmed_pmc</LinkName><Link><Id>{linked}</Id></Link></LinkSetDb>"
            if linked
            else ""
        )
        sets.append(f"<LinkSet><DbFrom>pubmed</DbFrom><IdList><Id>{number}</Id></IdList>{db}</LinkSet>")
    return Answer(f"{ELINK}<eLinkResult>{''.join(sets)}</eLinkResult>".encode())


def _spoil(service: "EntrezServer", records: list[bytes], kind: str, asked: Sequence[int]) -> list[bytes]:
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
        other = next((pmid for pmid in service.world.pmids if pmid not in known), None)
        record = next(synthetic_records(1, max(known) + 1)) if other is None else service.world.get(other)
        return [*records, record or b""]
    if kind == "new-element" and records:
        first = re.sub(rb"(</PubmedData>|</PubmedBookData>)", NEW_ELEMENT + rb"\1", records[0], count=1)
        return [first, *records[1:]]
    return records


def esummary(service: "EntrezServer", request: Request, _: Fault | None) -> Answer:
    if not request.one("WebEnv") and not request.has("id"):
        return xml_error(ESUMMARY_1, "eSummaryResult", "Neither query_key nor id specified")
    in_json = request.one("retmode") == "json"
    asked = _asked(service, request, service.cap) or []
    if in_json and len(asked) > SUMMARY_LIMIT:
        return Answer(as_json({"header": {"type": "esummary", "version": "0.3"}, "error": TOO_MANY}), JSON)
    found = [(pmid, None if pmid in service.left_out else service.world.get(pmid)) for pmid in asked]
    if in_json:
        return _summaries_json(found)
    return _summaries_2(found) if request.one("version") == "2.0" else _summaries_1(found)


Records = Sequence[tuple[int, bytes | None]]  # PMID and record, None for one that is not there


def _facts(record: bytes | None) -> dict[str, str]:
    return {"error": "cannot get document summary"} if record is None else summary(record)


def _summaries_json(found: Records) -> Answer:
    result: dict[str, Any] = {"uids": [str(pmid) for pmid, _ in found]}
    for pmid, record in found:
        result[str(pmid)] = {"uid": str(pmid), **_facts(record)}
    return Answer(as_json({"header": {"type": "esummary", "version": "0.3"}, "result": result}), JSON)


def _summaries_2(found: Records) -> Answer:
    """Return summaries as version 2.0 of the service writes them."""
    lines = []
    for pmid, record in found:
        members = "".join(f"\t<{name}>{escape(text)}</{name}>\n" for name, text in _facts(record).items())
        lines.append(f'\t\t<DocumentSummary uid="{pmid}">\n{members}</DocumentSummary>\n')
    inside = f'\t<DocumentSummarySet status="OK">\n{"".join(lines)}\t</DocumentSummarySet>\n'
    return Answer(f"{ESUMMARY_2}<eSummaryResult>\n{inside}</eSummaryResult>\n".encode())


def _summaries_1(found: Records) -> Answer:
    """Return summaries as the first version of the service writes them."""
    lines = []
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


def einfo(service: "EntrezServer", request: Request, _: Fault | None) -> Answer:
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
        f"\t\t<DbBuild>Build-{service.clock:%Y.%m.%d}.00.00</DbBuild>\n\t\t<Count>"
        f"{len(service.world)}</Count>\n"
        f"\t\t<LastUpdate>{service.clock:%Y/%m/%d} 00:00</LastUpdate>\n"
        f"\t\t<FieldList>\n{fields}\t\t</FieldList>\n\t</DbInfo>\n\n</eInfoResult>\n"
    )
    return Answer(body.encode())
