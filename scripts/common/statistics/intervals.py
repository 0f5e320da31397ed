"""Exact (Clopper-Pearson) intervals of a share, without approximation by the normal distribution."""

from collections.abc import Callable
from functools import cache
from math import exp, lgamma, log

HALVINGS = 60  # of the interval 0 to 1: far below the last printed digit


def _tail(found: int, of: int, share: float) -> float:
    """Return the chance of at least ``found`` among ``of`` (binomial), for a share above 0 and below 1."""
    return sum(
        exp(lgamma(of + 1) - lgamma(k + 1) - lgamma(of - k + 1) + k * log(share) + (of - k) * log(1 - share))
        for k in range(found, of + 1)
    )


def _share_at(chance: float, tail: Callable[[float], float]) -> float:
    """Return the share at which a tail that grows with it reaches ``chance``."""
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if tail(middle) < chance else (low, middle)
    return (low + high) / 2


@cache
def exact_interval(found: int, of: int, confidence: float = 0.95) -> tuple[float, float]:
    """Return the Clopper-Pearson interval of ``found`` out of ``of`` as two shares from 0 to 1.

    Clopper and Pearson 1934 (doi:10.1093/biomet/26.4.404). Raises ``ValueError`` unless 0 <= found <= of
    and of > 0.

    >>> [round(end, 3) for end in exact_interval(9, 10)]
    [0.555, 0.997]
    """
    if not 0 <= found <= of or of == 0:
        raise ValueError(f"{found} of {of} is no share")
    alpha = (1 - confidence) / 2
    low = 0.0 if found == 0 else _share_at(alpha, lambda share: _tail(found, of, share))
    high = 1.0 if found == of else _share_at(1 - alpha, lambda share: _tail(found + 1, of, share))
    return low, high
