"""The included studies by design, in abstract and text: "10 quantitative, 5 qualitative and 3 mixed"."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from scripts.common.paper.marked_text import without_citations
from scripts.common.paper.sentences import Sentence
from scripts.common.values.number_words import NUMBER, value_of

MIN_DESIGNS = 2
DESIGNS = {  # one name for the words of a design
    "quantitative": r"quantitative",
    "qualitative": r"qualitative",
    "mixed methods": r"mixed[- ]methods?",
    "randomized controlled trials": r"randomi[sz]ed (?:controlled )?(?:clinical )?trials?|RCTs?",
    "cohort": r"cohort",
    "cross-sectional": r"cross[- ]sectional",
    "case-control": r"case[- ]control",
    "quasi-experimental": r"quasi[- ]experimental",
}
COUNTED = {
    name: re.compile(rf"(?P<n>{NUMBER})\s(?:(?!and\b|or\b|of\b)[\w-]+\s){{0,4}}?(?:{words})\b", re.IGNORECASE)
    for name, words in DESIGNS.items()
}


class Parts(NamedTuple):
    """How many studies are of each design, by the sentences of one paragraph."""

    counts: dict[str, int]
    where: dict[str, Sentence]


def by_design(sentences: Sequence[Sentence], part: str) -> Iterator[Parts]:
    """Yield the designs of each paragraph of a part that names at least two of them."""
    paragraphs: dict[str, Parts] = {}
    for sentence in sentences:
        if sentence.part != part:
            continue
        found = paragraphs.setdefault(sentence.place.rpartition(":")[0], Parts({}, {}))
        text = without_citations(sentence)
        for name, pattern in COUNTED.items():
            if (one := pattern.search(text)) and name not in found.counts:
                found.counts[name] = value_of(one["n"])
                found.where[name] = sentence
    yield from (found for found in paragraphs.values() if len(found.counts) >= MIN_DESIGNS)
