"""Agreement on ordered values and numbers, where a near miss weighs less: alpha by scale, weighted kappa.

Votes are (raters, units): places in the list of values, ``MISSING`` where a rater did not judge. The squared
distances are those of Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011); weighted kappa is
that of Cohen 1968 (doi:10.1037/h0026256).
"""

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from scripts.common.statistics.agreement import MISSING, Floats, Votes
from scripts.common.statistics.alpha_intervals import GRAIN, HALF, Drawing, draw_weights, ends_of

NOMINAL, ORDINAL, INTERVAL, RATIO = "nominal", "ordinal", "interval", "ratio"
SCALES = (NOMINAL, ORDINAL, INTERVAL, RATIO)
LINEAR, QUADRATIC = 1, 2  # powers of the distance, as weights of kappa


def squared_distances(scale: str, values: Sequence[float], margins: Floats) -> Floats:
    """Return (values, values): how far apart two values are, squared.

    ``margins`` says how often each value was given: on an ordinal scale two values are as far apart as there
    are votes between them. Values are in ascending order; on a nominal and an ordinal scale only their order
    counts. On a ratio scale they must not be negative.
    """
    numbers = np.asarray(values, dtype=float)
    if scale == NOMINAL:
        return np.asarray(1.0 - np.eye(len(numbers)))
    if scale == ORDINAL:
        numbers = np.cumsum(margins) - margins / 2
    apart = np.subtract.outer(numbers, numbers)
    if scale == RATIO:
        sums = np.add.outer(numbers, numbers)
        apart = np.divide(apart, sums, out=np.zeros_like(apart), where=sums != 0)
    return np.asarray(apart**2)


class _Units:
    """The units that two raters or more judged, as pairs of votes and as margins."""

    def __init__(self, votes: Votes, values: int) -> None:
        raters = (votes != MISSING).sum(axis=0)
        self.votes = votes[:, raters >= 2]
        self.raters = raters[raters >= 2]
        self.margins = (self.votes == np.arange(values)[:, None, None]).sum(axis=1).astype(float)

    def disagreement(self, distances: Floats) -> Floats:
        """Return what each unit adds to the observed disagreement."""
        total = np.zeros(len(self.raters))
        for first, second in combinations(self.votes, 2):
            both = (first != MISSING) & (second != MISSING)
            total += np.where(both, distances[first, second], 0)
        return np.asarray(2 * total / (self.raters - 1))


def _alpha(observed: float, margins: Floats, distances: Floats) -> float:
    expected = float((margins[:, None] * distances * margins).sum())
    return 1 - (margins.sum() - 1) * observed / expected if expected else float("nan")


def scale_alpha(votes: Votes, values: Sequence[float], scale: str) -> float:
    """Return Krippendorff's alpha on a scale; ``nan`` where all votes are alike or none can be paired."""
    units = _Units(votes, len(values))
    margins = units.margins.sum(axis=1)
    distances = squared_distances(scale, values, margins)
    return _alpha(float(units.disagreement(distances).sum()), margins, distances)


def scale_interval(
    votes: Votes, values: Sequence[float], scale: str, drawing: Drawing
) -> tuple[float, float]:
    """Return the interval of ``scale_alpha``, drawn as in alpha_intervals.py; ``nan`` without a paired unit.

    Before any unit is seen, agreement on each value weighs alike, one unit in all, and half a unit is a split
    of the raters between two values of average distance.
    """
    units = _Units(votes, len(values))
    if not len(units.raters) or len(values) < 2:
        return float("nan"), float("nan")
    found = np.array(list(_drawn_alphas(units, values, scale, drawing)))
    low, high = ends_of(found, drawing.confidence, len(units.raters))
    return float(low), float(high)


def _drawn_alphas(units: _Units, values: Sequence[float], scale: str, drawing: Drawing) -> Iterator[float]:
    number, kinds, total = len(units.raters), len(values), float(len(units.raters))
    raters = int(np.bincount(units.raters).argmax())
    masses = np.array([*[1.0] * number, *[2 * HALF / kinds] * kinds, HALF])
    split = np.mean([2 * one * (raters - one) / (raters - 1) for one in range(1, raters)])
    distances = squared_distances(scale, values, np.ones(kinds))
    for weights in draw_weights(masses, total, drawing) / GRAIN:
        seen, agreed, splits = weights[:number], weights[number:-1], weights[-1]
        margins = (units.margins * seen).sum(axis=1) + raters * (agreed + splits / kinds)
        if scale == ORDINAL:  # alone depends on how often each value was given
            distances = squared_distances(scale, values, margins)
        average = distances.sum() / (kinds * (kinds - 1))
        observed = (units.disagreement(distances) * seen).sum() + splits * split * average
        yield _alpha(float(observed), margins, distances)


def weighted_kappa(first: Votes, second: Votes, positions: Sequence[float], power: int) -> float:
    """Return Cohen's weighted kappa of two raters (units), over the units that both judged.

    A difference weighs as the distance of the positions to the ``power``: ``LINEAR`` or ``QUADRATIC``.
    ``nan`` where both gave one value only.
    """
    both = (first != MISSING) & (second != MISSING)
    places = np.asarray(positions, dtype=float)
    weights = np.abs(np.subtract.outer(places, places)) ** power
    table: NDArray[np.int64] = np.zeros(weights.shape, dtype=np.int64)
    np.add.at(table, (first[both], second[both]), 1)
    expected = float((np.outer(table.sum(axis=1), table.sum(axis=0)) * weights).sum())
    return 1 - float((table * weights).sum()) * table.sum() / expected if expected else float("nan")
