"""The PRISMA flow: every record in exactly one last box, and all sums hold."""

from collections import Counter

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.common.errors import InputError
from scripts.common.flow import BOXES, read_published_flow
from scripts.common.inputs import DATABASES
from scripts.common.tables import read_table, rows_of
from scripts.count_flow import add_studies, arms, check, count, main, place, published_after, rows

KINDS = {
    "pubmed": "search",
    "embase": "database",
    "trials": "register",
    "web": "website",
    "cites": "citation",
}
SOURCES = {name: name.title() for name in KINDS}
STAGES = {"title_abstract": ("include", "exclude"), "full_text": ("include", "exclude", "not retrieved")}


def table(columns, lines):
    return pd.DataFrame(lines, columns=pd.Index(columns.split()), dtype=str)


def flow(records, clusters, decisions=(), late=(), included=0, included_list="none"):
    """Return the last box of each record and the number in each box; the sums are checked."""
    frame, by_database = arms(
        table("record_id input date", [(name, name.split(":")[0], "") for name in records]),
        table("record_id cluster_id", [(name, clusters.get(name, name)) for name in records]),
        KINDS,
    )
    sheet = table("record_id stage decision reason", decisions)
    final = place(frame, by_database, set(late), sheet)
    boxes = count(frame, final, SOURCES)
    add_studies(boxes, table("study_id", [(str(n),) for n in range(included)]), included_list)
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
        "trials:1": "excluded_automatic",
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


def test_without_any_decision_the_boxes_after_screening_are_unknown_and_not_zero():
    final, number = flow(SMALL["records"], SMALL["clusters"])
    assert number["records_screened"] == 5
    assert set(final.values()) == {"duplicates", "other_known", "records_waiting", "other_waiting"}
    for box in ("records_excluded", "dbr_sought_reports", "dbr_assessed", "dbr_included", "other_included"):
        assert number[box] is None
    assert number["new_studies"] is None


def test_one_record_without_decision_leaves_the_number_of_studies_open():
    waiting = [row for row in SMALL["decisions"] if row[0] != "pubmed:2"]
    _, number = flow(**SMALL | {"decisions": waiting})
    assert (number["records_waiting"], number["records_excluded"], number["dbr_sought_reports"]) == (1, 0, 3)
    assert number["new_studies"] is None
    assert number["new_reports"] is None


def test_a_report_decided_at_full_text_was_sought_though_its_first_decision_is_not_known():
    final, number = flow(["pubmed:1", "pubmed:2"], {}, [("pubmed:1", FT, "include", "")])
    assert final == {"pubmed:1": "dbr_included", "pubmed:2": "records_waiting"}
    assert (number["dbr_sought_reports"], number["records_waiting"]) == (1, 1)


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


def test_a_review_without_other_methods_has_no_reports_of_them():
    _, number = flow(["pubmed:1"], {}, [("pubmed:1", TI, "exclude", "")])
    assert (number["other_sought_reports"], number["other_included"], number["new_studies"]) == (0, 0, 0)


@st.composite
def reviews(draw):
    """Any records of any inputs, any clusters, any decisions on the records that stand for clusters."""
    numbers = draw(st.lists(st.sampled_from(sorted(KINDS)), min_size=1, max_size=14))
    records = [f"{name}:{n}" for n, name in enumerate(numbers)]
    groups = draw(st.lists(st.integers(0, 8), min_size=len(records), max_size=len(records)))
    clusters = {
        name: min(other for other, of in zip(records, groups, strict=True) if of == group)
        for name, group in zip(records, groups, strict=True)
    }
    decisions = []
    for name in sorted(set(clusters.values())):
        for stage, words in STAGES.items():
            decision = draw(st.sampled_from(["", *words]))
            if decision:
                reason = (
                    draw(st.sampled_from(["wrong setting", "no data: none"])) if decision == "exclude" else ""
                )
                decisions.append((name, stage, decision, reason))
    late = draw(st.sets(st.sampled_from(records)))
    return records, clusters, decisions, late


@given(reviews())
def test_every_record_ends_in_one_box_and_all_sums_of_prisma_hold(review):
    records, clusters, decisions, late = review
    final, number = flow(records, clusters, decisions, late)
    assert set(final) == set(records)
    ends = Counter(box.split(":")[0] for box in final.values())
    databases = sum(KINDS[name.split(":")[0]] in DATABASES for name in records)
    by_database = {"duplicates", "excluded_automatic", "records_excluded", "records_waiting"}
    assert sum(n for box, n in ends.items() if box in by_database or box.startswith("dbr_")) == databases
    assert sum(n for box, n in ends.items() if box.startswith("other_")) == len(records) - databases
    for box, counted in number.items():
        if counted is not None and box in ends:
            assert counted == ends[box], box
    for whole, parts in {
        "database_results": ("duplicates", "excluded_automatic", "records_screened"),
        "records_screened": ("records_excluded", "records_waiting", "dbr_sought_reports"),
        "dbr_sought_reports": ("dbr_notretrieved_reports", "dbr_waiting", "dbr_assessed"),
        "dbr_assessed": ("dbr_excluded", "dbr_included"),
        "other_sought_reports": ("other_notretrieved_reports", "other_waiting", "other_assessed"),
        "other_assessed": ("other_excluded", "other_included"),
    }.items():
        if None not in (number[whole], *(number[part] for part in parts)):
            assert number[whole] == sum(number[part] for part in parts), whole
    assert {box.split(":")[0] for box in number} == set(BOXES)


@given(reviews())
def test_each_publication_is_screened_once(review):
    records, clusters, decisions, late = review
    final, _ = flow(records, clusters, decisions, late)
    for cluster in set(clusters.values()):
        members = [name for name in records if clusters[name] == cluster]
        assert sum(final[name] not in ("duplicates", "other_known") for name in members) == 1


def test_a_sum_that_does_not_hold_stops_the_run():
    records = ["pubmed:1", "pubmed:2"]
    frame, by_database = arms(
        table("record_id input date", [(name, "pubmed", "") for name in records]),
        table("record_id cluster_id", [(name, name) for name in records]),
        KINDS,
    )
    final = place(frame, by_database, set(), table("record_id stage decision reason", []))
    boxes = count(frame, final, SOURCES)
    add_studies(boxes, table("study_id", []), "none")
    wrong = boxes | {"database_results": boxes["database_results"]._replace(number=3)}
    with pytest.raises(
        InputError, match=r"flow: database_results is 3, its parts duplicates, .* sum up to another"
    ):
        check(wrong, frame, final)
    with pytest.raises(InputError, match="flow: a record has no final box"):
        check(boxes, frame, {"pubmed:1": "records_waiting"})


def test_only_what_surely_appeared_after_the_search_is_late():
    unique = table(
        "record_id date",
        [
            ("a", "2022-08-16"),
            ("b", "2022-08-17"),
            ("c", "2022-08"),
            ("d", "2022-09"),
            ("e", "2022"),
            ("f", "2023"),
            ("g", ""),
        ],
    )
    assert published_after(unique, "2022-08-16") == {"b", "d", "f"}


def test_a_published_number_stands_in_only_where_none_is_computed():
    frame, by_database = arms(
        table("record_id input date", [("pubmed:1", "pubmed", "")]),
        table("record_id cluster_id", [("pubmed:1", "pubmed:1")]),
        KINDS,
    )
    final = place(frame, by_database, set(), table("record_id stage decision reason", []))
    boxes = count(frame, final, SOURCES)
    add_studies(boxes, table("study_id", []), "partial")
    published = {"new_studies": (61, "flow.csv (abstract)"), "records_screened": (999, "flow.csv (figure 1)")}
    shown = {row["box"]: row for row in rows(boxes, published)}
    assert (shown["new_studies"]["count"], shown["new_studies"]["basis"]) == (61, "published")
    assert (shown["records_screened"]["count"], shown["records_screened"]["basis"]) == (1, "computed")
    assert (shown["dbr_assessed"]["count"], shown["dbr_assessed"]["basis"]) == ("", "unknown")
    assert "needs the screening decisions" in shown["dbr_assessed"]["source"]
    order = [box.split(":")[0] for box in shown]
    assert sorted(order, key=list(BOXES).index) == order


def test_the_flow_and_the_last_boxes_are_written(tmp_path):
    files = {
        "records": "record_id,input,date\npubmed:1,pubmed,2020\nembase:1,embase,2023\nembase:2,embase,2020\n",
        "clusters": "record_id,cluster_id\npubmed:1,embase:2\nembase:1,embase:1\nembase:2,embase:2\n",
        "unique": "record_id,date\nembase:1,2023\nembase:2,2020\n",
        "decisions": "record_id,stage,decision,reason\n",
        "included": "study_id\n1\n",
    }
    for name, text in files.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    paths = {name: str(tmp_path / f"{name}.csv") for name in files}

    def run(published_after_search):
        main(
            **paths,
            published=None,
            inputs={"pubmed": ("search", "PubMed"), "embase": ("database", "Embase, Ovid")},
            search_end="2022-08-16",
            screening={"published_after_search": published_after_search, "included_list": "partial"},
            flow=str(tmp_path / "flow.csv"),
            final_boxes=str(tmp_path / "final.csv"),
        )
        return {row["box"]: row for row in rows_of(read_table(tmp_path / "flow.csv"))}

    removed, kept = run("remove"), run("keep")
    assert (removed["excluded_automatic"]["count"], removed["records_screened"]["count"]) == ("1", "1")
    assert (kept["excluded_automatic"]["count"], kept["records_screened"]["count"]) == ("0", "2")
    assert kept["database_results:embase"]["label"] == "Embase, Ovid"
    final = read_table(tmp_path / "final.csv")
    assert rows_of(final) == [
        {"record_id": "embase:1", "box": "records_waiting"},
        {"record_id": "embase:2", "box": "records_waiting"},
        {"record_id": "pubmed:1", "box": "duplicates"},
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
