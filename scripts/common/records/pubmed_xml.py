"""PubMed's XML (PubmedArticleSet), read as a stream: one article in memory at a time."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from lxml import etree

from scripts.common.errors import InputError
from scripts.common.records.record import CONCERN, RETRACTED, RETRACTION_NOTICE, Record
from scripts.common.values.dates import partial_date

NAMES = ("Author", "LastName", "ForeName", "Initials", "Suffix", "CollectiveName")
ARTICLES = ("PubmedArticle", "PubmedBookArticle")

as_json = json.JSONEncoder(ensure_ascii=False).encode

# Where PubMed keeps the dates that a search can be limited to.
HISTORY_STATUS = {"crdt": "entrez", "edat": "pubmed"}
# The month from which a season counts: PubMed User Guide, Publication Date.
SEASONS = {"winter": "01", "spring": "04", "summer": "07", "fall": "10", "autumn": "10"}
_SEASON = re.compile("|".join(SEASONS))


def articles(stream: IO[bytes], name: str) -> Iterator[etree._Element]:
    """Yield each article of a PubmedArticleSet; its memory is freed when the next is asked for.

    ``name`` is the file as the user knows it. XML that is damaged, cut or of another kind raises
    ``InputError``. No DTD is loaded and no entity of its own is resolved.
    """
    events = etree.iterparse(
        stream,
        events=("end",),
        tag=ARTICLES,
        load_dtd=False,
        no_network=True,
        resolve_entities=False,
        collect_ids=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        for _, element in events:
            yield element
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
        if events.root.tag != "PubmedArticleSet":
            raise InputError(f"{name}: begins with <{events.root.tag}>, PubmedArticleSet is needed.")
    except etree.XMLSyntaxError as error:
        raise InputError(
            f"{name} line {error.lineno}: damaged or cut XML ({error.msg}). Fetch it again."
        ) from None


def count_articles(path: str | Path) -> int:
    """Count the tags in which an article begins, as plainly as possible."""
    with open(path, "rb") as stream:
        return sum(len(re.findall(rb"<(?:PubmedArticle|PubmedBookArticle)[\s>]", line)) for line in stream)


def pmid(article: etree._Element) -> str:
    """Return the article's PMID."""
    return _text(
        article.find("MedlineCitation/PMID" if article.tag == "PubmedArticle" else "BookDocument/PMID")
    )


def article_date(article: etree._Element, field: str) -> str:
    """Return the day, month or year that the search field sees: crdt, edat or pdat; else ``""``."""
    if field == "pdat":
        node = article.find("MedlineCitation/Article/Journal/JournalIssue/PubDate")
        return _publication_date(node if node is not None else article.find("BookDocument/Book/PubDate"))
    return history_date(article, HISTORY_STATUS[field])


def printed_date(article: etree._Element) -> str:
    """Return the publication date in print as PubMed searches it: a season counts from its first month."""
    known = article_date(article, "pdat")
    node = article.find("MedlineCitation/Article/Journal/JournalIssue/PubDate")
    season = _SEASON.search("" if node is None else _text(node).casefold()) if len(known) == 4 else None
    return f"{known}-{SEASONS[season[0]]}" if season else known


def search_dates(article: etree._Element, field: str) -> list[str]:
    """Return every date by which the search field finds the article; by pdat print and electronic."""
    dates = {printed_date(article) if field == "pdat" else article_date(article, field)}
    if field == "pdat":
        electronic = article.iterfind("MedlineCitation/Article/ArticleDate[@DateType='Electronic']")
        dates.update(_date(node) for node in electronic)
    return sorted(dates - {""})


def history_date(article: etree._Element, status: str) -> str:
    """Return a date of the record's history in PubMed: entrez (created), pubmed (entered), medline."""
    data = "PubmedData" if article.tag == "PubmedArticle" else "PubmedBookData"
    return _date(article.find(f"{data}/History/PubMedPubDate[@PubStatus='{status}']"))


def revised(article: etree._Element) -> str:
    """Return the day on which the record was last revised, or ``""``."""
    return _date(article.find("MedlineCitation/DateRevised"))


def record(article: etree._Element, name: str) -> Record:
    """Return the bibliographic facts of one article, as PubMed wrote them, keys as in records.csv.

    ``name`` is the file as the user knows it; an article without its journal raises ``InputError``.
    """
    if article.tag == "PubmedBookArticle":
        return _book(article, name)
    parts = _children(article)
    citation = _children(parts.get("MedlineCitation"))
    body = _children(citation.get("Article"))
    if "Journal" not in body:
        raise InputError(f"{name}: PMID {pmid(article)} has no journal. Export it again.")
    journal = _children(body["Journal"])
    issue = _children(journal.get("JournalIssue"))
    ids = _article_ids(_children(parts.get("PubmedData")).get("ArticleIdList"))
    types = _texts(body.get("PublicationTypeList"))
    known = _publication_date(issue.get("PubDate"))
    vernacular = _text(body.get("VernacularTitle"))
    headings, major = _mesh(citation.get("MeshHeadingList"))
    keywords = [
        word for node in parts["MedlineCitation"].iterchildren("KeywordList") for word in _texts(node)
    ]
    found = {"vernacular_title": vernacular, "mesh_major": major}
    extra = {name: value for name, value in found.items() if value}
    abbreviation = _text(journal.get("ISOAbbreviation"))
    return {
        "type": "; ".join(types),
        "title": _text(body.get("ArticleTitle")) or vernacular,
        "authors": _authors(body.get("AuthorList")),
        "year": known[:4],
        "date": known,
        "journal": _text(journal.get("Title")),
        "journal_abbrev": abbreviation
        or _text(_children(citation.get("MedlineJournalInfo")).get("MedlineTA")),
        "volume": _text(issue.get("Volume")),
        "issue": _text(issue.get("Issue")),
        "pages": _text(_children(body.get("Pagination")).get("MedlinePgn")),
        "doi": _location(citation["Article"]) or ids.get("doi", ""),
        "pmid": _text(citation.get("PMID")),
        "pmcid": ids.get("pmc", ""),
        "issn": _text(journal.get("ISSN")),
        "language": "; ".join(_text(node) for node in citation["Article"].iterchildren("Language")),
        "abstract": _abstract(body.get("Abstract")),
        "keywords": "; ".join(keywords + headings),
        "retraction": _retraction(types, citation.get("CommentsCorrectionsList")),
        "extra": as_json(extra) if extra else "",
    }


def _book(article: etree._Element, name: str) -> Record:
    document = article.find("BookDocument")
    if document is None:
        raise InputError(f"{name}: a PubmedBookArticle has no BookDocument. Export it again.")
    book_title = _text(document.find("Book/BookTitle"))
    title = _text(document.find("ArticleTitle"))
    known = _publication_date(document.find("Book/PubDate"))
    ids = _article_ids(document.find("ArticleIdList"))
    return {
        "type": "; ".join(_text(node) for node in document.iterfind("PublicationType")) or "Book",
        "title": title or book_title,
        "authors": _authors(document.find("AuthorList")) or _authors(document.find("Book/AuthorList")),
        "year": known[:4],
        "date": known,
        "journal": book_title if title else "",
        "pages": _text(document.find("Pagination/MedlinePgn")),
        "doi": ids.get("doi", ""),
        "pmid": pmid(article),
        "pmcid": ids.get("pmc", ""),
        "isbn": _text(document.find("Book/Isbn")),
        "language": "; ".join(_text(node) for node in document.iterfind("Language")),
        "abstract": _abstract(document.find("Abstract")),
        "accession": ids.get("bookaccession", ""),
    }


def _text(node: etree._Element | None) -> str:
    """Return the text of a node with all markup inside it, white space folded."""
    if node is None:
        return ""
    text = "".join(map(str, node.itertext())) if len(node) else node.text
    if not text:
        return ""
    if text.isprintable() and "  " not in text:  # no white space but single blanks: most texts
        return text.strip()
    return " ".join(text.split())


def _children(node: etree._Element | None) -> dict[str, etree._Element]:
    """Return tag -> first child of that tag: one pass instead of a search for each."""
    return {} if node is None else {child.tag: child for child in node.iterchildren(reversed=True)}


def _texts(node: etree._Element | None) -> list[str]:
    """Return the text of every child."""
    return [] if node is None else [_text(child) for child in node]


def _location(body: etree._Element) -> str:
    """Return the DOI among the electronic locations of an article."""
    found = (node for node in body.iterchildren("ELocationID") if node.get("EIdType") == "doi")
    return _text(next(found, None))


def _date(node: etree._Element | None) -> str:
    return _day(_children(node))


def _day(parts: dict[str, etree._Element]) -> str:
    return partial_date(_text(parts.get("Year")), _text(parts.get("Month")), _text(parts.get("Day")))


def _publication_date(node: etree._Element | None) -> str:
    parts = _children(node)
    loose = _text(parts.get("MedlineDate"))
    if loose:  # "2019 Nov-Dec", "1998 Dec-1999 Jan", "Spring 2001": the first year, its first month
        found = re.search(r"\b([12]\d{3})\b(?:\s+([A-Za-z]{3,9}))?", loose)
        return partial_date(found[1], found[2] or "") if found else ""
    return _day(parts)


def _authors(names: etree._Element | None) -> str:
    people: list[dict[str, str]] = []
    for part in () if names is None else names.iter(*NAMES):
        if part.tag == "Author":
            people.append({})
        elif people:
            people[-1].setdefault(part.tag, _text(part))
    return "; ".join(person for person in map(_person, people) if person)


def _person(parts: dict[str, str]) -> str:
    family = parts.get("LastName", "")
    given = f"{parts.get('ForeName') or parts.get('Initials', '')} {parts.get('Suffix', '')}".strip()
    if family and given:
        return f"{family}, {given}"
    return family or given or parts.get("CollectiveName", "")


def _abstract(node: etree._Element | None) -> str:
    if node is None:
        return ""
    parts = []
    for part in node.iterchildren("AbstractText"):
        label, text = part.get("Label"), _text(part)
        parts.append(f"{label}: {text}" if label else text)
    return " ".join(part for part in parts if part)


def _mesh(headings: etree._Element | None) -> tuple[list[str], list[str]]:
    """Return the MeSH headings, and those of them that are major, by themselves or by a qualifier."""
    names: list[str] = []
    major: list[str] = []
    for part in () if headings is None else headings.iter("DescriptorName", "QualifierName"):
        if part.tag == "DescriptorName":
            names.append(_text(part))
        if part.get("MajorTopicYN") == "Y" and names[-1:] != major[-1:]:
            major += names[-1:]
    return names, major


def _article_ids(ids: etree._Element | None) -> dict[str, str]:
    if ids is None:
        return {}
    return {str(node.get("IdType")): _text(node) for node in ids}


def _retraction(types: list[str], corrections: etree._Element | None) -> str:
    """Return what PubMed's types and links say of a retraction; an erratum is none."""
    kinds = {kind.casefold() for kind in types}
    links = set() if corrections is None else {str(node.get("RefType")) for node in corrections}
    if "retracted publication" in kinds or links & {"RetractionIn", "RetractedandRepublishedIn"}:
        return RETRACTED
    if "retraction of publication" in kinds or "retraction notice" in kinds:
        return RETRACTION_NOTICE
    return CONCERN if "ExpressionOfConcernIn" in links else ""
