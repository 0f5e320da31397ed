"""The profiles name rules that exist, and what they ask of a cluster grows when a job has failed."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
import yte

REPOSITORY = Path(__file__).parents[2]
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
    named = {*slurm["set-resources"], *slurm["groups"]}
    assert LOCAL <= NAMES
    assert named <= NAMES - LOCAL
    assert set(slurm["groups"].values()) == set(slurm["group-components"])


def test_memory_and_time_grow_with_the_input_and_with_each_attempt():
    slurm = profile()
    asked = {name: {**slurm["default-resources"], **own} for name, own in slurm["set-resources"].items()}
    for name, resources in asked.items():
        for what in ("mem_mb", "runtime"):
            first, second, third = (
                eval(resources[what], {"attempt": attempt, "input": SimpleNamespace(size_mb=100)})
                for attempt in (1, 2, 3)
            )
            assert 0 < first < second < third, (name, what)
        if name not in slurm["groups"]:
            assert "input.size_mb" in resources["mem_mb"], name


def test_account_and_partition_are_those_of_sbatch():
    assert profile()["default-resources"]["slurm_account"] == ""
    resources = profile(SBATCH_ACCOUNT="reviews", SBATCH_PARTITION="long")["default-resources"]
    assert (resources["slurm_account"], resources["slurm_partition"]) == ("reviews", "long")
