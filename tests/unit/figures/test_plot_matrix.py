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
    figure = draw(arrange(empty, THEMES), {}, ENGLISH)
    assert "No evidence is known here." in texts(figure)


def test_the_table_behind_the_matrix_is_what_is_drawn(tmp_path):
    write_table(MATRIX, tmp_path / "matrix.csv", tuple(MATRIX.columns))
    write_table(THEMES, tmp_path / "themes.csv", tuple(THEMES.columns))
    paths = {kind: str(tmp_path / f"figure.{kind}") for kind in FORMATS}
    main(
        matrix=str(tmp_path / "matrix.csv"),
        themes=str(tmp_path / "themes.csv"),
        language="en",
        paths={**paths, "table": str(tmp_path / "figure.csv")},
    )
    assert rows_of(read_table(tmp_path / "figure.csv")) == [
        {"code": "b", "10": "1", "9": "1", "11": "1"},
        {"code": "s", "10": "1", "9": "0", "11": "0"},
    ]
