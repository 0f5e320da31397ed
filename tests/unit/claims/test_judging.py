"""The verdict on a published claim: exact, named after its evidence, and never more than that shows."""

from fractions import Fraction

import pytest

from scripts.common.claims.judging import (
    VERDICTS,
    Target,
    basis,
    judge,
    published_value,
    target_of,
    target_of_row,
)
from scripts.common.claims.sentences import Codes, Own, Phrase, Voice, english, sentence
from tests.claims import claim, measured

EQUAL, WITHIN, SO_FAR, DIFFERS = "recomputed and equal", "within tolerance", "agrees so far", "differs"
CANNOT, CONSISTENT = "cannot be checked", "consistent"
CONTRADICTORY, TRANSCRIBED = "contradictory as printed", "transcription only"
WORDS = {
    "includes": "children:benefits",
    "subset": "study_ids:benefits",
    "order": "order:benefits",
    "text": "study_numbers",
}
NEEDS = Phrase("a coding sheet")


@pytest.mark.parametrize(
    ("comparison", "bound", "published", "value", "verdict", "difference"),
    [
        ("equal", "exact", 61, "61", EQUAL, "0"),
        ("equal", "exact", 61, "60", DIFFERS, "-1"),
        ("equal", "exact", 61, "63", DIFFERS, "+2"),
        ("equal", "at least", 61, "61", SO_FAR, ""),
        ("equal", "at least", 61, "1", SO_FAR, ""),
        ("equal", "at least", 61, "0", CANNOT, ""),
        ("equal", "at least", 61, "62", DIFFERS, "at least +1"),
        ("equal", "unknown", 61, "", CANNOT, ""),
        ("at_least", "exact", 4, "4", EQUAL, ""),
        ("at_least", "exact", 4, "9", EQUAL, ""),
        ("at_least", "exact", 4, "3", DIFFERS, "-1"),
        ("at_least", "at least", 4, "4", EQUAL, ""),
        ("at_least", "at least", 4, "3", SO_FAR, "-1"),
        ("at_least", "at least", 4, "1", SO_FAR, "-3"),
        ("at_least", "at least", 4, "0", CANNOT, "-4"),
        ("at_least", "unknown", 4, "", CANNOT, ""),
        ("at_most", "exact", 4, "4", EQUAL, ""),
        ("at_most", "exact", 4, "1", EQUAL, ""),
        ("at_most", "exact", 4, "5", DIFFERS, "+1"),
        ("at_most", "at least", 4, "4", SO_FAR, ""),
        ("at_most", "at least", 4, "0", CANNOT, ""),
        ("at_most", "at least", 4, "5", DIFFERS, "at least +1"),
        ("at_most", "unknown", 4, "", CANNOT, ""),
        ("includes", "exact", ("speed", "reach"), "reach; cost; speed", EQUAL, ""),
        ("includes", "exact", ("speed", "reach"), "speed; cost", DIFFERS, "missing: reach"),
        ("includes", "exact", ("speed",), "speedy", DIFFERS, "missing: speed"),
        ("includes", "exact", ("speed",), "", DIFFERS, "missing: speed"),
        ("includes", "at least", ("speed",), "speed; cost", EQUAL, ""),
        ("includes", "at least", ("speed", "reach"), "speed", SO_FAR, "missing: reach"),
        ("includes", "at least", ("speed", "reach"), "cost", CANNOT, "missing: speed; reach"),
        ("includes", "unknown", ("speed",), "", CANNOT, ""),
        ("subset", "exact", ("1", "2", "3"), "1; 2", EQUAL, ""),
        ("subset", "exact", ("1", "2", "3"), "", EQUAL, ""),
        ("subset", "exact", ("1", "2", "3"), "1; 4", DIFFERS, "beside them: 4"),
        ("subset", "at least", ("1", "2", "3"), "1; 4", DIFFERS, "beside them: 4"),
        ("subset", "at least", ("1", "2", "3"), "1", SO_FAR, ""),
        ("subset", "at least", ("1", "2", "3"), "", CANNOT, ""),
        ("order", "exact", ("a", "b"), "a > b > c", EQUAL, ""),
        ("order", "exact", ("a", "b"), "a > c > b", EQUAL, ""),
        ("order", "exact", ("a", "b"), "b > a", DIFFERS, "a has fewer than b"),
        ("order", "exact", ("a", "b"), "a = b", DIFFERS, "a has as many as b"),
        ("order", "exact", ("a", "b"), "a > c", DIFFERS, "missing: b"),
        ("order", "at least", ("a", "b"), "a > c", CANNOT, "missing: b"),
        ("order", "at least", ("a", "b", "c"), "a > c", SO_FAR, "missing: b"),
        ("order", "at least", ("a", "b", "c"), "c > a", DIFFERS, "a has fewer than c"),
        ("text", "exact", "10-70", "10-70", EQUAL, ""),
        ("text", "exact", "10-70", "10-69", DIFFERS, "other words"),
        ("text", "at least", "10-70", "10-70", CANNOT, ""),
        ("text", "unknown", "10-70", "", CANNOT, ""),
    ],
)  # fmt: skip
def test_verdict(comparison, bound, published, value, verdict, difference):
    it = claim(published, comparison, measure=WORDS.get(comparison, "flow:new_studies"))
    result = judge(it, measured(value, bound, NEEDS if bound == "unknown" else ""))
    assert (result.verdict, english(result.difference)) == (verdict, difference)
    if bound == "unknown":
        assert english(result.reproduced) == ""
        assert english(result.reason) == "Needs a coding sheet."
    else:
        assert "results/t.csv (row x)" in english(result.reason)
        assert value in english(result.reproduced) or comparison != "equal"
    assert result.rests_on == ("" if verdict == CANNOT else "recomputed")
    assert bool(result.needs) == (verdict in (CANNOT, SO_FAR))
    assert ("Needs" in english(result.reason)) == bool(result.needs)


@pytest.mark.parametrize(
    ("bound", "value", "verdict", "difference"),
    [
        ("exact", "reach; speed", EQUAL, ""),
        ("exact", "speed; reach", EQUAL, ""),
        ("exact", "speed", DIFFERS, "missing: reach"),
        ("exact", "speed; reach; cost", DIFFERS, "beside them: cost"),
        ("exact", "speed; cost", DIFFERS, "missing: reach; beside them: cost"),
        ("at least", "speed", SO_FAR, ""),
        ("at least", "speed; cost", DIFFERS, "beside them: cost"),
        ("at least", "", CANNOT, ""),
    ],
)
def test_an_equal_list_has_the_same_words_in_any_order(bound, value, verdict, difference):
    it = claim(("speed", "reach"), measure="children:benefits")
    result = judge(it, measured(value, bound))
    assert (result.verdict, english(result.difference)) == (verdict, difference)


@pytest.mark.parametrize(
    ("published", "comparison", "tolerance", "value", "verdict"),
    [
        (45.9, "equal", 0.1, "46.0", WITHIN),
        (45.9, "equal", 0.1, "46.1", DIFFERS),
        (45.9, "equal", 0.0, "45.9", EQUAL),
        (61, "equal", 1.0, "60", WITHIN),
        (61, "equal", 1.0, "59", DIFFERS),
        (61, "at_least", 1.0, "60", WITHIN),
        (61, "at_least", 1.0, "59", DIFFERS),
        (1_234_567.5, "equal", 0.0, "1234567.5", EQUAL),
        (1_234_567.5, "equal", 0.0, "1234567", DIFFERS),
        (0.3, "equal", 0.1, "0.4", WITHIN),  # 0.3 + 0.1 is above 0.4 in floating point
        (0.1, "equal", 0.2, "0.3", WITHIN),
        (0.1, "equal", 0.2, "0.3000001", DIFFERS),
        (10_000_000, "at_least", 0.0, "9999999.9", DIFFERS),
    ],
)
def test_a_number_is_compared_exactly_however_long_it_is(published, comparison, tolerance, value, verdict):
    assert judge(claim(published, comparison, tolerance), measured(value)).verdict == verdict


@pytest.mark.parametrize(("value", "verdict"), [("62", SO_FAR), ("63", DIFFERS)])
def test_a_lower_bound_contradicts_beyond_the_tolerance_only(value, verdict):
    assert judge(claim(61, tolerance=1.0), measured(value, "at least")).verdict == verdict


def test_a_difference_within_the_tolerance_is_still_shown():
    assert judge(claim(61, tolerance=1.0), measured("60")).difference == "-1"


def test_a_lower_bound_is_shown_as_one():
    assert english(judge(claim(61), measured("40", "at least")).reproduced) == "at least 40"
    assert english(published_value(claim(4, "at_least"))) == "at least 4"


def test_a_claim_that_nothing_measures_says_what_it_would_take():
    result = judge(claim("2022-08-16", needs="the search log of the review", note="A setting."), None)
    assert (result.reproduced, result.verdict, result.rests_on) == ("", CANNOT, "")
    assert english(result.reason) == "Needs the search log of the review. A setting."
    assert english(result.needs) == "the search log of the review"


TIE = sentence("shared", codes="b")


@pytest.mark.parametrize(
    ("value", "note", "verdict", "difference"),
    [
        ("1", "", EQUAL, "0"),
        ("1", TIE, DIFFERS, "shared with b"),
        ("2", "", DIFFERS, "+1"),
        ("2", TIE, DIFFERS, "+1"),
    ],
)
def test_rank_wants_a_code_alone_at_its_rank(value, note, verdict, difference):
    it = claim(1, "rank", measure="rank:a")
    result = judge(it, measured(value, note=note))
    assert (result.verdict, english(result.difference)) == (verdict, difference)
    assert judge(it._replace(comparison="equal"), measured("1", note=TIE)).verdict == EQUAL


@pytest.mark.parametrize(
    ("published", "comparison", "decimals", "tolerance", "number", "of", "bound", "verdict", "difference"),
    [
        (50.8, "share", 1, 0, "31", "61", "exact", EQUAL, "0"),
        (51, "share", 0, 0, "31", "61", "exact", EQUAL, "0"),
        (51, "equal", None, 0, "31", "61", "exact", EQUAL, "0"),
        (50.8, "equal", None, 0, "31", "61", "exact", EQUAL, "0"),
        (12, "share", 0, 0, "1", "8", "exact", EQUAL, "0"),  # 12.5: rounded down
        (13, "share", 0, 0, "1", "8", "exact", EQUAL, "0"),  # or up
        (50.0, "share", 1, 1, "31", "61", "exact", WITHIN, "+0.82"),
        (50.0, "share", 1, 0, "31", "61", "exact", DIFFERS, "+0.82"),
        (52, "share", 0, 0, "31", "61", "exact", DIFFERS, "-1.2"),
        (50.8, "share", 1, 0, "31", "61", "at least", SO_FAR, ""),
        (50.8, "share", 1, 0, "0", "61", "at least", CANNOT, ""),
        (50.8, "share", 1, 0, "32", "61", "at least", DIFFERS, "at least +1.7"),
        (50.8, "share", 1, 0, "", "61", "exact", CANNOT, ""),
        (50.8, "share", 1, 0, "31", "", "exact", CANNOT, ""),
        (50, "at_least", None, 0, "31", "61", "exact", EQUAL, ""),
        (50, "at_least", None, 0, "31", "61", "at least", EQUAL, ""),
        (51, "at_least", None, 0, "31", "61", "exact", DIFFERS, "-0.18"),
        (51, "at_least", None, 0, "31", "61", "at least", SO_FAR, ""),
    ],
)  # fmt: skip
def test_a_share_is_compared_from_whole_numbers(
    published, comparison, decimals, tolerance, number, of, bound, verdict, difference
):
    it = claim(published, comparison, float(tolerance), measure="percent:a", of=61, decimals=decimals)
    result = judge(it, measured("50.8", bound, number=number, of=of))
    assert (result.verdict, english(result.difference)) == (verdict, difference)
    if number and of:
        assert f"({number} of {of})" in english(result.reproduced)
        assert english(result.reproduced).startswith("at least") == (bound == "at least")
    else:
        assert english(result.reason) == "Needs count and n in results/t.csv (row x)."


def test_a_share_of_another_n_than_the_published_one_says_so():
    it = claim(50, "share", measure="percent:a", of=8, decimals=0)
    assert english(judge(it, measured("50.0", number="2", of="4")).reason).endswith(
        "but it is of 4; the published n is 8."
    )
    assert "published n" not in english(judge(it, measured("50.0", number="4", of="8")).reason)
    assert "published n" not in english(
        judge(it._replace(of=None), measured("50.0", number="4", of="8")).reason
    )


@pytest.mark.parametrize(
    ("measure", "comparison", "tolerance"),
    [
        ("flow:x", "equal", 0.25),
        ("flow:x", "at_least", 0.0),
        ("percent:a", "share", 0.25),
        ("percent:a", "equal", 0.0),
    ],
)
def test_the_table_of_the_comparison_gives_the_same_target_as_the_claim(measure, comparison, tolerance):
    it = claim(1_234_567.5, comparison, tolerance, measure=measure, decimals=1)
    row = {
        "published_value": "1234567.5",
        "measure": measure,
        "comparison": comparison,
        "tolerance": str(tolerance),
    }
    assert target_of_row(row) == target_of(it)
    rounding = Fraction(1, 20) if measure == "percent:a" else 0
    assert target_of(it) == Target(Fraction("1234567.5"), comparison, Fraction(str(tolerance)), rounding)
    assert target_of_row(row | {"tolerance": ""}).tolerance == 0


@pytest.mark.parametrize(
    ("rests_on", "place", "origin", "expected"),
    [
        ("records", "", "printed", "recomputed"),
        ("decisions", "abstract", "printed", "recomputed"),
        ("codings", "", "derived", "recomputed"),
        ("the paper", "heading 3.3.1", "printed", "consistent"),
        ("the paper", "abstract, second sentence", "printed", "transcription"),
        ("the paper", "heading 3.3; abstract", "printed", "transcription"),
        ("the paper", "", "printed", "transcription"),
        ("the paper", "heading 3.3.1", "derived", "transcription"),
        ("list of included studies", "list of included studies", "printed", "consistent"),
    ],
)
def test_what_a_verdict_rests_on_is_found_out(rests_on, place, origin, expected):
    assert basis(claim(61, origin=origin), measured("61", rests_on=rests_on, place=place)) == expected


@pytest.mark.parametrize(
    ("measure", "expected"),
    [("studies:a + studies:b", "consistent"), ("studies:a", "transcription")],
)
def test_a_sum_is_another_place_than_the_claim_s_if_one_of_its_parts_is(measure, expected):
    found = measured("61", rests_on="the paper", place="heading 3.3; abstract", measure=measure)
    assert basis(claim(61), found) == expected
    alone = measured("61", rests_on="the paper", place="abstract; abstract", measure=measure)
    assert basis(claim(61), alone) == "transcription"


@pytest.mark.parametrize(
    ("place", "value", "bound", "verdict", "rests_on"),
    [
        ("heading 3.3", "4", "exact", CONSISTENT, "consistent"),
        ("heading 3.3", "5", "exact", CONTRADICTORY, "consistent"),
        ("heading 3.3", "3", "at least", SO_FAR, "consistent"),
        ("heading 3.3", "0", "at least", CANNOT, ""),
        ("abstract", "4", "exact", TRANSCRIBED, "transcription"),
        ("abstract", "5", "exact", DIFFERS, "transcription"),
        ("abstract", "3", "at least", TRANSCRIBED, "transcription"),
        ("abstract", "0", "at least", CANNOT, ""),
    ],
)
def test_the_paper_compared_with_itself_is_never_called_recomputed(place, value, bound, verdict, rests_on):
    result = judge(claim(4), measured(value, bound, rests_on="the paper", place=place))
    assert (result.verdict, result.rests_on) == (verdict, rests_on)
    shown = english(result.reason)
    assert ("Compared with another place of the paper: heading 3.3." in shown) == (rests_on == "consistent")
    assert ("our copy" in shown) == (rests_on == "transcription")


def test_within_the_tolerance_is_said_of_two_places_too_and_a_copy_stays_a_copy():
    paper = measured("5", rests_on="the paper", place="heading 3.3")
    assert judge(claim(4, tolerance=1.0), paper).verdict == WITHIN
    assert judge(claim(4, tolerance=1.0), paper._replace(place="abstract")).verdict == TRANSCRIBED


@pytest.mark.parametrize(
    ("comparison", "published", "value", "words"),
    [
        ("equal", 61, "40", "lower bound is known in results/t.csv (row x), and it does not contradict"),
        ("equal", 61, "0", "Only a part is known in results/t.csv (row x). Needs"),
        (
            "includes",
            ("speed", "reach"),
            "speed",
            "and it does not contradict the claim. Needs the whole list",
        ),
        ("includes", ("speed", "reach"), "cost", "Only a part is known in results/t.csv (row x). Needs"),
        ("subset", ("1",), "1", "and it does not contradict the claim. Needs the whole list"),
        ("subset", ("1",), "", "Only a part is known in results/t.csv (row x). Needs"),
        ("order", ("a", "b", "c"), "a > c", "contradict the claim. Needs the whole list of studies for b"),
        ("order", ("a", "b"), "a > c", "(row x). Needs the whole list of studies for b"),
        ("at_least", 4, "3", "Fewer are known so far"),
    ],
)
def test_an_open_claim_says_what_is_known_so_far_and_what_it_needs(comparison, published, value, words):
    it = claim(published, comparison, measure=WORDS.get(comparison, "flow:new_studies"))
    assert words in english(judge(it, measured(value, "at least")).reason)


OURS = "Our number, from results/t.csv (row x)"


@pytest.mark.parametrize(
    ("comparison", "value", "words"),
    [
        ("equal", "62", "is not the printed one, but within the tolerance of 1.5."),
        ("equal", "63", "is farther from the printed one than the tolerance of 1.5."),
        ("at_least", "60", "is not the printed one, but within the tolerance of 1.5."),
        ("at_least", "59", "is farther from the printed one than the tolerance of 1.5."),
    ],
)
def test_a_reason_gives_the_tolerance_as_a_number(comparison, value, words):
    result = judge(claim(61, comparison, tolerance=1.5), measured(value))
    assert english(result.reason) == f"{OURS}, {words}"


def test_a_share_above_a_printed_lower_bound_is_no_printed_number():
    result = judge(claim(50, "at_least", measure="percent:a"), measured("50.8", number="31", of="61"))
    assert english(result.reason) == "At least as many in results/t.csv (row x)."


@pytest.mark.parametrize(
    ("comparison", "published", "value", "words"),
    [
        ("equal", 61, "61", f"{OURS}, is the printed one."),
        ("equal", 61, "60", f"{OURS}, is not the printed one, and no tolerance is set for it."),
        ("at_least", 4, "4", "At least as many in"),
        ("at_least", 4, "3", f"{OURS}, is below the printed one."),
        ("includes", ("a",), "a", "All of them are in"),
        ("includes", ("a",), "b", "Not all of them are in"),
        ("subset", ("a",), "a", "There are no others in"),
        ("subset", ("a",), "b", "There are others in"),
        ("order", ("a", "b"), "a > b", "In this order in"),
        ("order", ("a", "b"), "a > c", "Not among the"),
        ("order", ("a", "b"), "b > a", "Not in this order in"),
        ("text", "x", "x", "Our words, from results/t.csv (row x), are the printed ones."),
        ("text", "x", "y", "Our words, from results/t.csv (row x), are not the printed ones."),
    ],
)
def test_a_decided_claim_says_how_it_was_decided(comparison, published, value, words):
    it = claim(published, comparison, measure=WORDS.get(comparison, "flow:new_studies"))
    assert english(judge(it, measured(value)).reason).startswith(words)


def test_codes_are_kept_as_codes_and_other_words_as_they_are():
    listed = measured("a; b")
    assert judge(claim(("a",), "includes", measure="children:x"), listed).reproduced == Codes(("a", "b"))
    assert judge(claim(("a",), "includes", measure="study_ids:x"), listed).reproduced == "a; b"
    assert published_value(claim(("a",), "includes", measure="most:x")) == Codes(("a",))
    assert published_value(claim("two-way")) == Own("two-way"), "the review may translate it"
    assert published_value(claim(61)) == "61"


def test_a_target_without_tolerance_takes_the_number_alone():
    assert Target(Fraction(4), "equal").verdict(Fraction(4)) == EQUAL
    assert Target(Fraction(4), "equal").verdict(Fraction(5)) == DIFFERS
    assert Target(Fraction(4), "equal").meets(Fraction(4))
    assert not Target(Fraction(4), "equal").meets(Fraction(5))


def test_each_verdict_has_a_place_in_the_headline():
    assert len(set(VERDICTS)) == 8
    assert VERDICTS[-1] == TRANSCRIBED


def test_an_order_is_said_with_the_labels_of_its_codes():
    order = claim(("fast", "wide"), "order", measure="order:benefits")
    result = judge(order, measured("fast > near = wide"))
    labels = {"fast": "Speed", "near": "Nearness", "wide": "Reach"}
    assert Voice(code=labels.get).say(result.reproduced) == "Speed > Nearness = Reach"
    assert english(result.reproduced) == "fast > near = wide"
