"""The service: its life, its faults, its log, and which answer a request gets."""

import hashlib
import json
import math
import threading
import time
from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.pubmed_service.answers import Answer, Expired, History, Request, as_json, xml_error
from tests.pubmed_service.faults import ANY, FAULTS, TRANSIENT, Fault, RandomFaults
from tests.pubmed_service.fetch import efetch, einfo, elink, epost, esummary
from tests.pubmed_service.outages import of_outage
from tests.pubmed_service.search import esearch
from tests.pubmed_service.terms import Index
from tests.pubmed_service.texts import (
    BACKEND_502,
    BASE,
    DIAGNOSTIC_500,
    EFETCH,
    EPOST,
    ESEARCH,
    ESUMMARY_1,
    FORWARDING_500,
    HTML,
    HTML_PAGE,
    JSON,
    PROXY_502,
    VIEWER_TIMEOUT,
    WALL,
    XML,
)
from tests.pubmed_service.wire import Handler, Listener
from tests.pubmed_service.world import Source, World

ENDPOINTS = {
    "esearch": esearch,
    "efetch": efetch,
    "epost": epost,
    "esummary": esummary,
    "einfo": einfo,
    "elink": elink,
}


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
        self.history = History(webenv_ttl, webenv_calls, late_webenv)
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
        self._http = Listener(("127.0.0.1", port), Handler)
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
        self.history.forget()
        self._delivered = 0

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
        if self._is_unknown(key):
            return self._bad_key(key), None
        limit = self.rate_with_key if key else self.rate
        headers: dict[str, str] = {}
        if limit:
            count, refused = self._count(key or request.client, limit)
            if count > limit or refused:
                entry["violations"].append(f"rate: {count} requests in a second, {limit} are allowed")
                if refused:
                    return self._too_many(key or request.client, max(count, limit + 1), limit), None
            headers = {"X-RateLimit-Limit": str(limit), "X-RateLimit-Remaining": str(max(0, limit - count))}
        fault = self._fault_of(request)
        answer = (fault and self._instead(request, fault, limit or 3)) or self._endpoint(request, fault)
        if fault:
            entry["fault"] = answer.fault = fault.kind
            answer.status = fault.status or answer.status
        answer.headers = {**headers, **answer.headers}
        entry["records"] = answer.records
        with self._lock:
            self._delivered += answer.records
        return answer, fault

    def _is_unknown(self, key: str) -> bool:
        return bool(key) and self.valid_keys is not None and key not in self.valid_keys

    def _fault_of(self, request: Request) -> Fault | None:
        """Return the first fault of the plan that hits the request, or one at random, or none."""
        with self._lock:
            struck = [fault for fault in self._faults if fault.strikes(request, self._delivered)]
            if struck:
                struck[0].fired += 1
                return struck[0]
            return self._random.draw(request) if self._random else None

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
        refusal = self._too_many(key or request.client, limit + 1, limit)
        if outage := of_outage(fault, request, refusal, self.retry_after):
            return outage
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
        try:
            return ENDPOINTS[request.endpoint](self, request, fault)
        except Expired as gone:
            return self._gone(request, str(gone))

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
