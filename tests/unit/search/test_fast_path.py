"""The fast path drops no record that meets a query, in whatever form its words are written."""

import io
import random
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from lxml import etree

from scripts.common.records.pubmed_xml import articles, pmid
from scripts.common.search.citation import from_article, plain
from scripts.common.search.evaluate import compile_query, names_asked
from scripts.common.search.fast_path import FastPath, one_form
from scripts.common.search.file_records import FileReader, file_of
from scripts.common.search.mesh import read_mesh
from scripts.common.search.syntax import parse
from scripts.common.search.vocabulary import STOPWORDS
from scripts.search import scan_file
from tests import random_queries
from tests.paths import DATA, SPECIMENS
from tests.pubmed_files import PROLOG, invented, write_file
from tests.unit.search.test_evaluate import CASES, REFUSED

INLINE = ("i", "b", "u", "sub", "sup", "mml:mi", "DispFormula")
# letters of words as records write them; what they are compared as, is asked of the evaluator alone
SIGNS = st.one_of(
    st.sampled_from("abcdefgstz019 -_'.,/&<>\u00ad\u200d\u2009\u2013\u2019"),
    st.sampled_from("éÉßſıİŉŁøÅﬁﬀﬆǆ²½™℃ªºKΩΣςβΒµµ\u0301\u0327\u0345ＡａＺ１①⑴㏒𝐀𝟗ẞ…İ"),
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")),
)
FORMS = st.sampled_from(("plain", "decimal", "hexadecimal", "tag", "comment", "data", "instruction"))


def written(sign: str, form: str, tag: str) -> str:
    """Return XML that means a sign, written in one of the forms."""
    escaped = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}.get(sign, sign)
    return {
        "plain": escaped, "decimal": f"&#{ord(sign)};", "hexadecimal": f"&#x{ord(sign):X};",
        "tag": f'<{tag} a="x>y">{escaped}</{tag}>', "comment": f"<!-- c -->{escaped}",
        "data": f"<![CDATA[{sign}]]>", "instruction": f"<?p x?>{escaped}",
    }[form]  # fmt: skip


texts = st.lists(st.tuples(SIGNS, FORMS, st.sampled_from(INLINE)), max_size=12).map(
    lambda parts: "".join(written(*part) for part in parts)
)


@settings(max_examples=200, deadline=None)
@given(texts)
@example("H<sub>2</sub>O")
@example("na&#xef;ve")
@example("&#110;urse")
@example("&amp;#x61;")
@example("stra&#223;e")
@example("cafe&#x301;s")
@example('f<i a="&#34;>">oo</i>t')
@example("<mml:mi>n</mml:mi>urse")
def test_each_word_that_the_evaluator_sees_is_in_the_bytes(text):
    xml = f'<A xmlns:mml="m"><T>{text}</T></A>'
    parser = etree.XMLParser(remove_comments=True, remove_pis=True, resolve_entities=False)
    seen = plain("".join(etree.fromstring(xml.encode(), parser).find("T").itertext()))
    form = one_form(xml.encode().partition(b">")[2])
    if form is None:
        assert re.search("<[!?]", text), "only what is odd cannot be judged"
        return
    for word in re.findall("[a-z0-9]+", seen):
        assert word.encode() in form.lower(), (text, word)


def test_every_character_gives_the_letters_that_the_evaluator_compares():
    wrong = []
    for number in range(0x80, 0x30000):
        sign = chr(number)
        if unicodedata.category(sign) in ("Cs", "Cn"):
            continue
        form = (one_form(f"x{sign}y".encode()) or b"").decode().lower()
        if not all(word in form for word in re.findall("[a-z0-9]+", plain(f"x{sign}y"))):
            wrong.append(f"U+{number:04X}")
    assert wrong == []


def same(folder: Path, records: list[bytes], query: str) -> None:
    """Assert that a file is answered in the same bytes with the fast path and without."""
    path = write_file(folder, 1, records)
    made = []
    for parse_all in (False, True):
        base = folder / str(parse_all)
        scan_file.main(
            path=str(path), query=query, mesh_file=None, matches_xml=f"{base}.xml", pmids_gz=f"{base}.gz",
            receipt=f"{base}.json", parse_all=parse_all,
        )  # fmt: skip
        made.append([Path(f"{base}.{end}").read_bytes() for end in ("xml", "gz", "json")])
    assert made[0] == made[1], query


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("files")


def test_invented_queries_are_answered_in_the_same_bytes(folder):
    chance = random.Random(7)
    records = [record for file in invented(per_file=8, annual=4, updates=1).files for record in file.records]
    for _ in range(60):
        same(folder, records, random_queries.query(chance))


@pytest.mark.parametrize("query", [case["query"] for case in CASES if case["pmids"] != REFUSED])
def test_what_a_query_does_not_ask_for_need_not_be_read(query):
    mesh = read_mesh(DATA / "query_mesh.xml")
    test, asked = compile_query(parse(query), mesh), names_asked(parse(query))
    with (DATA / "query_records.xml").open("rb") as stream:
        for article in articles(stream, "query_records.xml"):
            assert test(from_article(article, asked)) is test(from_article(article))


WORDS = ("care", "co-design", "naive", "H2O", "strasse", "office")
FIELDS = ("ti", "tiab", "tw", "all", "ad", "au", "ot", "mh:noexp", "nm")


@st.composite
def hidden(draw, words: tuple[str, ...] = WORDS) -> str:
    """Draw a word written in a form that hides it from a search of bytes."""
    word = draw(st.sampled_from(words))
    swapped = {"e": "é", "i": "ï", "ss": "ß", "2": "²", "ffi": "ﬃ", "a": "ａ", "o": "o\u0308", "-": "\u2010"}
    for plain_form, other in swapped.items():
        if draw(st.booleans()):
            word = word.replace(plain_form, other)
    if draw(st.booleans()):
        word = word.upper()
    return "".join(
        written(sign, draw(st.sampled_from(("plain", "plain", "plain", "hexadecimal", "tag"))), "i")
        for sign in word
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(hidden(), hidden(), hidden(), hidden()), min_size=1, max_size=4),
    st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(FIELDS)), min_size=1, max_size=4),
    st.sampled_from((" AND ", " OR ", " NOT ")),
)
def test_words_that_are_hidden_in_any_field_are_found(folder, written_words, terms, operator):
    records = [
        (
            f'<PubmedArticle><MedlineCitation><PMID Version="1">{number}</PMID><Article><ArticleTitle>{title}'
            f"</ArticleTitle><Abstract><AbstractText>x {text}</AbstractText></Abstract><AuthorList><Author>"
            f"<LastName>{re.sub('<[^>]*>', '', name)}</LastName><Initials>A-B</Initials><AffiliationInfo>"
            f"<Affiliation>{name}</Affiliation></AffiliationInfo></Author></AuthorList></Article><KeywordList><Keyword>{word}"
            "</Keyword></KeywordList></MedlineCitation></PubmedArticle>"
        ).encode()
        for number, (title, text, name, word) in enumerate(written_words, 1)
    ]
    query = operator.join(f'"{word}"[{field}]' for word, field in terms)
    same(folder, records, query)


def test_what_the_authors_index_joins_is_found(folder):
    author = "<Author><LastName>Li</LastName><Initials>A-B C</Initials></Author>"
    doi = '<ArticleId IdType="doi">10.1000/a%62c</ArticleId>'
    record = (
        f'<PubmedArticle><MedlineCitation><PMID Version="1">1</PMID><Article><AuthorList>{author}'
        f"</AuthorList></Article></MedlineCitation><PubmedData><ArticleIdList>{doi}</ArticleIdList></PubmedData>"
        "</PubmedArticle>"
    ).encode()
    article = next(articles(io.BytesIO(PROLOG + record + b"</PubmedArticleSet>"), "one"))
    for query in ('"li abc"[all]', '"10 1000 abc"[all]', "li abc[au]"):
        assert compile_query(parse(query))(from_article(article))
        same(folder, [record], query)


@pytest.mark.parametrize("query", ['"child"[mh]', '"child"[mh] AND care[tiab]', "review[pt] OR english[la]"])
def test_narrower_headings_are_looked_for_too(query, folder):
    mesh = read_mesh(DATA / "query_mesh.xml")
    content = (DATA / "query_records.xml").read_bytes()
    records = re.findall(rb"<PubmedArticle>.*?</PubmedArticle>", content, flags=re.DOTALL)
    reader = FileReader(file_of(str(write_file(folder, 1, records))))
    test, fast = compile_query(parse(query), mesh), FastPath(parse(query), mesh)
    for block in reader.blocks():
        kept = {place.key.pmid for place in fast.may_meet(block)}
        content = b"".join(block.content[place.begin : place.end] for place in block.places)
        for article in reader.parsed(content):
            assert int(pmid(article)) in kept or not test(from_article(article))


@pytest.mark.skipif(not SPECIMENS.is_dir(), reason=f"no specimens in {SPECIMENS}")
def test_recorded_records_are_answered_in_the_same_bytes(folder):
    """Records as PubMed wrote them; each query is made of words of one of them."""
    chance = random.Random(1)
    records = []
    for path in sorted((SPECIMENS / "entrez/records").glob("*.xml")):
        found = re.findall(rb"<PubmedArticle>.*?</PubmedArticle>", path.read_bytes(), flags=re.DOTALL)
        records += [record for record in found if len(record) < 20_000]
    records = records[:60]
    content = PROLOG + b"".join(records) + b"</PubmedArticleSet>"
    cited = [from_article(article) for article in articles(io.BytesIO(content), "specimens")]
    for _ in range(40):
        one = chance.choice(cited)
        words = [word for text in one.values["abstract"] + one.values["title"] for word in text.split()]
        words = [word for word in words if len(word) > 3 and word not in STOPWORDS] or ["review"]
        first, second, third = (chance.choice(words) for _ in range(3))
        same(folder, records, f'("{first}"[tiab] AND "{second}"[all]) OR "{third}"[ti]')
