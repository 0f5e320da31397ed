"""Retractions and corrections that a paper itself prints are shown; a study about them is none."""

import pytest

from scripts.common.paper.notices import notices
from tests.papers import paper, reference


@pytest.mark.parametrize(
    ("mark", "said"),
    [
        ("RETRACTED: ", "retracted"),
        ("Retracted article: ", "retracted"),
        ("", ""),
    ],
)
def test_an_included_study_that_the_list_marks_as_retracted_is_named(mark, said):
    article = paper("<p>x</p>", refs=reference(1, mark=mark) + reference(2))
    found = notices(article, {"r1", "r2"})
    assert [what for what, _, _ in found] == ["included study"] * bool(said)
    assert all(f"calls it {said}" in says and place == "reference list, 1" for _, place, says in found)


def test_a_published_correction_beside_the_title_is_named_and_a_title_about_corrections_is_not():
    about = reference(1).replace("Title 1", "Retraction of the tongue in sleep apnoea: an erratum is no cure")
    corrected = reference(2).replace("</year>", "</year><comment>Erratum in: J 2011</comment>")
    found = notices(paper("<p>x</p>", refs=about + corrected), {"r1", "r2"})
    assert [(place, says.partition(":")[0]) for _, place, says in found] == [
        ("reference list, 2", "the list calls it corrected")
    ]


def test_a_work_that_is_no_included_study_is_not_named():
    article = paper("<p>x</p>", refs=reference(1, mark="RETRACTED: ") + reference(2))
    assert notices(article, {"r2"}) == []


def test_a_correction_of_the_review_itself_is_named():
    article = paper("<p>x</p>")
    meta = article.root.find("front/article-meta")
    link = meta.makeelement(
        "related-article", {"related-article-type": "correction-forward", "href": "10.1/x"}
    )
    meta.append(link)
    assert notices(article, set()) == [("review", "front matter", "correction forward: 10.1/x")]
