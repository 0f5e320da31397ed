"""Name the records that a rule of the machine finds not eligible; whether they are removed is a setting."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from scripts.common.files.tables import read_table, rows_of, stream_rows, write_table
from scripts.common.job import job, log
from scripts.common.review.inputs import DATABASES
from scripts.common.screening.eligibility import FIELDS, Rule, fails, read_eligibility
from scripts.common.screening.flow import LATE, LATE_LABEL
from scripts.common.screening.votes import MACHINE
from scripts.common.values.dates import earliest_day

if TYPE_CHECKING:
    snakemake: Any

COLUMNS = ("record_id", "rule", "label", "field", "value", "reason", "removed")
LATE_REASON = "the search of that day could not find it"
PEOPLE = "people decided on it"


def published_after(unique: pd.DataFrame, end: str) -> set[str]:
    """Return the records that surely appeared after ``end``: even their earliest possible day does.

    None where the last day of the search is not known (``""``).
    """
    if not end:
        return set()
    last = date.fromisoformat(end)
    late = [bool(known) and earliest_day(known) > last for known in unique["date"]]
    return set(unique.loc[late, "record_id"])


def found_by_search(frame: pd.DataFrame) -> set[str]:
    """Return the clusters that the search of PubMed holds: what it found had appeared by its last day.

    An article is often in PubMed months before the issue that it is dated to.
    """
    return set(frame.loc[frame["kind"] == "search", "cluster_id"])


def meet(
    unique: pd.DataFrame, rules: Sequence[Rule], late: set[str]
) -> dict[str, tuple[str, str, str, str, str]]:
    """Return record -> rule, label, field, value, reason of the first rule that it meets."""
    found: dict[str, tuple[str, str, str, str, str]] = {}
    for row in rows_of(unique):
        if row["record_id"] in late:
            found[row["record_id"]] = (LATE, LATE_LABEL, "date", row["date"], LATE_REASON)
            continue
        rule = next((rule for rule in rules if fails(rule, row)), None)
        if rule:
            label = rule.rule.replace("_", " ")
            found[row["record_id"]] = (rule.rule, label, rule.field, row[rule.field], rule.reason)
    return found


def main(
    *,
    eligibility: str | None,
    records: str,
    clusters: str,
    unique: str,
    votes: str,
    decisions: str,
    kinds: Mapping[str, str],
    search_end: str,
    published_after_search: str,
    effect_of_rules: str,
    ineligible: str,
) -> None:
    """Write eligibility.csv. ``effect_of_rules`` is ``suggest`` or ``remove`` (screening.eligibility).

    A record that people decided on is never removed by the machine, but named.

    Records of other methods are not removed: PRISMA 2020 has no box for it.
    """
    frame = read_table(records, only=("record_id", "input")).merge(
        read_table(clusters), on="record_id", validate="one_to_one"
    )
    frame["kind"] = frame["input"].map(kinds)
    by_database = set(frame.loc[frame["kind"].isin(DATABASES), "cluster_id"])
    table = read_table(unique, only=("record_id", *FIELDS))
    late = published_after(table, search_end) - found_by_search(frame)
    if published_after_search == "keep":
        late = set()
    judged = {row["record_id"] for row in stream_rows(decisions, ("record_id",))} | {
        row["record_id"] for row in stream_rows(votes, ("record_id", "kind")) if row["kind"] != MACHINE
    }
    rows = []
    for record_id, (rule, label, field, value, reason) in sorted(
        meet(table, read_eligibility(eligibility), late).items()
    ):
        wanted = rule == LATE or effect_of_rules == "remove"
        if record_id not in by_database:
            removed = "no: found by other methods"
        elif record_id in judged:
            removed = f"no: {PEOPLE}"
        else:
            removed = "yes" if wanted else "no: suggested only"
        rows.append(dict(zip(COLUMNS, (record_id, rule, label, field, value, reason, removed), strict=True)))
    write_table(rows, ineligible, COLUMNS)
    overruled = [row["record_id"] for row in rows if row["removed"] == f"no: {PEOPLE}"]
    if overruled:
        log.warning(
            "%d records are not eligible by a rule, but people decided on them, which counts: %s",
            len(overruled),
            ", ".join(overruled[:10]),
        )
    log.info("%d records meet a rule, %d removed", len(rows), sum(row["removed"] == "yes" for row in rows))


if __name__ == "__main__":
    with job(snakemake):
        main(
            eligibility=snakemake.input.get("eligibility"),
            records=snakemake.input.records,
            clusters=snakemake.input.clusters,
            unique=snakemake.input.unique,
            votes=snakemake.input.votes,
            decisions=snakemake.input.decisions,
            kinds=snakemake.params.kinds,
            search_end=snakemake.params.search_end,
            published_after_search=snakemake.params.published_after_search,
            effect_of_rules=snakemake.params.effect_of_rules,
            ineligible=snakemake.output.ineligible,
        )
