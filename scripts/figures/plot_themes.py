"""Draw the number of studies behind each code, by category; what is not known stays blank."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from scripts.common.figures.plotting import (
    BLUE,
    INK,
    LINE,
    MUTED,
    SKY,
    TALLEST_MM,
    WIDTHS_MM,
    left_out,
    new_figure,
    rows_that_fit,
    style_bars,
    text_width,
    upper_first,
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
    "code",
    "parent",
    "level",
    "label",
    "label_zh",
    "studies",
    "percent",
    "low",
    "high",
    "of",
    "bound",
)
UNIT = "Included studies citing the code"
UNIT_OF = "Included studies citing the code (of %(of)s)"
UNIT_WITH_INTERVAL = "Included studies citing the code (of %(of)s; line: exact 95 %% interval)"
ROW_MM, HEAD_MM, FOOT_MM = 5.6, 2.0, 11.0
LABEL_SHARE = 0.46
AXIS_SHARE = 0.98 - LABEL_SHARE
OVER_GRID = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}
LABEL_POINTS, INDENT_MM = 8.2, 2.6
TICKS = MaxNLocator(nbins=4, integer=True)


def value_text(row: Mapping[str, str], say: Speaker) -> str:
    """Return the count as printed beside the bar, with its percentage and what it is of."""
    if row["bound"] == "unknown":
        return say("not known here")
    share = f" ({row['percent']} %)" if row["percent"] else ""
    if row["low"]:
        share = f" ({row['percent']} %, {row['low']}–{row['high']})"
    shown = f"{row['studies']}{share}"
    return say("at least %(number)s") % {"number": shown} if row["bound"] == "at least" else shown


def end_of(row: Mapping[str, str]) -> float:
    """Return where the bar of a row and its interval end, in studies."""
    return max(int(row["studies"]), float(row["high"] or 0) * int(row["of"] or 0) / 100)


class Scale(NamedTuple):
    """What a length on the axis of studies is on paper."""

    limit: float  # studies at the right end of the axis, but for 2 %
    width_mm: float  # of the figure

    def label_at(self, level: int) -> float:
        """Return where the label of a code of that level begins, in studies: left of the axis."""
        start = -self.limit * LABEL_SHARE / AXIS_SHARE * 0.985
        indent = self.limit * 1.02 * INDENT_MM / (AXIS_SHARE * self.width_mm)
        return start + indent * (level - 1)


def draw(themes: pd.DataFrame, width_mm: float, say: Speaker) -> Figure:
    """Return horizontal bars in the order of the codebook, indented by level."""
    everything = rows_of(themes)
    all_lines = [
        wrap(
            say.label(row),
            LABEL_SHARE * width_mm - 4 - INDENT_MM * int(row["level"]),
            LABEL_POINTS,
            "semibold",
        )
        for row in everything
    ]
    all_heights = [_height_mm(row, text) for row, text in zip(everything, all_lines, strict=True)]
    room = TALLEST_MM - HEAD_MM - FOOT_MM - 4 * 3.5
    places = rows_that_fit(all_heights, room, upper_first(everything))
    rows = [everything[place] for place in places]
    lines = [all_lines[place] for place in places]
    heights = [all_heights[place] for place in places]
    of = max((int(row["of"]) for row in rows if row["of"]), default=0)
    unit = _unit(rows, of, left_out(len(rows), len(everything), say), width_mm, say)
    foot = FOOT_MM + 3.5 * (len(unit) - 1)
    total = HEAD_MM + sum(heights) + foot
    figure = new_figure(width_mm, total)
    bars = figure.add_axes((LABEL_SHARE, foot / total, AXIS_SHARE, (total - HEAD_MM - foot) / total))
    longest = max((int(row["studies"]) for row in rows if row["studies"]), default=0)
    most = max(of, longest, 1)
    scale = Scale(max([most, *ends_with_value(rows, width_mm, say)]), width_mm)
    bars.set(xlim=(0, scale.limit * 1.02), ylim=(-sum(heights), 0))
    style_bars(bars)
    bars.set_xticks([tick for tick in TICKS.tick_values(0, most) if 0 <= tick <= most])
    top = 0.0
    for row, text, height in zip(rows, lines, heights, strict=True):
        middle = top - height / 2 - (1.2 if row["level"] == "1" else 0)
        _draw_label(bars, row, text, (top, middle), scale)
        _draw_value(bars, row, middle, scale, say)
        top -= height
    bars.set_xlabel("\n".join(unit), fontsize=8)
    return figure


def _height_mm(row: Mapping[str, str], text: Sequence[str]) -> float:
    """Return how high the row of a code is, with room above one of the first level."""
    return ROW_MM + 3.4 * (len(text) - 1) + (2.5 if row["level"] == "1" else 0)


def _unit(rows: Sequence[Mapping[str, str]], of: int, note: str, width_mm: float, say: Speaker) -> list[str]:
    """Return the lines below the axis: its unit, and how many codes are in the table alone."""
    unit_of = UNIT_WITH_INTERVAL if any(row["low"] for row in rows) else UNIT_OF
    texts = [say(unit_of) % {"of": of} if of else say(UNIT), note]
    return [line for text in filter(None, texts) for line in wrap(text, AXIS_SHARE * width_mm, 8)]


def ends_with_value(rows: Sequence[Mapping[str, str]], width_mm: float, say: Speaker) -> Iterator[float]:
    """Yield how long the axis must be, in studies, for the value beside each bar to be within the figure."""
    room = AXIS_SHARE * width_mm
    for row in rows:
        if row["bound"] != "unknown":
            yield end_of(row) * room / (room - 4 - text_width(value_text(row, say), 7.8))


def _draw_label(
    bars: Axes, row: Mapping[str, str], text: list[str], at: tuple[float, float], scale: Scale
) -> None:
    """Write the label of a code; one of the first level has a line above it. ``at``: top and middle."""
    top, middle = at
    first_level = row["level"] == "1"
    bars.text(
        scale.label_at(int(row["level"])), middle, "\n".join(text), ha="left", va="center",
        fontsize=LABEL_POINTS, fontweight="semibold" if first_level else "normal",
        color=INK if row["bound"] != "unknown" or first_level else MUTED, clip_on=False, linespacing=1.05,
        url=f"#code-{row['code']}",
    )  # fmt: skip
    if first_level:
        line = [scale.label_at(1), scale.limit * 1.02]
        bars.plot(line, [top - 0.4, top - 0.4], color=LINE, linewidth=0.8, clip_on=False)


def _draw_value(bars: Axes, row: Mapping[str, str], middle: float, scale: Scale, say: Speaker) -> None:
    """Draw the bar of a code with its interval and value; only words where the number is not known."""
    gap = scale.limit * 0.012
    value = value_text(row, say)
    if row["bound"] == "unknown":
        bars.text(
            gap, middle, value, ha="left", va="center", fontsize=7.6, color=MUTED, fontstyle="italic",
            bbox=OVER_GRID,
        )  # fmt: skip
        return
    at_least = row["bound"] == "at least"
    (bar,) = bars.barh(
        middle, int(row["studies"]), height=3.4, color=SKY if at_least else BLUE,
        hatch="////" if at_least else None, edgecolor="white" if at_least else BLUE, linewidth=0,
    )  # fmt: skip
    name_mark(bar, f"{say.label(row)}: {value}")
    if row["low"]:
        ends = [float(row[name]) * int(row["of"]) / 100 for name in ("low", "high")]
        for colour, width in (("white", 2.6), (INK, 1.1)):
            bars.plot(ends, [middle, middle], color=colour, linewidth=width, solid_capstyle="butt")
    bars.text(
        end_of(row) + gap, middle, value, ha="left", va="center", fontsize=7.8, color=INK, bbox=OVER_GRID
    )


def main(*, themes: str, journal_columns: int, language: str, paths: Mapping[str, str]) -> None:
    """Write the figure in both languages and the table behind it."""
    rows = read_table(themes).rename(columns={"ci_low": "low", "ci_high": "high"})
    write_table(rows, paths["table"], COLUMNS)
    save_figures(lambda say: draw(rows, WIDTHS_MM[journal_columns], say), language, paths)
    log.info("%s drawn", count_of(len(rows), "code"))


if __name__ == "__main__":
    with job(snakemake):
        main(
            themes=snakemake.input.themes,
            journal_columns=snakemake.params.journal_columns,
            language=snakemake.params.language,
            paths=dict(snakemake.output.items()),
        )
