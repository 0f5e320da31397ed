"""The verdict on a published claim: a lower bound never confirms an exact number."""

import pytest

from scripts.common.claims import Claim
from scripts.common.tables import read_table, rows_of
from scripts.compare_published import judge, main

CANNOT = "cannot be checked"


def claim(value, comparison="equal", tolerance=0.0, needs="", note=""):
    return Claim(
        "C1",
        "Studies",
        value,
        "studies",
        "abstract",
        "verified",
        "paper",
        "m",
        comparison,
        tolerance,
        "recomputed",
        needs,
        note,
    )


def measured(value, bound="exact", note=""):
    return {
        "measure": "m",
        "value": value,
        "bound": bound,
        "file": "results/t.csv",
        "rows": "row x",
        "note": note,
    }


@pytest.mark.parametrize(
    ("comparison", "bound", "published", "value", "verdict", "difference"),
    [
        ("equal", "exact", 61, "61", "reproduced", "0"),
        ("equal", "exact", 61, "60", "differs", "-1"),
        ("equal", "exact", 61, "63", "differs", "+2"),
        ("equal", "at least", 61, "61", CANNOT, ""),
        ("equal", "at least", 61, "40", CANNOT, ""),
        ("equal", "at least", 61, "62", "differs", "at least +1"),
        ("equal", "unknown", 61, "", CANNOT, ""),
        ("at_least", "exact", 4, "4", "reproduced", ""),
        ("at_least", "exact", 4, "9", "reproduced", ""),
        ("at_least", "exact", 4, "3", "differs", "-1"),
        ("at_least", "at least", 4, "4", "reproduced", ""),
        ("at_least", "at least", 4, "3", CANNOT, "-1"),
        ("at_least", "unknown", 4, "", CANNOT, ""),
        ("includes", "exact", ("speed", "reach"), "reach; cost; speed", "reproduced", ""),
        ("includes", "exact", ("speed", "reach"), "speed; cost", "differs", "missing: reach"),
        ("includes", "exact", ("speed",), "speedy", "differs", "missing: speed"),
        ("includes", "at least", ("speed",), "speed; cost", "reproduced", ""),
        ("includes", "at least", ("speed", "reach"), "speed", CANNOT, "missing: reach"),
        ("includes", "unknown", ("speed",), "", CANNOT, ""),
        ("equal", "exact", "10-70", "10-70", "reproduced", ""),
        ("equal", "exact", "10-70", "10-69", "differs", "other words"),
        ("equal", "at least", "10-70", "10-70", CANNOT, ""),
        ("equal", "unknown", "10-70", "", CANNOT, ""),
    ],
)  # fmt: skip
def test_verdict(comparison, bound, published, value, verdict, difference):
    result = judge(claim(published, comparison), measured(value, bound, "needs a sheet"))
    assert (result["verdict"], result["difference"]) == (verdict, difference)
    if bound == "unknown":
        assert (result["reproduced"], result["reason"]) == ("", "Needs a sheet.")
    else:
        assert "results/t.csv (row x)" in result["reason"]


@pytest.mark.parametrize(
    ("published", "tolerance", "value", "verdict"),
    [
        (45.9, 0.1, "46.0", "reproduced"),
        (45.9, 0.1, "46.1", "differs"),
        (45.9, 0.0, "45.9", "reproduced"),
        (61, 1, "60", "reproduced"),
        (61, 1, "59", "differs"),
    ],
)
def test_a_difference_within_the_tolerance_of_the_paper_s_rounding_is_none(
    published, tolerance, value, verdict
):
    assert judge(claim(published, tolerance=tolerance), measured(value))["verdict"] == verdict


def test_a_difference_within_the_tolerance_is_still_shown():
    assert judge(claim(61, tolerance=1), measured("60"))["difference"] == "-1"


def test_a_lower_bound_is_shown_as_one():
    assert judge(claim(61), measured("40", "at least"))["reproduced"] == "at least 40"


def test_a_claim_that_nothing_measures_says_what_it_would_take():
    result = judge(claim("2022-08-16", needs="the search log of the review", note="A setting."), None)
    assert result == {
        "reproduced": "",
        "difference": "",
        "verdict": CANNOT,
        "reason": "Needs the search log of the review. A setting.",
    }


def test_every_claim_gets_a_row_in_the_order_of_the_paper(tmp_path):
    (tmp_path / "codebook.yaml").write_text(
        "version: 1\nsource: made\nchildren_known: all\ncodes:\n"
        "  - {id: risks, label: {en: Risks, zh: 风险}, definition: null, place: null}\n",
        encoding="utf-8",
    )
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
    main(
        **{name: str(tmp_path / f"{name}.yaml") for name in ("codebook", "published")},
        measures=str(tmp_path / "measures.csv"),
        comparison=str(tmp_path / "comparison.csv"),
    )
    rows = rows_of(read_table(tmp_path / "comparison.csv"))
    assert [(row["claim_id"], row["published"], row["reproduced"], row["verdict"]) for row in rows] == [
        ("B", "at least 3", "at least 5", "reproduced"),
        ("A", "2022-08-16", "", CANNOT),
        ("C", "4", "1", "differs"),
    ]
    assert rows[2]["difference"] == "-3"
