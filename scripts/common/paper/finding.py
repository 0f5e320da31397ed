"""A finding: two printed numbers that disagree, as data from which both languages are made."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from scripts.common.paper.sentences import Sentence

Row = Mapping[str, str]


class Spot(NamedTuple):
    """A sentence that a finding quotes: its place by ids, the part of the paper, and its own heading."""

    place: str
    part: str
    heading: str
    sentence: str


class Finding(NamedTuple):
    """What does not agree, how sure that is, and both places.

    ``reason`` and ``values`` are the kind of sentence and what is filled in
    (``scripts/common/claims/printed_findings.py``).
    """

    kind: str
    reason: str
    values: tuple[tuple[str, str], ...]
    confidence: str
    printed_id: str
    here: Spot
    there: Spot | None = None


def spot_of_row(row: Row) -> Spot:
    """Return where a row of printed.csv is printed."""
    return Spot(row["place"], row["part"], row["path"].rpartition(" > ")[2], row["sentence"])


def spot_of(sentence: Sentence) -> Spot:
    """Return where a sentence is printed."""
    return Spot(sentence.place, sentence.part, sentence.path[-1] if sentence.path else "", sentence.text)


def finding(
    kind: str, reason: str, row: Row, confidence: str, other: Row | None = None, **values: object
) -> Finding:
    """Return a finding about a row of printed.csv, and the other row that it disagrees with."""
    return Finding(
        kind, reason, tuple((name, str(value)) for name, value in values.items()), confidence,
        row["printed_id"], spot_of_row(row), spot_of_row(other) if other else None,
    )  # fmt: skip


def finding_of(
    kind: str, reason: str, here: Sentence, there: Sentence | None, confidence: str, **values: object
) -> Finding:
    """Return a finding about one sentence, or two."""
    filled = tuple((name, str(value)) for name, value in values.items())
    return Finding(kind, reason, filled, confidence, "", spot_of(here), spot_of(there) if there else None)


def chosen_flow(rows: Iterable[Row]) -> dict[str, Row]:
    """Return the row of the value chosen for each stage: the first of the results, else the first."""
    chosen: dict[str, Row] = {}
    for row in rows:
        if row["chosen"] == "yes":
            known = chosen.get(row["name"])
            if known is None or (known["part"] != "results" and row["part"] == "results"):
                chosen[row["name"]] = row
    return chosen
