"""Draw every published claim with its verdict, and how few changes would overturn it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from scripts.common.claims.judging import CANNOT, DIFFERS, INCONSISTENT, REPRODUCED, WITHIN
from scripts.common.figures.plotting import (
    BLUE,
    GREEN,
    INK,
    LINE,
    MUTED,
    ORANGE,
    PINK,
    SKY,
    TWO_COLUMNS_MM,
    VERMILION,
    new_figure,
    save_figures,
    wrap,
)
from scripts.common.files.tables import read_table, rows_of, write_table
from scripts.common.job import job, log
from scripts.common.report.phrases import Speaker

if TYPE_CHECKING:
    snakemake: Any

COLUMNS = ("claim_id", "statement", "verdict", "of_what", "changes", "stands_against")
COLOURS = {REPRODUCED: GREEN, WITHIN: SKY, DIFFERS: VERMILION, INCONSISTENT: PINK, CANNOT: MUTED}
MARKS = tuple(zip("oDs^vP*", (BLUE, ORANGE, GREEN, PINK, SKY, VERMILION, INK), strict=True))
LINE_MM, GAP_MM, HEAD_MM, FOOT_MM = 3.5, 2.6, 4.0, 19.0
STATED, JUDGED = 0.45, 0.18  # shares of the width
AT_LEAST, AT_MOST = 4, 12  # changes that the axis shows: one never looks like many, many never hide the few


def draw(table: pd.DataFrame, say: Speaker) -> Figure:
    """Return one line per claim: statement, verdict, and a mark per kind of change, at its least number."""
    claims: dict[str, list[dict[str, str]]] = {}
    for row in rows_of(table):
        claims.setdefault(row["claim_id"], []).append(row)
    kinds = list(dict.fromkeys(row["of_what"] for row in rows_of(table) if row["changes"]))
    stated = {
        name: wrap(f"{name}  {say.own(rows[0]['statement'])}", STATED * TWO_COLUMNS_MM - 6, 7.6)
        for name, rows in claims.items()
    }
    tall = sum(LINE_MM * len(lines) + GAP_MM for lines in stated.values())
    height = HEAD_MM + tall + FOOT_MM
    figure = new_figure(TWO_COLUMNS_MM, height)
    left = STATED + JUDGED
    axes = figure.add_axes((left, FOOT_MM / height, 0.97 - left, tall / height))
    most = max(
        [AT_LEAST, *(int(row["changes"]) for rows in claims.values() for row in rows if row["changes"])]
    )
    most = min(most, AT_MOST)
    axes.set(xlim=(0, most * 1.12), ylim=(-tall, 0))
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    axes.set_yticks([])
    axes.tick_params(length=0)
    axes.spines["left"].set_color(LINE)
    axes.grid(axis="x", color=LINE, linewidth=0.5)
    axes.set_axisbelow(True)
    top = 0.0
    for name, rows in claims.items():
        deep = LINE_MM * len(stated[name]) + GAP_MM
        middle = top - deep / 2
        by_width = axes.get_yaxis_transform()
        start = -left / (0.97 - left)
        axes.text(
            start + 0.03, middle, "\n".join(stated[name]), transform=by_width, va="center", fontsize=7.6,
            linespacing=1.15, color=INK,
        )  # fmt: skip
        judged = -JUDGED / (0.97 - left)
        axes.plot(
            judged, middle, "s", transform=by_width, color=COLOURS[rows[0]["verdict"]], markersize=4.5,
            markeredgewidth=0, clip_on=False,
        )  # fmt: skip
        axes.text(
            judged + 0.03, middle, say(rows[0]["verdict"]), transform=by_width, va="center", fontsize=7.6,
            color=INK,
        )  # fmt: skip
        known = [row for row in rows if row["changes"]]
        for place, row in enumerate(known):
            mark, colour = MARKS[kinds.index(row["of_what"]) % len(MARKS)]
            y = middle - (place - (len(known) - 1) / 2) * min(3.0, deep / max(len(known), 1))
            changes = min(int(row["changes"]), AT_MOST)
            axes.plot([0, changes], [y, y], color=LINE, linewidth=1.2, zorder=1)
            axes.plot(changes, y, mark, color=colour, markersize=4.2, markeredgewidth=0, zorder=2)
            if int(row["changes"]) > AT_MOST:
                axes.text(changes + 0.02 * most, y, row["changes"], va="center", fontsize=7.2, color=INK)
        top -= deep
        axes.plot([start + 0.03, 1], [top, top], transform=by_width, color=LINE, linewidth=0.4, clip_on=False)
    axes.set_xlabel(say("Least number of changes that overturns the verdict"), fontsize=8)
    for place, kind in enumerate(kinds):
        mark, colour = MARKS[place % len(MARKS)]
        axes.plot([], [], mark, color=colour, markersize=4.2, markeredgewidth=0, label=say(kind))
    if kinds:
        figure.legend(
            loc="lower left", bbox_to_anchor=(0.01, 0.0), ncols=3, frameon=False, fontsize=7.6,
            handletextpad=0.1, columnspacing=1.2,
        )  # fmt: skip
    return figure


def main(*, fragility: str, language: str, translations: str | None, paths: Mapping[str, str]) -> None:
    """Write the figure in both languages and the table behind it."""
    table = read_table(fragility)
    write_table(table, paths["table"], COLUMNS)
    save_figures(lambda say: draw(table, say), language, paths, translations)
    log.info("%d claims drawn", table["claim_id"].nunique())


if __name__ == "__main__":
    with job(snakemake):
        main(
            fragility=snakemake.input.fragility,
            language=snakemake.params.language,
            translations=snakemake.input.get("translations"),
            paths=dict(snakemake.output.items()),
        )
