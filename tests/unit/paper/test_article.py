"""Articles in JATS: envelopes, translations, and what is refused as no full text."""

import pytest
from lxml import etree

from scripts.common.errors import InputError
from scripts.common.paper.article import Article, parse_safely
from tests.papers import paper, xref


@pytest.mark.parametrize(
    "envelope",
    [
        "<pmc-articleset>{}</pmc-articleset>",
        '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><GetRecord><record><metadata>{}</metadata></record></GetRecord></OAI-PMH>',
    ],
    ids=["pmc-articleset", "OAI"],
)
def test_an_article_in_an_envelope(envelope):
    assert len(paper("<p>text</p>", envelope=envelope).references) == 20


def test_translations_and_replies_are_left_out():
    article = paper(
        "<p>text</p>",
        back="<sub-article><body><p>texto</p></body><back><ref-list><ref id='x'/></ref-list></back></sub-article>",
    )
    assert len(article.references) == 20


HOSTILE = [
    ("a bomb of entities", b'<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><article><body><p>&b;</p></body></article>', "declares entities"),
    ("an external entity", b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><article><body><p>&x;</p></body></article>', "declares entities"),
    ("an external entity in UTF-16", '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><article><body><p>&x;</p></body></article>'.encode("utf-16"), "declares entities"),
    ("a parameter entity", b'<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;]><article><body><p>t</p></body></article>', "declares entities"),
    ("a depth of 10,000", b"<article><body>" + b"<p>" * 10_000 + b"</p>" * 10_000 + b"</body></article>", "no well-formed XML"),
    ("a text of 20 MB", b"<article><body><p>" + b"a" * 20_000_000 + b"</p></body></article>", "no well-formed XML"),
    ("nothing", b"", "no well-formed XML"),
    ("no article", b"<html><body>x</body></html>", "holds 0 JATS articles"),
    ("two articles", b"<s><article><body><p>a</p></body></article><article/></s>", "holds 2 JATS articles"),
    ("no body", b"<article><front/></article>", "no full text"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "content", "line"), HOSTILE, ids=[why for why, _, _ in HOSTILE])
def test_what_is_no_full_text_is_refused_in_one_line(why, content, line):
    with pytest.raises(InputError, match=line) as caught:
        Article(content, "paper.xml")
    assert "\n" not in str(caught.value)


def test_a_text_of_200_mb_is_refused_without_reading_it(tmp_path):
    path = tmp_path / "paper.xml"
    with path.open("wb") as stream:
        stream.truncate(200_000_000)
    with pytest.raises(InputError, match="200,000,000 bytes"):
        Article.read(path)


def test_a_dtd_is_neither_loaded_nor_asked_for(tmp_path):
    secret = tmp_path / "secret.dtd"
    secret.write_text('<!ENTITY nbsp "LOADED">')
    content = f'<!DOCTYPE article SYSTEM "{secret}"><article><body><p>a&nbsp;b</p></body></article>'
    root = parse_safely(content.encode(), "paper.xml")
    assert b"LOADED" not in etree.tostring(root)
    assert Article(content.encode(), "paper.xml").sections[0].passages[0].text == "a b"


def test_items_of_a_list_are_sentences_of_their_own_and_read_once():
    abstract = "Results: <list><list-item><p>Ten studies</p></list-item><list-item><p>Two books</p></list-item></list>"
    article = paper("<p>text</p>", abstract=abstract)
    assert [one.text for one in article.sentences if one.part == "abstract"] == [
        "Results:",
        "Ten studies",
        "Two books",
    ]


def parts(*titles: str) -> list[str]:
    return [one.part for one in paper("".join(f"<sec><title>{t}</title></sec>" for t in titles)).sections]


def test_themes_between_methods_and_discussion_are_the_results_if_no_heading_says_so():
    assert parts("Introduction", "Methods", "Trust", "Barriers", "Discussion", "Funding") == [
        "introduction",
        "methods",
        "results",
        "results",
        "discussion",
        "",
    ]
    assert parts("Methods", "Trust", "Results")[1] == ""
    assert parts("Introduction", "Trust", "Conclusion")[1] == "", "a paper without methods names no results"


def test_a_sentence_ends_after_the_citations_in_brackets_behind_its_full_stop():
    text = f"Four used tables.[{xref(3)}–{xref(4)}] Two used cards.[{xref(5)}]"
    article = paper(f"<sec><title>Results</title><p>{text}</p></sec>")
    found = [(one.text, one.ref_ids) for one in article.sentences if one.part == "results"]
    assert found == [("Four used tables.[3–4]", ("r3", "r4")), ("Two used cards.[5]", ("r5",))]


def test_boxes_and_key_points_are_read_beside_the_text_and_each_once():
    inner = "<boxed-text><caption><title>More</title></caption><p>4 trials were blind.</p></boxed-text>"
    box = f"<boxed-text><label>Box 1</label><p>We screened 90 records.</p>{inner}</boxed-text>"
    points = '<abstract abstract-type="key-points"><p>We included 7 trials.</p></abstract>'
    article = Article(
        f"<article><front><article-meta>{points}<abstract><p>We found 7.</p></abstract></article-meta></front>"
        f"<body><sec><title>Results</title><p>Text.</p>{box}</sec></body></article>".encode(),
        "paper.xml",
    )
    assert [passage.text for passage in article.abstract] == ["We found 7."]
    assert [(*one.path, one.text) for one in article.asides if one.part == "box"] == [
        ("box", "We included 7 trials."),
        ("Box 1", "We screened 90 records."),
        ("More", "4 trials were blind."),
    ]
    assert [one.text for one in article.sentences] == ["We found 7.", "Text."]


def test_the_description_of_a_figure_has_the_label_of_its_figure():
    figure = (
        '<fig><label>Figure 2</label><graphic href="x"><long-desc>90 records.</long-desc></graphic></fig>'
    )
    article = paper(f"<sec><title>Results</title><p>Text.</p>{figure}</sec>")
    assert [(one.part, one.path) for one in article.asides] == [("description of a figure", ("Figure 2",))]
