"""Count the boxes of the PRISMA 2020 flow: each the size of a set of records, checked as a whole."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from scripts.common.errors import InputError
from scripts.common.files.tables import read_table, rows_of, write_table
from scripts.common.job import job, log
from scripts.common.review.inputs import DATABASES
from scripts.common.review.settings import USUAL_STAGES
from scripts.common.screening.flow import (
    BOXES,
    DATABASE_ARM,
    DATABASE_BOXES,
    FLOW_COLUMNS,
    KIND_BOX,
    NEEDS_DECISIONS,
    NEEDS_OTHER,
    NEEDS_PREVIOUS,
    NEEDS_RECORDS,
    OTHER_ARM,
    OTHER_BOXES,
    UNDECIDED,
    UPDATE_BOXES,
    Arm,
    Count,
    Printed,
    check_equations,
    check_named_parts,
    never_screened,
    read_published_flow,
)
from scripts.common.screening.list_differences import (
    COMPLETE,
    DIFFERENCE_COLUMNS,
    INCLUDED_BOXES,
    differences_from,
    included_by_list,
    listed_reports,
    with_titles,
)
from scripts.common.screening.people import judged_by_people
from scripts.common.screening.stages import EXCLUDE, INCLUDE, NOT_RETRIEVED
from scripts.common.screening.studies import is_whole
from scripts.common.screening.study_counts import DECISIONS, PREVIOUS, add_previous, add_studies

if TYPE_CHECKING:
    snakemake: Any

RECORDS, CLUSTERS = "results/records/records.csv", "results/records/clusters.csv"
INELIGIBLE = "results/screening/eligibility.csv"
AUTOMATIC = "excluded_automatic"
STUDY_BOXES = ("new_studies", "new_reports", *UPDATE_BOXES)  # counted from lists of studies, not from records
FINAL_COLUMNS = ("record_id", "box")


def arms(
    records: pd.DataFrame, clusters: pd.DataFrame, kinds: Mapping[str, str]
) -> tuple[pd.DataFrame, set[str]]:
    """Return the records with cluster and kind of input, and the clusters that a database found."""
    frame = records[["record_id", "input"]].merge(clusters, on="record_id", validate="one_to_one")
    frame["kind"] = frame["input"].map(kinds)
    return frame, set(frame.loc[frame["kind"].isin(DATABASES), "cluster_id"])


def decided(decisions: pd.DataFrame, stage: str) -> dict[str, tuple[str, str]]:
    """Return record -> (decision, reason) of one stage."""
    rows = decisions[decisions["stage"] == stage]
    return {row["record_id"]: (row["decision"], row["reason"]) for row in rows_of(rows)}


def before_full_text(decisions: pd.DataFrame, stages: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Return record -> (decision, reason) of the stages before the full text together.

    One exclusion excludes; a record goes on once the last of these stages includes it.
    """
    found = decided(decisions, stages[-2]) if len(stages) > 1 else {}
    for stage in stages[:-2]:
        found |= {name: item for name, item in decided(decisions, stage).items() if item[0] == EXCLUDE}
    return found


def place(
    frame: pd.DataFrame,
    by_database: set[str],
    decisions: pd.DataFrame,
    removed: Mapping[str, str],
    previous: set[str],
    listed: Collection[str] = (),
    stages: Sequence[str] = USUAL_STAGES,
) -> dict[str, str]:
    """Return record -> its one final box.

    Both arms follow the same way: excluded before the full text, else judged at full text (the last of
    ``stages``), else waiting. A record judged at full text was sought, though no decision on its title may be
    known. ``removed`` is record
    -> rule of the machine, ``previous`` the records of studies of the version before, ``listed`` those of
    included studies: without a decision at full text they are included, and wait for none. Of the copies of
    one publication the first is screened, a database's before any other; the others are duplicates, or known
    already.
    """
    first, second = before_full_text(decisions, stages), decided(decisions, stages[-1])
    final: dict[str, str] = {}
    screened: set[str] = set()
    ranked = frame.assign(other=~frame["kind"].isin(DATABASES)).sort_values(["other", "record_id"])
    for row in rows_of(ranked):
        record_id, name, other = row["record_id"], row["cluster_id"], row["kind"] not in DATABASES
        if name in screened:
            final[record_id] = "other_known" if other else "duplicates"
            continue
        screened.add(name)
        if name in previous:
            final[record_id] = "other_known" if other else "excluded_other"
        elif name in removed and not other:
            final[record_id] = f"{AUTOMATIC}:{removed[name]}"
        else:
            arm = DATABASE_ARM if name in by_database else OTHER_ARM
            read = second.get(name) or ((INCLUDE, "") if name in listed else None)
            final[record_id] = _screening_box(arm, first.get(name), read)
    return final


def _screening_box(arm: Arm, first: tuple[str, str] | None, second: tuple[str, str] | None) -> str:
    if first is not None and first[0] == EXCLUDE:
        return arm.excluded
    if second is None:
        return arm.waiting if first is None else f"{arm.reports}_waiting"
    kind, reason = second
    if kind == INCLUDE:
        return f"{arm.reports}_included"
    return (
        f"{arm.reports}_notretrieved_reports" if kind == NOT_RETRIEVED else f"{arm.reports}_excluded:{reason}"
    )


def count(
    frame: pd.DataFrame,
    final: Mapping[str, str],
    sources: Mapping[str, str],
    rules: Mapping[str, str],
    kinds: Collection[str],
) -> dict[str, Count]:
    """Return box -> count, from the final box of each record; a box is the sum of those below it.

    Without any record no box is known, and none is 0. Without records of databases those of the database arm
    are not known. ``kinds`` are the kinds of sources that the review had: a box of another method is not
    known if its kind is not among them, nor is that arm if none is. ``sources`` is input -> what
    it is called, ``rules`` is rule of the machine -> what it is called.
    """
    boxes = frame.assign(box=frame["record_id"].map(final))
    database = boxes[boxes["kind"].isin(DATABASES)]
    size = Counter(str(box) for box in boxes["box"])
    if boxes.empty:
        return {box: Count(None, NEEDS_RECORDS) for box in BOXES if box not in STUDY_BOXES}
    result = {"database_results": Count(len(database), RECORDS)}
    for name, held in sorted(Counter(str(name) for name in database["input"]).items()):
        result[f"database_results:{name}"] = Count(held, f"results/records/parsed/{name}.csv", sources[name])
    result["duplicates"] = Count(size["duplicates"], CLUSTERS)
    result |= _parts(size, AUTOMATIC, INELIGIBLE, rules)
    result["excluded_other"] = Count(size["excluded_other"], PREVIOUS)
    for kind, box in KIND_BOX.items():
        number = int((boxes["kind"] == kind).sum())
        result[box] = Count(number, RECORDS) if kind in kinds else Count(None, NEEDS_OTHER)
    result["other_known"] = Count(size["other_known"], CLUSTERS)
    result |= _arm(size, DATABASE_ARM, "records_screened") | _arm(size, OTHER_ARM, "")
    if database.empty:
        result |= {box: Count(None, NEEDS_RECORDS) for box in DATABASE_BOXES}
    if not set(KIND_BOX) & set(kinds):
        result |= {box: Count(None, NEEDS_OTHER) for box in OTHER_BOXES}
    return result


def _parts(size: Mapping[str, int], box: str, source: str, labels: Mapping[str, str]) -> dict[str, Count]:
    """Return a box and its parts, each with its label: the reason of an exclusion, or the rule."""
    parts = {name: number for name, number in sorted(size.items()) if name.startswith(f"{box}:")}
    named = {name: name.split(":", 1)[1] for name in parts}
    return {
        box: Count(sum(parts.values()), source),
        **{
            name: Count(number, source, labels.get(named[name], named[name]))
            for name, number in parts.items()
        },
    }


def _arm(size: Mapping[str, int], arm: Arm, screened: str) -> dict[str, Count]:
    """Return the boxes of one arm from its first decision on.

    Where records are there and nobody decided on any, the numbers behind are not known, and so not 0: they
    are in both arms the same. The same holds for the full texts.
    """
    reports = {name: n for name, n in size.items() if name.startswith(f"{arm.reports}_")}
    aside = {arm.waiting, arm.never_screened, arm.excluded, "other_known"}
    sought = sum(n for name, n in reports.items() if name not in aside)
    waiting, excluded = size.get(arm.waiting, 0), size.get(arm.excluded, 0)
    begun = sought + excluded > 0 or waiting == 0
    left, lost = size.get(f"{arm.reports}_waiting", 0), size.get(f"{arm.reports}_notretrieved_reports", 0)
    read = begun and (sought > left or sought == 0)
    included = size.get(f"{arm.reports}_included", 0)

    def known(number: int, is_known: bool, source: str = DECISIONS) -> Count:
        return Count(number, source) if is_known else Count(None, NEEDS_DECISIONS)

    result = {
        arm.waiting: Count(waiting, CLUSTERS, "" if begun else UNDECIDED[arm.waiting]),
        arm.never_screened: known(size.get(arm.never_screened, 0), begun),
        arm.excluded: known(excluded, begun),
        f"{arm.reports}_sought_reports": known(sought, begun),
        f"{arm.reports}_notretrieved_reports": known(lost, read),
        f"{arm.reports}_waiting": (
            Count(left, DECISIONS, "" if read else UNDECIDED[f"{arm.reports}_waiting"])
            if begun
            else Count(None, NEEDS_DECISIONS)
        ),
        f"{arm.reports}_assessed": known(sought - lost - left, read),
        f"{arm.reports}_included": known(included, read),
    }
    if screened:
        result[screened] = known(excluded + sought, begun)
    out = _parts(size, f"{arm.reports}_excluded", DECISIONS, {})
    return result | (out if read else {f"{arm.reports}_excluded": Count(None, NEEDS_DECISIONS)})


def check(boxes: Mapping[str, Count], frame: pd.DataFrame, final: Mapping[str, str]) -> None:
    """Assert the arithmetic of PRISMA 2020 wherever all parts are known, and that no record is lost.

    A listed study without an included report is no fault of the flow: list_differences.csv names it.
    """
    if set(final) != set(frame["record_id"]):
        raise InputError("flow: a record has no final box.")
    strangers = sorted({box.split(":")[0] for box in final.values()} - set(BOXES))
    if strangers:
        raise InputError(f"flow: {strangers[0]} is no box.")
    numbers = {box: item.number for box, item in boxes.items()}
    check_equations(numbers)
    check_named_parts(numbers)


def set_aside(counts: pd.DataFrame) -> dict[str, int]:
    """Return box -> number of records that its sources announced and that could not be read."""
    found: Counter[str] = Counter()
    for row in rows_of(counts):
        box = KIND_BOX.get(row["kind"], "database_results")
        for name in (box, f"{box}:{row['input']}") if row["kind"] in DATABASES else (box,):
            found[name] += int(row["set_aside"])
    return dict(found)


def rows(
    boxes: Mapping[str, Count], published: Mapping[str, Printed], unread: Mapping[str, int]
) -> list[dict[str, object]]:
    """Return the rows of flow.csv; a published number is shown only where none is computed.

    ``unread`` is what ``set_aside`` returns: the boxes of sources say what they do not count.
    """
    shown = dict(boxes)
    for box in published:
        whole, _, part = box.partition(":")
        if box in UPDATE_BOXES and box not in shown:
            shown[box] = Count(None, NEEDS_PREVIOUS)
        elif part and shown[whole].number is None:
            shown[box] = Count(None, NEEDS_DECISIONS, part)
    result: list[dict[str, object]] = []
    for box, item in sorted(
        shown.items(), key=lambda pair: (list(BOXES).index(pair[0].split(":")[0]), pair[0])
    ):
        label = item.label or BOXES[box.split(":")[0]]
        number, basis, source, place, confidence = item.number, "computed", item.source, "", ""
        if number is None and box in published:
            basis, (number, source, place, confidence) = "published", published[box]
        elif number is None:
            basis = "unknown"
        shown_number = "" if number is None else number
        row = {"box": box, "label": label, "count": shown_number, "basis": basis, "source": source}
        where = {"place": place, "confidence": confidence}
        result.append({**row, **where, "set_aside": unread.get(box, "")})
    return result


def screening_is_over(
    final: Mapping[str, str], frame: pd.DataFrame, judged: Collection[str]
) -> dict[str, str]:
    """Return record -> final box where screening is over; ``judged`` are publications that people judged."""
    seen = frame["cluster_id"].isin(judged)
    return never_screened(final, set(frame.loc[seen, "record_id"]))


def boxes_of_publications(frame: pd.DataFrame, final: Mapping[str, str]) -> dict[str, str]:
    """Return cluster -> the final box of its one record that is not a duplicate of another."""
    return {
        row["cluster_id"]: final[row["record_id"]]
        for row in rows_of(frame)
        if final[row["record_id"]] not in ("duplicates", "other_known")
    }


def labels_of_inputs(inputs: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """Return input -> what the flow calls it, from input -> (kind, source)."""
    return {
        name: f"{source} (register)" if kind == "register" else source
        for name, (kind, source) in inputs.items()
    }


def _ends(final: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the rows of final_boxes.csv."""
    return [{"record_id": name, "box": box} for name, box in sorted(final.items())]


def main(
    *,
    records: str,
    clusters: str,
    counts: str,
    ineligible: str,
    decisions: str,
    votes: str,
    conflicts: str,
    included: str,
    reports: str,
    previous: str,
    published: tuple[str | None, Mapping[str, Any]],
    inputs: Mapping[str, tuple[str, str]],
    has_previous: bool,
    included_list: str,
    stages: Sequence[str],
    without_decision: str,
    other_methods: str,
    flow: str,
    final_boxes: str,
    list_differences: str,
    paper_included: str | None = None,
) -> None:
    """Write flow, final boxes, and where list and decisions differ; ``inputs`` is name -> (kind, source)."""
    kinds = {name: kind for name, (kind, _) in inputs.items()}
    frame, by_database = arms(read_table(records, only=("record_id", "input")), read_table(clusters), kinds)
    machine = [row for row in rows_of(read_table(ineligible)) if row["removed"] == "yes"]
    before, studies, declared = read_table(previous), read_table(included), read_table(reports)
    decided_on = read_table(decisions, only=("record_id", "stage", "decision", "reason"))
    judged = judged_by_people(votes, decisions, conflicts)
    list_is = COMPLETE if paper_included and is_whole(studies, read_table(paper_included)) else included_list
    listed = listed_reports(studies, declared, list_is)
    final = place(
        frame,
        by_database,
        decided_on,
        {row["record_id"]: row["rule"] for row in machine},
        set(before["record_id"]) - {""},
        included_by_list(listed, list_is, judged),
        stages,
    )
    if without_decision == "never_screened":
        final = screening_is_over(final, frame, judged)
    had = {*kinds.values(), *(KIND_BOX if other_methods == "none" else ())}
    boxes = count(frame, final, labels_of_inputs(inputs), {row["rule"]: row["label"] for row in machine}, had)
    ends = boxes_of_publications(frame, final)
    in_review = {name for name, box in ends.items() if box in INCLUDED_BOXES}
    add_studies(boxes, studies, list_is, before, declared, in_review)
    if has_previous:
        add_previous(boxes, before)
    check(boxes, frame, final)
    found = differences_from(decided_on, judged, stages[-1], listed, ends, list_is)
    write_table(with_titles(found, records), list_differences, DIFFERENCE_COLUMNS)
    if found:
        log.warning("%d reports differ between list and decisions: see %s", len(found), list_differences)
    shown = rows(boxes, read_published_flow(*published), set_aside(read_table(counts)))
    write_table(shown, flow, FLOW_COLUMNS)
    write_table(_ends(final), final_boxes, FINAL_COLUMNS)
    log.info("%d records, each in one of %d boxes", len(final), len(set(final.values())))


if __name__ == "__main__":
    with job(snakemake):
        main(
            records=snakemake.input.records,
            clusters=snakemake.input.clusters,
            counts=snakemake.input.counts,
            ineligible=snakemake.input.ineligible,
            decisions=snakemake.input.decisions,
            votes=snakemake.input.votes,
            conflicts=snakemake.input.conflicts,
            included=snakemake.input.included,
            reports=snakemake.input.reports,
            paper_included=snakemake.input.get("paper_included"),
            previous=snakemake.input.previous,
            published=(snakemake.input.get("published"), snakemake.params.published_words),
            inputs=snakemake.params.inputs,
            has_previous=snakemake.params.has_previous,
            included_list=snakemake.params.included_list,
            stages=snakemake.params.stages,
            without_decision=snakemake.params.without_decision,
            other_methods=snakemake.params.other_methods,
            flow=snakemake.output.flow,
            final_boxes=snakemake.output.final_boxes,
            list_differences=snakemake.output.list_differences,
        )
