"""Check what is printed against itself, before any data: shares, sums, lists, ranges, bounds."""

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from scripts.common.claims.measures import PUBLISHED_CODER
from scripts.common.claims.places import one_after_another, place_in_words
from scripts.common.claims.published import Claim, read_claims, value_text
from scripts.common.claims.sentences import Codes, Own, Phrase, Sentence, Value, english, sentence, to_cell
from scripts.common.coding.codebook import Code
from scripts.common.coding.codebook_forms import read_codebook
from scripts.common.coding.model import in_order
from scripts.common.files.tables import read_table, write_table
from scripts.common.job import job, log
from scripts.common.screening.flow import BOXES, EQUATIONS, NOT_DRAWN, Printed, read_published_flow
from scripts.common.statistics.bounds import Interval, Relation, Sources, names_of, propagate
from scripts.common.values.counts import count_of

if TYPE_CHECKING:
    snakemake: Any

COLUMNS = ("check", "outcome", "claims", "place", "low", "high", "finding", "finding_data", "place_data")
CONSISTENT, INCONSISTENT, BOUND = "consistent", "inconsistent", "bound"
COUNTS = ("flow", "studies", "included_known", "included_retrieved", "studies_with_evidence")
INCLUDED = "flow:new_studies"
STUDY_RANGE = re.compile(r"(\d+)\s*[-\u2013]\s*(\d+)")  # first and last number, hyphen or en dash


class Finding(NamedTuple):
    """One check with its outcome; ``claims`` are ids of published.yaml or boxes of the printed flow."""

    check: str
    outcome: str
    claims: tuple[str, ...]
    finding: Sentence
    low: float | str = ""
    high: float | str = ""


def possible_counts(percent: float, decimals: int, of: int) -> tuple[int, int]:
    """Return the least and greatest whole number out of ``of`` that is printed as ``percent``.

    The least is above the greatest where none is (the GRIM test: Brown and Heathers 2017,
    doi:10.1177/1948550616673876). A half may have been rounded either way.
    """
    half = Fraction(1, 2 * 10**decimals)
    printed = Fraction(repr(percent))
    low = math.ceil((printed - half) * of / 100)
    return max(low, 0), min(math.floor((printed + half) * of / 100), of)


def shares(claims: Sequence[Claim]) -> Iterator[Finding]:
    """Yield for each printed percentage whether a whole number of its n gives it."""
    for claim in claims:
        if claim.of is None or not isinstance(claim.value, (int, float)):
            continue
        decimals = claim.decimals or 0
        low, high = possible_counts(claim.value, decimals, claim.of)
        percent, of = f"{claim.value:.{decimals}f}", str(claim.of)
        if low > high:
            near = round(claim.value * claim.of / 100)
            right = f"{100 * near / claim.of:.{decimals}f}"
            finding = sentence("share_not_whole", percent=percent, of=of, number=str(near), right=right)
            yield Finding("share", INCONSISTENT, (claim.id,), finding)
        elif claim.number is not None and not low <= claim.number <= high:
            right = f"{100 * claim.number / claim.of:.{decimals}f}"
            finding = sentence("share_wrong", number=str(claim.number), of=of, right=right, percent=percent)
            yield Finding("share", INCONSISTENT, (claim.id,), finding, low, high)
        else:
            finding = sentence("share_is", percent=percent, of=of, many=span(low, high))
            yield Finding("share", CONSISTENT, (claim.id,), finding, low, high)


def span(low: float, high: float) -> Value:
    """Return bounds as they are said: one number, a span, or at least the lower one."""
    if low == high:
        return f"{low:g}"
    if high == math.inf:
        return sentence("at_least", number=f"{low:g}")
    return sentence("span", low=f"{low:g}", high=f"{high:g}")


def named(measure: str) -> Value:
    """Return what a measure counts, as a reader calls it."""
    family, _, name = measure.partition(":")
    if family == "flow":
        return Phrase(BOXES[name.split(":")[0]])
    return sentence("studies_with", code=Codes((name,))) if family == "studies" else sentence(family)


def meant(claim: Claim, value: float) -> tuple[float, float]:
    """Return the least and the greatest count that a printed one can mean, a limit or about a number."""
    low = 0 if claim.comparison == "at_most" else max(0, math.ceil(value - claim.tolerance))
    return low, math.inf if claim.comparison == "at_least" else math.floor(value + claim.tolerance)


def printed(claims: Sequence[Claim], flow: Mapping[str, Printed]) -> Iterator[tuple[str, Interval]]:
    """Yield each printed count as bounds on what it counts; a share gives the counts that round to it."""
    for claim in claims:
        family, _, name = claim.measure.partition(":")
        if not isinstance(claim.value, (int, float)):
            continue
        source = frozenset((claim.id,))
        if family in COUNTS:
            yield claim.measure, Interval(*meant(claim, claim.value), source, source)
        elif family == "percent" and claim.of is not None:
            low, top = possible_counts(claim.value, claim.decimals or 0, claim.of)
            if low <= top:
                yield f"studies:{name}", Interval(low, top, source, source)
    for box, (number, *_) in flow.items():
        yield (
            f"flow:{box}",
            Interval(number, number, frozenset((f"flow:{box}",)), frozenset((f"flow:{box}",))),
        )


def relations(codes: Sequence[Code]) -> list[Relation]:
    """Return what must hold among the counts of any review: sums of the flow, and parts within wholes."""
    found = [
        Relation(tuple(f"flow:{x}" for x in left), tuple(f"flow:{x}" for x in right), kind="flow")
        for left, right in EQUATIONS
    ]
    found.append(Relation((INCLUDED,), ("flow:new_reports",), False, "flow"))
    for name in COUNTS[2:]:
        found.append(Relation((name,), (INCLUDED,), False, "part"))
    for code in codes:
        whole = f"studies:{code.parent}" if code.parent else INCLUDED
        found.append(Relation((f"studies:{code.id}",), (whole,), False, "part"))
    return found


def counts(claims: Sequence[Claim], flow: Mapping[str, Printed], codes: Sequence[Code]) -> Iterator[Finding]:
    """Yield numbers that differ from place to place, relations that cannot hold, bounds of the unprinted."""
    rules = relations(codes)
    known = {name: Interval() for name in names_of(rules)}
    known |= {f"flow:{box}": Interval(0, 0) for box in NOT_DRAWN}
    sources: dict[str, set[str]] = defaultdict(set)  # name -> where it is printed
    for name, interval in printed(claims, flow):
        met = known.get(name, Interval()).meet(interval)
        sources[name] |= interval.low_from
        if met.empty:
            both = tuple(sorted(met.low_from | met.high_from))
            finding = sentence("twice", name=named(name), low=f"{met.low:g}", high=f"{met.high:g}")
            yield Finding("twice", INCONSISTENT, both, finding)
        else:
            known[name] = met
    bounds, faults = propagate(known, rules)
    yield from _related(rules, faults, known, sources)
    for name, interval in bounds.items():
        if not sources[name] and interval != known[name]:
            yield from _bound(name, interval)


def _related(
    rules: Sequence[Relation],
    faults: Sequence[tuple[Relation, Sources]],
    known: Mapping[str, Interval],
    sources: Mapping[str, set[str]],
) -> Iterator[Finding]:
    """Yield the relations that cannot hold, then those between printed numbers that can."""
    broken = [relation for relation, _ in faults]
    for relation, against in faults:
        finding = sentence("cannot_hold", relation=_shown(relation, known))
        yield Finding(relation.kind, INCONSISTENT, tuple(sorted(against)), finding)
    for relation in rules:
        in_print = [name for name in relation.names if sources.get(name)]
        if relation not in broken and len(in_print) > 1:
            places = tuple(sorted({source for name in in_print for source in sources[name]}))
            finding = sentence("can_hold", relation=_shown(relation, known))
            yield Finding(relation.kind, CONSISTENT, places, finding)


def _bound(name: str, interval: Interval) -> Iterator[Finding]:
    """Yield what follows for a number that is not printed, if it is more than that it is 0 or greater."""
    if not interval.low and not name.startswith("flow:"):  # no more than that parts lie within the whole
        return
    rests_on = tuple(sorted(interval.low_from | interval.high_from))
    finding = sentence("bound", name=named(name), many=span(interval.low, interval.high))
    high = "" if interval.high == math.inf else interval.high
    yield Finding(BOUND, BOUND, rests_on, finding, interval.low, high)


def _shown(relation: Relation, known: Mapping[str, Interval]) -> Value:
    """Return a relation with the printed numbers in it; a question mark for what is not printed."""

    def counted(name: str) -> Sentence:
        low, high = known[name].low, known[name].high
        return sentence(
            "counted", name=named(name), number="?" if not low and high == math.inf else span(low, high)
        )

    shown: list[Value] = []
    for sign, side in (("", relation.left), ("=" if relation.equal else "<=", relation.right)):
        for place, name in enumerate(side):
            shown += [sign if not place else "+", counted(name)]
    return tuple(shown[1:])


def printed_lists(
    claims: Sequence[Claim], evidence: pd.DataFrame, lists: pd.DataFrame
) -> dict[str, tuple[str, set[str], bool]]:
    """Return code -> claim, studies printed for it, whether the list is whole.

    A list is the value of a claim on ``study_ids:<code>``, or that of the coder ``published`` for a code
    whose number of studies a claim gives.
    """
    own = evidence["coder"] == PUBLISHED_CODER
    present = evidence[own & (evidence["stance"] == "present")]
    cut_off = set(lists.loc[lists["complete"] == "no", "code"])
    found: dict[str, tuple[str, set[str], bool]] = {}
    for claim in claims:
        family, _, code = claim.measure.partition(":")
        if family == "study_ids" and isinstance(claim.value, tuple):
            found[code] = (claim.id, set(claim.value), claim.comparison != "includes")
        elif family == "studies" and code not in found:
            rows = present[present["code"] == code]
            if len(rows):
                found[code] = (claim.id, set(rows["study_id"]), code not in cut_off)
    return found


def sublists(lists: Mapping[str, tuple[str, set[str], bool]], codes: Sequence[Code]) -> Iterator[Finding]:
    """Yield whether each printed list of a code lies within the whole printed list of a code above it."""
    parents = {code.id: code.parent for code in codes}
    for code in codes:
        above = code.parent
        while above and code.id in lists:
            if above in lists and lists[above][2]:
                claim, inner, _ = lists[code.id]
                other, outer, _ = lists[above]
                strangers = in_order(inner - outer)
                both = {"code": Codes((code.id,)), "above": Codes((above,))}
                if strangers:
                    text = sentence("list_lacks", **both, studies=", ".join(strangers))
                    yield Finding("list", INCONSISTENT, (claim, other), text)
                else:
                    text = sentence("list_within", **both, number=str(len(inner)))
                    yield Finding("list", CONSISTENT, (claim, other), text)
            above = parents[above]


def ranges(claims: Sequence[Claim], lists: Mapping[str, tuple[str, set[str], bool]]) -> Iterator[Finding]:
    """Yield whether a printed range of study numbers is one, is wide enough, and holds what is cited."""
    counted = [
        (c.id, float(c.value))
        for c in claims
        if c.measure.startswith("studies:") and isinstance(c.value, (int, float))
    ]
    for claim in claims:
        match = STUDY_RANGE.fullmatch(value_text(claim.value)) if claim.measure == "study_numbers" else None
        if match is None:
            continue
        low, high = int(match[1]), int(match[2])
        if low > high:
            finding = sentence("backwards", low=str(low), high=str(high))
            yield Finding("range", INCONSISTENT, (claim.id,), finding, low, high)
            continue
        faults = [*_too_many(claim, counted, low, high), *_outside(claim, lists, low, high)]
        finding = sentence("all_within", low=str(low), high=str(high))
        yield from faults or [Finding("range", CONSISTENT, (claim.id,), finding, low, high)]


def _too_many(claim: Claim, counted: Sequence[tuple[str, float]], low: int, high: int) -> Iterator[Finding]:
    """Yield the printed counts of studies that are greater than the range has numbers."""
    room = high - low + 1
    for other, number in counted:
        if number > room:
            text = sentence("no_room", number=f"{number:g}", low=str(low), high=str(high), room=str(room))
            yield Finding("range", INCONSISTENT, (claim.id, other), text, low, high)


def _outside(
    claim: Claim, lists: Mapping[str, tuple[str, set[str], bool]], low: int, high: int
) -> Iterator[Finding]:
    """Yield the codes for which study numbers outside the range are cited."""
    for code, (other, studies, _) in lists.items():
        outside = in_order(x for x in studies if x.isdecimal() and not low <= int(x) <= high)
        if outside:
            text = sentence(
                "outside", low=str(low), high=str(high), code=Codes((code,)), studies=", ".join(outside)
            )
            yield Finding("range", INCONSISTENT, (claim.id, other), text, low, high)


def main(
    *,
    codebook: str | None,
    published: str | None,
    flow: str | None,
    flow_words: Mapping[str, Any] | None,
    evidence: str,
    lists: str,
    forensics: str,
) -> None:
    """Write forensics.csv: every check of the printed numbers, the inconsistent first."""
    codes = read_codebook(codebook)
    claims = read_claims(codes, published)
    boxes = read_published_flow(flow, flow_words)
    places: dict[str, Value] = {
        claim.id: sentence("place_of", claim=claim.id, place=place_in_words(claim.place)) for claim in claims
    }
    places |= {
        f"flow:{box}": sentence(
            "flow_place", file=item.source, place=place_in_words(item.place), confidence=Own(item.confidence)
        )
        for box, item in boxes.items()
    }
    listed = printed_lists(claims, read_table(evidence), read_table(lists))
    found = [
        *shares(claims),
        *counts(claims, boxes, codes),
        *sublists(listed, codes),
        *ranges(claims, listed),
    ]
    order = (INCONSISTENT, BOUND, CONSISTENT)
    found.sort(key=lambda item: order.index(item.outcome))
    rows = [
        {
            **item._asdict(),
            "finding": english(item.finding),
            "finding_data": to_cell(item.finding),
            "claims": "; ".join(item.claims),
            "place": " | ".join(dict.fromkeys(english(places[name]) for name in item.claims)),
            "place_data": to_cell(one_after_another([places[name] for name in item.claims])),
            **{name: f"{edge:g}" if (edge := getattr(item, name)) != "" else "" for name in ("low", "high")},
        }
        for item in found
    ]
    write_table(rows, forensics, COLUMNS, for_people=True)
    wrong = sum(item.outcome == INCONSISTENT for item in found)
    log.info("%s of printed numbers, %d inconsistent", count_of(len(rows), "check"), wrong)


if __name__ == "__main__":
    with job(snakemake):
        main(
            codebook=snakemake.input.get("codebook"),
            published=snakemake.input.get("published"),
            flow=snakemake.input.get("flow"),
            flow_words=snakemake.params.flow_words,
            evidence=snakemake.input.evidence,
            lists=snakemake.input.lists,
            forensics=snakemake.output.forensics,
        )
