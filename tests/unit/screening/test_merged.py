"""Merged records that people screened one by one are named, with what keeps them apart."""

import pytest

from scripts.common.screening.merged import screened_apart, warn_of_merged

TI, FT = "title_abstract", "full_text"


def vote(record_id, line, record, reviewer="ann", stage=TI, sheet="ann.csv", decision="include"):
    """Return a row of votes.csv as far as merged records are looked for."""
    return {"record_id": record_id, "stage": stage, "round": "", "reviewer": reviewer, "sheet": sheet,
            "line": line, "record": record, "decision": decision}  # fmt: skip


@pytest.mark.parametrize(
    ("why", "votes", "expected"),
    [
        ("one reviewer voted on two versions",
         [vote("a:1", 2, "a:7", decision="exclude"), vote("a:1", 3, "a:1")],
         {"a:1": ("a:1; a:7", "include; exclude")}),
        ("two reviewers, each in the sheet of another tool",
         [vote("a:1", 2, "a:1"), vote("a:1", 3, "a:7", reviewer="bob", sheet="bob.csv")], {}),
        ("two stages", [vote("a:1", 2, "a:1"), vote("a:1", 3, "a:7", stage=FT)], {}),
        ("two records", [vote("a:1", 2, "a:1"), vote("a:7", 3, "a:7")], {}),
        ("one record listed twice", [vote("a:1", 2, "a:1"), vote("a:1", 3, "a:1")], {}),
    ],
)  # fmt: skip
def test_merged_records_that_one_reviewer_screened_one_by_one_are_found(why, votes, expected):
    found = screened_apart(votes)
    assert {row["record_id"]: (row["records"], row["votes"]) for row in found} == expected, why
    assert all((row["reviewer"], row["stage"], row["sheet"]) == ("ann", TI, "ann.csv") for row in found)


def test_merged_records_that_were_screened_apart_are_named_with_what_keeps_them_apart(caplog):
    warn_of_merged([], "merged.csv")
    assert caplog.text == ""
    apart = [{"record_id": f"a:{n:02}", "records": f"a:{n:02}; b:{n:02}"} for n in range(12)]
    with caplog.at_level("WARNING", logger="review"):
        warn_of_merged(apart, "merged.csv")
    assert "12 merged records were screened one by one: a:00 (a:00, b:00)" in caplog.text
    assert "a:09 (a:09, b:09) and 2 more. See merged.csv. If they are versions, set" in caplog.text
