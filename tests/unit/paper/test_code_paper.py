"""Codes of studies by the words before their citations."""

from scripts.common.coding.codebook import Code
from scripts.common.paper.citations import Citation
from scripts.common.paper.sentences import Sentence
from scripts.paper.code_paper import clause_codes, from_headings
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
