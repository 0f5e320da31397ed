"""The headline: of the claims printed in a paper, how many have which verdict; others are counted apart."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from scripts.common.claims.completeness import NOT_LISTED
from scripts.common.claims.judging import CANNOT, RECOMPUTED, TRANSCRIBED, TWO_PLACES, VERDICTS
from scripts.common.claims.published import DERIVED, OTHER_PAPER, PRINTED
from scripts.common.claims.sentences import Phrase, Value, sentence


class Headline(NamedTuple):
    """Number of claims by verdict, those printed in this paper; and how many others there are.

    ``recomputed``: printed claims whose verdict rests on a number that was recomputed from data.
    ``not_judged``: claims of any origin in which our number is another one, and no list of inputs says that
    all files are here.
    """

    printed: int
    recomputed: int
    by_verdict: Mapping[str, int]
    derived: int
    other_paper: int
    strongest: str
    not_judged: int


def headline(comparison: Sequence[Mapping[str, str]]) -> Headline:
    """Return the headline of comparison.csv. Each printed claim has one verdict: the parts sum up to it."""
    printed = [row for row in comparison if row["origin"] == PRINTED]
    verdicts = Counter(row["verdict"] for row in printed)
    origins = Counter(row["origin"] for row in comparison)
    return Headline(
        len(printed),
        sum(row["rests_on"] == RECOMPUTED for row in printed),
        {verdict: verdicts[verdict] for verdict in VERDICTS},
        origins[DERIVED],
        origins[OTHER_PAPER],
        _strongest(printed),
        sum(map(_not_judged, comparison)),
    )


def _not_judged(row: Mapping[str, str]) -> bool:
    """Return whether a claim cannot be checked for want of a list of inputs alone."""
    reason = json.loads(row["data"])["reason"] if row["verdict"] == CANNOT else ""
    return any(isinstance(part, dict) and part.get("kind") == NOT_LISTED for part in reason)


def _strongest(printed: Sequence[Mapping[str, str]]) -> str:
    """Return the kind of the strongest evidence behind any verdict on a printed claim."""
    kinds = {row["rests_on"] for row in printed}
    return next((kind for kind in (RECOMPUTED, TWO_PLACES) if kind in kinds), "")


def in_words(found: Headline) -> tuple[Value, ...]:
    """Return who speaks and what the strongest evidence is, the headline, and what is counted apart."""
    strongest = {
        RECOMPUTED: sentence("strongest_data", number=str(found.recomputed), printed=str(found.printed)),
        TWO_PLACES: sentence("strongest_paper"),
        "": sentence("strongest_none"),
    }[found.strongest]
    parts = tuple(
        sentence(
            "last_part" if verdict == TRANSCRIBED else "part_of_headline",
            number=str(number),
            verdict=Phrase(verdict),
        )
        for verdict, number in found.by_verdict.items()
    )
    apart = sentence("apart", derived=str(found.derived), others=str(found.other_paper))
    not_judged = sentence("not_judged", number=str(found.not_judged))
    return (
        (sentence("made_by"), strongest),
        sentence("headline", number=str(found.printed), parts=parts),
        (apart, not_judged) if found.not_judged else apart,
    )
