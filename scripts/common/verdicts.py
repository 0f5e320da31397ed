"""Verdicts of people on pairs of records: config/decisions/duplicates.csv."""

from scripts.common.errors import InputError
from scripts.common.tables import numbered, read_table

VERDICTS = "config/decisions/duplicates.csv"
COLUMNS = ("record_a", "record_b", "duplicate", "reason")


def check_verdicts(path: str) -> list[tuple[int, frozenset[str], bool]]:
    """Return line, pair and whether it is one publication, of each verdict; two that differ stop the run."""
    verdicts: list[tuple[int, frozenset[str], bool]] = []
    said: dict[frozenset[str], bool] = {}
    for number, row in numbered(read_table(path, COLUMNS)):
        if row["duplicate"] not in ("yes", "no") or not row["reason"].strip():
            raise InputError(
                f"{path} line {number}: duplicate is {row['duplicate']!r}; write yes or no, and a reason."
            )
        pair, same = frozenset((row["record_a"], row["record_b"])), row["duplicate"] == "yes"
        if said.setdefault(pair, same) != same:
            raise InputError(f"{path} line {number}: contradicts an earlier line on this pair. Keep one.")
        verdicts.append((number, pair, same))
    return verdicts
