"""All that is wrong with one table of coding or charting, gathered: one message per kind of fault."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from scripts.common.errors import InputError, Mistakes
from scripts.common.files.first_map import unnamed_columns
from scripts.common.files.likely_words import stance_meant
from scripts.common.files.mapped_rows import MappedRow
from scripts.common.files.sheets import Grid

SHOWN = 3  # lines named of each fault
MOST = 50  # wrong cells of one table that are named one by one


class WrongOneByOne(Mistakes):
    """The wrong cells of a table with our own columns: a message each, the first ``MOST`` of them."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = path

    def stop(self) -> None:
        """Raise ``InputError`` with the wrong cells, if there are any."""
        messages = list(self.found)
        if len(messages) > MOST:
            rest = f"{self._path}: {len(messages) - MOST} more cells are wrong. Correct these first."
            messages = [*messages[:MOST], rest]
        if messages:
            raise InputError(*messages)


class WrongCells:
    """Gathers the faults of one table; ``stop`` raises them together."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self._lines: dict[str, list[int]] = defaultdict(list)  # message -> lines
        self._once: list[str] = []

    def add(self, message: str) -> None:
        """Add a message that names its place itself."""
        self._once.append(message)

    def row(self, row: MappedRow, what: str) -> None:
        """Add a row that cannot be used."""
        self._lines[f"{what}. Fill them in, or leave the row out with only or except."].append(row.line)

    def word(self, row: MappedRow, column: str, word: str) -> None:
        """Add a cell whose word has no meaning."""
        likely = stance_meant(word)
        fitting = f'Add to values: {{"{word}": {likely}}}: present, absent, or "" for not assessed.'
        half = " There is no half vote." if word.replace(".", "", 1).isdigit() else ""
        self._lines[f"column {column}: {word!r} has no meaning.{half} {fitting}"].append(row.line)

    def code(self, row: MappedRow, name: str, problem: str) -> None:
        """Add a code that the codebook does not have."""
        message = f'code {name!r} {problem} If it has another name here, add to values: {{"{name}": ?}}.'
        self._lines[message].append(row.line)

    def variable(self, row: MappedRow, name: str, problem: str) -> None:
        """Add a charted variable that is not declared."""
        message = f"{name!r} {problem} If it has another name here, name its column under items."
        self._lines[message].append(row.line)

    def columns(self, columns: Sequence[str], known: Iterable[str]) -> None:
        """Add the columns that the map does not name and that are no code or variable."""
        self._once.append(unnamed_columns(self.grid, columns, known))

    def stop(self) -> None:
        """Raise ``InputError`` with all faults, if there is any."""
        found = list(self._once)
        for message, lines in self._lines.items():
            times = f" ({len(lines)} times)" if len(lines) > 1 else ""
            several = ", ".join(map(str, lines[:SHOWN]))
            place = self.grid.place(lines[0]) if len(lines) == 1 else f"{self.grid.path} lines {several}"
            found.append(f"{place}{times}: {message}")
        if found:
            raise InputError("\n".join(dict.fromkeys(found)))
