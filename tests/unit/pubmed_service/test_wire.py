"""What goes over the wire: connections, headers, the rate, the log, and the service as a program."""

import gzip
import http.client
import json
import re
import socket
import subprocess
import sys
import time
from contextlib import suppress
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from tests.paths import REPOSITORY
from tests.pubmed_service.made_up import synthetic_records
from tests.pubmed_service.service import EntrezServer
from tests.pubmed_service.world import World
from tests.unit.pubmed_service.client import PMIDS, WORLD, Reply, control, fail, send

# -- shape ----------------------------------------------------------------------------------------------


def test_get_and_post_and_both_together_mean_the_same(server):
    wanted = send(server, "esearch", term="x", retmax=5)
    assert send(server, "esearch", "GET", term="x", retmax=5).body == wanted.body
    with urlopen(
        f"{server.url}esearch.fcgi?db=pubmed&retmax=5", b"term=x&tool=t&email=e", timeout=5
    ) as mixed:
        assert mixed.read() == wanted.body


def test_every_answer_carries_the_headers_of_the_real_service_and_no_length(server):
    reply = send(server, "esearch", term="x")
    assert reply.headers["Server"] == "Finatra"
    assert reply.headers["Cache-Control"] == "private"
    assert reply.headers["Transfer-Encoding"] == "chunked"
    assert reply.headers["Content-Length"] is None
    assert reply.headers["Retry-After"] is None
    assert reply.headers["Content-Type"] == "text/xml; charset=UTF-8"
    assert reply.headers["Keep-Alive"] == "timeout=4, max=40"
    assert reply.headers["X-RateLimit-Limit"] == "3"
    assert "ncbi_sid" in reply.headers["Set-Cookie"]
    with urlopen(server.url + "esearch.fcgi?term=x&retmode=json", timeout=5) as answer:
        assert answer.headers["Content-Type"] == "application/json; charset=UTF-8"


def test_the_answer_is_compressed_when_the_request_offers_gzip(server):
    plain = send(server, "efetch", id=PMIDS[0])
    packed = send(server, "efetch", headers={"Accept-Encoding": "gzip, deflate"}, id=PMIDS[0])
    assert plain.headers["Content-Encoding"] is None
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body


def test_one_connection_serves_many_requests(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    kept = set()
    for _ in range(10):
        connection.request("GET", "/entrez/eutils/esearch.fcgi?term=x&retmax=1")
        assert connection.getresponse().read().endswith(b"</eSearchResult>\n")
        kept.add(connection.sock.getsockname())
    connection.close()
    assert len(kept) == 1


@pytest.mark.parametrize(
    "path", ["/", "/entrez/eutils/", "/entrez/eutils/esearch", "/entrez/eutils/ecitmatch.fcgi"]
)
def test_an_unknown_address_is_404_in_html(server, path):
    with pytest.raises(HTTPError) as caught:
        urlopen(server.root + path, timeout=5)
    with caught.value as error:
        assert (error.code, error.headers["Content-Type"]) == (404, "text/html")
        assert b"<html>" in error.read()


@pytest.mark.parametrize("length", [8_001, 70_000])
def test_a_request_line_beyond_8000_bytes_is_414_in_html(server, length):
    reply = send(server, "efetch", "GET", id="1" * length)
    assert (reply.status, reply.headers["Content-Type"]) == (414, "text/html")
    assert any("longer than 8000 bytes" in one for one in server.violations())


def test_a_post_of_many_ids_is_taken(server):
    assert send(server, "efetch", id=",".join(map(str, PMIDS * 40))).pmids == PMIDS


@pytest.mark.parametrize("path", ["/eutils/dtd/20060628/esearch.dtd", "/ncbi/pubmed/out/pubmed_260101.dtd"])
def test_who_asks_for_a_dtd_is_found_out(server, path):
    with pytest.raises(HTTPError, match="410") as caught:
        urlopen(server.root + path, timeout=5)
    caught.value.close()
    assert server.violations() == ["dtd: a DTD was asked for"]


def test_a_misspelt_parameter_does_nothing(server):
    assert len(send(server, "esearch", term="x", retMax=3).ids) == 20


# -- rate and key ---------------------------------------------------------------------------------------


def test_the_fourth_request_in_a_second_is_429_and_so_is_all_in_the_pause_after_it():
    with EntrezServer(WORLD, penalty=0.3, retry_after=2) as server:
        replies = [send(server, "esearch", term="x", retmax=0) for _ in range(4)]
        assert [reply.status for reply in replies] == [200, 200, 200, 429]
        assert [reply.headers["X-RateLimit-Remaining"] for reply in replies] == ["2", "1", "0", "0"]
        refused = replies[-1]
        assert refused.headers["Retry-After"] == "2"
        assert refused.headers["Content-Type"].startswith("application/json")
        assert refused.body == (
            b'{"error":"API rate limit exceeded","api-key":"127.0.0.1","count":"4","limit":"3"}\n'
        )
        assert send(server, "efetch", id=PMIDS[0]).status == 429
        time.sleep(1.4)
        assert send(server, "esearch", term="x").status == 200
        assert server.violations()[0] == "esearch: rate: 4 requests in a second, 3 are allowed"


def test_the_second_slides_so_that_two_bursts_across_a_full_second_are_refused():
    with EntrezServer(WORLD) as server:
        time.sleep((0.6 - time.monotonic()) % 1)
        statuses = []
        for _ in range(2):
            statuses += [send(server, "esearch", term="x", retmax=0).status for _ in range(2)]
            time.sleep(0.3)
        assert statuses == [200, 200, 200, 429]
        assert server.most_in_a_second() == 4


def test_whole_seconds_of_the_clock_are_the_softer_rule():
    with EntrezServer(WORLD, sliding=False) as server:
        time.sleep((0.6 - time.monotonic()) % 1)
        statuses = []
        for _ in range(2):
            statuses += [send(server, "esearch", term="x", retmax=0).status for _ in range(2)]
            time.sleep(0.6)
        assert statuses == [200] * 4


def test_a_key_has_its_own_larger_count_and_is_repeated_in_a_refusal():
    with EntrezServer(WORLD, valid_keys=["k1", "k2"]) as server:
        replies = [send(server, "esearch", term="x", retmax=0, api_key="k1") for _ in range(11)]
        assert [reply.status for reply in replies] == [200] * 10 + [429]
        assert json.loads(replies[-1].body)["api-key"] == "k1"
        assert replies[0].headers["X-RateLimit-Limit"] == "10"
        assert send(server, "esearch", term="x", api_key="k2").status == 200
        wrong = send(server, "esearch", term="x", api_key="k3")
        assert wrong.status == 400
        assert json.loads(wrong.body) == {
            "error": "API key invalid",
            "api-key": "k3",
            "type": "invalid",
            "status": "unknown",
        }


def test_the_rate_may_only_be_watched():
    with EntrezServer(WORLD, enforce_rate=False) as server:
        assert {send(server, "esearch", term="x", retmax=0).status for _ in range(5)} == {200}
        assert len(server.violations()) == 2


# -- log and control ------------------------------------------------------------------------------------


def test_the_log_names_every_request_and_hides_the_key(server):
    send(server, "esearch", term="x", api_key="secret-key")
    send(server, "efetch", "GET", id=[PMIDS[0], PMIDS[1]], tool=None, email=None)
    status, entries = control(server, "GET", "/_test/log")
    assert status == 200
    assert entries == server.log()
    assert [(one["endpoint"], one["method"], one["status"]) for one in entries] == [
        ("esearch", "POST", 200),
        ("efetch", "GET", 200),
    ]
    assert "secret-key" not in json.dumps(entries)
    assert [one["api_key"] for one in entries] == [True, False]
    assert entries[1]["parameters"]["id"] == f"{PMIDS[0]},{PMIDS[1]}"
    assert entries[1]["violations"] == ["no tool", "no email"]
    assert entries[1]["records"] == 2
    assert entries[0]["at"] < entries[1]["at"]
    assert entries[0]["time"].endswith("+00:00")


def test_a_key_in_an_address_is_a_violation(server):
    send(server, "esearch", "GET", term="x", api_key="k")
    assert server.violations() == ["esearch: api_key in the address"]


def test_a_plan_over_http_is_carried_out_and_taken_back(server):
    plan = [{"endpoint": "esearch", "when": {"nth": 2}, "fault": "503", "times": 1}]
    assert control(server, "POST", "/_test/faults", plan)[0] == 200
    assert [send(server, "esearch", term="x").status for _ in range(3)] == [200, 503, 200]
    assert [one["fault"] for one in server.log()] == [None, "503", None]
    control(server, "POST", "/_test/faults", [{"fault": "502", "times": None}])
    assert send(server, "efetch", id=PMIDS[0]).status == 502
    assert control(server, "DELETE", "/_test/faults")[0] == 200
    assert send(server, "efetch", id=PMIDS[0]).status == 200


@pytest.mark.parametrize(
    "plan",
    [
        {"fault": "no-such-fault"},
        {"fault": "omit-one", "endpoint": "esearch"},
        {"fault": "502", "when": {"Nth": 1}},
        {"fault": "502", "time": 1},
        {"fault": "random", "kinds": ["no-such-fault"]},
    ],
)
def test_a_misspelt_plan_is_refused(server, plan):
    status, answer = control(server, "POST", "/_test/faults", [plan])
    assert status == 400
    assert "error" in answer


def test_reset_restores_the_world_and_the_counters_and_keeps_the_plan(server):
    server.set_world([next(synthetic_records(1, 5))])
    fail(server, "502", when={"nth": 1})
    assert send(server, "esearch", term="x").status == 502
    assert send(server, "esearch", term="x").ids == [5]
    webenv = send(server, "esearch", term="x", usehistory="y").root.findtext("WebEnv")
    assert control(server, "POST", "/_test/reset")[0] == 200
    assert server.log() == []
    assert send(server, "esearch", term="x").status == 502
    assert send(server, "esearch", term="x").count == 120
    assert send(server, "efetch", WebEnv=webenv, query_key=1).status == 400


def test_a_later_world_takes_the_place_of_the_first(server):
    later = World([*(WORLD.get(pmid) for pmid in PMIDS[1:]), next(synthetic_records(1, 9000))])
    server.set_world(later, [{"term": "q", "pmids": None, "translation": "new"}])
    reply = send(server, "esearch", term="q", retmax=200)
    assert sorted(reply.ids) == [*PMIDS[1:], 9000]
    assert reply.root.findtext("QueryTranslation") == "new"


# -- as a program ---------------------------------------------------------------------------------------


def test_as_a_program_it_prints_its_address_first_and_ends_with_its_parent(tmp_path):
    records, queries = tmp_path / "r.xml", tmp_path / "q.json"
    records.write_bytes(b"<PubmedArticleSet>" + b"".join(WORLD.records[:3]) + b"</PubmedArticleSet>")
    queries.write_text(json.dumps([{"term": "q", "pmids": [WORLD.pmids[0]]}]), "utf-8")
    program = [sys.executable, "-m", "tests.pubmed_service"]
    command = [*program, "--records", str(records), "--queries", str(queries)]
    parent = (
        "import subprocess, sys\n"
        f"child = subprocess.Popen({command!r}, stdout=subprocess.PIPE, text=True)\n"
        "sys.stdout.write(child.stdout.readline()); sys.stdout.flush(); sys.stdin.readline()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", parent],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=REPOSITORY,
    ) as process:
        url = process.stdout.readline().strip()
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/entrez/eutils/", url)
        with urlopen(url + "esearch.fcgi?term=q&tool=t&email=e", timeout=5) as answer:
            assert Reply(200, {}, answer.read()).ids == [WORLD.pmids[0]]
        process.communicate("\n", timeout=10)
    port = int(url.split(":")[2].split("/")[0])
    for _ in range(50):
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            time.sleep(0.1)
            continue
        break
    else:
        pytest.fail("the server outlived its parent")
