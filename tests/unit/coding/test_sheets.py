"""Coding sheets: who saw which code in which study; what contradicts itself is not merged in silence."""

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scripts.common.coding.codebook_changes import Change
from scripts.common.coding.model import Plan, in_order, order_of_rounds
from scripts.common.coding.plans import plans
from scripts.common.coding.sheets import read_codings
from scripts.common.coding.wrong_cells import MOST
from scripts.common.errors import InputError
from scripts.common.files.sheets import read_grids
from scripts.common.files.tables import write_table
from scripts.common.files.worksheets import write_worksheet
from scripts.common.review.inputs import Input
from tests.codebooks import code
from tests.settings import coding_settings

HEAD = "study,code,coder,stance,excerpt,source,complete"


CODES = (
    code("gains", label_zh="益处"),
    code("speed", "gains", label="Faster communication", label_zh="沟通更快"),
    code("reach", "gains", label="Élargit l'accès"),
    code("risks"),
)


def sheet(path, *lines, head=HEAD):
    path.write_text("\n".join((head, *lines)) + "\n", encoding="utf-8")
    return str(path)


def book(path, **sheets):
    """Write an XLSX with these worksheets, each a list of rows."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        page = made.create_sheet(name)
        for row in rows:
            page.append(row)
    made.save(path)
    return str(path)


def read(path, **how):
    about = {"coder": "ann", "round": "1"} | {k: v for k, v in how.items() if k in Plan._fields}
    more = {k: v for k, v in how.items() if k not in Plan._fields}
    return read_codings([Plan("ann", str(path), **about)], CODES, **more)


def stances(coding):
    return {(v.study_id, v.code, v.coder, v.stance) for v in coding.votes}


def test_a_sheet_without_the_column_complete_is_whole(tmp_path):
    path = sheet(tmp_path / "ann.csv", "10,speed,ann,present,fast,p. 3", head=HEAD.removesuffix(",complete"))
    assert read(path).lists == {("speed", "ann"): "yes"}


def test_odd_blanks_signs_and_composed_accents_make_no_other_name(tmp_path):
    path = sheet(
        tmp_path / "ann.csv",
        " 10 , speed ,ann, present,,,yes",
        "Garci\u0301a  2020,Faster\u00a0communication,ann,1,,,",
    )
    with pytest.raises(InputError, match="complete is ''"):
        read(path)
    path = sheet(
        tmp_path / "ann.csv",
        "\ufeff10 ,\u200bspeed ,ann, present,,,yes",
        "Garci\u0301a  2020,Faster\u00a0communication,ann,1,,,yes",
    )
    assert stances(read(path)) == {
        ("10", "speed", "ann", "present"),
        ("García 2020", "speed", "ann", "present"),
    }


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["10,sped,ann,present,,,yes"], r"line 2: code 'sped' is not in the codebook\. Did you mean speed\?"),
        (["10,speed,,present,,,yes"], r"ann\.csv line 2: coder is empty"),
        (["10,speed,ann,presnt,,,yes"], r"line 2: stance 'presnt' is unknown\. Did you mean present\?"),
        (["10,speed,ann,present,,,maybe"], r"ann\.csv line 2: complete is 'maybe'; it must be yes or no"),
        (
            ["10,speed,ann,present,,,yes", "10,speed,ann,absent,,,yes"],
            r"ann\.csv line 3: ann says present and absent of speed, 10\. Keep one\."
            r" The other is at .*ann\.csv line 2",
        ),
        (
            ["10,speed,ann,present,,,yes", "11,speed,ann,present,,,no"],
            r"ann\.csv line 3: complete is yes and no for one list \(speed, ann\)",
        ),
        ([",speed,ann,present,,,no"], r"ann\.csv line 2: study is empty"),
        ([",speed,ann,,,,yes"], r"ann\.csv line 2: study is empty"),
        (
            ["10,speed,ann,present,,,yes", "", '"a\nb",speed,ann,present,,,yes', "12,sped,ann,1,,,yes"],
            r"line 6: code",
        ),
        (["10,speed,ann"], r"line 2: complete is ''"),
        (["10,speed,ann,present,bad\x07sign,,yes"], r"line 2, column excerpt: holds a control character"),
    ],
    ids=[
        "unknown code",
        "no coder",
        "unknown stance",
        "neither yes nor no",
        "present and absent",
        "whole and not whole",
        "no study",
        "whole list of nothing",
        "blank line and cell of two lines",
        "short row",
        "control character",
    ],
)
def test_a_wrong_row_is_named(tmp_path, lines, message):
    with pytest.raises(InputError, match=message):
        read(sheet(tmp_path / "ann.csv", *lines))


def test_a_study_that_a_complete_list_lacks_is_named_with_the_nearest(tmp_path):
    path = sheet(tmp_path / "ann.csv", "Smth 2020,speed,ann,present,,,yes")
    with pytest.raises(InputError, match=r"line 2: study 'Smth 2020' is none .* Did you mean Smith 2020\?"):
        read(path, studies=["Smith 2020 ", "Doe 2019"])


def test_a_list_of_which_nothing_is_known_is_no_evidence(tmp_path):
    coding = read(sheet(tmp_path / "ann.csv", ",risks,ann,,,,no", "10,speed,ann,present,,,yes"))
    assert stances(coding) == {("10", "speed", "ann", "present")}
    assert coding.lists == {("risks", "ann"): "no", ("speed", "ann"): "yes"}


def test_a_study_looked_at_in_which_nothing_was_found_is_no_blank(tmp_path):
    coding = read(sheet(tmp_path / "ann.csv", "10,speed,ann,present,,,yes", "11,,ann,,,,"))
    assert coding.looked.keys() == {("10", "ann", "1"), ("11", "ann", "1")}


def test_numbered_studies_are_in_the_order_of_their_numbers():
    assert in_order(["10", "Smith 2020", "9", "10", "Doe 2019"]) == ["9", "10", "Doe 2019", "Smith 2020"]


def test_two_passages_for_one_code_are_both_kept_and_one_that_appears_twice_once(tmp_path):
    coding = read(
        sheet(
            tmp_path / "ann.csv",
            "10,speed,ann,present,first passage,p. 3,yes",
            "10,speed,ann,present,second passage,p. 9,yes",
            "10,speed,ann,present,first passage,p. 3,yes",
        )
    )
    assert [vote.excerpt for vote in coding.votes] == ["first passage", "second passage"]


WIDE = "study,speed,Élargit l'accès,益处,note"


def test_in_a_wide_sheet_a_blank_is_not_assessed_and_a_zero_is_absent(tmp_path):
    coding = read(sheet(tmp_path / "a.csv", "10,1,0,,seen", "11,x,,no,", "12,,,n/a,", head=WIDE))
    assert stances(coding) == {
        ("10", "speed", "ann", "present"),
        ("10", "reach", "ann", "absent"),
        ("11", "speed", "ann", "present"),
        ("11", "gains", "ann", "absent"),
    }
    assert {unmarked for unmarked, _ in coding.looked.values()} == {"not assessed"}
    assert {study for study, *_ in coding.looked} == {"10", "11", "12"}


@pytest.mark.parametrize(
    ("head", "line", "message"),
    [
        (
            "study,sped",
            "10,1",
            r"line 1: no code or variable has the name of these columns: sped \(Did you mean speed",
        ),
        (
            "study,speed",
            "10,maybe",
            r"line 2, column speed: 'maybe' is unknown\. Write 1 \(found\), 0 \(absent\)",
        ),
        ("paper,speed", "10,1", r"no table says who found which code .* Columns seen: paper, speed\."),
        (
            "study,speed,speed",
            "10,1,1",
            r"no code or variable has the name of these columns: speed \(2\) \(Did you mean speed",
        ),
        ("study,speed,", "10,1,1", r"line 2: 3 cells, the header has 2"),
        ("study,speed", ",1", r"line 2: a study and a coder are needed"),
    ],
)
def test_a_wrong_cell_of_a_wide_sheet_is_named(tmp_path, head, line, message):
    with pytest.raises(InputError, match=message):
        read(sheet(tmp_path / "a.csv", line, head=head))


def test_a_workbook_may_have_a_sheet_for_each_coder_and_what_is_no_coding_is_set_aside(tmp_path):
    path = book(
        tmp_path / "all.xlsx",
        ann=[["study", "speed"], [10, 1], [11, 0]],
        bob=[["study", "speed"], [10, True]],
        guide=[["How to code"], ["Read first."]],
    )
    made = openpyxl.load_workbook(path)
    made["guide"].merge_cells("A1:C1")  # what is no coding may look as it likes
    made.save(path)
    coding = read(path, coder="{sheet}")
    assert stances(coding) == {
        ("10", "speed", "ann", "present"),
        ("11", "speed", "ann", "absent"),
        ("10", "speed", "bob", "present"),
    }
    assert [(row["sheet"], row["reason"]) for row in coding.aside] == [
        (f"{path}#guide", "no column 'study': not a coding sheet")
    ]


def test_merged_cells_formulas_without_value_and_errors_of_a_workbook_are_named(tmp_path):
    path = tmp_path / "a.xlsx"
    book(path, s=[["study", "speed"], [10, 1], [11, 1]])
    made = openpyxl.load_workbook(path)
    made["s"].merge_cells("A2:A3")
    made.save(path)
    with pytest.raises(InputError, match=r"sheet 's': the cells A2:A3 are merged, so.*Unmerge"):
        read(path)
    book(path, s=[["study", "speed"], [10, "=1+1"]])
    with pytest.raises(InputError, match=r"sheet 's' row 2, column B: a formula without a value"):
        read(path)
    book(path, s=[["study", "sped"], [10, 1]])
    with pytest.raises(
        InputError, match=r"sheet 's' row 1: no code or variable has the name of these columns: sped"
    ):
        read(path)
    path.write_bytes(b"no zip")
    with pytest.raises(InputError, match=r"a\.xlsx: cannot be read as XLSX"):
        read(path)


@pytest.mark.parametrize("separator", [";", "\t"])
def test_a_csv_of_a_continental_excel_is_read(tmp_path, separator):
    (tmp_path / "a.csv").write_text(
        separator.join(("study", "speed")) + "\r\n" + separator.join(("Müller 2020", "1")) + "\r\n",
        encoding="utf-16",
    )
    assert stances(read(tmp_path / "a.csv")) == {("Müller 2020", "speed", "ann", "present")}


COVIDENCE = "Covidence #,Study ID,Title,Reviewer Name,Gains,Risks,Country"


def test_an_export_of_covidence_gives_ticked_codes_and_the_consensus(tmp_path):
    coding = read(
        sheet(
            tmp_path / "c.csv",
            "#7,Smith 2020,A title,Ann Example,Faster communication; Élargit l'accès,No,UK",
            "#7,Smith 2020,A title,Bob Example,Faster communication,,UK",
            "#7,Smith 2020,A title,Consensus,Faster communication,No,UK",
            "#8,Doe 2019,Other,Consensus,Élargit l'accès,Yes,US",
            head=COVIDENCE,
        )
    )
    assert stances(coding) == {
        ("Smith 2020", "speed", "Ann Example", "present"),
        ("Smith 2020", "reach", "Ann Example", "present"),
        ("Smith 2020", "risks", "Ann Example", "absent"),
        ("Smith 2020", "speed", "Bob Example", "present"),
        ("Smith 2020", "reach", "Bob Example", "absent"),
        ("Doe 2019", "reach", "Consensus", "present"),
        ("Doe 2019", "speed", "Consensus", "absent"),
        ("Doe 2019", "risks", "Consensus", "present"),
    }
    assert {key: verdict.final for key, verdict in coding.verdicts.items()} == {
        ("Smith 2020", "speed"): "present",
        ("Smith 2020", "reach"): "absent",
        ("Smith 2020", "risks"): "absent",
    }
    assert [row["column"] for row in coding.aside] == ["Country", "Covidence #", "Title"]


CHANGES = [
    Change("2", "renamed", "quick", "speed", "clearer", "ann", ""),
    Change("2", "merged", "far", "reach", "one idea", "ann", ""),
    Change("2", "merged", "wide", "reach", "one idea", "ann", ""),
    Change("2", "removed", "fun", "", "never used", "ann", ""),
    Change("2", "added", "risks", "", "new", "ann", ""),
]


def test_an_older_sheet_is_read_by_the_declared_changes(tmp_path):
    path = sheet(
        tmp_path / "old.csv", "10,1,0,1,1", "11,0,0,0,", "12,1,1,0,", head="study,quick,far,wide,fun"
    )
    coding = read(path, version="1", changes=CHANGES)
    assert stances(coding) == {
        ("10", "speed", "ann", "present"),
        ("10", "reach", "ann", "present"),
        ("11", "speed", "ann", "absent"),
        ("11", "reach", "ann", "absent"),
        ("12", "speed", "ann", "present"),
        ("12", "reach", "ann", "present"),
    }
    assert coding.looked["10", "ann", "1"] == ("not assessed", ("risks",))
    assert [row["reason"] for row in coding.aside] == ["fun: removed in version 2"]


def test_rounds_need_an_order_and_only_those_that_are_listed_are_known():
    assert order_of_rounds(["1"], []) == ["1"]
    assert order_of_rounds(["2", "pilot"], ["pilot", "1", "2"]) == ["pilot", "2"]
    with pytest.raises(InputError, match=r"coding\.rounds: the sheets have the rounds 1, pilot\. List them"):
        order_of_rounds(["pilot", "1"], [])
    with pytest.raises(
        InputError, match=r"the round 'pilo' of a sheet is not among them\. Did you mean pilot"
    ):
        order_of_rounds(["pilo"], ["pilot", "1"])


def test_what_a_sheet_does_not_say_comes_from_its_map():
    item = Input("ann_2", "config/inputs/ann_2.csv", "coding", "", "", "", "", "", "")
    words = {"set": {"reviewer": "ann", "round": "2", "codebook": "1.1"}, "columns": {"study": "paper"}}
    chosen = coding_settings(rounds=["1", "2"])
    assert plans([item], chosen, {"ann_2": words}) == [Plan("ann_2", item.path, "ann", "2", "1.1", words)]
    assert plans([item], coding_settings(rounds=["pilot", "1"]), {}) == [
        Plan("ann_2", item.path, "ann_2", "pilot")
    ]
    with pytest.raises(InputError, match=r"version 'new' is no number"):
        plans([item], chosen, {"ann_2": {"set": {"codebook": "new"}}})


sign = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co", "Zl", "Zp"))
texts = st.one_of(
    st.text(sign, max_size=12).map(str.strip), st.sampled_from(["=1+1", "_x0041_", "@x", "第二\nline"])
)
rows = st.lists(
    st.tuples(
        st.sampled_from(["1", "2", "Müller", "李 2020"]),
        st.sampled_from([c.id for c in CODES]),
        st.sampled_from(["ann", "bob", "cy"]),
        st.sampled_from(["", "quoted, “so”", "第二"]),
    ),
    max_size=25,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows, st.randoms(use_true_random=False))
def test_merging_is_independent_of_the_order_of_sheets_and_rows_and_nothing_vanishes(tmp_path, found, random):
    def write(items, names):
        paths = []
        for name in names:
            own = [
                f'{s},{c},{who},{"absent" if (len(s) + len(c)) % 2 else "present"},"{x}"'
                for s, c, who, x in items
                if who == name
            ]
            paths.append(
                Plan(
                    name,
                    sheet(tmp_path / f"{name}.csv", *own, head="study,code,coder,stance,excerpt"),
                    name,
                    "1",
                )
            )
        return read_codings(paths, CODES)

    names = ["ann", "bob", "cy"]
    one = write(found, names)
    two = write(random.sample(found, len(found)), random.sample(names, 3))
    assert one.votes == two.votes
    assert sorted(one.looked.items()) == sorted(two.looked.items())
    assert {(v.study_id, v.code, v.coder, v.excerpt) for v in one.votes} == set(found)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(st.lists(st.tuples(st.sampled_from(["1", "Müller", "李 2020"]), texts, texts), max_size=8))
def test_a_workbook_says_the_same_as_a_csv_and_a_worksheet_gives_back_what_was_written(tmp_path, found):
    rows = [{"study": s, "code": "speed", "stance": "present", "excerpt": x, "note": y} for s, x, y in found]
    columns = ("study", "code", "stance", "excerpt", "note")
    write_table(rows, tmp_path / "a.csv", columns)
    write_worksheet(tmp_path / "a.xlsx", "a", dict.fromkeys(columns, 10), rows, {}, "nothing")
    (grid, _) = read_grids(str(tmp_path / "a.xlsx"))
    assert [cells for _, cells in grid.rows] == [tuple(row[name] for name in columns) for row in rows]
    one, two = (
        sorted(v._replace(sheet="") for v in read(tmp_path / f"a.{end}").votes) for end in ("csv", "xlsx")
    )
    assert one == two


def messages(path, **how):
    with pytest.raises(InputError) as stopped:
        read(path, **how)
    return [str(message) for message in stopped.value.args]


def test_all_wrong_rows_of_a_sheet_are_named_in_one_run(tmp_path):
    long = sheet(
        tmp_path / "long.csv",
        "10,speed,ann,perhaps,,,yes",
        "11,speed,ann,present,,,yes",
        "12,speed,,present,,,yes",
    )
    found = messages(long)
    assert ["line 2" in found[0], "line 4" in found[1], len(found)] == [True, True, 2]
    wide = sheet(tmp_path / "wide.csv", "10,1,half", ",1,1", "12,2,1", head="study,speed,reach")
    found = messages(wide)
    assert len(found) == 3
    assert "'half'" in found[0]
    assert "a study and a coder are needed" in found[1]
    assert "'2'" in found[2]


def test_a_sheet_with_very_many_wrong_cells_names_the_first_and_says_how_many_more(tmp_path):
    rows = [f"{number},half" for number in range(MOST + 7)]
    found = messages(sheet(tmp_path / "wide.csv", *rows, head="study,speed"))
    assert len(found) == MOST + 1
    assert "7 more cells are wrong" in found[-1]
