"""Exports of ASReview give the votes that a person reads in them."""

import pytest

from scripts.common.errors import InputError
from tests.unit.screening.examples import ASREVIEW, decided

TI, FT = "title_abstract", "full_text"


def test_asreview_tells_relevant_irrelevant_and_not_seen_apart(sheet):
    found = sheet("asreview.csv", ASREVIEW, stage=TI)
    assert (found.tool, found.records, found.not_seen) == ("ASReview", 3, 1)
    assert [(vote.reviewer, vote.decision, vote.date, vote.record) for vote in found.votes] == [
        ("Ann", "include", "2024-03-01", "ovid:1"),
        ("bo@example.org", "exclude", "2024-03-01", "1"),
    ]


def test_asreview_of_the_first_version_names_its_column_otherwise(sheet):
    found = sheet("lab.csv", "title,included\nOne,1\nTwo,0\nThree,\nFour,-1\n", stage=TI)
    assert (decided(found), found.not_seen) == ([("lab", "include", ""), ("lab", "exclude", "")], 2)
    with pytest.raises(InputError, match=r"lab\.csv line 2: label 'yes' is neither 1, 0 nor empty"):
        sheet("lab.csv", "title,included\nOne,yes\n", stage=TI)
