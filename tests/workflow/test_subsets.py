"""A review may have any of the parts: with few of them it runs to the page, and nothing becomes 0."""

import re

import pytest

from scripts.common.files.yaml_files import read_yaml
from scripts.common.review.inputs import read_inputs
from scripts.common.review.settings_checks import check_settings
from scripts.inputs.check_inputs import check_review
from tests.paths import REPOSITORY
from tests.subsets import PARTS, subsets, write_review
from tests.workflow.running import ask, edit, rows

OTHER_PARTS = pytest.mark.thorough("a whole review with few parts: two others are run")


def test_every_set_of_parts_is_a_valid_review(tmp_path, monkeypatch):
    for number, parts in enumerate(subsets()):
        monkeypatch.chdir(write_review(tmp_path / str(number), parts))
        settings = check_settings(read_yaml("config/config.yaml"), REPOSITORY / "config/config.schema.yaml")
        check_review(settings, read_inputs())


@pytest.mark.parametrize(
    "parts",
    [
        (),
        ("exports", "decisions"),
        pytest.param(("paper",), marks=OTHER_PARTS),
        pytest.param(("published", "coding", "codebook"), marks=OTHER_PARTS),
    ],
    ids=lambda parts: "+".join(parts) or "settings only",
)
def test_a_review_with_few_parts_runs_to_the_page_and_knows_no_number_without_its_part(parts, tmp_path):
    review = write_review(tmp_path / "review", parts)
    done = ask(review, "--cores", "2")
    assert done.returncode == 0, done.stderr
    flow = {row["box"]: row for row in rows(review / "results/screening/flow.csv")}
    assert {row["count"] for row in flow.values() if row["basis"] == "unknown"} == {""}
    if "exports" not in parts:
        assert {box for box, row in flow.items() if row["count"]} <= {"new_studies"}
        page = (review / "results/report/index.html").read_text(encoding="utf-8")
        assert not re.findall(r"\b0 (?:records|studies|publications|codes)\b|Records: 0\b", page)
    if not parts:
        assert {row["bound"] for row in rows(review / "results/report/measures.csv")} == {"unknown"}


def test_all_mistakes_of_a_folder_are_named_in_one_run(tmp_path):
    review = write_review(tmp_path / "review", PARTS)
    edit(review / "config/config.yaml", "windows: year", "windows: yearly")
    edit(review / "config/inputs.tsv", "\tdatabase\t", "\tdatabse\t")
    (review / "config/inputs/stray.txt").write_text("x", encoding="utf-8")
    with (review / "config/inputs/bob.csv").open("a", encoding="utf-8") as sheet:
        sheet.write("x\n")
    (review / "config/codebook.yaml").write_text("codes: []\n", encoding="utf-8")
    done = ask(review, "--cores", "1")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    said = [line for line in done.stderr.splitlines() if line.startswith("ERROR ")]
    for place in (
        "search.windows",
        "inputs.tsv line 3",
        "stray.txt",
        "bob.csv: was changed",
        "codebook.yaml",
    ):
        assert [line for line in said if place in line], place
