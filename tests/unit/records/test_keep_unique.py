"""One record of each cluster is kept, the best one, and no field that a twin has is lost."""

import pytest

from scripts.common.errors import InputError
from scripts.common.files.tables import read_table, rows_of, write_table
from scripts.common.records.record import COLUMNS
from scripts.records.keep_unique import keep_one, main
from tests.linking import ARTICLE


def kept(*rows, cluster_id="a:1", keep_first=("pubmed",)):
    return keep_one(cluster_id, rows, keep_first, year_distance=1)


def test_the_pubmed_record_is_kept_and_its_gaps_are_filled_from_the_twin(record):
    embase = record(
        "embase:7", input="embase", source="Embase", title="t", doi="10.1000/a", abstract="long", year="2013"
    )
    pubmed = record("pubmed:5", input="pubmed", source="PubMed", title="T", pmid="5", year="2014")
    row = kept(embase, pubmed, cluster_id="embase:7")
    assert (row["title"], row["year"], row["pmid"]) == ("T", "2014", "5")
    assert (row["doi"], row["abstract"]) == ("10.1000/a", "long")
    assert (row["record_id"], row["kept"], row["twins"]) == ("embase:7", "pubmed:5", "embase:7")
    assert row["sources"] == "Embase; PubMed"
    assert row["filled"] == "abstract: embase:7; doi: embase:7"
    assert kept(embase, pubmed, keep_first=["embase"])["kept"] == "embase:7"


def test_without_pubmed_the_fuller_record_is_kept(record):
    assert kept(record("a:1", title="t"), record("b:1", title="T", year="2013", volume="3"))["kept"] == "b:1"


def test_of_versions_of_a_review_the_latest_is_kept(record):
    old = record("a:1", title="t", year="2009", abstract="x", issue="2")
    assert kept(old, record("b:1", title="T", year="2015"))["kept"] == "b:1"


def test_an_article_is_kept_before_its_preprint_however_full_that_is(record):
    preprint = record("a:1", title="t", doi="10.1101/2013.1", abstract="long", keywords="x", year="2013")
    article = record("b:1", title="t", journal="BMJ", year="2013")
    row = kept(preprint, article)
    assert row["kept"] == "b:1"
    assert row["filled"] == "abstract: a:1; doi: a:1; keywords: a:1"


def run(folder, rows, clusters):
    """Run the job on rows and their clusters; return its table and its RIS."""
    write_table(rows, folder / "records.csv", COLUMNS)
    homes = [{"record_id": name, "cluster_id": home} for name, home in clusters.items()]
    write_table(homes, folder / "clusters.csv", ("record_id", "cluster_id"))
    out = {"unique_csv": folder / "unique.csv", "unique_ris": folder / "unique.ris"}
    main(
        records_csv=str(folder / "records.csv"),
        clusters_csv=str(folder / "clusters.csv"),
        keep_first=["pubmed"],
        year_distance=1,
        **{name: str(path) for name, path in out.items()},
    )
    return rows_of(read_table(out["unique_csv"])), out["unique_ris"].read_text(encoding="utf-8")


def test_each_cluster_leaves_one_record_sorted_by_name_and_screeners_see_all_its_databases(tmp_path, record):
    rows = [
        record("b:1", input="b", source="B", **ARTICLE),
        record("c:1", input="c", source="C", title="Two\nlines, and a “quote”"),
        record("a:1", input="a", source="A", **ARTICLE, pmid="1"),
    ]
    unique, ris = run(tmp_path, rows, {"a:1": "a:1", "b:1": "a:1", "c:1": "c:1"})
    assert [(row["record_id"], row["kept"], row["twins"]) for row in unique] == [
        ("a:1", "a:1", "b:1"),
        ("c:1", "c:1", ""),
    ]
    assert unique[1]["title"] == "Two\nlines, and a “quote”"
    assert ris.count("\nER  - ") == 2
    assert "DB  - A; B\nER  - " in ris


def test_a_record_without_a_cluster_stops_the_run(tmp_path, record):
    with pytest.raises(InputError, match="a:2 is in no cluster"):
        run(tmp_path, [record("a:1"), record("a:2")], {"a:1": "a:1"})


def test_a_cluster_without_one_of_its_records_stops_the_run(tmp_path, record):
    with pytest.raises(InputError, match="cluster a:1 lacks records"):
        run(tmp_path, [record("a:1")], {"a:1": "a:1", "a:2": "a:1"})
