"""The corrections of people, config/decisions/corrections.csv: they win over every rule of this stage."""

from collections.abc import Iterable
from typing import NamedTuple

from scripts.common.errors import InputError, Mistakes, nearest
from scripts.common.files.fixed_tables import rows_with
from scripts.common.files.refusals import with_columns

CORRECTIONS = "config/decisions/corrections.csv"
CORRECTION_COLUMNS = ("table", "item", "field", "value", "reason")
CORRECTED = {  # table of results/paper -> what its corrections may say; None: anything
    "included": ("yes", "no"),
    "evidence": ("present", "absent"),
    "printed": None,
}


class Correction(NamedTuple):
    """A value that a person gives instead of a rule; ``line`` is its line in corrections.csv."""

    line: int
    table: str
    item: str
    field: str
    value: str
    reason: str


def read_corrections(path: str | None, table: str = "") -> list[Correction]:
    """Return the corrections, of one table if it is named; ``InputError`` names a wrong line."""
    if path is None:
        return []
    with with_columns(path, CORRECTION_COLUMNS):
        found: list[Correction] = []
        mistakes = Mistakes()
        for line, row in rows_with(path, CORRECTION_COLUMNS):
            one = Correction(line, *(row[name] for name in CORRECTION_COLUMNS))
            with mistakes.noted():
                _check(one, f"{path} line {line}", found)
                found.append(one)
        mistakes.stop()
        return [one for one in found if table in ("", one.table)]


def _check(one: Correction, where: str, before: Iterable[Correction]) -> None:
    """Stop at a correction that cannot be used, or that an earlier one contradicts."""
    if one.table not in CORRECTED:
        raise InputError(f"{where}: table {one.table!r} is unknown. {nearest(one.table, CORRECTED)}")
    allowed = CORRECTED[one.table]
    if allowed and one.value not in allowed:
        raise InputError(f"{where}: value is {one.value!r}; write {' or '.join(allowed)}.")
    if not one.item or not one.field or not one.reason:
        raise InputError(f"{where}: item, field and reason are needed: say what is corrected, and why.")
    if any((one.table, one.item, one.field) == (other.table, other.item, other.field) for other in before):
        raise InputError(f"{where}: {one.item} {one.field} appears twice. Keep one line.")
