"""Faults of search strategies, in the words of a librarian: our own checks, and those of search-query.

The package reads PubMed, Web of Science and EBSCO. For PubMed it is a second opinion, and its errors are
warnings here, because it knows fewer fields than PubMed does. What nobody reads is reported as not checked.
"""

import contextlib
import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from search_query.constants import PLATFORM
from search_query.exception import SearchQueryException
from search_query.parser import LATEST_VERSIONS, PARSERS

from scripts.common.errors import InputError
from scripts.common.search.query_check import Fault, around, faults_of
from scripts.common.search.strategies import Strategy, last, references

ERROR, WARNING, NOT_CHECKED = "error", "warning", "not checked"
PUBMED = PLATFORM.PUBMED.value
# what the name of a platform or interface contains -> the package's name
READERS = {"pubmed": PUBMED, "web of science": PLATFORM.WOS.value, "ebsco": PLATFORM.EBSCO.value}
# What the package raises for a query that it cannot read: its own errors, and faults of its own.
UNREAD = (SearchQueryException, ValueError, IndexError, KeyError, AttributeError, TypeError, RecursionError)

with Path(__file__).with_suffix(".csv").open(encoding="utf-8", newline="") as _table:
    SAYS = {row["label"]: row for row in csv.DictReader(_table)}


class Finding(NamedTuple):
    """One fault of one line of a strategy: what it is in general, the words around it, and what to do.

    ``says`` is more particular than ``what`` where our own checks found it, and empty otherwise.
    """

    strategy: str
    line: int
    level: str
    kind: str
    what: str
    says: str
    place: str
    advice: str

    @classmethod
    def of(cls, kind: str, level: str = "", says: str = "", place: str = "", advice: str = "") -> "Finding":
        """Return a finding of a kind that lint.csv knows."""
        row = SAYS[kind]
        return cls("", 1, level or row["level"], kind, row["says"], says, place, advice or row["advice"])


def lint(strategy: Strategy) -> list[Finding]:
    """Return what is wrong with a strategy, line by line; references to lines are followed."""
    found: list[Finding] = []
    try:
        whole = strategy.text
    except InputError as error:
        found.append(Finding.of("line-reference", says=str(error))._replace(strategy=strategy.name, line=0))
        whole = ""
    reader = _reader(strategy)
    for line in strategy.lines:
        if references(line):
            continue
        found += [
            finding._replace(strategy=strategy.name, line=line.number)
            for finding in lint_query(line.text, reader)
        ]
    if whole and len(strategy.lines) > 1 and not any(one.level == ERROR for one in found):
        for finding in lint_query(whole, reader):
            if finding.level == ERROR or finding.kind == "implicit-precedence":
                found.append(finding._replace(strategy=strategy.name, line=last(strategy.lines)))
    return found


def lint_query(query: str, reader: str | None) -> list[Finding]:
    """Return the faults of one query, read as that of a platform of the package, or of none."""
    if reader == PUBMED:
        errors = [_own(query, fault) for fault in faults_of(query)]
        return errors or list(_elsewhere(query, PUBMED))
    general = [_own(query, fault) for fault in faults_of(query) if fault.kind in ("quotes", "brackets")]
    if reader is None:
        return [*general, Finding.of("not-checked")]
    return general or list(_elsewhere(query, reader))


def _reader(strategy: Strategy) -> str | None:
    names = f"{strategy.interface} {strategy.platform}".casefold()
    return next((reader for name, reader in READERS.items() if name in names), None)


def _own(query: str, fault: Fault) -> Finding:
    return Finding.of(fault.kind, ERROR, fault.says, around(query, fault.place), fault.advice)


def _elsewhere(query: str, reader: str) -> Iterator[Finding]:
    """Yield what the package says of a query, each kind once, in our words; its own output is not shown."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        parser = PARSERS[reader][LATEST_VERSIONS[reader]](query)
        try:
            parser.parse()
            unread = False
        except UNREAD:
            unread = True
    messages = _messages(parser.linter.messages)
    kinds = set()
    for message in messages:
        row = SAYS.get(message["label"])
        if row is None or not row["level"] or message["label"] in kinds:
            continue
        kinds.add(message["label"])
        fatal = message["is_fatal"] and reader != PUBMED
        place = around(query, message["position"][0][0]) if message["position"] else ""
        yield Finding.of(message["label"], ERROR if fatal else WARNING, place=place)
    if unread and not kinds:
        yield Finding.of("not-checked")


def _messages(found: Any) -> list[dict[str, Any]]:
    return found if isinstance(found, list) else [message for some in found.values() for message in some]
