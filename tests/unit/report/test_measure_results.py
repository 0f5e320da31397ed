"""Measures: what a claim is compared with; a published number is never a result of ours."""

import pandas as pd
import pytest

from scripts.common.claims.measures import measure_names
from scripts.common.claims.sentences import english
from scripts.common.coding.codebook import Code
from scripts.common.coding.codebook_forms import read_codebook
from scripts.common.files.tables import read_table, rows_of, write_table
from scripts.common.screening.flow import BOXES, NEEDS_DECISIONS, NEEDS_LIST, NEEDS_OTHER
from scripts.report.measure_results import (
    DECIDED,
    INCLUDED,
    code_measures,
    counts_the_search,
    flow_measures,
    main,
    single_measures,
)
from tests.codebooks import ONE_CODE

CODES = [
    Code("benefits", "", 1, "Benefits", "益处", "", "", True),
    Code("speed", "benefits", 2, "Speed", "快", "", "", True),
    Code("reach", "benefits", 2, "Reach", "广", "", "", True),
    Code("cost", "benefits", 2, "Cost", "费", "", "", True),
]


CODED = pd.DataFrame({"study_id": ["1"], "code": ["speed"], "coder": ["ann"]})
PAPERS_OWN = CODED.assign(coder="published")


def themes(**known):
    """Return themes.csv: code=(studies, bound), of 60 studies."""
    rows = []
    for name in ("benefits", "speed", "reach", "cost"):
        studies, bound = known.get(name, ("", "unknown"))
        percent = f"{100 * int(studies) / 60:.1f}" if studies else ""
        rows.append(
            {
                "code": name,
                "studies": studies,
                "percent": percent,
                "of": "60",
                "bound": bound,
                "study_ids": "",
            }
        )
    return pd.DataFrame(rows)


def by_name(found):
    return {item.measure: item for item in found}


def test_equal_codes_share_their_rank_and_the_next_is_counted_from_above():
    table = themes(benefits=("9", "exact"), speed=("6", "exact"), reach=("6", "exact"), cost=("2", "exact"))
    found = by_name(code_measures(CODES, table, CODED))
    assert [found[f"rank:{name}"].value for name in ("speed", "reach", "cost")] == ["1", "1", "3"]
    assert english(found["rank:speed"].note) == "shared with reach"
    assert found["studies:cost"].value == "2"
    assert found["percent:speed"].value == "10.0"


def test_no_rank_is_given_while_one_sibling_s_list_is_open():
    table = themes(speed=("6", "exact"), reach=("4", "at least"), cost=("2", "exact"))
    rank = by_name(code_measures(CODES, table, CODED))["rank:speed"]
    assert (rank.value, rank.bound) == ("", "unknown")
    assert english(rank.note) == "the whole list of studies for reach (a coding sheet)"


def test_no_rank_is_given_while_siblings_are_not_known():
    table = themes(speed=("6", "exact"), reach=("4", "exact"), cost=("2", "exact"))
    some = [CODES[0]._replace(children_known=False), *CODES[1:]]
    found = by_name(code_measures(some, table, CODED))
    assert english(found["rank:speed"].note) == "all codes below benefits; only 3 known here"
    assert (found["themes:benefits"].value, found["themes:benefits"].bound) == ("3", "at least")


def test_children_are_counted_and_named_from_the_codebook():
    found = by_name(code_measures(CODES, themes(), CODED))
    assert (found["themes:benefits"].value, found["themes:benefits"].bound) == ("3", "exact")
    assert found["children:benefits"].value == "speed; reach; cost"
    assert found["themes:speed"].value == "0"


def test_an_unknown_code_says_what_it_needs():
    found = by_name(code_measures(CODES, themes(), CODED))
    assert (found["studies:cost"].bound, found["percent:cost"].bound) == ("unknown", "unknown")
    assert english(found["studies:cost"].note) == "the list of studies for cost (a coding sheet)"


FLOW = pd.DataFrame(
    [
        ("records_screened", "10", "computed", "unique.csv"),
        ("database_results:embase", "7", "computed", "embase.csv"),
        ("new_studies", "61", "published", "flow.csv (abstract)"),
        ("dbr_assessed", "", "unknown", NEEDS_DECISIONS),
    ],
    columns=pd.Index(["box", "count", "basis", "source"]),
)


def test_a_published_number_in_the_flow_confirms_nothing():
    found = by_name(flow_measures(FLOW))
    assert (found["flow:records_screened"].value, found["flow:records_screened"].bound) == ("10", "exact")
    assert (found["flow:new_studies"].value, found["flow:new_studies"].bound) == ("", "unknown")
    assert "included_list: complete" in english(found["flow:new_studies"].note)
    assert english(found["flow:dbr_assessed"].note).startswith("the screening decisions")
    assert set(found) == {f"flow:{box}" for box in (*BOXES, "database_results:embase")}
    assert found["flow:database_results:embase"].value == "7"
    assert found["flow:total_studies"].bound == "unknown", "a review without a version before has no such box"


def test_while_records_wait_the_boxes_behind_are_lower_bounds():
    waiting = {"box": "records_waiting", "label": "x", "count": "1", "basis": "computed", "source": "x"}
    found = by_name(flow_measures(pd.concat([FLOW, pd.DataFrame([waiting])], ignore_index=True)))
    assert (found["flow:records_screened"].value, found["flow:records_screened"].bound) == ("10", "at least")


def test_without_a_source_of_other_methods_the_included_reports_are_a_lower_bound():
    rows = [
        {
            "box": "dbr_included",
            "count": "3",
            "basis": "computed",
            "source": "results/screening/decisions.csv",
        },
        {"box": "other_included", "count": "", "basis": "unknown", "source": NEEDS_OTHER},
        {"box": "new_reports", "count": "", "basis": "unknown", "source": NEEDS_OTHER},
    ]
    found = by_name(flow_measures(pd.DataFrame([row | {"label": "x"} for row in rows])))
    assert (found["flow:new_reports"].value, found["flow:new_reports"].bound) == ("3", "at least")
    assert "screening.other_methods: none" in english(found["flow:other_included"].note)
    rows[0] |= {"count": "", "basis": "unknown", "source": NEEDS_DECISIONS}
    found = by_name(flow_measures(pd.DataFrame([row | {"label": "x"} for row in rows])))
    assert found["flow:new_reports"].bound == "unknown"


def single(studies, all_categories=True):
    return by_name(
        single_measures(
            CODES,
            all_categories,
            pd.DataFrame({"study_id": ["10", "11"]}),
            pd.DataFrame({"retrieved": ["yes", "no"]}),
            pd.DataFrame({"study_id": studies, "coder": "ann"}, dtype=str),
        )
    )


def test_the_review_as_a_whole():
    found = single(["9", "70", "9", "10"])
    assert (found["categories"].value, found["categories"].bound) == ("1", "exact")
    assert (found["included_known"].value, found["included_retrieved"].value) == ("2", "1")
    assert found["studies_with_evidence"].value == "3"
    assert found["study_numbers"].value == "9-70"
    assert single(["9"], all_categories=False)["categories"].bound == "at least"


@pytest.mark.parametrize(("studies", "note"), [([], "a coding sheet"), (["9", "Doe 2019"], "")])
def test_studies_without_numbers_have_no_range_of_numbers(studies, note):
    found = single(studies)
    assert found["study_numbers"].bound == "unknown"
    assert english(found["studies_with_evidence"].note) == note


def test_every_measure_that_a_claim_may_name_is_written(tmp_path):
    book = ONE_CODE.replace("children_known: all", "children_known: some")
    (tmp_path / "codebook.yaml").write_text(book, encoding="utf-8")
    flow = [{"box": box, "count": "", "basis": "unknown", "source": NEEDS_LIST} for box in BOXES]
    write_table(flow, tmp_path / "flow.csv", ("box", "count", "basis", "source"))
    theme = {"code": "risks", "studies": "2", "percent": "", "of": "", "bound": "at least", "study_ids": ""}
    write_table([theme], tmp_path / "themes.csv", tuple(theme))
    for name, columns in (
        ("included", ("study_id", "year")),
        ("reports", ("study_id",)),
        ("recall", ("retrieved",)),
        ("evidence", ("study_id", "code", "coder")),
        ("counts", ("input", "kind", "records")),
        ("unique", ("record_id",)),
        ("votes", ("sheet", "decision", "record_id")),
        ("list_differences", ("difference",)),
        ("decisions", ("stage", "decision")),
        ("screening_agreement", ("stage",)),
        ("agreement", ("code",)),
    ):
        write_table([], tmp_path / f"{name}.csv", columns)
    main(
        codebook=str(tmp_path / "codebook.yaml"),
        included_list="none",
        included_file=None,
        archive=None,
        measures=str(tmp_path / "measures.csv"),
        tables={path.stem: str(path) for path in tmp_path.glob("*.csv")},
    )
    rows = {row["measure"]: row for row in rows_of(read_table(tmp_path / "measures.csv"))}
    always = measure_names(read_codebook(str(tmp_path / "codebook.yaml")))
    assert list(rows)[: len(always)] == always
    assert all(row["what"] for row in rows.values())
    assert rows["studies:risks"]["what"] == "studies with Risks"
    assert (rows["categories"]["value"], rows["categories"]["bound"]) == ("1", "at least")
    assert (rows["studies:risks"]["value"], rows["studies:risks"]["bound"]) == ("2", "at least")
    assert "the number of included studies" in rows["percent:risks"]["note"]


@pytest.mark.parametrize(("basis", "place"), [("codings", ""), ("list of included studies",) * 2])
def test_what_the_list_of_included_studies_rests_on_decides_its_numbers(basis, place):
    row = {"box": "new_studies", "count": "96", "basis": "computed", "source": INCLUDED, "label": "x"}
    included, recall = pd.DataFrame({"study_id": ["1"]}), pd.DataFrame({"retrieved": ["yes"]})
    evidence = pd.DataFrame({"study_id": [], "coder": []}, dtype=str)
    found = by_name(flow_measures(pd.DataFrame([row]), list_rests_on=basis)) | by_name(
        single_measures(CODES, True, included, recall, evidence, list_rests_on=basis)
    )
    for name in ("flow:new_studies", "included_known"):
        assert (found[name].rests_on, found[name].place) == (basis, place)


@pytest.mark.parametrize(
    ("kept", "bound"), [("complete", "exact"), ("partial", "at least"), ("none", "unknown")]
)
def test_a_list_of_included_studies_that_is_not_whole_gives_no_exact_count(kept, bound):
    included = pd.DataFrame({"study_id": ["1"]}, dtype=str)
    recall = pd.DataFrame({"retrieved": ["yes"]}, dtype=str)
    evidence = pd.DataFrame({"study_id": [], "coder": []}, dtype=str)
    found = by_name(single_measures(CODES, True, included, recall, evidence, kept))
    for name in ("included_known", "included_retrieved"):
        assert found[name].bound == bound
        assert ("kind included" in english(found[name].note)) == (bound == "unknown")


def test_the_order_of_codes_shows_ties_and_leaves_out_what_is_not_counted_whole():
    table = themes(speed=("6", "exact"), reach=("6", "exact"), cost=("9", "exact"))
    assert by_name(code_measures(CODES, table, CODED))["order:benefits"].value == "cost > reach = speed"
    table = themes(speed=("6", "exact"), reach=("6", "at least"), cost=("9", "exact"))
    order = by_name(code_measures(CODES, table, CODED))["order:benefits"]
    assert (order.value, order.bound) == ("cost > speed", "at least")
    none = by_name(code_measures(CODES, themes(), CODED))["order:benefits"]
    assert (none.bound, english(none.note)) == (
        "unknown",
        "the whole list of studies for speed; reach; cost (a coding sheet)",
    )


@pytest.mark.parametrize(
    ("source", "transcribed", "rests_on", "bound"),
    [
        ("results/records/records.csv", False, "records", "exact"),
        ("results/records/records.csv", True, "", "unknown"),
        ("results/screening/decisions.csv", False, "decisions", "exact"),
        ("results/screening/decisions.csv", True, "decisions", "exact"),
        ("results/screening/included.csv", False, "list of included studies", "exact"),
        ("results/screening/included.csv", True, "list of included studies", "exact"),
    ],
)
def test_a_box_says_what_its_number_rests_on(source, transcribed, rests_on, bound):
    box = "duplicates" if "records.csv" in source else "new_studies"
    flow = pd.DataFrame([{"box": box, "count": "3", "basis": "computed", "source": source}])
    box = by_name(flow_measures(flow, transcribed))[f"flow:{box}"]
    assert (box.rests_on, box.bound) == (rests_on, bound)
    assert ("archive of the search is a transcription" in english(box.note)) == (bound == "unknown")


@pytest.mark.parametrize(
    ("box", "of_the_search"),
    [
        ("database_results", True),
        ("database_results:pubmed", True),
        ("database_results:embase", False),
        ("duplicates", True),
        ("excluded_automatic:language", True),
        ("citations_results", False),
        ("records_screened", False),
    ],
)
def test_a_transcribed_search_leaves_open_only_what_counts_its_records(box, of_the_search):
    assert counts_the_search(box) == of_the_search


def test_codes_rest_on_the_paper_if_only_its_own_lists_were_coded():
    placed = [code._replace(place=f"heading {n}") for n, code in enumerate(CODES, 1)]
    table = themes(benefits=("6", "exact"), speed=("6", "exact"), reach=("6", "exact"), cost=("9", "exact"))
    found = by_name(code_measures(placed, table, PAPERS_OWN))
    assert (found["studies:benefits"].rests_on, found["studies:benefits"].place) == ("the paper", "heading 1")
    assert found["children:benefits"].place == "heading 2; heading 3; heading 4"
    found = by_name(code_measures(placed, table, pd.concat([PAPERS_OWN, CODED])))
    for measure in ("studies:benefits", "studies:speed", "percent:speed", "rank:speed", "order:benefits"):
        assert (found[measure].rests_on, found[measure].place) == ("codings", "")
    assert found["studies:cost"].rests_on == "the paper"
    assert found["themes:benefits"].rests_on == "the paper", "the codebook is the paper's, whoever coded"


@pytest.mark.parametrize(
    ("kept", "other", "studies", "reports"),
    [
        ("none", "computed", ("7", "at least"), ("7", "at least")),
        ("partial", "computed", ("", "unknown"), ("7", "at least")),
        ("none", "unknown", ("", "unknown"), ("", "unknown")),
    ],
)
def test_one_record_that_waits_leaves_what_was_included_so_far_as_a_lower_bound(
    kept, other, studies, reports
):
    rows = [
        ("dbr_waiting", "1", "computed", DECIDED),
        ("dbr_included", "6", "computed", DECIDED),
        ("other_included", "1" if other == "computed" else "", other, NEEDS_DECISIONS),
        ("new_studies", "", "unknown", NEEDS_LIST),
        ("new_reports", "", "unknown", NEEDS_DECISIONS),
    ]
    flow = pd.DataFrame(rows, columns=["box", "count", "basis", "source"])
    found = by_name(flow_measures(flow, included_list=kept))
    assert (found["flow:new_studies"].value, found["flow:new_studies"].bound) == studies
    assert (found["flow:new_reports"].value, found["flow:new_reports"].bound) == reports
    declared = by_name(flow_measures(flow, included_list=kept, reports_declared=True))
    assert declared["flow:new_studies"].bound == "unknown", "a study may have several of the reports"
    assert declared["flow:new_reports"] == found["flow:new_reports"]
