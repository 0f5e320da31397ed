"""One pace for all jobs of all workflows on this machine: never more requests a second than allowed."""

import fcntl
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

SECOND = 1.05  # the second of the rule, with a margin for clocks that differ


class Pace:
    """At most ``requests`` starts in any second, by a lock file that holds the times of the last ones.

    The lock is held while a request is on its way, up to the head of its answer: what counts is when
    the service sees it, and that lies between the two. A killed process lets go of the lock.
    """

    def __init__(
        self,
        name: str,
        requests: int,
        folder: str | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._path = Path(folder or tempfile.gettempdir()) / f"{name}-{os.getuid()}.pace"
        self._requests, self._clock, self._sleep = requests, clock, sleep

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Wait for a turn; the body sends one request and reads the head of its answer."""
        with open(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600), "r+", encoding="utf-8") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            now = self._clock()
            ends, quiet_until = self._read(stream.read(), now)
            turn = ends[-self._requests] + SECOND if len(ends) >= self._requests else now
            self._sleep(max(0.0, turn - now, quiet_until - now))
            try:
                yield
            finally:
                self._write(stream, [*ends, self._clock()][-self._requests :], quiet_until)

    def quiet(self, seconds: float) -> None:
        """Let no job on this machine ask for some seconds: the service wants that."""
        with open(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600), "r+", encoding="utf-8") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            ends, quiet_until = self._read(stream.read(), self._clock())
            self._write(stream, ends, max(quiet_until, self._clock() + seconds))

    @staticmethod
    def _read(text: str, now: float) -> tuple[list[float], float]:
        """Return the times; those of before a restart of the machine, or of a torn write, do not count."""
        try:
            state = json.loads(text or "{}")
        except ValueError:
            return [now], now  # a process died while it wrote: be slow once
        ends = [end for end in state.get("ends", []) if end <= now]
        quiet_until = state.get("quiet_until", now)
        return ends, quiet_until if quiet_until - now <= 120 else now

    @staticmethod
    def _write(stream: TextIO, ends: list[float], quiet_until: float) -> None:
        stream.seek(0)
        stream.truncate()
        json.dump({"ends": ends, "quiet_until": quiet_until}, stream)
        stream.flush()
