"""Whether the files at hand are surely all: a number that is too small differs only then.

A count of records is below the printed one where the review counted others, and where an export is missing.
A missing one is excluded if the settings list all exports, if the claim names its inputs, if a printed total
of their records is met, or, for numbers of screening, if every decision found its record. In the same way a
coding sheet may be missing where an included study is in none.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import NamedTuple

from scripts.common.claims.inputs_behind import (
    BOXES_BEHIND,
    OF_ONE_EXPORT,
    OF_RECORDS,
    kinds_behind,
    parts_of,
)
from scripts.common.claims.judging import DIFFERS, Judgement, cannot, target_of
from scripts.common.claims.measures import CODINGS, DATA, EXACT, OPERATOR, Measure, family_of, where
from scripts.common.claims.published import Claim
from scripts.common.claims.sentences import sentence
from scripts.common.review.inputs import DATABASES
from scripts.common.screening.flow import KIND_BOX

# A number of records -> the kinds of exports of which none can be missing if it is the printed one.
TOTALS: Mapping[str, frozenset[str]] = {
    "records": OF_RECORDS,
    "flow:database_results": frozenset(DATABASES),
    **{f"flow:{box}": frozenset((kind,)) for kind, box in KIND_BOX.items()},
}
EXPORT, CODING = "export", "coding"  # what may be missing
OF_DECISIONS = ("votes", "decided", "agreement")
OF_INCLUDED = ("flow:new_studies", "flow:new_reports")  # known from a list where nobody decided


def shown_whole(equal: Iterable[str]) -> frozenset[str]:
    """Return the kinds of exports that are whole, as printed totals of their records are met exactly.

    ``equal`` are the measures of claims that were recomputed and equal; sums of totals count too.
    """
    kinds: set[str] = set()
    for measure in equal:
        parts, operators = parts_of(measure), set(OPERATOR.findall(measure))
        if operators <= {"+"} and all(part in TOTALS for part in parts):
            kinds.update(*(TOTALS[part] for part in parts))
    return frozenset(kinds)


def uncoded_studies(known: Mapping[str, Measure]) -> int:
    """Return how many included studies are in no coding sheet, as far as both numbers are known; else 0."""
    included, coded = (known.get(name) for name in ("flow:new_studies", "studies_with_evidence"))
    if included is None or coded is None or {included.bound, coded.bound} != {EXACT}:
        return 0
    return max(0, int(included.value) - int(coded.value))


class Completeness(NamedTuple):
    """What is known of the files at hand.

    ``whole`` are the kinds of which none is missing, ``without_record`` the decisions that join no record,
    ``uncoded`` the included studies in no coding sheet.
    """

    whole: frozenset[str]
    decided: bool
    without_record: int
    uncoded: int

    def may_be_missing(self, claim: Claim, measure: Measure, known: Mapping[str, Measure]) -> str:
        """Return what may be missing behind a measure, an export or a coding sheet; empty for nothing.

        A claim that names its inputs names all of them.
        """
        if claim.inputs:
            return ""
        if any(self._may_lack_exports(part, known) for part in parts_of(claim.measure)):
            return EXPORT
        of_codes = measure.rests_on == CODINGS and CODING in kinds_behind(claim.measure, known)
        return CODING if of_codes and self.uncoded and CODING not in self.whole else ""

    def _may_lack_exports(self, part: str, known: Mapping[str, Measure]) -> bool:
        if OF_ONE_EXPORT.fullmatch(part) or part not in known or known[part].rests_on not in DATA:
            return False
        if not kinds_behind(part, known) & OF_RECORDS - self.whole:
            return False
        of_screening = part not in BOXES_BEHIND and family_of(part) in ("flow", *OF_DECISIONS)
        every_record_is_here = self.without_record == 0 and (self.decided or part in OF_INCLUDED)
        return not (of_screening and every_record_is_here)


def unless_files_are_missing(
    result: Judgement, claim: Claim, measure: Measure | None, known: Mapping[str, Measure], here: Completeness
) -> Judgement:
    """Return the same judgement; a number that differs cannot be checked where missing files explain it.

    They explain a count below the printed one, and any difference of words, ranks, percentages, coefficients
    and differences of counts.
    """
    if measure is None or result.verdict != DIFFERS:
        return result
    lacking = here.may_be_missing(claim, measure, known)
    if not lacking:
        return result
    if _is_count(claim, measure) and Fraction(measure.value) > target_of(claim).published:
        return result
    if lacking == CODING:
        needs = sentence("need_all_coding")
        reason = sentence("coding_may_lack", where=where(measure), uncoded=str(here.uncoded))
    else:
        needs, reason = sentence("need_all_export"), sentence("export_may_lack", where=where(measure))
    return cannot(claim, needs, reason)._replace(reproduced=result.reproduced, difference=result.difference)


def _is_count(claim: Claim, measure: Measure) -> bool:
    """Return whether a claim is about a number that only grows with more files."""
    if not isinstance(claim.value, (int, float)) or measure.of:
        return False
    only_sums = set(OPERATOR.findall(claim.measure)) <= {"+"}
    return only_sums and family_of(claim.measure) not in ("agreement", "rank")
