"""The headline: of the claims printed in a paper, how many have which verdict; others are counted apart."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from scripts.common.claims.judging import RECOMPUTED, TRANSCRIBED, TWO_PLACES, VERDICTS
from scripts.common.claims.published import DERIVED, OTHER_PAPER, PRINTED
from scripts.common.claims.sentences import Phrase, Value, sentence


class Headline(NamedTuple):
    """Number of claims by verdict, those printed in this paper; and how many others there are."""

    printed: int
    by_verdict: Mapping[str, int]
    derived: int
    other_paper: int
    strongest: str


def headline(comparison: Sequence[Mapping[str, str]]) -> Headline:
    """Return the headline of comparison.csv. Each printed claim has one verdict: the parts sum up to it."""
    printed = [row for row in comparison if row["origin"] == PRINTED]
    verdicts = Counter(row["verdict"] for row in printed)
    origins = Counter(row["origin"] for row in comparison)
    return Headline(
        len(printed),
        {verdict: verdicts[verdict] for verdict in VERDICTS},
        origins[DERIVED],
        origins[OTHER_PAPER],
        _strongest(printed),
    )


def _strongest(printed: Sequence[Mapping[str, str]]) -> str:
    """Return the kind of the strongest evidence behind any verdict on a printed claim."""
    kinds = {row["rests_on"] for row in printed}
    return next((kind for kind in (RECOMPUTED, TWO_PLACES) if kind in kinds), "")


def in_words(found: Headline) -> tuple[Value, ...]:
    """Return who speaks and what the strongest evidence is, the headline, and what is counted apart."""
    strongest = {
        RECOMPUTED: "strongest_data", TWO_PLACES: "strongest_paper", "": "strongest_none",
    }[found.strongest]  # fmt: skip
    parts = tuple(
        sentence(
            "last_part" if verdict == TRANSCRIBED else "part_of_headline",
            number=str(number),
            verdict=Phrase(verdict),
        )
        for verdict, number in found.by_verdict.items()
    )
    return (
        (sentence("made_by"), sentence(strongest)),
        sentence("headline", number=str(found.printed), parts=parts),
        sentence("apart", derived=str(found.derived), others=str(found.other_paper)),
    )
