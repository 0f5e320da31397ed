"""Agreement of raters on units: one definition of each coefficient, for any number of raters and gaps.

A unit is whatever was judged: a study and a code, a record at a stage of screening. Votes are whole numbers
from 0 (``categories`` of them), ``MISSING`` where a rater did not judge. A coefficient that the data do not
define is ``nan``: it is neither 0 nor 1. All sums are of whole numbers, so that their order, and with it the
number of cores, cannot change a digit.

Formulas: Cohen 1960 (doi:10.1177/001316446002000104); Byrt, Bishop and Carlin 1993 for PABAK
(doi:10.1016/0895-4356(93)90018-V); Gwet 2008 for AC1 (doi:10.1348/000711006X126600); Krippendorff's alpha for
nominal data (Hayes and Krippendorff 2007, doi:10.1080/19312450709336664); Cicchetti and Feinstein 1990 for
the agreement on one category (doi:10.1016/0895-4356(90)90159-M).
"""

from math import lcm

import numpy as np
from numpy.typing import NDArray

MISSING = -1
SCALE = lcm(*range(1, 30))  # units judged by up to 30 raters add whole numbers to alpha

Votes = NDArray[np.signedinteger]  # (..., raters, units)
Counts = NDArray[np.int64]  # (categories, ..., units): how many raters chose each category
Parts = NDArray[np.int64]  # (categories + 1, ..., units): what units add to alpha
Floats = NDArray[np.float64]


def count_votes(votes: Votes, categories: int = 2) -> Counts:
    """Return (categories, ..., units): how many raters gave each unit each category."""
    return np.stack([(votes == category).sum(axis=-2, dtype=np.int64) for category in range(categories)])


def _divide(above: NDArray, below: NDArray) -> Floats:
    """Return above / below, and ``nan`` where below is 0."""
    above, below = np.asarray(above, dtype=float), np.asarray(below, dtype=float)
    result: Floats = np.full(np.broadcast(above, below).shape, np.nan)
    np.divide(above, below, out=result, where=below != 0)
    return result


def observed(counts: Counts) -> Floats:
    """Return the share of agreeing pairs of raters, averaged over units that two raters judged."""
    raters = counts.sum(axis=0)
    paired = raters >= 2
    same = (counts * (counts - 1)).sum(axis=0)
    share = np.where(paired, _divide(same, raters * (raters - 1)), 0.0)
    return _divide(share.sum(axis=-1), paired.sum(axis=-1))


def on_category(counts: Counts, category: int) -> Floats:
    """Return the agreement on one category: of the pairs in which one rater chose it, how often both did.

    For two raters and category 1 it is ``2a / (2a + b + c)``, the positive agreement; for category 0 the
    negative agreement. It is undefined where nobody chose the category.
    """
    raters, chosen = counts.sum(axis=0), counts[category]
    return _divide((chosen * (chosen - 1)).sum(axis=-1), (chosen * (raters - 1)).sum(axis=-1))


def pabak(counts: Counts) -> Floats:
    """Return the agreement on a scale on which evenly spread guessing is 0 (2 po - 1 for two categories)."""
    categories = len(counts)
    return np.asarray((categories * observed(counts) - 1) / (categories - 1))


def _mean_shares(counts: Counts) -> Floats:
    """Return (categories, ...): the share of each category, every judged unit weighing the same."""
    raters = counts.sum(axis=0)
    return _divide((counts / np.maximum(raters, 1)).sum(axis=-1), (raters > 0).sum(axis=-1))


def ac1(counts: Counts) -> Floats:
    """Return Gwet's AC1. With two raters and two categories chance is ``2 q (1 - q)``."""
    shares = _mean_shares(counts)
    chance = (shares * (1 - shares)).sum(axis=0) / (len(counts) - 1)
    return _divide(observed(counts) - chance, 1 - chance)


def fleiss(counts: Counts) -> Floats:
    """Return Fleiss' kappa, in Gwet's form, which allows for missing votes: for three raters and more."""
    chance = (_mean_shares(counts) ** 2).sum(axis=0)
    return _divide(observed(counts) - chance, 1 - chance)


def cohen(first: Votes, second: Votes, categories: int = 2) -> Floats:
    """Return Cohen's kappa of two raters (..., units), over the units that both judged."""
    both = (first != MISSING) & (second != MISSING)
    n = both.sum(axis=-1)
    same = (both & (first == second)).sum(axis=-1)
    expected = np.zeros(n.shape, dtype=np.int64)
    for category in range(categories):
        expected = expected + (both & (first == category)).sum(axis=-1) * (both & (second == category)).sum(
            axis=-1
        )
    return _divide(n * same - expected, n * n - expected)


def alpha_parts(counts: Counts) -> Parts:
    """Return what each unit adds to Krippendorff's alpha, as whole numbers.

    The first rows count the values that can be paired, by category; the last one is the unit's
    disagreement, in the scale of ``alpha_of``. Parts add up: over units, over codes, over resamples.
    """
    raters = counts.sum(axis=0)
    paired = raters >= 2
    differing = raters * raters - (counts * counts).sum(axis=0)
    scaled = differing * SCALE // np.maximum(raters - 1, 1)
    return np.concatenate([counts * paired, np.where(paired, scaled, 0)[None]])


def alpha_of(sums: NDArray) -> Floats:
    """Return Krippendorff's alpha (nominal) from parts (categories + 1, ...) that were summed over units."""
    values, differing = sums[:-1].astype(float), sums[-1].astype(float) / SCALE
    n = values.sum(axis=0)
    expected = n * n - (values * values).sum(axis=0)
    return 1 - _divide((n - 1) * differing, expected)


def alpha(counts: Counts) -> Floats:
    """Return Krippendorff's alpha (nominal); undefined where all values are alike or none is paired."""
    return alpha_of(alpha_parts(counts).sum(axis=-1))


def resamples(units: int, times: int, seed: int) -> NDArray[np.int64]:
    """Return (times, units): how often each unit was drawn, with replacement, in each resample.

    ``RandomState`` and not a newer generator, because its stream is promised never to change.
    """
    drawn = np.random.RandomState(seed).randint(0, max(units, 1), size=(times, units))
    return np.stack([np.bincount(row, minlength=units) for row in drawn]) if units else drawn
