"""Draw how many records each source holds per year, how many remain unique, and how many are included."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.figure import Figure

from scripts.common.figures.plotting import (
    BLUE,
    GREEN,
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
from scripts.common.files.tables import read_table, write_table
from scripts.common.job import job, log
from scripts.common.report.phrases import Speaker

if TYPE_CHECKING:
    snakemake: Any

COLUMNS = ("source", "year", "records")
UNIQUE = "Unique records, all sources"
INCLUDED = "Included studies known by name"
NO_YEAR = "no year"
X_LABEL = "Year of publication (dashed: end of %(year)s, the year of the last day searched, %(day)s)"
COLOURS = {UNIQUE: BLUE, INCLUDED: GREEN}  # of panels that are no source
PANEL_MM, HEAD_MM, FOOT_MM = 21.0, 3.0, 12.0
SHARE = 0.976  # of the width that the panels take
YEAR_MM, POINTS = 6.2, 6.8  # room of a year below the axis; size of the numbers


def per_year(
    records: pd.DataFrame, unique: pd.DataFrame, included: pd.DataFrame, sources: dict[str, str]
) -> pd.DataFrame:
    """Return the number of records per source and year; ``sources`` is input -> name, in order."""
    frames = [
        records.assign(source=records["input"].map(sources)),
        unique.assign(source=UNIQUE),
        included.assign(source=INCLUDED),
    ]
    table = pd.concat([frame[["source", "year"]] for frame in frames])
    table["year"] = table["year"].replace("", NO_YEAR)
    counts = table.value_counts(["source", "year"]).rename("records").reset_index()
    rank = {name: index for index, name in enumerate([*sources.values(), UNIQUE, INCLUDED])}
    counts["rank"] = counts["source"].map(rank)
    return counts.sort_values(["rank", "year"])[list(COLUMNS)].reset_index(drop=True)


def draw(counts: pd.DataFrame, end: str, width_mm: float, say: Speaker) -> Figure:
    """Return one panel per source with the same years; the line marks the end of the search.

    Where the numbers of all bars have no room, the highest bar alone has its number.
    """
    names = list(dict.fromkeys(counts["source"]))
    years = [int(year) for year in counts["year"] if year != NO_YEAR]
    first, last = min(years, default=int(end[:4])), max([*years, int(end[:4])])
    note = wrap(say(X_LABEL) % {"year": end[:4], "day": end}, SHARE * width_mm, 8)
    foot = FOOT_MM + 3.5 * (len(note) - 1)
    total = HEAD_MM + PANEL_MM * len(names) + foot
    figure = new_figure(width_mm, total)
    unknown_at = last + 2
    with_unknown = (counts["year"] == NO_YEAR).any()
    year_mm = SHARE * width_mm / ((unknown_at if with_unknown else last) - first + 1.4)
    numbered = all(text_width(number, POINTS) < year_mm for number in counts["records"].astype(str))
    step = 1 + int(YEAR_MM / year_mm)
    unknown_mm = text_width(say(NO_YEAR), 8) + 1
    left, right = (max(0.7, mm / 2 / year_mm) for mm in (YEAR_MM, unknown_mm if with_unknown else YEAR_MM))
    for index, name in enumerate(names):
        bottom = (foot + PANEL_MM * (len(names) - 1 - index)) / total
        axes = figure.add_axes(((1 - SHARE) / 2, bottom, SHARE, (PANEL_MM - 7.5) / total))
        rows = counts[counts["source"] == name]
        x = [unknown_at if year == NO_YEAR else int(year) for year in rows["year"]]
        heights = [int(number) for number in rows["records"]]
        axes.bar(x, heights, width=0.78, color=COLOURS.get(name, SKY))
        highest = heights.index(max(heights))
        for at, (position, height) in enumerate(zip(x, heights, strict=True)):
            if numbered or at == highest:
                axes.text(
                    position, height, str(height), ha="center", va="bottom", fontsize=POINTS, color=MUTED
                )
        axes.axvline(int(end[:4]) + 0.5, color=INK, linewidth=0.8, linestyle=(0, (3, 2)))
        axes.set_xlim(first - left, (unknown_at if with_unknown else last) + right)
        axes.set_ylim(0, max(heights) * 1.22)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        axes.tick_params(length=0)
        axes.set_title(
            f"{say(name) if name in COLOURS else say.own(name)}: {sum(heights):,}",
            loc="left",
            fontsize=8.5,
            fontweight="semibold",
            color=INK,
            pad=2,
        )
        if index == len(names) - 1:
            ticks = [
                year
                for year in range(first, last + 1, step)
                if not with_unknown or (unknown_at - year) * year_mm > (YEAR_MM + unknown_mm) / 2
            ]
            labels = [str(year) for year in ticks]
            if with_unknown:
                ticks, labels = [*ticks, unknown_at], [*labels, say(NO_YEAR)]
            axes.set_xticks(ticks, labels)
            axes.set_xlabel("\n".join(note), fontsize=8)
        else:
            axes.set_xticks([])
        axes.spines["bottom"].set_color(LINE)
    return figure


def main(
    *,
    records: str,
    unique: str,
    included: str,
    sources: dict[str, str],
    search_end: str,
    journal_columns: int,
    language: str,
    paths: Mapping[str, str],
    translations: str | None,
) -> None:
    """Write the figure in both languages and the table behind it."""
    counts = per_year(
        read_table(records, only=("input", "year")),
        read_table(unique, only=("year",)),
        read_table(included, only=("year",)),
        sources,
    )
    write_table(counts, paths["table"], COLUMNS)
    width_mm = WIDTHS_MM[journal_columns]
    save_figures(lambda say: draw(counts, search_end, width_mm, say), language, paths, translations)
    log.info("%d sources and years", len(counts))


if __name__ == "__main__":
    with job(snakemake):
        main(
            records=snakemake.input.records,
            unique=snakemake.input.unique,
            included=snakemake.input.included,
            sources=snakemake.params.sources,
            search_end=snakemake.params.search_end,
            journal_columns=snakemake.params.journal_columns,
            language=snakemake.params.language,
            paths=dict(snakemake.output.items()),
            translations=snakemake.input.get("translations"),
        )
