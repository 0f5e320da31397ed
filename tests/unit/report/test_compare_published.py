"""The table of the comparison: a row per claim, with what is missing and how far it can be reproduced."""

import pytest

from scripts.common.claims.judging import judge
from scripts.common.files.tables import read_table, rows_of
from scripts.report.compare_published import main, missing, missing_inputs, ssrp_level, with_forensics
from tests.claims import claim, measured
from tests.codebooks import ONE_CODE

CANNOT = "cannot be checked"


def test_every_claim_gets_a_row_in_the_order_of_the_paper(tmp_path):
    (tmp_path / "codebook.yaml").write_text(ONE_CODE, encoding="utf-8")
    shared = "unit: studies, place: abstract, confidence: verified, source: paper"
    counted = f"{shared}, check: recounted"
    (tmp_path / "published.yaml").write_text(
        f"- {{id: B, statement: many, value: 3, {counted}, measure: 'studies:risks', comparison: at_least}}\n"
        f"- {{id: A, statement: day, value: 2022-08-16, {shared}, needs: the log}}\n"
        f"- {{id: C, statement: roots, value: 4, {counted}, measure: categories, comparison: equal}}\n",
        encoding="utf-8",
    )
    (tmp_path / "measures.csv").write_text(
        "measure,value,bound,unit,file,rows,note\n"
        "studies:risks,5,at least,studies,t.csv,r,\ncategories,1,exact,codes,c,r,\n",
        encoding="utf-8",
    )
    (tmp_path / "forensics.csv").write_text(
        "outcome,claims,finding\ninconsistent,A; C,Two days.\n", encoding="utf-8"
    )
    (tmp_path / "checked.csv").write_text("path,kind\n", encoding="utf-8")
    main(
        **{name: str(tmp_path / f"{name}.yaml") for name in ("codebook", "published")},
        **{name: str(tmp_path / f"{name}.csv") for name in ("measures", "forensics", "checked")},
        comparison=str(tmp_path / "comparison.csv"),
    )
    rows = rows_of(read_table(tmp_path / "comparison.csv"))
    assert [(row["claim_id"], row["published"], row["reproduced"], row["verdict"]) for row in rows] == [
        ("B", "at least 3", "at least 5", "reproduced"),
        ("A", "2022-08-16", "", "inconsistent as printed"),
        ("C", "4", "1", "inconsistent as printed"),
    ]
    assert rows[2]["reason"].startswith("Two days. Measured in c")
    assert rows[2]["difference"] == "-3"


def test_a_number_that_our_data_meet_exactly_stays_reproduced_beside_a_finding():
    result = judge(claim(61), measured("61"))
    assert with_forensics(result, ["The flow does not add up."]).verdict == "reproduced"
    for value in ("60", "70"):
        result = judge(claim(61, tolerance=1), measured(value))
        assert with_forensics(result, ["Off."]).verdict == "inconsistent as printed"


def test_a_claim_that_rests_on_a_missing_input_cannot_be_checked_and_says_what_settles_it():
    rests = claim(61)._replace(inputs=("ovid", "ann"))
    assert missing_inputs(rests, {"ovid", "ann", "pubmed"}) is None
    result = missing_inputs(rests, {"pubmed", "ann"})
    assert result.verdict == CANNOT
    settled = missing(result, rests, measured("8"))
    assert settled["needs"].startswith("the input ovid: its file in config/inputs")
    assert settled["command"] == "snakemake --cores all results/report/comparison.csv"
    assert missing(judge(claim(1), measured("1")), claim(1), measured("1")) == {"needs": "", "command": ""}


@pytest.mark.parametrize(
    ("value", "bound", "measure", "check", "level"),
    [
        (None, "", "", "", 1),
        ("", "unknown", "studies:a", "recounted", 2),
        ("40", "at least", "studies:a", "recounted", 3),
        ("60", "exact", "flow:new_studies", "recomputed", 4),
        ("61", "exact", "studies:a", "recounted", 5),
        ("61", "exact", "studies:a", "recomputed", 5),
        ("61", "exact", "flow:new_studies", "recomputed", 10),
    ],
)
def test_the_level_of_reproducibility(value, bound, measure, check, level):
    it = claim(61)._replace(measure=measure, check=check, needs="" if measure else "a log")
    row = None if value is None else measured(value, bound, "needs a sheet")
    assert ssrp_level(it, judge(it, row), row) == level
