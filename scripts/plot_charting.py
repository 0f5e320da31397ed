"""Draw the studies behind each value of the charted variables: a panel per variable."""

from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.figure import Figure

from scripts.common.job import job, log
from scripts.common.plotting import BLUE, INK, LINE, TWO_COLUMNS_MM, new_figure, save_figure, wrap
from scripts.common.tables import read_table, rows_of, write_table

if TYPE_CHECKING:
    snakemake: Any

COLUMNS = ("variable", "label", "value", "studies", "of", "percent", "ci_low", "ci_high")
ROW_MM, TITLE_MM, GAP_MM, FOOT_MM = 4.6, 7.0, 4.0, 10.0
LABEL_SHARE = 0.34


def draw(counts: pd.DataFrame) -> Figure:
    """Return horizontal bars with exact 95 % intervals, in the order of the declared values."""
    rows = rows_of(counts)
    variables = list(dict.fromkeys(row["variable"] for row in rows))
    height = (
        sum(TITLE_MM + GAP_MM + ROW_MM * sum(row["variable"] == name for row in rows) for name in variables)
        + FOOT_MM
    )
    figure = new_figure(TWO_COLUMNS_MM, max(height, 30))
    top = 1.0
    for name in variables:
        own = [row for row in rows if row["variable"] == name]
        tall = ROW_MM * len(own) / height
        title = TITLE_MM / height
        axes = figure.add_axes((LABEL_SHARE, top - title - tall, 0.96 - LABEL_SHARE, tall))
        label = f"{own[0]['label']} ({own[0]['of']} {'study' if own[0]['of'] == '1' else 'studies'})"
        figure.text(0.01, top - title * 0.75, label, fontsize=9, fontweight="semibold", color=INK)
        axes.set(xlim=(0, 100), ylim=(-len(own) + 0.5, 0.5))
        axes.set_yticks([])
        axes.tick_params(length=0, labelsize=7)
        axes.spines["left"].set_color(LINE)
        axes.grid(axis="x", color=LINE, linewidth=0.5)
        axes.set_axisbelow(True)
        if name != variables[-1]:
            axes.set_xticklabels([])
            axes.spines["bottom"].set_visible(False)
        for i, row in enumerate(own):
            text = wrap(row["value"], LABEL_SHARE * TWO_COLUMNS_MM - 6, 8)[0]
            axes.text(-1, -i, text, ha="right", va="center", fontsize=8, color=INK)
            if not row["percent"]:
                continue
            share = float(row["percent"])
            axes.barh(-i, share, height=0.6, color=BLUE, linewidth=0)
            axes.plot([float(row["ci_low"]), float(row["ci_high"])], [-i, -i], color=INK, linewidth=0.7)
            axes.text(101.5, -i, row["studies"], va="center", fontsize=7.6, color=INK)
        if name == variables[-1]:
            axes.set_xlabel(
                "% of the studies charted for it, with exact 95 % interval; number of studies", fontsize=8
            )
        top -= title + tall + GAP_MM / height
    return figure


def main(*, counts: str, svg: str, png: str, pdf: str, table: str) -> None:
    """Write the figure and the table behind it."""
    rows = read_table(counts)
    write_table(rows, table, COLUMNS)
    save_figure(draw(rows), svg, png, pdf)
    log.info("%d variables drawn", rows["variable"].nunique())


if __name__ == "__main__":
    with job(snakemake):
        main(
            counts=snakemake.input.counts,
            svg=snakemake.output.svg,
            png=snakemake.output.png,
            pdf=snakemake.output.pdf,
            table=snakemake.output.table,
        )
