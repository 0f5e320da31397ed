"""The whole workflow on NLM's files of PubMed: searched, brought up to date, frozen, compared."""

import os
import random
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import pytest

from scripts.search.compare_archive import NO_ANSWER, NOT_HELD
from tests import pubmed_files
from tests.paths import REPOSITORY
from tests.pubmed_files import FileSet, invented, name_of, write_digest
from tests.workflow import tiny_review
from tests.workflow.running import ask, command, environment_of, planned, rows
from tests.workflow.test_live_search import setting
from tests.workflow.tiny_review import digests

QUERY = "care*[tiab] OR nurs*[tiab]"
PMIDS = "results/search/pmids.csv"
SETTINGS = {"mode": "baseline", "date_field": "crdt", "start": "2018-01-01", "end": "2023-12-31"}


def write_review(folder: Path, files: Path, query: str = QUERY) -> None:
    """Write the shipped review with a search of files."""
    shutil.copytree(REPOSITORY / "config", folder / "config")
    for name, value in SETTINGS.items():
        setting(folder, name, value)
    setting(folder, "files", f"'{files}'", added=True)
    path = folder / "config/config.yaml"
    before, _, rest = path.read_text(encoding="utf-8").partition("  query: >-\n")
    _, _, after = rest.partition("\n\n")
    path.write_text(f"{before}  query: >-\n    {query}\n\n{after}", encoding="utf-8")


def pmids(review: Path) -> list[int]:
    return [int(row["pmid"]) for row in rows(review / PMIDS)]


@pytest.fixture(scope="module")
def files() -> FileSet:
    return invented(per_file=10)


def test_a_search_of_files_brought_up_to_date_frozen_and_compared(files, tmp_path):
    folder, review = tmp_path / "a mirror", tmp_path / "review"
    FileSet(files.files[:-1]).write(folder)
    write_review(review, folder)
    done = ask(review, "--cores", "2", PMIDS, "results/search/drift.csv", "results/records/records.csv")
    assert done.returncode == 0, done.stderr
    assert pmids(review) == FileSet(files.files[:-1]).answer(QUERY)
    drift = rows(review / "results/search/drift.csv")
    assert {int(row["pmid"]) for row in drift if row["status"] != "gone"} == set(pmids(review))
    assert {row["cause"] for row in drift if row["status"] == "gone"} == {NOT_HELD}

    files.write(folder)  # all again, with the same digests, and one more
    done = ask(review, "--cores", "2", "--dry-run", PMIDS)
    assert planned(done) == {"scan_file": 1, "merge_files": 1, "log_search": 1}, done.stderr
    done = ask(review, "--cores", "2", PMIDS, "results/records/records.csv")
    assert done.returncode == 0, done.stderr
    assert pmids(review) == files.answer(QUERY)

    records = (review / "results/records/records.csv").read_bytes()
    done = ask(review, "--cores", "2", "freeze")
    assert done.returncode == 0, done.stderr
    setting(review, "mode", "archive")
    done = ask(review, "--cores", "2", PMIDS, "results/records/records.csv")
    assert done.returncode == 0, done.stderr
    assert (review / "results/records/records.csv").read_bytes() == records


@pytest.mark.thorough("a whole review whose search reads files")
def test_a_review_that_searches_files_runs_to_its_page(files, tmp_path):
    files.write(tmp_path / "pubmed")
    write_review(tmp_path / "review", tmp_path / "pubmed")
    done = ask(tmp_path / "review", "--cores", "2")
    assert done.returncode == 0, done.stderr
    records = rows(tmp_path / "review/results/records/records.csv")
    found = {int(row["pmid"]) for row in records if row["record_id"].startswith("pubmed:")}
    assert found == set(files.answer(QUERY))
    assert (tmp_path / "review/results/report/index.html").is_file()


@pytest.mark.parametrize(
    ("damage", "line"),
    [
        (lambda folder: (folder / name_of(4)).unlink(), f"{name_of(4)} is missing"),
        (lambda folder: write_digest(folder / name_of(4), "0" * 32), "its .md5 says 0000"),
        (
            lambda folder: (folder / name_of(4)).write_bytes((folder / name_of(4)).read_bytes()[:-99]),
            f"{name_of(4)}: ",
        ),
        (lambda folder: shutil.rmtree(folder), "is no folder"),
    ],
    ids=["a missing number", "a wrong digest", "a cut file", "no folder"],
)
def test_files_that_cannot_be_searched_end_the_run_with_one_line(damage, line, files, tmp_path):
    folder, review = tmp_path / "pubmed", tmp_path / "review"
    FileSet(files.files[:5]).write(folder)
    damage(folder)
    write_review(review, folder)
    done = ask(review, "--cores", "1", PMIDS)
    assert done.returncode == 1
    (error,) = {text for text in done.stderr.splitlines() if text.startswith("ERROR ")}
    assert line in error
    assert "Traceback" not in done.stderr


def test_a_query_that_cannot_be_answered_here_is_one_line(files, tmp_path):
    FileSet(files.files[:1]).write(tmp_path / "pubmed")
    write_review(tmp_path / "review", tmp_path / "pubmed", "asthma")
    done = ask(tmp_path / "review", "--cores", "1", PMIDS)
    assert done.returncode == 1
    assert "ERROR search.query: 'asthma' names no field" in done.stderr


@pytest.mark.thorough("kills ten runs")
def test_a_search_of_files_that_is_killed_ten_times_gives_the_same_bytes(tmp_path):
    invented(per_file=4, annual=17, updates=3).write(tmp_path / "pubmed")
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    for review in (whole, killed):
        write_review(review, tmp_path / "pubmed")
    done = ask(whole, "--cores", "2", PMIDS)
    assert done.returncode == 0, done.stderr

    chance, results = random.Random(25), killed / "results/search"
    for _ in range(10):
        before = len(list(results.rglob("*")))
        line = command(killed, "--cores", "2", "--nolock", PMIDS)
        with open(os.devnull, "w") as nowhere:
            run = subprocess.Popen(
                line, env=environment_of(killed), stdout=nowhere, stderr=nowhere, start_new_session=True
            )
        while len(list(results.rglob("*"))) <= before and run.poll() is None:
            time.sleep(0.005)
        time.sleep(chance.random() * 0.3)
        with suppress(ProcessLookupError):
            os.killpg(run.pid, signal.SIGKILL)
        run.wait()
    done = ask(killed, "--cores", "2", "--nolock", PMIDS)
    assert done.returncode == 0, done.stderr
    assert digests(killed) == digests(whole)


def test_a_review_can_be_let_search_its_archived_records_in_files(tmp_path):
    """As make demo FILES=1 does: what meets its query is found again, the rest is named as in the files."""
    tiny_review.write(tmp_path)
    pubmed_files.main([str(tmp_path / "pubmed"), "--review", str(tmp_path), "--use"])
    done = ask(tmp_path, "--cores", "1", PMIDS, "results/search/drift.csv")
    assert done.returncode == 0, done.stderr
    drift = rows(tmp_path / "results/search/drift.csv")
    assert drift
    assert {row["status"] for row in drift} <= {"same", "gone"}
    assert {row["cause"] for row in drift} <= {"", NO_ANSWER}
    assert {int(row["pmid"]) for row in drift if row["status"] == "same"} == set(pmids(tmp_path))
