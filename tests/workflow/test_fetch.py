"""A review whose files lie elsewhere: fetched on purpose, and from then on never asked for again."""

import re
import shutil
from pathlib import Path

import pytest

from tests.file_service import file_service
from tests.workflow.running import ask, planned, rows, snakemake

OVID = "config/inputs/ovid.ris"


@pytest.fixture
def service():
    with file_service() as service:
        yield service


@pytest.fixture
def elsewhere(tiny: Path, service) -> Path:
    """Return the tiny review with one of its exports at an address instead of in its folder."""
    table = tiny / "config/inputs.tsv"
    header, *lines = table.read_text(encoding="utf-8").splitlines()
    given = [f"{service.url('redirected', 'ovid.ris')}\tv1.0" if OVID in line else "\t" for line in lines]
    table.write_text(
        "\n".join([f"{header}\turl\tversion", *map("\t".join, zip(lines, given, strict=True))]) + "\n",
        encoding="utf-8",
    )
    service.files["ovid.ris"] = (tiny / OVID).read_bytes()
    (tiny / OVID).unlink()
    return tiny


def test_a_review_whose_files_lie_elsewhere_runs_after_one_fetch_and_asks_nobody_again(elsewhere, service):
    for arguments in (("-n",), ("--cores", "1"), ("--cores", "1", "results/report/comparison.csv")):
        stopped = ask(elsewhere, *arguments)
        (line,) = [line for line in stopped.stderr.splitlines() if line.startswith("ERROR")]
        assert stopped.returncode == 1
        assert line.startswith(f"ERROR config/inputs.tsv: 1 file is not here, the first is {OVID}.")
        assert "snakemake fetch" in line
    assert service.requests == []

    fetched = snakemake(elsewhere, "--cores", "1", "fetch")
    assert fetched.returncode == 0, fetched.stderr
    size = len(service.files["ovid.ris"])
    assert f"{OVID}: {size:,} bytes from 127.0.0.1" in fetched.stderr
    assert len(service.requests) == 3  # two redirects
    asked = len(service.requests)

    assert ask(elsewhere, "--cores", "1", "fetch").returncode == 0
    assert "check_inputs" in planned(ask(elsewhere, "-n"))
    done = ask(elsewhere, "--cores", "2")
    assert done.returncode == 0, done.stderr
    assert "Nothing to be done" in ask(elsewhere, "-n").stdout
    assert len(service.requests) == asked

    (row,) = [row for row in rows(elsewhere / "results/inputs/checked.csv") if row["path"] == OVID]
    assert (row["url"], row["version"]) == (service.url("redirected", "ovid.ris"), "v1.0")
    page = (elsewhere / "results/report/index.html").read_text(encoding="utf-8")
    assert service.url("redirected", "ovid.ris") in page
    crate = (elsewhere / "results/report/ro-crate-metadata.json").read_text(encoding="utf-8")
    assert service.url("redirected", "ovid.ris") in crate


def test_a_cache_that_several_reviews_share_is_filled_once(elsewhere, service, tmp_path):
    other = tmp_path / "another review"
    shutil.copytree(elsewhere / "config", other / "config")
    for review in (elsewhere, other):
        done = ask(review, "--cores", "1", "fetch", REVIEW_CACHE=str(tmp_path / "shared cache"))
        assert done.returncode == 0, done.stderr
        assert (review / OVID).read_bytes() == service.files["ovid.ris"]
    assert len(service.requests) == 3
    assert not (elsewhere / ".review-cache").exists()


def test_a_fault_stops_a_fetch_with_one_line(elsewhere, service):
    service.files.clear()
    done = snakemake(elsewhere, "--cores", "1", "fetch")
    lines = {line for line in (done.stdout + done.stderr).splitlines() if line.startswith("ERROR")}
    assert done.returncode == 1
    (line,) = lines
    assert "status 404" in line
    assert "any copy with this digest will do" in line
    assert not (elsewhere / OVID).exists()


def test_empty_digests_are_filled_by_a_command_and_only_then_the_review_runs(elsewhere, service):
    table = elsewhere / "config/inputs.tsv"
    before = table.read_text(encoding="utf-8")
    table.write_text(re.sub(r"\b[0-9a-f]{64}\b", "", before), encoding="utf-8")
    assert "a url and no sha256" in ask(elsewhere, "--cores", "1", "fetch").stderr
    done = ask(elsewhere, "--cores", "1", "digests")
    assert done.returncode == 0, done.stderr
    assert table.read_text(encoding="utf-8") == before
    assert (elsewhere / OVID).is_file()
    assert ask(elsewhere, "--cores", "1", "check_inputs").returncode == 0
