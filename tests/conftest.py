"""What several tests need: a deterministic hypothesis, blank folders and records, two finished reviews."""

import fcntl
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from scripts.common.records.record import COLUMNS
from tests.paths import REPOSITORY, SPECIMENS
from tests.twin.write import write_review
from tests.workflow import tiny_review
from tests.workflow.running import ask, end_preloaded

settings.register_profile("review", max_examples=60, derandomize=True, database=None, deadline=None)
settings.load_profile("review")


STARTED = time.monotonic()
THOROUGH = "REVIEW_THOROUGH"


def pytest_sessionfinish() -> None:
    end_preloaded()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave out what takes minutes and is the same as another test under harder conditions."""
    mark = item.get_closest_marker("thorough")
    if mark and not os.environ.get(THOROUGH):
        pytest.skip(f"{mark.args[0]}; {THOROUGH}=1 runs it")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say what was left out, by name and with the reason, and how long it all took."""
    write = terminalreporter.write_line
    reports = terminalreporter.stats.get("skipped", [])
    left_out = sorted((report.nodeid, report.longrepr[2].removeprefix("Skipped: ")) for report in reports)
    terminalreporter.section(f"{len(left_out)} left out")
    for name, reason in left_out:
        write(f"{name}: {reason}")
    minutes, seconds = divmod(round(time.monotonic() - STARTED), 60)
    processor = round(sum(os.times()[:4]))
    write(f"It took {minutes} min {seconds} s, and {processor} s of processor time.")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give each specimen to a test that asks for files of its kind: ``export_file``, ``pubmed_file``, ..."""
    for name, folder, pattern in (
        ("export_file", "exports", "*/*"),
        ("export_case", "cases/exports", "*.*"),
        ("ris_file", "exports", "*/*.ris"),
        ("pubmed_file", "entrez/records", "*.xml"),
    ):
        if name in metafunc.fixturenames:
            found = sorted((SPECIMENS / folder).glob(pattern))
            found = [path for path in found if not path.name.endswith((".expected.json", ".md"))]
            missing = pytest.param(None, id="absent", marks=pytest.mark.skip(f"no shared/{folder} here"))
            metafunc.parametrize(name, found or [missing], ids=lambda path: path and path.name)


def built_once(factory: pytest.TempPathFactory, name: str, write: Callable[[Path], object]) -> Path:
    """Return a finished review that all workers of pytest-xdist share: the first that asks builds it.

    Its folder has a blank and letters of two scripts. Nobody may change anything in it, or run Snakemake
    there, which locks a folder: tests that do take a copy.
    """
    shared = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent  # of the folders of all workers
    review = shared / name / "eine kleine Übersicht – 综述"
    finished = shared / name / "finished"
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not finished.exists():
            shutil.rmtree(review, ignore_errors=True)
            write(review)
            done = ask(review, "--cores", "2", "--logger", "review", REVIEW_SCREEN="ERROR")  # as make does
            assert done.returncode == 0, done.stderr
            finished.write_text(done.stdout + done.stderr, encoding="utf-8")
    return review


@pytest.fixture(scope="session")
def tiny_built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny review after its first run. To be looked at only: ``tiny`` is a copy."""
    return built_once(tmp_path_factory, "tiny_review", tiny_review.write)


@pytest.fixture(scope="session")
def shipped_built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped review after its first run. To be looked at only: ``shipped`` is a copy."""
    return built_once(
        tmp_path_factory,
        "shipped_review",
        lambda review: shutil.copytree(REPOSITORY / "config", review / "config"),
    )


@pytest.fixture(scope="session")
def demo_built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An invented review as ``make demo`` writes it, smaller, after its first run. To be looked at only."""
    return built_once(tmp_path_factory, "demo_review", lambda review: write_review(review, 200, 3))


@pytest.fixture(scope="session")
def record() -> Callable[..., dict[str, str]]:
    """Return a function that makes a row of records.csv: the given fields, all others empty."""

    def make(record_id: str = "a:1", **fields: str) -> dict[str, str]:
        unknown = set(fields) - set(COLUMNS)
        assert not unknown, f"records.csv has no {unknown}"
        return {**dict.fromkeys(COLUMNS, ""), "record_id": record_id, **fields}

    return make


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty working folder of a review, with config/inputs in it; the test runs there."""
    (tmp_path / "config/inputs").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path
