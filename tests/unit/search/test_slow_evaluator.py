"""Our evaluator against a slow one that shares no code with it, on invented queries over invented records."""

import io
import os
import random
from xml.etree import ElementTree

from scripts.common.records.pubmed_xml import articles
from scripts.common.search.citation import from_article
from scripts.common.search.evaluate import compile_query
from scripts.common.search.explain import Strategy
from scripts.common.search.mesh import read_mesh
from scripts.common.search.syntax import parse
from tests import random_queries, slow_evaluator

QUERIES = int(os.environ.get("REVIEW_QUERIES", "150"))


def test_both_evaluators_find_the_same_records(tmp_path):
    (tmp_path / "headings.xml").write_text(random_queries.descriptors(), encoding="utf-8")
    mesh = read_mesh(tmp_path / "headings.xml")
    chance = random.Random(20220816)
    xml = "".join(random_queries.record(chance, number) for number in range(1, 41))
    content = f"<PubmedArticleSet>{xml}</PubmedArticleSet>"
    ours = [from_article(article) for article in articles(io.BytesIO(content.encode()), "invented")]
    theirs = ElementTree.fromstring(content).findall("PubmedArticle")
    found = 0
    for _ in range(QUERIES):
        query = random_queries.query(chance)
        test = compile_query(parse(query), mesh)
        explained = Strategy(query, mesh)
        expected = [slow_evaluator.finds(query, article) for article in theirs]
        assert [test(record) for record in ours] == expected, query
        assert [explained.meets(explained.answers(record)) for record in ours] == expected, query
        found += sum(expected)
    assert found > QUERIES  # chance lets queries find something
