"""Where a sentence is printed, in the words of claims: ``heading 3.1, paragraph 2, sentence 1``."""

import re

from scripts.common.paper.sentences import NUMBERED, Sentence
from scripts.common.paper.xml_text import clean


def place_of_heading(heading: str) -> str:
    """Return a section by the number of its heading, else by its words without signs that divide places."""
    if number := NUMBERED.match(heading):
        return f"heading {number[1]}"
    return clean(re.sub(r"[;,()]", " ", heading)) or "text"


def place_of(sentence: Sentence) -> str:
    """Return the place of a sentence, of a caption, of a box or of a cell of a table."""
    if sentence.part in ("table", "caption", "description of a figure", "box"):
        return clean(re.sub(r"[;,()]", " ", sentence.path[0]))
    *_, paragraph, number = ("", "1", *sentence.place.split(":"))
    if sentence.part == "abstract":
        named = "abstract"
    else:
        named = place_of_heading(sentence.path[-1]) if sentence.path else "text"
    return f"{named}, paragraph {paragraph}, sentence {number}"
