"""Counts in words: one thing, several things."""


def count_of(number: int, one: str, many: str = "") -> str:
    """Return a number with what it counts; ``many`` may be left out where it is ``one`` with an s.

    >>> count_of(1, "coder"), count_of(0, "coder"), count_of(2, "study", "studies")
    ('1 coder', '0 coders', '2 studies')
    """
    return f"{number} {one if number == 1 else many or f'{one}s'}"
