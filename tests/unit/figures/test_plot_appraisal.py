"""Critical appraisal as traffic lights: every judgement has its colour and its sign, none is invented."""

from pathlib import Path

import pandas as pd
import pytest

from scripts.common.coding.charting import Variable
from scripts.common.figures.plotting import MM_PER_INCH
from scripts.common.files.tables import read_table, rows_of
from scripts.figures.plot_appraisal import LIGHTS, TALLEST_MM, cells, draw, main
from tests.drawings import ENGLISH, LANGUAGES, check_no_text_leaves, figure_paths, texts

LEVELS = {"Low": "low", "Some concerns": "some", "High": "high", "No information": "no information"}
BOOK = """variables:
  - {id: randomisation, label: {en: Randomisation, zh: 随机化}, type: one, scale: ordinal,
     values: [Low, Some concerns, High, No information], apart: [No information], definition: null}
  - {id: missing, label: {en: Missing data, zh: 缺失数据}, type: one, scale: ordinal,
     values: [Low, Some concerns, High, No information], apart: [No information], definition: null}
"""
FINAL = """study_id,variable,final
10,randomisation,Low
10,missing,open
2,randomisation,not reported
2,country,China
3,missing,High
"""


def domains(number, label="Measurement of the outcome"):
    return [
        Variable(f"d{n}", f"{label} {n}", f"领域 {n}", "one", tuple(LEVELS), "", "ordinal")
        for n in range(number)
    ]


def many(studies, variables):
    words = list(LEVELS)
    final = [
        (str(study), variable.id, words[(study + n) % len(words)])
        for study in range(studies)
        for n, variable in enumerate(variables)
    ]
    included = [(str(study), "Van der Steen-Longname, J.; Li, X.", "2020") for study in range(studies)]
    return cells(
        pd.DataFrame(final, columns=["study_id", "variable", "final"]),
        pd.DataFrame(included, columns=["study_id", "authors", "year"]),
        variables,
        LEVELS,
    )


def test_what_judges_said_is_shown_and_what_is_open_or_missing_is_no_judgement(folder):
    Path("config/charting.yaml").write_text(BOOK, encoding="utf-8")
    Path("final.csv").write_text(FINAL, encoding="utf-8")
    Path("included.csv").write_text(
        'study_id,authors,year\n10,"Adams, A.; Baker, B.",2019\n3,,2020\n', "utf-8"
    )
    main(
        final="final.csv",
        included="included.csv",
        domains=["missing", "randomisation"],
        judgements=LEVELS,
        language="en",
        paths=figure_paths("appraisal"),
    )
    found = [
        (r["study"], r["domain"], r["judgement"], r["concern"]) for r in rows_of(read_table("appraisal.csv"))
    ]
    assert found == [
        ("2", "missing", "", "not judged"),
        ("2", "randomisation", "not reported", "no information"),
        ("2020 (3)", "missing", "High", "high"),
        ("2020 (3)", "randomisation", "", "not judged"),
        ("Adams 2019 (10)", "missing", "", "judges differ"),
        ("Adams 2019 (10)", "randomisation", "Low", "low"),
    ]
    assert all(Path(path).stat().st_size for path in figure_paths("appraisal").values())


def test_every_concern_has_a_colour_and_a_sign_of_its_own():
    assert len({light.sign for light in LIGHTS.values()}) == len(LIGHTS)
    colours = [
        light.colour for name, light in LIGHTS.items() if name in LEVELS.values() or name == "critical"
    ]
    assert len(set(colours)) == len(colours)


@pytest.mark.parametrize("say", **LANGUAGES)
@pytest.mark.parametrize(("studies", "columns"), [(1, 1), (8, 12), (61, 7), (70, 2)])
def test_a_long_table_goes_on_beside_itself_and_is_never_taller_than_a_page(studies, columns, say):
    rows = many(studies, domains(columns))
    figure = draw(rows, say)
    _, height = figure.get_size_inches() * MM_PER_INCH
    assert height <= TALLEST_MM
    check_no_text_leaves(figure)
    drawn = texts(figure)
    assert sum(f"({study})" in text for study in range(studies) for text in drawn) == studies
    signs = {light.sign for light in LIGHTS.values()} - {""}
    in_key = len({row["judgement"] for row in rows})
    assert sum(text in signs for text in drawn) == studies * columns + in_key


def test_more_studies_than_fit_on_a_page_are_in_the_table_and_the_figure_says_so():
    drawn = texts(draw(many(300, domains(7)), ENGLISH))
    shown = sum(f"({study})" in text for study in range(300) for text in drawn)
    assert 60 < shown < 300
    assert f"Studies drawn: {shown} of 300; the table of this figure has all." in drawn


def test_a_long_name_of_a_domain_stays_on_the_sheet():
    figure = draw(
        many(3, domains(4, "Were there clear criteria for inclusion in the series of cases")), ENGLISH
    )
    check_no_text_leaves(figure)


def test_without_a_judgement_the_figure_says_so():
    assert "No data" in draw([], ENGLISH).texts[0].get_text()
