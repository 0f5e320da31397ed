"""Comparison keys: what a record says, freed of how a database writes it. Never written back."""

import html
import re
from collections.abc import Sequence
from functools import cache, lru_cache

from scripts.common.records.record import RETRACTED, RETRACTION_NOTICE
from scripts.common.values.words import ASCII_FOLDED, fold

# Registrants of preprint servers: bioRxiv and medRxiv, Preprints.org, Research Square, SSRN,
# arXiv, Qeios, PsyArXiv and OSF, ChemRxiv, JMIR Preprints.
PREPRINT_REGISTRANTS = (
    "10.1101",
    "10.20944",
    "10.21203",
    "10.2139",
    "10.48550",
    "10.32388",
    "10.31234",
    "10.31219",
    "10.26434",
    "10.2196/preprints",
)
PREPRINT_SERVERS = frozenset(
    [
        "biorxiv",
        "medrxiv",
        "arxiv",
        "ssrn",
        "psyarxiv",
        "chemrxiv",
        "osf",
        "preprints",
        "socarxiv",
        "qeios",
        "techrxiv",
    ]
)

NAMES_KEPT = 100_000  # whose keys are remembered: people publish more than once
JOURNALS_KEPT = 100_000
NUMBERS_KEPT = 10_000  # of volumes, issues and years as they are written
MAX_AUTHORS = 20  # names kept for comparison; longer lists agree or differ long before
SPREADSHEET_DAY = 10**9
MAX_ISSUE = 60  # issues of a volume: weeklies have 52
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
# Web of Science so marks the correction of an article: "Title (vol 49, pg 931, 2019)".
_CORRECTED = re.compile(
    r"\s*\(vol\.? [^()]{1,12}?,? p(?:g|p|age)?\.? [^()]{1,12}?,? (?:19|20)\d\d\)\s*\.?$", re.IGNORECASE
)
_SPREADSHEET_ERRORS = frozenset(("#NAME?", "#REF!", "#VALUE!", "#N/A"))
_HEAD = re.compile(r"\W*(?:retracted|withdrawn)(?: article)?\s*[.:\]\-–]\s*", re.IGNORECASE)

_ROMAN = {
    name: str(number)
    for number, name in enumerate(
        ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"], start=1
    )
}
_PART = re.compile(
    r"\b(?:part|pt|chapter|teil|parte|partie|deel)"
    r" (\d+|i{1,3}|iv|v|vi{0,3}|ix|x|one|two|three|four|a|b|c)\b"
)
_PART_WORDS = ("part ", "parte ", "partie ", " pt ", "chapter ", "teil ", "deel ")
_FIGURES = re.compile(r"\d+")
_ROMAN_FIGURES = frozenset(("ii", "iii", "iv", "vi", "vii", "viii", "ix"))  # "i", "v", "x" are also letters
_WORDED = {"one": "1", "two": "2", "three": "3", "four": "4"}
_ROMAN_ALONE = re.compile(r"([IVX]{1,4})(?:\s*[:.]\s|\s*\.?$)")
_NOTICES = (
    (
        "erratum",
        re.compile(
            r"(?:published |publisher |author )?"
            r"(?:erratum|errata|corrigend\w+|correction|corrections|addendum)\b"
            r"(?! of (?!the article)\w+ (?:\w+ )?(?:in|by|with|for|using|and)\b)"
        ),
    ),
    (
        "retraction",
        re.compile(
            r"(?:notice of )?(?:retraction|withdrawal)(?: note| notice)?(?: to| of|$)|expression of concern"
        ),
    ),
    (
        "reply",
        re.compile(
            r"(?:(?:the )?authors? (?:s )?(?:reply|response)|reply|in reply|response|rejoinder)"
            r"(?: (?:to|by|from|re)\b|$)"
        ),
    ),
    (
        "comment",
        re.compile(
            r"(?:invited |editorial )?(?:comments?|commentary|letter|discussion|re)"
            r" (?:on|to|about|regarding)\b"
        ),
    ),
    ("comment", re.compile(r"re (?=\w)|(?:faculty of 1000 evaluation|f1000prime recommendation)")),
)
_ENDING_NOTICE = re.compile(
    r"[:.\-–—(\[]\s*(erratum|corrigendum|(?:(?:the )?authors?['’]?s? )?(?:reply|response)|rejoinder"
    r"|comment(?:ary)?|discussion)\W*$",
    re.IGNORECASE,
)
_ENDING = re.compile("erratum|corrigendum|reply|response|rejoinder|comment|discussion")
_BEGINNING = re.compile("|".join(pattern.pattern for _, pattern in _NOTICES))  # of any notice: asked first
_PROTOCOL = re.compile(
    r"\bprotocol (?:for|of|to)\b|\b(?:study|trial|review|research|analysis|registered) protocol\b"
    r"|\bprotocol$"
)

_VERSION = re.compile(r"(?:\.pub\d+|[./]?v\d{1,2}|(?<=research\.\d{5})\.\d)$")
_RECURRING = re.compile(
    r"^(?:guest )?(?:editor|editors|editorials?|preface|foreword|introduction|obituary|news|contents|index)$"
    r"|\beditors? (?:s )?(?:comments?|notes?|page|choice|message|introduction|report|remarks)\b|\beditorial\b"
    r"|\b(?:message|letter|note|notes|word|remarks) from the\b"
    r"|\b(?:presidents?|chairs?|chairmans?) (?:s )?(?:message|letter|column)\b"
    r"|\b(?:this|special) (?:issue|section)\b|\b(?:book|software) reviews?$|\babstracts (?:of|from) the\b"
)

_RECURRING_WORDS = (  # one of them stands in each such title of more than two words
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

_PARTICLES = frozenset(
    [
        "van",
        "von",
        "der",
        "den",
        "de",
        "del",
        "della",
        "di",
        "da",
        "do",
        "dos",
        "das",
        "du",
        "la",
        "le",
        "les",
        "el",
        "al",
        "bin",
        "ibn",
        "ter",
        "ten",
        "te",
        "zu",
        "zur",
        "af",
    ]
)
_SUFFIXES = frozenset(["jr", "sr", "ii", "iii", "iv", "md", "phd", "dr", "prof"])
_NOT_FAMILY = _PARTICLES | _SUFFIXES
_NOBODY = re.compile(
    r"\W*(?:anon(?:ymous)?|no authors? listed|no author|unknown|n/?a|et al\.?)\W*", re.IGNORECASE
)
_NOBODY_BEGINS = frozenset(("anon", "anonymous", "no", "unknown", "n", "na", "et"))
_GLUED_WORDS = re.compile(
    r"(?<=[^\W\d_A-Z]{2})(?<!Mac)(?<!Fitz)(?=[A-Z][^\W\d_A-Z])"
)  # "Smith AnnJones Carl"
_GLUED_INITIALS = re.compile(r"\s[A-Z]{1,3}(?=[A-Z][^\W\d_A-Z])")  # "Smith ABJones C"
_GLUED = re.compile(r"\.(?=[^\W\d_]{2})")  # "Smith A. B.Jones C.": EndNote lists that lost their line breaks
_INITIALS = re.compile(r"(?:[^\W\d_a-z][.\s-]*){1,4}")
_LISTED = re.compile(r"[^,]+ [A-Z]{1,3}, [^,]+ [A-Z]{1,3}")  # "Doe J, Smith AB"
_ENDING_INITIALS = re.compile(rf"\s(?:{_INITIALS.pattern})$")
_TWO_NAMES = re.compile(r"\s+(?:and|&)\s+|;|\n|\|")

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_DAY = re.compile(r"(\d{1,2})[-/ ]([a-z]{3})[a-z]*|([a-z]{3})[a-z]*[-/ ](\d{1,2})")
_PLAIN_PAGES = re.compile(r"[0-9]+(?:-[0-9]+)?")
_PAGE = re.compile(r"([a-z]*)\s*(\d+)\s*([a-z]*)")
_IN_VOLUME = re.compile(r"(\w+)\s*\(([^()]*)\)\s*(\(no pagination\))?")
_ARTICLE = re.compile(r"[A-Za-z]{1,3}\d{4,8}")
_NUMBER = re.compile(r"\d+")
_ISSN = re.compile(r"\b(\d{4})-?(\d{3}[\dx])\b", re.IGNORECASE)
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_LABEL = re.compile(
    r"(?:abstract|background(?: and \w+)?|objectives?|aims?|purpose|introduction|context|importance|summary"
    r"|backgrounds? (?:and )?(?:aims?|objectives?|purpose)|rationale)"
    r"\s*(?:of (?:the )?(?:study|review))?\s*[:.\-]*\s+",
    re.IGNORECASE,
)
_ELISION = re.compile(r"\b[dl]['’]", re.IGNORECASE)  # "Annales d'Anesthésie" is abbreviated without it
_JOURNAL_PARTS = re.compile(
    r"\s*[=;:\[\]()—–]\s*|\s+-\s+|\.\s+(?=Conference|Supplement|Proceedings|Annual|Abstracts)"
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
        text = _CORRECTED.sub("", _APPENDED_NOTE.sub("", text)) or text
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
        parts = [_ROMAN.get(found) or _WORDED.get(found) or found for found in _PART.findall(title)]
    if not ("I" in written or "V" in written or "X" in written):
        return " ".join(parts)
    for found in _ROMAN_ALONE.finditer(written):
        number = _ROMAN.get(found[1].casefold())
        alone = not written[: found.start()][-1:].isalnum()
        if number and alone and number not in parts:
            parts.append(number)
    return " ".join(parts)


def notice_of(title: str, written: str, retraction: str) -> str:
    """Return which notice about another publication a record is (erratum, reply ...), or ``""``."""
    if retraction == RETRACTION_NOTICE:
        return "retraction"
    if retraction == RETRACTED:
        return ""
    if written.rstrip(" .").endswith(")") and _CORRECTED.search(written):
        return "erratum"
    if _BEGINNING.match(title):
        return next(name for name, pattern in _NOTICES if pattern.match(title))
    if not _ENDING.search(written[-25:].casefold()):
        return ""
    ending = _ENDING_NOTICE.search(written)
    if ending is None:
        return ""
    word = ending[1].casefold()
    if word in ("erratum", "corrigendum"):
        return "erratum"
    return "comment" if word in ("comment", "commentary", "discussion") else "reply"


def split_names(text: str) -> list[str]:
    """Return the names of a list of authors, in whichever of the common ways it is written.

    Names that lost the signs between them (``Smith A. B.Jones C.``, ``Smith AnnJones Carl``) stand family
    first: they come with a comma behind it.
    """
    if "&" in text:
        text = html.unescape(text)
    if ";" in text or " and " in text or " & " in text or "\n" in text or "|" in text:
        if text.isprintable():  # its only blanks are plain ones
            return text.replace(" and ", ";").replace(" & ", ";").replace("|", ";").split(";")
        return _TWO_NAMES.split(text)
    if text.count(",") > 1 or _LISTED.fullmatch(text):
        return text.split(",")
    if "," not in text:
        if not text.istitle():  # no letters are glued where all words are capitalised
            text = _GLUED_INITIALS.sub(lambda initials: f"{initials[0]}.", text)
        parts = _GLUED.split(text) if "." in text else [text]
        names = [name for part in parts for name in _family_first_names(part)]
        if len(names) > 1:
            return names
    return [text]


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
    return len(word) < 5 and word.replace(".", "").replace("-", "").isupper()


def _has_initials(words: Sequence[str], start: int) -> bool:
    """Tell whether initials follow: then all before them is the family name (``Del Valle H. F.``)."""
    return any(_is_initials(word) for word in words[start + 1 :])


@lru_cache(maxsize=NAMES_KEPT)
def name_keys(name: str) -> tuple[str, str]:
    """Return the folded family name, and the words of the name that are more than initials.

    The family name is without particles: ``van der Berg, J`` and ``J Berg`` give ``berg``. Without a comma
    it stands before initials (``Berg J``), else last (``Jan Berg``). Nobody (``anonymous``) has neither.
    """
    before, comma, after = name.partition(",")
    if name.isascii() and "&" not in name and "<" not in name:
        words = before.encode().translate(ASCII_FOLDED, b"'-").decode().split()
        given = after.encode().translate(ASCII_FOLDED, b"'-").decode().split() if comma else []
    else:
        words, given = (fold(part.replace("-", "").replace("‐", "")).split() for part in (before, after))
    if (not words or words[0] in _NOBODY_BEGINS) and _NOBODY.fullmatch(name):
        return "", ""
    spelled = " ".join([word for word in words + given if len(word) > 2])
    if not comma and len(words) > 1:
        words = _family_words(name.strip(), words)
    if len(words) == 1:
        return words[0], spelled
    return "".join([word for word in words if word not in _NOT_FAMILY] or words), spelled


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


def author_keys(authors: str) -> tuple[list[str], str]:
    """Return the folded family names of a list of authors, and all their names that are spelled out.

    The anonymous are left out. The second serves where a source took given names for family names.
    """
    if not authors or _NOBODY.fullmatch(authors):
        return [], ""
    found = [name_keys(name) for name in split_names(authors)[:MAX_AUTHORS]]
    return [family for family, _ in found if family], " ".join([words for _, words in found if words])


def pages_of(text: str) -> tuple[str, int, int]:
    """Return letter, first and last page: ``S123-9`` is ``s``, 123, 129; what is not known is 0.

    A spreadsheet makes days of short ranges (``30-Jun`` was ``6-30`` or ``30-6``): such a page is known to
    be equal to the same day only; its number lies above ``SPREADSHEET_DAY``.
    """
    if _PLAIN_PAGES.fullmatch(text):
        number, _, ending = text.partition("-")
        return "", int(number[:9]), _last_page(number, ending[:9])
    plain = text.casefold().replace("–", "-").replace("—", "-").replace("‐", "-")
    if not _NUMBER.search(plain):
        return "", 0, 0
    day = _DAY.fullmatch(plain.strip())
    if day and (day[2] or day[3]) in _MONTHS:
        return "", SPREADSHEET_DAY + 100 * _MONTHS.index(day[2] or day[3]) + int(day[1] or day[4]), 0
    found = _PAGE.findall(plain)
    if not _NUMBER.search(plain.partition("-")[0]):
        return "", 0, 0
    letters, number, after = found[0]
    last = _last_page(number, found[1][1][:9]) if len(found) > 1 and "-" in plain else 0
    letter = (letters or after)[:1] if len(letters) < 3 else ""
    return letter if letter != "p" else "", int(number[:9]), last


def _last_page(first: str, ending: str) -> int:
    """Return the last page of ``123-9``, which is 129; 0 if there is none behind the first."""
    if not ending:
        return 0
    last = int(first[: len(first) - len(ending)] + ending) if len(ending) < len(first) else int(ending)
    return last if last > int(first[:9]) else 0


@lru_cache(maxsize=NUMBERS_KEPT)
def number_of(text: str) -> int:
    """Return the first number of a volume or issue, 0 if it has none."""
    found = _NUMBER.search(text)
    if found and not (")" in text and "(" not in text):  # "1)" is the rest of "64 (Suppl 1)"
        return int(found[0][:9])
    return int(_ROMAN.get(text.strip().casefold(), 0))


def place_of(volume: str, issue: str, pages: str) -> tuple[str, str, str]:
    """Return volume, issue and pages, each from the field where it was put.

    Exports of Ovid write ``11 (1) (no pagination)`` for the volume and the article's number for the issue;
    an issue such as ``CD007231`` is an article's number too.
    """
    if "(" not in volume and (pages or not issue):
        return volume, issue, pages
    inside = _IN_VOLUME.fullmatch(volume.strip())
    number = issue
    if inside:
        volume, issue = inside[1], inside[2]
    if (
        not pages.strip()
        and number
        and ("no pagination" in volume or (inside and inside[3]) or _ARTICLE.fullmatch(number.strip()))
    ):
        return volume, "" if issue == number else issue, number
    return volume, issue, pages


def issue_of(text: str) -> int:
    """Return the number of an issue in its volume; a running number, as some journals give, is 0."""
    number = number_of(text)
    return number if number <= MAX_ISSUE else 0


def abstract_key(text: str) -> str:
    """Return the first words of an abstract, folded, without the label that only some databases keep."""
    if not text:
        return ""
    start = text[: 2 * ABSTRACT_CHARACTERS]
    label = _LABEL.match(start)
    return fold(start[label.end() :] if label else start)[:ABSTRACT_CHARACTERS]


@lru_cache(maxsize=100_000)
def issns_of(issn: str, isbn: str) -> tuple[int, int]:
    """Return up to two ISSNs as numbers, 0 for none; many exports put them among the ISBNs."""
    if not issn and not isbn:
        return 0, 0
    found = _ISSN.findall(issn) + _ISSN.findall(isbn)
    numbers = list(dict.fromkeys(int(f"{a}{b}".casefold().replace("x", "10")) for a, b in found))
    return (numbers[0] if numbers else 0), (numbers[1] if len(numbers) > 1 else 0)


@lru_cache(maxsize=NUMBERS_KEPT)
def year_of(text: str) -> int:
    """Return the first year between 1500 and 2099 in ``text``, or 0."""
    found = _YEAR.search(text)
    return int(found[0]) if found else 0


def is_protocol(title: str, kind: str) -> bool:
    """Tell whether a record is the protocol of a study whose results are another publication."""
    return kind == "protocol" or ("protocol" in title and bool(_PROTOCOL.search(title)))


@cache
def journal_names(text: str) -> tuple[str, ...]:
    """Return the folded names of a journal: as a whole, before a subtitle, and beside a translation.

    ``JPEN. Journal of ...``, ``Stroke; a journal of ...``, ``Aizheng [Chinese journal of cancer]`` and
    ``A = B`` hold two names each.
    """
    if not text:
        return ()
    text = _ELISION.sub("", html.unescape(text))
    pieces = [text, *_JOURNAL_PARTS.split(text)]
    acronym = re.match(r"([A-Z]{3,8})[.:]? ", text)
    if acronym and len(text) > 2 * len(acronym[1]):
        pieces += [acronym[1], text[acronym.end() :]]
    names = (fold(piece).removeprefix("the ") for piece in pieces)
    return tuple(dict.fromkeys(name for name in names if name and not name.replace(" ", "").isdigit()))


def is_recurring(title: str) -> bool:
    """Tell whether a title is one that journals print again and again: an editorial, a column."""
    if title.count(" ") > 1 and not any(map(title.__contains__, _RECURRING_WORDS)):
        return False
    return bool(_RECURRING.search(title))


def doi_of_work(doi: str) -> str:
    """Return a DOI key without the version that some publishers append: ``.pub3``, ``/v2``, ``.v1``."""
    return _VERSION.sub("", doi)


def is_preprint(doi: str, kind: str, journals: tuple[str, ...]) -> bool:
    """Tell whether a record is a preprint: by the registrant of its DOI, its folded type, or its journal."""
    return (
        doi.startswith(PREPRINT_REGISTRANTS) or "preprint" in kind or kind == "unpb" or _of_server(journals)
    )


@lru_cache(maxsize=JOURNALS_KEPT)
def _of_server(journals: tuple[str, ...]) -> bool:
    return any(name.partition(" ")[0] in PREPRINT_SERVERS for name in journals)


def numbers_of(title: str) -> str:
    """Return the figures in a folded title, Roman ones too, but for those of its part (``part_of``)."""
    if "part " in title or "chapter " in title:
        title = _PART.sub(" ", title)
    found: list[str] = []
    for word in title.split():
        if word in _ROMAN_FIGURES:
            found.append(_ROMAN[word])
        elif not word.isalpha():
            found += _FIGURES.findall(word)
    return " ".join(found)
