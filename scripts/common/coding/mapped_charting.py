"""Charting in a team's own table, read by its map: who noted which value of which study (docs/maps.md)."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from scripts.common.coding.charting import CHARTING, SEPARATOR, Cell, Variable, variable_names
from scripts.common.coding.model import Plan
from scripts.common.coding.study_names import StudyNames
from scripts.common.coding.wrong_cells import WrongCells
from scripts.common.files.mapped_rows import MappedRow, map_rows
from scripts.common.files.maps import ANY, VOTES, Part, SheetMap
from scripts.common.files.sheets import Grid
from scripts.common.values.words import words

VALUE = ("value", "decision")  # ``decision``: the column of one coder, by ``reviewers``


def mapped_cells(
    plan: Plan, how: SheetMap, grid: Grid, names: Mapping[str, Variable], studies: StudyNames
) -> Iterator[Cell]:
    """Yield the cells of a table by its map: a row per study and variable, or a column per variable.

    ``names`` are the ids and labels of the variables, folded; ``studies`` are the names of the included
    studies. ``InputError`` lists all columns and variables that have no meaning.
    """
    wrong = WrongCells(grid)
    parts = tuple(_with_variables(part, how, grid, names) for part in how.parts)
    table = map_rows(grid, replace(how, parts=parts))
    if table.unmapped:
        wrong.columns(table.unmapped, variable_names(names))
    cells = [cell for row in table.rows for cell in _cells_of(plan, grid, row, names, studies, wrong)]
    wrong.stop()
    yield from cells


def _with_variables(part: Part, how: SheetMap, grid: Grid, names: Mapping[str, Variable]) -> Part:
    """Return a part with the columns that are named like a variable, unless its map names some itself."""
    if part.items or part.names("variable", grid):
        return part
    taken = {words(column).casefold() for columns in part.columns.values() for column in columns}
    taken |= {words(column).casefold() for column in how.ignore if column != ANY}
    items = {
        title: title for title in grid.header if title.casefold() in names and title.casefold() not in taken
    }
    return replace(part, items=items)


def _cells_of(
    plan: Plan,
    grid: Grid,
    row: MappedRow,
    names: Mapping[str, Variable],
    studies: StudyNames,
    wrong: WrongCells,
) -> Iterator[Cell]:
    """Yield what one row notes; a name that is no variable goes to ``wrong``."""
    noted = _noted(row)
    coder = row.get("reviewer") or row.get("coder") or plan.coder.replace("{sheet}", grid.sheet)
    round_ = row.get("round") or plan.round.replace("{sheet}", grid.sheet)
    note = SEPARATOR.join(row.fields.get("note", ()))
    settled = "" if row.role == VOTES else note or f"{row.role} in {plan.path}"
    for study in studies.of_row(row) or [""]:
        for name, values, column in noted:
            variable = names.get(words(name).casefold())
            where = f"{row.place}, column {column}" if column else row.place
            if variable is None:
                wrong.variable(row, name, f"is no variable of {CHARTING}.")
            else:
                text = SEPARATOR.join(values)
                yield Cell(where, study, words(coder), words(round_), variable, text, note, settled)


def _noted(row: MappedRow) -> list[tuple[str, tuple[str, ...], str]]:
    """Return what a row notes: name of the variable, values, and the column of a wide table."""
    if row.items:
        return [(item.name, item.values, item.column) for item in row.items]
    values = next((row.fields[name] for name in VALUE if name in row.fields), ())
    return [(name, values, "") for name in row.fields.get("variable", ())]
