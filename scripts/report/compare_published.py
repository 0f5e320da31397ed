"""Hold each published claim against what was measured; the verdict comes with its reason."""

import re
from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts.common.claims.published import (
    CANNOT,
    DIFFERS,
    INCONSISTENT,
    REPRODUCED,
    VERDICTS,
    WITHIN,
    Claim,
    read_claims,
    value_text,
)
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
    if claim.comparison == "share":
        return _judge_share(claim, measure, exact, where)
    if isinstance(claim.value, (int, float)):
        return _judge_number(claim, claim.value, measure, exact, shown, where)
    if claim.comparison == "order":
        return _judge_order(claim, claim.value, measure["value"], exact, where)
    if isinstance(claim.value, tuple):
        return _judge_list(claim, claim.value, measure["value"], exact, where)
    if not exact:
        reason = f"only a part is known in {where}: needs the whole list"
        return _verdict(shown, "", CANNOT, reason, claim)
    same = claim.value == measure["value"]
    return _verdict(
        shown, "" if same else "other words", REPRODUCED if same else DIFFERS, f"measured in {where}", claim
    )


def _judge_list(claim: Claim, published: Any, measured: str, exact: bool, where: str) -> dict[str, str]:
    """``includes``: all published words are among ours. ``subset``: all of ours are among the published."""
    ours = measured.split("; ") if measured else []
    if claim.comparison == "includes":
        missing = [word for word in published if word not in ours]
        if not missing:
            return _verdict(measured, "", REPRODUCED, f"all of them stand in {where}", claim)
        verdict = DIFFERS if exact else CANNOT
        return _verdict(measured, f"missing: {', '.join(missing)}", verdict, f"not in {where}", claim)
    strangers = [word for word in ours if word not in published]
    if strangers:
        more = f"beside them: {', '.join(strangers)}"
        return _verdict(measured, more, DIFFERS, f"more stand in {where}", claim)
    if exact:
        return _verdict(measured, "", REPRODUCED, f"none stands beside them in {where}", claim)
    return _verdict(measured, "", CANNOT, f"only a part is known in {where}: needs the whole list", claim)


def _judge_order(claim: Claim, published: Any, measured: str, exact: bool, where: str) -> dict[str, str]:
    """Each published code must have more studies than the next; a tie is no order."""
    place = {code: number for number, tied in enumerate(measured.split(" > ")) for code in tied.split(" = ")}
    missing = [code for code in published if code not in place]
    known = [code for code in published if code in place]
    for first, second in pairwise(known):
        if place[first] >= place[second]:
            tie = "as many as" if place[first] == place[second] else "fewer than"
            return _verdict(measured, f"{first} has {tie} {second}", DIFFERS, f"measured in {where}", claim)
    if not missing:
        return _verdict(measured, "", REPRODUCED, f"in this order in {where}", claim)
    difference = f"missing: {', '.join(missing)}"
    if exact:
        return _verdict(measured, difference, DIFFERS, f"not among the {where}", claim)
    return _verdict(
        measured, difference, CANNOT, f"needs the whole list of studies for: {', '.join(missing)}", claim
    )


def _judge_share(claim: Claim, measure: Mapping[str, str], exact: bool, where: str) -> dict[str, str]:
    """Compare from the whole numbers: the printed percentage is a rounding, either way at a half."""
    if not measure["number"] or not measure["of"]:
        return _verdict("", "", CANNOT, measure["note"] or f"needs count and n in {where}", claim)
    share = Fraction(100 * int(measure["number"]), int(measure["of"]))
    gap = share - Fraction(repr(claim.value))
    half = Fraction(1, 2 * 10 ** (claim.decimals or 0))
    shown = f"{float(share):.{(claim.decimals or 0) + 1}f} ({measure['number']} of {measure['of']})"
    if not exact:
        if gap > half + Fraction(repr(claim.tolerance)):
            return _verdict(
                f"at least {shown}", f"at least {float(gap):+.2g}", DIFFERS, f"already more in {where}", claim
            )
        return _verdict(
            f"at least {shown}",
            "",
            CANNOT,
            f"only a lower bound is known in {where}: needs the whole list",
            claim,
        )
    if abs(gap) <= half:
        other = "" if int(measure["of"]) == claim.of else f"; the published n is {claim.of}"
        return _verdict(shown, "0", REPRODUCED, f"rounds to it in {where}{other}", claim)
    verdict = WITHIN if abs(gap) <= half + Fraction(repr(claim.tolerance)) else DIFFERS
    return _verdict(shown, f"{float(gap):+.2g}", verdict, f"measured in {where}", claim)


def _judge_number(
    claim: Claim, published: float, measure: Mapping[str, str], exact: bool, shown: str, where: str
) -> dict[str, str]:
    gap = round(float(measure["value"]) - published, 6)
    if claim.comparison == "at_least":
        if gap >= 0:
            return _verdict(shown, "", REPRODUCED, f"at least as many in {where}", claim)
        if gap >= -claim.tolerance and exact:
            return _verdict(shown, f"{gap:+g}", WITHIN, f"measured in {where}", claim)
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
    if claim.comparison == "rank" and not gap and measure["note"]:  # equal takes a tie, rank does not
        return _verdict(shown, measure["note"], DIFFERS, f"not alone at this rank in {where}", claim)
    verdict = WITHIN if abs(gap) <= claim.tolerance else DIFFERS
    difference = f"{gap:+g}" if gap else "0"
    return _verdict(shown, difference, verdict if gap else REPRODUCED, f"measured in {where}", claim)


def _verdict(reproduced: str, difference: str, verdict: str, reason: str, claim: Claim) -> dict[str, str]:
    text = f"{reason[0].upper()}{reason[1:]}."
    if claim.note:
        text += f" {claim.note}"
    return {"reproduced": reproduced, "difference": difference, "verdict": verdict, "reason": text}


def missing_inputs(claim: Claim, present: set[str]) -> dict[str, str] | None:
    """Return the verdict of a claim that rests on inputs which are not there; None if all are."""
    gone = [name for name in claim.inputs if name not in present]
    if not gone:
        return None
    needs = f"needs the input {', '.join(gone)}: its file in config/inputs and its line in config/inputs.tsv"
    return _verdict("", "", CANNOT, needs, claim)


def with_forensics(result: dict[str, str], findings: list[str]) -> dict[str, str]:
    """Return the verdict in the light of what is wrong with the printed numbers themselves.

    What no data can meet is "inconsistent as printed"; a number that our data meet exactly stays
    reproduced, and the finding stands beside it.
    """
    if not findings or result["verdict"] == REPRODUCED:
        return result
    return {**result, "verdict": INCONSISTENT, "reason": f"{' '.join(findings)} {result['reason']}"}


def ssrp_level(claim: Claim, result: Mapping[str, str], measure: Mapping[str, str] | None) -> int:
    """Return the level of reproducibility of SSRP/ACRE, 1 to 10, for one claim (docs/claims.md).

    Ours is the reading for a review: raw data are exports and decisions, analysis data are charted codes and
    what the paper prints.
    """
    if measure is None:
        return 1  # neither data nor a measure
    if result["verdict"] == CANNOT:
        return 3 if result["reproduced"] else 2  # a part of the data, or the code alone
    if result["verdict"] in (DIFFERS, INCONSISTENT):
        return 4
    raw = claim.check == "recomputed" and claim.measure.split(":")[0] in RAW
    return 10 if raw else 5


def missing(result: Mapping[str, str], claim: Claim, measure: Mapping[str, str] | None) -> dict[str, str]:
    """Return what would settle a claim that could not be checked, and the command to run with it."""
    if result["verdict"] != CANNOT:
        return {"needs": "", "command": ""}
    if measure is None:
        return {"needs": claim.needs, "command": NO_MEASURE}
    match = re.search(r"\bneeds (.+?)\.(?= |$)", result["reason"], flags=re.IGNORECASE)
    return {"needs": match[1] if match else result["reason"].rstrip("."), "command": AGAIN}


def published_text(claim: Claim) -> str:
    """Return the published value as it is printed: bounds as such, a percentage with all its digits."""
    if claim.decimals is not None and isinstance(claim.value, (int, float)):
        return f"{claim.value:.{claim.decimals}f}"
    return ("at least " if claim.comparison == "at_least" else "") + value_text(claim.value)


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
                **result,
                "source": claim.source,
                "unit": claim.unit,
                "place": claim.place,
                "confidence": claim.confidence,
                "check": claim.check,
                "measure": claim.measure,
                "measured_in": measure["file"] if measure else "",
                "comparison": claim.comparison,
                "tolerance": f"{claim.tolerance:g}" if claim.measure else "",
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
