"""How a file of decisions is read: by what it says itself, else by the settings."""

import pytest

from scripts.common.errors import InputError
from scripts.common.review.inputs import Input
from scripts.common.review.settings import DecisionSheet
from scripts.common.screening.stages import Plan, plans

TI, FT = "title_abstract", "full_text"


def decisions_file(name):
    return Input(name, f"config/inputs/{name}.csv", "decisions", "Ann", "-", "2022-01-01", "", "", "x")


def test_what_a_file_does_not_say_comes_from_the_settings_and_other_files_are_refused():
    sheet = DecisionSheet(file="rayyan", stage=TI, reviewer="Ann")
    (first, second) = plans([decisions_file("rayyan"), decisions_file("plain")], [sheet])
    assert first == Plan("config/inputs/plain.csv", "plain")
    assert second == Plan("config/inputs/rayyan.csv", "rayyan", TI, "Ann")
    with pytest.raises(InputError, match=r"screening\.sheets, file rayan: .* Did you mean rayyan\?"):
        plans([decisions_file("rayyan")], [DecisionSheet(file="rayan", stage=TI)])
    with pytest.raises(InputError, match="decision 'not retrieved' is unknown in stage title_abstract"):
        plans([decisions_file("c")], [DecisionSheet(file="c", stage=TI, decision="not retrieved")])
