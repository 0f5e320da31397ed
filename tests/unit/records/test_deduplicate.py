"""The tables of deduplication account for every record; verdicts of people are read and checked."""

from pathlib import Path

import pytest

from scripts.common.duplicates import columns
from scripts.common.errors import InputError
from scripts.common.files.tables import read_table, rows_of, write_table
from scripts.common.records.record import COLUMNS
from scripts.records.deduplicate import main, read_verdicts
from tests.benchmark.synthetic_records import records
from tests.linking import ARTICLE
from tests.settings import MATCHING


def run(folder, rows, **options):
    """Run the job on rows in a folder; return its results by name."""
    folder.mkdir(exist_ok=True)
    write_table(rows, folder / "records.csv", COLUMNS)
    names = ("clusters", "links_csv", "versions_csv", "maybe_csv")
    out = {name: str(folder / f"{name}.csv") for name in names}
    given_too = {"verdicts_csv": None, "before_csv": None, "matching": MATCHING, "threads": 1} | options
    main(records_csv=str(folder / "records.csv"), **given_too, **out)
    return out


def verdict_sheet(path, *lines):
    path.write_text("\n".join(("record_a,record_b,duplicate,reason", *lines)) + "\n", encoding="utf-8")
    return str(path)


def test_a_verdict_against_the_evidence_is_named(tmp_path, caplog, record):
    rows = [
        record("a:1", **ARTICLE, pmid="1"),
        record("b:1", **ARTICLE, pmid="1"),
        record("c:1", **ARTICLE, pmid="2"),
    ]
    verdicts = verdict_sheet(tmp_path / "duplicates.csv", "a:1,b:1,no,seen", "b:1,c:1,yes,seen")
    with caplog.at_level("WARNING", logger="review"):
        run(tmp_path, rows, verdicts_csv=verdicts)
    assert "says no on a:1, b:1, which have the same PMID" in caplog.text
    assert "says yes on b:1, c:1, which a rule holds apart: different PMIDs" in caplog.text


def test_several_processes_write_the_same_bytes(tmp_path, monkeypatch):
    monkeypatch.setattr(columns, "ONE_PROCESS", 0)
    monkeypatch.setattr(columns, "CHUNK", 70)
    rows = [row for row, _ in records(400, seed=5)]
    one, two = (run(tmp_path / name, rows, threads=threads) for name, threads in (("one", 1), ("two", 2)))
    assert {name: Path(path).read_bytes() for name, path in one.items()} == {
        name: Path(path).read_bytes() for name, path in two.items()
    }


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["a:1,a:2,perhaps,looked"], r"duplicates\.csv line 2: duplicate is 'perhaps'; write yes or no"),
        (["a:1,a:2,yes,"], r"duplicates\.csv line 2: .*and a reason"),
        (["a:1,a:2,yes,seen", "a:2,a:1,no,seen"], r"duplicates\.csv line 3: contradicts an earlier line"),
        (["a:1,a:2,yes,seen", "a:1,a:1,no,seen"], r"duplicates\.csv line 3: 'a:1' is compared with itself"),
    ],
    ids=["neither yes nor no", "no reason", "yes and no on one pair", "a record with itself"],
)
def test_a_verdict_that_cannot_be_used_is_refused_with_its_line(tmp_path, lines, message):
    with pytest.raises(InputError, match=message):
        read_verdicts(verdict_sheet(tmp_path / "duplicates.csv", *lines), {"a:1", "a:2"})


def test_a_verdict_on_a_record_that_is_not_there_today_is_named_and_not_used(tmp_path, caplog):
    path = verdict_sheet(tmp_path / "duplicates.csv", "a:1,a:9,yes,seen", " a:1 , a:2,no ,seen")
    with caplog.at_level("WARNING", logger="review"):
        verdicts = read_verdicts(path, {"a:1", "a:2"})
    assert verdicts == {frozenset({"a:1", "a:2"}): False}
    assert "line 2: a:9 is not among the records" in caplog.text


def test_a_review_without_verdicts_has_none():
    assert read_verdicts(None, {"a:1"}) == {}


def test_the_tables_account_for_every_record(tmp_path, record):
    rows = [
        record("a:1", input="a", source="A", **ARTICLE, pmid="1"),
        record("b:1", input="b", source="B", **ARTICLE),
        record("b:2", input="b", source="B", **ARTICLE | {"authors": "Other, Ann", "journal": "Lancet"}),
        record("c:1", input="c", source="C", **ARTICLE, doi="10.1101/p.1"),
    ]
    out = run(tmp_path, rows)
    tables = {name: rows_of(read_table(path)) for name, path in out.items()}
    assert {row["record_id"]: row["cluster_id"] for row in tables["clusters"]} == {
        "a:1": "a:1",
        "b:1": "a:1",
        "b:2": "b:2",
        "c:1": "c:1",
    }
    assert [(row["record_id"], row["duplicate_of"]) for row in tables["links_csv"]] == [("b:1", "a:1")]
    assert ("c:1", "a:1") in {(row["record_id"], row["version_of"]) for row in tables["versions_csv"]}
    assert ("a:1", "b:2") in {(row["record_a"], row["record_b"]) for row in tables["maybe_csv"]}
