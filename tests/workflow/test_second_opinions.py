"""What programs of others say of the files that we write."""

import json
import shutil

import pytest

from tests.crates import faults_of

# Address of a profile -> its name in roc-validator
PROFILES = {
    "https://w3id.org/ro/crate/1.1": "ro-crate-1.1",
    "https://w3id.org/ro/wfrun/process/0.5": "process-run-crate-0.5",
    "https://w3id.org/ro/wfrun/workflow/0.5": "workflow-run-crate-0.5",
    "https://w3id.org/workflowhub/workflow-ro-crate/1.0": "workflow-ro-crate-1.0",
}


def plainly_named(review, folder):
    """Return the folder of the crate in a copy of a review: the validator cannot read a path with blanks."""
    for part in ("config", "results"):
        shutil.copytree(review / part, folder / part)
    return folder / "results/report"


def metadata(review):
    return json.loads((review / "results/report/ro-crate-metadata.json").read_text(encoding="utf-8"))


def test_every_profile_that_a_crate_names_is_checked(tiny_built):
    entities = {item["@id"]: item for item in metadata(tiny_built)["@graph"]}
    named = [*entities["./"]["conformsTo"], *entities["ro-crate-metadata.json"]["conformsTo"]]
    assert {item["@id"] for item in named} == set(PROFILES)


@pytest.mark.parametrize("profile", PROFILES.values())
def test_a_crate_has_all_that_a_profile_requires(tiny_built, profile, tmp_path, monkeypatch):
    assert faults_of(plainly_named(tiny_built, tmp_path), profile, monkeypatch) == []


def test_the_crate_of_the_shipped_review_has_all_that_its_profiles_require(
    shipped_built, tmp_path, monkeypatch
):
    crate = plainly_named(shipped_built, tmp_path)
    assert faults_of(crate, "workflow-run-crate-0.5", monkeypatch) == []  # it builds on the other three


def test_a_crate_without_its_workflow_or_with_an_unknown_word_is_refused(tiny_built, tmp_path, monkeypatch):
    path = plainly_named(tiny_built, tmp_path) / "ro-crate-metadata.json"
    path.write_text(
        path.read_text(encoding="utf-8").replace('"exampleOfWork"', '"exampel"'), encoding="utf-8"
    )
    (path.parent / "Snakefile").unlink()
    found = " ".join(faults_of(path.parent, "workflow-run-crate-0.5", monkeypatch))
    assert "Main Workflow Snakefile not found" in found
    assert "exampel" in found
