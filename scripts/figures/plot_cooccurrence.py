"""Draw how many studies two codes share: a half matrix of counts, in the order of the codebook."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from scripts.common.figures.plotting import (
    INK,
    LINE,
    MUTED,
    NOTE_LINE_MM,
    NOTE_POINTS,
    ONE_COLUMN_MM,
    SMALLEST_POINTS,
    TALLEST_MM,
    TWO_COLUMNS_MM,
    blues,
    left_out,
    new_sheet,
    no_data,
    text_width,
    upper_first,
    wrap,
    write_notes,
)
from scripts.common.figures.saving import name_mark, save_figures
from scripts.common.files.tables import read_table, rows_of, write_table
from scripts.common.job import job, log
from scripts.common.report.phrases import Speaker
from scripts.common.values.counts import count_of

if TYPE_CHECKING:
    snakemake: Any

COLUMNS = ("code_a", "code_b", "both", "only_a", "only_b", "jaccard")
CELL_MM, NARROWEST_MM, MARGIN_MM, FEET_MM, FOOT_MM, POINTS = 7.0, 3.4, 2.0, 4.0, 7.0, 7.8
WIDEST_LABEL_MM = 70.0
NOTE = (
    "Studies cited for both codes; on the diagonal, for the code itself."
    " Counts are lower bounds where a list is not whole."
)


def pairs(matrix: pd.DataFrame, themes: pd.DataFrame) -> pd.DataFrame:
    """Return one row per pair of codes with evidence: studies with both, with one only, Jaccard index.

    Codes keep the order of the codebook; a code and one above it in the tree are no pair, for the parent
    counts its children's studies by definition. ``jaccard`` is both / (both + only_a + only_b), 0 to 1.
    """
    found = {
        code: set(matrix.loc[matrix[code] == "1", "study_id"])
        for code in themes["code"]
        if (matrix[code] == "1").any()
    }
    parent = dict(zip(themes["code"], themes["parent"], strict=True))
    rows = []
    codes = list(found)
    for index, a in enumerate(codes):
        for b in codes[index + 1 :]:
            if b in _above(a, parent) or a in _above(b, parent):
                continue
            both = len(found[a] & found[b])
            only_a, only_b = len(found[a]) - both, len(found[b]) - both
            rows.append((a, b, both, only_a, only_b, f"{both / (both + only_a + only_b):.3f}"))
    return pd.DataFrame(rows, columns=pd.Index(COLUMNS)).astype(str)


def _above(code: str, parent: Mapping[str, str]) -> set[str]:
    """Return the codes above a code."""
    found = set()
    while parent.get(code):
        code = parent[code]
        found.add(code)
    return found


class Layout(NamedTuple):
    """Where the half matrix is on the sheet, in millimetres from its lower left corner."""

    left: float
    foot: float
    cell: float
    width: float
    height: float
    notes: list[str]


def most_codes(labels: Sequence[str]) -> int:
    """Return how many codes have room beside their labels, and below one another."""
    room = TALLEST_MM - MARGIN_MM - FEET_MM - FOOT_MM - 2 * NOTE_LINE_MM
    beside = TWO_COLUMNS_MM - 2 * MARGIN_MM - 2 - max(text_width(label, POINTS) for label in labels)
    return int(min(room, beside) / NARROWEST_MM)


def layout_of(labels: Sequence[str], note: str) -> Layout:
    """Return a layout of one column of a journal if the labels and cells fit into it, else of two."""
    label_mm = max(text_width(label, POINTS) for label in labels)
    left = MARGIN_MM + label_mm + 2
    cell = min(CELL_MM, (TWO_COLUMNS_MM - left - MARGIN_MM) / len(labels))
    fits = left + cell * len(labels) + MARGIN_MM <= ONE_COLUMN_MM
    width = ONE_COLUMN_MM if fits else TWO_COLUMNS_MM
    notes = wrap(note, width - 2 * MARGIN_MM, NOTE_POINTS)
    foot = FOOT_MM + NOTE_LINE_MM * (len(notes) - 1)
    return Layout(left, foot, cell, width, MARGIN_MM + cell * len(labels) + FEET_MM + foot, notes)


def draw(table: pd.DataFrame, codes: Mapping[str, dict[str, str]], say: Speaker) -> Figure:
    """Return the lower half of the matrix; ``codes`` is code -> its row of themes.csv, in order."""
    if table.empty:
        return no_data(
            say("No data: needs coding sheets with two codes that are not above one another."), TWO_COLUMNS_MM
        )
    counts = {(row["code_a"], row["code_b"]): int(row["both"]) for row in rows_of(table)}
    highest = max(counts.values())
    used = {name for pair in counts for name in pair}
    everything = [code for code in codes if code in used]
    short = {code: wrap(say.label(codes[code]), WIDEST_LABEL_MM, POINTS, most=1)[0] for code in everything}
    most = most_codes([f"{label}  {len(everything)}" for label in short.values()])
    first = upper_first([codes[code] for code in everything])
    names = [everything[place] for place in sorted(first[:most])]
    note = " ".join([say(NOTE), left_out(len(names), len(everything), say)]).strip()
    labels = [f"{short[code]}  {number}" for number, code in enumerate(names, start=1)]
    place = layout_of(labels, note)
    figure, axes = new_sheet(place.width, place.height)
    for i, (row_code, label) in enumerate(zip(names, labels, strict=True)):
        y = place.height - MARGIN_MM - (i + 1) * place.cell
        _draw_names(axes, place, i, y, label)
        for j, column_code in enumerate(names[:i]):
            number = counts.get((column_code, row_code))
            both = f"{say.label(codes[row_code])}; {say.label(codes[column_code])}"
            _draw_pair(axes, place, (place.left + j * place.cell, y), number, highest, both)
        x, studies = place.left + i * place.cell, codes[row_code]["studies"]
        cell = _draw_cell(axes, place, (x, y), studies, "white", LINE, MUTED)
        name_mark(cell, f"{say.label(codes[row_code])}: {studies}")
    write_notes(axes, place.notes, MARGIN_MM)
    return figure


def _draw_names(axes: Axes, place: Layout, i: int, y: float, label: str) -> None:
    """Write the label of a row, and the number of its code below the column."""
    middle, foot = y + place.cell / 2, place.foot + 1.6
    axes.text(place.left - 2, middle, label, ha="right", va="center", fontsize=POINTS, color=INK)
    axes.text(
        place.left + (i + 0.5) * place.cell, foot, str(i + 1), ha="center", va="center", fontsize=7,
        color=MUTED,
    )  # fmt: skip


def _draw_pair(
    axes: Axes, place: Layout, corner: tuple[float, float], number: int | None, highest: int, both: str
) -> None:
    """Draw the studies of two codes (``both``); a stroke where one of them is above the other in the tree."""
    if number is None:
        x, y = corner
        end = place.cell - 1
        axes.plot([x + 1, x + end], [y + 1, y + end], color=LINE, linewidth=0.7)
        return
    ground, ink = blues(number, highest)
    cell = _draw_cell(axes, place, corner, str(number), ground, "white", ink)
    name_mark(cell, f"{both}: {number}")


def _draw_cell(
    axes: Axes, place: Layout, corner: tuple[float, float], number: str, ground: str, edge: str, ink: str
) -> Rectangle:
    """Draw a cell with its number, in small letters where it would not fit; return its ground."""
    (x, y), cell = corner, place.cell
    drawn = Rectangle(corner, cell, cell, facecolor=ground, edgecolor=edge, linewidth=0.8)
    axes.add_patch(drawn)
    points = max(min(7.0, 7.0 * (cell - 0.4) / text_width(number or "0", 7)), SMALLEST_POINTS)
    axes.text(x + cell / 2, y + cell / 2, number, ha="center", va="center", fontsize=points, color=ink)
    return drawn


def main(*, matrix: str, themes: str, language: str, paths: Mapping[str, str]) -> None:
    """Write the figure in both languages and the table behind it."""
    codes = read_table(themes)
    table = pairs(read_table(matrix), codes)
    write_table(table, paths["table"], COLUMNS)
    by_code = {row["code"]: row for row in rows_of(codes)}
    save_figures(lambda say: draw(table, by_code, say), language, paths)
    log.info("%s of codes", count_of(len(table), "pair"))


if __name__ == "__main__":
    with job(snakemake):
        main(
            matrix=snakemake.input.matrix,
            themes=snakemake.input.themes,
            language=snakemake.params.language,
            paths=dict(snakemake.output.items()),
        )
