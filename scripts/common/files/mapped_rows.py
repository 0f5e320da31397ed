"""The rows of a team's table as its map reads them: our names, our words, and the place of each cell."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from scripts.common.errors import InputError, nearest
from scripts.common.files.maps import ANY, OURS, Part, Reference, SheetMap
from scripts.common.files.sheets import Grid
from scripts.common.values.words import words

DIRECT = ("decision", "code", "stance", "value", "final")  # what the direct words of ``values`` are about
PLACE = re.compile(r"\{(row|sheet|file|folder|\.\./row)\}")
_PLACE_OF_PARENT = re.compile(r"(?:\.\./)+row")  # a column of ours: no file has it
PIECE = re.compile(r"(.+)\[(\d+)\]")

Written = tuple[tuple[str, str], ...]  # cell, the column that it is in
Cell = Callable[[int, Sequence[str]], Written]  # number of the row and its cells -> the filled cells


class Item(NamedTuple):
    """One cell of a wide table: the code or variable, what it means, the cell's own words, its column."""

    name: str
    values: tuple[str, ...]
    written: str
    column: str


class MappedRow(NamedTuple):
    """One row as one part of its map reads it; a field without a value is not there."""

    place: str
    line: int
    number: int  # of the row below the header (1 is first), those left out counted too
    role: str
    fields: Mapping[str, tuple[str, ...]]
    items: tuple[Item, ...]
    reasons: tuple[str, ...]
    others: Mapping[str, str] = {}  # of the part of the map

    def get(self, name: str) -> str:
        """Return the first value of a field, or ``""``."""
        return next(iter(self.fields.get(name, ())), "")


@dataclass
class MappedTable:
    """What a map made of one table: its rows, and what it left out, by name."""

    rows: list[MappedRow] = field(default_factory=list)
    read: int = 0  # rows below the header
    left_out: Counter[str] = field(default_factory=Counter)  # condition of only or except -> rows
    unmapped: tuple[str, ...] = ()  # columns that nothing in the map names


def map_rows(grid: Grid, sheet_map: SheetMap) -> MappedTable:
    """Return the rows of a table by its map; ``InputError`` lists every column that the map names in vain."""
    wrong: list[str] = []
    readers = [_PartReader(grid, part, wrong) for part in sheet_map.parts]
    ignored = {name for name in sheet_map.ignore if name != ANY}
    wrong += [_no_column(grid, f"ignore: {name}", name) for name in ignored if grid.position(name) is None]
    if wrong:
        raise InputError(*dict.fromkeys(wrong))
    table = _read_all(grid, readers)
    used = set().union(*(reader.used for reader in readers)) | {words(name).casefold() for name in ignored}
    if ANY not in sheet_map.ignore:
        theirs = (name for name in grid.header if not _PLACE_OF_PARENT.fullmatch(name))
        table.unmapped = tuple(name for name in theirs if name.casefold() not in used)
    for reader in readers:
        reader.check_conditions(grid)
    return table


def _read_all(grid: Grid, readers: Sequence["_PartReader"]) -> MappedTable:
    """Return every row as each part reads it, or counted by the condition that leaves it out."""
    table = MappedTable(read=len(grid.rows))
    for number, (line, cells) in enumerate(grid.rows, start=1):
        for reader in readers:
            refused = reader.refuses(number, cells)
            if refused:
                table.left_out[refused] += 1
            else:
                table.rows.append(reader.row(number, line, cells))
    return table


class _PartReader:
    """One part of a map bound to the columns of one table."""

    def __init__(self, grid: Grid, part: Part, wrong: list[str]) -> None:
        self.part, self.grid, self.used = part, grid, set[str]()
        self._wrong = wrong
        self.fields = {ours: self._cells(f"columns: {ours}", refs) for ours, refs in part.columns.items()}
        for name in self._known_columns():
            self.fields.setdefault(name, self._cells(name, (name,)))
        self.items = self._items()
        self.reasons = {
            reason: self._cells(f"reasons: {reason}", (column,)) for reason, column in part.reasons.items()
        }
        self.only = {column: self._cells("only", (column,)) for column in part.only}
        self.left_out = {column: self._cells("except", (column,)) for column in part.left_out}
        for column in part.split:
            self._cells("split", (column,))

    def _known_columns(self) -> Iterator[str]:
        """Yield our own column names that the table has and the map does not place."""
        for name in OURS:
            placed = name in self.part.columns or name in self.part.given
            if not placed and self.grid.position(name) is not None:
                yield name

    def _items(self) -> dict[str, tuple[str, Cell]]:
        """Return code or variable -> its column and what reads it; a star takes the columns that fit it."""
        found = {}
        for name, column in self.part.items.items():
            if ANY not in column:
                found[name] = (column, self._cells(f"items: {name}", (column,)))
                continue
            begin, _, end = column.partition(ANY)
            taken = {words(reference).casefold() for refs in self.part.columns.values() for reference in refs}
            for title in self.grid.header:
                fits = title.startswith(begin) and title.endswith(end) and title.casefold() not in taken
                if fits and len(title) > len(begin) + len(end):
                    caught = title[len(begin) : len(title) - len(end)]
                    found[name.replace(ANY, caught)] = (title, self._cells("items", (title,)))
        return found

    def _cells(self, where: str, references: Reference) -> Cell:
        """Return what reads the values of some columns in a row, in the order they are named."""
        readers = [self._cell(where, reference) for reference in references]
        return lambda number, cells: tuple(value for read in readers for value in read(number, cells))

    def _cell(self, where: str, reference: str) -> Cell:
        if PLACE.search(reference):
            return lambda number, cells: ((self._place(reference, number, cells), reference),)
        piece = PIECE.fullmatch(reference) if self.grid.position(reference) is None else None
        title = piece[1] if piece else reference
        positions = self.grid.positions(title)
        if not positions:
            self._wrong.append(_no_column(self.grid, where, title))
            return lambda number, cells: ()
        self.used |= {self.grid.header[at].casefold() for at in positions}
        signs = next((s for column, s in self.part.split.items() if words(column) == words(title)), ())

        def read(number: int, cells: Sequence[str]) -> Written:
            found = [(cells[at], self.grid.header[at]) for at in positions if cells[at]]
            for sign in signs:
                found = [(piece.strip(), column) for cell, column in found for piece in cell.split(sign)]
            return tuple((cell, column) for cell, column in found if cell)

        if piece is None:
            return read
        at = int(piece[2]) - 1
        return lambda number, cells: read(number, cells)[at : at + 1]

    def _place(self, reference: str, number: int, cells: Sequence[str]) -> str:
        parent = self.grid.position("../row")
        path = Path(self.grid.path)
        known = {
            "row": str(number), "sheet": self.grid.sheet, "file": path.stem, "folder": path.parent.name,
            "../row": cells[parent] if parent is not None else "",
        }  # fmt: skip
        return PLACE.sub(lambda found: known[found[1]], reference)

    def refuses(self, number: int, cells: Sequence[str]) -> str:
        """Return the condition that leaves a row out, or ``""``."""
        for column, read in self.only.items():
            if not is_one_of(read(number, cells), self.part.only[column]):
                return f"only {column}: {', '.join(self.part.only[column])}"
        for column, read in self.left_out.items():
            if is_one_of(read(number, cells), self.part.left_out[column]):
                return f"except {column}: {', '.join(self.part.left_out[column])}"
        return ""

    def check_conditions(self, grid: Grid) -> None:
        """Raise ``InputError`` for a condition that leaves no row: a misspelt word hides a whole file."""
        for column, read in self.only.items():
            seen = Counter(
                value for number, (_, cells) in enumerate(grid.rows, 1) for value, _ in read(number, cells)
            )
            if grid.rows and not any(is_one_of(((value, ""),), self.part.only[column]) for value in seen):
                there = ", ".join(f"{value} {n}" for value, n in seen.most_common(8)) or "only blanks"
                wanted = ", ".join(self.part.only[column])
                raise InputError(
                    f"{grid.path}: only: {{{column}: {wanted}}} leaves no row. {column} has: {there}."
                )

    def row(self, number: int, line: int, cells: Sequence[str]) -> MappedRow:
        fields = {}
        for ours, read in self.fields.items():
            if values := self._meanings(ours, read(number, cells))[0]:
                fields[ours] = values
        for ours, fixed in self.part.given.items():
            fields[ours] = (self._place(fixed, number, cells),)
        items = []
        for name, (column, read) in self.items.items():
            written = read(number, cells)
            values, starred = self._meanings(name, written)
            own_words = "; ".join(cell for cell, _ in written) if starred else ""
            items.append(Item(name, values, own_words, column))
        given = tuple(
            reason for reason, read in self.reasons.items() if _ticked(self._filled(read(number, cells)))
        )
        place, role = self.grid.place(line), self.part.role
        return MappedRow(place, line, number, role, fields, tuple(items), given, self.part.others)

    def _meanings(self, name: str, written: Written) -> tuple[tuple[str, ...], bool]:
        """Return what the cells of a field or item mean, and whether a star gave a meaning to one."""
        known = self.part.values.get(name)
        if known is None and (name in DIRECT or name in self.items):
            known = self.part.values.get("")
        filled = self._filled(written)
        if known is None:
            return tuple(cell for cell, _ in filled), False
        asked = filled or (("", name),)
        found = [known.of(cell, column) for cell, column in asked]
        meanings = [
            cell if meaning is None else meaning for (cell, _), meaning in zip(asked, found, strict=True)
        ]
        return tuple(filter(None, meanings)), any(known.by_star(cell) for cell, _ in filled)

    def _filled(self, written: Written) -> Written:
        return tuple((cell, column) for cell, column in written if cell.casefold() not in self.part.blank)


def is_one_of(written: Written, allowed: Reference) -> bool:
    """Return whether a cell is one of these words; a star at the end of a word matches any rest."""
    for word in allowed:
        begin = word.removesuffix(ANY).casefold()
        for value, _ in written or (("", ""),):
            folded = value.casefold()
            if folded == begin or (word.endswith(ANY) and folded.startswith(begin)):
                return True
    return False


def _ticked(written: Written) -> bool:
    return any(cell.casefold() not in ("0", "no", "false", "-") for cell, _ in written)


def _no_column(grid: Grid, where: str, column: str) -> str:
    place = grid.path if grid.tree else grid.place(grid.header_line)
    return f"{place}: {where}: there is no column {column!r}. {nearest(column, grid.header)}"
