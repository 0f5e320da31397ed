"""The tiny review, built once; tests that spoil it get a copy with Snakemake's own records."""

import shutil
from pathlib import Path

import pytest

from tests.workflow import tiny_review
from tests.workflow.running import snakemake


@pytest.fixture(scope="session")
def tiny_built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny review after its first run, in a folder with a blank and letters of two scripts."""
    review = tmp_path_factory.mktemp("tiny") / "eine kleine Übersicht – 综述"
    tiny_review.write(review)
    done = snakemake(review, "--cores", "2")
    assert done.returncode == 0, done.stderr
    return review


@pytest.fixture
def tiny(tiny_built: Path, tmp_path: Path) -> Path:
    """A copy of the finished tiny review that a test may spoil."""
    copy = tmp_path / "a copy"
    shutil.copytree(tiny_built, copy)
    return copy
