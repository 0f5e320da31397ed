"""All numbers that a paper prints about itself, by kind."""

import re
from collections.abc import Sequence

from scripts.common.paper.article import Article
from scripts.common.paper.article_tables import Table, tables
from scripts.common.paper.flow_labels import flow_of_tables
from scripts.common.paper.flow_sentences import flow_of
from scripts.common.paper.flow_stages import choose
from scripts.common.paper.places import place_of
from scripts.common.paper.printed import Printed
from scripts.common.paper.printed_counts import counts_of
from scripts.common.paper.printed_plain import plain_numbers
from scripts.common.paper.printed_shares import shares_of
from scripts.common.paper.printed_sums import sums_of
from scripts.common.paper.printed_tables import table_numbers
from scripts.common.paper.search_sentences import databases_of, search_days_of
from scripts.common.paper.sentences import Sentence

PLANNED = re.compile(r"\b(?:will|shall)\b|\bwe (?:expect|anticipate|plan)\b")  # not done, as in a protocol
PLAIN = 3  # points of a number of the flow that its words name plainly


def flow_numbers(sentences: Sequence[Sentence], tables_: Sequence[Table] = ()) -> list[Printed]:
    """Return every number that a sentence or a table gives for a stage of the flow; at most one is chosen."""
    found = [*flow_of(sentences), *flow_of_tables(tables_)]
    chosen = choose(found)
    return [
        Printed(
            "flow", one.stage, str(one.value), one.sentence,
            chosen="yes" if chosen.get(one.stage) == one.value else "no",
            confidence="medium" if one.points >= PLAIN and one.sentence.part == "results" else "low",
            token=one.token,
        )
        for one in found
    ]  # fmt: skip


def printed_numbers(article: Article) -> list[Printed]:
    """Return all numbers of a paper by kind: flow, shares, sums, counts, databases, search days."""
    about_itself = [
        one for one in article.sentences if one.part != "introduction" and not PLANNED.search(one.text)
    ]
    with_asides = [*about_itself, *article.asides]
    return [
        *flow_numbers(with_asides, tables(article)),
        *shares_of(with_asides),
        *sums_of(with_asides),
        *table_numbers(tables(article)),
        *counts_of(with_asides),
        *databases_of(article.sentences),
        *search_days_of(article.sentences),
        *plain_numbers(with_asides),
    ]


def printed_rows(found: Sequence[Printed]) -> list[dict[str, str]]:
    """Return the rows of printed.csv; parts of a sum and references cited are separated by blanks."""
    return [
        {
            "printed_id": f"P{number}", "kind": one.kind, "name": one.name, "value": one.value, "of": one.of,
            "percent": one.percent, "parts": " ".join(map(str, one.parts)), "cited": " ".join(one.cited),
            "chosen": one.chosen, "confidence": one.confidence, "rule": one.rule, "part": one.sentence.part,
            "path": " > ".join(one.sentence.path), "place": one.sentence.place,
            "printed_at": place_of(one.sentence), "sentence": one.sentence.text,
        }
        for number, one in enumerate(found, start=1)
    ]  # fmt: skip
