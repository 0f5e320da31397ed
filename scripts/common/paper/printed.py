"""One printed number of a paper, with what it is compared with and the sentence that prints it."""

import re
from typing import NamedTuple

from scripts.common.paper.sentences import Sentence
from scripts.common.values.number_words import NUMBER


class Printed(NamedTuple):
    """A number as printed. ``of`` is the whole of a share, ``percent`` as printed, ``parts`` those of a sum.

    ``cited`` are the references cited for a count; ``name`` is the stage, or the words behind the number.
    ``token``: which number of its sentence it is, from 0, percentages counted by themselves; -1: not known.
    """

    kind: str
    name: str
    value: str
    sentence: Sentence
    of: str = ""
    percent: str = ""
    parts: tuple[int, ...] = ()
    cited: tuple[str, ...] = ()
    chosen: str = ""
    confidence: str = "medium"
    rule: str = "sentence"
    token: int = -1


def number_at(text: str, place: int) -> int:
    """Return which number of a text begins at a place, from 0; percentages are no numbers here."""
    return sum(found.start() < place for found in re.finditer(NUMBER, text, re.IGNORECASE))


def percentage_at(text: str, place: int) -> int:
    """Return which percentage of a text begins at a place, from 0."""
    return text[:place].count("%")
