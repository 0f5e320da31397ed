"""Whether the exports at hand are surely all: a number that is too small differs only then.

A count of records is below the printed one where the review counted others, and where an export is missing.
A missing one is excluded if the settings list all exports, if the claim names its inputs, if a printed total
of their records is met, or, for numbers of screening, if every decision found its record.
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
from scripts.common.claims.measures import DATA, OPERATOR, Measure, family_of, where
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


class Completeness(NamedTuple):
    """What is known of the exports: kinds that are whole, whether anybody decided, decisions on no record."""

    whole: frozenset[str]
    decided: bool
    without_record: int

    def may_lack_exports(self, measure: str, known: Mapping[str, Measure]) -> bool:
        """Return whether exports behind a measure may be missing."""
        return any(self._may_lack(part, known) for part in parts_of(measure))

    def _may_lack(self, part: str, known: Mapping[str, Measure]) -> bool:
        if OF_ONE_EXPORT.fullmatch(part) or part not in known or known[part].rests_on not in DATA:
            return False
        if not kinds_behind(part, known) & OF_RECORDS - self.whole:
            return False
        of_screening = part not in BOXES_BEHIND and family_of(part) in ("flow", *OF_DECISIONS)
        every_record_is_here = self.without_record == 0 and (self.decided or part in OF_INCLUDED)
        return not (of_screening and every_record_is_here)


def unless_exports_are_missing(
    result: Judgement, claim: Claim, measure: Measure | None, known: Mapping[str, Measure], here: Completeness
) -> Judgement:
    """Return the same judgement; a number that differs cannot be checked where missing exports explain it.

    A claim that names its inputs names all of them. Missing exports explain a count below the printed one,
    and any difference of a percentage, a coefficient or a difference of counts.
    """
    if claim.inputs or measure is None or result.verdict != DIFFERS:
        return result
    if not here.may_lack_exports(claim.measure, known):
        return result
    is_ratio = family_of(claim.measure) == "agreement" or measure.of
    is_count = not is_ratio and set(OPERATOR.findall(claim.measure)) <= {"+"}
    if is_count and Fraction(measure.value) > target_of(claim).published:
        return result
    needs = sentence("need_all_exports")
    reason = sentence("exports_may_lack", where=where(measure))
    return cannot(claim, needs, reason)._replace(reproduced=result.reproduced, difference=result.difference)
