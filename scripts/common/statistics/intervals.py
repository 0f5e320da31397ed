"""Exact (Clopper-Pearson) intervals of a share, without approximation by the normal distribution."""

from scipy.special import betaincinv


def exact_interval(found: int, of: int, confidence: float = 0.95) -> tuple[float, float]:
    """Return the Clopper-Pearson interval of ``found`` out of ``of`` as two shares from 0 to 1.

    The ends are quantiles of beta distributions (Clopper and Pearson 1934, doi:10.1093/biomet/26.4.404).
    Raises ``ValueError`` unless 0 <= found <= of and of > 0.

    >>> [round(end, 3) for end in exact_interval(9, 10)]
    [0.555, 0.997]
    """
    if not 0 <= found <= of or of == 0:
        raise ValueError(f"{found} of {of} is no share")
    outside = (1 - confidence) / 2
    low = betaincinv(found, of - found + 1, outside) if found else 0.0
    high = betaincinv(found + 1, of - found, 1 - outside) if found < of else 1.0
    return float(low), float(high)
