"""Draw how a live search differs from the archive, window by window: the same, new and gone."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.figure import Figure

from scripts.common.figures.plotting import (
    BLUE,
    INK,
    LINE,
    MUTED,
    NOTE_LINE_MM,
    ORANGE,
    SKY,
    TALLEST_MM,
    WIDTHS_MM,
    left_out,
    new_figure,
    no_data,
    rows_that_fit,
    text_width,
    write_notes,
)
from scripts.common.figures.saving import name_mark, save_figures
from scripts.common.files.tables import read_table, rows_of, write_table
from scripts.common.job import job, log
from scripts.common.report.phrases import Speaker
from scripts.common.values.counts import count_of

if TYPE_CHECKING:
    snakemake: Any

STATUSES = ("same", "new", "gone")
COLUMNS = ("window", *STATUSES)
COLOURS = {"same": SKY, "new": BLUE, "gone": ORANGE}
ROW_MM, HEAD_MM, FOOT_MM, MARGIN_MM, POINTS = 4.4, 8.0, 4.0, 2.0, 7.8


def per_window(drift: pd.DataFrame) -> pd.DataFrame:
    """Return window -> number of records that are the same, new and gone, windows in the order of time."""
    counts = pd.crosstab(drift["window"], drift["status"]).reindex(columns=pd.Index(STATUSES), fill_value=0)
    return counts.sort_index().reset_index().astype(str)


def draw(table: pd.DataFrame, width_mm: float, say: Speaker) -> Figure:
    """Return one bar per window: to the right what the live search holds, to the left what is gone."""
    if table.empty:
        return no_data(
            say(
                "No data: needs a search that is made here, an archive to compare with, and records in them."
            ),
            width_mm,
        )
    rows: list[dict[str, Any]] = [
        {"window": row["window"].replace("_", " – "), **{name: int(row[name]) for name in STATUSES}}
        for row in rows_of(table)
    ]
    changed = sorted(range(len(rows)), key=lambda at: -(rows[at]["new"] + rows[at]["gone"]))
    places = rows_that_fit([ROW_MM] * len(rows), TALLEST_MM - HEAD_MM - FOOT_MM - NOTE_LINE_MM, changed)
    note = left_out(len(places), len(rows), say)
    rows = [rows[place] for place in places]
    foot = FOOT_MM + (NOTE_LINE_MM if note else 0)
    label_mm = max(text_width(str(row["window"]), POINTS) for row in rows)
    most_gone = max(row["gone"] for row in rows)
    most_held = max(row["same"] + row["new"] for row in rows)
    total = HEAD_MM + ROW_MM * len(rows) + foot
    figure = new_figure(width_mm, total)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width_mm), ylim=(0, total))
    axes.axis("off")
    number_mm = 24.0
    scale = (width_mm - 2 * MARGIN_MM - label_mm - 3 - number_mm) / max(most_gone + most_held, 1)
    zero = MARGIN_MM + label_mm + 3 + most_gone * scale
    for index, row in enumerate(rows):
        y = total - HEAD_MM - (index + 0.5) * ROW_MM
        axes.text(MARGIN_MM, y, row["window"], va="center", fontsize=POINTS, color=INK)
        starts = {"same": zero, "new": zero + row["same"] * scale, "gone": zero - row["gone"] * scale}
        for name in STATUSES:
            length = row[name] * scale
            (bar,) = axes.barh(y, length, left=starts[name], height=3.0, color=COLOURS[name], linewidth=0)
            name_mark(bar, f"{row['window']}, {say(name)}: {row[name]:,}")
        end = zero + (row["same"] + row["new"]) * scale + 1
        shown = f"{row['same']} +{row['new']} −{row['gone']}"
        axes.text(end, y, shown, va="center", fontsize=7, color=MUTED)
    axes.plot([zero, zero], [foot - 1, total - HEAD_MM + 1], color=LINE, linewidth=0.8)
    write_notes(axes, [note] if note else [], MARGIN_MM)
    x = MARGIN_MM
    for name in STATUSES:
        axes.barh(total - 3.5, 4, left=x, height=2.6, color=COLOURS[name], linewidth=0)
        axes.text(x + 5.2, total - 3.5, say(name), va="center", fontsize=POINTS, color=INK)
        x += 10 + text_width(say(name), POINTS)
    return figure


def main(*, drift: str, journal_columns: int, language: str, paths: Mapping[str, str]) -> None:
    """Write the figure in both languages and the table behind it."""
    table = per_window(read_table(drift))
    write_table(table, paths["table"], COLUMNS)
    save_figures(lambda say: draw(table, WIDTHS_MM[journal_columns], say), language, paths)
    log.info("%s", count_of(len(table), "window"))


if __name__ == "__main__":
    with job(snakemake):
        main(
            drift=snakemake.input.drift,
            journal_columns=snakemake.params.journal_columns,
            language=snakemake.params.language,
            paths=dict(snakemake.output.items()),
        )
