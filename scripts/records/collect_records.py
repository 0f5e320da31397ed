"""Put the records of all inputs into one table, and check that none was lost on the way."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from scripts.common.errors import InputError
from scripts.common.files.tables import read_table, row_writer, rows_of, stream_rows, write_table
from scripts.common.job import job, log
from scripts.common.records.parsed_input import COUNT_COLUMNS
from scripts.common.records.record import COLUMNS, SET_ASIDE_COLUMNS

if TYPE_CHECKING:
    snakemake: Any


def collect(paths: Sequence[str], columns: Sequence[str]) -> pd.DataFrame:
    """Return the rows of all tables, in the order of the paths; for tables that are small."""
    tables = [read_table(path, columns) for path in paths]
    return (
        pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=pd.Index(columns), dtype=str)
    )


def joined(paths: Sequence[str], per_input: Counter[str]) -> Iterator[dict[str, str]]:
    """Yield the records of all tables and count them by input; stop where two of them have one name."""
    names: set[str] = set()
    for path in paths:
        for row in stream_rows(path, COLUMNS):
            if row["record_id"] in names:
                raise InputError(
                    f"records: {row['record_id']} appears twice. Two inputs or PMIDs have one name."
                )
            names.add(row["record_id"])
            per_input[row["input"]] += 1
            yield row


def check_complete(per_input: Mapping[str, int], counts: pd.DataFrame) -> None:
    """Stop if an input gave other records than it counted."""
    for row in rows_of(counts):
        held = per_input.get(row["input"], 0)
        if held != int(row["records"]):
            raise InputError(f"records: {row['input']} counted {row['records']} records and holds {held}.")


def main(
    *,
    records: Sequence[str],
    set_aside: Sequence[str],
    counts: Sequence[str],
    records_csv: str,
    set_aside_csv: str,
    counts_csv: str,
) -> None:
    """Write records.csv, set_aside.csv and counts.csv of all inputs; records pass through one by one."""
    counted, aside = collect(counts, COUNT_COLUMNS), collect(set_aside, SET_ASIDE_COLUMNS)
    per_input: Counter[str] = Counter()
    with row_writer(records_csv, COLUMNS) as keep:
        for row in joined(records, per_input):
            keep(row)
    check_complete(per_input, counted)
    write_table(aside, set_aside_csv, SET_ASIDE_COLUMNS)
    write_table(counted, counts_csv, COUNT_COLUMNS)
    log.info("%d records from %d inputs, %d pieces set aside", per_input.total(), len(counted), len(aside))


if __name__ == "__main__":
    with job(snakemake):
        main(
            records=snakemake.input.records,
            set_aside=snakemake.input.set_aside,
            counts=snakemake.input.counts,
            records_csv=snakemake.output.records,
            set_aside_csv=snakemake.output.set_aside,
            counts_csv=snakemake.output.counts,
        )
