"""Invented records and queries over few words, so that chance makes them meet: for tests of the evaluator."""

import random

WORDS = (
    "care",
    "cares",
    "carer",
    "online",
    "nurse",
    "nursing",
    "co-design",
    "naïve",
    "β2",
    "H<sub>2</sub>O",
    "the",
)
HEADINGS = ("Social Media", "Child, Preschool", "Nursing Care")
TYPES = ("Review", "Journal Article", "Letter")


def _text(chance: random.Random, most: int) -> str:
    words = chance.choices(WORDS, k=chance.randint(1, most))
    return chance.choice((" ", ", ", "-", " - ")).join(words)


def _date_parts(chance: random.Random, *, whole: bool) -> str:
    parts = (f"<Year>{chance.randint(2019, 2022)}</Year>", f"<Month>{chance.randint(1, 12)}</Month>",
             f"<Day>{chance.randint(1, 28)}</Day>")  # fmt: skip
    return "".join(parts if whole else parts[: chance.randint(1, 3)])


def record(chance: random.Random, number: int) -> str:
    """Return the XML of one invented article."""
    online = f"<ArticleDate DateType='Electronic'>{_date_parts(chance, whole=True)}</ArticleDate>"
    headings = "".join(
        f"<MeshHeading><DescriptorName>{name}</DescriptorName></MeshHeading>"
        for name in chance.sample(HEADINGS, chance.randint(0, 2))
    )
    keywords = "".join(f"<Keyword>{_text(chance, 2)}</Keyword>" for _ in range(chance.randint(0, 2)))
    abstract = "".join(
        f"<AbstractText>{_text(chance, 12)}</AbstractText>" for _ in range(chance.randint(0, 2))
    )
    affiliation = f"<AffiliationInfo><Affiliation>{_text(chance, 6)}</Affiliation></AffiliationInfo>"
    created = f"<PubMedPubDate PubStatus='entrez'>{_date_parts(chance, whole=True)}</PubMedPubDate>"
    return f"""<PubmedArticle><MedlineCitation><PMID>{number}</PMID><Article>
        <Journal><JournalIssue><Volume>{chance.randint(1, 3)}</Volume>
        <PubDate>{_date_parts(chance, whole=False)}</PubDate></JournalIssue><Title>T</Title></Journal>
        <ArticleTitle>{_text(chance, 6)}</ArticleTitle><Abstract>{abstract}</Abstract>
        <AuthorList><Author><LastName>A</LastName>{affiliation}</Author></AuthorList><PublicationTypeList>
        <PublicationType>{chance.choice(TYPES)}</PublicationType></PublicationTypeList>
        {chance.choice(("", online))}</Article>
        <MedlineJournalInfo><Country>{chance.choice(("Canada", "New Zealand"))}</Country></MedlineJournalInfo>
        <MeshHeadingList>{headings}</MeshHeadingList><KeywordList>{keywords}</KeywordList></MedlineCitation>
        <PubmedData><History>{created}</History></PubmedData></PubmedArticle>"""


def query(chance: random.Random, depth: int = 0) -> str:
    """Return a query of terms with fields, joined at random, with brackets at random."""
    if depth > 2 or chance.random() < 0.4:
        return _term(chance)
    parts = [query(chance, depth + 1) for _ in range(chance.randint(2, 4))]
    joined = parts[0]
    for part in parts[1:]:
        joined += f" {chance.choice(('AND', 'OR', 'NOT'))} {part}"
    return f"({joined})" if depth or chance.random() < 0.3 else joined


def _word(chance: random.Random) -> str:
    return chance.choice(
        ("care", "cares", "carer", "online", "nurse", "nursing", "co-design", "naive", "naïve", "β2", "H2O")
    )


def _date(chance: random.Random) -> str:
    year, month, day = chance.randint(2019, 2022), chance.randint(1, 12), chance.randint(1, 28)
    return chance.choice((f"{year}", f"{year}/{month:02d}", f"{year}/{month:02d}/{day:02d}"))


def _term(chance: random.Random) -> str:
    kind = chance.randrange(8)
    field = chance.choice(("ti", "tiab", "ot", "ad"))
    if kind == 0:
        return f"{_word(chance)}[{field}]"
    if kind == 1:
        return f'"{_word(chance)} {chance.choice(("the", _word(chance)))}"[{field}]'
    if kind == 2:
        return f"{chance.choice(('care', 'nurs', 'online car', 'co-desi'))}*[{field}]"
    if kind == 3:
        near = chance.choice(("ti", "tiab", "ad"))
        return f'"{_word(chance)} {_word(chance)}"[{near}:~{chance.randint(0, 4)}]'
    if kind == 4:
        return f"{chance.choice((*HEADINGS, 'Media'))}[mh:noexp]"
    if kind == 5:
        return f"{chance.choice(TYPES)}[pt]"
    if kind == 6:
        return chance.choice((f"{chance.randint(1, 3)}[vi]", "new zealand[pl]", "zealand[pl]"))
    field = chance.choice(("dp", "crdt"))
    if chance.random() < 0.4:
        year = chance.randint(2019, 2021)
        return f"{year}/{chance.randint(1, 12):02d}:{year + 1}[{field}]"
    return f"{_date(chance)}[{field}]"
