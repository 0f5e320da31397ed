"""Numbers that a slip of the pen or of a key tells apart: one digit changed, two swapped, one or two more."""

MAX_DIFFERENCE = 2  # by which a number written as a word, or a small one, is mistaken for another


def one_digit_apart(one: str, other: str) -> bool:
    """Return whether two numbers of one length differ in one digit, or have two digits swapped."""
    if one == other or len(one) != len(other):
        return False
    differing = [place for place, pair in enumerate(zip(one, other, strict=True)) if pair[0] != pair[1]]
    return len(differing) == 1 or (len(differing) == 2 and sorted(one) == sorted(other))


def is_a_slip(one: str, other: str) -> bool:
    """Return whether one number may be printed for the other: by a digit, or by one or two."""
    whole = one.isdecimal() and other.isdecimal()
    near = whole and 0 < abs(int(one) - int(other)) <= MAX_DIFFERENCE
    return near or one_digit_apart(one, other)
