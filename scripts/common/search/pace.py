"""One pace for all jobs of all workflows on this machine: never more requests a second than allowed."""

import fcntl
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TextIO

from scripts.common.errors import InputError

SECOND = 1.05  # the second of the rule, with a margin for clocks that differ
FOLDER = Path("/tmp")  # one for the machine: not TMPDIR, which differs between users and workflows
LONGEST_FLIGHT = 5.0  # seconds after which a request has reached the service, though its answer has not begun
LONGEST_QUIET = 3600.0  # seconds; a longer pause in the file is of before a restart of the machine
LOOK_AGAIN = 0.02  # seconds between two looks whether another process has its answer


class Turn:
    """The right to send one request. ``end`` it when the head of the answer is there."""

    def __init__(self, pace: "Pace", name: str) -> None:
        self._pace, self._name, self._quiet, self._ended = pace, name, 0.0, False

    def quiet(self, seconds: float) -> None:
        """Let no process of this machine ask for some seconds; written with the end of the turn."""
        self._quiet = seconds

    def end(self) -> None:
        """Let the next request leave; a second call does nothing."""
        if not self._ended:
            self._ended = True
            self._pace.ended(self._name, self._quiet)


class Pace:
    """At most ``requests`` in any second, by a file that holds the times of the last ones.

    One request is on its way at a time, up to the head of its answer: what counts is when the service sees
    it, and that lies between the two. So nothing leaves before a "too many requests" is known to all. The
    lock on the file is held only while it is read and written. A process that was killed blocks nobody.
    """

    def __init__(
        self,
        name: str,
        requests: int,
        folder: str | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._path = Path(folder or FOLDER) / f"{name}.pace"
        self._requests, self._clock, self._sleep = requests, clock, sleep
        self._turns = 0

    @contextmanager
    def slot(self) -> Iterator[Turn]:
        """Wait for a turn; the body sends one request, and ends the turn at the head of its answer."""
        self._turns += 1
        name = f"{os.getpid()}-{id(self)}-{self._turns}"
        while wait := self._try(name):
            self._sleep(wait)
        turn = Turn(self, name)
        try:
            yield turn
        finally:
            turn.end()

    def _try(self, name: str) -> float:
        """Take the turn and return 0, or return for how many seconds to wait before asking again."""
        with self._locked() as stream:
            now = self._clock()
            state = _read(stream, now)
            flight = state["flight"]
            if flight and not _has_arrived(flight, now):
                return LOOK_AGAIN
            ends = [*state["ends"], now] if flight else state["ends"]
            turn = ends[-self._requests] + SECOND if len(ends) >= self._requests else now
            wait: float = max(turn, state["quiet_until"]) - now
            if wait > 0:
                _write(stream, {**state, "ends": ends, "flight": None})
                return wait
            flight = {"name": name, "pid": os.getpid(), "start": now}
            _write(stream, {**state, "ends": ends[-self._requests :], "flight": flight})
            return 0.0

    def ended(self, name: str, quiet: float) -> None:
        """Write down that the request of a turn was answered, and for how long the service wants quiet."""
        with self._locked() as stream:
            now = self._clock()
            state = _read(stream, now)
            flight = state["flight"]
            mine = flight is not None and flight["name"] == name
            _write(
                stream,
                {
                    "ends": [*state["ends"], now][-self._requests :],
                    "flight": None if mine else flight,
                    "quiet_until": max(state["quiet_until"], now + quiet),
                },
            )

    @contextmanager
    def _locked(self) -> Iterator[TextIO]:
        with open(self._open(), "r+", encoding="utf-8") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            yield stream

    def _open(self) -> int:
        """Open the file, which every user may write; Linux refuses O_CREAT for the file of another user."""
        try:
            with suppress(FileNotFoundError):
                return os.open(self._path, os.O_RDWR | os.O_NOFOLLOW)
            self._make()
            return os.open(self._path, os.O_RDWR | os.O_NOFOLLOW)
        except OSError as error:
            raise InputError(
                f"{self._path}: the pace of requests to NCBI cannot be kept ({error.strerror}). Every user"
                " must be able to write this file: remove it, or ask its owner to."
            ) from None

    def _make(self) -> None:
        """Make the file at once with all its rights: another user may open it in the next moment."""
        made, name = tempfile.mkstemp(prefix=f"{self._path.name}.", dir=self._path.parent)
        try:
            os.fchmod(made, 0o666)  # whatever the umask
            with suppress(FileExistsError):  # another process has just made it
                os.link(name, self._path)
        finally:
            os.close(made)
            Path(name).unlink()


def _has_arrived(flight: dict[str, Any], now: float) -> bool:
    """Return whether a request has reached the service by now, or its process is gone."""
    if now - flight["start"] > LONGEST_FLIGHT:
        return True
    try:
        os.kill(flight["pid"], 0)
    except ProcessLookupError:
        return True
    except PermissionError:  # of another user, and alive
        return False
    return False


def _read(stream: TextIO, now: float) -> dict[str, Any]:
    """Return the state; what is of before a restart, or was torn in writing, does not count."""
    stream.seek(0)
    try:
        state = json.loads(stream.read() or "{}")
        ends = [float(end) for end in state.get("ends", []) if end <= now]
        quiet_until = float(state.get("quiet_until", now))
        flight = state.get("flight")
        if flight and flight["start"] > now:
            flight = None
    except (ValueError, TypeError, AttributeError, KeyError):
        # a process died while it wrote
        return {"ends": [now], "flight": None, "quiet_until": now + SECOND}
    if quiet_until - now > LONGEST_QUIET:
        quiet_until = now
    return {"ends": ends, "flight": flight, "quiet_until": quiet_until}


def _write(stream: TextIO, state: dict[str, Any]) -> None:
    stream.seek(0)
    stream.truncate()
    json.dump(state, stream)
    stream.flush()
