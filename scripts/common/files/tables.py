"""CSV tables as the workflow writes them: UTF-8, line feed, text cells, sorted rows.

Tables that people write are read by ``sheets.py``.
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

import pandas as pd

from scripts.common.errors import InputError
from scripts.common.files.safe_cells import harmless

csv.field_size_limit(2**31 - 1)  # one cell can hold the whole list of references of an article


def read_table(path: str | Path, columns: Sequence[str] = (), *, only: Sequence[str] = ()) -> pd.DataFrame:
    """Return a CSV as a table of text cells; an empty cell is ``""``, a line break in one a line feed.

    The index is the line of the file on which each row begins. ``columns`` must all be there, in
    any order; ``only`` are those that are kept, which saves memory: abstracts are most of a record. A row
    with too many or too few cells, a column that is missing or appears twice, or bytes that are not UTF-8
    raise ``InputError`` with the line.
    """
    numbered_rows = _numbered_rows(path, [*columns, *only])
    _, header = next(numbered_rows)
    at = [header.index(name) for name in only] or list(range(len(header)))
    kept: list[list[str]] = [[] for _ in at]
    lines: list[int] = []
    for begins, cells in numbered_rows:
        lines.append(begins)
        for column, i in zip(kept, at, strict=True):
            column.append(cells[i])
    table = pd.DataFrame(dict(enumerate(kept)), index=pd.Index(lines, dtype=int), dtype=str)
    return table.set_axis(pd.Index([header[i] for i in at]), axis=1)


def stream_rows(path: str | Path, only: Sequence[str] = ()) -> Iterator[dict[str, str]]:
    """Yield each row of a CSV as a dictionary: all its columns, or ``only`` these."""
    rows = stream_table(path, only)
    header = next(rows)
    at = [(name, header.index(name)) for name in only or header]
    for cells in rows:
        yield {name: cells[i] for name, i in at}


def stream_table(path: str | Path, columns: Sequence[str] = ()) -> Iterator[list[str]]:
    """Yield the header of a CSV, then its rows; for the rest as ``read_table``, which takes all at once."""
    for _, cells in _numbered_rows(path, columns):
        yield cells


def rows_named(path: str | Path, names: Set[str]) -> Iterator[dict[str, str]]:
    """Yield the rows of a table of ours whose first cell is one of ``names``, a dictionary each.

    The other rows are not taken apart, which needs a quarter of the time: a line is the first of a row if the
    number of quotes before it is even. Names hold no comma and no quote.
    """
    with open(path, encoding="utf-8", newline="") as stream:
        header = next(csv.reader(stream))
        between_rows = True
        for line in stream:
            if between_rows and line.partition(",")[0] in names:
                yield dict(zip(header, next(csv.reader(chain([line], stream))), strict=True))
            elif line.count('"') % 2:
                between_rows = not between_rows


def _numbered_rows(path: str | Path, columns: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield the line on which each row begins and its cells; the header first, as line 1."""
    try:
        with open(path, encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream, strict=True)
            header = [name.strip() for name in next(reader, [])]
            _check_header(path, header, columns)
            yield 1, header
            before = reader.line_num
            for row in reader:
                begins, before = before + 1, reader.line_num
                if not row:
                    continue
                if len(row) != len(header):
                    raise InputError(
                        f"{path} line {begins}: {len(row)} cells, the header has {len(header)}."
                        " Quote cells that hold the separator."
                    )
                yield begins, list(map(_plain, row)) if "\r" in "".join(row) else row
    except FileNotFoundError:
        raise InputError(f"{path}: this file is missing.") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 ({error.reason}). Save it as UTF-8.") from None
    except csv.Error as error:
        raise InputError(f"{path} line {reader.line_num}: {error}. Correct the quotes.") from None


def _plain(cell: str) -> str:
    return cell.replace("\r\n", "\n").replace("\r", "\n") if "\r" in cell else cell


def _check_header(path: str | Path, header: Sequence[str], columns: Sequence[str]) -> None:
    for name in columns:
        if header.count(name) != 1:
            raise InputError(
                f"{path} line 1: column {name} appears {header.count(name)} times;"
                " it must appear exactly once."
                f" The header is: {', '.join(header) or 'empty'}."
            )


def numbered(table: pd.DataFrame) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield line and cells of each row of a table that ``read_table`` returned."""
    yield from zip((int(line) for line in table.index), rows_of(table), strict=True)


def rows_of(table: pd.DataFrame) -> list[dict[str, str]]:
    """Return the rows of a table of text cells, one dictionary each."""
    return [{str(name): str(value) for name, value in row.items()} for row in table.to_dict("records")]


@contextmanager
def row_writer(
    path: str | Path, columns: Sequence[str]
) -> Iterator[Callable[[Mapping[str, object]], object]]:
    """Hand out a function that writes one row of a CSV, for tables that no memory should hold.

    The bytes are those of ``write_table``; a column that a row lacks is empty.
    """
    with open(path, "w", encoding="utf-8", newline="", buffering=1 << 18) as stream:  # few, large writes
        stream.write(csv_line(columns))

        def write(row: Mapping[str, object]) -> None:
            stream.write(csv_line([str(row.get(name, "")) for name in columns]))

        yield write


def csv_line(cells: Sequence[str]) -> str:
    """Return one row of a CSV with its line feed."""
    return ",".join([_quoted(cell) for cell in cells]) + "\n"


def _quoted(cell: str) -> str:
    """Return a cell, in quotes if it needs them; faster than the csv module, which looks at each sign."""
    if "," in cell or '"' in cell or "\n" in cell or "\r" in cell:
        return '"' + cell.replace('"', '""') + '"'
    return cell


def write_table(
    rows: pd.DataFrame | Iterable[Mapping[str, object]],
    path: str | Path,
    columns: Sequence[str],
    sort_by: Sequence[str] = (),
    for_people: bool = False,
) -> None:
    """Write ``columns`` of ``rows`` as CSV, sorted by ``sort_by`` (by code point), else as given.

    A table ``for_people`` is opened in spreadsheets: no cell of it is run as a formula there.
    """
    table = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame(list(rows))
    table = table.reindex(columns=pd.Index(columns))
    if for_people:
        table = table.map(lambda cell: harmless(cell) if isinstance(cell, str) else cell)
    if sort_by:
        table = table.sort_values(list(sort_by), kind="stable")
    table.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")
