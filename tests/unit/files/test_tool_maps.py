"""Maps that we ship: each is valid, says how its columns are known, and reads the table of its tool."""

import pytest
import yaml
from jsonschema import Draft202012Validator

from scripts.common.errors import InputError
from scripts.common.files.maps import resolved_maps
from scripts.common.files.tool_maps import KNOWN_FROM, tool_maps
from scripts.common.review.inputs import Input
from scripts.common.screening.sheets import read_decisions
from scripts.common.screening.stages import NO_REASON, plans
from tests.paths import REPOSITORY

# tool -> what a review adds, a table as the tool writes it, (title or number, stage, reviewer, decision,
# reason)
TABLES = {
    "metagear": (
        "{set: {stage: title_abstract}}",
        "STUDY_ID,REVIEWERS,INCLUDE,TITLE\n1,Ann,YES,A\n2,Ann,maybe,B\n3,Bob,not vetted,C\n4,Bob,NO,D\n",
        [
            ("A", "title_abstract", "Ann", "include", ""),
            ("B", "title_abstract", "Ann", "maybe", ""),
            ("D", "title_abstract", "Bob", "exclude", ""),
        ],
    ),
    "revtools": (
        "{set: {stage: title_abstract, reviewer: Ann}}",
        "label,title,screened_abstracts,notes\nx1,A,selected,\nx2,B,excluded,far off\nx3,C,unknown,\n",
        [("A", "title_abstract", "Ann", "include", ""), ("B", "title_abstract", "Ann", "exclude", "")],
    ),
    "colandr": (
        "{}",
        "study_id,citation_screening_status,fulltext_screening_status,citation_title,citation_authors,"
        "citation_pub_year,fulltext_exclude_reasons\n1,included,excluded,A,Doe J,2020,no data; wrong age\n"
        "2,excluded,not_screened,B,,,\n3,conflict,not_screened,C,,,\n",
        [
            ("A", "full_text", "the team", "exclude", "no data; wrong age"),
            ("A", "title_abstract", "the team", "include", ""),
            ("B", "title_abstract", "the team", "exclude", ""),
        ],
    ),
    "sysrev": (
        "{set: {stage: title_abstract}}",
        "article.id,lbl.name,reviewer.name,answer\n7,Include,Ann,TRUE\n7,Study Type,Ann,RCT\n"
        "8,Include,Bob,false\n",
        [("7", "title_abstract", "Ann", "include", ""), ("8", "title_abstract", "Bob", "exclude", "")],
    ),
    "distillersr": (
        "{columns: {decision: 'Keep it?'}, values: {'yes': include, 'no': exclude},"
        " set: {stage: title_abstract}}",
        "Refid,User,Level,Keep it?\n7,Ann,1,Yes\n8,Ann,1,No\n",
        [("7", "title_abstract", "Ann", "include", ""), ("8", "title_abstract", "Ann", "exclude", "")],
    ),
    "eppi-reviewer": (
        "{set: {stage: full_text, reviewer: the team}}",
        "ItemId,ShortTitle,Title,I/E/D/S flag,Include\n7,Doe 2020,A,(I) Included,x\n"
        "8,Roe 2021,B,(E) Excluded,\n"
        "9,Poe 2022,C,(S) Duplicate,\n",
        [("A", "full_text", "the team", "include", ""), ("B", "full_text", "the team", "exclude", "")],
    ),
}


def words_of(tool, own="{}"):
    return resolved_maps({"t": {"like": f"tool:{tool}", **yaml.safe_load(own)}}, ["t"])["t"]


@pytest.mark.parametrize("tool", tool_maps())
def test_a_shipped_map_is_valid_and_says_how_it_is_known(tool):
    schema = yaml.safe_load((REPOSITORY / "config/config.schema.yaml").read_text(encoding="utf-8"))
    schema = {"$defs": schema["$defs"], "$ref": "#/$defs/map"}
    assert not list(Draft202012Validator(schema).iter_errors(tool_maps()[tool].words))
    assert tool_maps()[tool].known_from in KNOWN_FROM
    assert words_of(tool)
    assert tool in TABLES, "each shipped map has a table here"


@pytest.mark.parametrize("tool", TABLES)
def test_a_table_of_a_tool_is_read_by_its_shipped_map(tmp_path, tool):
    own, text, expected = TABLES[tool]
    path = tmp_path / "t.csv"
    path.write_text(text, encoding="utf-8")
    (plan,) = plans([Input("t", str(path), "decisions", "", "", "", "", "", "")], {"t": words_of(tool, own)})
    votes = [
        (v.title or v.record, v.stage, v.reviewer, v.decision, v.reason.replace(NO_REASON, ""))
        for v in read_decisions(plan).votes
    ]
    assert sorted(votes) == sorted(expected)


def test_an_unknown_tool_comes_with_the_nearest():
    with pytest.raises(InputError, match=r"like: tool:colander is none of the maps .*tool:colandr"):
        words_of("colander")


def test_what_a_review_says_is_above_the_shipped_map():
    words = words_of("eppi-reviewer", "{set: {reviewer: Ann}, columns: {title: Full title}}")
    assert words["columns"] == {"title": "Full title", "decision": "I/E/D/S flag"}
    assert words["set"] == {"reviewer": "Ann"}


def test_a_review_may_choose_rows_and_words_of_a_tool_with_a_shipped_map(tmp_path):
    own = "{set: {stage: title_abstract}, only: {REVIEWERS: [Ann, 'B*']}, values: {maybe: include, 'NO': ''}}"
    path = tmp_path / "t.csv"
    path.write_text(f"{TABLES['metagear'][1]}5,Cleo,YES,E\n6,Bo,YES,F\n", encoding="utf-8")
    words = {"t": words_of("metagear", own)}
    (plan,) = plans([Input("t", str(path), "decisions", "", "", "", "", "", "")], words)
    found = read_decisions(plan)
    assert [(vote.title, vote.reviewer, vote.decision) for vote in found.votes] == [
        ("A", "Ann", "include"), ("B", "Ann", "include"), ("F", "Bo", "include"),
    ]  # fmt: skip
    assert found.warnings == ["1 rows are not read (only REVIEWERS: Ann, B*)."]
