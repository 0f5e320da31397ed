"""Draw the agreement of coders as a forest: alpha of every code, the other coefficients, and the counts."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from scripts.common.figures.plotting import (
    BLUE,
    INK,
    LINE,
    MUTED,
    NOTE_LINE_MM,
    PAPER,
    TALLEST_MM,
    TWO_COLUMNS_MM,
    left_out,
    new_figure,
    no_data,
    rows_that_fit,
    wrap,
)
from scripts.common.figures.saving import name_mark, save_figures
from scripts.common.files.tables import read_table, rows_of, write_table
from scripts.common.job import job, log
from scripts.common.report.phrases import Speaker
from scripts.common.values.counts import count_of

if TYPE_CHECKING:
    snakemake: Any

COLUMNS = (
    "code", "label", "label_zh", "level", "n", "both", "mixed", "neither", "percent",
    "alpha", "ci_low", "ci_high", "kappa", "pabak", "ac1", "status",
)  # fmt: skip
MAIN = "alpha"  # the coefficient that the verdicts rest on: drawn large, with its interval and its number
MARKS = {  # coefficient -> name, mark
    MAIN: ("Krippendorff's alpha", "o"),
    "kappa": ("Kappa", "D"),
    "ac1": ("Gwet's AC1", "s"),
    "pabak": ("PABAK", "^"),
}
COUNTS = {MAIN: "α", "n": "n", "both": "all", "mixed": "some", "neither": "none"}  # column -> heading
SIGNS = ("α", "n")  # the same in both languages
NOTE = "Line: interval of alpha. Dashed: the lines set for tentative and firm conclusions."
ROW_MM, HEAD_MM, FOOT_MM = 5.2, 12.0, 15.0
LABELS, COUNTED = 0.3, 0.28  # shares of the width
LEAST = -0.5  # an axis never begins lower; what lies below is drawn at its end, with an arrow
NEAR_ZERO = -0.05  # down to here the axis begins at 0, which is agreement by chance


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
    everything = rows_of(table)
    if not everything:
        return no_data(say("No data: needs the sheets of two coders."), TWO_COLUMNS_MM)
    room = TALLEST_MM - HEAD_MM - FOOT_MM - NOTE_LINE_MM
    places = rows_that_fit([ROW_MM] * len(everything), room, by_importance(everything))
    rows = [everything[place] for place in places]
    note = " ".join([say(NOTE), left_out(len(rows), len(everything), say)]).strip()
    height = HEAD_MM + ROW_MM * len(rows) + FOOT_MM
    figure = new_figure(TWO_COLUMNS_MM, height)
    bottom, tall = FOOT_MM / height, (height - HEAD_MM - FOOT_MM) / height
    axes = figure.add_axes((LABELS, bottom, 1 - LABELS - COUNTED, tall))
    least = start_of_axis(rows)
    axes.set(xlim=(least - 0.06, 1.04), ylim=(-len(rows) + 0.5, 0.5))
    axes.set_yticks([])
    axes.set_xticks([-0.5, 0, 0.5, 1] if least < 0 else [0, 0.2, 0.4, 0.6, 0.8, 1])
    axes.tick_params(length=0)
    axes.spines["left"].set_visible(False)
    axes.axvline(0, color=LINE, linewidth=0.8, zorder=0)
    for name in ("threshold", "tentative"):
        axes.axvline(thresholds[name], color=MUTED, linewidth=0.7, linestyle=(0, (3, 2)), zorder=0)
    for at, row in enumerate(rows):
        _write_row(axes, at, row, say)
        _draw_row(axes, at, row, least, say)
    for place, heading in enumerate(COUNTS.values()):
        axes.text(
            _column(place), 0.72, heading if heading in SIGNS else say(heading),
            transform=axes.get_yaxis_transform(), ha="right", va="bottom", fontsize=7.4, color=MUTED,
        )  # fmt: skip
    for name, (label, mark) in MARKS.items():
        axes.plot([], [], mark, label=say(label), **_look(name))
    axes.legend(
        loc="lower left", bbox_to_anchor=(-0.14, 1.0), ncols=len(MARKS), frameon=False, fontsize=7.6,
        handletextpad=0.1, columnspacing=1.0, borderaxespad=0.4,
    )  # fmt: skip
    axes.set_xlabel("\n".join(wrap(note, (1 - LABELS) * TWO_COLUMNS_MM - 6, 7.6)), fontsize=7.6, loc="left")
    return figure


def by_importance(rows: Sequence[Mapping[str, str]]) -> list[int]:
    """Return the places of the rows: what codes have together, then the codes with the least agreement."""
    known = [float(row[MAIN]) if row[MAIN] not in ("", "undefined") else 2.0 for row in rows]
    return sorted(range(len(rows)), key=lambda at: (not rows[at]["code"].startswith("("), known[at], at))


def start_of_axis(rows: Sequence[Mapping[str, str]]) -> float:
    """Return where the axis begins: at 0 if no coefficient and no interval is clearly below it."""
    numbers = [row[name] for row in rows for name in (*MARKS, "ci_low")]
    least = min((float(number) for number in numbers if number not in ("", "undefined")), default=0.0)
    return LEAST if least < NEAR_ZERO else 0.0


def _column(place: int) -> float:
    """Return the right edge of a column of numbers, in widths of the axes."""
    return 1 + (place + 0.85) * COUNTED / (len(COUNTS) + 0.3) / (1 - LABELS - COUNTED)


def _look(name: str) -> dict[str, Any]:
    """Return how the mark of a coefficient is drawn: the main one large and full, the others open."""
    if name == MAIN:
        return {"color": BLUE, "markersize": 5.2, "markeredgewidth": 0, "zorder": 4}
    return {"color": MUTED, "markersize": 3.2, "markeredgewidth": 0.7, "markerfacecolor": "none", "zorder": 3}


def _write_row(axes: Axes, at: int, row: Mapping[str, str], say: Speaker) -> None:
    """Write the name of a row on the left, and its numbers on the right."""
    weight = "semibold" if row["code"].startswith("(") else "normal"
    lines = wrap(name_of(row, say), LABELS * TWO_COLUMNS_MM - 6, 7.8, weight, most=2)
    axes.text(
        -0.02, -at, "\n".join(lines), transform=axes.get_yaxis_transform(), ha="right", va="center",
        fontsize=7.8 if len(lines) == 1 else 6.2, linespacing=1.0, weight=weight,
    )  # fmt: skip
    for place, name in enumerate(COUNTS):
        number = row[name]
        if name == MAIN:
            number = f"{float(number):.2f}" if number not in ("", "undefined") else "–"
        axes.text(
            _column(place), -at, number, transform=axes.get_yaxis_transform(), ha="right", va="center",
            fontsize=7.6, color=INK, weight="semibold" if name == MAIN else "normal",
        )  # fmt: skip
    if at:
        axes.axhline(-at + 0.5, color=LINE, linewidth=0.4, zorder=0)


def _draw_row(axes: Axes, at: int, row: Mapping[str, str], least: float, say: Speaker) -> None:
    """Draw the coefficients of one row, or say why there are none."""
    known = {name: float(row[name]) for name in MARKS if row[name] not in ("", "undefined")}
    if not known:
        words = {
            "not exercised": "found by nobody: undefined",
            "no common study": "no study judged by two coders",
        }
        text = say(words.get(row["status"], "undefined"))
        ground = {"facecolor": PAPER, "edgecolor": "none", "pad": 1}
        axes.text(least, -at, text, va="center", fontsize=7.4, color=MUTED, style="italic", bbox=ground)
        return
    if row["ci_low"]:
        low, high = max(float(row["ci_low"]), least - 0.04), float(row["ci_high"])
        axes.plot([low, high], [-at, -at], color=BLUE, linewidth=1.5, zorder=2)
    for name, value in known.items():
        label, mark = MARKS[name]
        below = value < least
        (drawn,) = axes.plot(max(value, least - 0.03), -at, "<" if below else mark, **_look(name))
        name_mark(drawn, f"{name_of(row, say)}: {say(label)} {row[name]}")


def main(
    *, agreement: str, themes: str, thresholds: Mapping[str, float], language: str, paths: Mapping[str, str]
) -> None:
    """Write the figure in both languages and the table behind it."""
    table = rows_drawn(read_table(agreement), read_table(themes))
    write_table(table, paths["table"], COLUMNS)
    save_figures(lambda say: draw(table, thresholds, say), language, paths)
    log.info("%s of agreement drawn", count_of(len(table), "row"))


if __name__ == "__main__":
    with job(snakemake):
        main(
            agreement=snakemake.input.agreement,
            themes=snakemake.input.themes,
            thresholds=snakemake.params.thresholds,
            language=snakemake.params.language,
            paths=dict(snakemake.output.items()),
        )
