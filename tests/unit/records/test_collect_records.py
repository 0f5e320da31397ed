"""Records of all inputs: read, counted and put together; a loss on the way stops the run."""

from collections import Counter

import pandas as pd
import pytest

from scripts.common.errors import InputError
from scripts.common.files.tables import read_table, rows_of, write_table
from scripts.common.records.parsed_input import COUNT_COLUMNS, Parsed
from scripts.common.records.record import COLUMNS, SET_ASIDE_COLUMNS, SetAside
from scripts.records.collect_records import check_complete, joined, main, overview
from scripts.records.parse_export import main as parse
from scripts.search.log_search import collect
from scripts.search.log_search import main as log_main

ITEM = {"name": "embase", "kind": "database", "source": "Embase", "platform": "Ovid"}
EXPORT = (
    "AU  - Stray, Author\nTY  - JOUR\nTI  - First study\nPY  - 2019\nER  - \nTY  - JOUR\nER  - \n"
    "TY  - JOUR\nAU  - Doe, Jane\n"
)


def out(folder, name):
    return {kind: str(folder / f"{name}.{kind}.csv") for kind in ("records", "set_aside", "counts")}


def test_an_export_is_accounted_for_record_by_record(tmp_path, caplog):
    path = tmp_path / "embase.ris"
    path.write_text(EXPORT, encoding="utf-8")
    with caplog.at_level("WARNING", logger="review"):
        parse(path=str(path), item=ITEM, words={}, **out(tmp_path, "embase"))
    records = rows_of(read_table(tmp_path / "embase.records.csv", COLUMNS))
    assert [(row["record_id"], row["title"], row["source"]) for row in records] == [
        ("embase:1", "First study", "Embase"),
        ("embase:3", "", "Embase"),
    ]
    aside = rows_of(read_table(tmp_path / "embase.set_aside.csv", SET_ASIDE_COLUMNS))
    assert [(row["input"], row["position"], row["line"]) for row in aside] == [
        ("embase", "0", "1"),
        ("embase", "2", "6"),
    ]
    (counts,) = rows_of(read_table(tmp_path / "embase.counts.csv", COUNT_COLUMNS))
    assert {name: counts[name] for name in COUNT_COLUMNS[4:]} == {
        "platform_guessed": "",
        "format": "ris",
        "encoding": "ascii",
        "announced": "3",
        "records": "2",
        "set_aside": "1",
        "outside": "1",
        "left_out": "0",
        "without_title": "1",
        "without_year": "1",
        "without_doi": "2",
    }
    assert "record 3 (line 8) has no end (ER)" in caplog.text


def test_a_record_that_is_neither_read_nor_set_aside_stops_the_run(tmp_path, monkeypatch):
    path = tmp_path / "embase.ris"
    path.write_text(EXPORT, encoding="utf-8")
    monkeypatch.setattr("scripts.common.exports.export.read_ris", lambda lines: iter([*lines][:0]))
    with pytest.raises(InputError, match=r"embase\.ris: 3 records begin in it, 0 were found"):
        parse(path=str(path), item=ITEM, words={}, **out(tmp_path, "embase"))


def test_a_guessed_encoding_asks_a_person_to_look_at_the_accents(tmp_path, caplog):
    path = tmp_path / "old.ris"
    path.write_bytes("TY  - JOUR\nTI  - Café\nER  - \n".encode("cp1252"))
    with caplog.at_level("WARNING", logger="review"):
        parse(path=str(path), item=ITEM, words={}, **out(tmp_path, "old"))
    assert "old.ris: not UTF-8, read as cp1252" in caplog.text
    assert read_table(tmp_path / "old.records.csv")["title"].tolist() == ["Café"]


def written(folder, name, *positions, record):
    item = ITEM | {"name": name}
    rows = [{**record(), "position": position, "title": f"T{position}"} for position in positions]
    aside = [SetAside(9, 99, "a record without any field", "TY  - JOUR")]
    paths, parsed = out(folder, name), Parsed()
    parsed.write([*rows, *aside], item, records=paths["records"], set_aside=paths["set_aside"])
    parsed.write_counts(item, len(rows) + 1, paths["counts"])
    return paths


def test_the_records_of_all_inputs_stand_in_one_table(tmp_path, record):
    a = written(tmp_path, "a", "1", "2", record=record)
    b = written(tmp_path, "b", "1", record=record)
    paths = {kind: [a[kind], b[kind]] for kind in a}
    names = {f"{kind}_csv": str(tmp_path / f"{kind}.csv") for kind in a}
    main(**paths, **names)
    assert read_table(tmp_path / "records.csv")["record_id"].tolist() == ["a:1", "a:2", "b:1"]
    assert read_table(tmp_path / "set_aside.csv")["input"].tolist() == ["a", "b"]
    assert read_table(tmp_path / "counts.csv")["announced"].tolist() == ["3", "2"]


def test_people_are_shown_what_each_input_announced_and_what_was_read(tmp_path, record):
    a = written(tmp_path, "embase", "1", "2", record=record)
    b = written(tmp_path, "b", "1", record=record)
    counts = pd.concat([read_table(a["counts"]), read_table(b["counts"])])
    assert overview(counts) == [
        "input   announced  read  set aside",
        "embase          3     2          1",
        "b               2     1          1",
        "all             5     3          2",
    ]
    counts["left_out"] = ["0", "1200"]
    assert [line.split()[-1] for line in overview(counts)] == ["map", "0", "1,200", "1,200"]


def test_a_file_without_any_record_stops_the_run(tmp_path):
    path = tmp_path / "embase.csv"
    path.write_text("Title,Authors,Year\n" + " \n" * 40_000, encoding="utf-8")
    with pytest.raises(InputError, match=r"embase\.csv: no record in it"):
        parse(path=str(path), item=ITEM, words={}, **out(tmp_path, "embase"))


def test_adding_an_input_renames_no_record_of_another(tmp_path, record):
    before = read_table(written(tmp_path, "b", "1", "2", record=record)["records"])["record_id"].tolist()
    written(tmp_path, "a", "1", record=record)
    after = read_table(written(tmp_path, "b", "1", "2", record=record)["records"])["record_id"].tolist()
    assert before == after == ["b:1", "b:2"]


def table(*rows, columns):
    return pd.DataFrame(rows, columns=pd.Index(columns), dtype=str)


@pytest.mark.parametrize(
    ("records", "counts", "message"),
    [
        ([("a:1", "a")], [("a", "2")], "records: a counted 2 records and holds 1"),
        ([("a:1", "a")], [("a", "1"), ("b", "1")], "records: b counted 1 records and holds 0"),
        ([("a:1", "a"), ("a:1", "a")], [("a", "2")], "records: a:1 appears twice"),
    ],
    ids=["one lost", "an input lost though totals of others agree", "two records of one name"],
)
def test_a_record_lost_on_the_way_stops_the_run(records, counts, message, tmp_path):
    rows = [{"record_id": name, "input": source} for name, source in records]
    write_table(rows, tmp_path / "records.csv", COLUMNS)
    per_input = Counter()

    def collected():
        list(joined([str(tmp_path / "records.csv")], per_input))
        check_complete(per_input, table(*counts, columns=["input", "records"]))

    with pytest.raises(InputError, match=message):
        collected()


def receipt(window, *pmids, count=None):
    return {
        "window": window,
        "count": len(pmids) if count is None else count,
        "pmids": list(pmids),
        "dates": {"to the day": len(pmids), "to the month": 0, "to the year": 0},
        "mode": "archive",
        "origin": "pubmed",
        "sha256": "0" * 64,
        "searched_on": "2021-02-01",
        "not_delivered": [7],
        "errors": ["PhraseNotFound: telehalth"],
        "warnings": [],
        "translation": "telehealth[tiab]",
    }


Y2020, Y2021 = "2020-01-01_2020-12-31", "2021-01-01_2021-12-31"


def test_every_pmid_of_the_search_is_listed_once_with_its_window():
    rows, pmids = collect([receipt(Y2020, 30, 4), receipt(Y2021)])
    assert pmids == [{"pmid": n, "window": Y2020, "also_in": ""} for n in (4, 30)]
    assert [(row["window"], row["records"], row["dated_to_the_day"]) for row in rows] == [
        (Y2020, 2, 2),
        (Y2021, 0, 0),
    ]


def test_a_record_in_two_windows_is_kept_in_the_first_and_names_the_other():
    _, pmids = collect([receipt(Y2021, 4), receipt(Y2020, 4)])
    assert pmids == [{"pmid": 4, "window": Y2020, "also_in": Y2021}]


def test_a_short_answer_is_not_taken_for_a_whole_one():
    with pytest.raises(InputError, match=f"window {Y2020}: counts 3 records and names 2"):
        collect([receipt(Y2020, 4, 5, count=3)])


def test_the_search_log_is_written(tmp_path):
    path = tmp_path / "w.json"
    path.write_text(str(receipt(Y2020, 4)).replace("'", '"'), encoding="utf-8")
    out = {"log_csv": str(tmp_path / "log.csv"), "pmids_csv": str(tmp_path / "pmids.csv")}
    log_main(receipts=[str(path)], strict=False, **out)
    (row,) = rows_of(read_table(tmp_path / "log.csv"))
    assert (row["first_day"], row["last_day"], row["records"]) == ("2020-01-01", "2020-12-31", "1")
    assert (row["searched_on"], row["not_delivered"]) == ("2021-02-01", "1")
    assert (row["complaints"], row["translation"]) == ("PhraseNotFound: telehalth", "telehealth[tiab]")
    assert rows_of(read_table(tmp_path / "pmids.csv")) == [{"pmid": "4", "window": Y2020, "also_in": ""}]
