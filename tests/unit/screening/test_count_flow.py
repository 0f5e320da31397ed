"""The PRISMA flow: each record ends in the box of its last decision, and each box is the size of a set."""

import pytest

from scripts.common.errors import InputError
from scripts.common.files.tables import read_table, rows_of
from scripts.common.screening.flow import (
    BOXES,
    GROWS,
    NEEDS_ALL_DECISIONS,
    NEEDS_DECISIONS,
    NEEDS_LIST,
    NEEDS_OTHER,
    NEEDS_RECORDS,
    OTHER_RESULTS,
    UNDECIDED,
    UPDATE_BOXES,
    Count,
    Printed,
)
from scripts.common.screening.studies import is_whole
from scripts.common.screening.study_counts import add_previous
from scripts.screening.count_flow import boxes_of_publications, check, count, main, place, rows
from tests.unit.screening.flow_examples import (
    ALL_KINDS,
    FT,
    PREVIOUS,
    SOURCES,
    TI,
    boxes_of,
    decided_as,
    flow,
    frame_of,
    table,
    with_studies,
)

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


# Why, decision by title and abstract, at full text, last box of a record of a database, of a website.
FATES = [
    ("nobody decided on it", "", "", "records_waiting", "other_records_waiting"),
    ("excluded by title", "exclude", "", "records_excluded", "other_records_excluded"),
    ("sent on, its full text is not judged", "include", "", "dbr_waiting", "other_waiting"),
    ("its full text could not be had", "include", "not retrieved", "dbr_notretrieved_reports",
     "other_notretrieved_reports"),
    ("excluded at full text", "include", "exclude", "dbr_excluded:no data", "other_excluded:no data"),
    ("included", "include", "include", "dbr_included", "other_included"),
    ("judged at full text, its first decision is not known", "", "include", "dbr_included", "other_included"),
    ("not retrieved, its first decision is not known", "", "not retrieved", "dbr_notretrieved_reports",
     "other_notretrieved_reports"),
]  # fmt: skip


@pytest.mark.parametrize("fate", FATES, ids=[fate[0] for fate in FATES])
def test_a_record_ends_in_the_box_of_its_last_decision(fate):
    _, first, second, database, website = fate
    ends = {"pubmed:1": database, "trials:1": database, "web:1": website, "cites:1": website}
    for name, box in ends.items():
        decisions = [(name, TI, first, ""), (name, FT, second, "no data" if second == "exclude" else "")]
        final, number = flow([name], {}, [row for row in decisions if row[2]])
        assert final == {name: box}
        assert number[box] == 1


ARM = ("records_waiting", "records_excluded", "sought_reports", "notretrieved_reports", "waiting", "assessed",
       "excluded", "included")  # fmt: skip


EDGES = [
    ("nobody decided yet", "WW", (2, None, None, None, None, None, None, None)),
    ("one exclusion begins the screening", "WX", (1, 1, 0, 0, 0, 0, 0, 0)),
    ("one record sent on begins it too", "WL", (1, 0, 1, None, 1, None, None, None)),
    ("as many sent on as excluded", "WXL", (1, 1, 1, None, 1, None, None, None)),
    ("all were excluded by title", "XX", (0, 2, 0, 0, 0, 0, 0, 0)),
    ("the only full text is not judged", "L", (0, 0, 1, None, 1, None, None, None)),
    ("no full text is judged", "LLX", (0, 1, 2, None, 2, None, None, None)),
    ("one of two full texts is judged", "LI", (0, 0, 2, 0, 1, 1, 0, 1)),
    ("who looked for a report in vain has begun to read", "LN", (0, 0, 2, 1, 1, 0, 0, 0)),
    ("no report could be had", "N", (0, 0, 1, 1, 0, 0, 0, 0)),
    ("only exclusions at full text", "EE", (0, 0, 2, 0, 0, 2, 2, 0)),
    ("some of each", "WXXLNNEEEIIII", (1, 2, 10, 2, 1, 7, 3, 4)),
]


@pytest.mark.parametrize("edge", EDGES, ids=[edge[0] for edge in EDGES])
@pytest.mark.parametrize(("name", "arm"), [("embase", "dbr"), ("trust", "other")])
def test_the_boxes_of_an_arm_are_counted_as_by_hand(name, arm, edge):
    _, states, expected = edge
    records, decisions = decided_as(name, states)
    _, number = flow(records, {}, decisions)
    first = "" if arm == "dbr" else "other_"
    boxes = [first + box if box.startswith("records_") else f"{arm}_{box}" for box in ARM]
    assert {box: number[box] for box in boxes} == dict(zip(boxes, expected, strict=True))
    assert number["database_results" if arm == "dbr" else "organisation_results"] == len(states)
    if arm == "dbr":
        excluded, sought = expected[1:3]
        assert number["records_screened"] == (None if sought is None else excluded + sought)


@pytest.mark.parametrize(
    ("database", "website", "box", "waiting"),
    [
        ("W", "", "records_screened", "records_waiting"),
        ("L", "", "dbr_assessed", "dbr_waiting"),
        ("", "W", "other_sought_reports", "other_records_waiting"),
        ("", "L", "other_assessed", "other_waiting"),
    ],
)
def test_a_number_that_is_not_known_names_what_it_needs(database, website, box, waiting):
    boxes = boxes_of(database, website)
    assert boxes[box] == Count(None, NEEDS_DECISIONS)
    assert (boxes[waiting].number, boxes[waiting].label) == (1, UNDECIDED[waiting])
    begun = boxes_of(f"{database}XI" if database else "", f"{website}XI" if website else "")
    assert (begun[waiting].number, begun[waiting].label) == (1, ""), "the usual label of the box"


def test_a_review_from_the_paper_alone_knows_no_number_of_records():
    _, number = flow([], {})
    assert set(number) == {*BOXES} - set(UPDATE_BOXES)
    assert set(number.values()) == {None}
    _, number = flow([], {}, included=21, included_list="complete")
    assert {box: n for box, n in number.items() if n is not None} == {"new_studies": 21}


def test_without_records_of_databases_their_boxes_are_not_known():
    boxes = boxes_of("", "IXE")
    begins = ("database_", "records_", "dbr_", "excluded_", "duplicates")
    assert {boxes[box] for box in BOXES if box.startswith(begins)} == {Count(None, NEEDS_RECORDS)}
    assert (boxes["website_results"].number, boxes["other_included"].number) == (3, 1)
    assert boxes["new_reports"].number is None


def test_other_methods_are_not_known_without_a_source_of_them():
    """Unless screening.other_methods says that there were none: their number is then 0."""
    other = [box for box in BOXES if box.startswith("other_") or box in OTHER_RESULTS]
    boxes = boxes_of("IXE", kinds=["database"])
    assert {boxes[box] for box in other} == {Count(None, NEEDS_OTHER)}
    assert (boxes["dbr_included"].number, boxes["new_reports"]) == (1, Count(None, NEEDS_OTHER))
    boxes = boxes_of("IXE")
    assert {boxes[box].number for box in other} == {0}
    assert boxes["new_reports"].number == 1


def test_one_other_method_says_nothing_of_another():
    boxes = boxes_of("IXE", "I", kinds=["database", "website"])
    assert (boxes["website_results"].number, boxes["other_included"].number) == (1, 1)
    assert boxes["citations_results"] == boxes["organisation_results"] == Count(None, NEEDS_OTHER)


@pytest.mark.parametrize(("name", "first", "arm"), [("embase", "", "dbr"), ("trust", "other_", "other")])
def test_records_that_were_never_screened_have_a_box_and_nothing_waits_for_them(name, first, arm):
    records, decisions = decided_as(name, "WWXEI")
    final, number = flow(records, {}, decisions, screening_is_over=True)
    assert [final[record] for record in records[:2]] == [f"{first}records_never_screened"] * 2
    assert (number[f"{first}records_never_screened"], number[f"{first}records_waiting"]) == (2, 0)
    assert (number[f"{arm}_sought_reports"], number[f"{arm}_included"]) == (2, 1)


@pytest.mark.parametrize("first", ["X", "L", "N", "E", "I"])
def test_any_first_decision_shows_that_screening_took_place(first):
    records, decisions = decided_as("embase", f"W{first}")
    _, number = flow(records, {}, decisions, screening_is_over=True)
    assert number["records_never_screened"] == 1


def test_without_any_decision_nobody_knows_what_was_screened():
    _, number = flow(["embase:1", "embase:2"], {}, screening_is_over=True)
    assert (number["records_waiting"], number["records_never_screened"]) == (2, None)
    assert number["records_screened"] is None


@pytest.mark.parametrize(
    ("waiting", "letter", "arm"),
    [
        ("records_waiting", "W", 0), ("dbr_waiting", "L", 0),
        ("other_records_waiting", "W", 1), ("other_waiting", "L", 1),
    ],
)  # fmt: skip
def test_the_boxes_that_can_still_grow_are_those_that_a_later_decision_changes(waiting, letter, arm):
    """Their numbers are lower bounds: found here by deciding the record that waits in every way.

    A record may also turn out never to have been screened.
    """

    def numbers(states, over=False):
        boxes = boxes_of(*(("I", states) if arm else (states, "I")), screening_is_over=over)
        return {box: item.number for box, item in boxes.items()}

    before = numbers(letter + "XLNEI")
    grown = set()
    for later in "XLNEI" if letter == "W" else "NEI":
        after = numbers(later + "XLNEI")
        grown |= {box for box in BOXES if before.get(box) is not None and after[box] > before[box]}
    if letter == "W":
        after = numbers(letter + "XLNEI", over=True)
        grown |= {box for box in BOXES if before.get(box) is not None and after[box] > before[box]}
    assert grown - set(UNDECIDED) == set(GROWS[waiting])


# Why, ends of the records of databases and of a website, studies of the list, what the list is, studies of
# the version before, new studies, new reports.
STUDIES = [
    ("every report is a study if nobody lists the studies", "IIX", "I", (), "none", (), 3, 3),
    ("nobody lists the studies and a record waits", "IW", "", (), "none", (), None, None),
    ("nobody lists the studies and a full text waits", "IL", "", (), "none", (), None, None),
    ("nobody lists the studies and a record of a website waits", "I", "IW", (), "none", (), None, None),
    ("nobody lists the studies and a full text of a website waits", "I", "IL", (), "none", (), None, None),
    ("nobody decided on the records of the website", "I", "W", (), "none", (), None, None),
    ("a complete list counts though a record waits", "IW", "", "12", "complete", (), 2, None),
    ("a complete list counts, two reports can be one study", "II", "", "1", "complete", (), 1, 2),
    ("a partial list does not count, its reports do", "II", "", "1", "partial", (), None, 2),
    ("a study of the version before is no new one", "II", "", "12", "complete", "13", 1, 2),
    ("nothing was included", "XE", "X", (), "none", (), 0, 0),
]


@pytest.mark.parametrize("case", STUDIES, ids=[case[0] for case in STUDIES])
def test_new_studies_and_reports_are_counted_only_where_that_can_be_known(case):
    _, database, website, included, included_list, previous, studies, reports = case
    before = [(name, "", "1", "") for name in previous]
    boxes = boxes_of(database, website, included=included, included_list=included_list, previous=before)
    assert (boxes["new_studies"].number, boxes["new_reports"].number) == (studies, reports)
    if studies is None:
        assert boxes["new_studies"].source == NEEDS_LIST
    if reports is None:
        nobody = {"W", "L"} & {database, website}
        assert boxes["new_reports"].source == (NEEDS_DECISIONS if nobody else NEEDS_ALL_DECISIONS)


SURE = ("high", "")


@pytest.mark.parametrize(
    ("why", "paper", "listed", "whole"),
    [
        ("the paper names each study with certainty", {"1": SURE, "2": SURE}, "12", True),
        ("people confirmed one of them", {"1": SURE, "2": ("confirmed", "")}, "12", True),
        ("people confirmed all", {"1": ("confirmed", "")}, "1", True),
        ("one study is doubtful", {"1": SURE, "2": ("low", "")}, "12", False),
        (
            "the paper contradicts itself on one",
            {"1": SURE, "2": ("high", "text: no")},
            "12",
            False,
        ),
        ("another source adds a study", {"1": SURE}, "12", False),
        ("another source lacks a study", {"1": SURE, "2": SURE}, "1", False),
        ("the paper names none", {}, "", False),
    ],
)
def test_the_list_of_studies_is_complete_only_if_the_paper_leaves_no_doubt(why, paper, listed, whole):
    rows_of_paper = [(name, *facts) for name, facts in paper.items()]
    assert (
        is_whole(table("study_id", list(listed)), table("study_id confidence contradiction", rows_of_paper))
        == whole
    )


def test_a_record_that_waits_is_not_counted_as_screened():
    waiting = [row for row in SMALL["decisions"] if row[0] != "pubmed:2"]
    _, number = flow(**SMALL | {"decisions": waiting})
    assert (number["records_waiting"], number["records_screened"]) == (1, 3)
    assert (number["records_excluded"], number["dbr_sought_reports"]) == (0, 3)
    assert number["new_studies"] is None
    assert number["new_reports"] is None


def test_two_reports_can_be_one_study():
    _, number = flow(**SMALL, included=1, included_list="complete")
    assert (number["new_studies"], number["new_reports"]) == (1, 2)


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


def test_the_total_of_an_update_names_what_was_withdrawn_and_is_unknown_while_the_new_studies_are():
    before = [("1", "", "2", ""), ("2", "", "1", "retracted")]
    boxes = boxes_of("I", previous=before)
    add_previous(boxes, table(PREVIOUS, before))
    assert boxes["total_studies"] == Count(2, "results/screening/previous.csv: 1 withdrawn")
    assert boxes["total_reports"] == Count(3, "results/screening/previous.csv: 1 withdrawn")
    assert boxes["previous_reports"] == Count(3, "results/screening/previous.csv")
    boxes = boxes_of("IW", previous=before[:1])
    add_previous(boxes, table(PREVIOUS, before[:1]))
    assert boxes["total_studies"] == Count(None, NEEDS_LIST)
    boxes = boxes_of("I", previous=before[:1])
    add_previous(boxes, table(PREVIOUS, before[:1]))
    assert boxes["total_studies"] == Count(2, "results/screening/previous.csv"), "nothing was withdrawn"


def test_a_machine_removes_only_what_a_database_found():
    """PRISMA 2020 has no box for records of other methods that a machine removes."""
    final, number = flow(
        ["embase:1", "pubmed:1", "web:1"], {"pubmed:1": "embase:1"}, late=["embase:1", "web:1"]
    )
    assert final == {
        "embase:1": "excluded_automatic:late",
        "pubmed:1": "duplicates",
        "web:1": "other_records_waiting",
    }
    assert (number["excluded_automatic"], number["other_records_waiting"]) == (1, 1)


def test_a_publication_is_where_the_copy_is_that_was_screened():
    records, clusters = SMALL["records"], SMALL["clusters"]
    frame, _ = frame_of(records, clusters)
    final, _ = flow(**SMALL)
    found = boxes_of_publications(frame, final)
    assert found["embase:1"] == "dbr_included", "not the box of its duplicate"
    assert found["cites:1"] == "other_included", "not the box of its twin that is known already"
    assert "duplicates" not in found.values()
    assert len(found) == len({clusters.get(name, name) for name in records})


def test_a_study_of_the_version_before_is_no_new_one():
    _, number = flow(
        **SMALL, included=3, included_list="complete", previous=[("1", "", "1", "")], update=True
    )
    assert (number["new_studies"], number["total_studies"]) == (2, 3)


def small():
    frame, by_database = frame_of(["pubmed:1", "pubmed:2"], {})
    final = place(frame, by_database, table("record_id stage decision reason", []), {}, set())
    boxes = count(frame, final, SOURCES, {}, ALL_KINDS)
    with_studies(boxes, frame, final, table("study_id record_id", []), "partial")
    return frame, final, boxes


def test_a_sum_that_does_not_hold_stops_the_run():
    records = ["pubmed:1", "pubmed:2"]
    frame, by_database = frame_of(records, {})
    decisions = table("record_id stage decision reason", [(name, TI, "exclude", "") for name in records])
    final = place(frame, by_database, decisions, {}, set())
    boxes = count(frame, final, SOURCES, {}, ALL_KINDS)
    with_studies(boxes, frame, final, table("study_id record_id", []), "none")
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
        "new_studies": Printed(61, "flow.csv", "abstract", "verified"),
        "database_results": Printed(999, "flow.csv", "figure 1", "verified"),
        "dbr_excluded": Printed(5, "flow.csv", "figure 1", "verified"),
        "dbr_excluded:wrong design": Printed(5, "flow.csv", "figure 1", "verified"),
        "previous_studies": Printed(40, "flow.csv", "figure 1", "verified"),
    }
    shown = {row["box"]: row for row in rows(boxes, published, {})}
    assert (shown["new_studies"]["count"], shown["new_studies"]["basis"]) == (61, "published")
    assert (shown["new_studies"]["source"], shown["new_studies"]["place"]) == ("flow.csv", "abstract")
    assert (shown["database_results"]["place"], shown["database_results"]["confidence"]) == ("", "")
    assert (shown["database_results"]["count"], shown["database_results"]["basis"]) == (2, "computed")
    assert (shown["dbr_assessed"]["count"], shown["dbr_assessed"]["basis"]) == ("", "unknown")
    assert "needs the screening decisions" in shown["dbr_assessed"]["source"]
    reason = shown["dbr_excluded:wrong design"]
    assert (reason["label"], reason["count"], reason["basis"]) == ("wrong design", 5, "published")
    assert shown["previous_studies"]["basis"] == "published"
    order = [box.split(":")[0] for box in shown]
    assert sorted(order, key=list(BOXES).index) == order


def test_a_published_reason_is_no_row_where_the_exclusions_were_counted_here():
    boxes = boxes_of("EI")
    published = dict.fromkeys(
        ("dbr_excluded:wrong design", "dbr_excluded"), Printed(5, "flow.csv", "figure 1", "verified")
    )
    shown = {row["box"]: row for row in rows(boxes, published, {})}
    assert "dbr_excluded:wrong design" not in shown
    assert (shown["dbr_excluded"]["count"], shown["dbr_excluded"]["basis"]) == (1, "computed")


def test_a_published_number_of_an_update_gives_way_to_the_one_that_is_counted():
    boxes = boxes_of("I")
    add_previous(boxes, table(PREVIOUS, [("1", "", "1", "")]))
    shown = {
        row["box"]: row
        for row in rows(boxes, {"previous_studies": Printed(40, "flow.csv", "figure 1", "verified")}, {})
    }
    assert (shown["previous_studies"]["count"], shown["previous_studies"]["basis"]) == (1, "computed")


def test_parts_of_a_box_follow_it_by_name_however_large_they_are_and_zero_is_a_number():
    frame, by_database = frame_of(["pubmed:1", "embase:1", "embase:2"], {})
    reasons = {"pubmed:1": "b", "embase:1": "b", "embase:2": "a: no control group"}
    decisions = [(name, FT, "exclude", reason) for name, reason in reasons.items()]
    final = place(frame, by_database, table("record_id stage decision reason", decisions), {}, set())
    boxes = count(frame, final, SOURCES, {}, ALL_KINDS)
    with_studies(boxes, frame, final, table("study_id record_id", []), "none")
    shown = [(row["box"], row["label"], row["count"]) for row in rows(boxes, {}, {})]
    at = shown.index(("dbr_excluded", "Reports excluded", 3))
    assert shown[at + 1 : at + 3] == [
        ("dbr_excluded:a: no control group", "a: no control group", 1),
        ("dbr_excluded:b", "b", 2),
    ]
    assert ("dbr_included", "Reports included from databases and registers", 0) in shown
    assert ("database_results:embase", "Embase", 2) in shown


@pytest.fixture
def written(tmp_path):
    """Return a function that runs the script on the tables of a review, and returns flow and last boxes."""
    tables = {
        "records": "record_id,input,title\npubmed:1,pubmed,One\nembase:1,embase,Two\nembase:2,embase,One\n"
        "trials:1,trials,Three\n",
        "clusters": "record_id,cluster_id\npubmed:1,embase:2\nembase:1,embase:1\nembase:2,embase:2\n"
        "trials:1,trials:1\n",
        "counts": "input,kind,set_aside\n",
        "ineligible": "record_id,rule,label,removed\n",
        "decisions": "record_id,stage,decision,reason\n",
        "votes": "record_id,stage,reviewer,kind\n",
        "conflicts": "record_id,stage,why\n",
        "included": "study_id,record_id,doi,pmid,title\n",
        "reports": "study_id,record_id,doi,pmid,title,note\n",
        "previous": "study_id,record_id,reports,withdrawn\n",
    }
    inputs = {
        "pubmed": ("search", "PubMed"),
        "embase": ("database", "Embase, Ovid"),
        "trials": ("register", "Trials"),
    }

    def run(paper=None, included_list="partial", has_previous=False, without="waiting", **rows_of_tables):
        for name, text in tables.items():
            (tmp_path / f"{name}.csv").write_text(text + rows_of_tables.get(name, ""), encoding="utf-8")
        if paper is not None:
            text = f"study_id,confidence,contradiction\n{paper}"
            (tmp_path / "paper.csv").write_text(text, encoding="utf-8")
        main(
            **{name: str(tmp_path / f"{name}.csv") for name in tables},
            published=(None, {}),
            paper_included=None if paper is None else str(tmp_path / "paper.csv"),
            inputs=inputs,
            has_previous=has_previous,
            included_list=included_list,
            stages=(TI, FT),
            without_decision=without,
            other_methods="none",
            flow=str(tmp_path / "flow.csv"),
            final_boxes=str(tmp_path / "final.csv"),
            list_differences=str(tmp_path / "differences.csv"),
        )
        shown = {row["box"]: row for row in rows_of(read_table(tmp_path / "flow.csv"))}
        return shown, rows_of(read_table(tmp_path / "final.csv"))

    return run


def test_a_study_that_decisions_include_and_the_list_lacks_is_written_with_its_title(written, tmp_path):
    judged = "trials:1,full_text,include,\nembase:1,title_abstract,exclude,\n"
    shown, final = written(
        included_list="complete", included="7,embase:2,,,Study 7\n8,embase:1,,,Study 8\n", decisions=judged
    )
    found = [tuple(row.values()) for row in rows_of(read_table(tmp_path / "differences.csv"))]
    assert found == [
        ("in the list, without a decision: counted as included", "7", "embase:2", "Study 7", "dbr_included"),
        ("in the list, excluded or not retrieved", "8", "embase:1", "Study 8", "records_excluded"),
        ("included by decision, missing from the list", "", "trials:1", "Three", "dbr_included"),
    ]
    assert (shown["new_studies"]["count"], shown["new_reports"]["count"]) == ("2", "2")
    assert {"record_id": "embase:2", "box": "dbr_included"} in final


@pytest.mark.parametrize(
    ("votes", "box"),
    [
        ("embase:1,title_abstract,Ann,\n", "dbr_included"),  # the first of two who must vote
        ("embase:1,title_abstract,gpt,machine\n", "records_waiting"),
        ("", "records_waiting"),
    ],
)
def test_a_listed_study_awaits_no_decision_where_people_voted(written, votes, box, tmp_path):
    _, final = written(included_list="complete", included="7,embase:2,,,Study 7\n", votes=votes)
    assert {"record_id": "embase:2", "box": box} in final
    found = [row["difference"] for row in rows_of(read_table(tmp_path / "differences.csv"))]
    assert found == ["in the list, without a decision: counted as included"] * (box == "dbr_included")


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("votes", "embase:2,title_abstract,Ann,\n"),  # one of two who must vote
        ("conflicts", "embase:2,title_abstract,reviewers differ\n"),
        ("decisions", "embase:2,title,include,\n"),  # ruled at the first of several stages
    ],
)
def test_a_record_that_somebody_judged_was_screened_though_nothing_is_decided(written, table, row):
    """pubmed:1 and embase:2 are copies; a model voted on trials:1, and nobody else."""
    found = {
        "votes": "trials:1,title_abstract,gpt,machine\n",
        "decisions": "embase:1,title_abstract,exclude,\n",
        "conflicts": "",
    }
    found[table] += row
    shown, final = written(without="never_screened", **found)
    boxes = {one["record_id"]: one["box"] for one in final}
    assert (boxes["embase:2"], boxes["trials:1"]) == ("records_waiting", "records_never_screened")
    assert (shown["records_waiting"]["count"], shown["records_never_screened"]["count"]) == ("1", "1")


def test_the_boxes_of_sources_say_what_could_not_be_read(written):
    shown, _ = written(counts="pubmed,search,0\nembase,database,3\ntrials,register,1\nsite,website,2\n")
    found = {box: row["set_aside"] for box, row in shown.items() if row["set_aside"]}
    assert found == {
        "database_results": "4",
        "database_results:embase": "3",
        "database_results:trials": "1",
        "database_results:pubmed": "0",
        "website_results": "2",
    }


def test_the_flow_and_the_last_boxes_are_written(written):
    shown, final = written(
        ineligible="embase:1,language,not in English,yes\nembase:2,x,x,no: suggested only\n",
        included="1,,,,\n",
    )
    assert (shown["excluded_automatic"]["count"], shown["records_waiting"]["count"]) == ("1", "2")
    assert shown["excluded_automatic:language"]["label"] == "not in English"
    assert shown["records_screened"]["basis"] == "unknown"
    assert shown["database_results:embase"]["label"] == "Embase, Ovid"
    assert shown["database_results:trials"]["label"] == "Trials (register)"
    assert final == [
        {"record_id": "embase:1", "box": "excluded_automatic:language"},
        {"record_id": "embase:2", "box": "records_waiting"},
        {"record_id": "pubmed:1", "box": "duplicates"},
        {"record_id": "trials:1", "box": "records_waiting"},
    ]


TRIAL_OUT = "trials:1,full_text,exclude,no data\n"


ALL_INCLUDED = "embase:1,full_text,include,\nembase:2,full_text,include,\n" + TRIAL_OUT


@pytest.mark.parametrize(
    ("paper", "studies"),
    [("1,high,\n2,high,\n", "2"), ("1,high,\n2,low,\n", ""), (None, "")],
    ids=["names all with certainty", "is not sure of one", "was not read"],
)
def test_a_partial_list_is_complete_if_the_paper_names_the_same_studies(written, paper, studies):
    shown, _ = written(paper=paper, decisions=ALL_INCLUDED, included="1,embase:1,,,\n2,embase:2,,,\n")
    assert shown["new_studies"]["count"] == studies
    assert shown["new_reports"]["count"] == "2"


@pytest.mark.parametrize(
    ("listed", "studies", "named"),
    [
        ("1,embase:1\n2,embase:1\n", "2", []),
        ("1,embase:1\n2,\n", "2", ["in the list, no record is known"]),
        ("1,embase:1\n2,embase:2\n", "2", ["in the list, excluded or not retrieved"]),
        ("1,embase:1\n2,embase:1\n3,\n", "3", ["in the list, no record is known"]),
    ],
    ids=["two studies in one report", "no record", "excluded", "both"],
)
def test_a_listed_study_without_an_included_report_is_named_and_stops_nothing(
    written, tmp_path, listed, studies, named
):
    one = "embase:1,full_text,include,\nembase:2,full_text,exclude,no data\n" + TRIAL_OUT
    rows = listed.replace("\n", ",,,\n")
    shown, _ = written(decisions=one, included=rows, included_list="complete")
    assert (shown["new_studies"]["count"], shown["new_reports"]["count"]) == (studies, "1")
    assert [row["difference"] for row in rows_of(read_table(tmp_path / "differences.csv"))] == named


def test_declared_reports_go_with_their_study_and_are_counted(written, tmp_path):
    """Study 1 has two reports, of which one has no decision; the trial was included and is in no list."""
    judged = "embase:1,full_text,include,\ntrials:1,full_text,include,\n"
    listed, more = "1,embase:1,,,One\n", "1,embase:2,,,Two,\n"
    shown, final = written(decisions=judged, included=listed, reports=more, included_list="complete")
    assert (shown["new_studies"]["count"], shown["new_reports"]["count"]) == ("1", "3")
    assert {"record_id": "embase:2", "box": "dbr_included"} in final
    named = [
        (row["difference"], row["record_id"]) for row in rows_of(read_table(tmp_path / "differences.csv"))
    ]
    assert named == [
        ("in the list, without a decision: counted as included", "embase:2"),
        ("included by decision, missing from the list", "trials:1"),
    ]


def test_without_a_list_reports_of_one_study_are_one_study(written):
    judged = "".join(f"{name},full_text,include,\n" for name in ("embase:1", "embase:2", "trials:1"))
    two = "A,embase:1,,,,\nA,embase:2,,,,\n"
    counts = {}
    for reports in ("", two, f"{two}B,embase:1,,,,\n"):
        shown, _ = written(decisions=judged, reports=reports, included_list="none")
        counts[reports] = shown["new_studies"]["count"], shown["new_reports"]["count"]
    assert list(counts.values()) == [("3", "3"), ("2", "3"), ("3", "3")]


def test_an_update_takes_the_records_of_its_studies_out_and_adds_their_numbers(written):
    shown, final = written(previous="9,embase:1,2,\n8,,1,\n", has_previous=True)
    assert (shown["previous_studies"]["count"], shown["excluded_other"]["count"]) == ("2", "1")
    assert {"record_id": "embase:1", "box": "excluded_other"} in final
    assert "previous_studies" not in written()[0]


@pytest.mark.parametrize(
    ("decisions", "box"),
    [
        ([("title", "include")], "records_waiting"),
        ([("title", "include"), ("abstract", "include")], "dbr_waiting"),
        ([("abstract", "include")], "dbr_waiting"),
        ([("title", "exclude")], "records_excluded"),
        ([("title", "include"), ("abstract", "exclude")], "records_excluded"),
        ([("title", "include"), ("full_text", "include")], "dbr_included"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(map(":".join, value)),
)
def test_a_record_goes_on_to_the_full_text_once_the_last_stage_before_it_includes_it(decisions, box):
    frame, by_database = frame_of(["pubmed:1"], {})
    judged = table("record_id stage decision reason", [("pubmed:1", *row, "") for row in decisions])
    final = place(frame, by_database, judged, {}, set(), stages=("title", "abstract", "full_text"))
    assert final == {"pubmed:1": box}


def test_a_review_may_begin_at_the_full_text():
    frame, by_database = frame_of(["pubmed:1", "pubmed:2"], {})
    judged = table("record_id stage decision reason", [("pubmed:1", "full_text", "include", "")])
    final = place(frame, by_database, judged, {}, set(), stages=("full_text",))
    assert final == {"pubmed:1": "dbr_included", "pubmed:2": "records_waiting"}
