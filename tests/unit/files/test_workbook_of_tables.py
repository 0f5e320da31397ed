"""The workbook: what is in a table is in its sheet, as text or number and never as a formula."""

import openpyxl
import pytest

from scripts.common.files import workbook_of_tables
from scripts.common.files.tables import write_table
from scripts.common.files.workbook_of_tables import (
    CONTENTS,
    Contents,
    columns_of,
    sheet_names,
    write_workbook,
)

ABOUT = Contents(["A review", "A copy"], ("Table", "File", "Rows"), "too long")
DANGEROUS = ["=1+1", "+1+1", "-1-1", "@SUM(A1)", '=HYPERLINK("http://x")', "\t=1", "＝1+1", "https://x.org"]


def made(folder, **tables):
    """Write tables (name -> rows of cells, the header first) and the workbook of them; return it opened."""
    paths = []
    for name, (header, *rows) in tables.items():
        path = folder / f"{name}.csv"
        write_table([dict(zip(header, row, strict=True)) for row in rows], path, header, for_people=True)
        paths.append(str(path))
    write_workbook(folder / "review.xlsx", paths, ABOUT)
    return openpyxl.load_workbook(folder / "review.xlsx")


@pytest.mark.parametrize("cell", DANGEROUS)
def test_a_cell_that_looks_like_a_formula_or_a_link_is_text_as_written(tmp_path, cell):
    sheet = made(tmp_path, one=[["a", "b"], ["x", cell]]).worksheets[1]
    assert (sheet["B2"].value, sheet["B2"].data_type, sheet["B2"].number_format) == (cell, "s", "@")
    assert sheet["B2"].hyperlink is None


@pytest.mark.parametrize(
    ("cells", "shown", "why"),
    [
        (["3", "", "-12"], [3, None, -12], "counts"),
        (["0.50", "12.25"], [0.5, 12.25], "equally many decimals: shown with two, as written"),
        (["1.2", "1.10"], ["1.2", "1.10"], "versions, or pages"),
        (["007", "8"], ["007", "8"], "a number that begins with zeros is a name"),
        (["12", "not known"], ["12", "not known"], "a word among numbers"),
        (["1234567890123456"], ["1234567890123456"], "more digits than a number in a spreadsheet can hold"),
        (["1e5"], ["1e5"], "a gene, or a code"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_column_holds_numbers_only_if_they_are_shown_as_written(tmp_path, cells, shown, why):
    book = made(tmp_path, one=[["a", "b"], *(["x", cell] for cell in cells)])
    sheet = book.worksheets[1]
    assert [row[0] for row in sheet.iter_rows(min_row=2, min_col=2, values_only=True)] == shown, why


def test_each_sheet_has_a_filter_a_fixed_head_and_prints_on_pages_as_wide_as_its_columns(tmp_path):
    sheet = made(tmp_path, one=[["a", "b"], ["x" * 500, "y"]]).worksheets[1]
    assert sheet.auto_filter.ref == "A1:B2"
    assert sheet.freeze_panes == "B2"
    assert sheet.column_dimensions["A"].width == pytest.approx(60, abs=1)
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
    assert sheet.print_title_rows == "$1:$1"


def test_a_wide_table_is_printed_on_several_pages_and_not_too_small_to_read(tmp_path):
    header = [f"column {n}" for n in range(12)]
    sheet = made(tmp_path, one=[header, ["x" * 60] * 12]).worksheets[1]
    assert sheet.page_setup.fitToWidth == 4, "720 characters across"
    assert made(tmp_path, one=[["a"], ["x"]]).worksheets[1].page_setup.fitToWidth in (None, 1)


def test_a_column_for_programs_is_there_and_hidden_and_one_of_a_person_is_not(tmp_path):
    sheet = made(tmp_path, one=[["note", "note_data", "missing_data"], ["n", "{}", "Low"]]).worksheets[1]
    assert [sheet.column_dimensions[name].hidden for name in "ABC"] == [False, True, False]
    assert sheet["B2"].value == "{}"


def test_the_first_sheet_lists_every_table_and_names_one_that_is_too_long(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook_of_tables, "MOST_ROWS", 2)
    book = made(tmp_path, short=[["a"], ["1"]], long=[["a"], ["1"], ["2"], ["3"]])
    assert len(book.sheetnames) == 2
    listed = list(book[CONTENTS].iter_rows(values_only=True))
    assert listed[0][0] == "A review"
    assert [row[2] for row in listed[4:]] == [1, 3]
    assert listed[5][0] == "too long"


def test_names_of_sheets_are_short_and_differ_whatever_the_case():
    names = sheet_names(["results/coding/a.csv", "results/Coding/A.csv", f"results/x/{'n' * 40}.csv"])
    assert list(names.values()) == ["coding.a", "Coding.A~2", "x." + "n" * 29]


def test_a_long_cell_is_cut_where_a_spreadsheet_would_refuse_the_file(tmp_path):
    sheet = made(tmp_path, one=[["a"], ["é" * 40_000]]).worksheets[1]
    assert len(sheet["A2"].value) == 32_006
    assert sheet["A2"].value.endswith(" [cut]")


def test_the_same_tables_give_the_same_bytes(tmp_path):
    made(tmp_path, one=[["a"], ["综述"]])
    first = (tmp_path / "review.xlsx").read_bytes()
    made(tmp_path, one=[["a"], ["综述"]])
    assert (tmp_path / "review.xlsx").read_bytes() == first


def test_an_empty_table_has_its_head(tmp_path):
    book = made(tmp_path, none=[["a", "b"]])
    assert [cell.value for cell in book.worksheets[1][1]] == ["a", "b"]
    assert columns_of(tmp_path / "none.csv")[2] == 0
