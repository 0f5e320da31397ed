"""A number that is too small differs only where no export can be missing."""

import pytest

from scripts.common.claims.completeness import (
    Completeness,
    shown_whole,
    uncoded_studies,
    unless_files_are_missing,
)
from scripts.common.claims.expressions import resolve
from scripts.common.claims.judging import judge
from scripts.common.claims.sentences import english
from tests.claims import claim, measured

KNOWN = {
    name: measured(value, measure=name, rests_on=rests_on, **more)
    for name, value, rests_on, more in (
        ("flow:database_results", "90", "records", {}),
        ("flow:citations_results", "9", "records", {}),
        ("records:wos", "40", "records", {}),
        ("flow:records_screened", "60", "decisions", {}),
        ("flow:dbr_excluded", "20", "decisions", {}),
        ("decided:title_abstract:exclude", "30", "decisions", {}),
        ("agreement:kappa:title_abstract", "0.7", "decisions", {}),
        ("agreement:kappa:fear", "0.7", "codings", {}),
        ("flow:new_studies", "12", "decisions", {}),
        ("included_retrieved", "10", "records", {}),
        ("recall", "83.3", "records", {"number": "10", "of": "12"}),
        ("studies:fear", "5", "codings", {}),
        ("rank:fear", "2", "codings", {}),
        ("study_numbers", "1-8", "codings", {}),
        ("study_ids:fear", "1; 2", "codings", {}),
        ("study_ids:hope", "2; 3", "codings", {}),
        ("value:design:trial", "3", "codings", {}),
        ("themes:fear", "4", "the paper", {"place": "heading 3"}),
    )
}
DATABASES = frozenset(("search", "database", "register"))
ALL = DATABASES | {"website", "organisation", "citation"}
NOBODY = Completeness(frozenset(), decided=False, without_record=0, uncoded=0)
ALL_JOINED = NOBODY._replace(decided=True)
SOME_LACK_THEIR_RECORD = ALL_JOINED._replace(without_record=3)
CANNOT = "cannot be checked"


@pytest.mark.parametrize(
    ("measure", "published", "here", "verdict"),
    [
        ("flow:database_results", 91, NOBODY, CANNOT),
        ("flow:database_results", 91, ALL_JOINED, CANNOT),  # an export of copies alone may be missing
        ("flow:database_results", 91, NOBODY._replace(whole=DATABASES), "differs"),
        ("flow:database_results", 89, NOBODY, "differs"),
        ("flow:database_results", 90, NOBODY, "recomputed and equal"),
        ("flow:citations_results", 10, NOBODY._replace(whole=DATABASES), CANNOT),
        ("records:wos", 41, NOBODY, "differs"),  # its own file is here
        ("flow:records_screened", 61, NOBODY, CANNOT),
        ("flow:records_screened", 61, SOME_LACK_THEIR_RECORD, CANNOT),
        ("flow:records_screened", 61, ALL_JOINED, "differs"),
        ("flow:dbr_excluded", 21, ALL_JOINED, "differs"),
        ("decided:title_abstract:exclude", 31, SOME_LACK_THEIR_RECORD, CANNOT),
        ("decided:title_abstract:exclude", 31, ALL_JOINED, "differs"),
        ("agreement:kappa:title_abstract", 0.6, SOME_LACK_THEIR_RECORD, CANNOT),
        ("agreement:kappa:title_abstract", 0.6, ALL_JOINED, "differs"),
        ("agreement:kappa:fear", 0.6, SOME_LACK_THEIR_RECORD, "differs"),
        ("flow:new_studies", 13, NOBODY, "differs"),  # from the list
        ("flow:new_studies", 13, SOME_LACK_THEIR_RECORD, CANNOT),
        ("included_retrieved", 11, ALL_JOINED, CANNOT),
        ("included_retrieved", 9, ALL_JOINED, "differs"),
        ("recall", 80, ALL_JOINED, CANNOT),  # a missing export can raise a percentage or lower it
        ("recall", 80, NOBODY._replace(whole=ALL), "differs"),
        ("studies:fear", 6, SOME_LACK_THEIR_RECORD, "differs"),
        ("themes:fear", 5, SOME_LACK_THEIR_RECORD, "contradictory as printed"),
        ("flow:database_results + flow:citations_results", 100, NOBODY, CANNOT),
        ("flow:database_results + flow:citations_results", 98, NOBODY, "differs"),
        ("flow:database_results - flow:citations_results", 80, NOBODY, CANNOT),
        ("flow:database_results + records:wos", 131, NOBODY, CANNOT),  # one of its parts may lack an export
        ("records:wos + 1", 42, NOBODY, "differs"),
    ],
)
def test_a_missing_export_can_explain_a_difference(measure, published, here, verdict):
    it, found = claim(published, measure=measure), resolve(measure, KNOWN)
    result = unless_files_are_missing(judge(it, found), it, found, KNOWN, here)
    assert result.verdict == verdict
    if verdict == CANNOT:
        assert result.rests_on == ""
        assert "could be why. Needs the export that is missing here" in english(result.reason)
        assert english(result.reproduced), "our number is still shown"


SOME_UNCODED = ALL_JOINED._replace(uncoded=2)


@pytest.mark.parametrize(
    ("measure", "published", "comparison", "here", "verdict"),
    [
        ("studies:fear", 6, "equal", SOME_UNCODED, CANNOT),
        ("studies:fear", 4, "equal", SOME_UNCODED, "differs"),
        ("studies:fear", 6, "at_least", SOME_UNCODED, CANNOT),
        ("studies:fear", 6, "equal", SOME_UNCODED._replace(whole=frozenset({"coding"})), "differs"),
        ("rank:fear", 1, "rank", SOME_UNCODED, CANNOT),  # a missing sheet can raise a rank or lower it
        ("rank:fear", 3, "equal", SOME_UNCODED, CANNOT),
        ("study_numbers", "1-9", "equal", SOME_UNCODED, CANNOT),
        ("union:fear+hope", 4, "equal", SOME_UNCODED, CANNOT),
        ("value:design:trial", 4, "equal", SOME_UNCODED, "differs"),  # charted, not coded
        ("flow:dbr_excluded", 21, "equal", SOME_UNCODED, "differs"),
    ],
)
def test_a_coding_sheet_may_be_missing_where_an_included_study_is_in_none(
    measure, published, comparison, here, verdict
):
    it, found = claim(published, comparison, measure=measure), resolve(measure, KNOWN)
    result = unless_files_are_missing(judge(it, found), it, found, KNOWN, here)
    assert result.verdict == verdict
    if verdict == CANNOT:
        assert "in no coding sheet: 2, so that a sheet may be missing here. Needs" in english(result.reason)


@pytest.mark.parametrize(
    ("included", "coded", "uncoded"),
    [
        (measured("12"), measured("10"), 2),
        (measured("12"), measured("12"), 0),
        (measured("10"), measured("12"), 0),
        (measured("12", "at least"), measured("10"), 0),
        (measured("", "unknown"), measured("10"), 0),
        (measured("12"), measured("", "unknown"), 0),
        (None, measured("10"), 0),
    ],
)
def test_studies_without_coding_are_counted_where_both_numbers_are_known(included, coded, uncoded):
    both = {"flow:new_studies": included, "studies_with_evidence": coded}
    assert uncoded_studies({name: item for name, item in both.items() if item}) == uncoded


def test_a_claim_that_names_its_inputs_lacks_none_of_them():
    it, found = claim(91, measure="flow:database_results", inputs=("wos",)), KNOWN["flow:database_results"]
    result = judge(it, found)
    assert result.verdict == "differs"
    assert unless_files_are_missing(result, it, found, KNOWN, NOBODY) == result


def test_a_claim_without_a_measure_stays_as_it_is():
    it = claim(3, needs="a log")
    result = judge(it, None)
    assert unless_files_are_missing(result, it, None, KNOWN, NOBODY) == result


@pytest.mark.parametrize(
    ("equal", "kinds"),
    [
        ([], set()),
        (["unique", "flow:duplicates", "flow:records_screened"], set()),
        (["flow:database_results"], DATABASES),
        (["records"], ALL),
        (["flow:citations_results", "flow:website_results"], {"citation", "website"}),
        (["flow:database_results + flow:citations_results"], DATABASES | {"citation"}),
        (["flow:database_results - flow:citations_results"], set()),
        (["flow:database_results + flow:duplicates"], set()),
        (["database_results"], set()),
    ],
)
def test_a_printed_total_that_is_met_shows_that_no_export_of_its_kinds_is_missing(equal, kinds):
    assert shown_whole(equal) == kinds
