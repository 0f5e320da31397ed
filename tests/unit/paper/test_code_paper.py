"""Codes of studies by the words before their citations."""

from scripts.common.coding.codebook import Code
from scripts.common.paper.citations import Citation
from scripts.common.paper.sentences import Sentence
from scripts.paper.code_paper import clause_codes, evidence, from_headings
from tests.papers import paper, xref


def test_the_words_before_a_list_of_citations_name_its_code():
    codes = [
        Code(name, "", 1, label, "", "", "", True)
        for name, label in (("speed", "Faster communication"), ("reach", "More people reached"))
    ]
    text = "This included faster communication [1] and more people reached [2]."
    places = (Citation(35, 38, ("r1",)), Citation(63, 66, ("r2",)))
    found = list(clause_codes(Sentence(text, ("r1", "r2"), "results", (), "", places), codes))
    assert found == [("speed", "r1"), ("reach", "r2")]


def test_headings_below_the_discussion_may_be_themes():
    inside = "".join(
        f"<sec><title>{title}</title><p>{xref(n)}</p></sec>"
        for n, title in enumerate(("Trust", "Strengths and limitations"), start=1)
    )
    body = f"<sec><title>Results</title><p>None.</p></sec><sec><title>Discussion</title>{inside}</sec>"
    found = [(one.theme, one.kind, one.ref_id) for one in from_headings(paper(body), [], {"r1", "r2"})]
    assert found == [("Discussion > Trust", "heading outside the results", "r1")]


def test_the_source_of_a_code_is_a_place_in_words():
    article = paper(f"<sec id='s3'><title>3. Results</title><p>Text. Trust was named [{xref(1)}].</p></sec>")
    codes = [Code("trust", "", 1, "Results", "", "", "", True)]
    found = list(from_headings(article, codes, {"r1"}))
    assert [(one.place, one.printed_at) for one in found] == [
        ("s3:1:2", "heading 3, paragraph 1, sentence 2")
    ]
    assert [row["source"] for row in evidence(article, found, codes, [])] == [
        "paper.xml, heading 3, paragraph 1, sentence 2"
    ]
