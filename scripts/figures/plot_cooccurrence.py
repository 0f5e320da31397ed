"""Draw how often two codes stand on the same study: a half matrix of counts, in the order of the codebook."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from scripts.common.figures.plotting import (
    INK,
    LINE,
    MUTED,
    ONE_COLUMN_MM,
    TWO_COLUMNS_MM,
    blues,
    new_figure,
    no_data,
    save_figures,
    text_width,
    wrap,
)
from scripts.common.files.tables import read_table, rows_of, write_table
from scripts.common.job import job, log
from scripts.common.report.phrases import Speaker

if TYPE_CHECKING:
    snakemake: Any

COLUMNS = ("code_a", "code_b", "both", "only_a", "only_b", "jaccard")
CELL_MM, NARROWEST_MM, MARGIN_MM, FEET_MM, FOOT_MM, POINTS = 7.0, 3.4, 2.0, 4.0, 7.0, 7.8
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


def draw(table: pd.DataFrame, codes: Mapping[str, dict[str, str]], say: Speaker) -> Figure:
    """Return the lower half of the matrix; ``codes`` is code -> its row of themes.csv, in order."""
    if table.empty:
        return no_data(
            say("No data: needs coding sheets with two codes that are not above one another."), TWO_COLUMNS_MM
        )
    rows = rows_of(table)
    used = {name for row in rows for name in (row["code_a"], row["code_b"])}
    names = [code for code in codes if code in used]
    counts = {(row["code_a"], row["code_b"]): int(row["both"]) for row in rows}
    counts |= {(code, code): int(codes[code]["studies"]) for code in names}
    labels = [f"{say.label(codes[code])}  {number}" for number, code in enumerate(names, start=1)]
    label_mm = max(text_width(label, POINTS) for label in labels)
    left = MARGIN_MM + label_mm + 2
    cell = min(CELL_MM, max((TWO_COLUMNS_MM - left - MARGIN_MM) / len(names), NARROWEST_MM))
    needed = left + cell * len(names) + MARGIN_MM
    width = ONE_COLUMN_MM if needed <= ONE_COLUMN_MM else max(TWO_COLUMNS_MM, needed)
    notes = wrap(say(NOTE), width - 2 * MARGIN_MM, 7.6)
    foot = FOOT_MM + 3.6 * (len(notes) - 1)
    height = MARGIN_MM + cell * len(names) + FEET_MM + foot
    figure = new_figure(width, height)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(0, height))
    axes.axis("off")
    highest = max((number for (a, b), number in counts.items() if a != b), default=0)
    for i, (row_code, label) in enumerate(zip(names, labels, strict=True)):
        y = height - MARGIN_MM - (i + 1) * cell
        axes.text(left - 2, y + cell / 2, label, ha="right", va="center", fontsize=POINTS, color=INK)
        axes.text(
            left + (i + 0.5) * cell, foot + 1.6, str(i + 1), ha="center", va="center", fontsize=7, color=MUTED
        )
        for j, column_code in enumerate(names[: i + 1]):
            number = counts.get((column_code, row_code))
            x = left + j * cell
            if number is None:  # one stands above the other in the tree
                axes.plot([x + 1, x + cell - 1], [y + 1, y + cell - 1], color=LINE, linewidth=0.7)
                continue
            own = i == j
            ground, ink = ("white", MUTED) if own else blues(number, highest)
            axes.add_patch(
                Rectangle(
                    (x, y), cell, cell, facecolor=ground, edgecolor=LINE if own else "white", linewidth=0.8
                )
            )
            axes.text(
                x + cell / 2, y + cell / 2, str(number), ha="center", va="center", fontsize=7, color=ink
            )
    for index, note in enumerate(reversed(notes)):
        axes.text(MARGIN_MM, 2.6 + 3.6 * index, note, va="center", fontsize=7.6, color=MUTED)
    return figure


def main(*, matrix: str, themes: str, language: str, paths: Mapping[str, str]) -> None:
    """Write the figure in both languages and the table behind it."""
    codes = read_table(themes)
    table = pairs(read_table(matrix), codes)
    write_table(table, paths["table"], COLUMNS)
    by_code = {row["code"]: row for row in rows_of(codes)}
    save_figures(lambda say: draw(table, by_code, say), language, paths)
    log.info("%d pairs of codes", len(table))


if __name__ == "__main__":
    with job(snakemake):
        main(
            matrix=snakemake.input.matrix,
            themes=snakemake.input.themes,
            language=snakemake.params.language,
            paths=dict(snakemake.output.items()),
        )
