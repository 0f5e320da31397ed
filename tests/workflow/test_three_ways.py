"""The same records searched in files, asked live, and replayed from the archive frozen from that live run.

The service answers each query with the slow evaluator, which shares no code with ours.
"""

import itertools
import json
import os
import random
from contextlib import chdir
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest

from scripts.common.review.settings import Search
from scripts.common.search import entrez
from scripts.common.search.pace import Pace
from scripts.common.search.pubmed_files import pubmed_files
from scripts.common.search.query_check import faults_of
from scripts.common.search.windows import cut
from scripts.search import fetch_window, freeze, merge_files, replay_window, scan_file
from tests import random_queries, slow_evaluator
from tests.paths import REPOSITORY
from tests.pubmed_files import invented
from tests.pubmed_service.service import EntrezServer
from tests.pubmed_service.world import World

QUERIES = int(os.environ.get("REVIEW_THREE_WAYS", "40"))
FIELDS = ("crdt", "edat", "pdat")
START, END = date(2020, 1, 1), date(2021, 12, 31)
WINDOWS = list(map(str, cut(START, END, "year")))
INPUTS = (REPOSITORY / "config/inputs.tsv").read_text(encoding="utf-8").splitlines()[0] + "\n"


def can_be_sent(query: str) -> bool:
    """Return whether a live search takes a query: car* is too short for PubMed in any phrase."""
    return not any(faults_of(query))


def number_of(day: date) -> int:
    return day.year * 10_000 + day.month * 100 + day.day


def published(xml: bytes) -> list[int]:
    """Return the days by which PubMed finds a record by publication: in print and online."""
    article = ElementTree.fromstring(xml)
    nodes = [article.find(".//JournalIssue/PubDate"), article.find(".//ArticleDate")]
    return sorted({number_of(slow_evaluator._day(node)) for node in nodes if node is not None})


def receipts(kind: str) -> list[list[int]]:
    return [json.loads(Path(kind, f"{window}.json").read_text("utf-8"))["pmids"] for window in WINDOWS]


def in_files(folder: Path, query: str, field: str) -> list[list[int]]:
    Path("files").mkdir(exist_ok=True)
    Path("headings.xml").write_text(random_queries.descriptors(), encoding="utf-8")
    bases = []
    for file in pubmed_files(str(folder)):
        base = f"files/{file.name}"
        bases.append(base)
        scan_file.main(
            path=str(file.path), query=query, mesh_file="headings.xml", matches_xml=f"{base}.xml.gz",
            pmids_gz=f"{base}.pmids.gz", receipt=f"{base}.json",
        )  # fmt: skip
    merge_files.main(
        query=query, date_field=field, end=str(END), mesh_file="headings.xml", folder=str(folder),
        matches=[f"{base}.xml.gz" for base in bases], pmids=[f"{base}.pmids.gz" for base in bases],
        receipts=[f"{base}.json" for base in bases], windows_xml=[f"files/{name}.xml.gz" for name in WINDOWS],
        windows_json=[f"files/{name}.json" for name in WINDOWS], overall="files/all.json",
        then_csv="files/then.csv",
    )  # fmt: skip
    return receipts("files")


def live(server: EntrezServer, query: str, field: str) -> list[list[int]]:
    Path("live").mkdir(exist_ok=True)
    for window in WINDOWS:
        fetch_window.main(
            window_name=window, query=query, date_field=field, endpoint=server.url, strict=False,
            partial="partial", xml=f"live/{window}.xml.gz", receipt=f"live/{window}.json",
        )  # fmt: skip
    return receipts("live")


def frozen_and_replayed(server: EntrezServer, query: str, field: str) -> list[list[int]]:
    Path("config").mkdir(exist_ok=True)
    Path("config/inputs.tsv").write_text(INPUTS, encoding="utf-8")
    freeze.main(
        windows=[f"live/{window}.xml.gz" for window in WINDOWS],
        receipts=[f"live/{window}.json" for window in WINDOWS],
        search=Search(
            mode="live", endpoint=server.url, strict=False, start=str(START), end=str(END), date_field=field,
            windows="year", query=query,
        ),
    )  # fmt: skip
    Path("replayed").mkdir(exist_ok=True)
    for window in WINDOWS:
        replay_window.main(
            archive_json="config/inputs/pubmed/archive.json", window_name=window, query=query,
            date_field=field, xml=f"replayed/{window}.xml.gz", receipt=f"replayed/{window}.json",
        )  # fmt: skip
    return receipts("replayed")


def test_files_live_and_archive_give_the_same_pmids(tmp_path, monkeypatch):
    monkeypatch.setenv("NCBI_EMAIL", "somebody@example.org")
    client, pace = entrez.Client, Pace("three", 100_000, folder=str(tmp_path))
    monkeypatch.setattr(fetch_window, "Client", lambda url: client(url, pause=0.001, pace=pace))
    files = invented(per_file=14, seed=5, annual=3, updates=2)
    files.write(tmp_path / "pubmed")
    present = files.present()
    chance = random.Random(25)
    drawn = (random_queries.query(chance) for _ in itertools.count())
    queries = list(itertools.islice(filter(can_be_sent, drawn), QUERIES))
    answers = [{"term": query, "pmids": files.answer(query)} for query in queries]
    world = World(present.values(), {"pdat": {pmid: published(xml) for pmid, xml in present.items()}})
    found = 0
    with EntrezServer(world, answers, enforce_rate=False) as server, chdir(tmp_path):
        for number, query in enumerate(queries):
            field = FIELDS[number % len(FIELDS)]
            by_files = in_files(tmp_path / "pubmed", query, field)
            assert by_files == live(server, query, field), (query, field)
            assert by_files == frozen_and_replayed(server, query, field), (query, field)
            found += sum(map(len, by_files))
    assert found > QUERIES, "chance lets queries find something"


@pytest.mark.parametrize("seed", [3, 4])
def test_most_queries_find_some_records_and_not_all(seed):
    files = invented(per_file=14, seed=seed, annual=3, updates=2)
    chance, present = random.Random(seed), len(files.present())
    sizes = [len(files.answer(random_queries.query(chance))) for _ in range(40)]
    assert sum(0 < size < present for size in sizes) > 15
