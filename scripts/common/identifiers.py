"""Keys of identifiers, for comparison only: what a source wrote is kept, a key is never written back."""

import re
from urllib.parse import unquote

_DOI = re.compile(r"10\.\d{4,9}/\S+")
_PMCID = re.compile(r"(?:PMC)?\s*(\d{3,9})", re.IGNORECASE)


def doi_key(text: str) -> str:
    """Return the DOI in ``text`` in lower case without resolver, escapes and closing points, or ``""``.

    Old SICI DOIs keep their brackets, semicolons and colons; a closing bracket is cut only if
    the DOI opened none.
    """
    found = _DOI.search(unquote(text).strip().casefold())
    if found is None:
        return ""
    key = found[0].rstrip(".,;\"'")
    for opening, closing in ("()", "[]", "<>", "{}"):
        while key.endswith(closing) and key.count(closing) > key.count(opening):
            key = key[:-1].rstrip(".,;")
    return key


def doi_in(text: str) -> str:
    """Return the DOI as written inside a link or a sentence, without the resolver, or ``""``.

    Angle brackets end it, as in HTML, but for those of old SICI DOIs: ``<1661::AID-SIM968>``.
    """
    found = re.search(r"10\.\d{4,9}/(?:[^\s\"<>]|<[^\s\"<>/]*:[^\s\"<>/]*>)+", unquote(text))
    return found[0].rstrip(".,;") if found else ""


def pmid_key(text: str) -> str:
    """Return the PMID as digits without leading zeros (``PMID: 0123`` is ``123``), or ``""``."""
    found = re.fullmatch(r"(?:pmid:?\s*)?0*([1-9]\d{0,8})", text.strip(), re.IGNORECASE | re.ASCII)
    return found[1] if found else ""


def pmcid_key(text: str) -> str:
    """Return the PMCID as ``pmc`` and digits, or ``""``."""
    found = _PMCID.fullmatch(text.strip())
    return f"pmc{found[1]}" if found else ""
