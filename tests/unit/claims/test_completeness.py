"""Without a list of all inputs a difference is shown and not judged: a missing file could be why."""

import pytest
import yaml

from scripts.common.claims.completeness import Unlisted, unless_files_may_be_missing, unlisted
from scripts.common.claims.expressions import resolve
from scripts.common.claims.inputs_behind import Missing
from scripts.common.claims.judging import judge
from scripts.common.claims.sentences import english
from scripts.common.review.inputs import KINDS
from tests.claims import claim, measured

OF_THE_LIST = {"place": "list of included studies"}
KNOWN = {
    name: measured(value, measure=name, rests_on=rests_on, **more)
    for name, value, rests_on, more in (
        ("flow:database_results", "90", "records", {}),
        ("records:wos", "40", "records", {}),
        ("unique", "80", "records", {}),
        ("flow:dbr_excluded", "20", "decisions", {}),
        ("agreement:kappa:fear", "0.7", "codings", {}),
        ("included_known", "12", "list of included studies", OF_THE_LIST),
        ("year:first", "2001", "list of included studies", OF_THE_LIST),
        ("recall", "83.3", "records", {"number": "10", "of": "12"}),
        ("studies:fear", "5", "codings", {}),
        ("rank:fear", "2", "codings", {}),
        ("study_ids:fear", "1; 2", "codings", {}),
        ("study_ids:hope", "2; 3", "codings", {}),
        ("value:design:trial", "3", "codings", {}),
        ("mean:sample", "40.5", "codings", {}),
        ("themes:fear", "4", "the paper", {"place": "heading 3"}),
        ("printed:P1", "7", "the paper", {"place": "heading 3"}),
        (
            "printed_percent:P1",
            "70",
            "the paper",
            {"place": "heading 3", "number": "7", "of": "10"},
        ),
        ("printed_percent:P2", "25", "the paper", OF_THE_LIST | {"number": "3", "of": "12"}),
    )
}
SETTING = "inputs: {coding: [ann]}"
NO_LIST, LISTED = Unlisted(frozenset(KINDS), SETTING), Unlisted(frozenset(), "")
CANNOT, CONTRADICTORY = "cannot be checked", "contradictory as printed"
EQUAL = "recomputed and equal"


def verdicts(measure, published):
    """Return the result where nothing lists the inputs, and where the review lists them."""
    it, found = claim(published, measure=measure), resolve(measure, KNOWN)
    without, listed = (
        unless_files_may_be_missing(judge(it, found), it, found, KNOWN, [], listed)
        for listed in (NO_LIST, LISTED)
    )
    return without, listed.verdict


@pytest.mark.parametrize(
    ("measure", "published", "verdict"),
    [
        ("flow:database_results", 91, "differs"),
        ("flow:database_results", 89, "differs"),
        ("unique", 79, "differs"),  # verdicts on duplicates may be missing
        ("flow:dbr_excluded", 21, "differs"),
        ("agreement:kappa:fear", 0.6, "differs"),
        ("recall", 80, "differs"),
        ("studies:fear", 4, "differs"),  # a coder who says absent may be missing
        ("studies:fear", 6, "differs"),
        ("rank:fear", 3, "differs"),
        ("union:fear+hope", 4, "differs"),
        ("value:design:trial", 4, "differs"),
        ("mean:sample", 41.5, "differs"),
        ("included_known", 13, CONTRADICTORY),  # the list may be a file that is missing
        ("year:first", 2000, CONTRADICTORY),
        ("printed_percent:P2", 26, CONTRADICTORY),
        ("records:wos + unique", 121, "differs"),  # one of its parts may lack a file
    ],
)
def test_a_difference_is_shown_and_not_judged_until_the_review_lists_its_inputs(measure, published, verdict):
    without, listed = verdicts(measure, published)
    assert (without.verdict, without.rests_on, listed) == (CANNOT, "", verdict)
    assert english(without.reproduced), "our number is still shown"
    assert english(without.difference), "and how far it is from the printed one"
    assert f"if none is: {SETTING}" in english(without.reason)


@pytest.mark.parametrize(
    ("measure", "published", "verdict"),
    [
        ("records:wos", 41, "differs"),  # its own file is here
        ("records:wos / 5", 9, "differs"),
        ("themes:fear", 5, CONTRADICTORY),
        ("printed:P1", 8, CONTRADICTORY),  # a review has one paper
        ("printed_percent:P1", 71, CONTRADICTORY),
        ("unique", 80, "recomputed and equal"),
        ("included_known", 12, "consistent"),
    ],
)
def test_what_no_missing_file_can_explain_is_judged_without_a_list(measure, published, verdict):
    without, listed = verdicts(measure, published)
    assert (without.verdict, listed) == (verdict, verdict)


def test_without_a_complete_list_a_missing_sheet_of_decisions_explains_a_difference_of_codes():
    """How many studies there are says whether all were coded, so whether a count of codes is final."""
    gone = [Missing("decisions", "ann")]
    partial = {**KNOWN, "included_known": measured("12", "at least")}
    for published, known, verdict in ((6, KNOWN, "differs"), (6, partial, CANNOT), (5, partial, EQUAL)):
        it, found = claim(published, measure="studies:fear"), known["studies:fear"]
        result = unless_files_may_be_missing(judge(it, found), it, found, known, gone, LISTED)
        assert result.verdict == verdict
        assert ("Needs the input ann" in english(result.reason)) == (verdict == CANNOT)


def test_a_claim_without_a_measure_stays_as_it_is():
    it = claim(3, needs="a log")
    result = judge(it, None)
    assert unless_files_may_be_missing(result, it, None, KNOWN, [], NO_LIST) == result


PRESENT = [("database", "wos"), ("coding", "Ann, first"), ("coding", "1"), ("rulings", "adjudication")]
ALL = {"database": ["wos"], "coding": ["Ann, first", "1"], "rulings": ["adjudication"]}


def test_the_list_to_add_is_yaml_in_one_line_that_names_every_input_by_its_kind():
    found = unlisted({}, PRESENT)
    assert "\n" not in found.setting
    assert yaml.safe_load(found.setting) == {"inputs": ALL}
    assert found.kinds == set(KINDS)


@pytest.mark.parametrize(
    ("left_out", "kinds"),
    [((), set()), (("database",), {"database"}), (("rulings",), {"coding"}), (("coding",), {"coding"})],
)
def test_a_kind_that_the_list_leaves_out_may_lack_files_and_rulings_are_of_what_they_settle(left_out, kinds):
    found = unlisted({kind: names for kind, names in ALL.items() if kind not in left_out}, PRESENT)
    assert found.kinds == kinds
    assert yaml.safe_load(found.setting) == {"inputs": ALL}


def test_a_difference_is_judged_where_all_kinds_behind_it_are_listed():
    for measure, published, kind, verdict in (
        ("unique", 79, "coding", "differs"),
        ("unique", 79, "website", CANNOT),
        ("studies:fear", 6, "coding", CANNOT),
        ("studies:fear", 6, "decisions", "differs"),
    ):
        it, found = claim(published, measure=measure), KNOWN[measure]
        left_out = Unlisted(frozenset((kind,)), SETTING)
        result = unless_files_may_be_missing(judge(it, found), it, found, KNOWN, [], left_out)
        assert result.verdict == verdict, (measure, kind)
