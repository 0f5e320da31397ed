"""The message for a table of records that is not understood: what was seen, and a map to start from."""

from collections.abc import Sequence

from scripts.common.files.first_map import MEMBER, first_map
from scripts.common.files.sheets import Grid
from scripts.common.files.table_kinds import WORK, Kind

RECORDS = Kind(
    "a table whose columns are not known as those of records",
    {
        **WORK,
        "journal": (*WORK["journal"], "source", "publication"),
        "volume": ("volume", "vol"),
        "issue": ("issue", "number"),
        "pages": ("pages", "seiten"),
        "abstract": ("abstract", "résumé", "resumen", "resumo", "摘要"),
        "keywords": ("keyword", "descriptor", "关键词"),
        "url": ("url", "link"),
        "accession": ("accession", "identifier"),
    },
    ("title",),
)
NEEDED = "a title, and two more of authors, year, journal, DOI, PMID or any other field"


def not_understood(name: str, grids: Sequence[Grid], at: str = "") -> str:
    """Return the message for a file whose tables have no columns that we know.

    ``at`` is the list of YAML or JSON whose members are the rows.
    """
    grid = max(grids, key=lambda grid: len(grid.header))
    several = f" The worksheets with rows are: {', '.join(g.sheet for g in grids)}." if len(grids) > 1 else ""
    where = f"{grid.path}: {at}" if at else grid.path if grid.tree else f"{grid.path} line {grid.header_line}"
    columns = tuple(dict.fromkeys(MEMBER.sub("/*", column) for column in grid.header))
    grid = grid._replace(header=columns, rows=())
    begin, _, rest = first_map(name, _without_lists(grid), RECORDS).partition("\n    ")
    path = f"    at: {at}\n" if at else f"    sheet: {grid.sheet!r}\n" if several else ""
    return (
        f"{where}: {RECORDS.lacks}. Columns seen: {grid.shown()}.{several} Needed are {NEEDED} under a name"
        " of docs/exports.md; or a map in config/config.yaml (docs/maps.md). Start from:\n"
        f"{begin}\n{path}    {rest}"
    )


def _without_lists(grid: Grid) -> Grid:
    return grid._replace(header=tuple(column for column in grid.header if "/*" not in column))
