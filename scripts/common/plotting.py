"""How figures look and are saved: one typeface, colours safe for colour-blind readers, same bytes.

Colours are those of Okabe and Ito (https://jfly.uni-koeln.de/color/). Sizes are in millimetres.
"""

from importlib.resources import files
from pathlib import Path

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.figure import Figure

MM_PER_INCH = 25.4
TWO_COLUMNS_MM = 178  # text width of the journals that most reviews appear in
BLUE, ORANGE, GREEN, PINK, SKY, VERMILION = "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00"
INK, MUTED, LINE, PAPER = "#1F2933", "#5B6770", "#C3CBD1", "#FFFFFF"
SERIES = (BLUE, ORANGE, GREEN, PINK, SKY, VERMILION)


def new_figure(width_mm: float, height_mm: float) -> Figure:
    """Return an empty figure of that size, in the house's typeface."""
    for name in ("Regular", "It", "Semibold"):
        path = files("font_source_sans_pro") / "files" / f"SourceSansPro-{name}.ttf"
        font_manager.fontManager.addfont(str(path))
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


def save_figure(figure: Figure, svg: str | Path, png: str | Path, pdf: str | Path) -> None:
    """Write the figure in three formats, without time or program version: the same bytes each time."""
    figure.savefig(svg, format="svg", metadata={"Date": None, "Creator": None})
    figure.savefig(png, format="png", dpi=300, metadata={"Software": None})
    figure.savefig(pdf, format="pdf", metadata={"CreationDate": None, "Creator": None, "Producer": None})
