"""How figures are written: SVG, PNG and PDF in both languages, letters as text, always the same bytes."""

import base64
import hashlib
import io
import re
from collections.abc import Callable, Mapping
from functools import cache
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from matplotlib import font_manager
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.text import Text

from scripts.common.figures.faces import letters, subset
from scripts.common.figures.plotting import FAMILIES, same_letters
from scripts.common.report.phrases import Speaker, other, read_translations

TITLE = "title "  # what the id of a mark begins with whose text a reader sees who points at it
TEXT = re.compile(r'<text style="([^"]*)"[^>]*>(.*?)</text>', flags=re.DOTALL)
NAMED = re.compile(rf"""<g id=(["']){TITLE}(.*?)\1>""")
DRAWN_WITH = f"font-family: {', '.join(repr(name) for name in FAMILIES)}"  # as matplotlib writes it
CSS = {  # face -> its weights and slant in a style sheet
    "normal": "font-weight:400",
    "semibold": "font-weight:600",
    "italic": "font-weight:400;font-style:italic",
    "chinese": "font-weight:400 600",
}


class Faces(NamedTuple):
    """The letters that one figure needs."""

    family: str  # of its Latin letters; that of the Chinese ones ends in -zh
    fonts: dict[str, bytes]  # face -> TrueType font


def name_mark(mark: Artist, text: str) -> None:
    """Give a mark a text that is shown where a reader points at it, and read out, in the SVG."""
    mark.set_gid(f"{TITLE}{text}")


def save_figure(figure: Figure, svg: str | Path, png: str | Path, pdf: str | Path) -> None:
    """Write the figure in three formats, without time or program version: the same bytes each time."""
    faces = save_svg(figure, svg)
    with same_letters():
        figure.savefig(png, format="png", dpi=300, metadata={"Software": None})
        _take_letters(figure, faces)
        figure.savefig(pdf, format="pdf", metadata={"CreationDate": None, "Creator": None, "Producer": None})


def save_svg(figure: Figure, path: str | Path) -> Faces:
    """Write the figure as SVG: its text is text, with the letters that it needs; return these."""
    stream = io.BytesIO()
    with same_letters():
        figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    svg = NAMED.sub(r"<g><title>\2</title>", stream.getvalue().decode("utf-8"))
    faces = _faces_of(svg)
    Path(path).write_text(_with_letters(svg, faces), encoding="utf-8", newline="\n")
    return faces


def save_figures(
    draw: Callable[[Speaker], Figure],
    language: str,
    paths: Mapping[str, str],
    translations: str | None = None,
) -> None:
    """Write ``svg``, ``png`` and ``pdf`` in ``language``; in the other one the same, ``other_svg`` and so on.

    ``translations`` is ``config/translations.csv``, for figures with texts of the review.
    """
    texts = read_translations(translations)
    save_figure(draw(Speaker(language, texts)), paths["svg"], paths["png"], paths["pdf"])
    translated = draw(Speaker(other(language), texts))
    save_figure(translated, paths["other_svg"], paths["other_png"], paths["other_pdf"])


def _signs_of(svg: str) -> dict[str, set[str]]:
    """Return face -> the signs that an SVG needs of it."""
    signs: dict[str, set[str]] = {face: set() for face in CSS}
    for style, content in TEXT.findall(svg):
        face = "semibold" if "font-weight: 600" in style else "italic" if "italic" in style else "normal"
        for sign in unescape(re.sub("<[^>]*>", "", content)):
            signs[face if ord(sign) in letters(face) else "chinese"].add(sign)
    return {face: found for face, found in signs.items() if found}


def _faces_of(svg: str) -> Faces:
    """Return the letters that the texts of an SVG need, under a name that no other figure of a page has."""
    needed = _signs_of(svg)
    digest = hashlib.sha256(repr([(face, sorted(signs)) for face, signs in needed.items()]).encode())
    family = f"letters-{digest.hexdigest()[:8]}"
    fonts = {
        face: subset(face, signs, f"{family}-zh" if face == "chinese" else family)
        for face, signs in needed.items()
    }
    return Faces(family, fonts)


def _with_letters(svg: str, faces: Faces) -> str:
    """Return an SVG that brings its letters along."""
    family = faces.family
    style = "".join(
        f"@font-face{{font-family:{family}{'-zh' if face == 'chinese' else ''};{CSS[face]};"
        f"src:url(data:font/ttf;base64,{base64.b64encode(font).decode()})}}"
        for face, font in faces.fonts.items()
    )
    used = f"font-family: {family}, {family}-zh, 'Source Sans Pro', 'Noto Sans SC', sans-serif"
    style = f'<style type="text/css">{style}</style>'
    return svg.replace(DRAWN_WITH, used).replace("</metadata>", f"</metadata>\n {style}", 1)


@cache
def _folder() -> TemporaryDirectory[str]:
    return TemporaryDirectory()  # until the program ends: matplotlib opens the files when it draws


def _take_letters(figure: Figure, faces: Faces) -> None:
    """Let a figure be drawn with these letters: small, and TrueType, the only kind that is text in a PDF."""
    for face, font in faces.fonts.items():
        path = Path(_folder().name) / f"{faces.family}-{face}.ttf"
        if not path.exists():
            path.write_bytes(font)
            font_manager.fontManager.addfont(path)
    for text in figure.findobj(Text):
        text.set_fontfamily([faces.family, f"{faces.family}-zh", FAMILIES[-1]])
