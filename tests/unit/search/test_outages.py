"""Outages, slow answers, foreign endpoints and proxies: the right records, or one line with the cause."""

import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.message import Message
from email.utils import format_datetime
from pathlib import Path

import pytest

from scripts.common.errors import InputError, RetrievalError
from scripts.common.files.connections import pause_of
from scripts.common.search import entrez
from scripts.common.search.entrez import Client, Found
from scripts.common.search.pace import Pace
from scripts.common.search.transport import check_endpoint
from scripts.search.fetch_window import Pages, check_complaints
from tests.paths import SPECIMENS

CASES = SPECIMENS / "cases/faults"
needs_cases = pytest.mark.skipif(not CASES.is_dir(), reason="no shared/cases/faults here")
EMAIL, KEY = "somebody@example.org", "0123456789secret"
GOOD = (
    b"<eSearchResult><Count>1</Count><RetMax>1</RetMax><RetStart>0</RetStart><IdList><Id>7</Id></IdList>"
    b"<TranslationSet/><QueryTranslation>q</QueryTranslation></eSearchResult>"
)
LINE_FEED = b"\r\n"


def http(status: str, body: bytes, *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return LINE_FEED.join(line.encode() for line in lines) + 2 * LINE_FEED + body


def error(words: str) -> bytes:
    return http("200 OK", f"<eSearchResult><ERROR>{words}</ERROR></eSearchResult>".encode())


@pytest.fixture(autouse=True)
def somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NCBI_EMAIL", EMAIL)
    monkeypatch.setenv("NCBI_API_KEY", KEY)
    for name in ("https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)


@contextmanager
def listening(speak: Callable[[socket.socket, int], None]) -> Iterator[tuple[str, list[float]]]:
    """Serve each connection with ``speak(connection, number)``; yield the address and times of arrival."""
    arrived: list[float] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:  # closed: the test is over
                    return
                arrived.append(time.monotonic())
                with connection:
                    try:
                        speak(connection, len(arrived))
                    except OSError:  # the client has left
                        continue

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"127.0.0.1:{server.getsockname()[1]}", arrived
        server.shutdown(socket.SHUT_RDWR)


def read_request(connection: socket.socket) -> bytes:
    got = b""
    while 2 * LINE_FEED not in got:
        got += connection.recv(1 << 16)
    head, _, body = got.partition(2 * LINE_FEED)
    headers = dict(line.split(b": ", 1) for line in head.lower().split(LINE_FEED)[1:])
    while len(body) < int(headers.get(b"content-length", 0)):
        body += connection.recv(1 << 16)
    return head + 2 * LINE_FEED + body


def search(tmp_path: Path, *answers: bytes, deadline: float = 2.0) -> Found:
    """Search once while the service gives these answers in turn, and a good one after them."""

    def speak(connection: socket.socket, number: int) -> None:
        read_request(connection)
        connection.sendall(answers[number - 1] if number <= len(answers) else http("200 OK", GOOD))

    with listening(speak) as (host, _):
        return client(host, tmp_path, deadline).search("q", "window x")


def client(host: str, tmp_path: Path, deadline: float = 2.0) -> Client:
    pace = Pace("test", 10_000, folder=str(tmp_path))
    return Client(f"http://{host}/", pause=0.001, pace=pace, timeout=1.0, deadline=deadline)


PASSES = [
    error("Search Backend failed: Database is not supported: pubmed"),
    error("Error occurred during execution of QueryMaker"),
    error("Resource temporarily unavailable"),
    error("Some words that nobody has seen before"),
    error("Unable to obtain query #1"),
    *(
        http(f"{status} Busy", b"<html><h1>Busy</h1></html>")
        for status in (400, 403, 404, 408, 425, 500, 502)
    ),
    http("429 Too Many Requests", b"{}", "Retry-After: 0"),
    http("200 OK", GOOD.replace(b"<Count>1<", b"<Count>null<")),
    http("200 OK", GOOD.replace(b"<Id>7<", b"<Id>null<")),
    http("200 OK", b""),
]


@pytest.mark.parametrize("answer", PASSES, ids=range(len(PASSES)))
def test_what_may_pass_by_itself_is_asked_again(answer, tmp_path):
    assert search(tmp_path, answer, answer).pmids == [7]


@pytest.mark.parametrize(
    "words",
    [
        "Search Backend failed: unbalanced query",
        "Invalid db name specified: pubmd",
        "Unknown search field: tiabb",
    ],
)
def test_an_error_that_names_the_query_the_field_or_the_database_is_not_asked_again(words, tmp_path):
    with pytest.raises(RetrievalError, match=f"refuses the search: {words}. Correct search.query"):
        search(tmp_path, error(words))


def test_a_lasting_outage_ends_with_the_words_of_the_server(tmp_path, monkeypatch):
    monkeypatch.setattr(entrez, "TRIES", 3)
    page = http("503 Unavailable", f"<html><title>Down</title><p>Back at noon {KEY}</p></html>".encode())
    with pytest.raises(RetrievalError) as stopped:
        search(tmp_path, page, page, page)
    assert str(stopped.value) == (
        "window x: PubMed did not answer esearch, asked 3 times; at last: status 503, Down Back at noon ***."
        " Start again later: what was fetched is kept."
    )


def test_a_wait_of_years_ends_the_run_with_one_line(tmp_path):
    with pytest.raises(
        RetrievalError, match=r"too many requests \(429\), and wants no request for 1000000000 s"
    ):
        search(tmp_path, http("429 Too Many Requests", b"", "Retry-After: 1000000000"))
    paused = json.loads((tmp_path / "test.pace").read_text())
    assert paused["quiet_until"] - time.monotonic() <= entrez.LONGEST_PAUSE_SECONDS


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("3", 3), ("0.5", 0.5), ("-1", 2), ("Wed, 21 Oct 2015 07:28:00 GMT", 0), ("soon", 2), ("", 2),
        (None, 2),
        ("nan", 2), ("inf", 2),
    ],
)  # fmt: skip
def test_retry_after_is_read_as_a_number_or_as_a_date(text, seconds):
    headers = Message()
    if text is not None:
        headers["Retry-After"] = text
    assert pause_of(headers) == pytest.approx(seconds, abs=0.01)


def test_retry_after_as_a_day_to_come_is_the_time_until_then():
    headers = Message()
    headers["Retry-After"] = format_datetime(datetime.now(UTC) + timedelta(seconds=1000), usegmt=True)
    assert pause_of(headers) == pytest.approx(1000, abs=60)


SLOW = {
    "status line": (b"", b"HTTP/1.1 200 OK" + LINE_FEED),
    "headers": (b"HTTP/1.1 200 OK" + LINE_FEED, b"X-Note: a long line that never ends"),
    "body": (b"HTTP/1.1 200 OK" + LINE_FEED + b"Content-Length: 500" + 2 * LINE_FEED, b"<" * 500),
    "error page": (b"HTTP/1.1 502 Bad" + LINE_FEED + b"Content-Length: 500" + 2 * LINE_FEED, b"<" * 500),
}


@pytest.mark.parametrize("part", SLOW)
def test_an_answer_that_drips_ends_at_the_deadline_and_holds_nobody_up(part, tmp_path):
    first, rest = SLOW[part]

    def speak(connection: socket.socket, number: int) -> None:
        read_request(connection)
        if number > 1:
            connection.sendall(http("200 OK", GOOD))
            return
        connection.sendall(first)
        for byte in rest:
            connection.sendall(bytes([byte]))
            time.sleep(0.05)

    with listening(speak) as (host, arrived):
        start = time.monotonic()
        assert client(host, tmp_path, deadline=0.4).search("q", "w").pmids == [7]
    assert time.monotonic() - start < 3
    assert len(arrived) == 2


def test_after_429_no_other_process_sends_before_the_pause_is_over(tmp_path):
    def speak(connection: socket.socket, number: int) -> None:
        read_request(connection)
        refused = http("429 Too Many Requests", b"", "Retry-After: 0.5")
        connection.sendall(refused if number == 1 else http("200 OK", GOOD))

    with listening(speak) as (host, arrived):
        jobs = [threading.Thread(target=client(host, tmp_path).search, args=("q", "w")) for _ in range(4)]
        for job in jobs:
            job.start()
        for job in jobs:
            job.join()
    assert len(arrived) == 5
    assert arrived[1] - arrived[0] >= 0.45


@pytest.mark.parametrize(
    ("endpoint", "allow", "line"),
    [
        ("https://eutils.ncbi.nlm.nih.gov/entrez/eutils/", False, ""),
        ("http://127.0.0.1:99/", False, ""),
        ("http://[::1]:99/", False, ""),
        ("http://localhost:99/", False, ""),
        ("http://eutils.ncbi.nlm.nih.gov/entrez/eutils/", False, "not encrypted"),
        ("https://ncbi.nlm.nih.gov.example.org/", False, "is not NCBI, and would receive"),
        ("https://127.0.0.1.example.org/", False, "is not NCBI"),
        ("https://eutils.ncbi.nlm.nih.gov@example.org/", False, "example.org is not NCBI"),
        ("https://mirror.example.org/", True, ""),
        ("http://mirror.example.org/", True, "not encrypted"),
    ],
)
def test_key_and_address_go_to_ncbi_or_to_this_machine_only(endpoint, allow, line, caplog):
    if line:
        with pytest.raises(InputError, match=rf"search\.endpoint: .*{line}"):
            check_endpoint(endpoint, allow)
    else:
        check_endpoint(endpoint, allow)
        assert ("mirror.example.org, which is not NCBI" in caplog.text) == allow


def test_through_a_proxy_the_key_travels_only_inside_tls(tmp_path, monkeypatch):
    seen: list[bytes] = []

    def speak(connection: socket.socket, number: int) -> None:
        seen.append(read_request(connection))
        connection.sendall(b"HTTP/1.1 200 Connection established" + 2 * LINE_FEED)
        kind, _, length = struct.unpack("!BHH", connection.recv(5, socket.MSG_WAITALL))
        seen.append(bytes([kind]) + connection.recv(length, socket.MSG_WAITALL))

    monkeypatch.setattr(entrez, "TRIES", 1)
    with listening(speak) as (host, _):
        monkeypatch.setenv("HTTPS_PROXY", f"http://{host}")
        pace = Pace("test", 10_000, folder=str(tmp_path))
        with pytest.raises(RetrievalError, match="PubMed did not answer"):
            Client(entrez.NCBI, pace=pace, timeout=2.0, deadline=2.0).search("q", "w")
    asked, inside = seen
    assert asked.startswith(b"CONNECT eutils.ncbi.nlm.nih.gov:443 ")
    assert inside[0] == 22, "what follows is a TLS handshake"  # RFC 8446, section 5.1
    assert not any(secret.encode() in part for part in seen for secret in (KEY, EMAIL))


def test_without_tls_no_proxy_is_used(tmp_path, monkeypatch):
    with listening(lambda connection, number: pytest.fail("the proxy was asked")) as (proxy, _):
        monkeypatch.setenv("HTTP_PROXY", f"http://{proxy}")
        assert search(tmp_path).pmids == [7]


def kept(folder: Path, content: bytes | None) -> Pages:
    """Open a folder of pages in which the one page that was kept has this content."""
    first = Pages(folder, "term", "2026-11-26")
    record = b"<PubmedArticle><MedlineCitation><PMID>7</PMID></MedlineCitation></PubmedArticle>"
    first.add(b"<PubmedArticleSet>" + record + b"</PubmedArticleSet>")
    (page,) = folder.glob("*.xml.gz")
    if content is not None:
        page.write_bytes(content)
    return Pages(folder, "term", "2026-11-26")


@pytest.mark.parametrize(
    "content", [b"", b"\x1f\x8b", b"\0" * 50, b"no page"], ids=["empty", "cut", "zeros", "text"]
)
def test_a_kept_page_that_is_cut_or_empty_is_thrown_away(content, tmp_path):
    assert kept(tmp_path / "kept", None).page_of.keys() == {7}
    assert kept(tmp_path / "damaged", content).page_of == {}
    assert not list((tmp_path / "damaged").glob("*.xml.gz"))


def test_a_cut_note_about_kept_pages_throws_them_away(tmp_path):
    kept(tmp_path / "kept", None)
    (tmp_path / "kept/about.json").write_bytes(b"")
    assert Pages(tmp_path / "kept", "term", "2026-11-26").page_of == {}


def test_strict_stops_at_a_quoted_phrase_that_is_not_found():
    found = Found([1], "", [], ['QuotedPhraseNotFound: "co-design*"[tiab]'], [])
    check_complaints(found.errors, found.warnings, "w", strict=False)
    with pytest.raises(InputError, match=r"PubMed did not find '\"co-design\*\"\[tiab\]'"):
        check_complaints(found.errors, found.warnings, "w", strict=True)


@needs_cases
def test_every_specimen_of_an_outage_is_asked_again_or_ends_with_one_line(tmp_path):
    paths = sorted([*(CASES / "entrez").glob("*.http"), *(CASES / "entrez").glob("esearch-*.xml")])
    assert paths
    for path in paths:
        body = path.read_bytes()
        wire = body.replace(b"\r\n", b"\n").partition(b"\n\n")
        head = wire[0].replace(b"\n", LINE_FEED) + LINE_FEED + b"Connection: close"
        answer = head + 2 * LINE_FEED + wire[2] if path.suffix == ".http" else http("200 OK", body)
        if "quoted-phrase" in path.name:
            found = search(tmp_path, answer)
            with pytest.raises(InputError, match="PubMed did not find"):
                check_complaints(found.errors, found.warnings, "w", strict=True)
        elif "huge" in path.name:
            with pytest.raises(RetrievalError, match="wants no request for 1000000000 s"):
                search(tmp_path, answer)
            (tmp_path / "test.pace").unlink()
        else:
            assert search(tmp_path, answer).pmids == [7], path.name


@needs_cases
def test_the_specimen_of_a_kept_page_is_thrown_away(tmp_path):
    (path,) = (CASES / "pages").glob("*.xml.gz")
    assert kept(tmp_path / "damaged", path.read_bytes()).page_of == {}
