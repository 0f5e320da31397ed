"""What PubMed's indexes hold of one record, so that a query can be answered without PubMed.

Texts are kept as PubMed compares them: small letters without accents, every sign but letters and figures
a blank, and a blank at both ends, so that whole words and phrases can be looked for.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from lxml import etree

from scripts.common.records.pubmed_xml import history_date, pmid, printed_date, search_dates
from scripts.common.search.vocabulary import subheading_name
from scripts.common.values.dates import earliest_day
from scripts.common.values.identifiers import doi_key

_SIGNS = re.compile(r"[\W_]+")
_FIRST_PAGE = re.compile(r"[^\s,;–-]+")
_HISTORY = {"crdt": "entrez", "edat": "pubmed", "mhda": "medline"}

_ARTICLE = {
    "title": "MedlineCitation/Article/ArticleTitle",
    "vernacular": "MedlineCitation/Article/VernacularTitle",
    "abstract": "MedlineCitation/Article/Abstract/AbstractText",
    "other_abstract": "MedlineCitation/OtherAbstract/AbstractText",
    "keyword": "MedlineCitation/KeywordList/Keyword",
    "substance": "MedlineCitation/ChemicalList/Chemical/NameOfSubstance",
    "supplementary": "MedlineCitation/SupplMeshList/SupplMeshName",
    "type": "MedlineCitation/Article/PublicationTypeList/PublicationType",
    "language": "MedlineCitation/Article/Language",
    "affiliation": "MedlineCitation//AffiliationInfo/Affiliation",
    "journal": "MedlineCitation/Article/Journal/Title",
    "journal_abbreviation": "MedlineCitation/MedlineJournalInfo/MedlineTA",
    "journal_iso": "MedlineCitation/Article/Journal/ISOAbbreviation",
    "issn": "MedlineCitation/Article/Journal/ISSN",
    "issn_linking": "MedlineCitation/MedlineJournalInfo/ISSNLinking",
    "volume": "MedlineCitation/Article/Journal/JournalIssue/Volume",
    "issue": "MedlineCitation/Article/Journal/JournalIssue/Issue",
    "page": "MedlineCitation/Article/Pagination/MedlinePgn",
    "place": "MedlineCitation/MedlineJournalInfo/Country",
    "corporate": "MedlineCitation/Article/AuthorList/Author/CollectiveName",
    "subject_name": "MedlineCitation/PersonalNameSubjectList/PersonalNameSubject",
    "source_id": "MedlineCitation/Article/DataBankList/DataBank/AccessionNumberList/AccessionNumber",
    "source_name": "MedlineCitation/Article/DataBankList/DataBank/DataBankName",
    "note": "MedlineCitation/CommentsCorrectionsList/CommentsCorrections/RefSource",
    "identifier": "PubmedData/ArticleIdList/ArticleId",
    "location": "MedlineCitation/Article/ELocationID",
}
_BOOK = {
    "collection_title": "BookDocument/Book/BookTitle",
    "title": "BookDocument/ArticleTitle",
    "vernacular": "BookDocument/VernacularTitle",
    "abstract": "BookDocument/Abstract/AbstractText",
    "keyword": "BookDocument/KeywordList/Keyword",
    "type": "BookDocument/PublicationType",
    "language": "BookDocument/Language",
    "affiliation": "BookDocument//AffiliationInfo/Affiliation",
    "page": "BookDocument/Pagination/MedlinePgn",
    "place": "BookDocument/Book/Publisher/PublisherLocation",
    "corporate": "BookDocument/AuthorList/Author/CollectiveName",
    "identifier": "BookDocument/ArticleIdList/ArticleId",
}
_AUTHORS = {
    "PubmedArticle": "MedlineCitation/Article/AuthorList/Author",
    "PubmedBookArticle": "BookDocument/AuthorList/Author",
}
# the place is not searched by [all]; identifiers are, by their words
_NOT_IN_ALL = frozenset({"place", "identifier", "location"})
ALL_FIELDS = (
    frozenset({*_ARTICLE, *_BOOK, "heading", "subheading", "author", "pmid", "identifier_words"})
    - _NOT_IN_ALL
)

# the columns of a record of an export, and the field of PubMed that they hold as far as they go
_COLUMNS = {
    "title": ("title",), "abstract": ("abstract",), "keyword": ("keywords",), "type": ("type",),
    "journal": ("journal", "journal_abbrev", "issn"), "volume": ("volume",), "issue": ("issue",),
    "page": ("pages",), "language": ("language",), "pmid": ("pmid",), "identifier": ("doi",),
}  # fmt: skip
RECORD_COLUMNS = (
    "record_id", "authors", "year", "date", *(column for columns in _COLUMNS.values() for column in columns),
)  # fmt: skip
_LISTS = ("keyword", "type", "language")
_COMPLETE = frozenset({"title", "abstract", "volume", "issue", "page", "pmid"})  # where they are filled

# as people call them -> the field
_TEXTS = {"title": "title", "abstract": "abstract", "keywords": "keyword", "MeSH headings": "heading"}


class _WithoutAccents(dict[int, int | None]):
    """For str.translate: every sign as it is, but none for an accent that NFKD has put behind its letter."""

    def __missing__(self, code: int) -> int | None:
        self[code] = None if unicodedata.combining(chr(code)) else code
        return self[code]


_WITHOUT_ACCENTS = _WithoutAccents()


def plain(text: str) -> str:
    """Return a text as PubMed compares it: small letters, no accents, single blanks for all signs."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text).translate(_WITHOUT_ACCENTS)
    return _SIGNS.sub(" ", text.casefold()).strip()


def padded(text: str) -> str:
    """Return a text as it is compared, with a blank at both ends."""
    return f" {plain(text)} "


@dataclass(frozen=True, slots=True)
class Heading:
    """A MeSH heading with its subheadings, each with whether it is a major topic."""

    name: str
    major: bool = False
    qualifiers: tuple[tuple[str, bool], ...] = ()


@dataclass(frozen=True, slots=True)
class Author:
    """A person: family name, initials without blanks, suffix and given names, as they are compared."""

    family: str
    initials: str = ""
    suffix: str = ""
    given: str = ""

    @property
    def indexed(self) -> str:
        """Return the name as PubMed's author index has it: family name, initials, suffix."""
        return " ".join(part for part in (self.family, self.initials, self.suffix) if part)


@dataclass(frozen=True, slots=True)
class Citation:
    """One record as it is searched. ``unknown`` names the fields of which not all is at hand here.

    Of the publication dates (``pdat``) that in print comes first.
    """

    values: Mapping[str, tuple[str, ...]]
    headings: tuple[Heading, ...] = ()
    authors: tuple[Author, ...] = ()
    dates: Mapping[str, tuple[date, ...]] = field(default_factory=dict)
    unknown: frozenset[str] = frozenset()

    @property
    def at_hand(self) -> list[str]:
        """Return which texts of the record are at hand here."""
        return [name for name, field in _TEXTS.items() if field not in self.unknown or self.values.get(field)]

    @property
    def missing(self) -> list[str]:
        """Return which texts of the record are not at hand here; it may have none."""
        return [name for name in _TEXTS if name not in self.at_hand]


def from_article(article: etree._Element, only: Collection[str] | None = None) -> Citation:
    """Return what PubMed indexes of one article of its XML (PubmedArticle or PubmedBookArticle).

    Of a citation that shall answer one query ``only`` some texts need to be read, and "dates" if it asks for
    days: see ``names_asked``.
    """
    asked = _Asked(only)
    values = _values(article, asked)
    headings = tuple(_headings(article)) if "heading" in asked else ()
    authors = tuple(_authors(article)) if "author" in asked else ()
    values["heading"] = tuple(f" {heading.name} " for heading in headings)
    values["subheading"] = tuple({f" {name} " for heading in headings for name, _ in heading.qualifiers})
    values["author"] = _author_texts(authors)
    return Citation(values, headings, authors, _days(article) if "dates" in asked else {})


class _Asked:
    """The names of what is asked for; None: everything."""

    def __init__(self, only: Collection[str] | None) -> None:
        self._only = only

    def __contains__(self, name: str) -> bool:
        return self._only is None or name in self._only


def _values(article: etree._Element, asked: _Asked) -> dict[str, tuple[str, ...]]:
    """Return the texts of an article that are asked for, as they are compared."""
    paths = _ARTICLE if article.tag == "PubmedArticle" else _BOOK
    texts = {
        name: [_text(node) for node in article.iterfind(path)]
        for name, path in paths.items()
        if name in asked
    }
    values = {name: _padded(name, found) for name, found in texts.items()}
    values["identifier_words"] = _words_of_identifiers(values)
    if article.tag == "PubmedBookArticle" and not values.get("title"):
        values["title"] = values.pop("collection_title", ())
    values["pmid"] = (padded(pmid(article)),)
    return values


def from_record(row: Mapping[str, str]) -> Citation:
    """Return what is known here of a record of an export (columns of records.csv), and what is not."""
    values = {name: _padded(name, list(_cells(row, name))) for name in _COLUMNS}
    values["identifier_words"] = _words_of_identifiers(values)
    authors = tuple(_named(name) for name in row.get("authors", "").split("; ") if name)
    values["author"] = _author_texts(authors)
    known = row.get("date") or row.get("year", "")
    headings = tuple(Heading(text.strip()) for text in values["keyword"])
    return in_part(Citation(values, headings, authors, {"pdat": (earliest_day(known),) if known else ()}))


def in_part(record: Citation) -> Citation:
    """Return a record of which others may hold more than is at hand here."""
    complete = {name for name in _COMPLETE if record.values.get(name)}
    if "title" in complete:
        complete.add("collection_title")
    return replace(record, unknown=frozenset({*ALL_FIELDS, *_NOT_IN_ALL, "pdat", *_HISTORY} - complete))


def _cells(row: Mapping[str, str], name: str) -> Iterator[str]:
    """Yield what the columns of a field hold, each entry of a list by itself."""
    for column in _COLUMNS[name]:
        cell = row.get(column, "")
        yield from cell.split("; ") if name in _LISTS else (cell,)


def _words_of_identifiers(values: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return the identifiers as [all] finds them: "10.1000/ab.1" is the phrase "10 1000 ab 1"."""
    known = {*values.get("identifier", ()), *values.get("location", ())}
    return tuple(sorted(map(padded, known)))


def _author_texts(authors: tuple[Author, ...]) -> tuple[str, ...]:
    return tuple(f" {text} " for one in authors for text in (one.indexed, one.given) if text)


def _days(article: etree._Element) -> dict[str, tuple[date, ...]]:
    """Return the days by which each date field finds the article."""
    known = {name: [history_date(article, status)] for name, status in _HISTORY.items()}
    printed = printed_date(article)
    known["pdat"] = [printed, *(other for other in search_dates(article, "pdat") if other != printed)]
    return {name: tuple(earliest_day(text) for text in texts if text) for name, texts in known.items()}


def _padded(name: str, texts: list[str]) -> tuple[str, ...]:
    if name in ("identifier", "location"):
        return tuple(doi_key(text) or text.strip().casefold() for text in texts if text.strip())
    if name == "page":
        texts = [found[0] for text in texts if (found := _FIRST_PAGE.search(text))]
    return tuple(text for text in map(padded, texts) if text.strip())


def _text(node: etree._Element) -> str:
    return "".join(map(str, node.itertext()))


def _headings(article: etree._Element) -> Iterator[Heading]:
    for node in article.iterfind("MedlineCitation/MeshHeadingList/MeshHeading"):
        descriptor = node.find("DescriptorName")
        if descriptor is not None:
            qualifiers = tuple(
                (subheading_name(plain(_text(part))), part.get("MajorTopicYN") == "Y")
                for part in node.iterfind("QualifierName")
            )
            yield Heading(plain(_text(descriptor)), descriptor.get("MajorTopicYN") == "Y", qualifiers)


def _authors(article: etree._Element) -> Iterator[Author]:
    for node in article.iterfind(_AUTHORS[article.tag]):
        parts = {
            name: plain(node.findtext(name) or "") for name in ("LastName", "Initials", "Suffix", "ForeName")
        }
        if parts["LastName"]:
            initials = parts["Initials"].replace(" ", "")
            yield Author(parts["LastName"], initials, parts["Suffix"], parts["ForeName"])


def _named(name: str) -> Author:
    """Return the person behind "Family, Given"; initials are the first letters of the given names."""
    family, _, given = name.partition(", ")
    names = plain(given).split()
    return Author(plain(family), "".join(word[0] for word in names), "", " ".join(names))
