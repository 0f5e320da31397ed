"""The reference list and the citations that lead to it, as publishers write them."""

import pytest

from tests.papers import paper, reference, xref


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


def test_the_year_of_a_reference_in_one_string_is_not_the_one_in_its_title():
    raw = "Peel J.L. Effects of the 1996 Summer Games on lungs. Res. Rep. 2010;148:3-23."
    article = paper("<sec><p>x</p></sec>", refs=f'<ref id="r1"><mixed-citation>{raw}</mixed-citation></ref>')
    assert article.references[0].year == "2010"
