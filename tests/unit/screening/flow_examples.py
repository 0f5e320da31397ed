"""Small reviews for the tests of the flow: their records, decisions and boxes."""

import pandas as pd

from scripts.common.screening.flow import never_screened
from scripts.common.screening.list_differences import INCLUDED_BOXES
from scripts.common.screening.study_counts import add_previous, add_studies
from scripts.screening.count_flow import (
    arms,
    boxes_of_publications,
    check,
    count,
    place,
)

KINDS = {
    "pubmed": "search",
    "embase": "database",
    "trials": "register",
    "web": "website",
    "trust": "organisation",
    "cites": "citation",
}


ALL_KINDS = tuple(KINDS.values())


SOURCES = {name: name.title() for name in KINDS}


LATE = {"late": "published after the search"}


PREVIOUS = "study_id record_id reports withdrawn"


TI, FT = "title_abstract", "full_text"


# What happened to each record of an arm, and the numbers in its boxes that a person counts from it.
# Waits, eXcluded by title, Left to judge at full text, Not retrieved, Excluded at full text, Included.
STATES = {"W": ("", ""), "X": ("exclude", ""), "L": ("include", ""), "N": ("include", "not retrieved"),
          "E": ("include", "exclude"), "I": ("include", "include")}  # fmt: skip


def table(columns, lines):
    return pd.DataFrame(lines, columns=pd.Index(columns.split()), dtype=str)


def frame_of(records, clusters):
    return arms(
        table("record_id input", [(name, name.split(":")[0]) for name in records]),
        table("record_id cluster_id", [(name, clusters.get(name, name)) for name in records]),
        KINDS,
    )


def with_studies(boxes, frame, final, studies, included_list, before=(), reports=()):
    """Add the boxes of studies; ``before`` and ``reports`` are rows, or the table of the version before."""
    before = before if isinstance(before, pd.DataFrame) else table(PREVIOUS, before)
    declared = table("study_id record_id doi pmid title", reports)
    ends = boxes_of_publications(frame, final)
    included = {name for name, box in ends.items() if box in INCLUDED_BOXES}
    add_studies(boxes, studies, included_list, before, declared, included)


def flow(
    records,
    clusters,
    decisions=(),
    late=(),
    included=0,
    included_list="none",
    previous=(),
    update=False,
    listed=(),
    kinds=ALL_KINDS,
    screening_is_over=False,
    reports=(),
):
    """Return the last box of each record and the number in each box; the sums are checked."""
    frame, by_database = frame_of(records, clusters)
    sheet = (
        decisions
        if isinstance(decisions, pd.DataFrame)
        else table("record_id stage decision reason", decisions)
    )
    before = table(PREVIOUS, previous)
    known = set(before["record_id"]) - {""}
    final = place(frame, by_database, sheet, dict.fromkeys(late, "late"), known, listed)
    final = never_screened(final) if screening_is_over else final
    boxes = count(frame, final, SOURCES, LATE, kinds)
    studies = table("study_id record_id doi pmid title", [(str(n), *[""] * 4) for n in range(included)])
    with_studies(boxes, frame, final, studies, included_list, before, reports)
    if update:
        add_previous(boxes, before)
    check(boxes, frame, final)
    return final, {box: item.number for box, item in boxes.items()}


def decided_as(name, states):
    """Return records of one input, a letter of STATES each, and the rows of decisions on them."""
    records = [f"{name}:{n:02d}" for n in range(len(states))]
    decisions = [
        (record, stage, decision, "no data" if (stage, decision) == (FT, "exclude") else "")
        for record, state in zip(records, states, strict=True)
        for stage, decision in zip((TI, FT), STATES[state], strict=True)
        if decision
    ]
    return records, decisions


def boxes_of(
    database,
    website="",
    included=(),
    included_list="none",
    previous=(),
    kinds=ALL_KINDS,
    screening_is_over=False,
):
    """Return box -> Count of a review whose records ended as the letters of STATES say."""
    parts = [decided_as(*arm) for arm in (("embase", database), ("web", website))]
    frame, by_database = frame_of([name for records, _ in parts for name in records], {})
    decisions = table("record_id stage decision reason", [row for _, found in parts for row in found])
    final = place(frame, by_database, decisions, {}, set())
    final = never_screened(final) if screening_is_over else final
    boxes = count(frame, final, SOURCES, {}, kinds)
    studies = table("study_id record_id", [(name, "") for name in included])
    with_studies(boxes, frame, final, studies, included_list, previous)
    return boxes
