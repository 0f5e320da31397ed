"""List what nobody decided on yet, ready for a screening tool, with earlier decisions as prior knowledge."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from scripts.common.exports.ris_writing import ris_text
from scripts.common.files.spreadsheet_copies import copy_for_spreadsheets
from scripts.common.files.tables import read_table, row_writer, rows_of, stream_rows
from scripts.common.job import job, log
from scripts.common.screening.stages import EXCLUDE
from scripts.common.screening.votes import MACHINE
from scripts.common.values.counts import count_of

if TYPE_CHECKING:
    snakemake: Any

FACTS = (
    "title", "authors", "year", "journal", "volume", "issue", "pages", "doi", "pmid", "language", "abstract",
    "keywords", "url",
)  # fmt: skip
COLUMNS = ("record_id", *FACTS, "status", "suggestion", "rank", "score", "notes")
PRIOR_COLUMNS = ("record_id", *FACTS, "included", "status", "notes")
WAITING = ("records_waiting", "other_records_waiting")
NEW, CONFLICT = "new", "conflict: adjudicate it"


def statuses(
    boxes: Mapping[str, str],
    votes: Iterable[dict[str, str]],
    conflicts: Iterable[dict[str, str]],
    decisions: Iterable[dict[str, str]],
    stages: Sequence[str],
) -> dict[str, str]:
    """Return record -> why it waits: new, in conflict, or voted on by too few people.

    ``boxes`` is kept record -> its final box. Where several stages come before the full text, the one that is
    next is named.
    """
    cast: dict[tuple[str, str], set[str]] = {}
    for vote in votes:
        if vote["kind"] != MACHINE:
            cast.setdefault((vote["record_id"], vote["stage"]), set()).add(vote["reviewer"])
    passed = {(row["record_id"], row["stage"]) for row in decisions}
    before = stages[:-1] or stages
    in_conflict = {row["record_id"] for row in conflicts}
    result = {}
    for name, box in boxes.items():
        if box in WAITING:
            stage = next((stage for stage in before if (name, stage) not in passed), before[-1])
            voted = ", ".join(sorted(cast.get((name, stage), ())))
            why = CONFLICT if name in in_conflict else f"needs another vote (has: {voted})" if voted else NEW
            result[name] = f"{stage}: {why}" if len(before) > 1 else why
    return result


def labels(decisions: Iterable[dict[str, str]], stages: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Return record -> 1 or 0 as ASReview reads it, and what was decided.

    The decisions before the full text count, since that is what is screened again; what was judged at full
    text without one was relevant enough to be read.
    """
    found: dict[str, tuple[str, str]] = {}
    for row in sorted(decisions, key=lambda row: -stages.index(row["stage"])):
        label, earlier = found.get(row["record_id"], ("1", ""))
        relevant = label == "1" and (row["stage"] == stages[-1] or row["decision"] != EXCLUDE)
        text = f"{row['stage']}: {row['decision']}" + (f" ({row['reason']})" if row["reason"] else "")
        found[row["record_id"]] = ("1" if relevant else "0", "; ".join(filter(None, (text, earlier))))
    return found


def main(
    *,
    unique: str,
    clusters: str,
    final_boxes: str,
    votes: str,
    decisions: str,
    conflicts: str,
    ineligible: str,
    ranking: str | None,
    stages: Sequence[str],
    to_screen: str,
    ris: str,
    with_prior: str,
) -> None:
    """Write to_screen.csv and .ris (what waits), and with_prior.csv (that and every decision so far).

    Each record carries its record_id in its notes, which Rayyan, Covidence and ASReview keep: decisions on it
    find their way back whatever the tool calls it. In with_prior.csv conflicts are left out of the labels.
    """
    home = {row["record_id"]: row["cluster_id"] for row in stream_rows(clusters)}
    boxes = {
        home[row["record_id"]]: row["box"]
        for row in stream_rows(final_boxes)
        if row["box"] not in ("duplicates", "other_known")
    }
    cast = stream_rows(votes, ("record_id", "stage", "reviewer", "kind"))
    made = stream_rows(decisions, ("record_id", "stage"))
    waiting = statuses(boxes, cast, stream_rows(conflicts), made, stages)
    hints = {row["record_id"]: f"{row['label']}: {row['reason']}" for row in rows_of(read_table(ineligible))}
    ranks = {row["record_id"]: row for row in rows_of(read_table(ranking))} if ranking else {}
    prior = labels(stream_rows(decisions, ("record_id", "stage", "decision", "reason")), stages)
    decided = 0

    def left() -> Iterator[dict[str, str]]:
        """Yield what waits, and write on the way what was known before."""
        nonlocal decided
        with row_writer(with_prior, PRIOR_COLUMNS) as know:
            for row in stream_rows(unique):
                name = row["record_id"]
                row["notes"] = f"record_id: {name}"
                if name in waiting:
                    know({**row, "included": "", "status": waiting[name]})
                    place = {key: ranks.get(name, {}).get(key, "") for key in ("rank", "score")}
                    yield {**row, **place, "status": waiting[name], "suggestion": hints.get(name, "")}
                elif name in prior:
                    decided += 1
                    know({**row, "included": prior[name][0], "status": prior[name][1]})

    rows: Iterable[dict[str, str]] = left()
    if ranks:
        rows = sorted(rows, key=lambda row: int(row["rank"]) if row["rank"] else len(waiting) + 1)
    with row_writer(to_screen, COLUMNS) as keep, open(ris, "w", encoding="utf-8", newline="\n") as stream:
        for row in rows:
            keep(row)
            stream.write(ris_text(row, note=row["notes"]))
    log.info("%s to screen, %d decided before", count_of(len(waiting), "record"), decided)


if __name__ == "__main__":
    with job(snakemake):
        main(
            unique=snakemake.input.unique,
            clusters=snakemake.input.clusters,
            final_boxes=snakemake.input.final_boxes,
            votes=snakemake.input.votes,
            decisions=snakemake.input.decisions,
            conflicts=snakemake.input.conflicts,
            ineligible=snakemake.input.ineligible,
            ranking=snakemake.input.get("ranking"),
            stages=snakemake.params.stages,
            to_screen=snakemake.output.to_screen,
            ris=snakemake.output.ris,
            with_prior=snakemake.output.with_prior,
        )
        copy_for_spreadsheets(snakemake.output.to_screen, snakemake.output.to_screen_copy)
        copy_for_spreadsheets(snakemake.output.with_prior, snakemake.output.with_prior_copy)
