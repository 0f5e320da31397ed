"""Copies of our tables for people who open them in a spreadsheet: no cell is calculated, accents are shown.

The tables themselves keep their values exact: rules and tools read them.
"""

import csv
from collections.abc import Sequence
from pathlib import Path

from scripts.common.files.safe_cells import harmless
from scripts.common.files.tables import stream_rows, stream_table


def copy_for_spreadsheets(table: str | Path, copy: str | Path, without: Sequence[str] = ()) -> int:
    """Write a copy of one of our tables for spreadsheets, ``without`` some columns; return its rows.

    It has a byte-order mark, by which Excel knows UTF-8, and harmless cells.
    """
    columns = [name for name in next(stream_table(table)) if name not in without]
    with open(copy, "w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)
        written = 0
        for row in stream_rows(table, columns):
            writer.writerow([harmless(row[name]) for name in columns])
            written += 1
    return written
