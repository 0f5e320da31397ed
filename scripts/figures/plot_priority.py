"""Draw what the committee holds important against how many studies there are for it, by group."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from scripts.common.figures.plotting import (
    BLUE,
    GREEN,
    INK,
    LINE,
    MUTED,
    ORANGE,
    PINK,
    SKY,
    TALLEST_MM,
    TWO_COLUMNS_MM,
    left_out,
    new_figure,
    rows_that_fit,
    style_bars,
    wrap,
)
from scripts.common.figures.saving import save_figures
from scripts.common.files.tables import read_table, rows_of, write_table
from scripts.common.job import job, log
from scripts.common.report.phrases import Speaker

if TYPE_CHECKING:
    snakemake: Any

COLUMNS = (
    "finding",
    "label",
    "label_zh",
    "studies",
    "percent",
    "bound",
    "group",
    "share",
    "place",
    "members",
)
ROW_MM, HEAD_MM, FOOT_MM = 9.0, 12.0, 12.0
LABEL_SHARE, EVIDENCE_SHARE, GAP = 0.32, 0.28, 0.035
COLOURS, MARKS = (BLUE, ORANGE, GREEN, PINK, SKY), "osD^v"


def draw(rows: pd.DataFrame, say: Speaker) -> Figure:
    """Return two panels side by side, one line per finding in the order of all members.

    Left: the studies behind it (hatched: a lower bound; blank: not known, or no code). Right: the share of
    the highest possible Borda points, a mark per group.
    """
    table = rows_of(rows)
    ranked = [row for row in table if row["group"] == "all"]
    places = rows_that_fit([ROW_MM] * len(ranked), TALLEST_MM - HEAD_MM - FOOT_MM - 4)
    everyone = [ranked[place] for place in places]
    note = left_out(len(everyone), len(ranked), say)
    foot = FOOT_MM + (4 if note else 0)
    height = HEAD_MM + ROW_MM * max(len(everyone), 1) + foot
    figure = new_figure(TWO_COLUMNS_MM, height)
    bottom, tall = foot / height, (height - HEAD_MM - foot) / height
    bars = figure.add_axes((LABEL_SHARE, bottom, EVIDENCE_SHARE, tall))
    right = LABEL_SHARE + EVIDENCE_SHARE + GAP
    marks = figure.add_axes((right, bottom, 0.97 - right, tall))
    at = {row["finding"]: -i for i, row in enumerate(everyone)}
    most = max((int(row["studies"]) for row in everyone if row["studies"]), default=0)
    for row in everyone:
        _draw_evidence(bars, at[row["finding"]], row, most, say)
    _draw_groups(marks, at, [row for row in table if row["finding"] in at], say)
    for axes, limits in ((bars, (0, 1.45 * max(most, 1))), (marks, (-3, 103))):
        axes.set(ylim=(-len(everyone) + 0.4, 0.6), xlim=limits)
        style_bars(axes)
    for y in at.values():
        marks.axhline(y, color=LINE, linewidth=0.5, zorder=1)
    bars.set_xlabel("\n".join(filter(None, [say("Evidence: included studies"), note])), fontsize=8)
    marks.set_xlabel(say("Priority: % of the highest possible Borda points"), fontsize=8)
    if table:
        marks.legend(
            loc="lower right", bbox_to_anchor=(1.02, 1.01), ncols=len(groups_of(table)), frameon=False,
            fontsize=8, handletextpad=0.2, columnspacing=1.2, borderaxespad=0,
        )  # fmt: skip
    return figure


def groups_of(table: Sequence[Mapping[str, str]]) -> list[str]:
    """Return the groups in the order of the table."""
    return list(dict.fromkeys(row["group"] for row in table))


def studies_text(row: Mapping[str, str], say: Speaker) -> str:
    """Return the number of studies behind a finding in words."""
    if not row["studies"]:
        return say("not known here")
    return (
        row["studies"] if row["bound"] == "exact" else say("at least %(number)s") % {"number": row["studies"]}
    )


def _draw_evidence(bars: Axes, y: float, row: Mapping[str, str], most: int, say: Speaker) -> None:
    """Draw a finding and the studies behind it; no bar where they are not known."""
    text = "\n".join(wrap(say.label(row), LABEL_SHARE * TWO_COLUMNS_MM - 4, 8, "normal"))
    bars.text(
        -0.03, y, text, transform=bars.get_yaxis_transform(), ha="right", va="center", fontsize=8, color=INK
    )
    if row["studies"]:
        exact = row["bound"] == "exact"
        bars.barh(
            y, int(row["studies"]), height=0.5, color=BLUE if exact else SKY, linewidth=0,
            hatch=None if exact else "////", edgecolor=BLUE if exact else "white",
        )  # fmt: skip
    start = int(row["studies"] or 0) + 0.02 * max(most, 1)
    colour = INK if row["studies"] else MUTED
    bars.text(start, y, studies_text(row, say), va="center", fontsize=7.6, color=colour)


def _draw_groups(
    marks: Axes, at: Mapping[str, int], table: Sequence[Mapping[str, str]], say: Speaker
) -> None:
    """Draw the shares of each group; marks of groups that agree are below one another."""
    groups = groups_of(table)
    spread = 0.5 / max(len(groups), 2)
    for i, group in enumerate(groups):
        own = [row for row in table if row["group"] == group and row["share"]]
        marks.scatter(
            [float(row["share"]) for row in own],
            [at[row["finding"]] - spread * (i - (len(groups) - 1) / 2) for row in own], s=26,
            marker=MARKS[i % len(MARKS)], color=COLOURS[i % len(COLOURS)], zorder=3, alpha=0.9,
            label=say("all") if group == "all" else group, linewidths=0,
        )  # fmt: skip


def main(*, priority: str, language: str, paths: Mapping[str, str]) -> None:
    """Write the figure in both languages and the table behind it."""
    rows = read_table(priority)
    write_table(rows, paths["table"], COLUMNS)
    save_figures(lambda say: draw(rows, say), language, paths)
    log.info("%d findings drawn", rows["finding"].nunique())


if __name__ == "__main__":
    with job(snakemake):
        main(
            priority=snakemake.input.priority,
            language=snakemake.params.language,
            paths=dict(snakemake.output.items()),
        )
