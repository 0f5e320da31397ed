"""The identifiers and the abstract of a record, found among its tags; what a column holds leaves ``left``.

``left`` is what ``extra`` will keep. A value leaves it only if the column says all that it says.
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from urllib.parse import unquote

from scripts.common.exports.fields import Places, Tags
from scripts.common.values.identifiers import doi_in, doi_in_link, issn_key

# What some programs write where they have no value; the word itself stays in extra.
NOTHING = frozenset({"None", "none", "nan", "NaN", "NULL", "null", "NA", "N/A", "n/a", "<NA>"})
COPYRIGHT = re.compile(r"Copyright of .{1,300} is the property of ", re.DOTALL)  # EBSCO
DOI_SIGNS = re.compile(r"(?:https?://)?(?:[\w.-]*\.)?doi[.-]org[^/\s]*/|\bdoi\b", re.IGNORECASE)
PLAIN_DOI = re.compile(r"10\.\d{4,9}/[\w./:;()-]*\w", re.ASCII)
SHORT_DOI = re.compile(rf"(?:{DOI_SIGNS.pattern}|[:\s])*(10/[a-z0-9]{{2,12}})", re.IGNORECASE | re.ASCII)
# A note that gives the DOI of its record, and words by which it is that of another work.
MARKED_DOI = re.compile(r"\bDOI\s?:\s?(?:https?://(?:dx\.)?doi\.org/)?(?=10\.\d{4})", re.IGNORECASE)
OTHER_WORK = re.compile(
    r"references|cited|cites|comment|errat|corr[ei]|retract|republish|reprint|updat|reply|repli|preprint"
    r"|supplement|dataset|review of|summary|original|translat|response|version",
    re.IGNORECASE,
)
PMID_ALONE = re.compile(
    r"\s*(?:(?:PMID|PUBMED|MEDLINE)\b[\s:]*|https?://(?:www\.)?(?:pubmed\.ncbi\.nlm\.nih\.gov"
    r"|ncbi\.nlm\.nih\.gov/pubmed)/)?(?:NLM)?0*([1-9]\d{0,8})(?:\.0)?/?\s*(\[https?://[^\]]*\]\s*)?",
    re.IGNORECASE | re.ASCII,
)
WORD = re.compile(r"\w")
ISBN = re.compile(r"(?<![\dX])(?:97[89]\d{10}|\d{9}[\dX])(?![\dX])", re.IGNORECASE | re.ASCII)


def take(left: Tags, tag: str, value: str) -> None:
    """Take a value that a column holds out of what is left for ``extra``; the lists themselves stay whole."""
    values = left.get(tag)
    if values is None or value not in values:
        return
    if len(values) == 1:
        del left[tag]
    else:
        place = values.index(value)
        left[tag] = values[:place] + values[place + 1 :]


def values_of(tags: Tags, places: Places) -> Iterator[tuple[str, str, str]]:
    """Yield tag, value and label of every value that can hold a field, in the order of preference."""
    for tag, label in places:
        for value in tags[tag]:
            if value and (len(value) > 4 or value not in NOTHING):
                yield tag, value, label


def find_doi(tags: Tags, places: Places, left: Tags) -> str:
    """Return the first DOI; in a link only after the address of the resolver, in a note only if marked.

    A value that says more than the DOI stays in ``extra``.
    """
    tag, label = places[0]
    if not label and (values := tags[tag]) and PLAIN_DOI.fullmatch(values[0]):  # as nearly all are
        for other, _ in places:
            take(left, other, values[0])
        return values[0]
    for _, value, label in values_of(tags, places):
        if label:
            found = DOI_READERS[label](value)
        else:
            found = doi_in(value) or _short_doi(value)
            if found and (value == found or _says_only(value, found)):
                for other, _ in places:  # the same DOI under another tag says no more
                    take(left, other, value)
        if found:
            return found
    return ""


def _says_only(value: str, doi: str) -> bool:
    """Return whether a value has no word but the DOI and what marks it as one."""
    return not WORD.search(DOI_SIGNS.sub("", value.replace(doi, "", 1)))


def _short_doi(value: str) -> str:
    """Return a short DOI (10/gfx123) that is alone in its field, or ``""``."""
    found = SHORT_DOI.fullmatch(value.strip()) if "10/" in value else None
    return found[1] if found else ""


def _marked_doi(note: str) -> str:
    """Return the DOI that a note marks as that of its record: the only one in it, and not of another work."""
    marked = MARKED_DOI.search(note) if "10." in note else None
    if marked is None or note.count("10.") > 1 or OTHER_WORK.search(note):
        return ""
    return doi_in(note[marked.end() :])


def _doi_of_ovid(link: str) -> str:
    """Return the DOI that a link to the full text at Ovid names, or ``""``."""
    found = re.search(r"[?&]DO=([^&\s]+)", link)
    return doi_in(unquote(found[1])) if found else ""


# How a DOI is found in a value that is no DOI: by the label of fields.csv.
DOI_READERS = {"doi.org": doi_in_link, "DOI": _marked_doi, "DO=": _doi_of_ovid}


def find_pmid(tags: Tags, places: Places, left: Tags) -> str:
    """Return the PMID: a number in a field for it, or one marked by the label in a note."""
    for tag, label in places:
        if label:
            forms, pattern = _labelled(label)
            for value in tags[tag]:
                for form in forms:
                    if form in value and (found := pattern.search(value)):
                        return found[1] or found[2]
            continue
        for value in tags[tag]:
            if found := PMID_ALONE.fullmatch(value):
                if not found[2]:  # Ovid writes a link behind it
                    take(left, tag, value)
                return found[1]
    return ""


@cache
def _labelled(label: str) -> tuple[tuple[str, ...], re.Pattern[str]]:
    """Return the ways to write a label, and what matches ``PMID: NLM123`` and ``123 [PMID]``."""
    forms = tuple({label: "", label.lower(): "", label.replace("PUBMED", "PubMed"): ""})
    pattern = rf"\b{label}\b\W{{0,3}}(?:NLM)?(\d{{1,9}})\b|\b(\d{{1,9}}) ?\[{label}\]"
    return forms, re.compile(pattern, re.IGNORECASE | re.ASCII)


def find_pmcid(tags: Tags, places: Places, left: Tags) -> str:
    for tag, _ in places:
        for value in tags[tag]:
            if "PMC" in value and (found := re.search(r"\bPMC\d{3,9}\b", value)):
                if found[0] == value:
                    take(left, tag, value)
                return found[0]
    return ""


def find_issn(tags: Tags, places: Places, left: Tags) -> str:
    """Return the ISSNs as written; one tag can hold ISBNs too."""
    return _numbers(tags, places, left, "issn")


def find_isbn(tags: Tags, places: Places, left: Tags) -> str:
    return _numbers(tags, places, left, "isbn")


def _numbers(tags: Tags, places: Places, left: Tags, kind: str) -> str:
    found = []
    for tag, _ in places:
        for value in tags[tag]:
            if _number_kind(value) == kind:
                take(left, tag, value)
                if value not in found:
                    found.append(value)
    return "; ".join(found) if found else ""


@lru_cache(maxsize=10_000)
def _number_kind(text: str) -> str:
    if ISBN.search(text.replace("-", "").replace(" ", "")):
        return "isbn"
    return "issn" if issn_key(text) else ""


def find_abstract(tags: Tags, places: Places, left: Tags) -> str:
    """Return the first abstract that is no copyright notice; another language stays in extra."""
    for tag, value, _ in values_of(tags, places):
        if not value.startswith("Copyright") or not COPYRIGHT.match(value):
            take(left, tag, value)
            return value
    return ""


FINDERS = {
    "doi": find_doi,
    "pmid": find_pmid,
    "pmcid": find_pmcid,
    "issn": find_issn,
    "isbn": find_isbn,
    "abstract": find_abstract,
}
