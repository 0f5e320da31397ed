"""A file is fetched by its address: whole or not at all, resumed, within limits; a failure is one line."""

import hashlib
from pathlib import Path

import pytest

from scripts.common.errors import RetrievalError
from scripts.common.files.connections import refused_address
from scripts.common.files.downloads import Limits, NoConnectionError, download
from tests.file_service import FileService, file_service

BODY = b"".join(hashlib.sha256(bytes([number])).digest() for number in range(200))  # 6,400 bytes
QUICK = Limits(
    megabytes=1, seconds=4, silent_seconds=0.3, bytes_per_second=1_000, tries=3, pause_seconds=0.01,
    longest_pause_seconds=2,
)  # fmt: skip


@pytest.fixture(scope="module")
def module_service():
    with file_service() as service:
        yield service


@pytest.fixture
def service(module_service: FileService) -> FileService:
    module_service.files = {"a.csv": BODY}
    module_service.requests.clear()
    module_service.again.clear()
    return module_service


def get(service: FileService, behaviour: str, to: Path, limits: Limits = QUICK, name: str = "a.csv"):
    return download(service.url(behaviour, name), to, limits, lambda *_: None)


@pytest.mark.parametrize(
    "behaviour",
    ["plain", "whole-only", "chunked", "until-closed", "redirected", "busy-at-first", "truncated-once",
     "truncated-whole-only", "wrong-range"],
)  # fmt: skip
def test_a_file_comes_whole_from_every_kind_of_server(service, tmp_path, behaviour):
    get(service, behaviour, tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == BODY


@pytest.mark.parametrize("behaviour", ["plain", "whole-only", "wrong-range"])
@pytest.mark.parametrize("here", [1, len(BODY) - 1, len(BODY), len(BODY) + 5])
def test_what_is_here_already_never_ends_up_twice_in_the_file(service, tmp_path, behaviour, here):
    (tmp_path / "a").write_bytes((BODY + b"stale")[:here])
    get(service, behaviour, tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == BODY


def test_only_the_rest_of_a_file_is_asked_for(service, tmp_path):
    (tmp_path / "a").write_bytes(BODY[:5000])
    get(service, "plain", tmp_path / "a")
    assert service.requests == [("/plain/a.csv", "bytes=5000-")]


def test_an_empty_file_is_a_file(service, tmp_path):
    service.files["empty.csv"] = b""
    get(service, "plain", tmp_path / "a", name="empty.csv")
    assert (tmp_path / "a").read_bytes() == b""


def test_where_a_file_came_from_is_shown_without_a_key_in_the_address(service, tmp_path):
    address = get(service, "redirected", tmp_path / "a")
    assert (address.host, address.redirected) == ("127.0.0.1", True)


@pytest.mark.parametrize(
    ("behaviour", "message"),
    [
        ("status-404", r"moved or taken away \(status 404\).* any copy with this digest will do"),
        ("status-410", r"moved or taken away \(status 410\)"),
        ("status-401", r"not given to a program \(status 401\).* sign in"),
        ("status-403", r"not given to a program \(status 403\)"),
        ("status-202", r"not given to a program \(status 202\)"),
        ("status-418", r"status 418 and no file"),
        ("always-busy", r"does not work at present \(status 503\)\. Try again later"),
        ("busy-for-an-hour", r"too many requests \(status 429\) and wants no request for 3,600 s"),
        ("circle", r"redirects in a circle"),
        (
            "to-plain-http",
            r"redirects to http://files\.example\.org/a\.csv, which is not followed: .*encrypt",
        ),
        ("to-disk", r"an address that cannot be followed"),
        ("truncated", r"ended after 3,200 of 6,400 bytes\. What came is kept: fetch again"),
        ("truncated-chunks", r"the connection ended after \d[\d,]* of an unknown number of bytes"),
        ("slow-head", r"did not answer in time"),
        ("slow", r"the server is slow: it sends \d+ bytes a second"),
        ("silent", r"the server is slow: it sends nothing for 0 s"),
        ("endless", r"larger than 1 MB, which is the limit for one file"),
        ("huge", r"larger than 1 MB, which is the limit for one file"),
        ("no-answer", r"closed the connection without an answer that can be read"),
        ("no-http", r"closed the connection without an answer that can be read"),
    ],
)
def test_a_fault_is_one_line_that_says_what_to_do(service, tmp_path, behaviour, message):
    with pytest.raises(RetrievalError, match=message) as caught:
        get(service, behaviour, tmp_path / "a")
    assert "\n" not in str(caught.value)
    assert "secret" not in str(caught.value)


def test_no_more_is_kept_than_the_limit(service, tmp_path):
    with pytest.raises(RetrievalError, match="larger than 1 MB"):
        get(service, "endless", tmp_path / "a")
    assert (tmp_path / "a").stat().st_size < 1_200_000


def test_a_file_has_one_deadline_over_all_its_tries(service, tmp_path):
    limits = QUICK._replace(seconds=0.5, silent_seconds=2, bytes_per_second=0)
    with pytest.raises(RetrievalError, match=r"not complete after 0 s|slow"):
        get(service, "slow", tmp_path / "a", limits)


def test_a_server_that_is_not_there_is_named(tmp_path):
    with file_service() as gone:
        url = gone.url("plain", "a.csv")
    with pytest.raises(NoConnectionError, match=r"no connection to 127\.0\.0\.1 .*HTTPS_PROXY"):
        download(url, tmp_path / "a", QUICK, lambda *_: None)


def test_without_a_network_the_name_of_the_server_is_shown(tmp_path):
    with pytest.raises(NoConnectionError, match=r"no network, or no server of the name files\.invalid"):
        download("https://files.invalid/a.csv", tmp_path / "a", QUICK, lambda *_: None)


def test_a_proxy_for_https_is_used_and_named_where_it_refuses(service, tmp_path, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", service.url("", "")[:-2])
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    with pytest.raises(
        NoConnectionError, match=r"no connection to files\.invalid \(Tunnel connection failed"
    ):
        download("https://files.invalid/a.csv", tmp_path / "a", QUICK, lambda *_: None)


@pytest.mark.parametrize(
    ("url", "origin", "reason"),
    [
        ("https://zenodo.org/records/1/files/a.zip?download=1", "", ""),
        ("http://127.0.0.1:8000/a.csv", "", ""),
        ("http://localhost/a.csv", "", ""),
        ("http://[::1]:80/a.csv", "", ""),
        ("http://zenodo.org/a.csv", "", "it is not encrypted"),
        ("http://127.0.0.1.example.org/a.csv", "", "it is not encrypted"),
        ("ftp://ftp.example.org/a.csv", "", "does not begin with https"),
        ("file:///etc/passwd", "", "does not begin with https"),
        ("a.csv", "", "does not begin with https"),
        ("https:///a.csv", "", "does not begin with https"),
        ("https://me:word@example.org/a.csv", "", "holds a name or password"),
        ("https://example.org/my file.csv", "", "has a blank"),
        ("https://example.org/übersicht.csv", "", "has a blank or a letter"),
        ("https://example.org:port/a.csv", "", "it is no address"),
        ("https://[::1/a.csv", "", "it is no address"),
        ("http://127.0.0.1/a.csv", "https://example.org/a", "points from another machine at this one"),
        ("https://localhost/a.csv", "https://example.org/a", "points from another machine at this one"),
        ("http://127.0.0.1/b.csv", "http://127.0.0.1/a.csv", ""),
        ("https://store.example.org/a?key=1", "https://example.org/a", ""),
    ],
)
def test_only_https_is_asked_or_this_machine(url, origin, reason):
    found = refused_address(url, origin)
    assert reason in found
    assert bool(reason) == bool(found)
