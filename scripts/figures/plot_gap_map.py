"""Draw the evidence gap map: how many studies have each code, by each value of a charted variable."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from scripts.common.coding.charting import SEPARATOR, Variable, read_variables
from scripts.common.coding.model import in_order
from scripts.common.figures.plotting import (
    BLUE,
    INK,
    LINE,
    MM_PER_INCH,
    MUTED,
    PAPER,
    POINTS_PER_INCH,
    TALLEST_MM,
    TWO_COLUMNS_MM,
    columns_that_fit,
    left_out,
    new_sheet,
    no_data,
    rows_that_fit,
    upper_first,
    wrap,
)
from scripts.common.figures.saving import name_mark, save_figures
from scripts.common.files.tables import read_table, rows_of, write_table
from scripts.common.job import job, log
from scripts.common.report.phrases import Speaker
from scripts.common.values.counts import count_of

if TYPE_CHECKING:
    snakemake: Any

COLUMNS = (
    "code", "level", "label", "label_zh", "variable", "value", "studies", "bound", "of", "study_ids",
)  # fmt: skip
EXACT, AT_LEAST, UNKNOWN = "exact", "at least", "unknown"
ROW_MM, LINE_MM, MARGIN_MM, INDENT_MM, LABEL_MM, NARROWEST_MM = 8.4, 3.3, 2.0, 2.2, 58.0, 13.0
POINTS = 7.8
LARGEST_MM = 7.6  # diameter of the largest mark
HEAD_LINES, LABEL_LINES = 6, 2  # of the name of a value, and of the label of a code, at most
NOTE = (
    "Columns: %(variable)s. Mark: number of studies, area in proportion. 0: a gap, every study was looked at."
    " ?: not known."
)
NOTE_VALUES = "Values drawn: %(n)s of %(all)s, those of most studies; the table of this figure has all."


def cells(
    matrix: pd.DataFrame, themes: pd.DataFrame, charting: pd.DataFrame, variable: Variable
) -> list[dict[str, object]]:
    """Return the studies behind each code and value; ``of`` are the studies of the value.

    bound: exact, at least (of some studies it is not known whether they have the code), or unknown (that
    too, and no study is known to have it).
    """
    of: dict[str, list[str]] = {value: [] for value in variable.values}
    for row in rows_of(charting):
        for value in filter(None, row[variable.id].split(SEPARATOR)):
            of.setdefault(value, []).append(row["study_id"])
    coded: dict[str, dict[str, str]] = defaultdict(dict)  # study -> its row of the matrix
    for row in rows_of(matrix):
        coded[row["study_id"]] = row
    table: list[dict[str, object]] = []
    for code in rows_of(themes):
        for value, studies in of.items():
            held = [study for study in studies if coded[study].get(code["code"]) == "1"]
            whole = all(coded[study].get(code["code"], "") for study in studies)
            table.append(
                {
                    **{name: code[name] for name in ("code", "level", "label", "label_zh")},
                    "variable": variable.id,
                    "value": value,
                    "studies": len(held) if held or whole else "",
                    "bound": EXACT if whole else AT_LEAST if held else UNKNOWN,
                    "of": len(studies),
                    "study_ids": SEPARATOR.join(in_order(held)),
                }
            )
    return table


class Grid(NamedTuple):
    """Codes down, values across, and the sizes of the sheet in millimetres."""

    codes: list[str]
    values: list[str]
    heads: list[list[str]]  # lines of each value
    head: float
    step: float
    width: float
    height: float
    note: list[str]

    def x(self, column: int) -> float:
        """Return the middle of a column."""
        return LABEL_MM + (column + 0.5) * self.step

    def top(self, row: int) -> float:
        """Return the upper edge of a row."""
        return self.height - self.head - row * ROW_MM


def grid_of(rows: Sequence[Mapping[str, str]], variable: Variable, say: Speaker) -> Grid:
    """Return the grid of the codes and values that have room on a page."""
    by_code = {row["code"]: row for row in rows}  # of each code one row: level and label are the same
    of = {row["value"]: int(row["of"]) for row in rows}
    room = TWO_COLUMNS_MM - LABEL_MM - MARGIN_MM
    every_value = list(of)
    values = [every_value[at] for at in columns_that_fit(list(of.values()), int(room / NARROWEST_MM))]
    step, width = room / len(values), TWO_COLUMNS_MM
    heads = [wrap(value, step - 1.5, POINTS, most=HEAD_LINES) for value in values]
    head = LINE_MM * max(map(len, heads)) + 2 * MARGIN_MM
    title = say.label({"label": variable.label, "label_zh": variable.label_zh})
    room = TALLEST_MM - head - 5 * LINE_MM - 3 * MARGIN_MM
    every = list(by_code)
    places = rows_that_fit([ROW_MM] * len(every), room, upper_first(most_of_each(rows)))
    codes = [every[place] for place in places]
    texts = [say(NOTE) % {"variable": title}]
    if len(values) < len(of):
        texts.append(say(NOTE_VALUES) % {"n": len(values), "all": len(of)})
    texts.append(left_out(len(codes), len(every), say))
    note = wrap(" ".join(filter(None, texts)), width - 2 * MARGIN_MM, POINTS, most=5)
    height = head + ROW_MM * len(codes) + LINE_MM * len(note) + 3 * MARGIN_MM
    return Grid(codes, values, heads, head, step, width, height, note)


def most_of_each(rows: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """Return level and most studies of any value for each code, in the order of the codes."""
    most: dict[str, dict[str, str]] = {}
    for row in rows:
        found = most.setdefault(row["code"], {"level": row["level"], "studies": "0"})
        found["studies"] = str(max(int(found["studies"]), int(row["studies"] or 0)))
    return list(most.values())


def draw(rows: list[dict[str, str]], variable: Variable, say: Speaker) -> Figure:
    """Return the grid of codes and values, a mark with its number in each cell with evidence."""
    if not rows:
        return no_data(say("No data: no study is charted for this variable."), TWO_COLUMNS_MM)
    grid = grid_of(rows, variable, say)
    by_cell = {(row["code"], row["value"]): row for row in rows}
    most = max(int(row["studies"] or 0) for row in rows)
    figure, axes = new_sheet(grid.width, grid.height)
    for column, lines in enumerate(grid.heads):
        axes.text(
            grid.x(column), grid.height - grid.head + MARGIN_MM, "\n".join(lines), ha="center",
            va="bottom", fontsize=POINTS, color=INK, linespacing=1.05,
        )  # fmt: skip
    for place, code in enumerate(grid.codes):
        top = grid.top(place)
        axes.plot([MARGIN_MM, grid.width - MARGIN_MM], [top, top], color=LINE, linewidth=0.4)
        _draw_label(axes, top, by_cell[code, grid.values[0]], say)
        for column, value in enumerate(grid.values):
            _draw_cell(axes, grid.x(column), top - ROW_MM / 2, by_cell[code, value], most, say)
    for place, line in enumerate(grid.note):
        y = MARGIN_MM + (len(grid.note) - 0.5 - place) * LINE_MM
        axes.text(MARGIN_MM, y, line, va="center", fontsize=POINTS, color=MUTED)
    return figure


def _draw_label(axes: Axes, top: float, row: Mapping[str, str], say: Speaker) -> None:
    """Write the label of a code, indented by its level."""
    indent = INDENT_MM * (int(row["level"]) - 1)
    lines = wrap(say.label(row), LABEL_MM - indent - 2 * MARGIN_MM, POINTS, "semibold", most=LABEL_LINES)
    axes.text(
        MARGIN_MM + indent, top - ROW_MM / 2, "\n".join(lines), va="center", fontsize=POINTS, color=INK,
        weight="semibold" if row["level"] == "1" else "normal", linespacing=1.05,
    )  # fmt: skip


def _draw_cell(axes: Axes, x: float, y: float, cell: Mapping[str, str], most: int, say: Speaker) -> None:
    """Draw a mark whose area is the number of studies, or a sign: 0 for a gap, ? for not known."""
    number = int(cell["studies"] or 0)
    if not number:
        sign = "0" if cell["bound"] == EXACT else "?"
        axes.text(x, y, sign, ha="center", va="center", fontsize=7, color=MUTED)
        return
    size = LARGEST_MM * (number / most) ** 0.5
    points = size / MM_PER_INCH * POINTS_PER_INCH
    (mark,) = axes.plot(x, y, "o", markersize=points, color=BLUE, markeredgewidth=0)
    shown = f"≥{number}" if cell["bound"] == AT_LEAST else str(number)
    name_mark(mark, f"{say.label(cell)}; {cell['value']}: {shown}")
    inside = size > 3.2
    axes.text(
        x if inside else x + size / 2 + 0.6, y, shown, ha="center" if inside else "left",
        va="center", fontsize=7, color=PAPER if inside else INK,
    )  # fmt: skip


def main(
    *, matrix: str, themes: str, charting: str, variable: str, language: str, paths: Mapping[str, str]
) -> None:
    """Write the figure in both languages and the table behind it."""
    declared = next(item for item in read_variables() if item.id == variable)
    table = cells(read_table(matrix), read_table(themes), read_table(charting), declared)
    write_table(table, paths["table"], COLUMNS)
    rows = rows_of(read_table(paths["table"]))
    save_figures(lambda say: draw(rows, declared, say), language, paths)
    log.info("%s, %d of them gaps", count_of(len(rows), "cell"), sum(row["studies"] == "0" for row in rows))


if __name__ == "__main__":
    with job(snakemake):
        main(
            matrix=snakemake.input.matrix,
            themes=snakemake.input.themes,
            charting=snakemake.input.charting,
            variable=snakemake.params.variable,
            language=snakemake.params.language,
            paths=dict(snakemake.output.items()),
        )
