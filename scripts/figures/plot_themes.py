"""Draw the number of studies behind each code, by category; what is not known stays blank."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from scripts.common.figures.plotting import (
    BLUE,
    INK,
    LINE,
    MUTED,
    SKY,
    WIDTHS_MM,
    new_figure,
    save_figures,
    text_width,
    wrap,
)
from scripts.common.files.tables import read_table, rows_of, write_table
from scripts.common.job import job, log
from scripts.common.report.phrases import Speaker
from scripts.common.statistics.intervals import exact_interval

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
UNIT_OF = "Included studies citing the code (of %(of)s; line: exact 95 %% interval)"
ROW_MM, HEAD_MM, FOOT_MM = 5.6, 2.0, 11.0
LABEL_SHARE = 0.46
LABEL_POINTS, INDENT_MM = 8.2, 2.6


def with_intervals(themes: pd.DataFrame) -> pd.DataFrame:
    """Return the themes with ``low`` and ``high``: the exact 95 % interval of the share, in percent.

    Only a count that is exact, of a known number of studies, has one: a lower bound is no sample.
    """
    result = themes.assign(low="", high="")
    for index, row in zip(result.index, rows_of(themes), strict=True):
        if row["bound"] == "exact" and row["of"] and int(row["studies"]) <= int(row["of"]):
            low, high = exact_interval(int(row["studies"]), int(row["of"]))
            result.loc[index, ["low", "high"]] = [f"{100 * low:.1f}", f"{100 * high:.1f}"]
    return result


def value_text(row: dict[str, Any], say: Speaker) -> str:
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


def draw(themes: pd.DataFrame, width_mm: float, say: Speaker) -> Figure:
    """Return horizontal bars in the order of the codebook, indented by level."""
    rows = rows_of(themes)
    lines = [
        wrap(
            say.label(row),
            LABEL_SHARE * width_mm - 4 - INDENT_MM * int(row["level"]),
            LABEL_POINTS,
            "semibold",
        )
        for row in rows
    ]
    heights = [
        ROW_MM + 3.4 * (len(text) - 1) + (2.5 if row["level"] == "1" else 0)
        for row, text in zip(rows, lines, strict=True)
    ]
    of = max((int(row["of"]) for row in rows if row["of"]), default=0)
    unit = wrap(say(UNIT_OF) % {"of": of} if of else say(UNIT), (0.98 - LABEL_SHARE) * width_mm, 8)
    foot = FOOT_MM + 3.5 * (len(unit) - 1)
    total = HEAD_MM + sum(heights) + foot
    figure = new_figure(width_mm, total)
    bars = figure.add_axes((LABEL_SHARE, foot / total, 0.98 - LABEL_SHARE, (total - HEAD_MM - foot) / total))
    longest = max((int(row["studies"]) for row in rows if row["studies"]), default=0)
    room = (0.98 - LABEL_SHARE) * width_mm
    most = max(of, longest, 1)
    limit = max(  # so that the value beside the longest bar stands within the figure
        [
            most,
            *(
                end_of(row) * room / (room - 4 - text_width(value_text(row, say), 7.8))
                for row in rows
                if row["bound"] != "unknown"
            ),
        ]
    )
    bars.set(xlim=(0, limit * 1.02), ylim=(-sum(heights), 0))
    bars.set_yticks([])
    bars.set_xticks([tick for tick in bars.get_xticks() if 0 <= tick <= most])
    bars.spines["left"].set_color(LINE)
    bars.tick_params(length=0)
    bars.grid(axis="x", color=LINE, linewidth=0.5)
    bars.set_axisbelow(True)
    top = 0.0
    for row, text, height in zip(rows, lines, heights, strict=True):
        _draw_row(bars, row, text, value_text(row, say), top, height, limit, width_mm)
        top -= height
    bars.set_xlabel("\n".join(unit), fontsize=8)
    return figure


def _draw_row(
    bars: Axes,
    row: dict[str, Any],
    text: list[str],
    value: str,
    top: float,
    height: float,
    limit: float,
    width_mm: float,
) -> None:
    level = int(row["level"])
    middle = top - height / 2 - (1.2 if level == 1 else 0)
    known = row["bound"] != "unknown"
    start = -limit * LABEL_SHARE / (0.98 - LABEL_SHARE) * 0.985
    indent = limit * 1.02 * INDENT_MM / ((0.98 - LABEL_SHARE) * width_mm)
    over_grid = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}
    weight = "semibold" if level == 1 else "normal"
    bars.text(
        start + indent * (level - 1),
        middle,
        "\n".join(text),
        ha="left",
        va="center",
        fontsize=LABEL_POINTS,
        fontweight=weight,
        color=INK if known or level == 1 else MUTED,
        clip_on=False,
        linespacing=1.05,
    )
    if level == 1:
        bars.plot([start, limit * 1.02], [top - 0.4, top - 0.4], color=LINE, linewidth=0.8, clip_on=False)
    if not known:
        bars.text(
            limit * 0.012,
            middle,
            value,
            ha="left",
            va="center",
            fontsize=7.6,
            color=MUTED,
            fontstyle="italic",
            bbox=over_grid,
        )
        return
    number = int(row["studies"])
    at_least = row["bound"] == "at least"
    bars.barh(
        middle,
        number,
        height=3.4,
        color=SKY if at_least else BLUE,
        hatch="////" if at_least else None,
        edgecolor="white" if at_least else BLUE,
        linewidth=0,
    )
    if row["low"]:
        start, end = (float(row[name]) * int(row["of"]) / 100 for name in ("low", "high"))
        for colour, width in (("white", 2.6), (INK, 1.1)):
            bars.plot([start, end], [middle, middle], color=colour, linewidth=width, solid_capstyle="butt")
    bars.text(
        end_of(row) + limit * 0.012,
        middle,
        value,
        ha="left",
        va="center",
        fontsize=7.8,
        color=INK,
        bbox=over_grid,
    )


def main(*, themes: str, journal_columns: int, language: str, paths: Mapping[str, str]) -> None:
    """Write the figure in both languages and the table behind it."""
    rows = with_intervals(read_table(themes))
    write_table(rows, paths["table"], COLUMNS)
    save_figures(lambda say: draw(rows, WIDTHS_MM[journal_columns], say), language, paths)
    log.info("%d codes drawn", len(rows))


if __name__ == "__main__":
    with job(snakemake):
        main(
            themes=snakemake.input.themes,
            journal_columns=snakemake.params.journal_columns,
            language=snakemake.params.language,
            paths=dict(snakemake.output.items()),
        )
