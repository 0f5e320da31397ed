"""Read charting sheets: wide, long, or as Covidence exports them; who noted which value in which study."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from scripts.common.coding.charting import (
    CHARTING,
    Cell,
    Variable,
    undeclared,
    value_of,
    variable_names,
)
from scripts.common.coding.coders import warn_of_capitals
from scripts.common.coding.collector import sheet_name
from scripts.common.coding.mapped_charting import mapped_cells
from scripts.common.coding.mapped_coding import names_study
from scripts.common.coding.model import CONSENSUS, COVIDENCE, REVIEWER, Plan, Verdict, study_order
from scripts.common.coding.study_names import StudyNames
from scripts.common.coding.wrong_cells import WrongOneByOne
from scripts.common.errors import InputError, Mistakes, nearest
from scripts.common.files.first_map import not_understood, strange_columns, tables_of
from scripts.common.files.likely_words import is_total
from scripts.common.files.maps import SheetMap, sheet_map
from scripts.common.files.refusals import answered
from scripts.common.files.sheets import Grid
from scripts.common.files.table_kinds import CHARTING as CHARTING_TABLE
from scripts.common.values.words import words

VOTE_COLUMNS = ("study_id", "variable", "coder", "round", "value", "note", "sheet")
BESIDE = ("coder", "round", "note")


class Charted(NamedTuple):
    """What one coder noted of one study."""

    study_id: str
    variable: str
    coder: str
    round: str
    value: str
    note: str
    sheet: str


class Charting(NamedTuple):
    """All charting sheets together: votes, verdicts of a consensus, and columns that are no variable."""

    votes: list[Charted]
    verdicts: dict[tuple[str, str], Verdict]
    aside: list[dict[str, object]]


class _Collector:
    """Collects what charting sheets say; two values for one cell of one coder and round stop the run."""

    def __init__(self, studies: Iterable[str] | None, names: StudyNames) -> None:
        self.names = names
        self.studies = None if studies is None else {words(study) for study in studies}
        self.aside: list[dict[str, object]] = []
        self._noted: dict[tuple[str, str, str, str], Charted] = {}
        self._agreed: dict[tuple[str, str], Charted] = {}
        self._why: dict[tuple[str, str], str] = {}

    def check(self, cell: Cell) -> None:
        """Stop at a cell without a study or a coder, or of a study that is none of the review's."""
        if not cell.study or not cell.coder:
            raise InputError(f"{cell.where}: a study and a coder are needed. Fill them in.")
        if is_total(cell.study):
            raise InputError(f"{cell.where}: {cell.study!r} is no study but a sum of rows. Take it out.")
        if self.studies is not None and cell.study not in self.studies:
            raise InputError(
                f"{cell.where}: study {cell.study!r} is none of the included studies, and their list is"
                f" complete (screening.included_list). {nearest(cell.study, self.studies)}"
            )

    def take(self, cell: Cell, sheet: str) -> None:
        """Take the value of a cell: a vote, or a verdict where it was settled."""
        try:
            value = value_of(cell.variable, cell.text, cell.of_form)
        except LookupError as error:
            raise InputError(f"{cell.where}: {error.args[0]}") from None
        note = Charted(cell.study, cell.variable.id, cell.coder, cell.round, value, cell.note, sheet)
        if cell.settled:
            before = self._agreed.setdefault((note.study_id, note.variable), note)
            self._why[note.study_id, note.variable] = cell.settled
        else:
            before = self._noted.setdefault(note[:4], note)
        for part in undeclared(cell.variable, value):
            reason = f"not among the values of {cell.variable.id}, kept as written under Other ({cell.study})"
            row: dict[str, object] = {
                "sheet": sheet,
                "row": "",
                "column": cell.variable.id,
                "value": part,
                "reason": reason,
            }
            self.aside += [] if row in self.aside else [row]
        if before.value != value:
            raise InputError(
                f"{cell.where}: {cell.coder} notes {value!r} and {before.value!r} for {note.variable},"
                f" {cell.study}. Keep one."
            )

    def set_aside(self, grid: Grid, column: str, value: str, reason: str) -> None:
        """Set a column of a sheet aside, or the whole sheet where ``column`` is empty."""
        self.aside.append(
            {"sheet": sheet_name(grid), "row": 1, "column": column, "value": value, "reason": reason}
        )

    def done(self) -> Charting:
        """Return all sheets together; a consensus on a study that nobody charted alone is the vote."""
        noted = dict(self._noted)
        warn_of_capitals(note.coder for note in noted.values())
        charted = {note.study_id for note in noted.values()}
        verdicts = {}
        for key, note in self._agreed.items():
            if note.study_id in charted:
                verdicts[key] = Verdict(note.value, self._why[key], note.coder, "")
            else:
                noted[note[:4]] = note
        votes = sorted(noted.values(), key=lambda note: (study_order(note.study_id), note))
        return Charting(votes, verdicts, self.aside)


def read_chartings(
    sheets: Sequence[Plan],
    variables: Sequence[Variable],
    studies: Iterable[str] | None = None,
    study_names: StudyNames | None = None,
) -> Charting:
    """Return what all sheets say: wide (a column per variable), long (study, variable, value) or Covidence's.

    A blank cell says nothing. Raises ``InputError`` for columns that are no variable, or with all values of a
    sheet that are not allowed, studies that are unknown and cells that contradict another one of their coder
    and round.
    """
    names = {
        words(name).casefold(): item
        for item in variables
        for name in (item.id, item.label, item.label_zh)
        if name
    }
    collector = _Collector(studies, study_names or StudyNames())
    known = variable_names(names)
    for plan in sheets:
        how = sheet_map(plan.name, plan.words)
        with answered(plan.path, plan.name, plan.words, CHARTING_TABLE, known):
            grids = tables_of(plan.path, how, CHARTING_TABLE, known)
            fitting = [_read_table(plan, how, grid, names, collector) for grid in grids]
            if not any(fitting):
                raise InputError(not_understood(plan.name, plan.path, grids, CHARTING_TABLE, known))
    return collector.done()


def _read_table(
    plan: Plan, how: SheetMap, grid: Grid, names: Mapping[str, Variable], collector: _Collector
) -> bool:
    """Read a table and return True; set aside one that is no charting sheet and return False."""
    wrong = WrongOneByOne(grid.path)
    if plan.is_mapped:
        is_ours = any(names_study(part, grid) for part in how.parts)
        cells = mapped_cells(plan, how, grid.unmerged(), names, collector.names) if is_ours else []
    else:
        covidence = grid.column(COVIDENCE) is not None and grid.column(REVIEWER) is not None
        study = grid.column(plan.study.casefold(), *(("study id",) if covidence else ("study", "study_id")))
        is_ours = study is not None
        if study is not None:
            cells = _plain_cells(plan, grid.unmerged(), study, covidence, names, collector, wrong)
    if not is_ours:
        header = ", ".join(grid.header)
        collector.set_aside(grid, "", header, f"no column {plan.study!r}: not a charting sheet")
        return False
    refused: set[str] = set()  # rows without a study or a coder, or of an unknown study: named once each
    for cell in cells:
        cell = cell._replace(study=collector.names.named(cell.study))
        if cell.row and str(cell.row) in refused:
            continue
        with wrong.noted(str(cell.row), refused):
            collector.check(cell)
            with wrong.noted():
                if cell.text:
                    collector.take(cell, sheet_name(grid))
    wrong.stop()
    return True


def _plain_cells(
    plan: Plan,
    grid: Grid,
    study: int,
    covidence: bool,
    names: Mapping[str, Variable],
    collector: _Collector,
    wrong: Mistakes,
) -> Iterable[Cell]:
    """Return the cells of a sheet with our own columns, or of Covidence's."""
    beside = {name: grid.column(name) for name in BESIDE}
    if covidence:
        beside["coder"] = grid.column(REVIEWER)
    rows = _rows(plan, grid, study, beside)
    variable, value = grid.column("variable"), grid.column("value")
    if variable is not None and value is not None:
        return _long_cells(grid, rows, variable, value, names, wrong)
    taken = {study, *beside.values(), variable, value}
    columns = _wide_columns(plan, grid, taken, names, covidence, collector)
    cells = _wide_cells(grid, rows, columns)
    return map(_of_covidence, cells) if covidence else cells


def _of_covidence(cell: Cell) -> Cell:
    """Return a cell of Covidence's form: what its reviewer Consensus says is settled."""
    settled = "consensus in Covidence" if cell.coder.casefold() == CONSENSUS else ""
    return cell._replace(settled=settled, of_form=True)


class _Row(NamedTuple):
    """A row of a sheet: its number in the file, who charted which study in which round, its cells."""

    number: int
    study: str
    coder: str
    round: str
    note: str
    cells: tuple[str, ...]


def _rows(plan: Plan, grid: Grid, study: int, beside: Mapping[str, int | None]) -> Iterator[_Row]:
    """Yield the rows; a coder or round that the sheet does not give is filled in from the settings."""
    for number, cells in grid.rows:
        about = {name: cells[at] if at is not None else "" for name, at in beside.items()}
        coder = about["coder"] if beside["coder"] is not None else plan.coder.replace("{sheet}", grid.sheet)
        round_ = words(about["round"]) or words(plan.round.replace("{sheet}", grid.sheet))
        yield _Row(number, words(cells[study]), words(coder), round_, about["note"], cells)


def _wide_columns(
    plan: Plan,
    grid: Grid,
    taken: set[int | None],
    names: Mapping[str, Variable],
    covidence: bool,
    collector: _Collector,
) -> list[tuple[int, Variable]]:
    """Return the columns of variables. Other columns stop the run; of Covidence's they are set aside."""
    columns: list[tuple[int, Variable]] = []
    strangers: list[str] = []
    for at, title in enumerate(grid.header):
        variable = names.get(title.casefold())
        if variable is not None:
            columns.append((at, variable))
        elif covidence and at not in taken:
            collector.set_aside(grid, title, title, "no variable of this name")
        elif at not in taken:
            strangers.append(title)
    if strangers:
        raise InputError(strange_columns(plan.name, grid, strangers, CHARTING_TABLE, variable_names(names)))
    return columns


def _wide_cells(grid: Grid, rows: Iterable[_Row], columns: list[tuple[int, Variable]]) -> Iterator[Cell]:
    for row in rows:
        for at, variable in columns:
            where = grid.place(row.number, at)
            yield Cell(
                where, row.study, row.coder, row.round, variable, row.cells[at], row.note, row=row.number
            )


def _long_cells(
    grid: Grid,
    rows: Iterable[_Row],
    variable: int,
    value: int,
    names: Mapping[str, Variable],
    wrong: Mistakes,
) -> Iterator[Cell]:
    """Yield the cells of a sheet with one value a row; ``variable`` and ``value`` are positions."""
    for row in rows:
        name, text = row.cells[variable], row.cells[value]
        found = names.get(words(name).casefold())
        if found is None:
            with wrong.noted():
                where = grid.place(row.number, variable)
                raise InputError(f"{where}: {name!r} {_no_variable(name, names)}")
            continue
        where = grid.place(row.number, value)
        yield Cell(where, row.study, row.coder, row.round, found, text, row.note, row=row.number)


def _no_variable(name: str, names: Mapping[str, Variable]) -> str:
    return f"is no variable of {CHARTING}. {nearest(name, variable_names(names))}"
