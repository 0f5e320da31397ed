"""The stage paper on small invented papers (shared/cases/jats), each with what is right beside it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from scripts.common.paper.all_printed import printed_numbers, printed_rows
from scripts.common.paper.article import Article
from scripts.common.paper.findings import check
from scripts.common.paper.flow_sentences import flow_of
from scripts.common.paper.included_set import decide
from scripts.common.paper.search_sentences import search_days_of
from scripts.paper.code_paper import from_headings
from tests.paths import SPECIMENS

FILES = sorted((SPECIMENS / "cases/jats").glob("*.xml"))
pytestmark = pytest.mark.skipif(not FILES, reason="no shared/cases/jats here")


def expected(path: Path) -> dict[str, Any]:
    return json.loads(path.with_suffix(".expected.json").read_text(encoding="utf-8"))


def files_with(key: str) -> pytest.MarkDecorator:
    found = [path for path in FILES if key in expected(path)]
    return pytest.mark.parametrize("path", found, ids=lambda path: path.stem)


@files_with("included")
def test_the_included_set_is_right_or_open(path):
    wanted, found = expected(path)["included"], decide(Article.read(path))
    assert found.ref_ids != wanted.get("never")
    assert "ref_ids" not in wanted or found.ref_ids == wanted["ref_ids"]
    assert found.stated == wanted.get("stated_count", found.stated)
    assert found.confidence == wanted.get("confidence", found.confidence)
    if wanted.get("confidence_at_most") == "low":
        assert found.confidence in ("low", "none")
    against = " ".join(says for what, _, says in found.doubts if what == "included")
    assert all(name in against for name in wanted.get("contradiction_names", []))


@files_with("themes")
def test_themes_without_a_results_heading(path):
    article = Article.read(path)
    found: dict[str, list[str]] = {}
    for one in from_headings(article, [], set(decide(article).ref_ids)):
        found.setdefault(one.theme, []).append(one.ref_id)
    assert found == {" > ".join(one["path"]): one["ref_ids"] for one in expected(path)["themes"]}


@files_with("abstract_sentences_once")
def test_a_paragraph_inside_a_paragraph_is_read_once(path):
    abstract = [one.text for one in Article.read(path).sentences if one.part == "abstract"]
    assert [abstract.count(text) for text in expected(path)["abstract_sentences_once"]] == [1]


@files_with("search_date")
def test_the_day_of_the_search(path):
    days = [one.value for one in search_days_of(Article.read(path).sentences)]
    assert days == [expected(path)["search_date"]]


@files_with("flow")
def test_the_flow_and_no_other_number(path):
    found = {(one.stage, one.value) for one in flow_of(Article.read(path).sentences)}
    assert found == {(one["stage"], one["value"]) for one in expected(path)["flow"]}


@files_with("findings")
def test_the_printed_contradictions_and_no_other_finding(path):
    article = Article.read(path)
    found = check(printed_rows(printed_numbers(article)), article)
    wanted = expected(path)["findings"]
    assert sorted(one.kind for one in found) == sorted(wanted)
    sentences = {kind: re.sub(r"<[^>]*>", "", text) for kind, text in wanted.items() if kind != "abstract"}
    assert {one.kind: one.here.sentence for one in found if one.kind != "abstract"} == sentences
