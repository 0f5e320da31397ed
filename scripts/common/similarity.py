"""Keys and likeness of records, for comparison only."""

import html
import re
import unicodedata
from typing import NamedTuple

from rapidfuzz import fuzz

from scripts.common.identifiers import doi_key, pmid_key
from scripts.common.records import RETRACTED, RETRACTION_NOTICE, Record

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

_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6"}
_PART = re.compile(r"\bpart (\d+|iii|ii|iv|vi|i|v)\b")
_NOTICES = {
    "erratum": r"(erratum|corrigendum|correction|author correction|publisher correction)\b",
    "retraction": r"retraction\b",
    "reply": r"(author.? reply|authors.? response|reply|response) (to|by)\b",
    "comment": r"(comment|commentary|letter) (on|to|about|regarding)\b",
}


class Keys(NamedTuple):
    """What of a record is compared. ``title`` is folded words; ``authors`` folded family names."""

    record_id: str
    title: str
    authors: tuple[str, ...]
    year: int | None
    journal: frozenset[str]
    volume: str
    first_page: str
    doi: str
    pmid: str
    part: str
    notice: str
    protocol: bool
    preprint: bool


def fold(text: str) -> str:
    """Return words in lower case without accents, markup, entities and punctuation."""
    plain = re.sub(r"</?[a-zA-Z][^<>]*>", "", html.unescape(text))
    plain = "".join(char for char in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(char))
    return " ".join(re.sub(r"[^\w]+", " ", plain.casefold()).split())


def keys(record: Record) -> Keys:
    """Return the comparison keys of one row of records.csv."""
    bare = re.sub(r"^\W*retracted( article)?\s*[:\]\-–]\s*", "", record["title"], flags=re.IGNORECASE)
    title = fold(bare)
    doi, kind = doi_key(record["doi"]), fold(record["type"])
    part = _PART.search(title)
    families = (fold(name.partition(",")[0]) for name in record["authors"].split(";"))
    return Keys(
        record_id=record["record_id"],
        title=title,
        authors=tuple(name for name in families if name),
        year=int(record["year"]) if record["year"].isdigit() else None,
        journal=frozenset(filter(None, (fold(record["journal"]), fold(record["journal_abbrev"])))),
        volume=fold(record["volume"]),
        first_page=fold(record["pages"].split("-")[0]),
        doi=doi,
        pmid=pmid_key(record["pmid"]),
        part=_ROMAN.get(part[1], part[1]) if part else "",
        notice=_notice(title, record["retraction"]),
        protocol=bool(re.search(r"\bprotocol\b", title)) or kind == "protocol",
        preprint=doi.startswith(PREPRINT_REGISTRANTS) or "preprint" in kind or kind == "unpb",
    )


def _notice(title: str, retraction: str) -> str:
    if retraction == RETRACTION_NOTICE:
        return "retraction"
    if retraction == RETRACTED:
        return ""
    return next((name for name, pattern in _NOTICES.items() if re.match(pattern, title)), "")


def title_score(a: Keys, b: Keys) -> float:
    """Return how alike two titles are, 0 to 100: the share of characters in common, in order."""
    return fuzz.ratio(a.title, b.title) if a.title and b.title else 0.0


def authors_agree(a: Keys, b: Keys) -> bool | None:
    """Tell whether the shorter list's first author is among the other's; None if a list is empty."""
    if not a.authors or not b.authors:
        return None
    short, long = sorted((a.authors, b.authors), key=len)
    return short[0] in long


def held_apart(a: Keys, b: Keys) -> str:
    """Return why two records cannot be one publication, in words, or ``""``."""
    if a.pmid and b.pmid and a.pmid != b.pmid:
        return f"different PMIDs ({a.pmid}, {b.pmid})"
    if a.part != b.part:
        return f"different parts ({a.part or 'none'}, {b.part or 'none'})"
    if a.notice != b.notice:
        return f"a notice and what it is about ({a.notice or b.notice})"
    if a.protocol != b.protocol:
        return "a protocol and its results"
    if a.doi and b.doi and a.doi != b.doi and a.doi.split("/")[0] == b.doi.split("/")[0]:
        if a.first_page and b.first_page and a.first_page != b.first_page:
            return "different DOIs of one publisher, different pages"
        if not a.preprint and a.title != b.title:
            return "different DOIs of one publisher, different titles"
    return ""
