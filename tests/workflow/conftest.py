"""Copies of finished reviews, with Snakemake's own records, for tests that change or spoil them."""

import shutil
from pathlib import Path

import pytest


@pytest.fixture
def tiny(tiny_built: Path, tmp_path: Path) -> Path:
    """A copy of the finished tiny review."""
    return Path(shutil.copytree(tiny_built, tmp_path / "a copy"))


@pytest.fixture
def shipped(shipped_built: Path, tmp_path: Path) -> Path:
    """A copy of the finished shipped review."""
    return Path(shutil.copytree(shipped_built, tmp_path / "a copy"))
