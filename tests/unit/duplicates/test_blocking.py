"""Records that share a key are compared, without all pairs being compared."""

from scripts.common.duplicates import blocking
from scripts.common.duplicates.blocking import MAX_BLOCK, WINDOW, candidate_pairs
from tests.linking import table_of


def pairs_of(rows):
    found, cut = candidate_pairs(table_of(rows))
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
