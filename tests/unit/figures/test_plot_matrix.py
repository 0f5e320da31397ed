"""The matrix of studies and codes: like studies side by side, and what is not known left blank."""

import pandas as pd

from scripts.common.files.tables import read_table, rows_of, write_table
from scripts.figures.plot_matrix import arrange, draw, main
from tests.drawings import ENGLISH, FORMATS, texts

THEMES = pd.DataFrame(
    [("b", "1", "Benefits"), ("s", "2", "Speed"), ("r", "1", "Risks")],
    columns=pd.Index(["code", "level", "label"]),
)
MATRIX = pd.DataFrame(
    {"study_id": ["9", "10", "11"], "b": ["1", "1", "1"], "s": ["0", "1", "0"], "r": ["", "", ""]}
)


INCLUDED = pd.DataFrame([("10", "Li, X.; Wu, Y.", "2020")], columns=pd.Index(["study_id", "authors", "year"]))


def test_columns_have_the_names_of_studies_and_their_numbers_where_no_name_is_known():
    figure = draw(
        arrange(MATRIX, THEMES), {row["code"]: row for row in rows_of(THEMES)}, {"10": "Li 2020"}, ENGLISH
    )
    assert {"Li 2020", "9", "11"} <= set(texts(figure))


def test_with_more_studies_than_fit_those_with_most_codes_are_drawn_and_the_note_says_so():
    many = pd.DataFrame(
        {"study_id": [str(n) for n in range(200)], "b": "1", "s": ["1"] * 5 + ["0"] * 195, "r": ""}
    )
    codes = {row["code"]: row for row in rows_of(THEMES)}
    figure = draw(arrange(many, THEMES), codes, {}, ENGLISH)
    shown = texts(figure)
    assert {"0", "1", "2", "3", "4"} <= set(shown)
    drawn = sum(text.isdigit() for text in shown)
    assert drawn < 200
    assert f"Studies drawn: {drawn} of 200" in " ".join(shown)


def test_the_study_with_most_codes_stands_first_and_codes_without_evidence_are_left_out():
    cells = arrange(MATRIX, THEMES)
    assert list(cells.columns) == ["10", "9", "11"]
    assert list(cells.index) == ["b", "s"]
    assert cells.loc["s"].tolist() == ["1", "0", "0"]


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


def test_a_review_without_coding_says_so_in_the_figure():
    empty = MATRIX.iloc[:0]
    figure = draw(arrange(empty, THEMES), {}, {}, ENGLISH)
    assert "No evidence is known here." in texts(figure)


def test_the_table_behind_the_matrix_is_what_is_drawn(tmp_path):
    write_table(MATRIX, tmp_path / "matrix.csv", tuple(MATRIX.columns))
    write_table(THEMES, tmp_path / "themes.csv", tuple(THEMES.columns))
    write_table(INCLUDED, tmp_path / "included.csv", tuple(INCLUDED.columns))
    paths = {kind: str(tmp_path / f"figure.{kind}") for kind in FORMATS}
    main(
        matrix=str(tmp_path / "matrix.csv"),
        themes=str(tmp_path / "themes.csv"),
        included=str(tmp_path / "included.csv"),
        language="en",
        paths={**paths, "table": str(tmp_path / "figure.csv")},
    )
    assert rows_of(read_table(tmp_path / "figure.csv")) == [
        {"code": "b", "10": "1", "9": "1", "11": "1"},
        {"code": "s", "10": "1", "9": "0", "11": "0"},
    ]
