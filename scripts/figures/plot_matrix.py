"""Draw which study is cited for which code; a blank cell is not known, a dot is known to be absent."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple
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
    NOTE_LINE_MM,
    NOTE_POINTS,
    TALLEST_MM,
    TWO_COLUMNS_MM,
    columns_that_fit,
    left_out,
    new_sheet,
    rows_that_fit,
    text_width,
    upper_first,
    widest_mm,
    wrap,
    write_notes,
)
from scripts.common.figures.saving import name_mark, save_figures
from scripts.common.figures.studies import called, in_one_line
from scripts.common.files.tables import read_table, rows_of, write_table
from scripts.common.job import job, log
from scripts.common.report.phrases import Speaker

if TYPE_CHECKING:
    snakemake: Any

ROW_MM, HEAD_MM, MARGIN_MM = 4.2, 2.0, 2.0
LABEL_POINTS, STUDY_POINTS, INDENT_MM = 7.8, 6.4, 2.2
LABEL_MM, STUDY_MM = 66.0, 36.0  # of a label and of the name of a study, at most
NARROWEST_MM, WIDEST_MM, NOTE_LINES = 2.5, 4.2, 3  # a column; the lines of the note, at most
NOTE = (
    "Columns are studies. Filled: cited for the code. Dot: known not to be."
    " Blank: the code's list is not known whole."
)
NOTE_STUDIES = "Studies drawn: %(n)s of %(all)s, those with most codes; the table of this figure has all."


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


class Grid(NamedTuple):
    """What is drawn, and its sizes in millimetres."""

    cells: pd.DataFrame  # code x study
    labels: dict[str, str]  # code -> its label, in one line
    studies: list[str]  # names of the studies
    left: float  # of the first column
    step: float
    foot: float
    width: float
    height: float
    notes: list[str]


def grid_of(
    cells: pd.DataFrame, codes: Mapping[str, dict[str, str]], names: Mapping[str, str], say: Speaker
) -> Grid:
    """Return the codes and studies that have room on a page: upper levels, and studies with most codes."""
    every = list(map(str, cells.columns))
    studies = {study: in_one_line(names.get(study, study), STUDY_MM, STUDY_POINTS) for study in every}
    foot = max((text_width(name, STUDY_POINTS) for name in studies.values()), default=0) + 2
    rows = [{**codes[code], "studies": str((cells.loc[code] == "1").sum())} for code in cells.index]
    notes_mm = MARGIN_MM + NOTE_LINE_MM * NOTE_LINES
    places = rows_that_fit([ROW_MM] * len(rows), TALLEST_MM - HEAD_MM - foot - notes_mm, upper_first(rows))
    drawn = cells.iloc[places]
    labels, left = _labels({code: codes[code] for code in drawn.index}, say)
    tall = HEAD_MM + max(len(drawn), 1) * ROW_MM + foot
    most = int((widest_mm(tall + notes_mm) - left - MARGIN_MM) / NARROWEST_MM)
    of_each = [int((drawn[study] == "1").sum()) for study in drawn]
    drawn = drawn.iloc[:, columns_that_fit(of_each, most)]
    columns = max(len(drawn.columns), 1)
    step = min(max((TWO_COLUMNS_MM - left - MARGIN_MM) / columns, NARROWEST_MM), WIDEST_MM)
    width = max(TWO_COLUMNS_MM, left + columns * step + MARGIN_MM)
    texts = [say(NOTE if len(cells.columns) else "No evidence is known here.")]
    if len(drawn.columns) < len(cells.columns):
        texts.append(say(NOTE_STUDIES) % {"n": len(drawn.columns), "all": len(cells.columns)})
    texts.append(left_out(len(drawn), len(cells), say))
    notes = wrap(" ".join(filter(None, texts)), width - 2 * MARGIN_MM, NOTE_POINTS, most=NOTE_LINES)
    height = tall + MARGIN_MM + NOTE_LINE_MM * len(notes)
    return Grid(
        drawn,
        labels,
        [studies[str(study)] for study in drawn],
        left,
        step,
        height - tall,
        width,
        height,
        notes,
    )


def _labels(codes: Mapping[str, dict[str, str]], say: Speaker) -> tuple[dict[str, str], float]:
    """Return code -> its label in one line, and where the columns begin behind the longest one."""
    labels, left = {}, 20.0
    for code, row in codes.items():
        indent = INDENT_MM * (int(row["level"]) - 1)
        labels[code] = wrap(say.label(row), LABEL_MM - indent, LABEL_POINTS, "semibold", most=1)[0]
        left = max(left, indent + text_width(labels[code], LABEL_POINTS, "semibold"))
    return labels, left + 2 * MARGIN_MM


def draw(
    cells: pd.DataFrame, codes: Mapping[str, dict[str, str]], names: Mapping[str, str], say: Speaker
) -> Figure:
    """Return the grid; ``names`` is study -> how it is called, where that is known.

    With many studies it is wider than two columns of a page, to be printed on its side.
    """
    grid = grid_of(cells, codes, names, say)
    figure, axes = new_sheet(grid.width, grid.height)
    for i, code in enumerate(grid.cells.index):
        y = grid.height - HEAD_MM - (i + 1) * ROW_MM
        level = int(codes[code]["level"])
        axes.text(
            MARGIN_MM + INDENT_MM * (level - 1), y + ROW_MM / 2, grid.labels[code], va="center",
            fontsize=LABEL_POINTS, color=INK, fontweight="semibold" if level == 1 else "normal",
            url=f"#code-{code}",
        )  # fmt: skip
        for j, (study, value) in enumerate(grid.cells.loc[code].items()):
            x = grid.left + j * grid.step
            if value == "1":
                mark = Rectangle((x + 0.25, y + 0.25), grid.step - 0.5, ROW_MM - 0.5, color=BLUE, linewidth=0)
                mark.set_url(f"#cell-{quote(str(study))}-{code}")  # on the page: the passages behind it
                name_mark(mark, f"{say.label(codes[code])}: {names.get(str(study), study)}")
                axes.add_patch(mark)
        absent = [j for j, value in enumerate(grid.cells.loc[code]) if value == "0"]
        middles = [grid.left + (j + 0.5) * grid.step for j in absent]
        axes.plot(middles, [y + ROW_MM / 2] * len(middles), ".", markersize=2.2, color=LINE)
    _write_studies(axes, grid)
    write_notes(axes, grid.notes, MARGIN_MM)
    return figure


def _write_studies(axes: Axes, grid: Grid) -> None:
    """Write the names of the studies upwards below their columns."""
    top = grid.height - HEAD_MM - len(grid.cells) * ROW_MM - 1
    for j, (study, name) in enumerate(zip(grid.cells, grid.studies, strict=True)):
        axes.text(
            grid.left + (j + 0.5) * grid.step, top, name, rotation=90, ha="center", va="top",
            fontsize=STUDY_POINTS, color=MUTED, url=f"#study-{quote(str(study))}",
        )  # fmt: skip


def main(*, matrix: str, themes: str, included: str, language: str, paths: Mapping[str, str]) -> None:
    """Write the figure in both languages and the table behind it."""
    codes = read_table(themes)
    cells = arrange(read_table(matrix), codes)
    behind = cells.rename_axis("code").reset_index()
    write_table(behind, paths["table"], list(behind.columns))
    by_code = {row["code"]: row for row in rows_of(codes)}
    names = called(rows_of(read_table(included)))
    save_figures(lambda say: draw(cells, by_code, names, say), language, paths)
    log.info("%d codes with evidence, %d studies", *cells.shape)


if __name__ == "__main__":
    with job(snakemake):
        main(
            matrix=snakemake.input.matrix,
            themes=snakemake.input.themes,
            included=snakemake.input.included,
            language=snakemake.params.language,
            paths=dict(snakemake.output.items()),
        )
