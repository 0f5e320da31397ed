"""Where the list of included studies and the decisions differ, each study is named; none also waits."""

import pytest

from scripts.common.screening.list_differences import differences, included_by_list
from tests.unit.screening.flow_examples import TI, flow

AGAINST = "in the list, excluded or not retrieved"
UNDECIDED = "in the list, without a decision: counted as included"


def study(name, record_id):
    return {"study_id": name, "record_id": record_id, "title": f"Title {name}"}


@pytest.mark.parametrize(
    ("box", "difference"),
    [
        ("records_excluded", AGAINST), ("other_records_excluded", AGAINST),
        ("excluded_automatic:language", AGAINST), ("dbr_excluded:no data", AGAINST),
        ("other_excluded:no data", AGAINST), ("dbr_notretrieved_reports", AGAINST),
        ("other_notretrieved_reports", AGAINST), ("dbr_included", UNDECIDED), ("other_included", UNDECIDED),
        ("excluded_other", ""),
    ],
)  # fmt: skip
def test_a_study_of_the_list_that_no_decision_includes_is_named_with_its_box(box, difference):
    found = differences([study("7", "pubmed:1")], {"pubmed:1": box}, (), "partial")
    assert [(row["difference"], row["study_id"], row["box"]) for row in found] == (
        [(difference, "7", box)] if difference else []
    )


def test_a_study_that_decisions_include_is_no_difference_and_one_without_a_record_is_named():
    studies = [study("7", "pubmed:1"), study("8", "")]
    found = differences(studies, {"pubmed:1": "dbr_included"}, {"pubmed:1"}, "complete")
    (row,) = found
    assert (row["difference"], row["study_id"]) == ("in the list, no record is known", "8")


@pytest.mark.parametrize(("list_is", "named"), [("complete", ["pubmed:2"]), ("partial", [])])
def test_only_a_complete_list_can_lack_a_study_that_decisions_include(list_is, named):
    boxes = {"pubmed:1": "dbr_included", "pubmed:2": "other_included"}
    found = differences([study("7", "pubmed:1")], boxes, {"pubmed:1", "pubmed:2"}, list_is)
    assert [row["record_id"] for row in found] == named


def test_an_included_study_awaits_no_decision():
    """Its record waits neither by title nor at full text, once people decided on any record."""
    decisions = [("pubmed:1", TI, "include", ""), ("pubmed:2", TI, "exclude", "")]
    records = [f"pubmed:{n}" for n in (1, 2, 3, 4)]
    final, number = flow(
        records, {}, decisions, included=2, included_list="complete", listed={"pubmed:1", "pubmed:3"}
    )
    assert final == {
        "pubmed:1": "dbr_included",
        "pubmed:2": "records_excluded",
        "pubmed:3": "dbr_included",
        "pubmed:4": "records_waiting",
    }
    assert (number["dbr_waiting"], number["records_waiting"], number["dbr_included"]) == (0, 1, 2)


def test_where_nobody_decided_on_anything_the_list_says_nothing_of_the_way_of_a_record():
    studies = [study("7", "pubmed:1"), study("8", "")]
    assert included_by_list(studies, "complete", []) == set()
    assert included_by_list(studies, "none", ["pubmed:2"]) == set()
    assert included_by_list(studies, "partial", ["pubmed:2"]) == {"pubmed:1"}
