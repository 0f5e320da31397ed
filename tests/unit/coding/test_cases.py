"""Coding files as other programs and teams write them, with the votes that they hold (expected.json)."""

import json
from pathlib import Path

import pytest

from scripts.coding import count_themes, measure_agreement, merge_codings
from scripts.common.coding.codebook_forms import load_codebook
from scripts.common.coding.model import Plan
from scripts.common.coding.sheets import read_codings
from scripts.common.files.tables import read_table, rows_of
from scripts.common.review.settings import Agreement, CodingRule
from tests.paths import SPECIMENS

CASES = SPECIMENS / "cases/coding"
pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason=f"{CASES} is not here")


def expected(name):
    return json.loads((CASES / "expected.json").read_text(encoding="utf-8"))[name]


def read(name, **how):
    plan = Plan(name, str(CASES / name), "ann", "1")
    return read_codings([plan], load_codebook(str(CASES / "codebook.csv")).codes, **how)


@pytest.fixture
def merged(folder):
    """Return a function that merges files and measures agreement; it returns code -> row of agreement.csv."""

    def run(names, **rule):
        files = {
            f"{name}_csv": f"{name}.csv" for name in ("evidence", "assessed", "lists", "final", "conflicts")
        }
        book = str(CASES / "codebook.csv")
        merge_codings.main(
            sheets=[Plan(name, str(CASES / name), name.partition("/")[2][:3], "1") for name in names],
            codebook=book,
            adjudication=None,
            rule=CodingRule(**{"consensus": "any"} | rule),
            unmarked="absent",
            texts="all",
            rounds=(),
            conflicts_xlsx="conflicts.xlsx",
            set_aside="set_aside.csv",
            **files,
        )
        measure_agreement.main(
            codebook=book,
            evidence_csv="evidence.csv",
            assessed_csv="assessed.csv",
            lists_csv="lists.csv",
            rounds=(),
            how=Agreement(),
            agreement_csv="agreement.csv",
        )
        return {row["code"]: row for row in rows_of(read_table("agreement.csv"))}

    return run


def test_a_text_in_which_a_user_coded_nothing_was_looked_at(merged):
    right = expected("texts_without_codings.qdpx")["privacy"]
    row = merged(["texts_without_codings.qdpx"])["privacy"]
    assert {name: float(row[name]) for name in right} == right
    assert len(set(read_table("assessed.csv")["study_id"])) == 10


def test_where_texts_were_shared_out_only_coded_ones_were_looked_at():
    looked = read("texts_without_codings.qdpx", texts="coded").looked
    assert {study for study, coder, _ in looked if coder == "bob"} == {"P1", "P2", "P3", "P7"}


def test_an_uncoded_text_that_is_no_included_study_is_set_aside():
    studies = [f"P{number}" for number in range(1, 9)]
    coding = read("texts_without_codings.qdpx", studies=studies)
    assert {row["value"] for row in coding.aside} == {"P9", "P10"}


def test_the_name_of_a_selection_is_its_passage_where_the_text_is_not_in_the_file():
    coding = read("text_missing.qdpx")
    found = [[vote.study_id, vote.code, vote.coder, vote.stance, vote.excerpt] for vote in coding.votes]
    assert found == expected("text_missing.qdpx")["votes"]
    assert [row["value"] for row in coding.aside] == ["P1"]


def test_a_project_that_was_renamed_zip_is_a_project(tmp_path):
    renamed = tmp_path / "project.zip"
    renamed.write_bytes((CASES / "text_missing.qdpx").read_bytes())
    plan = Plan("project", str(renamed), "ann", "1")
    coding = read_codings([plan], load_codebook(str(CASES / "codebook.csv")).codes)
    assert [vote.study_id for vote in coding.votes] == ["P1"]


@pytest.mark.parametrize("rule", ["majority", "all"])
def test_a_category_that_all_coders_found_by_different_codes_is_found(merged, rule, caplog):
    right = expected("category_agreed")
    agreement = merged(["category_agreed/ann.csv", "category_agreed/bob.csv"], consensus=rule)
    row = agreement["benefits"]
    assert {name: float(row[name]) for name in right["agreement of benefits"]} == right[
        "agreement of benefits"
    ]
    Path("flow.csv").write_text("box,count\nnew_studies,10\n", encoding="utf-8")
    count_themes.main(
        codebook=str(CASES / "codebook.csv"),
        final_csv="final.csv",
        lists_csv="lists.csv",
        assessed_csv="assessed.csv",
        flow_csv="flow.csv",
        themes_csv="themes.csv",
        matrix_csv="matrix.csv",
    )
    themes = {row["code"]: (row["studies"], row["bound"]) for row in rows_of(read_table("themes.csv"))}
    assert themes["benefits"] == ("8", "exact")
    assert themes["speed"] == ("0", "exact")
    assert len(read_table("matrix.csv")) == right["matrix rows"]
    assert "benefits is found in 8 studies in which no code below it is" in caplog.text
