"""What tests of figures look at: the texts of a figure, and whether they stay within it."""

from collections.abc import Iterable
from itertools import pairwise

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from scripts.common.report.phrases import Speaker

FORMATS = ("svg", "png", "pdf", "other_svg", "other_png", "other_pdf")
ENGLISH, CHINESE = Speaker("en"), Speaker("zh")
LANGUAGES = {"argvalues": [ENGLISH, CHINESE], "ids": ["English", "Chinese"]}


def figure_paths(name: str) -> dict[str, str]:
    """Return the seven files that the script of a figure writes, in the working folder."""
    return {end: f"{name}.{end}" for end in FORMATS} | {"table": f"{name}.csv"}


def texts(figure: Figure) -> list[str]:
    """Return the texts drawn into the axes of a figure."""
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def check_no_text_leaves(figure: Figure) -> None:
    """Fail at a text that is cut off at an edge of the figure, and at labels of an axis that touch."""
    FigureCanvasAgg(figure)
    figure.draw_without_rendering()
    whole = figure.bbox
    for axes in figure.axes:
        ticks = _ticks_shown(axes)
        for text in [*axes.texts, axes.title, axes.xaxis.label, *ticks, *figure.texts]:
            box = text.get_window_extent()
            assert whole.x0 <= box.x0, text.get_text()
            assert box.x1 <= whole.x1, text.get_text()
            assert whole.y0 <= box.y0, text.get_text()
        check_none_touch(ticks)


def _ticks_shown(axes: Axes) -> list[Text]:
    """Return the labels of an axis that lie within its limits: matplotlib keeps others, and draws none."""
    low, high = axes.get_xlim()
    labels = zip(axes.get_xticks(), axes.get_xticklabels(), strict=True)
    return [label for place, label in labels if axes.axison and low <= place <= high]


def check_none_touch(row: Iterable[Text]) -> None:
    """Fail at two texts of one line that overlap; the figure must have been drawn."""
    boxes = sorted((text.get_window_extent() for text in row), key=lambda box: box.x0)
    assert all(left.x1 <= right.x0 for left, right in pairwise(boxes))


def note_of(figure: Figure) -> str:
    """Return the one line of a figure that says why nothing is drawn."""
    (line,) = [text.get_text() for text in figure.texts]
    return line.replace("\n", " ")
