"""Records per year: a panel per source over the same years, also for records without a year."""

import pandas as pd
import pytest

from scripts.common.figures.plotting import ONE_COLUMN_MM, TWO_COLUMNS_MM
from scripts.common.files.tables import rows_of
from scripts.common.report.phrases import Speaker
from scripts.figures.plot_years import draw, per_year
from tests.drawings import ENGLISH, LANGUAGES, check_no_text_leaves, check_none_touch

SOURCES = {"pubmed": "PubMed", "embase": "Embase"}


def years():
    records = pd.DataFrame(
        [("pubmed", "2019"), ("pubmed", "2019"), ("embase", "2021"), ("embase", ""), ("pubmed", "2018")],
        columns=pd.Index(["input", "year"]),
    )
    unique = pd.DataFrame({"year": ["2018", "2019", "2021", ""]})
    return per_year(records, unique, pd.DataFrame({"year": ["2019"]}), SOURCES)


def test_records_are_counted_per_source_and_year_also_those_without_a_year():
    assert [tuple(row.values()) for row in rows_of(years())] == [
        ("PubMed", "2018", "1"),
        ("PubMed", "2019", "2"),
        ("Embase", "2021", "1"),
        ("Embase", "no year", "1"),
        ("Unique records, all sources", "2018", "1"),
        ("Unique records, all sources", "2019", "1"),
        ("Unique records, all sources", "2021", "1"),
        ("Unique records, all sources", "no year", "1"),
        ("Included studies known by name", "2019", "1"),
    ]


def test_a_search_that_found_nothing_has_a_figure_without_panels():
    none = pd.DataFrame({"source": [], "year": [], "records": []}, dtype=str)
    assert draw(none, "2022-08-16", TWO_COLUMNS_MM, ENGLISH).axes == []


def test_each_source_has_its_panel_with_its_total_over_the_same_years():
    figure = draw(years(), "2022-08-16", TWO_COLUMNS_MM, ENGLISH)
    assert [axes.get_title(loc="left") for axes in figure.axes] == [
        "PubMed: 3",
        "Embase: 2",
        "Unique records, all sources: 4",
        "Included studies known by name: 1",
    ]
    assert len({axes.get_xlim() for axes in figure.axes}) == 1


def test_a_bar_of_records_without_a_year_has_no_year_in_its_title():
    marks = [
        bar.get_gid()
        for axes in draw(years(), "2022-08-16", TWO_COLUMNS_MM, ENGLISH).axes
        for bar in axes.patches
    ]
    assert [mark for mark in marks if "Embase" in mark] == [
        "title Embase, 2021: 1",
        "title Embase, no year: 1",
    ]


def test_the_name_of_a_source_is_taken_from_the_translations_of_the_review():
    say = Speaker("zh", {"Embase": "荷兰医学文摘"})
    titles = [axes.get_title(loc="left") for axes in draw(years(), "2022-08-16", TWO_COLUMNS_MM, say).axes]
    assert titles[:2] == ["PubMed: 3", "荷兰医学文摘: 2"]


@pytest.mark.parametrize("width_mm", [ONE_COLUMN_MM, TWO_COLUMNS_MM])
@pytest.mark.parametrize("say", **LANGUAGES)
def test_for_one_column_and_for_two_no_text_leaves_the_figure_and_no_numbers_touch(say, width_mm):
    many = [*map(str, range(1970, 2023)), "no year"]
    figure = draw(
        pd.DataFrame({"source": "Embase", "year": many, "records": "1234"}), "2022-08-16", width_mm, say
    )
    check_no_text_leaves(figure)
    (axes,) = figure.axes
    check_none_touch(text for text in axes.texts if text.get_text() == "1234")


def test_a_letter_behind_a_year_separates_works_and_not_years():
    records = pd.DataFrame({"input": ["pubmed", "pubmed"], "year": ["2014", "2014"]})
    included = pd.DataFrame({"year": ["2014a", "2014b"]})
    table = per_year(records, pd.DataFrame({"year": ["2014"]}), included, SOURCES)
    assert list(table["year"]) == ["2014"] * 3
    assert list(table["records"]) == [2, 1, 2]
