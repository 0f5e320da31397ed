"""Numbers of works that the text of a review comes back to, as it does to that of the included studies."""

import re
from collections.abc import Collection, Iterator, Sequence

from scripts.common.paper.flow_patterns import DUPLICATES, EXCLUDED, FULL_TEXTS, SCREEN, TITLES
from scripts.common.paper.flow_stages import MIN_COUNT, FlowNumber
from scripts.common.paper.inclusion_patterns import CHOSEN, STUDIES
from scripts.common.paper.marked_text import without_citations
from scripts.common.paper.sentences import Sentence
from scripts.common.values.number_words import NUMBER, value_of

MENTIONED_IN = ("abstract", "results")
MIN_MENTIONS = 2  # sentences that come back to a number
OF_THE_STUDIES = re.compile(
    rf"\b(?:(?:of|from|in|among|across)\s(?:the|these|our|all)|all(?:\sof)?(?:\s(?:the|these|our))?)\s"
    rf"(?P<n>{NUMBER})\s(?:[\w-]+\s){{0,2}}?{STUDIES}\b"
    rf"|\b(?:the|these|our)\s(?P<m>{NUMBER})\s(?:(?:{CHOSEN}|eligible)\s(?:[\w-]+\s)?{STUDIES}|(?:[\w-]+\s)?{STUDIES}\s{CHOSEN})\b",
    re.IGNORECASE,
)
OF_A_STEP = re.compile(
    rf"{TITLES.pattern}|{FULL_TEXTS.pattern}|{EXCLUDED.pattern}|{DUPLICATES.pattern}|\b{SCREEN}\b",
    re.IGNORECASE,
)


def mentioned(sentences: Sequence[Sentence], counted: Collection[int]) -> Iterator[FlowNumber]:
    """Yield the numbers of works to which the text returns: "12 of the 24 trials", "the 24 trials included".

    That supports a number that a sentence gives as that of the included studies; another one is proposed only
    if there is none, and if the text returns to it.
    """
    mentions: dict[int, list[Sentence]] = {}
    for sentence in sentences:
        text = without_citations(sentence)
        if sentence.part in MENTIONED_IN and not OF_A_STEP.search(text):
            for found in OF_THE_STUDIES.finditer(text):
                mentions.setdefault(value_of(found["n"] or found["m"]), []).append(sentence)
    for value, places in mentions.items():
        if value >= MIN_COUNT and (value in counted or (not counted and len(places) >= MIN_MENTIONS)):
            yield FlowNumber("included", value, 1, places[0])
