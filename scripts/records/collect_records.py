"""Put the records of all inputs into one table, and check that none was lost on the way."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from scripts.common.errors import InputError
from scripts.common.files.tables import read_table, row_writer, rows_of, stream_rows, write_table
from scripts.common.job import job, log, progress
from scripts.common.records.parsed_input import COUNT_COLUMNS
from scripts.common.records.record import COLUMNS, SET_ASIDE_COLUMNS
from scripts.common.values.counts import count_of

if TYPE_CHECKING:
    snakemake: Any


# Column of counts.csv -> what people are shown; the last ones only where there are any.
SHOWN = {
    "announced": "announced",
    "records": "read",
    "set_aside": "set aside",
    "outside": "texts in no record",
    "left_out": "left out by map",
}
ALWAYS = 3


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


def overview(counts: pd.DataFrame) -> list[str]:
    """Return the lines of a table for people: what each input announced, what was read, what was not."""
    numbers = {row["input"]: [int(row[name]) for name in SHOWN] for row in rows_of(counts)}
    if not numbers:
        return []
    totals = [sum(column) for column in zip(*numbers.values(), strict=True)]
    used = [i for i, total in enumerate(totals) if i < ALWAYS or total]
    heads = list(SHOWN.values())
    rows = [[name, *(f"{row[i]:,}" for i in used)] for name, row in (*numbers.items(), ("all", totals))]
    return aligned([["input", *(heads[i] for i in used)], *rows])


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the rows as lines: the first column flush left, the others flush right."""
    first, *others = ([*column] for column in zip(*rows, strict=True))
    widths = [max(map(len, column)) for column in others]
    left = max(map(len, first))
    return ["  ".join([row[0].ljust(left), *map(str.rjust, row[1:], widths)]) for row in rows]


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
    for line in overview(counted):
        progress.info("%s", line)
    log.info(
        "%s from %s, %s set aside",
        count_of(per_input.total(), "record"),
        count_of(len(counted), "input"),
        count_of(len(aside), "piece"),
    )


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
