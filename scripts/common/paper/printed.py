"""One printed number of a paper, with what it is compared with and the sentence that prints it."""

from typing import NamedTuple

from scripts.common.paper.sentences import Sentence


class Printed(NamedTuple):
    """A number as printed. ``of`` is the whole of a share, ``percent`` as printed, ``parts`` those of a sum.

    ``cited`` are the references cited for a count; ``name`` is the stage, or the words behind the number.
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
