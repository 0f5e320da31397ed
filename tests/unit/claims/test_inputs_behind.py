"""A missing input is known by what the settings, the claims or the decisions say of it."""

import pytest

from scripts.common.claims.inputs_behind import (
    Missing,
    kinds_behind,
    kinds_that_could_change,
    known_to_be_missing,
    missing_behind,
)
from tests.claims import claim, measured

AGREEMENT = {
    "agreement:kappa:title_abstract": measured("0.8"),
    "agreement:kappa:fear": measured("0.8", rests_on="codings"),
}
EMBASE, ANN, CODER = Missing("database", "embase"), Missing("decisions", "ann"), Missing("coding", "bea")
WEB, LIST, CHART = Missing("website", "github"), Missing("included", "list"), Missing("charting", "chart")


@pytest.mark.parametrize(
    ("measure", "names"),
    [
        ("flow:database_results", ["embase"]),
        ("flow:duplicates", ["embase", "github"]),
        ("flow:website_results", ["github"]),
        ("flow:records_screened", ["ann", "embase", "github", "list"]),
        ("flow:dbr_excluded:wrong population", ["ann", "embase", "github", "list"]),
        ("records", ["embase", "github"]),
        ("records:wos", []),
        ("records:embase", ["embase"]),
        ("flow:database_results:wos", []),
        ("flow:database_results:embase", ["embase"]),
        ("records:wos + records:scopus", []),
        ("records:wos + records:embase", ["embase"]),
        ("flow:records_screened - flow:records_excluded", ["ann", "embase", "github", "list"]),
        ("decided:full_text:include", ["ann", "embase", "github"]),
        ("recall", ["embase", "github", "list"]),
        ("year:first", ["list"]),
        ("studies:fear", ["bea", "list"]),
        ("mean:sample", ["chart", "list"]),
        ("agreement:kappa:title_abstract", ["ann", "embase", "github"]),
        ("agreement:kappa:fear", ["bea", "list"]),
        ("agreement:kappa:unheard", ["ann", "bea", "chart", "embase", "github", "list"]),
        ("themes:risks", []),
        ("categories", []),
    ],
)
def test_a_measure_lacks_the_missing_inputs_that_decide_its_value(measure, names):
    assert missing_behind(measure, AGREEMENT, [EMBASE, ANN, CODER, WEB, LIST, CHART]) == names


@pytest.mark.parametrize("known", [{}, {"included_known": measured("8", "at least")}])
def test_without_a_complete_list_decisions_say_of_how_many_studies_codes_are_known(known):
    for measure in ("percent:fear", "value:design:trial", "union:fear+hope"):
        assert {"decisions", "database", "flow", "numbers"} <= kinds_that_could_change(measure, known)
    assert "decisions" not in kinds_behind("percent:fear", known)
    assert "decisions" not in kinds_that_could_change("percent:fear", {"included_known": measured("8")})


@pytest.mark.parametrize(
    ("measure", "rests_on", "names"),
    [
        ("included_known", "list of included studies", ["ann", "bea", "list"]),
        ("included_known", "decisions", ["list"]),
        ("flow:new_studies", "list of included studies", ["ann", "bea", "embase", "github", "list"]),
        ("year:first", "list of included studies", ["list"]),
    ],
)
def test_a_list_counts_as_the_papers_only_if_no_file_of_people_is_missing(measure, rests_on, names):
    known = {measure: measured("8", rests_on=rests_on, measure=measure)}
    assert missing_behind(measure, known, [EMBASE, ANN, CODER, WEB, LIST, CHART]) == names


def test_where_people_decided_a_list_counts_as_the_papers_only_if_no_file_of_screening_is_missing():
    """Without all records and decisions these cannot show that they include the studies of the list."""
    known = {"included_known": measured("8", rests_on="list of included studies", measure="included_known")}
    decided = {**known, "votes:ann:exclude": measured("3")}
    assert missing_behind("included_known", known, [EMBASE]) == []
    assert missing_behind("included_known", decided, [EMBASE]) == ["embase"]


def test_a_missing_coding_sheet_is_no_reason_where_another_one_is_at_hand():
    known = {"included_known": measured("8", rests_on="list of included studies", measure="included_known")}
    coded = {**known, "studies_with_evidence": measured("8", rests_on="codings")}
    of_paper = {**known, "studies_with_evidence": measured("8", rests_on="the paper")}
    assert missing_behind("included_known", coded, [CODER, ANN]) == ["ann"]
    assert missing_behind("included_known", of_paper, [CODER]) == ["bea"]


def test_the_studies_of_an_earlier_version_are_not_counted_among_those_that_were_coded():
    before = [Missing("previous", "v1")]
    for measure in ("percent:fear", "studies:fear", "printed_percent:P2"):
        assert missing_behind(measure, {}, before) == ["v1"]
    assert missing_behind("included_known", {}, before) == []


def test_the_kinds_behind_an_expression_are_those_of_its_parts():
    assert kinds_behind("included_known / 2", {}) == {"included", "reports", "paper"}
    assert kinds_behind("themes:risks * 2", {}) == set()


def test_the_settings_name_all_inputs_and_sheets_of_one_name_are_counted():
    declared = {"database": ["wos", "embase"], "coding": ["bea", "bea"]}
    present = [("database", "wos"), ("coding", "bea"), ("website", "github")]
    assert known_to_be_missing(declared, present, {}, [], []) == [CODER, EMBASE]
    assert known_to_be_missing({}, present, {}, [], []) == []


def test_a_printed_number_of_an_input_that_is_not_there_shows_that_it_is_missing():
    claims = [
        claim(3, measure="records:embase - records:wos"),
        claim(4, measure="votes:ann:exclude"),
        claim(5, measure="flow:database_results:embase"),
        claim("x", needs="minutes"),
        claim(6, measure="votes:title_abstract:ann:exclude"),
    ]
    assert known_to_be_missing({}, [("database", "wos")], {}, claims, []) == [EMBASE, ANN]
    assert known_to_be_missing({}, [("register", "embase"), ("database", "wos")], {}, claims[:1], []) == []


def test_a_sheet_that_gave_votes_is_there_though_its_inputs_have_other_names():
    claims = [claim(4, measure="votes:reviews:maybe")]
    present = [("decisions", "titles"), ("decisions", "full_texts")]
    assert known_to_be_missing({}, present, {"votes:reviews:exclude": measured("9")}, claims, []) == []
    assert known_to_be_missing({}, present, {}, claims, []) == [Missing("decisions", "reviews")]


@pytest.mark.parametrize(
    ("record", "reason", "found"),
    [
        ("embase:12", "no record has this name", [EMBASE]),
        ("wos:12", "no record has this name", []),
        ("embase:12", "two records have this DOI", []),
        ("doi:10.1000/example", "no record has this name", []),
        ("https://example.org/a", "no record has this name", []),
        ("Pain: a review of reviews", "no record has this name", []),
        ("Telehealth in 2020", "no record has this name", []),
    ],
)
def test_a_decision_on_a_record_of_an_unknown_input_shows_that_the_input_is_missing(record, reason, found):
    rows = [{"record": record, "reason": reason}]
    assert known_to_be_missing({}, [("database", "wos")], {}, [], rows) == found
