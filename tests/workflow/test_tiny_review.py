"""A review of a dozen records, from the search to the claims, against numbers that were counted by hand."""

from pathlib import Path

import pytest

from tests.workflow import tiny_review
from tests.workflow.running import edit, planned, rows, seal, snakemake


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    review = tmp_path_factory.mktemp("tiny") / "eine kleine Übersicht"
    tiny_review.write(review)
    done = snakemake(review, "--cores", "2")
    assert done.returncode == 0, done.stderr
    return review


def flow_of(review: Path) -> dict[str, int | None]:
    table = rows(review / "results/screening/flow.csv")
    return {row["box"]: int(row["count"]) if row["count"] else None for row in table}


def test_the_flow_is_the_one_counted_by_hand(built):
    flow = flow_of(built)
    assert {box: flow[box] for box in tiny_review.FLOW} == tiny_review.FLOW


def test_each_theme_has_the_studies_counted_by_hand(built):
    themes = {row["code"]: row["study_ids"] for row in rows(built / "results/coding/themes.csv")}
    assert themes == tiny_review.THEMES
    conflicts = {(row["study_id"], row["code"]) for row in rows(built / "results/coding/conflicts.csv")}
    assert conflicts == {("S1", "harm"), ("S2", "comfort")}


def test_each_claim_has_the_verdict_that_it_deserves(built):
    claims = {row["claim_id"]: row for row in rows(built / "results/report/comparison.csv")}
    assert {name: row["verdict"] for name, row in claims.items()} == tiny_review.VERDICTS
    assert (claims["screened"]["reproduced"], claims["screened"]["difference"]) == ("7", "-1")
    assert "the bills" in claims["costs"]["reason"]


def test_parts_notices_and_preprints_stay_apart_and_duplicates_are_linked_with_a_reason(built):
    links = {
        (row["record_id"], row["duplicate_of"]): row for row in rows(built / "results/records/links.csv")
    }
    assert {pair: row["rule"] for pair, row in links.items()} == {
        ("pubmed:101", "embase:1"): "doi",
        ("pubmed:104", "embase:2"): "title",
        ("web:2", "embase:3"): "doi",
    }
    assert all(row["evidence"] for row in links.values())
    (version,) = rows(built / "results/records/versions.csv")
    assert (version["record_id"], version["version_of"]) == ("embase:4", "pubmed:103")


def test_reviewers_who_differ_leave_a_record_undecided(built):
    (conflict,) = rows(built / "results/screening/conflicts.csv")
    assert (conflict["record_id"], conflict["votes"]) == ("embase:3", "ann: include; bob: exclude")


def test_a_second_run_has_nothing_to_do(built):
    assert "Nothing to be done" in snakemake(built, "--cores", "2").stderr


def test_a_later_day_brings_the_record_of_that_year_and_nothing_else(tmp_path):
    review = tmp_path / "later"
    tiny_review.write(review)
    edit(review / "config/config.yaml", "end: 2020-12-31", "end: 2021-12-31")
    assert planned(snakemake(review, "--cores", "2", "--dry-run"))["replay_window"] == 3
    done = snakemake(review, "--cores", "2")
    assert done.returncode == 0, done.stderr
    flow = flow_of(review)
    assert (flow["database_results:pubmed"], flow["records_screened"]) == (6, 8)
    assert (flow["other_known"], flow["other_sought_reports"]) == (2, 0), (
        "the website's record is in PubMed now"
    )


def test_a_persons_verdict_wins_over_the_rules(tmp_path):
    review = tmp_path / "verdicts"
    tiny_review.write(review)
    (review / "config/decisions").mkdir()
    (review / "config/decisions/duplicates.csv").write_text(
        "record_a,record_b,duplicate,reason\n"
        "embase:2,pubmed:104,no,another clinic\nembase:4,pubmed:103,yes,the same text\n",
        encoding="utf-8",
    )
    done = snakemake(review, "--cores", "2", "results/records/clusters.csv")
    assert done.returncode == 0, done.stderr
    home = {row["record_id"]: row["cluster_id"] for row in rows(review / "results/records/clusters.csv")}
    assert home["embase:2"] != home["pubmed:104"]
    assert home["embase:4"] == home["pubmed:103"]


@pytest.mark.parametrize(
    ("name", "old", "new", "line"),
    [
        ("ann.csv", "S1,speed", "S9,speed", "study 'S9' is none of the included studies"),
        (
            "screening.csv",
            "103,full_text,ann,include",
            "103,full_text,ann,maybe",
            "decision 'maybe' is unknown",
        ),
        ("screening.csv", "wrong outcome", "", "102 is excluded at full text without a reason"),
        ("bob.csv", "S2,harm,bob,absent", "S1,harm,bob,absent", "bob says present and absent of harm"),
        ("included.csv", "S2,", "S1,", "study S1 stands twice"),
    ],
    ids=["a stranger", "an unknown decision", "no reason", "a contradiction", "a study twice"],
)
def test_a_sheet_that_is_wrong_stops_the_run_before_it_starts(name, old, new, line, tmp_path):
    review = tmp_path / "wrong"
    tiny_review.write(review)
    edit(review / "config/inputs" / name, old, new)
    seal(review, f"config/inputs/{name}")
    done = snakemake(review, "--cores", "2")
    assert done.returncode == 1
    (error,) = [text for text in done.stderr.splitlines() if text.startswith("ERROR ")]
    assert line in error
    assert not (review / "results").exists()
