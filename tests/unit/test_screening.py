"""Screening: decisions join the record they mean, conflicts are named, exclusions have a reason."""

import pandas as pd
import pytest

from scripts.common.errors import InputError
from scripts.common.joining import Catalogue
from scripts.common.screening import read_included, read_sheet
from scripts.common.tables import read_table, rows_of, write_table
from scripts.match_included import main as match_main
from scripts.match_included import match, recall
from scripts.merge_decisions import main, merge

HEAD = "record,stage,reviewer,decision,reason"


def sheet(path, *lines):
    path.write_text("\n".join((HEAD, *lines)) + "\n", encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("a:1,title,ann,include,", r"line 2: stage 'title' is unknown\. Did you mean title_abstract\?"),
        (
            "a:1,title_abstract,ann,includ,",
            r"line 2: decision 'includ' is unknown in stage title_abstract\. Did",
        ),
        (
            "a:1,title_abstract,ann,not retrieved,",
            r"decision 'not retrieved' is unknown in stage title_abstract",
        ),
        ("a:1,full_text,ann,maybe,", r"line 2: decision 'maybe' is unknown in stage full_text"),
        ("a:1,full_text,ann,exclude,", r"line 2: a:1 is excluded at full text without a reason\. Give one"),
        ("a:1,full_text,ann,exclude,  ", r"line 2: a:1 is excluded at full text without a reason"),
        (",full_text,ann,include,", r"line 2: a record and a reviewer are needed"),
        ("a:1,full_text,,include,", r"line 2: a record and a reviewer are needed"),
    ],
)
def test_a_decision_that_cannot_be_used_is_named_with_its_line(tmp_path, line, message):
    with pytest.raises(InputError, match=rf"ann\.csv {message}" if message.startswith("line") else message):
        read_sheet(sheet(tmp_path / "ann.csv", line))


def test_an_exclusion_by_title_needs_no_reason(tmp_path):
    votes = read_sheet(sheet(tmp_path / "ann.csv", "a:1,title_abstract,ann,exclude,"))
    assert votes["decision"].tolist() == ["exclude"]


def votes(*rows):
    columns = pd.Index(["record_id", "stage", "reviewer", "decision", "reason"])
    return pd.DataFrame(rows, columns=columns, dtype=str)


def test_two_reviewers_who_agree_make_one_decision_with_both_reasons():
    merged = merge(
        votes(
            ("a:1", "full_text", "bob", "exclude", "wrong setting"),
            ("a:1", "full_text", "ann", "exclude", "no data"),
        )
    )
    assert rows_of(merged) == [
        {
            "record_id": "a:1",
            "stage": "full_text",
            "decision": "exclude",
            "reason": "no data; wrong setting",
            "reviewers": "ann; bob",
            "votes": "ann: exclude; bob: exclude",
        }
    ]


def test_votes_that_differ_are_a_conflict_and_no_majority_decides():
    merged = merge(
        votes(
            ("a:1", "title_abstract", "ann", "include", ""),
            ("a:1", "title_abstract", "bob", "exclude", ""),
            ("a:1", "title_abstract", "cy", "exclude", ""),
        )
    )
    assert merged["decision"].tolist() == ["conflict"]


def test_one_reviewer_who_voted_differently_on_two_copies_is_a_conflict():
    same = ("a:1", "title_abstract", "ann", "include", "")
    assert merge(votes(same, same))["decision"].tolist() == ["include"]
    other = ("a:1", "title_abstract", "ann", "exclude", "")
    assert merge(votes(same, other))["decision"].tolist() == ["conflict"]


def test_the_stages_are_decided_on_their_own():
    merged = merge(
        votes(
            ("a:1", "title_abstract", "ann", "include", ""), ("a:1", "full_text", "bob", "exclude", "no data")
        )
    )
    assert dict(zip(merged["stage"], merged["decision"], strict=True)) == {
        "full_text": "exclude",
        "title_abstract": "include",
    }


@pytest.fixture
def catalogue(record):
    """Three unique records; b:1 is the twin of a:1; two chapters share the DOI of their book."""
    unique = pd.DataFrame(
        [
            record("a:1", doi="10.1000/A", pmid="123", title="Online feedback in hospitals"),
            record("a:2", doi="10.1000/book", title="A chapter"),
            record("a:3", doi="10.1000/book", title="Another chapter"),
        ]
    )
    clusters = pd.DataFrame(
        [("a:1", "a:1"), ("b:1", "a:1"), ("a:2", "a:2"), ("a:3", "a:3")],
        columns=pd.Index(["record_id", "cluster_id"]),
    )
    return Catalogue(unique, clusters)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("a:1", ("a:1", "record_id")),
        ("b:1", ("a:1", "record_id")),
        ("https://doi.org/10.1000/a", ("a:1", "DOI")),
        ("PMID: 123", ("a:1", "PMID")),
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
    ],
    ids=["DOI", "PMID where the DOI is none of ours", "title", "never a guess between chapters", "nothing"],
)
def test_an_included_study_is_found_by_one_name_or_not_at_all(catalogue, doi, pmid, title, found):
    assert catalogue.find_work(doi, pmid, title) == found


def test_a_decision_that_joins_no_record_or_two_is_set_aside_with_its_line(tmp_path, record):
    unique = [record("a:1", doi="10.1000/A"), record("a:2", pmid="5"), record("a:3", pmid="5")]
    write_table(unique, tmp_path / "unique.csv", ("record_id", "doi", "pmid", "title"))
    clusters = [(name, name) for name in ("a:1", "a:2", "a:3")]
    write_table(
        [{"record_id": a, "cluster_id": b} for a, b in clusters],
        tmp_path / "clusters.csv",
        ("record_id", "cluster_id"),
    )
    sheets = [
        sheet(
            tmp_path / "ann.csv",
            "10.1000/a,title_abstract,ann,include,",
            "a:9,title_abstract,ann,include,",
            "5,title_abstract,ann,exclude,",
            "a:2,title_abstract,ann,exclude,",
        ),
        sheet(tmp_path / "bob.csv", "a:2,title_abstract,bob,include,"),
    ]
    out = {name: str(tmp_path / f"{name}.out") for name in ("decisions", "conflicts", "set_aside")}
    main(sheets=sheets, clusters=str(tmp_path / "clusters.csv"), unique=str(tmp_path / "unique.csv"), **out)
    assert [(r["record_id"], r["decision"]) for r in rows_of(read_table(out["decisions"]))] == [
        ("a:1", "include")
    ]
    assert read_table(out["conflicts"])["record_id"].tolist() == ["a:2"]
    assert [(r["line"], r["record"], r["reason"]) for r in rows_of(read_table(out["set_aside"]))] == [
        ("3", "a:9", "no record has this name"),
        ("4", "5", "two records have this PMID: a:2, a:3"),
    ]


LIST = "study_id,authors,year,title,journal,doi,pmid,confidence,source\n"


def test_the_search_found_a_study_only_if_a_database_holds_it(catalogue):
    studies = pd.DataFrame(
        [("10", "10.1000/A", "", ""), ("11", "", "", "A chapter"), ("12", "", "", "Never found")],
        columns=pd.Index(["study_id", "doi", "pmid", "title"]),
    )
    matched = match(studies, catalogue)
    assert matched["record_id"].tolist() == ["a:1", "a:2", ""]
    assert matched["matched_by"].tolist() == ["DOI", "title", "no record has this name"]
    clusters = pd.DataFrame(
        [("a:1", "a:1"), ("web:1", "a:1"), ("web:2", "a:2")], columns=pd.Index(["record_id", "cluster_id"])
    )
    rows = rows_of(recall(matched, clusters, ["a"]))
    assert [(row["study_id"], row["retrieved"]) for row in rows] == [
        ("10", "yes"),
        ("11", "no"),
        ("12", "no"),
    ]
    assert (rows[0]["databases"], rows[0]["other_methods"]) == ("a", "web")
    assert (rows[1]["databases"], rows[1]["other_methods"]) == ("", "web")


def test_a_review_without_a_list_of_studies_has_an_empty_table(tmp_path):
    write_table([], tmp_path / "unique.csv", ("record_id", "doi", "pmid", "title"))
    write_table([], tmp_path / "clusters.csv", ("record_id", "cluster_id"))
    out = {name: str(tmp_path / f"{name}.csv") for name in ("included", "recall_csv")}
    match_main(
        studies_csv=None,
        unique=str(tmp_path / "unique.csv"),
        clusters=str(tmp_path / "clusters.csv"),
        databases=["pubmed"],
        **out,
    )
    assert read_table(out["included"]).empty
    assert list(read_table(out["recall_csv"]).columns)[:3] == ["study_id", "record_id", "retrieved"]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (
            ["10,A,2020,T,J,,,v,x", "10,B,2021,U,J,,,v,x"],
            r"line 3: study 10 stands twice\. One row per study",
        ),
        ([" ,A,2020,T,J,,,v,x"], r"line 2: study_id is empty"),
    ],
)
def test_a_list_of_included_studies_names_each_study_once(tmp_path, rows, message):
    path = tmp_path / "included.csv"
    path.write_text(LIST + "\n".join(rows) + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=rf"included\.csv {message}"):
        read_included(str(path))
