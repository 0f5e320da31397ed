"""Exports of ASReview give the votes that a person reads in them."""

import pytest

from scripts.common.errors import InputError
from tests.unit.screening.examples import ASREVIEW, RIS, decided, table, workbook

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
        sheet("lab.csv", "title,asreview_label\nOne,yes\n", stage=TI)


@pytest.mark.parametrize(
    "text",
    ["title,included\nOne,yes\n", "Title,DOI,Screened,Included\nOne,10.5555/a,1,1\nTwo,10.5555/b,0,0\n"],
    ids=["other words", "another column of the team: Two was not screened, so not excluded"],
)
def test_a_column_included_alone_does_not_make_a_table_one_of_asreview(sheet, text):
    with pytest.raises(InputError, match=r"(?s)Columns seen: title.*columns: [^\n]*decision: included"):
        sheet("lab.csv", text.casefold(), stage=TI)


@pytest.mark.parametrize(
    ("head", "known", "voted"),
    [
        (("title", "asreview_label", "asreview_prior"), ("1", "1"), ("0", "0")),
        (("title", "asreview_label", "asreview_prior"), ("0", "True"), ("1", "False")),
        (("title", "included", "asreview_label"), ("1.0", "1"), ("", "0")),
        (("title", "included", "asreview_label", "asreview_user_name"), ("0", "0", ""), ("", "1", "Ann")),
        (("title", "included", "status", "notes"), ("1", "title_abstract: include", "record_id: o:1"),
         ("1", "new", "record_id: o:2")),
        (("title", "included", "status", "notes"), ("0", "full_text: exclude (no data)", "record_id: o:1"),
         ("0", "conflict: adjudicate it", "record_id: o:2")),
    ],
    ids=["flag", "flag in words", "version 3 without log-in", "version 3", "our file, version 1", "our file"],
)  # fmt: skip
def test_prior_knowledge_is_counted_and_never_a_vote(sheet, head, known, voted):
    for name, form in (("asreview.csv", table), ("asreview.xlsx", workbook)):
        content = form(head, ("One", *known), ("Two", *voted))
        found = sheet(name, content, stage=TI, reviewer="Ann")
        assert (found.tool, found.records, found.prior, found.not_seen) == ("ASReview", 2, 1, 0)
        assert [(vote.title, vote.reviewer) for vote in found.votes] == [("Two", "Ann")]


def test_who_labelled_a_record_again_that_was_known_before_has_voted_on_it(sheet):
    head = ("title", "included", "asreview_label", "asreview_user_name")
    found = sheet("asreview.csv", table(head, ("One", "0", "1", "Bo")), stage=TI)
    assert (decided(found), found.prior) == ([("Bo", "include", "")], 0)


def test_prior_knowledge_in_the_notes_of_ris_is_no_vote(sheet):
    notes = ("ASReview_relevant\nN1  - ASReview_prior", "ASReview_irrelevant", "ASReview_not_seen")
    found = sheet("a.ris", "".join(map(RIS.format, notes)), stage=TI, reviewer="Ann")
    assert (decided(found), found.prior, found.not_seen) == ([("Ann", "exclude", "")], 1, 1)
