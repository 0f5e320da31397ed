"""What the user can fix, in one line: where, which value, what to do."""

from collections.abc import Iterable
from difflib import get_close_matches


class InputError(Exception):
    """Wrong input. The message is one line that names the place, the value and the remedy."""


class RetrievalError(Exception):
    """A service did not answer as it should; asking again later may fix it. The message is one line."""


def nearest(name: object, known: Iterable[object]) -> str:
    """Return a hint that names the known word closest to ``name``, or lists them all."""
    words = [str(word) for word in known]
    close = get_close_matches(str(name), words, n=1, cutoff=0.5)
    if close:
        return f"Did you mean {close[0]}?"
    return f"Known are: {', '.join(sorted(words))}." if words else "None is known here."
