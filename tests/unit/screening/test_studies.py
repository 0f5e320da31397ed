"""Tables of studies that people bring name each study once."""

import re

import pytest

from scripts.common.errors import InputError
from scripts.common.files.tables import rows_of
from scripts.common.screening.reports import read_reports
from scripts.common.screening.sample import read_sample
from scripts.common.screening.studies import LIST_COLUMNS, read_included, read_previous

LIST = "study_id,authors,year,title,journal,doi,pmid,confidence,source\n"


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (
            ["10,A,2020,T,J,,,v,x", "10,B,2021,U,J,,,v,x"],
            r"line 3: study 10 appears twice\. Keep one row per study",
        ),
        ([" ,A,2020,T,J,,,v,x"], r"line 2: study_id is empty"),
        (['"1","A\nB",2020,T,J,,,v,x', "1 ,B,2021,U,J,,,v,x"], r"line 4: study 1 appears twice"),
    ],
)
def test_a_list_of_included_studies_names_each_study_once(tmp_path, rows, message):
    path = tmp_path / "included.csv"
    path.write_text(LIST + "\n".join(rows) + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=rf"included\.csv {message}"):
        read_included(str(path))


def test_the_studies_of_the_version_before_have_one_report_if_nothing_else_is_said(tmp_path):
    path = tmp_path / "previous.csv"
    path.write_text("study_id,title,doi,pmid,reports,withdrawn\n1 ,A,,,2,\n2,B,,,,retracted\n")
    found = [(row["study_id"], row["reports"], row["withdrawn"]) for row in rows_of(read_previous(str(path)))]
    assert found == [("1", "2", ""), ("2", "1", "retracted")]
    path.write_text("study_id,title,doi,pmid,reports\n1,A,,,none\n")
    with pytest.raises(InputError, match=r"line 2: reports is 'none'; a study has 1 report or more"):
        read_previous(str(path))


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_a_list_of_studies_is_opened_like_every_table_of_people(tmp_path, sign, encoding):
    path = tmp_path / "included.csv"
    cells = ["S1", "Müller A", "2020", "Título", "J", "10.5555/a", "", "high", "ours"]
    path.write_bytes("\r\n".join(sign.join(row) for row in (LIST_COLUMNS, cells)).encode(encoding))
    (row,) = rows_of(read_included(str(path)))
    assert (row["study_id"], row["authors"], row["title"]) == ("S1", "Müller A", "Título")


def test_a_list_of_no_study_is_empty(tmp_path):
    path = tmp_path / "included.csv"
    path.write_text(",".join(LIST_COLUMNS) + "\n", encoding="utf-8")
    assert len(read_included(str(path))) == 0


def test_the_studies_of_the_version_before_may_be_a_table_of_ones_own(tmp_path):
    path = tmp_path / "v1.csv"
    path.write_text("Nr;Titel;Berichte;zurückgezogen\n1;A;2;\n2;B;;2021\n", encoding="cp1252")
    with pytest.raises(InputError, match=r"\n  v1:\n    columns: \{study: Nr, title: Titel\}"):
        read_previous(str(path), name="v1")
    columns = {"study": "Nr", "title": "Titel", "reports": "Berichte", "withdrawn": "zurückgezogen"}
    found = read_previous(str(path), {"columns": columns})
    assert [tuple(row.values()) for row in rows_of(found)] == [
        ("1", "A", "", "", "2", ""), ("2", "B", "", "", "1", "2021"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("read", "says"),
    [
        (read_included, r"no table names the included studies.*\n  mine:\n.*study: '\?'"),
        (read_reports, r"no table says of which study a report is.*\n  mine:\n.*study: '\?'"),
        (read_sample, r"no table says which records were drawn.*\n  mine:\n.*title: '\?'"),
    ],
)
def test_a_list_that_is_not_understood_shows_its_columns_and_a_map_under_the_name_of_the_input(
    tmp_path, read, says
):
    path = tmp_path / "list of ours.csv"
    path.write_text("Foo,Bar\n1,2\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"Columns seen: Foo, Bar\.") as stopped:
        read(str(path), {}, "mine")
    assert re.search(says, str(stopped.value), re.DOTALL)
