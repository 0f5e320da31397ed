"""The text of XML elements, with white space as one blank."""

from lxml import etree


def clean(text: str) -> str:
    """Return a text whose white space is single blanks, none at its ends."""
    return " ".join(text.split())


def text_of(node: etree._Element | None) -> str:
    """Return all text inside an element, ``""`` where there is no element."""
    return "" if node is None else clean("".join(map(str, node.itertext())))
