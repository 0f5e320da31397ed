"""Draw every published claim with its verdict, and how few changes would overturn it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from scripts.common.claims.headline import headline, in_words
from scripts.common.claims.sentences import Value, Voice
from scripts.common.figures.plotting import (
    BLUE,
    GREEN,
    INK,
    LINE,
    ORANGE,
    PINK,
    SKY,
    TALLEST_MM,
    TWO_COLUMNS_MM,
    VERMILION,
    left_out,
    new_figure,
    rows_that_fit,
    style_bars,
    wrap,
)
from scripts.common.figures.saving import name_mark, save_figures
from scripts.common.figures.verdicts import COLOURS, FIRST
from scripts.common.files.tables import read_table, rows_of, write_table
from scripts.common.job import job, log
from scripts.common.report.phrases import Speaker
from scripts.common.values.counts import count_of

if TYPE_CHECKING:
    snakemake: Any

COLUMNS = ("claim_id", "origin", "statement", "verdict", "of_what", "changes", "stands_against")
GROUPS = {  # origin -> heading
    "printed": "Claims printed in this paper",
    "derived": "Numbers that we derived from what is printed",
    "other_paper": "Claims of another paper",
}
MARKS = tuple(zip("oDs^vP*", (BLUE, ORANGE, GREEN, PINK, SKY, VERMILION, INK), strict=True))
LINE_MM, GAP_MM, HEAD_MM, FOOT_MM = 3.5, 1.8, 3.0, 19.0
MARK_MM, STATED_LINES = 2.6, 4  # the room of a mark with its number; lines of a statement, at most
POINTS = 7.6
STATED, JUDGED = 0.45, 0.18  # shares of the width
LEFT, RIGHT = STATED + JUDGED, 0.97  # edges of the axes, as shares of the width
STATEMENT_AT, VERDICT_AT = -LEFT / (RIGHT - LEFT) + 0.03, -JUDGED / (RIGHT - LEFT)  # in widths of the axes
AT_LEAST, AT_MOST = 4, 12  # changes that the axis shows: one never looks like many, many never hide the few


class Claim(NamedTuple):
    """A claim as it is drawn: the lines of its statement, its verdict, and (kind, number) of changes."""

    lines: list[str]
    origin: str
    verdict: str
    changes: list[tuple[str, int]]

    def height_mm(self) -> float:
        return max(LINE_MM * len(self.lines), MARK_MM * len(self.changes)) + GAP_MM


def claims_of(table: pd.DataFrame, say: Speaker) -> list[Claim]:
    """Return the claims by origin, then in their order; changes of which no number is known are left out."""
    rows_of_claim: dict[str, list[dict[str, str]]] = {}
    for row in rows_of(table):
        rows_of_claim.setdefault(row["claim_id"], []).append(row)
    claims = [
        Claim(
            wrap(
                f"{name}  {say.own(rows[0]['statement'])}",
                STATED * TWO_COLUMNS_MM - 6,
                POINTS,
                most=STATED_LINES,
            ),
            rows[0]["origin"],
            rows[0]["verdict"],
            [(row["of_what"], int(row["changes"])) for row in rows if row["changes"]],
        )
        for name, rows in rows_of_claim.items()
    ]
    return sorted(claims, key=lambda claim: list(GROUPS).index(claim.origin))


def _marks(claims: Sequence[Claim]) -> tuple[dict[str, tuple[str, str]], int]:
    """Return kind of change -> its sign and colour, and the greatest number on the axis."""
    found = [change for claim in claims for change in claim.changes]
    kinds = list(dict.fromkeys(kind for kind, _ in found))
    most = min(max([AT_LEAST, *(number for _, number in found)]), AT_MOST)
    return {kind: MARKS[place % len(MARKS)] for place, kind in enumerate(kinds)}, most


def draw(table: pd.DataFrame, words: Sequence[Value], say: Speaker) -> Figure:
    """Return one line per claim: statement, verdict, and a mark per kind of change, at its least number.

    ``words`` is the headline, which is written above the claims.
    """
    everything = claims_of(table, say)
    voice = Voice(say.language, phrase=say)
    head = [line for text in words for line in wrap(voice.say(text), TWO_COLUMNS_MM - 4, POINTS)]
    used = HEAD_MM + LINE_MM * (len(head) + 1) + GAP_MM + FOOT_MM + len(GROUPS) * (LINE_MM + GAP_MM)
    order = sorted(range(len(everything)), key=lambda at: FIRST.index(everything[at].verdict))
    places = rows_that_fit([claim.height_mm() for claim in everything], TALLEST_MM - used, order)
    claims = [everything[place] for place in places]
    if note := left_out(len(claims), len(everything), say):
        head.append(note)
    marks, most = _marks(claims)
    groups = {origin: [claim for claim in claims if claim.origin == origin] for origin in GROUPS}
    groups = {origin: of_group for origin, of_group in groups.items() if of_group}
    tall = sum(claim.height_mm() for claim in claims) + len(groups) * (LINE_MM + GAP_MM)
    height = HEAD_MM + LINE_MM * len(head) + GAP_MM + tall + FOOT_MM
    figure = new_figure(TWO_COLUMNS_MM, height)
    figure.text(
        0.01, 1 - HEAD_MM / height, "\n".join(head), va="top", fontsize=POINTS, linespacing=1.25, color=INK
    )
    axes = figure.add_axes((LEFT, FOOT_MM / height, RIGHT - LEFT, tall / height))
    axes.set(xlim=(0, most * 1.12), ylim=(-tall, 0))
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    style_bars(axes)
    top = 0.0
    for origin, of_group in groups.items():
        top = _draw_heading(axes, say(GROUPS[origin]), top)
        for claim in of_group:
            _draw_claim(axes, claim, top, say)
            _draw_changes(axes, claim, top, marks, most, say)
            top -= claim.height_mm()
            axes.plot(
                [STATEMENT_AT, 1], [top, top], transform=axes.get_yaxis_transform(), color=LINE,
                linewidth=0.4, clip_on=False,
            )  # fmt: skip
    axes.set_xlabel(say("Least number of changes that overturns the verdict"), fontsize=8)
    _add_legend(figure, axes, {say(kind): mark for kind, mark in marks.items()})
    return figure


def _add_legend(figure: Figure, axes: Axes, marks: Mapping[str, tuple[str, str]]) -> None:
    """Explain the marks (sign and colour by their name) at the foot; without any there is no legend."""
    for name, (mark, colour) in marks.items():
        axes.plot([], [], mark, color=colour, markersize=4.2, markeredgewidth=0, label=name)
    if marks:
        figure.legend(
            loc="lower left", bbox_to_anchor=(0.01, 0.0), ncols=3, frameon=False, fontsize=POINTS,
            handletextpad=0.1, columnspacing=1.2,
        )  # fmt: skip


def _draw_heading(axes: Axes, text: str, top: float) -> float:
    """Write the heading of a group; return where its first claim begins."""
    height = LINE_MM + GAP_MM
    axes.text(
        STATEMENT_AT, top - height / 2, text, transform=axes.get_yaxis_transform(), va="center",
        fontsize=POINTS, fontweight="semibold", color=INK,
    )  # fmt: skip
    return top - height


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
    axes: Axes, claim: Claim, top: float, marks: Mapping[str, tuple[str, str]], most: int, say: Speaker
) -> None:
    """Draw a mark per kind of change, below one another; a number beyond the axis is written out."""
    height = claim.height_mm()
    step = min(3.0, (height - GAP_MM / 2) / max(len(claim.changes), 1))
    for place, (kind, number) in enumerate(claim.changes):
        mark, colour = marks[kind]
        y = top - height / 2 - (place - (len(claim.changes) - 1) / 2) * step
        end = min(number, AT_MOST)
        axes.plot([0, end], [y, y], color=LINE, linewidth=1.2, zorder=1)
        (drawn,) = axes.plot(end, y, mark, color=colour, markersize=4.2, markeredgewidth=0, zorder=2)
        name_mark(drawn, f"{claim.lines[0]}: {say(kind)}, {number}")
        if number > AT_MOST:
            axes.text(end + 0.02 * most, y, str(number), va="center", fontsize=7.2, color=INK)


def main(
    *, fragility: str, comparison: str, language: str, translations: str | None, paths: Mapping[str, str]
) -> None:
    """Write the figure in both languages and the table behind it."""
    table = read_table(fragility)
    write_table(table, paths["table"], COLUMNS)
    words = in_words(headline(rows_of(read_table(comparison))))[1:]
    save_figures(lambda say: draw(table, words, say), language, paths, translations)
    log.info("%s drawn", count_of(table["claim_id"].nunique(), "claim"))


if __name__ == "__main__":
    with job(snakemake):
        main(
            fragility=snakemake.input.fragility,
            comparison=snakemake.input.comparison,
            language=snakemake.params.language,
            translations=snakemake.input.get("translations"),
            paths=dict(snakemake.output.items()),
        )
