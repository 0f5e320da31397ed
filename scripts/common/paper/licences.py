"""Whether the licence of a paper lets its words be shown with marks in them."""

import re

# CC BY, CC BY-SA and the public domain: not NC, and not ND, which forbids a changed copy.
FREE = re.compile(r"creativecommons\.org/(?:licenses/by(?:-sa)?/|publicdomain/)", re.IGNORECASE)
FREE_WORDS = re.compile(
    r"\bcreative commons (?:attribution|zero|(?:cc[- ])?by)\b|\bcc[- ](?:by|zero)\b|\bcc0\b", re.IGNORECASE
)
NOT_FREE = re.compile(r"non-?\s?commercial|no-?\s?deriv|\bnc\b|\bnd\b", re.IGNORECASE)


def may_be_annotated(licence: str) -> bool:
    """Return whether a licence, by its address or its words, allows a copy with marks for any purpose."""
    if "creativecommons.org/" in licence:
        return bool(FREE.search(licence))
    return bool(FREE_WORDS.search(licence)) and not NOT_FREE.search(licence)
