"""A difference is worded as a question, with what is behind our number and no title of anybody."""

import json

from scripts.common.claims.judging import judge
from scripts.common.claims.measures import COLUMNS as MEASURE_COLUMNS
from scripts.common.claims.measures import to_row
from scripts.common.claims.sentences import Voice, from_cell
from scripts.common.files.tables import read_table, rows_of, write_table
from scripts.common.report.phrases import Speaker
from scripts.report.ask_authors import COLUMNS, MOST_NAMES, main
from scripts.report.compare_published import COLUMNS as COMPARISON_COLUMNS
from scripts.report.compare_published import row_of
from tests.claims import claim, measured

LISTED = {
    "difference": "included by decision, missing from the list", "study_id": "", "record_id": "wos:71",
    "title": "A title that is not ours", "box": "dbr_included",
}  # fmt: skip


def compared(number, value, measure, **more):
    """Return the row of comparison.csv of a claim."""
    one, found = claim(number, measure=measure, **more), measured(str(value), measure=measure)
    return row_of(one, found, judge(one, found), [])


def asked(tmp_path, *rows, listed=(), boxes=()):
    """Return the rows of questions.csv."""
    tables = {
        "comparison": (rows, COMPARISON_COLUMNS),
        "measures": ([to_row(measured("1; 4")._replace(measure="study_ids:fear"), {})], MEASURE_COLUMNS),
        "final_boxes": (boxes, ("record_id", "box")),
        "decisions": ((), ("record_id", "stage", "decision")),
        "list_differences": (listed, tuple(LISTED)),
        "included": ([{"study_id": "4", "doi": "10.5555/four", "pmid": ""}], ("study_id", "doi", "pmid")),
        "unique": (
            [
                {"record_id": "wos:71", "doi": "10.5555/a", "pmid": "7"},
                {"record_id": "wos:72", "doi": "", "pmid": "8"},
            ],
            ("record_id", "doi", "pmid"),
        ),
    }
    for name, (content, columns) in tables.items():
        write_table(content, tmp_path / f"{name}.csv", columns)
    path = tmp_path / "questions.csv"
    main(tables={name: str(tmp_path / f"{name}.csv") for name in tables}, questions=str(path))
    return rows_of(read_table(path))


EXCLUDED = [{"record_id": f"wos:{n}", "box": "dbr_excluded:no data"} for n in (72, 73)]


def test_a_number_of_the_flow_names_its_records_and_where_list_and_decisions_differ(tmp_path):
    differs = compared(3, 2, "flow:dbr_excluded", statement="Full texts removed", place="figure 1")
    (row,) = asked(tmp_path, differs, listed=[LISTED], boxes=EXCLUDED)
    assert (row["statement"], row["place"], row["published"], row["reproduced"]) == (
        "Full texts removed", "figure 1", "3", "2",
    )  # fmt: skip
    assert row["because"] == (
        "List and decisions differ (included by decision, missing from the list): wos:71 (doi:10.5555/a)."
        " Records behind our number: 2 (wos:72 (PMID 8), wos:73)."
    )
    assert row["question"].startswith(
        "As far as the files at hand show, we count 2 where 3 is printed. Did you"
    )
    assert row["question"].endswith("?")
    assert (row["number"], row["names"]) == ("2", "wos:72; wos:73")
    assert "not ours" not in json.dumps(row)


def test_a_number_of_studies_names_the_studies(tmp_path):
    (row,) = asked(tmp_path, compared(0, 2, "studies:fear"))
    assert row["because"] == "Studies behind our number: 2 (1, 4 (doi:10.5555/four))."


def test_a_number_without_a_list_names_the_table_that_it_is_from(tmp_path):
    (row,) = asked(tmp_path, compared(707, 704, "unique"))
    assert (row["because"], row["names"]) == ("Our number: results/t.csv.", "")


def test_only_what_this_paper_prints_and_what_differs_is_asked(tmp_path):
    same = compared(2, 2, "studies:fear")
    derived = compared(1, 2, "studies:fear", origin="derived")
    assert asked(tmp_path, same, derived) == []


def test_two_places_of_the_paper_that_contradict_each_other_are_asked_without_our_files(tmp_path):
    contradicted = compared(4, 5, "studies:fear") | {"verdict": "contradictory as printed"}
    (row,) = asked(tmp_path, contradicted)
    assert row["question"] == "These printed numbers do not agree with each other. Which of them is meant?"
    assert row["because"] == contradicted["reason"]
    assert row["names"] == ""


def test_the_question_is_data_and_said_in_chinese_too(tmp_path):
    (row,) = asked(tmp_path, compared(3, 2, "flow:dbr_excluded"), listed=[LISTED], boxes=EXCLUDED)
    said = Voice("zh", phrase=Speaker("zh")).say(from_cell(row["data"]))
    assert said.startswith("清单与筛选决定不一致（按筛选决定纳入，但不在清单中）：wos:71（doi:10.5555/a）。")
    assert "我们这一数字背后的记录：2 条（wos:72（PMID 8）、wos:73）。" in said
    assert said.endswith("？")


def test_values_are_said_in_the_language_of_the_question(tmp_path):
    (row,) = asked(tmp_path, compared(3, 2, "studies:fear", comparison="at_least"))
    assert "we count 2 where at least 3 is printed" in row["question"]
    said = Voice("zh", phrase=Speaker("zh")).say(from_cell(row["data"]))
    assert "论文中为 至少 3" in said


def test_many_records_are_counted_in_the_sentence_and_named_in_the_table(tmp_path):
    boxes = [{"record_id": f"wos:{n}", "box": "dbr_excluded:no data"} for n in range(MOST_NAMES + 1)]
    (row,) = asked(tmp_path, compared(9, 31, "flow:dbr_excluded"), listed=[LISTED], boxes=boxes)
    assert row["because"] == (
        "List and decisions differ (included by decision, missing from the list): wos:71 (doi:10.5555/a)."
        f" Records behind our number: {MOST_NAMES + 1} (in results/screening/final_boxes.csv)."
    )
    assert len(row["names"].split("; ")) == MOST_NAMES + 1
    (row,) = asked(tmp_path, compared(9, 30, "flow:dbr_excluded"), boxes=boxes[:-1])
    assert row["because"].startswith(f"Records behind our number: {MOST_NAMES} (wos:0, wos:1, wos:10,")


def test_every_column_is_there(tmp_path):
    assert asked(tmp_path, compared(707, 704, "unique"))[0].keys() == set(COLUMNS)
