"""Find the least number of single changes that would overturn each claim, and what leaving one out does."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from scripts.common.claims.judging import DECIDED, DIFFERS, Target, target_of_row
from scripts.common.claims.measures import TEXTS, family_of
from scripts.common.claims.prices import (
    NEVER,
    Coding,
    cheapest_rank,
    coding_of,
    least,
    rank_of,
    without_coder,
)
from scripts.common.coding.codebook import Code
from scripts.common.coding.codebook_forms import read_codebook
from scripts.common.coding.model import in_order
from scripts.common.files.tables import read_table, rows_of, write_table
from scripts.common.job import job, log

if TYPE_CHECKING:
    snakemake: Any

COLUMNS = (
    "claim_id", "origin", "statement", "verdict", "changes", "of_what", "stands_against", "how", "note",
)  # fmt: skip
OUT_COLUMNS = ("claim_id", "left_out", "name", "value", "verdict", "overturned")
# Measures in which one change moves the number by one, and what such a change is.
UNITS = {
    "flow": "one decision on one record",
    "included_known": "one decision on one record",
    "included_retrieved": "one decision on one record",
    "studies_with_evidence": "one study left out",
    "themes": "one code of the codebook",
    "categories": "one code of the codebook",
}

Row = Mapping[str, str]


class Step(NamedTuple):
    """The least number of changes of one kind, in words what they are, and what they do."""

    changes: float
    of_what: str
    how: str


def count_steps(coding: Coding, code: str, claim: Row, of: int | None) -> Iterator[Step]:
    """Yield the least change of votes, and of studies, for a count or a percentage of ``of`` studies."""
    count, target = len(coding.final[code]), target_of_row(claim)

    def met(studies: int, total: int | None) -> bool:
        return target.meets(Fraction(100 * studies, total) if total else Fraction(studies))

    now = met(count, of)
    price, shift = least(coding.down(code), coding.up(code), lambda by: met(count + by, of) != now)
    yield Step(price, "one code of one coder", f"studies of {code}: {count} to {count + shift}")
    outside = of - count if of else 0
    for number in range(1, count + outside + 1):
        for inside in range(min(number, count), max(number - outside, 0) - 1, -1):
            left = of - number if of else None
            if left == 0:
                continue
            if met(count - inside, left) != now:
                with_code = f"{inside} of them with {code}" if of else f"with {code}"
                yield Step(number, "one study left out", f"{number} left out, {with_code}")
                return
    yield Step(NEVER, "one study left out", "")


def rank_steps(coding: Coding, code: str, siblings: Sequence[str], claim: Row) -> Iterator[Step]:
    """Yield the least changes that overturn a rank; for ``rank`` a tie is enough, for ``equal`` it is not.

    Studies left out are given for a rank that is met: the first pair of siblings that changes its
    order then decides, and only studies with the one and not the other count.
    """
    alone, target = claim["comparison"] == "rank", target_of_row(claim)
    met = claim["verdict"] != DIFFERS

    def flipped(rank: int, tied: bool) -> bool:
        return (target.meets(Fraction(rank)) and not (alone and tied)) != met

    yield Step(cheapest_rank(coding, code, siblings, flipped), "one code of one coder", f"rank of {code}")
    if not met or target.tolerance:
        return
    out: tuple[float, str] = (NEVER, "")
    own = coding.final[code]
    for other in siblings:
        theirs = coding.final[other]
        gap = len(own) - len(theirs)
        ahead = gap >= 0  # a tie does not count as more
        shift = gap + (0 if alone and gap else 1) if ahead else -gap
        removable = own - theirs if ahead else theirs - own
        if shift <= len(removable) and shift < out[0]:
            out = (shift, f"{code} against {other}")
    yield Step(out[0], "one study left out", out[1])


def order_steps(coding: Coding, ranked: Sequence[str], met: bool) -> Iterator[Step]:
    """Yield the least change of votes that makes a code as frequent as the one named before it."""
    if not met:
        return
    best: tuple[float, str] = (NEVER, "")
    for first, second in pairwise(ranked):
        gap = len(coding.final[first]) - len(coding.final[second])
        lower, higher = coding.down(first), coding.up(second)
        for size in range(gap + 1):
            if size < len(lower) and gap - size < len(higher):
                best = min(best, (lower[size] + higher[gap - size], f"{first} as often as {second}"))
    yield Step(best[0], "one code of one coder", best[1])


def list_steps(coding: Coding, code: str, named: set[str], claim: Row) -> Iterator[Step]:
    """Yield the least change of votes, and of studies, for a list of studies that includes or is a subset."""
    met = claim["verdict"] != DIFFERS
    found = coding.final[code]
    if claim["comparison"] == "includes":
        prices = [coding.price(code, study) for study in (named if met else named - found)]
    else:
        prices = [coding.price(code, study) for study in ((coding.studies - named) if met else found - named)]
        out = NEVER if met else len(found - named)
        yield Step(out, "one study left out", ", ".join(in_order(found - named)))
    price = (min(prices) if prices else NEVER) if met else sum(prices)
    yield Step(price, "one code of one coder", f"the list of {code}")


def unit_steps(measure: Row, claim: Row, what: str) -> Iterator[Step]:
    """Yield the least number of unit changes for a count in which each change moves one."""
    target, value = target_of_row(claim), int(measure["value"])
    now = target.meets(Fraction(value))
    most = int(abs(value - target.published) + target.tolerance) + 2
    price, shift = least(
        range(value + 1), range(most + 1), lambda by: target.meets(Fraction(value + by)) != now
    )
    yield Step(price, what, f"{value} to {value + shift}")


def steps(claim: Row, measure: Row, coding: Coding, codes: Sequence[Code]) -> list[Step]:
    """Return the least changes of each kind that would overturn a decided claim."""
    family, name = family_of(claim["measure"]), claim["measure"].partition(":")[2]
    if family in UNITS:
        return list(unit_steps(measure, claim, UNITS[family]))
    if family in ("studies", "percent"):
        return list(count_steps(coding, name, claim, int(measure["of"]) if family == "percent" else None))
    if family == "rank":
        return list(rank_steps(coding, name, _siblings(codes, name), claim))
    return list_of_words_steps(family, name, claim, measure, coding)


def list_of_words_steps(family: str, name: str, claim: Row, measure: Row, coding: Coding) -> list[Step]:
    """Return the least changes for a claim whose value is in words; none if only words were compared."""
    met, named = claim["verdict"] != DIFFERS, claim["published_value"].split("; ")
    if family == "order":
        return list(order_steps(coding, named, met))
    if family == "study_ids" and claim["comparison"] in ("includes", "subset"):
        return list(list_steps(coding, name, set(named), claim))
    if family == "children" and claim["comparison"] == "includes":
        lacking = len(set(named) - set(measure["value"].split("; ")))
        return [Step(1 if met else lacking, "one code of the codebook", ", ".join(named))]
    if family == "study_numbers" and met:
        return [Step(1, "one study left out", f"the first or last of {claim['published_value']}")]
    return []


def _siblings(codes: Sequence[Code], name: str) -> list[str]:
    parent = next((code.parent for code in codes if code.id == name), None)
    return [code.id for code in codes if code.parent == parent and code.id != name]


def left_out(claim: Row, measure: Row, coding: Coding, codes: Sequence[Code]) -> Iterator[dict[str, object]]:
    """Yield value and verdict of a claim on coded studies without each study, and without each coder."""
    family, _, code = claim["measure"].partition(":")
    if family not in ("studies", "percent", "rank") or claim["verdict"] not in DECIDED:
        return
    siblings, target = _siblings(codes, code), target_of_row(claim)
    total = int(measure["of"]) if family == "percent" else 0

    def result(kind: str, name: str, sets: Coding, gone: frozenset[str]) -> dict[str, object]:
        value, met = value_without(family, code, siblings, total, sets, gone, target)
        overturned = met == (claim["verdict"] == DIFFERS)
        return {
            "claim_id": claim["claim_id"],
            "left_out": kind,
            "name": name,
            "value": f"{float(value):.1f}" if family == "percent" else str(value),
            "verdict": "agrees" if met else DIFFERS,
            "overturned": "yes" if overturned else "no",
        }

    for study in in_order(coding.studies):
        yield result("study", study, coding, frozenset({study}))
    everyone = sorted({coder for names in coding.coders.values() for coder in names})
    for coder in everyone if len(everyone) > 1 else []:  # without the only one nothing is left to count
        yield result("coder", coder, without_coder(coding, coder), frozenset())


def value_without(
    family: str,
    code: str,
    siblings: Sequence[str],
    total: int,
    coding: Coding,
    gone: frozenset[str],
    target: Target,
) -> tuple[Fraction, bool]:
    """Return the value of a measure of coded studies without ``gone``, and whether it meets the target.

    ``total`` is the n of a percentage. Without any study left the percentage counts as 0.
    """
    studies = len(coding.final[code] - gone)
    if family == "percent":
        left = total - len(gone)
        value = Fraction(100 * studies, left) if left else Fraction(0)
        return value, target.meets(value)
    if family == "studies":
        return Fraction(studies), target.meets(Fraction(studies))
    rank = Fraction(rank_of(coding, code, siblings, gone))
    tied = any(len(coding.final[other] - gone) == studies for other in siblings)
    return rank, target.meets(rank) and not (target.comparison == "rank" and tied)


def fragility_rows(claim: Row, found: Sequence[Step]) -> Iterator[dict[str, str]]:
    """Yield a row per kind of change; one row that says why, where no kind applies."""
    shown = {name: claim[name] for name in COLUMNS[:4]}
    for step in found:
        never = step.changes == NEVER
        yield {
            **shown,
            "changes": "" if never else str(int(step.changes)),
            "of_what": step.of_what,
            "stands_against": "any number" if never else str(int(step.changes) - 1),
            "how": "" if never else step.how,
            "note": "no number of such changes overturns it" if never else "",
        }
    if not found:
        yield {**shown, "note": _why_none(claim)}


def _why_none(claim: Row) -> str:
    """Return why no number of changes is given for a claim."""
    if claim["verdict"] not in DECIDED:
        return f"{claim['verdict']}: nothing to overturn"
    return "compared in words" if family_of(claim["measure"]) in TEXTS else "no single change is tried for it"


def main(
    *,
    codebook: str | None,
    comparison: str,
    measures: str,
    evidence: str,
    themes: str,
    included: str,
    consensus: str,
    fragility: str,
    left_out_csv: str,
) -> None:
    """Write the least changes per claim, and the tables without one study and without one coder."""
    codes = read_codebook(codebook)
    measured = {row["measure"]: row for row in rows_of(read_table(measures))}
    coding = coding_of(codes, read_table(evidence), read_table(themes), read_table(included), consensus)
    rows: list[dict[str, str]] = []
    out: list[dict[str, object]] = []
    for claim in rows_of(read_table(comparison)):
        decided = claim["verdict"] in DECIDED
        measure = measured.get(claim["measure"])  # none for a measure made of others
        found = steps(claim, measure, coding, codes) if decided and measure else []
        rows += fragility_rows(claim, found)
        if decided and measure:
            out += left_out(claim, measure, coding, codes)
    write_table(rows, fragility, COLUMNS, for_people=True)
    write_table(out, left_out_csv, OUT_COLUMNS, for_people=True)
    fragile = len({row["claim_id"] for row in rows if row.get("changes") == "1"})
    log.info("%d claims that a single change overturns", fragile)


if __name__ == "__main__":
    with job(snakemake):
        main(
            codebook=snakemake.input.get("codebook"),
            comparison=snakemake.input.comparison,
            measures=snakemake.input.measures,
            evidence=snakemake.input.evidence,
            themes=snakemake.input.themes,
            included=snakemake.input.included,
            consensus=snakemake.params.consensus,
            fragility=snakemake.output.fragility,
            left_out_csv=snakemake.output.left_out,
        )
