"""From votes to what holds: rounds, rules, adjudication; agreement is measured before anyone talks."""

import csv
import hashlib

import numpy as np
import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scripts.coding import measure_agreement, merge_codings
from scripts.common.coding.cube import roll_up
from scripts.common.coding.model import Plan
from scripts.common.errors import InputError
from scripts.common.files.tables import read_table, rows_of
from scripts.common.review.settings import Agreement, CodingRule
from tests.codebooks import BOOK, code

SHEETS = {
    "ann": "study,speed,reach,risks\n10,1,0,1\n11,1,,0\n12,0,0,0\n",
    "bob": "study,speed,reach,risks\n10,1,1,0\n11,0,1,0\n12,0,0,\n",
    "cy": "study,speed,reach,risks\n10,1,1,0\n",
}
OUT = {f"{name}_csv": f"{name}.csv" for name in ("evidence", "assessed", "lists", "final", "conflicts")}
OUT |= {"conflicts_xlsx": "conflicts.xlsx", "set_aside": "set_aside.csv"}


@pytest.fixture
def merge(folder):
    """Return a function that merges sheets by settings; it returns (study, code) -> (final, by)."""
    (folder / "config/codebook.yaml").write_text(BOOK, encoding="utf-8")

    def run(sheets=None, adjudication=None, unmarked="absent", rounds=(), **rule):
        plans = []
        for name, text in (sheets or SHEETS).items():
            (folder / f"{name}.csv").write_text(text, encoding="utf-8")
            plans.append(Plan(name, f"{name}.csv", name, "1"))
        merge_codings.main(
            sheets=plans,
            codebook="config/codebook.yaml",
            adjudication=adjudication,
            rule=CodingRule(**{"consensus": "any"} | rule),
            unmarked=unmarked,
            texts="all",
            rounds=rounds,
            **OUT,
        )
        return {
            (row["study_id"], row["code"]): (row["final"], row["by"])
            for row in rows_of(read_table("final.csv"))
        }

    return run


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (
            "any",
            {
                ("10", "reach"): ("present", "any"),
                ("10", "risks"): ("present", "any"),
                ("11", "speed"): ("present", "any"),
            },
        ),
        (
            "majority",
            {
                ("10", "reach"): ("present", "majority"),
                ("10", "risks"): ("absent", "majority"),
                ("11", "speed"): ("absent", "majority"),
            },
        ),
        (
            "all",
            {
                ("10", "reach"): ("absent", "all"),
                ("10", "risks"): ("absent", "all"),
                ("11", "speed"): ("absent", "all"),
            },
        ),
        (
            "adjudicated",
            {("10", "reach"): ("open", ""), ("10", "risks"): ("open", ""), ("11", "speed"): ("open", "")},
        ),
    ],
)
def test_how_many_coders_must_agree_is_a_setting(merge, rule, expected):
    final = merge(consensus=rule)
    same = {
        ("10", "speed"): ("present", "all coders"),
        ("11", "reach"): ("present", "all coders"),
        ("11", "risks"): ("absent", "all coders"),
        ("12", "speed"): ("absent", "all coders"),
        ("12", "reach"): ("absent", "all coders"),
        ("12", "risks"): ("absent", "all coders"),
    }
    assert final == {**same, **expected}


def test_one_named_coder_may_decide_and_must_have_coded(merge):
    final = merge(consensus="coder", decisive_coder="ann")
    assert final["10", "risks"] == ("present", "coder ann")
    assert ("11", "reach") not in final, "ann did not judge it"
    with pytest.raises(InputError, match=r"decisive_coder: 'anne' coded nothing\. Did you mean ann"):
        merge(consensus="coder", decisive_coder="anne")


def test_the_worksheet_of_conflicts_is_filled_in_and_read_back(merge, folder):
    merge(consensus="adjudicated")
    book = openpyxl.load_workbook("conflicts.xlsx")
    page = book["conflicts"]
    head = [cell.value for cell in page[1]]
    assert head == list(merge_codings.WIDTHS)
    rules = page.data_validations.dataValidation
    assert [(rule.type, str(rule.sqref), rule.formula1) for rule in rules] == [
        ("list", "G2:G4", "lists!$A$1:$A$2")
    ]
    assert [cell.value for cell in book["lists"]["A"]] == ["present", "absent"]
    found = {(page.cell(row, 1).value, page.cell(row, 2).value): row for row in range(2, page.max_row + 1)}
    row = found["10", "risks"]
    for column, value in (
        ("final", "present"),
        ("reason", "seen on p. 4"),
        ("who", "dee"),
        ("date", "2022-09-01"),
    ):
        page.cell(row, head.index(column) + 1).value = value
    (folder / "config/decisions").mkdir()
    book.save("config/decisions/adjudication.xlsx")
    final = merge(consensus="adjudicated", adjudication="config/decisions/adjudication.xlsx")
    assert final["10", "risks"] == ("present", "adjudication")
    assert final["10", "reach"] == ("open", "")
    kept = {row["code"]: row for row in rows_of(read_table("conflicts.csv")) if row["study_id"] == "10"}
    assert (kept["risks"]["final"], kept["risks"]["who"], kept["reach"]["final"]) == ("present", "dee", "")


VERDICT = "study_id,code,final,reason,who,date\n"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("10,risk,present,so,dee,", r"line 2: code 'risk' is not in the codebook\. Did you mean risks"),
        ("99,risks,present,so,dee,", r"line 2: nobody coded the study '99'"),
        ("10,risks,yes,so,dee,", r"line 2: final 'yes' is unknown\. Write present or absent"),
        ("10,risks,present,,dee,", r"line 2: risks, 10 is decided without a reason or a name"),
        ("10,risks,present,so,dee,1 May", r"line 2: date '1 May' is no day"),
        ("10,risks,present,so,dee,\n10,risks,absent,so,dee,", r"line 3: risks, 10 is decided twice"),
    ],
)
def test_a_wrong_verdict_is_named(merge, folder, line, message):
    (folder / "verdicts.csv").write_text(VERDICT + line + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=message):
        merge(adjudication="verdicts.csv")


def test_a_formula_in_an_excerpt_stays_words_and_the_worksheet_the_same_bytes(merge, folder):
    sheets = {
        "ann": 'study,code,stance,excerpt\n10,speed,present,=HYPERLINK("http://x")\n10,risks,present,@SUM(1)\n',
        "bob": "study,code,stance,excerpt\n10,reach,present,+1\n",
    }
    merge(sheets)
    first = hashlib.sha256((folder / "conflicts.xlsx").read_bytes()).hexdigest()
    merge(sheets)
    assert hashlib.sha256((folder / "conflicts.xlsx").read_bytes()).hexdigest() == first
    page = openpyxl.load_workbook("conflicts.xlsx")["conflicts"]
    assert {
        cell.data_type for row in page.iter_rows(min_row=2) for cell in row if cell.value is not None
    } == {"s"}
    assert 'ann: =HYPERLINK("http://x")' in [row[5].value for row in page.iter_rows()]


ROUNDS = {
    "ann_1": "study,speed\n10,1\n11,0\n",
    "bob_1": "study,speed\n10,0\n11,0\n",
    "ann_2": "study,speed\n10,1\n12,1\n",
    "bob_2": "study,speed\n10,1\n12,1\n",
}
ORDER = {"ann_1": "1", "bob_1": "1", "ann_2": "2", "bob_2": "2"}


def agreement_rows(rounds, **how):
    measure_agreement.main(
        codebook="config/codebook.yaml",
        evidence_csv="evidence.csv",
        assessed_csv="assessed.csv",
        lists_csv="lists.csv",
        rounds=rounds,
        how=Agreement(**how),
        agreement_csv="agreement.csv",
    )
    with open("agreement.csv", encoding="utf-8", newline="") as stream:
        return {(r["round"], r["code"], r["coder_a"], r["coder_b"]): r for r in csv.DictReader(stream)}


def test_three_coders_by_hand(merge):
    """speed: studies 10 (111), 11 (10), 12 (00): pairs agree 1, 0, 1; ann and bob 2 of 3; kappa 0.4."""
    merge()
    rows = agreement_rows([])
    row = rows["first", "speed", "(all)", "(all)"]
    assert (row["n"], row["both"], row["mixed"], row["neither"], row["coders"]) == ("3", "1", "1", "1", "3")
    assert row["percent"] == "66.7"
    row = rows["first", "speed", "ann", "bob"]
    assert [row[c] for c in ("n", "both", "only_a", "only_b", "neither")] == ["3", "1", "1", "0", "1"]
    assert (row["percent"], row["kappa"], row["positive"], row["negative"]) == (
        "66.7",
        "0.400",
        "0.667",
        "0.667",
    )
    row = rows["first", "speed", "bob", "cy"]
    assert (row["n"], row["kappa"], row["alpha"]) == ("1", "undefined", "undefined")
    assert "All found it always: " in row["note"]
    row = rows["first", "gains", "ann", "bob"]
    assert [row[c] for c in ("n", "both", "only_a", "only_b", "neither")] == ["3", "2", "0", "0", "1"]
    assert list(row)[:16] == [
        "code",
        "coder_a",
        "coder_b",
        "n",
        "both",
        "only_a",
        "only_b",
        "neither",
        "percent",
        "kappa",
        "pabak",
        "ac1",
        "alpha",
        "ci_low",
        "ci_high",
        "note",
    ]


def test_the_last_round_decides_and_no_talk_between_rounds_raises_agreement(folder, merge):
    """Study 10 was talked about between the rounds; study 12 came in round 2 only."""
    paths = []
    for name, text in ROUNDS.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
        paths.append(Plan(name, f"{name}.csv", name[:3], ORDER[name]))
    merge_codings.main(
        sheets=paths,
        codebook="config/codebook.yaml",
        adjudication=None,
        rule=CodingRule(consensus="all"),
        unmarked="absent",
        texts="all",
        rounds=["1", "2"],
        **OUT,
    )
    final = {(r["study_id"], r["code"]): r["final"] for r in rows_of(read_table("final.csv"))}
    assert final == {("10", "speed"): "present", ("11", "speed"): "absent", ("12", "speed"): "present"}
    rows = agreement_rows(["1", "2"])
    assert rows["first", "speed", "ann", "bob"]["percent"] == "66.7", "10 differs, 11 and 12 agree"
    assert rows["1", "speed", "ann", "bob"]["percent"] == "50.0"
    assert rows["2", "speed", "ann", "bob"]["percent"] == "100.0"


def test_undefined_and_not_exercised_are_results_with_a_reason(merge):
    merge(
        {
            "ann": "study,speed,reach,risks\n10,1,0,0\n11,1,0,0\n",
            "bob": "study,speed,reach,risks\n10,0,0,1\n11,1,0,\n",
        }
    )
    rows = agreement_rows([])
    row = rows["first", "reach", "ann", "bob"]
    assert (row["status"], row["alpha"], row["kappa"], row["positive"], row["ac1"], row["verdict"]) == (
        "not exercised",
        "undefined",
        "undefined",
        "undefined",
        "1.000",
        "undefined",
    )
    assert "neither 0 nor 1" in row["note"]
    row = rows["first", "risks", "ann", "bob"]
    assert (row["n"], row["both"], row["only_b"]) == ("1", "0", "1")
    assert "never agreed on a presence" in row["note"]


def test_one_coder_or_none_leaves_the_table_empty(merge):
    merge({"ann": SHEETS["ann"]})
    assert agreement_rows([]) == {}
    merge({"ann": "study,code,stance\n"})
    assert agreement_rows([]) == {}


def test_the_paradox_is_explained_beside_the_number(merge):
    studies = range(61)
    sheets = {
        "ann": "study,speed\n" + "".join(f"{s},{int(s < 4)}\n" for s in studies),
        "bob": "study,speed\n" + "".join(f"{s},{int(s in (0, 1, 4, 5))}\n" for s in studies),
    }
    merge(sheets)
    row = agreement_rows([])["first", "speed", "ann", "bob"]
    assert [row[c] for c in ("both", "only_a", "only_b", "neither")] == ["2", "2", "2", "55"]
    assert [row[c] for c in ("percent", "kappa", "alpha", "ac1", "pabak", "positive")] == [
        "93.4",
        "0.465",
        "0.469",
        "0.925",
        "0.869",
        "0.500",
    ]
    assert "paradox" in row["note"]
    assert "Presences are rare" in row["note"]
    assert row["verdict"] == "not reached"


TREE = tuple(
    code(name, parent, level)
    for name, parent, level in (
        ("a", "", 1),
        ("b", "a", 2),
        ("c", "b", 3),
        ("d", "b", 3),
        ("e", "a", 2),
        ("f", "", 1),
    )
)


@given(st.lists(st.lists(st.sampled_from([-1, 0, 1]), min_size=6, max_size=6), min_size=1, max_size=12))
def test_a_parent_is_present_where_any_code_below_it_is_at_every_level(rows):
    votes = np.array(rows, dtype=np.int8)
    up = roll_up(votes, TREE)
    below = {0: range(0, 5), 1: (1, 2, 3), 2: (2,), 3: (3,), 4: (4,), 5: (5,)}
    for i, under in below.items():
        assert ((up[:, i] == 1) == (votes[:, list(under)] == 1).any(axis=1)).all()
    leaf_absent = (votes[:, [2, 3, 4]] == 0).all(axis=1) & (votes[:, [0, 1]] != 1).all(axis=1)
    assert (up[leaf_absent, 0] == 0).all()
    assert (up[(votes == -1).all(axis=1)] == -1).all()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["ann", "bob", "cy"]),
            st.integers(1, 5),
            st.sampled_from(["1", "0", ""]),
            st.sampled_from(["1", "0", ""]),
        ),
        max_size=20,
        unique_by=lambda row: row[:2],
    )
)
def test_every_vote_is_in_the_end_and_the_union_of_any_holds(merge, rows):
    sheets = {
        name: "study,speed,reach\n" + "".join(f"{s},{x},{y}\n" for who, s, x, y in rows if who == name)
        for name in ("ann", "bob", "cy")
    }
    final = merge(sheets)
    for j, name in ((2, "speed"), (3, "reach")):
        for study in range(1, 6):
            votes = {row[0]: row[j] for row in rows if row[1] == study and row[j]}
            expected = "" if not votes else "present" if "1" in votes.values() else "absent"
            assert final.get((str(study), name), ("", ""))[0] == expected
    kept = {(r["study_id"], r["code"], r["coder"], r["stance"]) for r in rows_of(read_table("evidence.csv"))}
    said = {"1": "present", "0": "absent"}
    assert kept == {
        (str(row[1]), name, row[0], said[row[j]])
        for row in rows
        for j, name in ((2, "speed"), (3, "reach"))
        if row[j]
    }


def test_an_unmarked_code_of_a_long_sheet_is_absent_but_for_lists_that_are_not_whole(merge):
    sheet = "study,code,stance,complete\n10,speed,present,yes\n11,reach,present,no\n"
    final = merge({"ann": sheet, "bob": "study,code,stance\n10,speed,present\n"})
    assert final["11", "speed"] == ("absent", "all coders")
    assert ("11", "risks") not in final, "ann's lists are whole only where she says so"
    assert final["10", "risks"] == ("absent", "all coders"), "bob's sheet is whole"
    final = merge({"ann": sheet}, unmarked="not assessed")
    assert final == {("10", "speed"): ("present", "all coders"), ("11", "reach"): ("present", "all coders")}


DIFFERENT_CODES = {
    "ann": "study,speed,reach,risks\n1,1,0,0\n2,1,0,0\n3,0,0,0\n",
    "bob": "study,speed,reach,risks\n1,0,1,0\n2,1,0,0\n3,0,1,0\n",
}


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ("any", {}),
        ("majority", {("1", "gains"): "all coders, of the category"}),
        ("all", {("1", "gains"): "all coders, of the category"}),
        ("adjudicated", {("1", "gains"): "all coders, of the category"}),
    ],
)
def test_a_category_is_judged_itself_where_no_code_below_it_is_found(merge, rule, found):
    final = merge(DIFFERENT_CODES, consensus=rule)
    assert {key: by for key, (_, by) in final.items() if key[1] == "gains"} == found


def test_what_was_settled_about_the_codes_settles_their_category(merge, folder):
    head = "study_id,code,final,reason,who,date\n"
    rows = "1,speed,absent,no,dee,\n1,reach,absent,no,dee,\n"
    (folder / "adjudication.csv").write_text(head + rows, encoding="utf-8")
    final = merge(DIFFERENT_CODES, "adjudication.csv", consensus="majority")
    assert ("1", "gains") not in final
    (folder / "adjudication.csv").write_text(head + "1,gains,absent,no,dee,\n", encoding="utf-8")
    final = merge(DIFFERENT_CODES, "adjudication.csv", consensus="majority")
    assert final["1", "gains"] == ("absent", "adjudication")
