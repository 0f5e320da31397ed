"""A sentence without its citations, or with one mark where each group of citations is."""

import re
from functools import lru_cache
from typing import NamedTuple

from scripts.common.paper.citations import DASHES
from scripts.common.paper.sentences import Sentence
from scripts.common.paper.xml_text import clean

MARK = "\N{OBJECT REPLACEMENT CHARACTER}"
_BETWEEN = re.compile(rf"[\s,;&\[\]()\d{DASHES}]*")
_BRACKETED = re.compile(rf"[\[(]\s*{MARK}\s*[\])]")


class Marked(NamedTuple):
    """A text with marks, and for each mark the references cited there."""

    text: str
    groups: tuple[tuple[str, ...], ...]


@lru_cache(maxsize=4096)  # each kind of number that is looked for asks for the same sentences
def marked(sentence: Sentence) -> Marked:
    """Return a sentence with one mark for each group of citations; brackets around a group are left out."""
    text, end = "", 0
    groups: list[tuple[str, ...]] = []
    for citation in sorted(sentence.citations):
        between = sentence.text[end : max(citation.start, end)]
        if groups and _BETWEEN.fullmatch(between) and text.endswith(MARK):
            groups[-1] = tuple(dict.fromkeys((*groups[-1], *citation.ref_ids)))
        else:
            text += between + MARK
            groups.append(citation.ref_ids)
        end = max(citation.end, end)
    text += sentence.text[end:]
    return Marked(clean(_BRACKETED.sub(MARK, text)), tuple(groups))


def without_citations(sentence: Sentence) -> str:
    """Return the text of a sentence without its citations and the brackets around them."""
    return clean(marked(sentence).text.replace(MARK, ""))
