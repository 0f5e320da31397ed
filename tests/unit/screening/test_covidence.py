"""Exports of Covidence give the votes that a person reads in them."""

import pytest

from scripts.common.errors import InputError
from tests.unit.screening.examples import COVIDENCE, decided, table

TI, FT = "title_abstract", "full_text"


def test_a_list_of_covidence_gives_the_settled_decision_of_its_records(sheet):
    found = sheet("excluded.csv", COVIDENCE, stage=FT, decision="exclude")
    assert decided(found) == [
        ("Covidence", "exclude", "Wrong setting"),
        ("Covidence", "exclude", "no reason given"),
    ]
    assert all(vote.consensus for vote in found.votes)
    assert [(vote.record, vote.year) for vote in found.votes] == [("", "2020"), ("ovid:2", "2021")]


def test_a_list_of_covidence_must_be_told_what_it_is_a_list_of(sheet):
    with pytest.raises(
        InputError, match=r"does not say what was decided .* \{file: excluded, stage: full_text, "
    ):
        sheet("excluded.csv", COVIDENCE, stage=FT)


def test_the_agreement_that_covidence_counted_is_read_as_counts(sheet):
    head = (
        "Reviewer A",
        "Reviewer B",
        "A Yes, B Yes",
        "A Yes, B No",
        "A No, B Yes",
        "A No, B No",
        "Cohen's Kappa",
    )
    found = sheet("irr.csv", table(head, ("Ann", "Bo", "9", "2", "2", "48", "0.778")), stage=TI)
    assert (found.tool, found.votes) == ("Covidence agreement", [])
    assert found.pairs == [(TI, "Ann", "Bo", 9, 2, 2, 48)]
    with pytest.raises(InputError, match=r"irr\.csv line 2: 9, two, 2, 48 are no four counts"):
        sheet("irr.csv", table(head, ("Ann", "Bo", "9", "two", "2", "48", "")), stage=TI)
