"""Measures of records, decisions, agreement, years and charted values, counted by hand."""

import pytest

from scripts.common.claims.measures import Source
from scripts.common.claims.measuring import (
    agreement_measures,
    basis_of_list,
    charting_measures,
    decision_measures,
    extreme_measures,
    printed_measures,
    recall_measure,
    record_measures,
    year_measures,
)
from scripts.common.claims.sentences import english


def values(found):
    return {item.measure: (item.value, item.bound) for item in found}


COUNTS = [
    {"input": "pubmed", "kind": "search", "records": "6"},
    {"input": "wos", "kind": "database", "records": "8"},
]


def test_records_are_counted_per_input_and_in_all():
    assert values(record_measures(COUNTS, 11)) == {
        "records:pubmed": ("6", "exact"),
        "records:wos": ("8", "exact"),
        "records": ("14", "exact"),
        "unique": ("11", "exact"),
        "duplicates": ("3", "exact"),
    }


def test_a_transcribed_search_gives_no_number_of_records():
    found = values(record_measures(COUNTS, 11, transcribed=True))
    assert found["records:wos"] == ("8", "exact")
    assert {found[name] for name in ("records:pubmed", "records", "unique", "duplicates")} == {
        ("", "unknown")
    }


def test_without_records_their_number_is_not_known_and_not_zero():
    assert set(values(record_measures([], 0)).values()) == {("", "unknown")}


@pytest.mark.parametrize(
    ("kept", "value", "bound"),
    [("complete", "66.7", "exact"), ("partial", "", "unknown"), ("none", "", "unknown")],
)
def test_recall_needs_the_whole_list_of_included_studies(kept, value, bound):
    recall = [{"retrieved": word} for word in ("yes", "no", "yes")]
    found = recall_measure(recall, kept)
    assert (found.value, found.bound) == (value, bound)
    assert recall_measure([], "complete").bound == "unknown"
    if bound == "exact":
        assert (found.number, found.of) == ("2", "3")


def test_years_of_the_included_studies():
    included = [{"year": year} for year in ("2019", "2021", "2019")]
    assert values(year_measures(included, "complete")) == {
        "year:first": ("2019", "exact"),
        "year:last": ("2021", "exact"),
        "year:2019": ("2", "exact"),
        "year:2020": ("0", "exact"),
        "year:2021": ("1", "exact"),
    }
    assert values(year_measures(included, "partial"))["year:2019"] == ("2", "at least")
    assert values(year_measures([*included, {"year": ""}], "complete"))["year:first"] == ("", "unknown")
    assert values(year_measures([], "complete")).keys() == {"year:first", "year:last"}


def pair(**row):
    return {
        **dict.fromkeys(("percent", "positive", "negative", "pabak", "ac1", "alpha"), ""),
        "kappa": "0.821",
        "n": "1482",
        **row,
    }


def test_agreement_is_named_by_stage_and_pair():
    two = [pair(stage="title_abstract", reviewer_a="ann", reviewer_b="bob")]
    found = values(agreement_measures(two, []))
    assert found["agreement:kappa:title_abstract"] == ("0.821", "exact")
    assert found["agreement:kappa:title_abstract:ann:bob"] == ("0.821", "exact")
    assert found["agreement:n:title_abstract"] == ("1482", "exact")
    assert found["agreement:alpha:title_abstract"] == ("", "unknown")
    three = [*two, pair(stage="title_abstract", reviewer_a="ann", reviewer_b="eve", kappa="0.5")]
    found = values(agreement_measures(three, []))
    assert "agreement:kappa:title_abstract" not in found, "of three pairs none is that of the stage"
    assert found["agreement:kappa:title_abstract:ann:eve"] == ("0.5", "exact")


def test_agreement_on_a_code_is_that_of_all_coders_and_of_each_pair():
    rows = [
        pair(code="speed", coder_a="(all)", coder_b="(all)", kappa="undefined"),
        pair(code="speed", coder_a="ann", coder_b="bob"),
    ]
    found = values(agreement_measures([], rows))
    assert found["agreement:kappa:speed"] == ("", "unknown"), "undefined is no number"
    assert found["agreement:kappa:speed:ann:bob"] == ("0.821", "exact")


def test_decisions_are_counted_per_sheet_reviewer_and_stage():
    votes = [
        {"sheet": "config/inputs/title.csv", "stage": "title", "round": "", "reviewer": reviewer,
         "decision": "exclude", "record_id": name}
        for name, reviewer in (("a:1", "ann"), ("a:2", "ann"), ("a:2", "bob"))
    ]  # fmt: skip
    votes.append(votes[2] | {"record_id": "a:1", "round": "pilot"})  # bob's later vote is another one
    decisions = [{"stage": "full_text", "decision": "include"}] * 2
    assert values(decision_measures(votes, decisions)) == {
        "votes:title:exclude": ("2", "exact"),
        "votes:title:ann:exclude": ("2", "exact"),
        "votes:title:bob:exclude": ("1", "exact"),
        "decided:full_text:include": ("2", "exact"),
    }


def charted(**variables):
    return [
        {"study_id": str(study), "variable": name, "final": value}
        for name, given in variables.items()
        for study, value in enumerate(given, 1)
    ]


CHART = charted(design=("trial", "cohort; trial", "survey"), size=("10", "20.5", "3"))


def test_charted_values_are_counted_and_can_be_joined():
    found = values(charting_measures(CHART))
    assert found["value:design:trial"] == ("2", "exact")
    assert found["value_ids:design:trial"] == ("1; 2", "exact")
    assert found["percent_value:design:survey"] == ("33.3", "exact")


def test_charted_numbers_have_sum_mean_median_and_range_by_group():
    found = values(charting_measures(CHART))
    assert [found[f"{name}:size"][0] for name in ("sum", "mean", "median", "lowest", "highest")] == [
        "33.5",
        "11.166667",
        "10",
        "3",
        "20.5",
    ]
    assert found["mean:size@design:trial"] == ("15.25", "exact")
    assert "sum:design" not in found
    assert "mean:size@size:10" not in found


def test_a_value_that_coders_still_differ_on_gives_lower_bounds_only():
    found = values(charting_measures([*CHART, {"study_id": "4", "variable": "design", "final": "open"}]))
    assert found["value:design:trial"] == ("2", "at least")
    assert not [name for name in found if "@design" in name]
    found = values(charting_measures([*CHART, {"study_id": "4", "variable": "size", "final": "open"}]))
    assert "mean:size" not in found


def a_printed(name, value, kind="count", of="", at="abstract, paragraph 1, sentence 1"):
    return {"printed_id": name, "kind": kind, "name": "", "value": value, "of": of, "printed_at": at}


def test_a_percentage_rests_on_its_sentence_or_on_the_list_of_included_studies():
    printed = [
        a_printed("P1", "12"),
        a_printed("P2", "6", "share"),
        a_printed("P3", "6", "share", of="8"),
        a_printed("P4", "Embase", "database"),
        a_printed("P5", "30", "share"),
    ]
    included = Source("studies", "included.csv").known("flow:new_studies", 24, "exact", "")
    found = list(printed_measures(printed, included))
    assert values(found) == {
        "printed:P1": ("12", "exact"),
        "printed:P2": ("6", "exact"),
        "printed_percent:P2": ("25.0", "exact"),
        "printed:P3": ("6", "exact"),
        "printed_percent:P3": ("75.0", "exact"),
        "printed:P5": ("30", "exact"),
    }
    by_name = {one.measure: one for one in found}
    assert by_name["printed_percent:P2"].place == "list of included studies"
    assert by_name["printed_percent:P3"].place == by_name["printed:P1"].place == printed[0]["printed_at"]


@pytest.mark.parametrize("bound", ["at least", "unknown"])
def test_no_percentage_is_of_a_number_of_studies_that_is_not_known_exactly(bound):
    included = Source("studies", "included.csv").known("flow:new_studies", 24, bound, "")
    for known in (included, None):
        assert values(printed_measures([a_printed("P2", "6", "share")], known)) == {
            "printed:P2": ("6", "exact")
        }


def theme(studies, bound="exact"):
    return {"studies": studies, "bound": bound}


def test_most_and_least_common_codes_include_ties():
    themes = {"a": theme("3"), "b": theme("3"), "c": theme("1")}
    below = {"top": ["a", "b", "c"], "a": []}
    sources = dict.fromkeys(below, Source("studies", "themes.csv"))
    found = list(extreme_measures(themes, below, sources))
    assert values(found)["most:top"] == ("a; b", "exact")
    assert values(found)["least:top"] == ("c", "exact")
    assert values(found)["most:a"] == ("", "unknown")
    (most, _) = list(extreme_measures(themes | {"c": theme("1", "at least")}, {"top": ["a", "c"]}, sources))
    assert (most.bound, "studies for c" in english(most.note)) == ("unknown", True)


OPEN = [{"box": "dbr_waiting", "count": "1"}]
VOTE, CODE = {"sheet": "config/inputs/list.xlsx#Round 1"}, {"sheet": "config/inputs/list.csv", "coder": "ann"}


@pytest.mark.parametrize(
    ("path", "votes", "evidence", "flow", "differences", "kept", "basis"),
    [
        ("list.xlsx", [VOTE], [], [], [{}], "partial", "decisions"),  # people decided in that very file
        ("list.csv", [VOTE], [CODE], [], [{}], "complete", "codings"),  # people coded in it
        ("list.csv", [], [{**CODE, "coder": "published"}], [], [], "complete", "list of included studies"),
        ("list.csv", [VOTE], [], [], [], "complete", "decisions"),  # all decisions include the same studies
        ("list.csv", [VOTE], [], OPEN, [], "complete", "list of included studies"),
        ("list.csv", [VOTE], [], [], [{}], "complete", "list of included studies"),
        ("list.csv", [VOTE], [], [], [], "partial", "list of included studies"),
        ("list.csv", [], [], [], [], "complete", "list of included studies"),
    ],
)
def test_a_list_is_data_where_people_decided_or_coded_in_it_or_decisions_give_the_same_studies(
    path, votes, evidence, flow, differences, kept, basis
):
    assert basis_of_list(f"config/inputs/{path}", votes, evidence, flow, differences, kept) == basis


def test_without_a_list_no_sheet_is_taken_for_it():
    assert basis_of_list(None, [{"sheet": ""}], [], OPEN, [], "none") == "list of included studies"
