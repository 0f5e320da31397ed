"""Agreement: the measured table, printed examples, gaps and three raters; undefined is a result."""

from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scripts.common.statistics import agreement as ag


def pair(a, b, c, d):
    """Two raters: a units both yes, b only the first, c only the second, d both no."""
    return np.array([[1] * (a + b) + [0] * (c + d), [1] * a + [0] * b + [1] * c + [0] * d], dtype=np.int8)


# a b c d, agreement, kappa, alpha, AC1, PABAK, positive agreement (krippendorff 0.9.0, irrCAC 0.4.4)
MEASURED = [
    ((29, 2, 2, 28), 0.934, 0.869, 0.870, 0.869, 0.869, 0.935),
    ((9, 2, 2, 48), 0.934, 0.778, 0.780, 0.907, 0.869, 0.818),
    ((2, 2, 2, 55), 0.934, 0.465, 0.469, 0.925, 0.869, 0.500),
    ((0, 2, 2, 57), 0.934, -0.034, -0.025, 0.930, 0.869, 0),
    ((0, 0, 1, 60), 0.984, 0, 0, 0.983, 0.967, 0),
    ((0, 0, 0, 61), 1, np.nan, np.nan, 1, 1, np.nan),
]


@pytest.mark.parametrize(("cells", "percent", "kappa", "alpha", "ac1", "pabak", "positive"), MEASURED)
def test_the_measured_table(cells, percent, kappa, alpha, ac1, pabak, positive):
    votes = pair(*cells)
    counts = ag.count_votes(votes)
    found = [
        ag.observed(counts), ag.cohen(*votes), ag.alpha(counts), ag.ac1(counts), ag.pabak(counts),
        ag.on_category(counts, 1),
    ]  # fmt: skip
    assert [round(float(value), 3) + 0.0 for value in found] == pytest.approx(
        [percent, kappa, alpha, ac1, pabak, positive], abs=1e-9, nan_ok=True
    )


# Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011): four observers, twelve units, gaps
GAPS = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
    [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
]


def test_krippendorff_s_printed_example_with_four_observers_and_gaps():
    votes = np.array(GAPS, dtype=np.int8) - 1  # 0 is a gap
    assert round(float(ag.alpha(ag.count_votes(votes, 5))), 3) == 0.743


def test_krippendorff_s_printed_example_of_two_observers_and_ten_units():
    """The same paper, example A: binary, two observers: 0.095."""
    votes = np.array([[0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]], dtype=np.int8)
    assert round(float(ag.alpha(ag.count_votes(votes))), 3) == 0.095


def test_fleiss_printed_example_of_fourteen_raters():
    """Ten subjects, fourteen raters, five categories (the worked example of Fleiss' kappa): 0.210."""
    counts = np.array(
        [
            [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
            [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
        ]
    )  # fmt: skip
    assert round(float(ag.fleiss(counts.T)), 3) == 0.210


@pytest.mark.parametrize("units", [100, 1_000_000])
def test_kappa_of_three_raters_is_defined_however_rare_a_category_is(units):
    """Of all units one is found by all three raters and one by one of them."""
    votes = np.zeros((3, units), dtype=np.int8)
    votes[:, 0], votes[0, 1] = 1, 1
    agreeing = 1 - Fraction(2, 3) / units
    share = Fraction(4, 3 * units)
    chance = share**2 + (1 - share) ** 2
    expected = float((agreeing - chance) / (1 - chance))
    assert float(ag.fleiss(ag.count_votes(votes))) == pytest.approx(expected, abs=1e-8)


def test_cohen_s_kappa_of_the_grant_proposals():
    """Fifty proposals, 20 both yes, 5 and 10 split, 15 both no: kappa 0.4."""
    assert round(float(ag.cohen(*pair(20, 5, 10, 15))), 3) == 0.4


def test_three_raters_with_gaps_by_hand():
    """Units 110, 11-, 000, 1-0: pairs agree 1/3, 1, 1, 0; values 5 ones and 5 zeros in 10."""
    votes = np.array([[1, 1, 0, 1], [1, 1, 0, -1], [0, -1, 0, 0]], dtype=np.int8)
    counts = ag.count_votes(votes)
    assert float(ag.observed(counts)) == pytest.approx((1 / 3 + 1 + 1 + 0) / 4)
    differing = 4 / 2 + 0 + 0 + 2 / 1  # differing ordered pairs, each over raters - 1
    assert float(ag.alpha(counts)) == pytest.approx(1 - (10 - 1) * differing / (10**2 - 5**2 - 5**2))


def test_a_unit_with_one_vote_only_adds_nothing():
    votes = pair(4, 1, 1, 4)
    more = np.concatenate([votes, np.array([[1, -1], [-1, 0]], dtype=np.int8)], axis=1)
    assert float(ag.alpha(ag.count_votes(more))) == float(ag.alpha(ag.count_votes(votes)))
    assert float(ag.cohen(*more)) == float(ag.cohen(*votes))
    assert float(ag.observed(ag.count_votes(more))) == float(ag.observed(ag.count_votes(votes)))


def test_without_any_common_unit_everything_is_undefined():
    counts = ag.count_votes(np.array([[1, -1], [-1, 0]], dtype=np.int8))
    for value in (ag.observed(counts), ag.alpha(counts), ag.ac1(counts), ag.pabak(counts)):
        assert np.isnan(value)


votes_of_raters = st.integers(2, 5).flatmap(
    lambda raters: st.lists(
        st.lists(st.sampled_from([-1, 0, 1]), min_size=raters, max_size=raters), min_size=1, max_size=30
    )
)


@given(votes_of_raters, st.randoms(use_true_random=False))
def test_agreement_does_not_depend_on_the_order_of_raters_or_units(rows, random):
    votes = np.array(rows, dtype=np.int8).T
    other = votes[random.sample(range(len(votes)), len(votes))]
    other = other[:, random.sample(range(votes.shape[1]), votes.shape[1])]
    for measure in (ag.alpha, ag.ac1, ag.fleiss, ag.observed, ag.pabak):
        one, two = float(measure(ag.count_votes(votes))), float(measure(ag.count_votes(other)))
        assert one == pytest.approx(two, nan_ok=True, abs=1e-12)


def ratio(above, below):
    return Fraction(above, 1) / below if below else None


def by_definition(rows, categories):
    """Return every coefficient of votes (unit, rater; -1 a gap), in fractions, pair by pair of raters.

    None where the definition divides by 0. Written from the papers that agreement.py names, without its code.
    """
    units = [[vote for vote in unit if vote != -1] for unit in rows]
    judged = [unit for unit in units if unit]
    pairs = [list(permutations(unit, 2)) for unit in units if len(unit) > 1]
    agreeing = sum(Fraction(sum(x == y for x, y in unit), len(unit)) for unit in pairs)
    observed = ratio(agreeing, len(pairs))
    found = {"observed": observed, "pabak": None, "ac1": None, "fleiss": None}
    if observed is not None:
        shares = [
            sum(Fraction(unit.count(k), len(unit)) for unit in judged) / len(judged)
            for k in range(categories)
        ]
        squares = sum(share**2 for share in shares)
        by_gwet = (1 - squares) / (categories - 1)
        found["pabak"] = (categories * observed - 1) / (categories - 1)
        found["ac1"] = ratio(observed - by_gwet, 1 - by_gwet)
        found["fleiss"] = ratio(observed - squares, 1 - squares)
    for k in range(categories):
        chosen = [y for unit in pairs for x, y in unit if x == k]
        found[f"on {k}"] = ratio(chosen.count(k), len(chosen))
    values = [vote for unit in units if len(unit) > 1 for vote in unit]
    n = len(values)
    within = sum(
        Fraction(sum(x != y for x, y in unit), len(judges) - 1)
        for unit, judges in zip(pairs, (u for u in units if len(u) > 1), strict=True)
    )
    across = sum(values.count(k) * (n - values.count(k)) for k in range(categories))
    disagreement = ratio(within * (n - 1), across)
    found["alpha"] = None if disagreement is None else 1 - disagreement
    both = [unit[:2] for unit in rows if -1 not in unit[:2]]
    same = ratio(sum(x == y for x, y in both), len(both))
    chance = ratio(
        sum(sum(x == k for x, _ in both) * sum(y == k for _, y in both) for k in range(categories)),
        len(both) ** 2,
    )
    found["cohen"] = None if same is None or chance is None else ratio(same - chance, 1 - chance)
    return found


def computed(rows, categories):
    votes = np.array(rows, dtype=np.int8).T
    counts = ag.count_votes(votes, categories)
    measures = {
        "observed": ag.observed,
        "pabak": ag.pabak,
        "ac1": ag.ac1,
        "fleiss": ag.fleiss,
        "alpha": ag.alpha,
    }
    return {
        **{name: float(measure(counts)) for name, measure in measures.items()},
        **{f"on {k}": float(ag.on_category(counts, k)) for k in range(categories)},
        "cohen": float(ag.cohen(votes[0], votes[1], categories)),
    }


@st.composite
def votes_in_categories(draw):
    """Votes (unit, rater) of two to five raters in two to four categories, with gaps."""
    raters, categories = draw(st.integers(2, 5)), draw(st.integers(2, 4))
    unit = st.lists(st.integers(-1, categories - 1), min_size=raters, max_size=raters)
    return draw(st.lists(unit, min_size=1, max_size=15)), categories


@settings(max_examples=150)
@given(votes_in_categories())
@example(([[1, 1], [1, 1]], 2))
@example(([[0, 1, 2, -1], [1, 1, -1, -1], [-1, 2, -1, -1], [-1, -1, -1, -1], [2, 2, 1, 2]], 3))
def test_every_coefficient_is_that_of_its_definition(case):
    rows, categories = case
    expected = {
        name: float("nan") if value is None else float(value)
        for name, value in by_definition(rows, categories).items()
    }
    assert computed(rows, categories) == pytest.approx(expected, abs=1e-12, nan_ok=True)


def test_thirty_raters_add_whole_numbers_to_alpha():
    """Sums of whole numbers do not depend on their order; 29 is the greatest number to divide by."""
    for raters in range(2, 31):
        votes = np.array([[1]] + [[0]] * (raters - 1), dtype=np.int8)
        *values, differing = ag.alpha_parts(ag.count_votes(votes))[:, 0].tolist()
        assert values == [raters - 1, 1]
        assert Fraction(differing, ag.SCALE) == Fraction(2 * (raters - 1), raters - 1)


def test_a_unit_that_one_rater_judged_adds_nothing_to_alpha():
    parts = ag.alpha_parts(ag.count_votes(np.array([[1, 0, -1], [-1, -1, -1]], dtype=np.int8)))
    assert not parts.any()


def test_many_codes_at_once_give_what_each_gives_alone():
    votes = np.random.RandomState(7).randint(-1, 2, size=(6, 3, 40)).astype(np.int8)
    together = ag.alpha(ag.count_votes(votes))
    assert together.tolist() == [float(ag.alpha(ag.count_votes(of_code))) for of_code in votes]


def test_a_seed_draws_the_same_units_on_every_machine():
    assert ag.resamples(4, 3, seed=1).tolist() == [[2, 1, 0, 1], [0, 2, 0, 2], [2, 1, 0, 1]]
    assert ag.resamples(1, 2, seed=1).tolist() == [[1], [1]]
    assert ag.resamples(0, 2, seed=1).shape == (2, 0)


def test_resamples_draw_as_many_units_as_there_are_and_each_of_them():
    drawn = ag.resamples(5, 400, seed=3)
    assert (drawn.sum(axis=1) == 5).all()
    assert drawn.mean(axis=0) == pytest.approx([1] * 5, abs=0.2)


def test_peers_agree_to_the_last_digit():
    """scikit-learn and krippendorff, where they are installed; they are no part of the lock."""
    metrics = pytest.importorskip("sklearn.metrics", reason="scikit-learn is not here")
    krippendorff = pytest.importorskip("krippendorff", reason="krippendorff is not here")
    random = np.random.RandomState(11)
    for raters in (2, 3, 6):
        for gaps in (0.0, 0.2):
            truth = random.rand(80) < 0.3
            votes = np.where(random.rand(raters, 80) < 0.2, ~truth, truth).astype(np.int8)
            votes[random.rand(raters, 80) < gaps] = ag.MISSING
            data = np.where(votes == ag.MISSING, np.nan, votes.astype(float))
            theirs = krippendorff.alpha(reliability_data=data, level_of_measurement="nominal")
            assert float(ag.alpha(ag.count_votes(votes))) == pytest.approx(theirs, abs=1e-12)
            both = (votes[0] >= 0) & (votes[1] >= 0)
            kappa = metrics.cohen_kappa_score(votes[0][both], votes[1][both])
            assert float(ag.cohen(votes[0], votes[1])) == pytest.approx(kappa, abs=1e-12)
            score = metrics.f1_score(votes[0][both], votes[1][both])  # the same formula
            positive = ag.on_category(ag.count_votes(votes[:2]), 1)
            assert float(positive) == pytest.approx(score, abs=1e-12)
