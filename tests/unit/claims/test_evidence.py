"""What is behind a number: the records in its box, the studies of its code."""

import pytest

from scripts.common.claims.evidence import Behind, behind, differs_with_the_list, within
from tests.claims import measured

FLOW, DECIDED = "results/screening/final_boxes.csv", "results/screening/decisions.csv"
BOXES = [
    {"record_id": name, "box": box}
    for name, box in (
        ("wos:1", "duplicates"),
        ("wos:2", "records_excluded"),
        ("wos:3", "dbr_excluded:no data"),
        ("wos:4", "dbr_excluded:wrong population"),
        ("wos:5", "dbr_included"),
        ("github:1", "other_included"),
    )
]
DECISIONS = [
    {"record_id": "wos:2", "stage": "title", "decision": "exclude"},
    {"record_id": "wos:5", "stage": "title", "decision": "include"},
    {"record_id": "wos:3", "stage": "full_text", "decision": "exclude"},
]
KNOWN = {
    "study_ids:fear": measured("1; 4", file="t.csv"),
    "studies:fear": measured("2", file="t.csv"),
    "study_ids:hope": measured("4; 7", file="t.csv"),
    "value_ids:design:trial": measured("4; 9", file="c.csv"),
    "value:design:trial": measured("2", file="c.csv"),
    "study_ids:joy": measured("", file="t.csv"),
}


@pytest.mark.parametrize(
    ("measure", "found"),
    [
        ("flow:duplicates", [Behind("records", ("wos:1",), FLOW)]),
        ("flow:dbr_excluded", [Behind("records", ("wos:3", "wos:4"), FLOW)]),
        ("flow:dbr_excluded:no data", [Behind("records", ("wos:3",), FLOW)]),
        ("flow:dbr_assessed", [Behind("records", ("wos:3", "wos:4", "wos:5"), FLOW)]),
        ("flow:records_screened", [Behind("records", ("wos:2", "wos:3", "wos:4", "wos:5"), FLOW)]),
        ("flow:new_reports", [Behind("records", ("github:1", "wos:5"), FLOW)]),
        ("flow:new_studies", []),
        ("decided:title:exclude", [Behind("records", ("wos:2",), DECIDED)]),
        ("decided:full_text:include", []),
        ("records:wos", []),
        ("agreement:kappa:title", []),
        ("studies:fear", [Behind("studies", ("1", "4"), "t.csv")]),
        ("rank:hope", [Behind("studies", ("4", "7"), "t.csv")]),
        ("studies:joy", [Behind("studies", (), "t.csv")]),
        ("studies:unheard", []),
        ("value:design:trial", [Behind("studies", ("4", "9"), "c.csv")]),
        ("union:fear+hope", [Behind("studies", ("1", "4", "7"), "t.csv")]),
        ("union:fear+unheard", []),
        ("both:fear+design:trial", [Behind("studies", ("4",), "t.csv")]),
        (
            "flow:duplicates + flow:records_excluded",
            [Behind("records", ("wos:1",), FLOW), Behind("records", ("wos:2",), FLOW)],
        ),
    ],
)
def test_the_records_or_studies_of_a_number_are_named(measure, found):
    assert behind(measure, KNOWN, BOXES, DECISIONS) == found


def test_a_box_holds_the_boxes_that_it_is_the_sum_of():
    assert {"records_screened", "records_excluded", "dbr_included"} <= within("records_screened")
    assert within("duplicates") == {"duplicates"}
    assert within("no box") == {"no box"}


@pytest.mark.parametrize(
    ("measure", "depends"),
    [
        ("flow:dbr_excluded", True),
        ("flow:new_studies", True),
        ("included_retrieved", True),
        ("decided:full_text:include", True),
        ("flow:duplicates + flow:other_included", True),
        ("flow:duplicates", False),
        ("records:wos", False),
        ("studies:fear", False),
    ],
)
def test_where_list_and_decisions_differ_matters_to_numbers_of_reports_and_studies(measure, depends):
    assert differs_with_the_list(measure) == depends
