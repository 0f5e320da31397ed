"""What changed between two runs, in a reader's words."""

import pytest

from scripts.common.errors import InputError
from scripts.common.report.other_run import COMPARED, results_in
from scripts.report.compare import PARTS, compare, text

BEFORE = {
    "report/comparison.csv": [
        {"claim_id": "C1", "statement": "Four studies", "verdict": "differs", "reproduced": "3"}
    ],
    "screening/included.csv": [
        {"study_id": "1", "doi": "10.1/a", "pmid": "", "title": "Old one", "authors": "", "year": "2019"}
    ],
    "coding/themes.csv": [
        {
            "code": "falls",
            "label": "Falls",
            "studies": "1",
            "percent": "25.0",
            "bound": "exact",
            "study_ids": "1",
        }
    ],
    "search/log.csv": [
        {
            "window": "w",
            "records": "3",
            "searched_on": "2021-01-01",
            "first_day": "2020-01-01",
            "last_day": "2020-12-31",
        }
    ],
    "records/unique.csv": [{"record_id": "a:1", "title": "Fine", "retraction": ""}],
}
AFTER = {
    "report/comparison.csv": [
        {**BEFORE["report/comparison.csv"][0], "verdict": "reproduced", "reproduced": "4"}
    ],
    "screening/included.csv": [
        {**BEFORE["screening/included.csv"][0], "study_id": "2", "title": "<script>alert(1)</script>"}
    ],
    "coding/themes.csv": [{**BEFORE["coding/themes.csv"][0], "study_ids": "2"}],
    "search/log.csv": [{**BEFORE["search/log.csv"][0], "records": "5", "searched_on": "2022-01-01"}],
    "records/unique.csv": [{**BEFORE["records/unique.csv"][0], "retraction": "retracted"}],
}


def test_each_kind_of_change_is_told():
    found = compare(BEFORE, AFTER)
    assert [change.in_words for change in found] == [
        "The verdict on “C1, Four studies” was: differs (3); it is now: reproduced (4).",
        "The study 2: <script>alert(1)</script> (2019) is now included.",
        "The study 1: Old one (2019) is no longer included.",
        "The theme “Falls” had this number of studies: 1 (25.0%); it has now 1 (25.0%) (in: 2; out: 1).",
        "The search of 2020-01-01 to 2020-12-31 had 3 records, searched on 2021-01-01;"
        " it has now 5 records, searched on 2022-01-01.",
        "The record Fine (a:1) is marked now: retracted.",
    ]
    assert "<script" not in text(found, [])


def test_the_same_results_have_nothing_to_tell():
    assert compare(AFTER, AFTER) == []
    assert "Nothing that a reader would notice" in text([], [])


def test_a_table_that_the_other_run_lacks_is_named_and_not_taken_for_empty():
    found = compare({"records/unique.csv": []}, AFTER)
    assert {change.part for change in found} == {"retraction"}
    assert "Not compared" in text(found, ["search/log.csv"])
    assert set(PARTS) == set(COMPARED)


def test_a_folder_without_results_is_named(tmp_path):
    with pytest.raises(InputError, match="other: names no results to compare with"):
        results_in(None)
    with pytest.raises(InputError, match="holds no results"):
        results_in(str(tmp_path))
    (tmp_path / "results/report").mkdir(parents=True)
    (tmp_path / "results/report/comparison.csv").write_text("", encoding="utf-8")
    assert results_in(str(tmp_path)) == results_in(str(tmp_path / "results"))
