"""The agreement of coders: the first votes together, and what the data do not define left undefined."""

import pandas as pd
import pytest

from scripts.figures.plot_agreement import draw, rows_drawn
from tests.drawings import ENGLISH, LANGUAGES, note_of, texts

THEMES = pd.DataFrame([("s", "Speed", "快"), ("c", "Cost", "")], columns=["code", "label", "label_zh"])
LINES = {"threshold": 0.8, "tentative": 0.667}


def row(code, coder_a="(all)", round_="first", **values):
    cells = {
        "code": code, "level": "1", "round": round_, "coder_a": coder_a, "n": "9", "both": "3", "mixed": "2",
        "neither": "4", "percent": "77.8", "alpha": "0.5", "ci_low": "0.1", "ci_high": "0.9", "kappa": "0.4",
        "pabak": "0.3", "ac1": "0.6", "status": "not reached",
    }  # fmt: skip
    return cells | values


def test_only_the_first_votes_of_all_coders_together_are_drawn():
    agreement = pd.DataFrame(
        [row("s"), row("s", coder_a="ann"), row("s", round_="last"), row("(all codes)"), row("(level 2)")]
    )
    drawn = rows_drawn(agreement, THEMES)
    assert drawn[["code", "label"]].to_numpy().tolist() == [
        ["s", "Speed"],
        ["(all codes)", ""],
        ["(level 2)", ""],
    ]


def test_a_code_that_nobody_found_has_no_coefficient_and_says_why():
    undefined = dict.fromkeys(("alpha", "kappa", "ac1"), "undefined") | dict.fromkeys(
        ("ci_low", "ci_high", "pabak"), ""
    )
    agreement = pd.DataFrame([row("s"), row("c", **undefined, status="not exercised")])
    shown = texts(draw(rows_drawn(agreement, THEMES), LINES, ENGLISH))
    assert {"Speed", "Cost", "found by nobody: undefined"} <= set(shown)


@pytest.mark.parametrize("say", **LANGUAGES)
def test_without_two_coders_the_figure_says_what_it_needs(say):
    nothing = rows_drawn(pd.DataFrame([row("s")]).iloc[:0], THEMES)
    assert note_of(draw(nothing, LINES, say)) == say("No data: needs the sheets of two coders.")
