"""Merge the screening decisions of people: one decision per record and stage, conflicts by name."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from scripts.common.job import job, log
from scripts.common.joining import Catalogue
from scripts.common.screening import read_sheet
from scripts.common.tables import numbered, read_table, write_table

if TYPE_CHECKING:
    snakemake: Any

DECISION_COLUMNS = ("record_id", "stage", "decision", "reason", "reviewers", "votes")
ASIDE_COLUMNS = ("sheet", "line", "record", "reason")


def merge(votes: pd.DataFrame) -> pd.DataFrame:
    """Return one row per record and stage; ``decision`` is ``conflict`` where votes differ.

    A reviewer who voted twice on a record (a duplicate that was merged) counts once if both
    votes agree, and makes a conflict if they do not.
    """
    rows = []
    for (record_id, stage), group in votes.groupby(["record_id", "stage"], sort=True):
        kinds = sorted(set(group["decision"]))
        reasons = sorted({reason for reason in group["reason"] if reason})
        rows.append(
            {
                "record_id": record_id,
                "stage": stage,
                "decision": kinds[0] if len(kinds) == 1 else "conflict",
                "reason": "; ".join(reasons),
                "reviewers": "; ".join(sorted(set(group["reviewer"]))),
                "votes": "; ".join(sorted({f"{row.reviewer}: {row.decision}" for row in group.itertuples()})),
            }
        )
    return pd.DataFrame(rows, columns=pd.Index(DECISION_COLUMNS), dtype=str)


def main(
    *, sheets: Sequence[str], clusters: str, unique: str, decisions: str, conflicts: str, set_aside: str
) -> None:
    """Join the sheets to the unique records, merge the votes, set aside what joins none or two."""
    catalogue = Catalogue(read_table(unique), read_table(clusters))
    joined, aside = [], []
    for sheet in sheets:
        for line, row in numbered(read_sheet(sheet)):
            found, how = catalogue.find(row["record"])
            if found:
                joined.append({**row, "record_id": found})
            else:
                aside.append({"sheet": sheet, "line": line, "record": row["record"], "reason": how})
    votes = pd.DataFrame(
        joined, columns=pd.Index(["record_id", "stage", "reviewer", "decision", "reason"]), dtype=str
    )
    merged = merge(votes)
    write_table(merged[merged["decision"] != "conflict"], decisions, DECISION_COLUMNS)
    write_table(merged[merged["decision"] == "conflict"], conflicts, DECISION_COLUMNS)
    write_table(aside, set_aside, ASIDE_COLUMNS)
    if aside:
        log.warning("%d decisions join no record, or two: see %s", len(aside), set_aside)
    log.info("%d votes on %d records and stages", len(votes), len(merged))


if __name__ == "__main__":
    with job(snakemake):
        main(
            sheets=snakemake.input.get("sheets", []),
            clusters=snakemake.input.clusters,
            unique=snakemake.input.unique,
            decisions=snakemake.output.decisions,
            conflicts=snakemake.output.conflicts,
            set_aside=snakemake.output.set_aside,
        )
