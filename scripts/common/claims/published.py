"""The published claims (config/published.yaml) and the names of the measures they are compared with."""

import math
from collections import Counter
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

from scripts.common.claims.expressions import check_name
from scripts.common.claims.measures import SHARES, TEXTS, family_of, is_rounded, measure_names
from scripts.common.claims.numbers import number_text
from scripts.common.coding.codebook import Code
from scripts.common.errors import InputError, Mistakes, nearest, run_all
from scripts.common.files.yaml_files import check_names, read_yaml

PUBLISHED = "config/published.yaml"
COMPARISONS = ("equal", "at_least", "at_most", "includes", "subset", "rank", "order", "share")
LISTS = ("includes", "subset", "order")  # comparisons whose published value is a list of words
BOUNDS = ("at_least", "at_most")  # comparisons whose published value is a limit
CONFIDENCES = ("verified", "inferred")
ORIGINS = ("printed", "derived", "other_paper")  # in this paper; our count or arithmetic; in another paper
PRINTED, DERIVED, OTHER_PAPER = ORIGINS
NEEDED = ("id", "statement", "value", "unit", "place", "confidence", "source", "origin")
CHECKED_BY = ("measure", "comparison", "tolerance")
BESIDE = ("of", "number", "decimals")  # printed beside a percentage: its n, its number, its digits
# A comparison that only some measures can answer.
ANSWERED_BY = {"rank": ("rank",), "order": ("order",), "share": SHARES}


Value = int | float | str | tuple[str, ...]  # a number, a text or a list of words


class Claim(NamedTuple):
    """One published number or statement, and either a measure to check it by or what is needed."""

    id: str
    statement: str
    value: Value
    unit: str
    place: str
    confidence: str
    source: str
    origin: str
    measure: str
    comparison: str
    tolerance: float
    needs: str
    note: str
    of: int | None = None
    number: int | None = None
    decimals: int | None = None
    inputs: tuple[str, ...] = ()


def claims_path() -> str | None:
    """Return the file of the published claims, or None for a review without claims."""
    return PUBLISHED if Path(PUBLISHED).is_file() else None


def read_claims(codes: Sequence[Code], path: str | None) -> list[Claim]:
    """Return the claims, checked: each names a known measure, or says what it would need.

    Without a file there are none.
    """
    if path is None:
        return []
    items = read_yaml(path)
    if not isinstance(items, list):
        raise InputError(f"{path}: a list of claims is needed.")
    known = measure_names(codes)
    claims: list[Claim] = []
    mistakes = Mistakes()
    for item in items:
        with mistakes.noted():
            claims.append(_claim(path, item, known))
    ids = Counter(str(item.get("id")) for item in items if isinstance(item, dict))
    for name in (name for name, number in ids.items() if number > 1):
        with mistakes.noted():
            raise InputError(f"{path}: the id {name} appears twice. Give each claim its own.")
    mistakes.stop()
    return claims


def _claim(path: str, item: Any, known: Sequence[str]) -> Claim:
    where = f"{path}: claim {item.get('id') if isinstance(item, dict) else item!r}"
    _check_origin(where, item)
    check_names(where, item, NEEDED, (*CHECKED_BY, *BESIDE, "inputs", "needs", "note"))
    value = _value(where, item["value"])
    run_all(
        [
            lambda: _check_how(where, item),
            lambda: _check_measure(where, item, value, known),
            lambda: _check_share(where, item, value),
            lambda: _check_texts(where, item),
        ]
    )
    return Claim(
        id=item["id"],
        statement=item["statement"],
        value=value,
        unit=item["unit"],
        place=item["place"],
        confidence=item["confidence"],
        source=item["source"],
        origin=item["origin"],
        measure=item.get("measure", ""),
        comparison=item.get("comparison", ""),
        tolerance=_tolerance(where, item),
        needs=item.get("needs", ""),
        note=item.get("note", ""),
        of=item.get("of"),
        number=item.get("number"),
        decimals=item.get("decimals", printed_decimals(value) if "of" in item else None),
        inputs=_inputs(where, item),
    )


def _check_origin(where: str, item: Any) -> None:
    """Stop unless a claim says where its value is from; a file of an earlier version says ``check``."""
    if isinstance(item, dict) and "check" in item:
        raise InputError(
            f"{where}: check is no longer a name. Write origin instead: printed (in this paper), derived (our"
            " count or arithmetic) or other_paper. What a verdict rests on is now found out."
        )
    if isinstance(item, dict) and {*NEEDED} - {*item} == {"origin"}:
        raise InputError(
            f"{where}: origin is missing. Write printed (in this paper), derived (our count or arithmetic) or"
            " other_paper."
        )
    origin = item.get("origin", "printed") if isinstance(item, dict) else "printed"
    if origin not in ORIGINS:
        raise InputError(f"{where}: origin {origin!r} must be one of {', '.join(ORIGINS)}.")


def _check_how(where: str, item: Any) -> None:
    """Stop unless a claim has either a measure or what it needs, and says how sure the reading is."""
    if "measure" not in item and "needs" not in item:
        raise InputError(
            f"{where}: names no measure. Name one, or say under needs what it takes to check it."
        )
    if "needs" in item and any(name in item for name in CHECKED_BY):
        raise InputError(f"{where}: has a measure and needs. Keep one of them.")
    if item["confidence"] not in CONFIDENCES:
        raise InputError(
            f"{where}: confidence {item['confidence']!r} must be one of {', '.join(CONFIDENCES)}."
        )


def _check_measure(where: str, item: Any, value: Value, known: Sequence[str]) -> None:
    """Stop unless measure and comparison are known names, and the measure can answer."""
    if "measure" not in item:
        return
    measure, comparison = item["measure"], item.get("comparison", "")
    check_name(where, measure, known)
    if comparison not in COMPARISONS:
        raise InputError(f"{where}: comparison {comparison!r} is unknown. {nearest(comparison, COMPARISONS)}")
    family = family_of(measure)
    if family not in ANSWERED_BY.get(comparison, (family,)):
        raise InputError(
            f"{where}: comparison {comparison} needs a measure {ANSWERED_BY[comparison][0]}:<code>,"
            f" not {measure}."
        )
    _check_value_suits(where, item, value)


def _check_value_suits(where: str, item: Any, value: Value) -> None:
    """Stop unless the published value is of the kind that comparison and measure ask for."""
    measure, comparison = item["measure"], item["comparison"]
    number, in_words = isinstance(value, (int, float)), family_of(measure) in TEXTS
    is_list = isinstance(value, tuple)
    if comparison in LISTS and not is_list:
        raise InputError(f"{where}: value {item['value']!r}: comparison {comparison} takes a list.")
    if is_list and not (comparison in LISTS or (comparison == "equal" and in_words)):
        raise InputError(
            f"{where}: value {item['value']!r} is a list: take comparison includes, subset or order; equal"
            " only for a measure in words."
        )
    if number and in_words:
        raise InputError(f"{where}: value {value!r} is a number, but {measure} is measured in words.")
    if not number and not in_words:
        raise InputError(
            f"{where}: value {item['value']!r} must be a number, as {measure} is one: 1234.5, without quotes,"
            " unit, list or a sign between thousands; of a ratio the quotient."
        )
    if comparison in BOUNDS and not number:
        raise InputError(f"{where}: value {value!r} must be a number for comparison {comparison}.")


def _check_texts(where: str, item: Any) -> None:
    for name in ("id", "statement", "unit", "place", "source", "needs", "note"):
        if not isinstance(item.get(name, ""), str):
            raise InputError(f"{where}: {name} {item[name]!r} must be text. Put it in quotes.")


def _inputs(where: str, item: Any) -> tuple[str, ...]:
    inputs = item.get("inputs", [])
    if not isinstance(inputs, list) or not all(isinstance(name, str) and name for name in inputs):
        raise InputError(
            f"{where}: inputs {inputs!r} must be a list of names of files that the number rests on, without"
            " folder and ending; pubmed for the search."
        )
    return tuple(inputs)


def _tolerance(where: str, item: Any) -> float:
    tolerance = item.get("tolerance", 0)
    if not _is_number(tolerance) or tolerance < 0:
        raise InputError(f"{where}: tolerance {tolerance!r} must be a number of at least 0.")
    return float(tolerance)


def _check_share(where: str, item: Any, value: Value) -> None:
    """Stop unless what is printed beside a percentage are whole numbers, and the value is one."""
    if item.get("comparison") == "share" and "of" not in item:
        raise InputError(f"{where}: comparison share needs of: how many the percentage is of.")
    for name in BESIDE:
        number = item.get(name, 1)
        if not isinstance(number, int) or isinstance(number, bool) or number < (name == "of"):
            raise InputError(f"{where}: {name} {number!r} must be a whole number.")
        alone = name == "decimals" and is_rounded(str(item.get("measure", "")))
        if name in item and not (_is_number(value) and ("of" in item or alone)):
            raise InputError(f"{where}: {name} belongs to a percentage only, together with of (of how many).")


def printed_decimals(value: object) -> int:
    """Return the digits behind the point: of 12.5 one. A last zero is lost in YAML: ``decimals`` says so."""
    return len(repr(value).partition(".")[2]) if isinstance(value, float) and value % 1 else 0


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _value(where: str, value: Any) -> Value:
    """Return a published value; a date as ``YYYY-MM-DD``."""
    if _is_number(value) or (isinstance(value, str) and value.strip()):
        known: Value = value
        return known
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list) and value and all(isinstance(word, str) for word in value):
        return tuple(value)
    raise InputError(
        f"{where}: value {value!r} must be a number, a text or a list of words. Correct or quote it."
    )


def value_text(value: object) -> str:
    """Return a value as the tables print it: lists with semicolons, numbers with all their digits."""
    if isinstance(value, tuple):
        return "; ".join(value)
    return number_text(Fraction(repr(value))) if isinstance(value, float) else str(value)


def published_text(claim: Claim) -> str:
    """Return the published value as it is printed, a percentage with all its digits, without "at least"."""
    if claim.decimals is not None and isinstance(claim.value, (int, float)):
        return f"{claim.value:.{claim.decimals}f}"
    return value_text(claim.value)
