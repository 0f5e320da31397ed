"""What several tests need: a deterministic hypothesis, blank folders and records, the tiny review."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from scripts.common.records.record import COLUMNS
from tests.paths import SPECIMENS
from tests.workflow import tiny_review
from tests.workflow.running import snakemake

settings.register_profile("review", max_examples=60, derandomize=True, database=None, deadline=None)
settings.load_profile("review")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test that asks for ``export_file``, ``ris_file`` or ``pubmed_file`` each specimen."""
    for name, folder, pattern in (
        ("export_file", "exports", "*/*"),
        ("ris_file", "exports", "*/*.ris"),
        ("pubmed_file", "entrez/records", "*.xml"),
    ):
        if name in metafunc.fixturenames:
            found = sorted((SPECIMENS / folder).glob(pattern))
            found = [path for path in found if not path.name.endswith(".expected.json")]
            missing = pytest.param(None, id="absent", marks=pytest.mark.skip(f"no shared/{folder} here"))
            metafunc.parametrize(name, found or [missing], ids=lambda path: path and path.name)


@pytest.fixture(scope="session")
def tiny_built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny review after its first run, in a folder with a blank and letters of two scripts."""
    review = tmp_path_factory.mktemp("tiny") / "eine kleine Übersicht – 综述"
    tiny_review.write(review)
    done = snakemake(review, "--cores", "2")
    assert done.returncode == 0, done.stderr
    return review


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
