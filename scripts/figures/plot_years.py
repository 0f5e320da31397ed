"""Draw how many records each source holds per year, how many remain unique, and how many are included."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from scripts.common.figures.plotting import (
    BLUE,
    GREEN,
    INK,
    LINE,
    MUTED,
    SKY,
    TALLEST_MM,
    WIDTHS_MM,
    left_out,
    new_figure,
    rows_that_fit,
    text_width,
    wrap,
)
from scripts.common.figures.saving import name_mark, save_figures
from scripts.common.files.tables import read_table, write_table
from scripts.common.job import job, log
from scripts.common.report.phrases import Speaker

if TYPE_CHECKING:
    snakemake: Any

COLUMNS = ("source", "year", "records")
UNIQUE = "Unique records, all sources"
INCLUDED = "Included studies known by name"
NO_YEAR = "no year"
YEARS_ONLY = "Year of publication"
X_LABEL = "Year of publication (dashed: end of %(year)s, the year of the last day searched, %(day)s)"
COLOURS = {UNIQUE: BLUE, INCLUDED: GREEN}  # of panels that are no source
PANEL_MM, LOWEST_PANEL_MM, HEAD_MM, FOOT_MM = 21.0, 14.0, 3.0, 12.0
ONE_SCALE = "All panels have the same scale."
OWN_SCALES = "Each panel has a scale of its own: compare the numbers, not the heights."
MOST_TIMES = 10  # between the highest bars of two panels that share a scale: more, and bars are lines
SHARE = 0.976  # of the width that the panels take
YEAR_MM, POINTS = 6.2, 6.8  # room of a year below the axis; size of the numbers
TITLE_MM, NUMBER_MM = 7.5, 2.8  # of a panel: its title with the gap above it; a number above a bar


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
    # A paper that cites by author and year puts a letter behind it: 2014a.
    table["year"] = table["year"].str.extract(r"^(\d{4})", expand=False).fillna(NO_YEAR)
    counts = table.value_counts(["source", "year"]).rename("records").reset_index()
    rank = {name: index for index, name in enumerate([*sources.values(), UNIQUE, INCLUDED])}
    counts["rank"] = counts["source"].map(rank)
    return counts.sort_values(["rank", "year"])[list(COLUMNS)].reset_index(drop=True)


class Years(NamedTuple):
    """The axis of years that all panels share."""

    first: int
    last: int
    unknown_at: int | None  # place of the records without a year; None if there are none
    unknown_mm: float  # width of their label
    year_mm: float

    def end(self) -> int:
        """Return the last place of the axis."""
        return self.last if self.unknown_at is None else self.unknown_at

    def limits(self) -> tuple[float, float]:
        """Return the ends of the axis, so that the labels of both end places are within it."""
        right_mm = YEAR_MM if self.unknown_at is None else self.unknown_mm
        left, right = (max(0.7, mm / 2 / self.year_mm) for mm in (YEAR_MM, right_mm))
        return self.first - left, self.end() + right

    def ticks(self, say: Speaker) -> dict[int, str]:
        """Return place -> label, as many as have room beside one another."""
        step = 1 + int(YEAR_MM / self.year_mm)
        years = range(self.first, self.last + 1, step)
        if self.unknown_at is None:
            return {year: str(year) for year in years}
        needed_mm = (YEAR_MM + self.unknown_mm) / 2
        kept = {year: str(year) for year in years if (self.unknown_at - year) * self.year_mm > needed_mm}
        return {**kept, self.unknown_at: say(NO_YEAR)}


def years_of(counts: pd.DataFrame, end: str, width_mm: float, say: Speaker) -> Years:
    """Return the axis from the first year of a record to the last, at least to that of ``end`` if known."""
    years = [int(year) for year in counts["year"] if year != NO_YEAR]
    until = [int(end[:4])] if end else []
    first, last = min(years or until, default=0), max([*years, *until], default=0)
    unknown_at = last + 2 if (counts["year"] == NO_YEAR).any() else None
    year_mm = SHARE * width_mm / ((unknown_at or last) - first + 1.4)
    return Years(first, last, unknown_at, text_width(say(NO_YEAR), 8) + 1, year_mm)


def panels_drawn(counts: pd.DataFrame) -> list[str]:
    """Return the panels that have room, in their order: unique and included, then the largest sources."""
    names = list(dict.fromkeys(counts["source"]))
    sizes = counts.groupby("source")["records"].sum()
    order = sorted(range(len(names)), key=lambda at: (names[at] not in COLOURS, -int(sizes[names[at]]), at))
    room = TALLEST_MM - HEAD_MM - FOOT_MM - 4 * 3.5
    return [names[place] for place in rows_that_fit([LOWEST_PANEL_MM] * len(names), room, order)]


def _shared_scale(counts: pd.DataFrame) -> int:
    """Return the highest bar of all panels where they share a scale, else 0."""
    highest = counts.groupby("source")["records"].max().astype(int)
    return int(highest.max()) if len(highest) and highest.max() <= MOST_TIMES * highest.min() else 0


def draw(counts: pd.DataFrame, end: str, width_mm: float, say: Speaker) -> Figure:
    """Return one panel per source with the same years; a line marks the end of the search, if it is known.

    Where the numbers of all bars have no room, the highest bar alone has its number.
    """
    every = list(dict.fromkeys(counts["source"]))
    names = panels_drawn(counts)
    counts = counts[counts["source"].isin(names)]
    shared = _shared_scale(counts)
    years = years_of(counts, end, width_mm, say)
    numbered = all(text_width(number, POINTS) < years.year_mm for number in counts["records"].astype(str))
    texts = [
        say(X_LABEL) % {"year": end[:4], "day": end} if end else say(YEARS_ONLY),
        say(ONE_SCALE if shared else OWN_SCALES) if len(names) > 1 else "",
        left_out(len(names), len(every), say),
    ]
    note = [line for text in filter(None, texts) for line in wrap(text, SHARE * width_mm, 8)]
    foot = FOOT_MM + 3.5 * (len(note) - 1)
    panel = min(PANEL_MM, (TALLEST_MM - HEAD_MM - foot) / max(len(names), 1))
    total = HEAD_MM + panel * len(names) + foot
    figure = new_figure(width_mm, total)
    for index, name in enumerate(names):
        bottom = (foot + panel * (len(names) - 1 - index)) / total
        axes = figure.add_axes(((1 - SHARE) / 2, bottom, SHARE, (panel - TITLE_MM) / total))
        rows = counts[counts["source"] == name]
        places = {years.end() if year == NO_YEAR else int(year): year for year in rows["year"]}
        heights = [int(number) for number in rows["records"]]
        _draw_panel(axes, places, heights, name, width_mm, numbered, say)
        tall = panel - TITLE_MM
        axes.set_ylim(0, (shared or max(heights)) * tall / (tall - NUMBER_MM))
        if end:
            axes.axvline(int(end[:4]) + 0.5, color=INK, linewidth=0.8, linestyle=(0, (3, 2)))
        axes.set_xlim(years.limits())
        if index == len(names) - 1:
            ticks = years.ticks(say)
            axes.set_xticks(list(ticks), list(ticks.values()))
            axes.set_xlabel("\n".join(note), fontsize=8)
        else:
            axes.set_xticks([])
        axes.spines["bottom"].set_color(LINE)
    return figure


def _draw_panel(
    axes: Axes,
    places: Mapping[int, str],
    heights: list[int],
    name: str,
    width_mm: float,
    numbered: bool,
    say: Speaker,
) -> None:
    """Draw the bars of one source, with their numbers (or that of the highest alone) and its total.

    ``places`` is where on the axis a bar is -> its year, or that there is none.
    """
    bars = axes.bar(list(places), heights, width=0.78, color=COLOURS.get(name, SKY))
    source = say(name) if name in COLOURS else say.own(name)
    for bar, year, height in zip(bars, places.values(), heights, strict=True):
        name_mark(bar, f"{source}, {say(NO_YEAR) if year == NO_YEAR else year}: {height}")
    highest = heights.index(max(heights))
    for at, (place, height) in enumerate(zip(places, heights, strict=True)):
        if numbered or at == highest:
            axes.text(place, height, str(height), ha="center", va="bottom", fontsize=POINTS, color=MUTED)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.tick_params(length=0)
    total = f": {sum(heights):,}"
    room = SHARE * width_mm - text_width(total, 8.5, "semibold")
    title = wrap(source, room, 8.5, "semibold", most=1)[0] + total
    axes.set_title(title, loc="left", fontsize=8.5, fontweight="semibold", color=INK, pad=2)


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
