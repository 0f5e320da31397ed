"""The loopback service fails as the real one was seen to, by plan or by chance."""

import gzip
import http.client
import re
import socket
import threading
import time
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from lxml import etree

from tests.pubmed_service.faults import FAULTS, TRANSIENT
from tests.pubmed_service.service import EntrezServer
from tests.unit.pubmed_service.client import PMIDS, WORLD, fail, send

# -- faults ---------------------------------------------------------------------------------------------


STATUSES = [
    ("429", "esearch", 429, b'"error":"API rate limit exceeded"'),
    ("429-key", "esearch", 429, b'"limit":"10"'),
    ("400-key", "esearch", 400, b'"error":"API key invalid"'),
    ("backend-502-esearch", "esearch", 200, b"Search Backend failed: Pubmed 2.0 search API"),
    ("backend-502-efetch", "efetch", 400, b"502 Server Error"),
    ("viewer-timeout", "efetch", 400, b"External viewer error: Empty Response"),
    ("forwarding-500", "esearch", 500, b'"error":"error forwarding request"'),
    ("diagnostic-500", "efetch", 500, b"WWW Error 500 Diagnostic"),
    ("502", "efetch", 502, b"<title>502 Bad Gateway</title>"),
    ("503", "efetch", 503, b"<title>503 Service Unavailable</title>"),
    ("504", "efetch", 504, b"<title>504 Gateway Timeout</title>"),
    ("blocked", "efetch", 302, b""),
    ("redirect-307", "esearch", 307, b""),
    ("html-200", "efetch", 200, b"<pre>"),
    ("json-instead-of-xml", "efetch", 200, b'{"header"'),
    ("empty-200", "efetch", 200, b""),
    ("408", "esearch", 408, b"<h1>408 Request Timeout</h1>"),
    ("425", "efetch", 425, b"<h1>425 Too Early</h1>"),
    ("429-date", "esearch", 429, b"API rate limit exceeded"),
    ("429-huge", "efetch", 429, b"API rate limit exceeded"),
    ("error-200", "esearch", 200, b"Database is not supported"),
    ("error-200", "efetch", 200, b"<eFetchResult>"),
    ("count-null", "esearch", 200, b"<Count>null</Count>"),
    ("id-null", "esearch", 200, b"<Id>null</Id>"),
    ("webenv-gone", "efetch", 400, b"Unable to obtain query #1"),
    ("webenv-gone", "esearch", 200, b"Unable to obtain query #1"),
]


@pytest.mark.parametrize(("kind", "endpoint", "status", "text"), STATUSES)
def test_a_fault_answers_in_the_words_of_the_service_once(server, kind, endpoint, status, text):
    fail(server, kind, endpoint=endpoint)
    faulty, good = (send(server, endpoint, term="x", id=PMIDS[0]) for _ in range(2))
    assert (faulty.status, good.status) == (status, 200)
    assert text in faulty.body
    assert bool(faulty.body) == bool(text)
    assert (faulty.headers["Retry-After"] is not None) == (status == 429)
    assert [one["fault"] for one in server.log()] == [kind, None]


def test_every_fault_has_a_test_here():
    written = Path(__file__).read_text("utf-8")
    assert [kind for kind in FAULTS if f'"{kind}"' not in written] == []


def test_a_fault_may_have_another_status(server):
    fail(server, "viewer-timeout", status=200)
    reply = send(server, "efetch", id=PMIDS[0])
    assert (reply.status, reply.root.tag) == (200, "eFetchResult")


def test_who_follows_a_redirect_is_found_out(server):
    fail(server, "blocked")
    with urlopen(f"{server.url}esearch.fcgi?term=x&tool=t&email=e", timeout=5) as answer:
        assert (answer.status, answer.url) == (200, server.root + "/_test/misuse")
        assert b"WWW Error Blocked Diagnostic" in answer.read()
    fail(server, "redirect-307")
    asked = send(server, "efetch", id=PMIDS[0], api_key="k")
    assert asked.headers["Location"] == server.root + "/_test/elsewhere"
    with urlopen(asked.headers["Location"], b"id=1&api_key=k", timeout=5) as answer:
        assert answer.status == 200
    assert [one["api_key"] for one in server.log("elsewhere")] == [True]
    assert sum("redirect was followed" in one for one in server.violations()) == 2


@pytest.mark.parametrize("packed", [False, True])
def test_an_answer_cut_cleanly_is_whole_for_http_and_broken_for_xml(server, packed):
    fail(server, "truncate-clean")
    headers = {"Accept-Encoding": "gzip"} if packed else {}
    reply = send(server, "efetch", headers=headers, id=PMIDS[0])
    body = gzip.decompress(reply.body) if packed else reply.body
    assert body
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(body)


def test_an_answer_may_end_after_a_whole_record(server):
    fail(server, "truncate-record")
    body = send(server, "efetch", id=",".join(map(str, PMIDS[:4]))).body
    assert body.endswith(b"</PubmedArticle>")
    assert body.count(b"<PubmedArticle>") == 2


@pytest.mark.parametrize("kind", ["cut-chunked", "cut-length"])
def test_a_connection_may_end_within_the_body(server, kind):
    fail(server, kind)
    with pytest.raises(http.client.IncompleteRead) as caught:
        send(server, "efetch", id=PMIDS[0])
    if kind == "cut-length":
        assert caught.value.partial.startswith(b"<?xml")


def test_a_connection_may_be_closed_or_reset_before_any_answer(server):
    fail(server, "close")
    with pytest.raises(http.client.RemoteDisconnected):
        send(server, "efetch", id=PMIDS[0])
    fail(server, "reset")
    with pytest.raises(ConnectionResetError) as caught:
        send(server, "efetch", id=PMIDS[0])
    assert not isinstance(caught.value, http.client.RemoteDisconnected)
    assert send(server, "efetch", id=PMIDS[0]).status == 200
    assert [one["status"] for one in server.log()] == [None, None, 200]


@pytest.mark.parametrize("kind", ["stall-head", "stall-body"])
def test_an_answer_may_never_come_or_stop_half_way(server, kind):
    fail(server, kind)
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=0.3)
    connection.request("GET", f"/entrez/eutils/efetch.fcgi?db=pubmed&id={PMIDS[0]}")
    received = b""
    with pytest.raises(TimeoutError):  # noqa: PT012  how far it comes is the point
        response = connection.getresponse()
        while part := response.read1(100):
            received += part
    assert received.startswith(b"<?xml") == (kind == "stall-body")
    connection.close()


def test_an_answer_may_come_byte_by_byte():
    with EntrezServer(WORLD, rate=None, drip_seconds=0.05) as server:
        fail(server, "drip")
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=2)
        connection.request("GET", f"/entrez/eutils/efetch.fcgi?db=pubmed&id={PMIDS[0]}")
        response, begin = connection.getresponse(), time.monotonic()
        assert b"".join(response.read(1) for _ in range(5)) == b"<?xml"
        assert time.monotonic() - begin > 0.15
        connection.close()


@pytest.mark.parametrize(("kind", "begin"), [("drip-head", b"HTTP/"), ("drip-error-page", b"HTTP/1.1 502")])
def test_a_status_line_or_an_error_page_may_come_byte_by_byte(kind, begin):
    with EntrezServer(WORLD, rate=None, drip_seconds=0.05) as server:
        fail(server, kind)
        with socket.create_connection(("127.0.0.1", server.port), timeout=2) as connection:
            asked = b"GET /entrez/eutils/esearch.fcgi?db=pubmed&term=x HTTP/1.1"
            connection.sendall(asked + b"\r\nHost: x\r\n\r\n")
            start, got = time.monotonic(), b""
            while time.monotonic() - start < 0.5:
                got += connection.recv(1 << 16)
        assert got.startswith(begin)
        assert (b"\r\n\r\n" in got) == (kind == "drip-error-page")
        assert not got.endswith(b"0\r\n\r\n"), "half a second is not enough for all of it"


def test_a_dripped_answer_is_whole_in_the_end():
    with EntrezServer(WORLD, rate=None, drip_seconds=0.0) as server:
        fail(server, "drip")
        assert send(server, "esearch", term="x", retmax=3).count == 120


def test_a_compressed_answer_may_be_damaged(server):
    fail(server, "gzip-bad")
    reply = send(server, "efetch", headers={"Accept-Encoding": "gzip"}, id=PMIDS[0])
    assert reply.headers["Content-Encoding"] == "gzip"
    with pytest.raises((zlib.error, OSError, EOFError)):
        gzip.decompress(reply.body)


@pytest.mark.parametrize(("kind", "stray"), [("bad-utf8", b"\xff"), ("control-char", b"\x0b")])
@pytest.mark.parametrize("endpoint", ["esearch", "efetch"])
def test_an_answer_may_hold_what_xml_does_not_allow(server, kind, stray, endpoint):
    fail(server, kind)
    body = send(server, endpoint, term="x", id=",".join(map(str, PMIDS[:5]))).body
    assert stray in body
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(body)
    if endpoint == "efetch":
        assert re.search(rb"<AbstractText[^>]*>" + re.escape(stray), body)


@pytest.mark.parametrize(
    ("kind", "difference"),
    [("omit-one", -1), ("omit-page", -5), ("extra-record", 1), ("dup-record", 1), ("new-element", 0)],
)
def test_a_well_formed_page_may_hold_other_records_than_asked_for(server, kind, difference):
    fail(server, kind)
    reply = send(server, "efetch", id=",".join(map(str, PMIDS[:5])))
    assert reply.status == 200
    assert len(reply.pmids) == 5 + difference
    assert len(set(reply.pmids) - set(PMIDS[:5])) == (kind == "extra-record")
    assert len(reply.pmids) - len(set(reply.pmids)) == (kind == "dup-record")
    assert (reply.root.find(".//AiGenerated") is not None) == (kind == "new-element")
    assert send(server, "efetch", id=",".join(map(str, PMIDS[:5]))).pmids == PMIDS[:5]


@pytest.mark.parametrize("by", [1, -1, 100])
def test_a_count_may_differ_from_the_list(server, by):
    fail(server, "count-moves", by=by)
    reply = send(server, "esearch", term="x", retmax=200)
    assert (reply.count, len(reply.ids)) == (120 + by, 120)


def test_a_record_may_appear_between_counting_and_listing(server):
    fail(server, "slice-moves")
    counted = send(server, "esearch", term="x", rettype="count")
    listed = send(server, "esearch", term="x", retmax=200)
    assert (counted.count, listed.count, len(listed.ids)) == (119, 120, 120)
    fail(server, "slice-moves", pmid=PMIDS[3])
    early = send(server, "esearch", term="x", retmax=200)
    assert set(PMIDS) - set(early.ids) == {PMIDS[3]}
    assert early.count == len(early.ids) == 119


def test_the_wall_may_come_for_one_request(server):
    fail(server, "retstart-wall", cap=30)
    reply = send(server, "esearch", term="x", retmax=100)
    assert (reply.count, len(reply.ids)) == (120, 30)
    assert len(send(server, "esearch", term="x", retmax=100).ids) == 100


# -- plans and chance -----------------------------------------------------------------------------------


def test_a_plan_names_requests_by_number_parameter_and_records_delivered(server):
    server.add_faults(
        [
            {"endpoint": "esearch", "when": {"term": {"contains": "[UID]"}}, "fault": "503"},
            {"endpoint": "efetch", "when": {"id": PMIDS[7]}, "fault": "502", "times": 2},
            {"endpoint": "efetch", "when": {"after_records": 3}, "fault": "504"},
            {"endpoint": "epost", "when": {"nth": [1, 3]}, "fault": "forwarding-500"},
        ]
    )
    assert send(server, "esearch", term="x").status == 200
    assert send(server, "esearch", term="x AND 1:5[UID]").status == 503
    assert [send(server, "efetch", id=f"{PMIDS[6]},{PMIDS[7]}").status for _ in range(3)] == [502, 502, 200]
    assert [send(server, "efetch", id=PMIDS[0]).status for _ in range(3)] == [200, 504, 200]
    assert [send(server, "epost", id="1").status for _ in range(4)] == [500, 200, 500, 200]


def test_faults_by_probability_depend_on_the_seed_and_not_on_the_order():
    def faults(seed: int, order: int) -> dict[str, list[Any]]:
        with EntrezServer(WORLD, rate=None) as server:
            plan = {"when": {"probability": 0.4, "seed": seed}, "fault": "503"}
            server.add_faults([plan])
            for pmid in PMIDS[:20][::order]:
                send(server, "efetch", id=pmid)
            return {one["parameters"]["id"]: one["fault"] for one in server.log()}

    assert faults(1, 1) != faults(2, 1)
    hit = [fault for fault in faults(1, 1).values() if fault]
    assert 2 <= len(hit) <= 16


def test_random_faults_are_the_same_for_a_seed_and_never_too_many_in_a_row():
    def run(order: int) -> dict[str, list[Any]]:
        with EntrezServer(WORLD, rate=None) as server:
            server.random_faults(probability=0.7, seed=3, kinds=("502", "503", "html-200"))
            for pmid in PMIDS[:15][::order]:
                for _ in range(6):
                    send(server, "efetch", id=pmid)
            found: dict[str, list[Any]] = {}
            for one in server.log():
                found.setdefault(one["parameters"]["id"], []).append(one["fault"])
            return found

    first = run(1)
    assert first == run(-1)
    assert {kind for faults in first.values() for kind in faults} == {None, "502", "503", "html-200"}
    for faults in first.values():
        assert all(None in faults[place : place + 3] for place in range(4))


def test_a_client_that_repeats_gets_everything_through_all_transient_faults():
    with EntrezServer(WORLD, rate=None) as server:
        server.random_faults(probability=0.5, seed=5)
        got = []
        for place in range(0, 120, 3):
            asked = PMIDS[place : place + 3]
            for _ in range(3):
                with suppress(OSError, http.client.HTTPException, etree.XMLSyntaxError, zlib.error):
                    reply = send(server, "efetch", id=",".join(map(str, asked)))
                    body = gzip.decompress(reply.body) if reply.headers["Content-Encoding"] else reply.body
                    if reply.status == 200 and reply._replace(body=body).pmids == asked:
                        got += asked
                        break
        assert got == PMIDS
        kinds = {one["fault"] for one in server.log()}
        assert len(kinds) > 12
        assert kinds <= {None, *TRANSIENT}


def test_several_clients_at_once_are_served(server):
    got: list[int] = []

    def work(part: int) -> None:
        for pmid in PMIDS[part::6]:
            got.extend(send(server, "efetch", id=pmid).pmids)

    threads = [threading.Thread(target=work, args=(part,)) for part in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == PMIDS
    assert len(server.log()) == 120


def test_stopping_lets_go_of_stalled_and_kept_connections():
    with EntrezServer(WORLD, rate=None) as server:
        fail(server, "stall-head")
        line = b"GET /entrez/eutils/esearch.fcgi?term=x HTTP/1.1\r\nHost: x\r\n\r\n"
        waiting = socket.create_connection(("127.0.0.1", server.port), timeout=5)
        waiting.sendall(line)
        time.sleep(0.1)
        kept = socket.create_connection(("127.0.0.1", server.port), timeout=5)
        kept.sendall(line)
        assert kept.recv(12) == b"HTTP/1.1 200"
    with waiting, kept, suppress(ConnectionResetError):
        assert waiting.recv(100) == b""
