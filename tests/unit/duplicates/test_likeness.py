"""How alike two records are, field by field; a field that one of them lacks says nothing."""

import json

import numpy as np
import pytest

from scripts.common.duplicates.likeness import OTHER, SAME, UNKNOWN, compare, worth_comparing
from tests.linking import table_of
from tests.paths import DATA

FIRST, SECOND = np.array([0]), np.array([1])


def likeness(record, a, b, threads=1):
    """Return the fields of one pair as plain values."""
    table = table_of([record("m:1", **a), record("m:2", **b)])
    return {
        name: column.tolist()[0] for name, column in compare(table, FIRST, SECOND, threads)._asdict().items()
    }


CASES = json.loads((DATA / "likeness.json").read_text(encoding="utf-8"))
# {"why": "a DOI on one side", "a": {...}, "b": {...}, "expected": {"doi": "same" | "other" | "unknown"}}
ANSWERS = {"same": SAME, "other": OTHER, "unknown": UNKNOWN}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_fields_are_the_same_other_or_unknown(record, case):
    found = likeness(record, case["a"], case["b"])
    expected = {name: ANSWERS.get(value, value) for name, value in case["expected"].items()}
    assert {name: found[name] for name in expected} == pytest.approx(expected)
    assert likeness(record, case["a"], case["b"], threads=2) == found


@pytest.mark.parametrize(
    ("why", "a", "b", "worth"),
    [
        ("titles of 85 %", {"title": "Pain among nurses in schools: a survey"},
         {"title": "Pain among nurses in schools: a cohort study"}, True),
        ("titles of less", {"title": "Vertigo among children in small towns: a qualitative study"},
         {"title": "Vertigo among children in city parks: a qualitative study"}, False),
        # 17 of 20 letters are in common at most: 2 x 17 of 40 is 85 %, known from the lengths alone
        ("a title that is as short as it can be", {"title": "a" * 17}, {"title": "a" * 23}, True),
        ("a title that is too short", {"title": "a" * 17}, {"title": "a" * 24}, False),
        ("a title is missing", {"title": "Letters"}, {}, True),
        ("the other title is missing", {}, {"title": "Letters"}, True),
        ("one DOI", {"title": "Letters", "doi": "10.1000/a"}, {"title": "Visits", "doi": "10.1000/a"}, True),
        ("two DOIs", {"title": "Letters", "doi": "10.1000/a"},
         {"title": "Visits", "doi": "10.1000/b"}, False),
        ("one PMID, the first", {"title": "Letters", "pmid": "1"}, {"title": "Visits", "pmid": "1"}, True),
        ("one page and volume", {"title": "Letters", "volume": "3", "pages": "1", "authors": "Xu, A"},
         {"title": "Visits", "volume": "3", "pages": "1", "authors": "Ito, B"}, True),
        ("one page and first author", {"title": "Letters", "volume": "3", "pages": "1", "authors": "Xu, A"},
         {"title": "Visits", "volume": "4", "pages": "1", "authors": "Xu, A"}, True),
        ("one page alone", {"title": "Letters", "volume": "3", "pages": "1", "authors": "Xu, A"},
         {"title": "Visits", "volume": "4", "pages": "1", "authors": "Ito, B"}, False),
        ("one volume and author on two pages",
         {"title": "Letters", "volume": "3", "pages": "1", "authors": "Xu, A"},
         {"title": "Visits", "volume": "3", "pages": "2", "authors": "Xu, A"}, False),
        ("one volume and author without a page", {"title": "Letters", "volume": "3", "authors": "Xu, A"},
         {"title": "Visits", "volume": "3", "authors": "Xu, A"}, False),
    ],
)  # fmt: skip
def test_only_pairs_with_title_identifier_or_page_in_common_are_looked_at(record, why, a, b, worth):
    table = table_of([record("m:1", **a), record("m:2", **b)])
    assert worth_comparing(table, FIRST, SECOND, 85).tolist() == [worth], why


def test_no_pairs_have_nothing_in_common(record):
    table = table_of([record("m:1", title="Letters")])
    none = np.zeros(0, dtype=np.int64)
    assert {len(column) for column in compare(table, none, none)} == {0}
