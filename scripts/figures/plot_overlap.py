"""Draw which sources hold the same publications (an UpSet plot), so that each source's own yield is seen."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.figure import Figure

from scripts.common.figures.plotting import (
    BLUE,
    INK,
    LINE,
    MUTED,
    ONE_COLUMN_MM,
    SKY,
    TWO_COLUMNS_MM,
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

COLUMNS = ("sources", "number_of_sources", "publications")
MOST_COLUMNS = 30  # combinations drawn, the largest first; the table has all of them
ROW_MM, BARS_MM, HEAD_MM, FOOT_MM, MARGIN_MM, SIZES_MM = 5.4, 34.0, 5.0, 7.0, 2.0, 26.0
WIDEST_LABEL_MM, NARROWEST_STEP_MM, WIDEST_STEP_MM, POINTS = 52.0, 4.4, 9.0, 8.0
NOTE = "Columns: publications held by exactly these sources. Left: publications held by each source."
NOTE_CUT = "The %(n)s largest of %(all)s combinations are drawn; the table has all of them."


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


def draw(table: pd.DataFrame, names: Sequence[str], say: Speaker) -> Figure:
    """Return bars of combinations over a grid of dots, and bars of whole sources beside it.

    It takes one column of a journal where that suffices. ``names`` are the sources in order; a
    source that gave nothing keeps its empty row.
    """
    if table.empty:
        return no_data(say("No data: needs an export or a search with records."), TWO_COLUMNS_MM)
    members = [set(_split(row["sources"], names)) for row in rows_of(table)]
    sizes = [int(row["publications"]) for row in rows_of(table)]
    whole = {
        name: sum(size for size, held in zip(sizes, members, strict=True) if name in held) for name in names
    }
    drawn = min(len(sizes), MOST_COLUMNS)
    labels = [wrap(say.own(name), WIDEST_LABEL_MM, POINTS) for name in names]
    heights = [ROW_MM + 3.2 * (len(label) - 1) for label in labels]
    label_mm = max(text_width(line, POINTS) for label in labels for line in label)
    left = MARGIN_MM + SIZES_MM + 2 + label_mm + 3
    fits = left + drawn * NARROWEST_STEP_MM + MARGIN_MM <= ONE_COLUMN_MM
    width = ONE_COLUMN_MM if fits else TWO_COLUMNS_MM
    step = min((width - left - MARGIN_MM) / drawn, WIDEST_STEP_MM)
    notes = wrap(say(NOTE), width - 2 * MARGIN_MM, 7.6)
    if drawn < len(sizes):
        notes += wrap(say(NOTE_CUT) % {"n": drawn, "all": len(sizes)}, width - 2 * MARGIN_MM, 7.6)
    widest = max(text_width(f"{size:,}", 7) for size in sizes[:drawn])
    turned = widest > step - 0.4  # numbers that would touch each other stand upright
    head = HEAD_MM + (widest if turned else 0)
    total = head + BARS_MM + sum(heights) + FOOT_MM + 3.6 * (len(notes) - 1)
    figure = new_figure(width, total)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(0, total))
    axes.axis("off")
    base = total - head - BARS_MM
    middles = [base - sum(heights[:i]) - height / 2 - 1 for i, height in enumerate(heights)]
    for index, (name, label, y) in enumerate(zip(names, labels, middles, strict=True)):
        if index % 2 == 0:
            axes.barh(y, width, height=heights[index], color="#F4F7F9", left=0, linewidth=0)
        length = (SIZES_MM - 9) * whole[name] / max(whole.values())
        axes.barh(y, length, left=MARGIN_MM + SIZES_MM - length, height=3.0, color=SKY, linewidth=0)
        at = MARGIN_MM + SIZES_MM - length - 0.8
        axes.text(at, y, f"{whole[name]:,}", ha="right", va="center", fontsize=7, color=MUTED)
        axes.text(
            MARGIN_MM + SIZES_MM + 2,
            y,
            "\n".join(label),
            va="center",
            fontsize=POINTS,
            color=INK,
            linespacing=1.05,
        )
    for index in range(drawn):
        x = left + (index + 0.5) * step
        height = (BARS_MM - 2) * sizes[index] / sizes[0]
        axes.bar(x, height, bottom=base + 0.6, width=step * 0.62, color=BLUE, linewidth=0)
        axes.text(
            x,
            base + 1.2 + height,
            f"{sizes[index]:,}",
            ha="center",
            va="bottom",
            fontsize=7,
            color=INK,
            rotation=90 if turned else 0,
        )
        inside = [y for name, y in zip(names, middles, strict=True) if name in members[index]]
        axes.plot([x] * len(names), middles, "o", markersize=4, color=LINE, markeredgewidth=0)
        axes.plot(
            [x] * len(inside), inside, "-o", markersize=4.6, color=BLUE, linewidth=1.4, markeredgewidth=0
        )
    for index, note in enumerate(reversed(notes)):
        axes.text(MARGIN_MM, 2.6 + 3.6 * index, note, va="center", fontsize=7.6, color=MUTED)
    return figure


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
    log.info("%d sources in %d combinations", len(names), len(table))


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
