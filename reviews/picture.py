"""The picture of the gallery: a row per review, a mark per printed number, colour and shape by verdict."""

from collections import Counter
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from scripts.common.claims.judging import EQUAL, TRANSCRIBED, VERDICTS
from scripts.common.figures.plotting import (
    INK,
    LINE,
    MUTED,
    TWO_COLUMNS_MM,
    new_sheet,
    text_width,
)
from scripts.common.figures.verdicts import COLOURS, SHAPES

LEFT_MM, STEP_MM, LINE_MM, GAP_MM, MARGIN_MM = 48.0, 4.4, 4.8, 4.2, 3.0
LEGEND_MM = 5.4  # height of a line of the legend
PER_LINE = int((TWO_COLUMNS_MM - LEFT_MM - MARGIN_MM) / STEP_MM)
POINTS, SMALL_POINTS, MARK_POINTS = 9.0, 7.8, 6.6


def draw(reviews: Sequence[tuple[str, Sequence[str]]]) -> Figure:
    """Return the picture; ``reviews`` are names, each with the verdicts on its printed numbers in order."""
    tall = [LINE_MM * max(2, _lines(verdicts)) + GAP_MM for _, verdicts in reviews]
    used = {verdict for _, verdicts in reviews for verdict in verdicts}
    legend = _legend([verdict for verdict in VERDICTS if verdict in used])
    height = MARGIN_MM + sum(tall) + LEGEND_MM * len(legend) + MARGIN_MM
    figure, axes = new_sheet(TWO_COLUMNS_MM, height)
    top = height - MARGIN_MM
    for (name, verdicts), high in zip(reviews, tall, strict=True):
        _draw_review(axes, name, verdicts, top)
        top -= high
        axes.plot([MARGIN_MM, TWO_COLUMNS_MM - MARGIN_MM], [top + GAP_MM / 2] * 2, color=LINE, linewidth=0.5)
    _draw_legend(axes, legend, top)
    return figure


def _lines(verdicts: Sequence[str]) -> int:
    return -(-len(verdicts) // PER_LINE)


def _mark(axes: Axes, x: float, y: float, verdict: str) -> None:
    axes.plot(
        x, y, marker=SHAPES[verdict], color=COLOURS[verdict], linestyle="None", markersize=MARK_POINTS,
        markeredgewidth=0,
    )  # fmt: skip


def _draw_review(axes: Axes, name: str, verdicts: Sequence[str], top: float) -> None:
    """Write name and counts of a review, and a mark for each of its numbers, below ``top``."""
    axes.text(
        MARGIN_MM, top - LINE_MM / 2, name, va="center", fontsize=POINTS, fontweight="semibold", color=INK
    )
    counts = Counter(verdicts)
    of = sum(number for verdict, number in counts.items() if verdict != TRANSCRIBED)
    axes.text(
        MARGIN_MM, top - 1.5 * LINE_MM, f"{counts[EQUAL]} of {of} recomputed and equal", va="center",
        fontsize=SMALL_POINTS, color=MUTED,
    )  # fmt: skip
    for at, verdict in enumerate(verdicts):
        line, place = divmod(at, PER_LINE)
        _mark(axes, LEFT_MM + STEP_MM * (place + 0.5), top - LINE_MM * (line + 0.5), verdict)


def _legend(verdicts: Sequence[str]) -> list[list[tuple[float, str]]]:
    """Return the lines of the legend: where each verdict begins, in millimetres from the left."""
    lines: list[list[tuple[float, str]]] = [[]]
    x = MARGIN_MM
    for verdict in verdicts:
        wide = STEP_MM + text_width(verdict, SMALL_POINTS) + 5.0
        if lines[-1] and x + wide > TWO_COLUMNS_MM:
            lines.append([])
            x = MARGIN_MM
        lines[-1].append((x, verdict))
        x += wide
    return lines


def _draw_legend(axes: Axes, lines: Sequence[Sequence[tuple[float, str]]], top: float) -> None:
    for number, line in enumerate(lines):
        y = top - LEGEND_MM * (number + 0.5)
        for x, verdict in line:
            _mark(axes, x + STEP_MM / 2, y, verdict)
            axes.text(x + STEP_MM, y, verdict, va="center", fontsize=SMALL_POINTS, color=INK)
