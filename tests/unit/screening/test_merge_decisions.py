"""Screening: decisions join the record they mean, conflicts are named, exclusions have a reason."""

import json

import pandas as pd
import pytest

from scripts.common.errors import InputError
from scripts.common.files.tables import read_table, rows_of, write_table
from scripts.common.screening.rulings import Ruling
from scripts.common.screening.stages import Plan
from scripts.common.screening.votes import that_count
from scripts.screening.merge_decisions import main, main_reason, merge
from tests.paths import SPECIMENS
from tests.settings import MATCHING, screening_rules

TI, FT = "title_abstract", "full_text"


def decide(*votes, rulings=(), **settings):
    """Return (record, stage) -> decision, and the same for conflicts with their reason."""
    columns = pd.Index(["record_id", "stage", "reviewer", "decision", "reason", "date", "consensus"])
    table = pd.DataFrame([(*vote, *[""] * (7 - len(vote))) for vote in votes], columns=columns, dtype=str)
    decided, conflicts = merge(table, screening_rules(**settings), rulings)
    return (
        {(row["record_id"], row["stage"]): row for row in rows_of(decided)},
        {(row["record_id"], row["stage"]): row["why"] for row in rows_of(conflicts)},
    )


def test_two_reviewers_who_agree_make_one_decision_with_both_reasons():
    decided, conflicts = decide(
        ("a:1", FT, "bob", "exclude", "wrong setting", "2022-05-02"), ("a:1", FT, "ann", "exclude", "no data")
    )
    assert conflicts == {}
    assert decided["a:1", FT] == {
        "record_id": "a:1",
        "stage": "full_text",
        "decision": "exclude",
        "reason": "no data; wrong setting",
        "reviewers": "ann; bob",
        "votes": "ann: exclude; bob: exclude",
        "how": "unanimous",
        "date": "2022-05-02",
        "all_reasons": "no data; wrong setting",
        "ruling": "",
        "machines": "",
    }


@pytest.mark.parametrize(
    ("first", "second", "decision"),
    [
        ("2022-05-01", "2022-05-03", "include"),
        ("2022-05-03T09:00:00Z", "2022-05-03T10:00:00Z", "include"),
        ("2022-05-03", "2022-05-01", "exclude"),
        ("2022-05-01", "", ""),  # without a time nobody knows which is the later
        ("2022-05-01", "2022-05-01", ""),
        ("2022-05-01", "2022-05-01T10:00:00Z", ""),
    ],
)
def test_a_later_vote_on_a_record_replaces_an_earlier_one_where_both_have_a_time(first, second, decision):
    votes = (("a:1", TI, "ann", "exclude", "", first), ("a:1", TI, "ann", "include", "", second))
    for order in (votes, votes[::-1]):
        decided, conflicts = decide(*order)
        assert decided.get(("a:1", TI), {}).get("decision", "") == decision
        assert bool(conflicts) == (not decision)


def test_votes_on_two_copies_of_a_record_both_count_whatever_their_times():
    vote = {"record_id": "a:1", "reviewer": "ann", "round": ""}
    first = {**vote, "record": "a:1", "date": "2022-05-01", "decision": "exclude"}
    copy = {**vote, "record": "b:7", "date": "2022-05-03", "decision": "include"}
    assert that_count([first, copy], []) == [first, copy]
    again = {**first, "date": "2022-05-02", "decision": "include"}
    assert that_count([first, copy, again], []) == [copy, again]


def test_the_first_reason_in_the_declared_order_is_the_one_that_is_counted():
    decided, _ = decide(
        ("a:1", FT, "bob", "exclude", "Wrong setting; no data"),
        ("a:1", FT, "ann", "exclude", "no data"),
        reasons=["wrong population", "wrong setting", "no data"],
    )
    row = decided["a:1", FT]
    assert (row["reason"], row["all_reasons"]) == ("wrong setting", "Wrong setting; no data; no data")
    assert main_reason(["b; a"], []) == "a; b"


ONE_OF_THREE = (("a:1", TI, "ann", "include"), ("a:1", TI, "bob", "exclude"), ("a:1", TI, "cy", "exclude"))


@pytest.mark.parametrize(
    ("rule", "decision"), [("unanimous", None), ("majority", "exclude"), ("inclusive", "include")]
)
def test_the_rule_of_consensus_says_what_votes_that_differ_make(rule, decision):
    decided, conflicts = decide(*ONE_OF_THREE, consensus={TI: rule})
    if decision is None:
        assert (decided, conflicts) == ({}, {("a:1", TI): "reviewers differ"})
    else:
        assert (decided["a:1", TI]["decision"], decided["a:1", TI]["how"], conflicts) == (decision, rule, {})


def test_a_tie_has_no_majority():
    _, conflicts = decide(*ONE_OF_THREE[:2], consensus={TI: "majority"})
    assert conflicts == {("a:1", TI): "reviewers differ"}


def test_too_few_votes_decide_nothing_and_are_no_conflict():
    vote = ("a:1", TI, "ann", "exclude")
    assert decide(vote, vote, reviewers={TI: 2}) == ({}, {}), "one person twice is one person"
    decided, _ = decide(vote, ("a:1", TI, "bob", "exclude"), reviewers={TI: 2})
    assert decided["a:1", TI]["decision"] == "exclude"


def test_a_maybe_by_title_sends_the_record_on():
    decided, _ = decide(("a:1", TI, "ann", "include"), ("a:1", TI, "bob", "maybe"))
    assert (decided["a:1", TI]["decision"], decided["a:1", TI]["votes"]) == (
        "include",
        "ann: include; bob: maybe",
    )


@pytest.mark.parametrize("rule", ["unanimous", "majority", "inclusive"])
def test_one_reviewer_who_voted_differently_on_two_copies_is_a_conflict(rule):
    same = ("a:1", TI, "ann", "include")
    assert decide(same, same)[0]["a:1", TI]["decision"] == "include"
    _, conflicts = decide(same, ("a:1", TI, "ann", "exclude"), consensus={TI: rule})
    assert conflicts == {("a:1", TI): "ann decided it twice, and differently"}


def test_what_was_settled_together_stands_above_single_votes():
    votes = (("a:1", TI, "ann", "include"), ("a:1", TI, "bob", "exclude"))
    decided, _ = decide(*votes, ("a:1", TI, "Covidence", "exclude", "", "", "yes"), reviewers={TI: 2})
    assert (decided["a:1", TI]["decision"], decided["a:1", TI]["how"]) == ("exclude", "consensus")


def test_a_ruling_ends_a_conflict_with_its_own_reason_person_and_day():
    votes = (("a:1", FT, "ann", "include"), ("a:1", FT, "bob", "exclude", "no data"))
    ruling = Ruling(2, "a:1", FT, "exclude", "read it again", "dee", "2022-06-01", "wrong design")
    decided, conflicts = decide(*votes, rulings=[ruling])
    row = decided["a:1", FT]
    assert conflicts == {}
    assert (row["decision"], row["reason"], row["how"], row["date"]) == (
        "exclude", "wrong design", "adjudicated", "2022-06-01",
    )  # fmt: skip
    assert row["ruling"] == "read it again"
    assert row["reviewers"] == "ann; bob; dee (adjudication)"


@pytest.mark.parametrize(
    ("votes", "reason"),
    [
        ((("a:1", FT, "ann", "include"), ("a:1", FT, "bob", "exclude", "no data")), "no data"),
        ((("a:1", FT, "ann", "include"),), "no reason given"),
    ],
)
def test_a_ruling_without_a_reason_of_exclusion_leaves_that_of_the_votes(votes, reason):
    decided, _ = decide(*votes, rulings=[Ruling(2, "a:1", FT, "exclude", "read it again", "dee", "")])
    assert (decided["a:1", FT]["reason"], decided["a:1", FT]["ruling"]) == (reason, "read it again")


def test_the_reason_of_a_ruling_by_title_is_kept_whole_and_is_no_reason_of_exclusion():
    ruling = Ruling(2, "a:1", TI, "exclude", "a protocol; read by mistake", "dee", "")
    decided, _ = decide(("a:1", TI, "ann", "include"), rulings=[ruling])
    row = decided["a:1", TI]
    assert (row["reason"], row["all_reasons"], row["ruling"]) == ("", "", "a protocol; read by mistake")


@pytest.mark.parametrize("decision", ["include", "exclude", "not retrieved"])
def test_a_ruling_that_excludes_by_title_settles_what_was_judged_at_full_text(decision):
    votes = (("a:1", TI, "ann", "include"), ("a:1", FT, "bob", decision, "x"), ("a:2", FT, "bob", "include"))
    ruling = Ruling(2, "a:1", TI, "exclude", "a letter", "dee", "")
    decided, conflicts = decide(*votes, rulings=[ruling])
    assert {key: row["decision"] for key, row in decided.items()} == {
        ("a:1", TI): "exclude",
        ("a:2", FT): "include",
    }
    assert conflicts == {}


def test_two_rulings_that_contradict_leave_the_conflict():
    rulings = [Ruling(2, "a:1", TI, kind, "x", "dee", "") for kind in ("include", "exclude")]
    _, conflicts = decide(rulings=rulings)
    assert conflicts == {("a:1", TI): "adjudicated twice, and differently: exclude, include"}


@pytest.mark.parametrize("decision", ["include", "exclude", "not retrieved"])
@pytest.mark.parametrize("rule", ["unanimous", "majority", "inclusive"])
def test_a_record_excluded_by_title_and_judged_at_full_text_is_a_conflict_at_both_stages(decision, rule):
    """Which of the two holds is for a person to say, whatever arm of the flow the record is in."""
    votes = (("a:1", TI, "ann", "exclude"), ("a:1", FT, "bob", decision, "x"))
    consensus = {TI: rule, FT: "majority" if rule == "inclusive" else rule}
    decided, conflicts = decide(*votes, consensus=consensus)
    assert decided == {}
    why = f"excluded by title and abstract, yet judged at full text ({decision}): which one holds?"
    assert conflicts == {("a:1", TI): why, ("a:1", FT): why}
    decided, conflicts = decide(*votes, rulings=[Ruling(2, "a:1", TI, "include", "slip", "dee", "")])
    assert {stage: row["decision"] for (_, stage), row in decided.items()} == {TI: "include", FT: decision}
    assert conflicts == {}


def test_the_stages_are_decided_on_their_own():
    decided, _ = decide(("a:1", TI, "ann", "include"), ("a:1", FT, "bob", "exclude", "no data"))
    assert {stage: row["decision"] for (_, stage), row in decided.items()} == {FT: "exclude", TI: "include"}


SHEET = "record,stage,reviewer,decision,reason\n"
RULING = "record,stage,final,reason,who,date\n"


@pytest.fixture
def run(tmp_path, record):
    """Return a function that merges sheets (name -> lines) on given records, and returns what is written."""

    def merged(records, sheets, clusters=None, rulings=None, **settings):
        write_table(
            [record(name, **facts) for name, facts in records.items()], tmp_path / "r.csv", tuple(record())
        )
        home = [{"record_id": name, "cluster_id": (clusters or {}).get(name, name)} for name in records]
        write_table(home, tmp_path / "c.csv", ("record_id", "cluster_id"))
        read = []
        for name, text in sheets.items():
            (tmp_path / name).write_text(text, encoding="utf-8")
            read.append(Plan(str(tmp_path / name), name.split(".")[0]))
        if rulings:
            (tmp_path / "screening.csv").write_text(RULING + rulings, encoding="utf-8")
        names = (
            "votes_csv",
            "decisions",
            "conflicts",
            "set_aside",
            "sheets_csv",
            "merged_csv",
            "machines_csv",
        )
        out = {name: str(tmp_path / f"{name}.out") for name in names}
        main(
            plans=[tuple(plan) for plan in read],
            rulings_path=str(tmp_path / "screening.csv") if rulings else None,
            records=str(tmp_path / "r.csv"),
            clusters=str(tmp_path / "c.csv"),
            rules=screening_rules(**settings),
            matching=MATCHING,
            **out,
        )
        return {name: rows_of(read_table(path)) for name, path in out.items()}

    return merged


def test_a_decision_that_joins_no_record_or_two_is_set_aside_with_its_line(run):
    ann = (
        "10.1000/a,title_abstract,ann,include,\na:9,title_abstract,ann,include,\n5,title_abstract,ann,exclude,\n"
        '"a:2",title_abstract,ann,exclude,"one reason\nover two lines"\na:8,title_abstract,ann,include,\n'
    )
    out = run(
        {"a:1": {"doi": "10.1000/A"}, "a:2": {"pmid": "5"}, "a:3": {"pmid": "5"}},
        {"ann.csv": SHEET + ann, "bob.csv": SHEET + "a:2,title_abstract,bob,include,\n"},
    )
    assert [(row["record_id"], row["decision"]) for row in out["decisions"]] == [("a:1", "include")]
    assert [row["record_id"] for row in out["conflicts"]] == ["a:2"]
    assert [(row["line"], row["record"], row["reason"]) for row in out["set_aside"]] == [
        ("3", "a:9", "no record has this name"),
        ("4", "5", "two records have this PMID: a:2, a:3"),
        ("7", "a:8", "no record has this name"),
    ]
    assert [(row["votes"], row["joined"], row["set_aside"]) for row in out["sheets_csv"]] == [
        ("5", "2", "3"), ("1", "1", "0"),
    ]  # fmt: skip


def test_votes_on_two_copies_of_one_record_follow_the_one_kept_and_conflict_if_they_differ(run):
    votes = "a:1,title_abstract,ann,include,\nb:1,title_abstract,ann,exclude,\n"
    twins = {"a:1": {}, "b:1": {}}
    out = run(twins, {"ann.csv": SHEET + votes}, clusters={"b:1": "a:1"})
    (conflict,) = out["conflicts"]
    assert (conflict["record_id"], conflict["why"]) == ("a:1", "ann decided it twice, and differently")
    out = run(
        twins,
        {"ann.csv": SHEET + votes},
        clusters={"b:1": "a:1"},
        rulings="b:1,title_abstract,include,fits,dee,\n",
    )
    assert [(row["record_id"], row["how"]) for row in out["decisions"]] == [("a:1", "adjudicated")]


def test_what_a_ruling_by_title_overrules_is_set_aside_with_its_line(run):
    out = run(
        {"a:1": {}, "b:1": {}},
        {"ann.csv": SHEET + "a:1,title_abstract,ann,include,\nb:1,full_text,ann,include,\n"},
        clusters={"b:1": "a:1"},
        rulings="a:1,title_abstract,exclude,a letter,dee,\n",
    )
    (aside,) = out["set_aside"]
    assert (aside["line"], aside["record"]) == ("3", "a:1")
    assert aside["reason"].startswith("a ruling excludes the record by title")
    assert len(out["votes_csv"]) == 2, "a vote that does not count is still a vote that was cast"


def test_a_machine_is_shown_beside_people_and_decides_nothing():
    columns = pd.Index(["record_id", "stage", "reviewer", "decision", "reason", "kind"])
    rows = [("a:1", TI, "ann", "include", "", ""), ("a:1", TI, "a model", "exclude", "", "machine"),
            ("a:2", TI, "a model", "exclude", "", "machine")]  # fmt: skip
    decided, conflicts = merge(pd.DataFrame(rows, columns=columns, dtype=str), screening_rules(), [])
    (row,) = rows_of(decided)
    assert (row["decision"], row["how"], row["reviewers"], row["votes"]) == (
        "include", "unanimous", "ann", "ann: include",
    )  # fmt: skip
    assert row["machines"] == "a model: exclude"
    assert conflicts.empty
    two, _ = merge(pd.DataFrame(rows, columns=columns, dtype=str), screening_rules(reviewers={TI: 2}), [])
    assert two.empty, "a machine is none of two reviewers"


THREE = ["title", "abstract", "full_text"]


@pytest.mark.parametrize(
    ("votes", "decided", "in_conflict"),
    [
        ([("title", "include"), ("abstract", "maybe"), ("full_text", "not retrieved")],
         ["include", "include", "not retrieved"], []),
        ([("title", "exclude"), ("abstract", "exclude")], [], ["title", "abstract"]),
        ([("title", "include"), ("abstract", "exclude"), ("full_text", "include")], ["include"],
         ["abstract", "full_text"]),
        ([("title", "exclude"), ("full_text", "include")], [], ["title", "full_text"]),
    ],
)  # fmt: skip
def test_a_review_has_the_stages_that_it_names(votes, decided, in_conflict):
    cast = [("a:1", stage, "ann", word) for stage, word in votes]
    rows, conflicts = decide(*cast, stages=THREE)
    assert [rows["a:1", stage]["decision"] for stage in THREE if ("a:1", stage) in rows] == decided
    assert sorted(stage for _, stage in conflicts) == sorted(in_conflict)


def test_a_ruling_at_any_stage_before_the_full_text_settles_what_comes_after_it():
    cast = [("a:1", "title", "ann", "include"), ("a:1", "abstract", "ann", "include"),
            ("a:1", "full_text", "ann", "include")]  # fmt: skip
    rows, conflicts = decide(
        *cast, stages=THREE, rulings=[Ruling(2, "a:1", "abstract", "exclude", "x", "dee", "")]
    )
    assert {stage: row["decision"] for (_, stage), row in rows.items()} == {
        "title": "include", "abstract": "exclude",
    }  # fmt: skip
    assert conflicts == {}


def test_the_vote_of_a_later_round_replaces_that_of_an_earlier_one():
    columns = pd.Index(["record_id", "stage", "reviewer", "decision", "reason", "round"])
    rows = [("a:1", TI, "ann", "exclude", "", "pilot"), ("a:1", TI, "ann", "include", "", "second"),
            ("a:2", TI, "ann", "include", "", "second"), ("a:2", TI, "ann", "exclude", "", "")]  # fmt: skip
    rules = screening_rules(rounds=["pilot", "second"])
    decided, conflicts = merge(pd.DataFrame(rows, columns=columns, dtype=str), rules, [])
    assert [(row["record_id"], row["decision"]) for row in rows_of(decided)] == [
        ("a:1", "include"), ("a:2", "exclude"),
    ]  # fmt: skip
    assert conflicts.empty


def test_the_reason_of_a_vote_that_was_replaced_does_not_count():
    columns = pd.Index(["record_id", "stage", "reviewer", "decision", "reason", "round"])
    rows = [
        ("a:1", FT, "ann", "exclude", "no data", "pilot"),
        ("a:1", FT, "ann", "exclude", "wrong setting", "main"),
    ]
    rules = screening_rules(rounds=["pilot", "main"], reasons=["no data", "wrong setting"])
    decided, _ = merge(pd.DataFrame(rows, columns=columns, dtype=str), rules, [])
    assert [row["reason"] for row in rows_of(decided)] == ["wrong setting"]


@pytest.mark.parametrize(
    ("first", "second"),
    [(("", "pilot"), ("", "main")), (("2022-01-01", ""), ("2022-02-01", "")), (("", "main"), ("", ""))],
    ids=["a later round", "a later day", "no round is the last"],
)
def test_what_was_settled_later_replaces_what_was_settled_before(first, second):
    columns = pd.Index(["record_id", "stage", "reviewer", "decision", "reason", "date", "round", "consensus"])
    rows = [
        ("a:1", TI, "the team", "exclude", "", *first, "yes"),
        ("a:1", TI, "the team", "include", "", *second, "yes"),
        ("a:1", TI, "ann", "exclude", "", "", "", ""),
    ]
    rules = screening_rules(rounds=["pilot", "main"])
    decided, conflicts = merge(pd.DataFrame(rows, columns=columns, dtype=str), rules, [])
    (row,) = rows_of(decided)
    assert (row["decision"], row["how"], row["votes"]) == (
        "include",
        "consensus",
        "ann: exclude; the team: include",
    )
    assert len(conflicts) == 0


def test_the_case_of_rulings_that_settle_titles(run):
    folder = SPECIMENS / "cases/screening/ruling_settles_title"
    if not folder.is_dir():
        pytest.skip("no shared/cases/screening/ruling_settles_title here")
    expected = json.loads((folder.parent / "expected.json").read_text())[folder.name]
    out = run(
        {f"ovid:{n}": {} for n in (1, 2, 3)},
        {"sheet.csv": (folder / "sheet.csv").read_text()},
        rulings=(folder / "screening.csv").read_text().partition("\n")[2],
    )
    named = [[row[name] for name in ("record_id", "stage", "decision", "how")] for row in out["decisions"]]
    assert named == expected["decisions"]
    assert out["conflicts"] == expected["conflicts"]


def test_one_person_is_not_two_reviewers_whatever_the_capitals_of_the_name(run, caplog):
    sheets = {name: f"{SHEET}a:1,{TI},{who},include,\n" for name, who in (("x.csv", "Ann"), ("y.csv", "ann"))}
    out = run({"a:1": {}}, sheets, reviewers={TI: 2})
    assert (out["decisions"], out["conflicts"]) == ([], [])
    assert {row["reviewer"] for row in out["votes_csv"]} == {"Ann"}
    assert "count as one person: ann as Ann" in caplog.text


def test_no_address_of_a_person_is_written_anywhere(run):
    votes = "a:1,title_abstract,ann@example.org,include,\na:1,title_abstract,bob@example.org,exclude,\n"
    out = run(
        {"a:1": {}}, {"ann.csv": SHEET + votes}, rulings="a:1,title_abstract,include,x,cy@example.org,\n"
    )
    assert "@" not in json.dumps([out[name] for name in ("votes_csv", "decisions", "conflicts")])
    assert [row["reviewers"] for row in out["decisions"]] == [
        "reviewer 1; reviewer 2; reviewer 3 (adjudication)"
    ]


def test_a_reason_that_the_declared_order_does_not_know_is_named_with_its_line(run):
    with pytest.raises(
        InputError, match=r"line 2: reason 'wrong settign' is not among .* mean wrong setting\?"
    ):
        run(
            {"a:1": {}},
            {"ann.csv": SHEET + "a:1,full_text,ann,exclude,wrong settign\n"},
            reasons=["no data", "wrong setting"],
        )
