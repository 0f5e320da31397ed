"""Agreement on ordered values and numbers: printed examples, the peers, near misses."""

import numpy as np
import pytest

from scripts.common.statistics.agreement import MISSING, alpha, cohen, count_votes
from scripts.common.statistics.alpha_intervals import Drawing
from scripts.common.statistics.scales import (
    INTERVAL,
    LINEAR,
    NOMINAL,
    ORDINAL,
    QUADRATIC,
    RATIO,
    SCALES,
    scale_alpha,
    scale_interval,
    weighted_kappa,
)

# Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011): four observers, twelve units; 0 is a gap
OBSERVERS = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
        [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
    ]
)
FIVE = [1, 2, 3, 4, 5]
# 85 X-rays, two radiologists, four grades: the example of the manual of Stata, command kap
RADIOLOGISTS = [[21, 12, 0, 0], [4, 17, 1, 0], [3, 9, 15, 2], [0, 0, 0, 1]]


@pytest.mark.parametrize(
    ("scale", "printed"), [(NOMINAL, 0.743), (ORDINAL, 0.815), (INTERVAL, 0.849), (RATIO, 0.797)]
)
def test_krippendorff_s_printed_example_on_every_scale(scale, printed):
    assert round(scale_alpha(OBSERVERS - 1, FIVE, scale), 3) == printed


@pytest.mark.parametrize(("power", "printed"), [(LINEAR, 0.5684), (QUADRATIC, 0.6714)])
def test_the_printed_example_of_weighted_kappa(power, printed):
    cells = [(a, b) for a in range(4) for b in range(4) for _ in range(RADIOLOGISTS[a][b])]
    first, second = np.array(cells).T
    assert round(weighted_kappa(first, second, range(4), power), 4) == printed
    assert round(float(cohen(first, second, 4)), 4) == 0.4728


def test_peers_agree_on_random_votes_with_gaps():
    krippendorff = pytest.importorskip("krippendorff", reason="krippendorff is not here")
    metrics = pytest.importorskip("sklearn.metrics", reason="scikit-learn is not here")
    random = np.random.RandomState(4)
    values = [1.0, 2.0, 4.0, 7.0, 9.0]
    for raters in (2, 3, 5):
        votes = random.randint(0, 5, size=(raters, 30))
        votes[random.rand(raters, 30) < 0.15] = MISSING
        data = np.where(votes == MISSING, np.nan, np.array(values)[votes])
        for scale in SCALES:
            theirs = krippendorff.alpha(
                reliability_data=data, level_of_measurement=scale, value_domain=values
            )
            assert scale_alpha(votes, values, scale) == pytest.approx(theirs, abs=1e-12)
        both = (votes[:2] != MISSING).all(axis=0)
        for power, name in ((LINEAR, "linear"), (QUADRATIC, "quadratic")):
            kappa = metrics.cohen_kappa_score(*votes[:2, both], weights=name, labels=range(5))
            assert weighted_kappa(votes[0], votes[1], range(5), power) == pytest.approx(kappa, abs=1e-12)


def test_on_a_nominal_scale_it_is_the_alpha_of_the_coding():
    votes = np.random.RandomState(2).randint(-1, 3, size=(3, 25))
    assert scale_alpha(votes, [0, 1, 2], NOMINAL) == pytest.approx(float(alpha(count_votes(votes, 3))))


def test_numbers_that_differ_by_one_nearly_agree_on_an_interval_scale_and_not_on_a_nominal_one():
    people = [18, 52, 53, 100, 250, 251]
    votes = np.array([[1, 3, 0, 4], [2, 3, 0, 5]])
    assert scale_alpha(votes, people, NOMINAL) < 0.6
    assert scale_alpha(votes, people, INTERVAL) > 0.999


@pytest.mark.parametrize("scale", SCALES)
def test_an_interval_holds_alpha_and_is_the_same_in_the_next_run(scale):
    low, high = scale_interval(OBSERVERS - 1, FIVE, scale, Drawing(400))
    assert low < scale_alpha(OBSERVERS - 1, FIVE, scale) < high
    assert scale_interval(OBSERVERS - 1, FIVE, scale, Drawing(400)) == (low, high)


def test_votes_that_are_all_alike_or_cannot_be_paired_have_no_alpha():
    alike = np.zeros((2, 5), dtype=int)
    assert np.isnan(scale_alpha(alike, [1, 2], ORDINAL))
    assert np.isnan(weighted_kappa(alike[0], alike[1], [1, 2], LINEAR))
    assert np.isnan(scale_alpha(np.full((2, 3), MISSING), [], NOMINAL)), "nobody noted anything"
    apart = np.array([[0, MISSING], [MISSING, 1]])
    assert np.isnan(scale_alpha(apart, [1, 2], INTERVAL))
    assert all(np.isnan(end) for end in scale_interval(apart, [1, 2], INTERVAL, Drawing(100)))
