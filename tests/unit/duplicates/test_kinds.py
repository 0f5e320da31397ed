"""Notices, protocols and versions are recognised by what the record says."""

import pytest

from scripts.common.duplicates.kinds import doi_of_work, is_protocol, notice_of, registration_of, work_of
from scripts.common.duplicates.titles import abstract_key, bare_title
from scripts.common.values.words import fold


@pytest.mark.parametrize(
    ("title", "notice"),
    [
        ("Erratum: Blogs of patients", "erratum"),
        ("Author Correction: Blogs of patients", "erratum"),
        ("Blogs of patients (vol 3, pg 4, 2019)", "erratum"),
        ("Comment on “Blogs of patients”", "comment"),
        ("Authors' response to: Blogs of patients", "reply"),
        ("Blogs of patients: reply", "reply"),
        ("Retraction of: Blogs of patients", "retraction"),
        ("Data from: Blogs of patients", "data"),
        ("Additional file 2 of Blogs of patients", "data"),
        ("Supplementary material for Blogs of patients", "data"),
        ("Comments of patients on blogs", ""),
        ("Responses of nurses to tweets", ""),
        ("Correction of refraction in children", ""),
        ("Blogs of patients and public comment", ""),
    ],
)
def test_notices_are_recognised(title, notice):
    assert notice_of(fold(bare_title(title)), title, "") == notice


def test_a_protocol_is_one_by_its_title_or_type():
    assert is_protocol("blogs of patients study protocol", "")
    assert is_protocol("blogs of patients", "protocol")
    assert not is_protocol("a protocol driven clinic", "")


def test_a_version_is_no_part_of_the_doi_of_a_work():
    assert doi_of_work("10.1002/14651858.cd007231.pub3") == "10.1002/14651858.cd007231"
    assert doi_of_work("10.21203/rs.3.rs-12345/v2") == "10.21203/rs.3.rs-12345"
    assert doi_of_work("10.1000/abc.12") == "10.1000/abc.12"


@pytest.mark.parametrize(
    ("accession", "journal", "authors", "expected"),
    [
        ("NCT01234567", "", "Hill Pharma", ("nct", "nct01234567")),
        ("isrctn12345678", "", "", ("isrctn", "isrctn12345678")),
        ("CN-01", "https://clinicaltrials.gov/show/NCT01234567", "Nct,", ("nct", "nct01234567")),
        ("CN-01", "", "NCT01234567", ("nct", "nct01234567")),
        ("EudraCT 2014-000001-10", "", "", ("euctr", "euctr201400000110")),
        ("70993459", "Trials", "Doe, J", ("", "")),
        ("", "NCT News 2001", "", ("", "")),
        ("", "Trials", "Smith, NCT01234567 Group", ("", "")),
    ],
)
def test_a_trial_is_known_by_its_number_where_the_record_is_its_entry(accession, journal, authors, expected):
    assert registration_of(accession, journal, authors) == expected


def test_theses_books_and_chapters_are_known_by_their_type():
    kinds = ("thes", "phdthesis", "dissertation thesis", "chap", "incollection", "book", "jour", "news")
    assert [work_of(kind) for kind in kinds] == [
        "thesis", "thesis", "thesis", "chapter", "chapter", "book", "article", "",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "No abstract available.",
        "There is no abstract for this document in this database.",
        "Copyright of Hill Press is the property of its owner.",
        "© 2014 Hill Press. All rights reserved.",
        "For a preview of the first page see the full text of the article on the site of the publisher.",
    ],
)
def test_a_notice_in_place_of_an_abstract_is_no_abstract(text):
    assert abstract_key(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "Abstracts of 300 trials were read for the rights of patients.",
        "Publishers often sell what is available for free.",
        "(1) We asked 200 herders. (2) They answered.",
    ],
)
def test_an_abstract_about_such_things_is_one(text):
    assert abstract_key(text) == fold(text)
