"""Themes: a parent counts the union of its children's studies; what is not known is not 0."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.coding.count_themes import (
    agreed,
    bounds,
    known_lists,
    main,
    matrix,
    of_second_tree,
    theme_rows,
    unions,
)
from scripts.common.files.tables import read_table, rows_of
from tests.codebooks import BOOK, CODES, code


def final(*rows):
    return pd.DataFrame(rows, columns=pd.Index(["study_id", "code", "final"]), dtype=str)


NO_LISTS = pd.DataFrame(columns=["code", "coder", "complete"], dtype=str)


def looked(*studies, unmarked="not assessed"):
    return pd.DataFrame([(s, unmarked) for s in studies], columns=["study_id", "unmarked"], dtype=str)


def test_a_study_with_two_children_of_a_theme_counts_once_for_the_theme():
    studies = unions(CODES, {"speed": {"10", "11"}, "reach": {"11", "12"}})
    assert studies == {
        "gains": {"10", "11", "12"},
        "speed": {"10", "11"},
        "reach": {"11", "12"},
        "risks": set(),
    }


@st.composite
def trees(draw):
    """A tree of up to 12 codes, parents before children, and studies at any of them."""
    codes = [code("c0")]
    for n in range(1, draw(st.integers(1, 12))):
        parent = draw(st.sampled_from([None, *codes]))
        codes.append(code(f"c{n}", parent.id if parent else "", parent.level + 1 if parent else 1))
    ids = st.sets(st.integers(1, 20).map(str), max_size=6)
    return codes, {item.id: draw(ids) for item in codes}


@given(trees())
def test_a_parent_counts_its_own_studies_and_the_union_of_its_children_s(tree):
    codes, direct = tree
    result = unions(codes, direct)
    for item in codes:
        below = [result[child.id] for child in codes if child.parent == item.id]
        assert result[item.id] == direct[item.id].union(*below)
    assert set().union(*result.values()) == set().union(*direct.values())


def test_a_code_that_is_absent_or_open_has_no_study():
    rows = final(("10", "speed", "absent"), ("11", "speed", "open"), ("12", "speed", "present"))
    assert agreed(rows) == {"speed": {"12"}}


def test_a_code_that_is_open_or_was_not_judged_in_some_study_is_no_exact_number():
    """Studies 10 and 11: reach was judged in 10 only, risks is open in 11; gains follows from both."""
    rows = final(
        ("10", "speed", "present"),
        ("11", "speed", "absent"),
        ("10", "reach", "present"),
        ("10", "risks", "present"),
        ("11", "risks", "open"),
    )
    assert known_lists(CODES, rows, NO_LISTS, looked("10", "11"), None) == ({"reach", "risks"}, {"speed"})
    studies = unions(CODES, agreed(rows))
    assert bounds(CODES, studies, *known_lists(CODES, rows, NO_LISTS, looked("10", "11"), None)) == {
        "gains": "at least",
        "speed": "exact",
        "reach": "at least",
        "risks": "at least",
    }


def test_wide_sheets_of_some_included_studies_give_lower_bounds_and_whole_lists_stand_for_themselves():
    """Two of four included studies were coded. A list that a coder gave is whole whatever was looked at."""
    rows = final(*((study, code.id, "present") for study in ("10", "11") for code in CODES))
    wide, long = looked("10", "11"), looked("10", "11", unmarked="absent")
    lists = pd.DataFrame([["speed", "ann", "yes"]], columns=["code", "coder", "complete"])
    assert known_lists(CODES, rows, lists, wide, 4)[0] == {"reach", "risks"}
    assert known_lists(CODES, rows, lists, wide, 2)[0] == set()
    assert known_lists(CODES, rows, lists, long, 4)[0] == set()


def test_without_any_coding_every_code_is_unknown_and_none_is_0():
    nothing = final()
    studies = unions(CODES, agreed(nothing))
    bound = bounds(CODES, studies, *known_lists(CODES, nothing, NO_LISTS, looked(), 4))
    assert set(bound.values()) == {"unknown"}


def test_a_code_whose_list_nobody_gave_is_unknown_and_one_with_some_is_a_lower_bound():
    studies = unions(CODES, {"speed": {"10"}})
    assert bounds(CODES, studies, {"speed", "reach", "risks"}, {"speed"}) == {
        "gains": "at least",
        "speed": "at least",
        "reach": "unknown",
        "risks": "unknown",
    }


def test_a_theme_is_exact_if_all_its_children_are_known_and_exact():
    studies = unions(CODES, {"speed": {"10"}, "reach": {"11"}})
    bound = bounds(CODES, studies, set(), {"speed", "reach", "risks"})
    assert bound["gains"] == "exact"
    some = [CODES[0]._replace(children_known=False), *CODES[1:]]
    assert bounds(some, studies, set(), {"speed", "reach", "risks"})["gains"] == "at least"


def test_no_study_for_a_whole_list_is_an_exact_zero():
    rows = theme_rows([code("risks")], {"risks": set()}, {"risks": "exact"}, 61)
    assert (rows[0]["studies"], rows[0]["percent"]) == (0, "0.0")


def test_an_unknown_code_shows_neither_number_nor_percentage():
    (row,) = theme_rows([code("risks")], {"risks": set()}, {"risks": "unknown"}, 61)
    assert (row["studies"], row["percent"], row["study_ids"]) == ("", "", "")


def test_percentages_are_of_the_included_studies_and_studies_stand_in_order():
    (row,) = theme_rows([code("risks")], {"risks": {"9", "10", "58"}}, {"risks": "exact"}, 61, False)
    assert (row["studies"], row["percent"], row["study_ids"], row["of"]) == (3, "4.9", "9; 10; 58", 61)


def test_a_whole_list_has_an_exact_interval_and_a_lower_bound_has_none():
    (row,) = theme_rows([code("risks")], {"risks": set("123456789")}, {"risks": "exact"}, 10, True)
    assert (row["ci_low"], row["ci_high"]) == ("55.5", "99.7")
    (row,) = theme_rows([code("risks")], {"risks": {"9"}}, {"risks": "at least"}, 10, True)
    assert (row["ci_low"], row["ci_high"]) == ("", "")
    (row,) = theme_rows([code("risks")], {"risks": set("123456789")}, {"risks": "exact"}, 10, False)
    assert (row["ci_low"], row["ci_high"]) == ("", "")


def test_without_the_number_of_included_studies_no_percentage_is_given():
    (row,) = theme_rows([code("risks")], {"risks": {"9"}}, {"risks": "exact"}, None)
    assert (row["studies"], row["percent"], row["of"]) == (1, "", "")


def test_the_matrix_leaves_blank_what_is_not_known_to_be_absent():
    codes = [code("speed"), code("reach")]
    bound = {"speed": "at least", "reach": "exact"}
    table = matrix(codes, {"speed": {"10", "9"}, "reach": {"10"}}, bound, ["9", "10"])
    assert rows_of(table) == [
        {"study_id": "9", "speed": "1", "reach": "0"},
        {"study_id": "10", "speed": "1", "reach": "1"},
    ]
    table = matrix(codes, {"speed": {"10"}, "reach": {"9"}}, bound, ["9"])
    assert table["speed"].tolist() == ["", "1"]


def test_a_study_without_any_code_keeps_its_row_in_the_matrix():
    table = matrix([code("reach")], {"reach": {"9"}}, {"reach": "exact"}, ["9", "10", "11"])
    assert table.to_numpy().tolist() == [["9", "1"], ["10", "0"], ["11", "0"]]


@pytest.mark.parametrize(
    ("lists", "of", "expected"),
    [
        (
            "speed,ann,yes\nreach,ann,yes\n",
            "4",
            {"gains": ("2", "50.0", "exact"), "reach": ("1", "25.0", "exact")},
        ),
        (
            "speed,ann,no\nreach,ann,yes\n",
            "4",
            {"gains": ("2", "50.0", "at least"), "reach": ("1", "25.0", "exact")},
        ),
        ("speed,ann,yes\nreach,ann,yes\n", "", {"gains": ("2", "", "exact"), "reach": ("1", "", "exact")}),
    ],
    ids=["whole lists", "one list cut off", "number of studies unknown"],
)
def test_the_table_of_themes(tmp_path, lists, of, expected):
    files = {
        "codebook": BOOK,
        "final_csv": "study_id,code,final\n10,speed,present\n11,speed,present\n10,reach,absent\n"
        "11,reach,present\n",
        "lists_csv": f"code,coder,complete\n{lists}",
        "assessed_csv": "study_id,coder,round,unmarked,without\n10,ann,1,absent,\n11,ann,1,absent,\n",
        "flow_csv": f"box,count\nnew_studies,{of}\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    main(
        **{name: str(tmp_path / name) for name in files},
        themes_csv=str(tmp_path / "themes.csv"),
        matrix_csv=str(tmp_path / "matrix.csv"),
        intervals=False,
    )
    rows = {row["code"]: row for row in rows_of(read_table(tmp_path / "themes.csv"))}
    for name, values in expected.items():
        assert (rows[name]["studies"], rows[name]["percent"], rows[name]["bound"]) == values
    assert read_table(tmp_path / "matrix.csv")["study_id"].tolist() == ["10", "11"]


def test_a_category_that_a_rule_found_as_a_whole_does_not_outlive_its_codes():
    rows = [("1", "gains", "present", "majority, of the category"), ("2", "gains", "present", "majority")]
    found = pd.DataFrame(rows, columns=pd.Index(["study_id", "code", "final", "by"]))
    moved = [code("gains"), code("speed", "gains"), code("reach", "risks"), code("risks")]
    assert of_second_tree(found, CODES, CODES)["study_id"].tolist() == ["1", "2"]
    assert of_second_tree(found, CODES, moved)["study_id"].tolist() == ["2"]
