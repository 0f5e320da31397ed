"""The figure of themes: exact counts with intervals, lower bounds without, and what is not known."""

import pandas as pd
import pytest

from scripts.common.figures.plotting import ONE_COLUMN_MM, TWO_COLUMNS_MM
from scripts.common.files.tables import rows_of
from scripts.figures.plot_themes import draw, value_text
from tests.drawings import CHINESE, ENGLISH, LANGUAGES, check_no_text_leaves, texts

THEMES = pd.DataFrame(
    [
        ("b", "1", "Benefits", "益处", "3", "4.9", "61", "at least", "", ""),
        ("s", "2", "Speed", "速度", "0", "0.0", "61", "exact", "0.0", "5.9"),
        ("r", "1", "Risks", "", "", "", "61", "unknown", "", ""),
    ],
    columns=pd.Index(
        ["code", "level", "label", "label_zh", "studies", "percent", "of", "bound", "low", "high"]
    ),
)


def test_a_theme_shows_a_lower_bound_an_exact_zero_and_what_is_not_known():
    assert [value_text(row, ENGLISH) for row in rows_of(THEMES)] == [
        "at least 3 (4.9 %)",
        "0 (0.0 %, 0.0–5.9)",
        "not known here",
    ]
    shown = texts(draw(THEMES, TWO_COLUMNS_MM, ENGLISH))
    assert {"at least 3 (4.9 %)", "0 (0.0 %, 0.0–5.9)", "not known here", "Benefits"} <= set(shown)


def test_without_intervals_none_is_drawn_and_none_is_named():
    without = THEMES.assign(low="", high="")
    (axes,) = draw(without, TWO_COLUMNS_MM, ENGLISH).axes
    assert axes.get_xlabel() == "Included studies citing the code (of 61)"
    assert "0 (0.0 %)" in texts(draw(without, TWO_COLUMNS_MM, ENGLISH))


def test_the_axis_says_of_how_many_studies():
    (axes,) = draw(THEMES, TWO_COLUMNS_MM, ENGLISH).axes
    assert axes.get_xlabel() == "Included studies citing the code (of 61; line: exact 95 % interval)"


def test_in_chinese_a_code_without_a_chinese_label_keeps_its_own():
    shown = texts(draw(THEMES, TWO_COLUMNS_MM, CHINESE))
    assert {"益处", "至少 3 (4.9 %)", "Risks"} <= set(shown)


@pytest.mark.parametrize("width_mm", [ONE_COLUMN_MM, TWO_COLUMNS_MM])
@pytest.mark.parametrize("say", **LANGUAGES)
def test_for_one_column_and_for_two_no_text_leaves_the_figure(say, width_mm):
    theme = {
        "code": "a", "parent": "", "level": "1", "label": "Fewer barriers to face-to-face communication",
        "label_zh": "", "studies": "54", "percent": "100.0", "low": "93.4", "high": "100.0", "of": "54",
        "bound": "exact",
    }  # fmt: skip
    check_no_text_leaves(draw(pd.DataFrame([theme]), width_mm, say))
