"""How a coefficient of agreement is printed, and whether it reaches the thresholds set beforehand."""

import math

UNDEFINED = "undefined"
REACHED, TENTATIVE, NOT_REACHED = "reached", "tentative", "not reached"


def printed(value: float, digits: int = 3) -> str:
    """Return a coefficient with this many decimals; ``nan`` is printed as undefined.

    A value that rounds to zero has no minus sign.

    >>> printed(2 / 3), printed(-0.0001), printed(math.nan)
    ('0.667', '0.000', 'undefined')
    """
    return UNDEFINED if math.isnan(value) else f"{value:z.{digits}f}"


def verdict(value: float, threshold: float, tentative: float) -> str:
    """Return how a coefficient compares with its thresholds; a value equal to a threshold reaches it.

    From ``tentative`` on, conclusions are tentative (Krippendorff). ``nan`` is undefined: neither reached
    nor not reached.

    >>> [verdict(value, 0.8, 0.667) for value in (0.8, 0.667, 0.5, math.nan)]
    ['reached', 'tentative', 'not reached', 'undefined']
    """
    if math.isnan(value):
        return UNDEFINED
    if value >= threshold:
        return REACHED
    return TENTATIVE if value >= tentative else NOT_REACHED
