"""PubMed through NCBI's E-utilities: Bio.Entrez asks, this module sees to pace, retries and whole answers.

A short, cut or foreign answer is never taken for a whole one. The key and the e-mail address travel in
the body of POST requests only, and are taken out of whatever is logged or raised.
"""

import http.client
import io
import os
import random
import re
import time
import warnings
import zlib
from collections.abc import Callable, Sequence
from email.message import Message
from typing import Any, NamedTuple, TypeVar
from urllib.error import URLError
from urllib.request import Request

from lxml import etree

from scripts.common.errors import InputError, RetrievalError
from scripts.common.files.connections import pause_of
from scripts.common.job import log
from scripts.common.records.pubmed_xml import articles, pmid
from scripts.common.search.pace import Pace
from scripts.common.search.transport import Answer, check_endpoint, send

with warnings.catch_warnings():
    # roc-validator puts a pyproject.toml beside Biopython, which then warns that it is a source tree.
    warnings.filterwarnings("ignore", message="You may be importing Biopython")
    from Bio import Entrez

NCBI = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/"
TOOL = "literature_review_workflow"
MAX_LISTED = 9_999  # PMIDs that PubMed lists for one search
MAX_UID = 999_999_999  # above any PMID
PAGE = 200  # records asked for at once: what NCBI advises for a POST
RATE, RATE_WITH_KEY = 3, 10  # requests a second that NCBI allows
TIMEOUT_SECONDS = 60  # without a byte
DEADLINE_SECONDS = 300  # for one whole answer, however slowly it drips
TRIES = 8  # of one request
LONGEST_PAUSE_SECONDS = 60
LONGEST_ASKED_SECONDS = 600  # the longest wait that PubMed may ask for; beyond it the run ends
MAX_LEFT_OUT = 5  # records that PubMed may name and not deliver; or 1 % of them

T = TypeVar("T")

# What an ERROR says when the query, the field or the database is wrong. All others may pass by themselves.
QUERY_IS_WRONG = re.compile(
    r"unbalanced|unmatched|parenthes|syntax error|bad syntax|pars(?:e|ing) error|malformed|too many terms"
    r"|empty (?:term|query)|(?:query|term) is (?:too|not valid|invalid|empty)"
    r"|(?:invalid|unknown|unsupported|wrong) (?:db name|database|(?:search )?field|query|term|date)"
    r"|field\b.* not (?:found|known|supported)",
    re.IGNORECASE,
)
REFUSED = {401: "it wants a password", 407: "the proxy wants a password", 414: "the request is too long"}


class Passing(Exception):
    """A fault that asking again may fix; ``pause`` is what the service asked for, in seconds."""

    def __init__(self, kind: str, pause: float = 0.0) -> None:
        super().__init__(kind)
        self.pause = pause


class Found(NamedTuple):
    """The answer to a search: PMIDs in their order, how PubMed read the query, what it complained of."""

    pmids: list[int]
    translation: str
    errors: list[str]
    warnings: list[str]
    slices: list[dict[str, int]]


class _Body(io.BytesIO):
    """A whole body, with the two attributes that Bio.Entrez looks at."""

    def __init__(self, body: bytes, headers: Message) -> None:
        super().__init__(body)
        self.headers, self.url = headers, ""


class Client:
    """A polite client of the E-utilities. ``pause`` is the first wait before asking again, in seconds."""

    def __init__(
        self,
        endpoint: str = NCBI,
        pause: float = 1.0,
        pace: Pace | None = None,
        timeout: float = TIMEOUT_SECONDS,
        deadline: float = DEADLINE_SECONDS,
        allow_other_endpoint: bool = False,
    ) -> None:
        check_endpoint(endpoint, allow_other_endpoint)
        self.email, self._key = (
            os.environ.get("NCBI_EMAIL", "").strip(),
            os.environ.get("NCBI_API_KEY", "").strip(),
        )
        if not self.email:
            raise InputError(
                "NCBI_EMAIL: NCBI asks who is calling. Set it: export NCBI_EMAIL=you@example.org"
            )
        self._endpoint, self._pause = endpoint.rstrip("/") + "/", pause
        self._timeout, self._deadline = timeout, deadline
        self._pace = pace or (Pace("ncbi-key", RATE_WITH_KEY) if self._key else Pace("ncbi-address", RATE))
        self.requests = 0

    def ask(self, name: str, what: str, read: Callable[[bytes], T], **parameters: Any) -> T:
        """Return ``read(body)`` of one esearch or efetch, asking again for what passes by itself.

        ``what`` says in messages which part of the work this is. ``read`` raises ``Passing`` for an
        answer that is not whole.
        """
        for attempt in range(1, TRIES + 1):
            try:
                return read(self._once(name, parameters))
            except Passing as fault:
                if attempt == TRIES:
                    raise RetrievalError(
                        f"{what}: PubMed did not answer {name}, asked {TRIES} times; at last:"
                        f" {self.scrub(str(fault))}. Start again later: what was fetched is kept."
                    ) from None
                longest = min(self._pause * 2 ** (attempt - 1), LONGEST_PAUSE_SECONDS)
                if fault.pause > LONGEST_ASKED_SECONDS:
                    raise RetrievalError(
                        f"{what}: PubMed did not answer {name}: {self.scrub(str(fault))}, and wants no"
                        f" request for {fault.pause:.0f} s. Start again then: what was fetched is kept."
                    ) from None
                wait = max(fault.pause, longest * random.uniform(0.5, 1.0))
                log.info("%s: %s, asking again in %.1f s", what, self.scrub(str(fault)), wait)
                time.sleep(wait)
        raise AssertionError("unreachable")

    def scrub(self, text: str) -> str:
        """Return the text in one line, without key and e-mail address, cut to a length fit for a message."""
        for secret in (self._key, self.email):
            if secret:
                text = text.replace(secret, "***")
        return " ".join(text.split())[:300]

    def _once(self, name: str, parameters: dict[str, Any]) -> bytes:
        """Send one request through Bio.Entrez, which must not repeat, wait or follow by itself."""
        for setting, value in (
            ("email", self.email),
            ("api_key", self._key or None),
            ("tool", TOOL),
            ("max_tries", 1),
            ("urlopen", self._open),
        ):
            setattr(Entrez, setting, value)
        setattr(Entrez._open, "previous", 0.0)  # noqa: B010  our pace holds for all processes, not for this one
        try:
            handle = getattr(Entrez, name)(**{"db": "pubmed", "retmode": "xml", **parameters})
        except (URLError, http.client.HTTPException, OSError, zlib.error, EOFError) as error:
            reason = error.reason if isinstance(error, URLError) else error
            raise Passing(f"the connection failed ({type(reason).__name__}: {reason})") from None
        body = handle.read()
        return body.encode() if isinstance(body, str) else bytes(body)

    def _open(self, request: Request) -> _Body:
        """Send Bio.Entrez's request as a POST to our endpoint; return the whole answer."""
        query = (
            request.data if isinstance(request.data, bytes) else request.full_url.partition("?")[2].encode()
        )
        cgi = request.full_url.partition("?")[0].rsplit("/", 1)[-1]
        post = Request(self._endpoint + cgi, data=query, method="POST", headers={"Accept-Encoding": "gzip"})
        self.requests += 1
        answer = send(post, self._pace, self._timeout, self._deadline, LONGEST_PAUSE_SECONDS)
        if answer.status != 200:
            raise self._refused(answer)
        return _Body(answer.body, answer.headers)

    def _refused(self, answer: Answer) -> Exception:
        """Return what to raise for an answer with another status than 200."""
        words = _words(answer.body)
        if answer.status == 429:
            return Passing("too many requests (429)", pause_of(answer.headers))
        if 300 <= answer.status < 400:
            return RetrievalError(
                f"PubMed redirects ({answer.status}): this address may be blocked. Wait, and write to"
                " eutilities@ncbi.nlm.nih.gov if it lasts."
            )
        if "api key invalid" in words.casefold():
            return RetrievalError("NCBI_API_KEY: PubMed does not know this key. Correct it, or unset it.")
        if answer.status in REFUSED:
            return RetrievalError(f"PubMed did not answer ({answer.status}): {REFUSED[answer.status]}.")
        if answer.status < 500 and QUERY_IS_WRONG.search(words):
            return _wrong_query(self.scrub(words))
        return Passing(f"status {answer.status}" + (f", {words}" if words else ""))

    # -- search ---------------------------------------------------------------------------------

    def search(self, query: str, what: str) -> Found:
        """Return all PMIDs of a query. Beyond 9,999 the search is cut by UID, and the parts must add up."""
        for _ in range(3):
            whole, count = self._list(query, what, 1, MAX_UID)
            if len(whole.pmids) == count:
                return whole
            slices = self._slices(query, what, whole.pmids)
            together = sorted(number for part in slices for number in part.pmids)
            if len(set(together)) == len(together) == count == self._count(query, what):
                sizes = [part.slices[0] for part in slices]
                return whole._replace(pmids=together, slices=sizes)
            log.info("%s: the parts hold %d of %d PMIDs, searching again", what, len(set(together)), count)
        raise RetrievalError(
            f"{what}: PubMed's index moved three times while it was searched. Start again later."
        )

    def _count(self, query: str, what: str) -> int:
        """Return how many records the query has, asked once more: the total that the parts must meet."""

        def read(body: bytes) -> int:
            root = _xml(body, "eSearchResult")
            _check_error(root)
            return _number(root.findtext("Count"))

        return self.ask("esearch", what, read, term=query, rettype="count")

    def _slices(self, query: str, what: str, newest: Sequence[int]) -> list[Found]:
        """Return the parts of a search that PubMed does not list whole, none with more than it lists.

        PMIDs grow with time, and PubMed lists the newest first: cut a little above the lowest one
        listed, and the part above it is almost sure to fit.
        """
        parts: list[Found] = []
        waiting = [(1, MAX_UID, sorted(newest))]
        while waiting:
            low, high, listed = waiting.pop()
            inside = [number for number in listed if low < number <= high]
            cut = inside[len(inside) // 50] if inside else (low + high) // 2
            for part_low, part_high in ((cut, high), (low, cut - 1)):
                found, count = self._list(query, what, part_low, part_high)
                if len(found.pmids) == count:
                    parts.append(found)
                elif part_low == part_high:
                    raise RetrievalError(f"{what}: PubMed lists more than one record for one PMID.")
                else:
                    waiting.append((part_low, part_high, sorted(found.pmids)))
        return parts

    def _list(self, query: str, what: str, low: int, high: int) -> tuple[Found, int]:
        """Return what one search lists, and how many it counts; fewer listed only at PubMed's limit."""
        whole = (low, high) == (1, MAX_UID)
        term = query if whole else f"({query}) AND {low}:{high}[UID]"

        def read(body: bytes) -> tuple[Found, int]:
            root = _xml(body, "eSearchResult")
            _check_error(root)
            pmids = [_number(node.text) for node in root.iterfind("IdList/Id")]
            count = _number(root.findtext("Count"))
            warnings = _texts(root.find("WarningList"))
            limited = len(pmids) == MAX_LISTED or any("Restrictions achieved" in text for text in warnings)
            if len(set(pmids)) != len(pmids) or (
                count != len(pmids) and not (limited and count > len(pmids))
            ):
                raise Passing(f"it counts {count} records and lists {len(set(pmids))}")
            warnings = [text for text in warnings if "Restrictions achieved" not in text]
            translation = root.findtext("QueryTranslation") or ""
            size = {"first_uid": low, "last_uid": high, "count": count}
            return Found(sorted(pmids), translation, _texts(root.find("ErrorList")), warnings, [size]), count

        return self.ask("esearch", what, read, term=term, retmax=MAX_LISTED)

    # -- fetch ----------------------------------------------------------------------------------

    def fetch(self, pmids: Sequence[int], what: str) -> bytes:
        """Return the XML of these records: all it was asked for, or some of them, but whole and none else."""
        asked = set(pmids)

        def read(body: bytes) -> bytes:
            if b"<eFetchResult" in body[:500]:
                _check_error(_xml(body, "eFetchResult"))
            try:
                got = [int(pmid(article)) for article in articles(io.BytesIO(body), what)]
            except (InputError, ValueError):
                raise Passing("the XML is damaged, cut or of another kind") from None
            if len(set(got)) != len(got) or not set(got) <= asked:
                raise Passing("it sent records that nobody asked for, or one twice")
            return body

        return self.ask("efetch", what, read, id=",".join(str(number) for number in pmids))

    # -- PubMed Central -------------------------------------------------------------------------

    def pmc_of(self, number: int, what: str) -> list[int]:
        """Return the PMCIDs (digits) of the article with this PMID: none if PubMed Central lacks it."""

        def read(body: bytes) -> list[int]:
            root = _xml(body, "eLinkResult")
            _check_error(root)
            asked = [node.text for node in root.iterfind("LinkSet/IdList/Id")]
            if asked != [str(number)]:
                raise Passing("it answers for another PMID than was asked")
            links = root.iterfind("LinkSet/LinkSetDb[LinkName='pubmed_pmc']/Link/Id")
            return sorted({_number(node.text) for node in links})

        return self.ask("elink", what, read, dbfrom="pubmed", db="pmc", linkname="pubmed_pmc", id=str(number))

    def fetch_pmc(self, number: str, what: str) -> bytes:
        """Return the XML of one article of PubMed Central as sent: whole, and none else."""

        def read(body: bytes) -> bytes:
            if b"<eFetchResult" in body[:500]:
                _check_error(_xml(body, "eFetchResult"))
            root = _xml(body, "pmc-articleset")
            articles = [node for node in root if node.tag == "article"]
            if not articles:
                reason = next((str(node.get("error")) for node in root.iter("Reply")), "an empty answer")
                raise RetrievalError(
                    f"paper.pmcid: PubMed Central does not give PMC{number} ({self.scrub(reason)}). It may be"
                    " under embargo: ask later, or save its JATS XML by hand and set paper.source: file."
                )
            numbers = {
                "".join(map(str, node.itertext())).strip().upper().removeprefix("PMC")
                for kind in ("pmc", "pmcid")
                for node in articles[0].iterfind(f"front/article-meta/article-id[@pub-id-type='{kind}']")
            }
            if len(articles) > 1 or (numbers and number not in numbers):
                raise Passing("it sent another article than was asked")
            return body

        return self.ask("efetch", what, read, db="pmc", id=number)


def most_left_out(asked: int) -> int:
    """Return how many records PubMed may name and not deliver before it is taken for a fault."""
    return max(MAX_LEFT_OUT, asked // 100)


def _xml(body: bytes, root_tag: str) -> etree._Element:
    parser = etree.XMLParser(load_dtd=False, no_network=True, resolve_entities=False)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError:
        raise Passing("the answer is no whole XML") from None
    if root.tag != root_tag:
        raise Passing(f"the answer begins with <{root.tag}>")
    return root


def _number(text: str | None) -> int:
    """Return a number of an answer; one that is missing or "null" shows that the answer is not whole."""
    if not (text or "").strip().isdecimal():
        raise Passing(f"it gives {text!r} where a number is needed")
    return int(text or "")


def _words(body: bytes) -> str:
    """Return what an answer says to people: its text without tags, in one line, cut."""
    text = re.sub(r"(?s)<(script|style)\b.*?</\1>|<[^>]*>", " ", body[:20_000].decode("utf-8", "replace"))
    return " ".join(text.split())[:150]


def _wrong_query(words: str) -> RetrievalError:
    return RetrievalError(f"PubMed refuses the search: {words}. Correct search.query.")


def _check_error(root: etree._Element) -> None:
    """Raise for an ERROR inside an answer with status 200: the query is to blame only where it is named."""
    for node in root.iter("ERROR"):
        words = _words((node.text or "").encode())
        if QUERY_IS_WRONG.search(words):
            raise _wrong_query(words)
        raise Passing(f"ERROR {words}")


def _texts(node: etree._Element | None) -> list[str]:
    """Return the entries of ErrorList or WarningList as ``PhraseNotFound: word``."""
    return [] if node is None else [f"{child.tag}: {' '.join((child.text or '').split())}" for child in node]
