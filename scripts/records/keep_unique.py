"""Keep one record of each cluster, its gaps filled from the others, as CSV and RIS."""

import pickle
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from scripts.common.duplicates.journals import all_journal_names
from scripts.common.duplicates.kinds import is_preprint
from scripts.common.errors import InputError
from scripts.common.exports.ris_writing import ris_text
from scripts.common.files.tables import csv_line, stream_rows, stream_table
from scripts.common.job import job, log
from scripts.common.records.record import COLUMNS, Record
from scripts.common.values.counts import count_of
from scripts.common.values.identifiers import doi_key
from scripts.common.values.words import fold

if TYPE_CHECKING:
    snakemake: Any

UNIQUE_COLUMNS = (*COLUMNS, "kept", "sources", "twins", "filled")
OWN = ("record_id", "source", "platform", "input", "position", "extra")  # of a record, not of its publication
OF_PUBLICATION = tuple(name for name in COLUMNS if name not in OWN)


def is_of_preprint(row: Record) -> bool:
    """Return whether a record describes a preprint."""
    doi = doi_key(row["doi"]) if row["doi"] else ""
    return is_preprint(doi, fold(row["type"]), all_journal_names(row["journal"], row["journal_abbrev"]))


def fullest_first(group: Sequence[Record], keep_first: Sequence[str], year_distance: int) -> list[Record]:
    """Return the records of a cluster in the order in which they are kept and fill gaps.

    First those of the inputs that ``keep_first`` names, in its order; an article before its preprint; of
    versions that lie further apart than ``year_distance`` (years), the latest; then the fullest; then by
    record_id.
    """
    years = [int(row["year"]) for row in group if row["year"].isdigit()]
    versions = bool(years) and max(years) - min(years) > year_distance
    first = {name: place for place, name in enumerate(keep_first)}

    def rank(row: Record) -> tuple[int, bool, int, int, str]:
        year = int(row["year"]) if versions and row["year"].isdigit() else 0
        filled = sum([1 for name in OF_PUBLICATION if row[name]])
        return first.get(row["input"], len(first)), is_of_preprint(row), -year, -filled, row["record_id"]

    return sorted(group, key=rank)


def keep_one(
    cluster_id: str, group: Sequence[Record], keep_first: Sequence[str], year_distance: int
) -> Record:
    """Return one record for a cluster, named by its cluster_id, gaps filled from the twins.

    ``sources`` and ``twins`` name where it was found, ``kept`` the record it is, ``filled`` each field
    that comes from a twin, and which: ``abstract: embase:7``.
    """
    ordered = fullest_first(group, keep_first, year_distance) if len(group) > 1 else list(group)
    best = dict(ordered[0])
    filled = []
    for row in ordered[1:]:
        for name in OF_PUBLICATION:
            if not best[name] and row[name]:
                best[name] = row[name]
                filled.append(f"{name}: {row['record_id']}")
    best["kept"], best["record_id"] = best["record_id"], cluster_id
    best["sources"] = "; ".join(sorted({row["source"] for row in group}))
    best["twins"] = "; ".join(sorted(row["record_id"] for row in group if row["record_id"] != best["kept"]))
    best["filled"] = "; ".join(sorted(filled))
    return best


def unique_records(
    rows: Iterable[Record], home: Mapping[str, str], keep_first: Sequence[str], year_distance: int
) -> Iterator[Record]:
    """Yield one record for each cluster as soon as its last record was read: few are held at a time.

    A record without a cluster, and a cluster without one of its records, stop the run.
    """
    waiting = Counter(home.values())
    open_groups: dict[str, list[Record]] = defaultdict(list)
    for row in rows:
        cluster_id = home.get(row["record_id"])
        if cluster_id is None:
            raise InputError(
                f"clusters: {row['record_id']} is in no cluster. Run the rule deduplicate again."
            )
        open_groups[cluster_id].append(row)
        waiting[cluster_id] -= 1
        if not waiting[cluster_id]:
            yield keep_one(cluster_id, open_groups.pop(cluster_id), keep_first, year_distance)
    lacking = sorted(cluster_id for cluster_id, number in waiting.items() if number)
    if lacking:
        raise InputError(f"records: cluster {lacking[0]} lacks records. Run the rule deduplicate again.")


def write_unique(unique: Iterable[Record], unique_csv: str, unique_ris: str) -> int:
    """Write the unique records as CSV and RIS, sorted by record_id; return how many.

    They come in the order of their last twin, so they are laid down in a file and fetched in order: the
    memory does not grow with the abstracts.
    """
    places: dict[str, int] = {}
    with tempfile.TemporaryFile("w+b") as laid_down:
        for row in unique:
            places[row["record_id"]] = laid_down.tell()
            pickle.dump([row[name] for name in UNIQUE_COLUMNS], laid_down)
        with (
            open(unique_csv, "w", encoding="utf-8", newline="") as table,
            open(unique_ris, "w", encoding="utf-8", newline="\n") as ris,
        ):
            table.write(csv_line(UNIQUE_COLUMNS))
            for name in sorted(places):
                laid_down.seek(places[name])
                values = pickle.load(laid_down)
                table.write(csv_line(values))
                ris.write(ris_of(dict(zip(UNIQUE_COLUMNS, values, strict=True))))
    return len(places)


def ris_of(row: Record) -> str:
    """Return a unique record as RIS, with the databases of all its twins."""
    return ris_text(row, databases=row["sources"])


def read_records(path: str) -> Iterator[Record]:
    """Yield the rows of records.csv one by one."""
    rows = stream_table(path, COLUMNS)
    header = next(rows)
    for row in rows:
        yield dict(zip(header, row, strict=True))


def main(
    *,
    records_csv: str,
    clusters_csv: str,
    keep_first: Sequence[str],
    year_distance: int,
    unique_csv: str,
    unique_ris: str,
) -> None:
    """Write one record of each cluster as CSV and RIS."""
    home = {
        row["record_id"]: row["cluster_id"] for row in stream_rows(clusters_csv, ("record_id", "cluster_id"))
    }
    unique = unique_records(read_records(records_csv), home, keep_first, year_distance)
    kept = write_unique(unique, unique_csv, unique_ris)
    log.info("%s in, %d kept, one of each cluster", count_of(len(home), "record"), kept)


if __name__ == "__main__":
    with job(snakemake):
        main(
            records_csv=snakemake.input.records,
            clusters_csv=snakemake.input.clusters,
            keep_first=snakemake.params.keep_first,
            year_distance=snakemake.params.year_distance,
            unique_csv=snakemake.output.unique,
            unique_ris=snakemake.output.ris,
        )
