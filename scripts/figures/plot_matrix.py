"""Draw which study is cited for which code; a blank cell is not known, a dot is known to be absent."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from scripts.common.figures.plotting import (
    BLUE,
    INK,
    LINE,
    MUTED,
    TALLEST_MM,
    TWO_COLUMNS_MM,
    left_out,
    new_figure,
    rows_that_fit,
    text_width,
    upper_first,
)
from scripts.common.figures.saving import name_mark, save_figures
from scripts.common.files.tables import read_table, rows_of, write_table
from scripts.common.job import job, log
from scripts.common.report.phrases import Speaker

if TYPE_CHECKING:
    snakemake: Any

ROW_MM, HEAD_MM, NOTE_MM, MARGIN_MM = 4.2, 2.0, 6.0, 2.0
LABEL_POINTS, STUDY_POINTS, INDENT_MM = 7.8, 6.8, 2.2
NARROWEST_MM, WIDEST_MM = 2.6, 4.2  # a column; with more studies the figure grows
NOTE = (
    "Columns are studies. Filled: cited for the code. Dot: known not to be."
    " Blank: the code's list is not known whole."
)


def arrange(matrix: pd.DataFrame, themes: pd.DataFrame) -> pd.DataFrame:
    """Return code x study for the codes with evidence; studies that share most codes are side by side.

    Codes keep the order of the codebook. The study with most codes comes first; after each study
    comes the one most like it (Jaccard index of their codes); equal ones keep the order of the table.
    """
    codes = [code for code in themes["code"] if (matrix[code] == "1").any()]
    found = matrix.set_index("study_id")[codes].T
    waiting = {str(study): frozenset(found.index[found[study] == "1"]) for study in found.columns}
    order: list[str] = []
    last: frozenset[str] = frozenset()
    while waiting:
        alike = {
            study: (len(last & held) / (len(last | held) or 1), len(held)) for study, held in waiting.items()
        }
        order.append(max(waiting, key=lambda study: alike[study]))
        last = waiting.pop(order[-1])
    return found[order]


def draw(cells: pd.DataFrame, codes: Mapping[str, dict[str, str]], say: Speaker) -> Figure:
    """Return the grid; it grows beyond two columns of a page if the studies need it."""
    foot = max((text_width(str(study), STUDY_POINTS) for study in cells.columns), default=0) + 2 + NOTE_MM
    all_rows = [{**codes[code], "studies": str((cells.loc[code] == "1").sum())} for code in cells.index]
    room = TALLEST_MM - HEAD_MM - foot
    places = rows_that_fit([ROW_MM] * len(all_rows), room, upper_first(all_rows))
    note = " ".join(
        [
            say(NOTE if len(cells.columns) else "No evidence is known here."),
            left_out(len(places), len(all_rows), say),
        ]
    ).strip()
    cells = cells.iloc[places]
    rows, columns = cells.shape
    labels = {code: say.label(row) for code, row in codes.items()}
    levels = {code: int(row["level"]) for code, row in codes.items()}
    names = [
        INDENT_MM * (levels[code] - 1) + text_width(labels[code], LABEL_POINTS, "semibold")
        for code in cells.index
    ]
    left = max(names, default=20) + 2 * MARGIN_MM
    step = min(max((TWO_COLUMNS_MM - left - MARGIN_MM) / max(columns, 1), NARROWEST_MM), WIDEST_MM)
    width = max(TWO_COLUMNS_MM, left + columns * step + MARGIN_MM)
    height = HEAD_MM + max(rows, 1) * ROW_MM + foot
    figure = new_figure(width, height)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(0, height))
    axes.axis("off")
    for i, code in enumerate(cells.index):
        y = height - HEAD_MM - (i + 1) * ROW_MM
        axes.text(
            MARGIN_MM + INDENT_MM * (levels[code] - 1),
            y + ROW_MM / 2,
            labels[code],
            va="center",
            fontsize=LABEL_POINTS,
            color=INK,
            fontweight="semibold" if levels[code] == 1 else "normal",
            url=f"#code-{code}",
        )
        for j, value in enumerate(cells.loc[code]):
            x = left + j * step
            if value == "1":
                mark = Rectangle((x + 0.25, y + 0.25), step - 0.5, ROW_MM - 0.5, color=BLUE, linewidth=0)
                mark.set_url(f"#cell-{quote(cells.columns[j])}-{code}")  # on the page: the passages behind it
                name_mark(mark, f"{labels[code]}: {cells.columns[j]}")
                axes.add_patch(mark)
            elif value == "0":
                axes.plot([x + step / 2], [y + ROW_MM / 2], marker=".", markersize=2.2, color=LINE)
    _write_studies(axes, list(cells.columns), left, step, height - HEAD_MM - rows * ROW_MM - 1)
    axes.text(MARGIN_MM, NOTE_MM / 2 - 0.6, note, va="center", fontsize=7.8, color=MUTED)
    return figure


def _write_studies(axes: Axes, studies: Sequence[str], left: float, step: float, top: float) -> None:
    """Write the names of the studies upwards below their columns."""
    for j, study in enumerate(studies):
        axes.text(
            left + (j + 0.5) * step, top, study, rotation=90, ha="center", va="top", fontsize=STUDY_POINTS,
            color=MUTED,
        )  # fmt: skip


def main(*, matrix: str, themes: str, language: str, paths: Mapping[str, str]) -> None:
    """Write the figure in both languages and the table behind it."""
    codes = read_table(themes)
    cells = arrange(read_table(matrix), codes)
    behind = cells.rename_axis("code").reset_index()
    write_table(behind, paths["table"], list(behind.columns))
    by_code = {row["code"]: row for row in rows_of(codes)}
    save_figures(lambda say: draw(cells, by_code, say), language, paths)
    log.info("%d codes with evidence, %d studies", *cells.shape)


if __name__ == "__main__":
    with job(snakemake):
        main(
            matrix=snakemake.input.matrix,
            themes=snakemake.input.themes,
            language=snakemake.params.language,
            paths=dict(snakemake.output.items()),
        )
