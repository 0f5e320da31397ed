"""The full text of an article in JATS or NLM XML: read safely, its references, sections and citations.

JATS is described at https://jats.nlm.nih.gov. What publishers make of it differs: docs/paper.md.
"""

import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from lxml import etree

from scripts.common.errors import InputError
from scripts.common.paper.citations import (
    Citation,
    Passage,
    PrintedNumbers,
    is_number,
    numbered_citations,
    unlinked_citations,
)
from scripts.common.paper.references import Reference, read_reference, reference_nodes
from scripts.common.paper.running_text import NOT_TEXT, RunningText
from scripts.common.paper.sentences import NUMBERED, Sentence, part_of, sentences_of
from scripts.common.paper.xml_text import clean, text_of

MAX_BYTES = 64_000_000  # of one file: the longest reviews have about 5 million

NOT_OWN = {"sec", "title", "label", "sec-meta", *NOT_TEXT}  # not a paragraph of the section around it


class Section(NamedTuple):
    """One heading with its own paragraphs; ``path`` holds the headings from the outermost to its own."""

    sec_id: str
    number: str
    title: str
    path: tuple[str, ...]
    part: str
    passages: tuple[Passage, ...]
    has_children: bool

    @property
    def ref_ids(self) -> list[str]:
        """The references cited in its own paragraphs, once each."""
        return list(dict.fromkeys(ref for passage in self.passages for ref in passage.ref_ids))


# -- reading -----------------------------------------------------------------------------------


def parse_safely(content: bytes, name: str) -> etree._Element:
    """Return the root of an XML document that asks for nothing outside of itself, or raise ``InputError``.

    Entities are neither declared nor resolved, no DTD is loaded, and nothing is asked of the network or
    of other files; what is too long or too deep for an article is refused.
    """
    if len(content) > MAX_BYTES:
        raise InputError(
            f"{name}: {len(content):,} bytes, an article has at most {MAX_BYTES:,}. Is this the right file?"
        )
    if b"<!ENTITY" in content:
        raise _declares_entities(name)
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        problem = clean(str(error))[:160]
        raise InputError(
            f"{name}: no well-formed XML of an article ({problem}). Download the file again."
        ) from None
    internal_dtd: Any = root.getroottree().docinfo.internalDTD
    if internal_dtd is not None and list(internal_dtd.entities()):
        raise _declares_entities(name)
    return root


def _declares_entities(name: str) -> InputError:
    return InputError(
        f"{name}: declares entities of its own. An article needs none: download the file again."
    )


class Article:
    """An article with its text, references and tables. Translations and replies inside it are left out."""

    def __init__(self, content: bytes, name: str) -> None:
        """Read the one article of a file or of an envelope around it; ``InputError`` without full text."""
        root = parse_safely(content, name)
        comments = [clean(node.text or "") for node in root.iter(etree.Comment)]
        _tidy(root)
        found = [root] if root.tag == "article" else list(root.iterfind(".//article"))
        if len(found) != 1:
            raise InputError(f"{name}: holds {len(found)} JATS articles, one is needed: the review itself.")
        self.name, self.root = name, found[0]
        body = self.root.find("body")
        if body is None or not text_of(body):
            why = next((text for text in comments if "not allow" in text), "front matter and abstract only")
            raise InputError(
                f"{name}: no full text ({why[:120]}). Get the full text as JATS XML from its publisher."
            )
        self.body = body

    @classmethod
    def read(cls, path: str | Path) -> "Article":
        """Return the article in a file."""
        if Path(path).stat().st_size > MAX_BYTES:
            raise InputError(
                f"{path}: {Path(path).stat().st_size:,} bytes, an article has at most {MAX_BYTES:,}."
                " Is this the right file?"
            )
        return cls(Path(path).read_bytes(), str(path))

    def identifier(self, kind: str) -> str:
        """Return the article's own pmid, doi or pmcid, or ``""``."""
        kinds = ("pmcid", "pmc") if kind == "pmcid" else (kind,)
        for node in self.root.iterfind("front/article-meta/article-id"):
            if node.get("pub-id-type") in kinds:
                text = text_of(node)
                return f"PMC{text.upper().removeprefix('PMC')}" if kind == "pmcid" else text
        return ""

    @cached_property
    def title(self) -> str:
        """The title of the article."""
        node = self.root.find("front/article-meta/title-group/article-title")
        return "" if node is None else self.passage(node).text

    @cached_property
    def licence(self) -> str:
        """The address of the licence, else its words, else ``""``."""
        for node in self.root.iterfind("front/article-meta/permissions/license"):
            for one in node.iter():
                href = one.get("href") or ""
                if "creativecommons.org" in href:
                    return href
            text = clean(" ".join(map(str, node.itertext())))
            if text:
                address = re.search(r"https?://creativecommons\.org/[\w./-]+", text)
                return address[0].rstrip(".") if address else text[:300]
        return ""

    # -- references ----------------------------------------------------------------------------

    @cached_property
    def references(self) -> list[Reference]:
        """The reference list, wherever it is in the file, in its order; one entry per ``ref``."""
        return [read_reference(node, number) for number, node in enumerate(self._reference_nodes, start=1)]

    @cached_property
    def reference(self) -> dict[str, Reference]:
        """The references by ref_id."""
        return {entry.ref_id: entry for entry in self.references}

    @cached_property
    def printed_numbers(self) -> PrintedNumbers:
        """The numbers of the reference list, as printed."""
        return PrintedNumbers(self.references)

    @cached_property
    def numbered(self) -> bool:
        """Whether most links to references print a number; without any link, whether the list has numbers."""
        texts = ["".join(map(str, link.itertext())) for link in self.root.iter("xref") if self.targets(link)]
        if not texts:
            return bool(self.printed_numbers.by_label)
        return 2 * sum(is_number(text) for text in texts) > len(texts)

    @cached_property
    def _reference_nodes(self) -> list[etree._Element]:
        return list(reference_nodes(self.root))

    @cached_property
    def _aliases(self) -> dict[str, str]:
        """The id of a citation, or of the ref around it -> ref_id."""
        return {
            str(one.get("id")): entry.ref_id
            for node, entry in zip(self._reference_nodes, self.references, strict=True)
            for one in node.iter()
            if isinstance(one.tag, str) and one.get("id")
        }

    def targets(self, link: etree._Element) -> tuple[str, ...]:
        """Return the ref_ids that a link leads to."""
        return tuple(self._aliases[name] for name in (link.get("rid") or "").split() if name in self._aliases)

    # -- running text --------------------------------------------------------------------------

    def passage(self, node: etree._Element, skip: frozenset[str] | set[str] = frozenset(NOT_TEXT)) -> Passage:
        """Return the text of a node with its citations; elements of ``skip`` inside it are left out."""
        running = RunningText(node, self.targets, skip)
        citations = tuple(self._citations(running.text, running.links))
        return Passage(running.text.rstrip(), citations, tuple(running.borders))

    def _citations(self, text: str, links: list[Citation]) -> list[Citation]:
        """Return the citations of a text: its links with their ranges, and printed numbers without links."""
        if not self.numbered:
            return links
        found = list(numbered_citations(text, links, self.printed_numbers))
        if self._without_links:
            found += unlinked_citations(text, found, self.printed_numbers)
        return found

    @cached_property
    def _without_links(self) -> bool:
        """Whether the body links no reference at all: then its brackets of numbers are the citations."""
        return not any(self.targets(link) for link in self.body.iter("xref"))

    # -- sections ------------------------------------------------------------------------------

    @cached_property
    def sections(self) -> list[Section]:
        """The sections of the body in their order, each after the section that holds it."""
        found: list[Section] = []
        loose = tuple(self._own(self.body))
        if loose:
            found.append(Section("", "", "", (), "", loose, False))
        for node in self.body.iterchildren("sec"):
            self._sections(node, (), "", found)
        return _with_results(found)

    def _sections(
        self, node: etree._Element, above: tuple[str, ...], part: str, found: list[Section]
    ) -> None:
        title_node = node.find("title")
        title = "" if title_node is None else self.passage(title_node).text
        printed = text_of(node.find("label"))
        heading = f"{printed} {title}".strip()
        inside = NUMBERED.match(heading)
        own = part_of(heading, str(node.get("sec-type") or ""))
        here = part or own  # a section inside the results stays there, whatever it is called
        path = (*above, heading)
        children = list(node.iterchildren("sec"))
        found.append(
            Section(
                str(node.get("id") or ""),
                inside[1] if inside else printed.rstrip("."),
                heading[inside.end() :] if inside else title,
                path,
                here,
                tuple(self._own(node)),
                bool(children),
            )
        )
        for child in children:
            self._sections(child, path, here, found)

    def _own(self, node: etree._Element) -> Iterator[Passage]:
        """Yield the paragraphs of a section that are its own: no tables, no figures, no sections inside."""
        for child in node:
            if isinstance(child.tag, str) and child.tag not in NOT_OWN:
                passage = self.passage(child)
                if passage.text:
                    yield passage

    @cached_property
    def _abstracts(self) -> list[etree._Element]:
        """The abstracts, the main one first: the one of no special kind, such as key points or a graphic."""
        found = list(self.root.iterfind("front/article-meta/abstract"))
        return sorted(found, key=lambda node: bool(node.get("abstract-type")))

    @cached_property
    def abstract(self) -> list[Passage]:
        """The paragraphs of the abstract."""
        if not self._abstracts:
            return []
        outer = [one for one in self._abstracts[0].iter("p") if next(one.iterancestors("p"), None) is None]
        return [passage for one in outer if (passage := self.passage(one)).text]

    @cached_property
    def asides(self) -> list[Sentence]:
        """The sentences beside the running text: captions, descriptions of figures, and boxes."""
        found: list[Sentence] = []
        for kinds, name in (
            (("caption",), "caption"),
            (("alt-text", "long-desc"), "description of a figure"),
        ):
            for number, node in enumerate(self.root.iter(*kinds), start=1):
                found += sentences_of(
                    self.passage(node), name, (_label_around(node) or name,), f"{kinds[0]}:{number}"
                )
        for number, node in enumerate(self._boxes, start=1):
            label = text_of(node.find("label")) or text_of(node.find("caption/title")) or "box"
            passage = self.passage(node, NOT_TEXT | {"caption", "label"})
            found += sentences_of(passage, "box", (label,), f"box:{number}")
        return found

    @cached_property
    def _boxes(self) -> list[etree._Element]:
        """Boxes of the text, and abstracts beside the main one, such as key points."""
        boxes = [
            one for one in self.root.iter("boxed-text") if next(one.iterancestors("abstract"), None) is None
        ]
        return [*self._abstracts[1:], *boxes]

    @cached_property
    def sentences(self) -> list[Sentence]:
        """Every sentence of the abstract and of the body."""
        found: list[Sentence] = []
        for number, passage in enumerate(self.abstract, start=1):
            found += sentences_of(passage, "abstract", ("Abstract",), f"abstract:{number}")
        for order, section in enumerate(self.sections, start=1):
            for number, passage in enumerate(section.passages, start=1):
                place = f"{section.sec_id or order}:{number}"
                found += sentences_of(passage, section.part, section.path, place)
        return found


def _label_around(node: etree._Element) -> str:
    """Return the label of the table or figure around an element, such as "Figure 1"."""
    return next((label for above in node.iterancestors() if (label := text_of(above.find("label")))), "")


def _with_results(sections: list[Section]) -> list[Section]:
    """Return the sections; where no heading says results, those between methods and discussion are them.

    A review often groups its studies under the names of its themes, without a heading above them.
    """
    parts = [section.part for section in sections]
    if "results" in parts or "methods" not in parts:
        return sections
    first = len(parts) - parts[::-1].index("methods")
    last = parts.index("discussion", first) if "discussion" in parts[first:] else len(parts)
    return [
        section._replace(part="results") if first <= place < last and not section.part else section
        for place, section in enumerate(sections)
    ]


def _tidy(root: etree._Element) -> None:
    """Take names out of their namespaces, and comments, translations and replies out of the tree."""
    for node in list(root.iter()):
        if isinstance(node.tag, str):
            _without_namespaces(node)
    for node in [*root.iter(etree.Comment), *root.iter("sub-article"), *root.iter("response")]:
        _remove(node)


def _without_namespaces(node: etree._Element) -> None:
    node.tag = str(node.tag).rpartition("}")[2]
    for name, value in node.attrib.items():
        namespace, _, short = str(name).rpartition("}")
        if namespace and short not in node.attrib:
            node.set(short, value)


def _remove(node: etree._Element) -> None:
    """Take an element out of the tree and keep the text behind it."""
    above = node.getparent()
    if above is None:
        return
    if node.tail:
        before = node.getprevious()
        if before is None:
            above.text = (above.text or "") + node.tail
        else:
            before.tail = (before.tail or "") + node.tail
    above.remove(node)
