"""Tables and YAML files of people: what they wrote arrives as written, or the place of the fault is named."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.common.errors import InputError
from scripts.common.files.tables import numbered, read_table, row_writer, rows_named, rows_of, write_table
from scripts.common.files.yaml_files import check_names, read_yaml

CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\0"), max_size=12)


@given(st.lists(st.tuples(CELLS, CELLS), max_size=6))
def test_a_table_is_read_back_as_it_was_written(tmp_path_factory, rows):
    path = tmp_path_factory.getbasetemp() / "round.csv"
    write_table([{"a": a, "b": b} for a, b in rows], path, ("a", "b"))
    assert [(row["a"], row["b"]) for row in rows_of(read_table(path, ("a", "b")))] == rows


@given(st.lists(st.tuples(st.sampled_from(["a:1", "b:2", "c:3"]), CELLS, CELLS), max_size=6))
def test_rows_of_some_names_are_found_whatever_other_cells_hold(tmp_path_factory, rows):
    path = tmp_path_factory.getbasetemp() / "named.csv"
    tricky = [("a:1", 'x"\nb:2,"', "\nc:3,y"), *rows]
    write_table([{"id": n, "a": a, "b": b} for n, a, b in tricky], path, ("id", "a", "b"))
    found = [(row["id"], row["a"], row["b"]) for row in rows_named(path, {"b:2", "c:3"})]
    assert found == [row for row in tricky if row[0] != "a:1"]


def test_each_row_knows_its_line_of_the_file_though_cells_hold_line_breaks(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text('a,b\n"one\ntwo",1\n\nx,2\n', encoding="utf-8")
    assert list(numbered(read_table(path, ("a", "b")))) == [
        (2, {"a": "one\ntwo", "b": "1"}),
        (5, {"a": "x", "b": "2"}),
    ]


def test_blanks_around_the_name_of_a_column_do_not_count(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("a , b\n1,2\n", encoding="utf-8")
    assert rows_of(read_table(path, ("a", "b"))) == [{"a": "1", "b": "2"}]


def test_what_looks_like_a_number_or_nothing_stays_text(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("pmid,note\n007,NA\n1e5,\n", encoding="utf-8")
    assert rows_of(read_table(path)) == [{"pmid": "007", "note": "NA"}, {"pmid": "1e5", "note": ""}]


def test_a_cell_may_hold_a_list_of_references_of_any_length(tmp_path):
    path = tmp_path / "t.csv"
    write_table([{"extra": "x" * 300_000}], path, ("extra",))
    assert len(read_table(path)["extra"].iloc[0]) == 300_000


def test_a_sheet_saved_by_a_spreadsheet_program_is_read(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes('\ufeffa,b\r\n1,"two\rlines"\r\n\r\n2,"x\r\ny"\r\n'.encode())
    table = read_table(path, ("a", "b"))
    assert rows_of(table) == [{"a": "1", "b": "two\nlines"}, {"a": "2", "b": "x\ny"}]
    write_table(table, path, ("a", "b"))
    assert rows_of(read_table(path)) == rows_of(table)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a,b\n1,2\n1,2,3\n", r"t\.csv line 3: 3 cells, the header has 2"),
        (b"a,b\n1\n", r"t\.csv line 2: 1 cells, the header has 2"),
        (b'a,b\n"x\ny",2\n\n1\n', r"t\.csv line 5: 1 cells"),
        (
            b"a,c\n1,2\n",
            r"t\.csv line 1: column b appears 0 times; it must appear exactly once\. The header is: a, c",
        ),
        (b"a,b,b\n1,2,3\n", r"t\.csv line 1: column b appears 2 times"),
        (b"", r"The header is: empty"),
        (b'a,b\n1,"open\n', r"t\.csv line 2: .*Correct the quotes"),
        ("a,b\n1,é\n".encode("cp1252"), r"t\.csv: not UTF-8"),
    ],
    ids=[
        "cell too many",
        "cell too few",
        "lines within a cell",
        "column missing",
        "column twice",
        "empty",
        "open quote",
        "cp1252",
    ],
)
def test_a_damaged_table_is_named_with_the_line(tmp_path, content, message):
    path = tmp_path / "t.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match=message):
        read_table(path, ("a", "b"))


def test_a_missing_table_is_named(tmp_path):
    with pytest.raises(InputError, match=r"gone\.csv: this file is missing"):
        read_table(tmp_path / "gone.csv")


def test_rows_are_sorted_by_code_point_and_written_with_line_feeds(tmp_path):
    path = tmp_path / "t.csv"
    write_table([{"a": "ä"}, {"a": "b"}, {"a": "B"}], path, ("a",), sort_by=("a",))
    assert path.read_bytes() == "a\nB\nb\nä\n".encode()


def test_a_table_without_rows_keeps_its_header(tmp_path):
    path = tmp_path / "t.csv"
    write_table([], path, ("a", "b"))
    assert path.read_text(encoding="utf-8") == "a,b\n"
    assert read_table(path, ("a", "b")).empty


def test_columns_come_in_the_promised_order(tmp_path):
    path = tmp_path / "t.csv"
    write_table(pd.DataFrame({"b": ["2"], "x": ["9"], "a": ["1"]}), path, ("a", "b"))
    assert path.read_text(encoding="utf-8") == "a,b\n1,2\n"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a: 1\nb: [1\n", r"f\.yaml line 3: "),
        (b"a: \xff\n", r"f\.yaml: not UTF-8"),
        (
            b"a: 2022-13-45\n",
            r"f\.yaml line 1: 2022-13-45 is no day\. Write YYYY-MM-DD",
        ),
        (b"a: 1\nb:\n  c: 1\n  c: 2\n", r"f\.yaml line 4: c appears twice\. Keep one\."),
        (b"- {a: 1, a: 1}\n", r"f\.yaml line 1: a appears twice\. Keep one\."),
    ],
    ids=["open list", "not UTF-8", "month 13", "a name twice", "a name twice in one line"],
)
def test_a_damaged_yaml_file_is_named(tmp_path, content, message):
    path = tmp_path / "f.yaml"
    path.write_bytes(content)
    with pytest.raises(InputError, match=message):
        read_yaml(path)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("2:1", "2:1"),  # a ratio, not 121
        ("12:30:05", "12:30:05"),
        ("010", "010"),  # a number of a study, not 8
        ("0x1F", "0x1F"),
        ("1,234", "1,234"),
        ("45,9", "45,9"),
        ("1234", 1234),
        ("1_234", 1234),
        ("0", 0),
        ("-3", -3),
        (".88", 0.88),
        ("0.80", 0.8),
        ("-0.5", -0.5),
        ("1.5e3", 1500.0),
        (".inf", float("inf")),
    ],
)
def test_numbers_are_decimal_and_what_only_looks_like_one_stays_a_text(tmp_path, written, value):
    path = tmp_path / "f.yaml"
    path.write_text(f"value: {written}\n", encoding="utf-8")
    assert read_yaml(path) == {"value": value}


def test_a_missing_yaml_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"gone\.yaml: this file is missing"):
        read_yaml(tmp_path / "gone.yaml")


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ({"id": 1, "lable": 2}, "claim C1: unknown name lable. Did you mean label?"),
        ({"id": 1}, "claim C1: label is missing."),
        ("C1", "claim C1: 'C1' is given where names with values are needed."),
    ],
)
def test_a_wrong_name_in_a_list_is_named(item, message):
    with pytest.raises(InputError) as caught:
        check_names("claim C1", item, ("id", "label"), ("note",))
    assert str(caught.value) == message


@given(st.lists(st.tuples(CELLS, CELLS), max_size=3))
def test_a_table_written_row_by_row_is_the_one_written_at_once(tmp_path_factory, rows):
    one, other = (tmp_path_factory.getbasetemp() / name for name in ("one.csv", "other.csv"))
    table = [{"a": a, "b": b} for a, b in rows]
    write_table(table, one, ("a", "b"))
    with row_writer(other, ("a", "b")) as write:
        for row in table:
            write(row)
    assert one.read_bytes() == other.read_bytes()
