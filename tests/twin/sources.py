"""How databases and platforms write a work into their exports, each in its dialect, with its faults."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TextIO
from xml.sax.saxutils import escape

from tests.twin.works import LANGUAGES, Work

BRITISH = {"randomised": "randomized", "haemodialysis": "hemodialysis", "counselling": "counseling"}
GREEK = {"β": "beta"}

Fields = dict[str, str]


def _initials(given: str, point: str) -> str:
    return given[0] + point


def _abbreviated(journal: str) -> str:
    small = {"of", "on", "the", "in", "and"}
    words = [word for word in journal.split() if word not in small]
    return journal if len(words) == 1 else " ".join(word[:4] for word in words)


def _slip(text: str, rng: random.Random) -> str:
    """Return the text with one letter lost, doubled or swapped."""
    at = rng.randrange(1, len(text) - 2)
    kind = rng.randrange(3)
    if kind == 0:
        return text[:at] + text[at + 1 :]
    if kind == 1:
        return text[:at] + text[at] + text[at:]
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


@dataclass(frozen=True)
class Source:
    """A database on its platform: which share of the works it holds, and how it writes them."""

    name: str
    kind: str
    source: str
    platform: str
    covers: float
    doi: float
    write: Callable[[TextIO, int, Fields], None]
    edit: Callable[[Fields, random.Random], Fields] = field(default=lambda fields, rng: fields)
    suffix: str = ".ris"


def fields_of(work: Work, source: Source, rng: random.Random) -> Fields:
    """Return the record of a work as its database has it: some facts lost, some written in another way."""
    title, (first, last) = work.title, work.pages
    if rng.random() < 0.02:
        title = _slip(title, rng)
    if rng.random() < 0.05:
        for one, other in (*BRITISH.items(), *GREEK.items()):
            title = title.replace(one, other)
    authors = list(work.authors)
    if rng.random() < 0.02 and len(authors) > 3:
        authors = authors[:3]
    year = work.year + (rng.choice((-1, 1)) if rng.random() < 0.02 else 0)
    fields = {
        "type": work.type,
        "title": title,
        "authors": "; ".join(f"{family}, {given}" for family, given in authors),
        "year": str(year),
        "date": f"{year}-{work.month:02d}",
        "created": f"{work.year}-{work.month:02d}-{work.day:02d}",
        "language": work.language,
        "journal": work.journal,
        "abbreviation": _abbreviated(work.journal),
        "volume": str(work.volume),
        "issue": str(work.issue) if rng.random() < 0.9 else "",
        "first": str(first),
        "last": str(last),
        "doi": work.doi if rng.random() < source.doi else "",
        "pmid": str(work.pmid),
        "abstract": work.abstract if rng.random() < 0.9 else "",
        "accession": f"{source.name}{rng.randrange(10**9):09d}",
    }
    return source.edit(fields, rng)


def _people(fields: Fields) -> list[tuple[str, str]]:
    return [
        (family, given)
        for family, _, given in (name.partition(", ") for name in fields["authors"].split("; "))
    ]


def _lines(stream: TextIO, lines: list[tuple[str, str]]) -> None:
    stream.writelines(f"{tag}  - {value}\n" for tag, value in lines if value)
    stream.write("ER  - \n\n")


def ovid(stream: TextIO, position: int, fields: Fields) -> None:
    """Ovid's RIS: a counter before each record, T1, A1, Y1, DOI as address."""
    stream.write(f"{position}. \n")
    lines = [("TY", "JOUR"), ("T1", fields["title"] + ".")]
    lines += [("A1", f"{family}, {_initials(given, '.')}") for family, given in _people(fields)]
    lines += [
        ("Y1", f"{fields['year']}//"),
        ("N2", fields["abstract"]),
        ("JF", fields["journal"]),
        ("JA", fields["abbreviation"]),
        ("VL", fields["volume"]),
        ("IS", fields["issue"]),
        ("SP", fields["first"]),
        ("EP", fields["last"]),
        ("PT", fields["type"]),
        ("DO", f"https://dx.doi.org/{fields['doi']}" if fields["doi"] else ""),
        ("AN", fields["accession"]),
        ("LA", LANGUAGES[fields["language"]]),
    ]
    _lines(stream, lines)


def scopus(stream: TextIO, position: int, fields: Fields) -> None:
    """Scopus' RIS: T2 the journal, J2 its abbreviation, PMID in C2."""
    lines = [("TY", "JOUR"), ("TI", fields["title"])]
    lines += [("AU", f"{family}, {_initials(given, '.')}") for family, given in _people(fields)]
    lines += [
        ("PY", fields["year"]),
        ("T2", fields["journal"]),
        ("J2", fields["abbreviation"]),
        ("VL", fields["volume"]),
        ("IS", fields["issue"]),
        ("SP", fields["first"]),
        ("EP", fields["last"]),
        ("DO", fields["doi"]),
        ("C2", fields["pmid"] if fields["type"] != "Conference Abstract" else ""),
        ("AB", fields["abstract"]),
        ("M3", fields["type"]),
        ("LA", LANGUAGES[fields["language"]]),
        ("DB", "Scopus"),
    ]
    _lines(stream, lines)


def web_of_science(stream: TextIO, position: int, fields: Fields) -> None:
    """Web of Science's RIS: capitals in the journal, J9, AN with the UT."""
    lines = [("TY", "JOUR"), ("TI", fields["title"])]
    lines += [("AU", f"{family}, {given}") for family, given in _people(fields)]
    lines += [
        ("PY", fields["year"]),
        ("T2", fields["journal"].upper()),
        ("J9", fields["abbreviation"].upper()),
        ("VL", fields["volume"]),
        ("IS", fields["issue"]),
        ("SP", fields["first"]),
        ("EP", fields["last"]),
        ("DO", fields["doi"]),
        ("AB", fields["abstract"]),
        ("M3", fields["type"]),
        ("LA", LANGUAGES[fields["language"]]),
        ("AN", f"WOS:{fields['accession']}"),
    ]
    _lines(stream, lines)


def medline(stream: TextIO, position: int, fields: Fields) -> None:
    """PubMed's .nbib: FAU and AU, LID with the kind of identifier, shortened last page."""
    first, last = fields["first"], fields["last"]
    short = last[-1] if len(first) == len(last) and first[:-1] == last[:-1] else last
    lines = [
        ("PMID", fields["pmid"]),
        ("DP", fields["date"].replace("-", " ")),
        ("TI", fields["title"] + "."),
    ]
    lines += [("PG", f"{first}-{short}"), ("LID", f"{fields['doi']} [doi]" if fields["doi"] else "")]
    lines += [("AB", fields["abstract"])]
    for family, given in _people(fields):
        lines += [("FAU", f"{family}, {given}"), ("AU", f"{family} {_initials(given, '')}")]
    lines += [
        ("LA", fields["language"]),
        ("PT", fields["type"]),
        ("TA", fields["abbreviation"]),
        ("JT", fields["journal"]),
    ]
    lines += [("VI", fields["volume"]), ("IP", fields["issue"])]
    stream.writelines(f"{tag:<4}- {value}\n" for tag, value in lines if value)
    stream.write("\n")


def pubmed(stream: TextIO, position: int, fields: Fields) -> None:
    """One article of PubMed's XML, with the day on which the record was created."""
    year, month = fields["date"].split("-")
    created = dict(zip(("Year", "Month", "Day"), fields["created"].split("-"), strict=True))

    def element(name: str, text: str) -> str:
        return f"<{name}>{escape(text)}</{name}>" if text else ""

    people = "".join(
        f"<Author>{element('LastName', family)}{element('ForeName', given)}</Author>"
        for family, given in _people(fields)
    )
    doi = f'<ELocationID EIdType="doi">{fields["doi"]}</ELocationID>' if fields["doi"] else ""
    abstract = (
        f"<Abstract>{element('AbstractText', fields['abstract'])}</Abstract>" if fields["abstract"] else ""
    )
    stream.write(
        f'<PubmedArticle>\n <MedlineCitation>\n  <PMID Version="1">{fields["pmid"]}</PMID>\n  <Article>\n'
        f"   <Journal><JournalIssue>{element('Volume', fields['volume'])}{element('Issue', fields['issue'])}"
        f"<PubDate>{element('Year', year)}{element('Month', month)}</PubDate></JournalIssue>"
        f"{element('Title', fields['journal'])}{element('ISOAbbreviation', fields['abbreviation'])}"
        "</Journal>\n"
        f"   {element('ArticleTitle', fields['title'] + '.')}\n"
        f"   <Pagination><MedlinePgn>{fields['first']}-{fields['last']}</MedlinePgn></Pagination>\n"
        f"   {doi}{abstract}\n   <AuthorList>{people}</AuthorList>\n"
        f"   {element('Language', fields['language'])}\n"
        f"   <PublicationTypeList>{element('PublicationType', fields['type'])}</PublicationTypeList>\n"
        "  </Article>\n </MedlineCitation>\n <PubmedData><History>"
        f'<PubMedPubDate PubStatus="entrez">{"".join(element(*part) for part in created.items())}'
        "</PubMedPubDate></History></PubmedData>\n</PubmedArticle>\n"
    )


def _shouting(fields: Fields, rng: random.Random) -> Fields:
    return {**fields, "title": fields["title"].title()} if rng.random() < 0.3 else fields


def _careless(fields: Fields, rng: random.Random) -> Fields:
    """A hand-kept library: facts missing, a dash for the colon, sometimes no subtitle at all."""
    for name in ("volume", "issue", "last", "abstract"):
        if rng.random() < 0.3:
            fields[name] = ""
    title, chance = fields["title"], rng.random()
    if chance < 0.5:
        title = title.replace(": ", " - ")
    elif chance < 0.55:
        title = title.partition(": ")[0]
    return {**fields, "title": title}


PUBMED = Source("pubmed", "search", "PubMed", "PubMed", 0.5, 0.9, pubmed, suffix=".xml")
EXPORTS = (
    Source("medline", "database", "MEDLINE", "PubMed", 0.3, 0.9, medline, suffix=".nbib"),
    Source("embase", "database", "Embase", "Ovid", 0.6, 0.8, ovid),
    Source("scopus", "database", "Scopus", "Scopus", 0.7, 0.95, scopus),
    Source("wos", "database", "Web of Science", "Clarivate", 0.5, 0.9, web_of_science, _shouting),
    Source("library", "citation", "Reference lists", "EndNote", 0.08, 0.4, scopus, _careless),
)
TWICE = 0.004  # share of records that an export holds two times


def holders(work: Work, rng: random.Random) -> list[Source]:
    """Return the sources that hold a work, one of them at least; twice where an export repeats it."""
    held = [source for source in (PUBMED, *EXPORTS) if rng.random() < source.covers]
    held = held or [rng.choice(EXPORTS)]
    return [
        source for source in held for _ in range(2 if source is not PUBMED and rng.random() < TWICE else 1)
    ]
