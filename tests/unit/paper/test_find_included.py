"""The included studies, as tables, marks, sentences and corrections name them."""

import pytest

from scripts.common.errors import InputError
from scripts.common.paper.corrections import read_corrections
from scripts.common.paper.included_set import decide
from scripts.paper.find_included import included_rows
from tests.papers import paper, reference, rows_of_studies, table, xref


def test_a_table_and_the_stated_count_agree():
    found = decide(
        paper(
            f"<sec><title>Results</title><p>In total, five studies were included.</p>{table(rows_of_studies(range(6, 11)))}</sec>"
        )
    )
    assert [ref.removeprefix("r") for ref in found.ref_ids] == ["6", "7", "8", "9", "10"]
    assert (found.confidence, found.doubts) == ("high", [])


def test_a_table_that_the_stated_count_contradicts_is_shown_as_such():
    found = decide(
        paper(
            f"<sec><title>Results</title><p>In total, seven studies were included.</p>{table(rows_of_studies(range(6, 11)))}</sec>"
        )
    )
    assert found.confidence == "low"
    assert "5 references found, the text states 7" in found.doubts[0][2]


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
    assert "the text states 40" in found.doubts[0][2]


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


def test_a_set_is_never_high_where_two_counts_are_stated_equally_plainly():
    text = "In total, five studies were included. In total, nine studies were included."
    found = decide(
        paper(f"<sec><title>Results</title><p>{text}</p>{table(rows_of_studies(range(6, 11)))}</sec>")
    )
    assert found.confidence != "high"
    assert found.stated is None
    assert "5 references found, the text states 5 or 9 equally plainly" in found.doubts[0][2]


def test_a_set_far_below_a_count_that_is_plainly_stated_is_low():
    text = (
        "In total, nineteen studies were included. In total, three studies were included in the meta-analysis."
        " Finally, three studies were included."
    )
    found = decide(
        paper(f"<sec><title>Results</title><p>{text}</p>{table(rows_of_studies(range(6, 9)))}</sec>")
    )
    assert found.confidence == "low"
    assert "the text also states 19" in found.doubts[0][2]


def test_a_quality_tool_cited_in_the_section_is_no_study():
    text = (
        f"Six studies were included. They report pain [{xref(4)}–{xref(9)}]."
        f" Quality was judged with a scale [{xref(15)}]."
    )
    found = decide(
        paper(f"<sec><title>Results</title><sec><title>Selection</title><p>{text}</p></sec></sec>")
    )
    assert [ref.removeprefix("r") for ref in found.ref_ids] == ["4", "5", "6", "7", "8", "9"]
