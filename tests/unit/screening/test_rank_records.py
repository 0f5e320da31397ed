"""The ranking of what waits: an order of reading, the same each time, that leaves nothing out."""

import pytest

from scripts.common.files.tables import read_table, rows_of, write_table
from scripts.screening.rank_records import main as rank_main
from tests.unit.screening.examples import decision


def ranked(files):
    names = ("unique", "clusters", "final_boxes", "decisions")
    out = {name: str(files / f"{name}.csv") for name in ("ranking", "simulation")}
    tables = {name: str(files / f"{name}.csv") for name in names}
    rank_main(**tables, stages=("title_abstract", "full_text"), **out)
    return (files / "ranking.csv").read_bytes(), (files / "simulation.csv").read_bytes()


def test_the_ranking_puts_the_like_of_what_was_included_first_and_is_the_same_each_time(files, listed):
    pytest.importorskip("sklearn")
    first = ranked(files)
    assert ranked(files) == first
    rows = rows_of(read_table(files / "ranking.csv"))
    assert [row["rank"] for row in rows] == ["1", "2", "3", "4"]
    assert {row["record_id"] for row in rows[:2]} == {"a:21", "a:23"}
    waiting, _, _ = listed(str(files / "ranking.csv"))
    assert [row["record_id"] for row in waiting] == [row["record_id"] for row in rows], (
        "ordered, none left out"
    )


def test_the_simulation_ends_with_every_record_read_and_every_relevant_one_found(files):
    pytest.importorskip("sklearn")
    ranked(files)
    rows = rows_of(read_table(files / "simulation.csv"))
    assert (rows[-1]["read"], rows[-1]["found"], rows[-1]["recall_percent"]) == ("20", "10", "100.0")
    reads = [int(row["read"]) for row in rows]
    assert reads == sorted(set(reads))
    all_found = next(row for row in rows if row["found"] == "10")
    assert int(all_found["read"]) <= 12, "two clear kinds are kept apart"


def test_too_few_decisions_teach_nothing(files):
    pytest.importorskip("sklearn")
    write_table([decision("a:00", "title_abstract", "exclude")], files / "decisions.csv",
                ("record_id", "stage", "decision", "reason"))  # fmt: skip
    ranked(files)
    assert read_table(files / "ranking.csv").empty
