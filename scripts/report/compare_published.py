"""Compare each published claim with what was measured; the verdict comes with its reason."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts.common.claims.judging import (
    AT_LEAST,
    CANNOT,
    DIFFERS,
    INCONSISTENT,
    REPRODUCED,
    VERDICTS,
    Judgement,
    cannot,
    judge,
)
from scripts.common.claims.published import Claim, read_claims, value_text
from scripts.common.coding.codebook_forms import read_codebook
from scripts.common.files.tables import read_table, rows_of, write_table
from scripts.common.job import job, log

if TYPE_CHECKING:
    snakemake: Any

COLUMNS = (
    "claim_id",
    "statement",
    "published",
    "reproduced",
    "difference",
    "verdict",
    "reason",
    "source",
    "unit",
    "place",
    "confidence",
    "check",
    "measure",
    "measured_in",
    "comparison",
    "tolerance",
    "ssrp_level",
    "needs",
    "command",
    "forensics",
)
AGAIN = "snakemake --cores all results/report/comparison.csv"
NO_MEASURE = "none yet: with this at hand, give the claim a measure (docs/claims.md)"
RAW = ("flow", "included_retrieved")  # measured from exports and decisions, not from charted data


def missing_inputs(claim: Claim, present: set[str]) -> Judgement | None:
    """Return the verdict of a claim that rests on inputs which are not there; None if all are."""
    gone = [name for name in claim.inputs if name not in present]
    if not gone:
        return None
    needs = f"needs the input {', '.join(gone)}: its file in config/inputs and its line in config/inputs.tsv"
    return cannot(needs, claim)


def with_forensics(result: Judgement, findings: Sequence[str]) -> Judgement:
    """Return the verdict in the light of what is wrong with the printed numbers themselves.

    What no data can meet is "inconsistent as printed"; a number that our data meet exactly stays
    reproduced, and the finding is shown beside it.
    """
    if not findings or result.verdict == REPRODUCED:
        return result
    return result._replace(verdict=INCONSISTENT, reason=f"{' '.join(findings)} {result.reason}")


def ssrp_level(claim: Claim, result: Judgement, measure: Mapping[str, str] | None) -> int:
    """Return the level of reproducibility of SSRP/ACRE, 1 to 10, for one claim (docs/claims.md).

    Ours is the reading for a review: raw data are exports and decisions, analysis data are charted codes and
    what the paper prints.
    """
    if measure is None:
        return 1  # neither data nor a measure
    if result.verdict == CANNOT:
        return 3 if result.reproduced else 2  # a part of the data, or the code alone
    if result.verdict in (DIFFERS, INCONSISTENT):
        return 4
    raw = claim.check == "recomputed" and claim.measure.split(":")[0] in RAW
    return 10 if raw else 5


def missing(result: Judgement, claim: Claim, measure: Mapping[str, str] | None) -> dict[str, str]:
    """Return what would settle a claim that could not be checked, and the command to run with it."""
    if result.verdict != CANNOT:
        return {"needs": "", "command": ""}
    if measure is None:
        return {"needs": claim.needs, "command": NO_MEASURE}
    match = re.search(r"\bneeds (.+?)\.(?= |$)", result.reason, flags=re.IGNORECASE)
    return {"needs": match[1] if match else result.reason.rstrip("."), "command": AGAIN}


def published_text(claim: Claim) -> str:
    """Return the published value as it is printed: bounds as such, a percentage with all its digits."""
    if claim.decimals is not None and isinstance(claim.value, (int, float)):
        return f"{claim.value:.{claim.decimals}f}"
    return (AT_LEAST if claim.comparison == "at_least" else "") + value_text(claim.value)


def main(
    *, codebook: str, published: str, measures: str, forensics: str, checked: str, comparison: str
) -> None:
    """Write comparison.csv, one row per claim in the order of published.yaml."""
    known = {row["measure"]: row for row in rows_of(read_table(measures))}
    present = {
        "pubmed" if row["kind"] == "search" else Path(row["path"]).stem
        for row in rows_of(read_table(checked))
    }
    findings: dict[str, list[str]] = defaultdict(list)
    for row in rows_of(read_table(forensics)):
        if row["outcome"] == "inconsistent":
            for name in row["claims"].split("; "):
                findings[name].append(row["finding"])
    rows = []
    for claim in read_claims(read_codebook(codebook), published):
        measure = known[claim.measure] if claim.measure else None
        found = findings[claim.id]
        result = with_forensics(missing_inputs(claim, present) or judge(claim, measure), found)
        rows.append(
            {
                "claim_id": claim.id,
                "statement": claim.statement,
                "published": published_text(claim),
                **result._asdict(),
                "source": claim.source,
                "unit": claim.unit,
                "place": claim.place,
                "confidence": claim.confidence,
                "check": claim.check,
                "measure": claim.measure,
                "measured_in": measure["file"] if measure else "",
                "comparison": claim.comparison,
                "tolerance": value_text(claim.tolerance) if claim.measure else "",
                "ssrp_level": ssrp_level(claim, result, measure),
                **missing(result, claim, measure),
                "forensics": " ".join(found),
            }
        )
    write_table(rows, comparison, COLUMNS, for_people=True)
    for verdict in VERDICTS:
        log.info("%s: %d of %d claims", verdict, sum(row["verdict"] == verdict for row in rows), len(rows))


if __name__ == "__main__":
    with job(snakemake):
        main(
            codebook=snakemake.input.codebook,
            published=snakemake.input.published,
            measures=snakemake.input.measures,
            forensics=snakemake.input.forensics,
            checked=snakemake.input.checked,
            comparison=snakemake.output.comparison,
        )
