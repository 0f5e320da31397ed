"""CSV tables as the workflow writes them: UTF-8, line feed, text cells, sorted rows."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import pandas as pd

from scripts.common.errors import InputError

csv.field_size_limit(2**31 - 1)  # one cell can hold the whole list of references of an article


def stream_table(path: str | Path, columns: Sequence[str] = (), sep: str = ",") -> Iterator[list[str]]:
    """Yield the header of a CSV, then its rows as text cells; an empty cell is ``""``.

    For the rest as ``read_table``, which takes the whole table at once.
    """
    try:
        with open(path, encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream, delimiter=sep, strict=True)
            header = next(reader, [])
            for name in columns:
                if header.count(name) != 1:
                    raise InputError(
                        f"{path} line 1: column {name} stands {header.count(name)} times, once is needed."
                        f" The header is: {', '.join(header) or 'empty'}."
                    )
            yield header
            for row in reader:
                if not row:
                    continue
                if len(row) != len(header):
                    raise InputError(
                        f"{path} line {reader.line_num}: {len(row)} cells, the header has"
                        f" {len(header)}. Quote cells that hold the separator."
                    )
                yield [
                    cell.replace("\r\n", "\n").replace("\r", "\n") if "\r" in cell else cell for cell in row
                ]
    except FileNotFoundError:
        raise InputError(f"{path}: this file is missing.") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 ({error.reason}). Save it as UTF-8.") from None
    except csv.Error as error:
        raise InputError(f"{path} line {reader.line_num}: {error}. Mend the quotes.") from None


def read_table(path: str | Path, columns: Sequence[str] = (), sep: str = ",") -> pd.DataFrame:
    """Return a CSV as a table of text cells; an empty cell is ``""``, a line break in one a line feed.

    ``columns`` must all be there, in any order. A row with too many or too few cells, a column
    that is missing or stands twice, or bytes that are not UTF-8 raise ``InputError`` with the line.
    """
    rows = stream_table(path, columns, sep)
    header = next(rows)
    return pd.DataFrame(list(rows), columns=pd.Index(header), dtype=str)


def rows_of(table: pd.DataFrame) -> list[dict[str, str]]:
    """Return the rows of a table of text cells, one dictionary each."""
    return [{str(name): str(value) for name, value in row.items()} for row in table.to_dict("records")]


def write_table(
    rows: pd.DataFrame | Iterable[Mapping[str, object]],
    path: str | Path,
    columns: Sequence[str],
    sort_by: Sequence[str] = (),
) -> None:
    """Write ``columns`` of ``rows`` as CSV, sorted by ``sort_by`` (by code point), else as given."""
    table = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame(list(rows))
    table = table.reindex(columns=pd.Index(columns))
    if sort_by:
        table = table.sort_values(list(sort_by), kind="stable")
    table.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")
