"""Draw the PRISMA 2020 flow diagram; a number that is not known is shown as not known."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from scripts.common.flow import BOXES, FLOW_COLUMNS
from scripts.common.job import job, log
from scripts.common.phrases import Speaker
from scripts.common.plotting import (
    BLUE,
    INK,
    LINE,
    MUTED,
    ORANGE,
    TWO_COLUMNS_MM,
    new_figure,
    save_figures,
    text_width,
    wrap,
)
from scripts.common.tables import read_table, rows_of, write_table

if TYPE_CHECKING:
    snakemake: Any

LINE_MM, PAD_MM, GAP_MM, ENTRY_GAP_MM = 3.7, 2.4, 7.0, 1.1
STAGE_MM, MARGIN_MM = 7.0, 1.0
POINTS = 8.2
OTHER_METHODS = ("website_results", "organisation_results", "citations_results")
COLOURS = {"computed": BLUE, "published": ORANGE, "unknown": LINE}


class Entry(NamedTuple):
    """A line of a box: what is counted, how many, and on what basis."""

    label: str
    number: str
    basis: str


def number(row: dict[str, str], say: Speaker) -> str:
    """Return how a count is printed: with its basis wherever it is not computed here."""
    if row["basis"] == "unknown":
        return say("not known here")
    shown = f"n = {int(row['count']):,}"
    return say("%(number)s, as published") % {"number": shown} if row["basis"] == "published" else shown


def entries(flow: pd.DataFrame, say: Speaker) -> dict[str, list[Entry]]:
    """Return box -> its entries; boxes of other methods only if there are such records."""
    rows = {row["box"]: row for row in rows_of(flow)}

    def listed(*names: str) -> list[Entry]:
        parts = [key for name in names for key in (name, *(k for k in rows if k.startswith(f"{name}:")))]
        shown = [
            rows[key] for key in parts if not (key.endswith("_waiting") and rows[key]["count"] in ("", "0"))
        ]
        return [
            Entry(_label(row, say).removesuffix(say(" (other methods)")), number(row, say), row["basis"])
            for row in shown
        ]

    drawn = {
        "identified": listed("database_results"),
        "removed": listed("duplicates", "excluded_automatic"),
        "screened": listed("records_screened"),
        "excluded": listed("records_excluded", "records_waiting"),
        "sought": listed("dbr_sought_reports"),
        "lost": listed("dbr_notretrieved_reports", "dbr_waiting"),
        "assessed": listed("dbr_assessed"),
        "rejected": listed("dbr_excluded"),
        "included": listed("new_studies", "new_reports"),
    }
    found = [name for name in OTHER_METHODS if rows[name]["count"] not in ("", "0")]
    if found:
        drawn |= {
            "other_identified": listed(*found),
            "other_known": listed("other_known"),
            "other_sought": listed("other_sought_reports"),
            "other_lost": listed("other_notretrieved_reports", "other_waiting"),
            "other_assessed": listed("other_assessed"),
            "other_rejected": listed("other_excluded"),
        }
    return drawn


def _label(row: dict[str, str], say: Speaker) -> str:
    """Return the name of a box; that of its parts is the review's own."""
    return say(row["label"]) if row["box"] in BOXES else row["label"]


GRID = (  # one row of the diagram each: left column and the box beside it, for both arms
    ("identified", "removed", "other_identified", "other_known"),
    ("screened", "excluded", "", ""),
    ("sought", "lost", "other_sought", "other_lost"),
    ("assessed", "rejected", "other_assessed", "other_rejected"),
    ("included", "", "", ""),
)
STAGES = (("Identification", 0, 0), ("Screening", 1, 3), ("Included", 4, 4))


def draw(flow: pd.DataFrame, say: Speaker) -> Figure:
    """Return the figure: databases on the left, other methods (if any) on the right."""
    drawn = entries(flow, say)
    columns = 4 if "other_identified" in drawn else 2
    gap = 4.5 if columns == 4 else 10.0
    start = STAGE_MM + 3
    column_mm = (TWO_COLUMNS_MM - MARGIN_MM - start - gap * (columns - 1)) / columns
    wrapped = {
        name: [wrap(item.label, column_mm - 2 * PAD_MM, POINTS) for item in items]
        for name, items in drawn.items()
    }

    def height(name: str) -> float:
        lines = sum(len(label) + 1 for label in wrapped[name])
        return lines * LINE_MM + (len(wrapped[name]) - 1) * ENTRY_GAP_MM + 2 * PAD_MM

    heights = [max(height(name) for name in row if name in drawn) for row in GRID]
    head, foot = LINE_MM + 4, 9.0
    total = head + sum(heights) + GAP_MM * (len(GRID) - 1) + foot
    figure = new_figure(TWO_COLUMNS_MM, total)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, TWO_COLUMNS_MM), ylim=(0, total))
    axes.axis("off")
    tops = [total - head - sum(heights[:i]) - GAP_MM * i for i in range(len(GRID))]
    left = [start + i * (column_mm + gap) for i in range(columns)]
    place: dict[str, tuple[float, float, float, float]] = {}
    for index, row in enumerate(GRID):
        for column, name in enumerate(row):
            if name in drawn:
                place[name] = (left[column], tops[index] - heights[index], column_mm, heights[index])
                _draw_box(axes, place[name], drawn[name], wrapped[name], height(name))
    for arm, title in enumerate(("Databases and registers", "Other methods")[: columns // 2]):
        middle = left[2 * arm] + column_mm + gap / 2
        axes.text(
            middle,
            total - LINE_MM,
            say(title),
            ha="center",
            va="center",
            fontsize=9.5,
            fontweight="semibold",
            color=INK,
        )
    for label, first, last in STAGES:
        _draw_stage(axes, say(label), tops[first], tops[last] - heights[last])
    _arrows(axes, place)
    _key(axes, start, {item.basis for items in drawn.values() for item in items}, say)
    return figure


def _draw_box(
    axes: Axes,
    place: tuple[float, float, float, float],
    items: list[Entry],
    labels: list[list[str]],
    used_mm: float,
) -> None:
    """Draw a box: dashed if nothing in it is known, orange if a number in it is only published."""
    x, y, width, height = place
    bases = {item.basis for item in items}
    basis = next((name for name in ("published", "computed") if name in bases), "unknown")
    axes.add_patch(
        FancyBboxPatch(
            (x, y),
            width,
            height,
            boxstyle="round,pad=0,rounding_size=1.2",
            facecolor="white",
            edgecolor=COLOURS[basis],
            linewidth=1.1,
            linestyle="--" if basis == "unknown" else "-",
        )
    )
    line = y + height / 2 + used_mm / 2 - PAD_MM - LINE_MM / 2
    for item, label in zip(items, labels, strict=True):
        colour = MUTED if item.basis == "unknown" else INK
        for text in label:
            axes.text(x + PAD_MM, line, text, ha="left", va="center", fontsize=POINTS, color=colour)
            line -= LINE_MM
        style: dict[str, Any] = (
            {"fontstyle": "italic"} if item.basis == "unknown" else {"fontweight": "semibold"}
        )
        axes.text(
            x + PAD_MM, line, item.number, ha="left", va="center", fontsize=POINTS, color=colour, **style
        )
        line -= LINE_MM + ENTRY_GAP_MM


def _draw_stage(axes: Axes, label: str, top: float, bottom: float) -> None:
    axes.add_patch(
        FancyBboxPatch(
            (0.6, bottom),
            STAGE_MM - 1,
            top - bottom,
            boxstyle="round,pad=0,rounding_size=1.2",
            facecolor="#E8F1F8",
            edgecolor="none",
        )
    )
    axes.text(
        0.6 + (STAGE_MM - 1) / 2,
        (top + bottom) / 2,
        label,
        rotation=90,
        ha="center",
        va="center",
        fontsize=8,
        fontweight="semibold",
        color=BLUE,
    )


def _arrows(axes: Axes, place: dict[str, tuple[float, float, float, float]]) -> None:
    for upper, lower in (
        ("identified", "screened"),
        ("screened", "sought"),
        ("sought", "assessed"),
        ("assessed", "included"),
        ("other_identified", "other_sought"),
        ("other_sought", "other_assessed"),
    ):
        if upper in place and lower in place:
            x = place[upper][0] + place[upper][2] / 2
            _arrow(axes, (x, place[upper][1]), (x, place[lower][1] + place[lower][3]))
    for main, side in (
        ("identified", "removed"),
        ("screened", "excluded"),
        ("sought", "lost"),
        ("assessed", "rejected"),
        ("other_identified", "other_known"),
        ("other_sought", "other_lost"),
        ("other_assessed", "other_rejected"),
    ):
        if main in place and side in place:
            y = place[main][1] + place[main][3] / 2
            _arrow(axes, (place[main][0] + place[main][2], y), (place[side][0], y))
    if "other_assessed" in place:
        x = place["other_assessed"][0] + place["other_assessed"][2] / 2
        y = place["included"][1] + place["included"][3] / 2
        axes.plot([x, x], [place["other_assessed"][1], y], color=MUTED, linewidth=0.9, solid_capstyle="round")
        _arrow(axes, (x, y), (place["included"][0] + place["included"][2], y))


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    axes.add_patch(
        FancyArrowPatch(
            start, end, arrowstyle="-|>", mutation_scale=7, color=MUTED, linewidth=0.9, shrinkA=0, shrinkB=0
        )
    )


def _key(axes: Axes, left: float, used: set[str], say: Speaker) -> None:
    texts = {
        "computed": "computed here",
        "published": "as published, not computed",
        "unknown": "not known here",
    }
    x, y = left, 3.6
    for basis, phrase in texts.items():
        if basis in used:
            text = say(phrase)
            axes.plot(
                [x, x + 6],
                [y, y],
                color=COLOURS[basis],
                linewidth=1.6,
                linestyle="--" if basis == "unknown" else "-",
            )
            axes.text(x + 7.5, y - 0.1, text, va="center", fontsize=7.8, color=MUTED)
            x += 13 + text_width(text, 7.8)


def main(*, flow_csv: str, language: str, paths: Mapping[str, str]) -> None:
    """Write the diagram in both languages and the table behind it."""
    flow = read_table(flow_csv, FLOW_COLUMNS)
    write_table(flow, paths["table"], FLOW_COLUMNS)
    save_figures(lambda say: draw(flow, say), language, paths)
    log.info("%d boxes drawn", len(flow))


if __name__ == "__main__":
    with job(snakemake):
        main(
            flow_csv=snakemake.input.flow,
            language=snakemake.params.language,
            paths=dict(snakemake.output.items()),
        )
