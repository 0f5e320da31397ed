"""Compare each published claim with what was measured; the verdict comes with its evidence and its reason."""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from scripts.common.claims.completeness import unless_files_may_be_missing, unlisted
from scripts.common.claims.expressions import resolve
from scripts.common.claims.inputs_behind import Missing, known_to_be_missing, missing_behind
from scripts.common.claims.judging import (
    CANNOT,
    CONTRADICTORY,
    EQUAL,
    SO_FAR,
    VERDICTS,
    Judgement,
    cannot,
    judge,
    published_value,
)
from scripts.common.claims.measures import Measure, from_row
from scripts.common.claims.places import place_in_words
from scripts.common.claims.published import Claim, published_text, read_claims, value_text
from scripts.common.claims.sentences import Value, as_data, english, from_cell, sentence
from scripts.common.coding.codebook_forms import read_codebook
from scripts.common.files.tables import read_table, rows_of, write_table
from scripts.common.job import job, log
from scripts.common.review.inputs import Declared
from scripts.common.values.counts import count_of

if TYPE_CHECKING:
    snakemake: Any

COLUMNS = (
    "claim_id",
    "origin",
    "statement",
    "published",
    "reproduced",
    "difference",
    "verdict",
    "rests_on",
    "reason",
    "source",
    "unit",
    "place",
    "confidence",
    "measure",
    "measured_in",
    "comparison",
    "published_value",
    "tolerance",
    "needs",
    "command",
    "forensics",
    "data",
)
AGAIN = "snakemake --cores all results/report/comparison.csv"
NO_MEASURE = "none yet: with this at hand, give the claim a measure (docs/claims.md)"


class Inputs(NamedTuple):
    """The names of the inputs at hand, and those known to be missing."""

    names: frozenset[str]
    missing: Sequence[Missing]


def missing_inputs(claim: Claim, known: Mapping[str, Measure], inputs: Inputs) -> Judgement | None:
    """Return the verdict of a claim that rests on inputs which are not there; None if all are."""
    gone = [name for name in claim.inputs if name not in inputs.names]
    if claim.measure:
        gone += missing_behind(claim.measure, known, inputs.missing)
    return cannot(claim, sentence("need_input", names=", ".join(dict.fromkeys(gone)))) if gone else None


def with_forensics(result: Judgement, findings: Sequence[Value]) -> Judgement:
    """Return the verdict in the light of what is wrong with the printed numbers themselves.

    What no data can meet is contradictory as printed; a number that our data meet exactly stays equal, and
    the finding is shown beside it.
    """
    if not findings or result.verdict == EQUAL:
        return result
    return result._replace(verdict=CONTRADICTORY, reason=(*findings, result.reason))


def missing(result: Judgement, measure: Measure | None) -> dict[str, str]:
    """Return what would settle a claim that could not be decided, and the command to run with it."""
    if result.verdict not in (CANNOT, SO_FAR):
        return {"needs": "", "command": ""}
    return {"needs": english(result.needs), "command": NO_MEASURE if measure is None else AGAIN}


def row_of(
    claim: Claim, measure: Measure | None, result: Judgement, findings: Sequence[Value]
) -> dict[str, str]:
    """Return the row of a claim; ``data`` holds what it says, for the page in both languages."""
    says = {
        "published": published_value(claim),
        "reproduced": result.reproduced,
        "difference": result.difference,
        "reason": result.reason,
        "place": place_in_words(claim.place),
    }
    return {
        "claim_id": claim.id,
        "origin": claim.origin,
        "statement": claim.statement,
        **{name: english(says[name]) for name in ("published", "reproduced", "difference", "reason")},
        "verdict": result.verdict,
        "rests_on": result.rests_on,
        "source": claim.source,
        "unit": claim.unit,
        "place": claim.place,
        "confidence": claim.confidence,
        "measure": claim.measure,
        "measured_in": measure.file if measure else "",
        "comparison": claim.comparison,
        "published_value": published_text(claim),
        "tolerance": value_text(claim.tolerance) if claim.measure else "",
        **missing(result, measure),
        "forensics": english(tuple(findings)),
        "data": json.dumps(
            {name: as_data(value) for name, value in says.items()}, ensure_ascii=False, sort_keys=True
        ),
    }


def findings_by_claim(forensics: Sequence[Mapping[str, str]]) -> Mapping[str, list[Value]]:
    """Return claim -> what is wrong with the printed numbers that it is one of."""
    found: dict[str, list[Value]] = defaultdict(list)
    for row in forensics:
        if row["outcome"] == "inconsistent":
            for name in row["claims"].split("; "):
                found[name].append(from_cell(row["finding_data"]))
    return found


def main(
    *,
    codebook: str | None,
    published: str | None,
    measures: str,
    forensics: str,
    set_aside: str,
    present: Sequence[tuple[str, str]],
    declared: Declared,
    comparison: str,
) -> None:
    """Write comparison.csv, one row per claim in the order of published.yaml.

    ``set_aside`` are the decisions that join no record, ``present`` kind and name of the inputs at hand,
    ``declared`` those that the review rests on; none where it does not list them.
    """
    known = {row["measure"]: from_row(row) for row in rows_of(read_table(measures))}
    claims = read_claims(read_codebook(codebook), published)
    inputs = Inputs(
        frozenset(name for _, name in present),
        known_to_be_missing(declared, present, known, claims, rows_of(read_table(set_aside))),
    )
    not_listed = unlisted(declared, present)
    wrong = findings_by_claim(rows_of(read_table(forensics)))
    rows = []
    for claim in claims:
        measure = resolve(claim.measure, known) if claim.measure else None
        findings = wrong.get(claim.id, [])
        result = missing_inputs(claim, known, inputs) or judge(claim, measure)
        result = unless_files_may_be_missing(result, claim, measure, known, inputs.missing, not_listed)
        result = with_forensics(result, findings)
        rows.append(row_of(claim, measure, result, findings))
    write_table(rows, comparison, COLUMNS, for_people=True)
    found = Counter(row["verdict"] for row in rows)
    log.info(
        "%s: %s",
        count_of(len(rows), "claim"),
        ", ".join(f"{found[name]} {name}" for name in VERDICTS if found[name]),
    )


if __name__ == "__main__":
    with job(snakemake):
        main(
            codebook=snakemake.input.get("codebook"),
            published=snakemake.input.get("published"),
            measures=snakemake.input.measures,
            forensics=snakemake.input.forensics,
            set_aside=snakemake.input.set_aside,
            present=snakemake.params.present,
            declared=snakemake.params.declared,
            comparison=snakemake.output.comparison,
        )
