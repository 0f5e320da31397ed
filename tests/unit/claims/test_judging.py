"""The verdict on a published claim: exact, and a lower bound never confirms an exact number."""

import pytest

from scripts.common.claims.judging import judge, target_of, target_of_row
from tests.claims import claim, measured

CANNOT = "cannot be checked"


@pytest.mark.parametrize(
    ("comparison", "bound", "published", "value", "verdict", "difference"),
    [
        ("equal", "exact", 61, "61", "reproduced", "0"),
        ("equal", "exact", 61, "60", "differs", "-1"),
        ("equal", "exact", 61, "63", "differs", "+2"),
        ("equal", "at least", 61, "61", CANNOT, ""),
        ("equal", "at least", 61, "40", CANNOT, ""),
        ("equal", "at least", 61, "62", "differs", "at least +1"),
        ("equal", "unknown", 61, "", CANNOT, ""),
        ("at_least", "exact", 4, "4", "reproduced", ""),
        ("at_least", "exact", 4, "9", "reproduced", ""),
        ("at_least", "exact", 4, "3", "differs", "-1"),
        ("at_least", "at least", 4, "4", "reproduced", ""),
        ("at_least", "at least", 4, "3", CANNOT, "-1"),
        ("at_least", "unknown", 4, "", CANNOT, ""),
        ("includes", "exact", ("speed", "reach"), "reach; cost; speed", "reproduced", ""),
        ("includes", "exact", ("speed", "reach"), "speed; cost", "differs", "missing: reach"),
        ("includes", "exact", ("speed",), "speedy", "differs", "missing: speed"),
        ("includes", "at least", ("speed",), "speed; cost", "reproduced", ""),
        ("includes", "at least", ("speed", "reach"), "speed", CANNOT, "missing: reach"),
        ("includes", "unknown", ("speed",), "", CANNOT, ""),
        ("equal", "exact", "10-70", "10-70", "reproduced", ""),
        ("equal", "exact", "10-70", "10-69", "differs", "other words"),
        ("equal", "at least", "10-70", "10-70", CANNOT, ""),
        ("equal", "unknown", "10-70", "", CANNOT, ""),
    ],
)  # fmt: skip
def test_verdict(comparison, bound, published, value, verdict, difference):
    result = judge(claim(published, comparison), measured(value, bound, "needs a sheet"))
    assert (result.verdict, result.difference) == (verdict, difference)
    if bound == "unknown":
        assert (result.reproduced, result.reason) == ("", "Needs a sheet.")
    else:
        assert "results/t.csv (row x)" in result.reason


@pytest.mark.parametrize(
    ("published", "tolerance", "value", "verdict"),
    [
        (45.9, 0.1, "46.0", "within tolerance"),
        (45.9, 0.1, "46.1", "differs"),
        (45.9, 0.0, "45.9", "reproduced"),
        (61, 1, "60", "within tolerance"),
        (61, 1, "59", "differs"),
    ],
)
def test_a_difference_within_the_tolerance_is_told_from_none(published, tolerance, value, verdict):
    assert judge(claim(published, tolerance=tolerance), measured(value)).verdict == verdict


def test_a_difference_within_the_tolerance_is_still_shown():
    assert judge(claim(61, tolerance=1), measured("60")).difference == "-1"


def test_a_lower_bound_is_shown_as_one():
    assert judge(claim(61), measured("40", "at least")).reproduced == "at least 40"


def test_a_claim_that_nothing_measures_says_what_it_would_take():
    result = judge(claim("2022-08-16", needs="the search log of the review", note="A setting."), None)
    assert result == ("", "", CANNOT, "Needs the search log of the review. A setting.")


@pytest.mark.parametrize(
    ("value", "note", "verdict", "difference"),
    [
        ("1", "", "reproduced", "0"),
        ("1", "shared with b", "differs", "shared with b"),
        ("2", "", "differs", "+1"),
    ],
)
def test_rank_wants_a_code_alone_at_its_rank(value, note, verdict, difference):
    result = judge(claim(1, "rank"), measured(value, note=note))
    assert (result.verdict, result.difference) == (verdict, difference)
    assert judge(claim(1), measured("1", note="shared with b")).verdict == "reproduced"


@pytest.mark.parametrize(
    ("order", "bound", "verdict", "difference"),
    [
        ("a > b > c", "exact", "reproduced", ""),
        ("a > c > b", "exact", "reproduced", ""),
        ("b > a", "exact", "differs", "a has fewer than b"),
        ("a = b", "exact", "differs", "a has as many as b"),
        ("a > c", "at least", CANNOT, "missing: b"),
        ("a > c", "exact", "differs", "missing: b"),
    ],
)
def test_an_order_of_codes(order, bound, verdict, difference):
    result = judge(claim(("a", "b"), "order"), measured(order, bound))
    assert (result.verdict, result.difference) == (verdict, difference)


@pytest.mark.parametrize(
    ("ours", "bound", "verdict", "difference"),
    [
        ("1; 2", "exact", "reproduced", ""),
        ("", "exact", "reproduced", ""),
        ("1; 4", "exact", "differs", "beside them: 4"),
        ("1; 4", "at least", "differs", "beside them: 4"),
        ("1", "at least", CANNOT, ""),
    ],
)
def test_a_subset_has_nothing_beside_the_published(ours, bound, verdict, difference):
    result = judge(claim(("1", "2", "3"), "subset"), measured(ours, bound))
    assert (result.verdict, result.difference) == (verdict, difference)


@pytest.mark.parametrize(
    ("published", "decimals", "tolerance", "number", "of", "bound", "verdict"),
    [
        (50.8, 1, 0, "31", "61", "exact", "reproduced"),
        (51, 0, 0, "31", "61", "exact", "reproduced"),
        (12, 0, 0, "1", "8", "exact", "reproduced"),  # 12.5: rounded down
        (13, 0, 0, "1", "8", "exact", "reproduced"),  # or up
        (50.0, 1, 1, "31", "61", "exact", "within tolerance"),
        (50.0, 1, 0, "31", "61", "exact", "differs"),
        (50.8, 1, 0, "31", "61", "at least", CANNOT),
        (50.8, 1, 0, "32", "61", "at least", "differs"),
        (50.8, 1, 0, "", "", "exact", CANNOT),
    ],
)
def test_a_share_is_compared_from_whole_numbers(published, decimals, tolerance, number, of, bound, verdict):
    share = claim(published, "share", tolerance=float(tolerance))._replace(of=61, decimals=decimals)
    row = {**measured("50.8", bound, "needs n"), "number": number, "of": of}
    assert judge(share, row).verdict == verdict


@pytest.mark.parametrize(
    ("published", "comparison", "tolerance", "value", "verdict"),
    [
        (1_234_567.5, "equal", 0.0, "1234567.5", "reproduced"),
        (1_234_567.5, "equal", 0.0, "1234567", "differs"),
        (0.3, "equal", 0.1, "0.4", "within tolerance"),  # 0.3 + 0.1 is above 0.4 in floating point
        (0.1, "equal", 0.2, "0.3", "within tolerance"),
        (0.1, "equal", 0.2, "0.3000001", "differs"),
        (10_000_000, "at_least", 0.0, "9999999.9", "differs"),
    ],
)
def test_a_number_is_compared_exactly_however_long_it_is(published, comparison, tolerance, value, verdict):
    assert judge(claim(published, comparison, tolerance), measured(value)).verdict == verdict


@pytest.mark.parametrize("comparison", ["equal", "at_least", "share"])
def test_the_table_of_the_comparison_gives_the_same_target_as_the_claim(comparison):
    it = claim(1_234_567.5, comparison, 0.25)._replace(of=9, decimals=1)
    prefix = "at least " if comparison == "at_least" else ""
    row = {"published": f"{prefix}1234567.5", "comparison": comparison, "tolerance": "0.25"}
    assert target_of_row(row) == target_of(it)
