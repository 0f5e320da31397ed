"""Read coding sheets, whatever their form: who found which code in which study, in which round."""

from collections.abc import Iterable, Sequence

from scripts.common.coding.codebook import Code
from scripts.common.coding.codebook_changes import Change
from scripts.common.coding.collector import Collector, Where
from scripts.common.coding.finder import Finder
from scripts.common.coding.known_tools import of_nvivo, tool_map
from scripts.common.coding.mapped_coding import names_study, read_mapped
from scripts.common.coding.model import ABSENT_STANCE, ALL_TEXTS, COVIDENCE, REVIEWER, Coding, Plan
from scripts.common.coding.project_form import read_project
from scripts.common.coding.refi_reading import is_project
from scripts.common.coding.sheet_forms import read_covidence, read_long, read_wide
from scripts.common.coding.study_names import StudyNames
from scripts.common.errors import InputError
from scripts.common.files.first_map import not_understood, tables_of
from scripts.common.files.mapped_rows import map_rows
from scripts.common.files.maps import SheetMap, sheet_map
from scripts.common.files.refusals import answered
from scripts.common.files.sheets import Grid
from scripts.common.files.table_kinds import CODING


def read_codings(
    sheets: Sequence[Plan],
    codes: Sequence[Code],
    changes: Sequence[Change] = (),
    studies: Iterable[str] | None = None,
    unmarked: str = ABSENT_STANCE,
    texts: str = ALL_TEXTS,
    names: StudyNames | None = None,
    whole_list: bool = False,
) -> Coding:
    """Return what all sheets say, independent of the order of sheets and rows.

    A file is read by what it holds: a REFI-QDA project (.qdpx, also renamed .zip), or tables, each by its
    map, as a known program exports it, in long form (a row per study and code) or in wide form (a column per
    code). ``studies``
    are the included studies where their list is complete and sheets are checked against it; ``texts`` says
    which texts of a project its users looked at; ``names`` finds a study by what its list says of it, and
    ``whole_list`` says that this list is complete. Raises ``InputError`` for what is wrong.
    """
    collector = Collector(Finder(codes, changes), studies, unmarked, texts, names, whole_list)
    for plan in sheets:
        if is_project(plan.path):
            read_project(plan, collector)
            continue
        with answered(plan.path, plan.name, plan.words, CODING, collector.finder.names()):
            _read_tables(plan, collector)
    return collector.done()


def _read_tables(plan: Plan, collector: Collector) -> None:
    """Read the tables of a file; those that are no coding sheets are set aside, unless none is one."""
    how = sheet_map(plan.name, plan.words)
    grids = tables_of(plan.path, how, CODING, collector.finder.names())
    fitting = [_read_table(plan, how, grid, collector) for grid in grids]
    if not any(fitting):
        if plan.is_mapped and grids:
            map_rows(grids[0], how)  # stops at the first column that the map names in vain
        raise InputError(not_understood(plan.name, plan.path, grids, CODING, collector.finder.names()))


def _read_table(plan: Plan, how: SheetMap, grid: Grid, collector: Collector) -> bool:
    """Read a table by its form and return True; set aside one that is no coding sheet and return False."""
    shipped = tool_map(plan, grid)
    without_stance = grid.column("code") is not None and grid.column("stance") is None
    if shipped is not None or plan.is_mapped or ("columns" in plan.words and without_stance):
        return _read_mapped(plan, shipped or how, grid, collector)
    grid = of_nvivo(grid, lambda name: collector.finder.has(name, plan.version)) or grid
    study = grid.column(plan.study.casefold(), "study", "study_id")
    if grid.column(COVIDENCE) is not None and grid.column(REVIEWER) is not None:
        read_covidence(plan, grid.unmerged(), collector)
    elif study is None:
        return _set_aside(plan, grid, collector)
    elif grid.column("code") is not None:
        read_long(plan, grid.unmerged(), study, collector)
    else:
        read_wide(plan, grid.unmerged(), study, collector)
    return True


def _read_mapped(plan: Plan, how: SheetMap, grid: Grid, collector: Collector) -> bool:
    """Read a table by its map; set aside one without any study, such as a worksheet that explains."""
    if not any(names_study(part, grid) for part in how.parts):
        return _set_aside(plan, grid, collector)
    read_mapped(plan, how, grid.unmerged(), collector)
    return True


def _set_aside(plan: Plan, grid: Grid, collector: Collector) -> bool:
    header = ", ".join(grid.header)
    collector.aside(Where(grid, 0, 0), header, f"no column {plan.study!r}: not a coding sheet")
    return False
