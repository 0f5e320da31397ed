"""The verdict on a published claim: a lower bound never confirms an exact number."""

import pytest

from scripts.common.claims.published import Claim
from scripts.common.files.tables import read_table, rows_of
from scripts.report.compare_published import judge, main, missing, missing_inputs, ssrp_level, with_forensics

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
        (45.9, 0.1, "46.0", "within tolerance"),
        (45.9, 0.1, "46.1", "differs"),
        (45.9, 0.0, "45.9", "reproduced"),
        (61, 1, "60", "within tolerance"),
        (61, 1, "59", "differs"),
    ],
)
def test_a_difference_within_the_tolerance_is_told_from_none(published, tolerance, value, verdict):
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
    assert with_forensics(result, ["The flow does not add up."])["verdict"] == "reproduced"
    for value in ("60", "70"):
        result = judge(claim(61, tolerance=1), measured(value))
        assert with_forensics(result, ["Off."])["verdict"] == "inconsistent as printed"


@pytest.mark.parametrize(
    ("value", "note", "verdict", "difference"),
    [
        ("1", "", "reproduced", "0"),
        ("1", "shared with b", "differs", "shared with b"),
        ("2", "", "differs", "+1"),
    ],
)
def test_rank_wants_a_code_alone_at_its_rank(value, note, verdict, difference):
    result = judge(claim(1, "rank"), measured(value, note=note))
    assert (result["verdict"], result["difference"]) == (verdict, difference)
    assert judge(claim(1), measured("1", note="shared with b"))["verdict"] == "reproduced"


@pytest.mark.parametrize(
    ("order", "bound", "verdict", "difference"),
    [
        ("a > b > c", "exact", "reproduced", ""),
        ("a > c > b", "exact", "reproduced", ""),
        ("b > a", "exact", "differs", "a has fewer than b"),
        ("a = b", "exact", "differs", "a has as many as b"),
        ("a > c", "at least", CANNOT, "missing: b"),
        ("a > c", "exact", "differs", "missing: b"),
    ],
)
def test_an_order_of_codes(order, bound, verdict, difference):
    result = judge(claim(("a", "b"), "order"), measured(order, bound))
    assert (result["verdict"], result["difference"]) == (verdict, difference)


@pytest.mark.parametrize(
    ("ours", "bound", "verdict", "difference"),
    [
        ("1; 2", "exact", "reproduced", ""),
        ("", "exact", "reproduced", ""),
        ("1; 4", "exact", "differs", "beside them: 4"),
        ("1; 4", "at least", "differs", "beside them: 4"),
        ("1", "at least", CANNOT, ""),
    ],
)
def test_a_subset_has_nothing_beside_the_published(ours, bound, verdict, difference):
    result = judge(claim(("1", "2", "3"), "subset"), measured(ours, bound))
    assert (result["verdict"], result["difference"]) == (verdict, difference)


@pytest.mark.parametrize(
    ("published", "decimals", "tolerance", "number", "of", "bound", "verdict"),
    [
        (50.8, 1, 0, "31", "61", "exact", "reproduced"),
        (51, 0, 0, "31", "61", "exact", "reproduced"),
        (12, 0, 0, "1", "8", "exact", "reproduced"),  # 12.5: rounded down
        (13, 0, 0, "1", "8", "exact", "reproduced"),  # or up
        (50.0, 1, 1, "31", "61", "exact", "within tolerance"),
        (50.0, 1, 0, "31", "61", "exact", "differs"),
        (50.8, 1, 0, "31", "61", "at least", CANNOT),
        (50.8, 1, 0, "32", "61", "at least", "differs"),
        (50.8, 1, 0, "", "", "exact", CANNOT),
    ],
)
def test_a_share_is_compared_from_whole_numbers(published, decimals, tolerance, number, of, bound, verdict):
    share = claim(published, "share", tolerance=float(tolerance))._replace(of=61, decimals=decimals)
    row = {**measured("50.8", bound, "needs n"), "number": number, "of": of}
    assert judge(share, row)["verdict"] == verdict


def test_a_claim_that_rests_on_a_missing_input_cannot_be_checked_and_says_what_settles_it():
    rests = claim(61)._replace(inputs=("ovid", "ann"))
    assert missing_inputs(rests, {"ovid", "ann", "pubmed"}) is None
    result = missing_inputs(rests, {"pubmed", "ann"})
    assert result["verdict"] == CANNOT
    told = missing(result, rests, measured("8"))
    assert told["needs"].startswith("the input ovid: its file in config/inputs")
    assert told["command"] == "snakemake --cores all results/report/comparison.csv"
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
