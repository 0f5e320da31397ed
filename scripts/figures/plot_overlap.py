"""Draw which sources hold the same publications (an UpSet plot), so that each source's own yield is seen."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from scripts.common.figures.plotting import (
    BLUE,
    INK,
    LINE,
    MUTED,
    NOTE_LINE_MM,
    NOTE_POINTS,
    ONE_COLUMN_MM,
    SKY,
    TALLEST_MM,
    TWO_COLUMNS_MM,
    left_out,
    new_sheet,
    no_data,
    rows_that_fit,
    text_width,
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

COLUMNS = ("sources", "number_of_sources", "publications")
MOST_COLUMNS = 30  # combinations drawn, the largest first; the table has all of them
ROW_MM, BARS_MM, HEAD_MM, FOOT_MM, MARGIN_MM, SIZES_MM = 5.4, 34.0, 5.0, 7.0, 2.0, 26.0
WIDEST_LABEL_MM, NARROWEST_STEP_MM, WIDEST_STEP_MM, POINTS = 52.0, 4.4, 9.0, 8.0
LINE_MM, MOST_LINES = 3.2, 3  # of the name of a source
NOTE = "Columns: publications held by exactly these sources. Left: publications held by each source."
NOTE_CUT = "The %(n)s largest of %(all)s combinations are drawn; the table has all of them."
NOTE_SOURCES = (
    "Rows: the %(n)s largest of %(all)s sources; columns may hold records of sources that are not drawn."
)


def overlap(records: pd.DataFrame, clusters: pd.DataFrame, sources: Mapping[str, str]) -> pd.DataFrame:
    """Return combination of sources -> publications held by exactly those, the largest first.

    ``sources`` is input -> name. A publication is a cluster of records; two inputs with one name count as one
    source. Names are joined by " + " in the order of ``sources``.
    """
    order = list(dict.fromkeys(sources.values()))
    names = records.set_index("record_id")["input"].map(sources)
    held = clusters.assign(source=clusters["record_id"].map(names)).groupby("cluster_id")["source"].agg(set)
    counts = Counter(tuple(name for name in order if name in found) for found in held)
    rows = sorted(counts.items(), key=lambda item: (-item[1], [order.index(name) for name in item[0]]))
    return pd.DataFrame(
        [(" + ".join(names), len(names), number) for names, number in rows], columns=pd.Index(COLUMNS)
    ).astype(str)


class Layout(NamedTuple):
    """Sizes of the figure in millimetres, and the lines of its texts."""

    labels: list[list[str]]  # lines of each source
    heights: list[float]  # of each source's row
    left: float  # of the first column
    step: float
    turned: bool  # numbers that would touch each other are written upwards
    base: float  # of the columns
    width: float
    height: float
    notes: list[str]

    def middles(self) -> list[float]:
        """Return the middle of each source's row."""
        return [self.base - sum(self.heights[:i]) - height / 2 - 1 for i, height in enumerate(self.heights)]

    def x(self, column: int) -> float:
        """Return the middle of a column."""
        return self.left + (column + 0.5) * self.step


def label_lines(name: str, say: Speaker) -> list[str]:
    """Return the lines of the name of a source."""
    return wrap(say.own(name), WIDEST_LABEL_MM, POINTS, most=MOST_LINES)


def row_mm(name: str, say: Speaker) -> float:
    """Return how high the row of a source is."""
    return ROW_MM + LINE_MM * (len(label_lines(name, say)) - 1)


def sources_drawn(names: Sequence[str], held: Mapping[str, int], say: Speaker) -> list[str]:
    """Return the sources whose rows have room on a page, in their order: those that hold most."""
    room = TALLEST_MM - HEAD_MM - BARS_MM - FOOT_MM - 3 * NOTE_LINE_MM - text_width("0" * 8, 7)
    largest = sorted(range(len(names)), key=lambda at: (-held[names[at]], at))
    return [names[at] for at in rows_that_fit([row_mm(name, say) for name in names], room, largest)]


def layout_of(names: Sequence[str], sizes: Sequence[int], sources: int, say: Speaker) -> Layout:
    """Return a layout of one column of a journal where that suffices, else of two.

    ``names`` are the sources that are drawn, of ``sources`` in all.
    """
    drawn = min(len(sizes), MOST_COLUMNS)
    labels = [label_lines(name, say) for name in names]
    heights = [row_mm(name, say) for name in names]
    label_mm = max(text_width(line, POINTS) for label in labels for line in label)
    left = MARGIN_MM + SIZES_MM + 2 + label_mm + 3
    fits = left + drawn * NARROWEST_STEP_MM + MARGIN_MM <= ONE_COLUMN_MM
    width = ONE_COLUMN_MM if fits else TWO_COLUMNS_MM
    step = min((width - left - MARGIN_MM) / drawn, WIDEST_STEP_MM)
    texts = [say(NOTE)]
    if drawn < len(sizes):
        texts.append(say(NOTE_CUT) % {"n": drawn, "all": len(sizes)})
    if len(names) < sources:
        rows = say(NOTE_SOURCES) % {"n": len(names), "all": sources}
        texts.append(f"{rows} {left_out(len(names), sources, say)}")
    notes = [line for text in texts for line in wrap(text, width - 2 * MARGIN_MM, NOTE_POINTS)]
    widest = max(text_width(f"{size:,}", 7) for size in sizes[:drawn])
    turned = widest > step - 0.4
    head = HEAD_MM + (widest if turned else 0)
    height = head + BARS_MM + sum(heights) + FOOT_MM + NOTE_LINE_MM * (len(notes) - 1)
    return Layout(labels, heights, left, step, turned, height - head - BARS_MM, width, height, notes)


def draw(table: pd.DataFrame, names: Sequence[str], say: Speaker) -> Figure:
    """Return bars of combinations over a grid of dots, and bars of whole sources beside it.

    It takes one column of a journal where that suffices. ``names`` are the sources in order; a
    source that gave nothing keeps its empty row.
    """
    if table.empty:
        return no_data(say("No data: needs an export or a search with records."), TWO_COLUMNS_MM)
    members = [set(_split(row["sources"], names)) for row in rows_of(table)]
    sizes = [int(row["publications"]) for row in rows_of(table)]
    held: Counter[str] = Counter()
    for combination, size in zip(members, sizes, strict=True):
        held.update(dict.fromkeys(combination, size))
    rows = sources_drawn(names, held, say)
    place = layout_of(rows, sizes, len(names), say)
    figure, axes = new_sheet(place.width, place.height)
    _draw_sources(axes, place, [held[name] for name in rows])
    for column in range(min(len(sizes), MOST_COLUMNS)):
        inside = [y for name, y in zip(rows, place.middles(), strict=True) if name in members[column]]
        whole = " + ".join(say.own(name) for name in names if name in members[column])
        _draw_combination(axes, place, column, (sizes[column], sizes[0]), inside, whole)
    write_notes(axes, place.notes, MARGIN_MM)
    return figure


def _draw_sources(axes: Axes, place: Layout, sizes: Sequence[int]) -> None:
    """Draw the row of each source: its name, and a bar of all publications that it holds."""
    for index, (label, y, size) in enumerate(zip(place.labels, place.middles(), sizes, strict=True)):
        if index % 2 == 0:
            axes.barh(y, place.width, height=place.heights[index], color="#F4F7F9", left=0, linewidth=0)
        length = (SIZES_MM - 9) * size / max(sizes)
        (bar,) = axes.barh(y, length, left=MARGIN_MM + SIZES_MM - length, height=3.0, color=SKY, linewidth=0)
        name_mark(bar, f"{' '.join(label)}: {size:,}")
        end = MARGIN_MM + SIZES_MM - length - 0.8
        axes.text(end, y, f"{size:,}", ha="right", va="center", fontsize=7, color=MUTED)
        axes.text(
            MARGIN_MM + SIZES_MM + 2, y, "\n".join(label), va="center", fontsize=POINTS, color=INK,
            linespacing=1.05,
        )  # fmt: skip


def _draw_combination(
    axes: Axes, place: Layout, column: int, sizes: tuple[int, int], inside: Sequence[float], whole: str
) -> None:
    """Draw a combination: the bar of its publications, and a dot at each source in it (``inside``).

    ``sizes``: its publications and those of the largest one; ``whole``: all its sources.
    """
    x, middles, (size, largest) = place.x(column), place.middles(), sizes
    height = (BARS_MM - 2) * size / largest
    (bar,) = axes.bar(x, height, bottom=place.base + 0.6, width=place.step * 0.62, color=BLUE, linewidth=0)
    name_mark(bar, f"{whole}: {size:,}")
    axes.text(
        x, place.base + 1.2 + height, f"{size:,}", ha="center", va="bottom", fontsize=7, color=INK,
        rotation=90 if place.turned else 0,
    )  # fmt: skip
    axes.plot([x] * len(middles), middles, "o", markersize=4, color=LINE, markeredgewidth=0)
    axes.plot([x] * len(inside), inside, "-o", markersize=4.6, color=BLUE, linewidth=1.4, markeredgewidth=0)


def _split(joined: str, names: Sequence[str]) -> list[str]:
    """Return the names that ``joined`` was made of; a name may itself hold " + "."""
    found, rest = [], f"{joined} + "
    for name in names:
        if rest.startswith(f"{name} + "):
            found.append(name)
            rest = rest[len(name) + 3 :]
    return found


def main(
    *,
    records: str,
    clusters: str,
    sources: Mapping[str, str],
    language: str,
    paths: Mapping[str, str],
    translations: str | None,
) -> None:
    """Write the figure in both languages and the table behind it."""
    table = overlap(read_table(records), read_table(clusters), sources)
    write_table(table, paths["table"], COLUMNS)
    names = list(dict.fromkeys(sources.values()))
    save_figures(lambda say: draw(table, names, say), language, paths, translations)
    log.info("%s in %s", count_of(len(names), "source"), count_of(len(table), "combination"))


if __name__ == "__main__":
    with job(snakemake):
        main(
            records=snakemake.input.records,
            clusters=snakemake.input.clusters,
            sources=snakemake.params.sources,
            language=snakemake.params.language,
            paths=dict(snakemake.output.items()),
            translations=snakemake.input.get("translations"),
        )
