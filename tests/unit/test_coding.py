"""Coding sheets: who saw which code in which study; what contradicts itself is not merged in silence."""

import pytest

from scripts.common.coding import in_order, read_coding, read_codings
from scripts.common.errors import InputError
from scripts.common.tables import read_table, rows_of
from scripts.merge_codings import conflicts, evidence, main

HEAD = "study,code,coder,stance,excerpt,source,complete"
CODES = ("speed", "reach", "risks")


def sheet(path, *lines, head=HEAD):
    path.write_text("\n".join((head, *lines)) + "\n", encoding="utf-8")
    return str(path)


def test_a_sheet_without_the_column_complete_is_whole(tmp_path):
    path = sheet(tmp_path / "ann.csv", "10,speed,ann,present,fast,p. 3", head=HEAD.removesuffix(",complete"))
    assert read_coding(path, CODES)["complete"].tolist() == ["yes"]


def test_blanks_around_cells_do_not_make_another_code(tmp_path):
    path = sheet(tmp_path / "ann.csv", " 10 , speed ,ann, present,,,yes")
    assert rows_of(read_coding(path, CODES))[0]["code"] == "speed"


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["10,sped,ann,present,,,yes"], r"line 2: code 'sped' is not in the codebook\. Did you mean speed\?"),
        (["10,speed,,present,,,yes"], r"ann\.csv line 2: coder is empty"),
        (["10,speed,ann,presnt,,,yes"], r"line 2: stance 'presnt' is unknown\. Did you mean present\?"),
        (["10,speed,ann,present,,,maybe"], r"ann\.csv line 2: complete is 'maybe'; it must be yes or no"),
        (
            ["10,speed,ann,present,,,yes", "10,speed,ann,absent,,,yes"],
            r"ann\.csv line 3: ann says present and absent of speed, 10\. Keep one",
        ),
        (
            ["10,speed,ann,present,,,yes", "11,speed,ann,present,,,no"],
            r"ann\.csv line 3: complete is yes and no for one list \(speed, ann\)",
        ),
        ([",speed,ann,present,,,no"], r"ann\.csv line 2: study is empty"),
        ([",speed,ann,,,,yes"], r"ann\.csv line 2: study is empty"),
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
    ],
)
def test_a_wrong_row_is_named(tmp_path, lines, message):
    with pytest.raises(InputError, match=message):
        read_coding(sheet(tmp_path / "ann.csv", *lines), CODES)


def test_a_list_of_which_nothing_is_known_is_no_evidence(tmp_path):
    rows = read_codings(
        [sheet(tmp_path / "ann.csv", ",risks,ann,,,,no", "10,speed,ann,present,,,yes")], CODES
    )
    assert evidence(rows)["code"].tolist() == ["speed"]


def test_numbered_studies_stand_in_the_order_of_their_numbers():
    assert in_order(["10", "Smith 2020", "9", "10", "Doe 2019"]) == ["9", "10", "Doe 2019", "Smith 2020"]


def test_two_passages_for_one_code_are_both_kept_and_one_that_stands_twice_once(tmp_path):
    rows = read_codings(
        [
            sheet(
                tmp_path / "ann.csv",
                "10,speed,ann,present,first passage,p. 3,yes",
                "10,speed,ann,present,second passage,p. 9,yes",
                "10,speed,ann,present,first passage,p. 3,yes",
            )
        ],
        CODES,
    )
    assert sorted(evidence(rows)["excerpt"]) == ["first passage", "second passage"]


def test_coders_differ_where_one_who_coded_the_study_did_not_see_the_code(tmp_path):
    rows = read_codings(
        [
            sheet(tmp_path / "ann.csv", "10,speed,ann,present,,,yes", "9,speed,ann,present,,,yes"),
            sheet(tmp_path / "bob.csv", "10,reach,bob,present,,,yes", "10,speed,bob,absent,,,yes"),
        ],
        CODES,
    )
    assert rows_of(conflicts(evidence(rows))) == [
        {"study_id": "10", "code": "reach", "present": "bob", "absent": "ann"},
        {"study_id": "10", "code": "speed", "present": "ann", "absent": "bob"},
    ]  # study 9 has one coder: nobody differs


def test_a_review_without_coding_has_tables_without_rows(tmp_path):
    codebook = tmp_path / "codebook.yaml"
    codebook.write_text(
        "version: 1\nsource: made\nchildren_known: all\ncodes:\n"
        "  - {id: risks, label: {en: Risks, zh: 风险}, definition: null, place: null}\n",
        encoding="utf-8",
    )
    out = {name: str(tmp_path / name) for name in ("evidence_csv", "conflicts_csv", "lists_csv")}
    main(sheets=[], codebook=str(codebook), **out)
    assert [len(read_table(path)) for path in out.values()] == [0, 0, 0]
    sheets = [sheet(tmp_path / "ann.csv", "9,risks,ann,present,,,no", "10,risks,ann,present,,,no")]
    main(sheets=sheets, codebook=str(codebook), **out)
    assert read_table(out["evidence_csv"])["study_id"].tolist() == ["9", "10"]
    assert rows_of(read_table(out["lists_csv"])) == [{"code": "risks", "coder": "ann", "complete": "no"}]
