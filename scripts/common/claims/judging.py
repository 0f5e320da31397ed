"""Whether a measured value meets a published claim: decided here only, in exact fractions."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from scripts.common.claims.published import Claim, number_text

REPRODUCED, WITHIN, DIFFERS = "reproduced", "within tolerance", "differs"
INCONSISTENT, CANNOT = "inconsistent as printed", "cannot be checked"
VERDICTS = (REPRODUCED, WITHIN, DIFFERS, INCONSISTENT, CANNOT)
DECIDED = (REPRODUCED, WITHIN, DIFFERS)
AT_LEAST = "at least "  # before a lower bound, published or measured


class Target(NamedTuple):
    """A published number and how near to it a value must be, all exact and in the unit of the claim.

    ``rounding`` is half of the last printed digit of a share, which may have been rounded either way.
    """

    published: Fraction
    comparison: str
    tolerance: Fraction = Fraction(0)
    rounding: Fraction = Fraction(0)

    def verdict(self, value: Fraction) -> str:
        """Return reproduced, within tolerance or differs for an exactly known value."""
        gap = value - self.published
        missed = max(-gap, Fraction(0)) if self.comparison == "at_least" else abs(gap)
        if missed <= self.rounding:
            return REPRODUCED
        return WITHIN if missed <= self.rounding + self.tolerance else DIFFERS

    def meets(self, value: Fraction) -> bool:
        """Return whether a value is the published number, at least within the tolerance."""
        return self.verdict(value) != DIFFERS

    def is_exceeded_by(self, lower_bound: Fraction) -> bool:
        """Return whether a value is already too great for the claim when only its lower bound is known."""
        return self.comparison != "at_least" and lower_bound - self.published > self.rounding + self.tolerance


def rounding_of(decimals: int) -> Fraction:
    """Return half of the last of so many digits behind the point."""
    return Fraction(1, 2 * 10**decimals)


def target_of(claim: Claim) -> Target:
    """Return what a number must meet to meet the claim; its published value must be a number."""
    rounding = rounding_of(claim.decimals or 0) if claim.comparison == "share" else Fraction(0)
    return Target(Fraction(repr(claim.value)), claim.comparison, Fraction(repr(claim.tolerance)), rounding)


def target_of_row(row: Mapping[str, str]) -> Target:
    """Return the same for a row of comparison.csv, which has the published number with all its digits."""
    text = row["published"].removeprefix(AT_LEAST)
    share = row["comparison"] == "share"
    rounding = rounding_of(len(text.partition(".")[2])) if share else Fraction(0)
    return Target(Fraction(text), row["comparison"], Fraction(row["tolerance"] or 0), rounding)


class Judgement(NamedTuple):
    """What was found for a claim: the value as shown, its distance, the verdict, and why."""

    reproduced: str
    difference: str
    verdict: str
    reason: str


def judge(claim: Claim, measure: Mapping[str, str] | None) -> Judgement:
    """Return the judgement on one claim from its row of measures.csv; None if it names no measure.

    A lower bound ("at least") can contradict a claim, or confirm one that is itself a lower bound or a list
    that is included; it never confirms an exact number.
    """
    if measure is None:
        return cannot(f"needs {claim.needs}", claim)
    if measure["bound"] == "unknown":
        return cannot(measure["note"], claim)
    if claim.comparison == "share":
        return _judge_share(claim, measure)
    if isinstance(claim.value, (int, float)):
        return _judge_number(claim, measure)
    if isinstance(claim.value, tuple):
        by_comparison = {"includes": _judge_included, "subset": _judge_subset, "order": _judge_order}
        return by_comparison[claim.comparison](claim, claim.value, measure)
    return _judge_text(claim, measure)


def cannot(reason: str, claim: Claim) -> Judgement:
    """Return that a claim cannot be checked at all, and why."""
    return _judgement("", "", CANNOT, reason, claim)


def _judgement(reproduced: str, difference: str, verdict: str, reason: str, claim: Claim) -> Judgement:
    text = f"{reason[0].upper()}{reason[1:]}."
    return Judgement(reproduced, difference, verdict, f"{text} {claim.note}" if claim.note else text)


def _where(measure: Mapping[str, str]) -> str:
    return f"{measure['file']} ({measure['rows']})"


def _is_exact(measure: Mapping[str, str]) -> bool:
    return measure["bound"] == "exact"


def _shown(measure: Mapping[str, str]) -> str:
    return measure["value"] if _is_exact(measure) else f"{AT_LEAST}{measure['value']}"


def _signed(gap: Fraction) -> str:
    return number_text(gap, "+") if gap else "0"


def _judge_number(claim: Claim, measure: Mapping[str, str]) -> Judgement:
    if claim.comparison == "at_least":
        return _judge_lower_bound(claim, measure)
    target, value, where = target_of(claim), Fraction(measure["value"]), _where(measure)
    gap, shown = value - target.published, _shown(measure)
    if not _is_exact(measure):
        if target.is_exceeded_by(value):
            return _judgement(shown, f"{AT_LEAST}{_signed(gap)}", DIFFERS, f"already more in {where}", claim)
        return _judgement(
            shown, "", CANNOT, f"only a lower bound is known in {where}: needs the whole list", claim
        )
    if claim.comparison == "rank" and not gap and measure["note"]:  # equal takes a tie, rank does not
        return _judgement(shown, measure["note"], DIFFERS, f"not alone at this rank in {where}", claim)
    return _judgement(shown, _signed(gap), target.verdict(value), f"measured in {where}", claim)


def _judge_lower_bound(claim: Claim, measure: Mapping[str, str]) -> Judgement:
    """A published "at least": a measured lower bound that is not below it confirms it."""
    target, value, where = target_of(claim), Fraction(measure["value"]), _where(measure)
    shown, difference = _shown(measure), _signed(value - target.published)
    verdict = target.verdict(value)
    if verdict == REPRODUCED:
        return _judgement(shown, "", REPRODUCED, f"at least as many in {where}", claim)
    if not _is_exact(measure):
        reason = f"fewer are known in {where}, a lower bound: needs the whole list"
        return _judgement(shown, difference, CANNOT, reason, claim)
    reason = f"measured in {where}" if verdict == WITHIN else f"fewer in {where}"
    return _judgement(shown, difference, verdict, reason, claim)


def _judge_share(claim: Claim, measure: Mapping[str, str]) -> Judgement:
    """Compare from the whole numbers: the printed percentage is a rounding, either way at a half."""
    where, decimals = _where(measure), claim.decimals or 0
    if not measure["number"] or not measure["of"]:
        return cannot(measure["note"] or f"needs count and n in {where}", claim)
    target, share = target_of(claim), Fraction(100 * int(measure["number"]), int(measure["of"]))
    gap = f"{float(share - target.published):+.2g}"
    shown = f"{float(share):.{decimals + 1}f} ({measure['number']} of {measure['of']})"
    if not _is_exact(measure):
        if target.is_exceeded_by(share):
            return _judgement(
                f"{AT_LEAST}{shown}", f"{AT_LEAST}{gap}", DIFFERS, f"already more in {where}", claim
            )
        reason = f"only a lower bound is known in {where}: needs the whole list"
        return _judgement(f"{AT_LEAST}{shown}", "", CANNOT, reason, claim)
    verdict = target.verdict(share)
    if verdict == REPRODUCED:
        another_n = "" if int(measure["of"]) == claim.of else f"; the published n is {claim.of}"
        return _judgement(shown, "0", verdict, f"rounds to it in {where}{another_n}", claim)
    return _judgement(shown, gap, verdict, f"measured in {where}", claim)


def _judge_text(claim: Claim, measure: Mapping[str, str]) -> Judgement:
    where = _where(measure)
    if not _is_exact(measure):
        reason = f"only a part is known in {where}: needs the whole list"
        return _judgement(_shown(measure), "", CANNOT, reason, claim)
    same = claim.value == measure["value"]
    verdict, difference = (REPRODUCED, "") if same else (DIFFERS, "other words")
    return _judgement(measure["value"], difference, verdict, f"measured in {where}", claim)


def _words(measure: Mapping[str, str]) -> list[str]:
    return measure["value"].split("; ") if measure["value"] else []


def _judge_included(claim: Claim, published: Sequence[str], measure: Mapping[str, str]) -> Judgement:
    """All published words must be among ours."""
    where, measured = _where(measure), measure["value"]
    missing = [word for word in published if word not in _words(measure)]
    if not missing:
        return _judgement(measured, "", REPRODUCED, f"all of them stand in {where}", claim)
    verdict = DIFFERS if _is_exact(measure) else CANNOT
    return _judgement(measured, f"missing: {', '.join(missing)}", verdict, f"not in {where}", claim)


def _judge_subset(claim: Claim, published: Sequence[str], measure: Mapping[str, str]) -> Judgement:
    """All of our words must be among the published."""
    where, measured = _where(measure), measure["value"]
    strangers = [word for word in _words(measure) if word not in published]
    if strangers:
        difference = f"beside them: {', '.join(strangers)}"
        return _judgement(measured, difference, DIFFERS, f"more stand in {where}", claim)
    if _is_exact(measure):
        return _judgement(measured, "", REPRODUCED, f"none stands beside them in {where}", claim)
    return _judgement(measured, "", CANNOT, f"only a part is known in {where}: needs the whole list", claim)


def _judge_order(claim: Claim, published: Sequence[str], measure: Mapping[str, str]) -> Judgement:
    """Each published code must have more studies than the next; a tie is no order."""
    where, measured = _where(measure), measure["value"]
    place = {code: number for number, tied in enumerate(measured.split(" > ")) for code in tied.split(" = ")}
    missing = [code for code in published if code not in place]
    for first, second in pairwise(code for code in published if code in place):
        if place[first] >= place[second]:
            tie = "as many as" if place[first] == place[second] else "fewer than"
            difference = f"{first} has {tie} {second}"
            return _judgement(measured, difference, DIFFERS, f"measured in {where}", claim)
    if not missing:
        return _judgement(measured, "", REPRODUCED, f"in this order in {where}", claim)
    difference = f"missing: {', '.join(missing)}"
    if _is_exact(measure):
        return _judgement(measured, difference, DIFFERS, f"not among the {where}", claim)
    reason = f"needs the whole list of studies for: {', '.join(missing)}"
    return _judgement(measured, difference, CANNOT, reason, claim)
