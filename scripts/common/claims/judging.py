"""Whether a measured value meets a published claim: decided here only, in exact fractions."""

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from scripts.common.claims.measures import (
    DATA,
    EXACT,
    SHARES,
    UNKNOWN,
    Measure,
    family_of,
    is_expression,
    is_rounded,
    where,
)
from scripts.common.claims.numbers import number_text
from scripts.common.claims.places import apart, place_in_words
from scripts.common.claims.published import BOUNDS, DERIVED, Claim, printed_decimals, published_text
from scripts.common.claims.sentences import Codes, Own, Sentence, Value, sentence

# What a verdict rests on, found out and never typed.
RECOMPUTED = "recomputed"  # from records, decisions, or codings of people
TWO_PLACES = "consistent"  # two places of the paper are compared
SAME_PLACE = "transcription"  # our copy of the paper is compared with itself

EQUAL, WITHIN, CONSISTENT = "recomputed and equal", "within tolerance", "consistent"
SO_FAR, DIFFERS, CONTRADICTORY = "agrees so far", "differs", "contradictory as printed"
CANNOT, TRANSCRIBED = "cannot be checked", "transcription only"
# In the order of the headline. The last one is no result: it only shows that our copy agrees with our count.
VERDICTS = (EQUAL, WITHIN, CONSISTENT, SO_FAR, DIFFERS, CONTRADICTORY, CANNOT, TRANSCRIBED)
DECIDED = (EQUAL, WITHIN, CONSISTENT, DIFFERS)  # by evidence that single changes could overturn


class Target(NamedTuple):
    """A published number and how near to it a value must be, all exact and in the unit of the claim.

    ``rounding`` is half of the last printed digit of what is printed rounded (``is_rounded``), either way.
    """

    published: Fraction
    comparison: str
    tolerance: Fraction = Fraction(0)
    rounding: Fraction = Fraction(0)

    def verdict(self, value: Fraction) -> str:
        """Return equal, within tolerance or differs for an exactly known value."""
        gap = value - self.published
        missed = {"at_least": -gap, "at_most": gap}.get(self.comparison, abs(gap))
        if missed <= self.rounding:
            return EQUAL
        return WITHIN if missed <= self.rounding + self.tolerance else DIFFERS

    def meets(self, value: Fraction) -> bool:
        """Return whether a value is the published number, at least within the tolerance."""
        return self.verdict(value) != DIFFERS

    def is_exceeded_by(self, lower_bound: Fraction) -> bool:
        """Return whether a value is already too great for the claim when only its lower bound is known."""
        return self.comparison != "at_least" and lower_bound - self.published > self.rounding + self.tolerance


def target_of(claim: Claim) -> Target:
    """Return what a number must meet to meet the claim; its published value must be a number."""
    decimals = claim.decimals if claim.decimals is not None else printed_decimals(claim.value)
    value, tolerance = Fraction(repr(claim.value)), Fraction(repr(claim.tolerance))
    return _target(value, claim.measure, claim.comparison, tolerance, decimals)


def target_of_row(row: Mapping[str, str]) -> Target:
    """Return the same for a row of comparison.csv, which has the published number with all its digits."""
    value, tolerance = row["published_value"], Fraction(row["tolerance"] or 0)
    decimals = len(value.partition(".")[2])
    return _target(Fraction(value), row["measure"], row["comparison"], tolerance, decimals)


def _target(value: Fraction, measure: str, comparison: str, tolerance: Fraction, decimals: int) -> Target:
    rounded = comparison not in BOUNDS and is_rounded(measure)
    return Target(value, comparison, tolerance, Fraction(1, 2 * 10**decimals) if rounded else Fraction(0))


class Judgement(NamedTuple):
    """What was found for a claim: the value as shown, its distance, the verdict, on what it rests, and why.

    ``needs`` is what would settle it, where something is missing.
    """

    reproduced: Value
    difference: Value
    verdict: str
    rests_on: str
    reason: Value
    needs: Value = ""


def judge(claim: Claim, measure: Measure | None) -> Judgement:
    """Return the judgement on one claim; ``measure`` is None if it names none.

    A lower bound ("at least") can contradict a claim, or confirm one that is itself a lower bound or a list
    that is included; of an exact number it says no more than that it agrees so far. What rests on the paper
    is consistent if it is printed in another place than the claim, else a check of our transcription.
    """
    if measure is None:
        return cannot(claim, Own(claim.needs))
    if measure.bound == UNKNOWN:
        return cannot(claim, measure.note)
    return _in_the_light_of_its_basis(_compare(claim, measure), claim, measure)


def cannot(claim: Claim, needs: Value, reason: Value = "") -> Judgement:
    """Return that a claim cannot be checked, and what it needs."""
    return Judgement("", "", CANNOT, "", _reasons(claim, reason, _needing(needs)), needs)


def basis(claim: Claim, measure: Measure) -> str:
    """Return what a verdict on a claim rests on; what we derived is printed nowhere else."""
    if measure.rests_on in DATA:
        return RECOMPUTED
    if claim.origin == DERIVED:
        return SAME_PLACE
    # A sum of several places is another place than the claim's if one of them is.
    places = measure.place.split("; ") if is_expression(measure.measure) else [measure.place]
    return TWO_PLACES if any(apart(claim.place, place) for place in places) else SAME_PLACE


def _in_the_light_of_its_basis(result: Judgement, claim: Claim, measure: Measure) -> Judgement:
    """Return the same judgement as it is called by the kind of evidence."""
    rests_on = basis(claim, measure)
    verdict, beside = result.verdict, []
    if verdict == CANNOT:
        rests_on = ""
    elif rests_on == TWO_PLACES:
        verdict = {EQUAL: CONSISTENT, DIFFERS: CONTRADICTORY}.get(verdict, verdict)
        beside = [sentence("two_places", place=place_in_words(measure.place))]
    elif rests_on == SAME_PLACE:
        verdict = DIFFERS if verdict == DIFFERS else TRANSCRIBED
        beside = [sentence("same_place")]
    if verdict in (CANNOT, SO_FAR):
        beside.append(_needing(result.needs))
    return result._replace(verdict=verdict, rests_on=rests_on, reason=_reasons(claim, result.reason, *beside))


def _needing(needs: Value) -> Sentence:
    return sentence("needs", needs=needs)


def _reasons(claim: Claim, *reasons: Value) -> Value:
    own = Own(claim.note) if claim.note else ""
    return tuple(reason for reason in (*reasons, own) if reason)


def _compare(claim: Claim, measure: Measure) -> Judgement:
    """Return the judgement as if it rested on data; the reason is one sentence, without what is needed."""
    if isinstance(claim.value, (int, float)):
        if family_of(claim.measure) in SHARES:
            return _compare_share(claim, measure)
        if claim.comparison == "at_least":
            return _compare_lower_bound(claim, measure)
        return _compare_number(claim, measure)
    if isinstance(claim.value, tuple):
        by_comparison = {
            "includes": _compare_included,
            "subset": _compare_subset,
            "order": _compare_order,
            "equal": _compare_same,
        }
        return by_comparison[claim.comparison](claim, claim.value, measure)
    return _compare_text(claim, measure)


def _found(
    reproduced: Value, difference: Value, verdict: str, kind: str, measure: Measure, needs: Value = ""
) -> Judgement:
    return Judgement(reproduced, difference, verdict, "", sentence(kind, where=where(measure)), needs)


def _decided(
    reproduced: Value, difference: Value, target: Target, value: Fraction, measure: Measure
) -> Judgement:
    """Return the judgement on an exactly known number; the reason gives the tolerance as a number."""
    verdict = target.verdict(value)
    if verdict == EQUAL:
        exact = "is_printed" if value == target.published else "rounds_number"
        kind = {"at_least": "as_many_in", "at_most": "no_more_in"}.get(target.comparison, exact)
    elif target.tolerance:
        kind = "within" if verdict == WITHIN else "beyond"
    else:
        kind = {"at_least": "below", "at_most": "above"}.get(target.comparison, "not_printed")
    reason = sentence(kind, where=where(measure), tolerance=number_text(target.tolerance))
    return Judgement(reproduced, difference, verdict, "", reason)


WHOLE_LIST = sentence("need_whole_list")


def _is_exact(measure: Measure) -> bool:
    return measure.bound == EXACT


def _bounded(measure: Measure, text: Value) -> Value:
    return text if _is_exact(measure) else sentence("at_least", number=text)


def _signed(gap: Fraction) -> str:
    return number_text(gap, "+") if gap else "0"


def _so_far(measure: Measure, shown: Value, value: Fraction) -> Judgement:
    """A lower bound that does not contradict: it says nothing where it is 0."""
    if value > 0:
        return _found(shown, "", SO_FAR, "lower_bound", measure, WHOLE_LIST)
    return _found(shown, "", CANNOT, "part", measure, WHOLE_LIST)


def _compare_number(claim: Claim, measure: Measure) -> Judgement:
    target, value = target_of(claim), Fraction(measure.value)
    gap, shown = value - target.published, _bounded(measure, measure.value)
    if not _is_exact(measure):
        if target.is_exceeded_by(value):
            return _found(shown, sentence("at_least", number=_signed(gap)), DIFFERS, "already_more", measure)
        return _so_far(measure, shown, value)
    if claim.comparison == "rank" and not gap and measure.note:  # equal takes a tie, rank does not
        return _found(shown, measure.note, DIFFERS, "not_alone", measure)
    difference = _signed(gap)
    if target.verdict(value) == EQUAL:
        difference = "" if claim.comparison in BOUNDS else "0"
    return _decided(shown, difference, target, value, measure)


def _compare_lower_bound(claim: Claim, measure: Measure) -> Judgement:
    """A published "at least": a measured lower bound that is not below it confirms it."""
    target, value = target_of(claim), Fraction(measure.value)
    shown, difference = _bounded(measure, measure.value), _signed(value - target.published)
    verdict = target.verdict(value)
    if verdict == EQUAL:
        return _found(shown, "", EQUAL, "as_many_in", measure)
    if not _is_exact(measure):
        reached = SO_FAR if value > 0 else CANNOT
        return _found(shown, difference, reached, "fewer_so_far", measure, WHOLE_LIST)
    return _decided(shown, difference, target, value, measure)


def _compare_share(claim: Claim, measure: Measure) -> Judgement:
    """Compare from the whole numbers: the printed percentage is a rounding, either way at a half."""
    if not measure.number or not measure.of:
        needs = measure.note or sentence("need_numbers", where=where(measure))
        return Judgement("", "", CANNOT, "", "", needs)
    target, share = target_of(claim), Fraction(100 * int(measure.number), int(measure.of))
    decimals = claim.decimals if claim.decimals is not None else printed_decimals(claim.value)
    text = f"{float(share):.{decimals + 1}f}"
    shown = _bounded(measure, sentence("share", share=text, number=measure.number, of=measure.of))
    gap = f"{float(share - target.published):+.2g}"
    verdict = target.verdict(share)
    if not _is_exact(measure) and not (claim.comparison == "at_least" and verdict == EQUAL):
        if target.is_exceeded_by(share):
            return _found(shown, sentence("at_least", number=gap), DIFFERS, "already_more", measure)
        return _so_far(measure, shown, share)
    if verdict != EQUAL or claim.comparison in BOUNDS:
        return _decided(shown, gap if verdict != EQUAL else "", target, share, measure)
    reason = sentence("rounds", where=where(measure))
    if claim.of is not None and int(measure.of) != claim.of:
        reason = sentence("rounds_other_n", where=where(measure), ours=measure.of, n=str(claim.of))
    return Judgement(shown, "0", EQUAL, "", reason)


def _compare_text(claim: Claim, measure: Measure) -> Judgement:
    if not _is_exact(measure):
        return _found(_bounded(measure, measure.value), "", CANNOT, "part", measure, WHOLE_LIST)
    if _as_compared(str(claim.value)) == _as_compared(measure.value):
        return _found(measure.value, "", EQUAL, "words_are_printed", measure)
    return _found(measure.value, sentence("other_words"), DIFFERS, "words_are_others", measure)


def _as_compared(text: str) -> str:
    """Return words as they are compared: capitals and the kind of dash between numbers do not count."""
    return re.sub(r"\s*[-\u2010-\u2015\u2212]\s*", "-", text).casefold()


def words_of(claim: Claim, words: Sequence[str]) -> Value:
    """Return words of a list as a reader sees them: codes by their labels, study ids as they are."""
    if family_of(claim.measure) in ("children", "order", "most", "least"):
        return Codes(tuple(words))
    return "; ".join(words)


def published_value(claim: Claim) -> Value:
    """Return the published value as a reader sees it."""
    if isinstance(claim.value, tuple):
        return words_of(claim, claim.value)
    if claim.comparison in BOUNDS:
        return sentence(claim.comparison, number=published_text(claim))
    return published_text(claim) if isinstance(claim.value, (int, float)) else Own(claim.value)


def _words(measure: Measure) -> list[str]:
    return measure.value.split("; ") if measure.value else []


def _compare_included(claim: Claim, published: Sequence[str], measure: Measure) -> Judgement:
    """All published words must be among ours."""
    ours = _words(measure)
    shown, missing = words_of(claim, ours), [word for word in published if word not in ours]
    if not missing:
        return _found(shown, "", EQUAL, "all_in", measure)
    difference = sentence("missing", names=words_of(claim, missing))
    if _is_exact(measure):
        return _found(shown, difference, DIFFERS, "not_in", measure)
    reached = SO_FAR if len(missing) < len(published) else CANNOT
    kind = "part_agrees" if reached == SO_FAR else "part"
    return _found(shown, difference, reached, kind, measure, WHOLE_LIST)


def _compare_same(claim: Claim, published: Sequence[str], measure: Measure) -> Judgement:
    """The published words must be ours, in any order."""
    if not _is_exact(measure):
        return _compare_subset(claim, published, measure)
    missing = [word for word in published if word not in _words(measure)]
    others = [word for word in _words(measure) if word not in published]
    shown = words_of(claim, _words(measure))
    if not missing and not others:
        return _found(shown, "", EQUAL, "same_words", measure)
    lacking, beside = words_of(claim, missing), words_of(claim, others)
    if missing and others:
        difference = sentence("missing_and_beside", missing=lacking, beside=beside)
    else:
        difference = sentence("missing", names=lacking) if missing else sentence("beside", names=beside)
    return _found(shown, difference, DIFFERS, "other_ones", measure)


def _compare_subset(claim: Claim, published: Sequence[str], measure: Measure) -> Judgement:
    """All of our words must be among the published."""
    ours = _words(measure)
    shown, others = words_of(claim, ours), [word for word in ours if word not in published]
    if others:
        return _found(shown, sentence("beside", names=words_of(claim, others)), DIFFERS, "more_in", measure)
    if _is_exact(measure):
        return _found(shown, "", EQUAL, "no_others", measure)
    reached, kind = (SO_FAR, "part_agrees") if ours else (CANNOT, "part")
    return _found(shown, "", reached, kind, measure, WHOLE_LIST)


def _order_in_words(groups: Sequence[Sequence[str]]) -> Value:
    """Return codes with most studies first, those of one group tied."""
    said: Value = ""
    for group in groups:
        tied: Value = Codes((group[0],))
        for code in group[1:]:
            tied = sentence("tied", first=tied, second=Codes((code,)))
        said = sentence("ahead", first=said, second=tied) if said else tied
    return said


def _compare_order(claim: Claim, published: Sequence[str], measure: Measure) -> Judgement:
    """Each published code must have more studies than the next; a tie is no order."""
    groups = [tied.split(" = ") for tied in measure.value.split(" > ")]
    measured = _order_in_words(groups)
    place = {code: number for number, tied in enumerate(groups) for code in tied}
    missing = tuple(code for code in published if code not in place)
    for first, second in pairwise(code for code in published if code in place):
        if place[first] >= place[second]:
            kind = "as_many" if place[first] == place[second] else "fewer_than"
            difference = sentence(kind, first=Codes((first,)), second=Codes((second,)))
            return _found(measured, difference, DIFFERS, "not_in_order", measure)
    if not missing:
        return _found(measured, "", EQUAL, "in_order", measure)
    difference = sentence("missing", names=Codes(missing))
    if _is_exact(measure):
        return _found(measured, difference, DIFFERS, "not_among", measure)
    reached = SO_FAR if len(published) - len(missing) > 1 else CANNOT
    kind = "part_agrees" if reached == SO_FAR else "part"
    return _found(measured, difference, reached, kind, measure, sentence("need_lists", codes=Codes(missing)))
