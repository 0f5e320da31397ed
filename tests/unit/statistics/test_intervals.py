"""Exact intervals of a share, in percent, as statistics programs print them."""

import pytest

from scripts.common.statistics.intervals import exact_interval


@pytest.mark.parametrize(
    ("found", "of", "low", "high"),
    [(0, 61, 0.0, 5.9), (31, 61, 37.7, 63.9), (61, 61, 94.1, 100.0), (1, 1, 2.5, 100.0), (4, 10, 12.2, 73.8)],
)
def test_exact_intervals_are_those_of_clopper_and_pearson(found, of, low, high):
    bounds = exact_interval(found, of)
    assert [round(100 * bound, 1) for bound in bounds] == [low, high]
