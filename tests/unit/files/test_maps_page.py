"""docs/maps.md: its examples are valid maps, and it names every word and every map that we ship."""

import json
import re
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from scripts.common.coding.adjudication import code_checker, read_verdicts
from scripts.common.coding.charting import Variable
from scripts.common.coding.charting_sheets import read_chartings
from scripts.common.coding.codebook_forms import read_codebook
from scripts.common.coding.finder import Finder
from scripts.common.coding.model import Plan as CodingPlan
from scripts.common.coding.ranking import read_rankings
from scripts.common.coding.sheets import read_codings
from scripts.common.files.maps import resolved_maps, sheet_map
from scripts.common.files.tool_maps import tool_maps
from scripts.common.review.inputs import Input
from scripts.common.screening.flow import read_published_flow
from scripts.common.screening.sheets import read_decisions
from scripts.common.screening.stages import plans
from tests.codebooks import code
from tests.paths import REPOSITORY

PAGE = (REPOSITORY / "docs/maps.md").read_text(encoding="utf-8")
SCHEMA = yaml.safe_load((REPOSITORY / "config/config.schema.yaml").read_text(encoding="utf-8"))


def shapes():
    """Return each of the ten shapes: its title, and its maps by the name of an input."""
    text = PAGE[PAGE.index("## Ten shapes") : PAGE.index("## Coding and charting")]
    for part in re.split(r"\n(?=\d+\. \*\*)", text)[1:]:
        block = "\n".join(line for line in part.split("\n")[1:] if line.startswith("       "))
        yield part.split("**")[1], yaml.safe_load(block)


SHAPES = dict(shapes())


def test_there_are_ten_shapes():
    assert len(SHAPES) == 10


CODES = (code("speed", label="Speed"), code("reach", label="Reach"))
CHARTED = (
    Variable("country", "Country", "国家", "one", ("China", "UK"), ""),
    Variable("people", "People", "人数", "number", (), ""),
    Variable("study_type", "Type", "类型", "many", ("Trial", "Review"), ""),
)
TI, FT = "title_abstract", "full_text"
LIST = {
    "articles": [
        {"title": "A", "reviews": [{"reviewer": "human:x", "decision": "uncertain", "comment": ""}]},
        {"title": "B", "reviews": [
            {"reviewer": "human:y", "decision": "exclude", "comment": "Exclusion criterion 2: no data"},
            {"reviewer": "model:z", "decision": "include", "comment": ""},
        ]},
    ]
}  # fmt: skip


def votes(name, words):
    file = f"{name}.json" if Path(f"{name}.json").is_file() else f"{name}.csv"
    inputs = [Input(name, file, "decisions", *[""] * 6), Input("bob", "bob.csv", "decisions", *[""] * 6)]
    plan = next(plan for plan in plans(inputs, {name: words}) if plan.name == name)
    found = read_decisions(plan)
    assert bool(found.others) == ("others" in words)
    return [
        (vote.record or vote.doi or vote.title, vote.stage, vote.reviewer, vote.decision, vote.reason)
        for vote in (*found.votes, *found.rulings)
    ]


def codings(name, words):
    found = read_codings([CodingPlan(name, f"{name}.csv", name, "1", words=words)], CODES)
    return [(vote.study_id, vote.code, vote.coder, vote.stance, vote.excerpt) for vote in found.votes]


def chartings(name, words):
    found = read_chartings([CodingPlan(name, f"{name}.csv", name, "1", words=words)], CHARTED)
    return [(vote.study_id, vote.variable, vote.value) for vote in found.votes]


# Number of a shape -> its reader, the table of each input, and what is in it, counted by hand.
READ = {
    1: (
        votes,
        {"t": "title,doi,Ann_response,Bob_response,final_decision,reason for exclusion\n"
              "A,10.5555/a,1,2,2,no data\n"},
        [("10.5555/a", FT, "Ann", "include", ""), ("10.5555/a", FT, "Bob", "exclude", "no data"),
         ("10.5555/a", FT, "consensus", "exclude", "no data")],
    ),
    2: (
        votes,
        {"t": "title,viewed,response\nA,1,1\nB,1,2\nC,0,\n", "ld": "title,viewed,response\nA,1,2\n"},
        [("A", TI, "LB", "include", ""), ("B", TI, "LB", "exclude", ""), ("A", TI, "LD", "exclude", "")],
    ),
    3: (
        votes,
        {"t": "doi,screener.x,decision.x,screener.y,decision.y,third,decision\n"
              "10.5555/a,Ann,include,Bob,exclude: population,Dee,include\n"
              "10.5555/b,Ann,exclude,Bob,exclude,NA,NA\n"},
        [("10.5555/a", TI, "Ann", "include", ""), ("10.5555/a", TI, "Bob", "exclude", ""),
         ("10.5555/b", TI, "Ann", "exclude", ""), ("10.5555/b", TI, "Bob", "exclude", ""),
         ("10.5555/a", TI, "Dee", "include", "")],
    ),
    4: (
        votes,
        {"t": "record_id,human,model_a,model_a_missing\no:1,1,0,0\no:2,0,0,1\n"},
        [("o:1", TI, "human", "include", ""), ("o:1", TI, "model a", "exclude", ""),
         ("o:2", TI, "human", "exclude", "")],
    ),
    5: (
        votes,
        {"t": "DOI,FT_Decision,Rationale\n10.5555/a,Include,\n10.5555/b,exclude,no data; wrong design\n"},
        [("10.5555/a", FT, "the team", "include", ""),
         ("10.5555/b", FT, "the team", "exclude", "no data; wrong design")],
    ),
    6: (
        votes,
        {"t": "Title\nA\n", "bob": "title,vote\nA,include\nB,exclude\n"},
        [("A", TI, "Ann", "include", ""), ("A", TI, "Bob", "include", ""), ("B", TI, "Bob", "exclude", "")],
    ),
    7: (
        votes,
        {"t": json.dumps(LIST)},
        [("2", FT, "human:y", "exclude", "criterion 2")],  # a maybe at full text decides nothing
    ),
    8: (
        codings,
        {"t": ",title,year,paper,Speed,Reach,Comments,Comments\n1,x,2019,P1,the next day,-,y,z\n"},
        [("P1", "speed", "t", "present", "the next day")],
    ),
    9: (
        codings,
        {"t": "id,ann,bob,notes\nP1,Speed; Reach,Speed,x\n"},
        [("P1", "reach", "Ann", "present", ""), ("P1", "speed", "Ann", "present", ""),
         ("P1", "speed", "Bob", "present", "")],
    ),
    10: (
        chartings,
        {"t": "sort.id,Land,N,Trial,Review,Aim\nP1,P.R. China,52,x,,to see\n"},
        [("P1", "country", "China"), ("P1", "people", "52"), ("P1", "study_type", "Trial")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("number", READ)
def test_each_shape_reads_the_table_that_it_is_for(tmp_path, monkeypatch, number):
    monkeypatch.chdir(tmp_path)
    read, tables, expected = READ[number]
    maps = SHAPES[list(SHAPES)[number - 1]]
    for name, text in tables.items():
        Path(f"{name}.{'json' if text.startswith('{') else 'csv'}").write_text(text, encoding="utf-8")
    words = resolved_maps(maps, list(maps))
    assert sorted(row for name in tables for row in read(name, words[name])) == sorted(expected)


def test_the_maps_of_rankings_verdicts_codebooks_and_flows_read_such_tables(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = PAGE[PAGE.index("## Rankings, verdicts") : PAGE.index("A ranking is long where")]
    maps = yaml.safe_load("\n".join(line for line in text.split("\n") if line.startswith("    ")))
    words = resolved_maps(maps, list(maps))
    tables = {
        "survey": "Time,Respondent,Role,Speed,Reach\n9:00,A,patient,1,2\n",
        "adjudication": "Paper,Theme,Agreed,Why\nP1,Speed,yes,read again\n",
        "codebook": "Code,Category,Description\nSpeed,Benefits,the next day\n",
        "printed_flow": "Step,n,Page\nAfter duplicates,88,3\n",
    }
    assert set(tables) == set(words)
    for name, text in tables.items():
        Path(f"{name}.csv").write_text(text, encoding="utf-8")
    (ranking,) = read_rankings([CodingPlan("survey", "survey.csv", "", "", words=words["survey"])], CODES)
    assert ranking == ("A", "patient", {"speed": 1.0, "reach": 2.0})
    check = code_checker(Finder(CODES))
    ((verdict),) = read_verdicts("adjudication.csv", "code", check, ["P1"], words["adjudication"]).items()
    assert verdict == (("P1", "speed"), ("present", "read again", "the team", ""))
    codes = read_codebook("codebook.csv", words["codebook"])
    assert [(one.id, one.parent, one.definition) for one in codes] == [
        ("benefits", "", ""), ("speed", "benefits", "the next day"),
    ]  # fmt: skip
    flow = read_published_flow("printed_flow.csv", words["printed_flow"])
    assert {box: (one.number, one.place) for box, one in flow.items()} == {"records_screened": (88, "3")}


@pytest.mark.parametrize("title", SHAPES)
def test_a_shape_is_a_valid_map(title):
    schema = {"$defs": SCHEMA["$defs"], "type": "object", "additionalProperties": {"$ref": "#/$defs/map"}}
    maps = SHAPES[title]
    assert not list(Draft202012Validator(schema).iter_errors(maps))
    for name, words in resolved_maps(maps, list(maps)).items():
        assert sheet_map(name, words).parts


def test_every_word_of_a_map_is_explained():
    table = PAGE[PAGE.index("## The words") : PAGE.index("Our columns are")]
    missing = [word for word in SCHEMA["$defs"]["map"]["properties"] if f"`{word}" not in table]
    assert missing == []


def test_every_shipped_map_is_listed_with_how_it_is_known():
    known = "verified|source|documentation|memory"
    rows = dict(re.findall(rf"^\| ([a-z-]+) \| .*? \| ({known}) \|", PAGE, re.MULTILINE))
    assert rows == {name: tool.known_from for name, tool in tool_maps().items()}
