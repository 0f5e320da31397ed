"""Answers of a service in trouble: errors that pass by themselves, and waits in other forms than seconds."""

import re
import time
from email.utils import formatdate
from http import HTTPStatus

from tests.pubmed_service.answers import Answer, Request, xml_error
from tests.pubmed_service.faults import Fault
from tests.pubmed_service.texts import EFETCH, ESEARCH, HTML

# With status 200; reported in public threads of 4 July 2025 and before.
PASSING = (
    "Search Backend failed: Database is not supported: pubmed",
    "Search Backend failed: Resource temporarily unavailable",
    "Error occurred during execution of QueryMaker",
)
LONGEST = "1000000000"  # seconds
GATEWAY = {"drip-error-page": 502, **{status: int(status) for status in ("408", "425", "502", "503", "504")}}
NULLS = {"count-null": rb"<Count>\d+</Count>", "id-null": rb"<Id>\d+</Id>"}


def of_outage(fault: Fault, request: Request, refusal: Answer, retry_after: float) -> Answer | None:
    """Return the answer of such a fault, or None; ``refusal`` is the usual one with status 429."""
    if fault.kind in GATEWAY:
        status = GATEWAY[fault.kind]
        title = f"{status} {HTTPStatus(status).phrase if status != 425 else 'Too Early'}"
        page = f"<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>\n"
        return Answer(page.encode(), HTML, status)
    if fault.kind in ("429-date", "429-huge"):
        until = formatdate(time.time() + retry_after, usegmt=True)
        refusal.headers["Retry-After"] = until if fault.kind == "429-date" else LONGEST
        return refusal
    if fault.kind == "error-200":
        words = PASSING[(fault.fired - 1) % len(PASSING)]
        form = (EFETCH, "eFetchResult") if request.endpoint == "efetch" else (ESEARCH, "eSearchResult")
        return xml_error(*form, words)
    return None


def with_null(body: bytes, kind: str) -> bytes:
    """Return the answer to a search with "null" where its first number of this kind was."""
    if kind not in NULLS:
        return body
    return re.sub(NULLS[kind], lambda found: re.sub(rb"\d+", b"null", found[0]), body, count=1)
