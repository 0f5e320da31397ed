"""Several reports of one study: read from any table, and counted as PRISMA 2020 prints them."""

import pytest

from scripts.common.errors import InputError
from scripts.common.files.tables import rows_of
from scripts.common.screening.reports import count_declared, read_reports
from tests.unit.screening.flow_examples import FT, TI, flow, table

STUDIES = "study_id record_id doi pmid title"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("study,record,title\n7,a:1,\n7,,A follow-up\n", {}),
        ("study_id;record;title\n7;a:1;\n7;;A follow-up\n", {}),
        ("Trial,ref,Name\n7,a:1,NA\n7,NA,A follow-up\n",
         {"columns": {"study": "Trial", "record": "ref", "title": "Name"}, "blank": ["NA"]}),
    ],
    ids=["our names", "the name that other lists use, semicolons", "a map"],
)  # fmt: skip
def test_reports_are_read_from_a_table_of_any_shape(tmp_path, text, words):
    path = tmp_path / "reports.csv"
    path.write_text(text, encoding="utf-8")
    found = [
        (row["study_id"], row["record"], row["title"]) for row in rows_of(read_reports(str(path), words))
    ]
    assert found == [("7", "a:1", ""), ("7", "", "A follow-up")]


def test_every_row_that_names_no_study_or_no_report_is_refused_at_once(tmp_path):
    path = tmp_path / "reports.csv"
    path.write_text("study,record,year\n,a:1,\n7,,2020\n", encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read_reports(str(path))
    first, second, seen = str(refused.value).partition("\nsheets:")[0].splitlines()
    assert "line 2: study is empty" in first
    assert "line 3: nothing says which report it is" in second
    assert "columns seen: study, record, year" in seen


def included(*records):
    return [(name, FT, "include", "") for name in records]


FOUR = ["embase:1", "embase:2", "embase:3", "web:1"]


@pytest.mark.parametrize(
    ("reports", "studies"),
    [
        ((), 4),
        ((("A", "embase:1", "", "", ""), ("A", "embase:2", "", "", "")), 3),
        ((("A", "embase:1", "", "", ""), ("A", "web:1", "", "", ""), ("B", "embase:2", "", "", "")), 3),
        ((("A", "embase:1", "", "", ""), ("B", "embase:1", "", "", "")), 5),
        ((("A", "embase:1", "", "", ""), ("A", "", "10.1000/x", "", "")), 4),
    ],
    ids=["nothing is declared", "two reports of one study", "a study of both arms", "a report of two studies",
         "a report that joins no record"],
)  # fmt: skip
def test_without_a_list_included_records_of_one_study_are_one_study(reports, studies):
    _, number = flow(FOUR, {}, included(*FOUR), reports=reports)
    assert (number["new_studies"], number["new_reports"]) == (studies, 4)


def test_without_decisions_a_complete_list_and_its_reports_give_the_number_of_reports():
    """Study 1 has two more reports, its own is declared again; one record reports the studies 2 and 3."""
    listed = table(
        STUDIES,
        [("1", "", "10.1000/a", "", ""), ("2", "embase:1", "", "", ""), ("3", "embase:1", "", "", "")],
    )
    reports = table(
        STUDIES,
        [("1", "", "10.1000/A", "", ""), ("1", "", "10.1000/b", "", ""), ("1", "embase:2", "", "", "")],
    )
    nothing = table("study_id record_id", [])
    assert count_declared(listed, reports, nothing) == 4
    unmatched = table(
        f"{STUDIES} record", [("1", *[""] * 4, "P7"), ("1", *[""] * 4, "P8"), ("1", *[""] * 4, "P7")]
    )
    assert count_declared(listed, unmatched, nothing) == 4
    assert count_declared(listed, reports, table("study_id record_id", [("1", "embase:2")])) == 3


def test_a_list_alone_says_nothing_of_the_number_of_reports():
    _, number = flow(["embase:1", "embase:2"], {}, included=2, included_list="complete")
    assert (number["new_studies"], number["new_reports"]) == (2, None)
    reports = [("0", "embase:1", "", "", ""), ("0", "embase:2", "", "", ""), ("1", "", "10.1000/c", "", "")]
    _, number = flow(["embase:1"], {}, included=2, included_list="complete", reports=reports)
    assert (number["new_studies"], number["new_reports"]) == (2, 5)


def test_while_records_wait_the_number_of_reports_stays_open():
    decisions = [*included("embase:1"), ("embase:2", TI, "include", ""), ("web:1", TI, "exclude", "")]
    _, number = flow(["embase:1", "embase:2", "web:1"], {}, decisions, included=1, included_list="complete",
                     reports=[("0", "embase:1", "", "", ""), ("0", "embase:2", "", "", "")])  # fmt: skip
    assert (number["dbr_included"], number["new_reports"]) == (1, None)
