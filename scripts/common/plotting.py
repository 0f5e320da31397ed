"""How figures look and are saved: one typeface, colours safe for colour-blind readers, same bytes.

Colours are those of Okabe and Ito (https://jfly.uni-koeln.de/color/). Sizes are in millimetres.
"""

import locale
import logging
from importlib.resources import files
from pathlib import Path

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

MM_PER_INCH = 25.4
POINTS_PER_INCH = 72
TWO_COLUMNS_MM = 178  # text width of the journals that most reviews appear in
BLUE, ORANGE, GREEN, PINK, SKY, VERMILION = "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00"
INK, MUTED, LINE, PAPER = "#1F2933", "#5B6770", "#C3CBD1", "#FFFFFF"
FACES = {
    weight: str(files("font_source_sans_pro") / "files" / f"SourceSansPro-{name}.ttf")
    for weight, name in (("normal", "Regular"), ("italic", "It"), ("semibold", "Semibold"))
}


# The typeface for signs that the first one lacks has no semibold; its bold serves, and needs no warning.
logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)

# Letters are shaped for the language of the locale (a Turkish i is another glyph): always take the same.
# matplotlib's text.language does not reach every text (measured with 3.11.2).
locale.setlocale(locale.LC_CTYPE, "C")


def new_figure(width_mm: float, height_mm: float) -> Figure:
    """Return an empty figure of that size, in the house's typeface."""
    for path in FACES.values():
        font_manager.fontManager.addfont(path)
    mpl.rcdefaults()  # whatever a matplotlibrc of the user says
    mpl.rcParams.update(
        {
            "font.family": ["Source Sans Pro", "DejaVu Sans"],
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
            "svg.fonttype": "path",
            "pdf.fonttype": 42,
            "figure.facecolor": PAPER,
            "savefig.facecolor": PAPER,
        }
    )
    return Figure(figsize=(width_mm / MM_PER_INCH, height_mm / MM_PER_INCH), layout=None)


def text_width(text: str, points: float, face: str = "normal") -> float:
    """Return how wide a text is drawn, in millimetres."""
    font = FontProperties(fname=FACES[face], size=points)
    width, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    return float(width) / POINTS_PER_INCH * MM_PER_INCH


def wrap(text: str, width_mm: float, points: float, face: str = "normal") -> list[str]:
    """Return the text broken between words into lines no wider than ``width_mm`` where words allow."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and text_width(longer, points, face) > width_mm:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def save_figure(figure: Figure, svg: str | Path, png: str | Path, pdf: str | Path) -> None:
    """Write the figure in three formats, without time or program version: the same bytes each time."""
    figure.savefig(svg, format="svg", metadata={"Date": None, "Creator": None})
    figure.savefig(png, format="png", dpi=300, metadata={"Software": None})
    figure.savefig(pdf, format="pdf", metadata={"CreationDate": None, "Creator": None, "Producer": None})
