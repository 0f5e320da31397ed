"""What programs of others say of the files that we write."""

import json
import shutil
import subprocess

import openpyxl
import pytest
from pyrefiqda import RefiProject

from tests.crates import faults_of
from tests.paths import REPOSITORY
from tests.workflow.running import rows

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


def test_a_reference_manager_reads_every_unique_record_with_its_title_authors_and_doi(tiny_built):
    script = REPOSITORY / "tests/browser/read_ris.cjs"
    if shutil.which("node") is None or not (script.parent / "node_modules/@citation-js").is_dir():
        pytest.skip("no Citation.js here (npm ci --prefix tests/browser)")
    ris = tiny_built / "results/records/unique.ris"
    done = subprocess.run(["node", script, ris], capture_output=True, text=True, check=True)
    found = {item["id"]: item for item in json.loads(done.stdout)}
    unique = {row["record_id"]: row for row in rows(tiny_built / "results/records/unique.csv")}
    assert found.keys() == unique.keys()
    for name, row in unique.items():
        assert found[name].get("title", "") == row["title"]
        assert found[name].get("DOI", "") == row["doi"]
        families = [
            author.get("family", author.get("literal", "")) for author in found[name].get("author", [])
        ]
        assert families == [
            author.partition(",")[0].strip() for author in row["authors"].split(";") if author
        ]


def test_another_reader_of_refi_qda_finds_every_study_coder_and_passage(tiny_built, tmp_path):
    project = RefiProject.load(tiny_built / "results/coding/review.qdpx", tmp_path)
    evidence = rows(tiny_built / "results/coding/evidence.csv")
    sources = project.sources.text_source
    assert len(sources) == len({row["study_id"] for row in rows(tiny_built / "results/coding/final.csv")})
    assert {user.name for user in project.users.user} == {row["coder"] for row in evidence}
    marked = set()
    for source in sources:
        path = RefiProject.resolve_source_path(source.plain_text_path, tmp_path)
        text = path.read_text(encoding="utf-8")
        marked |= {text[one.start_position : one.end_position] for one in source.plain_text_selection}
    assert marked == {row["excerpt"] for row in evidence if row["stance"] == "present" and row["excerpt"]}


def test_a_workbook_opens_with_a_sheet_for_each_table_and_no_formula(tiny_built):
    book = openpyxl.load_workbook(tiny_built / "results/report/review.xlsx")
    listed = [row[1] for row in book["contents"].iter_rows(min_row=5, values_only=True)]
    assert len(listed) == len(book.sheetnames) - 1
    for table, name in zip(listed, book.sheetnames[1:], strict=True):
        cells = [cell for row in book[name].iter_rows() for cell in row if cell.value is not None]
        assert not [cell for cell in cells if cell.data_type == "f"]
        written = rows(tiny_built / table)
        assert book[name].max_row == len(written) + 1
