"""Coding tables that programs export: each is recognised by its columns and read by a map that we ship.

``checked`` says how we know the columns: nobody here could run the programs.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from scripts.common.coding.model import Plan
from scripts.common.files.maps import SheetMap, laid_over, sheet_map
from scripts.common.files.sheets import Grid

ENDINGS = (".pdf", ".txt", ".docx", ".doc", ".rtf", ".html", ".md")  # of texts in qualitative programs
OWN_WORDS = {"set", "only", "except", "values", "blank", "sheet", "header"}  # a person may add to a tool's
_LETTERED = re.compile(r"[A-Z]+ : (.+)")  # "A : Faster communication", a column of NVivo
# "1 : P1" or "1 : Files\\P1", a row of NVivo
_NUMBERED = re.compile(r"\d+ : (?:(?:Files|Internals)\\+)?(.+)")
_COUNT = re.compile(r"\d+(\.\d+)?")


class Tool(NamedTuple):
    """A program's table: the columns that show it, and ours -> theirs, the first of them that is there."""

    name: str
    checked: str
    seen: tuple[str, ...]
    columns: Mapping[str, tuple[str, ...]]


TOOLS = (
    Tool(
        "Taguette, highlights",
        "from its documentation",
        ("document", "tag", "content"),
        {"study": ("document",), "code": ("tag",), "excerpt": ("content",)},
    ),
    Tool(
        "RQDA, coding table",
        "from an issue of RQDA that shows the table",
        ("codename", "filename", "cid", "fid"),
        {"study": ("filename",), "code": ("codename",), "excerpt": ("seltext",), "reviewer": ("owner",)},
    ),
    Tool(
        "MAXQDA, coded segments",
        "from its manual",
        ("document name", "code", "segment"),
        {
            "study": ("document name",),
            "code": ("code",),
            "excerpt": ("segment",),
            "page": ("begin", "beginning"),
            "reviewer": ("author", "created by"),
            "note": ("comment",),
        },
    ),
)


def tool_map(plan: Plan, grid: Grid) -> SheetMap | None:
    """Return the map of the program that wrote a table, or None; a map of its own may only add words."""
    if set(plan.words) - OWN_WORDS:
        return None
    for tool in TOOLS:
        if all(grid.position(name) is not None for name in tool.seen):
            columns = {
                ours: grid.header[at]
                for ours, names in tool.columns.items()
                if (at := grid.column(*names)) is not None
            }
            shipped: dict[str, Any] = {
                "columns": columns,
                "ignore": ["*"],
                "values": {"study": {f"*{ending}": "*" for ending in ENDINGS}},
            }
            return sheet_map(plan.name, laid_over(shipped, plan.words))
    return None


def of_nvivo(grid: Grid, is_code: Callable[[str], bool]) -> Grid | None:
    """Return NVivo's matrix of counts as a plain wide table (1 for a count above 0), or None.

    Its columns are ``A : code``, its rows ``1 : study``, or the other way round; the first column has no
    name.
    """
    across = _labels(_LETTERED, grid.header[1:])
    down = _labels(_NUMBERED, [cells[0] for _, cells in grid.rows])
    if not across or not down:
        return None
    counts = [[_found(cell) for cell in cells[1:]] for _, cells in grid.rows]
    numbers = [number for number, _ in grid.rows]
    if not any(map(is_code, across)) and any(map(is_code, down)):
        across, down, counts = down, across, [list(column) for column in zip(*counts, strict=True)]
        numbers = [grid.header_line] * len(down)
    table = tuple((n, (name, *cells)) for n, name, cells in zip(numbers, down, counts, strict=True))
    return grid._replace(header=("study", *across), rows=table)


def _labels(form: re.Pattern[str], cells: Sequence[str]) -> list[str]:
    """Return what follows the letter or number of each cell; nothing if one has another form."""
    found = [form.fullmatch(cell) for cell in cells]
    return [match[1] for match in found if match] if all(found) else []


def _found(count: str) -> str:
    """Return 1 for a count above 0; what is no count is left as it is, for the reader to refuse."""
    return str(int(float(count) > 0)) if _COUNT.fullmatch(count) else count
