"""CSV for people who open it in a spreadsheet: no cell is calculated, accents are shown.

Results that other rules read keep their values exact; only files meant for spreadsheets are written here.
"""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

# What OWASP names as the beginning of a formula; a number with a sign is none.
_FORMULA = re.compile(r"'*[=+\-@\t\r](?<![+-](?=[\d.]+(e[+-]?\d+)?%?$))")


def harmless(cell: str) -> str:
    """Return a cell that a spreadsheet takes for text: an apostrophe before what it would calculate."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def as_written(cell: str) -> str:
    """Return the cell that ``harmless`` was given."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell[1:]) else cell


def write_for_spreadsheets(
    rows: Iterable[Mapping[str, str]], path: str | Path, columns: Sequence[str]
) -> int:
    """Write a CSV with a byte-order mark, by which Excel knows UTF-8, and harmless cells; return its rows."""
    with open(path, "w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)
        written = 0
        for row in rows:
            writer.writerow([harmless(row[name]) for name in columns])
            written += 1
    return written
