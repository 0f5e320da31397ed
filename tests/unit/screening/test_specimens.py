"""Files of the shapes that real tools write give the votes that a person reads in them."""

import json

import pytest

from scripts.common.screening.sheets import read_decisions
from scripts.common.screening.stages import Plan
from tests.paths import SPECIMENS

CASES = SPECIMENS / "cases/screening"
EXPECTED = json.loads((CASES / "expected.json").read_text()) if CASES.is_dir() else {}
STAGE = "stage "  # "stage full_text" is the key of the votes at full text
NEEDS_A_MAP = ("metagear_effort.csv",)  # as do those whose case has settings
READ = [
    (name, key.removeprefix(STAGE))
    for name, case in EXPECTED.items()
    if "settings" not in case and name not in NEEDS_A_MAP
    for key in case
    if key.startswith(STAGE)
] or [("expected.json", "")]


def read(name, **plan):
    path = CASES / name
    if not path.is_file():
        pytest.skip(f"no shared/cases/screening/{name} here")
    return read_decisions(Plan(str(path), path.stem, **plan))


@pytest.mark.parametrize(("name", "stage"), READ, ids=lambda value: value)
def test_an_export_gives_its_expected_votes(name, stage):
    case = EXPECTED.get(name, {})
    found = read(name, stage=stage, reviewer=case.get("reviewer", ""))
    votes = [[vote.doi, vote.stage, vote.reviewer, vote.decision, vote.reason] for vote in found.votes]
    assert sorted(votes) == sorted(case[f"{STAGE}{stage}"])
    assert found.not_seen == case.get("not_seen", 0)
    assert found.prior == case.get("prior", 0)
    assert found.warnings == []


def test_reviewers_who_agree_on_everything_keep_their_days():
    found = read("rayyan_all_agree.zip", stage="title_abstract")
    assert {vote.date for vote in found.votes} == {"2025-05-06"}


def test_a_log_of_two_stages_says_itself_which_is_which():
    case = EXPECTED.get("rayyan_two_stages.zip", {})
    found = read("rayyan_two_stages.zip")
    votes = [[vote.doi, vote.stage, vote.reviewer, vote.decision, vote.reason] for vote in found.votes]
    assert sorted(votes) == sorted(case["stage title_abstract"] + case["stage full_text"])


def test_a_list_of_covidence_keeps_all_reasons_of_a_record():
    case = EXPECTED.get("covidence_two_reasons.csv", {})
    found = read("covidence_two_reasons.csv", **case.get("plan", {}))
    assert [vote.reason for vote in found.votes] == case["reasons"]
