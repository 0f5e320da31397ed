"""Text of others inside Markdown: it stays text, whatever it is."""

import re


def plain(text: str) -> str:
    """Return a text as one line in which nothing is Markdown or HTML.

    >>> plain("<b>*A*|B</b>")
    '&lt;b&gt;\\\\*A\\\\*\\\\|B&lt;/b&gt;'
    """
    line = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([\\`*_\[\]#|~])", r"\\\1", line)


def row(*cells: str) -> str:
    """Return a row of a Markdown table; the cells are Markdown already."""
    return f"| {' | '.join(cells)} |"
