"""Draw the evidence gap map: how many studies stand behind each code by each value of a charted variable."""

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.figure import Figure

from scripts.common.coding.charting import SEPARATOR, Variable, read_variables
from scripts.common.coding.model import in_order
from scripts.common.figures.plotting import (
    BLUE,
    INK,
    LINE,
    MUTED,
    PAPER,
    TWO_COLUMNS_MM,
    new_figure,
    no_data,
    save_figures,
    wrap,
)
from scripts.common.files.tables import read_table, rows_of, write_table
from scripts.common.job import job, log
from scripts.common.report.phrases import Speaker

if TYPE_CHECKING:
    snakemake: Any

COLUMNS = (
    "code", "level", "label", "label_zh", "variable", "value", "studies", "bound", "of", "study_ids",
)  # fmt: skip
EXACT, AT_LEAST, UNKNOWN = "exact", "at least", "unknown"
ROW_MM, LINE_MM, MARGIN_MM, INDENT_MM, LABEL_MM, NARROWEST_MM = 8.4, 3.3, 2.0, 2.2, 58.0, 13.0
POINTS = 7.8
LARGEST_MM = 7.6  # diameter of the largest mark
NOTE = (
    "Columns: %(variable)s. Mark: number of studies, area in proportion. 0: a gap, every study was looked at."
    " ?: not known."
)


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
    said: dict[str, dict[str, str]] = defaultdict(dict)
    for row in rows_of(matrix):
        said[row["study_id"]] = row
    table: list[dict[str, object]] = []
    for code in rows_of(themes):
        for value, studies in of.items():
            held = [study for study in studies if said[study].get(code["code"]) == "1"]
            whole = all(said[study].get(code["code"], "") for study in studies)
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


def draw(rows: list[dict[str, str]], variable: Variable, say: Speaker) -> Figure:
    """Return the grid of codes and values, a mark with its number in each cell with evidence."""
    if not rows:
        return no_data(say("No data: no study is charted for this variable."), TWO_COLUMNS_MM)
    codes = list(dict.fromkeys(row["code"] for row in rows))
    values = list(dict.fromkeys(row["value"] for row in rows))
    by_cell = {(row["code"], row["value"]): row for row in rows}
    step = max((TWO_COLUMNS_MM - LABEL_MM - MARGIN_MM) / max(len(values), 1), NARROWEST_MM)
    width = max(TWO_COLUMNS_MM, LABEL_MM + step * len(values) + MARGIN_MM)
    heads = {value: wrap(value, step - 1.5, POINTS) for value in values}
    head = LINE_MM * max(map(len, heads.values()), default=1) + 2 * MARGIN_MM
    title = say.label({"label": variable.label, "label_zh": variable.label_zh})
    note = wrap(say(NOTE) % {"variable": title}, width - 2 * MARGIN_MM, POINTS)
    height = head + ROW_MM * len(codes) + LINE_MM * len(note) + 3 * MARGIN_MM
    figure = new_figure(width, height)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(0, height))
    axes.axis("off")
    most = max((int(row["studies"] or 0) for row in rows), default=0)
    for j, value in enumerate(values):
        axes.text(
            LABEL_MM + (j + 0.5) * step, height - head + MARGIN_MM, "\n".join(heads[value]), ha="center",
            va="bottom", fontsize=POINTS, color=INK, linespacing=1.05,
        )  # fmt: skip
    for i, code in enumerate(codes):
        top = height - head - i * ROW_MM
        row = by_cell[code, values[0]]
        indent = INDENT_MM * (int(row["level"]) - 1)
        label = wrap(say.label(row), LABEL_MM - indent - 2 * MARGIN_MM, POINTS, "semibold")
        axes.plot([MARGIN_MM, width - MARGIN_MM], [top, top], color=LINE, linewidth=0.4)
        axes.text(
            MARGIN_MM + indent, top - ROW_MM / 2, "\n".join(label), va="center", fontsize=POINTS, color=INK,
            weight="semibold" if row["level"] == "1" else "normal", linespacing=1.05,
        )  # fmt: skip
        for j, value in enumerate(values):
            cell = by_cell[code, value]
            x, y, number = LABEL_MM + (j + 0.5) * step, top - ROW_MM / 2, int(cell["studies"] or 0)
            if number:
                size = LARGEST_MM * (number / most) ** 0.5
                points = size / 25.4 * 72
                axes.plot(x, y, "o", markersize=points, color=BLUE, markeredgewidth=0)
                shown = f"≥{number}" if cell["bound"] == AT_LEAST else str(number)
                inside = size > 3.2
                axes.text(
                    x if inside else x + size / 2 + 0.6, y, shown, ha="center" if inside else "left",
                    va="center", fontsize=7, color=PAPER if inside else INK,
                )  # fmt: skip
            else:
                sign = "0" if cell["bound"] == EXACT else "?"
                axes.text(x, y, sign, ha="center", va="center", fontsize=7, color=MUTED)
    for place, line in enumerate(note):
        y = MARGIN_MM + (len(note) - 0.5 - place) * LINE_MM
        axes.text(MARGIN_MM, y, line, va="center", fontsize=POINTS, color=MUTED)
    return figure


def main(
    *, matrix: str, themes: str, charting: str, variable: str, language: str, paths: Mapping[str, str]
) -> None:
    """Write the figure in both languages and the table behind it."""
    declared = next(item for item in read_variables() if item.id == variable)
    table = cells(read_table(matrix), read_table(themes), read_table(charting), declared)
    write_table(table, paths["table"], COLUMNS)
    rows = rows_of(read_table(paths["table"]))
    save_figures(lambda say: draw(rows, declared, say), language, paths)
    log.info("%d cells, %d of them gaps", len(rows), sum(row["studies"] == "0" for row in rows))


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
