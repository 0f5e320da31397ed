"""What is left to screen: new records, earlier decisions as prior knowledge, and a ranking."""

import pytest

from scripts.common.errors import InputError
from scripts.common.files.tables import read_table, rows_of, write_table
from scripts.common.screening.passports import COLUMNS as PASSPORT
from scripts.common.screening.passports import search, text
from scripts.screening.list_to_screen import labels, main, statuses
from scripts.screening.passport import main as ask
from scripts.screening.rank_records import main as rank_main


def decision(record_id, stage, word, reason=""):
    return {"record_id": record_id, "stage": stage, "decision": word, "reason": reason}


def test_a_record_waits_because_it_is_new_or_torn_or_short_of_votes():
    boxes = {
        "a:1": "records_waiting",
        "a:2": "other_records_waiting",
        "a:3": "records_waiting",
        "a:4": "dbr_waiting",
    }
    votes = [{"stage": "title_abstract", "record_id": "a:3", "reviewer": "ann"}]
    assert statuses(boxes, votes, [{"record_id": "a:2"}]) == {
        "a:1": "new",
        "a:2": "conflict: adjudicate it",
        "a:3": "needs another vote (has: ann)",
    }


def test_earlier_decisions_are_labels_of_relevance_by_title_and_abstract():
    found = labels(
        [
            decision("a:1", "title_abstract", "include"),
            decision("a:1", "full_text", "exclude", "no data"),
            decision("a:2", "title_abstract", "exclude"),
            decision("a:3", "full_text", "exclude", "no data"),
        ]
    )
    assert found == {
        "a:1": ("1", "title_abstract: include; full_text: exclude (no data)"),
        "a:2": ("0", "title_abstract: exclude"),
        "a:3": ("1", "full_text: exclude (no data)"),
    }


WORDS = {1: "telephone coaching for patients after surgery", 0: "yield of winter wheat on sandy soil"}


@pytest.fixture
def files(tmp_path, record):
    """Twenty decided records of two clear kinds, and four that wait."""
    records, decisions, boxes = [], [], []
    for n in range(24):
        kind = n % 2
        name = f"a:{n:02d}"
        records.append(
            record(
                name, title=f"{WORDS[kind]} {n}", abstract=WORDS[kind], doi=f"10.5555/{n}", authors="Ödön, Á."
            )
        )
        if n < 20:
            decisions.append(decision(name, "title_abstract", "include" if kind else "exclude"))
        box = "records_waiting" if n >= 20 else "dbr_waiting" if kind else "records_excluded"
        boxes.append({"record_id": name, "box": box})
    write_table(records, tmp_path / "unique.csv", tuple(record()))
    write_table([{"record_id": row["record_id"], "cluster_id": row["record_id"]} for row in records],
                tmp_path / "clusters.csv", ("record_id", "cluster_id"))  # fmt: skip
    write_table(decisions, tmp_path / "decisions.csv", ("record_id", "stage", "decision", "reason"))
    write_table(boxes, tmp_path / "final_boxes.csv", ("record_id", "box"))
    for name in ("votes", "conflicts"):
        write_table([], tmp_path / f"{name}.csv", ("record_id", "stage", "reviewer"))
    write_table([{"record_id": "a:21", "label": "language", "reason": "no translator"}],
                tmp_path / "ineligible.csv", ("record_id", "label", "reason"))  # fmt: skip
    return tmp_path


def listed(files, ranking=None):
    names = ("unique", "clusters", "final_boxes", "votes", "decisions", "conflicts", "ineligible")
    out = {name: str(files / f"{name}.out") for name in ("to_screen", "ris", "with_prior")}
    main(**{name: str(files / f"{name}.csv") for name in names}, ranking=ranking, **out)
    return (
        rows_of(read_table(out["to_screen"])),
        (files / "ris.out").read_text("utf-8"),
        rows_of(read_table(out["with_prior"])),
    )


def test_the_list_holds_what_nobody_decided_on_and_the_other_one_all_with_labels(files):
    waiting, ris, prior = listed(files)
    assert [row["record_id"] for row in waiting] == ["a:20", "a:21", "a:22", "a:23"]
    assert waiting[1]["suggestion"] == "language: no translator"
    assert ris.count("TY  - ") == ris.count("\nER  - ") == 4
    assert "N1  - record_id: a:20\nER  - " in ris
    assert len(prior) == 24
    assert [row["included"] for row in prior[:2]] == ["0", "1"]
    assert {row["included"] for row in prior[20:]} == {""}, "not seen is not excluded"


def ranked(files):
    names = ("unique", "clusters", "final_boxes", "decisions")
    out = {name: str(files / f"{name}.csv") for name in ("ranking", "simulation")}
    rank_main(**{name: str(files / f"{name}.csv") for name in names}, **out)
    return (files / "ranking.csv").read_bytes(), (files / "simulation.csv").read_bytes()


def test_the_ranking_puts_the_like_of_what_was_included_first_and_is_the_same_each_time(files):
    pytest.importorskip("sklearn")
    first = ranked(files)
    assert ranked(files) == first
    rows = rows_of(read_table(files / "ranking.csv"))
    assert [row["rank"] for row in rows] == ["1", "2", "3", "4"]
    assert {row["record_id"] for row in rows[:2]} == {"a:21", "a:23"}
    waiting, _, _ = listed(files, str(files / "ranking.csv"))
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
    assert int(all_found["read"]) <= 12, "two clear kinds are told apart"


def test_too_few_decisions_teach_nothing(files):
    pytest.importorskip("sklearn")
    write_table([decision("a:00", "title_abstract", "exclude")], files / "decisions.csv",
                ("record_id", "stage", "decision", "reason"))  # fmt: skip
    ranked(files)
    assert read_table(files / "ranking.csv").empty


def passport(**facts):
    return {**dict.fromkeys(PASSPORT, ""), **facts}


PASSPORTS = [
    passport(
        record_id="a:1",
        title="Café <b>and</b> care",
        doi="10.5555/A",
        pmid="7",
        studies="12",
        final_label="Records excluded",
    ),
    passport(record_id="b:1", title="Café and care", doi="10.5555/a", twins="a:1"),
    passport(record_id="b:2", title="Wheat", authors="Adams, Ann", year="2020", votes="one | two"),
]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("a:1", ["a:1"]),
        ("https://doi.org/10.5555/a", ["a:1", "b:1"]),
        ("PMID 7", ["a:1"]),
        ("7", ["a:1"]),
        ("12", ["a:1"]),
        ("cafe CARE", ["a:1", "b:1"]),
        ("adams wheat 2020", ["b:2"]),
        ("barley", []),
    ],
)
def test_a_study_is_found_by_any_name_of_it(asked, found):
    assert [row["record_id"] for row in search(PASSPORTS, asked)] == found


def test_a_passport_reads_line_by_line():
    assert text(PASSPORTS[2]).splitlines() == [
        "b:2  Wheat",
        "  Adams, Ann (2020)",
        "  votes: one",
        "  votes: two",
    ]


def test_a_record_that_is_nowhere_is_said_to_be_nowhere(tmp_path):
    write_table(PASSPORTS, tmp_path / "passports.csv", PASSPORT)
    said = []
    ask(passports=str(tmp_path / "passports.csv"), asked="wheat", say=said.append)
    assert said[0].startswith("b:2  Wheat")
    with pytest.raises(InputError, match="record: 'barley' is none of the records, in no source"):
        ask(passports=str(tmp_path / "passports.csv"), asked="barley", say=said.append)
    with pytest.raises(InputError, match="record: say which one"):
        ask(passports=str(tmp_path / "passports.csv"), asked="", say=said.append)
