"""Draw the agreement of coders as a forest: every coefficient of every code, with the counts behind it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from scripts.common.figures.plotting import (
    BLUE,
    GREEN,
    INK,
    LINE,
    MUTED,
    ORANGE,
    PAPER,
    PINK,
    TWO_COLUMNS_MM,
    new_figure,
    no_data,
    wrap,
)
from scripts.common.figures.saving import save_figures
from scripts.common.files.tables import read_table, rows_of, write_table
from scripts.common.job import job, log
from scripts.common.report.phrases import Speaker

if TYPE_CHECKING:
    snakemake: Any

COLUMNS = (
    "code", "label", "label_zh", "level", "n", "both", "mixed", "neither", "percent",
    "alpha", "ci_low", "ci_high", "kappa", "pabak", "ac1", "status",
)  # fmt: skip
MARKS = {  # coefficient -> name, mark, colour, place within the row (in rows, from its middle down)
    "alpha": ("Krippendorff's alpha", "o", BLUE, 0.0),
    "kappa": ("Kappa", "D", ORANGE, 0.26),
    "ac1": ("Gwet's AC1", "s", GREEN, -0.15),
    "pabak": ("PABAK", "^", PINK, -0.37),
}
COUNTS = {"n": "n", "both": "all", "mixed": "some", "neither": "none"}  # column -> heading
NOTE = "Line: interval of alpha. Dashed: the lines set for tentative and firm conclusions."
ROW_MM, HEAD_MM, FOOT_MM = 7.6, 12.0, 15.0
LABELS, COUNTED = 0.3, 0.24  # shares of the width
LEAST = -0.5  # the axis begins there; what lies below is drawn at its end, with an arrow


def rows_drawn(agreement: pd.DataFrame, themes: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each code, level and for all codes: the first votes of all coders together.

    Codes keep the order of the codebook; ``(level n)`` and ``(all codes)`` follow.
    """
    labels = themes.set_index("code")
    together = agreement[(agreement["round"] == "first") & (agreement["coder_a"] == "(all)")]
    together = together.assign(
        label=[labels["label"].get(code, "") for code in together["code"]],
        label_zh=[labels["label_zh"].get(code, "") for code in together["code"]],
    )
    return together.reindex(columns=pd.Index(COLUMNS)).reset_index(drop=True)


def name_of(row: Mapping[str, str], say: Speaker) -> str:
    """Return what a row is called: its label, ``all codes``, or a level of the tree."""
    if row["code"] == "(all codes)":
        return say("All codes without codes below them")
    if row["code"] == f"(level {row['level']})":
        return say("Codes of level %(level)s") % {"level": row["level"]}
    return say.label(row)


def draw(table: pd.DataFrame, thresholds: Mapping[str, float], say: Speaker) -> Figure:
    """Return the forest; ``thresholds`` are ``threshold`` and ``tentative`` of the settings."""
    rows = rows_of(table)
    if not rows:
        return no_data(say("No data: needs the sheets of two coders."), TWO_COLUMNS_MM)
    height = HEAD_MM + ROW_MM * len(rows) + FOOT_MM
    figure = new_figure(TWO_COLUMNS_MM, height)
    bottom, tall = FOOT_MM / height, (height - HEAD_MM - FOOT_MM) / height
    axes = figure.add_axes((LABELS, bottom, 1 - LABELS - COUNTED, tall))
    axes.set(xlim=(LEAST - 0.06, 1.04), ylim=(-len(rows) + 0.5, 0.5))
    axes.set_yticks([])
    axes.set_xticks([-0.5, 0, 0.5, 1])
    axes.tick_params(length=0)
    axes.spines["left"].set_visible(False)
    axes.axvline(0, color=LINE, linewidth=0.8, zorder=0)
    for name in ("threshold", "tentative"):
        axes.axvline(thresholds[name], color=MUTED, linewidth=0.7, linestyle=(0, (3, 2)), zorder=0)
    for at, row in enumerate(rows):
        together = row["code"].startswith("(")
        lines = wrap(
            name_of(row, say), LABELS * TWO_COLUMNS_MM - 6, 7.8, "semibold" if together else "normal"
        )
        axes.text(
            -0.02, -at, "\n".join(lines), transform=axes.get_yaxis_transform(), ha="right", va="center",
            fontsize=7.8, linespacing=0.95, weight="semibold" if together else "normal",
        )  # fmt: skip
        _draw_row(axes, at, row, say)
        for place, name in enumerate(COUNTS):
            axes.text(
                1 + (place + 0.75) * COUNTED / 4.3 / (1 - LABELS - COUNTED), -at, row[name],
                transform=axes.get_yaxis_transform(), ha="right", va="center", fontsize=7.6, color=INK,
            )  # fmt: skip
        if at:
            axes.axhline(-at + 0.5, color=LINE, linewidth=0.4, zorder=0)
    for place, heading in enumerate(COUNTS.values()):
        axes.text(
            1 + (place + 0.75) * COUNTED / 4.3 / (1 - LABELS - COUNTED), 0.72,
            say(heading) if heading != "n" else heading,
            transform=axes.get_yaxis_transform(), ha="right", va="bottom", fontsize=7.4, color=MUTED,
        )  # fmt: skip
    for name, mark, colour, _ in MARKS.values():
        axes.plot([], [], mark, color=colour, markersize=4.2, label=say(name))
    axes.legend(
        loc="lower left", bbox_to_anchor=(-0.03, 1.0), ncols=len(MARKS), frameon=False, fontsize=7.6,
        handletextpad=0.1, columnspacing=1.0, borderaxespad=0.4,
    )  # fmt: skip
    note = say(NOTE)
    axes.set_xlabel("\n".join(wrap(note, (1 - LABELS) * TWO_COLUMNS_MM - 6, 7.6)), fontsize=7.6, loc="left")
    return figure


def _draw_row(axes: Axes, at: int, row: Mapping[str, str], say: Speaker) -> None:
    """Draw the coefficients of one row, or say why there are none."""
    known = {name: float(row[name]) for name in MARKS if row[name] not in ("", "undefined")}
    if not known:
        words = {
            "not exercised": "found by nobody: undefined",
            "no common study": "no study judged by two coders",
        }
        text = say(words.get(row["status"], "undefined"))
        ground = {"facecolor": PAPER, "edgecolor": "none", "pad": 1}
        axes.text(LEAST, -at, text, va="center", fontsize=7.4, color=MUTED, style="italic", bbox=ground)
        return
    if row["ci_low"]:
        low, high = max(float(row["ci_low"]), LEAST - 0.04), float(row["ci_high"])
        axes.plot([low, high], [-at, -at], color=BLUE, linewidth=1.3, zorder=2)
    for name, value in known.items():
        _, mark, colour, offset = MARKS[name]
        below = value < LEAST
        axes.plot(
            max(value, LEAST - 0.03), -at - offset, "<" if below else mark, color=colour,
            markersize=3.8, markeredgewidth=0, zorder=3,
        )  # fmt: skip


def main(
    *, agreement: str, themes: str, thresholds: Mapping[str, float], language: str, paths: Mapping[str, str]
) -> None:
    """Write the figure in both languages and the table behind it."""
    table = rows_drawn(read_table(agreement), read_table(themes))
    write_table(table, paths["table"], COLUMNS)
    save_figures(lambda say: draw(table, thresholds, say), language, paths)
    log.info("%d rows of agreement drawn", len(table))


if __name__ == "__main__":
    with job(snakemake):
        main(
            agreement=snakemake.input.agreement,
            themes=snakemake.input.themes,
            thresholds=snakemake.params.thresholds,
            language=snakemake.params.language,
            paths=dict(snakemake.output.items()),
        )
