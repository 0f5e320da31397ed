"""The drift of a live search from the archive, counted by window."""

import pandas as pd
import pytest

from scripts.common.figures.plotting import ONE_COLUMN_MM, TWO_COLUMNS_MM
from scripts.common.files.tables import rows_of
from scripts.figures.plot_drift import COLUMNS, draw, per_window
from tests.drawings import ENGLISH, LANGUAGES, check_no_text_leaves, note_of, texts


def test_the_drift_of_a_search_is_counted_by_window():
    drift = pd.DataFrame(
        [("2019", "same"), ("2020", "new"), ("2020", "same"), ("2020", "same")],
        columns=pd.Index(["window", "status"]),
    )
    table = per_window(drift)
    assert [tuple(row.values()) for row in rows_of(table)] == [
        ("2019", "1", "0", "0"),
        ("2020", "2", "1", "0"),
    ]
    assert {"1 +0 −0", "2 +1 −0", "gone"} <= set(texts(draw(table, TWO_COLUMNS_MM, ENGLISH)))


@pytest.mark.parametrize("say", **LANGUAGES)
def test_without_data_the_figure_says_what_it_needs_and_its_table_is_empty(say):
    table = per_window(pd.DataFrame({"window": [], "status": []}, dtype=str))
    figure = draw(table, TWO_COLUMNS_MM, say)
    assert table.empty
    assert note_of(figure) == say(
        "No data: needs a search that is made here, an archive to compare with, and records in them."
    )


@pytest.mark.parametrize("width_mm", [ONE_COLUMN_MM, TWO_COLUMNS_MM])
@pytest.mark.parametrize("say", **LANGUAGES)
def test_for_one_column_and_for_two_no_text_leaves_the_figure(say, width_mm):
    table = pd.DataFrame([("2020-01-01_2020-03-31", "12345", "1234", "123")], columns=list(COLUMNS))
    check_no_text_leaves(draw(table, width_mm, say))
