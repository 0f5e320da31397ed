"""Draw the PRISMA 2020 flow diagram; a number that is not known is shown as not known."""

import textwrap
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from scripts.common.flow import FLOW_COLUMNS
from scripts.common.job import job, log
from scripts.common.plotting import BLUE, INK, LINE, MUTED, ORANGE, TWO_COLUMNS_MM, new_figure, save_figure
from scripts.common.tables import read_table, write_table

if TYPE_CHECKING:
    snakemake: Any

LINE_MM, PAD_MM, GAP_MM = 3.7, 2.2, 7.0
CHARACTERS_PER_MM = 0.66  # of the typeface at the size used in the boxes
STAGE_MM = 7.0
OTHER_METHODS = ("website_results", "organisation_results", "citations_results")


class Box(NamedTuple):
    """A box of the diagram: its lines, and the basis of its numbers (the weakest of them)."""

    lines: tuple[str, ...]
    basis: str


def number(row: dict[str, str]) -> str:
    """Return how a count is printed: with its basis wherever it is not computed here."""
    if row["basis"] == "unknown":
        return "not known here"
    shown = f"n = {int(row['count']):,}"
    return f"{shown}, as published" if row["basis"] == "published" else shown


def box(rows: dict[str, dict[str, str]], names: Iterable[str], head: str = "") -> Box:
    """Return a box that prints the given rows, under ``head`` if there is one."""
    chosen = [rows[name] for name in names if name in rows]
    order = {"computed": 0, "published": 1, "unknown": 2}
    lines = [f"{row['label']} ({number(row)})" for row in chosen]
    basis = max((row["basis"] for row in chosen), key=lambda name: order[name], default="computed")
    return Box((head, *lines) if head else tuple(lines), basis)


def boxes(flow: pd.DataFrame) -> dict[str, Box]:
    """Return the boxes of the diagram; those of other methods only if there are such records."""
    rows = {row["box"]: {str(k): str(v) for k, v in row.items()} for row in flow.to_dict("records")}
    part = {name: [key for key in rows if key.startswith(f"{name}:")] for name in rows}
    waiting = {name: [name] if rows.get(name, {}).get("count", "0") not in ("", "0") else [] for name in ("records_waiting", "dbr_waiting", "other_waiting")}
    drawn = {
        "identified": box(rows, ["database_results", *part["database_results"]]),
        "removed": box(rows, ["duplicates", "excluded_automatic"], "Removed before screening"),
        "screened": box(rows, ["records_screened"]),
        "excluded": box(rows, ["records_excluded", *waiting["records_waiting"]]),
        "sought": box(rows, ["dbr_sought_reports"]),
        "lost": box(rows, ["dbr_notretrieved_reports", *waiting["dbr_waiting"]]),
        "assessed": box(rows, ["dbr_assessed"]),
        "rejected": box(rows, ["dbr_excluded", *part["dbr_excluded"]]),
        "included": box(rows, ["new_studies", "new_reports"]),
    }
    found = [name for name in OTHER_METHODS if rows[name]["count"] not in ("", "0")]
    if found:
        drawn |= {
            "other_identified": box(rows, found),
            "other_known": box(rows, ["other_known"]),
            "other_sought": box(rows, ["other_sought_reports"]),
            "other_lost": box(rows, ["other_notretrieved_reports", *waiting["other_waiting"]]),
            "other_assessed": box(rows, ["other_assessed"]),
            "other_rejected": box(rows, ["other_excluded", *part["other_excluded"]]),
        }
    return drawn


GRID = (  # one row of the diagram each: left column and the box beside it, for both arms
    ("identified", "removed", "other_identified", "other_known"),
    ("screened", "excluded", "", ""),
    ("sought", "lost", "other_sought", "other_lost"),
    ("assessed", "rejected", "other_assessed", "other_rejected"),
    ("included", "", "", ""),
)
STAGES = (("Identification", 0, 0), ("Screening", 1, 3), ("Included", 4, 4))


def draw(flow: pd.DataFrame) -> Figure:
    """Return the figure: databases on the left, other methods (if any) on the right."""
    drawn = boxes(flow)
    arms = 2 if "other_identified" in drawn else 1
    columns = 2 * arms
    width = TWO_COLUMNS_MM
    gap = 4.0 if arms == 2 else 10.0
    column_mm = (width - STAGE_MM - 3 - gap * (columns - 1)) / columns
    wrapped = {
        name: [line for text in item.lines for line in textwrap.wrap(text, int(column_mm * CHARACTERS_PER_MM), subsequent_indent="   ")]
        for name, item in drawn.items()
    }
    heights = [max(len(wrapped[name]) for name in row if name in wrapped) * LINE_MM + 2 * PAD_MM for row in GRID]
    head = LINE_MM + 4
    total = head + sum(heights) + GAP_MM * (len(GRID) - 1) + 9
    figure = new_figure(width, total)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(0, total))
    axes.axis("off")
    tops = [total - head - sum(heights[:i]) - GAP_MM * i for i in range(len(GRID))]
    left = [STAGE_MM + 3 + i * (column_mm + gap) for i in range(columns)]
    place: dict[str, tuple[float, float, float, float]] = {}
    for index, row in enumerate(GRID):
        for column, name in enumerate(row):
            if name in drawn:
                place[name] = (left[column], tops[index] - heights[index], column_mm, heights[index])
                _draw_box(axes, place[name], wrapped[name], drawn[name].basis)
    _heads(axes, left, column_mm, gap, total, arms)
    for label, first, last in STAGES:
        _draw_stage(axes, label, tops[first], tops[last] - heights[last])
    _arrows(axes, place)
    _key(axes, total, left[0], {item.basis for item in drawn.values()})
    return figure


def _heads(axes: Axes, left: list[float], column_mm: float, gap: float, total: float, arms: int) -> None:
    for arm, title in enumerate(("Databases and registers", "Other methods")[:arms]):
        start = left[2 * arm]
        axes.text(start + column_mm + gap / 2, total - LINE_MM, title, ha="center", va="center", fontsize=9.5, fontweight="semibold", color=INK)


def _draw_box(axes: Axes, place: tuple[float, float, float, float], lines: list[str], basis: str) -> None:
    x, y, width, height = place
    colour = {"computed": BLUE, "published": ORANGE, "unknown": LINE}[basis]
    patch = FancyBboxPatch(
        (x, y), width, height, boxstyle="round,pad=0,rounding_size=1.2", facecolor="white", edgecolor=colour,
        linewidth=1.1, linestyle="--" if basis == "unknown" else "-",
    )  # fmt: skip
    axes.add_patch(patch)
    top = y + height / 2 + len(lines) * LINE_MM / 2 - LINE_MM / 2
    for index, line in enumerate(lines):
        axes.text(x + PAD_MM, top - index * LINE_MM, line, ha="left", va="center", fontsize=7.8, color=MUTED if basis == "unknown" else INK)


def _draw_stage(axes: Axes, label: str, top: float, bottom: float) -> None:
    axes.add_patch(
        FancyBboxPatch((0.6, bottom), STAGE_MM - 1, top - bottom, boxstyle="round,pad=0,rounding_size=1.2", facecolor="#E8F1F8", edgecolor="none")
    )
    axes.text(0.6 + (STAGE_MM - 1) / 2, (top + bottom) / 2, label, rotation=90, ha="center", va="center", fontsize=8, fontweight="semibold", color=BLUE)


def _arrows(axes: Axes, place: dict[str, tuple[float, float, float, float]]) -> None:
    for upper, lower in (("identified", "screened"), ("screened", "sought"), ("sought", "assessed"), ("assessed", "included"),
                         ("other_identified", "other_sought"), ("other_sought", "other_assessed")):  # fmt: skip
        if upper in place and lower in place:
            x = place[upper][0] + place[upper][2] / 2
            _arrow(axes, (x, place[upper][1]), (x, place[lower][1] + place[lower][3]))
    for main, side in (("identified", "removed"), ("screened", "excluded"), ("sought", "lost"), ("assessed", "rejected"),
                       ("other_identified", "other_known"), ("other_sought", "other_lost"), ("other_assessed", "other_rejected")):  # fmt: skip
        if main in place and side in place:
            y = place[main][1] + place[main][3] / 2
            _arrow(axes, (place[main][0] + place[main][2], y), (place[side][0], y))
    if "other_assessed" in place:
        x = place["other_assessed"][0] + place["other_assessed"][2] / 2
        y = place["included"][1] + place["included"][3] / 2
        axes.plot([x, x], [place["other_assessed"][1], y], color=MUTED, linewidth=0.9, solid_capstyle="round")
        _arrow(axes, (x, y), (place["included"][0] + place["included"][2], y))


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    axes.add_patch(FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=7, color=MUTED, linewidth=0.9, shrinkA=0, shrinkB=0))


def _key(axes: Axes, total: float, left: float, used: set[str]) -> None:
    texts = {"computed": "computed here", "published": "as published, not computed", "unknown": "not known here"}
    x = left
    for basis, text in texts.items():
        if basis in used:
            colour = {"computed": BLUE, "published": ORANGE, "unknown": LINE}[basis]
            axes.plot([x, x + 6], [3.4, 3.4], color=colour, linewidth=1.6, linestyle="--" if basis == "unknown" else "-")
            axes.text(x + 7.5, 3.3, text, va="center", fontsize=7.8, color=MUTED)
            x += 12 + len(text) * 1.45


def main(*, flow_csv: str, svg: str, png: str, pdf: str, table: str) -> None:
    """Write the diagram and the table behind it."""
    flow = read_table(flow_csv, FLOW_COLUMNS)
    write_table(flow, table, FLOW_COLUMNS)
    save_figure(draw(flow), svg, png, pdf)
    log.info("%d boxes drawn", len(boxes(flow)))


if __name__ == "__main__":
    with job(snakemake):
        main(
            flow_csv=snakemake.input.flow,
            svg=snakemake.output.svg,
            png=snakemake.output.png,
            pdf=snakemake.output.pdf,
            table=snakemake.output.table,
        )
