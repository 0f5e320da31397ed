"""What a librarian would call one publication, and what not: pairs with the reason."""

import json
from dataclasses import replace

import numpy as np
import pytest

from scripts.common.duplicates.likeness import compare
from scripts.common.duplicates.rules import NAMES, RULES, decide, in_words, score, verdict_of, with_verdict
from tests.linking import ARTICLE, link_records, table_of
from tests.paths import DATA
from tests.settings import MATCHING

CASES = json.loads((DATA / "duplicates.json").read_text(encoding="utf-8"))
# {"why": "chapters of one book share its DOI", "a": {...}, "b": {...},
#  "duplicate": true | false | "version", "rule": the rule that decides, or null}


def pair_of(record, a, b):
    """Return what two records have in common."""
    table = table_of([record("m:1", **a), record("m:2", **b)])
    return compare(table, np.array([0]), np.array([1]))


@pytest.mark.parametrize("swapped", [False, True], ids=["a first", "b first"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_pair(case, swapped, record):
    names = ("m:2", "m:1") if swapped else ("m:1", "m:2")
    home, _, versions, _ = link_records([record(names[0], **case["a"]), record(names[1], **case["b"])])
    one = home["m:1"] == home["m:2"]
    assert ("version" if versions and not one else one) == case["duplicate"]
    a, b = (case["b"], case["a"]) if swapped else (case["a"], case["b"])
    rule = int(decide(pair_of(record, a, b), MATCHING)[0])
    assert (NAMES[rule] if rule >= 0 else None) == case["rule"]


def test_the_cases_are_unlike_each_other_and_each_rule_has_one():
    assert len({case["why"] for case in CASES}) == len(CASES)
    assert {case["rule"] for case in CASES} == {None, *NAMES}


def test_a_version_is_merged_only_where_its_setting_says_so():
    verdicts = {rule.name: verdict_of(rule, replace(MATCHING, preprints="link")) for rule in RULES}
    assert (verdicts["update"], verdicts["preprint"], verdicts["versions"]) == (
        "duplicate", "version", "version",
    )  # fmt: skip
    merged = {rule.name: verdict_of(rule, replace(MATCHING, preprints="merge")) for rule in RULES}
    assert {name for name in merged if merged[name] != verdicts[name]} == {"preprint"}
    decided = np.array([NAMES.index("doi"), NAMES.index("preprint"), -1], dtype=np.int8)
    assert with_verdict(decided, "duplicate", MATCHING).tolist() == [True, False, False]


def test_a_pair_on_which_no_rule_decides_has_none(record):
    assert decide(pair_of(record, {"title": "Letters"}, {"title": "Home visits"}), MATCHING).tolist() == [-1]


SHARED = {"pmid": "7", "volume": "22", "pages": "5-9"}


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ({"title": "Spring notes"}, {"title": "Spring notes"}, 100),
        ({"title": "Spring notes"}, {"pmid": "7"}, 0),
        ({}, {}, 0),
        ({"volume": "3"}, {"volume": "3"}, 100),
        # 4 x 100 for the title, 0 for another year, of 5
        ({"title": "Spring notes", "year": "2010"}, {"title": "Spring notes", "year": "2012"}, 80),
        # 4 x 100 and half a year, of 5
        ({"title": "Spring notes", "year": "2010"}, {"title": "Spring notes", "year": "2011"}, 90),
        ({"title": "Spring notes", "year": "2010"}, {"title": "Spring notes", "year": "2010"}, 100),
        # two years and more count alike
        ({"title": "Spring notes", "year": "2010"}, {"title": "Spring notes", "year": "2019"}, 80),
        # the title of 4 and another DOI of 2
        (
            {"title": "Spring notes", "doi": "10.1000/a"},
            {"title": "Spring notes", "doi": "10.1000/b"},
            400 / 6,
        ),
        # a PMID of 2 and, of 1 each, another volume and another page
        ({"pmid": "7", "volume": "1", "pages": "5"}, {"pmid": "7", "volume": "2", "pages": "6"}, 50),
        # one author of 1, first author of 1, another journal of 1
        ({"authors": "Lee, A", "journal": "BMJ"}, {"authors": "Lee, A", "journal": "Thorax"}, 200 / 3),
        # an abstract counts twice, another volume once
        ({"abstract": "Text", "volume": "1"}, {"abstract": "Text", "volume": "2"}, 200 / 3),
        # authors without a letter in common count, and so does their first one; the volume is the same
        ({"authors": "Xu, A", "volume": "3"}, {"authors": "Ito, B", "volume": "3"}, 100 / 3),
        # the same figure in titles of 80 %: 4 x 80 and 100, of 5
        ({"title": "abcd 12345"}, {"title": "wxyz 12345"}, (4 * 60 + 100) / 5),
        ({"title": "社交媒体", "volume": "3"}, {"title": "Letters", "volume": "3"}, 20),
        ({"abstract": "社交媒体", "volume": "3"}, {"abstract": "Letters", "volume": "3"}, 100 / 3),
    ],
)
def test_the_score_weighs_each_field_that_both_records_have(record, a, b, expected):
    assert score(pair_of(record, a, b))[0] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("a", "b", "words"),
    [
        (ARTICLE, ARTICLE, "titles the same, authors 100 %; same first author, journal, year"),
        (
            ARTICLE | SHARED,
            ARTICLE | SHARED | {"year": "2014", "volume": "23"},
            "titles the same, authors 100 %; same PMID, first author, journal, first page;"
            " other volume, year",
        ),
        ({"title": "abcd 12345"}, {"title": "wxyz 12345"}, "titles 60 % alike"),
        (
            {"title": "社交媒体", "authors": "Xu, A", "abstract": "社交媒体", "year": "2010"},
            {"title": "Letters", "authors": "Ito, B", "abstract": "Letters", "year": "2010"},
            "titles 0 % alike, authors 0 %, abstracts 0 %; same year; other first author",
        ),
        ({"title": "Letters", "doi": "10.1000/a"}, {"doi": "10.1000/a"}, "a title is missing; same DOI"),
        ({}, {}, "a title is missing"),
    ],
)
def test_the_evidence_of_a_link_is_a_sentence(record, a, b, words):
    assert in_words(pair_of(record, a, b)) == [words]
