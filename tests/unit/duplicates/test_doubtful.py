"""What a person is asked to look at: bounded, the most promising first, with the field that decides."""

import pytest

from scripts.common.duplicates.doubtful import MAX_SHARING
from tests.linking import ARTICLE, link_records


def chapters(record, number, doi="10.1000/book", first=0):
    """Return chapters of one book, which share its DOI; no two titles are alike."""
    words = ["moss", "rafts", "owls", "wool", "wells", "knees", "storms", "salt", "goats", "lamps"]
    return [
        record(f"a:{first + n:03}", title=f"{words[n % 10]} {words[n // 10]} {n * 7919}", doi=doi)
        for n in range(number)
    ]


def test_of_many_chapters_under_one_doi_one_pair_is_shown_with_their_number(record):
    found = link_records(chapters(record, 80))
    assert len(set(found.home.values())) == 80
    (line,) = found.maybe
    assert line.evidence.endswith("80 publications share this DOI, of which only these two are listed")


def test_of_a_few_chapters_under_one_doi_each_pair_is_shown(record):
    assert len(link_records(chapters(record, MAX_SHARING)).maybe) == MAX_SHARING * (MAX_SHARING - 1) // 2
    assert len(link_records(chapters(record, MAX_SHARING + 1)).maybe) == 1


def test_columns_under_one_title_are_one_line(record):
    rows = [record(f"a:{n}", title="Editorial", journal="Lancet", issue=str(n)) for n in range(9)]
    rows += [record(f"b:{n}", title="Editorial", journal="Lancet", year="2001") for n in range(2)]
    found = link_records(rows)
    assert len(found.maybe) == 1
    assert "share this title" in found.maybe[0].evidence


def test_one_pair_of_many_comes_behind_all_others(record):
    rows = [
        *chapters(record, 20),
        record("b:1", **ARTICLE, pages="4"),
        record("b:2", **ARTICLE, pages="90", volume="3"),
    ]
    found = link_records(rows)
    assert (found.maybe[0].a, found.maybe[0].b) == ("b:1", "b:2")
    assert len(found.maybe) == 2


@pytest.mark.parametrize(
    ("a", "b", "field"),
    [
        ({"pages": "4", "volume": "1"}, {"pages": "90", "volume": "2"}, "first page"),
        ({"volume": "1"}, {"volume": "2"}, "volume"),
        ({"journal": "BMJ", "volume": "1"}, {"journal": "Thorax", "volume": "1"}, "journal"),
        ({"doi": "10.1000/a", "year": "2001"}, {"doi": "10.1001/b", "year": "2013"}, "DOI"),
        ({"authors": "Xu, A"}, {"authors": ""}, "first page"),
    ],
)
def test_the_field_that_decides_is_the_first_that_differs_else_the_first_that_is_missing(record, a, b, field):
    found = link_records([record("a:1", **(ARTICLE | a)), record("b:1", **(ARTICLE | b))])
    assert [link.look_at for link in found.maybe] == [field]
