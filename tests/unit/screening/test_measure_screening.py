"""Agreement of reviewers: the measured table, published examples, and undefined as a result."""

import math

import numpy as np
import pytest

from scripts.common.review.settings import Agreement
from scripts.common.screening.votes import Pair
from scripts.common.statistics.alpha_intervals import Drawing
from scripts.screening.measure_screening import (
    Reviewer,
    as_printed,
    measure,
    note,
    patterns,
    rows_of_stage,
    samples,
    table_of,
    votes_of_pair,
)

HOW = Agreement()
DRAWING = Drawing()
NAN = float("nan")
FIGURES = ("percent", "kappa", "alpha", "ac1", "pabak", "positive")

# a, b, c, d of 61 records with four disagreements (krippendorff 0.9.0; kappa and AC1 confirmed with irrCAC
# 0.4.4)
MEASURED = [
    ((29, 2, 2, 28), (0.934, 0.869, 0.870, 0.869, 0.869, 0.935), (0.70, 0.96)),
    ((9, 2, 2, 48), (0.934, 0.778, 0.780, 0.907, 0.869, 0.818), (0.50, 0.93)),
    ((2, 2, 2, 55), (0.934, 0.465, 0.469, 0.925, 0.869, 0.500), (0.07, 0.83)),
    ((0, 2, 2, 57), (0.934, -0.034, -0.025, 0.93, 0.869, 0.0), (-0.05, 0.60)),
    ((0, 0, 1, 60), (0.984, 0.0, 0.0, 0.983, 0.967, 0.0), (-0.01, 0.93)),
    ((0, 0, 0, 61), (1.0, NAN, NAN, 1.0, 1.0, NAN), (0.0, 1.0)),
]


def figures(both, only_a, only_b, neither):
    votes = votes_of_pair(Pair("title_abstract", "ann", "bob", both, only_a, only_b, neither))
    return measure(votes, *patterns(votes), DRAWING)


@pytest.mark.parametrize(("counts", "expected", "interval"), MEASURED, ids=lambda item: str(item))
def test_the_measured_table_is_reproduced_to_three_decimals(counts, expected, interval):
    row = figures(*counts)
    assert tuple(row[name] for name in ("both", "only_a", "only_b", "neither")) == counts
    found = [row["percent"] / 100, *(row[name] for name in FIGURES[1:])]
    for name, value, right in zip(FIGURES, found, expected, strict=True):
        if math.isnan(right):
            assert math.isnan(value), name
        else:
            assert round(value, 3) + 0.0 == right, name
    assert (row["ci_low"], row["ci_high"]) == pytest.approx(interval, abs=0.02)


@pytest.mark.parametrize("counts", [counts for counts, _, _ in MEASURED[:5]], ids=str)
def test_kappa_is_that_of_scikit_learn(counts):
    metrics = pytest.importorskip("sklearn.metrics")
    votes = votes_of_pair(Pair("title_abstract", "ann", "bob", *counts))
    assert figures(*counts)["kappa"] == pytest.approx(
        metrics.cohen_kappa_score(votes[0], votes[1]), abs=1e-12
    )


def test_published_examples_of_kappa_and_ac1():
    """Gwet 2008 (doi:10.1348/000711006X126600), table of 125 subjects: 118, 5, 2, 0.

    Kappa -0.0234, AC1 0.9408: the paradox in one example. And the example of Cohen's kappa that textbooks
    share, 20, 5, 10, 15: 0.40.
    """
    gwet = figures(118, 5, 2, 0)
    assert (round(gwet["kappa"], 4), round(gwet["ac1"], 4)) == (-0.0234, 0.9408)
    assert round(figures(20, 5, 10, 15)["kappa"], 2) == 0.40


def test_the_published_example_of_alpha():
    """Krippendorff 2011, Computing Krippendorff's Alpha-Reliability, C: two observers, ten units, 0.095."""
    first, second = (0, 1, 0, 0, 0, 0, 0, 0, 1, 0), (1, 1, 1, 0, 0, 1, 0, 0, 0, 0)
    table = np.array([first, second], dtype=np.int8)
    assert round(measure(table, *patterns(table), DRAWING)["alpha"], 3) == 0.095


def test_undefined_is_printed_as_such_with_a_reason_and_never_as_a_number():
    row = as_printed(figures(0, 0, 0, 61), HOW)
    assert [row[name] for name in ("kappa", "alpha", "positive", "verdict")] == ["undefined"] * 4
    assert float(row["ci_high"]) - float(row["ci_low"]) > 0.9, "such votes leave nearly every alpha possible"
    assert "neither 0 nor 1" in note(figures(0, 0, 0, 61))
    assert "never agreed on an inclusion" in note(figures(0, 2, 2, 57))
    assert "Inclusions are rare" in note(figures(2, 2, 2, 55))
    assert note(figures(29, 2, 2, 28)) == ""


@pytest.mark.parametrize(
    ("counts", "verdict"),
    [((29, 2, 2, 28), "reached"), ((9, 2, 2, 48), "tentative"), ((2, 2, 2, 55), "not reached")],
)
def test_the_coefficient_named_beforehand_is_held_against_its_threshold(counts, verdict):
    assert as_printed(figures(*counts), HOW)["verdict"] == verdict


def people(*names):
    return [Reviewer(False, name) for name in names]


def votes(*rows):
    columns = ("stage", "reviewer", "record_id", "decision", "consensus", "round", "kind")
    return [dict(zip(columns, (*row, *[""] * (7 - len(row))), strict=True)) for row in rows]


def test_votes_are_counted_before_discussion_and_what_was_not_judged_is_missing():
    table = votes(
        ("title_abstract", "ann", "a:1", "include"),
        ("title_abstract", "bob", "a:1", "maybe"),
        ("title_abstract", "ann", "a:2", "exclude"),
        ("title_abstract", "cy", "a:2", "include"),
        ("title_abstract", "cy", "a:2", "exclude"),
        ("title_abstract", "Covidence", "a:1", "exclude", "yes"),
        ("full_text", "ann", "a:1", "not retrieved"),
    )
    (first, by_title), (second, full_text) = samples(table, ("title_abstract", "full_text"), ())
    assert (first, second, full_text) == ("title_abstract", "full_text", [])
    reviewers, found = table_of(by_title)
    assert reviewers == people("ann", "bob", "cy")
    assert found.tolist() == [[1, 0], [1, -1], [-1, -1]]


def test_each_round_has_its_agreement_and_the_last_vote_of_a_reviewer_counts_for_the_stage():
    table = votes(
        ("title", "ann", "a:1", "include", "", "pilot"),
        ("title", "bob", "a:1", "exclude", "", "pilot"),
        ("title", "bob", "a:1", "include", "", ""),
        ("title", "ann", "a:2", "exclude", "", ""),
        ("title", "bob", "a:2", "exclude", "", ""),
    )
    measured = samples(table, ("title",), ("pilot", "second"))
    found = {name: table_of(rows)[1].tolist() for name, rows in measured}
    assert found == {"title": [[1, 0], [1, 0]], "title (pilot)": [[1], [0]]}


def test_a_machine_is_shown_beside_people_and_is_not_one_of_all():
    table = votes(
        *(("title", who, "a:1", "include") for who in ("ann", "bob", "cy")),
        ("title", "a model", "a:1", "exclude", "", "", "machine"),
    )
    reviewers, found = table_of(table)
    assert [who.name for who in reviewers] == ["ann", "bob", "cy", "a model"]
    rows = list(rows_of_stage(reviewers, found, HOW))
    assert (rows[0]["reviewer_a"], rows[0]["percent"], rows[0]["both"]) == ("(all)", "100.0", 1)
    assert {(row["reviewer_a"], row["reviewer_b"]): row["kinds"] for row in rows} == {
        ("(all)", "(all)"): "person, person",
        ("ann", "bob"): "person, person",
        ("ann", "cy"): "person, person",
        ("bob", "cy"): "person, person",
        ("ann", "a model"): "person, machine",
        ("bob", "a model"): "person, machine",
        ("cy", "a model"): "person, machine",
    }


def test_three_reviewers_give_a_row_for_all_and_one_for_each_pair():
    rng = np.random.RandomState(3)
    table = rng.randint(0, 2, size=(3, 40)).astype(np.int8)
    three = people("ann", "bob", "cy")
    rows = list(rows_of_stage(three, table, HOW))
    assert [(row["reviewer_a"], row["reviewer_b"]) for row in rows] == [
        ("(all)", "(all)"), ("ann", "bob"), ("ann", "cy"), ("bob", "cy"),
    ]  # fmt: skip
    assert rows[0]["only_a"] == ""
    assert rows == list(rows_of_stage(people("ann", "bob", "cy"), table, HOW)), (
        "the same seed, the same intervals"
    )


def test_reviewers_who_share_no_record_have_nothing_to_agree_on():
    table = np.array([[1, -1], [-1, 0]], dtype=np.int8)
    (row,) = rows_of_stage(people("ann", "bob"), table, HOW)
    assert (row["n"], row["percent"], row["kappa"]) == (0, "undefined", "undefined")
    assert row["note"] == "No record was judged by two of them, so their agreement is not known."
