"""PubMed's XML (PubmedArticleSet), read as a stream: one article in memory at a time."""

import json
import re
from collections.abc import Iterator
from typing import IO

from lxml import etree

from scripts.common.dates import partial_date
from scripts.common.errors import InputError
from scripts.common.records import CONCERN, RETRACTED, RETRACTION_NOTICE, Record

ARTICLES = ("PubmedArticle", "PubmedBookArticle")

# Where PubMed keeps the dates that a search can be limited to.
HISTORY_STATUS = {"crdt": "entrez", "edat": "pubmed"}


def articles(stream: IO[bytes], name: str) -> Iterator[etree._Element]:
    """Yield each article of a PubmedArticleSet; its memory is freed when the next is asked for.

    ``name`` is the file as the user knows it. XML that is damaged, cut or of another kind raises
    ``InputError``. No DTD is loaded and no entity of its own is resolved.
    """
    events = etree.iterparse(
        stream, events=("start", "end"), load_dtd=False, no_network=True, resolve_entities=False
    )
    root: etree._Element | None = None
    try:
        for event, element in events:
            if root is None:
                root = element
                if root.tag != "PubmedArticleSet":
                    raise InputError(f"{name}: begins with <{root.tag}>, PubmedArticleSet is needed.")
            elif event == "end" and element.tag in ARTICLES:
                yield element
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        raise InputError(f"{name}: damaged or cut XML ({error.msg}). Fetch it again.") from None


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


def history_date(article: etree._Element, status: str) -> str:
    """Return a date of the record's history in PubMed: entrez (created), pubmed (entered), medline."""
    return _date(article.find(f".//History/PubMedPubDate[@PubStatus='{status}']"))


def revised(article: etree._Element) -> str:
    """Return the day on which the record was last revised, or ``""``."""
    return _date(article.find("MedlineCitation/DateRevised"))


def record(article: etree._Element) -> Record:
    """Return the bibliographic facts of one article, as PubMed wrote them, keys as in records.csv."""
    if article.tag == "PubmedBookArticle":
        return _book(article)
    citation = article.find("MedlineCitation")
    body = article.find("MedlineCitation/Article")
    journal = article.find("MedlineCitation/Article/Journal")
    if citation is None or body is None or journal is None:
        raise InputError(f"PMID {pmid(article)}: the article has no MedlineCitation/Article/Journal.")
    ids = _article_ids(article.find("PubmedData/ArticleIdList"))
    types = [_text(node) for node in body.iterfind("PublicationTypeList/PublicationType")]
    known = _publication_date(journal.find("JournalIssue/PubDate"))
    vernacular = _text(body.find("VernacularTitle"))
    return {
        "type": "; ".join(types),
        "title": _text(body.find("ArticleTitle")) or vernacular,
        "authors": _authors(body.find("AuthorList")),
        "year": known[:4],
        "date": known,
        "journal": _text(journal.find("Title")),
        "journal_abbrev": _text(journal.find("ISOAbbreviation"))
        or _text(citation.find("MedlineJournalInfo/MedlineTA")),
        "volume": _text(journal.find("JournalIssue/Volume")),
        "issue": _text(journal.find("JournalIssue/Issue")),
        "pages": _text(body.find("Pagination/MedlinePgn")),
        "doi": _text(body.find("ELocationID[@EIdType='doi']")) or ids.get("doi", ""),
        "pmid": pmid(article),
        "pmcid": ids.get("pmc", ""),
        "issn": _text(journal.find("ISSN")),
        "language": "; ".join(_text(node) for node in body.iterfind("Language")),
        "abstract": _abstract(body.find("Abstract")),
        "keywords": "; ".join(
            [_text(node) for node in citation.iterfind("KeywordList/Keyword")]
            + [_text(node) for node in citation.iterfind("MeshHeadingList/MeshHeading/DescriptorName")]
        ),
        "retraction": _retraction(types, citation),
        "extra": json.dumps({"vernacular_title": vernacular}, ensure_ascii=False) if vernacular else "",
    }


def _book(article: etree._Element) -> Record:
    document = article.find("BookDocument")
    if document is None:
        raise InputError("a PubmedBookArticle has no BookDocument.")
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
    return "" if node is None else " ".join("".join(str(part) for part in node.itertext()).split())


def _date(node: etree._Element | None) -> str:
    if node is None:
        return ""
    return partial_date(_text(node.find("Year")), _text(node.find("Month")), _text(node.find("Day")))


def _publication_date(node: etree._Element | None) -> str:
    if node is None:
        return ""
    loose = _text(node.find("MedlineDate"))
    if loose:  # "2019 Nov-Dec", "1998 Dec-1999 Jan", "Spring 2001": the first year, its first month
        found = re.search(r"\b([12]\d{3})\b(?:\s+([A-Za-z]{3,9}))?", loose)
        return partial_date(found[1], found[2] or "") if found else ""
    return _date(node)


def _authors(names: etree._Element | None) -> str:
    if names is None:
        return ""
    people = []
    for author in names.iterfind("Author"):
        family = _text(author.find("LastName"))
        given = _text(author.find("ForeName")) or _text(author.find("Initials"))
        suffix = _text(author.find("Suffix"))
        person = ", ".join(part for part in (family, " ".join(p for p in (given, suffix) if p)) if part)
        people.append(person or _text(author.find("CollectiveName")))
    return "; ".join(person for person in people if person)


def _abstract(node: etree._Element | None) -> str:
    if node is None:
        return ""
    parts = []
    for part in node.iterfind("AbstractText"):
        label, text = part.get("Label"), _text(part)
        parts.append(f"{label}: {text}" if label else text)
    return " ".join(part for part in parts if part)


def _article_ids(ids: etree._Element | None) -> dict[str, str]:
    if ids is None:
        return {}
    return {str(node.get("IdType")): _text(node) for node in ids.iterfind("ArticleId")}


def _retraction(types: list[str], citation: etree._Element) -> str:
    """A retraction is told by PubMed's types and links; an erratum is none."""
    kinds = {kind.casefold() for kind in types}
    links = {
        str(node.get("RefType")) for node in citation.iterfind("CommentsCorrectionsList/CommentsCorrections")
    }
    if "retracted publication" in kinds or links & {"RetractionIn", "RetractedandRepublishedIn"}:
        return RETRACTED
    if "retraction of publication" in kinds or "retraction notice" in kinds:
        return RETRACTION_NOTICE
    return CONCERN if "ExpressionOfConcernIn" in links else ""
