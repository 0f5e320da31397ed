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
from scripts.common.figures.saving import name_mark, save_figures
from scripts.common.files.tables import read_table, rows_of, write_table
from scripts.common.job import job, log
from scripts.common.report.phrases import Speaker
from scripts.common.values.counts import count_of

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
LABEL_OF_GROUP_MM, GROUPS_IN_A_LINE = 30.0, 4
COLOURS, MARKS = (BLUE, ORANGE, GREEN, PINK, SKY), "osD^vP*"  # of 35 groups no two look alike


def draw(rows: pd.DataFrame, say: Speaker) -> Figure:
    """Return two panels side by side, one line per finding in the order of all members.

    Left: the studies behind it (hatched: a lower bound; blank: not known, or no code). Right: the share of
    the highest possible Borda points, a mark per group.
    """
    table = rows_of(rows)
    ranked = [row for row in table if row["group"] == "all"]
    places = rows_that_fit([ROW_MM] * len(ranked), TALLEST_MM - HEAD_MM - FOOT_MM - 12)
    everyone = [ranked[place] for place in places]
    note = left_out(len(everyone), len(ranked), say)
    foot = FOOT_MM + (4 if note else 0)
    head = HEAD_MM + 4 * ((len(groups_of(table)) - 1) // GROUPS_IN_A_LINE)
    height = head + ROW_MM * max(len(everyone), 1) + foot
    figure = new_figure(TWO_COLUMNS_MM, height)
    bottom, tall = foot / height, (height - head - foot) / height
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
            loc="lower right", bbox_to_anchor=(1.02, 1.01), frameon=False,
            ncols=min(len(groups_of(table)), GROUPS_IN_A_LINE),
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
    width, points = LABEL_SHARE * TWO_COLUMNS_MM - 4, 8.0
    if len(lines := wrap(say.label(row), width, points)) > 2:
        points = 7.0
        lines = wrap(say.label(row), width, points, most=3)
    bars.text(
        -0.03, y, "\n".join(lines), transform=bars.get_yaxis_transform(), ha="right", va="center",
        fontsize=points, color=INK, linespacing=1.05,
    )  # fmt: skip
    if row["studies"]:
        exact = row["bound"] == "exact"
        (bar,) = bars.barh(
            y, int(row["studies"]), height=0.5, color=BLUE if exact else SKY, linewidth=0,
            hatch=None if exact else "////", edgecolor=BLUE if exact else "white",
        )  # fmt: skip
        name_mark(bar, f"{say.label(row)}: {studies_text(row, say)}")
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
        name = say("all") if group == "all" else group
        look: dict[str, Any] = {
            "color": COLOURS[i % len(COLOURS)],
            "markersize": 5.1,
            "markeredgewidth": 0,
            "alpha": 0.9,
        }
        for row in table:
            if row["group"] == group and row["share"]:
                y = at[row["finding"]] - spread * (i - (len(groups) - 1) / 2)
                (drawn,) = marks.plot(float(row["share"]), y, MARKS[i % len(MARKS)], zorder=3, **look)
                name_mark(drawn, f"{say.label(row)}: {name}, {row['share']} %")
        label = wrap(name, LABEL_OF_GROUP_MM, 8, most=1)[0]
        marks.plot([], [], MARKS[i % len(MARKS)], label=label, **look)


def main(*, priority: str, language: str, paths: Mapping[str, str]) -> None:
    """Write the figure in both languages and the table behind it."""
    rows = read_table(priority)
    write_table(rows, paths["table"], COLUMNS)
    save_figures(lambda say: draw(rows, say), language, paths)
    log.info("%s drawn", count_of(rows["finding"].nunique(), "finding"))


if __name__ == "__main__":
    with job(snakemake):
        main(
            priority=snakemake.input.priority,
            language=snakemake.params.language,
            paths=dict(snakemake.output.items()),
        )
