"""The figure of claims: every claim with its verdict, and how few changes would overturn it."""

import pandas as pd

from scripts.common.claims.judging import DIFFERS, EQUAL
from scripts.figures.plot_claims import AT_LEAST, AT_MOST, COLUMNS, claims_of, draw
from tests.drawings import ENGLISH, texts

ROWS = [
    ("speed", "printed", "30 studies find speed", EQUAL, "a vote", "2", ""),
    ("speed", "printed", "30 studies find speed", EQUAL, "a study", "", "none overturns it"),
    ("cost", "derived", "Cost is found by 4 studies", DIFFERS, "a study", "40", ""),
]

HEADLINE = ("Claims: 2 = 1 + 1.",)


def table(*rows):
    return pd.DataFrame(list(rows), columns=list(COLUMNS))


def plain(say):
    """Return a speaker that knows every phrase: kinds of change are phrases of other scripts."""
    return type("Plain", (type(say),), {"__call__": lambda self, text: text})("en")


def test_each_claim_is_drawn_once_with_the_kinds_of_change_whose_number_is_known():
    found = claims_of(table(*ROWS), ENGLISH)
    assert [(claim.verdict, claim.changes) for claim in found] == [
        (EQUAL, [("a vote", 2)]),
        (DIFFERS, [("a study", 40)]),
    ]


def test_a_number_of_changes_beyond_the_axis_is_written_out():
    figure = draw(table(*ROWS), HEADLINE, plain(ENGLISH))
    (axes,) = figure.axes
    assert {EQUAL, DIFFERS, "40"} <= set(texts(figure))
    assert "2" not in texts(figure), "2 is read from the axis"
    assert [text.get_text() for text in figure.texts] == list(HEADLINE)
    assert "Claims printed in this paper" in texts(figure)
    assert "Claims of another paper" not in texts(figure)
    assert axes.get_xlim()[1] == AT_MOST * 1.12


def test_one_change_never_looks_like_many():
    (axes,) = draw(table(("a", "printed", "A", EQUAL, "a vote", "1", "")), HEADLINE, plain(ENGLISH)).axes
    assert axes.get_xlim()[1] == AT_LEAST * 1.12
