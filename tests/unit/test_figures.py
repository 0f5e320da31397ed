"""Figures: the table behind each says what is drawn; what is not known is drawn as not known."""

import re

import pandas as pd
import pytest

from scripts.common.flow import BOXES, UPDATE_BOXES
from scripts.common.plotting import new_figure, save_figure, text_width, wrap
from scripts.common.tables import read_table, rows_of, write_table
from scripts.plot_flow import draw as draw_flow
from scripts.plot_flow import entries
from scripts.plot_matrix import arrange
from scripts.plot_matrix import draw as draw_matrix
from scripts.plot_matrix import main as matrix_main
from scripts.plot_themes import draw as draw_themes
from scripts.plot_themes import value_text
from scripts.plot_years import draw as draw_years
from scripts.plot_years import per_year


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
    drawn = entries(flow(database_results=("1204", "computed"), new_studies=("61", "published")))
    assert [(entry.label, entry.number) for entry in drawn["identified"]] == [
        ("Records identified from databases and registers", "n = 1,204"),
        ("Embase", "n = 7"),
    ]
    assert [entry.number for entry in drawn["included"]] == ["n = 61, as published", "not known here"]


def test_other_methods_are_drawn_only_where_they_brought_records():
    assert "other_identified" not in entries(flow(website_results=("0", "computed")))
    drawn = entries(flow(website_results=("3", "computed"), citations_results=("0", "computed")))
    assert [entry.label for entry in drawn["other_identified"]] == ["Records identified from websites"]


def test_records_that_wait_are_drawn_and_none_is_left_out():
    labels = [entry.label for entry in entries(flow(records_waiting=("0", "computed")))["removed"]]
    assert labels == ["Duplicate records removed", "Records removed by automation"]
    waiting = entries(flow(records_waiting=("5", "computed")))["removed"]
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
    drawn = entries(table)
    assert ("other_identified" in drawn, "previous" in drawn, "total" in drawn) == (other, update, update)
    rejected = drawn["rejected"]
    assert [entry.part for entry in rejected] == [False] + [True] * reasons
    assert (
        sum(number_of(entry.number) for entry in rejected[1:]) == number_of(rejected[0].number) == 3 * reasons
    )
    for box, beside, left in (("identified", "removed", "screened"), ("sought", "lost", "assessed")):
        taken = sum(number_of(entry.number) for entry in drawn[beside] if not entry.part)
        assert number_of(drawn[box][0].number) - taken == number_of(drawn[left][0].number)
    figure = draw_flow(table)
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
        )
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
    assert [value_text(row) for row in rows_of(THEMES)] == [
        "at least 3 (4.9 %)",
        "0 (0.0 %)",
        "not known here",
    ]
    shown = texts(draw_themes(THEMES))
    assert {"at least 3 (4.9 %)", "0 (0.0 %)", "not known here", "Benefits"} <= set(shown)


def test_the_axis_says_of_how_many_studies():
    (axes,) = draw_themes(THEMES).axes
    assert axes.get_xlabel() == "Included studies citing the code (of 61)"


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
    figure = draw_matrix(arrange(empty, THEMES), {}, {})
    assert "No evidence is known here." in texts(figure)


def test_the_table_behind_the_matrix_is_what_is_drawn(tmp_path):
    write_table(MATRIX, tmp_path / "matrix.csv", tuple(MATRIX.columns))
    write_table(THEMES, tmp_path / "themes.csv", tuple(THEMES.columns))
    out = {kind: str(tmp_path / f"figure.{kind}") for kind in ("svg", "png", "pdf")}
    matrix_main(
        matrix=str(tmp_path / "matrix.csv"),
        themes=str(tmp_path / "themes.csv"),
        table=str(tmp_path / "figure.csv"),
        **out,
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
    return per_year(records, pd.DataFrame({"year": ["2018", "2019", "2021", ""]}), SOURCES)


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
    ]


def test_each_source_has_its_panel_with_its_total_over_the_same_years():
    figure = draw_years(years(), "2022-08-16")
    assert [axes.get_title(loc="left") for axes in figure.axes] == [
        "PubMed: 3",
        "Embase: 2",
        "Unique records, all sources: 4",
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
