"""Tables as no program writes them: the message says what to do first, and its map then reads the table."""

import re
import zipfile
from datetime import date

import openpyxl
import pytest
import yaml
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from scripts.common.coding.model import Plan as CodingPlan
from scripts.common.coding.sheets import read_codings
from scripts.common.errors import InputError
from scripts.common.files.maps import resolved_maps
from scripts.common.review.inputs import Input
from scripts.common.screening.sheets import read_decisions
from scripts.common.screening.stages import plans
from tests.codebooks import code

CODES = (code("speed", label="Speed"), code("reach", label="Reach"))
STAGE = {"set": {"stage": "title_abstract"}}
ANN = {"set": {"stage": "title_abstract", "reviewer": "Ann"}}
BOTH = [
    ("A", "title_abstract", "Ann", "include"), ("A", "title_abstract", "Bob", "exclude"),
    ("B", "title_abstract", "Ann", "exclude"), ("B", "title_abstract", "Bob", "exclude"),
]  # fmt: skip
ONLY_ANN = [BOTH[0], BOTH[2]]


def votes(path, words):
    maps = resolved_maps({"t": words}, ["t"]) if words else {}
    (plan,) = plans([Input("t", str(path), "decisions", *[""] * 6)], maps)
    return sorted((v.title or v.record, v.stage, v.reviewer, v.decision) for v in read_decisions(plan).votes)


def refusal(path):
    """Return the message of a refusal, and the map in it."""
    with pytest.raises(InputError) as stopped:
        votes(path, {})
    message = str(stopped.value)
    return message, yaml.safe_load(message[message.index("\nsheets:\n") :])["sheets"]["t"]


def completed(words, said):
    """Return a map with what a person says where it has a question mark."""
    for key, given in said.items():
        assert all(words[key].get(name) == "?" for name in given)
        words[key] = {**words[key], **given}
    assert "?" not in str(words)
    return words


def written(path, *rows, **sheets):
    """Write a workbook: rows of its first worksheet, or worksheets by name."""
    book = openpyxl.Workbook()
    sheets = sheets or {"Sheet": rows}
    book.remove(book.active)
    for title, content in sheets.items():
        sheet = book.create_sheet(title)
        for row in content:
            sheet.append(row)
    book.save(path)
    return path


def changed(path, change):
    """Change the first worksheet of a workbook by a function of it."""
    book = openpyxl.load_workbook(path)
    change(book.worksheets[0])
    book.save(path)
    return path


# Text of a CSV -> the same table once the advice was followed, what a person says, the votes.
TEXTS = {
    "another separator": (
        "Title|Reviewer|Decision\nA|Ann|include\nB|Ann|exclude\n",
        r"That is one column: .* here by \|\. Save it as CSV",
        "Title,Reviewer,Decision\nA,Ann,include\nB,Ann,exclude\n",
        STAGE,
        ONLY_ANN,
    ),
    "columns of blanks": (
        "Title   Reviewer   Decision\nA       Ann        include\nB       Ann        exclude\n",
        r"That is one column: .* here by several blanks\. Save it as CSV",
        "Title,Reviewer,Decision\nA,Ann,include\nB,Ann,exclude\n",
        STAGE,
        ONLY_ANN,
    ),
    "records across": (
        "Title,A,B\nYear,2019,2020\nAnn,include,exclude\nBob,exclude,exclude\n",
        r"Its rows should be columns: turn it first",
        "Title,Year,Ann,Bob\nA,2019,include,exclude\nB,2020,exclude,exclude\n",
        STAGE,
        BOTH,
    ),
    "German words": (
        "Titel;Gutachter;Phase;Entscheidung\nA;Ann;Titel/Abstract;einschließen\nB;Ann;Titel/Abstract;nein\n",
        r"Columns seen: Titel, Gutachter, Phase, Entscheidung\.",
        "",
        {},
        ONLY_ANN,
    ),
    "two stages in a row": (
        "Title,Ann TA decision,Bob TA decision,Ann full text\nA,yes,no,no\nB,no,no,\n",
        r"Columns seen: Title, Ann TA decision, Bob TA decision, Ann full text\.",
        "",
        {},
        sorted([*BOTH, ("A", "full_text", "Ann", "exclude")]),
    ),
    "a column to tick for each decision": (
        "Title,Include,Exclude,Maybe\nA,x,,\nB,,x,\nC,,,x\nD,,,\n",
        r"Columns seen: Title, Include, Exclude, Maybe\.",
        "",
        ANN,
        [*ONLY_ANN, ("C", "title_abstract", "Ann", "maybe")],
    ),
    "a column of what was done beside the decision": (
        "Title,Screened,Decision\nA,1,include\nB,1,exclude\nC,0,\n",
        r"Columns seen: Title, Screened, Decision\.",
        "",
        ANN,
        ONLY_ANN,
    ),
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_is_refused_with_advice_and_a_map_that_then_reads_it(tmp_path, name):
    text, advice, after, said, expected = TEXTS[name]
    path = tmp_path / "t.csv"
    path.write_text(text, encoding="utf-8")
    message, words = refusal(path)
    with pytest.raises(InputError, match=advice):
        votes(path, {})
    path.write_text(after or text, encoding="utf-8")
    assert votes(path, completed(words, said)) == expected, message


@pytest.mark.parametrize("line", [2, 3])
def test_a_row_with_a_separator_in_a_cell_is_no_second_header(tmp_path, line):
    rows = ["B,no,wrong", "C,no,x"]
    rows.insert(line - 2, "A,no,wrong, and so on")
    path = tmp_path / "t.csv"
    path.write_text("\n".join(["Title,Vote,Why", *rows]), encoding="utf-8")
    message = rf"line {line}: 4 cells, the header has 3\. Quote cells .* The header is: Title, Vote, Why\."
    with pytest.raises(InputError, match=message) as stopped:
        votes(path, {})
    assert ("header: 2" in str(stopped.value)) == (line == 2)


def test_a_document_and_a_table_without_a_cell_are_no_tables(tmp_path):
    path = tmp_path / "t.docx"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("[Content_Types].xml", "word/document.xml"):
            archive.writestr(name, "<x/>")
    with pytest.raises(InputError, match=r"cannot be read as XLSX\. Save it as an Excel workbook"):
        votes(path, {})
    path = tmp_path / "t.csv"
    path.write_text("\n;;\n;;\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"t\.csv: no table in it"):
        votes(path, {})


def test_merged_names_are_to_be_unmerged_before_a_map_can_tell_two_columns_apart(tmp_path):
    path = written(tmp_path / "t.xlsx", ["Title", "Screening", "", "Year"], ["A", "yes", "no", 2019])
    changed(path, lambda sheet: sheet.merge_cells("B1:C1"))
    message, words = refusal(path)
    assert "The cells B1:C1 are merged: unmerge them first, and fill each." in message
    words["reviewers"] = {"Ann": "Screening", "Bob": "column 3"}
    written(path, ["Title", "Screening", "", "Year"], ["A", "yes", "no", 2019])
    assert votes(path, completed(words, STAGE)) == BOTH[:2]


def test_names_of_people_over_names_of_stages_give_each_column_its_person_and_stage(tmp_path):
    path = written(
        tmp_path / "t.xlsx",
        ["Study", "", "Ann", "", "Bob", ""],
        ["Title", "Year", "TA", "FT", "TA", "FT"],
        ["A", 2019, "yes", "no", "no", ""],
        ["B", 2020, "no", "", "no", ""],
    )
    _, words = refusal(path)
    assert votes(path, completed(words, {})) == sorted([*BOTH, ("A", "full_text", "Ann", "exclude")])


def test_a_worksheet_for_each_reviewer_is_read_under_its_name(tmp_path):
    head = ["Title", "Decision"]
    path = written(
        tmp_path / "t.xlsx", Ann=[head, ["A", "yes"], ["B", "no"]], Bob=[head, ["A", "no"], ["B", "no"]]
    )
    message, words = refusal(path)
    assert "The worksheets with rows are: Ann, Bob." in message
    assert votes(path, completed(words, STAGE)) == BOTH


def test_a_worksheet_for_each_stage_is_read_under_its_stage(tmp_path):
    head = ["Title", "Decision", "Reviewer"]
    sheets = {
        "Title abstract": [head, ["A", "yes", "Ann"], ["B", "no", "Ann"]],
        "Full text": [head, ["A", "no", "Ann"]],
    }
    _, words = refusal(written(tmp_path / "t.xlsx", **sheets))
    assert votes(tmp_path / "t.xlsx", completed(words, {})) == sorted(
        [*ONLY_ANN, ("A", "full_text", "Ann", "exclude")]
    )


def test_decisions_that_are_only_colours_or_comments_are_said_to_be_unread(tmp_path):
    rows = (["Title", "Decision"], ["A", None], ["B", None])

    def paint(sheet):
        sheet["B2"].fill = PatternFill("solid", fgColor="00FF00")
        sheet["B3"].fill = PatternFill("solid", fgColor="FF0000")

    def comment(sheet):
        sheet["A2"].comment = Comment("include", "Ann")

    for change, marks in ((paint, r"colours \(of 2 cells\)"), (comment, r"comments \(of 1 cells\)")):
        path = changed(written(tmp_path / "t.xlsx", *rows), change)
        with pytest.raises(InputError, match=rf"It has {marks}, which are not read: write what they mean"):
            votes(path, {})
        words = {**ANN, "columns": {"title": "Title", "decision": "Decision"}}
        (plan,) = plans([Input("t", str(path), "decisions", *[""] * 6)], {"t": words})
        (warning,) = read_decisions(plan).warnings
        assert re.match(rf"none of its 2 rows has a decision\. It has {marks}, which are not read", warning)


def test_a_day_in_a_cell_of_votes_is_no_vote_and_its_line_is_named(tmp_path):
    path = written(tmp_path / "t.xlsx", ["Title", "Ann"], ["A", date(2024, 1, 1)], ["B", "no"])
    words = {"columns": {"title": "Title"}, "reviewers": {"Ann": "Ann"}, **STAGE, "values": {"no": "exclude"}}
    with pytest.raises(
        InputError, match=r"decision '2024-01-01' is unknown in stage title_abstract \(line 2\)"
    ):
        votes(path, words)


def test_every_broken_formula_of_a_worksheet_that_is_read_is_named_in_one_run(
    tmp_path,
):
    path = written(
        tmp_path / "t.xlsx",
        Votes=[["Title", "Decision"], ["A", "x"], ["B", "x"], ["C", "=1/0"]],
        Notes=[["x", "y"], ["a", "b"]],
    )

    def spoil(sheet):
        for place, error in (("B2", "#REF!"), ("B3", "#N/A")):
            sheet[place].value, sheet[place].data_type = error, "e"

    changed(path, spoil)
    with pytest.raises(InputError) as stopped:
        votes(path, {})
    assert [message.split("\n")[0] for message in stopped.value.args] == [
        f"{path} sheet 'Votes' row 2, column B: the error #REF!. Correct it.",
        f"{path} sheet 'Votes' row 3, column B: the error #N/A. Correct it.",
        f"{path} sheet 'Votes' row 4, column B: a formula without a value. Open and save it in Excel, or"
        " paste the value.",
    ]
    assert "columns seen: Title, Decision." in stopped.value.args[-1]
    with pytest.raises(InputError, match="Columns seen: x, y"):
        votes(path, {"sheet": "Notes"})


def coded(path, words):
    found = read_codings([CodingPlan("t", str(path), "t", "1", words=words)], CODES)
    return sorted((vote.study_id, vote.code, vote.stance) for vote in found.votes)


def test_codes_in_rows_and_studies_in_columns_are_to_be_turned(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("Code,P1,P2\nSpeed,1,0\nReach,0,1\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"turn it first .*, and call its first column study") as stopped:
        coded(path, {})
    message = str(stopped.value)
    words = yaml.safe_load(message[message.index("\nsheets:\n") :])["sheets"]["t"]
    path.write_text("study,Speed,Reach\nP1,1,0\nP2,0,1\n", encoding="utf-8")
    assert coded(path, words) == [
        ("P1", "reach", "absent"), ("P1", "speed", "present"), ("P2", "reach", "present"),
        ("P2", "speed", "absent"),
    ]  # fmt: skip


@pytest.mark.parametrize("total", ["Total", "SUM", "Summe:"])
def test_a_row_of_sums_is_no_study(tmp_path, total):
    path = tmp_path / "t.csv"
    path.write_text(f"study,speed,reach\nP1,1,0\nP2,0,1\n{total},1,1\n", encoding="utf-8")
    with pytest.raises(InputError, match=rf"line 4, column study: '{total}' is no study but a sum of rows"):
        coded(path, {})


@pytest.mark.parametrize(("word", "meant"), [("ja", "present"), ("nein", "absent"), ("3", "?"), ("hm", "?")])
def test_the_meaning_that_is_proposed_for_a_word_is_the_likely_one_or_left_open(tmp_path, word, meant):
    path = tmp_path / "t.csv"
    path.write_text(f"study,speed\nP1,{word}\n", encoding="utf-8")
    with pytest.raises(InputError) as stopped:
        coded(path, {})
    assert f'values: {{"{word}": {meant}}}' in str(stopped.value)
