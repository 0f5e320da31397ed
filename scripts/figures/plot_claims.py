"""Draw every published claim with its verdict, and how few changes would overturn it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes
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
    style_bars,
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
POINTS = 7.6
STATED, JUDGED = 0.45, 0.18  # shares of the width
LEFT, RIGHT = STATED + JUDGED, 0.97  # edges of the axes, as shares of the width
STATEMENT_AT, VERDICT_AT = -LEFT / (RIGHT - LEFT) + 0.03, -JUDGED / (RIGHT - LEFT)  # in widths of the axes
AT_LEAST, AT_MOST = 4, 12  # changes that the axis shows: one never looks like many, many never hide the few


class Claim(NamedTuple):
    """A claim as it is drawn: the lines of its statement, its verdict, and (kind, number) of changes."""

    lines: list[str]
    verdict: str
    changes: list[tuple[str, int]]

    def height_mm(self) -> float:
        return LINE_MM * len(self.lines) + GAP_MM


def claims_of(table: pd.DataFrame, say: Speaker) -> list[Claim]:
    """Return the claims in their order; a kind of change of which no number is known is left out."""
    rows_of_claim: dict[str, list[dict[str, str]]] = {}
    for row in rows_of(table):
        rows_of_claim.setdefault(row["claim_id"], []).append(row)
    return [
        Claim(
            wrap(f"{name}  {say.own(rows[0]['statement'])}", STATED * TWO_COLUMNS_MM - 6, POINTS),
            rows[0]["verdict"],
            [(row["of_what"], int(row["changes"])) for row in rows if row["changes"]],
        )
        for name, rows in rows_of_claim.items()
    ]


def draw(table: pd.DataFrame, say: Speaker) -> Figure:
    """Return one line per claim: statement, verdict, and a mark per kind of change, at its least number."""
    claims = claims_of(table, say)
    found = [change for claim in claims for change in claim.changes]
    kinds = list(dict.fromkeys(kind for kind, _ in found))
    marks = {kind: MARKS[place % len(MARKS)] for place, kind in enumerate(kinds)}
    most = min(max([AT_LEAST, *(number for _, number in found)]), AT_MOST)
    tall = sum(claim.height_mm() for claim in claims)
    height = HEAD_MM + tall + FOOT_MM
    figure = new_figure(TWO_COLUMNS_MM, height)
    axes = figure.add_axes((LEFT, FOOT_MM / height, RIGHT - LEFT, tall / height))
    axes.set(xlim=(0, most * 1.12), ylim=(-tall, 0))
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    style_bars(axes)
    top = 0.0
    for claim in claims:
        _draw_claim(axes, claim, top, say)
        _draw_changes(axes, claim, top, marks, most)
        top -= claim.height_mm()
        axes.plot(
            [STATEMENT_AT, 1], [top, top], transform=axes.get_yaxis_transform(), color=LINE, linewidth=0.4,
            clip_on=False,
        )  # fmt: skip
    axes.set_xlabel(say("Least number of changes that overturns the verdict"), fontsize=8)
    for kind, (mark, colour) in marks.items():
        axes.plot([], [], mark, color=colour, markersize=4.2, markeredgewidth=0, label=say(kind))
    if marks:
        figure.legend(
            loc="lower left", bbox_to_anchor=(0.01, 0.0), ncols=3, frameon=False, fontsize=POINTS,
            handletextpad=0.1, columnspacing=1.2,
        )  # fmt: skip
    return figure


def _draw_claim(axes: Axes, claim: Claim, top: float, say: Speaker) -> None:
    """Write the statement and the verdict to the left of the axes."""
    middle = top - claim.height_mm() / 2
    by_width = axes.get_yaxis_transform()
    axes.text(
        STATEMENT_AT, middle, "\n".join(claim.lines), transform=by_width, va="center", fontsize=POINTS,
        linespacing=1.15, color=INK,
    )  # fmt: skip
    axes.plot(
        VERDICT_AT, middle, "s", transform=by_width, color=COLOURS[claim.verdict], markersize=4.5,
        markeredgewidth=0, clip_on=False,
    )  # fmt: skip
    axes.text(
        VERDICT_AT + 0.03, middle, say(claim.verdict), transform=by_width, va="center", fontsize=POINTS,
        color=INK,
    )  # fmt: skip


def _draw_changes(
    axes: Axes, claim: Claim, top: float, marks: Mapping[str, tuple[str, str]], most: int
) -> None:
    """Draw a mark per kind of change, below one another; a number beyond the axis is written out."""
    height = claim.height_mm()
    step = min(3.0, height / max(len(claim.changes), 1))
    for place, (kind, number) in enumerate(claim.changes):
        mark, colour = marks[kind]
        y = top - height / 2 - (place - (len(claim.changes) - 1) / 2) * step
        end = min(number, AT_MOST)
        axes.plot([0, end], [y, y], color=LINE, linewidth=1.2, zorder=1)
        axes.plot(end, y, mark, color=colour, markersize=4.2, markeredgewidth=0, zorder=2)
        if number > AT_MOST:
            axes.text(end + 0.02 * most, y, str(number), va="center", fontsize=7.2, color=INK)


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
