"""A planted contradiction is found, whatever kind of number the claim is about."""

import pytest
import yaml

from scripts.common.claims.measures import COLUMNS, JOINED, WHAT, family_of, to_row
from scripts.common.files.tables import read_table, rows_of, write_table
from scripts.report.compare_published import main
from tests.claims import measured
from tests.codebooks import ONE_CODE

CODE = "risks"
PAPER = {"rests_on": "the paper", "place": "heading 3"}
CODED = {"rests_on": "codings"}
SHARE = CODED | {"number": "3", "of": "8", "unit": "% of 8 studies"}
# A measure of each kind: its name, its value here, how it is compared, a value that is printed wrongly.
CASES = [
    ("flow:dbr_excluded:no data", "12", "equal", 13, {}),
    ("records:wos", "265", "equal", 256, {"rests_on": "records"}),
    ("unique", "411", "equal", 410, {"rests_on": "records"}),
    ("duplicates", "144", "equal", 114, {"rests_on": "records"}),
    ("votes:ann:exclude", "20", "equal", 19, {}),
    ("decided:full_text:include", "7", "equal", 8, {}),
    ("included_known", "61", "equal", 62, {}),
    ("included_retrieved", "60", "equal", 59, {"rests_on": "records"}),
    ("recall", "98.4", "share", 98.3, {"rests_on": "records", "number": "60", "of": "61"}),
    ("year:first", "2004", "equal", 2005, {}),
    ("agreement:kappa:full_text", "0.88", "equal", 0.87, {}),
    ("categories", "4", "equal", 5, PAPER),
    ("themes:risks", "4", "equal", 3, PAPER),
    ("children:risks", "harm; reach", "includes", ["harm", "cost"], PAPER),
    ("studies:risks", "9", "equal", 8, CODED),
    ("studies:risks", "9", "at_least", 10, CODED),
    ("studies:risks", "9", "at_most", 8, CODED),
    ("study_ids:risks", "1; 2; 3", "subset", ["1", "2"], CODED),
    ("percent:risks", "37.5", "share", 38.6, SHARE),
    ("rank:risks", "2", "rank", 1, CODED),
    ("order:risks", "harm > reach", "order", ["reach", "harm"], CODED),
    ("most:risks", "harm", "includes", ["reach"], CODED),
    ("least:risks", "cost; reach", "subset", ["reach"], CODED),
    ("studies_with_evidence", "61", "equal", 60, CODED),
    ("study_numbers", "37-97", "equal", "37-95", CODED),
    ("value:design:trial", "5", "equal", 6, CODED),
    ("value_ids:design:trial", "1; 4", "includes", ["1", "5"], CODED),
    ("percent_value:design:trial", "37.5", "share", 25.0, SHARE),
    ("most_value:design", "cohort; trial", "equal", ["trial"], CODED),
    ("least_value:design", "survey", "equal", "case report", CODED),
    ("sum:sample", "1234", "equal", 1243, CODED),
    ("mean:sample", "45.9", "equal", 45.8, CODED),
    ("sd:sample", "12.1", "equal", 12.2, CODED),
    ("q1:sample", "20", "equal", 22, CODED),
    ("q3:sample", "80", "equal", 81.5, CODED),
    ("median:sample@design:trial", "40", "equal", 41, CODED),
    ("lowest:sample", "8", "equal", 9, CODED),
    ("highest:sample", "500", "equal", 499, CODED),
    ("printed:P12", "61", "equal", 60, PAPER),
    ("printed_percent:P9", "50.8", "share", 51.8, PAPER | {"number": "31", "of": "61"}),
    ("union:risks+design:trial", "4", "equal", 5, CODED),
    ("both:risks+design:trial", "1", "equal", 2, CODED),
    ("unique - duplicates", "267", "equal", 266, {"rests_on": "records"}),
    ("records:wos / 5", "53", "equal", 54, {"rests_on": "records"}),
]


def test_there_is_a_case_of_every_kind_of_measure():
    kinds = {family_of(measure) for measure, *_ in CASES}
    assert kinds == {*WHAT, *JOINED, ""}  # "": an expression


def verdict(folder, measure, comparison, value, declared=None):
    """Return the verdict on one claim, where all the measures above are known.

    ``declared`` are the inputs that the review lists; as usual, all that are there.
    """
    claim = {
        "id": "C", "statement": "x", "value": value, "measure": measure, "comparison": comparison,
        "unit": "x", "place": "abstract", "origin": "printed", "confidence": "verified", "source": "paper",
    }  # fmt: skip
    claim |= {"of": 8, "decimals": 1} if comparison == "share" else {}
    (folder / "published.yaml").write_text(yaml.safe_dump([claim]), encoding="utf-8")
    (folder / "codebook.yaml").write_text(ONE_CODE, encoding="utf-8")
    known = [measured(shown, measure=name, **about) for name, shown, _, _, about in CASES]
    rows = [to_row(item, {}) for item in known if family_of(item.measure) in WHAT]
    write_table(rows, folder / "measures.csv", COLUMNS)
    write_table([], folder / "forensics.csv", ("outcome", "claims", "finding_data"))
    write_table([], folder / "set_aside.csv", ("record", "reason"))
    main(
        **{name: str(folder / f"{name}.yaml") for name in ("codebook", "published")},
        **{name: str(folder / f"{name}.csv") for name in ("measures", "forensics", "set_aside")},
        present=[("database", "wos")],
        declared={"database": ["wos"]} if declared is None else declared,
        comparison=str(folder / "comparison.csv"),
    )
    return rows_of(read_table(folder / "comparison.csv"))[0]["verdict"]


def right(shown, comparison):
    """Return what would be printed rightly: the value as it is here."""
    if comparison in ("includes", "subset", "order"):
        return shown.replace(" > ", "; ").split("; ")
    if "; " in shown:
        return shown.split("; ")
    try:
        return float(shown) if "." in shown else int(shown)
    except ValueError:
        return shown


@pytest.mark.parametrize(
    ("measure", "shown", "comparison", "wrong", "about"),
    CASES,
    ids=[f"{case[0]}, {case[2]}" for case in CASES],
)
def test_a_wrong_number_is_found_and_a_right_one_is_not_blamed(
    measure, shown, comparison, wrong, about, tmp_path
):
    of_paper = about.get("rests_on") == "the paper"
    assert verdict(tmp_path, measure, comparison, right(shown, comparison)) == (
        "consistent" if of_paper else "recomputed and equal"
    )
    assert verdict(tmp_path, measure, comparison, wrong) == (
        "contradictory as printed" if of_paper else "differs"
    )


# What no missing file can change: the records of one export, and what the paper or its headings say alone.
SURE = ("categories", "themes:", "children:", "printed:", "printed_percent:", "records:wos")


@pytest.mark.parametrize(
    ("measure", "shown", "comparison", "wrong", "about"),
    CASES,
    ids=[f"{case[0]}, {case[2]}" for case in CASES],
)
def test_without_a_list_of_inputs_no_number_differs_that_a_missing_file_could_change(
    measure, shown, comparison, wrong, about, tmp_path
):
    found = verdict(tmp_path, measure, comparison, wrong, declared={})
    assert (found == "cannot be checked") is not measure.startswith(SURE)
    assert verdict(tmp_path, measure, comparison, right(shown, comparison), declared={}) in (
        "recomputed and equal",
        "consistent",
    )
