"""The records that are served: loaded as stored, or made up."""

import gzip
import re
from datetime import date

import pytest
from lxml import etree

from tests.paths import SPECIMENS
from tests.pubmed_service.made_up import synthetic_records
from tests.pubmed_service.service import EntrezServer
from tests.pubmed_service.world import World
from tests.unit.pubmed_service.client import send

SHARED = SPECIMENS / "entrez"


def test_made_up_records_are_the_same_for_a_seed_and_are_well_formed():
    records = list(synthetic_records(300, seed=4))
    assert records == list(synthetic_records(300, seed=4))
    assert records != list(synthetic_records(300, seed=5))
    roots = [etree.fromstring(record) for record in records]
    for path in (".//ArticleTitle", ".//Journal/Title", ".//AuthorList/Author", ".//ArticleIdList/ArticleId"):
        assert all(root.find(path) is not None for root in roots)
    assert 0 < sum(root.find(".//Abstract") is None for root in roots) < 60
    assert any(root.find(".//AbstractText[@Label]/i") is not None for root in roots)
    assert any(root.find(".//CollectiveName") is not None for root in roots)
    assert any(root.find(".//MedlineDate") is not None for root in roots)


def test_made_up_pmids_grow_with_the_day_of_creation_and_some_entry_dates_lie_earlier():
    world = World(synthetic_records(2000, first_day=date(2020, 1, 1), last_day=date(2021, 12, 31)))
    by_pmid = [world.place[pmid] for pmid in sorted(world.pmids)]
    created = [world.columns["crdt"][place] for place in by_pmid]
    assert created == sorted(created)
    assert (created[0], created[-1]) == (20200101, 20211231)
    back = sum(world.columns["edat"][place] < world.columns["crdt"][place] for place in by_pmid)
    assert 10 < back < 100


def test_a_record_without_an_end_is_not_loaded():
    record = next(synthetic_records(1))
    with pytest.raises(ValueError, match="no end"):
        World([b"<PubmedArticleSet>" + record[:-16] + b"</PubmedArticleSet>"])
    with pytest.raises(ValueError, match="no end"):
        World([b"<PubmedArticleSet>" + record[:-16] + record + b"</PubmedArticleSet>"])


def test_a_file_may_be_compressed_and_a_later_version_of_a_record_counts(tmp_path):
    first, other = synthetic_records(1, 9, seed=1), synthetic_records(1, 9, seed=2)
    old, new = next(first), next(other)
    (tmp_path / "a.xml.gz").write_bytes(gzip.compress(b"<PubmedArticleSet>" + old + b"</PubmedArticleSet>"))
    assert World(tmp_path / "a.xml.gz").get(9) == old
    assert World([tmp_path / "a.xml.gz", new]).records == [new]


def test_more_records_than_one_search_lists_are_counted_and_served():
    world = World(synthetic_records(12_000))
    with EntrezServer(world, rate=None) as server:
        reply = send(server, "esearch", term="x", retmax=10_000)
        assert (reply.count, len(reply.ids)) == (12_000, 9_999)
        parts = [
            send(server, "esearch", term=f'(x) AND ("{year}"[CRDT] : "{year}"[CRDT])', rettype="count").count
            for year in range(2018, 2023)
        ]
        assert sum(parts) == 12_000
        page = send(server, "efetch", id=",".join(map(str, reply.ids[:200])))
        assert page.pmids == reply.ids[:200]


def test_recorded_records_come_back_identical():
    files = sorted((SHARED / "records").glob("*.xml"))[:40]
    if not files:
        pytest.skip("no shared/entrez/records here")
    with EntrezServer(files, rate=None) as server:
        assert len(server.world) >= 40
        for file in files:
            content = file.read_bytes()
            found = re.findall(rb"<(?:MedlineCitation|BookDocument)[^>]*>\s*<PMID[^>]*>(\d+)", content)
            for pmid in found:
                body = send(server, "efetch", id=pmid.decode()).body
                record = body.partition(b"<PubmedArticleSet>\n")[2].removesuffix(b"</PubmedArticleSet>")
                assert record
                assert record in content
        assert send(server, "esearch", term="x").count == len(server.world)
