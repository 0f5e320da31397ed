"""Exact intervals of a share and of a count, without approximation by the normal distribution."""

from bisect import bisect_left

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


def most_in_population(found: int, drawn: int, population: int, confidence: float = 0.95) -> int:
    """Return the exact one-sided upper bound of a count in a population of which a sample was drawn.

    ``found`` of ``drawn`` have the property; draws are without replacement. The bound is the largest count
    with which a sample holds ``found`` or fewer with a probability above 1 - ``confidence``
    (hypergeometric), so that in at least ``confidence`` of all samples the bound is not below the true count.
    Raises ``ValueError`` unless 0 <= found <= drawn <= population.

    >>> most_in_population(0, 59, 1_000_000), most_in_population(0, 10, 10)
    (49506, 0)
    """
    if not 0 <= found <= drawn <= population:
        raise ValueError(f"{found} of {drawn} of {population} is no sample")
    from scipy.stats import hypergeom  # loaded here: it takes a second, and most jobs need none of it

    def is_too_large(count: int) -> bool:
        return bool(hypergeom.cdf(found, population, count, drawn) <= 1 - confidence)

    counts = range(found, population - drawn + found + 1)
    return counts[bisect_left(counts, True, key=is_too_large) - 1]
