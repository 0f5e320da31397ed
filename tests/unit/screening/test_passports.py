"""Any name of a record finds its passport."""

import pytest

from scripts.common.errors import InputError
from scripts.common.files.tables import write_table
from scripts.common.screening.passports import COLUMNS as PASSPORT
from scripts.common.screening.passports import search, text
from scripts.screening.passport import main as ask
from scripts.screening.write_passports import ending


def passport(**facts):
    return {**dict.fromkeys(PASSPORT, ""), **facts}


PASSPORTS = [
    passport(
        record_id="a:1",
        title="Café <b>and</b> care",
        doi="10.5555/A",
        pmid="7",
        studies="12",
        final_label="Records excluded",
    ),
    passport(record_id="b:1", title="Café and care", doi="10.5555/a", twins="a:1"),
    passport(record_id="b:2", title="Wheat", authors="Adams, Ann", year="2020", votes="one | two"),
]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("a:1", ["a:1"]),
        ("https://doi.org/10.5555/a", ["a:1", "b:1"]),
        ("PMID 7", ["a:1"]),
        ("7", ["a:1"]),
        ("12", ["a:1"]),
        ("cafe CARE", ["a:1", "b:1"]),
        ("adams wheat 2020", ["b:2"]),
        ("barley", []),
    ],
)
def test_a_study_is_found_by_any_name_of_it(asked, found):
    assert [row["record_id"] for row in search(PASSPORTS, asked)] == found


def test_a_record_ends_in_a_box_by_the_name_that_the_flow_of_the_review_gives_it():
    box = {"a:1": "records_waiting", "b:1": "duplicates", "b:2": "dbr_excluded:wrong_outcome"}
    labels = {
        "records_waiting": "Records to screen: no decision is known here",
        "duplicates": "Duplicate records removed",
        "dbr_excluded": "Reports excluded",
    }
    assert [ending(name, ["a:1", "b:1"], box, labels) for name in box] == [
        "Records to screen: no decision is known here",
        "Duplicate records removed (a:1: Records to screen: no decision is known here)",
        "Reports excluded: wrong outcome",
    ]


def test_a_passport_reads_line_by_line():
    assert text(PASSPORTS[2]).splitlines() == [
        "b:2  Wheat",
        "  Adams, Ann (2020)",
        "  votes: one",
        "  votes: two",
    ]


def test_a_record_that_is_nowhere_is_reported_as_such(tmp_path):
    write_table(PASSPORTS, tmp_path / "passports.csv", PASSPORT)
    shown = []
    ask(passports=str(tmp_path / "passports.csv"), asked="wheat", show=shown.append)
    assert shown[0].startswith("b:2  Wheat")
    with pytest.raises(InputError, match="record: no record of any source has the name 'barley'"):
        ask(passports=str(tmp_path / "passports.csv"), asked="barley", show=shown.append)
    with pytest.raises(InputError, match="record: name one"):
        ask(passports=str(tmp_path / "passports.csv"), asked="", show=shown.append)
