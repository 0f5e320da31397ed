"""A request, an answer, and the sets of PMIDs that a history keeps between the two."""

import hashlib
import json
import re
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape

from tests.pubmed_service.texts import XML


@dataclass
class Request:
    """One request with the parameters of address and body together."""

    endpoint: str
    method: str
    parameters: list[tuple[str, str]]
    client: str = ""
    logical: str = ""

    def __post_init__(self) -> None:
        asked = sorted(pair for pair in self.parameters if pair[0] not in ("api_key", "tool", "email"))
        self.logical = hashlib.sha256(json.dumps([self.endpoint, asked]).encode()).hexdigest()

    def one(self, name: str) -> str:
        if name == "id":
            return ",".join(value for key, value in self.parameters if key == "id")
        return next((value for key, value in self.parameters if key == name), "")

    def has(self, name: str) -> bool:
        return any(key == name for key, _ in self.parameters)

    def number(self, name: str, usual: int) -> int:
        text = self.one(name).strip()
        return int(text) if text.isdigit() else usual

    def ids(self) -> list[str]:
        return [part.strip() for part in self.one("id").split(",")]

    def uids(self) -> list[int]:
        """Return the positive numbers among the ids, each once; -1 is read as 1."""
        numbers = (int(text.lstrip("+-")) for text in self.ids() if re.fullmatch(r"[+-]?\d{1,18}", text))
        return list(dict.fromkeys(number for number in numbers if number > 0))


@dataclass
class Answer:
    body: bytes = b""
    kind: str = XML
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    records: int = 0
    fault: str = ""


def xml_error(head: str, root: str, *messages: str, status: int = 200, escaped: bool = True) -> Answer:
    lines = "".join(f"\t<ERROR>{escape(text) if escaped else text}</ERROR>\n" for text in messages)
    return Answer(f"{head}<{root}>\n{lines}</{root}>\n".encode(), XML, status)


def as_json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


class Expired(Exception):
    """The history does not know this set (any more, or yet)."""


class History:
    """The sets that searches and posts leave for later requests, by WebEnv and query_key.

    ``seconds``: how long a history lives, ``calls``: how many uses it lives, None for ever.
    ``late``: uses before it is known.
    """

    def __init__(self, seconds: float | None, calls: int | None, late: int) -> None:
        self.seconds, self.calls, self.late = seconds, calls, late
        self._lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        """Start again without any set."""
        self._histories: dict[str, dict[str, Any]] = {}
        self._made = 0

    def store(self, webenv: str, pmids: Sequence[int]) -> tuple[str, int]:
        """Keep a set in a new history, or in the one named; return its WebEnv and query_key."""
        with self._lock:
            if not webenv:
                self._made += 1
                webenv = "MCID_" + hashlib.sha256(f"history {self._made}".encode()).hexdigest()[:24]
                self._histories[webenv] = {"sets": [], "born": time.monotonic(), "uses": 0}
            elif not self._alive(webenv):
                raise Expired("1")
            sets = self._histories[webenv]["sets"]
            sets.append(pmids)
            return webenv, len(sets)

    def recall(self, request: Request) -> Sequence[int]:
        """Return the set that WebEnv and query_key name, if it is known by now and still."""
        webenv, key = request.one("WebEnv"), request.number("query_key", 1)
        with self._lock:
            if not self._alive(webenv):
                raise Expired(str(key))
            history = self._histories[webenv]
            history["uses"] += 1
            if history["uses"] <= self.late or not 1 <= key <= len(history["sets"]):
                raise Expired(str(key))
            return history["sets"][key - 1]

    def _alive(self, webenv: str) -> bool:
        history = self._histories.get(webenv)
        return history is not None and not (
            (self.seconds is not None and time.monotonic() - history["born"] > self.seconds)
            or (self.calls is not None and history["uses"] - self.late >= self.calls)
        )
