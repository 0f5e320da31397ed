"""How many studies a sentence states as included, and what is another number."""

import json

import pytest

from scripts.common.paper.marked_text import without_citations
from scripts.common.paper.sentences import sentences_of
from scripts.common.paper.stated_counts import StatedCounts, counts_in, stated_counts
from tests.papers import paper, sentence, xref
from tests.paths import DATA

CASES = json.loads((DATA / "paper/stated_counts.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_counts_of_included_studies(case):
    assert {str(count): points for count, points in counts_in(case["text"])} == case["counts"]


def test_a_citation_between_number_and_verb_is_no_part_of_the_sentence():
    body = f"<sec><title>Results</title><p>Finally, 12 studies[{xref(3)}–{xref(14)}] with 90 cases were included.</p></sec>"
    (section,) = paper(body).sections
    (one,) = sentences_of(section.passages[0], "results", section.path, "1")
    assert without_citations(one) == "Finally, 12 studies with 90 cases were included."


def test_the_discussion_states_no_count():
    text = "In total, 24 studies were included."
    assert stated_counts(sentence(text), 30).points == {24: 4}
    assert stated_counts(sentence(text, "discussion"), 30).points == {}


def test_a_count_above_ten_times_the_references_is_one_of_records():
    assert stated_counts(sentence("Finally, 400 studies were included."), 30).points == {}


def test_two_counts_of_equal_points_are_no_single_count():
    counts = StatedCounts({24: 4, 3: 4, 7: 1}, 30)
    assert counts.plainest == [3, 24]
    assert counts.only is None
    assert counts.far_above(3) == [24]
    assert counts.far_above(12) == []
    assert StatedCounts({24: 4}, 20).far_above(3) == []


def test_studies_that_a_sentence_adds_belong_to_the_included_ones():
    text = (
        "Twenty-five studies met the inclusion criteria, and two additional studies were identified by hand."
    )
    assert stated_counts(sentence(text), 34).plainest == [27]
    text = "Twenty-five studies met the inclusion criteria, and two additional studies were excluded."
    assert stated_counts(sentence(text), 34).plainest == [25]
