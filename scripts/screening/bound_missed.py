"""Bound how many inclusions are missed among records that nobody screened, from a random sample of them."""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from scripts.common.files.refusals import answered
from scripts.common.files.table_kinds import SAMPLE
from scripts.common.files.tables import read_table, rows_of, stream_rows, write_table
from scripts.common.job import job, log
from scripts.common.review.settings import Matching
from scripts.common.screening.catalogue import NAMED, Catalogue
from scripts.common.screening.flow import DATABASE_ARM, OTHER_ARM, TWIN_BOXES
from scripts.common.screening.numbers import read_numbers
from scripts.common.screening.sample import join_sample, read_sample
from scripts.common.screening.votes import MACHINE
from scripts.common.statistics.intervals import most_in_population

if TYPE_CHECKING:
    snakemake: Any

COLUMNS = (
    "stage", "rest", "drawn", "found", "left", "missed_at_most", "left_percent_at_most", "known",
    "recall_percent_at_least", "note",
)  # fmt: skip
OPEN = "%d records of the sample await a decision, so nothing is known of the rest yet"
# How far a publication got.
UNSCREENED, EXCLUDED, UNREAD, READ, INCLUDED, REMOVED = (
    "unscreened", "excluded", "unread", "read", "included", "removed before screening",
)  # fmt: skip
SENT_ON = (UNREAD, READ, INCLUDED)


def reached(box: str) -> str:
    """Return how far a publication got that ended in a box; a report that could not be had counts as read."""
    for arm in (DATABASE_ARM, OTHER_ARM):
        if box in (arm.waiting, arm.never_screened):
            return UNSCREENED
        if box == arm.excluded:
            return EXCLUDED
        if box == f"{arm.reports}_waiting":
            return UNREAD
        if box == f"{arm.reports}_included":
            return INCLUDED
        if box == f"{arm.reports}_notretrieved_reports" or box.startswith(f"{arm.reports}_excluded:"):
            return READ
    return REMOVED


def bounds(
    ends: Mapping[str, str], drawn: Collection[str], voted: Collection[str], stages: Sequence[str]
) -> list[dict[str, object]]:
    """Return the exact bound (one-sided, 95 %) of what is missed, a row before the full text and one at it.

    ``ends`` is publication -> how far it got, ``drawn`` the sample, ``voted`` what a person voted on. The
    rest is the sample and what nobody voted on and nothing decided. Before the full text a record counts as
    found that was sent on to it, at full text one that is included. While a record of the sample awaits a
    decision there is no bound.
    """
    unscreened = {name for name, end in ends.items() if end == UNSCREENED}
    rest = {*drawn, *(unscreened - set(voted))}
    levels: list[tuple[str, tuple[str, ...], tuple[str, ...]]] = [
        *((stage, SENT_ON, (UNSCREENED,)) for stage in stages[-2:-1]),
        (stages[-1], (INCLUDED,), (UNSCREENED, UNREAD)),
    ]
    rows = []
    for stage, counted, undecided in levels:
        waiting = sum(ends[name] in undecided for name in drawn)
        row: dict[str, object] = dict.fromkeys(COLUMNS, "")
        row |= {"stage": stage, "rest": len(rest), "drawn": len(drawn), "left": len(rest) - len(drawn)}
        if waiting:
            row["note"] = OPEN % waiting
        else:
            found = sum(ends[name] in counted for name in drawn)
            known = sum(end in counted for end in ends.values())
            most = most_in_population(found, len(drawn), len(rest)) - found
            row |= {"found": found, "known": known, **_shares(most, len(rest) - len(drawn), known)}
        rows.append(row)
    return rows


def _shares(most: int, left: int, known: int) -> dict[str, object]:
    """Return the bound as a number, as a share of the records left, and as the recall that it leaves."""
    return {
        "missed_at_most": most,
        "left_percent_at_most": f"{100 * most / left:.1f}" if left else "",
        "recall_percent_at_least": f"{100 * known / (known + most):.1f}" if known + most else "",
    }


def main(
    *,
    sample: str,
    words: Mapping[str, Any],
    records: str,
    clusters: str,
    votes: str,
    final_boxes: str,
    matching: Matching,
    numbers: Sequence[Sequence[Any]],
    stages: Sequence[str],
    missed: str,
) -> None:
    """Write missed.csv. What was removed before screening is no part of the rest, drawn or not."""
    table = read_table(clusters)
    catalogue = Catalogue(read_table(records, only=NAMED), table, matching)
    catalogue.take_numbers(read_numbers(numbers, catalogue))
    with answered(sample, "sample", words, SAMPLE):
        listed = join_sample(read_sample(sample, words), catalogue)
    home = {row["record_id"]: row["cluster_id"] for row in rows_of(table)}
    ends = {
        home[row["record_id"]]: reached(row["box"])
        for row in stream_rows(final_boxes)
        if row["box"] not in TWIN_BOXES
    }
    drawn = {name for name in listed if ends.get(name, REMOVED) != REMOVED}
    if len(drawn) < len(listed):
        log.warning(
            "%s: %d records were removed before screening, so they are no part of the sample: %s",
            sample,
            len(listed) - len(drawn),
            ", ".join(sorted(listed - drawn)),
        )
    voted = {row["record_id"] for row in stream_rows(votes) if row["kind"] != MACHINE}
    rows = bounds(ends, drawn, voted, stages)
    write_table(rows, missed, COLUMNS)
    for row in rows:
        log.info("%s: %s", row["stage"], row["note"] or f"at most {row['missed_at_most']} missed")


if __name__ == "__main__":
    with job(snakemake):
        main(
            sample=snakemake.input.sample,
            words=snakemake.params.words,
            records=snakemake.input.records,
            clusters=snakemake.input.clusters,
            votes=snakemake.input.votes,
            final_boxes=snakemake.input.final_boxes,
            matching=Matching(**snakemake.params.matching),
            numbers=snakemake.params.numbers,
            stages=snakemake.params.stages,
            missed=snakemake.output.missed,
        )
