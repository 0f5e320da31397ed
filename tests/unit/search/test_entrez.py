"""The live search against a loopback service that behaves, and fails, like PubMed's."""

import gzip
import io
import itertools
import json
import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import psutil
import pytest

from scripts.common.errors import InputError, RetrievalError
from scripts.common.records.pubmed_xml import articles, pmid
from scripts.common.search import entrez, pace
from scripts.common.search.pace import Pace
from scripts.search import fetch_window
from tests.paths import REPOSITORY, SPECIMENS
from tests.pubmed_service.faults import FAULTS, SLOW
from tests.pubmed_service.made_up import synthetic_records
from tests.pubmed_service.service import EntrezServer
from tests.workflow import limits

EMAIL, KEY = "somebody@example.org", "0123456789secret"
WINDOW = "2020-01-01_2021-12-31"
HELD = 60
RECORDS = list(synthetic_records(HELD, first_day=date(2020, 1, 1), last_day=date(2021, 12, 31)))
PMIDS = [int(pmid(article)) for record in RECORDS for article in
         articles(io.BytesIO(b"<PubmedArticleSet>" + record + b"</PubmedArticleSet>"), "record")]  # fmt: skip
STOPS = {"400-key", "blocked", "redirect-307", "429-huge"}  # what asking again does not fix
MIXTURES = int(os.environ.get("REVIEW_MIXTURES", "40"))  # each shape of probability and number is in 40


@pytest.fixture(autouse=True)
def somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NCBI_EMAIL", EMAIL)
    monkeypatch.setenv("NCBI_API_KEY", KEY)
    monkeypatch.setattr(entrez, "PAGE", 10)
    monkeypatch.setattr(fetch_window, "PAGE", 10)


@pytest.fixture(scope="module")
def pubmed() -> Iterator[EntrezServer]:
    with EntrezServer(
        RECORDS, enforce_rate=False, cap=25, drip_seconds=0.2, stall_seconds=3, penalty=0.0, retry_after=0
    ) as server:
        yield server


@pytest.fixture
def fetch(pubmed: EntrezServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict]:
    """Return a function that runs the job for one window with short waits, and returns its receipt."""
    client = entrez.Client

    def make(endpoint: str) -> entrez.Client:
        pace = Pace("test", 10_000, folder=str(tmp_path))
        return client(endpoint, pause=0.001, pace=pace, timeout=0.5, deadline=1.0)

    monkeypatch.setattr(fetch_window, "Client", make)

    def run(strict: bool = False, folder: str = "a", query: str = "asthma[tiab]") -> dict:
        out = tmp_path / folder
        out.mkdir(exist_ok=True)
        fetch_window.main(
            window_name=WINDOW, query=query, date_field="crdt", endpoint=pubmed.url, strict=strict,
            partial=str(tmp_path / "partial"), xml=str(out / "w.xml.gz"), receipt=str(out / "w.json"),
        )  # fmt: skip
        return json.loads((out / "w.json").read_text())

    pubmed.reset()
    pubmed.clear_faults()
    return run


def held(tmp_path: Path, folder: str = "a") -> list[int]:
    with gzip.open(tmp_path / folder / "w.xml.gz") as stream:
        return [int(pmid(article)) for article in articles(stream, "w")]


def test_every_record_of_a_window_arrives_in_the_order_of_the_pmids(fetch, tmp_path):
    receipt = fetch()
    assert held(tmp_path) == receipt["pmids"] == sorted(PMIDS)
    assert receipt["count"] == HELD
    assert receipt["not_delivered"] == []


def test_beyond_what_pubmed_lists_the_parts_add_up(fetch):
    parts = fetch()["slices"]
    assert len(parts) > 1
    assert sum(part["count"] for part in parts) == HELD
    edges = sorted((part["first_uid"], part["last_uid"]) for part in parts)
    assert edges[0][0] == 1
    assert all(before[1] + 1 == after[0] for before, after in itertools.pairwise(edges))


@pytest.mark.parametrize("kind", sorted(set(FAULTS) - {"late_webenv"}))
def test_a_fault_ends_with_all_records_or_with_one_line(kind, fetch, pubmed, tmp_path):
    pubmed.add_faults([{"fault": kind, "times": 1}])
    try:
        receipt = fetch()
    except (RetrievalError, InputError) as error:
        assert kind in STOPS
        line = str(error)
        assert "\n" not in line
        assert EMAIL not in line
        assert KEY not in line
        assert not (tmp_path / "a/w.json").exists()
    else:
        assert kind not in STOPS
        assert held(tmp_path) == receipt["pmids"] == sorted(PMIDS)


@pytest.mark.parametrize("kind", sorted(set(FAULTS) - {*SLOW, "new-element", "retstart-wall", "webenv-gone"}))
def test_a_fault_that_lasts_never_gives_fewer_records_in_silence(kind, fetch, pubmed, tmp_path):
    pubmed.add_faults([{"fault": kind, "times": None}])
    try:
        receipt = fetch()
    except (RetrievalError, InputError) as error:
        assert "\n" not in str(error)
        assert KEY not in str(error)
    else:
        assert sorted(receipt["pmids"] + receipt["not_delivered"]) == sorted(PMIDS)
        assert held(tmp_path) == receipt["pmids"]


@pytest.mark.parametrize("first", range(0, MIXTURES, 20))
def test_a_mixture_of_faults_ends_with_all_records_or_with_one_line(first, fetch, pubmed, tmp_path):
    kinds = sorted(set(FAULTS) - STOPS - {*SLOW, "late_webenv"})
    for seed in range(first, first + 20):
        pubmed.reset()
        pubmed.clear_faults()
        pubmed.random_faults(
            probability=0.05 + 0.5 * (seed % 10) / 10, seed=seed, kinds=kinds, most=2 + seed % 8
        )
        (tmp_path / "a/w.json").unlink(missing_ok=True)
        try:
            receipt = fetch()
        except RetrievalError as error:
            assert "\n" not in str(error)
            continue
        assert sorted(receipt["pmids"] + receipt["not_delivered"]) == sorted(PMIDS), seed
        assert held(tmp_path) == receipt["pmids"]
        assert len(receipt["not_delivered"]) <= entrez.most_left_out(HELD)


def test_a_record_that_pubmed_names_and_keeps_back_is_set_aside_by_name(tmp_path, monkeypatch):
    gone = PMIDS[7]
    with EntrezServer(RECORDS, enforce_rate=False, left_out=[gone]) as server:
        client = entrez.Client
        pace = Pace("test", 10_000, folder=str(tmp_path))
        monkeypatch.setattr(fetch_window, "Client", lambda url: client(url, pause=0.001, pace=pace))
        fetch_window.main(
            window_name=WINDOW, query="q", date_field="crdt", endpoint=server.url, strict=False,
            partial=str(tmp_path / "p"), xml=str(tmp_path / "w.xml.gz"), receipt=str(tmp_path / "w.json"),
        )  # fmt: skip
    receipt = json.loads((tmp_path / "w.json").read_text())
    assert receipt["not_delivered"] == [gone]
    assert receipt["pmids"] == sorted(set(PMIDS) - {gone})


def test_a_broken_run_goes_on_where_it_was(fetch, pubmed, tmp_path):
    undisturbed = fetch(folder="undisturbed")
    pubmed.reset()
    pubmed.add_faults([{"endpoint": "efetch", "when": {"nth": 4}, "fault": "503", "times": None}])
    with pytest.raises(RetrievalError, match="Start again later: what was fetched is kept"):
        fetch()
    before = [entry["parameters"]["id"] for entry in pubmed.log("efetch") if not entry["fault"]]
    pubmed.clear_faults()
    assert fetch() == undisturbed
    whole = (tmp_path / "undisturbed/w.xml.gz").read_bytes()
    assert (tmp_path / "a/w.xml.gz").read_bytes() == whole
    asked = [entry["parameters"]["id"] for entry in pubmed.log("efetch") if not entry["fault"]]
    assert len(before) == 3
    assert len(asked) == len(set(map(str, asked))), "a page that was whole was fetched twice"


def test_words_that_pubmed_does_not_know_are_shown_or_stop_the_search(tmp_path, monkeypatch):
    queries = [
        {"term": "asthma xyzzy", "pmids": PMIDS, "translation": "asthma", "errors": ["xyzzy"], "warnings": []}
    ]
    with EntrezServer(RECORDS, queries, enforce_rate=False) as server:
        client = entrez.Client(server.url, pause=0.001, pace=Pace("test", 10_000, folder=str(tmp_path)))
        found = client.search(
            fetch_window.limited("asthma xyzzy", fetch_window.Window.parse(WINDOW), "crdt"), "w"
        )
        assert found.errors == ["PhraseNotFound: xyzzy"]
        fetch_window.check_complaints(found.errors, found.warnings, "w", strict=False)
        with pytest.raises(InputError, match="'xyzzy'"):
            fetch_window.check_complaints(found.errors, found.warnings, "w", strict=True)


def test_without_an_address_nobody_is_asked(monkeypatch):
    monkeypatch.delenv("NCBI_EMAIL")
    with pytest.raises(InputError, match="NCBI_EMAIL"):
        entrez.Client("http://127.0.0.1:9/")


def test_the_key_travels_in_bodies_only(fetch, pubmed):
    fetch()
    assert all(entry["method"] == "POST" for entry in pubmed.log())
    assert [text for text in pubmed.violations() if ": rate: " not in text] == []  # no pace is kept here


HAMMER = """
import sys, time
from scripts.common.search.pace import Pace
from urllib.request import urlopen, Request
pace = Pace("hammer", int(sys.argv[3]), folder=sys.argv[2])
ask = Request(sys.argv[1] + "esearch.fcgi", data=b"db=pubmed&term=a&tool=t&email=e", method="POST")
for _ in range(int(sys.argv[4])):
    with pace.slot():
        urlopen(ask).read()
"""


def test_six_jobs_together_keep_the_pace_of_one(tmp_path):
    with EntrezServer(RECORDS[:2]) as server:
        jobs = [
            subprocess.Popen(
                [sys.executable, "-c", HAMMER, server.url, str(tmp_path), "3", "2"],
                env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
            )
            for _ in range(6)
        ]
        assert [job.wait(600) for job in jobs] == [0] * 6
        assert len(server.log()) == 12
        assert server.most_in_a_second() <= 3
        assert all(entry["status"] == 200 for entry in server.log())


USERS = """
import os, sys
from scripts.common.search.pace import Pace
from urllib.request import urlopen, Request
"".encode("idna")  # loaded now: the other user may not be able to read Python's own files
if sys.argv[3] != "same":
    os.setgroups([])
    os.setgid(int(sys.argv[3]))
    os.setuid(int(sys.argv[3]))
os.umask(0o077)
pace = Pace(sys.argv[2], 3)
ask = Request(sys.argv[1] + "esearch.fcgi", data=b"db=pubmed&term=a&tool=t&email=e", method="POST")
for _ in range(3):
    with pace.slot():
        urlopen(ask).read()
"""


@pytest.mark.parametrize("other", ["same", 65534], ids=["two TMPDIRs", "two TMPDIRs and two users"])
def test_one_pace_for_the_machine_whatever_tmpdir_and_user(other, tmp_path):
    if other != "same" and os.geteuid() != 0:
        pytest.skip("a second user needs root")
    name = f"test-{os.getpid()}-{other}"
    with EntrezServer(RECORDS[:2]) as server:
        jobs = []
        for number, user in enumerate(("same", other, other)):
            folder = tmp_path / str(number)
            folder.mkdir()
            environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "TMPDIR": str(folder)}
            command = [sys.executable, "-c", USERS, server.url, name, str(user)]
            jobs.append(subprocess.Popen(command, env=environment))
        try:
            assert [job.wait(300) for job in jobs] == [0, 0, 0]
        finally:
            (pace.FOLDER / f"{name}.pace").unlink(missing_ok=True)
        assert server.most_in_a_second() <= 3
        assert [entry["status"] for entry in server.log()] == [200] * 9


class Clock:
    """A clock that moves only when somebody sleeps."""

    def __init__(self, now: float = 100.0) -> None:
        self.now, self.slept = now, 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.slept += seconds


def test_when_pubmed_asks_for_quiet_every_job_waits(tmp_path):
    clock = Clock()
    jobs = [Pace("quiet", 3, str(tmp_path), clock=clock, sleep=clock.sleep) for _ in range(2)]
    with jobs[0].slot() as turn:
        turn.quiet(2.0)
    with jobs[1].slot():
        pass
    assert clock.slept == pytest.approx(2.0)


def test_a_request_leaves_when_the_one_before_it_has_an_answer_or_had_time_to_arrive(tmp_path):
    clock = Clock()
    first, second = (Pace("flight", 3, str(tmp_path), clock=clock, sleep=clock.sleep) for _ in range(2))
    with first.slot(), second.slot():
        assert clock.slept == pytest.approx(5.0, abs=0.1)


def test_a_pace_file_of_before_a_restart_holds_nobody_up(tmp_path):
    with Pace("restart", 1, str(tmp_path), clock=lambda: 1e9).slot():
        pass
    clock = Clock(5.0)
    with Pace("restart", 1, str(tmp_path), clock=clock, sleep=clock.sleep).slot():
        pass
    assert clock.slept == 0


@pytest.mark.parametrize("text", ['{"ends": [1', "[]", '{"flight": 3}', "\0\0\0", '{"ends": ["a"]}'])
def test_a_pace_file_that_was_torn_slows_down_once(text, tmp_path):
    (tmp_path / "torn.pace").write_text(text, encoding="utf-8")
    clock = Clock()
    pace = Pace("torn", 1, str(tmp_path), clock=clock, sleep=clock.sleep)
    for _ in range(2):
        with pace.slot():
            pass
    assert 1.0 <= clock.slept <= 2.2


KILLED = """
import sys
from scripts.search import fetch_window
from scripts.common.search import entrez
from scripts.common.search.pace import Pace
entrez.PAGE = fetch_window.PAGE = 10
client = entrez.Client
fetch_window.Client = lambda url: client(url, pause=0.01, pace=Pace("killed", 20, folder=sys.argv[2]))
fetch_window.main(window_name="2020-01-01_2021-12-31", query="q", date_field="crdt", endpoint=sys.argv[1],
                  strict=False, partial=f"{sys.argv[2]}/partial", xml=f"{sys.argv[2]}/w.xml.gz",
                  receipt=f"{sys.argv[2]}/w.json")
"""


def test_a_job_killed_at_any_moment_goes_on_and_ends_with_the_same_bytes(tmp_path):
    def start(folder: Path) -> psutil.Popen:
        folder.mkdir(exist_ok=True)
        environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
        return psutil.Popen([sys.executable, "-c", KILLED, server.url, str(folder)], env=environment)

    draw = random.Random(5)
    records = list(synthetic_records(200, first_day=date(2020, 1, 1), last_day=date(2021, 12, 31)))
    with EntrezServer(records, enforce_rate=False) as server:
        assert limits.wait(start(tmp_path / "whole")) == 0
        asked = len(server.log("efetch"))
        server.reset()
        kills = 0
        while not (tmp_path / "killed/w.json").exists():
            job = start(tmp_path / "killed")
            pages = len(server.log("efetch")) + draw.randint(1, 3)
            while job.poll() is None and len(server.log("efetch")) < pages:
                time.sleep(0.005)
            time.sleep(draw.random() / 20)  # seconds; a page takes as long
            if job.poll() is None:
                job.kill()
                kills += 1
            job.wait()
        again = len(server.log("efetch")) - asked
    assert kills > 2, "too few jobs were killed"
    assert again <= kills, "a page that was whole was fetched twice"  # one a kill can be on its way
    for name in ("w.xml.gz", "w.json"):
        assert (tmp_path / "killed" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


def recorded(pattern: str) -> list:
    shared = SPECIMENS / "entrez"
    found = sorted(shared.glob(pattern))
    missing = pytest.param(None, id="absent", marks=pytest.mark.skip(reason="no shared/entrez here"))
    return [pytest.param(path, id=path.name) for path in found] or [missing]


@pytest.mark.parametrize("path", recorded("*/*.esearch.xml"))
def test_a_recorded_search_is_read_as_it_was_answered(path, tmp_path, monkeypatch):
    body = path.read_bytes()
    client = entrez.Client("http://127.0.0.1:9/", pause=0, pace=Pace("none", 10_000, folder=str(tmp_path)))
    monkeypatch.setattr(entrez, "TRIES", 1)
    monkeypatch.setattr(client, "_once", lambda name, parameters: body)
    count = int(re.search(rb"<Count>(\d+)</Count>", body)[1])
    ids = [int(number) for number in re.findall(rb"<Id>(\d+)</Id>", body)]
    if b"<IdList" not in body:  # rettype=count
        assert client._count("q", "recorded") == count
        return
    if len(ids) != count:  # twenty of many were listed: not what this client asks for, and no whole answer
        with pytest.raises(RetrievalError, match=f"counts {count} records and lists {len(ids)}"):
            client.search("q", "recorded")
        return
    found = client.search("q", "recorded")
    assert found.pmids == sorted(ids)
    complaints = re.findall(rb"<(?:PhraseNotFound|FieldNotFound)>", body)
    assert len(found.errors) == len(complaints)


@pytest.mark.parametrize("path", recorded("exchanges/*.efetch.xml"))
def test_recorded_records_are_delivered_whole(path, tmp_path, monkeypatch):
    body = path.read_bytes()
    numbers = [
        int(n) for n in re.findall(rb"<(?:MedlineCitation[^>]*|BookDocument[^>]*)>\s*<PMID[^>]*>(\d+)", body)
    ]
    client = entrez.Client("http://127.0.0.1:9/", pause=0, pace=Pace("none", 10_000, folder=str(tmp_path)))
    monkeypatch.setattr(entrez, "TRIES", 1)
    monkeypatch.setattr(client, "_once", lambda name, parameters: body)
    assert client.fetch(numbers, "recorded") == body
    if numbers:
        with pytest.raises(RetrievalError, match="nobody asked for"):
            client.fetch(numbers[1:], "recorded")
