"""RIS that we write for screening tools and reference managers, through the writer of rispy.

Only tags that managers read are written, so that nothing of ours travels into people's libraries: the PMID is
the accession number (AN), where EndNote keeps it, and in a note (``PMID: 1``), which the others show.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from rispy import RisWriter

from scripts.common.exports.ris import RIS_TYPES
from scripts.common.records.record import Record
from scripts.common.values.words import single_blanks

# Types that only some programs know -> those that rispy, bibutils, JabRef and Zotero all read.
USUAL_TYPES = {
    "ABST": "JOUR", "EJOUR": "JOUR", "INPR": "JOUR", "JFULL": "JOUR", "CPAPER": "CONF", "ECHAP": "CHAP",
    "EBOOK": "BOOK", "EDBOOK": "BOOK", "SER": "BOOK", "UNPD": "UNPB", "DBASE": "DATA", "AGGR": "DATA",
    "WEB": "ELEC", "BLOG": "ELEC", "GOVDOC": "RPRT", "STAND": "RPRT",
}  # fmt: skip
# What platforms, BibTeX, CSL and PubMed call a work -> its type in RIS; the first that is found counts.
TYPES = tuple(
    (re.compile(pattern, re.IGNORECASE), kind)
    for pattern, kind in (
        (r"newspaper", "NEWS"),
        (r"magazine", "MGZN"),
        (r"journal|book review", "JOUR"),
        (r"conference|proceeding|\bmeeting|congress", "CONF"),
        (r"thesis|dissertation", "THES"),
        (r"chapter|section|incollection|inbook", "CHAP"),
        (r"\bbook\b|monograph", "BOOK"),
        (r"report", "RPRT"),
        (r"preprint|unpublished|manuscript|working paper", "UNPB"),
        (r"data ?set", "DATA"),
        (r"software|computer program", "COMP"),
        (r"patent", "PAT"),
        (r"web ?(?:page|site)|\bonline\b", "ELEC"),
        (r"\barticle\b", "JOUR"),
    )
)
BOOKS = ("BOOK", "CHAP")


# The fields of a record that RIS has a tag for.
WRITTEN = (
    "title", "authors", "year", "date", "journal", "journal_abbrev", "volume", "issue", "pages", "doi",
    "pmid", "pmcid", "accession", "issn", "isbn", "language", "abstract", "keywords", "url",
)  # fmt: skip


class Writer(RisWriter):  # type: ignore[misc]  # rispy has no types
    """RIS as rispy writes it, without its counter above each record."""

    def set_header(self, count: int) -> str:
        return ""

    def _format_line(self, tag: str, value: str = "") -> str:
        return f"{tag}  - {value}"  # rispy's PATTERN, which str.format would read again for each line


WRITER = Writer()


def ris_type(kind: str, journal: str) -> str:
    """Return the type in RIS for what a source calls a work; JOUR or GEN where that says nothing."""
    return _named_type(kind) or ("JOUR" if journal else "GEN")


@lru_cache(maxsize=1024)
def _named_type(kind: str) -> str:
    """Return the type in RIS that the words of a source name, or ``""``."""
    if kind in RIS_TYPES:
        return USUAL_TYPES.get(kind, kind)
    return next((found for pattern, found in TYPES if pattern.search(kind)), "")


def ris_text(row: Record, databases: str = "", note: str = "") -> str:
    """Return one row of records.csv as a RIS record that ends with a blank line.

    ``databases`` are those that hold the work, ``note`` is a note more.
    """
    kind = ris_type(row["type"], row["journal"])
    text = {name: single_blanks(row[name]) if row[name] else "" for name in WRITTEN}
    first_page, _, last_page = text["pages"].partition("-")
    first_number, *more_numbers = _numbers(text, kind) or [""]
    reference: dict[str, Any] = {
        "type_of_reference": kind,
        "id": single_blanks(row.get("record_id", "")),
        "title": text["title"],
        "authors": _several(text["authors"]),
        "year": text["year"],
        "date": text["date"].replace("-", "/"),
        "secondary_title": text["journal"],
        "alternate_title3": text["journal"] if kind not in BOOKS else "",
        "alternate_title1": text["journal_abbrev"],
        "accession_number": text["pmid"] or text["accession"],  # JabRef: before the number, which it replaces
        "volume": text["volume"],
        "number": text["issue"],
        "start_page": first_page,
        "end_page": last_page,
        "doi": text["doi"],
        "custom2": text["pmcid"],
        "issn": first_number,
        "language": text["language"],
        "abstract": text["abstract"],
        "keywords": _several(text["keywords"]),
        "urls": _several(text["url"], "\n"),
        "notes": [*_notes(text), note] if note else _notes(text),
        "name_of_database": " ".join(databases.split()),
        "unknown_tag": {"SN": more_numbers, "BT": _several(text["journal"], "\n") if kind == "CHAP" else []},
    }
    written: str = WRITER.formats([{name: value for name, value in reference.items() if value}])
    return written + "\n"


def _notes(text: Mapping[str, str]) -> list[str]:
    """Return what is noted: the PMID, and the number of the source where the PMID takes its place."""
    if not text["pmid"]:
        return []
    accession = text["accession"] if text["accession"] != text["pmid"] else ""
    return [f"PMID: {text['pmid']}", *([f"Accession number: {accession}"] if accession else [])]


def _numbers(text: Mapping[str, str], kind: str) -> list[str]:
    """Return ISSN and ISBN of a work, of books the ISBN first: most programs show one of them."""
    names = ("isbn", "issn") if kind in BOOKS else ("issn", "isbn")
    return [text[name] for name in names if text[name]]


def _several(values: str, sign: str = ";") -> list[str]:
    return [clean for value in values.split(sign) if (clean := value.strip())]
