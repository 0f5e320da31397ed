"""What people say about duplicates: verdicts on pairs, and the clusters of an earlier run to keep."""

from scripts.common.errors import InputError, Mistakes
from scripts.common.files.fixed_tables import rows_with
from scripts.common.files.refusals import with_columns

VERDICTS = "config/decisions/duplicates.csv"
BEFORE = "config/decisions/clusters.csv"
OF_CLUSTERS = ("record_id", "cluster_id")
COLUMNS = ("record_a", "record_b", "duplicate", "reason")


def check_verdicts(path: str) -> list[tuple[int, frozenset[str], bool]]:
    """Return line, pair and whether it is one publication, of each verdict; two that differ stop the run."""
    with with_columns(path, COLUMNS):
        verdicts: list[tuple[int, frozenset[str], bool]] = []
        earlier: dict[frozenset[str], bool] = {}
        mistakes = Mistakes()
        for number, row in rows_with(path, COLUMNS):
            with mistakes.noted():
                where = f"{path} line {number}"
                if row["duplicate"] not in ("yes", "no") or not row["reason"]:
                    raise InputError(
                        f"{where}: duplicate is {row['duplicate']!r}; write yes or no, and a reason."
                    )
                if row["record_a"] == row["record_b"]:
                    raise InputError(
                        f"{where}: {row['record_a']!r} is compared with itself. Name two records."
                    )
                pair, same = frozenset((row["record_a"], row["record_b"])), row["duplicate"] == "yes"
                if earlier.setdefault(pair, same) != same:
                    raise InputError(f"{where}: contradicts an earlier line on this pair. Keep one.")
                verdicts.append((number, pair, same))
        mistakes.stop()
        return verdicts


def read_before(path: str) -> dict[str, str]:
    """Return record -> cluster of an earlier run's clusters.csv; a record named twice stops the run."""
    with with_columns(path, OF_CLUSTERS):
        before: dict[str, str] = {}
        mistakes = Mistakes()
        for number, row in rows_with(path, OF_CLUSTERS):
            with mistakes.noted():
                if row["record_id"] in before:
                    raise InputError(
                        f"{path} line {number}: {row['record_id']!r} is named twice. Keep one line."
                    )
                before[row["record_id"]] = row["cluster_id"]
        mistakes.stop()
        return before
