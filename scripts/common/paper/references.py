"""The reference list of an article: one entry per ``ref``, with the fields by which a work is found again."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from lxml import etree

from scripts.common.paper.xml_text import clean, text_of
from scripts.common.values.identifiers import doi_in, doi_key, pmid_key

CITATION_ELEMENTS = ("element-citation", "mixed-citation", "nlm-citation", "citation", "product")
_PUBMED_LINK = re.compile(r"pubmed(?:\.ncbi\.nlm\.nih\.gov)?/(\d{4,9})")
_YEAR = re.compile(r"\b(?:1[89]|20)\d\d[a-z]?\b")
_YEAR_IN_TEXT = re.compile(r"\b(?:19|20)\d\d[a-z]?\b")
_YEAR_BEFORE_VOLUME = re.compile(r"\b(?:19|20)\d\d[a-z]?(?=[;:]\s?\d)")
_LINKS_IN_TEXT = re.compile(r"https?://\S+|10\.\d{4,9}/\S+")


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


def reference_nodes(root: etree._Element) -> Iterator[etree._Element]:
    """Yield the ``ref`` elements of an article in their order, wherever its list is."""
    return (node for node in root.iter("ref") if node.get("id") or len(node))


def read_reference(node: etree._Element, number: int) -> Reference:
    """Return one entry; of several citations inside one, the first gives the fields and all the raw text."""
    parts = [one for name in CITATION_ELEMENTS for one in node.iterfind(f".//{name}")]
    main = parts[0] if parts else node
    raw = clean(" ".join(_spaced(one) for one in parts) if parts else _spaced(node))
    label = text_of(node.find("label")) or text_of(main.find("label"))
    title = _first_text(main, "article-title", "chapter-title", "data-title")
    source = _first_text(main, "source")
    doi, pmid, pmcid = _identifiers(node, raw)
    return Reference(
        ref_id=str(node.get("id") or f"ref-{number}"),
        number=number,
        label=label.strip("[]().: \u00a0"),
        authors=_authors(main) or _authors_of_text(raw),
        year=_year(main, raw),
        title=title or source,
        journal=source if title else "",
        volume=_first_text(main, "volume"),
        issue=_first_text(main, "issue"),
        pages=_pages(main),
        doi=doi,
        pmid=pmid,
        pmcid=pmcid,
        raw=raw,
    )


def surname(entry: Reference) -> str:
    """Return the family name of the first author, or ``""``."""
    return entry.authors.split(";")[0].split(",")[0].strip()


def order_of(refs: Mapping[str, Reference], ref_ids: Sequence[str]) -> list[str]:
    """Return ref_ids in the order of the reference list, once each."""
    return sorted(set(ref_ids), key=lambda ref: refs[ref].number)


def _first_text(node: etree._Element, *names: str) -> str:
    """Return the text of the first of these elements that has one, in the order of the names."""
    return next((text for name in names if (text := text_of(node.find(f".//{name}")))), "")


def _identifiers(node: etree._Element, raw: str) -> tuple[str, str, str]:
    """Return DOI, PMID and PMCID: as tagged, else from a link, the DOI also from the text."""
    tagged: dict[str, str] = {}
    for one in node.iter("pub-id", "article-id"):
        tagged.setdefault(str(one.get("pub-id-type")), text_of(one))
    links = [str(one.get("href") or "") for one in node.iter("ext-link", "uri")]
    doi = tagged.get("doi", "") or next((doi_in(link) for link in links if doi_key(link)), "")
    doi = doi_in(doi) or doi_in(raw) if doi_key(doi) or doi_key(raw) else ""
    pmid = pmid_key(tagged.get("pmid", "")) or next(
        (found[1] for link in links if (found := _PUBMED_LINK.search(link))), ""
    )
    pmcid = tagged.get("pmcid", "") or tagged.get("pmc", "")
    return doi, pmid, f"PMC{pmcid.upper().removeprefix('PMC')}" if pmcid else ""


def _pages(node: etree._Element) -> str:
    """Return ``first-last``, else the first page, else the number of an electronic article."""
    first, last = _first_text(node, "fpage"), _first_text(node, "lpage")
    return f"{first}-{last}" if first and last else first or _first_text(node, "elocation-id")


def _year(node: etree._Element, raw: str) -> str:
    """Return the year with its letter: as tagged, else in the text: before a volume, else the first one.

    A title may name another year: "during the 1996 Summer Games. Res Rep 2010;1".
    """
    if node.find(".//year") is not None:
        found = _YEAR.search(_first_text(node, "year"))
        if found and (letter := re.search(rf"\b{found[0]}[a-z]\b", raw)):
            return letter[0]  # "2010</year>a": the letter is behind the tag
    else:
        text = _LINKS_IN_TEXT.sub("", raw)
        found = _YEAR_BEFORE_VOLUME.search(text) or _YEAR_IN_TEXT.search(text)
    return found[0] if found else ""


def _spaced(node: etree._Element) -> str:
    """Return the text of a citation; an element-citation has no punctuation of its own."""
    joiner = " " if node.tag in ("element-citation", "nlm-citation") else ""
    return joiner.join(map(str, node.itertext()))


def _authors(node: etree._Element) -> str:
    """Return ``Family, Given; Family, Given``; editors only where no author is named."""
    groups: dict[str, list[str]] = {}
    for one in node.iter("name", "string-name", "collab"):
        above = one.getparent()
        kind = "" if above is None else str(above.get("person-group-type") or "author")
        if one.tag == "collab":
            person = text_of(one)
        else:
            family, given = text_of(one.find("surname")), text_of(one.find("given-names"))
            person = f"{family}, {given}" if family and given else family or given or text_of(one)
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
