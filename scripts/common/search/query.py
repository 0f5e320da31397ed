"""Which part of a PubMed query the words of a work, as far as they are known here, do not meet.

A plain reading of the query's own words: terms joined by AND, OR, NOT and brackets, phrases in quotes, words
cut by ``*``, and field tags. It is not PubMed: no automatic mapping of terms, and MeSH headings are looked
for among the keywords. So it explains a study that was not found; it never decides anything.
"""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from scripts.common.values.words import fold

TOKEN = re.compile(r'"[^"]*"(?:\[[^\]]*\])?|[()]|[^\s()"]+(?:\[[^\]]*\])?')
FIELDS = {
    "ti": ("title",), "title": ("title",),
    "tiab": ("title", "abstract", "keywords"), "title/abstract": ("title", "abstract", "keywords"),
    "mh": ("keywords",), "mesh": ("keywords",), "mesh terms": ("keywords",), "majr": ("keywords",),
    "ot": ("keywords",), "la": ("language",), "pt": ("type",),
}  # fmt: skip
ANYWHERE = ("title", "abstract", "keywords")


class Node(NamedTuple):
    """A part of a query: a term, or ``and``, ``or``, ``not`` over parts; ``text`` is as written."""

    kind: str
    text: str
    parts: tuple["Node", ...] = ()
    in_brackets: bool = False


def parse(query: str) -> Node | None:
    """Return the query as a tree, or None if its brackets do not close; PubMed reads from left to right."""
    tokens: list[str] = TOKEN.findall(query)
    if not tokens or tokens.count("(") != tokens.count(")"):
        return None
    node, rest = _expression(tokens)
    return node if not rest else None


def _expression(tokens: list[str]) -> tuple[Node | None, list[str]]:
    left: Node | None = None
    joined = "and"
    while tokens and tokens[0] != ")":
        token, tokens = tokens[0], tokens[1:]
        if token in ("AND", "OR", "NOT"):
            joined = token.lower()
            continue
        if token == "(":
            part, tokens = _expression(tokens)
            if not tokens:
                return None, [")"]
            tokens = tokens[1:]
            part = Node(part.kind, f"({part.text})", part.parts, True) if part else None
        else:
            words = [token]
            while not token.endswith("]") and tokens and tokens[0] not in ("AND", "OR", "NOT", "(", ")"):
                token, tokens = tokens[0], tokens[1:]
                words.append(token)
            part = Node("term", " ".join(words))
        if part is None:
            return None, [")"]
        left = part if left is None else _join(joined, left, part)
        joined = "and"
    return left, tokens


def _join(kind: str, left: Node, right: Node) -> Node:
    parts = (*left.parts, right) if left.kind == kind and not left.in_brackets else (left, right)
    return Node(kind, f"{left.text} {kind.upper()} {right.text}", parts)


def meets(node: Node, record: Mapping[str, str]) -> bool:
    """Return whether the words of a record (title, abstract, keywords and others) meet a part of a query."""
    if node.kind == "or":
        return any(meets(part, record) for part in node.parts)
    if node.kind == "and":
        return all(meets(part, record) for part in node.parts)
    if node.kind == "not":
        return meets(node.parts[0], record) and not any(meets(part, record) for part in node.parts[1:])
    found = re.fullmatch(r"(.*?)(?:\[([^\]]*)\])?", node.text, re.DOTALL)
    words, tag = (found[1], found[2] or "") if found else (node.text, "")
    fields = FIELDS.get(tag.casefold().split(":")[0].strip(), ANYWHERE)
    text = " ".join(f" {fold(record.get(name, ''))} " for name in fields)
    pieces = [words.strip('" ')] if words.strip().startswith('"') or "-" in words else words.split()
    return all(_occurs(piece, text) for piece in pieces)


def _occurs(piece: str, text: str) -> bool:
    cut = piece.endswith("*")
    words = fold(piece.rstrip("*"))
    return bool(words) and (f" {words}" if cut else f" {words} ") in text


def unmet(query: str, record: Mapping[str, str]) -> Sequence[str] | None:
    """Return the parts joined by AND that a record does not meet; None if the query cannot be read here."""
    node = parse(query)
    if node is None:
        return None
    parts = node.parts if node.kind == "and" else (node,)
    return [part.text for part in parts if not meets(part, record)]
