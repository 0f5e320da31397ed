"""A title as it is compared, and what it says: its part of a series, its figures; the abstract below it."""

import re

from scripts.common.exports.latex import plain
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
    r"(?:author'?s'? transl\.?(?:ation)?|abstract(?: no\.?:? ?\w+)?"
    r"|conference abstract|meeting abstract|review|letter|editorial|article|corrected|see comments?|comments?"
    r"|retracted article[^\[\]()]*)"
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
# A note that was cut off where the field was full: "Title.[Erratum appears in J Gr", "Title.[Erratum"
_CUT_NOTE = re.compile(
    r"[\s.]*\[(?:published )?(?:errat|correct|corrig|retract|comment)[^\[\]]*$", re.IGNORECASE
)
# What kind of article it is, as some databases append it.
_KINDS = ("ommunication", "OMMUNICATION", "eport", "EPORT", "ote", "OTE")
_APPENDED_KIND = re.compile(
    r"\s*(?::|\.|\s[-–—]|—)\s*(?:an? )?(?:brief|short|rapid|preliminary) (?:communication|report|note)\W*$",
    re.IGNORECASE,
)
# The title in the language of the article, as Embase and LILACS append it.
_ORIGINAL_TITLE = re.compile(r"\s*(?:<ORIGINAL>|\]\s+TO:\s).*$")
_APPENDED_TITLE = re.compile(rf"(?<=[.?!])\s+(?:{_LANGUAGES.title()}|{_LANGUAGES.upper()})(?:[.]|\s+\S.*)?$")
# How databases mark the correction of an article: Web of Science "Title (vol 49, pg 931, 2019)", Embase
# "Title (Journal (2019) 49 (931-935))".
CORRECTION_MARK = re.compile(
    r"\s*\((?:vol\.? [^()]{1,12}?,? p(?:g|p|age)?\.? [^()]{1,12}?,? (?:19|20)\d\d"
    r"|[^()]+ \((?:19|20)\d\d\)[ ,:]*[^()]{0,20}\([^()]{1,20}\)[^()]{0,20})\)\s*\.?$",
    re.IGNORECASE,
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
_ROMAN_ALONE = re.compile(r"([IVX]{1,4})(?:\s*[:.]\s|\s*\.?$|\s[-–—]\s)")
_RECURRING = re.compile(
    r"^(?:guest )?(?:editor|editors|editorials?|preface|foreword|introduction|obituary|news|contents|index)$"
    r"|\beditors? (?:s )?(?:comments?|notes?|page|choice|message|introduction|report|remarks)\b|\beditorial\b"
    r"|\b(?:message|letter|note|notes|word|remarks) from the\b"
    r"|\b(?:letters?|reply|response) to the editors?$"
    r"|\b(?:presidents?|chairs?|chairmans?) (?:s )?(?:message|letter|column)\b"
    r"|\b(?:this|special) (?:issue|section)\b|\b(?:book|software) reviews?(?: column)?$"
    r"|\babstracts (?:of|from) the\b|\bcalls? for papers\b"
)

_YEARLY = re.compile(r"\b(?:annual|yearly|biennial|quarterly|monthly) (?:\w+ )?reports?\b")

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
    "for papers",
)
_LABEL = re.compile(
    r"(?:abstract|background(?: and \w+)?|objectives?|aims?|purpose|introduction|context|importance|summary"
    r"|backgrounds? (?:and )?(?:aims?|objectives?|purpose)|rationale)"
    r"\s*(?:of (?:the )?(?:study|review))?\s*[:.\-]*\s+",
    re.IGNORECASE,
)


# What publishers and databases write where they have no abstract, or may not print it.
_NOTICE_OF_PUBLISHER = (
    "no abstract", "abstract is not available", "abstract not available", "abstract unavailable",
    "not available for this", "not available in this", "available for this", "copyright", "all rights",
    "may not be copied", "may be copied", "without permission", "written permission", "written leave",
    "property of", "see the full text", "full text of the", "preview of", "first page", "belongs to",
    "belong to", "publisher", "http", "individual use", "for personal use", "no warranty", "no part",
)  # fmt: skip
MIN_NOTICE = 2  # such phrases in the beginning of an abstract; one alone can be part of a sentence
_NO_ABSTRACT = re.compile(
    r"[\W_]*(?:(?:there (?:is|was) )?no (?:abstract|summary)\b|(?:an |the )?abstract (?:is |was )?"
    r"(?:not|un)\s?(?:available|provided|given)|copyright\b|©|\(c\) ?\d{4}|all rights reserved)",
    re.IGNORECASE,
)


def without_notes(text: str) -> str:
    """Return a title without a note on its erratum or comment, which may be cut off."""
    return _CUT_NOTE.sub("", _APPENDED_NOTE.sub("", text)) or text if "[" in text or "(" in text else text


def count_words(title: str) -> int:
    """Return how many words a folded title has; two signs of a script without blanks are about a word."""
    words = title.count(" ") + 1 if title else 0
    if title.isascii():
        return words
    return words + sum("\u3040" <= sign <= "\u9fff" or "\uac00" <= sign <= "\ud7af" for sign in title) // 2


def bare_title(text: str) -> str:
    """Return a title without what databases add: marks of retraction, language, notes, a second title."""
    text = plain(text.strip()) if "\\" in text else text.strip()
    if text in _SPREADSHEET_ERRORS:
        return ""
    head = _HEAD.match(text)
    if head:
        text = text[head.end() :]
    if "[" in text or "(" in text or "<" in text:
        text = _ORIGINAL_TITLE.sub("", text) or text
        text = CORRECTION_MARK.sub("", without_notes(text)) or text
    if text.rstrip(" .)").endswith(_KINDS):
        text = _APPENDED_KIND.sub("", text) or text
    if ". " in text or "? " in text or "! " in text:
        text = _APPENDED_TITLE.sub("", text) or text
    return _without_tails(text)


def _without_tails(text: str) -> str:
    """Return a title without what is in brackets behind it; a title that is all in brackets stays."""
    while text.rstrip(" .")[-1:] in (")", "]"):
        shorter = _TAIL.sub("", text)
        if not shorter or shorter == text:
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


def is_yearly(title: str) -> bool:
    """Return whether a folded title is that of a report that appears again and again, each year another."""
    return " report" in title and bool(_YEARLY.search(title))


def abstract_key(text: str) -> str:
    """Return the first words of an abstract, folded, without the label that only some databases keep.

    A notice in its place ("No abstract available", to whom the text belongs) is no abstract.
    """
    if not text:
        return ""
    start = text[: 2 * ABSTRACT_CHARACTERS]
    if _is_notice(start):
        return ""
    label = _LABEL.match(start)
    return fold(start[label.end() :] if label else start)[:ABSTRACT_CHARACTERS]


def _is_notice(start: str) -> bool:
    """Return whether the beginning of an abstract says that there is none, or to whom it belongs."""
    first = start[:ABSTRACT_CHARACTERS]
    if not (
        "vailable" in first
        or "ight" in first
        or "bstract" in first
        or "ermission" in first
        or "ublisher" in first
        or "ummary" in first
        or "(" in first[:1]
        or "©" in first
    ):  # each notice has one of them: asked first, since most abstracts have none
        return False
    if _NO_ABSTRACT.match(first):
        return True
    first = first.casefold()
    return sum(phrase in first for phrase in _NOTICE_OF_PUBLISHER) >= MIN_NOTICE
