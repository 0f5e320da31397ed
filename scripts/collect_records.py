"""Put the records of all inputs into one table, and check that none was lost on the way."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from scripts.common.errors import InputError
from scripts.common.job import job, log
from scripts.common.parsed import COUNT_COLUMNS
from scripts.common.records import COLUMNS, SET_ASIDE_COLUMNS
from scripts.common.tables import read_table, rows_of, write_table

if TYPE_CHECKING:
    snakemake: Any


def collect(paths: Sequence[str], columns: Sequence[str]) -> pd.DataFrame:
    """Return the rows of all tables, in the order of the paths."""
    tables = [read_table(path, columns) for path in paths]
    return (
        pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=pd.Index(columns), dtype=str)
    )


def check_complete(records: pd.DataFrame, counts: pd.DataFrame) -> None:
    """Stop if an input gave other records than it counted, or two records have one name."""
    twice = records.loc[records["record_id"].duplicated(), "record_id"]
    if not twice.empty:
        raise InputError(f"records: {twice.iloc[0]} stands twice. Two inputs or PMIDs have one name.")
    per_input = records.groupby("input")["record_id"].size()
    for row in rows_of(counts):
        held = int(per_input.get(row["input"], 0))
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
    """Write records.csv, set_aside.csv and counts.csv of all inputs."""
    every, counted = collect(records, COLUMNS), collect(counts, COUNT_COLUMNS)
    aside = collect(set_aside, SET_ASIDE_COLUMNS)
    check_complete(every, counted)
    write_table(every, records_csv, COLUMNS)
    write_table(aside, set_aside_csv, SET_ASIDE_COLUMNS)
    write_table(counted, counts_csv, COUNT_COLUMNS)
    log.info("%d records from %d inputs, %d pieces set aside", len(every), len(counted), len(aside))


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
