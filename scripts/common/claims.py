"""The published claims (config/published.yaml) and the names of the measures they are held against."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from scripts.common.codebook import Code
from scripts.common.errors import InputError, nearest
from scripts.common.flow import BOXES
from scripts.common.yaml_files import check_names, read_yaml

PUBLISHED = "config/published.yaml"
COMPARISONS = ("equal", "at_least", "includes")
CONFIDENCES = ("verified", "inferred")
NEEDED = ("id", "statement", "value", "unit", "place", "confidence", "source")
CHECKED_BY = ("measure", "comparison", "tolerance", "check")
CHECKS = ("recomputed", "recounted")  # from data, or from what the paper itself prints

# Measures of the whole review; those of codes are "<family>:<code>", of the flow "flow:<box>".
SINGLE = ("categories", "included_known", "included_retrieved", "studies_with_evidence", "study_numbers")
TEXTS = ("study_numbers", "children")  # measured in words, not as a number
FAMILIES = ("themes", "children", "studies", "percent", "rank")


class Claim(NamedTuple):
    """One published number or statement, and either a measure to check it by or what is needed."""

    id: str
    statement: str
    value: int | float | str | tuple[str, ...]
    unit: str
    place: str
    confidence: str
    source: str
    measure: str
    comparison: str
    tolerance: float
    check: str
    needs: str
    note: str


def measure_names(codes: Sequence[Code]) -> list[str]:
    """Return the names of all measures that a run of this review computes, in their order."""
    of_codes = [f"{family}:{code.id}" for family in FAMILIES for code in codes]
    return [*(f"flow:{box}" for box in BOXES), *SINGLE, *of_codes]


def read_claims(codes: Sequence[Code], path: str = PUBLISHED) -> list[Claim]:
    """Return the claims, checked: each names a known measure, or says what it would need."""
    items = read_yaml(path)
    if not isinstance(items, list):
        raise InputError(f"{path}: a list of claims is needed.")
    known = measure_names(codes)
    claims: list[Claim] = []
    for item in items:
        claim = _claim(path, item, known)
        if claim.id in {other.id for other in claims}:
            raise InputError(f"{path}: the id {claim.id} stands twice. Give each claim its own.")
        claims.append(claim)
    return claims


def _claim(path: str, item: Any, known: Sequence[str]) -> Claim:
    where = f"{path}: claim {item.get('id') if isinstance(item, dict) else item!r}"
    check_names(where, item, NEEDED, (*CHECKED_BY, "needs", "note"))
    if "measure" not in item and "needs" not in item:
        raise InputError(
            f"{where}: names no measure. Name one, or say under needs what it takes to check it."
        )
    if "needs" in item and any(name in item for name in CHECKED_BY):
        raise InputError(f"{where}: has a measure and needs. Keep one of them.")
    if "measure" in item and item["measure"] not in known:
        raise InputError(
            f"{where}: measure {item['measure']!r} is not computed. {nearest(item['measure'], known)}"
        )
    comparison = item.get("comparison", "")
    if "measure" in item and comparison not in COMPARISONS:
        raise InputError(f"{where}: comparison {comparison!r} is unknown. {nearest(comparison, COMPARISONS)}")
    check = item.get("check", "")
    if "measure" in item and check not in CHECKS:
        raise InputError(f"{where}: check {check!r} is unknown. {nearest(check, CHECKS)}")
    if item["confidence"] not in CONFIDENCES:
        raise InputError(
            f"{where}: confidence {item['confidence']!r} must be one of {', '.join(CONFIDENCES)}."
        )
    value = item["value"]
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    words = isinstance(value, list) and value and all(isinstance(word, str) for word in value)
    if comparison == "at_least" and not number:
        raise InputError(f"{where}: value {value!r} must be a number for comparison at_least.")
    if comparison == "equal" and isinstance(value, list):
        raise InputError(f"{where}: value {value!r} is a list. Take comparison includes, or a single value.")
    if number and item.get("measure", "").split(":")[0] in TEXTS:
        raise InputError(f"{where}: value {value!r} is a number, but {item['measure']} is measured in words.")
    if comparison == "includes" and not words:
        raise InputError(f"{where}: value {value!r} must be a list of words for comparison includes.")
    tolerance = item.get("tolerance", 0)
    if not isinstance(tolerance, (int, float)) or isinstance(tolerance, bool) or tolerance < 0:
        raise InputError(f"{where}: tolerance {tolerance!r} must be a number of at least 0.")
    return Claim(
        id=str(item["id"]),
        statement=str(item["statement"]),
        value=tuple(value) if isinstance(value, list) else value if number else str(value),
        unit=str(item["unit"]),
        place=str(item["place"]),
        confidence=item["confidence"],
        source=str(item["source"]),
        measure=item.get("measure", ""),
        comparison=comparison,
        tolerance=float(tolerance),
        check=check,
        needs=str(item.get("needs", "")),
        note=str(item.get("note", "")),
    )


def value_text(value: object) -> str:
    """Return a value as the tables print it: lists with semicolons, whole numbers without a point."""
    if isinstance(value, tuple):
        return "; ".join(value)
    return f"{value:g}" if isinstance(value, float) else str(value)
