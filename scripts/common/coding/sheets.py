"""Read coding sheets, whatever their form: who found which code in which study, in which round."""

from collections.abc import Iterable, Sequence

from scripts.common.coding.codebook import Code
from scripts.common.coding.codebook_changes import Change
from scripts.common.coding.collector import Collector, Where, no_study_column
from scripts.common.coding.finder import Finder
from scripts.common.coding.model import ABSENT_STANCE, ALL_TEXTS, COVIDENCE, REVIEWER, Coding, Plan
from scripts.common.coding.refi_reading import is_project
from scripts.common.coding.sheet_forms import read_covidence, read_long, read_project, read_wide
from scripts.common.files.sheets import Grid, read_grids


def read_codings(
    sheets: Sequence[Plan],
    codes: Sequence[Code],
    changes: Sequence[Change] = (),
    studies: Iterable[str] | None = None,
    unmarked: str = ABSENT_STANCE,
    texts: str = ALL_TEXTS,
) -> Coding:
    """Return what all sheets say, independent of the order of sheets and rows.

    A file is read by what it holds: a REFI-QDA project (.qdpx, also renamed .zip), or tables, each in long
    form (a row per study and code), in wide form (a column per code), or as Covidence exports it. ``studies``
    are the included studies where their list is complete; ``texts`` says which texts of a project its users
    looked at. Raises ``InputError`` for the first wrong cell.
    """
    collector = Collector(Finder(codes, changes), studies, unmarked, texts)
    for plan in sheets:
        if is_project(plan.path):
            read_project(plan, collector)
            continue
        grids = read_grids(plan.path)
        fitting = [_read_table(plan, grid, collector) for grid in grids]
        if not any(fitting):
            raise no_study_column(plan, grids)
    return collector.done()


def _read_table(plan: Plan, grid: Grid, collector: Collector) -> bool:
    """Read a table by its form and return True; set aside one that is no coding sheet and return False."""
    study = grid.column(plan.study.casefold(), "study", "study_id")
    if grid.column(COVIDENCE) is not None and grid.column(REVIEWER) is not None:
        read_covidence(plan, grid.unmerged(), collector)
    elif study is None:
        collector.aside(
            Where(grid, 0, 0), ", ".join(grid.header), f"no column {plan.study!r}: not a coding sheet"
        )
        return False
    elif grid.column("code") is not None:
        read_long(plan, grid.unmerged(), study, collector)
    else:
        read_wide(plan, grid.unmerged(), study, collector)
    return True
