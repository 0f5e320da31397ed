"""Codes of studies by the words before their citations."""

from scripts.common.coding.codebook import Code
from scripts.common.paper.citations import Citation
from scripts.common.paper.sentences import Sentence
from scripts.paper.code_paper import clause_codes


def test_the_words_before_a_list_of_citations_name_its_code():
    codes = [
        Code(name, "", 1, label, "", "", "", True)
        for name, label in (("speed", "Faster communication"), ("reach", "More people reached"))
    ]
    text = "This included faster communication [1] and more people reached [2]."
    places = (Citation(35, 38, ("r1",)), Citation(63, 66, ("r2",)))
    found = list(clause_codes(Sentence(text, ("r1", "r2"), "results", (), "", places), codes))
    assert found == [("speed", "r1"), ("reach", "r2")]
