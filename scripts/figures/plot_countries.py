"""Draw where the studies are from: a tile for every country and territory, so that none falls off the map."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from scripts.common.coding.charting import SEPARATOR
from scripts.common.coding.model import in_order
from scripts.common.figures.countries import find_country, read_countries
from scripts.common.figures.plotting import (
    INK,
    LINE,
    MUTED,
    SMALLEST_POINTS,
    TALLEST_MM,
    TWO_COLUMNS_MM,
    blues,
    left_out,
    new_sheet,
    wrap,
)
from scripts.common.figures.saving import name_mark, save_figures
from scripts.common.files.tables import read_table, rows_of, write_table
from scripts.common.job import job, log
from scripts.common.report.phrases import Speaker
from scripts.common.values.counts import count_of

if TYPE_CHECKING:
    snakemake: Any

COLUMNS = ("country", "label", "label_zh", "studies", "of", "study_ids")
MARGIN_MM, LINE_MM, POINTS = 2.0, 3.9, 8


def studies_by_country(charting: pd.DataFrame, variable: str) -> list[dict[str, object]]:
    """Return the studies of each country, most first; then what is no country, and those not charted.

    A study of several countries counts in each. ``country`` is the ISO alpha-3 code, empty for a value
    that is no country; the value itself is then the ``label``.
    """
    found: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    silent = []
    for row in rows_of(charting):
        values = list(filter(None, map(str.strip, row[variable].split(SEPARATOR.strip()))))
        if not values:
            silent.append(row["study_id"])
        keys = []
        for value in values:
            country = find_country(value)
            keys.append((country.alpha3, country.en, country.zh) if country else ("", value, value))
        for key in dict.fromkeys(keys):
            found[key].append(row["study_id"])
    table = sorted(found.items(), key=lambda item: (item[0][0] == "", -len(item[1]), item[0]))
    if silent:
        table.append((("", "not reported", "未报告"), silent))
    return [
        {
            "country": code, "label": label, "label_zh": label_zh, "studies": len(studies),
            "of": len(charting), "study_ids": SEPARATOR.join(in_order(studies)),
        }
        for (code, label, label_zh), studies in table
    ]  # fmt: skip


def sentences(rows: Sequence[Mapping[str, str]], say: Speaker) -> list[str]:
    """Return the countries in words, and what is no country, if there is such a value."""
    of = rows[0]["of"] if rows else 0
    counted = [(row["country"], f"{say.label(row)} {row['studies']}") for row in rows]
    listed = ", ".join(text for country, text in counted if country) or say("none")
    beside = ", ".join(text for country, text in counted if not country)
    first = say("Studies (of %(of)s) by country, a study of several in each: %(countries)s")
    texts = [first % {"of": of, "countries": listed}]
    if beside:
        texts.append(say("No country of the map: %(values)s") % {"values": beside})
    return texts


def lines_below(rows: Sequence[Mapping[str, str]], most: int, say: Speaker) -> list[str]:
    """Return the lines below the map, at most ``most``: as many countries and values as they hold."""
    width, shown = TWO_COLUMNS_MM - 2 * MARGIN_MM, len(rows)
    while True:
        texts = [*sentences(rows[:shown], say), left_out(shown, len(rows), say)]
        lines = [line for text in filter(None, texts) for line in wrap(text, width, POINTS)]
        if len(lines) <= most or shown == 1:
            return lines[:most]
        shown = max(1, min(shown - 1, shown * most // len(lines)))


def draw(rows: list[dict[str, str]], say: Speaker) -> Figure:
    """Return the map and, below it, the countries in words; what is no country is named there too."""
    tiles = read_countries()
    counts = {row["country"]: int(row["studies"]) for row in rows if row["country"]}
    most = max(counts.values(), default=0)
    side = (TWO_COLUMNS_MM - 2 * MARGIN_MM) / max(tile.column for tile in tiles.values())
    tall = side * max(tile.row for tile in tiles.values())
    lines = lines_below(rows, int((TALLEST_MM - tall - 3 * MARGIN_MM) / LINE_MM), say)
    height = tall + 3 * MARGIN_MM + LINE_MM * len(lines)
    figure, axes = new_sheet(TWO_COLUMNS_MM, height)
    for code, tile in tiles.items():
        x, y = MARGIN_MM + (tile.column - 1) * side, height - MARGIN_MM - tile.row * side
        tile_drawn = _draw_tile(axes, (x, y), side, code, counts.get(code), most)
        name_mark(tile_drawn, f"{say.label({'label': tile.en, 'label_zh': tile.zh})}: {counts.get(code, 0)}")
    for place, line in enumerate(lines):
        y = height - tall - 2 * MARGIN_MM - (place + 0.5) * LINE_MM
        axes.text(MARGIN_MM, y, line, va="center", fontsize=POINTS, color=INK)
    return figure


def _draw_tile(
    axes: Axes, corner: tuple[float, float], side: float, code: str, number: int | None, most: int
) -> Rectangle:
    """Draw a country: filled with its number of studies, or an empty frame if no study is from there."""
    x, y = corner
    middle = x + side / 2
    if number is None:
        fill, edge, ink = "none", LINE, MUTED
    else:
        fill, ink = blues(0.12 * most + 0.88 * number, most)
        edge = "none"
    tile = Rectangle(
        (x + 0.3, y + 0.3), side - 0.6, side - 0.6, facecolor=fill, edgecolor=edge, linewidth=0.5
    )
    axes.add_patch(tile)
    if number is None:
        axes.text(middle, y + side / 2, code, ha="center", va="center", fontsize=SMALLEST_POINTS, color=ink)
        return tile
    axes.text(middle, y + 0.71 * side, code, ha="center", va="center", fontsize=5.4, color=ink)
    axes.text(
        middle, y + 0.35 * side, str(number), ha="center", va="center", fontsize=7.6, weight="semibold",
        color=ink,
    )  # fmt: skip
    return tile


def main(*, charting: str, variable: str, language: str, paths: Mapping[str, str]) -> None:
    """Write the figure in both languages and the table behind it."""
    write_table(studies_by_country(read_table(charting), variable), paths["table"], COLUMNS)
    rows = rows_of(read_table(paths["table"]))
    save_figures(lambda say: draw(rows, say), language, paths)
    none = [row["label"] for row in rows if not row["country"]]
    log.info(
        "%s; no country: %s",
        count_of(len(rows) - len(none), "country", "countries"),
        ", ".join(none) or "none",
    )


if __name__ == "__main__":
    with job(snakemake):
        main(
            charting=snakemake.input.charting,
            variable=snakemake.params.variable,
            language=snakemake.params.language,
            paths=dict(snakemake.output.items()),
        )
