"""Texts of others on our page: what changes the direction of writing ends where the text ends."""

import unicodedata

from markupsafe import Markup, escape

# Classes of Unicode's bidirectional algorithm: letters and digits written from right to left, and marks,
# embeddings, overrides and isolates.
DIRECTED = {"R", "AL", "AN", "LRE", "LRO", "RLE", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
MARKS = "\u200e\u200f\u061c"  # of direction, of the classes L, R and AL


def isolated(text: object) -> Markup:
    """Return a text, escaped; in an element of its own if it has letters or signs that change direction.

    Without it a title with an override would turn around the words behind it.
    """
    written = str(text)
    changes = any(sign in MARKS or unicodedata.bidirectional(sign) in DIRECTED for sign in written)
    return Markup("<bdi>{}</bdi>").format(text) if changes else escape(text)
