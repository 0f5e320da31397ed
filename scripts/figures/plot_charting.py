"""Draw the studies behind each value of the charted variables: a panel per variable."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from scripts.common.figures.plotting import (
    BLUE,
    INK,
    LINE,
    TALLEST_MM,
    WIDTHS_MM,
    left_out,
    new_figure,
    rows_that_fit,
    wrap,
)
from scripts.common.figures.saving import name_mark, save_figures
from scripts.common.files.tables import read_table, rows_of, write_table
from scripts.common.job import job, log
from scripts.common.report.phrases import Speaker
from scripts.common.values.counts import count_of

if TYPE_CHECKING:
    snakemake: Any

COLUMNS = ("variable", "label", "label_zh", "value", "studies", "of", "percent", "ci_low", "ci_high")
UNIT = "% of the studies charted for it; number of studies"
UNIT_WITH_INTERVAL = "% of the studies charted for it, with exact 95 % interval; number of studies"
ROW_MM, LINE_MM, TITLE_MM, GAP_MM, FOOT_MM = 4.6, 3.2, 7.0, 4.0, 10.0
LABEL_SHARE = 0.34


def draw(counts: pd.DataFrame, width_mm: float, say: Speaker) -> Figure:
    """Return horizontal bars, with their intervals if there are any, in the order of the declared values."""
    every = rows_of(counts)
    rows = rows_with_room(every, width_mm)
    variables = list(dict.fromkeys(row["variable"] for row in rows))
    lines = [wrap(row["value"], LABEL_SHARE * width_mm - 6, 8) for row in rows]
    heights = [ROW_MM + LINE_MM * (len(text) - 1) for text in lines]
    unit = _unit(rows, left_out(len(rows), len(every), say), width_mm, say)
    foot = FOOT_MM + 3.5 * (len(unit) - 1)
    height = sum(heights) + (TITLE_MM + GAP_MM) * len(variables) + foot
    figure = new_figure(width_mm, max(height, 30))
    top = 1.0
    for name in variables:
        at = [index for index, row in enumerate(rows) if row["variable"] == name]
        own = [rows[index] for index in at]
        tall_mm = sum(heights[index] for index in at)
        tall = tall_mm / height
        title = TITLE_MM / height
        axes = figure.add_axes((LABEL_SHARE, top - title - tall, 0.96 - LABEL_SHARE, tall))
        label = say("%(label)s (studies: %(of)s)") % {"label": say.label(own[0]), "of": own[0]["of"]}
        (label,) = wrap(label, 0.94 * width_mm, 9, "semibold", most=1)
        figure.text(0.01, top - title * 0.75, label, fontsize=9, fontweight="semibold", color=INK)
        axes.set(xlim=(0, 100), ylim=(-tall_mm, 0))
        axes.set_yticks([])
        axes.tick_params(length=0, labelsize=7)
        axes.spines["left"].set_color(LINE)
        axes.grid(axis="x", color=LINE, linewidth=0.5)
        axes.set_axisbelow(True)
        if name != variables[-1]:
            axes.set_xticklabels([])
            axes.spines["bottom"].set_visible(False)
        below = 0.0
        for index, row in zip(at, own, strict=True):
            y = below - heights[index] / 2
            below -= heights[index]
            text = "\n".join(lines[index])
            axes.text(-1, y, text, ha="right", va="center", fontsize=8, color=INK, linespacing=1.05)
            if row["percent"]:
                _draw_share(axes, y, row)
        if name == variables[-1]:
            axes.set_xlabel("\n".join(unit), fontsize=8)
        top -= title + tall + GAP_MM / height
    return figure


def _unit(rows: Sequence[Mapping[str, str]], note: str, width_mm: float, say: Speaker) -> list[str]:
    """Return the lines below the last axis: its unit, and how many values are in the table alone."""
    unit = UNIT_WITH_INTERVAL if any(row["ci_low"] for row in rows) else UNIT
    texts = filter(None, [say(unit), note])
    return [line for text in texts for line in wrap(text, (0.96 - LABEL_SHARE) * width_mm, 8)]


def rows_with_room(rows: Sequence[dict[str, str]], width_mm: float) -> list[dict[str, str]]:
    """Return the rows that fit on a page, in their order: of each variable its commonest values first."""
    room = TALLEST_MM - FOOT_MM - 4 * 3.5
    rank: dict[int, int] = {}
    for name in dict.fromkeys(row["variable"] for row in rows):
        own = [at for at, row in enumerate(rows) if row["variable"] == name]
        own.sort(key=lambda at: -int(rows[at]["studies"] or 0))
        rank |= {at: place for place, at in enumerate(own)}
    first = [
        ROW_MM
        + LINE_MM * (len(wrap(row["value"], LABEL_SHARE * width_mm - 6, 8)) - 1)
        + (TITLE_MM + GAP_MM if rank[at] == 0 else 0)
        for at, row in enumerate(rows)
    ]
    order = sorted(range(len(rows)), key=lambda at: (rank[at], at))
    return [rows[place] for place in rows_that_fit(first, room, order)]


def _draw_share(axes: Axes, y: float, row: Mapping[str, str]) -> None:
    """Draw the bar of a value, its interval if it has one, and its number of studies."""
    (bar,) = axes.barh(y, float(row["percent"]), height=0.6 * ROW_MM, color=BLUE, linewidth=0)
    name_mark(bar, f"{row['value']}: {row['studies']} ({row['percent']} %)")
    if row["ci_low"]:
        axes.plot([float(row["ci_low"]), float(row["ci_high"])], [y, y], color=INK, linewidth=0.7)
    axes.text(101.5, y, row["studies"], va="center", fontsize=7.6, color=INK)


def main(*, counts: str, journal_columns: int, language: str, paths: Mapping[str, str]) -> None:
    """Write the figure in both languages and the table behind it."""
    rows = read_table(counts)
    write_table(rows, paths["table"], COLUMNS)
    save_figures(lambda say: draw(rows, WIDTHS_MM[journal_columns], say), language, paths)
    log.info("%s drawn", count_of(rows["variable"].nunique(), "variable"))


if __name__ == "__main__":
    with job(snakemake):
        main(
            counts=snakemake.input.counts,
            journal_columns=snakemake.params.journal_columns,
            language=snakemake.params.language,
            paths=dict(snakemake.output.items()),
        )
