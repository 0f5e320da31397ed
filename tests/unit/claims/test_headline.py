"""The headline: of the printed claims each has one verdict; a check of our copy is never a success."""

import json

import pytest

from scripts.common.claims.headline import headline, in_words
from scripts.common.claims.judging import VERDICTS
from scripts.common.claims.sentences import Voice, as_data, english, sentence
from scripts.common.report.phrases import phrases


def row(verdict, origin="printed", rests_on="", reason=""):
    return {
        "verdict": verdict,
        "origin": origin,
        "rests_on": rests_on,
        "data": json.dumps({"reason": as_data(reason)}),
    }


ROWS = [
    *[row("consistent", rests_on="consistent")] * 3,
    *[row("cannot be checked")] * 4,
    *[row("transcription only", rests_on="transcription")] * 4,
    *[row("transcription only", "derived", "transcription")] * 6,
    *[row("cannot be checked", "other_paper")] * 4,
]


def test_the_verdicts_of_the_printed_claims_sum_up_to_their_number():
    found = headline(ROWS)
    assert (found.printed, found.derived, found.other_paper) == (11, 6, 4)
    assert sum(found.by_verdict.values()) == 11
    assert tuple(found.by_verdict) == VERDICTS
    assert [found.by_verdict[name] for name in ("consistent", "cannot be checked", "transcription only")] == [
        3,
        4,
        4,
    ]


def test_the_headline_is_said_in_both_languages():
    first, second, third = map(english, in_words(headline(ROWS)))
    assert "not by the authors" in first
    assert "no claim was recomputed from data" in first
    assert second == (
        "Claims printed in this paper: 11 = 0 recomputed and equal + 0 within tolerance + 3 consistent +"
        " 0 agrees so far + 0 differs + 0 contradictory as printed + 4 cannot be checked +"
        " 4 transcription only (no result)."
    )
    assert third.startswith("Counted apart: 6 numbers that we derived")
    chinese = Voice("zh", phrase=lambda text: phrases()[text]["zh"]).say(in_words(headline(ROWS))[1])
    assert chinese.startswith("该论文中的论断共 11 条：重新计算且相同 0 条，")
    assert "consistent" not in chinese


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([row("differs", rests_on="recomputed"), *ROWS], "recomputed from data; 1 of the 12 claims printed"),
        ([row("recomputed and equal", "derived", "recomputed"), *ROWS], "two places of the paper agree"),
        ([row("transcription only", rests_on="transcription")], "no evidence for or against"),
        ([], "no evidence for or against"),
    ],
)
def test_the_strongest_evidence_is_that_of_a_printed_claim(rows, words):
    assert words in english(in_words(headline(rows))[0])


def test_numbers_that_are_others_and_cannot_be_judged_are_counted_and_the_remedy_named():
    open_ = row("cannot be checked", reason=(sentence("not_listed", where="t.csv"), sentence("same_place")))
    derived = row("cannot be checked", "derived", reason=(sentence("not_listed", where="t.csv"),))
    found = headline([open_, derived, *ROWS])
    assert found.not_judged == 2
    assert "In 2 of these claims our number is not the printed one" in english(in_words(found)[2])
    assert "not the printed one" not in english(in_words(headline(ROWS))[2])
