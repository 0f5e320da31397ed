"""Figures: the table behind each says what is drawn; what is not known is drawn as not known."""

import locale
import re
from itertools import pairwise

import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.font_manager import get_font

from scripts.common.figures.plotting import (
    ONE_COLUMN_MM,
    TWO_COLUMNS_MM,
    face_files,
    new_figure,
    save_figure,
    text_width,
    wrap,
)
from scripts.common.files.tables import read_table, rows_of, write_table
from scripts.common.report.phrases import Speaker, phrases
from scripts.common.screening.flow import BOXES, UPDATE_BOXES
from scripts.common.statistics.intervals import exact_interval
from scripts.figures.plot_charting import draw as draw_charting
from scripts.figures.plot_cooccurrence import draw as draw_pairs
from scripts.figures.plot_cooccurrence import pairs
from scripts.figures.plot_drift import STATUSES, per_window
from scripts.figures.plot_drift import draw as draw_drift
from scripts.figures.plot_flow import draw as draw_flow
from scripts.figures.plot_flow import entries
from scripts.figures.plot_matrix import arrange
from scripts.figures.plot_matrix import draw as draw_matrix
from scripts.figures.plot_matrix import main as matrix_main
from scripts.figures.plot_overlap import COLUMNS as COMBINED
from scripts.figures.plot_overlap import draw as draw_overlap
from scripts.figures.plot_overlap import overlap
from scripts.figures.plot_themes import draw as draw_themes
from scripts.figures.plot_themes import value_text, with_intervals
from scripts.figures.plot_years import draw as draw_years
from scripts.figures.plot_years import per_year

ENGLISH, CHINESE = Speaker("en"), Speaker("zh")


def flow(**known):
    """Return flow.csv: box=(count, basis); other boxes unknown."""
    rows = []
    for box, label in BOXES.items():
        number, basis = known.get(box, ("", "unknown"))
        rows.append({"box": box, "label": label, "count": number, "basis": basis, "source": "x"})
    part = {
        "box": "database_results:embase",
        "label": "Embase",
        "count": "7",
        "basis": "computed",
        "source": "x",
    }
    return pd.DataFrame([*rows, part])


def texts(figure):
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def test_a_number_says_whether_it_is_computed_published_or_unknown():
    drawn = entries(flow(database_results=("1204", "computed"), new_studies=("61", "published")), ENGLISH)
    assert [(entry.label, entry.number) for entry in drawn["identified"]] == [
        ("Records identified from databases and registers", "n = 1,204"),
        ("Embase", "n = 7"),
    ]
    assert [entry.number for entry in drawn["included"]] == ["n = 61, as published", "not known here"]


def test_other_methods_are_drawn_only_where_they_brought_records():
    assert "other_identified" not in entries(flow(website_results=("0", "computed")), ENGLISH)
    drawn = entries(flow(website_results=("3", "computed"), citations_results=("0", "computed")), ENGLISH)
    assert [entry.label for entry in drawn["other_identified"]] == ["Records identified from websites"]


def test_records_that_wait_are_drawn_and_none_is_left_out():
    labels = [entry.label for entry in entries(flow(records_waiting=("0", "computed")), ENGLISH)["removed"]]
    assert labels == ["Duplicate records removed", "Records removed by automation"]
    waiting = entries(flow(records_waiting=("5", "computed")), ENGLISH)["removed"]
    assert [(entry.label, entry.number) for entry in waiting][2] == ("Records awaiting a decision", "n = 5")


def number_of(text):
    found = re.search(r"n = ([\d,]+)", text)
    return int(found[1].replace(",", "")) if found else 0


@pytest.mark.parametrize("update", [False, True], ids=["a new review", "an update"])
@pytest.mark.parametrize("other", [False, True], ids=["databases only", "with other methods"])
@pytest.mark.parametrize("reasons", [0, 1, 2, 12])
def test_the_diagram_adds_up_for_any_number_of_reasons_and_no_text_leaves_its_box(reasons, other, update):
    known = {
        "database_results": 1481, "duplicates": 300, "excluded_automatic": 21, "excluded_other": 60,
        "records_waiting": 0,
        "records_screened": 1100, "records_excluded": 1000, "dbr_sought_reports": 100,
        "dbr_notretrieved_reports": 3,
        "dbr_waiting": 0, "dbr_assessed": 97, "dbr_excluded": 3 * reasons, "dbr_included": 97 - 3 * reasons,
        "website_results": 12 if other else 0, "organisation_results": 0,
        "citations_results": 7 if other else 0,
        "new_studies": 90, "new_reports": 97,
    }  # fmt: skip
    table = flow(**{box: (str(number), "computed") for box, number in known.items()})
    if not update:
        table = table[~table["box"].isin(UPDATE_BOXES)]
    parts = [
        {"box": f"dbr_excluded:{n}", "label": f"a reason of many words, number {n}", "count": "3",
         "basis": "computed", "source": "x"}
        for n in range(reasons)
    ]  # fmt: skip
    table = pd.concat([table, pd.DataFrame(parts)], ignore_index=True)
    drawn = entries(table, ENGLISH)
    assert ("other_identified" in drawn, "previous" in drawn, "total" in drawn) == (other, update, update)
    rejected = drawn["rejected"]
    assert [entry.part for entry in rejected] == [False] + [True] * reasons
    assert (
        sum(number_of(entry.number) for entry in rejected[1:]) == number_of(rejected[0].number) == 3 * reasons
    )
    for box, beside, left in (("identified", "removed", "screened"), ("sought", "lost", "assessed")):
        taken = sum(number_of(entry.number) for entry in drawn[beside] if not entry.part)
        assert number_of(drawn[box][0].number) - taken == number_of(drawn[left][0].number)
    figure = draw_flow(table, ENGLISH)
    figure.canvas.draw()
    (axes,) = figure.axes
    boxes = [patch.get_window_extent() for patch in axes.patches]
    for text in axes.texts:
        if "n = " in text.get_text() or "reason" in text.get_text():
            extent = text.get_window_extent()
            assert any(
                box.x0 <= extent.x0 and extent.x1 <= box.x1 and box.y0 <= extent.y0 and extent.y1 <= box.y1
                for box in boxes
            ), text.get_text()


def test_the_drawing_shows_every_number_of_the_flow():
    figure = draw_flow(
        flow(
            database_results=("1204", "computed"),
            website_results=("3", "computed"),
            new_studies=("61", "published"),
        ),
        ENGLISH,
    )
    shown = texts(figure)
    for text in (
        "n = 1,204",
        "Embase (n = 7)",
        "n = 3",
        "n = 61, as published",
        "not known here",
        "Other methods",
    ):
        assert text in shown


THEMES = pd.DataFrame(
    [
        {
            "code": "b",
            "level": "1",
            "label": "Benefits",
            "studies": "3",
            "percent": "4.9",
            "of": "61",
            "bound": "at least",
        },
        {
            "code": "s",
            "level": "2",
            "label": "Speed",
            "studies": "0",
            "percent": "0.0",
            "of": "61",
            "bound": "exact",
        },
        {
            "code": "r",
            "level": "1",
            "label": "Risks",
            "studies": "",
            "percent": "",
            "of": "61",
            "bound": "unknown",
        },
    ]
)


def test_a_theme_shows_a_lower_bound_an_exact_zero_and_what_is_not_known():
    assert [value_text(row, ENGLISH) for row in rows_of(with_intervals(THEMES))] == [
        "at least 3 (4.9 %)",
        "0 (0.0 %, 0.0–5.9)",
        "not known here",
    ]
    shown = texts(draw_themes(with_intervals(THEMES), TWO_COLUMNS_MM, ENGLISH))
    assert {"at least 3 (4.9 %)", "0 (0.0 %, 0.0–5.9)", "not known here", "Benefits"} <= set(shown)


def test_the_axis_says_of_how_many_studies():
    (axes,) = draw_themes(with_intervals(THEMES), TWO_COLUMNS_MM, ENGLISH).axes
    assert axes.get_xlabel() == "Included studies citing the code (of 61; line: exact 95 % interval)"


MATRIX = pd.DataFrame(
    {"study_id": ["9", "10", "11"], "b": ["1", "1", "1"], "s": ["0", "1", "0"], "r": ["", "", ""]}
)


def test_the_study_with_most_codes_stands_first_and_codes_without_evidence_are_left_out():
    cells = arrange(MATRIX, THEMES)
    assert list(cells.columns) == ["10", "9", "11"]
    assert list(cells.index) == ["b", "s"]
    assert cells.loc["s"].tolist() == ["1", "0", "0"]


def test_a_review_without_coding_says_so_in_the_figure():
    empty = MATRIX.iloc[:0]
    figure = draw_matrix(arrange(empty, THEMES), {}, ENGLISH)
    assert "No evidence is known here." in texts(figure)


def test_the_table_behind_the_matrix_is_what_is_drawn(tmp_path):
    write_table(MATRIX, tmp_path / "matrix.csv", tuple(MATRIX.columns))
    write_table(THEMES, tmp_path / "themes.csv", tuple(THEMES.columns))
    paths = {kind: str(tmp_path / f"figure.{kind}") for kind in ("svg", "png", "pdf", "translated")}
    matrix_main(
        matrix=str(tmp_path / "matrix.csv"),
        themes=str(tmp_path / "themes.csv"),
        language="en",
        paths={**paths, "table": str(tmp_path / "figure.csv")},
    )
    assert rows_of(read_table(tmp_path / "figure.csv")) == [
        {"code": "b", "10": "1", "9": "1", "11": "1"},
        {"code": "s", "10": "1", "9": "0", "11": "0"},
    ]


SOURCES = {"pubmed": "PubMed", "embase": "Embase"}


def years():
    records = pd.DataFrame(
        [("pubmed", "2019"), ("pubmed", "2019"), ("embase", "2021"), ("embase", ""), ("pubmed", "2018")],
        columns=pd.Index(["input", "year"]),
    )
    unique = pd.DataFrame({"year": ["2018", "2019", "2021", ""]})
    return per_year(records, unique, pd.DataFrame({"year": ["2019"]}), SOURCES)


def test_records_are_counted_per_source_and_year_also_those_without_a_year():
    assert [tuple(row.values()) for row in rows_of(years())] == [
        ("PubMed", "2018", "1"),
        ("PubMed", "2019", "2"),
        ("Embase", "2021", "1"),
        ("Embase", "no year", "1"),
        ("Unique records, all sources", "2018", "1"),
        ("Unique records, all sources", "2019", "1"),
        ("Unique records, all sources", "2021", "1"),
        ("Unique records, all sources", "no year", "1"),
        ("Included studies known by name", "2019", "1"),
    ]


def test_a_search_that_found_nothing_has_a_figure_without_panels():
    none = pd.DataFrame({"source": [], "year": [], "records": []}, dtype=str)
    assert draw_years(none, "2022-08-16", TWO_COLUMNS_MM, ENGLISH).axes == []


def test_each_source_has_its_panel_with_its_total_over_the_same_years():
    figure = draw_years(years(), "2022-08-16", TWO_COLUMNS_MM, ENGLISH)
    assert [axes.get_title(loc="left") for axes in figure.axes] == [
        "PubMed: 3",
        "Embase: 2",
        "Unique records, all sources: 4",
        "Included studies known by name: 1",
    ]
    assert len({axes.get_xlim() for axes in figure.axes}) == 1


@pytest.mark.parametrize("kind", ["svg", "png", "pdf"])
def test_a_figure_drawn_twice_has_the_same_bytes(tmp_path, kind):
    found = []
    for turn in ("one", "two"):
        figure = new_figure(60, 20)
        axes = figure.add_axes((0.1, 0.1, 0.8, 0.8))
        axes.bar([1, 2], [3, 4])
        axes.set_title("Studies per year")
        paths = {name: tmp_path / f"{turn}.{name}" for name in ("svg", "png", "pdf")}
        save_figure(figure, **paths)
        found.append(paths[kind].read_bytes())
    assert found[0] == found[1]


def test_a_label_is_broken_between_words_and_fits():
    label = "Records removed by automation: published after the search"
    lines = wrap(label, 30, 8)
    assert " ".join(lines) == label
    assert len(lines) > 1
    assert all(text_width(line, 8) <= 30 for line in lines)
    assert wrap("Gesundheitsversorgungsforschung", 5, 8) == ["Gesundheitsversorgungsforschung"]


def test_a_chinese_label_is_broken_between_signs_but_not_before_a_full_stop():
    lines = wrap("自动剔除的记录：发表于检索之后，未经筛选。", 14, 8)
    assert "".join(lines) == "自动剔除的记录：发表于检索之后，未经筛选。"
    assert len(lines) > 2
    assert not [line for line in lines if line[0] in "：，。"]
    assert wrap("PubMed 检索 log", 200, 8) == ["PubMed 检索 log"]


def test_every_sign_of_every_phrase_is_in_a_face_that_the_lock_installs():
    known = set().union(*(get_font(path).get_charmap() for path in face_files()))
    signs = {sign for row in phrases().values() for text in row.values() for sign in text}
    assert not {sign for sign in signs if ord(sign) not in known}


def test_figures_speak_the_language_that_they_are_asked_for():
    assert "未知" in "".join(texts(draw_flow(flow(), CHINESE)))
    themes = with_intervals(THEMES.assign(label_zh=["益处", "速度", ""]))
    assert {"益处", "至少 3 (4.9 %)", "Risks"} <= set(texts(draw_themes(themes, TWO_COLUMNS_MM, CHINESE)))
    translated = Speaker("zh", {"Embase": "荷兰医学文摘"})
    assert "荷兰医学文摘 (n = 7)" in texts(draw_flow(flow(), translated))
    titles = [
        axes.get_title(loc="left")
        for axes in draw_years(years(), "2022-08-16", TWO_COLUMNS_MM, translated).axes
    ]
    assert titles[:2] == ["PubMed: 3", "荷兰医学文摘: 2"]


@pytest.mark.parametrize("place", ["tr_TR.UTF-8", "zh_CN.UTF-8", "C.UTF-8"])
def test_a_figure_has_the_same_bytes_in_every_locale_and_leaves_the_locale_as_it_was(tmp_path, place):
    before = locale.setlocale(locale.LC_CTYPE)
    found = []
    for name in ("C", place):
        try:
            locale.setlocale(locale.LC_CTYPE, name)
        except locale.Error:
            pytest.skip(f"no locale {name} here")
        try:
            figure = draw_themes(with_intervals(THEMES.assign(label_zh="编码 fi i")), TWO_COLUMNS_MM, CHINESE)
            save_figure(figure, *(tmp_path / f"figure.{end}" for end in ("svg", "png", "pdf")))
            assert locale.setlocale(locale.LC_CTYPE) == name
        finally:
            locale.setlocale(locale.LC_CTYPE, before)
        found.append([(tmp_path / f"figure.{end}").read_bytes() for end in ("svg", "png", "pdf")])
    assert found[0] == found[1]


@pytest.mark.parametrize(
    ("found", "of", "low", "high"),
    [(0, 61, 0.0, 5.9), (31, 61, 37.7, 63.9), (61, 61, 94.1, 100.0), (1, 1, 2.5, 100.0), (4, 10, 12.2, 73.8)],
)
def test_exact_intervals_are_those_of_clopper_and_pearson(found, of, low, high):
    bounds = exact_interval(found, of)
    assert [round(100 * bound, 1) for bound in bounds] == [low, high]


def test_a_lower_bound_has_no_interval():
    assert with_intervals(THEMES)[["low", "high"]].to_numpy().tolist() == [["", ""], ["0.0", "5.9"], ["", ""]]


def test_studies_that_share_most_codes_stand_side_by_side():
    columns = pd.DataFrame(
        {
            "study_id": ["1", "2", "3", "4"],
            "b": ["1", "", "1", ""],
            "s": ["1", "1", "1", "1"],
            "r": ["", "1", "", "1"],
        }
    )
    assert list(arrange(columns, THEMES).columns) == ["1", "3", "2", "4"]


RECORDS = pd.DataFrame(
    [("a:1", "a"), ("a:2", "a"), ("b:1", "b"), ("b:2", "b"), ("c:1", "c"), ("c:2", "c")],
    columns=pd.Index(["record_id", "input"]),
)
CLUSTERS = pd.DataFrame(
    [("a:1", "a:1"), ("a:2", "a:2"), ("b:1", "a:1"), ("b:2", "b:2"), ("c:1", "a:1"), ("c:2", "a:2")],
    columns=pd.Index(["record_id", "cluster_id"]),
)


def test_each_publication_is_counted_once_under_the_sources_that_hold_it():
    table = overlap(RECORDS, CLUSTERS, {"a": "PubMed", "b": "Embase + Classic", "c": "PubMed", "d": "Scopus"})
    assert [tuple(row.values()) for row in rows_of(table)] == [
        ("PubMed", "1", "1"),
        ("PubMed + Embase + Classic", "2", "1"),
        ("Embase + Classic", "1", "1"),
    ]
    assert sum(int(row["publications"]) for row in rows_of(table)) == CLUSTERS["cluster_id"].nunique()


def test_the_overlap_shows_every_source_also_one_that_gave_nothing():
    names = ["PubMed", "Embase + Classic", "Scopus"]
    table = overlap(RECORDS, CLUSTERS, {"a": names[0], "b": names[1], "c": names[0], "d": names[2]})
    shown = texts(draw_overlap(table, names, ENGLISH))
    assert set(names) <= set(shown)
    assert shown.count("2") == 2, "PubMed and Embase hold two publications each"
    assert shown.count("0") == 1, "Scopus holds none"


def test_more_combinations_than_fit_are_in_the_table_and_the_figure_says_so():
    many = pd.DataFrame(
        [(f"s{i}", "1", str(99 - i)) for i in range(40)],
        columns=pd.Index(["sources", "number_of_sources", "publications"]),
    )
    shown = texts(draw_overlap(many, [f"s{i}" for i in range(40)], ENGLISH))
    assert "The 30 largest of 40 combinations are drawn; the table has all of them." in shown


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
    shown = texts(draw_pairs(pairs(STUDIES, TREE), codes, ENGLISH))
    assert {"Benefits  1", "Speed  2", "Risks  3"} <= set(shown)
    assert not [text for text in shown if "Never seen" in text]


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
    assert {"1 +0 −0", "2 +1 −0", "gone"} <= set(texts(draw_drift(table, TWO_COLUMNS_MM, ENGLISH)))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_without_data_a_figure_says_what_it_needs_and_its_table_is_empty(language):
    say = Speaker(language)
    for figure in (
        draw_overlap(overlap(RECORDS.iloc[:0], CLUSTERS.iloc[:0], {"a": "PubMed"}), ["PubMed"], say),
        draw_pairs(pairs(STUDIES.iloc[:0], TREE), {}, say),
        draw_drift(per_window(pd.DataFrame({"window": [], "status": []}, dtype=str)), TWO_COLUMNS_MM, say),
    ):
        (line,) = [text.get_text() for text in figure.texts]
        assert line.replace("\n", " ").startswith({"en": "No data: needs", "zh": "无数据"}[language])


def test_a_long_value_of_a_charted_variable_is_drawn_whole():
    value = "United States of America, its territories, and several places beside them"
    counts = pd.DataFrame(
        [{"variable": "c", "label": "Country", "label_zh": "", "value": name, "studies": "4", "of": "8",
          "percent": "50.0", "ci_low": "15.7", "ci_high": "84.3"} for name in (value, "Chile")]
    )  # fmt: skip
    shown = [text.replace("\n", " ") for text in texts(draw_charting(counts, TWO_COLUMNS_MM, ENGLISH))]
    assert {value, "Chile"} <= set(shown)


def test_numbers_of_many_combinations_do_not_touch():
    names = [f"source {number}" for number in range(6)]
    sets = [" + ".join(names[i:j]) for i in range(6) for j in range(i + 1, 7)]
    table = pd.DataFrame([(held, "1", str(1900 - n)) for n, held in enumerate(sets)], columns=list(COMBINED))
    figure = draw_overlap(table, names, ENGLISH)
    figure.canvas.draw()
    (axes,) = figure.axes
    shown = [text for text in axes.texts if re.fullmatch(r"1,8\d\d|1,900", text.get_text())]
    boxes = sorted((text.get_window_extent() for text in shown), key=lambda box: box.x0)
    assert len(boxes) == len(sets)
    assert all(left.x1 <= right.x0 for left, right in pairwise(boxes))


@pytest.mark.parametrize("width_mm", [ONE_COLUMN_MM, TWO_COLUMNS_MM])
@pytest.mark.parametrize("say", [ENGLISH, CHINESE], ids=["English", "Chinese"])
def test_for_one_column_and_for_two_no_text_leaves_the_figure_and_no_numbers_touch(say, width_mm):
    years = [*range(1970, 2023), "no year"]
    counts = pd.DataFrame({"source": "Embase", "year": map(str, years), "records": "1234"})
    theme = {
        "parent": "", "level": "1", "label_zh": "", "studies": "54", "percent": "100.0", "low": "93.4",
        "high": "100.0", "of": "54", "bound": "exact",
    }  # fmt: skip
    themes = pd.DataFrame([theme | {"code": "a", "label": "Fewer barriers to face-to-face communication"}])
    charted = {"variable": "c", "label": "Where the study was made", "label_zh": "", "of": "8"}
    value = {"value": "Community run by a hospital", "studies": "8", "percent": "100.0"}
    charting = pd.DataFrame([charted | value | {"ci_low": "63.1", "ci_high": "100.0"}])
    drift = pd.DataFrame([("2020-01-01_2020-03-31", "12345", "1234", "123")], columns=["window", *STATUSES])
    for figure in (
        draw_years(counts, "2022-08-16", width_mm, say),
        draw_themes(themes, width_mm, say),
        draw_charting(charting, width_mm, say),
        draw_drift(drift, width_mm, say),
    ):
        FigureCanvasAgg(figure).draw()
        whole = figure.bbox
        for axes in figure.axes:
            ticks = axes.get_xticklabels() if axes.axison else []
            for text in [*axes.texts, axes.title, axes.xaxis.label, *ticks, *figure.texts]:
                box = text.get_window_extent()
                assert whole.x0 <= box.x0, text.get_text()
                assert box.x1 <= whole.x1, text.get_text()
                assert whole.y0 <= box.y0, text.get_text()
            for row in (ticks, [text for text in axes.texts if text.get_text() == "1234"]):
                boxes = sorted((text.get_window_extent() for text in row), key=lambda box: box.x0)
                assert all(left.x1 <= right.x0 for left, right in pairwise(boxes))
