"""Why a record is, or is not, an answer to a query: part by part, term by term."""

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple
from urllib.parse import quote

from scripts.common.errors import InputError
from scripts.common.search.citation import Citation
from scripts.common.search.evaluate import Answer, all_of, any_of, compile_query, opposite
from scripts.common.search.mesh import Mesh
from scripts.common.search.syntax import Group, Node, Term, parse, terms, written

SHOWN = 90  # signs of a part of the query that are shown
PAGE = "results/report/index.html"
SAID = {True: "yes", False: "no", None: "not known"}


class Part(NamedTuple):
    """One of the parts that a query joins by AND: whether a record meets it, and by which terms.

    ``line`` is the number of the published line that the part is, None where it is not exactly one.
    """

    text: str
    met: Answer
    by: tuple[str, ...]
    line: int | None = None


class Strategy:
    """A query that can be asked about one record after the other; ``InputError`` where it cannot be read.

    ``lines`` are those that it was published with, number -> text.
    """

    def __init__(self, query: str, mesh: Mesh | None = None, lines: Mapping[int, str] | None = None) -> None:
        self._query = query
        self._lines = {_bare(text): number for number, text in reversed([*(lines or {}).items()])}
        self.node = parse(query)
        self.terms = terms(self.node)
        self._tests = [compile_query(term, mesh) for term in self.terms]
        self._number = {term: number for number, term in enumerate(self.terms)}

    def text(self, node: Node) -> str:
        """Return a part of the query as it is written."""
        return written(self._query, node)

    def answers(self, record: Citation) -> list[Answer]:
        """Return for each term whether the record meets it."""
        return [test(record) for test in self._tests]

    def meets(self, answers: list[Answer]) -> Answer:
        """Return whether a record with these answers to the terms meets the query."""
        return self._value(self.node, answers)

    def parts(self, answers: list[Answer]) -> list[Part]:
        """Return the parts that the query joins by AND, and what of each is met."""
        return [
            Part(
                self.text(part),
                self._value(part, answers),
                tuple(map(self.text, self._found(part, answers))),
                self._lines.get(_bare(self.text(part))),
            )
            for part in _joined_by_and(self.node)
        ]

    def terms_by_part(self) -> list[tuple[Term, ...]]:
        """Return the terms of each part that the query joins by AND."""
        return [terms(part) for part in _joined_by_and(self.node)]

    def only_by(self, answers: list[Answer]) -> list[int]:
        """Return the numbers of the terms without each of which the record would not meet the query."""
        found = []
        for number, answer in enumerate(answers):
            if answer:
                without: list[Answer] = [*answers[:number], False, *answers[number + 1 :]]
                if not self.meets(without):
                    found.append(number)
        return found

    def _value(self, node: Node, answers: list[Answer]) -> Answer:
        if isinstance(node, Term):
            return answers[self._number[node]]
        values = [self._value(part, answers) for part in node.parts]
        if node.operator == "OR":
            return any_of(values)
        if node.operator == "NOT":
            values = [values[0], *map(opposite, values[1:])]
        return all_of(values)

    def _found(self, node: Node, answers: list[Answer]) -> list[Term]:
        """Return the terms of a part that the record meets; what NOT takes away does not count."""
        if isinstance(node, Term):
            return [node] if answers[self._number[node]] else []
        parts = node.parts[:1] if node.operator == "NOT" else node.parts
        return [term for part in parts for term in self._found(part, answers)]


def _joined_by_and(node: Node) -> tuple[Node, ...]:
    if isinstance(node, Group) and node.operator == "AND":
        return tuple(part for inner in node.parts for part in _joined_by_and(inner))
    return (node,)


def _bare(text: str) -> str:
    """Return a text with single blanks and without the brackets around the whole of it."""
    text = " ".join(text.split())
    while text.startswith("(") and _closing(text) == len(text) - 1:
        text = text[1:-1].strip()
    return text


def _closing(text: str) -> int:
    """Return the place of the bracket that closes the first one."""
    depth = 0
    for place, sign in enumerate(text):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if not depth:
            return place
    return -1


def readable(query: str) -> bool:
    """Return whether there is a query, and one that can be asked about a record."""
    try:
        return bool(query and Strategy(query))
    except InputError:
        return False


def anchor(study: str) -> str:
    """Return the name of the place on the page where a study is explained; no sign of it needs quoting."""
    return f"explained-{quote(study, safe='')}"


def as_far_as_known(record: Citation) -> Citation:
    """Return a record of which what is not at hand counts as not there."""
    return replace(record, unknown=frozenset())


def unmet(strategy: Strategy, record: Citation) -> list[str]:
    """Return the parts that what is at hand of a record does not meet, shortened."""
    parts = strategy.parts(strategy.answers(as_far_as_known(record)))
    return [short(part.text) for part in parts if not part.met]


def short(text: str) -> str:
    """Return a text cut to what can be shown in a sentence."""
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."


def explained(strategy: Strategy, record: Citation) -> list[dict[str, str]]:
    """Return a row per part of the query: number, line, text, whether the record meets it, by which terms."""
    parts = strategy.parts(strategy.answers(record))
    return [
        {
            "part": str(number),
            "line": str(part.line or ""),
            "query_part": part.text,
            "met": SAID[part.met],
            "by": "; ".join(part.by),
        }
        for number, part in enumerate(parts, 1)
    ]
