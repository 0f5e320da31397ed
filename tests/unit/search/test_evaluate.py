"""What a PubMed query finds, rule by rule: tests/data/query_meaning.csv, with the source of each answer."""

import csv
from collections import defaultdict

import pytest

from scripts.common.errors import InputError
from scripts.common.records.pubmed_xml import articles, pmid
from scripts.common.search.citation import Citation, from_article, from_record
from scripts.common.search.evaluate import compile_query
from scripts.common.search.mesh import read_mesh
from scripts.common.search.syntax import parse
from tests.paths import DATA

REFUSED = "refused"
with (DATA / "query_meaning.csv").open(encoding="utf-8", newline="") as table:
    CASES = list(csv.DictReader(table))


@pytest.fixture(scope="module")
def records() -> dict[str, Citation]:
    with (DATA / "query_records.xml").open("rb") as stream:
        return {pmid(article): from_article(article) for article in articles(stream, "query_records.xml")}


@pytest.fixture(scope="module")
def mesh():
    return read_mesh(DATA / "query_mesh.xml")


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['rule']}: {case['query']}")
def test_a_query_finds_what_pubmed_says_that_it_finds(case, records, mesh):
    headings = mesh if case["mesh"] == "yes" else None
    if case["pmids"] == REFUSED:
        with pytest.raises(InputError, match=r"^search\.query: "):
            compile_query(parse(case["query"]), headings)
        return
    test = compile_query(parse(case["query"]), headings)
    assert [number for number, record in records.items() if test(record)] == case["pmids"].split()


def test_each_rule_has_at_least_three_cases_and_some_answers_are_no():
    by_rule = defaultdict(list)
    for case in CASES:
        by_rule[case["rule"]].append(case["pmids"])
    assert len(CASES) >= 150
    assert all(len(answers) >= 3 for answers in by_rule.values())
    assert sum(case["pmids"] == "" for case in CASES) >= 40


def test_what_an_export_does_not_tell_is_not_known_rather_than_no():
    record = from_record({"title": "Nurses online", "abstract": "", "authors": "Wong, Mei", "year": "2021"})
    ask = {"online[ti]": True, "patients[ti]": False, "patients[tiab]": None, "humans[mh]": None}
    assert {query: compile_query(parse(query))(record) for query in ask} == ask
    assert compile_query(parse("patients[ti] AND humans[mh]"))(record) is False
    assert compile_query(parse("online[ti] NOT humans[mh]"))(record) is None
    assert compile_query(parse("online[ti] OR humans[mh]"))(record) is True
