"""Draw the number of studies behind each code, by category; what is not known stays blank."""

from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from scripts.common.job import job, log
from scripts.common.plotting import BLUE, INK, LINE, MUTED, SKY, TWO_COLUMNS_MM, new_figure, save_figure, wrap
from scripts.common.tables import read_table, rows_of, write_table

if TYPE_CHECKING:
    snakemake: Any

COLUMNS = ("code", "parent", "level", "label", "studies", "percent", "of", "bound")
ROW_MM, HEAD_MM, FOOT_MM = 5.6, 2.0, 11.0
LABEL_SHARE = 0.46
LABEL_POINTS, INDENT_MM = 8.2, 2.6


def value_text(row: dict[str, Any]) -> str:
    """Return the count as printed beside the bar, with its percentage and what it is of."""
    if row["bound"] == "unknown":
        return "not known here"
    share = f" ({row['percent']} %)" if row["percent"] else ""
    return f"{'at least ' if row['bound'] == 'at least' else ''}{row['studies']}{share}"


def draw(themes: pd.DataFrame) -> Figure:
    """Return horizontal bars in the order of the codebook, indented by level."""
    rows = rows_of(themes)
    lines = [
        wrap(
            row["label"],
            LABEL_SHARE * TWO_COLUMNS_MM - 4 - INDENT_MM * int(row["level"]),
            LABEL_POINTS,
            "semibold",
        )
        for row in rows
    ]
    heights = [
        ROW_MM + 3.4 * (len(text) - 1) + (2.5 if row["level"] == "1" else 0)
        for row, text in zip(rows, lines, strict=True)
    ]
    total = HEAD_MM + sum(heights) + FOOT_MM
    figure = new_figure(TWO_COLUMNS_MM, total)
    bars = figure.add_axes(
        (LABEL_SHARE, FOOT_MM / total, 0.98 - LABEL_SHARE, (total - HEAD_MM - FOOT_MM) / total)
    )
    of = max((int(row["of"]) for row in rows if row["of"]), default=0)
    longest = max((int(row["studies"]) for row in rows if row["studies"]), default=0)
    limit = max(of, longest, 1)
    bars.set(xlim=(0, limit * 1.02), ylim=(-sum(heights), 0))
    bars.set_yticks([])
    bars.spines["left"].set_color(LINE)
    bars.tick_params(length=0)
    bars.grid(axis="x", color=LINE, linewidth=0.5)
    bars.set_axisbelow(True)
    top = 0.0
    for row, text, height in zip(rows, lines, heights, strict=True):
        _draw_row(bars, row, text, top, height, limit)
        top -= height
    bars.set_xlabel(f"Included studies citing the code{f' (of {of})' if of else ''}", fontsize=8)
    return figure


def _draw_row(
    bars: Axes, row: dict[str, Any], text: list[str], top: float, height: float, limit: int
) -> None:
    level = int(row["level"])
    middle = top - height / 2 - (1.2 if level == 1 else 0)
    known = row["bound"] != "unknown"
    start = -limit * LABEL_SHARE / (0.98 - LABEL_SHARE) * 0.985
    indent = limit * 1.02 * INDENT_MM / ((0.98 - LABEL_SHARE) * TWO_COLUMNS_MM)
    over_grid = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}
    weight = "semibold" if level == 1 else "normal"
    bars.text(
        start + indent * (level - 1),
        middle,
        "\n".join(text),
        ha="left",
        va="center",
        fontsize=LABEL_POINTS,
        fontweight=weight,
        color=INK if known or level == 1 else MUTED,
        clip_on=False,
        linespacing=1.05,
    )
    if level == 1:
        bars.plot([start, limit * 1.02], [top - 0.4, top - 0.4], color=LINE, linewidth=0.8, clip_on=False)
    if not known:
        bars.text(
            limit * 0.012,
            middle,
            value_text(row),
            ha="left",
            va="center",
            fontsize=7.6,
            color=MUTED,
            fontstyle="italic",
            bbox=over_grid,
        )
        return
    number = int(row["studies"])
    at_least = row["bound"] == "at least"
    bars.barh(
        middle,
        number,
        height=3.4,
        color=SKY if at_least else BLUE,
        hatch="////" if at_least else None,
        edgecolor="white" if at_least else BLUE,
        linewidth=0,
    )
    bars.text(
        number + limit * 0.012,
        middle,
        value_text(row),
        ha="left",
        va="center",
        fontsize=7.8,
        color=INK,
        bbox=over_grid,
    )


def main(*, themes: str, svg: str, png: str, pdf: str, table: str) -> None:
    """Write the figure and the table behind it."""
    rows = read_table(themes)
    write_table(rows, table, COLUMNS)
    save_figure(draw(rows), svg, png, pdf)
    log.info("%d codes drawn", len(rows))


if __name__ == "__main__":
    with job(snakemake):
        main(
            themes=snakemake.input.themes,
            svg=snakemake.output.svg,
            png=snakemake.output.png,
            pdf=snakemake.output.pdf,
            table=snakemake.output.table,
        )
