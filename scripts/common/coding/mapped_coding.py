"""Coding in a team's own table, read by its map: who found which code in which study (docs/maps.md)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from scripts.common.coding.collector import Collector, Where, sheet_name
from scripts.common.coding.model import NOT_ASSESSED, PRESENT, Plan, Vote
from scripts.common.coding.stances import MEANING, stance_of, ticked
from scripts.common.coding.study_names import BY
from scripts.common.coding.wrong_cells import WrongCells
from scripts.common.errors import InputError
from scripts.common.files.mapped_rows import Item, MappedRow, map_rows
from scripts.common.files.maps import ANY, VOTES, Part, SheetMap, Words
from scripts.common.files.sheets import Grid
from scripts.common.values.words import words

STANCES = ("stance", "decision")  # ``decision``: the column of one coder, by ``reviewers``
PERSON = ("reviewer", "coder")
SEVERAL = "; "  # between several passages or notes of one row


def read_mapped(plan: Plan, how: SheetMap, grid: Grid, collector: Collector) -> None:
    """Read a table by its map: a row per study and code, or a column per code.

    A row with a code and no stance anywhere in the table says that the code is present. A blank cell of a
    column per code is not assessed, unless the map gives blanks a meaning. ``InputError`` lists all that is
    wrong with the table.
    """
    wrong = WrongCells(grid)
    parts = tuple(_with_defaults(part, how, grid, plan, collector) for part in how.parts)
    table = map_rows(grid, replace(how, parts=parts))
    if table.unmapped:
        wrong.columns(table.unmapped, collector.finder.names())
    for row in table.rows:
        _Reader(plan, grid, collector, wrong).take(row)
    wrong.stop()


def names_study(part: Part, grid: Grid) -> bool:
    """Return whether a table has the column that a part of its map, or our own name, gives for studies."""
    named = [name for ours in ("study", *BY) for name in part.columns.get(ours, ())]
    if not named:
        return part.names("study", grid)
    return any("{" in name or grid.positions(name.partition("[")[0]) for name in named)


def _with_defaults(part: Part, how: SheetMap, grid: Grid, plan: Plan, collector: Collector) -> Part:
    """Return a part with what a map of coding need not say: the columns of codes, the words for stances."""
    given, items = dict(part.given), dict(part.items)
    if part.names("code", grid):
        if not any(part.names(name, grid) for name in STANCES):
            given["stance"] = PRESENT
    elif not items:
        items = _code_columns(part, how, grid, plan, collector)
    direct = part.values.get("", Words())
    known = {
        name: Words(meaning={**MEANING, **part.values.get(name, direct).meaning})
        for name in (*STANCES, *items)
    }
    return replace(part, given=given, items=items, values={**part.values, **known})


def _code_columns(part: Part, how: SheetMap, grid: Grid, plan: Plan, collector: Collector) -> dict[str, str]:
    """Return code -> column for the columns that are named like a code and that nothing else names."""
    named = {words(column).casefold() for columns in part.columns.values() for column in columns}
    named |= {words(column).casefold() for column in how.ignore if column != ANY}
    return {
        title: title
        for title in grid.header
        if title.casefold() not in named and collector.finder.has(title, plan.version)
    }


class _Reader:
    """Reads the rows of one table into the collector; what cannot be read goes to ``wrong``."""

    def __init__(self, plan: Plan, grid: Grid, collector: Collector, wrong: WrongCells) -> None:
        self.plan, self.grid, self.collector, self.wrong = plan, grid, collector, wrong
        self._codes: dict[str, tuple[str, bool]] = {}

    def take(self, row: MappedRow) -> None:
        studies = self.collector.names.of_row(row)
        coder = words(next(filter(None, map(row.get, PERSON)), "") or self._filled_in(self.plan.coder))
        if not studies or not coder:
            self.wrong.row(row, "a study (one of the included) and a coder are needed")
            return
        for study in studies:
            if row.items:
                self._wide(row, study, coder)
            else:
                self._long(row, study, coder)

    def _filled_in(self, text: str) -> str:
        return text.replace("{sheet}", self.grid.sheet)

    def _round(self, row: MappedRow) -> str:
        return words(row.get("round")) or words(self._filled_in(self.plan.round))

    def _long(self, row: MappedRow, study: str, coder: str) -> None:
        """Take the codes that a row gives one study; without a code somebody looked and found nothing."""
        where = Where(self.grid, row.line)
        if row.role == VOTES:
            unmarked = self.collector.unmarked
            self.collector.look(study, coder, self._round(row), unmarked, self.plan, where)
        written = next((row.fields[name] for name in STANCES if name in row.fields), ("",))
        for name in row.fields.get("code", ()):
            code, renamed = self._code(name, row)
            stance = stance_of(written[0])
            if stance is None:
                self.wrong.word(row, "stance", written[0])
            elif code and stance == NOT_ASSESSED:
                self.collector.aside(where, f"{study}, {code}, {coder}", "no stance: not assessed")
            elif code:
                self._list(row, code, coder)
                excerpt = SEVERAL.join(row.fields.get("excerpt", ()))
                self._vote(row, self._made(row, study, code, coder, stance, excerpt), renamed, where)

    def _list(self, row: MappedRow, code: str, coder: str) -> None:
        """Note that the coder's list of studies for a code is whole, where the table does not say no."""
        lists = self.collector.coding.lists
        whole = row.get("complete").casefold() != "no" or lists.get((code, coder)) == "yes"
        lists[code, coder] = "yes" if whole else "no"

    def _wide(self, row: MappedRow, study: str, coder: str) -> None:
        """Take the cells of the columns of codes of one row."""
        if row.role == VOTES:
            where = Where(self.grid, row.line)
            self.collector.look(study, coder, self._round(row), NOT_ASSESSED, self.plan, where)
        for item in row.items:
            where = Where(self.grid, row.line, self.grid.position(item.column))
            code, renamed = self._code(item.name, row)
            for found, stance in self._stances(row, item, code, where):
                vote = self._made(row, study, found, coder, stance, item.written)
                self._vote(row, vote, renamed, where)

    def _stances(self, row: MappedRow, item: Item, code: str, where: Where) -> Sequence[tuple[str, str]]:
        """Return (code, stance) for a cell: one, or one for each code below a category."""
        if not code or not item.values:
            return []
        stances = {stance_of(value) for value in item.values}
        if len(stances) == 1 and None not in stances:
            return [(code, stance) for stance in stances if stance and stance != NOT_ASSESSED]
        below = [one.id for one in self.collector.finder.codes.values() if one.parent == code]
        if below:
            return self._ticked(item, code, below, where)
        self.wrong.word(row, item.column, SEVERAL.join(item.values))
        return []

    def _ticked(self, item: Item, code: str, below: Sequence[str], where: Where) -> Sequence[tuple[str, str]]:
        names = [part for value in item.values for part in value.split(";") if part.strip()]
        try:
            return ticked(names, code, below, self.plan, where, self.collector)
        except InputError as error:
            self.wrong.add(str(error))
            return []

    def _code(self, name: str, row: MappedRow) -> tuple[str, bool]:
        """Return today's id of a code (``""``: gone or unknown) and whether it was named otherwise."""
        if name not in self._codes:
            try:
                code, happened = self.collector.finder.find(name, self.plan.version)
            except LookupError as error:
                self.wrong.code(row, name, str(error.args[0]))
                return "", False
            if not code:
                self.collector.aside(Where(self.grid, row.line), name, happened)
            self._codes[name] = code, code != words(name)
        return self._codes[name]

    def _made(self, row: MappedRow, study: str, code: str, coder: str, stance: str, excerpt: str) -> Vote:
        about: Mapping[str, str] = {
            name: SEVERAL.join(row.fields.get(name, ())) for name in ("source", "page", "note")
        }
        return Vote(
            study, code, coder, stance, excerpt, about["source"], about["page"], about["note"],
            self._round(row), sheet_name(self.grid),
        )  # fmt: skip

    def _vote(self, row: MappedRow, vote: Vote, renamed: bool, where: Where) -> None:
        try:
            if row.role == VOTES:
                self.collector.vote(vote, renamed, where)
            else:
                self.collector.agreed(vote, where, vote.note or f"{row.role} in {vote.sheet}")
        except InputError as error:
            self.wrong.add(str(error))
