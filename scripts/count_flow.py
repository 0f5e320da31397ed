"""Count the boxes of the PRISMA 2020 flow: each the size of a set of records, checked as a whole."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from scripts.common.dates import earliest_day
from scripts.common.errors import InputError
from scripts.common.flow import BOXES, EQUATIONS, FLOW_COLUMNS, read_published_flow
from scripts.common.inputs import DATABASES
from scripts.common.job import job, log
from scripts.common.tables import read_table, rows_of, write_table

if TYPE_CHECKING:
    snakemake: Any

CLUSTERS = "results/records/clusters.csv"
DECISIONS = "results/screening/decisions.csv"
INCLUDED = "results/screening/included.csv"
NEEDS_DECISIONS = "not known here: needs the screening decisions (kind decisions in config/inputs.tsv)"
NEEDS_ALL_DECISIONS = "not known here: needs a decision on every record; some still await one"
NEEDS_LIST = "not known here: needs the list of included studies (kind included in config/inputs.tsv)"
TO_SCREEN = "Records to screen: no decision is known here"
TO_SEEK = "Reports to seek: no decision is known here (other methods)"
WAITING = "awaiting a decision"
FINAL_COLUMNS = ("record_id", "box")
OTHER_RESULTS = {
    "website": "website_results",
    "organisation": "organisation_results",
    "citation": "citations_results",
}


class Count(NamedTuple):
    """A number in a box; ``number`` is None where it is not known."""

    number: int | None
    source: str
    label: str = ""


def arms(
    records: pd.DataFrame, clusters: pd.DataFrame, kinds: Mapping[str, str]
) -> tuple[pd.DataFrame, set[str]]:
    """Return the records with cluster and kind of input, and the clusters that a database found."""
    frame = records[["record_id", "input", "date"]].merge(clusters, on="record_id", validate="one_to_one")
    frame["kind"] = frame["input"].map(kinds)
    return frame, set(frame.loc[frame["kind"].isin(DATABASES), "cluster_id"])


def published_after(unique: pd.DataFrame, end: str) -> set[str]:
    """Return the records that surely appeared after ``end``: even their earliest possible day does."""
    last = date.fromisoformat(end)
    late = [bool(known) and earliest_day(known) > last for known in unique["date"]]
    return set(unique.loc[late, "record_id"])


def found_by_search(frame: pd.DataFrame) -> set[str]:
    """Return the clusters that the search of PubMed holds: what it found had appeared by its last day.

    An article is often in PubMed months before the issue that it is dated to.
    """
    return set(frame.loc[frame["kind"] == "search", "cluster_id"])


def decided(decisions: pd.DataFrame, stage: str) -> dict[str, tuple[str, str]]:
    """Return record -> (decision, reason) of one stage."""
    rows = decisions[decisions["stage"] == stage]
    return {row["record_id"]: (row["decision"], row["reason"]) for row in rows_of(rows)}


def place(
    frame: pd.DataFrame, by_database: set[str], late: set[str], decisions: pd.DataFrame
) -> dict[str, str]:
    """Return record -> its one final box.

    A record of a database goes through both stages of screening, one of other methods through
    the full text only, unless a database holds it too. The record named like its cluster stands
    for it; the others are duplicates, or known already.
    """
    first, second = decided(decisions, "title_abstract"), decided(decisions, "full_text")
    final: dict[str, str] = {}
    stands: dict[str, str] = {}
    ranked = frame.assign(other=~frame["kind"].isin(DATABASES)).sort_values(["other", "record_id"])
    for row in rows_of(ranked):
        record_id, name, other = row["record_id"], row["cluster_id"], row["kind"] not in DATABASES
        if name in stands:
            final[record_id] = "other_known" if other else "duplicates"
            continue
        stands[name] = record_id
        if name in by_database:
            final[record_id] = _database_box(name, late, first, second)
        else:
            final[record_id] = _full_text_box(second.get(name), "other")
    return final


def _database_box(
    name: str, late: set[str], first: Mapping[str, tuple[str, str]], second: Mapping[str, tuple[str, str]]
) -> str:
    if name in late:
        return "excluded_automatic"
    decision = first.get(name, (WAITING, ""))[0]
    if decision == "exclude":
        return "records_excluded"
    if decision == WAITING and name not in second:
        return "records_waiting"
    return _full_text_box(second.get(name), "dbr")


def _full_text_box(decision: tuple[str, str] | None, arm: str) -> str:
    if decision is None:
        return f"{arm}_waiting"
    kind, reason = decision
    if kind == "include":
        return f"{arm}_included"
    return f"{arm}_notretrieved_reports" if kind == "not retrieved" else f"{arm}_excluded:{reason}"


def count(frame: pd.DataFrame, final: Mapping[str, str], sources: Mapping[str, str]) -> dict[str, Count]:
    """Return box -> count, from the final box of each record; a box is the sum of those below it."""
    boxes = frame.assign(box=frame["record_id"].map(final))
    database = boxes[boxes["kind"].isin(DATABASES)]
    size = {str(box): int(number) for box, number in boxes["box"].value_counts().items()}
    records_csv = "results/records/records.csv"
    result = {"database_results": Count(len(database), records_csv)}
    for name, number in database["input"].value_counts().sort_index().items():
        result[f"database_results:{name}"] = Count(
            int(number), f"results/records/parsed/{name}.csv", sources[str(name)]
        )
    result["duplicates"] = Count(size.get("duplicates", 0), CLUSTERS)
    result["excluded_automatic"] = Count(size.get("excluded_automatic", 0), "results/records/unique.csv")
    screened = len(database) - size.get("duplicates", 0) - size.get("excluded_automatic", 0)
    undecided = 0 < screened == size.get("records_waiting", 0)
    result["records_screened"] = Count(screened, "results/records/unique.csv", TO_SCREEN if undecided else "")
    for kind, box in OTHER_RESULTS.items():
        result[box] = Count(int((boxes["kind"] == kind).sum()), records_csv)
    result["other_known"] = Count(size.get("other_known", 0), CLUSTERS)
    other = sum(result[box].number or 0 for box in OTHER_RESULTS.values())
    sought = other - size.get("other_known", 0)
    undecided = 0 < sought == size.get("other_waiting", 0)
    result["other_sought_reports"] = Count(sought, CLUSTERS, TO_SEEK if undecided else "")
    return result | _screened(size, result)


def _screened(size: Mapping[str, int], known: Mapping[str, Count]) -> dict[str, Count]:
    """Boxes that need decisions: without one for an arm they are not known, and so not 0."""
    result: dict[str, Count] = {}
    waiting = size.get("records_waiting", 0)
    any_first = (known["records_screened"].number or 0) > waiting
    excluded = size.get("records_excluded", 0)
    sought = (known["records_screened"].number or 0) - excluded - waiting
    for box, number in (
        ("records_excluded", excluded),
        ("records_waiting", waiting),
        ("dbr_sought_reports", sought),
    ):
        result[box] = Count(number, DECISIONS) if any_first else Count(None, NEEDS_DECISIONS)
    arm_sizes = {"dbr": sought if any_first else 0, "other": known["other_sought_reports"].number or 0}
    for arm, reports in arm_sizes.items():
        reasons = {box: n for box, n in size.items() if box.startswith(f"{arm}_excluded:")}
        lost, left = size.get(f"{arm}_notretrieved_reports", 0), size.get(f"{arm}_waiting", 0)
        some = reports > left or (reports == 0 and arm == "other") or (reports == 0 and any_first)
        numbers = (
            (f"{arm}_notretrieved_reports", lost),
            (f"{arm}_assessed", reports - lost - left),
            (f"{arm}_excluded", sum(reasons.values())),
            (f"{arm}_waiting", left),
            (f"{arm}_included", size.get(f"{arm}_included", 0)),
        )
        for box, number in numbers:
            result[box] = Count(number, DECISIONS) if some else Count(None, NEEDS_DECISIONS)
        for box in sorted(reasons):
            result[box] = Count(reasons[box], DECISIONS, box.split(":", 1)[1])
    return result


def add_studies(boxes: dict[str, Count], included: pd.DataFrame, included_list: str) -> None:
    """Add the included reports and studies, where decisions or a complete list tell them."""
    reports = [boxes[f"{arm}_included"].number for arm in ("dbr", "other")]
    known = [number for number in reports if number is not None]
    decided_all = len(known) == len(reports) and all(
        not boxes[box].number for box in ("records_waiting", "dbr_waiting", "other_waiting")
    )
    if included_list == "complete":
        boxes["new_studies"] = Count(len(included), INCLUDED)
    elif included_list == "none" and decided_all:
        boxes["new_studies"] = Count(sum(known), DECISIONS)
    else:
        boxes["new_studies"] = Count(None, NEEDS_LIST)
    missing = NEEDS_DECISIONS if len(known) < len(reports) else NEEDS_ALL_DECISIONS
    boxes["new_reports"] = Count(sum(known), DECISIONS) if decided_all else Count(None, missing)


def check(boxes: Mapping[str, Count], frame: pd.DataFrame, final: Mapping[str, str]) -> None:
    """Assert the arithmetic of PRISMA 2020 wherever all parts are known, and that none is lost."""
    if set(final) != set(frame["record_id"]):
        raise InputError("flow: a record has no final box.")
    for wholes, parts in EQUATIONS:
        known = [boxes[whole].number for whole in wholes]
        numbers = [boxes[part].number for part in parts]
        whole = " and ".join(wholes)
        total = None if None in known else sum(n for n in known if n is not None)
        if total is not None and None not in numbers and total != sum(n for n in numbers if n is not None):
            raise InputError(
                f"flow: {whole} is {total}, its parts {', '.join(parts)} sum up to another number."
            )
    studies, reports = boxes["new_studies"].number, boxes["new_reports"].number
    if studies is not None and reports is not None and studies > reports:
        raise InputError(
            f"flow: {studies} studies are included with {reports} reports: a study needs a report. Compare"
            " the list of included studies with the decisions."
        )


def rows(boxes: Mapping[str, Count], published: Mapping[str, tuple[int, str]]) -> list[dict[str, object]]:
    """Return the rows of flow.csv; a published number stands in where nothing is computed."""
    result: list[dict[str, object]] = []
    for box, item in sorted(
        boxes.items(), key=lambda pair: (list(BOXES).index(pair[0].split(":")[0]), pair[0])
    ):
        label = item.label or BOXES[box.split(":")[0]]
        if item.number is not None:
            result.append(
                {"box": box, "label": label, "count": item.number, "basis": "computed", "source": item.source}
            )
        elif box in published:
            number, source = published[box]
            result.append(
                {"box": box, "label": label, "count": number, "basis": "published", "source": source}
            )
        else:
            result.append(
                {"box": box, "label": label, "count": "", "basis": "unknown", "source": item.source}
            )
    return result


def main(
    *,
    records: str,
    clusters: str,
    unique: str,
    decisions: str,
    included: str,
    published: str | None,
    inputs: Mapping[str, tuple[str, str]],
    search_end: str,
    screening: Mapping[str, str],
    flow: str,
    final_boxes: str,
) -> None:
    """Write the flow and the final box of every record. ``inputs`` is name -> (kind, source)."""
    kinds = {name: kind for name, (kind, _) in inputs.items()}
    frame, by_database = arms(read_table(records), read_table(clusters), kinds)
    late = (
        published_after(read_table(unique), search_end) - found_by_search(frame)
        if screening["published_after_search"] == "remove"
        else set()
    )
    final = place(frame, by_database, late, read_table(decisions))
    boxes = count(frame, final, {name: source for name, (_, source) in inputs.items()})
    add_studies(boxes, read_table(included), screening["included_list"])
    check(boxes, frame, final)
    write_table(rows(boxes, read_published_flow(published)), flow, FLOW_COLUMNS)
    write_table(
        [{"record_id": name, "box": final[name]} for name in sorted(final)], final_boxes, FINAL_COLUMNS
    )
    log.info("%d records, each in one of %d boxes", len(final), len(set(final.values())))


if __name__ == "__main__":
    with job(snakemake):
        main(
            records=snakemake.input.records,
            clusters=snakemake.input.clusters,
            unique=snakemake.input.unique,
            decisions=snakemake.input.decisions,
            included=snakemake.input.included,
            published=snakemake.input.get("published"),
            inputs=snakemake.params.inputs,
            search_end=snakemake.params.search_end,
            screening=snakemake.params.screening,
            flow=snakemake.output.flow,
            final_boxes=snakemake.output.final_boxes,
        )
