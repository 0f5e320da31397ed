"""Find the least number of single changes that would overturn each claim, and what leaving one out does."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from scripts.common.claims.published import DIFFERS, REPRODUCED, WITHIN
from scripts.common.coding.codebook import Code
from scripts.common.coding.codebook_forms import read_codebook
from scripts.common.coding.model import in_order
from scripts.common.files.tables import read_table, rows_of, write_table
from scripts.common.job import job, log

if TYPE_CHECKING:
    snakemake: Any

COLUMNS = ("claim_id", "statement", "verdict", "changes", "of_what", "stands_against", "how", "note")
OUT_COLUMNS = ("claim_id", "left_out", "name", "value", "verdict", "overturned")
ROUNDING = 1e-9  # of floating point, far below any printed digit
NEVER = math.inf

Row = Mapping[str, str]


class Step(NamedTuple):
    """The least number of changes of one kind, in words what they are, and what they do."""

    changes: float
    of_what: str
    how: str


class Coding(NamedTuple):
    """Who gave which code to which study: what a change of one vote can do.

    ``final`` are the studies counted for each code (with those of codes below it); ``down`` and ``up`` give
    for a code the price, in single votes, of taking out each of them and of bringing in each other study.
    """

    codes: tuple[str, ...]
    below: Mapping[str, tuple[str, ...]]
    votes: Mapping[tuple[str, str], frozenset[str]]
    coders: Mapping[str, frozenset[str]]
    final: Mapping[str, frozenset[str]]
    studies: frozenset[str]
    consensus: str

    def needed(self, study: str) -> int:
        """Return how many coders of a study must give a code for it to count."""
        of = max(len(self.coders.get(study, ())), 1)
        return {"any": 1, "majority": of // 2 + 1, "all": of}[self.consensus]

    def by_votes(self, code: str, study: str) -> bool:
        """Tell whether the votes alone make a study count for a code or a code below it."""
        return any(len(self.votes.get((name, study), ())) >= self.needed(study) for name in self.below[code])

    def price(self, code: str, study: str) -> int:
        """Return how many single votes must change for a study to change sides for a code.

        Where the votes alone do not give the result, a person decided: one adjudication changes it.
        """
        inside = study in self.final[code]
        if inside != self.by_votes(code, study):
            return 1
        missing = [
            len(self.votes.get((name, study), ())) - self.needed(study) + 1 for name in self.below[code]
        ]
        return sum(n for n in missing if n > 0) if inside else min(1 - n for n in missing)

    def down(self, code: str) -> list[int]:
        """Return the prices of lowering the count by 1, 2, ...: sums of the cheapest."""
        return _sums(self.price(code, study) for study in self.final[code])

    def up(self, code: str) -> list[int]:
        """Return the prices of raising the count by 1, 2, ..."""
        return _sums(self.price(code, study) for study in self.studies - self.final[code])


def _sums(prices: Iterator[int] | Sequence[int]) -> list[int]:
    total, sums = 0, [0]
    for price in sorted(prices):
        total += price
        sums.append(total)
    return sums


def coding_of(
    codes: Sequence[Code],
    evidence: pd.DataFrame,
    themes: pd.DataFrame,
    included: pd.DataFrame,
    consensus: str,
) -> Coding:
    """Return the votes and the counted studies. A study that nobody coded can still be brought in."""
    votes: dict[tuple[str, str], set[str]] = defaultdict(set)
    coders: dict[str, set[str]] = defaultdict(set)
    for row in rows_of(evidence):
        coders[row["study_id"]].add(row["coder"])
        if row["stance"] == "present":
            votes[row["code"], row["study_id"]].add(row["coder"])
    below: dict[str, tuple[str, ...]] = {}
    for code in reversed(codes):
        inner = [name for child in codes if child.parent == code.id for name in below[child.id]]
        below[code.id] = (code.id, *inner)
    final = {row["code"]: frozenset(filter(None, row["study_ids"].split("; "))) for row in rows_of(themes)}
    known = set(coders) | {study for found in final.values() for study in found}
    if known <= set(included["study_id"]):  # studies are named alike in both: others can be brought in
        known |= set(included["study_id"])
    return Coding(
        tuple(code.id for code in codes),
        below,
        {key: frozenset(names) for key, names in votes.items()},
        {study: frozenset(names) for study, names in coders.items()},
        final,
        frozenset(known),
        consensus,
    )


def holds(value: float, claim: Row) -> bool:
    """Tell whether a value meets a published number within its tolerance."""
    published = float(claim["published"].removeprefix("at least "))
    tolerance = float(claim["tolerance"] or 0)
    if claim["comparison"] == "at_least":
        return value >= published - tolerance - ROUNDING
    if claim["comparison"] == "share":
        tolerance += 0.5 * 10 ** -len(claim["published"].partition(".")[2])
    return abs(value - published) <= tolerance + ROUNDING


def least(
    prices_down: Sequence[int], prices_up: Sequence[int], flips: Callable[[int], bool]
) -> tuple[float, int]:
    """Return the least price of a shift of the count that ``flips`` the verdict, and that shift."""
    best: tuple[float, int] = (NEVER, 0)
    for sign, prices in ((-1, prices_down), (1, prices_up)):
        for size, price in enumerate(prices):
            if size and price < best[0] and flips(sign * size):
                best = (price, sign * size)
    return best


def count_steps(coding: Coding, code: str, claim: Row, of: int | None) -> Iterator[Step]:
    """Yield the least change of votes, and of studies, for a count or a percentage of ``of`` studies."""
    count = len(coding.final[code])

    def value(studies: int, total: int | None) -> float:
        return 100 * studies / total if total else float(studies)

    now = holds(value(count, of), claim)
    price, shift = least(
        coding.down(code), coding.up(code), lambda by: holds(value(count + by, of), claim) != now
    )
    yield Step(price, "one code of one coder", f"studies of {code}: {count} to {count + shift}")
    outside = of - count if of else 0
    for number in range(1, count + outside + 1):
        for inside in range(min(number, count), max(number - outside, 0) - 1, -1):
            left = of - number if of else None
            if left == 0:
                continue
            if holds(value(count - inside, left), claim) != now:
                with_code = f"{inside} of them with {code}" if of else f"with {code}"
                yield Step(number, "one study left out", f"{number} left out, {with_code}")
                return
    yield Step(NEVER, "one study left out", "")


def _rank(coding: Coding, code: str, siblings: Sequence[str], without: frozenset[str] = frozenset()) -> int:
    own = len(coding.final[code] - without)
    return 1 + sum(len(coding.final[other] - without) > own for other in siblings)


def _side_prices(coding: Coding, other: str, own: int) -> dict[str, float]:
    """Return the least price for a sibling to have more than ``own`` studies, as many, or fewer."""
    count = len(coding.final[other])
    prices = {"more": NEVER, "as many": NEVER, "fewer": NEVER}
    for sign, sums in ((-1, coding.down(other)), (1, coding.up(other))):
        for size, price in enumerate(sums):
            number = count + sign * size
            side = "more" if number > own else "fewer" if number < own else "as many"
            prices[side] = min(prices[side], price)
    return prices


def cheapest_rank(
    coding: Coding, code: str, siblings: Sequence[str], wanted: Callable[[int, bool], bool]
) -> float:
    """Return the least price in votes of a state (rank, tied or not) that is ``wanted``.

    Votes on two siblings are different votes, so prices add up: for each count that the code itself
    can have, siblings are put above, beside or below it, keeping the cheapest way to each state.
    """
    count = len(coding.final[code])
    best = NEVER
    for sign, sums in ((-1, coding.down(code)), (1, coding.up(code))):
        for size, price in enumerate(sums):
            if price >= best:
                break
            states: dict[tuple[int, bool], float] = {(1, False): price}
            for other in siblings:
                after: dict[tuple[int, bool], float] = {}
                for (rank, tied), paid in states.items():
                    for side, cost in _side_prices(coding, other, count + sign * size).items():
                        state = (rank + (side == "more"), tied or side == "as many")
                        after[state] = min(after.get(state, NEVER), paid + cost)
                states = after
            best = min([best, *(paid for (rank, tied), paid in states.items() if wanted(rank, tied))])
    return best


def rank_steps(coding: Coding, code: str, siblings: Sequence[str], claim: Row) -> Iterator[Step]:
    """Yield the least changes that overturn a rank; for ``rank`` a tie is enough, for ``equal`` it is not.

    Studies left out are given for a rank that is met: the first pair of siblings that changes its
    order then decides, and only studies with the one and not the other count.
    """
    alone = claim["comparison"] == "rank"
    met = claim["verdict"] != DIFFERS

    def flipped(rank: int, tied: bool) -> bool:
        return (holds(rank, claim) and not (alone and tied)) != met

    yield Step(cheapest_rank(coding, code, siblings, flipped), "one code of one coder", f"rank of {code}")
    if not met or float(claim["tolerance"]):
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


def unit_steps(value: float, claim: Row, what: str) -> Iterator[Step]:
    """Yield the least number of unit changes for a count in which each change moves one."""
    now = holds(value, claim)
    most = (
        int(abs(value - float(claim["published"].removeprefix("at least "))) + float(claim["tolerance"] or 0))
        + 2
    )
    price, shift = least(range(int(value) + 1), range(most + 1), lambda by: holds(value + by, claim) != now)
    yield Step(price, what, f"{value:g} to {value + shift:g}")


def steps(claim: Row, measure: Row, coding: Coding, codes: Sequence[Code]) -> list[Step]:
    """Return the least changes of each kind that would overturn a decided claim."""
    family, _, name = claim["measure"].partition(":")
    siblings = _siblings(codes, name)
    if family == "studies":
        return list(count_steps(coding, name, claim, None))
    if family == "percent":
        return list(count_steps(coding, name, claim, int(measure["of"])))
    if family == "rank":
        return list(rank_steps(coding, name, siblings, claim))
    met, named = claim["verdict"] != DIFFERS, claim["published"].split("; ")
    if family == "order":
        return list(order_steps(coding, named, met))
    if family == "study_ids" and claim["comparison"] in ("includes", "subset"):
        return list(list_steps(coding, name, set(named), claim))
    if family == "children" and claim["comparison"] == "includes":
        lacking = len(set(named) - set(measure["value"].split("; ")))
        return [Step(1 if met else lacking, "one code of the codebook", ", ".join(named))]
    if family == "study_numbers" and met:
        return [Step(1, "one study left out", f"the first or last of {claim['published']}")]
    if family == "flow" or family.startswith("included"):
        return list(unit_steps(float(measure["value"]), claim, "one decision on one record"))
    if family == "studies_with_evidence":
        return list(unit_steps(float(measure["value"]), claim, "one study left out"))
    if family in ("themes", "categories"):
        return list(unit_steps(float(measure["value"]), claim, "one code of the codebook"))
    return []


def _siblings(codes: Sequence[Code], name: str) -> list[str]:
    parent = next((code.parent for code in codes if code.id == name), None)
    return [code.id for code in codes if code.parent == parent and code.id != name]


def without_coder(coding: Coding, coder: str) -> Coding:
    """Return the coding without one coder; what a person decided against the votes stays."""
    votes = {key: names - {coder} for key, names in coding.votes.items()}
    coders = {study: names - {coder} for study, names in coding.coders.items()}
    fewer = coding._replace(votes=votes, coders={study: names for study, names in coders.items() if names})
    final = {
        code: frozenset(
            study
            for study in coding.studies
            if (
                fewer.by_votes(code, study)
                if (study in coding.final[code]) == coding.by_votes(code, study)
                else study in coding.final[code]
            )
        )
        for code in coding.codes
    }
    return fewer._replace(final=final)


def left_out(claim: Row, measure: Row, coding: Coding, codes: Sequence[Code]) -> Iterator[dict[str, object]]:
    """Yield value and verdict of a claim on coded studies without each study, and without each coder."""
    family, _, code = claim["measure"].partition(":")
    if family not in ("studies", "percent", "rank") or claim["verdict"] not in (REPRODUCED, WITHIN, DIFFERS):
        return
    siblings = _siblings(codes, code)
    total = int(measure["of"]) if family == "percent" else 0

    def result(kind: str, name: str, sets: Coding, gone: frozenset[str]) -> dict[str, object]:
        studies = len(sets.final[code] - gone)
        value: float = studies
        met = True
        if family == "percent":
            value = 100 * studies / (total - len(gone)) if total > len(gone) else 0.0
        elif family == "rank":
            value = _rank(sets, code, siblings, gone)
            ties = any(len(sets.final[other] - gone) == studies for other in siblings)
            met = not (claim["comparison"] == "rank" and ties)
        met = met and holds(value, claim)
        overturned = met == (claim["verdict"] == DIFFERS)
        return {
            "claim_id": claim["claim_id"],
            "left_out": kind,
            "name": name,
            "value": f"{value:.1f}" if family == "percent" else f"{value:g}",
            "verdict": "agrees" if met else DIFFERS,
            "overturned": "yes" if overturned else "no",
        }

    for study in in_order(coding.studies):
        yield result("study", study, coding, frozenset({study}))
    everyone = sorted({coder for names in coding.coders.values() for coder in names})
    for coder in everyone if len(everyone) > 1 else []:  # without the only one nothing is left to count
        yield result("coder", coder, without_coder(coding, coder), frozenset())


def main(
    *,
    codebook: str,
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
    rows, out = [], []
    for claim in rows_of(read_table(comparison)):
        shown = {name: claim[name] for name in COLUMNS[:3]}
        decided = claim["verdict"] in (REPRODUCED, WITHIN, DIFFERS)
        found = steps(claim, measured[claim["measure"]], coding, codes) if decided else []
        for step in found:
            never = step.changes == NEVER
            rows.append(
                {
                    **shown,
                    "changes": "" if never else str(int(step.changes)),
                    "of_what": step.of_what,
                    "stands_against": "any number" if never else str(int(step.changes) - 1),
                    "how": "" if never else step.how,
                    "note": "no number of such changes overturns it" if never else "",
                }
            )
        if not found:
            note = "compared in words" if decided else f"{claim['verdict']}: nothing to overturn"
            rows.append({**shown, "note": note})
        if decided:
            out += list(left_out(claim, measured[claim["measure"]], coding, codes))
    write_table(rows, fragility, COLUMNS, for_people=True)
    write_table(out, left_out_csv, OUT_COLUMNS, for_people=True)
    fragile = len({row["claim_id"] for row in rows if row.get("changes") == "1"})
    log.info("%d claims that a single change overturns", fragile)


if __name__ == "__main__":
    with job(snakemake):
        main(
            codebook=snakemake.input.codebook,
            comparison=snakemake.input.comparison,
            measures=snakemake.input.measures,
            evidence=snakemake.input.evidence,
            themes=snakemake.input.themes,
            included=snakemake.input.included,
            consensus=snakemake.params.consensus,
            fragility=snakemake.output.fragility,
            left_out_csv=snakemake.output.left_out,
        )
