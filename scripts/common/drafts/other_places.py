"""What else the paper prints about a number: the same in another place, or numbers from which it follows.

Two numbers are about the same thing by their words or their stage of the flow. That they then differ is
trusted only where the findings of the paper name it: else they are about different things after all.
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from scripts.common.claims.places import apart
from scripts.common.paper.article import Article
from scripts.common.paper.findings import LESS_IS, check, fits, rounds
from scripts.common.paper.places import place_of
from scripts.common.paper.printed import Printed
from scripts.common.paper.same_words import Neighbours, is_same, likeness, numbers_with_neighbours

ALIKE = 0.5  # share of the words around a number that are around its twin too
MIN_WORDS = 3  # words around both
MIN_SHARES = 3  # other shares that show of how many a paper's shares are
MOST_SHARES = 0.8  # of them that must fit the number of included studies

Numbered = tuple[int, Printed]


class OtherPlaces:
    """The printed numbers of a paper, by what they are about."""

    def __init__(self, article: Article, found: Sequence[Printed], rows: Sequence[Mapping[str, str]]) -> None:
        """Take the printed numbers and the rows of printed.csv that are made of them."""
        self._found: list[Numbered] = list(enumerate(found, start=1))
        self._findings = check(rows, article)
        self._disagreeing = {
            (one.here.place, one.there.place)
            for one in self._findings
            if one.kind == "abstract" and one.there
        }
        self._around = {number: _neighbours(one) for number, one in self._found}
        twins = ((number, self._twin(number, one)) for number, one in self._found)
        self._twins = {number: twin for number, twin in twins if twin is not None}

    def is_named(self, number: int, kind: str) -> bool:
        """Return whether a finding of a kind is about a number."""
        return any(one.printed_id == f"P{number}" and one.kind == kind for one in self._findings)

    # -- the flow --------------------------------------------------------------------------

    def flow(self, number: int, one: Printed) -> str:
        """Return the measure of a stage of the flow: the same stage elsewhere, or the steps around it."""
        twins = (
            other
            for other, twin in self._chosen(one.name)
            if other != number and _apart(one, twin) and twin.value == one.value
        )
        twin = next(twins, None)
        return f"printed:P{twin}" if twin else self._step(number, one)

    def _chosen(self, stage: str) -> Iterator[Numbered]:
        for number, one in self._found:
            if one.kind == "flow" and one.name == stage and one.chosen == "yes":
                yield number, one

    def _step(self, number: int, one: Printed) -> str:
        """Return the sum or difference of the other stages of a step; one is printed in another sentence."""
        for stages in self._steps():
            if one.name not in stages:
                continue
            parts = [(self._of(stage, one), sign) for stage, sign in stages.items() if stage != one.name]
            terms = [(part, sign * -stages[one.name]) for part, sign in parts if part is not None]
            if len(terms) < len(parts) or not any(_apart(one, part[1]) for part, _ in terms):
                continue
            if sum(sign * int(part[1].value) for part, sign in terms) == int(one.value) or self.is_named(
                number, "flow"
            ):
                return _expression(terms)
        return ""

    def _steps(self) -> Iterator[dict[str, int]]:
        """Yield each step as its stages with their signs, which sum up to 0; other sources may come in."""
        for before, taken, afters in LESS_IS:
            for after in afters:
                if not any(self._chosen(after)):
                    continue
                yield {before: 1, taken: -1, after: -1}
                if before == "identified":
                    yield {before: 1, "identified_other": 1, taken: -1, after: -1}
                break

    def _of(self, stage: str, one: Printed) -> Numbered | None:
        """Return where a stage is printed, another sentence first."""
        found = list(self._chosen(stage))
        return next((item for item in found if _apart(one, item[1])), found[0] if found else None)

    # -- the same words --------------------------------------------------------------------

    def twin(self, number: int, one: Printed, whole: bool) -> str:
        """Return the measure of the number in the same words elsewhere: in abstract, text, or below a figure.

        ``whole``: whether the number of included studies is known, of which shares without a whole are.
        """
        found = self._twins.get(number) or next((a for a, b in self._twins.items() if b == number), None)
        if found is None:
            return ""
        twin = self._found[found - 1][1]
        if not one.percent:
            return f"printed:P{found}"
        if twin.kind == "share":
            return f"printed_percent:P{found}" if twin.of or whole else ""
        return f"printed:P{found}" if Fraction(twin.percent) == Fraction(one.percent) else ""

    def _twin(self, number: int, one: Printed) -> int | None:
        mine = self._around[number]
        if mine is None:
            return None
        others = [
            (other, around)
            for other, twin in self._found
            if _group(twin) != _group(one)
            and twin.sentence.part != "table"
            and (around := self._around[other]) is not None
            and around.percent == mine.percent
            and around.right == mine.right
        ]
        best = max(others, key=lambda item: likeness(mine, item[1]), default=None)
        if best is None or not _is_alike(mine, best[1]):
            return None
        as_alike = [item[1] for item in others if likeness(mine, item[1]) >= likeness(mine, best[1])]
        if len({item.value for item in as_alike}) > 1:
            return None
        return best[0] if self._agrees(mine, best[1]) else None

    def _agrees(self, one: Neighbours, other: Neighbours) -> bool:
        here, there = (one, other) if one.sentence.part == "abstract" else (other, one)
        return is_same(there.value, here.value) or (
            (here.sentence.place, there.sentence.place) in self._disagreeing
        )

    # -- shares of the included studies ----------------------------------------------------

    def is_of_the_included(self, number: int, one: Printed, included: int) -> bool:
        """Return whether a share is of the included studies: nearly all other shares of the paper are."""
        if one.kind != "share" or one.of or not int(one.value) <= included:
            return False
        others = [
            fits(int(other.value), included, other.percent)
            for place, other in self._found
            if place != number and other.kind == "share" and not other.of and other.sentence.part != "table"
        ]
        if len(others) < MIN_SHARES or sum(others) < MOST_SHARES * len(others):
            return False
        return rounds(int(one.value), included, one.percent) or self.is_named(number, "share")


def _expression(terms: Sequence[tuple[Numbered, int]]) -> str:
    """Return a sum of printed numbers as a measure, what is added first."""
    ordered = sorted(terms, key=lambda term: -term[1])
    first, *rest = (f"printed:P{part[0]}" for part, _ in ordered)
    signs = ("+" if sign > 0 else "-" for _, sign in ordered[1:])
    return " ".join([first, *(f"{sign} {name}" for sign, name in zip(signs, rest, strict=True))])


def _group(one: Printed) -> str:
    part = one.sentence.part
    return (
        part if part == "abstract" else "figure" if part in ("caption", "description of a figure") else "text"
    )


def _apart(one: Printed, other: Printed) -> bool:
    return apart(place_of(one.sentence), place_of(other.sentence))


def _neighbours(one: Printed) -> Neighbours | None:
    """Return a number with the words around it; None where its sentence prints the value more than once."""
    percent = bool(one.percent)
    found = [
        item
        for item in numbers_with_neighbours(one.sentence)
        if item.percent == percent and item.value == (one.percent or one.value)
    ]
    return found[0] if len(found) == 1 else None


def _is_alike(one: Neighbours, other: Neighbours) -> bool:
    return likeness(one, other) >= ALIKE and len(one.around & other.around) >= MIN_WORDS
