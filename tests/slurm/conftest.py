"""A Slurm for the session of tests, and what a test needs to run a review through it."""

import importlib.util
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.slurm.cluster import Cluster, missing

REQUIRED = "REVIEW_SLURM_REQUIRED"  # set by .ci/run: no Slurm is a failure there, and no reason to skip


@pytest.fixture(scope="session")
def slurm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Start a cluster; where Slurm or its executor is not installed, skip and say what is missing."""
    lacking = missing()
    if importlib.util.find_spec("snakemake_executor_plugin_slurm") is None:
        lacking.append("snakemake-executor-plugin-slurm")
    if lacking:
        reason = f"no Slurm here: {', '.join(lacking)} not installed (Debian: slurm-wlm, munge)"
        pytest.fail(reason) if os.environ.get(REQUIRED) else pytest.skip(reason)
    cluster = Cluster(_short_folder(tmp_path_factory))
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


def _short_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("slurm")
    assert len(str(folder / "munge.socket")) < 100, f"{folder}: the path of a socket must be short"
    return folder
