"""The shipped review with a live search: of a loopback PubMed, moved to a later day, frozen, replayed."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from scripts.common.search.windows import pubmed_day
from tests.paths import REPOSITORY
from tests.pubmed_service.made_up import synthetic_records
from tests.pubmed_service.service import EntrezServer
from tests.workflow.running import ask, planned, rows, seal

EMAIL = "somebody@example.org"
HOSTILE_EXPORT = "config/inputs/exports/candidates.ris"
TURNED = "\u202egnp.elif"  # an override: what comes after it is written from right to left
HOSTILE = f'<script>alert(1)</script> Social media & health: a "study" {TURNED}'
RECORDS_CSV, PMIDS_CSV = "results/records/records.csv", "results/search/pmids.csv"
DRIFT_CSV = "results/search/drift.csv"
NEXT_YEAR = (pubmed_day() + timedelta(days=366)).isoformat()
RECORDS = list(synthetic_records(400, first_day=date(2021, 1, 1), last_day=date(2023, 12, 31)))


def search(review: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return ask(review, "--cores", "2", *arguments, NCBI_EMAIL=EMAIL, NCBI_API_KEY="")


def setting(review: Path, name: str, value: str, added: bool = False) -> None:
    path = review / "config/config.yaml"
    given = path.read_text(encoding="utf-8")
    if added:
        text, changed = re.subn(r"(?m)^(search:)$", rf"\1\n  {name}: {value}", given)
    else:
        text, changed = re.subn(rf"(?m)^(  {name}: )\S+", rf"\g<1>{value}", given)
    assert changed == 1
    path.write_text(text, encoding="utf-8")


def plan(review: Path, *targets: str) -> dict[str, int]:
    """Return rule -> number of jobs that a run would start."""
    done = search(review, "--dry-run", *targets)
    assert done.returncode == 0, done.stderr
    return planned(done)


@pytest.fixture(scope="module")
def pubmed() -> Iterator[EntrezServer]:
    with EntrezServer(RECORDS) as server:
        yield server


@pytest.fixture(scope="module")
def review(pubmed: EntrezServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped review, searched live from 2021 to the published day; a title of an export is hostile."""
    folder = tmp_path_factory.mktemp("live") / "a review – 综述"
    shutil.copytree(REPOSITORY / "config", folder / "config")
    for name, value in {
        "mode": "live",
        "endpoint": pubmed.url,
        "date_field": "crdt",
        "start": "2021-01-01",
    }.items():
        setting(folder, name, value)
    export = folder / HOSTILE_EXPORT
    record = f"TY  - JOUR\r\nTI  - Retracted: {HOSTILE}\r\nAU  - A, B.\r\nER  - \r\n"
    export.write_bytes(export.read_bytes() + record.encode())
    seal(folder, HOSTILE_EXPORT)
    done = search(folder, PMIDS_CSV, RECORDS_CSV, DRIFT_CSV)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.thorough("the tiny review has such a title too")
def test_the_page_escapes_what_is_hostile(review, shipped_built):
    done = search(review, "results/report/index.html")
    assert done.returncode == 0, done.stderr
    page, harmless = (
        (folder / "results/report/index.html").read_text(encoding="utf-8")
        for folder in (review, shipped_built)
    )
    assert page.count("<script") == harmless.count("<script"), "only our own"
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert TURNED in page
    assert TURNED not in re.sub(r"<bdi>[^<]*</bdi>", "", page), "it turns around what comes after it"


def test_a_live_search_moved_to_a_later_day_frozen_and_replayed(review, pubmed):
    found = {row["pmid"] for row in rows(review / "results/search/pmids.csv")}
    first = pubmed.log()
    assert len(found) == len(pubmed.index.find("x AND 2021/01/01:2022/08/16[CRDT]").pmids)
    drift = rows(review / DRIFT_CSV)
    assert {row["pmid"] for row in drift if row["status"] in ("same", "new")} == found
    assert pubmed.most_in_a_second() <= 3

    setting(review, "end", "2023-08-16")
    done = search(review, RECORDS_CSV)
    assert done.returncode == 0, done.stderr
    terms = " ".join(entry["parameters"].get("term", "") for entry in pubmed.log()[len(first) :])
    assert "2022/01/01" in terms
    assert "2023/01/01" in terms
    assert "2021/01/01" not in terms, "a window that was there was fetched again"

    asked = len(pubmed.log())
    setting(review, "end", "2023-05-01")
    done = search(review, PMIDS_CSV)
    assert done.returncode == 0, done.stderr
    assert len(pubmed.log()) == asked, "what was there was asked for again when the search went back"
    pmids = {int(row["pmid"]) for row in rows(review / "results/search/pmids.csv")}
    assert pmids == set(pubmed.index.find("x AND 2021/01/01:2023/05/01[CRDT]").pmids)
    setting(review, "end", "2023-08-16")
    done = search(review, RECORDS_CSV)
    assert done.returncode == 0, done.stderr

    live = (review / RECORDS_CSV).read_bytes()
    frozen = search(review, "freeze")
    assert frozen.returncode == 0, frozen.stderr
    setting(review, "mode", "archive")
    asked = len(pubmed.log())
    done = search(review, RECORDS_CSV)
    assert done.returncode == 0, done.stderr
    assert len(pubmed.log()) == asked, "the archive was replayed, and PubMed was asked too"
    assert (review / RECORDS_CSV).read_bytes() == live
    setting(review, "end", "2022-08-16")
    done = search(review, "results/search/pmids.csv")
    assert done.returncode == 0, done.stderr
    assert {row["pmid"] for row in rows(review / "results/search/pmids.csv")} == found, "going back selects"

    files = [path for path in review.rglob("*") if path.is_file()]
    assert not [path for path in files if EMAIL.encode() in path.read_bytes()]
    archive = json.loads((review / "config/inputs/pubmed/archive.json").read_text(encoding="utf-8"))
    assert (archive["origin"], archive["end"]) == ("pubmed", "2023-08-16")


def test_a_slash_and_strict_fetch_nothing_again_and_an_open_window_is_fetched_on_the_next_day(
    tmp_path, pubmed
):
    review, today = tmp_path / "review", pubmed_day()
    shutil.copytree(REPOSITORY / "config", review / "config")
    start = today.replace(day=1).replace(year=today.year - 1)
    for name, value in {
        "mode": "live", "endpoint": pubmed.url.rstrip("/"), "date_field": "crdt", "start": start.isoformat(),
        "end": today.isoformat(),
    }.items():  # fmt: skip
        setting(review, name, value)
    done = search(review, PMIDS_CSV)
    assert done.returncode == 0, done.stderr
    assert f"_{today}: it was still open when PubMed was asked ({today})" in done.stderr
    setting(review, "endpoint", f"{pubmed.url.rstrip('/')}/")
    assert "fetch_window" not in plan(review, PMIDS_CSV)
    setting(review, "strict", "true")
    setting(review, "allow_other_endpoint", "true", added=True)
    assert plan(review, PMIDS_CSV) == {"log_search": 1}, "what is there is checked again, and not fetched"

    yesterday = (today - timedelta(days=1)).isoformat()
    for path in (review / ".snakemake/metadata").iterdir():  # as if the run had been made a day before
        path.write_text(path.read_text().replace(f"'{today}'", f"'{yesterday}'"))
    assert plan(review, PMIDS_CSV)["fetch_window"] == 1


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"end": NEXT_YEAR}, f"search.end: {NEXT_YEAR} lies in the future"),
        ({"endpoint": "pubmed.gov"}, "search.endpoint: 'pubmed.gov'"),
    ],
    ids=["a day in the future", "an address that is none"],
)
def test_a_search_that_cannot_be_is_refused_before_it_starts(change, line, tmp_path, pubmed):
    review = tmp_path / "review"
    shutil.copytree(REPOSITORY / "config", review / "config")
    for name, value in {"mode": "live", "endpoint": pubmed.url, **change}.items():
        setting(review, name, value)
    asked = len(pubmed.log())
    done = search(review)
    assert done.returncode == 1
    (error,) = [text for text in done.stderr.splitlines() if text.startswith("ERROR ")]
    assert line in error
    assert "Traceback" not in done.stderr
    assert len(pubmed.log()) == asked


def test_an_archive_is_not_frozen_again(tiny):
    done = search(tiny, "freeze")
    assert done.returncode == 1
    assert "ERROR search.mode: archive" in done.stderr
