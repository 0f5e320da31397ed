"""Sheets in which a team coded or charted its studies: their maps, and the codes and variables in them.

A sheet is one of these by its name, or by columns that are codes of the team's codebook. Codes and variables
that no file declares are drafted from the sheets themselves.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from scripts.common.coding.charting import NOT_REPORTED_WORDS, TYPES, Variable
from scripts.common.coding.charting_sheets import read_chartings
from scripts.common.coding.codebook import Code
from scripts.common.coding.model import Plan
from scripts.common.coding.sheets import read_codings
from scripts.common.coding.stances import stance_of
from scripts.common.drafts.from_paper import identity
from scripts.common.errors import InputError
from scripts.common.files.first_map import first_map
from scripts.common.files.likely_words import UNSURE
from scripts.common.files.sheets import Grid, read_grids
from scripts.common.files.table_kinds import CHARTING, CODING, Kind
from scripts.common.values.words import words

CODED = re.compile(r"cod(?:ing|ed|es)(?![a-z])|theme|matrix|nvivo|maxqda|atlas", re.IGNORECASE)
CHARTED = re.compile(r"chart|extract|characteristic", re.IGNORECASE)
MOST_VALUES = 12  # different cells of a column that can still be a list of values
MIN_COLUMNS = 2  # columns that are codes or variables
ONE, MANY, NUMBER, TEXT = TYPES
STUDY_LIKE = ("title", "authors", "author", "year", "doi", "pmid", "journal")  # which study it is

Words = dict[str, Any]


class CodedSheets:
    """The codes and variables of a draft: those that a file declares, and those that its sheets bring."""

    def __init__(self, declared: Sequence[Code] | None) -> None:
        """Take the codes of the team's codebook; None if it has none, so that codes are drafted."""
        self._declared = declared
        self._codes: dict[str, Code] = {code.id: code for code in declared or ()}
        self._variables: dict[str, Variable] = {}

    @property
    def drafted(self) -> list[Code]:
        """The codes that were drafted, in the order in which sheets brought them."""
        return [] if self._declared is not None else list(self._codes.values())

    @property
    def variables(self) -> list[Variable]:
        """The variables that were drafted."""
        return list(self._variables.values())

    def guesses(self, grid: Grid, name: str, path: Path) -> Iterator[tuple[str, Words]]:
        """Yield the kinds and maps by which a table may be read: coding, charting."""
        if CODED.search(path.stem) or self._has_codes(grid):
            yield "coding", _map(name, grid, CODING, [*self._names(), *self._new_codes(grid)])
        if CHARTED.search(path.stem):
            yield "charting", _map(name, grid, CHARTING, [title for title, _ in _variables_of(grid)])

    def read(self, kind: str, path: Path, name: str, mapped: Words) -> None:
        """Read a sheet with the codes or variables that it brings, and keep those; raise ``InputError``."""
        if UNSURE in str(mapped):
            raise InputError(f"{path.name}: no column names the study.")
        plan = Plan(name, str(path), name, "1", "", mapped)
        grid = max(_grids(path), key=lambda one: len(one.rows))
        if kind == "coding":
            codes = self._with(self._new_codes(grid))
            if not codes:
                raise InputError(f"{path.name}: no column holds codes, or yes and no for one.")
            read_codings([plan], list(codes.values()))
            self._codes = codes
        else:
            variables = dict(self._variables)
            for title, kind_of_values in _variables_of(grid):
                if title.casefold() not in {one.label.casefold() for one in variables.values()}:
                    made = Variable(identity(title, set(variables)), title, "", kind_of_values, (), "")
                    variables[made.id] = made
            read_chartings([plan], list(variables.values()))
            self._variables = variables

    def _names(self) -> list[str]:
        return [name for code in self._codes.values() for name in (code.id, code.label)]

    def _has_codes(self, grid: Grid) -> bool:
        known = {name.casefold() for name in self._names()} if self._declared else set()
        titles = [title.casefold() for title in grid.header]
        return sum(title in known for title in titles) >= MIN_COLUMNS

    def _new_codes(self, grid: Grid) -> list[str]:
        """Return the names of codes that a sheet has and no codebook declares."""
        if self._declared is not None:
            return []
        code = grid.column("code") if grid.column("code") is not None else grid.column("theme")
        if code is not None:
            return list(dict.fromkeys(words(cells[code]) for _, cells in grid.rows if words(cells[code])))
        return [
            title
            for at, title in enumerate(grid.header)
            if (seen := {cells[at] for _, cells in grid.rows}) - {""}
            and all(stance_of(cell) is not None for cell in seen)
            and not title.casefold().startswith("study")
        ]

    def _with(self, names: Sequence[str]) -> dict[str, Code]:
        codes = dict(self._codes)
        for name in names:
            if name.casefold() not in {code.label.casefold() for code in codes.values()}:
                own = identity(name, set(codes))
                codes[own] = Code(own, "", 1, name, "", "", "", False)
        return codes


def _map(name: str, grid: Grid, kind: Kind, known: Sequence[str]) -> Words:
    """Return the words of a map; none where the sheet has our own columns and no others."""
    drafted: dict[str, dict[str, Words]] = yaml.safe_load(first_map(name, grid, kind, known))
    mapped = next(iter(drafted["sheets"].values()))
    columns = {ours: theirs for ours, theirs in mapped["columns"].items() if theirs not in known}
    ours_alone = all(ours == theirs.casefold() for ours, theirs in columns.items() if isinstance(theirs, str))
    return {} if ours_alone and "ignore" not in mapped else {**mapped, "columns": columns}


def _grids(path: Path) -> list[Grid]:
    return [grid for grid in read_grids(str(path)) if grid.rows]


def _variables_of(grid: Grid) -> list[tuple[str, str]]:
    """Return the columns that say something of a study, with the type of their values."""
    found = []
    for at, title in enumerate(grid.header):
        cells = [words(row[at]) for _, row in grid.rows if words(row[at])]
        about = title.casefold().startswith("study") or title.casefold() in STUDY_LIKE
        if title and cells and not about and title.casefold() not in ("coder", "reviewer", "round", "note"):
            found.append((title, _type_of(cells)))
    return found


def _type_of(cells: Sequence[str]) -> str:
    said = [cell for cell in cells if cell.casefold() not in NOT_REPORTED_WORDS]
    if said and all(re.fullmatch(r"\d+(?:\.\d+)?", cell) for cell in said):
        return NUMBER
    if any(";" in cell for cell in cells):
        return MANY
    several = len(set(cells)) < len(cells) and len(set(cells)) <= MOST_VALUES
    return ONE if several else TEXT
