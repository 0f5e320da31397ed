"""Connections over HTTP: under a deadline, and where requests may go."""

import http.client
import ipaddress
import re
import socket
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import Any
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

NUMBER = re.compile(r"\d+(?:\.\d+)?")
USUAL_PAUSE_SECONDS = 2.0  # after "too many requests" without a readable Retry-After


class Deadline:
    """Ends the connection that it watches after some seconds, also in the middle of a status line."""

    def __init__(self, seconds: float) -> None:
        self.passed = False
        self._watched: list[socket.socket] = []
        self._lock = threading.Lock()
        self._timer = self._new_timer(seconds)

    def _new_timer(self, seconds: float) -> threading.Timer:
        timer = threading.Timer(seconds, self._end)
        timer.daemon = True
        return timer

    def __enter__(self) -> "Deadline":
        self._timer.start()
        return self

    def move(self, seconds: float) -> None:
        """Set the deadline to some seconds from now, unless it has passed."""
        self._timer.cancel()
        self._timer = self._new_timer(seconds)
        self._timer.start()

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


def opener(deadline: Deadline, redirects: HTTPRedirectHandler) -> OpenerDirector:
    """Return an opener that asks under a deadline; only TLS goes through a proxy, so no proxy sees a key."""
    plain, tls = _Http(), _Https()
    plain.deadline = tls.deadline = deadline
    proxies = {scheme: proxy for scheme, proxy in getproxies().items() if scheme == "https"}
    return build_opener(redirects, plain, tls, ProxyHandler(proxies))


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine, by its name or its address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def refused_address(url: str, origin: str = "") -> str:
    """Return why an address must not be asked, or an empty text: only https, or http on this machine.

    ``origin`` is the address that redirected there. One elsewhere must not point at this machine.
    """
    try:
        address = urlsplit(url)
        host, _ = (address.hostname or "").casefold(), address.port
    except ValueError as error:
        return f"it is no address ({error})"
    if not url.isascii() or not url.isprintable() or " " in url:
        return "it has a blank or a letter that addresses cannot have: write it as %20, %C3%A9, ..."
    if address.scheme not in ("https", "http") or not host:
        return "it does not begin with https://"
    if address.username is not None:
        return "it holds a name or password, and addresses are shown in the report"
    if is_loopback(host):
        elsewhere = origin and not is_loopback((urlsplit(origin).hostname or "").casefold())
        return "it points from another machine at this one" if elsewhere else ""
    return "" if address.scheme == "https" else "it is not encrypted: only https:// is asked"


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
