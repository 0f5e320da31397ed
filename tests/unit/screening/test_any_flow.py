"""The PRISMA flow of any review: every record in exactly one last box, and all sums hold."""

from collections import Counter

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from scripts.common.files.tables import rows_of
from scripts.common.review.inputs import DATABASES
from scripts.common.screening.flow import BOXES, EQUATIONS, OTHER_RESULTS, UPDATE_BOXES
from scripts.common.screening.rulings import Ruling
from scripts.screening.merge_decisions import merge
from tests.settings import screening_rules
from tests.unit.screening.flow_examples import (
    FT,
    KINDS,
    TI,
    flow,
)

STAGES = {
    "title_abstract": ("include", "exclude", "maybe"),
    "full_text": ("include", "exclude", "not retrieved"),
}


REASONS = ["wrong setting", "no data: none", "a; b"]


@st.composite
def reviews(draw):
    """Any records of any inputs, any clusters, votes of anybody on any copy, and rulings on some of them."""
    numbers = draw(st.lists(st.sampled_from(sorted(KINDS)), min_size=1, max_size=14))
    records = [f"{name}:{n}" for n, name in enumerate(numbers)]
    groups = draw(st.lists(st.integers(0, 8), min_size=len(records), max_size=len(records)))
    clusters = {
        name: min(other for other, of in zip(records, groups, strict=True) if of == group)
        for name, group in zip(records, groups, strict=True)
    }
    votes = []
    for name in draw(st.lists(st.sampled_from(records), max_size=20)):
        stage = draw(st.sampled_from(sorted(STAGES)))
        decision = draw(st.sampled_from(STAGES[stage]))
        reason = draw(st.sampled_from(REASONS)) if decision == "exclude" else ""
        reviewer, settled = (
            draw(st.sampled_from(["ann", "bob", "cy"])),
            draw(st.sampled_from(["", "", "", "yes"])),
        )
        votes.append((clusters[name], stage, reviewer, decision, reason, "", settled))
    rulings = []
    for name in draw(st.lists(st.sampled_from(records), max_size=4)):
        stage = draw(st.sampled_from(sorted(STAGES)))
        final = draw(st.sampled_from([word for word in STAGES[stage] if word != "maybe"]))
        rulings.append(Ruling(2, clusters[name], stage, final, "agreed", "dee", ""))
    rules = screening_rules(
        consensus={TI: draw(st.sampled_from(["unanimous", "majority", "inclusive"]))},
        reviewers={TI: draw(st.integers(1, 2)), FT: draw(st.integers(1, 2))},
        reasons=draw(st.sampled_from([[], ["no data: none", "wrong setting"]])),
    )
    columns = pd.Index(["record_id", "stage", "reviewer", "decision", "reason", "date", "consensus"])
    decided, conflicts = merge(pd.DataFrame(votes, columns=columns, dtype=str), rules, rulings)
    keys = [(row["record_id"], row["stage"]) for part in (decided, conflicts) for row in rows_of(part)]
    assert len(keys) == len(set(keys)), "a record is decided and in conflict at one stage"
    late = draw(st.sets(st.sampled_from(records))) - set(decided["record_id"])
    previous = [
        ("p", clusters[name], "1", "") for name in draw(st.sets(st.sampled_from(records), max_size=2))
    ]
    return {
        "records": records,
        "clusters": clusters,
        "decisions": decided,
        "late": late,
        "previous": previous,
    }


@given(reviews())
def test_every_record_ends_in_one_box_and_all_sums_of_prisma_hold(review):
    final, number = flow(**review)
    records = review["records"]
    assert set(final) == set(records)
    ends = Counter(box.split(":")[0] for box in final.values())
    assert set(ends) <= set(BOXES)
    other = sum(KINDS[name.split(":")[0]] not in DATABASES for name in records)
    assert sum(n for box, n in ends.items() if box.startswith("other_")) == other
    assert sum(number[box] for box in OTHER_RESULTS) == other
    for box, counted in number.items():
        if counted is not None and box in ends:
            assert counted == ends[box], box
    for wholes, parts in EQUATIONS:
        values = [number[box] for box in (*wholes, *parts)]
        if None not in values:
            assert sum(values[: len(wholes)]) == sum(values[len(wholes) :]), wholes
    assert {box.split(":")[0] for box in number} == set(BOXES) - set(UPDATE_BOXES)


@given(reviews())
def test_each_box_of_the_flow_is_a_part_of_the_one_before(review):
    final, _ = flow(**review)
    decisions = {(row["record_id"], row["stage"]): row["decision"] for row in rows_of(review["decisions"])}
    for name, box in final.items():
        kept = review["clusters"][name]
        if box.startswith(("dbr_", "other_")) and box not in ("other_known", "other_records_waiting"):
            assert (kept, TI) in decisions or (kept, FT) in decisions, "a report that nobody sent on"
        if box.endswith("_included"):
            assert decisions[kept, FT] == "include"
            assert decisions.get((kept, TI)) != "exclude"
        if box in ("records_waiting", "other_records_waiting"):
            assert not {(kept, TI), (kept, FT)} & set(decisions)


@given(reviews())
def test_each_publication_is_screened_once(review):
    final, _ = flow(**review)
    clusters = review["clusters"]
    before = {name for _, name, _, _ in review["previous"]}
    for cluster in set(clusters.values()):
        ends = [final[name] for name in review["records"] if clusters[name] == cluster]
        assert sum(box not in ("duplicates", "other_known") for box in ends) == 1 or cluster in before
