"""The letter to the authors: number, place, what we get, what is behind it; a question and no verdict."""

from dataclasses import replace

from scripts.common.review.settings import Review
from scripts.report.letter import letter

REVIEW = Review(name="R", title="A *review* of <pain>", citation="A B. J 2020", doi="10.5555/x", pmid=None)
INPUTS = [{"path": "config/inputs/wos.bib", "source": "Web of Science", "date": "", "sha256": "a" * 64}]
QUESTION = {
    "statement": "Full texts removed", "place": "figure 1", "published": "114", "reproduced": "111",
    "because": "Records behind our number: 111.", "question": "Did you count others?",
}  # fmt: skip


def printed(*verdicts, origin="printed"):
    return [{"origin": origin, "verdict": verdict} for verdict in verdicts]


def test_it_names_number_place_what_we_get_and_what_is_behind_it():
    verdicts = ("recomputed and equal", "within tolerance", "differs", "cannot be checked")
    text = letter(REVIEW, [*printed(*verdicts), *printed("differs", origin="derived")], [QUESTION], INPUTS)
    assert (
        "1. **Full texts removed** (figure 1): printed 114; from the files 111."
        " Records behind our number: 111. Did you count others?\n"
    ) in text
    assert "we compared 4 printed numbers of your paper" in text
    assert "Recomputed and equal or within tolerance: 2. On 1 we have a question." in text
    assert "- config/inputs/wos.bib: Web of Science, SHA-256 aaaaaaaaaaaa...\n" in text


def test_texts_of_the_review_stay_text():
    text = letter(REVIEW, [], [QUESTION | {"statement": "<b>*All*</b>", "reproduced": ""}], INPUTS)
    assert text.startswith("# Questions on A \\*review\\* of &lt;pain&gt;\n\n*A B. J 2020, doi:10.5555/x*\n")
    assert "**&lt;b&gt;\\*All\\*&lt;/b&gt;** (figure 1): printed 114; from the files no number." in text


def test_without_a_question_it_says_so():
    text = letter(replace(REVIEW, doi=None), printed("differs"), [], [])
    assert "*A B. J 2020*" in text
    assert "we compared 1 printed number of your paper" in text
    assert "On 0 we have a question." in text
