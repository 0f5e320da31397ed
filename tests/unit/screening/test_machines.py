"""Machines are shown beside people, each with what it was asked and when."""

from scripts.common.screening.machines import machines_of

VOTE = {
    "reviewer": "model a",
    "stage": "title_abstract",
    "round": "",
    "prompt": "appendix 3",
    "sheet": "a.csv",
    "kind": "machine",
    "date": "",
    "decision": "include",
}


def test_a_row_for_each_machine_and_prompt_and_none_for_a_person():
    votes = [
        {**VOTE, "date": "2024-05-03T10:00:00"},
        {**VOTE, "date": "2024-05-01", "decision": "exclude"},
        {**VOTE, "decision": "maybe"},
        {**VOTE, "prompt": ""},
        {**VOTE, "kind": "", "reviewer": "Ann"},
        {**VOTE, "kind": "person", "reviewer": "Bob"},
    ]
    rows = [
        (row["prompt"], row["first_day"], row["last_day"], row["votes"], row["include"], row["exclude"])
        for row in machines_of(votes)
    ]
    assert rows == [("", "", "", 1, 1, 0), ("appendix 3", "2024-05-01", "2024-05-03", 3, 1, 1)]
