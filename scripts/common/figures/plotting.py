"""How figures look: one typeface, sizes of journals, colours safe for colour-blind readers.

Colours are those of Okabe and Ito (https://jfly.uni-koeln.de/color/). Sizes are in millimetres.
"""

import locale
import logging
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from scripts.common.figures.faces import face_files
from scripts.common.report.phrases import Speaker

MM_PER_INCH = 25.4
POINTS_PER_INCH = 72
ONE_COLUMN_MM, TWO_COLUMNS_MM = 86, 178  # text widths of the journals that most reviews appear in
TALLEST_MM = 225  # what a page of them leaves for a figure above its caption
SMALLEST_POINTS = 5  # of any text: smaller ones cannot be read in print
WIDTHS_MM = {1: ONE_COLUMN_MM, 2: TWO_COLUMNS_MM}
BLUE, ORANGE, GREEN, PINK, SKY, VERMILION = "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00"
INK, MUTED, LINE, PAPER = "#1F2933", "#5B6770", "#C3CBD1", "#FFFFFF"
NOTE_LINE_MM, NOTE_POINTS = 3.6, 7.6  # of a note at the foot
ON_DOTS = 1.04  # how much wider letters may be drawn on a grid of dots than they are measured
FAMILIES = ["Source Sans Pro", "Noto Sans SC", "DejaVu Sans"]  # a sign is drawn from the first that has it
WEIGHTS = {"normal": "normal", "italic": "normal", "semibold": "semibold"}
# A line may break beside a Chinese character, but not before closing signs or after opening ones.
CHINESE, OPENING, CLOSING = r"\u3400-\u9fff", "（《“「", "，。、；：！？）》”」…"
PIECE = re.compile(
    rf"\s*(?:[{OPENING}]*[{CHINESE}][{CLOSING}]*|[^\s{CHINESE}{CLOSING}]+[{CLOSING}]*|[{CLOSING}]+)"
)


@cache
def _add_faces() -> None:
    for path in face_files().values():
        font_manager.fontManager.addfont(path)


@contextmanager
def same_letters() -> Iterator[None]:
    """Measure and draw letters alike in every locale, without warnings of faces that have one weight only.

    Letters are shaped for the language of the locale (a Turkish i is another glyph), and matplotlib's
    ``text.language`` does not reach every text (measured with 3.11.2).
    """
    _add_faces()
    before, logger = locale.setlocale(locale.LC_CTYPE), logging.getLogger("matplotlib.font_manager")
    level = logger.level
    locale.setlocale(locale.LC_CTYPE, "C")
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)
        locale.setlocale(locale.LC_CTYPE, before)


def new_figure(width_mm: float, height_mm: float) -> Figure:
    """Return an empty figure of that size, in the house's typeface."""
    mpl.rcdefaults()  # whatever a matplotlibrc of the user says
    mpl.rcParams.update(
        {
            "font.family": FAMILIES,
            "font.size": 9,
            "text.color": INK,
            "axes.edgecolor": LINE,
            "axes.labelcolor": INK,
            "axes.linewidth": 0.8,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "xtick.color": MUTED,
            "ytick.color": MUTED,
            "xtick.labelsize": 8,
            "ytick.labelsize": 8,
            "svg.hashsalt": "review",
            "svg.fonttype": "none",  # text remains text
            "pdf.fonttype": 42,  # TrueType, as journals ask for
            "figure.facecolor": PAPER,
            "savefig.facecolor": PAPER,
        }
    )
    return Figure(figsize=(width_mm / MM_PER_INCH, height_mm / MM_PER_INCH), layout=None)


def new_sheet(width_mm: float, height_mm: float) -> tuple[Figure, Axes]:
    """Return an empty figure and axes without lines that fill it: places are in millimetres from below."""
    figure = new_figure(width_mm, height_mm)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width_mm), ylim=(0, height_mm))
    axes.axis("off")
    return figure, axes


def style_bars(axes: Axes) -> None:
    """Make axes those of horizontal bars: a grid behind them for the values, no ticks for the rows."""
    axes.set_yticks([])
    axes.tick_params(length=0)
    axes.spines["left"].set_color(LINE)
    axes.grid(axis="x", color=LINE, linewidth=0.5)
    axes.set_axisbelow(True)


def write_notes(axes: Axes, lines: Sequence[str], left_mm: float) -> None:
    """Write the lines of a note at the foot of a sheet."""
    for place, line in enumerate(lines, start=1):
        y = 2.6 + NOTE_LINE_MM * (len(lines) - place)
        axes.text(left_mm, y, line, va="center", fontsize=NOTE_POINTS, color=MUTED)


@cache
def text_width(text: str, points: float, face: str = "normal") -> float:
    """Return how wide a text is drawn, in millimetres. ``face``: normal, italic or semibold."""
    font = FontProperties(
        family=FAMILIES,
        size=points,
        weight=WEIGHTS[face],
        style="italic" if face == "italic" else "normal",
    )
    with same_letters():
        width, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    return float(width) / POINTS_PER_INCH * MM_PER_INCH


def wrap(
    text: str, width_mm: float, points: float, face: str = "normal", most: int | None = None
) -> list[str]:
    """Return the text broken into lines no wider than ``width_mm``.

    Lines break between words and beside Chinese characters; a word that is wider than a line breaks behind a
    hyphen, or anywhere. A text of more than ``most`` lines ends in three dots.
    """
    width_mm /= ON_DOTS
    lines = [""]
    for piece in PIECE.findall(text):
        longer = lines[-1] + piece if lines[-1] else piece.strip()
        if text_width(longer, points, face) <= width_mm:
            lines[-1] = longer
            continue
        parts = _word_in_lines(piece.strip(), width_mm, points, face)
        lines = [*filter(None, lines), *parts]
    if most is None or len(lines) <= most:
        return lines
    last = lines[most - 1]
    while last and text_width(f"{last}…", points, face) > width_mm:
        last = last[:-1]
    return [*lines[: most - 1], f"{last.rstrip()}…"]


def _word_in_lines(word: str, width_mm: float, points: float, face: str) -> list[str]:
    """Return a word in as many lines as it needs; every line has at least one sign."""

    def width_of(end: int) -> float:
        return text_width(word[:end], points, face)

    if len(word) < 2 or width_of(len(word)) <= width_mm:
        return [word]
    fits = max(1, bisect_right(range(1, len(word)), width_mm, key=width_of))
    fits = word.rfind("-", 0, fits) + 1 or fits
    return [word[:fits], *_word_in_lines(word[fits:], width_mm, points, face)]


def rows_that_fit(heights: Sequence[float], room_mm: float, first: Sequence[int] = ()) -> list[int]:
    """Return the places of the rows that are drawn, in their order: as many as fit into ``room_mm``.

    Rows are taken in the order of ``first``, which holds places; without it in their own order. One that
    does not fit ends it, so that no row is drawn for its small size. One row is always drawn.
    """
    taken: list[int] = []
    used = 0.0
    for place in first or range(len(heights)):
        used += heights[place]
        if taken and used > room_mm:
            break
        taken.append(place)
    return sorted(taken)


def widest_mm(height_mm: float) -> float:
    """Return how wide a figure of that height may be: one that is low enough is printed on its side."""
    return TALLEST_MM if height_mm <= TWO_COLUMNS_MM else TWO_COLUMNS_MM


def columns_that_fit(sizes: Sequence[int], most: int) -> list[int]:
    """Return the places of the ``most`` largest columns, in their order; at least one."""
    largest = sorted(range(len(sizes)), key=lambda at: (-sizes[at], at))
    return sorted(largest[: max(most, 1)])


def upper_first(codes: Sequence[Mapping[str, str]]) -> list[int]:
    """Return the places of codes by importance where not all have room: upper levels, then many studies."""
    return sorted(
        range(len(codes)), key=lambda at: (int(codes[at]["level"]), -int(codes[at]["studies"] or 0), at)
    )


def left_out(drawn: int, of: int, say: Speaker) -> str:
    """Return the note that some rows are in the table of the figure alone; ``""`` if all are drawn."""
    if of <= drawn:
        return ""
    return say.counted(
        of - drawn,
        "%(number)s more is in the table of this figure.",
        "%(number)s more are in the table of this figure.",
    )


def blues(number: float, highest: float) -> tuple[str, str]:
    """Return a colour for 0 to ``highest``, white to blue, and a colour that can be read on it."""
    share = number / highest if highest else 0.0
    low, high = (255, 255, 255), (0, 90, 141)
    mixed = tuple(round(a + (b - a) * share) for a, b in zip(low, high, strict=True))
    return "#{:02x}{:02x}{:02x}".format(*mixed), INK if share < 0.68 else PAPER


def no_data(text: str, width_mm: float) -> Figure:
    """Return a figure that says in one line why nothing can be drawn."""
    lines = wrap(text, width_mm - 8, 8.5)
    height = 8 + 4.2 * len(lines)
    figure = new_figure(width_mm, height)
    figure.text(0.5, 0.5, "\n".join(lines), ha="center", va="center", fontsize=8.5, color=MUTED)
    return figure
