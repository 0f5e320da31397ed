"""The inputs of a review are fetched by digest: into a cache, then into their place, and never twice."""

import hashlib
import io
import threading
import zipfile
from pathlib import Path

import pytest

from scripts.common.errors import InputError
from scripts.common.files.downloads import Limits
from scripts.common.review.cache import Cache
from scripts.common.review.fetching import Fetcher
from scripts.common.review.inputs import missing, read_inputs
from scripts.common.review.inputs_table import fill_digests
from tests.file_service import file_service
from tests.workflow.mounts import mounted, needs_root

QUICK = Limits(
    megabytes=2, seconds=5, silent_seconds=0.5, tries=2, pause_seconds=0.01, longest_pause_seconds=1
)
HEADER = "path\tkind\tsource\tplatform\tdate\tlicence\tsha256\tprovenance\turl\tmember\tversion\n"
BODY = b"record,decision\n1,include\n"
OTHER = b"record,decision\n1,exclude\n"


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def row(path: str, digest: str, url: str, member: str = "") -> str:
    cells = [path, "decisions", "the team", "-", "2022-08-16", "CC BY 4.0", digest, "deposit", url, member]
    return "\t".join([*cells, "v1"]) + "\n"


def listed(*rows: str) -> None:
    Path("config/inputs.tsv").write_text(HEADER + "".join(rows), encoding="utf-8")


class Tried:
    """What a fetch said, and what came of it."""

    def __init__(self, limits: Limits = QUICK, cache: str = "cache") -> None:
        self.said: list[str] = []
        self.fetcher = Fetcher(Cache(Path(cache)), limits, self.said.append)
        self.failures = self.fetcher.fetch(read_inputs())


@pytest.fixture
def service():
    with file_service() as service:
        service.files = {"a.csv": BODY, "b.csv": OTHER}
        yield service


def left_over() -> list[str]:
    """Return the files that are neither whole nor the list: nothing half-written may be among them."""
    whole = {sha(BODY), sha(OTHER), ".gitignore", "lock", "inputs.tsv"}
    return sorted(str(path) for path in Path().rglob("*") if path.is_file() and path.name not in whole)


def test_a_file_is_put_where_the_list_says_and_a_second_fetch_asks_nobody(folder, service):
    listed(row("config/inputs/a.csv", sha(BODY).upper(), service.url("redirected", "a.csv")))
    assert [item.path for item in missing(read_inputs())] == ["config/inputs/a.csv"]
    first = Tried()
    assert first.failures == []
    assert first.said == [
        "config/inputs/a.csv: 26 bytes from 127.0.0.1",
        "1 of the 1 files with a url are here",
    ]
    assert Path("config/inputs/a.csv").read_bytes() == Path("cache", sha(BODY)).read_bytes() == BODY
    asked = len(service.requests)
    assert (Tried().failures, Tried().said) == ([], ["1 of the 1 files with a url are here"])
    assert len(service.requests) == asked
    assert left_over() == ["config/inputs/a.csv"]


def test_what_the_cache_has_is_asked_of_nobody_and_needs_no_permission_to_write_there(folder, service):
    listed(row("config/inputs/a.csv", sha(BODY), service.url("plain", "a.csv")))
    Path("cache").mkdir()
    Path("cache", sha(BODY)).write_bytes(BODY)
    tried = Tried()
    assert tried.said[0] == "config/inputs/a.csv: from the cache"
    assert service.requests == []
    assert [path.name for path in Path("cache").iterdir()] == [sha(BODY)]


def test_a_file_of_the_cache_that_has_become_another_is_fetched_again(folder, service):
    listed(row("config/inputs/a.csv", sha(BODY), service.url("plain", "a.csv")))
    Path("cache").mkdir()
    Path("cache", sha(BODY)).write_bytes(OTHER)
    assert Tried().failures == []
    assert Path("config/inputs/a.csv").read_bytes() == Path("cache", sha(BODY)).read_bytes() == BODY


def test_any_copy_with_the_digest_will_do(folder, service):
    listed(row("config/inputs/a.csv", sha(BODY), service.url("status-404", "a.csv")))
    Path("config/inputs/a.csv").write_bytes(BODY)
    assert Tried().failures == []
    assert service.requests == []


def test_another_file_that_is_here_is_named_and_left_alone(folder, service):
    listed(row("config/inputs/a.csv", sha(BODY), service.url("plain", "a.csv")))
    Path("config/inputs/a.csv").write_bytes(OTHER)
    (failure,) = Tried().failures
    assert failure.startswith("config/inputs/a.csv: another file is here")
    assert sha(OTHER) in failure
    assert sha(BODY) in failure
    assert Path("config/inputs/a.csv").read_bytes() == OTHER
    assert service.requests == []


@pytest.mark.parametrize(
    ("behaviour", "message"),
    [
        ("status-404", "status 404"),
        (
            "sign-in",
            "a web page came instead of the file (redirected to 127.0.0.1): 'Sign in to your account'",
        ),
        ("truncated", "the connection ended after"),
        ("slow", "the server is slow"),
        ("endless", "larger than 2 MB"),
        ("circle", "redirects in a circle"),
    ],
)
def test_a_fault_is_one_line_and_leaves_nothing_half_written(folder, service, behaviour, message):
    url = service.url(behaviour, "a.csv")
    listed(row("config/inputs/a.csv", sha(BODY), url), row("config/inputs/b.csv", sha(OTHER),
                                                            service.url("plain", "b.csv")))  # fmt: skip
    (failure,) = Tried().failures
    assert failure.startswith(f"config/inputs/a.csv: {url}: ")
    assert message in failure
    assert "\n" not in failure
    assert not Path("config/inputs/a.csv").exists()
    assert not Path("cache", sha(BODY)).exists()
    assert Path("config/inputs/b.csv").read_bytes() == OTHER
    assert [name for name in left_over() if not name.startswith("cache/partial/")] == ["config/inputs/b.csv"]


def test_another_digest_is_named_beside_the_one_that_was_meant(folder, service):
    listed(row("config/inputs/a.csv", sha(BODY), service.url("plain", "b.csv")))
    (failure,) = Tried().failures
    assert sha(OTHER) in failure
    assert sha(BODY) in failure
    assert left_over() == []


def test_a_web_page_may_be_an_input_if_it_has_the_digest(folder, service):
    page = b"<html><title>Search results</title></html>"
    service.files["page.html"] = page
    listed(row("config/inputs/page.html", sha(page), service.url("plain", "page.html")))
    assert Tried().failures == []


def test_a_file_that_changed_between_two_tries_is_fetched_from_its_beginning(folder, service):
    url = service.url("changed-between", "a.csv")
    listed(row("config/inputs/a.csv", sha(BODY), url))
    assert len(Tried(QUICK._replace(tries=1)).failures) == 1
    assert Tried().failures == []
    assert [asked for _, asked in service.requests] == ["", "bytes=13-", ""]


def test_a_server_that_is_away_is_named_once_and_the_others_are_asked(folder, service):
    with file_service() as gone:
        away = [gone.url("plain", name) for name in ("a.csv", "c.csv", "d.csv")]
    rows = [row(f"config/inputs/{number}.csv", sha(BODY), url) for number, url in enumerate(away)]
    listed(*rows, row("config/inputs/b.csv", sha(OTHER), service.url("plain", "b.csv")))
    (failure,) = Tried().failures
    assert failure.startswith("config/inputs/0.csv and 2 more files: no connection to 127.0.0.1")
    assert Path("config/inputs/b.csv").read_bytes() == OTHER


def test_a_url_without_a_digest_is_not_asked(folder, service):
    listed(row("config/inputs/a.csv", "", service.url("plain", "a.csv")))
    (failure,) = Tried().failures
    assert "a url and no sha256. Fill it on purpose: snakemake digests" in failure
    assert service.requests == []


def test_a_folder_in_the_place_of_a_file_and_a_file_in_the_place_of_the_cache_are_named(folder, service):
    listed(row("config/inputs/a.csv", sha(BODY), service.url("plain", "a.csv")))
    Path("cache").write_bytes(b"")
    with pytest.raises(InputError, match=r"cache: is a file\. Set REVIEW_CACHE to a folder"):
        Tried()
    Path("config/inputs/a.csv").mkdir()
    assert Tried().failures == [
        "config/inputs/a.csv: a folder has this name. Move it away, or give the file another path."
    ]


def test_a_review_without_an_address_has_nothing_to_fetch(folder):
    listed()
    assert Tried().said == ["no input has a url in config/inputs.tsv: there is nothing to fetch"]


def packed(**members: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name.replace("_", "/"), body)
    return content.getvalue()


def test_two_files_of_one_zip_file_are_fetched_with_one_request(folder, service):
    service.files["all.zip"] = packed(**{"data_a.csv": BODY, "data_b.csv": OTHER})
    url = service.url("chunked", "all.zip")
    listed(
        row("config/inputs/a.csv", sha(BODY), url, "data/a.csv"),
        row("config/inputs/b.csv", sha(OTHER), url, "data/b.csv"),
    )
    assert Tried().failures == []
    assert Path("config/inputs/b.csv").read_bytes() == OTHER
    assert len(service.requests) == 1
    assert left_over() == ["config/inputs/a.csv", "config/inputs/b.csv"]


@pytest.mark.parametrize(
    ("member", "digest", "content", "message"),
    [
        ("a.csv", sha(BODY), packed(**{"data_a.csv": BODY}), "no member a.csv. Did you mean data/a.csv?"),
        ("data/a.csv", sha(packed(**{"data_a.csv": BODY})), packed(**{"data_a.csv": BODY}),
         f"sha256 is that of the zip file; that of its member data/a.csv is {sha(BODY)}"),
        ("data/a.csv", sha(BODY), b"no zip file", "data/a.csv cannot be unpacked"),
        ("data/a.csv", sha(BODY), packed(**{"data_a.csv": BODY})[:-30], "data/a.csv cannot be unpacked"),
        ("data/a.csv", sha(BODY), packed(**{"data_a.csv": bytes(3_000_000)}), "would unpack to 3 MB"),
        ("data/a.csv", sha(BODY), b"<html><title>Log in</title>", "a web page came instead"),
    ],
    ids=["another name", "digest of the zip", "no zip", "cut", "too large", "sign-in page"],
)  # fmt: skip
def test_what_is_wrong_with_a_zip_file_is_one_line(folder, service, member, digest, content, message):
    service.files["all.zip"] = content
    listed(row("config/inputs/a.csv", digest, service.url("plain", "all.zip"), member))
    (failure,) = Tried().failures
    assert message in failure
    assert left_over() == []


def test_digests_are_filled_on_purpose_for_files_here_and_there_and_no_other_cell_moves(folder, service):
    Path("config/inputs/here.csv").write_bytes(OTHER)
    here = row("config/inputs/here.csv", "", "")
    there = row("config/inputs/a.csv", "", service.url("plain", "a.csv"))
    listed(here, there.replace("deposit", '"quoted ""deposit"""'))
    before = Path("config/inputs.tsv").read_text(encoding="utf-8")
    Path("config/inputs.tsv").write_text(
        "\ufeff" + before.replace("\n", "\r\n"), encoding="utf-8", newline=""
    )
    found, failures = Fetcher(Cache(Path("cache")), QUICK, print).find_digests(read_inputs())
    assert (fill_digests(found), failures) == (2, [])
    after = Path("config/inputs.tsv").read_bytes().decode()
    filled = after.replace(sha(OTHER), "").replace(sha(BODY), "")
    assert filled == "\ufeff" + before.replace("\n", "\r\n")
    assert [item.sha256 for item in read_inputs()] == [sha(OTHER), sha(BODY)]
    assert Path("config/inputs/a.csv").read_bytes() == BODY


@pytest.mark.parametrize("behaviour", ["sign-in", "status-404"])
def test_a_sign_in_page_never_becomes_the_digest(folder, service, behaviour):
    listed(row("config/inputs/a.csv", "", service.url(behaviour, "a.csv")))
    found, failures = Fetcher(Cache(Path("cache")), QUICK, print).find_digests(read_inputs())
    assert found == {}
    assert len(failures) == 1
    assert fill_digests(found) == 0


def test_a_file_here_that_differs_from_the_one_at_its_url_gets_no_digest(folder, service):
    Path("config/inputs/a.csv").write_bytes(OTHER)
    listed(row("config/inputs/a.csv", "", service.url("plain", "a.csv")))
    found, (failure,) = Fetcher(Cache(Path("cache")), QUICK, print).find_digests(read_inputs())
    assert found == {}
    assert sha(OTHER) in failure
    assert sha(BODY) in failure


def test_two_runs_at_once_fetch_a_file_once_and_one_says_that_it_waits(folder, service):
    service.files["a.csv"] = bytes(200_000)
    listed(row("config/inputs/a.csv", sha(bytes(200_000)), service.url("slow-start", "a.csv")))
    tried: list[Tried] = []
    threads = [threading.Thread(target=lambda: tried.append(Tried())) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert [one.failures for one in tried] == [[], [], []]
    assert len(service.requests) == 1
    assert sum("another run is fetching into this cache" in line for one in tried for line in one.said) == 2


@needs_root
def test_a_full_disk_leaves_nothing_that_looks_whole(folder, service):
    service.files["a.csv"] = bytes(1_500_000)
    listed(row("config/inputs/a.csv", sha(bytes(1_500_000)), service.url("plain", "a.csv")))
    Path("cache").mkdir()
    with mounted(Path("cache"), "-t", "tmpfs", "-o", "size=1m", "none"):
        with pytest.raises(OSError, match="No space left") as caught:
            Tried()
        assert str(caught.value.filename).startswith("cache/partial/")
        assert not Path("cache", sha(bytes(1_500_000))).exists()
    assert not Path("config/inputs/a.csv").exists()
