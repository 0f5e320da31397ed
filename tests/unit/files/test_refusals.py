"""Whatever refuses a table, the message shows its header and a map: with it, the repaired table is read."""

import json

import openpyxl
import pytest

from scripts.common.coding.codebook_changes import read_changes
from scripts.common.coding.second_tree import read_regroup
from scripts.common.duplicates.verdicts import check_verdicts, read_before
from scripts.common.errors import InputError
from scripts.common.exports.export import check_export
from scripts.common.exports.mapped_table import MappedTable
from scripts.common.files.refusals import corrected
from scripts.common.files.sheets import read_grids
from scripts.common.files.table_kinds import CODING, DECISIONS
from scripts.common.paper.corrections import read_corrections
from scripts.common.report.phrases import read_translations
from scripts.common.review.inputs import Input
from scripts.common.screening.eligibility import read_eligibility
from scripts.records import parse_export
from tests.team_tables import (
    CODES,
    before,
    charted,
    coded,
    decided_so,
    decisions,
    drawn,
    included,
    listed_codes,
    map_in,
    numbered,
    printed_flow,
    ranked,
    reported,
    ruled,
)

LIST = "study_id,authors,year,title,journal,doi,pmid,confidence,source\n"
OURS = "record,stage,reviewer,decision,reason\n"
VOTES = {
    "columns": {"title": "title", "decision": "vote", "reviewer": "who"},
    "values": {"yes": "include", "no": "exclude"},
    "set": {"stage": "title_abstract"},
}
STAGE = {"set": {"stage": "title_abstract"}}
READ = [("A", "Ann", "include"), ("B", "Ann", "exclude")]
PLAIN = "title,vote,who\nA,yes,Ann\nB,no,Ann\n"


def records(path, words):
    return [raw.tags["Titel"] for raw in MappedTable(path, "t", words)]


# Reader; the words of its map, if it has one; the broken table, and the repaired one (None: only the map was
# wrong); what a person says where the map has a question mark; what is then read.
TABLES = {
    "a row longer than the header": (
        decisions, {}, "title,vote,who\nA,yes,Ann\nB,no,Ann,too, much\n", PLAIN, STAGE, READ,
    ),
    "a row longer than the header, with a map": (
        decisions, VOTES, "title,vote,who\nA,yes,Ann\nB,no,Ann,too, much\n", PLAIN, {}, READ,
    ),
    "a control character": (decisions, {}, "title,vote,who\nA,y\x01es,Ann\nB,no,Ann\n", PLAIN, STAGE, READ),
    "a zero byte": (decisions, {}, "title,vote,who\nA\0,yes,Ann\nB,no,Ann\n", PLAIN, STAGE, READ),
    "an open quote": (
        decisions, {}, 'title,vote,who\nA,yes,Ann\nB,no,Ann\n"C,no,Ann\n', PLAIN, STAGE, READ,
    ),
    "a text that was cut in UTF-16": (
        decisions, {}, PLAIN.encode("utf-16")[:-1], PLAIN, STAGE, READ,
    ),
    "a word without a meaning": (
        decisions, {**VOTES, "values": {"yes": "include"}}, PLAIN, None, {}, READ,
    ),
    "columns that are not there": (
        decisions,
        {**VOTES, "columns": {"title": "Titel", "decision": "Votes", "reviewer": "who"}},
        PLAIN, None, {}, READ,
    ),
    "a condition that leaves no row": (
        decisions, {**VOTES, "only": {"who": "Anne"}}, PLAIN, None, {}, READ,
    ),
    "a line that is not the header": (decisions, {**VOTES, "header": 3}, PLAIN, None, {}, READ),
    "a worksheet of a CSV": (decisions, {**VOTES, "sheet": "Votes"}, PLAIN, None, {}, READ),
    "a list inside a CSV": (decisions, {**VOTES, "at": "votes"}, PLAIN, None, {}, READ),
    "a stage of another name": (
        decisions, {}, f"{OURS}1,abstract,Ann,include,\n", None, {}, [("1", "Ann", "include")],
    ),
    "a reviewer left out": (
        decisions, {}, f"{OURS}1,title_abstract,,include,\n", f"{OURS}1,title_abstract,Ann,include,\n", {},
        [("1", "Ann", "include")],
    ),
    "a code that is none": (
        coded, {}, "study,code,coder,stance\nP1,Sped,Ann,present\n",
        "study,code,coder,stance\nP1,Speed,Ann,present\n", {}, [("P1", "speed", "Ann", "present")],
    ),
    "half a vote": (
        coded, {}, "study,speed\nP1,0.5\n", "study,speed\nP1,1\n", {}, [("P1", "speed", "t", "present")],
    ),
    "a column of another name in the map, and one beside": (
        coded, {"columns": {"study": "Paper", "code": "Themes"}}, "Paper,Theme,Funding\nP1,Speed,none\n",
        None, {}, [("P1", "speed", "t", "present")],
    ),
    "a row of codes longer than the header": (
        coded, {}, "study,speed,reach\nP1,1,0,1\n", "study,speed,reach\nP1,1,0\n", {},
        [("P1", "reach", "t", "absent"), ("P1", "speed", "t", "present")],
    ),
    "a charted value that is none": (
        charted, {}, "study,country\nP1,Narnia\n", "study,country\nP1,UK\n", {}, [("P1", "country", "UK")],
    ),
    "a study twice": (
        included, {}, f"{LIST}S1,A,2000,T,J,,,verified,x\nS1,B,2001,U,J,,,verified,x\n",
        f"{LIST}S1,A,2000,T,J,,,verified,x\n", {}, ["S1"],
    ),
    "a study without a name, with a map": (
        included, {"columns": {"study": "Nr", "title": "Titel"}}, "Nr,Titel\nS1,A\n,B\n", "Nr,Titel\nS1,A\n",
        {}, ["S1"],
    ),
    "an earlier study with no number of reports": (
        before, {}, "study_id,title,doi,pmid,reports\nS1,A,,,two\n",
        "study_id,title,doi,pmid,reports\nS1,A,,,2\n", {}, ["S1"],
    ),
    "a report of no study": (
        reported, {}, "study,title\n,A\n", "study,title\nS1,A\n", {}, ["A"],
    ),
    "a list of numbers with a longer row": (
        numbered, {}, "Ref ID,Article title\n1,A\n2,B,C\n", "Ref ID,Article title\n1,A\n2,B\n", {},
        ["1", "2"],
    ),
    "a drawn record that nothing names": (drawn, {}, "title,doi\n,\n", "title,doi\nA,\n", {}, ["A"]),
    "a verdict on a study that nobody coded": (
        decided_so, {}, "study_id,code,final,reason,who\nP9,speed,present,x,Dee\n",
        "study_id,code,final,reason,who\nP1,speed,present,x,Dee\n", {}, [("P1", "speed", "present", "Dee")],
    ),
    "a rank that is no number": (
        ranked, {}, "member,speed\nA,first\n", "member,speed\nA,1\n", {}, [("A", {"speed": 1.0})],
    ),
    "a code below none": (
        listed_codes, {}, "id,parent,label_en,label_zh\nspeed,gains,Speed,\n",
        "id,parent,label_en,label_zh\nspeed,,Speed,\n", {}, [("speed", "", "")],
    ),
    "a box without a number": (
        printed_flow, {}, "box,count,place,confidence,source\nduplicates,many,3,verified,x\n",
        "box,count,place,confidence,source\nduplicates,12,3,verified,x\n", {}, {"duplicates": (12, "3")},
    ),
    "a ruling at a stage that is none": (
        ruled, {}, "title,record,stage,final,reason,who\nA,,abstract,include,x,Dee\n", None, {},
        [("A", "title_abstract", "Dee", "include")],
    ),
    "records without the columns of the map": (
        records, {"columns": {"title": "Titles", "year": "Jahre"}}, "Titel;Jahr;Wer\nA;2020;B\n", None, {},
        [["A"]],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLES)
def test_a_refused_table_shows_its_header_and_a_map_with_which_the_mended_one_is_read(tmp_path, name):
    read, words, broken, repaired, said, expected = TABLES[name]
    path = tmp_path / "t.csv"
    path.write_bytes(broken.encode() if isinstance(broken, str) else broken)
    with pytest.raises(InputError) as stopped:
        read(str(path), words)
    answer = str(stopped.value.args[-1])
    header = ", ".join((repaired or broken).split("\n")[0].replace(";", ",").split(","))
    assert f"columns seen: {header}." in answer
    _, fitting = map_in(answer)
    for key, given in said.items():
        assert all(fitting[key][word] == "?" for word in given)
        fitting[key] = {**fitting[key], **given}
    assert "?" not in str(fitting)
    if repaired:
        path.write_text(repaired, encoding="utf-8")
    assert read(str(path), fitting) == expected


def workbook(path, **sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return str(path)


def test_a_table_over_the_limits_shows_its_header_too(tmp_path, monkeypatch):
    path = tmp_path / "t.csv"
    path.write_text(PLAIN, encoding="utf-8")
    for limit, message in (("MAX_CELLS", "a table may have 5"), ("MAX_BYTES", "a table may have 5")):
        monkeypatch.setattr(f"scripts.common.files.sheets.{limit}", 5)
        with pytest.raises(InputError, match=message) as stopped:
            included(str(path), {})
        assert "columns seen: title, vote, who." in str(stopped.value)
        monkeypatch.undo()


def test_an_export_without_a_record_shows_its_header(tmp_path):
    path = tmp_path / "wos.csv"
    path.write_text("title,authors,year,journal\n", encoding="utf-8")
    with pytest.raises(InputError, match="no record in it") as stopped:
        check_export(path, "wos")
    assert "columns seen: title, authors, year, journal." in str(stopped.value)
    name, words = map_in(str(stopped.value))
    assert (name, words["columns"]["year"]) == ("wos", "year")


def test_an_export_of_which_no_row_can_be_read_shows_its_header(tmp_path):
    path = tmp_path / "wos.csv"
    path.write_text("title,authors,year,journal\nA,B\nC,D\n", encoding="utf-8")
    item = dict.fromkeys(Input._fields, "") | {"name": "wos", "path": str(path), "kind": "database"}
    out = {name: str(tmp_path / f"{name}.csv") for name in ("records", "set_aside", "counts")}
    with pytest.raises(InputError, match="2 records announced, none could be read") as stopped:
        parse_export.main(path=str(path), item=item, words=None, **out)
    assert "columns seen: title, authors, year, journal." in str(stopped.value)


def test_a_file_of_a_tool_is_answered_with_what_its_map_may_add(tmp_path):
    path = tmp_path / "t.csv"
    head, notes = "key,title,year,notes\n", '"RAYYAN-INCLUSION: {""Ann""=>""Included""}"\n'
    path.write_text(f"{head}rayyan-1,A,2020,{notes}", encoding="utf-8")
    with pytest.raises(InputError, match="does not say at which stage") as stopped:
        decisions(str(path), {})
    assert "columns seen: key, title, year, notes." in str(stopped.value)
    assert map_in(str(stopped.value))[1] == {"set": {"stage": "?"}}
    assert decisions(str(path), {"set": {"stage": "title_abstract"}})[0][1:] == ("Ann", "include")


def test_words_in_the_columns_that_a_map_names_get_their_likely_meanings(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("Titel;Votum;Wer\nA;ja;Ann\nB;vielleicht;Ann\nC;weg;Ann\n", encoding="utf-8")
    words = {"columns": {"title": "Titel", "decision": "Votum", "reviewer": "Wer"}, **STAGE}
    with pytest.raises(InputError) as stopped:
        decisions(str(path), {**words, "values": {"ja": "include"}})
    _, fitting = map_in(str(stopped.value))
    assert fitting["values"] == {"ja": "include", "vielleicht": "maybe", "weg": "?"}


ROWS = [line.split(",") for line in PLAIN.split()]


def test_a_worksheet_that_is_not_there_is_answered_with_the_one_that_has_the_columns(tmp_path):
    path = workbook(tmp_path / "t.xlsx", Notes=[["a", "b"], ["c", "d"], ["e", "f"], ["g", "h"]], Votes=ROWS)
    with pytest.raises(InputError, match="there is no worksheet 'Vote'") as stopped:
        decisions(path, {**VOTES, "sheet": "Vote"})
    _, fitting = map_in(str(stopped.value))
    assert fitting == {"sheet": "Votes", **VOTES}
    assert decisions(path, fitting) == READ


def test_a_formula_without_a_value_comes_with_the_header_and_a_map(tmp_path):
    path = workbook(tmp_path / "t.xlsx", Votes=[*ROWS, ["C", "=1/0", "Ann"]])
    with pytest.raises(InputError, match="a formula without a value") as stopped:
        decisions(path, {})
    assert "sheet 'Votes' row 1: columns seen: title, vote, who." in str(stopped.value)
    assert map_in(str(stopped.value))[1]["columns"] == VOTES["columns"]


def test_a_list_that_is_not_in_a_file_is_answered_with_the_one_that_is(tmp_path):
    path = tmp_path / "t.json"
    path.write_text(
        json.dumps(
            {
                "votes": [
                    {"title": "A", "who": "Ann", "vote": "yes"},
                    {"title": "B", "who": "Ann", "vote": "no"},
                ]
            }
        )
    )
    with pytest.raises(InputError, match="there is nothing at 'vote'") as stopped:
        decisions(str(path), {**VOTES, "at": "vote"})
    _, fitting = map_in(str(stopped.value))
    assert fitting["at"] == "votes"
    assert decisions(str(path), fitting) == READ


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("t.csv", b"", r"the file is empty|no table in it"),
        ("t.csv", b"\xef\xbb\xbf<!DOCTYPE html><html><body>Sign in</body></html>", "a web page, not a table"),
        ("t.csv", b"%PDF-1.7 x", "a PDF, not a table"),
        ("t.csv", bytes(range(256)) * 20, "a binary file, not a table"),
        ("t.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), "a workbook with a password"),
        ("t.json", b'{"votes": [', "Expecting value"),
    ],
)
@pytest.mark.parametrize("read", [decisions, coded, included], ids=["decisions", "codes", "studies"])
def test_what_is_no_table_says_what_it_is_and_gets_no_map(tmp_path, read, name, content, what):
    path = tmp_path / name
    path.write_bytes(content)
    for words in ({}, VOTES):
        with pytest.raises(InputError, match=what) as stopped:
            read(str(path), words)
        assert "sheets:" not in str(stopped.value)


OUR_TABLES = {
    "rules": (read_eligibility, "rule,field,test,values,reason\nr,colour,is,red,x\n"),
    "duplicates": (check_verdicts, "record_a,record_b,duplicate,reason\na:1,a:2,perhaps,x\n"),
    "clusters": (read_before, "record_id,cluster_id\na:1,1\na:1,2\n"),
    "corrections": (read_corrections, "table,item,field,value,reason\nnone,a,b,c,d\n"),
    "translations": (read_translations, "en,zh\nword,\n"),
    "moves": (lambda path: read_regroup(CODES, path), "code,new_parent,reason,who,date\nnone,gains,x,Dee,\n"),
    "changes": (
        lambda path: read_changes(["speed"], path),
        "version,code,change,to,reason,who,date\n2,fast,lost,speed,x,Dee,\n",
    ),
}


@pytest.mark.parametrize("name", OUR_TABLES)
@pytest.mark.parametrize("fault", ["a wrong word", "an open quote"])
def test_a_table_with_our_columns_shows_its_header_and_what_it_needs(tmp_path, name, fault):
    read, text = OUR_TABLES[name]
    path = tmp_path / "t.csv"
    path.write_text(text if fault == "a wrong word" else f'{text}"x\n', encoding="utf-8")
    with pytest.raises(InputError) as stopped:
        read(str(path))
    columns = text.split("\n")[0].replace(",", ", ")
    message = str(stopped.value)
    assert f"line 1: the header is: {columns}. It needs the columns " in message
    assert message.count("the header is: ") == 1


def fitted(tmp_path, text, words, kind=DECISIONS):
    path = tmp_path / "t.csv"
    path.write_text(text, encoding="utf-8")
    (grid,) = read_grids(str(path))
    return corrected(words, grid, kind, ["Speed"])


def test_what_fits_in_a_map_stays_and_only_the_rest_is_guessed(tmp_path):
    text = "Titel,ann_vote,bob_vote,why it goes\nA,yes,no,x\n"
    words = {
        "columns": {"title": "Titel", "reason": "why it goes", "note": "{row}"},
        "reviewers": {"Ann": "ann_vote", "Bob": "bobs_vote"},
        "reasons": ["why it goes"],
        "split": {"why it gos": ";"},
        "except": {"titles": ["Total", "Sum"]},
        "ignore": ["Year", "*"],
        "set": {"stage": "title_abstract"},
        "values": {"y*": "include", "*": "exclude"},
    }
    fitting = fitted(tmp_path, text, words)
    assert fitting["columns"] == words["columns"]
    assert fitting["reviewers"] == {"Ann": "ann_vote", "Bob": "bob_vote"}
    assert fitting["split"] == {"why it goes": ";"}
    assert fitting["ignore"] == ["*"]
    assert fitting["values"] == words["values"], "a star gives every word a meaning"
    assert fitting["except"] == {"Titel": ["Total", "Sum"]}


def test_each_part_of_a_map_is_corrected_and_strange_columns_are_ignored(tmp_path):
    text = "Paper,ann,bob,Funding\nP1,Speed,Speed,none\n"
    words = {
        "columns": {"study": "Paper"},
        "each": [{"columns": {"code": "ann"}}, {"columns": {"code": "bobby"}, "set": {"reviewer": "Bob"}}],
    }
    fitting = fitted(tmp_path, text, words, CODING)
    assert fitting["each"] == [
        {"columns": {"code": "ann"}},
        {"columns": {"code": "bob"}, "set": {"reviewer": "Bob"}},
    ]
    assert fitting["ignore"] == ["Funding"]
