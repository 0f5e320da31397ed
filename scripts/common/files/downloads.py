"""One file by its address, however slow or broken the way is: what came is kept, and the next try goes on."""

import http.client
import socket
import ssl
import time
from collections.abc import Callable
from http.client import HTTPMessage
from pathlib import Path
from typing import IO, Any, NamedTuple
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request

from scripts.common.errors import RetrievalError
from scripts.common.files.connections import Deadline, opener, pause_of, refused_address

PART = 1 << 16  # bytes read at one time
HEADERS = {"User-Agent": "literature-review-workflow", "Accept": "*/*", "Accept-Encoding": "identity"}
WHOLE, PARTIAL, RANGE_NOT_SATISFIABLE, TOO_MANY = 200, 206, 416, 429
BUSY = (TOO_MANY, 500, 502, 503, 504)  # asking again may help


class Limits(NamedTuple):
    """What one file may take. A server is slow if it sends less than ``bytes_per_second`` on average."""

    megabytes: float = 2_000
    seconds: float = 3_600
    silent_seconds: float = 30  # without an answer, or of a slow one
    bytes_per_second: int = 1_000
    tries: int = 5  # in a row that bring nothing new
    pause_seconds: float = 1
    longest_pause_seconds: float = 60  # that a busy server may ask for


class Address(NamedTuple):
    """Where a file came from in the end, after all redirects."""

    url: str
    redirected: bool

    @property
    def host(self) -> str:
        """The name of the server; the rest of such an address may hold a key that is valid for minutes."""
        return urlsplit(self.url).hostname or ""


class NoConnectionError(RetrievalError):
    """There is no way to the server; another file of it needs no try."""


class _Again(Exception):
    """This try broke off: ``reason`` says how, and ``pause`` for how many seconds the server wants rest."""

    def __init__(self, reason: str, pause: float = 0) -> None:
        super().__init__(reason)
        self.reason, self.pause = reason, pause


class _SafeRedirects(HTTPRedirectHandler):
    """Follows redirects, but only to where an address of the review could point, too."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        newurl = newurl.replace(" ", "%20")
        if reason := refused_address(newurl, req.full_url):
            raise RetrievalError(f"redirects to {_shown(newurl)}, which is not followed: {reason}.")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _shown(url: str) -> str:
    """Return an address without its query, which may hold a key."""
    return url.partition("?")[0][:120]


def download(url: str, to: Path, limits: Limits, tell: Callable[[int, int | None], object]) -> Address:
    """Write the file at an address to ``to``; bytes that lie there already are not asked for again.

    ``tell`` gets the bytes so far and those announced (None if the server does not say), some times a minute.
    Raises ``RetrievalError`` with what is wrong and what to do, without the address; what came by then stays
    in ``to``, except where the server has no such file.
    """
    end = time.monotonic() + limits.seconds
    failures, most = 0, _size(to)
    while True:
        left = end - time.monotonic()
        if left <= 0:
            raise RetrievalError(
                f"not complete after {limits.seconds:,.0f} s. What came is kept: fetch again to go on."
            )
        try:
            return _try(url, to, limits, left, tell)
        except _Again as broken:
            failures = 1 if _size(to) > most else failures + 1
            most = max(most, _size(to))
            if failures >= limits.tries:
                kept = "What came is kept: fetch again to go on." if _size(to) else "Try again later."
                raise RetrievalError(f"{broken.reason}. {kept}") from None
            if broken.pause > limits.longest_pause_seconds:
                raise RetrievalError(
                    f"{broken.reason} and wants no request for {broken.pause:,.0f} s. Try again then."
                ) from None
            time.sleep(max(broken.pause, limits.pause_seconds))


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _try(
    url: str, to: Path, limits: Limits, left: float, tell: Callable[[int, int | None], object]
) -> Address:
    """Ask once. Raises ``_Again`` where another try may bring the rest."""
    have = _size(to)
    request = Request(url, headers={**HEADERS, **({"Range": f"bytes={have}-"} if have else {})})
    with Deadline(2 * limits.silent_seconds) as deadline, _open(request, deadline, limits) as response:
        where = Address(response.url, response.url != url)
        if not _from_where(response, have, to):
            return where
        if response.status == WHOLE:
            have = 0
        announced = have + response.length if response.length is not None else None
        _check_size(announced or 0, limits)
        try:
            with open(to, "ab" if have else "wb") as stream:
                _copy(response, stream, have, announced, _Clock(deadline, left, limits), tell)
        except OSError as error:  # the disk: name the file
            error.filename = str(to)
            raise
    return where


def _open(request: Request, deadline: Deadline, limits: Limits) -> Any:
    """Return the answer, of whatever status; errors on the way to it are named."""
    host = urlsplit(request.full_url).hostname
    try:
        answer = opener(deadline, _SafeRedirects()).open(request, timeout=limits.silent_seconds)
        deadline.check()  # a head that was cut here looks whole
        return answer
    except HTTPError as answer:
        if 300 <= answer.code < 400:
            raise RetrievalError(
                "redirects in a circle, or to an address that cannot be followed. Look at it in a browser."
            ) from None
        return answer
    except URLError as error:
        raise _no_way(error.reason, str(host), limits) from None
    except (http.client.HTTPException, OSError) as error:
        if deadline.passed or isinstance(error, TimeoutError):
            raise _Again(f"{host} did not answer in time") from None
        raise _Again(f"{host} closed the connection without an answer that can be read") from None


def _no_way(reason: object, host: str, limits: Limits) -> Exception:
    """Return the error for a connection that could not be made."""
    if isinstance(reason, ssl.SSLError):
        return NoConnectionError(
            f"the certificate of {host} is not accepted ({reason.reason or reason}). Is a proxy or the clock"
            " of this machine in between?"
        )
    if isinstance(reason, TimeoutError):
        return NoConnectionError(
            f"no connection to {host} within {limits.silent_seconds:,.0f} s. Is there a network? Behind a"
            " proxy, set HTTPS_PROXY."
        )
    if isinstance(reason, socket.gaierror):
        return NoConnectionError(
            f"no network, or no server of the name {host}. Behind a proxy, set HTTPS_PROXY."
        )
    return NoConnectionError(f"no connection to {host} ({reason}). Behind a proxy, set HTTPS_PROXY.")


def _from_where(response: Any, have: int, to: Path) -> bool:
    """Return whether bytes follow that are wanted; stop at an answer that is no file.

    A server may ignore that only the rest was asked for: then it sends the whole file, with status 200.
    """
    status, sent = response.status, response.headers.get("Content-Range", "")
    if status == WHOLE:
        return True
    if status == PARTIAL and sent.replace(" ", "").lower().startswith(f"bytes{have}-"):
        return True
    if status == RANGE_NOT_SATISFIABLE and have and sent.rpartition("/")[2].strip() == str(have):
        return False  # all of it is here
    if status in (PARTIAL, RANGE_NOT_SATISFIABLE) and have:
        to.unlink()
        raise _Again("does not send the rest of a file that it sends in parts")
    if status in BUSY:
        pause = pause_of(response.headers) if response.headers.get("Retry-After") else 0
        busy = "has too many requests" if status == TOO_MANY else "does not work at present"
        raise _Again(f"the server {busy} (status {status})", pause)
    raise RetrievalError(_refusal(status))


def _refusal(status: int) -> str:
    """Return what an answer without a file means, and what to do."""
    if status in (404, 410):
        return (
            f"moved or taken away (status {status}). Find where it is now and correct the url; any copy with"
            " this digest will do."
        )
    if status in (202, 401, 403, 407, 451):
        return (
            f"not given to a program (status {status}): it may ask to sign in or to prove that you are a"
            " person. Save it with a browser; any copy with this digest will do."
        )
    return f"the server answers with status {status} and no file. Look at the address in a browser."


def _check_size(size: int, limits: Limits) -> None:
    if size > limits.megabytes * 1e6:
        raise RetrievalError(
            f"larger than {limits.megabytes:,.0f} MB, which is the limit for one file. Save it by hand."
        )


class _Clock:
    """Ends a connection that is slow, or takes longer than all that is left of the time for a file."""

    def __init__(self, deadline: Deadline, left: float, limits: Limits) -> None:
        self.limits, self._deadline = limits, deadline
        self._end = time.monotonic() + left
        self._since, self._at = time.monotonic(), 0
        self._move()

    def _move(self) -> None:
        left = self._end - time.monotonic()
        self._deadline.move(max(0.0, min(2 * self.limits.silent_seconds, left)))

    def saw(self, size: int) -> None:
        """Note how many bytes have come in this try; stop where they are too few for the time."""
        now = time.monotonic()
        if now - self._since < self.limits.silent_seconds:
            return
        speed = (size - self._at) / (now - self._since)
        if speed < self.limits.bytes_per_second:
            raise _slow(f"{speed:,.0f} bytes a second")
        self._since, self._at = now, size
        self._move()

    def check(self) -> None:
        """Stop where the connection was ended from here: what was read is not all."""
        if self._deadline.passed:
            if time.monotonic() >= self._end:
                raise _Again("out of time")
            raise _slow(f"nothing for {self.limits.silent_seconds:,.0f} s")


def _slow(what: str) -> RetrievalError:
    return RetrievalError(f"the server is slow: it sends {what}. What came is kept: fetch again to go on.")


def _copy(
    response: Any,
    stream: IO[bytes],
    have: int,
    announced: int | None,
    clock: _Clock,
    tell: Callable[[int, int | None], object],
) -> None:
    """Write what follows. Raises ``_Again`` where it ends before all that was announced is there."""
    came = 0
    limits = clock.limits
    while True:
        try:
            part = response.read1(PART)
        except TimeoutError:
            raise _slow(f"nothing for {limits.silent_seconds:,.0f} s") from None
        except (OSError, http.client.HTTPException):  # of the connection: the disk is written below
            clock.check()
            raise _Again(_cut(have + came, announced)) from None
        if not part:
            break
        stream.write(part)
        came += len(part)
        _check_size(have + came, limits)
        clock.saw(came)
        tell(have + came, announced)
    clock.check()
    if announced is not None and have + came < announced:
        raise _Again(_cut(have + came, announced))


def _cut(size: int, announced: int | None) -> str:
    of = f"{announced:,}" if announced is not None else "an unknown number of"
    return f"the connection ended after {size:,} of {of} bytes"
