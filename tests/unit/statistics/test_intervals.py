"""Exact intervals of a share, as statistics programs print them, and exact bounds of a count."""

from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.common.statistics.intervals import exact_interval, most_in_population


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


# By hand: of 10 records 5 are drawn, none is relevant. With 3 relevant ones C(7,5)/C(10,5) = 21/252 = 8.3 %
# of samples hold none, with 4 only C(6,5)/252 = 2.4 %. Of 100 one is drawn: with 94 relevant ones 6 % are
# not, with 95 exactly 5 %. Of 20 all but one are drawn: one relevant record is missed by 1 in 20.
@pytest.mark.parametrize(
    ("found", "drawn", "population", "most"),
    [
        (0, 5, 10, 3),
        (0, 1, 100, 94),
        (0, 19, 20, 0),
        (0, 18, 20, 1),
        (2, 10, 10, 2),
        (5, 5, 9, 9),
        (0, 0, 7, 7),
    ],
)
def test_the_most_that_a_population_can_hold_is_that_of_the_hypergeometric_distribution(
    found, drawn, population, most
):
    assert most_in_population(found, drawn, population) == most


def share_of_samples(found, drawn, population, count):
    return Fraction(comb(count, found) * comb(population - count, drawn - found), comb(population, drawn))


@pytest.mark.parametrize(("population", "drawn"), [(40, 12), (40, 1), (40, 39), (7, 7), (150, 60)])
def test_the_bound_is_not_below_the_true_count_in_at_least_95_of_100_samples(population, drawn):
    most = [most_in_population(found, drawn, population) for found in range(drawn + 1)]
    for count in range(population + 1):
        held = sum(
            share_of_samples(found, drawn, population, count)
            for found in range(max(0, drawn - population + count), min(drawn, count) + 1)
            if most[found] >= count
        )
        assert held >= Fraction(95, 100), count


@pytest.mark.parametrize("case", [(-1, 2, 5), (3, 2, 5), (0, 6, 5)])
def test_what_is_no_sample_has_no_bound(case):
    with pytest.raises(ValueError, match="is no sample"):
        most_in_population(*case)
