"""The one door for tables that people made: CSV, Excel workbook, YAML or JSON; cells as text, rows numbered.

Whatever a team brings (exports, decisions, coding, charting, rulings, lists) is opened here. What the file
does not settle is never guessed: formulas without a value, error cells, rows longer than the header stop the
run.
"""

import io
import re
import zipfile
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from string import ascii_uppercase
from typing import NamedTuple

from openpyxl.utils import get_column_letter

from scripts.common.errors import InputError, nearest
from scripts.common.files.decoding import HEAD, find_encoding, read_lines
from scripts.common.files.delimited import HEADER_WITHIN, HeaderLine, header_lines, ragged_rows
from scripts.common.files.trees import PARENT, WHOLE, rows_of_tree
from scripts.common.files.workbooks import Row, read_worksheets
from scripts.common.values.words import words

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
FILLED = re.compile(r"[^\s,;\"]")  # a line of separators alone has no cell
WEB_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html)", re.IGNORECASE
)  # a download that failed
WORKBOOKS = (".xlsx", ".xlsm")
TREES = (".yaml", ".yml", ".json")
MAX_BYTES = 500_000_000  # of one table as text: what a small machine holds in memory as cells
MAX_CELLS = 20_000_000  # of one table
ALL_SHEETS = "*"
NAMELESS = re.compile(r"column \d+")  # what a column without a name is called
MOST_SHOWN = 60  # columns in a message


class NamesBelow(InputError):
    """The row below the header holds the names of the columns: ``grid`` is the table with these names."""

    def __init__(self, message: str, grid: "Grid") -> None:
        super().__init__(message)
        self.grid = grid


class Grid(NamedTuple):
    """One table: ``sheet`` is the worksheet's name, empty for CSV; rows are (number in the file, cells).

    Names of columns are unique: a column without a name is ``column 3``, the second ``Comments`` is
    ``Comments (2)``. ``header_line`` is the line of the names; ``guessed`` names an encoding that the file
    does not settle, so that a person should look at the accents.
    """

    path: str
    sheet: str
    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    merged: str = ""  # the first merged cells of header and rows, for example A2:A4
    header_line: int = 1
    guessed: str = ""
    tree: bool = False  # from YAML or JSON: a column is a path, a row a member of a list
    above: tuple[str, ...] = ()  # the names over the header, each as far as the next, of a header of two rows

    def shown(self) -> str:
        """Return the names of the columns for a message: of a very wide table the first ones."""
        more = len(self.header) - MOST_SHOWN
        return ", ".join(self.header[:MOST_SHOWN]) + (f" and {more} more" if more > 0 else "")

    def place(self, row: int, column: int | None = None) -> str:
        """Return where a cell is, as a person finds it: file, sheet, row or line, column."""
        if self.tree:
            where = f"{self.path} entry {row}"
        else:
            where = f"{self.path} sheet {self.sheet!r} row {row}" if self.sheet else f"{self.path} line {row}"
        if column is None:
            return where
        title = self.header[column]
        letter = f"{get_column_letter(column + 1)} ({title})" if self.sheet else title
        return f"{where}, column {letter}"

    def unmerged(self) -> "Grid":
        """Return the table, if no cells of it are merged: else it is unclear what is in them."""
        if self.merged:
            raise InputError(
                f"{self.path} sheet {self.sheet!r}: the cells {self.merged} are merged, so that it is"
                " unclear what is in them. Unmerge them and fill each cell."
            )
        return self

    def with_names_below(self) -> "Grid | None":
        """Return the table with the names of its first row, if these look like names and the header does not.

        A header of two rows, its upper one merged over several columns, leaves columns without a name.
        """
        unnamed = [at for at, title in enumerate(self.header) if NAMELESS.fullmatch(title)]
        if self.tree or not unnamed or not self.rows:
            return None
        number, names = self.rows[0]
        if not all(names) or any(name.isdigit() for name in names):
            return None
        upper = ["" if at in unnamed else title for at, title in enumerate(self.header)]
        return self.named_at(number, names, self.rows[1:], upper)

    def named_at(
        self,
        line: int,
        names: Sequence[str],
        rows: tuple[tuple[int, tuple[str, ...]], ...],
        upper: Sequence[str],
    ) -> "Grid":
        """Return the table with the names of one of its rows; ``upper`` are the names above these."""
        last = self.merged.rpartition(":")[2].lstrip(ascii_uppercase)
        merged = self.merged if last and int(last) >= line else ""
        return self._replace(
            header=distinct(names), rows=rows, merged=merged, header_line=line, above=_filled_on(upper)
        )

    def column(self, *names: str) -> int | None:
        """Return the position of the first of these columns that is there, whatever its capitals."""
        return next((at for name in names if (at := self.position(name)) is not None), None)

    def position(self, name: str) -> int | None:
        """Return the position of one column by its name, whatever its capitals and blanks, or None."""
        wanted = words(name).casefold()
        return next((at for at, title in enumerate(self.header) if title.casefold() == wanted), None)

    def positions(self, name: str) -> list[int]:
        """Return the positions of the columns that a name means: one, those a star takes, or a list's.

        The exact name wins. ``*`` is any text inside one step of a path. In a tree a path may begin at any
        step where only one column ends so, and the name of a list means all its members.
        """
        at = self.position(name)
        if at is not None:
            return [at]
        if not self.tree:
            pattern = words(name).split("/") if "*" in name else []
            return [at for at, title in enumerate(self.header) if _fits(title.split("/"), pattern)]
        steps = name.split("/")
        for pattern in (steps, [*steps, "*"]):
            whole = [at for at, title in enumerate(self.header) if _fits(title.split("/"), pattern)]
            if whole:
                return whole
            ends = [
                at
                for at, title in enumerate(self.header)
                if not title.startswith(PARENT) and _fits(title.split("/")[-len(pattern) :], pattern)
            ]
            starts = {self.header[at].rsplit("/", len(pattern))[0] for at in ends}
            if len(starts) == 1:
                return ends
        return []


def _fits(path: Sequence[str], pattern: Sequence[str]) -> bool:
    """Return whether the steps of a path are those of a pattern, in which a star is any text of a step."""
    return len(path) == len(pattern) and all(
        b in ("*", a) or ("*" in b and _step(b).fullmatch(a) is not None)
        for a, b in zip(path, pattern, strict=True)
    )


@cache
def _step(pattern: str) -> re.Pattern[str]:
    return re.compile(".+".join(map(re.escape, pattern.split("*"))), re.IGNORECASE)


def the_one_of(base: str, endings: Sequence[str] = (".csv", ".xlsx")) -> str | None:
    """Return the one file ``base`` + ending that exists, or None; two of them stop the run."""
    found = [base + ending for ending in endings if Path(base + ending).is_file()]
    if len(found) > 1:
        raise InputError(f"{found[0]}: the review has {found[1]} too. Keep one of them.")
    return found[0] if found else None


def read_grids(path: str, sheet: str = "", header: int = 0, at: str = "") -> list[Grid]:
    """Return the tables of a file; a worksheet without any cell is left out.

    ``sheet`` is the worksheet to read (``*`` or nothing: all). ``header`` is the line of the column names (0:
    the first line with two filled cells). ``at`` is the path to the list of rows in YAML or JSON (``.``: the
    file is one row). Cells are text without blanks around it. Raises ``InputError`` for a missing or damaged
    file, for formulas without a value and error cells, and counts the rows that are longer than the header.
    Merged cells are left to who reads the table (``Grid.unmerged``).
    """
    try:
        raw = Path(path).read_bytes()
    except FileNotFoundError:
        raise InputError(f"{path}: this file is missing.") from None
    return grids_of(path, raw, sheet, header, at)


def grids_of(
    path: str, raw: bytes, sheet: str = "", header: int = 0, at: str = "", widen: bool = False
) -> list[Grid]:
    """Return the tables of a file whose bytes are at hand, such as a member of a zip file; see read_grids.

    ``widen`` is for exports of tools, which write cells behind the last column: these get columns without a
    name instead of an error, and every other cell still has the name of its column.
    """
    if len(raw) > MAX_BYTES:
        raise InputError(f"{path}: {len(raw):,} bytes, a table may have {MAX_BYTES:,}. Split the file.")
    ending = Path(path).suffix.casefold()
    if ending in TREES:
        return [_tree(path, raw, at or WHOLE)]
    if at:
        raise InputError(f"{path}: at: only YAML and JSON have lists inside. Take at out of its map.")
    if ending in WORKBOOKS or zipfile.is_zipfile(io.BytesIO(raw)):
        return _worksheets(path, raw, sheet, header, widen)
    if sheet not in ("", ALL_SHEETS):
        raise InputError(
            f"{path}: sheet: {sheet!r}, but this file is no workbook. Take sheet out of its map."
        )
    return _texts(path, raw, header, widen)


def _texts(path: str, raw: bytes, header: int, widen: bool) -> list[Grid]:
    """Return the table of a CSV, whatever its encoding and separator; none for a file without any cell."""
    if WEB_PAGE.match(raw[:HEAD]):
        raise InputError(f"{path}: a web page, not a table. Open it, and save its table as CSV or .xlsx.")
    encoding = find_encoding(raw, path)
    if encoding.zero_line:
        raise InputError(f"{path} line {encoding.zero_line}: holds a control character. Type the cell again.")
    lines = list(read_lines(raw, encoding))
    if not any(FILLED.search(line) for line in lines):
        return []
    head = header_of_lines(lines, header)
    rows: list[Row] = []
    for number, cells, _ in ragged_rows(lines, head._replace(line=head.line - 1)):
        if isinstance(cells, str):
            raise InputError(f"{path} line {number}: {cells}. Close the quote.")
        rows.append((number, [cell.strip() for cell in cells]))
    guessed = encoding.name if encoding.guessed else ""
    return [_grid(Grid(path, "", (), (), guessed=guessed), rows, widen)] if rows else []


def header_of_lines(lines: Sequence[str], header: int) -> HeaderLine:
    """Return how the header is written: on the given line, else on the first with two filled cells or more.

    The separator is the one that gives the header most columns; the comma wins where several give as many.
    """
    filled = [line for line in header_lines(lines) if any(line.names)]
    if header:
        filled = [line._replace(line=header) for line in header_lines(lines[header - 1 : header])]
    wide = [line for line in filled if sum(map(bool, line.names)) > 1] or filled
    first = min((line.line for line in wide), default=1)
    candidates = [line for line in wide if line.line == first]
    return max(candidates, key=lambda line: len(line.names), default=HeaderLine(1, ",", ()))


def _grid(about: Grid, rows: Sequence[Row], widen: bool) -> Grid:
    """Return a table whose first row holds the names of the columns."""
    number, first = rows[0]
    measured = [cells for _, cells in rows] if widen else [first]
    width = max((i + 1 for cells in measured for i, cell in enumerate(cells) if cell), default=0)
    first = first + [""] * (width - len(first))
    grid = about._replace(header=distinct(first[:width]), header_line=number)
    if width * len(rows) > MAX_CELLS:
        raise InputError(
            f"{grid.path}: {width * len(rows):,} cells, a table may have {MAX_CELLS:,}. Split it."
        )
    kept: list[tuple[int, tuple[str, ...]]] = []
    long: list[Row] = []
    for number, cells in rows[1:]:
        if any(cells[width:]):
            long.append((number, cells))
        for i, cell in enumerate(cells[:width]):
            if CONTROL.search(cell):
                raise InputError(f"{grid.place(number, i)}: holds a control character. Type the cell again.")
        if any(cells):
            kept.append((number, tuple(cells[:width]) + ("",) * (width - len(cells))))
    if long:
        raise _longer(grid, rows, long)
    return grid._replace(rows=tuple(kept))


def _longer(grid: Grid, rows: Sequence[Row], long: Sequence[Row]) -> InputError:
    """Return the error for rows that are longer than the header; the first may hold the names itself."""
    number, cells = long[0]
    more = f" ({len(long)} such rows)" if len(long) > 1 else ""
    text = (
        f"{grid.place(number)}: {len(cells)} cells, the header has {len(grid.header)}{more}. Quote cells that"
        f" hold the separator, and name every column. The header is: {grid.shown()}."
    )
    is_first = number == rows[1][0]
    if not is_first or any(cell.isdigit() for cell in cells) or sum(map(bool, cells)) <= len(grid.header):
        return InputError(text)
    text = f"{text} If this row holds the names of the columns, add to its map: header: {number}."
    if not any(NAMELESS.fullmatch(title) for title in grid.header):
        return InputError(text)
    width = len(cells)
    below = tuple(
        (line, tuple(row[:width]) + ("",) * (width - len(row))) for line, row in rows if line > number
    )
    upper = [*rows[0][1], *[""] * width][:width]
    return NamesBelow(text, grid.named_at(number, cells, below, upper))


def _filled_on(names: Sequence[str]) -> tuple[str, ...]:
    """Return names in which a blank is the one before it, as merged cells of a header mean it."""
    filled: list[str] = []
    for name in names:
        filled.append(name or (filled[-1] if filled else ""))
    return tuple(filled)


def distinct(names: Sequence[str]) -> tuple[str, ...]:
    """Return names of columns of which no two are equal, whatever their capitals."""
    seen: Counter[str] = Counter()
    distinct = []
    for position, written in enumerate(names, start=1):
        name = words(written) or f"column {position}"
        seen[name.casefold()] += 1
        times = seen[name.casefold()]
        distinct.append(name if times == 1 else f"{name} ({times})")
    return tuple(distinct)


# Workbooks


def _worksheets(path: str, raw: bytes, sheet: str, header: int, widen: bool) -> list[Grid]:
    tables = [table for table in read_worksheets(path, raw) if table.rows]
    titles = [table.title for table in tables]
    if sheet not in ("", ALL_SHEETS):
        if sheet not in titles:
            raise InputError(f"{path}: there is no worksheet {sheet!r} with rows. {nearest(sheet, titles)}")
        tables = [table for table in tables if table.title == sheet]
    if wrong := [message for table in tables for message in table.wrong]:
        raise InputError(*wrong)
    grids = []
    for title, merged, rows, _ in tables:
        begin = header_row(rows, header)
        in_table = min((cells for cells, last in merged.items() if last >= rows[begin][0]), default="")
        grids.append(_grid(Grid(path, title, (), (), in_table), rows[begin:], widen))
    return grids


def header_row(rows: Sequence[Row], header: int) -> int:
    """Return the position of the header among the rows: of the given number, else as in a CSV."""
    if header:
        return next((i for i, (number, _) in enumerate(rows) if number >= header), 0)
    filled = (i for i, (_, cells) in enumerate(rows[:HEADER_WITHIN]) if sum(map(bool, cells)) > 1)
    return next(filled, 0)


def _tree(path: str, raw: bytes, at: str) -> Grid:
    """Return the members of a list in YAML or JSON as rows; their columns are paths such as ``doi/0``.

    The column ``../row`` is the place of the parent in its own list; ``../title`` is a field of the parent.
    """
    flat = rows_of_tree(path, raw, at)
    header = tuple(dict.fromkeys(name for row in flat for name in row))
    if len(header) * len(flat) > MAX_CELLS:
        raise InputError(f"{path}: at: {at} gives {len(header) * len(flat):,} cells. Name a smaller list.")
    rows = tuple((i, tuple(row.get(name, "") for name in header)) for i, row in enumerate(flat, start=1))
    return Grid(path, "", header, rows, tree=True)
