"""Faults: what goes wrong, where and when."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.pubmed_service.answers import Request

ANY = frozenset({"esearch", "efetch", "epost", "esummary", "einfo", "elink"})
SEARCH, FETCH = frozenset({"esearch"}), frozenset({"efetch"})
_ANYWHERE = (
    *("429", "429-key", "400-key", "502", "503", "504", "forwarding-500", "diagnostic-500", "blocked"),
    *("redirect-307", "html-200", "json-instead-of-xml", "empty-200", "truncate-clean", "cut-chunked"),
    *("cut-length", "reset", "close", "stall-head", "stall-body", "drip", "gzip-bad", "bad-utf8"),
    *("control-char", "408", "425", "429-date", "429-huge", "drip-head", "drip-error-page"),
)
_RECORDS = (
    *("backend-502-efetch", "viewer-timeout", "truncate-record", "omit-one", "omit-page"),
    *("extra-record", "dup-record", "new-element"),
)
PARAMETERS = frozenset(
    (
        *(
            "db",
            "term",
            "id",
            "retstart",
            "retmax",
            "rettype",
            "retmode",
            "usehistory",
            "WebEnv",
            "query_key",
        ),
        *("sort", "field", "datetype", "mindate", "maxdate", "reldate", "tool", "email", "version"),
    )
)
FAULTS: dict[str, frozenset[str]] = {
    **dict.fromkeys(_ANYWHERE, ANY),
    **dict.fromkeys(("webenv-gone", "retstart-wall", "error-200"), SEARCH | FETCH),
    **dict.fromkeys(("backend-502-esearch", "count-moves", "slice-moves", "count-null", "id-null"), SEARCH),
    **dict.fromkeys(_RECORDS, FETCH),
}
# What passes by itself and shows on the wire or in the form of the answer: for random mixtures.
TRANSIENT = (
    *("429", "502", "503", "504", "forwarding-500", "diagnostic-500"),
    *("backend-502-esearch", "backend-502-efetch", "viewer-timeout"),
    *("html-200", "json-instead-of-xml", "empty-200", "truncate-clean", "truncate-record"),
    *("cut-chunked", "cut-length", "reset", "close", "gzip-bad", "bad-utf8", "control-char"),
)
# Slow ones pass too, after the client's own time-out; shaky ones are well formed, only counting tells.
SLOW = ("stall-head", "stall-body", "drip", "drip-head", "drip-error-page")
SHAKY = ("extra-record", "dup-record", "omit-one", "omit-page")


@dataclass
class Fault:
    """One line of a plan. ``times`` None: for ever. ``seen`` counts requests to its endpoint that fit."""

    kind: str
    endpoint: str | None = None
    when: dict[str, Any] = field(default_factory=dict)
    times: int | None = 1
    status: int | None = None
    more: dict[str, Any] = field(default_factory=dict)
    seen: int = 0
    fired: int = 0

    @classmethod
    def read(cls, plan: "dict[str, Any] | Fault") -> "Fault":
        if isinstance(plan, Fault):
            return plan
        given = dict(plan)
        kind, endpoint = str(given.pop("fault", "")), given.pop("endpoint", None)
        when, status = dict(given.pop("when", None) or {}), given.pop("status", None)
        when.update(when.pop("param", {}))
        endpoint = None if endpoint in (None, "*") else str(endpoint).removesuffix(".fcgi")
        if kind not in FAULTS:
            raise ValueError(f"no fault is called {kind!r}: {', '.join(sorted(FAULTS))}")
        if endpoint is not None and endpoint not in FAULTS[kind]:
            raise ValueError(f"{kind} happens at {', '.join(sorted(FAULTS[kind]))}, not at {endpoint!r}")
        times = given.pop("times", "usual")
        rules = {"nth", "after_records", "probability", "seed"}
        if unknown := (when.keys() - rules - PARAMETERS) | (given.keys() - {"by", "cap", "pmid"}):
            raise ValueError(f"{kind}: unknown in a plan: {', '.join(sorted(unknown))}")
        usual: int | None = None if "probability" in when else 1
        if isinstance(when.get("nth"), list):
            usual = len(when["nth"])
        return cls(kind, endpoint, when, usual if times == "usual" else times, status, given)

    def restart(self) -> None:
        self.seen = self.fired = 0

    def strikes(self, request: "Request", delivered: int) -> bool:
        """Count the request and say whether the fault hits it."""
        if request.endpoint not in FAULTS[self.kind] or self.endpoint not in (None, request.endpoint):
            return False
        rules = {"nth", "after_records", "probability", "seed"}
        if not all(self._fits(request, name, self.when[name]) for name in self.when.keys() - rules):
            return False
        self.seen += 1
        if self.times is not None and self.fired >= self.times:
            return False
        nth = self.when.get("nth", 0)
        if self.seen not in nth if isinstance(nth, list) else self.seen < nth:
            return False
        if delivered < self.when.get("after_records", 0):
            return False
        return _chance(self.when.get("probability", 1.0), self.when.get("seed", 0), request, self.seen)

    @staticmethod
    def _fits(request: "Request", name: str, wanted: Any) -> bool:
        given = request.one(name)
        if isinstance(wanted, dict):
            return str(wanted["contains"]) in given
        return str(wanted) in (request.ids() if name == "id" else [given])


def _chance(probability: float, seed: Any, request: "Request", number: int) -> bool:
    """Draw by what is asked and how often, not by order of arrival: several clients change nothing."""
    return probability >= 1 or random.Random(f"{seed}|{request.logical}|{number}").random() < probability


@dataclass
class RandomFaults:
    """Transient faults at random, never more than ``most`` in a row for the same logical request."""

    probability: float = 0.05
    seed: int = 1
    kinds: Sequence[str] = TRANSIENT
    most: int = 2
    asked: dict[str, int] = field(default_factory=dict)
    in_a_row: dict[str, int] = field(default_factory=dict)

    def restart(self) -> None:
        self.asked.clear()
        self.in_a_row.clear()

    def draw(self, request: "Request") -> Fault | None:
        name = request.logical
        number = self.asked[name] = self.asked.get(name, 0) + 1
        kinds = [kind for kind in self.kinds if request.endpoint in FAULTS[kind]]
        row = self.in_a_row.get(name, 0)
        if not kinds or row >= self.most or not _chance(self.probability, self.seed, request, number):
            self.in_a_row[name] = 0
            return None
        self.in_a_row[name] = row + 1
        return Fault(random.Random(f"{self.seed}|kind|{name}|{number}").choice(kinds), request.endpoint)
