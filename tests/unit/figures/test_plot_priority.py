"""Evidence against priority: what is not known has no bar, and each group has its mark."""

import pandas as pd

from scripts.figures.plot_priority import COLUMNS, draw, studies_text
from tests.drawings import ENGLISH, texts


def finding(name, studies, bound, group="all", share="50.0"):
    return (name, name.title(), "", studies, "", bound, group, share, "1", "2")


TABLE = pd.DataFrame(
    [
        finding("speed", "11", "exact"),
        finding("reach", "4", "at least"),
        finding("trust", "", ""),
        finding("speed", "11", "exact", "consumers", "80.0"),
        finding("trust", "", "", "consumers", ""),
    ],
    columns=pd.Index(COLUMNS),
)


def test_the_studies_behind_a_finding_are_exact_at_least_or_not_known():
    rows = TABLE.iloc[:3].to_dict("records")
    assert [studies_text(row, ENGLISH) for row in rows] == ["11", "at least 4", "not known here"]
    figure = draw(TABLE, ENGLISH)
    bars, marks = figure.axes
    assert {"Speed", "Reach", "Trust", "11", "at least 4", "not known here"} <= set(texts(figure))
    assert [bar.get_width() for bar in bars.patches] == [11, 4], "no bar for what is not known"
    assert [text.get_text() for text in marks.get_legend().get_texts()] == ["all", "consumers"]


def test_a_group_that_did_not_rank_a_finding_has_no_mark_for_it():
    _, marks = draw(TABLE, ENGLISH).axes
    names = [str(mark.get_gid()).rpartition(": ")[2].partition(",")[0] for mark in marks.lines]
    assert [names.count(group) for group in ("all", "consumers")] == [3, 1]
