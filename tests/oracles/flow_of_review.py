"""The flow as the stage screening counts it for a random review, from its files to flow.csv."""

from pathlib import Path

from scripts.common.files.tables import read_table, rows_of
from scripts.common.review.inputs import Input
from scripts.common.screening.stages import plans
from scripts.screening.count_flow import main as count_flow
from scripts.screening.match_included import main as match_included
from scripts.screening.merge_decisions import main as merge_decisions
from tests.oracles import prisma
from tests.oracles.reviews import NOT_HAD, Review, make, write
from tests.settings import MATCHING, screening_rules

MAPS = {
    "machine": {"set": {"kind": "machine"}},
    "settled": {"role": "consensus"},
    "rulings": {"role": "ruling"},
}
TABLES = ("votes", "decisions", "conflicts", "set_aside", "sheets")


def run(review: Review, folder: Path) -> tuple[prisma.Numbers, dict[str, str]]:
    """Return box -> number (None: not known) and record -> last box, as the scripts write them."""
    write(review, folder)
    at = {path.stem: str(path) for path in folder.glob("*.csv")}
    out = {
        name: str(folder / f"{name}.out")
        for name in (
            *TABLES,
            "included",
            "reports",
            "recall",
            "summary",
            "previous",
            "flow",
            "ends",
            "differences",
            "merged",
            "machines",
        )
    }
    rules = screening_rules(
        stages=list(review.stages),
        rounds=list(review.rounds),
        consensus=review.consensus,
        reviewers=review.reviewers,
        reasons=list(review.reasons),
        not_retrieved_reasons=[NOT_HAD],
    )
    sheets = [name for name in ("votes", *MAPS) if any(row.sheet == name for row in review.rows)]
    inputs = [Input(name, at[name], "decisions", "us", "", "2022-01-01", "", "", "x") for name in sheets]
    merge_decisions(
        plans=[tuple(plan) for plan in plans(inputs, MAPS, rules.stages)],
        rulings_path=at["screening"] if review.rulings else None,
        records=at["records"],
        clusters=at["clusters"],
        rules=rules,
        matching=MATCHING,
        votes_csv=out["votes"],
        decisions=out["decisions"],
        conflicts=out["conflicts"],
        set_aside=out["set_aside"],
        sheets_csv=out["sheets"],
        merged_csv=out["merged"],
        machines_csv=out["machines"],
    )
    match_included(
        lists={
            "studies": at["included"] if review.studies else None,
            "reports": at["reports"] if review.reports else None,
            "previous": at["previous"] if review.previous else None,
            "paper": None,
        },
        tables={"records": at["records"], "clusters": at["clusters"], "decisions": out["decisions"]},
        words={"studies": {}, "reports": {}, "previous": {}},
        included_list=review.list_is,
        databases=[name for name, kind in review.inputs.items() if kind in prisma.DATABASES],
        search={},
        query="",
        matching=MATCHING,
        stages=rules.stages,
        numbers=(),
        out={name: out[name] for name in ("included", "reports", "recall", "summary", "previous")},
    )
    count_flow(
        records=at["records"],
        clusters=at["clusters"],
        counts=at["counts"],
        ineligible=at["eligibility"],
        decisions=out["decisions"],
        votes=out["votes"],
        conflicts=out["conflicts"],
        included=out["included"],
        reports=out["reports"],
        previous=out["previous"],
        published=(None, {}),
        inputs={name: (kind, name) for name, kind in review.inputs.items()},
        has_previous=bool(review.previous),
        included_list=review.list_is,
        stages=rules.stages,
        without_decision=review.without_decision,
        other_methods=review.other_methods,
        flow=out["flow"],
        final_boxes=out["ends"],
        list_differences=out["differences"],
    )
    numbers = {
        row["box"]: int(row["count"]) if row["count"] else None for row in rows_of(read_table(out["flow"]))
    }
    return numbers, {row["record_id"]: row["box"] for row in rows_of(read_table(out["ends"]))}


def differences(seed: int, folder: Path) -> list[str]:
    """Return where the flow of the review of that number differs from the count of the oracle."""
    review = make(seed)
    numbers, last = run(review, folder)
    ours, ends = prisma.boxes(review), prisma.ends(review)
    found = [
        f"review {seed}, {box}: {numbers.get(box, 'no box')} by the stage,"
        f" {ours.get(box, 'no box')} by the oracle"
        for box in sorted({*numbers, *ours})
        if numbers.get(box, "no box") != ours.get(box, "no box")
    ]
    found += [
        f"review {seed}, {record}: {last.get(record)} by the stage, {box} by the oracle"
        for record, box in sorted(ends.items())
        if last.get(record) != box
    ]
    return found
