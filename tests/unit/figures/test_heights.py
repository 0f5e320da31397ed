"""No figure is taller than a page of a journal leaves for it, whatever the review holds."""

import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from scripts.common.claims.judging import CONSISTENT, DIFFERS
from scripts.common.coding.charting import Variable
from scripts.common.figures.plotting import TALLEST_MM, rows_that_fit
from scripts.figures import (
    plot_charting,
    plot_claims,
    plot_cooccurrence,
    plot_drift,
    plot_gap_map,
    plot_matrix,
    plot_priority,
    plot_themes,
    plot_years,
)
from tests.drawings import LANGUAGES

MANY = 90


def themes():
    return pd.DataFrame(
        [
            {
                "code": f"c{n}", "parent": "", "level": str(1 + (n % 3 > 0)),
                "label": f"A code of a few words, {n}", "label_zh": f"编码 {n}", "studies": str(n % 7),
                "percent": "", "low": "", "high": "", "of": "40", "bound": "exact",
            }
            for n in range(MANY)
        ]
    )  # fmt: skip


def matrix():
    return pd.DataFrame(
        [
            {"study_id": str(s), **{f"c{n}": str(int((n + s) % 5 == 0)) for n in range(MANY)}}
            for s in range(12)
        ]
    )


def by_code():
    return {row["code"]: row for row in themes().to_dict("records")}


def claims(say):
    words = type("Plain", (type(say),), {"__call__": lambda self, text: text})("en")
    rows = [
        (f"C{n}", "printed", "A statement", DIFFERS if n % 9 == 0 else CONSISTENT, "", "", "")
        for n in range(MANY)
    ]
    return plot_claims.draw(pd.DataFrame(rows, columns=list(plot_claims.COLUMNS)), ("Claims",), words)


def charting(say):
    rows = [
        {"variable": f"v{n // 30}", "label": "V", "label_zh": "V", "value": f"value {n}",
         "studies": str(n % 30), "of": "40", "percent": "10", "ci_low": "5", "ci_high": "20"}
        for n in range(MANY)
    ]  # fmt: skip
    return plot_charting.draw(pd.DataFrame(rows), 178, say)


def priority(say):
    rows = [
        {"group": "all", "finding": f"f{n}", "label": f"Finding {n}", "label_zh": "发现", "studies": "3",
         "bound": "exact", "points": "4", "share": "50", "place": str(n), "members": "4"}
        for n in range(MANY)
    ]  # fmt: skip
    return plot_priority.draw(pd.DataFrame(rows), say)


def drift(say):
    rows = [(f"{1900 + n}-01-01_{1900 + n}-12-31", "5", str(n % 4), "1") for n in range(MANY)]
    return plot_drift.draw(pd.DataFrame(rows, columns=list(plot_drift.COLUMNS)), 178, say)


def gap_map(say):
    rows = [
        {"code": f"c{n}", "level": "1", "label": f"Code {n}", "label_zh": "编码", "variable": "v",
         "value": value, "studies": str(n % 5), "bound": "exact", "of": "9", "study_ids": ""}
        for n in range(MANY)
        for value in ("a", "b")
    ]  # fmt: skip
    return plot_gap_map.draw(rows, Variable("v", "V", "V", "category", ("a", "b"), ""), say)


def years(say):
    rows = [(f"source {n}", str(2000 + year), str(1 + n)) for n in range(30) for year in range(8)]
    return plot_years.draw(pd.DataFrame(rows, columns=list(plot_years.COLUMNS)), "", 178, say)


def cooccurrence(say):
    pairs = plot_cooccurrence.pairs(matrix(), themes())
    return plot_cooccurrence.draw(pairs, by_code(), say)


FIGURES = {
    "claims": claims,
    "themes": lambda say: plot_themes.draw(themes(), 178, say),
    "matrix": lambda say: plot_matrix.draw(plot_matrix.arrange(matrix(), themes()), by_code(), say),
    "co-occurrence": cooccurrence,
    "charting": charting,
    "priority": priority,
    "drift": drift,
    "gap map": gap_map,
    "years": years,
}


@pytest.mark.parametrize("say", **LANGUAGES)
@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_of_many_rows_fits_on_a_page_and_says_how_many_are_in_its_table_alone(name, say):
    figure = FIGURES[name](say)
    assert 150 < figure.get_size_inches()[1] * 25.4 <= TALLEST_MM
    FigureCanvasAgg(figure).draw()
    texts = [text for axes in figure.axes for text in (*axes.texts, axes.xaxis.label)] + figure.texts
    for text in texts:
        box = text.get_window_extent()
        assert figure.bbox.x0 <= box.x0, text.get_text()
        assert figure.bbox.y0 <= box.y0, text.get_text()
        assert box.x1 <= figure.bbox.x1, text.get_text()
        assert box.y1 <= figure.bbox.y1, text.get_text()
    shown = " ".join(text.get_text() for text in texts).replace("\n", " ")
    assert "in the table of this figure" in shown or "见本图的数据表" in shown


def test_rows_are_kept_in_their_order_the_important_ones_first_and_one_always():
    assert rows_that_fit([10, 10, 10, 10], 25) == [0, 1]
    assert rows_that_fit([10, 10, 10, 10], 25, [3, 1, 0, 2]) == [1, 3]
    assert rows_that_fit([10, 99, 1], 25, [0, 1, 2]) == [0], "a small row does not overtake a large one"
    assert rows_that_fit([99, 1], 25) == [0]
    assert rows_that_fit([], 25) == []
