"""Each included study, its record, and whether the search retrieved it."""

import pandas as pd
import pytest

from scripts.common.errors import InputError
from scripts.common.files.tables import read_table, rows_of, write_table
from scripts.common.screening.catalogue import Catalogue
from scripts.common.screening.reports import REPORT_COLUMNS
from scripts.common.screening.studies import read_included
from scripts.screening.match_included import combine, match, recall, summarise
from scripts.screening.match_included import main as match_main
from tests.settings import MATCHING

SEARCH = {
    "query": '(feedback[tiab] OR "web 2.0"[tiab]) AND hospital*[tiab] AND nurs*[tiab]',
    "start": "2004-01-01",
    "end": "2022-08-16",
}


def studies(*rows):
    columns = pd.Index(["study_id", "doi", "pmid", "title", "year", "authors"])
    return pd.DataFrame([(*row, *[""] * (6 - len(row))) for row in rows], columns=columns)


NO_REPORTS = pd.DataFrame(columns=pd.Index(REPORT_COLUMNS), dtype=str)


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
    rows = rows_of(recall(matched, clusters, ["a"], pd.DataFrame([record("a:1")]), {}, NO_REPORTS))
    assert [(row["study_id"], row["retrieved"], row["status"]) for row in rows] == [
        ("10", "yes", "retrieved"),
        ("11", "no", "not in PubMed as far as known"),
        ("12", "no", "not identified"),
    ]
    assert (rows[0]["databases"], rows[0]["other_methods"]) == ("a", "web")
    assert (rows[1]["databases"], rows[1]["other_methods"]) == ("", "web")


def test_the_list_of_included_studies_may_name_records_by_the_teams_own_numbers(catalogue, tmp_path):
    catalogue.take_numbers({"43": "a:1"})
    path = tmp_path / "full_texts.csv"
    rows = ("nr,title,final", "43,Our short name of it,1", "NA,A chapter,1", "44,Not it,2")
    path.write_text("\n".join(rows), encoding="utf-8")
    words = {"only": {"final": "1"}, "columns": {"study": "{row}", "record": "nr"}, "blank": ["NA"]}
    matched = match(combine(read_included(str(path), words), read_included(None)), catalogue)
    found = [(row["study_id"], row["record_id"], row["matched_by"]) for row in rows_of(matched)]
    assert found == [("1", "a:1", "number of the team"), ("2", "a:2", "title")]


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
    (row,) = rows_of(recall(matched, clusters, ["pubmed"], records, SEARCH, NO_REPORTS))
    assert row["status"] == "in PubMed, not retrieved"
    assert pd.Series([row["why"]]).str.contains(why, regex=True)[0], row["why"]


def test_recall_has_two_denominators_and_exact_intervals(record):
    """58 of 61 studies: 95 % [86, 99] (Clopper and Pearson)."""
    names = [f"pubmed:{n}" for n in range(58)]
    records = pd.DataFrame([record(name, pmid=str(n + 1)) for n, name in enumerate(names)])
    clusters = pd.DataFrame([(name, name) for name in names], columns=["record_id", "cluster_id"])
    listed = [(str(n), "", str(n + 1), "") for n in range(60)] + [("60", "10.1000/none", "", "")]
    matched = match(studies(*listed), Catalogue(records, clusters, MATCHING))
    rows = summarise(recall(matched, clusters, ["pubmed"], records, SEARCH, NO_REPORTS), ["pubmed"])
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


@pytest.fixture
def matched_files(tmp_path, record):
    """Return a function that matches lists with five records, of which a:2 is the twin of a:1."""

    def run(included_list="complete", records=5, query="", **lists):
        names = [f"{'web' if n == 5 else 'a'}:{n}" for n in range(1, records + 1)]
        rows = [record(name, doi=f"10.1000/{name[-1]}", title=f"Work {name[-1]}") for name in names]
        write_table(rows, tmp_path / "records.csv", tuple(record()))
        clusters = [{"record_id": name, "cluster_id": "a:1" if name == "a:2" else name} for name in names]
        write_table(clusters, tmp_path / "clusters.csv", ("record_id", "cluster_id"))
        write_table([], tmp_path / "decisions.csv", ("record_id", "stage", "decision"))
        given = dict.fromkeys(("studies", "reports", "previous", "paper"))
        for name, text in lists.items():
            given[name] = str(tmp_path / f"{name}_list.csv")
            (tmp_path / f"{name}_list.csv").write_text(text, encoding="utf-8")
        results = ("included", "reports", "recall", "summary", "previous")
        out = {name: str(tmp_path / f"{name}.out") for name in results}
        match_main(
            lists=given,
            tables={name: str(tmp_path / f"{name}.csv") for name in ("records", "clusters", "decisions")},
            words={"studies": {}, "reports": {}, "previous": {}},
            included_list=included_list,
            databases=["a"],
            search={},
            query=query,
            matching=MATCHING,
            stages=("title_abstract", "full_text"),
            numbers=(),
            out=out,
        )
        return {name: read_table(path) for name, path in out.items()}

    return run


def test_a_review_without_a_list_of_studies_has_empty_tables(matched_files):
    out = matched_files("none", records=0)
    assert all(table.empty for table in out.values())
    assert list(out["recall"].columns)[:3] == ["study_id", "record_id", "retrieved"]


LIST = "study_id,authors,year,title,journal,doi,pmid,confidence,source\n"
TWO = f"{LIST}10,,,,,10.1000/5,,sure,us\n11,,,,,10.1000/3,,sure,us\n"


def test_further_reports_are_found_and_a_study_is_retrieved_by_any_of_its_reports(matched_files):
    out = matched_files(studies=TWO, reports="study,record,doi\n10,a:2,\n10,,10.1000/none\n")
    assert [tuple(row.values())[:3] for row in rows_of(out["reports"])] == [
        ("10", "", "no record has this name"),
        ("10", "a:1", "record_id"),
    ]
    names = ("study_id", "retrieved", "databases", "other_methods")
    assert [tuple(row[name] for name in names) for row in rows_of(out["recall"])] == [
        ("10", "yes", "a", "web"),
        ("11", "yes", "a", ""),
    ]


def test_a_report_that_the_list_names_or_that_is_declared_twice_is_counted_once(matched_files, caplog):
    out = matched_files(studies=TWO, reports="study,record\n11,10.1000/3\n10,10.1000/1\n10,a:2\n")
    assert [(row["record_id"], row["note"]) for row in rows_of(out["reports"])] == [
        ("a:1", ""),
        ("a:1", "this report is declared twice for the study"),
        ("a:3", "this report is in the list of included studies"),
    ]
    assert "report 10.1000/3 of study 11 is counted once" in caplog.text


def test_reports_of_a_study_that_no_list_has_are_refused_by_line(matched_files):
    refused = r"(?s)reports_list\.csv line 3: study 1O is in no list.*line 4: study 7 "
    with pytest.raises(InputError, match=refused):
        matched_files(studies=TWO, reports="study,record\n10,a:1\n1O,a:2\n7,a:3\n")
    assert len(matched_files("none", reports="study,record\n7,a:3\n")["reports"]) == 1


def test_a_study_of_the_paper_takes_the_reports_that_people_declared_under_their_own_name(matched_files):
    paper = f"{LIST}31,,,,,10.1000/3,,high,the paper\n"
    out = matched_files(studies=TWO, paper=paper, reports="study,record\n11,a:4\n")
    assert [(row["study_id"], row["record_id"]) for row in rows_of(out["reports"])] == [("31", "a:4")]


@pytest.mark.parametrize(
    ("query", "addresses"),
    [
        ("work[ti]", ["", "results/report/index.html#explained-B%C3%B8e%202020%20%231"]),
        ("work", ["", ""]),
        ("", ["", ""]),
    ],
    ids=["the missed one", "a query that cannot be read", "no query"],
)
def test_a_missed_study_has_the_place_of_the_page_that_explains_it(query, addresses, matched_files):
    out = matched_files(
        studies=f"{LIST}11,,,,,10.1000/1,,high,x\nBøe 2020 #1,,,,,10.1000/9,,high,x\n", query=query
    )
    assert out["recall"]["explanation"].tolist() == addresses
