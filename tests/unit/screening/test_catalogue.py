"""A record is found by any name that a person uses for it; where two fit, none is guessed."""

import pandas as pd
import pytest

from scripts.common.screening.catalogue import Catalogue
from scripts.common.screening.joining import join_sheet
from scripts.common.screening.votes import Sheet, Vote
from tests.settings import MATCHING


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("a:1", ("a:1", "record_id")),
        ("b:1", ("a:1", "record_id")),
        ("https://doi.org/10.1000/a", ("a:1", "DOI")),
        ("PMID: 123", ("a:1", "PMID")),
        ("10.1000/twin", ("a:1", "DOI")),
        ("124", ("a:1", "PMID")),
        ("10.1000/book", ("", "two records have this DOI: a:2, a:3")),
        ("10.1000/none", ("", "no record has this name")),
        ("999", ("", "no record has this name")),
        ("", ("", "no record has this name")),
    ],
)
def test_a_sheet_may_name_a_record_by_its_id_doi_or_pmid(catalogue, name, found):
    assert catalogue.find(name) == found


@pytest.mark.parametrize(
    ("doi", "pmid", "title", "found"),
    [
        ("10.1000/A", "", "", ("a:1", "DOI")),
        ("10.1000/unknown", "123", "", ("a:1", "PMID")),
        ("", "", "Online Feedback in Hospitals.", ("a:1", "title")),
        ("10.1000/book", "", "A chapter", ("", "two records have this DOI: a:2, a:3")),
        ("", "", "", ("", "no record has this name")),
        ("10.1000/A", "124", "", ("a:1", "DOI")),
        ("10.1000/A", "", "Online feedback in", ("a:1", "DOI")),
        (
            "10.1000/A",
            "",
            "A wholly different chapter",
            ("", "its DOI is that of a:1, which has another title"),
        ),
        ("", "", "Online feedback in hospitasl", ("a:1", "title")),
    ],
    ids=[
        "DOI",
        "PMID where the DOI is none of ours",
        "title",
        "never a guess between chapters",
        "nothing",
        "DOI and PMID of two twins",
        "a title cut short",
        "another chapter of a book that is here once",
        "a slip of the pen",
    ],
)
def test_an_included_study_is_found_by_one_name_or_not_at_all(catalogue, doi, pmid, title, found):
    assert catalogue.find_work(doi, pmid, title) == found


def test_a_doi_and_a_pmid_of_two_works_are_no_answer(record):
    records = pd.DataFrame([record("a:1", doi="10.1000/A"), record("a:2", pmid="5")])
    clusters = pd.DataFrame([(name, name) for name in ("a:1", "a:2")], columns=["record_id", "cluster_id"])
    found = Catalogue(records, clusters, MATCHING).find_work("10.1000/a", "5", "")
    assert found == ("", "its DOI is that of a:1, its PMID that of a:2")


@pytest.mark.parametrize(
    ("year", "authors", "found"), [("2020", "", "a:1"), ("2012", "", ""), ("", "Other, O.", "")]
)
def test_a_title_alone_needs_years_and_authors_that_fit(record, year, authors, found):
    records = pd.DataFrame([record("a:1", title="Annual report on care", year="2020", authors="Adams, Ann")])
    clusters = pd.DataFrame([("a:1", "a:1")], columns=["record_id", "cluster_id"])
    assert (
        Catalogue(records, clusters, MATCHING).find_work("", "", "Annual report on care", year, authors)[0]
        == found
    )


@pytest.mark.parametrize(
    ("journal", "found"),
    [
        ("Journal of Examples", ("a:1", "title and journal")),
        ("Abstracts of the Meeting", ("b:1", "title and journal")),
        ("", ("", "two records have this title: a:1, b:1")),
        ("Another Journal", ("", "two records have this title: a:1, b:1")),
    ],
)
def test_of_an_article_and_its_conference_abstract_the_journal_tells_which_is_meant(record, journal, found):
    facts = {"title": "Example of one study", "year": "2020"}
    records = pd.DataFrame(
        [
            record("a:1", journal="JOURNAL OF EXAMPLES", **facts),
            record("b:1", journal="Abstracts of the Meeting", **facts),
        ]
    )
    clusters = pd.DataFrame([("a:1", "a:1"), ("b:1", "b:1")], columns=["record_id", "cluster_id"])
    catalogue = Catalogue(records, clusters, MATCHING)
    assert catalogue.find_work("", "", facts["title"], facts["year"], journal=journal) == found


@pytest.mark.parametrize(
    ("authors", "found"),
    [
        ("Adams et al.", ("b:1", "title and authors")),
        ("Adams A; Baker B", ("a:1", "title and authors")),
        ("Adams, Ann", ("", "two records have this title: a:1, b:1")),
        ("", ("", "two records have this title: a:1, b:1")),
    ],
)
def test_of_two_records_of_one_work_the_one_whose_authors_are_written_alike_is_meant(record, authors, found):
    """b:1 was added by hand, as the team writes authors; the two were not merged."""
    title = "Example of one study"
    records = pd.DataFrame(
        [
            record("a:1", title=title, authors="Adams A; Baker B."),
            record("b:1", title=title, authors="Adams et al."),
        ]
    )
    clusters = pd.DataFrame([("a:1", "a:1"), ("b:1", "b:1")], columns=["record_id", "cluster_id"])
    assert Catalogue(records, clusters, MATCHING).find_work("", "", title, "", authors) == found


def test_a_title_almost_alike_is_not_taken_for_another_part_or_a_notice(record):
    title = "Example exercise programme by video for adults after surgery, part {}: results of the study"
    records = pd.DataFrame([record("a:1", title=title.format("II"))])
    clusters = pd.DataFrame([("a:1", "a:1")], columns=["record_id", "cluster_id"])
    catalogue = Catalogue(records, clusters, MATCHING)
    assert catalogue.find_work("", "", title.format("II").replace("adults", "adult"))[0] == "a:1"
    assert catalogue.find_work("", "", title.format("I"))[0] == ""
    assert catalogue.find_work("", "", f"Erratum: {title.format('II')}")[0] == ""


def of_one_title(record, *names):
    records = pd.DataFrame([record(name, title="React App") for name in names])
    clusters = pd.DataFrame({"record_id": names, "cluster_id": names})
    return Catalogue(records, clusters, MATCHING)


@pytest.mark.parametrize(
    ("names", "asked", "found"),
    [
        (("git:2", "git:10"), [("React App", ""), ("Other", ""), ("react app", "")], ["git:2", "", "git:10"]),
        (("git:2", "git:10"), [("React App", "git")], [""]),
        (("git:2", "git:10", "git:11"), [("React App", "git")] * 2, ["", ""]),
        (("git:2", "hub:1"), [("React App", "")] * 2, ["", ""]),
        (("git:1", "git:2", "hub:1", "hub:2"), [("React App", "hub")] * 2, ["hub:1", "hub:2"]),
    ],
    ids=["as many as rows", "one row", "fewer rows", "of two inputs", "of the input that is named"],
)
def test_equal_titles_of_one_input_are_paired_in_their_order(record, names, asked, found):
    assert [name for name, _ in of_one_title(record, *names).paired(asked)] == found


def test_two_reviewers_who_list_equal_titles_are_each_paired(record):
    catalogue = of_one_title(record, "git:1", "git:2")
    votes = [
        Vote(line, "", "title_abstract", who, word, title="React App")
        for who in ("Ann", "Bob")
        for line, word in ((2, "include"), (3, "exclude"))
    ]
    joined = join_sheet(Sheet("sheet.csv", "map", votes=votes), catalogue)
    assert [(row["reviewer"], row["record_id"], row["decision"]) for row in joined.votes] == [
        ("Ann", "git:1", "include"),
        ("Ann", "git:2", "exclude"),
        ("Bob", "git:1", "include"),
        ("Bob", "git:2", "exclude"),
    ]
