"""What kind of publication a record is: a notice, a protocol, a preprint, a talk in a supplement."""

import re
from functools import lru_cache

from scripts.common.duplicates.journals import JOURNALS_KEPT
from scripts.common.duplicates.titles import CORRECTION_MARK, without_notes
from scripts.common.records.record import RETRACTED, RETRACTION_NOTICE

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
PREPRINT_SERVERS = frozenset((
    "biorxiv", "medrxiv", "arxiv", "ssrn", "psyarxiv", "chemrxiv", "osf", "preprints", "socarxiv",
    "qeios", "techrxiv",
))  # fmt: skip
# How type, journal, volume or issue name a supplement: the abstracts of meetings are printed there.
SUPPLEMENT = ("suppl", "conference", "meeting", "congress", "abstract")
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
    (
        "data",
        re.compile(
            r"data from |additional file \d+ |supplementary (?:materials?|data|files?) (?:for|of|to|from) "
        ),
    ),
    ("comment", re.compile(r"re (?=\w)|(?:faculty of 1000 evaluation|f1000prime recommendation)")),
)
_ENDING_NOTICE = re.compile(
    r"[:.\-–—(\[]\s*(erratum|corrigendum|(?:(?:the )?authors?['’]?s? )?(?:reply|response)|rejoinder"
    r"|comment(?:ary)?|discussion)\W*$",
    re.IGNORECASE,
)
ENDING_LENGTH = 25  # characters at the end of a title among which such a word is looked for
_ENDING = re.compile("erratum|corrigendum|reply|response|rejoinder|comment|discussion")
_BEGINNING = re.compile("|".join(pattern.pattern for _, pattern in _NOTICES))  # of any notice: asked first
_PROTOCOL = re.compile(
    r"\bprotocol (?:for|of|to)\b|\b(?:study|trial|review|research|analysis|registered) protocol\b"
    r"|\bprotocol$"
)

# What types call a thesis, a book and a chapter, by their beginning; what else is named is an article.
_WORKS = (
    ("thesis", ("thes", "phd", "master", "dissertation")),
    ("chapter", ("incollection", "inbook", "chap", "book chapter", "book section")),
    ("book", ("book", "monograph", "ebook", "edbook")),
    ("article", ("article", "jour", "journal article")),
)
# Registers of trials, which number each trial once.
_REGISTRATION = re.compile(
    r"\b(NCT|ISRCTN|EUCTR|EudraCT|DRKS|ACTRN|ChiCTR|CTRI|JPRN|UMIN|PACTR|NTR|NL|KCT|IRCT|TCTR|SLCTR|RBR|RPCEC)"
    r"[-: /]?([-/\w]*\d{3,}[-/\w]*)",
    re.IGNORECASE,
)
LONGEST_NUMBER = 30  # characters of the number of a trial
_SITE_OF_REGISTER = re.compile(r"https?://|clinicaltrials|trialsearch|isrctn", re.IGNORECASE)

_VERSION = re.compile(r"(?:\.pub\d+|[./]?v\d{1,2}|(?<=research\.\d{5})\.\d)$")


def notice_of(title: str, written: str, retraction: str) -> str:
    """Return which notice about another publication a record is (erratum, reply, its data), or ``""``."""
    if retraction == RETRACTION_NOTICE:
        return "retraction"
    if retraction == RETRACTED:
        return ""
    if written.rstrip(" .").endswith(")") and CORRECTION_MARK.search(written):
        return "erratum"
    if _BEGINNING.match(title):
        return next(name for name, pattern in _NOTICES if pattern.match(title))
    written = without_notes(written)
    if not _ENDING.search(written[-ENDING_LENGTH:].casefold()):
        return ""
    ending = _ENDING_NOTICE.search(written)
    if ending is None:
        return ""
    word = ending[1].casefold()
    if word in ("erratum", "corrigendum"):
        return "erratum"
    return "comment" if word in ("comment", "commentary", "discussion") else "reply"


def is_protocol(title: str, kind: str) -> bool:
    """Return whether a record is the protocol of a study whose results are another publication."""
    return kind == "protocol" or ("protocol" in title and bool(_PROTOCOL.search(title)))


@lru_cache(maxsize=JOURNALS_KEPT)
def in_supplement(*place: str) -> bool:
    """Return whether type and journal, or volume and issue, name a supplement or a meeting."""
    written = " ".join(place).casefold()
    return any(map(written.__contains__, SUPPLEMENT))


def doi_of_work(doi: str) -> str:
    """Return a DOI key without the version that some publishers append: ``.pub3``, ``/v2``, ``.v1``."""
    return _VERSION.sub("", doi)


@lru_cache(maxsize=JOURNALS_KEPT)
def work_of(kind: str) -> str:
    """Return whether a folded type is that of a thesis, chapter, book or article, or ``""``."""
    return next((work for work, beginnings in _WORKS if kind.startswith(beginnings)), "")


def _registered_as(cell: str) -> re.Match[str] | None:
    """Return the number of a trial, if a cell holds nothing else."""
    return _REGISTRATION.fullmatch(cell.strip()) if 0 < len(cell) < LONGEST_NUMBER else None


@lru_cache(maxsize=JOURNALS_KEPT)
def _in_address(journal: str) -> re.Match[str] | None:
    return _REGISTRATION.search(journal) if _SITE_OF_REGISTER.search(journal) else None


def registration_of(accession: str, journal: str, authors: str) -> tuple[str, str]:
    """Return the register and the number of a trial, if the record is its entry there, else ``""`` twice.

    Registers give it as accession number; exports of CENTRAL as its author, or as an address in place of the
    journal. A number in a title or abstract belongs to each article about the trial: it is not read.
    """
    found = (accession and _registered_as(accession)) or (authors and _registered_as(authors))
    if not found and "/" in journal:
        found = _in_address(journal)
    if found:
        register = found[1].casefold().replace("eudract", "euctr")
        return register, register + re.sub(r"\W", "", found[2]).casefold()
    return "", ""


def is_preprint(doi: str, kind: str, journals: tuple[str, ...]) -> bool:
    """Return whether a record is a preprint: by the registrant of its DOI, folded type, or journal."""
    return (
        doi.startswith(PREPRINT_REGISTRANTS) or "preprint" in kind or kind == "unpb" or _of_server(journals)
    )


@lru_cache(maxsize=JOURNALS_KEPT)
def _of_server(journals: tuple[str, ...]) -> bool:
    return any(name.partition(" ")[0] in PREPRINT_SERVERS for name in journals)
