"""Records made up for tests."""

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from functools import lru_cache, partial
from typing import Any, NamedTuple

SURNAMES = ("Muster", "Beispiel", "Exemple", "Primjer", "Örnek", "Príklad", "Näide", "Piemērs", "O'Sample")
FORENAMES = ("Ada", "Ben", "Chloé", "Dario", "Eşref", "Goran", "Hülya", "João", "Łucja")
JOURNALS = (
    ("Journal of invented trials", "J Invent Trials"),
    ("Annals of loopback medicine", "Ann Loopback Med"),
    ("Revista de ensayos imaginarios", "Rev Ensayos Imagin"),
    ("Telehealth that never was : official organ", "Telehealth Never"),
    ("Zeitschrift für erfundene Therapie", "Z Erfund Ther"),
)
METHODS = (
    "telerehabilitation",
    "video consultation",
    "app-based exercise",
    "remote monitoring",
    "phone coaching",
)
GROUPS = (
    "adults with knee pain",
    "older people",
    "children with asthma",
    "people after stroke",
    "caregivers",
)
DESIGNS = ("a randomised trial", "a cohort study", "a feasibility study", "a cross-over trial", "a survey")
RESULTS = (
    "Pain fell by 1.2&#x2009;points (95&#xa0;% CI 0.8 to 1.6; <i>p</i>&#x2009;&lt;&#x2009;0.001).",
    "No difference was seen in <i>quality of life</i> (0.1&#xb1;0.4, &#x3b1;=0.05).",
    "Uptake of <sup>13</sup>C was higher, with CO<sub>2</sub> unchanged &amp; no harm.",
    "Adherence was 81&#xa0;%, range 60&#x2013;98.",
)
MESH = (("D017216", "Telemedicine"), ("D026741", "Physical Therapy Modalities"), ("D006801", "Humans"))
MESH_XML = "".join(
    f'<MeshHeading><DescriptorName UI="{ui}" MajorTopicYN="{"Y" if place == 0 else "N"}">'
    f"{name}</DescriptorName>"
    "</MeshHeading>"
    for place, (ui, name) in enumerate(MESH)
)


class Days(NamedTuple):
    """The days of one record, as PubMed keeps them."""

    created: date
    entered: date
    indexed: date
    revised: date


class Article(NamedTuple):
    """What is drawn of one article; ``published``, ``abstract`` and ``authors`` are XML already."""

    pmid: int
    number: int
    title: str
    journal: str
    short: str
    published: str
    abstract: str
    authors: str


def synthetic_records(
    n: int,
    first_pmid: int = 30_000_000,
    first_day: date = date(2018, 1, 1),
    last_day: date = date(2022, 8, 16),
    seed: int = 1,
    set_back: float = 0.02,
) -> Iterator[bytes]:
    """Yield n small PubmedArticle elements, always the same for the same arguments.

    PMIDs grow with the day of creation, with gaps. A share of ``set_back`` has an EDAT up to two years before
    the CRDT. One in 20 has no abstract, one in 25 a group as author, and publication dates take four forms.
    """
    length = (last_day - first_day).days + 1
    if length < 1:
        raise ValueError("last_day lies before first_day")
    draw = random.Random(seed).random
    pmid = first_pmid

    pick = partial(_pick, draw)
    for number in range(n):
        created = first_day + timedelta(days=number * length // n)
        entered = created - timedelta(days=1 + int(draw() * 730)) if draw() < set_back else created
        indexed = created + timedelta(days=int(draw() * 90))
        revised = indexed + timedelta(days=int(draw() * 400))
        published = _publication_date(created, draw())
        journal, short = pick(JOURNALS)
        method, group, design = pick(METHODS), pick(GROUPS), pick(DESIGNS)
        abstract = _abstract(method, group, design, draw) if draw() >= 0.05 else ""
        authors = "".join(
            f'<Author ValidYN="Y"><LastName>{pick(SURNAMES)}</LastName><ForeName>'
            f"{(name := pick(FORENAMES))}</ForeName>"
            f"<Initials>{name[0]}</Initials></Author>"
            for _ in range(1 + int(draw() * 4))
        )
        if draw() < 0.04:
            authors += f'<Author ValidYN="Y"><CollectiveName>{short} Study Group</CollectiveName></Author>'
        title = f"{method.capitalize()} in {group}: {design}, number <i>{number}</i>."
        article = Article(pmid, number, title, journal, short, published, abstract, authors)
        yield _article_xml(article, Days(created, entered, indexed, revised))
        pmid += 1 + int(draw() * 3)


def _pick(draw: Callable[[], float], choices: Sequence[Any]) -> Any:
    return choices[int(draw() * len(choices))]


def _publication_date(created: date, form: float) -> str:
    """Return a publication date in one of four forms; ``form``, from 0 to 1, says which."""
    if form < 0.6:
        return f"<Year>{created.year}</Year><Month>{created:%b}</Month>"
    if form < 0.8:
        return f"<Year>{created.year}</Year><Month>{created:%b}</Month><Day>{created.day:02}</Day>"
    if form < 0.97:
        return f"<Year>{created.year}</Year>"
    return f"<MedlineDate>{created.year} {created:%b}-{created.year + 1} Jan</MedlineDate>"


def _abstract(method: str, group: str, design: str, draw: Callable[[], float]) -> str:
    return (
        f'<Abstract><AbstractText Label="BACKGROUND" NlmCategory="BACKGROUND">Whether {method} '
        f"helps {group} is "
        f'unknown.</AbstractText><AbstractText Label="RESULTS" NlmCategory="RESULTS">In {design} of '
        f"{20 + int(draw() * 400)} participants, {method} was compared with usual care. "
        f"{_pick(draw, RESULTS)}"
        "</AbstractText></Abstract>"
    )


@lru_cache(1 << 14)
def _day_xml(day: date) -> str:
    return f"<Year>{day.year}</Year><Month>{day.month}</Month><Day>{day.day}</Day>"


def _article_xml(one: Article, days: Days) -> bytes:
    return (
        f'<PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM" IndexingMethod="Automated">'
        f'<PMID Version="1">'
        f"{one.pmid}</PMID><DateCompleted>{_day_xml(days.indexed)}</DateCompleted><DateRevised>"
        f"{_day_xml(days.revised)}</DateRevised>"
        f'<Article PubModel="Print-Electronic"><Journal><ISSN IssnType="Electronic">0000-0000</ISSN>'
        f'<JournalIssue CitedMedium="Internet"><Volume>{days.created.year - 1990}</Volume>'
        f"<Issue>{days.created.month}</Issue>"
        f"<PubDate>"
        f"{one.published}</PubDate></JournalIssue><Title>{one.journal}</Title><ISOAbbreviation>"
        f"{one.short}</ISOAbbreviation>"
        f"</Journal><ArticleTitle>{one.title}</ArticleTitle>"
        f"<Pagination><MedlinePgn>{one.number % 900 + 1}-{one.number % 900 + 9}</MedlinePgn></Pagination>"
        f"{one.abstract}"
        f'<AuthorList CompleteYN="Y">{one.authors}</AuthorList><Language>eng</Language><PublicationTypeList>'
        f'<PublicationType UI="D016428">Journal Article</PublicationType></PublicationTypeList></Article>'
        f"<MedlineJournalInfo><MedlineTA>{one.short}</MedlineTA></MedlineJournalInfo><MeshHeadingList>{MESH_XML}"
        f'</MeshHeadingList></MedlineCitation><PubmedData><History><PubMedPubDate PubStatus="pubmed">'
        f"{_day_xml(days.entered)}<Hour>6</Hour><Minute>0</Minute></PubMedPubDate><PubMedPubDate "
        f'PubStatus="medline">'
        f"{_day_xml(days.indexed)}<Hour>6</Hour><Minute>0</Minute></PubMedPubDate><PubMedPubDate "
        f'PubStatus="entrez">'
        f"{_day_xml(days.created)}<Hour>5</Hour><Minute>59</Minute></PubMedPubDate></History>"
        f"<PublicationStatus>ppublish"
        f'</PublicationStatus><ArticleIdList><ArticleId IdType="pubmed">{one.pmid}</ArticleId><ArticleId '
        f'IdType="doi">'
        f"10.5555/loopback.{one.pmid}</ArticleId></ArticleIdList></PubmedData></PubmedArticle>"
    ).encode()
