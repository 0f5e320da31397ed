"""Draw the PRISMA 2020 flow diagram; a number that is not known is shown as not known."""

from collections.abc import Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from scripts.common.figures.flow_boxes import Entry, entries, is_update
from scripts.common.figures.plotting import (
    BLUE,
    INK,
    LINE,
    MUTED,
    NOTE_LINE_MM,
    NOTE_POINTS,
    ORANGE,
    TALLEST_MM,
    TWO_COLUMNS_MM,
    new_sheet,
    text_width,
    wrap,
    write_notes,
)
from scripts.common.figures.saving import name_mark, save_figures
from scripts.common.files.tables import read_table, write_table
from scripts.common.job import job, log
from scripts.common.report.phrases import Speaker
from scripts.common.screening.flow import FLOW_COLUMNS
from scripts.common.values.counts import count_of

if TYPE_CHECKING:
    snakemake: Any

LINE_MM, PAD_MM, GAP_MM, ENTRY_GAP_MM = 3.7, 2.4, 7.0, 1.1
STAGE_MM, MARGIN_MM, INDENT_MM = 7.0, 1.0, 2.0
START_MM = STAGE_MM + 3  # left edge of the first column
HEAD_MM, FOOT_MM = LINE_MM + 4, 9.0
POINTS = 8.2
POINTS_OF_HEADS = 8.6
SIZES = (1.0, 0.9, 0.8, 0.7, 0.62)  # of the letters in the boxes, the first at which all boxes have room
ADDED_GROUND = "#F1F3F5"
NEW, UPDATED = "new", "updated"  # reviews: PRISMA 2020 has a template for each
NOTES = {
    NEW: "Template: PRISMA 2020 flow diagram for new systematic reviews (doi:10.1136/bmj.n71).",
    UPDATED: "Template: PRISMA 2020 flow diagram for updated systematic reviews (doi:10.1136/bmj.n71).",
}
ADDED_NOTE = "Grey or with +: added, not in the template."
COLOURS = {"computed": BLUE, "published": ORANGE, "unknown": LINE}


class Box(NamedTuple):
    """Where a box is drawn: its lower left corner and its size, in millimetres."""

    x: float
    y: float
    width: float
    height: float

    def middle(self) -> tuple[float, float]:
        """Return the point in the middle of the box."""
        return self.x + self.width / 2, self.y + self.height / 2


Line = tuple[str, bool]  # a line of text, and whether it is a number


# One row of the diagram each: the version before, then for both arms a box and the one beside it.
GRID: tuple[tuple[str, ...], ...] = (
    ("previous", "identified", "removed", "other_identified", "other_known"),
    ("", "screened", "excluded", "", ""),
    ("", "sought", "lost", "other_sought", "other_lost"),
    ("", "assessed", "rejected", "other_assessed", "other_rejected"),
    ("", "included", "", "", ""),
    ("", "total", "", "", ""),
)
GRID_COLUMNS = {name: column for row in GRID for column, name in enumerate(row) if name}
HEADS = (  # leftmost and rightmost box below a heading
    ("previous", "previous", "Previous studies"),
    ("identified", "removed", "Identification of studies via databases and registers"),
    ("other_identified", "other_known", "Identification of studies via other methods"),
)
DOWN = (
    ("identified", "screened"),
    ("screened", "sought"),
    ("sought", "assessed"),
    ("assessed", "included"),
    ("included", "total"),
    ("other_identified", "other_sought"),
    ("other_sought", "other_assessed"),
)
ASIDE = (
    ("identified", "removed"),
    ("screened", "excluded"),
    ("sought", "lost"),
    ("assessed", "rejected"),
    ("other_identified", "other_known"),
    ("other_sought", "other_lost"),
    ("other_assessed", "other_rejected"),
)
STAGES = (("Identification", 0, 0), ("Screening", 1, 3), ("Included", 4, 5))


def draw(flow: pd.DataFrame, say: Speaker) -> Figure:
    """Return the figure: the version before (if any), databases, and other methods (if any) on the right."""
    drawn = entries(flow, say)
    rows, columns = used_grid(drawn)
    gap = 10.0 if len(columns) == 2 else 4.5
    width = (TWO_COLUMNS_MM - MARGIN_MM - START_MM - gap * (len(columns) - 1)) / len(columns)
    notes = wrap(_note(flow, drawn, say), TWO_COLUMNS_MM - START_MM - 2 * MARGIN_MM, NOTE_POINTS)
    head, foot = HEAD_MM + (LINE_MM if len(columns) > 2 else 0), FOOT_MM + NOTE_LINE_MM * len(notes)
    room = TALLEST_MM - head - foot - GAP_MM * (len(rows) - 1)
    drawn, lines, heights, size = _fitting(drawn, rows, width - 2 * PAD_MM, room, say)
    total = head + sum(heights) + GAP_MM * (len(rows) - 1) + foot
    tops = [total - head - sum(heights[:i]) - GAP_MM * i for i in range(len(rows))]
    left = {column: START_MM + i * (width + gap) for i, column in enumerate(columns)}
    place = {
        name: Box(left[GRID_COLUMNS[name]], tops[i] - heights[i], width, heights[i])
        for i, row in enumerate(rows)
        for name in row
        if name in drawn
    }
    figure, axes = new_sheet(TWO_COLUMNS_MM, total)
    for name, box in place.items():
        _draw_box(axes, box, drawn[name], lines[name], size)
    _draw_heads(axes, place, total - head / 2 + 0.4, say)
    for label, first, last in STAGES:
        bottom = min(last, len(rows) - 1)
        _draw_stage(axes, say(label), tops[first], tops[bottom] - heights[bottom])
    _arrows(axes, place)
    _key(axes, drawn, NOTE_LINE_MM * len(notes), say)
    write_notes(axes, notes, START_MM)
    return figure


def _note(flow: pd.DataFrame, drawn: Mapping[str, list[Entry]], say: Speaker) -> str:
    """Return which template this is, and how what was added is shown."""
    template = say(NOTES[UPDATED if is_update(set(flow["box"])) else NEW])
    added = any(item.added for items in drawn.values() for item in items)
    return f"{template} {say(ADDED_NOTE)}" if added else template


Sheet = tuple[dict[str, list[Entry]], dict[str, list[list[Line]]], list[float], float]


def _fitting(
    drawn: Mapping[str, list[Entry]], rows: Sequence[Sequence[str]], width: float, room: float, say: Speaker
) -> Sheet:
    """Return the boxes, their lines, the heights of the rows and the size of letters, one of ``SIZES``.

    Letters are smaller only where the boxes have no room without any of their parts; then as many parts
    are shown as fit.
    """
    most = max(sum(item.part for item in items) for items in drawn.values())
    for size, parts in product(SIZES, range(most, -1, -1)):
        shown = {name: _shortened(items, parts, say) for name, items in drawn.items()}
        lines = {name: [_lines(item, width, size) for item in items] for name, items in shown.items()}
        heights = [
            max(_height_mm(shown[name], lines[name], size) for name in row if name in shown) for row in rows
        ]
        if sum(heights) <= room:
            break
    return shown, lines, heights, size


def _shortened(items: Sequence[Entry], most: int, say: Speaker) -> list[Entry]:
    """Return the entries of a box with its first parts; the others become one line."""
    parts = [item for item in items if item.part]
    rest = parts[most:]
    if not rest:
        return list(items)
    kept = [item for item in items if item not in rest]
    words = say("%(number)s more, in the table of this figure") % {"number": len(rest)}
    return [*kept, Entry(words, "", "computed", part=True)]


def used_grid(drawn: Mapping[str, list[Entry]]) -> tuple[list[tuple[str, ...]], list[int]]:
    """Return the rows of the grid that hold a box that is drawn, and the columns that do."""
    rows = [row for row in GRID if drawn.keys() & set(row)]
    columns = sorted({GRID_COLUMNS[name] for name in drawn})
    return rows, columns


def _height_mm(items: list[Entry], lines: list[list[Line]], size: float) -> float:
    """Return how high a box must be for its lines, and for the gaps between entries that are no parts."""
    texts = sum(len(block) for block in lines)
    gaps = sum(not item.part for item in items[1:])
    return (texts * LINE_MM + gaps * ENTRY_GAP_MM) * size + 2 * PAD_MM


def _draw_heads(axes: Axes, place: Mapping[str, Box], y: float, say: Speaker) -> None:
    """Write the headings of the columns that are drawn."""
    for first, last, title in HEADS:
        if first in place:
            width = place[last].x + place[last].width - place[first].x
            middle = place[first].x + width / 2
            axes.text(
                middle, y, "\n".join(wrap(say(title), width, POINTS_OF_HEADS, "semibold")), ha="center",
                va="center", fontsize=POINTS_OF_HEADS, fontweight="semibold", color=INK,
            )  # fmt: skip


def _lines(item: Entry, width_mm: float, size: float) -> list[Line]:
    """Return the lines of an entry, and whether each is its number; a part has both in one: label (n = 3)."""
    label, points = f"+ {item.label}" if item.added else item.label, POINTS * size
    if not item.number:
        indent = INDENT_MM if item.part else 0
        return [(text, False) for text in wrap(label, width_mm - indent, points)]
    if item.part:
        texts = wrap(label, width_mm - INDENT_MM, points)
        last = f"{texts[-1]} {item.number}"
        fits = text_width(last, points) <= width_mm - INDENT_MM
        return [(text, False) for text in [*texts[:-1], *([last] if fits else [texts[-1], item.number])]]
    return [
        *((text, False) for text in wrap(label, width_mm, points)),
        *((text, True) for text in wrap(item.number, width_mm, points, "semibold")),
    ]


def _ground(items: Sequence[Entry]) -> str:
    """Return the colour of a box: grey if the template has none of its entries."""
    return ADDED_GROUND if all(item.added for item in items if not item.part) else "white"


def _draw_box(axes: Axes, box: Box, items: list[Entry], lines: list[list[Line]], size: float) -> None:
    """Draw a box: dashed if nothing in it is known, orange if a number in it is only published."""
    bases = {item.basis for item in items if item.number}
    basis = next((name for name in ("published", "computed") if name in bases), "unknown")
    frame = FancyBboxPatch(
        (box.x, box.y),
        box.width,
        box.height,
        boxstyle="round,pad=0,rounding_size=1.2",
        facecolor=_ground(items),
        edgecolor=COLOURS[basis],
        linewidth=1.1,
        linestyle="--" if basis == "unknown" else "-",
    )
    name_mark(frame, "; ".join(f"{item.label} {item.number}".strip() for item in items))
    axes.add_patch(frame)
    top = box.middle()[1] + _height_mm(items, lines, size) / 2 - PAD_MM - LINE_MM * size / 2
    for i, (item, block) in enumerate(zip(items, lines, strict=True)):
        top -= ENTRY_GAP_MM * size if i and not item.part else 0
        colour = MUTED if item.basis == "unknown" else INK
        left = box.x + PAD_MM + (INDENT_MM if item.part else 0)
        for text, is_number in block:
            style = _style(item, is_number)
            axes.text(left, top, text, ha="left", va="center", fontsize=POINTS * size, color=colour, **style)
            top -= LINE_MM * size


def _style(item: Entry, is_number: bool) -> dict[str, Any]:
    """Return how a line of an entry is written, and what it leads to on the page."""
    style: dict[str, Any] = {"url": f"#box-{quote(item.box)}" if item.box else None}
    if is_number:
        style |= {"fontstyle": "italic"} if item.basis == "unknown" else {"fontweight": "semibold"}
    return style


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


def _arrows(axes: Axes, place: Mapping[str, Box]) -> None:
    """Draw the arrows down, to the boxes beside, and from the outer arms to the middle one."""
    for upper, lower in DOWN:
        if upper in place and lower in place:
            x = place[upper].middle()[0]
            _arrow(axes, (x, place[upper].y), (x, place[lower].y + place[lower].height))
    for box, beside in ASIDE:
        if box in place and beside in place:
            y = place[box].middle()[1]
            _arrow(axes, (place[box].x + place[box].width, y), (place[beside].x, y))
    if "other_assessed" in place:
        included = place["included"]
        _arrow_around(axes, place["other_assessed"], included, included.x + included.width)
    if "previous" in place and "total" in place:
        _arrow_around(axes, place["previous"], place["total"], place["total"].x)


def _arrow_around(axes: Axes, start: Box, end: Box, edge: float) -> None:
    """Draw an arrow from the bottom of a box down and then sideways to an edge of another."""
    x, y = start.middle()[0], end.middle()[1]
    axes.plot([x, x], [start.y, y], color=MUTED, linewidth=0.9, solid_capstyle="round")
    _arrow(axes, (x, y), (edge, y))


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    axes.add_patch(
        FancyArrowPatch(
            start, end, arrowstyle="-|>", mutation_scale=7, color=MUTED, linewidth=0.9, shrinkA=0, shrinkB=0
        )
    )


def _key(axes: Axes, drawn: Mapping[str, list[Entry]], above_mm: float, say: Speaker) -> None:
    """Say at the foot what the colours of the boxes mean, those that appear."""
    used = {item.basis for items in drawn.values() for item in items if item.number}
    texts = {
        "computed": "computed here",
        "published": "as published, not computed",
        "unknown": "not known here",
    }
    x, y = START_MM, 3.6 + above_mm
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


def main(*, flow_csv: str, language: str, paths: Mapping[str, str], translations: str | None) -> None:
    """Write the diagram in both languages and the table behind it."""
    flow = read_table(flow_csv, FLOW_COLUMNS)
    write_table(flow, paths["table"], FLOW_COLUMNS)
    save_figures(lambda say: draw(flow, say), language, paths, translations)
    log.info("%s drawn", count_of(len(flow), "box", "boxes"))


if __name__ == "__main__":
    with job(snakemake):
        main(
            flow_csv=snakemake.input.flow,
            language=snakemake.params.language,
            paths=dict(snakemake.output.items()),
            translations=snakemake.input.get("translations"),
        )
