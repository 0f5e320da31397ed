"""Printed numbers against each other: each planted error is found, and named with its claims."""

import pandas as pd
import pytest

from scripts.common.claims.sentences import english
from scripts.report.check_printed import counts, possible_counts, printed_lists, ranges, shares, sublists
from tests.claims import claim as made
from tests.codebooks import CODES


def claim(name, value, measure, comparison="equal", **printed):
    return made(value, comparison, measure=measure, id=name, place=f"page of {name}", **printed)


def share(value, of, number=None, decimals=1, measure="percent:speed"):
    return claim("S", value, measure, "share", of=of, number=number, decimals=decimals)


def wrong(findings):
    return [
        (item.check, item.claims, english(item.finding))
        for item in findings
        if item.outcome == "inconsistent"
    ]


@pytest.mark.parametrize(
    ("percent", "decimals", "of", "counts"),
    [
        (50.8, 1, 61, (31, 31)),
        (50.0, 1, 61, (31, 30)),
        (51, 0, 61, (31, 31)),
        (12.5, 0, 8, (1, 1)),
        (12, 0, 8, (1, 1)),  # 12.5 rounded to even
        (13, 0, 8, (1, 1)),  # 12.5 rounded up
        (0, 0, 40, (0, 0)),
        (100, 0, 40, (40, 40)),
        (25, 0, 400, (98, 102)),
        (33.3, 1, 3, (1, 1)),
        (33.4, 1, 3, (2, 1)),
    ],
)
def test_a_share_is_possible_if_a_whole_number_gives_it(percent, decimals, of, counts):
    assert possible_counts(percent, decimals, of) == counts


def test_a_share_that_no_number_of_studies_gives_is_named():
    assert wrong(shares([share(52.0, 61)])) == [
        ("share", ("S",), "52.0% of 61 is no whole number: 32 of 61 would be 52.5%.")
    ]


def test_a_share_beside_another_number_is_named():
    assert wrong(shares([share(50.8, 61, number=30)])) == [("share", ("S",), "30 of 61 is 49.2%, not 50.8%.")]
    assert not wrong(shares([share(50.8, 61, number=31)]))


def test_a_flow_that_does_not_add_up_is_named_once():
    flow = [
        claim("found", 100, "flow:database_results"),
        claim("twice", 30, "flow:duplicates"),
        claim("screened", 80, "flow:records_screened"),
        claim("excluded", 50, "flow:records_excluded"),
    ]
    found = list(counts(flow, {}, CODES))
    ((check, names, finding),) = wrong(found)
    assert (check, set(names)) == ("flow", {"found", "twice", "screened"})
    printed = "Records identified from databases and registers (100) = Duplicate records removed (30)"
    assert printed in finding
    sought = next(item for item in found if "Reports sought for retrieval is" in english(item.finding))
    assert (sought.outcome, sought.low, sought.high, sought.claims) == (
        "bound",
        30,
        30,
        ("excluded", "screened"),
    )


def test_a_flow_is_checked_through_boxes_that_are_not_printed():
    flow = [claim("screened", 80, "flow:records_screened"), claim("excluded", 50, "flow:records_excluded")]
    ((_, names, finding),) = wrong(counts(flow, {"dbr_assessed": (40, "flow.csv")}, CODES))
    assert set(names) == {"screened", "excluded", "flow:dbr_assessed"}
    assert finding.endswith("cannot hold.")


def test_more_studies_than_reports_or_than_the_review_has_are_named():
    many = [
        claim("all", 61, "flow:new_studies"),
        claim("speed", 70, "studies:speed"),
        claim("r", 60, "flow:new_reports"),
    ]
    assert {check for check, _, _ in wrong(counts(many, {}, CODES))} == {"flow", "part"}
    names = {name for _, names, _ in wrong(counts(many, {}, CODES)) for name in names}
    assert names == {"all", "speed", "r"}


def test_a_share_and_a_count_that_contradict_are_named():
    both = [share(50.8, 61), claim("n", 30, "studies:speed")]
    assert wrong(counts(both, {}, CODES)) == [
        ("twice", ("S", "n"), "studies with speed is 31 in one place, 30 in another.")
    ]


LISTS = pd.DataFrame({"code": ["gains", "speed"], "coder": ["p", "p"], "complete": ["yes", "yes"]})
EVIDENCE = pd.DataFrame(
    [("37", "gains"), ("40", "gains"), ("40", "speed"), ("99", "speed")], columns=["study_id", "code"]
).assign(stance="present", coder="published")
LISTED = [claim("all", 2, "studies:gains"), claim("fast", 2, "studies:speed")]


def test_a_study_of_a_sub_list_that_the_list_lacks_is_named():
    found = sublists(printed_lists(LISTED, EVIDENCE, LISTS), CODES)
    assert wrong(found) == [("list", ("fast", "all"), "Studies of speed that the list of gains lacks: 99.")]


def test_a_list_that_is_cut_off_or_that_coders_made_says_nothing():
    cut = LISTS.assign(complete=["no", "yes"])
    assert not wrong(sublists(printed_lists(LISTED, EVIDENCE, cut), CODES))
    assert printed_lists(LISTED, EVIDENCE.assign(coder="ann"), LISTS) == {}


def test_lists_printed_as_claims_are_compared_too():
    printed = [
        claim("all", ("1", "2"), "study_ids:gains", "subset"),
        claim("fast", ("2", "3"), "study_ids:speed", "includes"),
    ]
    ((_, names, finding),) = wrong(sublists(printed_lists(printed, EVIDENCE, LISTS), CODES))
    assert names == ("fast", "all")
    assert "lacks: 3" in finding


@pytest.mark.parametrize(
    ("value", "finding"),
    [
        ("95-37", "95 to 37 runs backwards."),
        ("37-98", "Outside 37 to 98, cited for speed: 99."),
        ("99-99", "2 studies do not fit between 99 and 99: room for 1."),
    ],
)
def test_a_range_of_references_that_cannot_be_is_named(value, finding):
    lists = printed_lists(LISTED, EVIDENCE, LISTS)
    found = wrong(ranges([*LISTED, claim("range", value, "study_numbers")], lists))
    assert finding in [text for _, _, text in found]
    assert not wrong(ranges([*LISTED, claim("range", "37–99", "study_numbers")], lists))
