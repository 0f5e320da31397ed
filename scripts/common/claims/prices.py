"""What a change of a verdict costs: the least number of single votes that moves a count or a rank."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from scripts.common.coding.codebook import Code
from scripts.common.files.tables import rows_of

NEVER = math.inf  # the price of what no number of changes brings about


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
        """Return whether the votes alone make a study count for a code or a code below it."""
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


def _sums(prices: Iterable[int]) -> list[int]:
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


def rank_of(coding: Coding, code: str, siblings: Sequence[str], without: frozenset[str] = frozenset()) -> int:
    """Return the rank of a code among its siblings by studies, 1 for the most; a tie shares a rank."""
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
