"""Codes on the same study: pairs counted by hand, and no pair of a code and one above it."""

import pandas as pd
import pytest

from scripts.common.files.tables import rows_of
from scripts.figures.plot_cooccurrence import draw, pairs
from tests.drawings import ENGLISH, LANGUAGES, note_of, texts

TREE = pd.DataFrame(
    [
        {"code": "b", "parent": "", "level": "1", "label": "Benefits", "studies": "3"},
        {"code": "s", "parent": "b", "level": "2", "label": "Speed", "studies": "2"},
        {"code": "r", "parent": "", "level": "1", "label": "Risks", "studies": "2"},
        {"code": "n", "parent": "r", "level": "2", "label": "Never seen", "studies": "0"},
    ]
)
STUDIES = pd.DataFrame(
    {
        "study_id": ["1", "2", "3", "4"],
        "b": ["1", "1", "1", "0"],
        "s": ["1", "1", "0", "0"],
        "r": ["1", "0", "0", "1"],
    }
).assign(n="0")


def test_two_codes_stand_together_on_the_studies_counted_by_hand():
    assert [tuple(row.values()) for row in rows_of(pairs(STUDIES, TREE))] == [
        ("b", "r", "1", "2", "1", "0.250"),
        ("s", "r", "1", "1", "1", "0.333"),
    ]
    codes = {row["code"]: row for row in rows_of(TREE)}
    shown = texts(draw(pairs(STUDIES, TREE), codes, ENGLISH))
    assert {"Benefits  1", "Speed  2", "Risks  3"} <= set(shown)
    assert not [text for text in shown if "Never seen" in text]


@pytest.mark.parametrize("say", **LANGUAGES)
def test_without_data_the_figure_says_what_it_needs_and_its_table_is_empty(say):
    table = pairs(STUDIES.iloc[:0], TREE)
    figure = draw(table, {}, say)
    assert table.empty
    assert note_of(figure) == say(
        "No data: needs coding sheets with two codes that are not above one another."
    )
