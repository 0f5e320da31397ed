"""The overlap of sources: each publication counts once, under exactly the sources that hold it."""

import re

import pandas as pd
import pytest

from scripts.common.files.tables import rows_of
from scripts.figures.plot_overlap import COLUMNS, draw, overlap
from tests.drawings import ENGLISH, LANGUAGES, check_none_touch, note_of, texts

RECORDS = pd.DataFrame(
    [("a:1", "a"), ("a:2", "a"), ("b:1", "b"), ("b:2", "b"), ("c:1", "c"), ("c:2", "c")],
    columns=pd.Index(["record_id", "input"]),
)
CLUSTERS = pd.DataFrame(
    [("a:1", "a:1"), ("a:2", "a:2"), ("b:1", "a:1"), ("b:2", "b:2"), ("c:1", "a:1"), ("c:2", "a:2")],
    columns=pd.Index(["record_id", "cluster_id"]),
)


def test_each_publication_is_counted_once_under_the_sources_that_hold_it():
    table = overlap(RECORDS, CLUSTERS, {"a": "PubMed", "b": "Embase + Classic", "c": "PubMed", "d": "Scopus"})
    assert [tuple(row.values()) for row in rows_of(table)] == [
        ("PubMed", "1", "1"),
        ("PubMed + Embase + Classic", "2", "1"),
        ("Embase + Classic", "1", "1"),
    ]
    assert sum(int(row["publications"]) for row in rows_of(table)) == CLUSTERS["cluster_id"].nunique()


def test_the_overlap_shows_every_source_also_one_that_gave_nothing():
    names = ["PubMed", "Embase + Classic", "Scopus"]
    table = overlap(RECORDS, CLUSTERS, {"a": names[0], "b": names[1], "c": names[0], "d": names[2]})
    shown = texts(draw(table, names, ENGLISH))
    assert set(names) <= set(shown)
    assert shown.count("2") == 2, "PubMed and Embase hold two publications each"
    assert shown.count("0") == 1, "Scopus holds none"


def test_more_combinations_than_fit_are_in_the_table_and_the_figure_says_so():
    many = pd.DataFrame(
        [(f"s{i}", "1", str(99 - i)) for i in range(40)],
        columns=pd.Index(["sources", "number_of_sources", "publications"]),
    )
    shown = texts(draw(many, [f"s{i}" for i in range(40)], ENGLISH))
    assert "The 30 largest of 40 combinations are drawn; the table has all of them." in shown


def test_numbers_of_many_combinations_do_not_touch():
    names = [f"source {number}" for number in range(6)]
    sets = [" + ".join(names[i:j]) for i in range(6) for j in range(i + 1, 7)]
    table = pd.DataFrame([(held, "1", str(1900 - n)) for n, held in enumerate(sets)], columns=list(COLUMNS))
    figure = draw(table, names, ENGLISH)
    figure.canvas.draw()
    (axes,) = figure.axes
    shown = [text for text in axes.texts if re.fullmatch(r"1,8\d\d|1,900", text.get_text())]
    assert len(shown) == len(sets)
    check_none_touch(shown)


@pytest.mark.parametrize("say", **LANGUAGES)
def test_without_data_the_figure_says_what_it_needs_and_its_table_is_empty(say):
    table = overlap(RECORDS.iloc[:0], CLUSTERS.iloc[:0], {"a": "PubMed"})
    figure = draw(table, ["PubMed"], say)
    assert table.empty
    assert note_of(figure) == say("No data: needs an export or a search with records.")
