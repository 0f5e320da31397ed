"""Our reading of PubMed queries against that of the package search-query, wherever the package reads them.

Ours is a reader of its own, because the package does not read every query that has a meaning here: at some
brackets inside brackets it stops with a fault of its own (about a third of the invented queries), it does not
know noexp with majr, sh and pt, and wants other words where only a number or a DOI is looked for.
"""

import contextlib
import csv
import io
import random

from search_query.constants import PLATFORM
from search_query.parser import LATEST_VERSIONS, PARSERS

from scripts.common.errors import InputError
from scripts.common.files.yaml_files import read_yaml
from scripts.common.search.lint import UNREAD
from scripts.common.search.syntax import Term, parse
from tests import random_queries
from tests.paths import DATA, REPOSITORY

INVENTED = 300
READ_BY_BOTH = 407  # the others are of the kinds named above
BRACKETS_LOST = 1  # a NOT (b NOT c), read by the package as a NOT b NOT c


def _queries():
    """Yield the queries of the tables, the query of the shipped review, and invented ones."""
    for name in ("query_meaning.csv", "sound_strategies.csv"):
        with (DATA / name).open(encoding="utf-8", newline="") as table:
            yield from (
                row["query"] for row in csv.DictReader(table) if row.get("platform", "PubMed") == "PubMed"
            )
    yield read_yaml(str(REPOSITORY / "config/config.yaml"))["search"]["query"]
    chance = random.Random(1)
    yield from (random_queries.query(chance) for _ in range(INVENTED))


def _ours(node, query):
    """Return a tree as nested tuples: a term with its field as written, or an operator with its parts."""
    if isinstance(node, Term):
        text = query[node.start : node.end].strip("()")  # a term may have brackets around it
        words, _, field = " ".join(text.split()).rpartition("[")
        return words.strip(), f"[{field}"
    return _joined(node.operator, [_ours(part, query) for part in node.parts])


def _theirs(node):
    if not node.children:
        return node.value, node.field.value
    if node.value == "NEAR":
        (term,) = node.children
        return term.value, f"{term.field.value[:-1]}:~{node.distance}]"
    if node.value == "RANGE":
        first, last = node.children
        return f"{first.value}{first.field.value} : {last.value}", last.field.value
    return _joined(node.value, [_theirs(part) for part in node.children])


def _joined(operator, parts):
    """Put parts of the same operator into one row: (a AND b) AND c is a AND b AND c."""
    row = []
    for number, part in enumerate(parts):
        row += part[2] if _is(operator, part) and (operator != "NOT" or number == 0) else (part,)
    return "joined", operator, tuple(row)


def _is(operator, part):
    return len(part) == 3 and part[1] == operator


def _without_brackets_after_not(node):
    """Return a tree in which a NOT (b NOT c) is a NOT b NOT c: a fault of the package in some places."""
    if len(node) < 3:
        return node
    parts = [_without_brackets_after_not(part) for part in node[2]]
    if node[1] == "NOT":
        return _joined("NOT", [part for one in parts for part in (one[2] if _is("NOT", one) else (one,))])
    return _joined(node[1], parts)


def _read_by_package(query):
    platform = PLATFORM.PUBMED.value
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        return PARSERS[platform][LATEST_VERSIONS[platform]](query).parse()


def test_both_read_the_same_terms_fields_operators_and_order():
    both = faults = 0
    for query in _queries():
        try:
            ours, theirs = parse(query), _read_by_package(query)
        except (InputError, *UNREAD):
            continue
        both += 1
        read = _ours(ours, query), _theirs(theirs)
        if read[0] != read[1]:
            faults += 1
            read = _without_brackets_after_not(read[0]), _without_brackets_after_not(read[1])
        assert read[0] == read[1], query
    assert (both, faults) == (READ_BY_BOTH, BRACKETS_LOST)
