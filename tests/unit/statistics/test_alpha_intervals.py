"""Intervals of alpha: what they are drawn from, and that nothing unseen is taken for impossible."""

import numpy as np
import pytest

from scripts.common.statistics.agreement import MISSING, alpha, alpha_parts, count_votes
from scripts.common.statistics.alpha_intervals import (
    GRAIN,
    Drawing,
    alpha_interval,
    draw_weights,
    ends_of,
    possible_votes,
    usual_raters,
)
from tests.benchmark.coverage import Setting, copied, simulate, slips

ONE_THIRD = dict.fromkeys([(2, 0, 0), (0, 2, 0), (0, 0, 2)], 1 / 3)
ONE_SIXTH = dict.fromkeys([(1, 1, 0), (1, 0, 1), (0, 1, 1)], 1 / 6)


def pair(a, b, c, d):
    """Two raters: a units both yes, b only the first, c only the second, d both no."""
    return np.array([[1] * (a + b) + [0] * (c + d), [1] * a + [0] * b + [1] * c + [0] * d], dtype=np.int8)


def interval(votes, drawing=None):
    counts = count_votes(votes)
    ends = alpha_interval(alpha_parts(counts), usual_raters(counts), drawing or Drawing())
    return tuple(float(end) for end in ends)


@pytest.mark.parametrize(
    ("raters", "categories", "kinds"),
    [
        (2, 2, {(2, 0): 0.5, (0, 2): 0.5, (1, 1): 0.5}),
        (3, 2, {(3, 0): 0.5, (0, 3): 0.5, (1, 2): 0.25, (2, 1): 0.25}),
        (2, 3, ONE_THIRD | ONE_SIXTH),
    ],
)
def test_before_any_vote_is_seen_agreement_weighs_one_unit_and_disagreement_half(raters, categories, kinds):
    found, weights = possible_votes(raters, categories)
    assert dict(zip(map(tuple, found.T.tolist()), weights.tolist(), strict=True)) == pytest.approx(kinds)


def test_the_usual_number_of_votes_is_the_most_common_one_of_units_that_two_judged():
    votes = np.array([[1, 1, 0, 1, 1], [1, 0, 0, 1, MISSING], [MISSING, 1, MISSING, MISSING, MISSING]])
    assert usual_raters(count_votes(votes)) == 2
    assert usual_raters(count_votes(votes[:, 1:2])) == 3
    assert usual_raters(count_votes(votes[:, :0])) == 2


def test_weights_add_up_to_the_units_and_follow_what_was_seen():
    weights = draw_weights(np.array([30.0, 10.0, 0.5]), 40.0, Drawing(4000)) / GRAIN
    assert weights.sum(axis=1) == pytest.approx(np.full(4000, 40.0), abs=1e-5)
    assert weights.mean(axis=0) == pytest.approx(np.array([30, 10, 0.5]) * 40 / 40.5, abs=0.25)
    assert (weights > 0).all(), "what was not seen is not taken for impossible"


def test_the_ends_are_the_nearest_ranks_of_what_was_drawn():
    drawn = np.array([0.5, 0.1, 0.4, 0.2, 0.3])
    for confidence, low, high in ((1.0, 0.1, 0.5), (0.5, 0.2, 0.4), (0.6, 0.2, 0.4), (0.2, 0.3, 0.3)):
        assert tuple(float(end) for end in ends_of(drawn, confidence, 10**6)) == (low, high)


def test_with_few_studies_the_ends_are_a_little_further_out():
    """Of 20 units 95 % becomes 96.8 %: 1 - 2 * pnorm(-sqrt(20 / 19) * qt(0.975, 19)) in R."""
    drawn = np.arange(10_001) / 10_000
    low, high = ends_of(drawn, 0.95, 20)
    assert (float(low), float(high)) == pytest.approx((0.0159, 0.9841), abs=2e-4)
    assert float(ends_of(drawn, 0.95, 10**6)[0]) == pytest.approx(0.025, abs=1e-4)
    assert float(ends_of(drawn, 0.95, 1)[0]) == 0.0


@pytest.mark.parametrize("cells", [(29, 2, 2, 28), (9, 2, 2, 48), (2, 2, 2, 55)])
def test_an_interval_holds_alpha_and_narrows_with_more_studies_and_less_confidence(cells):
    low, high = interval(pair(*cells))
    assert low < float(alpha(count_votes(pair(*cells)))) < high
    more = interval(np.tile(pair(*cells), 8))
    assert more[1] - more[0] < 0.6 * (high - low)
    less = interval(pair(*cells), Drawing(confidence=0.8))
    assert low < less[0] < less[1] < high


def test_a_code_that_nobody_found_leaves_nearly_every_alpha_possible():
    low, high = interval(pair(0, 0, 0, 20))
    assert low < 0.05
    assert high > 0.95


def test_units_that_no_two_raters_judged_have_no_interval():
    low, high = interval(np.array([[1, MISSING], [MISSING, 0]], dtype=np.int8))
    assert np.isnan(low)
    assert np.isnan(high)


def test_many_codes_at_once_give_what_each_gives_alone():
    votes = np.random.RandomState(7).randint(0, 2, size=(6, 3, 40)).astype(np.int8)
    counts = count_votes(votes)
    low, high = alpha_interval(alpha_parts(counts), 3, Drawing(200))
    for i in range(6):
        assert interval(votes[i], Drawing(200)) == (low[i], high[i])


def test_records_with_the_same_votes_may_be_given_once_with_their_number():
    kinds, seen = pair(1, 1, 1, 1), np.array([9, 2, 2, 48])
    apart = interval(pair(*seen), Drawing(4000))
    together = alpha_interval(alpha_parts(count_votes(kinds)), 2, Drawing(4000), seen)
    assert [float(end) for end in together] == pytest.approx(apart, abs=0.03)


def test_pairs_taken_for_independent_would_narrow_the_interval():
    """Three raters judge the same forty units: drawing units keeps their votes together."""
    random = np.random.RandomState(5)
    truth = random.rand(40) < 0.4
    votes = np.where(random.rand(3, 40) < 0.15, ~truth, truth).astype(np.int8)
    pairs = [alpha_parts(count_votes(votes[[i, j]])) for i, j in ((0, 1), (0, 2), (1, 2))]
    together = alpha_interval(sum(pairs), 2, Drawing())
    apart = alpha_interval(np.concatenate(pairs, axis=1), 2, Drawing())
    assert together[1] - together[0] > 1.2 * (apart[1] - apart[0])


@pytest.mark.parametrize("model", [copied, slips])
@pytest.mark.parametrize(("raters", "units", "prevalence"), [(2, 20, 0.05), (3, 61, 0.05), (2, 61, 0.5)])
def test_an_interval_of_95_percent_holds_the_true_alpha_about_as_often(model, raters, units, prevalence):
    """The whole table is that of tests/benchmark/coverage.py; with 200 sets some percent less can be seen."""
    shares = model(raters, prevalence, 0.8)
    setting = Setting(model.__name__, raters, units, prevalence, 0.8, shares / shares.sum())
    result = simulate(setting, sets=200, draws=300, seed=5)
    assert result.covered >= 0.88
    assert result.without == 0
