"""The full text of an article in JATS or NLM XML: read safely, its references, sections and citations.

JATS is described at https://jats.nlm.nih.gov. What publishers make of it differs: docs/paper.md.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from html.entities import html5
from pathlib import Path
from typing import Any, NamedTuple

from lxml import etree

from scripts.common.errors import InputError
from scripts.common.values.identifiers import doi_in, doi_key, pmid_key

MAX_BYTES = 64_000_000  # of one file: the longest reviews have about 5 million
MAX_RANGE = 200  # references that one "12-80" may stand for; more is taken for a mistake
DASHES = (
    r"\-"
    "\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{FIGURE DASH}\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}\N{HORIZONTAL BAR}"
)
_DASH = re.compile(rf"[\s\[\]()]*[{DASHES}][\s\[\]()]*")
_NUMBERS = re.compile(rf"[\s\[\](),;.\d{DASHES}]*\d[\s\[\](),;.\d{DASHES}]*")
_RANGE = re.compile(rf"(\d+)\s*[{DASHES}]\s*(\d+)")
_BRACKET = re.compile(rf"\[\s*(\d{{1,4}}(?:\s*[,;{DASHES}]\s*\d{{1,4}})*)\s*\]")
_OPEN_END = re.compile(rf"\s*[{DASHES}]\s*(\d{{1,4}})(?=\s*[\]),;]|\s*$)")

# What is no running text of the place where it stands.
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
NOT_OWN = {"sec", "title", "label", "sec-meta", *NOT_TEXT}
BREAKS = {"p", "list", "list-item", "title", "disp-quote", "break", "td", "th", "def-item", "label", "speech"}

PARTS = (  # part -> how its heading begins or what it holds, in the order in which they are tried
    ("results", r"results?\b|findings?\b|main (?:results|findings)|presentation (?:and|of)\b.*\bresults"),
    (
        "discussion",
        r"discussions?\b|conclusions?\b|summary\b|limitations?\b|implications\b|final (?:remarks|consider)",
    ),
    (
        "methods",
        r"(?:materials?|patients?) and methods?|methods?\b|methodolog|search (?:strategy|methods?)\b",
    ),
    ("introduction", r"introduction\b|background\b|rationale\b|objectives?\b|aims?\b"),
)


class Reference(NamedTuple):
    """One entry of the reference list. ``number`` is its place in the list, from 1; ``label`` as printed."""

    ref_id: str
    number: int
    label: str
    authors: str
    year: str
    title: str
    journal: str
    volume: str
    issue: str
    pages: str
    doi: str
    pmid: str
    pmcid: str
    raw: str


class Citation(NamedTuple):
    """References cited at one place of a text: ``start`` and ``end`` count its characters."""

    start: int
    end: int
    ref_ids: tuple[str, ...]


class Passage(NamedTuple):
    """Running text with its citations: a paragraph, a list, or a cell of a table."""

    text: str
    citations: tuple[Citation, ...]

    @property
    def ref_ids(self) -> list[str]:
        """The references cited, once each, in their order."""
        return list(dict.fromkeys(ref for citation in self.citations for ref in citation.ref_ids))


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


class Sentence(NamedTuple):
    """A sentence with the references cited in it; ``place`` is section, paragraph and sentence, from 1."""

    text: str
    ref_ids: tuple[str, ...]
    part: str
    path: tuple[str, ...]
    place: str
    citations: tuple[Citation, ...]


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
        raise InputError(f"{name}: declares entities of its own. Articles need none: get the file anew.")
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        said = " ".join(str(error).split())[:160]
        raise InputError(f"{name}: no well-formed XML of an article ({said}). Get the file anew.") from None
    inside: Any = root.getroottree().docinfo.internalDTD
    if inside is not None and list(inside.entities()):
        raise InputError(f"{name}: declares entities of its own. Articles need none: get the file anew.")
    return root


class Article:
    """An article with its text, references and tables. Translations and replies inside it are left out."""

    def __init__(self, content: bytes, name: str) -> None:
        """Read the one article of a file or of an envelope around it; ``InputError`` without full text."""
        root = parse_safely(content, name)
        comments = [" ".join((node.text or "").split()) for node in root.iter(etree.Comment)]
        _tidy(root)
        found = [root] if root.tag == "article" else list(root.iterfind(".//article"))
        if len(found) != 1:
            raise InputError(f"{name}: holds {len(found)} JATS articles, one is needed: the review itself.")
        self.name, self.root = name, found[0]
        self.body = self.root.find("body")
        if self.body is None or not _clean(" ".join(map(str, self.body.itertext()))):
            why = next((text for text in comments if "not allow" in text), "front matter and abstract only")
            raise InputError(
                f"{name}: no full text ({why[:120]}). Get the full text as JATS XML from its publisher."
            )

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
                text = _clean("".join(map(str, node.itertext())))
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
            text = _clean(" ".join(map(str, node.itertext())))
            if text:
                address = re.search(r"https?://creativecommons\.org/[\w./-]+", text)
                return address[0].rstrip(".") if address else text[:300]
        return ""

    # -- references ----------------------------------------------------------------------------

    @cached_property
    def references(self) -> list[Reference]:
        """The reference list, wherever it stands, in its order; one entry per ``ref``."""
        nodes = [node for node in self.root.iter("ref") if node.get("id") or len(node)]
        return [_reference(node, number) for number, node in enumerate(nodes, start=1)]

    @cached_property
    def reference(self) -> dict[str, Reference]:
        """The references by ref_id."""
        return {entry.ref_id: entry for entry in self.references}

    @cached_property
    def by_label(self) -> dict[int, str]:
        """Printed number -> ref_id. A list without printed numbers is counted from 1."""
        named = {int(entry.label): entry.ref_id for entry in self.references if entry.label.isdecimal()}
        if named:
            return named
        if any(entry.label for entry in self.references):
            return {}
        return {entry.number: entry.ref_id for entry in self.references}

    @cached_property
    def _aliases(self) -> dict[str, str]:
        """The id of a citation, or of the ref around it -> ref_id."""
        names: dict[str, str] = {}
        for node, entry in zip(
            (node for node in self.root.iter("ref") if node.get("id") or len(node)),
            self.references,
            strict=True,
        ):
            for one in node.iter():
                if isinstance(one.tag, str) and one.get("id"):
                    names[str(one.get("id"))] = entry.ref_id
        return names

    @cached_property
    def numbered(self) -> bool:
        """Does the text cite by number? Told by the printed text of the links to references."""
        links = [link for link in self.root.iter("xref") if self._targets(link)]
        texts = ["".join(map(str, link.itertext())) for link in links]
        numeric = sum(
            1 for text in texts if _NUMBERS.fullmatch(text) and not re.fullmatch(r"\D*(?:19|20)\d\d\D*", text)
        )
        return 2 * numeric > len(texts) if texts else bool(self.by_label)

    def _targets(self, link: etree._Element) -> list[str]:
        """Return the ref_ids that a link names."""
        return [self._aliases[name] for name in (link.get("rid") or "").split() if name in self._aliases]

    def _numbers(self, text: str) -> list[str]:
        """Return the references that printed numbers mean, ranges filled in."""
        refs: list[str] = []
        for part in re.finditer(rf"(\d+)(?:\s*[{DASHES}]\s*(\d+))?", text):
            refs += self._between(int(part[1]), int(part[2] or part[1]))
        return list(dict.fromkeys(refs))

    def _between(self, low: int, high: int) -> list[str]:
        if not 0 < high - low <= MAX_RANGE or low not in self.by_label or high not in self.by_label:
            return [self.by_label[n] for n in dict.fromkeys((low, high)) if n in self.by_label]
        return [self.by_label[n] for n in range(low, high + 1) if n in self.by_label]

    def _label(self, ref_id: str) -> int:
        """Return the printed number of a reference, or 0."""
        entry = self.reference[ref_id]
        number = int(entry.label) if entry.label.isdecimal() else entry.number
        return number if self.by_label.get(number) == ref_id else 0

    # -- running text --------------------------------------------------------------------------

    def passage(self, node: etree._Element, skip: frozenset[str] | set[str] = frozenset(NOT_TEXT)) -> Passage:
        """Return the text of a node with its citations; ranges whose ends alone are linked are filled in."""
        pieces: list[str] = []
        links: list[tuple[int, int, list[str]]] = []
        size = 0

        def add(text: str | None) -> None:
            nonlocal size
            for character in re.findall(r"\s+|\S+", text or ""):
                piece = " " if character.isspace() else character
                if piece == " " and (not pieces or pieces[-1].endswith(" ")):
                    continue
                pieces.append(piece)
                size += len(piece)

        def walk(one: etree._Element) -> None:
            if not isinstance(one.tag, str):
                if one.tag is etree.Entity:
                    add(html5.get(f"{one.name}", ""))
                return
            if (
                one is not node
                and one.tag in skip
                and not (one.tag == "alternatives" and "tex-math" in skip and _math(one))
            ):
                return
            if one.tag in BREAKS:
                add(" ")
            start = size
            add(one.text)
            for child in one:
                walk(child)
                add(child.tail)
            if one.tag == "xref" and (targets := self._targets(one)):
                links.append((start, size, targets))
            if one.tag in BREAKS:
                add(" ")

        walk(node)
        text = "".join(pieces)
        return Passage(text.rstrip(), tuple(self._citations(text, links)))

    def _citations(self, text: str, links: Sequence[tuple[int, int, list[str]]]) -> Iterator[Citation]:
        """Yield the citations of a text from its links, and from printed numbers that nobody linked."""
        if not self.numbered:
            for start, end, targets in links:
                yield Citation(start, end, tuple(targets))
            return
        linked = [False] * (len(text) + 1)
        previous: tuple[int, int, list[str]] | None = None
        for place, (start, end, targets) in enumerate(links):
            printed = text[start:end]
            refs = list(targets)
            if _RANGE.search(printed) and _NUMBERS.fullmatch(printed):
                refs = list(dict.fromkeys([*targets, *self._numbers(printed)]))
            begin = start
            if previous is not None and _DASH.fullmatch(text[previous[1] : start]):
                low, high = self._label(previous[2][-1]), self._label(targets[0])
                if 0 < low < high:
                    refs = list(dict.fromkeys([*self._between(low, high)[1:], *refs]))
                    begin = previous[1]
            after = _OPEN_END.match(text, end)
            following = links[place + 1][0] if place + 1 < len(links) else len(text) + 1
            if after and after.end() <= following and (low := self._label(refs[-1])):
                high = int(after[1])
                inside = text[:end].count("[") > text[:end].count("]") or text[:end].count("(") > text[
                    :end
                ].count(")")
                if inside and low < high and high in self.by_label:
                    refs += self._between(low, high)[1:]
                    end = after.end()
            for index in range(begin, end):
                linked[index] = True
            yield Citation(begin, end, tuple(refs))
            previous = (start, end, targets)
        for found in _BRACKET.finditer(text):
            if (
                not any(linked[found.start() : found.end()])
                and (refs := self._numbers(found[1]))
                and self._bare
            ):
                yield Citation(found.start(), found.end(), tuple(refs))

    @cached_property
    def _bare(self) -> bool:
        """Does the body print its numbers without linking them? Then brackets of numbers are citations."""
        assert self.body is not None
        return not any(self._targets(link) for link in self.body.iter("xref"))

    # -- sections ------------------------------------------------------------------------------

    @cached_property
    def sections(self) -> list[Section]:
        """The sections of the body in their order, each after the one that it stands in."""
        assert self.body is not None
        found: list[Section] = []
        loose = tuple(self._own(self.body))
        if loose:
            found.append(Section("", "", "", (), "", loose, False))
        for node in self.body.iterchildren("sec"):
            self._sections(node, (), "", found)
        return found

    def _sections(
        self, node: etree._Element, above: tuple[str, ...], part: str, found: list[Section]
    ) -> None:
        title_node, label = node.find("title"), node.find("label")
        title = "" if title_node is None else self.passage(title_node).text
        printed = "" if label is None else _clean("".join(map(str, label.itertext())))
        heading = f"{printed} {title}".strip()
        inside = re.match(r"((?:\d+|[IVX]+(?=\.))(?:\.\d+)*)\.?\s+(?=\S)", heading)
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
    def abstract(self) -> list[Passage]:
        """The paragraphs of the abstract."""
        node = self.root.find("front/article-meta/abstract")
        return [] if node is None else [p for one in node.iter("p") if (p := self.passage(one)).text]

    @cached_property
    def sentences(self) -> list[Sentence]:
        """Every sentence of the abstract and of the body."""
        found: list[Sentence] = []
        for number, passage in enumerate(self.abstract, start=1):
            found += _sentences(passage, "abstract", ("Abstract",), f"abstract:{number}")
        for order, section in enumerate(self.sections, start=1):
            for number, passage in enumerate(section.passages, start=1):
                found += _sentences(
                    passage, section.part, section.path, f"{section.sec_id or order}:{number}"
                )
        return found


def part_of(heading: str, sec_type: str) -> str:
    """Return the part that a heading opens: introduction, methods, results, discussion or ``""``."""
    words = re.sub(r"^(?:[\dIVX]+\.?)+\s+", "", heading).casefold()
    for part, pattern in PARTS:
        if re.match(pattern, words):
            return part
    kind = sec_type.casefold()
    return next(
        (part for part, _ in PARTS if part in kind or (part == "introduction" and kind == "intro")), ""
    )


_ABBREVIATION = re.compile(
    r"(?:\b(?:et al|e\.g|i\.e|vs|cf|Figs?|Tab|No|Dr|Prof|St|approx|ca|Refs?|Eq|Suppl|etc)|\b[A-Z])\.$"
)


def _sentences(passage: Passage, part: str, path: tuple[str, ...], place: str) -> list[Sentence]:
    """Return the sentences of a passage; a citation after the full stop belongs to what it follows."""
    text = passage.text
    inside = {index for c in passage.citations for index in range(c.start, c.end)}
    cuts: list[int] = []
    for found in re.finditer(r"[.!?][\"')\]”’]*(?=\s)", text):
        end = found.end()
        if end - 1 in inside or _ABBREVIATION.search(text[max(0, found.start() - 12) : found.start() + 1]):
            continue
        rest = text[end:].lstrip()
        if rest[:1].islower():
            continue
        cuts.append(end)
    for citation in passage.citations:  # "in practice.12,23 Out of": the superscript follows the stop
        if text[max(citation.start - 1, 0) : citation.start] in tuple(".!?"):
            follow = [c.end for c in passage.citations if c.start >= citation.start]
            end = citation.end
            for nxt in sorted(follow):
                if re.fullmatch(rf"[\s,;{DASHES}\d]*", text[end:nxt]):
                    end = nxt
            if re.match(r"\s+[A-Z]", text[end:]):
                cuts.append(end)
    sentences, start = [], 0
    for number, end in enumerate([*sorted(set(cuts)), len(text)], start=1):
        piece = text[start:end].strip()
        if piece:
            cited = tuple(c for c in passage.citations if start <= c.start < end)
            shift = start + len(text[start:end]) - len(text[start:end].lstrip())
            refs = tuple(dict.fromkeys(ref for c in cited for ref in c.ref_ids))
            moved = tuple(Citation(c.start - shift, c.end - shift, c.ref_ids) for c in cited)
            sentences.append(Sentence(piece, refs, part, path, f"{place}:{number}", moved))
        start = end
    return sentences


# -- details -----------------------------------------------------------------------------------


def _clean(text: str) -> str:
    return " ".join(text.split())


def _math(node: etree._Element) -> bool:
    return all(
        isinstance(child.tag, str) and child.tag in ("tex-math", "math", "inline-graphic") for child in node
    )


def _tidy(root: etree._Element) -> None:
    """Take names out of their namespaces, and comments, translations and replies out of the tree."""
    for node in list(root.iter()):
        if isinstance(node.tag, str):
            node.tag = etree.QName(node).localname
            for name, value in list(node.attrib.items()):
                short = etree.QName(name).localname
                if short != name and short not in node.attrib:
                    node.set(short, value)
    drop = [*root.iter(etree.Comment), *root.iter("sub-article"), *root.iter("response")]
    for node in drop:
        above = node.getparent()
        if above is None:
            continue
        if node.tail:
            before = node.getprevious()
            if before is None:
                above.text = (above.text or "") + node.tail
            else:
                before.tail = (before.tail or "") + node.tail
        above.remove(node)


def _text(node: etree._Element | None) -> str:
    return "" if node is None else _clean("".join(map(str, node.itertext())))


_CITATIONS = ("element-citation", "mixed-citation", "nlm-citation", "citation", "product")


def _reference(node: etree._Element, number: int) -> Reference:
    """Return one entry; of several citations inside one, the first gives the fields and all the raw text."""
    label = _text(node.find("label"))
    parts = [one for name in _CITATIONS for one in node.iterfind(f".//{name}")]
    main = parts[0] if parts else node
    raw = _clean(" ".join(_spaced(one) for one in parts) if parts else _spaced(node))
    if not label:
        inner = main.find("label")
        label = _text(inner)
    ids: dict[str, str] = {}
    for one in node.iter("pub-id", "article-id"):
        ids.setdefault(str(one.get("pub-id-type")), _text(one))
    links = [str(one.get("href") or "") for one in node.iter("ext-link", "uri")]
    doi = ids.get("doi", "") or next((doi_in(link) for link in links if doi_key(link)), "")
    doi = doi_in(doi) or doi_in(raw) if doi_key(doi) or doi_key(raw) else ""
    pmid = pmid_key(ids.get("pmid", "")) or next(
        (m[1] for link in links if (m := re.search(r"pubmed(?:\.ncbi\.nlm\.nih\.gov)?/(\d{4,9})", link))), ""
    )
    pmcid = ids.get("pmcid", "") or ids.get("pmc", "")
    first, last = _text(main.find(".//fpage")), _text(main.find(".//lpage"))
    pages = f"{first}-{last}" if first and last else first or _text(main.find(".//elocation-id"))
    article = (
        _text(main.find(".//article-title"))
        or _text(main.find(".//chapter-title"))
        or _text(main.find(".//data-title"))
    )
    source = _text(main.find(".//source"))
    authors = _authors(main)
    year = re.search(r"\b(?:1[89]|20)\d\d[a-z]?\b", _text(main.find(".//year")) or "")
    if not year and (main.find(".//year") is None):
        years = re.findall(r"\b(?:19|20)\d\d[a-z]?\b", re.sub(r"https?://\S+|10\.\d{4,9}/\S+", "", raw))
        year = re.search(r".+", years[0]) if years else None
    return Reference(
        ref_id=str(node.get("id") or f"ref-{number}"),
        number=number,
        label=label.strip("[]().: \u00a0"),
        authors=authors or _authors_of_text(raw),
        year=year[0] if year else "",
        title=article or source,
        journal=source if article else "",
        volume=_text(main.find(".//volume")),
        issue=_text(main.find(".//issue")),
        pages=pages,
        doi=doi,
        pmid=pmid,
        pmcid=f"PMC{pmcid.upper().removeprefix('PMC')}" if pmcid else "",
        raw=raw,
    )


def _spaced(node: etree._Element) -> str:
    """Return the text of a citation; an element-citation has no punctuation of its own."""
    joiner = " " if node.tag in ("element-citation", "nlm-citation") else ""
    return joiner.join(map(str, node.itertext()))


def _authors(node: etree._Element) -> str:
    """Return ``Family, Given; Family, Given``; editors only where nobody else is named."""
    groups: dict[str, list[str]] = {}
    for one in node.iter("name", "string-name", "collab"):
        above = one.getparent()
        kind = "" if above is None else str(above.get("person-group-type") or "author")
        if one.tag == "collab":
            person = _text(one)
        else:
            family, given = _text(one.find("surname")), _text(one.find("given-names"))
            person = f"{family}, {given}" if family and given else family or given or _text(one)
        if person:
            groups.setdefault("author" if kind != "editor" else "editor", []).append(person)
    return "; ".join(groups.get("author") or groups.get("editor") or [])


def _authors_of_text(raw: str) -> str:
    """Return the first author of a reference that is one string: the words before the first initials."""
    text = re.sub(r"^[\s\[(]*\d+[\]).\s]+", "", raw)
    found = re.match(
        r"((?:[a-z']{1,4}\s){0,3}[^\W\d_][\w'’\-]+(?:[ -][A-Z][\w'’\-]+)?)[,\s]+"
        r"((?:[A-Z]\.?[-\s]?){1,4})(?=[,.;\s]|$)",
        text,
    )
    return f"{found[1]}, {found[2].strip()}" if found else ""


def surname(entry: Reference) -> str:
    """Return the family name of the first author, or ``""``."""
    return entry.authors.split(";")[0].split(",")[0].strip()


def order_of(refs: Mapping[str, Reference], ref_ids: Sequence[str]) -> list[str]:
    """Return ref_ids in the order of the reference list, once each."""
    return sorted(set(ref_ids), key=lambda ref: refs[ref].number)
