"""Exports of Covidence give the votes that a person reads in them."""

import pytest

from scripts.common.errors import InputError
from tests.unit.screening.examples import COVIDENCE, decided, table, workbook

TI, FT = "title_abstract", "full_text"


def test_a_list_of_covidence_gives_the_settled_decision_of_its_records(sheet):
    found = sheet("excluded.csv", COVIDENCE, stage=FT, decision="exclude")
    assert decided(found) == [
        ("Covidence", "exclude", "Wrong setting"),
        ("Covidence", "exclude", "no reason given"),
    ]
    assert all(vote.consensus for vote in found.votes)
    assert [(vote.record, vote.year) for vote in found.votes] == [("", "2020"), ("ovid:2", "2021")]


def test_a_list_of_covidence_may_be_what_a_third_person_ruled(sheet):
    words = {"role": "ruling", "set": {"stage": TI, "decision": "exclude"}}
    found = sheet("excluded.csv", COVIDENCE, words=words)
    assert found.votes == []
    assert [vote.decision for vote in found.rulings] == ["exclude", "exclude"]


def test_a_list_of_covidence_must_be_told_what_it_is_a_list_of(sheet):
    with pytest.raises(
        InputError, match=r"does not say what was decided .* excluded: \{set: \{stage: full_text, "
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


HEAD = ("Title", "Authors", "DOI", "Covidence #", "Notes", "Tags")


@pytest.mark.parametrize(
    ("notes", "reason"),
    [
        ("Exclusion reason: Wrong design; Exclusion reason: No data, few; ", "Wrong design; No data, few"),
        ("Ann (2024-05-02)(Screen): maybe; Exclusion reason: Duplicate; ", "Duplicate"),
        ("Exclusion reason: ; ", "no reason given"),
    ],
)  # fmt: skip
def test_all_reasons_of_a_record_are_kept(sheet, notes, reason):
    for name, form in (("excluded.csv", table), ("excluded.xlsx", workbook)):
        found = sheet(name, form(HEAD, ("One", "A", "", "#1", notes, "")), stage=FT, decision="exclude")
        assert decided(found) == [("Covidence", "exclude", reason)]


def test_a_list_without_a_row_has_no_votes(sheet):
    for form in (table, workbook):
        found = sheet("excluded.csv", form(HEAD), stage=FT, decision="exclude")
        assert (found.tool, found.records, found.votes) == ("Covidence", 0, [])
