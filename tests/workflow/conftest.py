"""A copy of the finished tiny review, with Snakemake's own records, for tests that spoil it."""

import shutil
from pathlib import Path

import pytest


@pytest.fixture
def tiny(tiny_built: Path, tmp_path: Path) -> Path:
    """A copy of the finished tiny review that a test may spoil."""
    copy = tmp_path / "a copy"
    shutil.copytree(tiny_built, copy)
    return copy
