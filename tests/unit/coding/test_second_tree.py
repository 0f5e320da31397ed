"""The second tree of a committee: it leaves the first alone, and both are counted."""

from pathlib import Path

import pytest

from scripts.coding import count_themes
from scripts.common.coding.second_tree import read_regroup, regrouped
from scripts.common.errors import InputError
from scripts.common.files.tables import read_table, rows_of
from tests.codebooks import BOOK, CODES

HEAD = "code,new_parent,reason,who,date"


def moves(folder, *lines, head=HEAD):
    (folder / "config/decisions").mkdir(parents=True, exist_ok=True)
    (folder / "config/decisions/regroup.csv").write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    return read_regroup(CODES)


def test_a_second_tree_moves_codes_and_makes_groups_of_its_own(folder):
    found = moves(
        folder,
        "reach,risks,felt as a burden,committee,2022-10-01,,",
        "time,,one word for both,committee,,Time,时间",
        "speed,time,as asked,committee,,,",
        head=f"{HEAD},label,label_zh",
    )
    assert [(code.id, code.parent, code.level) for code in regrouped(CODES, found)] == [
        ("gains", "", 1),
        ("risks", "", 1),
        ("reach", "risks", 2),
        ("time", "", 1),
        ("speed", "time", 2),
    ]
    assert [code.id for code in CODES] == ["gains", "speed", "reach", "risks"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("reech,risks,so,me,", r"line 2: code 'reech' is not in the codebook\. Did you mean reach"),
        ("reach,risk,so,me,", r"line 2: new_parent 'risk' is no code\. Did you mean risks"),
        ("gains,speed,so,me,", r"line 2: gains would be below itself"),
        ("reach,risks,,me,", r"line 2: a reason, a name \(who\)"),
        ("reach,risks,so,me,May", r"line 2: a reason, a name \(who\) and a day"),
        ("reach,risks,so,me,\nreach,gains,so,me,", r"line 3: reach is moved twice"),
    ],
)
def test_a_wrong_move_is_named(folder, line, message):
    with pytest.raises(InputError, match=message):
        moves(folder, line)


def test_both_trees_are_counted_and_what_moved_is_listed(folder):
    moves(folder, "reach,risks,felt as a burden,committee,")
    for name, text in {
        "config/codebook.yaml": BOOK,
        "final.csv": "study_id,code,final,by\n10,speed,present,any\n10,reach,absent,any\n"
        "10,risks,present,any\n11,reach,present,any\n11,speed,absent,any\n11,risks,absent,any\n",
        "lists.csv": "code,coder,complete\n",
        "assessed.csv": "study_id,coder,round,unmarked,without\n10,ann,1,absent,\n11,ann,1,absent,\n",
        "flow.csv": "box,count\nnew_studies,4\n",
    }.items():
        Path(name).write_text(text, encoding="utf-8")
    count_themes.main(
        codebook="config/codebook.yaml",
        final_csv="final.csv",
        lists_csv="lists.csv",
        assessed_csv="assessed.csv",
        flow_csv="flow.csv",
        intervals=False,
        themes_csv="themes.csv",
        matrix_csv="matrix.csv",
        regrouped_csv="regrouped.csv",
        moved_csv="moved.csv",
    )
    one, two = (
        {row["code"]: (row["parent"], row["studies"], row["percent"]) for row in rows_of(read_table(name))}
        for name in ("themes.csv", "regrouped.csv")
    )
    assert (one["gains"], one["risks"]) == (("", "2", "50.0"), ("", "1", "25.0"))
    assert (two["gains"], two["risks"]) == (("", "1", "25.0"), ("", "2", "50.0"))
    assert two["reach"] == ("risks", "1", "25.0")
    (row,) = rows_of(read_table("moved.csv"))
    assert (row["old_parent"], row["new_parent"], row["kind"]) == ("gains", "risks", "moved")
    assert (row["old_parent_studies"], row["new_parent_studies"], row["reason"]) == (
        "2 -> 1",
        "1 -> 2",
        "felt as a burden",
    )
