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
BROADER = "Patient Care"  # invented: above "Nursing Care" and "Social Media"; no record has it
ENTRY_TERM = "Caring for People"  # another name of it
PLACES = {BROADER: "N1", "Nursing Care": "N1.2", "Social Media": "N1.2.7", "Child, Preschool": "N12"}
SUBHEADINGS = ("psychology", "drug therapy")
TYPES = ("Review", "Journal Article", "Letter")
SUBSTANCES = ("Beta-Carotene", "Nurse Protein 2")
NAMES = (
    ("Smith", "Ana Maria", "AM", ""), ("Smith", "Ana", "A", "Jr"), ("van Dam", "Bo", "B", ""),
    ("García", "Ana-Maria", "AM", ""),
)  # fmt: skip
LANGUAGES = ("eng", "ger")
JOURNALS = (("The nurse online", "Nurse Online"), ("Care", "Care"))


def descriptors() -> str:
    """Return the tree of these headings as NLM writes its descriptors."""
    terms = {BROADER: (BROADER, ENTRY_TERM)}
    records = (
        f"<DescriptorRecord><DescriptorName><String>{name}</String></DescriptorName>"
        f"<TreeNumberList><TreeNumber>{place}</TreeNumber></TreeNumberList><ConceptList><Concept><TermList>"
        + "".join(f"<Term><String>{term}</String></Term>" for term in terms.get(name, (name,)))
        + "</TermList></Concept></ConceptList></DescriptorRecord>"
        for name, place in PLACES.items()
    )
    return f"<DescriptorRecordSet>{''.join(records)}</DescriptorRecordSet>"


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
    headings = "".join(_heading(chance, name) for name in chance.sample(HEADINGS, chance.randint(0, 2)))
    names = "".join(_author(*name) for name in chance.sample(NAMES, chance.randint(0, 3)))
    group = chance.choice(("", f"<Author><CollectiveName>{_text(chance, 3)}</CollectiveName></Author>"))
    substances = "".join(
        f"<Chemical><NameOfSubstance>{name}</NameOfSubstance></Chemical>"
        for name in chance.sample(SUBSTANCES, chance.randint(0, 2))
    )
    title, short = chance.choice(JOURNALS)
    keywords = "".join(f"<Keyword>{_text(chance, 2)}</Keyword>" for _ in range(chance.randint(0, 2)))
    abstract = "".join(
        f"<AbstractText>{_text(chance, 12)}</AbstractText>" for _ in range(chance.randint(0, 2))
    )
    affiliation = f"<AffiliationInfo><Affiliation>{_text(chance, 6)}</Affiliation></AffiliationInfo>"
    created = f"<PubMedPubDate PubStatus='entrez'>{_date_parts(chance, whole=True)}</PubMedPubDate>"
    return f"""<PubmedArticle><MedlineCitation><PMID>{number}</PMID><Article>
        <Journal><JournalIssue><Volume>{chance.randint(1, 3)}</Volume>
        <Issue>{chance.randint(1, 3)}</Issue>
        <PubDate>{_date_parts(chance, whole=False)}</PubDate></JournalIssue><Title>{title}</Title></Journal>
        <ArticleTitle>{_text(chance, 6)}</ArticleTitle><Pagination>
        <MedlinePgn>{chance.randint(1, 3)}-9</MedlinePgn></Pagination><Abstract>{abstract}</Abstract>
        <AuthorList>{names}<Author><LastName>A</LastName>{affiliation}</Author>{group}</AuthorList>
        <Language>{chance.choice(LANGUAGES)}</Language><PublicationTypeList>
        <PublicationType>{chance.choice(TYPES)}</PublicationType></PublicationTypeList>
        {chance.choice(("", online))}</Article>
        <MedlineJournalInfo><Country>{chance.choice(("Canada", "New Zealand"))}</Country>
        <MedlineTA>{short}</MedlineTA></MedlineJournalInfo><ChemicalList>{substances}</ChemicalList>
        <MeshHeadingList>{headings}</MeshHeadingList><KeywordList>{keywords}</KeywordList></MedlineCitation>
        <PubmedData><History>{created}</History><ArticleIdList><ArticleId IdType="doi">10.5555/care.{number}
        </ArticleId></ArticleIdList></PubmedData></PubmedArticle>"""


def _heading(chance: random.Random, name: str) -> str:
    major = [chance.choice("YN") for _ in range(2)]
    qualifier = f'<QualifierName MajorTopicYN="{major[1]}">{chance.choice(SUBHEADINGS)}</QualifierName>'
    return (
        f'<MeshHeading><DescriptorName MajorTopicYN="{major[0]}">{name}</DescriptorName>'
        f"{chance.choice(('', qualifier))}</MeshHeading>"
    )


def _author(family: str, given: str, initials: str, suffix: str) -> str:
    return (
        f"<Author><LastName>{family}</LastName><ForeName>{given}</ForeName><Initials>{initials}</Initials>"
        f"<Suffix>{suffix}</Suffix></Author>"
    )


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
    kind = chance.randrange(11)
    field = chance.choice(("ti", "tiab", "ot", "ad", "tw"))
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
    if kind == 7:
        return chance.choice(
            (f'"{_word(chance)}"[all]', f'"10 5555 care {chance.randint(1, 40)}"[all]', '"smith am"[all]',
             '"psychology"[all]', '"canada"[all]', f'"{chance.choice(SUBSTANCES)}"[all]', "nurs*[all]")
        )  # fmt: skip
    if kind == 8:
        name = chance.choice(
            ("smith", "smith a", "smith am", "smith m", '"smith"', '"smith a"', "smith a jr", "smith jr",
             "ana maria smith", "smith ana", "van dam b", "dam b", "garcia a", "garci*")
        )  # fmt: skip
        return f"{name}[{chance.choice(('au', '1au', 'lastau'))}]"
    if kind == 9:
        heading, subheading = chance.choice(HEADINGS), chance.choice(SUBHEADINGS)
        name = chance.choice(
            (heading, BROADER, ENTRY_TERM, f"{heading}/{subheading}", f"{BROADER}/{subheading}")
        )
        return chance.choice((f"{name}[{chance.choice(('mh', 'majr'))}]", f"{subheading}[sh]",
                              f"{name}[{chance.choice(('mh', 'majr'))}:noexp]"))  # fmt: skip
    if kind == 10:
        return chance.choice(
            ("english[la]", "ger[la]", "nurse online[ta]", "the nurse online[ta]", "nurse[ta]", "care[ta]",
             "2[ip]", "3[pg]", f"{chance.choice(SUBSTANCES)}[nm]", "protein[nm]",
             f"{chance.randint(1, 40)}[pmid]", f"10.5555/care.{chance.randint(1, 40)}[doi]")
        )  # fmt: skip
    field = chance.choice(("dp", "crdt"))
    if chance.random() < 0.4:
        year = chance.randint(2019, 2021)
        return f"{year}/{chance.randint(1, 12):02d}:{year + 1}[{field}]"
    return f"{_date(chance)}[{field}]"
