"""The charted studies: every value is drawn whole."""

import pandas as pd
import pytest

from scripts.common.figures.plotting import ONE_COLUMN_MM, TWO_COLUMNS_MM
from scripts.figures.plot_charting import draw
from tests.drawings import ENGLISH, LANGUAGES, check_no_text_leaves, texts


def test_a_long_value_of_a_charted_variable_is_drawn_whole():
    value = "United States of America, its territories, and several places beside them"
    counts = pd.DataFrame(
        [{"variable": "c", "label": "Country", "label_zh": "", "value": name, "studies": "4", "of": "8",
          "percent": "50.0", "ci_low": "15.7", "ci_high": "84.3"} for name in (value, "Chile")]
    )  # fmt: skip
    shown = [text.replace("\n", " ") for text in texts(draw(counts, TWO_COLUMNS_MM, ENGLISH))]
    assert {value, "Chile"} <= set(shown)


@pytest.mark.parametrize("width_mm", [ONE_COLUMN_MM, TWO_COLUMNS_MM])
@pytest.mark.parametrize("say", **LANGUAGES)
def test_for_one_column_and_for_two_no_text_leaves_the_figure(say, width_mm):
    value = {
        "variable": "c", "label": "Where the study was made", "label_zh": "", "of": "8",
        "value": "Community run by a hospital", "studies": "8", "percent": "100.0", "ci_low": "63.1",
        "ci_high": "100.0",
    }  # fmt: skip
    check_no_text_leaves(draw(pd.DataFrame([value]), width_mm, say))
