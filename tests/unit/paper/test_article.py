"""The review's own paper: JATS as publishers write it, in small."""

import re

import pytest
from lxml import etree

from scripts.common.coding.codebook import Code
from scripts.common.errors import InputError
from scripts.common.paper.article import Article, parse_safely
from scripts.common.paper.article_tables import studies, tables
from scripts.common.paper.citations import Citation
from scripts.common.paper.corrections import read_corrections
from scripts.common.paper.sentences import Sentence
from scripts.common.values.number_words import NUMBER, value_of
from scripts.paper.code_paper import clause_codes
from scripts.paper.find_included import counts_in, decide, included_rows
from scripts.paper.read_numbers import databases, flow_numbers, search_dates


def xref(number: int, text: str = "") -> str:
    return f'<xref ref-type="bibr" rid="r{number}">{text or number}</xref>'


def reference(number: int, label: str | None = None, name: str = "", year: int = 2010, **extra: str) -> str:
    printed = f"<label>{label if label is not None else number}</label>" if label != "" else ""
    return (
        f'<ref id="r{number}">{printed}<element-citation><name><surname>{name or f"Author{number}"}</surname></name>'
        f"<article-title>{extra.get('mark', '')}Title {number}</article-title><source>Journal</source>"
        f"<year>{year}</year></element-citation></ref>"
    )


def paper(
    body: str, refs: int | str = 20, back: str = "", abstract: str = "", envelope: str = "{}"
) -> Article:
    listed = refs if isinstance(refs, str) else "".join(reference(n) for n in range(1, refs + 1))
    text = (
        f"<article><front><article-meta><abstract><p>{abstract}</p></abstract></article-meta></front>"
        f"<body>{body}</body><back>{back}<ref-list>{listed}</ref-list></back></article>"
    )
    return Article(envelope.format(text).encode(), "paper.xml")


def cited(body: str, refs: int | str = 20) -> list[str]:
    (section,) = paper(f"<sec><title>Results</title><p>{body}</p></sec>", refs).sections
    return [ref.removeprefix("r") for ref in section.ref_ids]


CITED = [
    ("a range between two links", f"[{xref(3)}–{xref(6)}]", "3 4 5 6"),
    ("a range inside one link", f"({xref(3, '3–6')})", "3 4 5 6"),
    ("several numbers inside one link", f"{xref(1, '[1,3-5]')}", "1 3 4 5"),
    ("brackets inside the links", f"{xref(2, '[2]')}–{xref(4, '[4]')},{xref(9, '[9]')}", "2 3 4 9"),
    ("superscripts with blanks round the dash", f"<sup>{xref(3)}</sup><sup> - </sup><sup>{xref(5)}</sup>", "3 4 5"),
    ("only the first end is linked", f"[{xref(3)}-6, {xref(9)}]", "3 4 5 6 9"),
    ("a link to two references", '<xref ref-type="bibr" rid="r2 r7">2,7</xref>', "2 7"),
    ("a minus after a citation is no range", f"[{xref(3)}] - 12 months", "3"),
    ("a range that runs backwards is none", f"[{xref(6)}–{xref(3)}]", "6 3"),
    ("nothing is linked", "as seen [2, 4–6] in 2010", "2 4 5 6"),
    ("a table in the paragraph is not its text", f"{xref(1)}<table-wrap><table><tr><td>{xref(2)}</td></tr></table></table-wrap>", "1"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("why", "body", "refs"), CITED, ids=lambda value: value if " " in value and "<" not in value else ""
)
def test_citations_with_their_ranges(why, body, refs):
    assert cited(body) == refs.split()


def test_years_as_citations_are_no_numbers():
    listed = "".join(reference(n, "", year=2000 + n) for n in range(1, 21))
    assert cited(f"Author3 ({xref(3, '2003')}) – ({xref(6, '2006')})", listed) == ["3", "6"]


def test_references_of_several_kinds():
    listed = (
        '<ref id="a"><label>[1]</label><mixed-citation><string-name><surname>Li</surname>, <given-names>C</given-names>'
        "</string-name>. <article-title>One</article-title>. <source>J</source> <year>2001</year>;<volume>2</volume>:"
        '<fpage>3</fpage>–<lpage>9</lpage>. <ext-link href="https://doi.org/10.1000/abc.">link</ext-link></mixed-citation></ref>'
        '<ref id="b"><label>2</label><nlm-citation><person-group person-group-type="author"><name><surname>Ng</surname>'
        "<given-names>B</given-names></name></person-group><article-title>Two</article-title><source>K</source>"
        '<year>2002</year><pub-id pub-id-type="pmid">123456</pub-id></nlm-citation></ref>'
        '<ref id="c"><label>3</label><mixed-citation>a. Roe A. First. 2003.</mixed-citation>'
        "<mixed-citation>b. Doe B. Second. 2004. doi:10.1000/xyz</mixed-citation></ref>"
    )
    one, two, three = paper("<p>text</p>", listed).references
    assert (one.label, one.authors, one.year, one.pages, one.doi) == (
        "1",
        "Li, C",
        "2001",
        "3-9",
        "10.1000/abc",
    )
    assert (two.authors, two.title, two.pmid) == ("Ng, B", "Two", "123456")
    assert "First" in three.raw
    assert "Second" in three.raw
    assert three.doi == "10.1000/xyz"


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


def table(rows: str, caption: str = "Characteristics of included studies", head: str = "") -> str:
    top = f"<thead>{head}</thead>" if head else "<thead><tr><th>Study</th><th>Country</th></tr></thead>"
    return (
        f'<table-wrap id="t1"><label>Table 1</label><caption><p>{caption}</p></caption><table>{top}<tbody>{rows}'
        "</tbody></table><table-wrap-foot><p>A footnote</p></table-wrap-foot></table-wrap>"
    )


def test_spans_of_cells_are_laid_out():
    rows = '<tr><td rowspan="2">A</td><td>1</td></tr><tr><td>2</td></tr><tr><td colspan="2">B</td></tr>'
    (one,) = tables(paper(table(rows)))
    assert [[cell.passage.text for cell in row] for row in one.grid[1:]] == [
        ["A", "1"],
        ["A", "2"],
        ["B", "B"],
    ]
    assert one.footnotes[0].text == "A footnote"


def test_rows_without_links_are_found_by_author_and_year():
    listed = "".join(
        reference(n, name=name, year=year)
        for n, (name, year) in enumerate((("Élan", 2001), ("Roe", 2002), ("Roe", 2009)), 1)
    )
    rows = "<tr><td>Elan et al. (2001)</td><td>x</td></tr><tr><td>Roe 2009</td><td>y</td></tr><tr><td>Poe 2003</td><td>z</td></tr>"
    article = paper(table(rows), listed)
    (one,) = tables(article)
    found = studies(article, one)
    assert [study.ref_ids for study in found] == [("r1",), ("r3",), ()]
    assert "no reference of that name and year" in found[2].doubt


def test_a_row_that_names_another_work_than_it_links_is_shown():
    listed = reference(1, name="Roe", year=2001) + reference(2, name="Solah", year=2014) + reference(3)
    rows = f"<tr><td>Roe 2001 [{xref(1)}]</td><td>x</td></tr><tr><td>Solah et al., 2014 [{xref(1)}]</td><td>y</td></tr>"
    article = paper(table(rows), listed)
    (one,) = tables(article)
    second = studies(article, one)[1]
    assert second.ref_ids == ("r2",)
    assert "taken for 2 (Solah 2014)" in second.doubt


def test_studies_in_columns():
    head = f"<tr><th></th><th>Roe [{xref(2)}]</th><th>Poe [{xref(5)}]</th></tr>"
    article = paper(
        table(
            "<tr><td>Country</td><td>A</td><td>B</td></tr><tr><td>Year</td><td>1</td><td>2</td></tr>",
            head=head,
        )
    )
    (one,) = tables(article)
    assert [study.ref_ids for study in studies(article, one)] == [("r2",), ("r5",)]


def rows_of_studies(numbers: range) -> str:
    return "".join(f"<tr><td>Author{n} 2010 [{xref(n)}]</td><td>x</td></tr>" for n in numbers)


def test_a_table_and_the_stated_count_agree():
    found = decide(
        paper(
            f"<sec><title>Results</title><p>In total, five studies were included.</p>{table(rows_of_studies(range(6, 11)))}</sec>"
        )
    )
    assert [ref.removeprefix("r") for ref in found.ref_ids] == ["6", "7", "8", "9", "10"]
    assert (found.confidence, found.contradictions) == ("high", [])


def test_a_table_that_the_stated_count_contradicts_is_shown_as_such():
    found = decide(
        paper(
            f"<sec><title>Results</title><p>In total, seven studies were included.</p>{table(rows_of_studies(range(6, 11)))}</sec>"
        )
    )
    assert found.confidence == "low"
    assert "5 references found, the text states 7" in found.contradictions[0][2]


def test_marked_references_count_only_where_the_text_says_what_the_mark_means():
    listed = "".join(reference(n, f"*{n}" if n in (2, 4, 5) else str(n)) for n in range(1, 7))
    body = "<sec><title>Results</title><p>Three studies were included.</p></sec>"
    note = "<p>References marked with an asterisk were included in the review.</p>"
    assert [ref.removeprefix("r") for ref in decide(paper(body, listed, back=note)).ref_ids] == [
        "2",
        "4",
        "5",
    ]
    assert decide(paper(body, listed)).ref_ids == []


def test_no_set_is_given_where_nothing_tells_it():
    found = decide(
        paper(f"<sec><title>Results</title><p>Forty studies were included. Some say so {xref(1)}.</p></sec>")
    )
    assert (found.ref_ids, found.confidence) == ([], "none")
    assert "the text states 40" in found.contradictions[0][2]


def test_corrections_win(tmp_path):
    article = paper(
        f"<sec><title>Results</title><p>In total, five studies were included.</p>{table(rows_of_studies(range(6, 11)))}</sec>"
    )
    path = tmp_path / "corrections.csv"
    path.write_text(
        "table,item,field,value,reason\nincluded,6,included,no,a protocol\nincluded,r12,included,yes,named in figure 1\n"
    )
    rows = included_rows(article, decide(article), read_corrections(str(path), "included"))
    assert [row["study_id"] for row in rows] == ["7", "8", "9", "10", "12"]
    assert rows[-1]["confidence"] == "confirmed"
    path.write_text("table,item,field,value,reason\nincluded,6,included,maybe,x\n")
    with pytest.raises(InputError, match="line 2: value is 'maybe'; write yes or no"):
        read_corrections(str(path))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("61", 61),
        ("1,204", 1204),
        ("sixty-one", 61),
        ("Twenty seven", 27),
        ("three hundred and five", 305),
        ("twelve", 12),
    ],
)
def test_numbers_in_digits_and_words(text, value):
    found = re.fullmatch(NUMBER, text, flags=re.IGNORECASE)
    assert found
    assert value_of(text) == value


def test_the_count_of_studies_is_told_from_other_counts():
    assert dict(counts_in("Finally, sixty-one studies were included in this review."))[61] >= 2
    assert counts_in("After removal of 30 duplicates, 12 records were excluded.") == []


def sentence(text: str, part: str = "results") -> list[Sentence]:
    return [Sentence(text, (), part, (part,), "s1:1:1", ())]


def test_flow_numbers_databases_and_dates():
    text = "We identified 1,204 records, removed 204 duplicates, and assessed 90 full-text articles; 61 studies were included."
    found = {row["name"]: row["value"] for row in flow_numbers(sentence(text))}
    assert {
        "identified": "1204",
        "duplicates_removed": "204",
        "full_text_assessed": "90",
        "included": "61",
    }.items() <= found.items()
    text = "We searched MEDLINE, CINAHL and the Cochrane Library on 16 August 2022."
    assert [row["value"] for row in databases(sentence(text, "methods"))] == [
        "CINAHL",
        "Cochrane Library",
        "MEDLINE",
    ]
    assert [row["value"] for row in search_dates(sentence(text, "methods"))] == ["2022-08-16"]


def test_the_words_before_a_list_of_citations_name_its_code():
    codes = [
        Code(name, "", 1, label, "", "", "", True)
        for name, label in (("speed", "Faster communication"), ("reach", "More people reached"))
    ]
    text = "This included faster communication [1] and more people reached [2]."
    places = (Citation(35, 38, ("r1",)), Citation(63, 66, ("r2",)))
    found = list(clause_codes(Sentence(text, ("r1", "r2"), "results", (), "", places), codes))
    assert found == [("speed", "r1"), ("reach", "r2")]
