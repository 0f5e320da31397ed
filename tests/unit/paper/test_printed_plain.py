"""Numbers that name no works, percentages without a count, and years: what is read, and what is none."""

import pytest

from scripts.common.paper.printed_plain import plain_numbers
from tests.papers import paper, sentence, xref

CASES = [
    ("the subject is in the sentence before", "Three addressed costs, while two examined access.",
     [("works", "3"), ("works", "2")]),
    ("n = in brackets", "Most were done in Egypt (n = 6) and Ghana (n = 2).", [("works", "6"), ("works", "2")]),
    ("kinds in a list", "We included 10 quantitative, 5 qualitative and 3 mixed-methods studies.",
     [("works", "10"), ("works", "5"), ("works", "3")]),
    ("other things", "Six electronic databases from 17 African countries.", [("items", "6"), ("items", "17")]),
    ("years of what was included", "All included papers were published between 2019 and 2025.",
     [("years", "2019"), ("years", "2025")]),
    ("years that limit the search", "We searched for trials published between 1980 and 2016.", []),
    ("years that a review is about", "A review of articles published between 1938 and 2016.", []),
    ("percentages of works", "Of the trials 59% were small.", [("percent", "59")]),
    ("a percentage that a study measured", "One trial found a reduction of 21%.", []),
    ("a year is no count", "In Asia and 2019 was wet.", []),
]  # fmt: skip


@pytest.mark.parametrize(("why", "text", "wanted"), CASES, ids=[why for why, *_ in CASES])
def test_plain_numbers(why, text, wanted):
    found = [(one.kind, one.value) for one in plain_numbers(sentence(text))]
    assert [one for one in found if one[0] != "works" or one in wanted] == wanted


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("The 24 studies were published between 2010 and 2024.", ["first", "last"]),
        ("Most studies were published between 2019 and 2024.", ["first of a part", "last of a part"]),
        ("Only four studies were published between 2015 and 2020.", ["first of a part", "last of a part"]),
        ("Twelve trials were published between 2015 and 2020.", ["first of a part", "last of a part"]),
    ],
)
def test_years_of_a_part_of_the_studies_are_not_those_of_all(text, names):
    assert [one.name for one in plain_numbers(sentence(text)) if one.kind == "years"] == names


def test_the_introduction_and_the_methods_are_left_out():
    assert not list(plain_numbers(sentence("Three addressed costs.", part="methods")))


def row(text):
    article = paper(f"<sec><title>Results</title><p>{text}</p></sec>")
    found = plain_numbers([one for one in article.sentences if one.part == "results"])
    return [(one.value, one.cited) for one in found if one.rule == "number in a row"]


def test_numbers_in_a_row_of_which_only_the_first_names_its_works():
    text = f"Two trials were in Peru [{xref(1)}, {xref(2)}], one in Chile [{xref(3)}] and two by post [{xref(4)}, {xref(5)}]."
    assert row(text) == [("1", ("r3",)), ("2", ("r4", "r5"))]


def test_a_number_in_a_row_without_its_own_citations_is_left_out():
    assert row(f"Two trials were in Peru [{xref(1)}], one in Chile and two by post.") == []
    assert row(f"Patients were in Peru [{xref(1)}], one in Chile [{xref(3)}].") == []
