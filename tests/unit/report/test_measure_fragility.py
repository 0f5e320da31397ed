"""Fragility: the least number of single changes is what trying all of them finds."""

from itertools import combinations, product

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.common.coding.codebook import Code
from scripts.report.measure_fragility import NEVER, coding_of, holds, left_out, steps

CODES = [
    Code("a", "", 1, "A", "甲", "", "", True),
    Code("b", "", 1, "B", "乙", "", "", True),
    Code("a1", "a", 2, "A1", "甲一", "", "", True),
]
CODERS, STUDIES = ("ann", "bob"), ("1", "2", "3")
CELLS = tuple(product(("a1", "b"), STUDIES, CODERS))


def counted(votes, consensus):
    """Return code -> studies, by the rule itself."""
    need = {"any": 1, "majority": 2, "all": 2}[consensus]
    found = {
        code: {s for s in STUDIES if sum((code, s, c) in votes for c in CODERS) >= need}
        for code in ("a1", "b")
    }
    return {**found, "a": found["a1"]}


def review(votes, consensus):
    rows = [
        {"study_id": s, "code": code, "coder": c, "stance": "present" if (code, s, c) in votes else "absent"}
        for code, s, c in CELLS
    ]
    themes = [
        {"code": code, "study_ids": "; ".join(sorted(x))} for code, x in counted(votes, consensus).items()
    ]
    included = pd.DataFrame({"study_id": list(STUDIES)}, dtype=str)
    return coding_of(CODES, pd.DataFrame(rows), pd.DataFrame(themes), included, consensus)


def claim(measure, published, comparison="equal", tolerance="0", verdict="reproduced"):
    return {
        "claim_id": "C", "measure": measure, "published": published,
        "comparison": comparison, "tolerance": tolerance, "verdict": verdict,
    }  # fmt: skip


def meets(found, what):
    family, code = what["measure"].split(":")
    other = "b" if code == "a" else "a"
    number = len(found[code])
    if family == "percent":
        return holds(100 * number / len(STUDIES), what)
    if family == "rank":
        tie = what["comparison"] == "rank" and len(found[other]) == number
        return holds(1 + (len(found[other]) > number), what) and not tie
    return holds(number, what)


@given(
    votes=st.sets(st.sampled_from(CELLS)),
    consensus=st.sampled_from(["any", "majority", "all"]),
    what=st.sampled_from(
        [
            claim("studies:a", "2"), claim("studies:a", "1", tolerance="1"),
            claim("studies:b", "at least 2", "at_least"), claim("studies:b", "at least 1", "at_least"),
            claim("percent:a", "66.7", "share"),
            claim("rank:a", "1"), claim("rank:b", "2"), claim("rank:a", "1", "rank"),
        ]
    ),
)  # fmt: skip
def test_the_least_number_of_votes_is_what_trying_every_set_of_votes_finds(votes, consensus, what):
    now = meets(counted(votes, consensus), what)
    what = {**what, "verdict": "reproduced" if now else "differs"}
    found = steps(what, {"value": "0", "of": "3"}, review(votes, consensus), CODES)
    (least,) = [step.changes for step in found if step.of_what == "one code of one coder"]
    for size in range(1, min(least, 4) if least != NEVER else 4):
        for changed in combinations(CELLS, size):
            assert meets(counted(votes ^ set(changed), consensus), what) == now, f"{size} are enough"
    if least <= 4:
        tried = combinations(CELLS, int(least))
        assert any(meets(counted(votes ^ set(changed), consensus), what) != now for changed in tried)


@given(votes=st.sets(st.sampled_from(CELLS)), published=st.sampled_from(["1", "2", "at least 1"]))
def test_the_least_number_of_studies_is_what_leaving_out_every_set_finds(votes, published):
    what = claim("studies:a", published, "at_least" if "least" in published else "equal")
    found = counted(votes, "any")
    now = meets(found, what)
    (least,) = [
        step.changes
        for step in steps(
            {**what, "verdict": "reproduced" if now else "differs"}, {}, review(votes, "any"), CODES
        )
        if step.of_what == "one study left out"
    ]
    flips = [
        size
        for size in range(1, 4)
        for gone in combinations(STUDIES, size)
        if meets({code: x - set(gone) for code, x in found.items()}, what) != now
    ]
    assert least == (min(flips) if flips else NEVER)


VOTES = {("a1", "1", "ann"), ("a1", "1", "bob"), ("a1", "2", "ann"), ("b", "3", "bob")}


def test_a_study_that_two_coders_gave_stands_against_one_of_them():
    only_one = {("a1", "1", "ann"), ("a1", "1", "bob")}
    found = steps(claim("studies:a", "at least 1", "at_least"), {}, review(only_one, "any"), CODES)
    assert [(step.changes, step.of_what) for step in found] == [
        (2, "one code of one coder"),
        (1, "one study left out"),
    ]


def test_what_a_person_decided_is_one_adjudication_away():
    coding = review({("a1", "1", "ann"), ("a1", "1", "bob")}, "any")
    decided = coding._replace(final={**coding.final, "a": frozenset({"1", "2"}), "b": frozenset()})
    assert decided.price("a", "1") == 2
    assert decided.price("a", "2") == 1  # nobody gave it: a person did


def test_an_order_falls_with_the_first_tie_and_a_list_with_its_weakest_study():
    coding = review(VOTES, "any")
    (order,) = steps(claim("order:x", "a; b", "order"), {}, coding, CODES)
    assert order.changes == 1
    (listed,) = steps(claim("study_ids:a", "1; 2", "includes"), {}, coding, CODES)
    assert listed.changes == 1  # study 2 has one vote


def test_every_study_and_every_coder_is_left_out_once():
    rows = list(left_out(claim("studies:a", "2"), {"of": ""}, review(VOTES, "any"), CODES))
    assert [(row["left_out"], row["name"], row["value"], row["overturned"]) for row in rows] == [
        ("study", "1", "1", "yes"),
        ("study", "2", "1", "yes"),
        ("study", "3", "2", "no"),
        ("coder", "ann", "1", "yes"),
        ("coder", "bob", "2", "no"),
    ]


@pytest.mark.parametrize(("value", "changes"), [("61", 2), ("60", 1)])
def test_a_count_of_the_flow_moves_by_one_with_each_decision(value, changes):
    (step,) = steps(
        claim("flow:new_studies", "61", tolerance="1"), {"value": value}, review(VOTES, "any"), CODES
    )
    assert step.changes == changes
