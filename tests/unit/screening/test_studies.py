"""Tables of studies that people bring name each study once."""

import pytest

from scripts.common.errors import InputError
from scripts.common.files.tables import rows_of
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
