"""Coding and charting in a team's own table: what its map makes of every cell, and what it refuses."""

import json
import re

import openpyxl
import pytest
import yaml

from scripts.common.coding.charting import Variable
from scripts.common.coding.charting_sheets import read_chartings
from scripts.common.coding.codebook_forms import load_codebook
from scripts.common.coding.model import Plan
from scripts.common.coding.sheets import read_codings
from scripts.common.coding.study_names import StudyNames
from scripts.common.errors import InputError
from tests.codebooks import code

CODES = (
    code("gains", label="Gains"),
    code("speed", "gains", label="Faster communication"),
    code("reach", "gains", label="Wider reach"),
    code("risks", label="Risks"),
    code("privacy", "risks", label="Privacy"),
)


def coding(folder, text, words, name="t.csv", **how):
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return read_codings([Plan("t", str(path), "team", "1", words=yaml.safe_load(words))], CODES, **how)


def votes(found):
    return sorted((v.study_id, v.code, v.coder, v.stance) for v in found.votes)


# why, table, map, votes
SHAPES = [
    (
        "several codes in one cell; a row without a code was looked at",
        "sort,type\nS1,speed; Wider reach\nS2,\n",
        "{columns: {study: sort, code: type}, split: {type: ';'}, set: {reviewer: the team}}",
        [("S1", "reach", "the team", "present"), ("S1", "speed", "the team", "present")],
    ),
    (
        "ticked boxes: the name of the column is the code",
        "paper,speed,reach\nS1,x,\nS2,,x\n",
        "{columns: {study: paper, code: [speed, reach]}, values: {x: '{column}'}}",
        [("S1", "speed", "team", "present"), ("S2", "reach", "team", "present")],
    ),
    (
        "coders in a column, words of one's own",
        "paper,theme,who,found\nS1,speed,ann,ja\nS1,speed,bob,nein\n",
        "{columns: {study: paper, code: theme, reviewer: who, stance: found},"
        " values: {ja: present, nein: absent}}",
        [("S1", "speed", "ann", "present"), ("S1", "speed", "bob", "absent")],
    ),
    (
        "columns of codes with names of one's own, a blank that means absent",
        "paper,quick_first,far_first\nS1,1,\n",
        "{columns: {study: paper}, items: {speed: quick_first, reach: far_first}, values: {'': absent}}",
        [("S1", "reach", "team", "absent"), ("S1", "speed", "team", "present")],
    ),
    (
        "a star takes all columns of codes",
        "paper,speed_coded,reach_coded,note\nS1,1,0,p. 3\n",
        "{columns: {study: paper}, items: {'*': '*_coded'}}",
        [("S1", "reach", "team", "absent"), ("S1", "speed", "team", "present")],
    ),
    (
        "a column named after a category lists the codes below it that were ticked",
        "paper,Gains\nS1,Faster communication\n",
        "{columns: {study: paper}, split: {Gains: ','}}",
        [("S1", "reach", "team", "absent"), ("S1", "speed", "team", "present")],
    ),
    (
        "a path of labels names a code",
        "paper,node\nS1,Gains > Wider reach\nS2,Risks\\Privacy\n",
        "{columns: {study: paper, code: node}}",
        [("S1", "reach", "team", "present"), ("S2", "privacy", "team", "present")],
    ),
    (
        "two coders side by side, each with a column of codes",
        "paper,a,b\nS1,speed,reach\n",
        "{columns: {study: paper}, each: [{columns: {code: a}, set: {reviewer: ann}},"
        " {columns: {code: b}, set: {reviewer: bob}}]}",
        [("S1", "reach", "bob", "present"), ("S1", "speed", "ann", "present")],
    ),
    (
        "several studies in one cell",
        "theme,papers\nspeed,S1; S2\n",
        "{columns: {study: papers, code: theme}, split: {papers: ';'}}",
        [("S1", "speed", "team", "present"), ("S2", "speed", "team", "present")],
    ),
    (
        "rows that are no coding are left out",
        "paper,kind,theme\nS1,code,speed\nS1,memo,whatever\n",
        "{columns: {study: paper, code: theme}, only: {kind: code}}",
        [("S1", "speed", "team", "present")],
    ),
]


@pytest.mark.parametrize(("why", "text", "words", "expected"), SHAPES, ids=[shape[0] for shape in SHAPES])
def test_a_shape_is_read_by_its_map(tmp_path, why, text, words, expected):
    assert votes(coding(tmp_path, text, words)) == expected


def test_who_was_looked_at_is_known_where_nothing_was_found(tmp_path):
    found = coding(tmp_path, SHAPES[0][1], SHAPES[0][2])
    assert set(found.looked) == {("S1", "the team", "1"), ("S2", "the team", "1")}


def test_words_in_a_cell_are_its_excerpt_and_a_tick_is_not(tmp_path):
    text = "study,speed,reach\nS1,within two days,x\n"
    found = coding(tmp_path, text, "{values: {'*': present}}")
    assert {vote.code: vote.excerpt for vote in found.votes} == {"speed": "within two days", "reach": ""}


INCLUDED = [
    {"study_id": "S1", "doi": "10.5555/one", "title": "A first study", "pmid": "11", "record": "MA7"},
    {"study_id": "S2", "doi": "10.5555/two", "title": "A second study", "pmid": "12", "record": "MA8"},
]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("paper,code\nhttps://doi.org/10.5555/ONE,speed\n", "{columns: {study: paper}}"),
        ("paper,code\nA first study.,speed\n", "{columns: {study: paper}}"),
        ("paper,code\nMA7,speed\n", "{columns: {study: paper}}"),
        ("paper,code\nS1,speed\n", "{columns: {study: paper}}"),
        ("DOI,code\n10.5555/one,speed\n", "{columns: {doi: DOI}}"),
        ("PubMed,code\n11,speed\n", "{columns: {pmid: PubMed}}"),
        ("name,code\nA first study,speed\n", "{columns: {title: name}}"),
    ],
    ids=["DOI as study", "title as study", "number as study", "its id", "DOI", "PMID", "title"],
)
def test_a_study_is_found_by_what_the_list_of_included_studies_says_of_it(tmp_path, text, words):
    found = coding(tmp_path, text, words, names=StudyNames(INCLUDED), studies=["S1", "S2"])
    assert votes(found) == [("S1", "speed", "team", "present")]


def test_a_study_that_only_a_doi_names_and_no_list_knows_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"line 2: a study \(one of the included\) and a coder are needed"):
        coding(
            tmp_path, "DOI,code\n10.5555/none,speed\n", "{columns: {doi: DOI}}", names=StudyNames(INCLUDED)
        )


def test_what_was_settled_is_a_verdict_and_no_vote(tmp_path):
    text = "study,code,ann,bob,agreed\nS1,speed,1,0,1\n"
    found = coding(tmp_path, text, "{reviewers: {ann: ann, bob: bob}, final: agreed}")
    assert votes(found) == [("S1", "speed", "ann", "present"), ("S1", "speed", "bob", "absent")]
    assert found.verdicts["S1", "speed"].final == "present"


def test_a_file_per_study_is_named_by_its_folder(tmp_path):
    text = "speed: {found: Yes we saw it}\nreach: {found: No evidence}\n"
    words = (
        "{columns: {study: '{folder}'}, items: {speed: speed/found, reach: reach/found}, ignore: ['*'],"
        " values: {'No evidence*': absent, '*': present}}"
    )
    found = coding(tmp_path, text, words, name="Ann2020/extraction.yaml")
    assert votes(found) == [("Ann2020", "reach", "team", "absent"), ("Ann2020", "speed", "team", "present")]


def test_all_faults_of_a_mapped_table_are_named_at_once(tmp_path):
    text = "paper,speed,reach,funding\nS1,half,1,a\nS2,half,0.5,b\n,1,1,c\n"
    with pytest.raises(InputError) as stopped:
        coding(tmp_path, text, "{columns: {study: paper}, ignore: [column 9], blank: [NA]}")
    assert "ignore: column 9: there is no column 'column 9'" in str(stopped.value)
    with pytest.raises(InputError) as stopped:
        coding(tmp_path, text, "{columns: {study: paper}, blank: [NA]}")
    message = str(stopped.value)
    assert "these columns: funding" in message
    assert "lines 2, 3 (2 times): column speed: 'half' has no meaning. Add to values: {\"half\"" in message
    assert "line 3: column reach: '0.5' has no meaning. There is no half vote." in message
    assert "line 4: a study (one of the included) and a coder are needed" in message


def test_an_unknown_code_comes_with_the_nearest_and_its_lines(tmp_path):
    with pytest.raises(InputError, match=r"lines 2, 3 \(2 times\): code 'sped' .* Did you mean speed\?"):
        coding(tmp_path, "study,code\nS1,sped\nS2,sped\n", "{ignore: ['*']}")


@pytest.mark.parametrize(
    ("text", "words", "message"),
    [
        ("study,code\nS1,speed\n", "{}", r"needs the column stance, or a map"),
        ("paper,speed\nS1,1\n", "{columns: {study: papier}}", r"no table says .* columns: \{study: paper\}"),
        ("paper,speed\nS1,1\n", "{columns: {study: papier}, ignore: ['*']}", r"columns seen: paper, speed"),
    ],
)
def test_a_table_that_is_not_understood_shows_its_header_and_a_map(tmp_path, text, words, message):
    with pytest.raises(InputError) as stopped:
        coding(tmp_path, text, words)
    assert re.search(message, str(stopped.value).replace("\n", " "))


def test_a_codebook_with_paths_has_the_codes_that_only_paths_name(tmp_path):
    path = tmp_path / "codebook.csv"
    path.write_text("Code,Memo\nGains\\Speed,quick\nGains\\Speed\\Same day,\nRisks,\n", encoding="utf-8")
    codes = load_codebook(str(path)).codes
    assert [(c.id, c.parent, c.level, c.definition) for c in codes] == [
        ("gains", "", 1, ""),
        ("speed", "gains", 2, "quick"),
        ("same_day", "speed", 3, ""),
        ("risks", "", 1, ""),
    ]


COUNTRY = Variable("country", "Country", "国家", "one", ("China", "UK"), "")
PEOPLE = Variable("people", "Participants", "人数", "number", (), "")
TYPE = Variable("study_type", "Study type", "类型", "many", ("Trial", "Review", "Model"), "")


def charted(folder, text, words):
    path = folder / "c.csv"
    path.write_text(text, encoding="utf-8")
    plan = Plan("c", str(path), "team", "1", words=yaml.safe_load(words))
    found = read_chartings([plan], [COUNTRY, PEOPLE, TYPE])
    return {(vote.study_id, vote.variable, vote.coder): vote.value for vote in found.votes}


CHARTS = [
    (
        "variables under names of one's own, two separators, other columns ignored",
        "id,Land,typ,n\nS1,P.R. China,Trial;Model,\nS2,UK,Review,\n",
        "{columns: {study: id}, items: {country: Land, study_type: typ}, split: {typ: [';', ',']},"
        " values: {country: {P.R. China: China}}, ignore: ['*']}",
        {
            ("S1", "country", "team"): "China",
            ("S1", "study_type", "team"): "Trial; Model",
            ("S2", "country", "team"): "UK",
            ("S2", "study_type", "team"): "Review",
        },
    ),
    (
        "long, coders in a column",
        "id,what,answer,who\nS1,Participants,52,ann\nS1,Participants,53,bob\n",
        "{columns: {study: id, variable: what, value: answer, reviewer: who}}",
        {("S1", "people", "ann"): "52", ("S1", "people", "bob"): "53"},
    ),
    (
        "a column per coder",
        "id,what,ann,bob\nS1,country,UK,China\n",
        "{columns: {study: id, variable: what}, reviewers: {Ann: ann, Bob: bob}}",
        {("S1", "country", "Ann"): "UK", ("S1", "country", "Bob"): "China"},
    ),
    (
        "a word that means blank",
        "study,country,people\nS1,-,52\n",
        "{blank: ['-']}",
        {("S1", "people", "team"): "52"},
    ),
]


@pytest.mark.parametrize(("why", "text", "words", "expected"), CHARTS, ids=[c[0] for c in CHARTS])
def test_a_charting_table_is_read_by_its_map(tmp_path, why, text, words, expected):
    assert charted(tmp_path, text, words) == expected


def test_ticked_boxes_of_a_variable_are_its_values(tmp_path):
    words = "{columns: {value: [Trial, Review]}, set: {variable: study_type}, values: {x: '{column}'}}"
    found = charted(tmp_path, "study,Trial,Review\nS1,x,x\nS2,,x\n", words)
    assert found == {("S1", "study_type", "team"): "Trial; Review", ("S2", "study_type", "team"): "Review"}


def test_a_charting_table_with_columns_beside_gets_the_map_that_reads_it(tmp_path):
    text = "study,title,country\nS1,A title,UK\n"
    with pytest.raises(InputError) as stopped:
        charted(tmp_path, text, "{}")
    words = yaml.safe_load(str(stopped.value).partition("config.yaml:\n")[2])["sheets"]["c"]
    assert words == {"columns": {"study": "study"}, "ignore": ["title"]}
    assert charted(tmp_path, text, yaml.safe_dump(words)) == {("S1", "country", "team"): "UK"}


NVIVO = [["", "A : Speed", "B : Privacy"], ["1 : P1", "3", "0"], ["2 : P2", "0", "1"]]


@pytest.mark.parametrize("across", [True, False], ids=["codes in columns", "codes in rows"])
def test_a_matrix_of_nvivo_is_read_whichever_way_it_was_made(tmp_path, across):
    rows = NVIVO
    if not across:
        rows = [["", "A : P1", "B : P2"], ["1 : Speed", "3", "0"], ["2 : Privacy", "0", "1"]]
    text = "\n".join(",".join(row) for row in rows).replace("Speed", "Faster communication")
    assert votes(coding(tmp_path, text, "{}")) == [
        ("P1", "privacy", "team", "absent"),
        ("P1", "speed", "team", "present"),
        ("P2", "privacy", "team", "present"),
        ("P2", "speed", "team", "absent"),
    ]


def test_a_worksheet_per_coder_beside_one_that_explains(tmp_path):
    book = openpyxl.Workbook()
    for name, rows in {
        "read me": [["How to code", "see the protocol"]],
        "ann": [["Paper", "Faster communication", "Year"], ["P1", 1, 2020]],
        "bob": [["Paper", "Faster communication", "Year"], ["P1", 0, 2020]],
    }.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    del book["Sheet"]
    book.save(tmp_path / "t.xlsx")
    words = {"columns": {"study": "Paper"}, "set": {"reviewer": "{sheet}"}, "ignore": ["Year"]}
    found = read_codings([Plan("t", str(tmp_path / "t.xlsx"), "t", "1", words=words)], CODES)
    assert votes(found) == [("P1", "speed", "ann", "present"), ("P1", "speed", "bob", "absent")]
    assert [row["sheet"].endswith("#read me") for row in found.aside] == [True]


def test_codings_inside_json_with_a_round_and_a_page(tmp_path):
    code_ = {"name": "Privacy", "by": "ann", "at": 3, "words": "who reads?"}
    text = json.dumps({"papers": [{"id": "P1", "codes": [code_]}, {"id": "P2", "codes": []}]})
    words = (
        "{at: papers/codes, columns: {study: ../id, code: name, reviewer: by, page: at, excerpt: words},"
        " set: {round: pilot}}"
    )
    (vote,) = coding(tmp_path, text, words, name="t.json").votes
    assert vote[:4] == ("P1", "privacy", "ann", "present")
    assert (vote.page, vote.excerpt, vote.round) == ("3", "who reads?", "pilot")


def test_highlights_of_taguette_with_a_tag_that_is_no_code_name_its_lines(tmp_path):
    text = "id,document,tag,content\n1,P1.pdf,Privcy,x\n2,P2.pdf,Privcy,y\n3,P1.docx,Privacy,z\n"
    with pytest.raises(InputError, match=r"lines 2, 3 \(2 times\): code 'Privcy' .* Did you mean Privacy"):
        coding(tmp_path, text, "{}")
    found = coding(tmp_path, text, "{values: {Privcy: privacy}, set: {reviewer: ann}}")
    assert {(vote.study_id, vote.coder, vote.code) for vote in found.votes} == {
        ("P1", "ann", "privacy"),
        ("P2", "ann", "privacy"),
    }


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("{only: {document: 'P1*'}}", {("P1", "privacy"), ("P1", "speed")}),
        ("{except: {tag: [Notes, Privacy]}}", {("P1", "speed"), ("P2", "speed")}),
        ("{values: {Notes: '', study: {P2.pdf: Doe 2019}}}",
         {("P1", "privacy"), ("P1", "speed"), ("Doe 2019", "speed")}),
    ],
)  # fmt: skip
def test_a_map_may_choose_rows_of_a_known_program_and_say_what_words_mean(tmp_path, words, expected):
    text = (
        "id,document,tag,content\n1,P1.pdf,Privacy,x\n2,P1.pdf,Faster communication,y\n"
        "3,P2.pdf,Faster communication,z\n4,P2.pdf,Notes,z\n"
    )
    if "tag" not in words and "Notes" not in words:
        text = text.replace("4,P2.pdf,Notes,z\n", "")
    found = coding(tmp_path, text, words)
    assert {(vote.study_id, vote.code) for vote in found.votes} == expected


def test_segments_of_maxqda_name_their_coder_and_page(tmp_path):
    text = (
        "Color;Document group;Document name;Code;Beginning;End;Segment;Created by\n"
        "red;Set;P1;Gains\\Wider reach;12;13;far away;ann\n"
    )
    (vote,) = coding(tmp_path, text, "{}").votes
    assert vote[:5] == ("P1", "reach", "ann", "present", "far away")
    assert vote.page == "12"
