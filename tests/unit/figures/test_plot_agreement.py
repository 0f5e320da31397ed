"""The agreement of coders: the first votes together, and what the data do not define left undefined."""

import pandas as pd
import pytest

from scripts.figures.plot_agreement import draw, rows_drawn
from tests.drawings import ENGLISH, LANGUAGES, check_no_text_leaves, note_of, texts

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


@pytest.mark.parametrize(
    ("values", "start"),
    [
        ({"alpha": "0.5", "ci_low": "0.1"}, 0),
        ({"alpha": "0.1", "ci_low": "-0.03"}, 0),
        ({"alpha": "0.1", "ci_low": "-0.2"}, -0.5),
        ({"kappa": "-0.9"}, -0.5),
    ],
    ids=["all above chance", "a hair below it", "an interval below it", "less than the axis can show"],
)
def test_the_axis_begins_at_chance_where_nothing_lies_below_it(values, start):
    (axes,) = draw(rows_drawn(pd.DataFrame([row("s", **values)]), THEMES), LINES, ENGLISH).axes
    assert axes.get_xlim()[0] == pytest.approx(start - 0.06)


def test_alpha_alone_is_drawn_in_colour_and_written_as_a_number():
    figure = draw(rows_drawn(pd.DataFrame([row("s", alpha="0.523")]), THEMES), LINES, ENGLISH)
    assert "0.52" in texts(figure)
    (axes,) = figure.axes
    full = [
        line.get_label()
        for line in axes.lines
        if line.get_markerfacecolor() != "none" and line.get_label()[0] != "_"
    ]
    assert full == ["Krippendorff's alpha"]


@pytest.mark.parametrize("say", **LANGUAGES)
def test_of_many_codes_those_with_the_least_agreement_are_drawn_on_a_page_and_the_rest_is_counted(say):
    agreement = pd.DataFrame(
        [*(row(f"c{n}", alpha=f"{0.2 + n / 100:.2f}") for n in range(70)), row("(all codes)", alpha="0.9")]
    )
    names = pd.DataFrame([(f"c{n}", f"Code {n}", f"编码 {n}") for n in range(70)], columns=THEMES.columns)
    figure = draw(rows_drawn(agreement, names), LINES, say)
    assert figure.get_size_inches()[1] * 25.4 <= 225
    shown = texts(figure)
    drawn = [n for n in range(70) if {f"Code {n}", f"编码 {n}"} & set(shown)]
    assert drawn == list(range(len(drawn)))
    assert say("All codes without codes below them") in " ".join(shown).replace("\n", " ")
    (axes,) = figure.axes
    assert str(70 - len(drawn)) in axes.get_xlabel()
    check_no_text_leaves(figure)
