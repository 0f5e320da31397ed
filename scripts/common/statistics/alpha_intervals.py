"""Intervals of Krippendorff's alpha that also hold where a category is rare or was never chosen.

Resampling the units alone cannot show what was not seen: at a prevalence of 5 % such intervals covered far
less often than 95 %. Here the shares of the kinds of votes are drawn from a Dirichlet distribution: each unit
weighs one, and before any unit is seen each kind has a small weight of its own (``possible_votes``). How
often these intervals hold the true value is simulated in tests/benchmark/coverage.py.
"""

from collections import Counter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, stdtrit

from scripts.common.statistics.agreement import Counts, Floats, Parts, alpha_of, alpha_parts

GRAIN = 2**20  # weights are whole numbers of this part of a unit, so that sums do not depend on their order
HALF = 0.5  # units: the weight before any is seen of a kind of votes of two raters and two categories


class Drawing(NamedTuple):
    """How an interval is drawn: how many times, from which seed, with which confidence (a share)."""

    times: int = 1000
    seed: int = 1
    confidence: float = 0.95


def usual_raters(counts: Counts) -> int:
    """Return how many votes a unit has that two raters or more judged: the most common number, at least 2."""
    raters = counts.sum(axis=0)
    paired = Counter(raters[raters >= 2].tolist())
    return max(paired, key=lambda number: (paired[number], number), default=2)


def possible_votes(raters: int, categories: int = 2) -> tuple[Counts, Floats]:
    """Return the kinds of votes that ``raters`` can give one unit, (categories, kinds), and their weights.

    In a kind all raters choose one category, or they split between two of them. The kinds in which they agree
    weigh one unit together, those in which they split half a unit: so each of the three kinds of two raters
    and two categories weighs half a unit.
    """
    agreed = raters * np.eye(categories, dtype=np.int64)
    split = []
    for first in range(categories):
        for second in range(first + 1, categories):
            for votes in range(1, raters):
                kind = np.zeros(categories, dtype=np.int64)
                kind[first], kind[second] = votes, raters - votes
                split.append(kind)
    kinds = np.concatenate([agreed, np.array(split).T], axis=1)
    weights = [2 * HALF / categories] * categories + [HALF / len(split)] * len(split)
    return kinds, np.array(weights)


def draw_weights(masses: Floats, total: float, drawing: Drawing) -> NDArray[np.int64]:
    """Return (times, kinds): weights that add up to ``total`` units, in parts of ``GRAIN``, none of them 0.

    They follow the Dirichlet distribution of ``masses``. ``RandomState`` and not a newer generator, because
    its stream is promised never to change.
    """
    drawn = np.random.RandomState(drawing.seed).standard_gamma(masses, size=(drawing.times, len(masses)))
    shares = drawn / drawn.sum(axis=1, keepdims=True)
    weights: NDArray[np.int64] = np.ceil(shares * total * GRAIN).astype(np.int64)
    return weights


def alpha_interval(
    parts: Parts, raters: int, drawing: Drawing, seen: NDArray[np.int64] | None = None
) -> tuple[Floats, Floats]:
    """Return the interval of alpha from parts (categories + 1, ..., units) of units.

    ``raters`` is the usual number of votes of a unit, ``seen`` how often each unit was seen (once where it is
    not given). What one unit holds stays together: sum the parts of all codes of a study before. Where alpha
    is undefined because all votes are alike, the interval says which values such votes leave possible;
    without a unit that two raters judged there is none (``nan``).
    """
    counts, weights = possible_votes(raters, len(parts) - 1)
    more = alpha_parts(counts).reshape(len(parts), *[1] * (parts.ndim - 2), -1)
    both = np.concatenate([parts, np.broadcast_to(more, (*parts.shape[:-1], more.shape[-1]))], axis=-1)
    held = np.ones(parts.shape[-1], dtype=np.int64) if seen is None else seen
    drawn = draw_weights(np.concatenate([held, weights]), float(held.sum()), drawing)
    values = alpha_of(_exact_product(both, drawn) / GRAIN)
    judged = parts[:-1].any(axis=(0, -1))
    low, high = ends_of(values, drawing.confidence, int(held.sum()))
    return np.where(judged, low, np.nan), np.where(judged, high, np.nan)


def ends_of(values: Floats, confidence: float, units: int) -> tuple[Floats, Floats]:
    """Return the ends between which the drawn values (..., times) are, by nearest rank.

    With few units a little more than ``confidence`` is taken, as the t distribution is wider than the normal
    one (Hesterberg 2015, doi:10.1080/00031305.2015.1089789, expanded percentile interval).
    """
    degrees = max(units - 1, 1)
    far = np.sqrt(max(units, 2) / degrees) * stdtrit(degrees, (1 + confidence) / 2)
    tail = float(ndtr(-far))
    ordered = np.sort(values, axis=-1)
    last = values.shape[-1] - 1
    return ordered[..., round(tail * last)], ordered[..., round((1 - tail) * last)]


def _exact_product(parts: NDArray[np.int64], drawn: NDArray[np.int64]) -> Floats:
    """Return parts @ drawn.T (..., times) as floats: the fast product, exact while sums stay below 2**53.

    The scale of the disagreement is divided out before and put back after: without it sums could pass that.
    """
    divisor = np.maximum(np.gcd.reduce(parts, axis=-1, keepdims=True), 1)
    sums: Floats = ((parts // divisor).astype(float) @ drawn.T.astype(float)) * divisor
    return sums
