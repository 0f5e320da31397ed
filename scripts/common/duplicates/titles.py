"""A title as it is compared, and what it says: its part of a series, its figures; the abstract below it."""

import re

from scripts.common.values.number_words import ROMAN
from scripts.common.values.words import fold

ABSTRACT_CHARACTERS = 300  # of an abstract that are compared: its first sentences

# Databases write these after a title: the language, what kind of publication, what followed it.
_LANGUAGES = (
    "afrikaans|arabic|bulgarian|chinese|croatian|czech|danish|dutch|english|estonian|finnish|flemish|french"
    "|georgian|german|greek|hebrew|hungarian|icelandic|indonesian|italian|japanese|korean|latvian|lithuanian"
    "|norwegian|persian|polish|portuguese|romanian|russian|serbian|slovak|slovene|slovenian|spanish|swedish"
    "|thai|turkish|ukrainian|vietnamese"
)
_BRACKETED = (
    r"(?:author'?s'? transl\.?(?:ation)?|abstract|conference abstract|meeting abstract|review|letter"
    r"|editorial|article|corrected|see comments?|comments?|retracted article[^\[\]()]*)"
)
_TAIL = re.compile(
    rf"\s*(?:[\[(](?:in )?(?:{_LANGUAGES})(?:[,;/ ]+(?:{_LANGUAGES}))*[\])]"
    rf"|[\[(]\s*{_BRACKETED}\s*[\])]|\s\[\d+ refs?\])[\s.]*$",
    re.IGNORECASE,
)
# What databases append: notes on errata and comments, the title in the language of the article.
_APPENDED_NOTE = re.compile(
    r"[\s.]*[\[(](?:published )?(?:errat(?:um|a)|corrections?|corrigendum|retraction|republished|comment"
    r"|summary for patients)\b[^\[\]()]{0,30}\b(?:appears|in|for|of|on)\b.*$",
    re.IGNORECASE,
)
_APPENDED_TITLE = re.compile(rf"(?<=[.?!])\s+(?:{_LANGUAGES.title()}|{_LANGUAGES.upper()})(?:[.]|\s+\S.*)?$")
# How Web of Science marks the correction of an article: "Title (vol 49, pg 931, 2019)".
CORRECTION_MARK = re.compile(
    r"\s*\(vol\.? [^()]{1,12}?,? p(?:g|p|age)?\.? [^()]{1,12}?,? (?:19|20)\d\d\)\s*\.?$", re.IGNORECASE
)
_SPREADSHEET_ERRORS = frozenset(("#NAME?", "#REF!", "#VALUE!", "#N/A"))
_HEAD = re.compile(r"\W*(?:retracted|withdrawn)(?: article)?\s*[.:\]\-–]\s*", re.IGNORECASE)

_PART = re.compile(
    r"\b(?:part|pt|chapter|teil|parte|partie|deel)"
    r" (\d+|i{1,3}|iv|v|vi{0,3}|ix|x|one|two|three|four|a|b|c)\b"
)
_PART_WORDS = ("part ", "parte ", "partie ", " pt ", "chapter ", "teil ", "deel ")
_FIGURES = re.compile(r"\d+")
_ROMAN_FIGURES = frozenset(("ii", "iii", "iv", "vi", "vii", "viii", "ix"))  # "i", "v", "x" are also letters
_WORDED = {"one": "1", "two": "2", "three": "3", "four": "4"}
_ROMAN_ALONE = re.compile(r"([IVX]{1,4})(?:\s*[:.]\s|\s*\.?$)")
_RECURRING = re.compile(
    r"^(?:guest )?(?:editor|editors|editorials?|preface|foreword|introduction|obituary|news|contents|index)$"
    r"|\beditors? (?:s )?(?:comments?|notes?|page|choice|message|introduction|report|remarks)\b|\beditorial\b"
    r"|\b(?:message|letter|note|notes|word|remarks) from the\b"
    r"|\b(?:presidents?|chairs?|chairmans?) (?:s )?(?:message|letter|column)\b"
    r"|\b(?:this|special) (?:issue|section)\b|\b(?:book|software) reviews?(?: column)?$"
    r"|\babstracts (?:of|from) the\b"
)

_RECURRING_WORDS = (  # each recurring title of more than two words holds one of them
    "editor",
    "from the",
    "president",
    "chair",
    "this issue",
    "this section",
    "special issue",
    "special section",
    "book review",
    "software review",
    "abstracts",
)
_LABEL = re.compile(
    r"(?:abstract|background(?: and \w+)?|objectives?|aims?|purpose|introduction|context|importance|summary"
    r"|backgrounds? (?:and )?(?:aims?|objectives?|purpose)|rationale)"
    r"\s*(?:of (?:the )?(?:study|review))?\s*[:.\-]*\s+",
    re.IGNORECASE,
)


def bare_title(text: str) -> str:
    """Return a title without what databases add: marks of retraction, language, notes, a second title."""
    text = text.strip()
    if text in _SPREADSHEET_ERRORS:
        return ""
    head = _HEAD.match(text)
    if head:
        text = text[head.end() :]
    if "[" in text or "(" in text:
        text = CORRECTION_MARK.sub("", _APPENDED_NOTE.sub("", text)) or text
    if ". " in text or "? " in text or "! " in text:
        text = _APPENDED_TITLE.sub("", text) or text
    shorter = text
    while shorter.rstrip(" .")[-1:] in (")", "]"):
        text, shorter = shorter, _TAIL.sub("", shorter)
        if shorter == text or not shorter:
            break
        text = shorter
    return text


def part_of(title: str, written: str) -> str:
    """Return the number of the part that a title names (``part II`` is ``2``), or ``""``.

    ``title`` is folded, ``written`` as the source has it: a bare Roman numeral counts before a colon
    or at the end only, since "I" and "V" are also words.
    """
    parts = []
    if any(map(title.__contains__, _PART_WORDS)):
        parts = [ROMAN.get(found) or _WORDED.get(found) or found for found in _PART.findall(title)]
    if not ("I" in written or "V" in written or "X" in written):
        return " ".join(parts)
    for found in _ROMAN_ALONE.finditer(written):
        number = ROMAN.get(found[1].casefold())
        alone = not written[: found.start()][-1:].isalnum()
        if number and alone and number not in parts:
            parts.append(number)
    return " ".join(parts)


def numbers_of(title: str) -> str:
    """Return the figures in a folded title, Roman ones too, but for those of its part (``part_of``)."""
    if "part " in title or "chapter " in title:
        title = _PART.sub(" ", title)
    found: list[str] = []
    for word in title.split():
        if word in _ROMAN_FIGURES:
            found.append(ROMAN[word])
        elif not word.isalpha():
            found += _FIGURES.findall(word)
    return " ".join(found)


def is_recurring(title: str) -> bool:
    """Return whether a title is one that journals print again and again: an editorial, a column."""
    if title.count(" ") > 1 and not any(map(title.__contains__, _RECURRING_WORDS)):
        return False
    return bool(_RECURRING.search(title))


def abstract_key(text: str) -> str:
    """Return the first words of an abstract, folded, without the label that only some databases keep."""
    if not text:
        return ""
    start = text[: 2 * ABSTRACT_CHARACTERS]
    label = _LABEL.match(start)
    return fold(start[label.end() :] if label else start)[:ABSTRACT_CHARACTERS]
