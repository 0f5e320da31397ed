"""The PRISMA flow: every record in exactly one last box, and all sums hold."""

from collections import Counter

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.common.errors import InputError
from scripts.common.files.tables import read_table, rows_of
from scripts.common.review.inputs import DATABASES
from scripts.common.screening.flow import BOXES, EQUATIONS, OTHER_RESULTS, UPDATE_BOXES, read_published_flow
from scripts.common.screening.rulings import Ruling
from scripts.common.screening.stages import with_defaults
from scripts.screening.count_flow import (
    add_previous,
    add_studies,
    arms,
    check,
    contradictions,
    count,
    main,
    place,
    rows,
)
from scripts.screening.merge_decisions import merge

KINDS = {
    "pubmed": "search",
    "embase": "database",
    "trials": "register",
    "web": "website",
    "cites": "citation",
}
SOURCES = {name: name.title() for name in KINDS}
STAGES = {
    "title_abstract": ("include", "exclude", "maybe"),
    "full_text": ("include", "exclude", "not retrieved"),
}
LATE = {"late": "published after the search"}
PREVIOUS = "study_id record_id reports withdrawn"


def table(columns, lines):
    return pd.DataFrame(lines, columns=pd.Index(columns.split()), dtype=str)


def frame_of(records, clusters):
    return arms(
        table("record_id input", [(name, name.split(":")[0]) for name in records]),
        table("record_id cluster_id", [(name, clusters.get(name, name)) for name in records]),
        KINDS,
    )


def flow(
    records, clusters, decisions=(), late=(), included=0, included_list="none", previous=(), update=False
):
    """Return the last box of each record and the number in each box; the sums are checked."""
    frame, by_database = frame_of(records, clusters)
    sheet = (
        decisions
        if isinstance(decisions, pd.DataFrame)
        else table("record_id stage decision reason", decisions)
    )
    before = table(PREVIOUS, previous)
    final = place(frame, by_database, sheet, dict.fromkeys(late, "late"), set(before["record_id"]) - {""})
    boxes = count(frame, final, SOURCES, LATE)
    studies = table("study_id record_id", [(str(n), "") for n in range(included)])
    add_studies(boxes, studies, included_list, before)
    if update:
        add_previous(boxes, before)
    check(boxes, frame, final)
    return final, {box: item.number for box, item in boxes.items()}


TI, FT = "title_abstract", "full_text"
SMALL = {
    "records": [
        "pubmed:1",
        "pubmed:2",
        "pubmed:3",
        "embase:1",
        "embase:2",
        "trials:1",
        "web:1",
        "web:2",
        "cites:1",
    ],
    "clusters": {"pubmed:1": "embase:1", "web:1": "embase:2", "cites:1": "cites:1", "web:2": "cites:1"},
    "decisions": [
        ("embase:1", TI, "include", ""),
        ("embase:1", FT, "include", ""),
        ("pubmed:2", TI, "exclude", ""),
        ("pubmed:3", TI, "include", ""),
        ("pubmed:3", FT, "exclude", "wrong population"),
        ("embase:2", TI, "include", ""),
        ("embase:2", FT, "not retrieved", ""),
        ("cites:1", FT, "include", ""),
    ],
    "late": ["trials:1"],
}


def test_a_small_review_counted_by_hand():
    final, number = flow(**SMALL)
    assert final == {
        "embase:1": "dbr_included",
        "pubmed:1": "duplicates",
        "pubmed:2": "records_excluded",
        "pubmed:3": "dbr_excluded:wrong population",
        "embase:2": "dbr_notretrieved_reports",
        "trials:1": "excluded_automatic:late",
        "web:1": "other_known",
        "cites:1": "other_included",
        "web:2": "other_known",
    }
    assert {box: n for box, n in number.items() if n} == {
        "database_results": 6,
        "database_results:pubmed": 3,
        "database_results:embase": 2,
        "database_results:trials": 1,
        "duplicates": 1,
        "excluded_automatic": 1,
        "excluded_automatic:late": 1,
        "records_screened": 4,
        "records_excluded": 1,
        "dbr_sought_reports": 3,
        "dbr_notretrieved_reports": 1,
        "dbr_assessed": 2,
        "dbr_excluded": 1,
        "dbr_excluded:wrong population": 1,
        "dbr_included": 1,
        "website_results": 2,
        "citations_results": 1,
        "other_known": 2,
        "other_sought_reports": 1,
        "other_assessed": 1,
        "other_included": 1,
        "new_studies": 2,
        "new_reports": 2,
    }


BEHIND = {
    "pubmed:1": (
        "records_screened",
        "records_excluded",
        "dbr_sought_reports",
        "dbr_assessed",
        "dbr_included",
    ),
    "web:1": ("other_records_excluded", "other_sought_reports", "other_assessed", "other_included"),
}


@pytest.mark.parametrize(("name", "behind"), BEHIND.items(), ids=["a database", "another method"])
def test_without_any_decision_what_is_behind_it_is_unknown_in_both_arms_and_not_zero(name, behind):
    final, number = flow([name], {})
    waiting = {"pubmed:1": "records_waiting", "web:1": "other_records_waiting"}[name]
    assert final == {name: waiting}
    assert number[waiting] == 1
    assert [number[box] for box in behind] == [None] * len(behind)
    assert number["new_studies"] is None


def test_a_record_that_waits_is_not_counted_as_screened():
    waiting = [row for row in SMALL["decisions"] if row[0] != "pubmed:2"]
    _, number = flow(**SMALL | {"decisions": waiting})
    assert (number["records_waiting"], number["records_screened"]) == (1, 3)
    assert (number["records_excluded"], number["dbr_sought_reports"]) == (0, 3)
    assert number["new_studies"] is None
    assert number["new_reports"] is None


def test_a_box_of_waiting_records_says_whether_screening_has_begun():
    frame, by_database = frame_of(["pubmed:1", "pubmed:2"], {})
    for decisions, label in (
        ([], "Records to screen: no decision is known here"),
        ([("pubmed:2", TI, "exclude", "")], ""),
    ):
        final = place(frame, by_database, table("record_id stage decision reason", decisions), {}, set())
        assert count(frame, final, SOURCES, {})["records_waiting"].label == label


def test_a_report_decided_at_full_text_was_sought_though_its_first_decision_is_not_known():
    final, number = flow(["pubmed:1", "pubmed:2"], {}, [("pubmed:1", FT, "include", "")])
    assert final == {"pubmed:1": "dbr_included", "pubmed:2": "records_waiting"}
    assert (number["dbr_sought_reports"], number["records_waiting"]) == (1, 1)


@pytest.mark.parametrize(("name", "arm"), [("pubmed:1", "records"), ("web:1", "other_records")])
def test_a_decision_by_title_counts_in_both_arms(name, arm):
    final, number = flow([name], {}, [(name, TI, "exclude", "")])
    assert final == {name: f"{arm}_excluded"}
    assert number[f"{arm}_excluded"] == 1
    _, number = flow([name], {}, [(name, TI, "include", "")])
    sought = {"pubmed:1": "dbr", "web:1": "other"}[name]
    assert (number[f"{sought}_sought_reports"], number[f"{sought}_waiting"]) == (1, 1)
    assert number[f"{sought}_assessed"] is None, "no full text was judged yet"


def test_a_complete_list_of_studies_tells_their_number_though_records_wait():
    _, number = flow(SMALL["records"], SMALL["clusters"], included=61, included_list="complete")
    assert number["new_studies"] == 61
    assert number["new_reports"] is None


def test_a_partial_list_of_studies_does_not_tell_their_number():
    _, number = flow(**SMALL, included=1, included_list="partial")
    assert number["new_studies"] is None


def test_two_reports_can_be_one_study_but_two_studies_need_two_reports():
    _, number = flow(**SMALL, included=1, included_list="complete")
    assert (number["new_studies"], number["new_reports"]) == (1, 2)
    with pytest.raises(InputError, match="3 studies are included with 2 reports"):
        flow(**SMALL, included=3, included_list="complete")


def test_a_review_from_the_paper_alone_knows_no_number_of_records():
    _, number = flow([], {})
    assert set(number) == {*BOXES} - set(UPDATE_BOXES)
    assert set(number.values()) == {None}
    _, number = flow([], {}, included=21, included_list="complete")
    assert {box: n for box, n in number.items() if n is not None} == {"new_studies": 21}


def test_without_records_of_databases_their_boxes_are_not_known():
    _, number = flow(["web:1"], {}, [("web:1", FT, "include", "")])
    assert (number["website_results"], number["other_included"]) == (1, 1)
    assert {
        number[box] for box in ("database_results", "duplicates", "records_screened", "dbr_included")
    } == {None}
    assert number["new_reports"] is None


def test_a_review_without_other_methods_has_no_reports_of_them():
    _, number = flow(["pubmed:1"], {}, [("pubmed:1", TI, "exclude", "")])
    assert (number["other_sought_reports"], number["other_included"], number["new_studies"]) == (0, 0, 0)


def test_an_update_shows_what_was_there_before_and_counts_its_records_apart():
    previous = [("1", "embase:1", "2", ""), ("2", "web:1", "1", ""), ("9", "", "1", "retracted")]
    records = ["pubmed:1", "embase:1", "web:1", "pubmed:2"]
    final, number = flow(
        records,
        {"pubmed:1": "embase:1"},
        [("pubmed:2", TI, "include", ""), ("pubmed:2", FT, "include", "")],
        previous=previous,
        update=True,
    )
    assert final == {
        "embase:1": "excluded_other",
        "pubmed:1": "duplicates",
        "pubmed:2": "dbr_included",
        "web:1": "other_known",
    }
    assert (number["previous_studies"], number["previous_reports"]) == (3, 4)
    assert (number["new_studies"], number["total_studies"], number["total_reports"]) == (1, 3, 4)


def test_a_study_of_the_version_before_is_no_new_one():
    _, number = flow(
        **SMALL, included=3, included_list="complete", previous=[("1", "", "1", "")], update=True
    )
    assert (number["new_studies"], number["total_studies"]) == (2, 3)


def test_two_studies_in_one_report_are_no_contradiction_but_a_study_without_a_report_is():
    frame, by_database = frame_of(["pubmed:1"], {})
    decisions = table("record_id stage decision reason", [("pubmed:1", FT, "include", "")])
    final = place(frame, by_database, decisions, {}, set())
    boxes = count(frame, final, SOURCES, {})
    studies = table("study_id record_id", [("1", "pubmed:1"), ("2", "pubmed:1")])
    add_studies(boxes, studies, "complete", table(PREVIOUS, []))
    check(boxes, frame, final, shared_reports=1)
    with pytest.raises(
        InputError, match="flow: 2 studies are included with 1 reports: a study needs a report"
    ):
        check(boxes, frame, final)


def test_an_included_study_that_people_excluded_is_named():
    studies = table("study_id record_id", [("7", "pubmed:1"), ("8", "pubmed:2"), ("9", "")])
    boxes = {"pubmed:1": "dbr_excluded:wrong design", "pubmed:2": "dbr_included"}
    assert contradictions(studies, boxes) == ["7 (pubmed:1: dbr_excluded:wrong design)"]


REASONS = ["wrong setting", "no data: none", "a; b"]


@st.composite
def reviews(draw):
    """Any records of any inputs, any clusters, votes of anybody on any copy, and rulings on some of them."""
    numbers = draw(st.lists(st.sampled_from(sorted(KINDS)), min_size=1, max_size=14))
    records = [f"{name}:{n}" for n, name in enumerate(numbers)]
    groups = draw(st.lists(st.integers(0, 8), min_size=len(records), max_size=len(records)))
    clusters = {
        name: min(other for other, of in zip(records, groups, strict=True) if of == group)
        for name, group in zip(records, groups, strict=True)
    }
    votes = []
    for name in draw(st.lists(st.sampled_from(records), max_size=20)):
        stage = draw(st.sampled_from(sorted(STAGES)))
        decision = draw(st.sampled_from(STAGES[stage]))
        reason = draw(st.sampled_from(REASONS)) if decision == "exclude" else ""
        reviewer, settled = (
            draw(st.sampled_from(["ann", "bob", "cy"])),
            draw(st.sampled_from(["", "", "", "yes"])),
        )
        votes.append((clusters[name], stage, reviewer, decision, reason, "", settled))
    rulings = []
    for name in draw(st.lists(st.sampled_from(records), max_size=4)):
        stage = draw(st.sampled_from(sorted(STAGES)))
        final = draw(st.sampled_from([word for word in STAGES[stage] if word != "maybe"]))
        rulings.append(Ruling(2, clusters[name], stage, final, "agreed", "dee", ""))
    settings = with_defaults(
        {
            "consensus": {TI: draw(st.sampled_from(["unanimous", "majority", "inclusive"]))},
            "reviewers": {TI: draw(st.integers(1, 2)), FT: draw(st.integers(1, 2))},
            "reasons": draw(st.sampled_from([[], ["no data: none", "wrong setting"]])),
        }
    )
    columns = pd.Index(["record_id", "stage", "reviewer", "decision", "reason", "date", "consensus"])
    decided, conflicts = merge(pd.DataFrame(votes, columns=columns, dtype=str), settings, rulings)
    keys = [(row["record_id"], row["stage"]) for part in (decided, conflicts) for row in rows_of(part)]
    assert len(keys) == len(set(keys)), "a record is decided and in conflict at one stage"
    late = draw(st.sets(st.sampled_from(records))) - set(decided["record_id"])
    previous = [
        ("p", clusters[name], "1", "") for name in draw(st.sets(st.sampled_from(records), max_size=2))
    ]
    return {
        "records": records,
        "clusters": clusters,
        "decisions": decided,
        "late": late,
        "previous": previous,
    }


@given(reviews())
def test_every_record_ends_in_one_box_and_all_sums_of_prisma_hold(review):
    final, number = flow(**review)
    records = review["records"]
    assert set(final) == set(records)
    ends = Counter(box.split(":")[0] for box in final.values())
    assert set(ends) <= set(BOXES)
    other = sum(KINDS[name.split(":")[0]] not in DATABASES for name in records)
    assert sum(n for box, n in ends.items() if box.startswith("other_")) == other
    assert sum(number[box] for box in OTHER_RESULTS) == other
    for box, counted in number.items():
        if counted is not None and box in ends:
            assert counted == ends[box], box
    for wholes, parts in EQUATIONS:
        values = [number[box] for box in (*wholes, *parts)]
        if None not in values:
            assert sum(values[: len(wholes)]) == sum(values[len(wholes) :]), wholes
    assert {box.split(":")[0] for box in number} == set(BOXES) - set(UPDATE_BOXES)


@given(reviews())
def test_each_box_of_the_flow_is_a_part_of_the_one_before(review):
    final, _ = flow(**review)
    decisions = {(row["record_id"], row["stage"]): row["decision"] for row in rows_of(review["decisions"])}
    for name, box in final.items():
        kept = review["clusters"][name]
        if box.startswith(("dbr_", "other_")) and box not in ("other_known", "other_records_waiting"):
            assert (kept, TI) in decisions or (kept, FT) in decisions, "a report that nobody sent on"
        if box.endswith("_included"):
            assert decisions[kept, FT] == "include"
            assert decisions.get((kept, TI)) != "exclude"
        if box in ("records_waiting", "other_records_waiting"):
            assert not {(kept, TI), (kept, FT)} & set(decisions)


@given(reviews())
def test_each_publication_is_screened_once(review):
    final, _ = flow(**review)
    clusters = review["clusters"]
    before = {name for _, name, _, _ in review["previous"]}
    for cluster in set(clusters.values()):
        ends = [final[name] for name in review["records"] if clusters[name] == cluster]
        assert sum(box not in ("duplicates", "other_known") for box in ends) == 1 or cluster in before


def small():
    frame, by_database = frame_of(["pubmed:1", "pubmed:2"], {})
    final = place(frame, by_database, table("record_id stage decision reason", []), {}, set())
    boxes = count(frame, final, SOURCES, {})
    add_studies(boxes, table("study_id record_id", []), "partial", table(PREVIOUS, []))
    return frame, final, boxes


def test_a_sum_that_does_not_hold_stops_the_run():
    records = ["pubmed:1", "pubmed:2"]
    frame, by_database = frame_of(records, {})
    decisions = table("record_id stage decision reason", [(name, TI, "exclude", "") for name in records])
    final = place(frame, by_database, decisions, {}, set())
    boxes = count(frame, final, SOURCES, {})
    add_studies(boxes, table("study_id record_id", []), "none", table(PREVIOUS, []))
    check(boxes, frame, final)
    wrong = boxes | {"database_results": boxes["database_results"]._replace(number=3)}
    with pytest.raises(
        InputError, match=r"flow: database_results is 3, its parts duplicates, .* sum up to 2, another"
    ):
        check(wrong, frame, final)
    wrong = boxes | {"database_results:pubmed": boxes["database_results:pubmed"]._replace(number=1)}
    with pytest.raises(InputError, match=r"flow: database_results is 2, its named parts sum up to 1"):
        check(wrong, frame, final)
    with pytest.raises(InputError, match="flow: a record has no final box"):
        check(boxes, frame, {"pubmed:1": "records_waiting"})
    with pytest.raises(InputError, match="flow: records_lost is no box"):
        check(boxes, frame, final | {"pubmed:1": "records_lost"})


def test_a_published_number_stands_in_only_where_none_is_computed():
    _, _, boxes = small()
    published = {
        "new_studies": (61, "flow.csv (abstract)"),
        "database_results": (999, "flow.csv (figure 1)"),
        "dbr_excluded": (5, "flow.csv (figure 1)"),
        "dbr_excluded:wrong design": (5, "flow.csv (figure 1)"),
        "previous_studies": (40, "flow.csv (figure 1)"),
    }
    shown = {row["box"]: row for row in rows(boxes, published)}
    assert (shown["new_studies"]["count"], shown["new_studies"]["basis"]) == (61, "published")
    assert (shown["database_results"]["count"], shown["database_results"]["basis"]) == (2, "computed")
    assert (shown["dbr_assessed"]["count"], shown["dbr_assessed"]["basis"]) == ("", "unknown")
    assert "needs the screening decisions" in shown["dbr_assessed"]["source"]
    reason = shown["dbr_excluded:wrong design"]
    assert (reason["label"], reason["count"], reason["basis"]) == ("wrong design", 5, "published")
    assert shown["previous_studies"]["basis"] == "published"
    order = [box.split(":")[0] for box in shown]
    assert sorted(order, key=list(BOXES).index) == order


def test_the_flow_and_the_last_boxes_are_written(tmp_path):
    files = {
        "records": "record_id,input\npubmed:1,pubmed\nembase:1,embase\nembase:2,embase\ntrials:1,trials\n",
        "clusters": "record_id,cluster_id\npubmed:1,embase:2\nembase:1,embase:1\nembase:2,embase:2\n"
        "trials:1,trials:1\n",
        "ineligible": "record_id,rule,label,removed\nembase:1,language,not in English,yes\n"
        "embase:2,x,x,no: suggested only\n",
        "decisions": "record_id,stage,decision,reason\n",
        "included": "study_id,record_id\n1,\n",
        "previous": "study_id,record_id,reports,withdrawn\n",
    }
    for name, text in files.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    main(
        **{name: str(tmp_path / f"{name}.csv") for name in files},
        published=None,
        inputs={
            "pubmed": ("search", "PubMed"),
            "embase": ("database", "Embase, Ovid"),
            "trials": ("register", "Trials"),
        },
        has_previous=False,
        included_list="partial",
        flow=str(tmp_path / "flow.csv"),
        final_boxes=str(tmp_path / "final.csv"),
    )
    shown = {row["box"]: row for row in rows_of(read_table(tmp_path / "flow.csv"))}
    assert (shown["excluded_automatic"]["count"], shown["records_waiting"]["count"]) == ("1", "2")
    assert shown["excluded_automatic:language"]["label"] == "not in English"
    assert shown["records_screened"]["basis"] == "unknown"
    assert shown["database_results:embase"]["label"] == "Embase, Ovid"
    assert shown["database_results:trials"]["label"] == "Trials (register)"
    assert rows_of(read_table(tmp_path / "final.csv")) == [
        {"record_id": "embase:1", "box": "excluded_automatic:language"},
        {"record_id": "embase:2", "box": "records_waiting"},
        {"record_id": "pubmed:1", "box": "duplicates"},
        {"record_id": "trials:1", "box": "records_waiting"},
    ]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "record_screened,5,figure 1,verified,x",
            r"line 2: box 'record_screened' is unknown. Did you mean records_screened",
        ),
        ("new_studies,about 60,abstract,verified,x", r"line 2: count 'about 60' is no whole number"),
        (
            "new_studies,61,abstract,verified,x\nnew_studies,62,figure,verified,x",
            r"line 3: box new_studies stands twice",
        ),
    ],
    ids=["misspelt box", "no whole number", "two numbers for one box"],
)
def test_a_published_number_that_cannot_be_used_is_refused_with_its_line(tmp_path, line, message):
    path = tmp_path / "flow.csv"
    path.write_text(f"box,count,place,confidence,source\n{line}\n", encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_published_flow(str(path))


def test_a_published_number_keeps_the_place_where_it_stands(tmp_path):
    path = tmp_path / "flow.csv"
    path.write_text(
        "box,count,place,confidence,source\nnew_studies,61,abstract,verified,x\n", encoding="utf-8"
    )
    assert read_published_flow(str(path)) == {"new_studies": (61, f"{path} (abstract, verified)")}
    assert read_published_flow(None) == {}
