"""Flow numbers, databases and days of the search in the sentences of a paper."""

import pytest

from scripts.paper.read_numbers import databases, flow_numbers, search_dates
from tests.papers import sentence


def test_flow_numbers_databases_and_dates():
    text = "We identified 1,204 records, removed 204 duplicates, and assessed 90 full-text articles; 61 studies were included."
    found = {row["name"]: row["value"] for row in flow_numbers(sentence(text))}
    assert {
        "identified": "1204",
        "duplicates_removed": "204",
        "full_text_assessed": "90",
        "included": "61",
    }.items() <= found.items()
    text = "We searched MEDLINE, CINAHL and the Cochrane Library on 16 August 2022."
    assert [row["value"] for row in databases(sentence(text, "methods"))] == [
        "CINAHL",
        "Cochrane Library",
        "MEDLINE",
    ]
    assert [row["value"] for row in search_dates(sentence(text, "methods"))] == ["2022-08-16"]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("PubMed was searched until Nov 30, 2017.", "2017-11-30"),
        ("PubMed was searched until 3 Sept. 2017.", "2017-09-03"),
        ("PubMed was searched until May 2017.", "2017-05"),
    ],
)
def test_short_months(text, day):
    assert [row["value"] for row in search_dates(sentence(text, "methods"))] == [day]


def test_registries_and_platforms_are_databases():
    text = "We searched ClinicalTrials.gov, the WHO ICTRP, Ovid and JSTOR."
    names = [row["value"] for row in databases(sentence(text, "methods"))]
    assert names == ["JSTOR", "Ovid", "ClinicalTrials.gov", "WHO ICTRP"]
