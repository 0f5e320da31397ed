"""Keys of identifiers, for comparison only: what a source wrote is kept, a key is never written back."""

import re
from html import unescape
from urllib.parse import unquote

_DOI = re.compile(r"10\.\d{4,9}/\S+")
_DOI_AS_WRITTEN = re.compile(r"10\.\d{4,9}/(?:[^\s\"<>]+|<[^\s\"<>/]*:[^\s\"<>/]*>)+")
_RESOLVER = re.compile(r"\bdoi[.-]org[^/\s]*/", re.IGNORECASE)
_ISSN = re.compile(r"(?<![\dX])(\d{4})-?(\d{3}[\dX])(?![\dX])", re.IGNORECASE | re.ASCII)
_PMID = re.compile(r"(?:pmid:?\s*)?0*([1-9]\d{0,8})", re.IGNORECASE | re.ASCII)
_PMCID = re.compile(r"(?:PMC)?\s*(\d{3,9})", re.IGNORECASE)


def doi_key(text: str) -> str:
    """Return the DOI in ``text`` in lower case without resolver, escapes and closing points, or ``""``.

    Old SICI DOIs keep their brackets, semicolons and colons; a closing bracket is cut only if
    the DOI opened none.
    """
    found = _DOI.search(_plain(text).strip().casefold())
    return _trim(found[0]) if found else ""


def doi_in(text: str) -> str:
    """Return the DOI as written inside a link or a sentence, without the resolver, or ``""``.

    Angle brackets end it, as in HTML, but for those of old SICI DOIs: ``<1661::AID-SIM968>``.
    """
    found = _DOI_AS_WRITTEN.search(_plain(text)) if "10." in text else None
    return _trim(found[0]) if found else ""


def doi_in_link(text: str) -> str:
    """Return the DOI of a link to the resolver (doi.org, also through a proxy), or ``""``.

    Links to other places name the DOI of their page or of a search, with other text after it.
    """
    found = _RESOLVER.search(text)
    return doi_in(text[found.end() :].split("?")[0]) if found else ""


def _plain(text: str) -> str:
    """Return a text without the escapes of URLs and HTML, which hide the signs of old DOIs."""
    if "%" in text:
        text = unquote(unquote(text))  # links of links are escaped twice
    return unescape(text) if "&" in text else text


def _trim(found: str) -> str:
    """Cut what closes a sentence or a bracket around the DOI."""
    key = found.rstrip(".,;\"'")
    if key[-1:] not in ")]>}":
        return key
    for opening, closing in ("()", "[]", "<>", "{}"):
        while key.endswith(closing) and key.count(closing) > key.count(opening):
            key = key[:-1].rstrip(".,;")
    return key


def pmid_key(text: str) -> str:
    """Return the PMID as digits without leading zeros (``PMID: 0123`` is ``123``), or ``""``."""
    found = _PMID.fullmatch(text.strip())
    return found[1] if found else ""


def pmcid_key(text: str) -> str:
    """Return the PMCID as ``pmc`` and digits, or ``""``."""
    found = _PMCID.fullmatch(text.strip())
    return f"pmc{found[1]}" if found else ""


def issn_key(text: str) -> str:
    """Return the first ISSN in ``text`` as ``1234-567x``, or ``""``."""
    found = _ISSN.search(text)
    return f"{found[1]}-{found[2]}".lower() if found else ""
