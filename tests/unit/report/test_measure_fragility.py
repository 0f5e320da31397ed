"""Fragility: the least number of single changes is what trying all of them finds.

The oracle below counts and compares by itself, in fractions; it shares no code with what it judges.
"""

from collections.abc import Callable
from fractions import Fraction
from itertools import combinations, product
from typing import NamedTuple

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scripts.common.claims.prices import NEVER, coding_of
from scripts.common.coding.codebook import Code
from scripts.report.measure_fragility import left_out, steps

CODES = [
    Code("a", "", 1, "A", "甲", "", "", True),
    Code("a1", "a", 2, "A1", "甲一", "", "", True),
    Code("b", "", 1, "B", "乙", "", "", True),
    Code("c", "", 1, "C", "丙", "", "", True),
]
CODERS, STUDIES = ("ann", "bob"), ("1", "2", "3")
CELLS = tuple(product(("a1", "b", "c"), STUDIES, CODERS))
MOST = 3  # changes that the oracle tries at once
VOTE, STUDY = "one code of one coder", "one study left out"

Found = dict[str, set[str]]


def counted(votes, consensus):
    """Return code -> studies, by the rule of the consensus itself."""
    need = {"any": 1, "majority": 2, "all": 2}[consensus]
    found = {
        code: {s for s in STUDIES if sum((code, s, c) in votes for c in CODERS) >= need}
        for code in ("a1", "b", "c")
    }
    return {**found, "a": found["a1"]}


class Case(NamedTuple):
    """A claim as the table of the comparison has it, and whether studies per code meet it."""

    measure: str
    comparison: str
    published: str
    tolerance: str
    met: Callable[[Found, int], bool]  # studies per code, number of studies in all


def share_is_near(studies, total, published, width):
    return bool(total) and abs(Fraction(100 * len(studies), total) - Fraction(published)) <= Fraction(width)


def rank(found, code):
    return Fraction(1 + sum(len(found[other]) > len(found[code]) for other in "abc"))


def alone(found, code):
    return all(len(found[other]) != len(found[code]) for other in "abc" if other != code)


CASES = [
    Case("studies:a", "equal", "2", "0", lambda f, n: len(f["a"]) == 2),
    Case("studies:a", "equal", "1", "1", lambda f, n: len(f["a"]) <= 2),
    Case("studies:a", "equal", "1.5", "0.5", lambda f, n: len(f["a"]) in (1, 2)),
    Case("studies:b", "at_least", "2", "0", lambda f, n: len(f["b"]) >= 2),
    Case("studies:b", "at_least", "2", "1", lambda f, n: len(f["b"]) >= 1),
    Case("percent:a", "share", "66.7", "0", lambda f, n: share_is_near(f["a"], n, "66.7", "0.05")),
    Case("percent:a", "share", "50", "0", lambda f, n: share_is_near(f["a"], n, "50", "0.5")),
    Case("percent:b", "share", "30", "5", lambda f, n: share_is_near(f["b"], n, "30", "5.5")),
    Case("rank:a", "equal", "1", "0", lambda f, n: rank(f, "a") == 1),
    Case("rank:b", "equal", "2", "0", lambda f, n: rank(f, "b") == 2),
    Case("rank:c", "equal", "2", "1", lambda f, n: True),
    Case("rank:a", "rank", "1", "0", lambda f, n: rank(f, "a") == 1 and alone(f, "a")),
    Case("rank:b", "rank", "2", "0", lambda f, n: rank(f, "b") == 2 and alone(f, "b")),
    Case("study_ids:a", "includes", "1; 2", "0", lambda f, n: {"1", "2"} <= f["a"]),
    Case("study_ids:b", "subset", "1; 2", "0", lambda f, n: f["b"] <= {"1", "2"}),
    Case("order:x", "order", "a; b", "0", lambda f, n: len(f["a"]) > len(f["b"])),
    Case("order:x", "order", "c; a; b", "0", lambda f, n: len(f["c"]) > len(f["a"]) > len(f["b"])),
]  # fmt: skip


def row_of(case, met=True):
    return {
        "claim_id": "C",
        "measure": case.measure,
        "published_value": case.published,
        "comparison": case.comparison,
        "tolerance": case.tolerance,
        "verdict": "recomputed and equal" if met else "differs",
    }


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


def least(case, votes, consensus, of_what):
    """Return what the workflow finds, or None where it gives no such number."""
    met = case.met(counted(votes, consensus), len(STUDIES))
    measure = {"value": "0", "of": str(len(STUDIES))}
    found = steps(row_of(case, met), measure, review(votes, consensus), CODES)
    return next((step.changes for step in found if step.of_what == of_what), None)


def fewest(candidates, flips):
    """Return the size of the smallest set of at most MOST candidates that flips the verdict, else None."""
    for size in range(1, MOST + 1):
        if any(flips(set(chosen)) for chosen in combinations(candidates, size)):
            return size
    return None


@settings(max_examples=150, deadline=None)
@given(
    votes=st.sets(st.sampled_from(CELLS)),
    consensus=st.sampled_from(["any", "majority", "all"]),
    case=st.sampled_from(CASES),
)
def test_the_least_number_of_votes_is_what_trying_every_set_of_votes_finds(votes, consensus, case):
    now = case.met(counted(votes, consensus), len(STUDIES))
    found = least(case, votes, consensus, VOTE)
    if case.comparison == "order" and not now:
        assert found is None
        return
    tried = fewest(CELLS, lambda x: case.met(counted(votes ^ x, consensus), len(STUDIES)) != now)
    assert found == tried if tried else found > MOST


@settings(max_examples=300, deadline=None)
@given(
    votes=st.sets(st.sampled_from(CELLS)),
    case=st.sampled_from([case for case in CASES if case.comparison != "order"]),
)
def test_the_least_number_of_studies_is_what_leaving_out_every_set_finds(votes, case):
    found = counted(votes, "any")
    now = case.met(found, len(STUDIES))
    of_code = {s for studies in found.values() for s in studies}
    number = least(case, votes, "any", STUDY)
    if number is None:  # docs/claims.md: of lists that include none, of ranks those met without tolerance
        ranked = case.measure.startswith("rank") and (not now or case.tolerance != "0")
        assert ranked or case.comparison == "includes"
        return
    shares = case.measure.startswith("percent")
    candidates = STUDIES if shares else sorted(of_code)
    most = len(STUDIES) - 1 if shares else MOST  # without any study there is no percentage
    flips = [
        size
        for size in range(1, min(most, len(candidates)) + 1)
        for gone in combinations(candidates, size)
        if case.met({code: x - set(gone) for code, x in found.items()}, len(STUDIES) - size) != now
    ]
    assert number == min(flips, default=NEVER)


@settings(max_examples=100, deadline=None)
@given(votes=st.sets(st.sampled_from(CELLS)), case=st.sampled_from(CASES[:13]))
def test_every_study_left_out_gives_the_verdict_that_counting_without_it_gives(votes, case):
    found = counted(votes, "any")
    now = case.met(found, len(STUDIES))
    rows = list(left_out(row_of(case, now), {"of": str(len(STUDIES))}, review(votes, "any"), CODES))
    for row in (row for row in rows if row["left_out"] == "study"):
        without = {code: x - {row["name"]} for code, x in found.items()}
        met = case.met(without, len(STUDIES) - 1)
        assert row["verdict"] == ("agrees" if met else "differs")
        assert row["overturned"] == ("no" if met == now else "yes")


@settings(max_examples=100, deadline=None)
@given(
    votes=st.sets(st.sampled_from(CELLS)),
    consensus=st.sampled_from(["any", "majority", "all"]),
    case=st.sampled_from(CASES[:13]),
)
def test_every_coder_left_out_gives_the_verdict_of_the_other_one(votes, consensus, case):
    rows = list(left_out(row_of(case), {"of": str(len(STUDIES))}, review(votes, consensus), CODES))
    for row in (row for row in rows if row["left_out"] == "coder"):
        alone_voted = {cell for cell in votes if cell[2] != row["name"]}
        met = case.met(counted(alone_voted, "any"), len(STUDIES))  # one coder is any, majority and all
        assert row["verdict"] == ("agrees" if met else "differs")


VOTES = {("a1", "1", "ann"), ("a1", "1", "bob"), ("a1", "2", "ann"), ("b", "3", "bob")}
AT_LEAST_ONE = Case("studies:a", "at_least", "1", "0", lambda f, n: len(f["a"]) >= 1)


def test_a_study_that_two_coders_gave_resists_a_change_by_one_of_them():
    only_one = {("a1", "1", "ann"), ("a1", "1", "bob")}
    found = steps(row_of(AT_LEAST_ONE), {}, review(only_one, "any"), CODES)
    assert [(step.changes, step.of_what) for step in found] == [(2, VOTE), (1, STUDY)]


def test_what_a_person_decided_is_one_adjudication_away():
    coding = review({("a1", "1", "ann"), ("a1", "1", "bob")}, "any")
    decided = coding._replace(final={**coding.final, "a": frozenset({"1", "2"}), "b": frozenset()})
    assert decided.price("a", "1") == 2
    assert decided.price("a", "2") == 1  # nobody gave it: a person did


def test_every_study_and_every_coder_is_left_out_once():
    rows = list(left_out(row_of(CASES[0]), {"of": ""}, review(VOTES, "any"), CODES))
    assert [(row["left_out"], row["name"], row["value"], row["overturned"]) for row in rows] == [
        ("study", "1", "1", "yes"),
        ("study", "2", "1", "yes"),
        ("study", "3", "2", "no"),
        ("coder", "ann", "1", "yes"),
        ("coder", "bob", "2", "no"),
    ]


@pytest.mark.parametrize(
    ("measure", "of_what"),
    [
        ("flow:new_studies", "one decision on one record"),
        ("included_retrieved", "one decision on one record"),
        ("studies_with_evidence", STUDY),
        ("themes:a", "one code of the codebook"),
        ("categories", "one code of the codebook"),
    ],
)
@pytest.mark.parametrize("comparison", ["equal", "at_least"])
@pytest.mark.parametrize("tolerance", ["0", "1", "2.5"])
@pytest.mark.parametrize("value", range(8))
def test_a_plain_count_moves_by_one_with_each_change(measure, of_what, comparison, tolerance, value):
    def met(number):
        gap = Fraction(number - 4)
        return (-gap if comparison == "at_least" else abs(gap)) <= Fraction(tolerance)

    case = Case(measure, comparison, "4", tolerance, lambda f, n: met(value))
    (step,) = steps(row_of(case, met(value)), {"value": str(value)}, review(VOTES, "any"), CODES)
    reachable = {by: [number for number in (value - by, value + by) if number >= 0] for by in range(1, 20)}
    flips = [by for by, numbers in reachable.items() if any(met(x) != met(value) for x in numbers)]
    assert (step.changes, step.of_what) == (min(flips, default=NEVER), of_what)
