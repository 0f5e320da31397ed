"""Exact intervals of a share: Clopper and Pearson, Biometrika 1934;26:404 (doi:10.1093/biomet/26.4.404)."""

from collections.abc import Callable
from math import comb

LEVEL = 0.95
STEPS = 60  # halvings: an error below 1e-18


def _at_most(found: int, of: int, share: float) -> float:
    """Return the probability of at most ``found`` among ``of`` at a share."""
    return sum(comb(of, k) * share**k * (1 - share) ** (of - k) for k in range(found + 1))


def _root(falls: Callable[[float], float], target: float) -> float:
    low, high = 0.0, 1.0
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if falls(middle) > target else (low, middle)
    return (low + high) / 2


def exact_interval(found: int, of: int) -> tuple[float, float]:
    """Return the 95 % interval of the share ``found`` / ``of``, both bounds between 0 and 1.

    ``of`` must be above 0 and not below ``found``, else ``ValueError``.
    """
    if not 0 <= found <= of or of == 0:
        raise ValueError(f"{found} of {of} is no share")
    tail = (1 - LEVEL) / 2
    low = _root(lambda share: _at_most(found - 1, of, share), 1 - tail) if found else 0.0
    high = _root(lambda share: _at_most(found, of, share), tail) if found < of else 1.0
    return low, high
