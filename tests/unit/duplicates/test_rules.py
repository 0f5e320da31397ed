"""What a librarian would call one publication, and what not: pairs with the reason."""

import json

import pytest

from tests.linking import link_records
from tests.paths import DATA

CASES = json.loads((DATA / "duplicates.json").read_text(encoding="utf-8"))
# {"why": "chapters of one book share its DOI", "a": {...}, "b": {...}, "duplicate": true | false | "version"}


@pytest.mark.parametrize("swapped", [False, True], ids=["a first", "b first"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_pair(case, swapped, record):
    names = ("m:2", "m:1") if swapped else ("m:1", "m:2")
    home, _, versions, _ = link_records([record(names[0], **case["a"]), record(names[1], **case["b"])])
    one = home["m:1"] == home["m:2"]
    assert ("version" if versions and not one else one) == case["duplicate"]


def test_the_cases_are_unlike_each_other():
    assert len({case["why"] for case in CASES}) == len(CASES) >= 80
