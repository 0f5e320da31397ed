"""The running text of an element: without its tables and figures, with the places of its links."""

from collections.abc import Callable
from html.entities import html5

from lxml import etree

from scripts.common.paper.citations import Citation

# Elements whose text is not part of the running text around them.
NOT_TEXT = {
    "table-wrap",
    "table-wrap-group",
    "fig",
    "fig-group",
    "tex-math",
    "supplementary-material",
    "fn",
    "fn-group",
    "graphic",
    "media",
    "object-id",
    "boxed-text",
    "alternatives",
    "ref-list",
}
BLOCKS = {"p", "list-item", "disp-quote", "def-item", "speech"}  # no sentence goes across their borders
BREAKS = {"p", "list", "list-item", "title", "disp-quote", "break", "td", "th", "def-item", "label", "speech"}


class RunningText:
    """The text of an element, collected piece by piece, and the links to references in it."""

    def __init__(
        self,
        node: etree._Element,
        targets: Callable[[etree._Element], tuple[str, ...]],
        skip: frozenset[str] | set[str],
    ) -> None:
        """Read a node; ``targets`` gives the ref_ids of a link, elements of ``skip`` are left out."""
        self._node, self._targets, self._skip = node, targets, skip
        self._pieces: list[str] = []
        self._size = 0  # characters in the pieces
        self.links: list[Citation] = []
        self.borders: list[int] = []  # where a block inside the node begins or ends
        self._walk(node)
        self.text = "".join(self._pieces)

    def _walk(self, one: etree._Element) -> None:
        """Add an element with all that is inside it and belongs to the running text."""
        if not isinstance(one.tag, str):
            if one.tag is etree.Entity:
                self._add(html5.get(f"{one.name}", ""))
            return
        if one is not self._node and self._skipped(one):
            return
        if one.tag in BREAKS:
            self._add(" ")
        start = self._size
        if one is not self._node and one.tag in BLOCKS:
            self.borders.append(start)
        self._add(one.text)
        for child in one:
            self._walk(child)
            self._add(child.tail)
        if one.tag == "xref" and (targets := self._targets(one)):
            self.links.append(Citation(start, self._size, targets))
        if one.tag in BREAKS:
            self._add(" ")
        if one is not self._node and one.tag in BLOCKS:
            self.borders.append(self._size)

    def _skipped(self, one: etree._Element) -> bool:
        formula = one.tag == "alternatives" and "tex-math" in self._skip and _is_formula(one)
        return one.tag in self._skip and not formula

    def _add(self, text: str | None) -> None:
        """Add a text; white space becomes one blank, none at the beginning."""
        if not text:
            return
        if text[0].isspace():
            self._add_blank()
        if words := " ".join(text.split()):
            self._pieces.append(words)
            self._size += len(words)
            if text[-1].isspace():
                self._add_blank()

    def _add_blank(self) -> None:
        if self._pieces and not self._pieces[-1].endswith(" "):
            self._pieces.append(" ")
            self._size += 1


def _is_formula(node: etree._Element) -> bool:
    return all(
        isinstance(child.tag, str) and child.tag in ("tex-math", "math", "inline-graphic") for child in node
    )
