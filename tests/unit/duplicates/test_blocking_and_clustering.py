"""Pairs meet without all being compared; groups are cut at their weakest link."""

import numpy as np

from scripts.common.duplicates import blocking
from scripts.common.duplicates.blocking import MAX_BLOCK, WINDOW, candidate_pairs
from scripts.common.duplicates.clustering import groups, join
from scripts.common.duplicates.columns import COMPARED, build, key_columns


def table(rows):
    return build([key_columns([[row[name] for name in COMPARED] for row in rows])])


def pairs_of(rows):
    found, cut = candidate_pairs(table(rows))
    return [divmod(pair, len(rows)) for pair in found.tolist()], cut


def test_each_pair_is_compared_once(record):
    rows = [record(f"a:{n}", title="Online feedback on care", doi="10.1000/a") for n in range(4)]
    found, cut = pairs_of(rows)
    assert found == [(a, b) for a in range(4) for b in range(a + 1, 4)]
    assert cut == {}


def test_records_meet_by_author_volume_and_page_though_their_titles_are_in_two_languages(record):
    place = {"authors": "Rossi, Anna", "volume": "12", "pages": "34-39"}
    found, _ = pairs_of(
        [record("a:1", title="Gruppi in rete", **place), record("b:1", title="Web groups", **place)]
    )
    assert found == [(0, 1)]


def test_records_with_nothing_in_common_are_not_compared(record):
    found, _ = pairs_of([record("a:1", title="Moss on hills"), record("b:1", title="Blogs of patients")])
    assert found == []


def test_a_large_block_is_cut_to_neighbours_by_title_and_what_is_left_out_is_counted(record):
    number = MAX_BLOCK + 10
    rows = [record(f"a:{n:03}", title=f"{chr(97 + n % 26)}{n:03}", doi="10.1000/a") for n in range(number)]
    found, cut = pairs_of(rows)
    assert len(found) == number * WINDOW - WINDOW * (WINDOW + 1) // 2
    assert cut == {"DOI": number * (number - 1) // 2 - len(found)}


def test_groups_are_named_by_their_smallest_row_and_need_no_link_twice():
    home, needed = groups(5, [3, 1, 3], [4, 3, 1])
    assert home == [0, 1, 2, 1, 1]
    assert needed == [0, 1]


def test_a_chain_is_cut_at_its_weakest_link():
    links = np.array([0, 1]), np.array([1, 2])  # the stronger first
    joined = join(3, *links, fixed=0, apart=lambda a, b: np.flatnonzero((a == 0) & (b == 2)), said_apart={})
    assert joined.cluster.tolist() == [0, 0, 2]
    assert joined.used == [0]
    assert joined.refused == [(1, 0, 2)]


def test_how_many_pairs_are_held_at_a_time_changes_none(record, monkeypatch):
    rows = [
        record(
            f"a:{n:02}", title=f"Online feedback on care {'for people ' * (n % 3)}", doi=f"10.1000/{n % 4}"
        )
        for n in range(30)
    ]
    found = pairs_of(rows)
    monkeypatch.setattr(blocking, "MAX_PENDING", 5)
    assert pairs_of(rows) == found
