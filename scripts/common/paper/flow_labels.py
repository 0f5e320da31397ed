"""Numbers of the flow behind labels, as in lists, tables and descriptions of figures: "Full texts read: 219".

A label says less than a sentence, so it counts only among labels of other stages: at least three stages in
one paragraph, list, table or description.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from scripts.common.paper.article_tables import Table
from scripts.common.paper.flow_patterns import (
    DUPLICATE,
    DUPLICATES,
    EXCLUDED,
    FULL_TEXTS,
    NOT_HAD,
    OTHER_SOURCES,
    SCREEN,
    TITLES,
)
from scripts.common.paper.flow_stages import PART_WEIGHTS, STAGES, FlowNumber
from scripts.common.paper.marked_text import without_citations
from scripts.common.paper.printed import number_at
from scripts.common.paper.printed_tables import cell_as_sentence
from scripts.common.paper.sentences import Sentence
from scripts.common.values.number_words import NUMBER, value_of

MIN_STAGES = 3  # different stages whose labels are together
PLAIN = 3  # points, as of a plain sentence
LONGEST = 90  # characters of a label
LABELLED = re.compile(
    rf"(?P<label>[^;.:=()\[\]]{{3,{LONGEST}}}?)(?:\s?[(\[]\s?n\s?[=:]|,?\sn\s?[=:]|:)\s?(?P<n>{NUMBER})(?:\s(?:studies|articles|records|reports|papers))?(?=\s?(?:[)\];,.]|$|\s\())",
    re.IGNORECASE,
)
COUNT_ALONE = re.compile(rf"\(?(?:n\s?=\s?)?(?P<n>{NUMBER})\)?(?:\s?\([\d.,]+\s?%\))?", re.IGNORECASE)
IN_THE_REVIEW = re.compile(
    r"\b(?:included|inclusion)\b|\bstudies in (?:the )?(?:review|synthesis)", re.IGNORECASE
)
# Of the included studies; in PRISMA of 2009 all of them are in the qualitative synthesis.
IN_A_PART = re.compile(r"meta[-‐ ]?analy|quantitative", re.IGNORECASE)
WITHOUT_THEM = re.compile(
    rf"\b(?:after|without|following)\b.*{DUPLICATE}|\bunique\b|\bnon-?duplicate", re.IGNORECASE
)
SEARCHED = re.compile(r"identif|search|databas|retrieved|hits|registers?\b", re.IGNORECASE)
READ_IN_FULL = re.compile(rf"{FULL_TEXTS.pattern}|\beligib", re.IGNORECASE)
ASKED_FOR = re.compile(r"\bsought\b|\brequested\b", re.IGNORECASE)
LOOKED_THROUGH = re.compile(rf"{SCREEN}|{TITLES.pattern}", re.IGNORECASE)


def stage_of_label(label: str, before: Sequence[str]) -> str:
    """Return the stage that a label names, ``""`` for none; ``before`` are those above."""
    left = WITHOUT_THEM.search(label)
    if left and not EXCLUDED.search(label[: left.start()]):
        return "after_duplicates"
    if EXCLUDED.search(label) or re.search(r"\bnot included\b", label, re.IGNORECASE):
        return "" if DUPLICATES.search(label) and before else _excluded(label, before)
    rules = (
        (NOT_HAD, ""), (DUPLICATES, "duplicates_removed"),
        (IN_THE_REVIEW, "" if IN_A_PART.search(label) else "included"), (ASKED_FOR, "sought_for_retrieval"),
        (READ_IN_FULL, "full_text_assessed"), (LOOKED_THROUGH, "screened"),
        (OTHER_SOURCES, "identified_other"), (SEARCHED, "identified"),
    )  # fmt: skip
    return next((stage for pattern, stage in rules if pattern.search(label)), "")


def _excluded(label: str, before: Sequence[str]) -> str:
    """Return the step that excluded something: by its words, else by the step that is named above it."""
    if READ_IN_FULL.search(label):
        return "excluded_full_text"
    if TITLES.search(label):
        return "excluded_title_abstract"
    steps = {"screened": "excluded_title_abstract", "full_text_assessed": "excluded_full_text"}
    return next((steps[stage] for stage in reversed(before) if stage in steps), "")


def labelled_flow(sentences: Iterable[Sentence]) -> Iterator[FlowNumber]:
    """Yield the numbers behind labels in paragraphs, lists, captions and descriptions of figures."""
    wanted = (one for one in sentences if one.part in PART_WEIGHTS)
    for _, together in groupby(wanted, key=lambda one: one.place.rpartition(":")[0]):
        found: list[FlowNumber] = []
        for sentence in together:
            text = without_citations(sentence)
            for label in LABELLED.finditer(text):
                found += _number(
                    label["label"], label["n"], sentence, number_at(text, label.start("n")), found
                )
        yield from _of_many_stages(found)


def flow_of_tables(tables: Iterable[Table]) -> Iterator[FlowNumber]:
    """Yield the numbers of tables that show the flow: a column of labels and one column of numbers."""
    for table in tables:
        found: list[FlowNumber] = []
        for row in table.grid[table.head_rows :]:
            cells = list(dict.fromkeys(cell for cell in row if cell is not None and cell.passage.text))
            label, others = cells[:1], cells[1:]
            counts = [(cell, count) for cell in others if (count := COUNT_ALONE.fullmatch(cell.passage.text))]
            if len(counts) == 1:
                cell, count = counts[0]
                found += _number(label[0].passage.text, count["n"], cell_as_sentence(table, cell), 0, found)
        yield from _of_many_stages(found)


def _number(
    label: str, number: str, sentence: Sentence, token: int, above: Sequence[FlowNumber]
) -> list[FlowNumber]:
    stage = stage_of_label(label, [one.stage for one in above])
    return [FlowNumber(stage, value_of(number), PLAIN, sentence, token)] if stage in STAGES else []


def _of_many_stages(found: Sequence[FlowNumber]) -> Iterator[FlowNumber]:
    """Yield the numbers of one place if their stages are many; two numbers of one stage are never chosen."""
    values: dict[str, set[int]] = {}
    for one in found:
        values.setdefault(one.stage, set()).add(one.value)
    if len(values) >= MIN_STAGES:
        yield from (one._replace(points=PLAIN if len(values[one.stage]) == 1 else 0) for one in found)
