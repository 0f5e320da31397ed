"""A random sample of the records that nobody screened bounds how many inclusions are missed."""

import pytest

from scripts.common.errors import InputError
from scripts.common.files.tables import read_table, rows_of, write_table
from scripts.screening.bound_missed import bounds, main, reached
from tests.settings import MATCHING
from tests.unit.screening.flow_examples import FT, TI


@pytest.mark.parametrize(
    ("box", "end"),
    [
        ("records_waiting", "unscreened"),
        ("other_records_never_screened", "unscreened"),
        ("other_records_excluded", "excluded"),
        ("other_waiting", "unread"),
        ("dbr_notretrieved_reports", "read"),
        ("dbr_excluded:no data: none", "read"),
        ("other_included", "included"),
        ("excluded_automatic:language", "removed before screening"),
        ("excluded_other", "removed before screening"),
    ],
)
def test_every_last_box_says_how_far_a_publication_got(box, end):
    assert reached(box) == end


def review(unscreened=0, sample=(), screened=()):
    """Return publication -> how far it got, and the sample, whose records are named by number."""
    drawn = {f"s{n}": end for n, end in enumerate(sample)}
    rest = {f"u{n}": "unscreened" for n in range(unscreened)}
    return {**drawn, **rest, **{f"k{n}": end for n, end in enumerate(screened)}}, set(drawn)


def test_five_of_ten_records_were_drawn_and_none_was_included():
    """By hand: at most 3 relevant ones among 10 (tests of intervals), so 3 of the 5 left, 60 %."""
    ends, drawn = review(5, ["excluded"] * 5, ["included"] * 6 + ["read"])
    title, full = bounds(ends, drawn, set(), (TI, FT))
    assert (title["rest"], title["drawn"], title["found"], title["missed_at_most"]) == (10, 5, 0, 3)
    assert (title["known"], title["recall_percent_at_least"]) == (7, "70.0")
    assert (full["left"], full["missed_at_most"], full["left_percent_at_most"]) == (5, 3, "60.0")
    assert (full["known"], full["recall_percent_at_least"]) == (6, "66.7")


def test_what_the_sample_found_is_known_and_no_part_of_what_is_missed():
    ends, drawn = review(0, ["included", "excluded"])
    (full,) = bounds(ends, drawn, set(), (FT,))
    assert (full["found"], full["missed_at_most"], full["left_percent_at_most"]) == (1, 0, "")
    assert full["recall_percent_at_least"] == "100.0"


def test_there_is_no_bound_while_a_record_of_the_sample_awaits_a_decision():
    ends, drawn = review(50, ["excluded", "unread", "read"])
    title, full = bounds(ends, drawn, set(), (TI, FT))
    assert (title["found"], title["note"]) == (2, "")
    assert (full["found"], full["missed_at_most"]) == ("", "")
    assert full["note"].startswith("1 records of the sample await a decision")
    ends, drawn = review(50, ["excluded", "unscreened"])
    assert all(row["note"] for row in bounds(ends, drawn, set(), (TI, FT)))


def test_a_record_that_one_of_two_reviewers_voted_on_is_none_that_nobody_screened():
    ends, drawn = review(5, ["excluded"] * 5)
    assert bounds(ends, drawn, {"u0", "u1"}, (FT,))[0]["rest"] == 8


@pytest.fixture
def run(tmp_path, record):
    """Return a function that joins a sample to six records; of a:1 the copy b:1 was screened."""
    boxes = {
        "a:1": "duplicates",
        "b:1": "records_excluded",
        "a:2": "excluded_automatic:x",
        "a:3": "records_waiting",
        "a:4": "records_never_screened",
        "a:5": "dbr_included",
    }
    tables = {
        "records": [
            record(name, title=f"Work number {name}", doi=f"10.1000/{name[-1]}{name[0]}") for name in boxes
        ],
        "clusters": [{"record_id": n, "cluster_id": "a:1" if n == "b:1" else n} for n in boxes],
        "votes": [{"record_id": "a:4", "kind": "machine"}],
        "final_boxes": [{"record_id": name, "box": box} for name, box in boxes.items()],
    }
    for name, rows in tables.items():
        write_table(rows, tmp_path / f"{name}.csv", tuple(rows[0]))

    def run(text, words=None):
        (tmp_path / "sample.csv").write_text(text, encoding="utf-8")
        main(
            sample=str(tmp_path / "sample.csv"),
            words=words or {},
            **{name: str(tmp_path / f"{name}.csv") for name in tables},
            matching=MATCHING,
            numbers=(),
            stages=(TI, FT),
            missed=str(tmp_path / "missed.csv"),
        )
        return rows_of(read_table(tmp_path / "missed.csv"))

    return run


def test_a_sample_is_joined_by_any_name_and_copies_are_one_record(run, caplog):
    _, full = run("record,title\na:1,\nb:1,\n,Work number a:5\na:2,\n")
    assert (full["rest"], full["drawn"], full["found"], full["left"]) == ("4", "2", "1", "2")
    assert "1 records were removed before screening, so they are no part of the sample: a:2" in caplog.text


def test_every_row_of_a_sample_that_joins_no_record_is_named(run):
    with pytest.raises(
        InputError, match=r"(?s)line 2: no record has this name.*line 4: no record has this name"
    ):
        run("record,doi\nzz:9,\na:3,\n,10.1000/none\n")
    with pytest.raises(InputError, match="line 3: nothing says which record was drawn"):
        run("record,year\na:3,\n,2020\n")
    with pytest.raises(InputError, match="no record is in the sample"):
        run("record,year\n")
