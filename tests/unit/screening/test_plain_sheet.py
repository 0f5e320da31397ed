"""A plain sheet gives the votes that are written in it, or names the row that cannot be used."""

import openpyxl
import pytest

from scripts.common.errors import InputError
from tests.unit.screening.examples import decided

TI, FT = "title_abstract", "full_text"


HEAD = "record,stage,reviewer,decision,reason"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("a:1,title,ann,include,", r": stage 'title' is unknown \(line 2\)\. Did you mean title_abstract\?"),
        (
            "a:1,title_abstract,ann,includ,",
            r": decision 'includ' is unknown in stage title_abstract \(line 2\)\. Did you mean include",
        ),
        (
            "a:1,title_abstract,ann,not retrieved,",
            r": decision 'not retrieved' is unknown in stage title_abstract \(line 2\)",
        ),
        ("a:1,full_text,ann,maybe,", r": decision 'maybe' is unknown in stage full_text \(line 2\)"),
        ("a:1,full_text,ann,exclude,", r"line 2: a:1 is excluded at full text without a reason\. Give one"),
        ("a:1,full_text,ann,exclude,  ", r"line 2: a:1 is excluded at full text without a reason"),
        (",full_text,ann,include,", r"line 2: a record and a reviewer are needed"),
        ("a:1,full_text,,include,", r"line 2: a record and a reviewer are needed"),
        ('a:1,full_text,ann,include,"two\nlines"\na:2,x,ann,include,', r": stage 'x' is unknown \(line 4\)"),
    ],
)
def test_a_decision_that_cannot_be_used_is_named_with_its_line(sheet, line, message):
    with pytest.raises(InputError, match=rf"ann\.csv ?{message}"):
        sheet("ann.csv", f"{HEAD}\n{line}\n")


def test_an_exclusion_by_title_needs_no_reason_and_a_blank_decision_is_none(sheet):
    found = sheet("ann.csv", f"{HEAD}\na:1,title_abstract,ann,exclude,\na:2,title_abstract,ann,,\n")
    assert (decided(found), found.not_seen) == ([("ann", "exclude", "")], 1)


@pytest.mark.parametrize(
    "content",
    [
        f"{HEAD},date\na:1,full_text,ann,include,,2022-05-01\n".encode(),
        b"\xef\xbb\xbf" + f"{HEAD},date\na:1,full_text,ann,include,,2022-05-01\n".replace(",", ";").encode(),
        f"{HEAD},date\na:1,full_text,ann,include,,2022-05-01\n".replace(",", "\t").encode("utf-16"),
    ],
    ids=["comma", "semicolon and byte-order mark", "tabs in UTF-16"],
)
def test_a_plain_sheet_is_read_however_a_spreadsheet_saved_it(sheet, content):
    (vote,) = sheet("ann.csv", content).votes
    assert (vote.record, vote.reviewer, vote.decision, vote.date) == ("a:1", "ann", "include", "2022-05-01")


def test_a_workbook_is_read_as_a_plain_sheet(sheet, tmp_path):
    book = openpyxl.Workbook()
    for row in (
        HEAD.split(","),
        (99, "full_text", "ann", "Exclude", "no data"),
        (None, None, None, None, None),
    ):
        book.active.append(row)
    book.save(tmp_path / "made.xlsx")
    found = sheet("ann.xlsx", (tmp_path / "made.xlsx").read_bytes())
    assert [(vote.line, vote.record, vote.decision, vote.reason) for vote in found.votes] == [
        (2, "99", "exclude", "no data")
    ]


def test_what_a_sheet_lacks_is_taken_from_the_settings(sheet):
    found = sheet(
        "ann.csv", "record,decision,reason\na:1,include,\n", stage=TI, reviewer="ann", consensus=True
    )
    assert [(vote.stage, vote.reviewer, vote.consensus) for vote in found.votes] == [(TI, "ann", True)]
    with pytest.raises(InputError, match=r"who decided what .* Columns seen: record, decision, reason"):
        sheet("ann.csv", "record,decision,reason\na:1,include,\n", stage=TI)
