"""What the user can fix, in one line: where, which value, what to do."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches


class InputError(Exception):
    """Wrong input: ``args`` are messages, each one line that names the place, the value and the remedy."""

    def __str__(self) -> str:
        return "\n".join(map(str, self.args))


class Mistakes:
    """The mistakes of steps that do not need each other: one run names them all, each once."""

    def __init__(self) -> None:
        self.found: dict[str, None] = {}

    @contextmanager
    def noted(self, part: str = "", broken: set[str] | None = None) -> Iterator[None]:
        """Note an ``InputError`` of the step inside, and go on; its ``part`` is then added to ``broken``."""
        try:
            yield
        except InputError as error:
            self.found |= dict.fromkeys(map(str, error.args))
            if broken is not None:
                broken.add(part)

    def stop(self) -> None:
        """Raise one ``InputError`` with all mistakes, if there are any."""
        if self.found:
            raise InputError(*self.found)


def run_all(steps: Iterable[Callable[[], object]]) -> None:
    """Run steps that do not need each other, and stop at the mistakes of all of them."""
    mistakes = Mistakes()
    for step in steps:
        with mistakes.noted():
            step()
    mistakes.stop()


class RetrievalError(Exception):
    """A service did not answer as it should; asking again later may fix it. The message is one line."""


def nearest(name: object, known: Iterable[object]) -> str:
    """Return a hint that names the known word closest to ``name``, or lists them all."""
    words = [str(word) for word in known]
    close = get_close_matches(str(name), words, n=1, cutoff=0.5)
    if close:
        return f"Did you mean {close[0]}?"
    return f"Known are: {', '.join(sorted(words))}." if words else "None is known here."
