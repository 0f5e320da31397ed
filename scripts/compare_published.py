"""Hold each published claim against what was measured; the verdict comes with its reason."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from scripts.common.claims import Claim, read_claims, value_text
from scripts.common.codebook import read_codebook
from scripts.common.job import job, log
from scripts.common.tables import read_table, rows_of, write_table

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
)
REPRODUCED, DIFFERS, CANNOT = "reproduced", "differs", "cannot be checked"


def judge(claim: Claim, measure: Mapping[str, str] | None) -> dict[str, str]:
    """Return reproduced, difference, verdict and reason for one claim.

    A lower bound ("at least") can contradict a claim, or confirm one that is itself a lower
    bound; it never confirms an exact number.
    """
    if measure is None:
        return _verdict("", "", CANNOT, f"needs {claim.needs}", claim)
    if measure["bound"] == "unknown":
        return _verdict("", "", CANNOT, measure["note"], claim)
    exact = measure["bound"] == "exact"
    shown = measure["value"] if exact else f"at least {measure['value']}"
    where = f"{measure['file']} ({measure['rows']})"
    if isinstance(claim.value, (int, float)):
        return _judge_number(claim, claim.value, float(measure["value"]), exact, shown, where)
    if isinstance(claim.value, tuple):
        missing = [word for word in claim.value if word not in measure["value"].split("; ")]
        if not missing:
            return _verdict(measure["value"], "", REPRODUCED, f"all of them stand in {where}", claim)
        verdict = DIFFERS if exact else CANNOT
        return _verdict(measure["value"], f"missing: {', '.join(missing)}", verdict, f"not in {where}", claim)
    if not exact:
        reason = f"only a part is known in {where}: needs the whole list"
        return _verdict(shown, "", CANNOT, reason, claim)
    same = claim.value == measure["value"]
    return _verdict(
        shown, "" if same else "other words", REPRODUCED if same else DIFFERS, f"measured in {where}", claim
    )


def _judge_number(
    claim: Claim, published: float, value: float, exact: bool, shown: str, where: str
) -> dict[str, str]:
    gap = round(value - published, 6)
    if claim.comparison == "at_least":
        if gap >= -claim.tolerance:
            return _verdict(shown, "", REPRODUCED, f"at least as many in {where}", claim)
        verdict, reason = (
            (DIFFERS, f"fewer in {where}")
            if exact
            else (CANNOT, f"fewer are known in {where}, a lower bound: needs the whole list")
        )
        return _verdict(shown, f"{gap:+g}", verdict, reason, claim)
    if not exact:
        if gap > claim.tolerance:
            return _verdict(shown, f"at least {gap:+g}", DIFFERS, f"already more in {where}", claim)
        return _verdict(
            shown, "", CANNOT, f"only a lower bound is known in {where}: needs the whole list", claim
        )
    verdict = REPRODUCED if abs(gap) <= claim.tolerance else DIFFERS
    return _verdict(shown, f"{gap:+g}" if gap else "0", verdict, f"measured in {where}", claim)


def _verdict(reproduced: str, difference: str, verdict: str, reason: str, claim: Claim) -> dict[str, str]:
    text = f"{reason[0].upper()}{reason[1:]}."
    if claim.note:
        text += f" {claim.note}"
    return {"reproduced": reproduced, "difference": difference, "verdict": verdict, "reason": text}


def main(*, codebook: str, published: str, measures: str, comparison: str) -> None:
    """Write comparison.csv, one row per claim in the order of published.yaml."""
    known = {row["measure"]: row for row in rows_of(read_table(measures))}
    rows = []
    for claim in read_claims(read_codebook(codebook), published):
        measure = known[claim.measure] if claim.measure else None
        rows.append(
            {
                "claim_id": claim.id,
                "statement": claim.statement,
                "published": f"at least {value_text(claim.value)}"
                if claim.comparison == "at_least"
                else value_text(claim.value),
                **judge(claim, measure),
                "source": claim.source,
                "unit": claim.unit,
                "place": claim.place,
                "confidence": claim.confidence,
                "check": claim.check,
                "measure": claim.measure,
                "measured_in": measure["file"] if measure else "",
            }
        )
    write_table(rows, comparison, COLUMNS)
    for verdict in (REPRODUCED, DIFFERS, CANNOT):
        log.info("%s: %d of %d claims", verdict, sum(row["verdict"] == verdict for row in rows), len(rows))


if __name__ == "__main__":
    with job(snakemake):
        main(
            codebook=snakemake.input.codebook,
            published=snakemake.input.published,
            measures=snakemake.input.measures,
            comparison=snakemake.output.comparison,
        )
