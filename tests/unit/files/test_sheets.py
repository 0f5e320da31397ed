"""The one door for tables: whatever a file looks like, its cells arrive as written, with their place."""

import io
import json

import openpyxl
import pytest

from scripts.common.errors import InputError
from scripts.common.files.sheets import grids_of, read_grids


def one(content: str | bytes, name: str = "t.csv", **how):
    (grid,) = grids_of(name, content.encode() if isinstance(content, str) else content, **how)
    return grid


def workbook(*rows: tuple, sheet: str = "Sheet1", merged: str = "") -> bytes:
    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    if merged:
        book.active.merge_cells(merged)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_a_hidden_worksheet_with_cells_is_named_once_and_not_read(caplog):
    book = openpyxl.Workbook()
    book.active.append(("study", "note"))
    book.active.append(("P1", "seen"))
    for title, state, cell in (
        ("old", "hidden", "x"),
        ("blank", "hidden", ""),
        ("lists", "veryHidden", "yes"),
    ):
        sheet = book.create_sheet(title)
        sheet.sheet_state = state
        sheet.append((cell or None, None))
    stream = io.BytesIO()
    book.save(stream)
    for _ in range(2):
        assert [grid.sheet for grid in grids_of("hidden.xlsx", stream.getvalue())] == ["Sheet"]
    assert caplog.messages == [
        "hidden.xlsx: the worksheet 'old' is hidden and is not read. Show it if it belongs to the table."
    ]


@pytest.mark.parametrize(
    "content",
    [
        "study,note\nP1,Zürich – „ja“\n".encode(),
        "\ufeffstudy,note\r\nP1,Zürich – „ja“\r\n".encode(),
        "study;note\nP1;Zürich – „ja“\n".encode("cp1252"),
        "study\tnote\nP1\tZürich – „ja“\n".encode("utf-16"),
        "study\tnote\nP1\tZürich – „ja“\n".encode("utf-16-le"),
        b"study,note\nP1,Z\xc3\xbcrich \x96 \x84ja\x93\n",
        workbook(("study", "note"), ("P1", "Zürich – „ja“")),
    ],
    ids=["UTF-8", "byte-order mark", "Windows-1252", "UTF-16", "UTF-16 without mark", "mixed", "workbook"],
)
def test_encoding_separator_and_form_do_not_change_what_is_read(content):
    grid = one(content, "t.xlsx" if content.startswith(b"PK") else "t.csv")
    assert grid.header == ("study", "note")
    assert grid.rows == ((2, ("P1", "Zürich – „ja“")),)


def test_an_encoding_that_the_file_does_not_settle_is_named():
    assert one("a,b\n1,é\n").guessed == ""
    assert one("a,b\n1,é\n".encode("cp1252")).guessed == "cp1252"


def test_columns_without_a_name_and_repeated_ones_are_kept_under_distinct_names():
    grid = one(",study,Comments,comments,\n0,P1,a,b,c\n".replace(",\n", ",x\n", 1))
    assert grid.header == ("column 1", "study", "Comments", "comments (2)", "x")
    assert grid.rows[0][1] == ("0", "P1", "a", "b", "c")


@pytest.mark.parametrize(
    "rows",
    [
        "Extraction sheet 3\n\nstudy,speed\nP1,1\n",
        "Extraction sheet 3,,\n,,\nstudy,speed,\nP1,1,\n",
        workbook(("Extraction sheet 3", None), (None, None), ("study", "speed"), ("P1", 1)),
    ],
    ids=["bare lines", "lines of a spreadsheet", "workbook"],
)
def test_a_title_above_the_header_is_not_taken_for_it(rows):
    grid = one(rows, "t.xlsx" if isinstance(rows, bytes) else "t.csv")
    assert (grid.header, grid.header_line, grid.rows) == (("study", "speed"), 3, ((4, ("P1", "1")),))


def test_the_line_of_the_header_can_be_given():
    grid = one("team,Ann\nstudy,speed\nP1,1\n", header=2)
    assert (grid.header, grid.rows) == (("study", "speed"), ((3, ("P1", "1")),))


def test_a_row_shorter_than_the_header_has_blanks_at_its_end():
    assert one("a,b,c\n1\n").rows == ((2, ("1", "", "")),)


def test_rows_longer_than_the_header_stop_the_run_and_are_counted():
    with pytest.raises(InputError, match=r"t\.csv line 2: 3 cells, the header has 2 \(2 such rows\).*a, b"):
        one("a,b\n1,2,3\n1,2\n4,5,6\n")


def test_cells_behind_the_last_column_of_an_export_get_a_column_of_their_own():
    grid = one("a,b\n1,2,3\n1,2\n", widen=True)
    assert grid.header == ("a", "b", "column 3")
    assert [cells for _, cells in grid.rows] == [("1", "2", "3"), ("1", "2", "")]


def test_a_cell_over_several_lines_keeps_them_and_the_next_row_its_line():
    grid = one('study,note\nP1,"one, two\nthree"\nP2,"say ""x"""\n')
    assert grid.rows == ((2, ("P1", "one, two\nthree")), (4, ("P2", 'say "x"')))


def test_a_quote_that_is_never_closed_is_named_with_its_line():
    with pytest.raises(InputError, match=r"t\.csv line 3: a quote in it is never closed\. Close the quote\."):
        one('a,b\n1,2\n1,"open\n1,2\n')


def test_a_sheet_of_one_column_is_read():
    assert one("study\nP1\nP2\n").rows == ((2, ("P1",)), (3, ("P2",)))


def test_an_empty_file_has_no_table():
    assert grids_of("t.csv", b"") == []
    assert grids_of("t.csv", b"\n\n") == []


def test_a_worksheet_is_chosen_by_its_name():
    book = openpyxl.load_workbook(io.BytesIO(workbook(("a", "b"), (1, 2), sheet="Round 1")))
    book.create_sheet("Round 2").append(("a", "b"))
    book.create_sheet("Empty")
    stream = io.BytesIO()
    book.save(stream)
    raw = stream.getvalue()
    assert [grid.sheet for grid in grids_of("t.xlsx", raw)] == ["Round 1", "Round 2"]
    assert [grid.sheet for grid in grids_of("t.xlsx", raw, sheet="*")] == ["Round 1", "Round 2"]
    assert [grid.sheet for grid in grids_of("t.xlsx", raw, sheet="Round 2")] == ["Round 2"]
    with pytest.raises(InputError, match=r"no worksheet 'Round 3' with rows\. Did you mean Round"):
        grids_of("t.xlsx", raw, sheet="Round 3")


def test_a_workbook_under_the_name_of_a_csv_is_read():
    assert one(workbook(("a", "b"), (1, 2)), "t.csv").rows == ((2, ("1", "2")),)


def test_merged_cells_are_refused_by_who_needs_each_cell():
    grid = one(workbook(("a", "b", "c"), (1, 2, 3), merged="A1:B1"), "t.xlsx")
    with pytest.raises(InputError, match="the cells A1:B1 are merged"):
        grid.unmerged()
    above = one(workbook(("Our sheet", ""), ("a", "b"), (1, 2), merged="A1:B1"), "t.xlsx")
    assert above.unmerged().header == ("a", "b")


@pytest.mark.parametrize(("name", "write"), [("t.json", json.dumps), ("t.yaml", json.dumps)])
def test_a_list_inside_yaml_or_json_is_a_table_whose_columns_are_paths(name, write):
    review = {
        "session": "s1",
        "articles": [
            {"title": "One", "authors": ["A", "B"], "found": [{"source": "x", "doi": "1"}, {"source": "y"}]},
            {"title": "Two", "found": [{"source": "x", "id": {"pmid": 7}}]},
        ],
    }  # fmt: skip
    grid = one(write(review), name, at="articles/found")
    cells = [dict(zip(grid.header, row, strict=True)) for _, row in grid.rows]
    assert [row["source"] for row in cells] == ["x", "y", "x"]
    assert [row["../title"] for row in cells] == ["One", "One", "Two"]
    assert [row["../row"] for row in cells] == ["1", "1", "2"]
    assert [row["../../session"] for row in cells] == ["s1"] * 3
    assert [grid.header[at] for at in grid.positions("../authors")] == ["../authors/0", "../authors/1"]
    assert [grid.header[at] for at in grid.positions("pmid")] == ["id/pmid"]
    assert grid.positions("volume") == []
    assert grid.place(3) == f"{name} entry 3"


def test_the_whole_file_can_be_one_row_and_a_text_in_it_is_parsed_once_more():
    inner = "D1:\n  D1b: aligned\nD2:\n  D2b: none\n"
    for content in (inner, json.dumps(inner)):
        grid = one(content, "t.yaml")
        assert grid.rows == ((1, ("aligned", "none")),)
        assert grid.header == ("D1/D1b", "D2/D2b")


def test_a_path_that_leads_nowhere_names_what_is_there():
    with pytest.raises(InputError, match=r"at: article: .* nothing at 'article'; the file has articles"):
        one("articles: [{a: 1}]", "t.yaml", at="article")


def test_a_list_inside_is_only_looked_for_where_lists_are():
    with pytest.raises(InputError, match=r"t\.csv: at: only YAML and JSON have lists inside"):
        one("a,b\n1,2\n", at="articles")


def test_damaged_yaml_is_named_with_its_line():
    with pytest.raises(InputError, match=r"t\.yaml line 3: did not find"):
        one("a: 1\nb: [1\n", "t.yaml")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"gone\.csv: this file is missing"):
        read_grids(str(tmp_path / "gone.csv"))
