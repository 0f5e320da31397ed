"""The boxes of PRISMA 2020: the sums that must hold between them, and the numbers that a paper printed."""

import pytest

from scripts.common.errors import InputError
from scripts.common.screening.flow import (
    BOXES,
    EQUATIONS,
    GROWS,
    NOT_DRAWN,
    UNDECIDED,
    UPDATE_BOXES,
    check_equations,
    check_named_parts,
    read_published_flow,
)

# A flow that was counted by hand: 12 records of databases, 5 of other methods.
HOLDS = {
    "database_results": 12,
    "duplicates": 2,
    "excluded_automatic": 1,
    "excluded_other": 0,
    "records_waiting": 1,
    "records_never_screened": 2,
    "records_screened": 6,
    "records_excluded": 1,
    "dbr_sought_reports": 5,
    "dbr_notretrieved_reports": 1,
    "dbr_waiting": 1,
    "dbr_assessed": 3,
    "dbr_excluded": 1,
    "dbr_included": 2,
    "website_results": 3,
    "organisation_results": 1,
    "citations_results": 1,
    "other_known": 1,
    "other_records_waiting": 0,
    "other_records_never_screened": 1,
    "other_records_excluded": 1,
    "other_sought_reports": 2,
    "other_notretrieved_reports": 0,
    "other_waiting": 0,
    "other_assessed": 2,
    "other_excluded": 1,
    "other_included": 1,
    "new_reports": 3,
}
COUNTED = sorted({box for wholes, parts in EQUATIONS for box in (*wholes, *parts)})


def test_a_flow_whose_sums_hold_is_accepted():
    check_equations(HOLDS)
    assert sorted(HOLDS) == COUNTED, "every box of the example is in a sum, and every box of a sum in it"


@pytest.mark.parametrize("box", COUNTED)
@pytest.mark.parametrize("change", [1, -1])
def test_a_box_that_is_wrong_by_one_is_found_by_the_sum_it_is_in(box, change):
    with pytest.raises(InputError, match=rf"flow: .*\b{box}\b.*sum up to \d+, another number"):
        check_equations(HOLDS | {box: HOLDS[box] + change})


@pytest.mark.parametrize("box", COUNTED)
def test_a_sum_with_a_box_that_is_not_known_proves_nothing(box):
    check_equations(HOLDS | {box: None})


@pytest.mark.parametrize(
    ("why", "number", "parts", "sound"),
    [
        ("the reasons sum up to the exclusions", 3, (2, 1), True),
        ("one exclusion has no reason", 4, (2, 1), False),
        ("one exclusion has two reasons", 2, (2, 1), False),
        ("the number of exclusions is not known", None, (2, 1), True),
        ("no reason is named", 3, (), True),
        ("nothing was excluded, and so for no reason", 0, (0,), True),
        ("a reason whose number is not known counts as none", 3, (3, None), True),
    ],
)
def test_the_named_parts_of_a_box_sum_up_to_it(why, number, parts, sound):
    numbers = {"dbr_excluded": number, "dbr_excluded_more": 9, "dbr_included": 7}
    numbers |= {f"dbr_excluded:reason {n}": part for n, part in enumerate(parts)}
    if sound:
        check_named_parts(numbers)
    else:
        with pytest.raises(
            InputError, match=f"flow: dbr_excluded is {number}, its named parts sum up to 3\\."
        ):
            check_named_parts(numbers)


def test_every_name_of_a_box_is_one_of_the_boxes_of_prisma():
    growing = {box for boxes in GROWS.values() for box in boxes}
    assert {*COUNTED, *NOT_DRAWN, *UNDECIDED, *UPDATE_BOXES, *GROWS, *growing} <= set(BOXES)


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
            r"line 3: box new_studies appears twice",
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
    assert read_published_flow(str(path)) == {"new_studies": (61, str(path), "abstract", "verified")}
    assert read_published_flow(None) == {}
