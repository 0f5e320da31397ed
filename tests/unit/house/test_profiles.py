"""The profiles name rules that exist, and what they ask of a cluster grows when a job has failed."""

import os
import re
import sys
from types import SimpleNamespace

import pytest
import yte
from snakemake.cli import parse_args

from tests.paths import REPOSITORY

RULES = "\n".join(path.read_text(encoding="utf-8") for path in sorted((REPOSITORY / "rules").glob("*.smk")))
NAMES = set(re.findall(r"^rule (\w+):", RULES, flags=re.MULTILINE))
LOCAL = {
    name
    for block in re.findall(r"^localrules:\n((?:    \w+,\n)+)", RULES, flags=re.MULTILINE)
    for name in re.findall(r"\w+", block)
}


def profile(**environment: str) -> dict:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("SBATCH_ACCOUNT", "SBATCH_PARTITION"):
            patch.delenv(name, raising=False)
        for name, value in environment.items():
            patch.setenv(name, value)
        text = (REPOSITORY / "profiles/slurm/config.yaml").read_text(encoding="utf-8")
        return yte.process_yaml(text, require_use_yte=True)


def test_every_rule_named_by_the_profile_is_there_and_goes_to_the_cluster():
    slurm = profile()
    assert LOCAL <= NAMES
    assert set(slurm["groups"]) <= NAMES - LOCAL
    assert set(slurm["groups"].values()) == set(slurm["group-components"])


@pytest.mark.parametrize("what", ["mem_mb", "runtime"])
def test_memory_and_time_grow_with_the_input_and_with_each_attempt(what):
    expression = profile()["default-resources"][what]

    def asked(attempt: int, megabytes: int) -> int:
        return eval(expression, {"attempt": attempt, "input": SimpleNamespace(size_mb=megabytes)})

    assert 0 < asked(1, 1) < asked(2, 1) < asked(3, 1)
    assert asked(1, 1) < asked(1, 1_000)


def test_account_and_partition_are_those_of_sbatch():
    assert profile()["default-resources"]["slurm_account"] == ""
    resources = profile(SBATCH_ACCOUNT="reviews", SBATCH_PARTITION="long")["default-resources"]
    assert (resources["slurm_account"], resources["slurm_partition"]) == ("reviews", "long")


@pytest.mark.parametrize(
    ("arguments", "cores", "executor"),
    [
        ([], os.cpu_count(), None),
        (["freeze"], os.cpu_count(), None),
        (["--cores", "3"], 3, None),
        (["--profile", "profiles/slurm"], 1, "slurm"),
        (["--profile=profiles/slurm", "--dry-run"], 1, "slurm"),
    ],
    ids=str,
)
def test_all_cores_are_for_a_plain_run_and_one_for_a_submission_to_the_cluster(
    arguments, cores, executor, monkeypatch
):
    """Snakemake lets profiles/default win over a profile that is named: it may not say what that one says."""
    monkeypatch.chdir(REPOSITORY)
    monkeypatch.delenv("SNAKEMAKE_PROFILE", raising=False)
    monkeypatch.setattr(sys, "argv", ["snakemake", *arguments])
    _, given = parse_args(arguments)
    assert (given.cores, given.executor) == (cores, executor)
