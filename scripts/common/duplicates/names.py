"""The names of authors, however a list of them is written."""

import html
import re
from collections.abc import Sequence
from functools import lru_cache

from scripts.common.exports.latex import plain
from scripts.common.values.words import ASCII_FOLDED, fold

NAMES_KEPT = 100_000  # names whose keys are remembered: people publish more than once
MAX_AUTHORS = 20  # names that are compared; longer lists agree or differ long before
MAX_INITIALS = 4  # characters: "J-P." and "ABC" are initials
# Authors whose initials are compared: one alone may be known by the second name (W. Bruce, Bruce).
NAMESAKES = 2
MIN_SPELLED = 2  # letters; shorter words of a name are initials

_PARTICLES = frozenset((
    "van", "von", "der", "den", "de", "del", "della", "di", "da", "do", "dos", "das", "du", "la", "le",
    "les", "el", "al", "bin", "ibn", "ter", "ten", "te", "zu", "zur", "af",
))  # fmt: skip
_SUFFIXES = frozenset(["jr", "sr", "ii", "iii", "iv", "md", "phd", "dr", "prof"])
_NOT_FAMILY = _PARTICLES | _SUFFIXES
_FOLDED_BUT_COMMA = ASCII_FOLDED[: ord(",")] + b"," + ASCII_FOLDED[ord(",") + 1 :]
_NOBODY = re.compile(
    r"\W*(?:anon(?:ymous)?|no authors? listed|no author|unknown|n/?a|et al\.?)\W*", re.IGNORECASE
)
_NOBODY_BEGINS = frozenset(("anon", "anonymous", "no", "unknown", "n", "na", "et"))
# EndNote lists that lost their line breaks: "Smith AnnJones Carl", "Smith ABJones C", "Smith A. B.Jones C."
_GLUED_WORDS = re.compile(r"(?<=[^\W\d_A-Z]{2})(?<!Mac)(?<!Fitz)(?=[A-Z][^\W\d_A-Z])")
_GLUED_INITIALS = re.compile(r"\s[A-Z]{1,3}(?=[A-Z][^\W\d_A-Z])")
_GLUED = re.compile(r"\.(?=[^\W\d_]{2})")
# "SternP.R." for "Stern P.R.": where the blank before the initials was lost
_GLUED_TO_FAMILY = re.compile(r"(?<=[^\W\d_A-Z])(?=(?:[A-Z]\.[\s-]?){1,4}(?:[A-Z][^\W\d_A-Z]|[;,&|\n]|$))")
_INITIALS = re.compile(r"(?:[^\W\d_a-z][.\s-]*){1,4}")
_LISTED = re.compile(  # "Doe J, Smith AB", "J Doe, AB Smith"
    r"[^,]+ [A-Z]{1,3}, [^,]+ [A-Z]{1,3}|[A-Z]{1,3} [^,]+, [A-Z]{1,3} [^,]+"
)
_ENDING_INITIALS = re.compile(rf"\s(?:{_INITIALS.pattern})$")
_AND_OTHERS = re.compile(r"[\s,;]+(?:et al|and others)\W*$", re.IGNORECASE)
_TWO_NAMES = re.compile(r"\s+(?:and|&)\s+|;|\n|\|")


def split_names(text: str) -> list[str]:
    """Return the names of a list of authors, in whichever of the common ways it is written.

    Names that lost the signs between them (``Smith A. B.Jones C.``, ``Smith AnnJones Carl``) are written
    family first: they are returned with a comma behind the family name.
    """
    if "\\" in text:
        text = plain(text)
    if "&" in text:
        text = html.unescape(text)
    if "." in text:
        text = _GLUED_TO_FAMILY.sub(" ", text)
    if "et al" in text or "others" in text:
        text = _AND_OTHERS.sub("", text)
    if ";" in text or " and " in text or " & " in text or "\n" in text or "|" in text:
        if text.isprintable():  # its only blanks are plain ones
            return text.replace(" and ", ";").replace(" & ", ";").replace("|", ";").split(";")
        return _TWO_NAMES.split(text)
    if text.count(",") > 1 or _LISTED.fullmatch(text):
        return text.split(",")
    return [text] if "," in text else _without_signs(text)


def _without_signs(text: str) -> list[str]:
    """Return the names of a list that has no sign between them, family first; one name alone as it is."""
    marked = text
    if not text.istitle():  # no letters are glued where all words are capitalised
        marked = _GLUED_INITIALS.sub(lambda initials: f"{initials[0]}.", text)
    parts = _GLUED.split(marked) if "." in marked else [marked]
    names = [name for part in parts for name in _family_first_names(part)]
    return names if len(names) > 1 else [marked]


@lru_cache(maxsize=NAMES_KEPT)
def _family_first_names(text: str) -> tuple[str, ...]:
    """Return the names in ``Smith AnnJones Carl``, each with a comma behind the family name."""
    pieces = [text] if text.istitle() else _GLUED_WORDS.split(text)
    return tuple([_family_first(piece) for piece in pieces])


def _family_first(name: str) -> str:
    """Return ``van der Berg, Jan Piet`` for ``van der Berg Jan Piet``: particles belong to the family."""
    words = name.split()
    if len(words) == 2 and words[0].casefold() not in _PARTICLES:
        return f"{words[0]}, {words[1]}"
    end = next((n for n, word in enumerate(words, start=1) if word.casefold() not in _PARTICLES), 1)
    while end < len(words) and not _is_initials(words[end]) and _has_initials(words, end):
        end += 1
    return f"{' '.join(words[:end])}, {' '.join(words[end:])}"


def _is_initials(word: str) -> bool:
    return len(word) <= MAX_INITIALS and word.replace(".", "").replace("-", "").isupper()


def _has_initials(words: Sequence[str], start: int) -> bool:
    """Return whether initials follow: then all before them is the family name (``Del Valle H. F.``)."""
    return any(_is_initials(word) for word in words[start + 1 :])


@lru_cache(maxsize=NAMES_KEPT)
def name_keys(name: str) -> tuple[str, str, str]:
    """Return the folded family name, the words of the name that are more than initials, and its initial.

    The family name is without particles: ``van der Berg, J`` and ``J Berg`` give ``berg``. Without a comma
    it comes before initials (``Berg J``), else last (``Jan Berg``). The initial is that of the first given
    name, ``""`` where there is none. Nobody (``anonymous``) has none of them.
    """
    words, given, has_comma = _folded_words(name)
    if (not words or words[0] in _NOBODY_BEGINS) and _NOBODY.fullmatch(name):
        return "", "", ""
    spelled = " ".join([word for word in words + given if len(word) >= MIN_SPELLED])
    if not has_comma and len(words) > 1:
        family = _family_words(name.strip(), words)
        given = [word for word in words if word not in family]
        words = family
    initial = next((word[0] for word in given if word not in _NOT_FAMILY), "")
    family_name = "".join([word for word in words if word not in _NOT_FAMILY] or words)
    return family_name, spelled, initial


def _folded_words(name: str) -> tuple[list[str], list[str], bool]:
    """Return the folded words before and behind the comma of a name, and whether it has one."""
    if name.isascii() and "&" not in name and "<" not in name:
        folded = name.encode().translate(_FOLDED_BUT_COMMA, b"'-").decode()
        before, comma, after = folded.partition(",")
        return before.split(), after.replace(",", " ").split(), bool(comma)
    before, comma, after = name.partition(",")
    words, given = (fold(part.replace("-", "").replace("‐", "")).split() for part in (before, after))
    return words, given, bool(comma)


def _family_words(name: str, words: list[str]) -> list[str]:
    """Return the folded words of the family in a name without a comma; ``words`` are all of them."""
    last = name.rstrip(".").split()[-1]
    if fold(last) in _SUFFIXES:
        words = words[:-1]
        name = name.rstrip(".").rpartition(" ")[0]
    ends = _ENDING_INITIALS.search(name.strip())
    if ends and any(len(word) > 1 for word in fold(name[: ends.start()]).split()):
        return fold(name[: ends.start()].replace("-", "")).split()
    return words[-1:]


def author_keys(authors: str) -> tuple[list[str], str, str]:
    """Return the folded family names of a list of authors, all names that are spelled out, and initials.

    The anonymous are left out. The second serves where a source took given names for family names, the
    third, of the first ``NAMESAKES`` authors if all of them have one, where two people have one family name.
    """
    if not authors or _NOBODY.fullmatch(authors):
        return [], "", ""
    found = [name_keys(name) for name in split_names(authors)[:MAX_AUTHORS]]
    initials = "".join([initial for _, _, initial in found[:NAMESAKES]])
    return (
        [family for family, _, _ in found if family],
        " ".join([words for _, words, _ in found if words]),
        initials if len(initials) == NAMESAKES else "",
    )
