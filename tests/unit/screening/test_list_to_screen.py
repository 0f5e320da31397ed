"""What is left to screen: new records, and earlier decisions as prior knowledge."""

from scripts.screening.list_to_screen import labels, statuses
from tests.unit.screening.examples import decision

STAGES = ("title_abstract", "full_text")


def test_a_record_waits_because_it_is_new_or_torn_or_short_of_votes():
    boxes = {
        "a:1": "records_waiting",
        "a:2": "other_records_waiting",
        "a:3": "records_waiting",
        "a:4": "dbr_waiting",
    }
    votes = [
        {"stage": "title_abstract", "record_id": "a:3", "reviewer": "ann", "kind": ""},
        {"stage": "title_abstract", "record_id": "a:1", "reviewer": "a model", "kind": "machine"},
    ]
    assert statuses(boxes, votes, [{"record_id": "a:2"}], [], STAGES) == {
        "a:1": "new",
        "a:2": "conflict: adjudicate it",
        "a:3": "needs another vote (has: ann)",
    }


def test_of_several_stages_before_the_full_text_the_next_one_is_named():
    boxes = dict.fromkeys(("a:1", "a:2"), "records_waiting")
    votes = [{"stage": "abstract", "record_id": "a:2", "reviewer": "ann", "kind": ""}]
    passed = [decision("a:2", "title", "include")]
    assert statuses(boxes, votes, [], passed, ("title", "abstract", "full_text")) == {
        "a:1": "title: new",
        "a:2": "abstract: needs another vote (has: ann)",
    }


def test_earlier_decisions_are_labels_of_relevance_by_title_and_abstract():
    found = labels(
        [
            decision("a:1", "title_abstract", "include"),
            decision("a:1", "full_text", "exclude", "no data"),
            decision("a:2", "title_abstract", "exclude"),
            decision("a:3", "full_text", "exclude", "no data"),
        ],
        STAGES,
    )
    assert found == {
        "a:1": ("1", "title_abstract: include; full_text: exclude (no data)"),
        "a:2": ("0", "title_abstract: exclude"),
        "a:3": ("1", "full_text: exclude (no data)"),
    }


def test_the_list_holds_what_nobody_decided_on_and_the_other_one_all_with_labels(listed):
    waiting, ris, prior = listed()
    assert [row["record_id"] for row in waiting] == ["a:20", "a:21", "a:22", "a:23"]
    assert waiting[1]["suggestion"] == "language: no translator"
    assert ris.count("TY  - ") == ris.count("\nER  - ") == 4
    assert "N1  - record_id: a:20\nER  - " in ris
    assert len(prior) == 24
    assert [row["included"] for row in prior[:2]] == ["0", "1"]
    assert {row["included"] for row in prior[20:]} == {""}, "not seen is not excluded"
