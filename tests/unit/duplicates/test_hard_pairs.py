"""Hard pairs that others wrote down: how many are right, and none of the rest is merged wrongly."""

import json
from typing import Any

import pytest

from scripts.common.records.record import COLUMNS
from tests.linking import link_records
from tests.paths import SPECIMENS

FOLDER = SPECIMENS / "cases/dedup"
NAMES = {"author": "authors", "number": "issue", "entry_type": "type", "database": "source"}


def row_of(name: str, fields: dict[str, str]) -> dict[str, str]:
    """Return a record of a pair as a row of records.csv."""
    renamed = {NAMES.get(field, field): cell for field, cell in fields.items()}
    return dict.fromkeys(COLUMNS, "") | {"source": name.partition(":")[0]} | renamed | {"record_id": name}


def answer(case: dict[str, Any], updates: str) -> bool | str:
    """Return whether the records of a pair are one work, or ``version``."""
    rows = [row_of("a:1", case["a"]), row_of("b:1", case["b"])]
    rows += [row_of(f"c:{number}", fields) for number, fields in enumerate(case.get("beside", []))]
    home, _, versions, _ = link_records(rows, updates=updates)
    if any({link.a, link.b} == {"a:1", "b:1"} for link in versions):
        return "version"
    return home["a:1"] == home["b:1"]


@pytest.mark.parametrize(
    ("name", "updates", "right"), [("cases.json", "merge", 25), ("more_cases.json", "link", 61)]
)
def test_hard_pairs_are_right_and_none_of_the_rest_is_merged_wrongly(name, updates, right):
    if not (FOLDER / name).exists():
        pytest.skip(f"no shared/cases/dedup/{name} here")
    cases = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    answers = [answer(case, updates) for case in cases]
    expected = ["version" if case.get("version") else case["duplicate"] for case in cases]
    wrongly_merged = [
        case["why"]
        for case, found, true in zip(cases, answers, expected, strict=True)
        if found is True and true is not True
    ]
    assert wrongly_merged == []
    assert sum(found == true for found, true in zip(answers, expected, strict=True)) >= right
