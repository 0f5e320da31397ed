"""One request to an E-utility and its whole answer: under one deadline, to NCBI only, at the common pace."""

import gzip
import http.client
import ipaddress
import re
import socket
import threading
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import (
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    build_opener,
    getproxies,
)

from scripts.common.errors import InputError
from scripts.common.job import log
from scripts.common.search.pace import Pace

NUMBER = re.compile(r"\d+(?:\.\d+)?")
USUAL_PAUSE_SECONDS = 2.0  # after status 429 without a readable Retry-After


class Answer(NamedTuple):
    """The answer to one request. ``body`` is unpacked, and empty if an answer other than 200 was cut."""

    status: int
    headers: Message
    body: bytes


class Deadline:
    """Ends the connection that it watches after some seconds, also in the middle of a status line."""

    def __init__(self, seconds: float) -> None:
        self.passed = False
        self._watched: list[socket.socket] = []
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    def __enter__(self) -> "Deadline":
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        with self._lock:
            for twin in self._watched:
                twin.close()
            self._watched.clear()

    def connect(self, *given: Any, **named: Any) -> socket.socket:
        """Open a connection and watch it; TLS takes the socket over, so a twin of it is kept to end it."""
        connection = socket.create_connection(*given, **named)
        with self._lock:
            self._watched.append(connection.dup())
            if self.passed:
                connection.close()
                raise TimeoutError
        return connection

    def check(self) -> None:
        """Raise ``TimeoutError`` once the deadline has passed: what was read may be cut."""
        if self.passed:
            raise TimeoutError

    def _end(self) -> None:
        with self._lock:
            self.passed = True
            for twin in self._watched:
                try:
                    twin.shutdown(socket.SHUT_RDWR)
                except OSError:  # the service has closed it already
                    continue


class _NoRedirect(HTTPRedirectHandler):
    """NCBI redirects those whom it blocks; a redirected POST would carry the key elsewhere."""

    def redirect_request(self, *_: Any) -> None:
        return None


def _watched(kind: Callable[..., Any], deadline: Deadline) -> Any:
    """Return a maker of connections of this kind that the deadline watches."""

    def make(host: str, **named: Any) -> http.client.HTTPConnection:
        connection: http.client.HTTPConnection = kind(host, **named)
        connection._create_connection = deadline.connect  # type: ignore[attr-defined]
        return connection

    return make


class _Http(HTTPHandler):
    deadline: Deadline

    def http_open(self, request: Request) -> http.client.HTTPResponse:
        return self.do_open(_watched(http.client.HTTPConnection, self.deadline), request)


class _Https(HTTPSHandler):
    deadline: Deadline

    def https_open(self, request: Request) -> http.client.HTTPResponse:
        made = _watched(http.client.HTTPSConnection, self.deadline)
        return self.do_open(made, request, context=self._context)  # type: ignore[attr-defined]


def _opener(deadline: Deadline) -> OpenerDirector:
    """Return an opener that follows nothing; only TLS goes through a proxy, so no proxy sees the key."""
    plain, tls = _Http(), _Https()
    plain.deadline = tls.deadline = deadline
    proxies = {scheme: proxy for scheme, proxy in getproxies().items() if scheme == "https"}
    return build_opener(_NoRedirect, plain, tls, ProxyHandler(proxies))


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine, by its name or its address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_endpoint(endpoint: str, allow_other: bool) -> None:
    """Raise ``InputError`` if key and e-mail address would go to anybody but NCBI or this machine."""
    address = urlsplit(endpoint)
    host = (address.hostname or "").casefold()
    if is_loopback(host):
        return
    if address.scheme != "https":
        raise InputError(f"search.endpoint: {endpoint} is not encrypted. Write https:// instead of http://.")
    if host == "ncbi.nlm.nih.gov" or host.endswith(".ncbi.nlm.nih.gov"):
        return
    if not allow_other:
        raise InputError(
            f"search.endpoint: {host} is not NCBI, and would receive your e-mail address and API key. Correct"
            " it, or set search.allow_other_endpoint: true if you trust it with them."
        )
    log.warning("search.endpoint: your e-mail address and API key are sent to %s, which is not NCBI", host)


def pause_of(headers: Message) -> float:
    """Return for how many seconds a service wants no request: Retry-After as a number or as a date."""
    text = (headers.get("Retry-After") or "").strip()
    if NUMBER.fullmatch(text):
        return float(text)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return USUAL_PAUSE_SECONDS
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max(0.0, (until - datetime.now(UTC)).total_seconds())


def send(request: Request, pace: Pace, timeout: float, seconds: float, longest_pause: float) -> Answer:
    """Send one request and return its whole answer, of whatever status.

    ``timeout`` bounds the wait for a single byte, ``seconds`` the whole answer. After status 429 no process
    of this machine asks, for at most ``longest_pause`` seconds. Raises ``OSError``, ``EOFError``,
    ``http.client.HTTPException`` or ``zlib.error`` if no whole answer comes.
    """
    with pace.slot() as turn, Deadline(seconds) as deadline:
        try:
            response: Any = _opener(deadline).open(request, timeout=timeout)
        except HTTPError as error:
            response = error
        if response.status == 429:
            turn.quiet(min(pause_of(response.headers), longest_pause))
        turn.end()
        with response:
            try:
                body = _whole(response, deadline)
            except (OSError, http.client.HTTPException, EOFError, zlib.error):
                if response.status == 200:
                    raise
                body = b""
        return Answer(response.status, response.headers, body)


def _whole(response: Any, deadline: Deadline) -> bytes:
    parts = []
    while part := response.read1(1 << 16):
        parts.append(part)
    deadline.check()
    if response.length:  # bytes announced and not sent
        raise http.client.IncompleteRead(b"")
    body = b"".join(parts)
    return gzip.decompress(body) if response.headers.get("Content-Encoding") == "gzip" else body
