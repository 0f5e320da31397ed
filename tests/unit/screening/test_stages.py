"""How a file of decisions is read: by what it says itself, else by the settings."""

import pytest

from scripts.common.errors import InputError
from scripts.common.review.inputs import Input
from scripts.common.screening.stages import Plan, plans

TI, FT = "title_abstract", "full_text"


def decisions_file(name):
    return Input(name, f"config/inputs/{name}.csv", "decisions", "Ann", "-", "2022-01-01", "", "", "x")


def test_what_a_file_does_not_say_comes_from_its_map():
    words = {"set": {"stage": TI, "reviewer": "Ann"}}
    (first, second) = plans([decisions_file("rayyan"), decisions_file("plain")], {"rayyan": words})
    assert first == Plan("config/inputs/plain.csv", "plain")
    assert second == Plan("config/inputs/rayyan.csv", "rayyan", TI, "Ann", words=words)
    with pytest.raises(InputError, match="decision 'not retrieved' is unknown in stage title_abstract"):
        plans([decisions_file("c")], {"c": {"set": {"stage": TI, "decision": "not retrieved"}}})


def test_a_map_names_a_stage_of_the_review():
    three = ("title", "abstract", "full_text")
    (plan,) = plans([decisions_file("a")], {"a": {"set": {"stage": "abstract"}}}, three)
    assert (plan.stage, plan.full_text) == ("abstract", "full_text")
    with pytest.raises(InputError, match=r"stage 'abstrct' is not among screening\.stages\. Did you mean"):
        plans([decisions_file("a")], {"a": {"set": {"stage": "abstrct"}}}, three)
