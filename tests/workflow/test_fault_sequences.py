"""A small part of tests.benchmark.faults: two workflows at once, through sequences of faults."""

import os

import pytest

from tests.benchmark import faults

SEQUENCES, SEED = 8, 20260816


@pytest.mark.parametrize("users", ["one user", "two users"])
def test_two_workflows_end_with_all_records_or_with_one_line_at_the_pace_of_the_machine(users, monkeypatch):
    if users == "one user":
        monkeypatch.setattr(faults, "NOBODY", os.geteuid())
    elif os.geteuid() != 0:
        pytest.skip("a second user needs root")
    said: list[str] = []
    assert faults.run(SEQUENCES, SEED, said.append), "\n".join(said)
    number = {"one user": 1, "two users": 2}[users]
    assert said[0] == f"{SEQUENCES} sequences of two workflows, {number} users, two TMPDIRs:"


def test_a_line_that_does_not_name_what_happened_is_found_out():
    fired = [faults.Fault("blocked", fired=1)]
    check = faults.Workflow.check_line
    assert check("window x: PubMed redirects (302): this address may be blocked.", fired) == ""
    assert check("PubMed refuses the search: bad. Correct search.query.", fired)
    assert check("fetch_window: this is a bug of ours; please report it", fired)
    assert check("PubMed redirects (302)\nTraceback", fired)


def test_requests_within_a_second_are_counted_over_all_workflows():
    assert faults.most_in_a_second([0.0, 0.5, 0.9, 1.0, 5.0]) == 3
    assert faults.most_in_a_second([]) == 0
