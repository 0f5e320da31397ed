"""Tables as teams keep them, read by maps: the votes that an independent reader finds in them."""

import json

import pandas as pd
import pytest
import yaml

from scripts.common.errors import InputError
from scripts.common.review.inputs import Input
from scripts.common.screening.catalogue import Catalogue
from scripts.common.screening.joining import join_sheets
from scripts.common.screening.sheets import read_decisions
from scripts.common.screening.stages import NO_REASON, plans
from tests.paths import SPECIMENS
from tests.settings import MATCHING, screening_rules

CASES = SPECIMENS / "cases/screening"
MAPS = yaml.safe_load("""
wide_two_reviewers:
  columns: {title: title, doi: doi, reason: reason for exclusion}
  reviewers: {Ann: Ann_response, Bob: Bob_response}
  final: final_decision
  values: {"1": include, "2": exclude}
  set: {stage: full_text}
per_reviewer_response:
  columns: {title: title, decision: response}
  values: {"1": include, "2": exclude}
  set: {stage: title_abstract, reviewer: Ann}
metagear_effort:
  columns: {doi: DOI, reviewer: REVIEWERS, decision: INCLUDE}
  values: {"yes": include, "no": exclude, not vetted: ""}
  set: {stage: title_abstract}
people_and_models:
  columns: {record: record_id}
  values: {"1": include, "0": exclude}
  set: {stage: title_abstract}
  each:
    - {columns: {decision: human_title_abstract}, set: {reviewer: human}}
    - columns: {decision: model_a_title_abstract}
      set: {reviewer: model_a, kind: machine}
      only: {model_a_title_abstract_missing: "0"}
team_full_text:
  columns: {doi: DOI, decision: FT_Decision, reason: Decision_Rationale}
  set: {stage: full_text, reviewer: the team}
  role: consensus
""")


def votes_of(path, words):
    (plan,) = plans([Input(path.stem, str(path), "decisions", "", "", "", "", "", "")], {path.stem: words})
    return read_decisions(plan)


def named(vote):
    return vote.doi or vote.record or vote.title


def reason(vote):
    return "" if vote.reason == NO_REASON else vote.reason


@pytest.mark.skipif(not CASES.exists(), reason="no shared/cases/screening here")
@pytest.mark.parametrize("name", MAPS)
def test_a_published_shape_gives_the_votes_that_are_in_it(name):
    expected = json.loads((CASES / "expected.json").read_text(encoding="utf-8"))[f"{name}.csv"]
    found = votes_of(CASES / f"{name}.csv", MAPS[name]).votes
    votes = next((expected[key] for key in expected if key.startswith(("stage ", "votes"))), [])
    if len(votes[0]) == 5:
        ours = [[named(v), v.stage, v.reviewer, v.decision, reason(v)] for v in found]
    elif len(votes[0]) == 3:
        ours = [[named(v), v.reviewer, v.decision] for v in found]
    else:
        ours = [[named(v), v.decision] for v in found]
    settled = "consensus" in expected
    single = [vote for vote, read in zip(ours, found, strict=True) if not (settled and read.consensus)]
    assert sorted(single) == sorted(votes)
    together = [[named(v), v.decision] for v in found if settled and v.consensus]
    assert sorted(together) == sorted(expected.get("consensus", []))
    assert votes_of(CASES / f"{name}.csv", MAPS[name]).not_seen == expected.get("not_seen", 0)


TABLE = (
    "ID,title,ann,bob,final,why,no outcome,other\n1,A study,1,2,excluded *,no data,1,0\n2,B study,1,,,,,\n"
)


def test_every_word_of_a_map_does_what_it_says(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(TABLE, encoding="utf-8")
    words = yaml.safe_load("""
        columns: {record: "{file}-{row}", title: title, reason: why}
        reviewers: {Ann: ann, Bob: bob}
        final: final
        values: {"1": include, "2": exclude, "excl*": exclude}
        reasons: ["no outcome", other]
        blank: [no data]
        except: {title: "B*"}
        set: {stage: full_text}
        """)
    sheet = votes_of(path, words)
    assert [(v.record, v.reviewer, v.decision, v.reason, v.consensus) for v in sheet.votes] == [
        ("t-1", "Ann", "include", "", False),
        ("t-1", "Bob", "exclude", "no outcome", False),
        ("t-1", "consensus", "exclude", "no outcome", True),
    ]
    assert sheet.warnings == ["3 rows are not read (except title: B*)."]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("{columns: {decision: anne}}", r"columns: decision: there is no column 'anne'\. Did you mean ann\?"),
        ("{columns: {decision: ann}, only: {bob: '3'}}", r"only: \{bob: 3\} leaves no row\. bob has: 2 1\."),
        (
            "{columns: {decision: ann}}",
            r"decision '1' is unknown in stage full_text \(2 times, lines 2, 3\).*to values: \{\"1\": \?\}",
        ),
    ],
)
def test_a_map_that_does_not_fit_says_what_the_file_has(tmp_path, words, message):
    path = tmp_path / "t.csv"
    path.write_text(TABLE, encoding="utf-8")
    fixed = {"set": {"stage": "full_text", "reviewer": "Ann"}}
    with pytest.raises(InputError, match=message):
        votes_of(path, {**fixed, **yaml.safe_load(words)})


def test_a_table_that_is_not_understood_gets_a_map_to_start_from_that_reads_it(tmp_path):
    path = tmp_path / "lb.csv"
    path.write_text(
        "Title,Response,Comments,Ref No\nA study,Keep,,1\nB study,Excluded,,2\n", encoding="utf-8"
    )
    with pytest.raises(InputError) as stopped:
        votes_of(path, {})
    message = str(stopped.value)
    assert "Columns seen: Title, Response, Comments, Ref No." in message
    words = yaml.safe_load(message.partition("Start in config/config.yaml from:\n")[2])["sheets"]["lb"]
    assert words["columns"] == {"record": "Ref No", "title": "Title", "decision": "Response"}
    assert words["values"] == {"Excluded": "exclude", "Keep": "include"}
    words["set"] = {"stage": "title_abstract", "reviewer": "LB"}
    assert [(v.record, v.decision) for v in votes_of(path, words).votes] == [
        ("1", "include"),
        ("2", "exclude"),
    ]


def test_a_row_whose_role_is_ruling_is_no_vote(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("id,ann,third,note\n1,1,2,see table 2\n2,1,,\n", encoding="utf-8")
    words = yaml.safe_load("""
        columns: {record: id, note: note}
        values: {"1": include, "2": exclude}
        set: {stage: title_abstract}
        each:
          - {columns: {decision: ann}, set: {reviewer: Ann}}
          - {role: ruling, columns: {decision: third}, set: {reviewer: Cy}}
        """)
    sheet = votes_of(path, words)
    assert [(vote.record, vote.reviewer, vote.decision) for vote in sheet.votes] == [
        ("1", "Ann", "include"),
        ("2", "Ann", "include"),
    ]
    assert [(ruling.record, ruling.reviewer, ruling.decision) for ruling in sheet.rulings] == [
        ("1", "Cy", "exclude")
    ]


def test_a_record_is_not_seen_where_no_column_of_its_row_decides(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("id,ann,bob,third\n1,y,n,y\n2,y,,\n3,,,\n4,y,y,\n", encoding="utf-8")
    words = {
        "columns": {"record": "id"},
        "values": {"y": "include", "n": "exclude"},
        "set": {"stage": "title_abstract"},
        "each": [
            {"columns": {"decision": "ann"}, "set": {"reviewer": "Ann"}},
            {"columns": {"decision": "bob"}, "set": {"reviewer": "Bob"}},
            {"role": "ruling", "columns": {"decision": "third"}, "set": {"reviewer": "Cy"}},
        ],
    }
    sheet = votes_of(path, words)
    assert (sheet.records, len(sheet.votes), len(sheet.rulings), sheet.not_seen) == (4, 5, 1, 1)


THIRD = "id,third,why\n1,y,\n2,n,No full text\n3,n,wrong design\n4,m,\n5,n,\n"


def ruled(tmp_path, stage, text=THIRD, **given):
    path = tmp_path / "third.csv"
    path.write_text(text, encoding="utf-8")
    words = {
        "role": "ruling",
        "columns": {"record": "id", "decision": "third", "reason": "why"},
        "values": {"y": "include", "n": "exclude", "m": "maybe"},
        "set": {"stage": stage, "reviewer": "Cy", **given},
    }
    third = [Input("third", str(path), "decisions", "", "", "", "", "", "")]
    (plan,) = plans(third, {"third": words})
    rules = screening_rules(reasons=["wrong design"], not_retrieved_reasons=["no full text"])
    return read_decisions(plan, rules)


def test_what_a_third_person_ruled_follows_the_rules_of_votes(tmp_path):
    sheet = ruled(tmp_path, "full_text")
    assert [(one.record, one.decision, one.reason) for one in sheet.rulings] == [
        ("1", "include", ""),
        ("2", "not retrieved", "No full text"),
        ("3", "exclude", "wrong design"),
        ("5", "exclude", ""),  # then the reasons of the votes count
    ]
    assert sheet.aside == [(5, "4", "Cy says maybe at full text: no decision")]
    by_title = ruled(tmp_path, "title_abstract").rulings
    assert [(one.record, one.decision) for one in by_title if one.record == "4"] == [("4", "include")]
    with pytest.raises(InputError, match=r"line 2: reason 'wrong desing' is not among screening\.reasons"):
        ruled(tmp_path, "full_text", "id,third,why\n1,n,wrong desing\n")


def test_all_wrong_reasons_and_stages_of_a_sheet_are_named_once_with_their_lines(tmp_path):
    text = "id,third,why\n" + "".join(
        f"{n},n,{why}\n" for n, why in enumerate(("desing", "x", "x", "x", "x"), 1)
    )
    with pytest.raises(InputError) as stopped:
        ruled(tmp_path, "full_text", text)
    lines = str(stopped.value).split("\n")
    assert [line.partition(".csv ")[2].split(" is not")[0] for line in lines[:2]] == [
        "line 2: reason 'desing'", "lines 3, 4, 5 (4 times): reason 'x'",
    ]  # fmt: skip
    assert lines[0].endswith('values: {reason: {"desing": wrong design}}.')
    path = tmp_path / "plain.csv"
    path.write_text(
        "title,stage,reviewer,decision\nA,Title/Abstract,Ann,include\nB,Title/Abstract,Ann,include\n"
        "C,Title_Abstract,Ann,include\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError) as stopped:
        votes_of(path, {})
    assert (
        stopped.value.args[0]
        .split("\n")[0]
        .endswith(
            "plain.csv: stage 'Title/Abstract' is unknown (2 times, lines 2, 3). Did you mean title_abstract?"
            ' Correct it, or add to its map, values: {stage: {"Title/Abstract": title_abstract}}.'
        )
    )
    read = votes_of(path, {"values": {"stage": {"title/abstract": "title_abstract"}}})
    assert [vote.stage for vote in read.votes] == ["title_abstract"] * 3


def test_a_machine_rules_on_nothing(tmp_path):
    with pytest.raises(
        InputError,
        match=r"lines 2, 3, 4 \(5 times\): Cy is a machine \(kind\)",
    ):
        ruled(tmp_path, "title_abstract", kind="machine")


def test_a_map_says_that_a_machine_voted_and_in_which_round(tmp_path):
    path = tmp_path / "model.csv"
    path.write_text("record,decision\na:1,include\n", encoding="utf-8")
    given = {"stage": "title_abstract", "reviewer": "model a", "kind": "machine", "round": "pilot"}
    model = [Input("model", str(path), "decisions", "", "", "", "", "", "")]
    (plan,) = plans(model, {"model": {"set": given}})
    (vote,) = read_decisions(plan, screening_rules(rounds=["pilot"])).votes
    assert (vote.kind, vote.round) == ("machine", "pilot")
    with pytest.raises(InputError, match=r"round 'pilot' is not among screening\.rounds"):
        read_decisions(plan, screening_rules())
    (plan,) = plans(model, {"model": {"set": given | {"kind": "robot"}}})
    with pytest.raises(InputError, match="kind 'robot' is unknown"):
        read_decisions(plan, screening_rules(rounds=["pilot"]))


def test_what_a_list_of_the_chosen_leaves_out_gets_the_decision_that_the_map_says(record, tmp_path):
    names = ["a:1", "a:2", "b:1", "b:2"]
    records = pd.DataFrame([record(name, title=f"Title {name}") for name in names])
    catalogue = Catalogue(
        records, pd.DataFrame({"record_id": names, "cluster_id": ["a:1", "a:2", "a:1", "b:2"]}), MATCHING
    )
    path = tmp_path / "chosen.csv"
    path.write_text("record\na:2\n", encoding="utf-8")
    words = {
        "set": {"stage": "title_abstract", "reviewer": "Ann", "decision": "include"},
        "others": {"of": "b", "decision": "exclude"},
    }
    inputs = [
        Input(name, str(path), kind, *[""] * 6) for name, kind in (("chosen", "decisions"), ("b", "database"))
    ]
    (plan,) = plans(inputs, {"chosen": words})
    (joined,) = join_sheets([read_decisions(plan)], catalogue, "full_text")
    assert [(row["record_id"], row["decision"], row["matched_by"]) for row in joined.votes] == [
        ("a:2", "include", "record_id"),
        ("a:1", "exclude", "others of b"),
        ("b:2", "exclude", "others of b"),
    ]
    assert joined.counts["votes"] == 3
    words["others"]["of"] = "c"
    with pytest.raises(InputError, match=r"others: of: 'c' is no input of records or decisions"):
        plans(inputs, {"chosen": words})


def test_others_of_a_sheet_are_the_records_that_it_decided_at_that_stage(record, tmp_path):
    names = ["a:1", "a:2", "a:3"]
    records = pd.DataFrame([record(name, title=f"Title {name}") for name in names])
    catalogue = Catalogue(records, pd.DataFrame({"record_id": names, "cluster_id": names}), MATCHING)
    (tmp_path / "titles.csv").write_text(
        "record,stage,reviewer,decision,reason\na:1,title_abstract,Bob,include,\n"
        "a:2,title_abstract,Bob,exclude,\na:3,full_text,Bob,exclude,old\n",
        encoding="utf-8",
    )
    (tmp_path / "chosen.csv").write_text("record\na:1\n", encoding="utf-8")
    chosen = {
        "set": {"stage": "title_abstract", "reviewer": "Ann", "decision": "include"},
        "others": {"of": "titles", "decision": "exclude"},
    }
    inputs = [
        Input(name, str(tmp_path / f"{name}.csv"), "decisions", *[""] * 6) for name in ("chosen", "titles")
    ]
    sheets = [read_decisions(plan) for plan in plans(inputs, {"chosen": chosen})]
    ann = [row for one in join_sheets(sheets, catalogue, "full_text") for row in one.votes]
    assert {(row["record_id"], row["decision"]) for row in ann if row["reviewer"] == "Ann"} == {
        ("a:1", "include"),
        ("a:2", "exclude"),
    }
