"""Bounds of numbers that a paper does not print: what follows from sums, and on which claims it rests."""

import math

import pytest

from scripts.common.statistics.bounds import Interval, Relation, broken, names_of, propagate


def exactly(value, claim):
    return Interval(value, value, frozenset(claim), frozenset(claim))


SUM = Relation(("all",), ("a", "b"))
PART = Relation(("part",), ("whole",), equal=False)


def test_bounds_follow_through_several_sums_and_name_what_they_rest_on():
    known = {name: Interval() for name in "abcde"} | {"a": exactly(10, "A"), "c": exactly(3, "C")}
    rules = [Relation(("a",), ("b", "c")), Relation(("b",), ("d", "e")), Relation(("d",), ("c",), False)]
    found, faults = propagate(known, rules)
    assert not faults
    assert (found["d"].low, found["d"].high, found["d"].high_from) == (0, 3, frozenset("C"))
    assert (found["e"].low, found["e"].high, found["e"].low_from) == (4, 7, frozenset("AC"))


def test_a_box_that_is_not_printed_is_what_the_others_leave():
    found, faults = propagate({"all": exactly(10, "N"), "a": exactly(4, "A"), "b": Interval()}, [SUM])
    assert not faults
    assert found["b"] == exactly(6, "NA")


def test_a_part_bounds_its_whole_from_below_and_the_whole_its_part_from_above():
    found, faults = propagate({"part": exactly(4, "P"), "whole": Interval()}, [PART])
    assert not faults
    assert found["whole"] == Interval(4, math.inf, frozenset("P"))
    found, faults = propagate({"part": Interval(), "whole": exactly(4, "W")}, [PART])
    assert not faults
    assert found["part"] == Interval(0, 4, frozenset(), frozenset("W"))


@pytest.mark.parametrize(
    ("known", "relation", "sources"),
    [
        ({"all": exactly(10, "N"), "a": exactly(4, "A"), "b": exactly(6, "B")}, SUM, ""),
        ({"all": exactly(10, "N"), "a": exactly(4, "A"), "b": exactly(7, "B")}, SUM, "NAB"),
        ({"all": exactly(10, "N"), "a": exactly(11, "A"), "b": Interval()}, SUM, "NA"),
        ({"part": exactly(5, "P"), "whole": exactly(5, "W")}, PART, ""),
        ({"part": exactly(6, "P"), "whole": exactly(5, "W")}, PART, "PW"),
    ],
    ids=["a sum that holds", "a wrong sum", "more than the sum", "a part as large", "a part too large"],
)
def test_a_relation_that_cannot_hold_names_the_claims_that_contradict(known, relation, sources):
    assert broken(known, relation) == frozenset(sources)


def test_a_misprint_is_reported_once_and_not_used_further():
    known = {name: Interval() for name in ("a", "b", "c", "d")} | {
        "a": exactly(10, "A"),
        "b": exactly(12, "B"),
        "d": exactly(1, "D"),
    }
    wrong, sound = Relation(("b",), ("a",), equal=False), Relation(("c",), ("b", "d"))
    found, faults = propagate(known, [wrong, sound])
    assert faults == [(wrong, frozenset("AB"))]
    assert found["c"] == exactly(13, "BD")


def test_every_number_of_the_relations_is_named_once():
    assert names_of([SUM, Relation(("b",), ("c",))]) == ["all", "a", "b", "c"]
