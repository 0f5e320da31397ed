"""Which line of a published strategy lost a record."""

import pytest

from scripts.common.search.citation import from_record
from scripts.common.search.explain import Strategy, explained
from scripts.common.search.strategies import Strategy as Published
from scripts.common.search.strategies import line_texts, split_lines

RECORD = from_record({"title": "Wheezing children", "abstract": "Of nurses."})


def answers(text):
    published = Published("pubmed", "PubMed", "", "", "", tuple(split_lines(text)))
    strategy = Strategy(published.text, lines=line_texts("pubmed", [published]))
    return [(row["line"], row["met"]) for row in explained(strategy, RECORD)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 asthma[ti]\n2 wheez*[ti]\n3 1 or 2\n4 adult[ti]\n5 3 and 4", [("3", "yes"), ("4", "no")]),
        ("1 wheez*[ti]\n2 (child*[ti]\n   OR adult[ti])\n3 #1 AND #2", [("1", "yes"), ("2", "yes")]),
        ("#3 (#1) AND (#2)\n#2 (adult[ti] OR nurse[ti])\n#1 wheez*[ti]", [("1", "yes"), ("2", "no")]),
        ("1 wheez*[ti]\n2 child*[ti]\n3 #1 AND #2\n4 adult[ti]\n5 #3 AND #4",
         [("1", "yes"), ("2", "yes"), ("4", "no")]),
        ("1 wheez*[ti]\n2 wheez*[ti]\n3 #1 AND #2", [("1", "yes"), ("1", "yes")]),
        ("1 wheez*[ti]\n2 #1 AND adult[ti]", [("1", "yes"), ("", "no")]),
        ("wheez*[ti] AND adult[ti]", [("", "yes"), ("", "no")]),
    ],
    ids=["two groups", "a line on two lines", "newest first, more brackets", "a line of lines",
         "the same line twice", "a part that is no line", "one query"],
)  # fmt: skip
def test_a_part_says_which_line_it_is(text, expected):
    assert answers(text) == expected


def test_a_query_that_names_no_strategy_has_no_lines():
    assert line_texts("asthma[ti]", []) == {}
