"""Each included study, its record, and whether the search retrieved it."""

import pandas as pd
import pytest

from scripts.common.files.tables import read_table, rows_of, write_table
from scripts.common.screening.catalogue import Catalogue
from scripts.screening.match_included import main as match_main
from scripts.screening.match_included import match, recall, summarise
from tests.settings import MATCHING

SEARCH = {
    "query": '(feedback[tiab] OR "web 2.0"[tiab]) AND hospital*[tiab] AND nurs*[tiab]',
    "start": "2004-01-01",
    "end": "2022-08-16",
}


def studies(*rows):
    columns = pd.Index(["study_id", "doi", "pmid", "title", "year", "authors"])
    return pd.DataFrame([(*row, *[""] * (6 - len(row))) for row in rows], columns=columns)


def test_the_search_found_a_study_only_if_a_database_holds_it(catalogue, record):
    matched = match(
        studies(("10", "10.1000/A", "", ""), ("11", "", "", "A chapter"), ("12", "", "", "Never found")),
        catalogue,
    )
    assert matched["record_id"].tolist() == ["a:1", "a:2", ""]
    assert matched["matched_by"].tolist() == ["DOI", "title", "no record has this name"]
    clusters = pd.DataFrame(
        [("a:1", "a:1"), ("web:1", "a:1"), ("web:2", "a:2")], columns=pd.Index(["record_id", "cluster_id"])
    )
    rows = rows_of(recall(matched, clusters, ["a"], pd.DataFrame([record("a:1")]), {}))
    assert [(row["study_id"], row["retrieved"], row["status"]) for row in rows] == [
        ("10", "yes", "retrieved"),
        ("11", "no", "not in PubMed as far as known"),
        ("12", "no", "not identified"),
    ]
    assert (rows[0]["databases"], rows[0]["other_methods"]) == ("a", "web")
    assert (rows[1]["databases"], rows[1]["other_methods"]) == ("", "web")


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        (
            {"title": "Feedback of nurses in hospitals", "date": "2023-02"},
            "dates: it appeared in 2023-02, the search ends",
        ),
        (
            {"title": "Feedback of nurses in hospitals", "year": "1999"},
            "dates: it appeared in 1999, the search begins on",
        ),
        (
            {"title": "Feedback of nurses in clinics", "abstract": "Feedback", "date": "2020"},
            r"terms: title, abstract and keywords do not meet hospital\*\[tiab\]$",
        ),
        (
            {"title": "Letters of nurses in hospitals", "date": "2020"},
            r'terms: the title \(no abstract is known here\) do not meet \(feedback\[tiab\] OR "web'
            r' 2.0"\[tiab\]\)$',
        ),
        (
            {"title": "Web 2.0: nursing in one hospital", "date": "2020"},
            "^its dates and words as known here meet the search$",
        ),
    ],
    ids=["too late", "too early", "a term", "a group of terms", "nothing that is known here"],
)
def test_a_study_that_pubmed_has_and_the_search_missed_comes_with_the_part_that_fails(record, facts, why):
    records = pd.DataFrame([record("web:1", pmid="77", **facts)])
    clusters = pd.DataFrame([("web:1", "web:1")], columns=["record_id", "cluster_id"])
    matched = match(studies(("1", "", "77", "")), Catalogue(records, clusters, MATCHING))
    (row,) = rows_of(recall(matched, clusters, ["pubmed"], records, SEARCH))
    assert row["status"] == "in PubMed, not retrieved"
    assert pd.Series([row["why"]]).str.contains(why, regex=True)[0], row["why"]


def test_recall_has_two_denominators_and_exact_intervals(record):
    """58 of 61 studies: 95 % [86, 99] (Clopper and Pearson)."""
    names = [f"pubmed:{n}" for n in range(58)]
    records = pd.DataFrame([record(name, pmid=str(n + 1)) for n, name in enumerate(names)])
    clusters = pd.DataFrame([(name, name) for name in names], columns=["record_id", "cluster_id"])
    listed = [(str(n), "", str(n + 1), "") for n in range(60)] + [("60", "10.1000/none", "", "")]
    matched = match(studies(*listed), Catalogue(records, clusters, MATCHING))
    rows = summarise(recall(matched, clusters, ["pubmed"], records, SEARCH), ["pubmed"])
    assert [tuple(row.values()) for row in rows] == [
        ("pubmed", "studies indexed in PubMed", 58, 60, "96.7", "88.5", "99.6"),
        ("pubmed", "all studies known here", 58, 61, "95.1", "86.3", "99.0"),
        ("all searches", "all studies known here", 58, 61, "95.1", "86.3", "99.0"),
    ]


def test_two_studies_with_one_record_stay_two_and_are_named(catalogue):
    matched = match(
        studies(("10", "10.1000/A", "", ""), ("11", "", "123", ""), ("12", "", "", "A chapter")), catalogue
    )
    assert matched["note"].tolist() == [
        "its record is that of study 11 too",
        "its record is that of study 10 too",
        "",
    ]


def test_a_review_without_a_list_of_studies_has_empty_tables(tmp_path, record):
    write_table([], tmp_path / "records.csv", tuple(record()))
    write_table([], tmp_path / "clusters.csv", ("record_id", "cluster_id"))
    write_table([], tmp_path / "decisions.csv", ("record_id", "stage", "decision"))
    names = ("included", "recall_csv", "summary_csv", "previous")
    out = {name: str(tmp_path / f"{name}.csv") for name in names}
    match_main(
        studies_csv=None,
        previous_csv=None,
        records=str(tmp_path / "records.csv"),
        clusters=str(tmp_path / "clusters.csv"),
        decisions=str(tmp_path / "decisions.csv"),
        databases=["pubmed"],
        search={},
        matching=MATCHING,
        stages=("title_abstract", "full_text"),
        **out,
    )
    assert all(read_table(path).empty for path in out.values())
    assert list(read_table(out["recall_csv"]).columns)[:3] == ["study_id", "record_id", "retrieved"]
