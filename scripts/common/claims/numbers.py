"""Decimal numbers with all their digits."""

from decimal import Decimal
from fractions import Fraction


def number_text(number: Fraction, sign: str = "") -> str:
    """Return a decimal number with all its digits, a whole one without a point; ``sign="+"`` shows both.

    >>> number_text(Fraction("1234567.5")), number_text(Fraction(3), "+")
    ('1234567.5', '+3')
    """
    text = f"{Decimal(number.numerator) / Decimal(number.denominator):{sign}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
