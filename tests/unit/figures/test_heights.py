"""Every figure fits on a page of a journal and can be read there, whatever the review holds."""

import re
from functools import cache

import pandas as pd
import pytest
from matplotlib.text import Text

from scripts.common.claims.judging import CONSISTENT, DIFFERS
from scripts.common.coding.charting import Variable
from scripts.common.figures.countries import read_countries
from scripts.common.figures.plotting import SMALLEST_POINTS, TALLEST_MM, TWO_COLUMNS_MM, rows_that_fit
from scripts.common.figures.saving import save_svg
from scripts.common.report.phrases import Speaker
from scripts.common.screening.flow import BOXES
from scripts.figures import (
    plot_agreement,
    plot_appraisal,
    plot_charting,
    plot_claims,
    plot_cooccurrence,
    plot_countries,
    plot_drift,
    plot_flow,
    plot_gap_map,
    plot_matrix,
    plot_overlap,
    plot_priority,
    plot_themes,
    plot_years,
)
from tests.drawings import CHINESE, ENGLISH, check_no_text_leaves

MANY = 90
LONG = (
    "A name of so many words that no line of any figure of a journal could ever hold it",
    "Pneumono-ultra" * 6,
)


def name(n, long):
    return f"{LONG[n % 2]} {n}" if long else f"Name {n}"


def themes(long=False, number=MANY):
    return pd.DataFrame(
        [
            {
                "code": f"c{n}", "parent": "", "level": str(1 + (n % 3 > 0)), "label": name(n, long),
                "label_zh": "编码的名称" * (9 if long else 1) + str(n), "studies": str(n % 7),
                "percent": "17.5" if n else "", "low": "8.1" if n else "", "high": "80.2" if n else "",
                "of": "40", "bound": ("exact", "at least", "unknown")[n % 3],
            }
            for n in range(number)
        ]
    )  # fmt: skip


def matrix(studies=12):
    return pd.DataFrame(
        [
            {"study_id": str(s), **{f"c{n}": str(int((n + s) % 5 == 0)) for n in range(MANY)}}
            for s in range(studies)
        ]
    )


def by_code(long):
    return {row["code"]: row for row in themes(long).to_dict("records")}


def claims(say, long):
    words = type("Plain", (type(say),), {"__call__": lambda self, text: text})(say.language)
    rows = [
        (f"C{n}", "printed", name(n, long), DIFFERS if n % 9 == 0 else CONSISTENT, f"kind {kind}", "40", "")
        for n in range(MANY)
        for kind in range(1 + n % 6)
    ]
    return plot_claims.draw(pd.DataFrame(rows, columns=list(plot_claims.COLUMNS)), ("Claims",), words)


def charting(say, long, width=178):
    rows = [
        {"variable": f"v{n // 30}", "label": name(0, long), "label_zh": "V", "value": name(n, long),
         "studies": str(n % 30), "of": "40", "percent": "10", "ci_low": "5", "ci_high": "20"}
        for n in range(MANY)
    ]  # fmt: skip
    return plot_charting.draw(pd.DataFrame(rows), width, say)


def priority(say, long):
    rows = [
        {"group": group, "finding": f"f{n}", "label": name(n, long), "label_zh": "发现", "studies": "3",
         "bound": "exact", "points": "4", "share": "50", "place": str(n), "members": "4"}
        for group in ("all", *(name(g, long) for g in range(6)))
        for n in range(MANY)
    ]  # fmt: skip
    return plot_priority.draw(pd.DataFrame(rows), say)


def drift(say, long, width=178):
    new = 90_000 if long else 4
    rows = [(f"{1900 + n}-01-01_{1900 + n}-12-31", "5", str(n % new), "1") for n in range(MANY)]
    return plot_drift.draw(pd.DataFrame(rows, columns=list(plot_drift.COLUMNS)), width, say)


def gap_map(say, long):
    rows = [
        {"code": f"c{n}", "level": "1", "label": name(n, long), "label_zh": "编码", "variable": "v",
         "value": name(value, long), "studies": str(n % 5), "bound": "exact", "of": "9", "study_ids": ""}
        for n in range(MANY)
        for value in range(14)
    ]  # fmt: skip
    return plot_gap_map.draw(rows, Variable("v", "V", "V", "category", ("a", "b"), ""), say)


def years(say, long, width=178):
    sources, span = (5, 60) if long else (30, 8)
    rows = [(name(n, long), str(1960 + y), str(1 + n * 900)) for n in range(sources) for y in range(span)]
    rows += [(name(n + sources, long), "2019", "7") for n in range(30)]
    return plot_years.draw(pd.DataFrame(rows, columns=list(plot_years.COLUMNS)), "2022-08-16", width, say)


def overlap(say, long):
    names = [name(n, long) for n in range(50)]
    rows = [(f"{names[n]} + {names[49]}", "2", str(90_000 - n)) for n in range(45)]
    return plot_overlap.draw(pd.DataFrame(rows, columns=list(plot_overlap.COLUMNS)), names, say)


def agreement(say, long):
    values = {"n": "12345", "both": "3", "mixed": "2", "neither": "4", "percent": "77.8", "alpha": "-0.71",
              "ci_low": "-0.9", "ci_high": "0.9", "kappa": "0.4", "pabak": "0.3", "ac1": "0.6",
              "status": "not reached"}  # fmt: skip
    rows = [row | values for row in themes(long).to_dict("records")]
    table = pd.DataFrame(rows)[list(plot_agreement.COLUMNS)]
    return plot_agreement.draw(table, {"threshold": 0.8, "tentative": 0.667}, say)


def countries(say, long):
    counted = [
        {"country": tile.alpha3, "label": tile.en, "label_zh": tile.zh, "studies": "123", "of": "999"}
        for tile in read_countries().values()
    ]
    beside = [
        {"country": "", "label": name(n, long), "label_zh": name(n, long), "studies": "1", "of": "9"}
        for n in range(30)
    ]
    return plot_countries.draw([*counted, *beside], say)


def appraisal(say, long):
    lights = list(plot_appraisal.LIGHTS)
    rows = [
        {"study_id": str(s), "study": name(s, long), "domain": f"d{d}", "label": name(d, long),
         "label_zh": "领域" * (9 if long else 1), "judgement": name(d, long), "concern": lights[(s + d) % 8]}
        for s in range(200)
        for d in range(8)
    ]  # fmt: skip
    return plot_appraisal.draw(rows, say)


def flow(say, long):
    kinds = ("computed", "published", "unknown")
    rows = [
        {"box": box, "label": label, "count": str(9_876_543 - n), "basis": kinds[n % 3], "set_aside": "2"}
        for n, (box, label) in enumerate(BOXES.items())
    ]
    rows += [
        {"box": f"{box}:{n}", "label": name(n, long), "count": "12", "basis": "computed", "set_aside": ""}
        for box in ("database_results", "dbr_excluded")
        for n in range(30)
    ]
    return plot_flow.draw(pd.DataFrame(rows), say)


def cooccurrence(say, long):
    pairs = plot_cooccurrence.pairs(matrix(), themes())
    return plot_cooccurrence.draw(pairs, by_code(long), say)


def study_matrix(say, long):
    cells = plot_matrix.arrange(matrix(200 if long else 12), themes())
    return plot_matrix.draw(cells, by_code(long), {str(s): name(s, long) for s in range(200)}, say)


FIGURES = {
    "agreement": agreement,
    "appraisal": appraisal,
    "charting": charting,
    "claims": claims,
    "co-occurrence": cooccurrence,
    "countries": countries,
    "drift": drift,
    "flow": flow,
    "gap map": gap_map,
    "matrix": study_matrix,
    "overlap": overlap,
    "priority": priority,
    "themes": lambda say, long: plot_themes.draw(themes(long), 178, say),
    "years": years,
}
ONE_COLUMN = {
    "charting": lambda say: charting(say, True, 86),
    "drift": lambda say: drift(say, True, 86),
    "themes": lambda say: plot_themes.draw(themes(True), 86, say),
    "years": lambda say: years(say, True, 86),
}


IN_CHINESE = pytest.mark.thorough("the same figure in Chinese; tests of each figure draw some of them")


@cache
def drawn(kind, language):
    return FIGURES[kind](Speaker(language), long=False)


def check_page(figure):
    """Fail where a figure is larger than a page, upright or on its side, or has letters nobody can read."""
    width, height = (inches * 25.4 for inches in figure.get_size_inches())
    assert height <= TALLEST_MM
    assert width <= (TALLEST_MM if height <= TWO_COLUMNS_MM else TWO_COLUMNS_MM) + 0.01
    check_no_text_leaves(figure)
    assert min(text.get_fontsize() for text in figure.findobj(Text)) >= SMALLEST_POINTS


@pytest.mark.parametrize("language", ["en", pytest.param("zh", marks=IN_CHINESE)])
@pytest.mark.parametrize("kind", FIGURES)
def test_a_figure_of_many_rows_fits_on_a_page_and_says_how_many_are_in_its_table_alone(kind, language):
    figure = drawn(kind, language)
    check_page(figure)
    texts = [text for axes in figure.axes for text in (*axes.texts, axes.xaxis.label)] + figure.texts
    shown = re.sub(r"\s", "", "".join(text.get_text() for text in texts))
    assert "tableofthisfigure" in shown or "本图的数据表" in shown


@pytest.mark.parametrize(
    "say", [ENGLISH, pytest.param(CHINESE, marks=IN_CHINESE)], ids=["English", "Chinese"]
)
@pytest.mark.parametrize("kind", FIGURES)
def test_a_figure_of_long_names_and_large_numbers_fits_on_a_page(kind, say):
    check_page(FIGURES[kind](say, long=True))


@pytest.mark.parametrize("kind", ONE_COLUMN)
def test_a_figure_of_long_names_fits_into_one_column(kind):
    check_page(ONE_COLUMN[kind](ENGLISH))


@pytest.mark.parametrize("kind", FIGURES)
def test_marks_say_what_they_are_to_a_reader_who_points_at_them(kind, tmp_path):
    save_svg(drawn(kind, "en"), tmp_path / "figure.svg")
    assert (tmp_path / "figure.svg").read_text(encoding="utf-8").count("<title>") > 9


def test_rows_are_kept_in_their_order_the_important_ones_first_and_one_always():
    assert rows_that_fit([10, 10, 10, 10], 25) == [0, 1]
    assert rows_that_fit([10, 10, 10, 10], 25, [3, 1, 0, 2]) == [1, 3]
    assert rows_that_fit([10, 99, 1], 25, [0, 1, 2]) == [0], "a small row does not overtake a large one"
    assert rows_that_fit([99, 1], 25) == [0]
    assert rows_that_fit([], 25) == []
