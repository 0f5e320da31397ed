"""One request to an E-utility and its whole answer: under one deadline, to NCBI only, at the common pace."""

import gzip
import http.client
import zlib
from email.message import Message
from typing import Any, NamedTuple
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request

from scripts.common.errors import InputError
from scripts.common.files.connections import Deadline, is_loopback, opener, pause_of
from scripts.common.job import log
from scripts.common.search.pace import Pace


class Answer(NamedTuple):
    """The answer to one request. ``body`` is unpacked, and empty if an answer other than 200 was cut."""

    status: int
    headers: Message
    body: bytes


class _NoRedirect(HTTPRedirectHandler):
    """NCBI redirects those whom it blocks; a redirected POST would carry the key elsewhere."""

    def redirect_request(self, *_: Any) -> None:
        return None


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


def send(request: Request, pace: Pace, timeout: float, seconds: float, longest_pause: float) -> Answer:
    """Send one request and return its whole answer, of whatever status.

    ``timeout`` bounds the wait for a single byte, ``seconds`` the whole answer. After status 429 no process
    of this machine asks, for at most ``longest_pause`` seconds. Raises ``OSError``, ``EOFError``,
    ``http.client.HTTPException`` or ``zlib.error`` if no whole answer comes.
    """
    with pace.slot() as turn, Deadline(seconds) as deadline:
        try:
            response: Any = opener(deadline, _NoRedirect()).open(request, timeout=timeout)
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
