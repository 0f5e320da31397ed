"""Tables as teams invent them: a refusal shows the header and a map which, completed, reads the table."""

import re

import openpyxl
import pytest
import yaml

from scripts.common.errors import InputError
from tests.team_tables import (
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

# reader, table, what a person must still say (laid over the map of the message), what is then read
TABLES = {
    "two reviewers as columns": (
        decisions,
        "Ref,Title,AK,LM,Final decision\n11,A,Include,Exclude,Include\n12,B,Excluded,Excluded,Excluded\n",
        {"set": {"stage": "title_abstract"}},
        [
            ("11", "AK", "include"), ("11", "LM", "exclude"), ("11", "consensus", "include"),
            ("12", "AK", "exclude"), ("12", "LM", "exclude"), ("12", "consensus", "exclude"),
        ],
    ),
    "words of one's own, semicolons": (
        decisions,
        "DOI;Verdict;Screener\n10.5555/a;keep;Ann\n10.5555/b;drop;Ann\n",
        {"set": {"stage": "title_abstract"}},
        [("10.5555/a", "Ann", "include"), ("10.5555/b", "Ann", "exclude")],
    ),
    "numbers for decisions": (
        decisions,
        "title\tlabel\nA\t1\nB\t0\nC\t0\n",
        {"set": {"stage": "title_abstract", "reviewer": "Ann"}},
        [("A", "Ann", "include"), ("B", "Ann", "exclude"), ("C", "Ann", "exclude")],
    ),
    "a title above the header": (
        decisions,
        "Screening of May 2024\n\nStudy ID,Reviewer,Phase,Decision (Y/N)\n"
        "7,Ann,title_abstract,Y\n8,Ann,title_abstract,N\n",
        {},
        [("7", "Ann", "include"), ("8", "Ann", "exclude")],
    ),
    "German columns and words, semicolons": (
        decisions,
        "Titel;Jahr;Entscheidung Anna;Entscheidung Jörg;Begründung\nA;2019;ja;nein;\nB;2018;nein;nein;x\n",
        {"set": {"stage": "title_abstract"}},
        [
            ("A", "Entscheidung Anna", "include"), ("A", "Entscheidung Jörg", "exclude"),
            ("B", "Entscheidung Anna", "exclude"), ("B", "Entscheidung Jörg", "exclude"),
        ],
    ),
    "a row of sums at the end": (
        decisions,
        "Title,Ann,Bob\nA,1,0\nB,0,0\nC,1,1\nTotal,2,1\n",
        {"set": {"stage": "title_abstract"}},
        [
            ("A", "Ann", "include"), ("A", "Bob", "exclude"), ("B", "Ann", "exclude"),
            ("B", "Bob", "exclude"), ("C", "Ann", "include"), ("C", "Bob", "include"),
        ],
    ),
    "stages in the words of a tool": (
        decisions,
        "Title,Reviewer Name,Vote,Stage\nA,Ann,Yes,Title and abstract screening\nA,Ann,No,Full text review\n",
        {},
        [("A", "Ann", "exclude"), ("A", "Ann", "include")],
    ),
    "two columns of one name": (
        decisions,
        "Title,Vote,Vote\nA,include,exclude\n",
        {"set": {"stage": "title_abstract"}},
        [("A", "Vote", "include"), ("A", "Vote (2)", "exclude")],
    ),
    "highlights of a program": (
        coded,
        "Paper,Theme,Quote,Coder\nP1,Speed,the next day,Ann\nP2,Reach,far away,Bob\n",
        {},
        [("P1", "speed", "Ann", "present"), ("P2", "reach", "Bob", "present")],
    ),
    "columns beside codes": (
        coded,
        "Article,Funding,Speed,Reach\nP1,none,1,0\n",
        {},
        [("P1", "reach", "t", "absent"), ("P1", "speed", "t", "present")],
    ),
    "a German list of codes, words and umlauts": (
        coded,
        "Studie;Speed;Reach\nMüller 2019;1;0\n",
        {},
        [("Müller 2019", "reach", "t", "absent"), ("Müller 2019", "speed", "t", "present")],
    ),
    "our names and columns beside": (
        coded,
        "study,funding,speed\nP1,none,1\n",
        {},
        [("P1", "speed", "t", "present")],
    ),
    "charting with columns beside": (
        charted,
        "Reference,Aim,Country\nP1,to see,UK\n",
        {},
        [("P1", "country", "UK")],
    ),
    "a list of included studies": (
        included,
        "Number,First author,Published,Article title\nS1,Ann,2020,A\nS2,Bob,2021,B\n",
        {},
        ["S1", "S2"],
    ),
    "a German list of included studies": (
        included,
        "Nr;Titel;Jahr;Autoren\nS1;Größe;2019;Müller\nS2;B;2020;Roe\n",
        {},
        ["S1", "S2"],
    ),
    "verdicts of coders who met": (
        decided_so,
        "Paper,Theme,Agreed,Why,Decided by\nP1,Speed,yes,read again,Dee\nP2,Reach,no,not there,Dee\n",
        {},
        [("P1", "speed", "present", "Dee"), ("P2", "reach", "absent", "Dee")],
    ),
    "verdicts without a name": (
        decided_so,
        "study;code;consensus\nP1;speed;present\n",
        {"set": {"who": "the team", "reason": "meeting of 2 May"}},
        [("P1", "speed", "present", "the team")],
    ),
    "a survey of what matters most": (
        ranked,
        "Respondent,Role,Speed,Reach\nA,patient,1,2\nB,nurse,2,1\n",
        {},
        [("A", {"reach": 2.0, "speed": 1.0}), ("B", {"reach": 1.0, "speed": 2.0})],
    ),
    "a survey with a row for each answer": (
        ranked,
        "Name;Theme;Priority\nA;Speed;1\nA;Reach;2\n",
        {},
        [("A", {"reach": 2.0, "speed": 1.0})],
    ),
    "a codebook with categories": (
        listed_codes,
        "Code,Category,Description\nFast answers,Benefits,within a day\nReach,Benefits,\nBenefits,,good\n",
        {},
        [("benefits", "", "good"), ("fast_answers", "benefits", "within a day"), ("reach", "benefits", "")],
    ),
    "a codebook with categories that have no row": (
        listed_codes,
        "Theme;Parent;Meaning\nSpeed;Gains;a\nCost;Losses;b\n",
        {},
        [("gains", "", ""), ("speed", "gains", "a"), ("losses", "", ""), ("cost", "losses", "b")],
    ),
    "a published flow": (
        printed_flow,
        "Step,n,Page\nduplicates,12,3\nrecords_screened,88,3\n",
        {"set": {"confidence": "verified", "source": "the paper"}},
        {"duplicates": (12, "3"), "records_screened": (88, "3")},
    ),
    "rulings under other names": (
        ruled,
        "Title,Stage,Decision,Adjudicator\nA,title_abstract,Include,Dee\n",
        {"set": {"reviewer": "Dee"}},
        [("A", "title_abstract", "Dee", "include")],
    ),
    "further reports": (
        reported,
        "Study number,Article title\nS1,A protocol\n",
        {},
        ["A protocol"],
    ),
    "a sample": (
        drawn,
        "Nr;Titel\n1;A\n",
        {},
        ["A"],
    ),
    "the studies of the version before": (
        before,
        "Key,Paper title,Year\nS1,A,2019\n",
        {},
        ["S1"],
    ),
    "a list of numbers": (
        numbered,
        "Ref ID,Article title,Database\n1,A,ovid\n2,B,ovid\n",
        {},
        ["1", "2"],
    ),
}  # fmt: skip


def refused(read, path):
    """Return the map that the refusal of a table offers, and the message."""
    with pytest.raises(InputError) as stopped:
        read(str(path), {})
    message = str(stopped.value)
    _, words = map_in(message)
    return words, message


def workbook_of(tmp_path, *rows, merged=""):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    if merged:
        book.active.merge_cells(merged)
    book.save(tmp_path / "t.xlsx")
    return str(tmp_path / "t.xlsx")


@pytest.mark.parametrize("name", TABLES)
def test_a_refusal_shows_the_header_and_a_map_that_reads_the_table(tmp_path, name):
    read, text, said, expected = TABLES[name]
    path = tmp_path / "t.csv"
    path.write_text(text, encoding="utf-8")
    words, message = refused(read, path)
    header = max(text.split("\n"), key=lambda line: len(re.split(r"[,;\t]", line)))
    assert ", ".join(re.split(r"[,;\t]", header)).replace("Vote, Vote", "Vote, Vote (2)") in message
    for key, given in said.items():
        words[key] = {**words.get(key, {}), **given}
    assert "?" not in str(words)
    assert read(str(path), words) == expected


def test_a_list_inside_json_is_found_for_the_map(tmp_path):
    path = tmp_path / "t.json"
    path.write_text(
        '{"made": "2024", "votes": [{"paper": "A", "by": "Ann", "verdict": "keep"},'
        ' {"paper": "B", "by": "Ann", "verdict": "drop"}]}',
        encoding="utf-8",
    )
    with pytest.raises(InputError, match=r"Columns seen at votes: paper, by, verdict") as stopped:
        decisions(str(path), {})
    message = str(stopped.value)
    words = yaml.safe_load(message[message.index("\nsheets:\n") :])["sheets"]["t"]
    assert words["at"] == "votes"
    assert words["values"] == {"drop": "exclude", "keep": "include"}
    words["columns"]["title"] = "paper"
    words["set"] = {"stage": "title_abstract", "reviewer": "Ann"}
    assert decisions(str(path), words) == [("A", "Ann", "include"), ("B", "Ann", "exclude")]


@pytest.mark.parametrize(
    "upper",
    [["", "", "Reviewer 1", "", "Reviewer 2", ""], ["", "", "Reviewer 1", "", "Reviewer 2", "May"]],
    ids=["the lower row is longer", "both are as long"],
)
def test_a_header_of_two_rows_is_answered_with_the_line_of_the_names(tmp_path, upper):
    """The upper row names the reviewer over the columns of each, as people write it in Excel."""
    path = workbook_of(
        tmp_path,
        upper,
        ["Nr", "Title", "Decision", "Comment", "Decision", "Comment"],
        [1, "A", "yes", "", "no", "?"],
        [2, "B", "no", "", "no", ""],
        merged="C1:D1",
    )
    words, message = refused(decisions, path)
    assert "Columns seen: Nr, Title, Decision, Comment, Decision (2), Comment (2)." in message
    assert words["header"] == 2
    assert "merged" not in message
    words["set"] = {"stage": "title_abstract"}
    assert decisions(path, words) == [
        ("1", "Reviewer 1", "include"), ("1", "Reviewer 2", "exclude"), ("2", "Reviewer 1", "exclude"),
        ("2", "Reviewer 2", "exclude"),
    ]  # fmt: skip


def test_a_word_that_has_no_meaning_yet_comes_with_the_likely_one(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(
        "title,stage,reviewer,decision\nA,title_abstract,Ann,yes\nB,title_abstract,Ann,nein\n"
        "C,title_abstract,Ann,perhaps so\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError) as stopped:
        decisions(str(path), {})
    for meant in ('{"yes": include}', '{"nein": exclude}', '{"perhaps so": ?}'):
        assert f"add to values: {meant}" in str(stopped.value)
