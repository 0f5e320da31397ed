"""Exact intervals of a share, as statistics programs print them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.common.statistics.intervals import exact_interval


# 0 of 25: 1 - 0.025 ** (1 / 25); the others as statistics programs print them (binom.test of R)
@pytest.mark.parametrize(
    ("found", "of", "low", "high"),
    [
        (58, 61, 0.863, 0.990),
        (0, 25, 0, 0.137),
        (25, 25, 0.863, 1),
        (9, 10, 0.555, 0.997),
        (1, 2, 0.013, 0.987),
        (0, 61, 0, 0.059),
        (31, 61, 0.377, 0.639),
        (61, 61, 0.941, 1),
        (1, 1, 0.025, 1),
        (4, 10, 0.122, 0.738),
    ],
)
def test_exact_intervals_are_those_of_clopper_and_pearson(found, of, low, high):
    assert [round(end, 3) for end in exact_interval(found, of)] == [low, high]


@pytest.mark.parametrize(("found", "of"), [(-1, 5), (6, 5), (0, 0)])
def test_what_is_no_share_has_no_interval(found, of):
    with pytest.raises(ValueError, match="is no share"):
        exact_interval(found, of)


@given(st.integers(1, 60).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_the_interval_holds_the_share_and_mirrors_that_of_the_rest(case):
    found, of = case
    low, high = exact_interval(found, of)
    assert low <= found / of <= high
    other = exact_interval(of - found, of)
    assert (1 - other[1], 1 - other[0]) == pytest.approx((low, high), abs=1e-9)
