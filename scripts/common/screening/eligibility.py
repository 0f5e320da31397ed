"""Eligibility that a machine can decide: config/eligibility.csv, a rule per row, each with its reason."""

from calendar import monthrange
from datetime import date, timedelta
from typing import NamedTuple

from scripts.common.errors import InputError, Mistakes, nearest
from scripts.common.files.fixed_tables import rows_with
from scripts.common.files.refusals import with_columns
from scripts.common.values.dates import earliest_day, partial_date
from scripts.common.values.words import fold

ELIGIBILITY = "config/eligibility.csv"
COLUMNS = ("rule", "field", "test", "values", "reason")
FIELDS = ("language", "date", "type", "retraction")
IS, IS_NOT, BEFORE, AFTER = "is", "is not", "before", "after"
TESTS = {"language": (IS, IS_NOT), "date": (BEFORE, AFTER), "type": (IS, IS_NOT), "retraction": (IS, IS_NOT)}


class Rule(NamedTuple):
    """A record is not eligible if ``field`` passes ``test``; what is not known never does."""

    rule: str
    field: str
    test: str
    values: tuple[str, ...]
    reason: str


def read_eligibility(path: str | None) -> list[Rule]:
    """Return the rules in their order; the first that a record meets is the one that is counted.

    Semicolons separate several ``values``; a date is YYYY, YYYY-MM or YYYY-MM-DD. Raises ``InputError`` with
    the line for a rule that is unclear, has no reason, or has the name of an earlier one.
    """
    if path is None:
        return []
    with with_columns(path, COLUMNS):
        rules: list[Rule] = []
        mistakes = Mistakes()
        for line, row in rows_with(path, COLUMNS):
            with mistakes.noted():
                where = f"{path} line {line}"
                rule = _read_rule(where, row)
                if ":" in rule.rule or rule.rule in [other.rule for other in rules]:
                    raise InputError(f"{where}: rule {rule.rule!r} needs a name of its own, without a colon.")
                _check_date(where, rule)
                rules.append(rule)
        mistakes.stop()
        return rules


def _read_rule(where: str, row: dict[str, str]) -> Rule:
    """Return the rule of one row; ``InputError`` names an unknown field or test, or what is missing."""
    if row["field"] not in FIELDS:
        raise InputError(f"{where}: field {row['field']!r} is unknown. {nearest(row['field'], FIELDS)}")
    allowed = TESTS[row["field"]]
    if row["test"] not in allowed:
        raise InputError(
            f"{where}: test {row['test']!r} is unknown for {row['field']}. {nearest(row['test'], allowed)}"
        )
    values = tuple(part.strip() for part in row["values"].split(";") if part.strip())
    if not values or not row["reason"] or not row["rule"]:
        raise InputError(f"{where}: a rule, its values and its reason are needed.")
    return Rule(row["rule"], row["field"], row["test"], values, row["reason"])


def _check_date(where: str, rule: Rule) -> None:
    """Raise ``InputError`` if a rule about dates has several values, or one that is not a date."""
    if rule.field == "date":
        parts = [*rule.values[0].split("-"), "", ""]
        if len(rule.values) > 1 or partial_date(*parts[:3]) != rule.values[0]:
            written = "; ".join(rule.values)
            raise InputError(f"{where}: {written!r} is no date. Write YYYY, YYYY-MM or YYYY-MM-DD.")


def fails(rule: Rule, record: dict[str, str]) -> bool:
    """Return whether a record is surely not eligible under a rule.

    A record with several languages or types is out by ``is`` only if each of them is named, and by ``is
    not`` only if none is. A date is before or after another only if every day that it can mean is.
    """
    text = record[rule.field]
    if not text.strip():
        return False
    if rule.field == "date":
        if rule.test == AFTER:
            return earliest_day(text) > _last_day(rule.values[0])
        return _last_day(text) < earliest_day(rule.values[0])
    has = {fold(part) for part in text.split(";") if part.strip()}
    named = {fold(value) for value in rule.values}
    return has <= named if rule.test == IS else not has & named


def _last_day(known: str) -> date:
    """Return the last day that a partial date can mean."""
    first = earliest_day(known)
    if len(known) == len("2022"):
        return date(first.year + 1, 1, 1) - timedelta(days=1)
    if len(known) == len("2022-08"):
        return date(first.year, first.month, monthrange(first.year, first.month)[1])
    return first
