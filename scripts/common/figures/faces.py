"""The typefaces of the figures, and the parts of them that travel with a figure.

A figure must look alike where its typefaces are not installed, and its text must stay text: a program can
search it, a journal can set it. So only the letters that a figure uses go with it, as TrueType.
"""

import io
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from fontTools.pens.cu2quPen import Cu2QuPen  # type: ignore[import-untyped]
from fontTools.pens.ttGlyphPen import TTGlyphPen  # type: ignore[import-untyped]
from fontTools.subset import Options, Subsetter  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont, newTable  # type: ignore[import-untyped]

MOST_ERROR = 0.5  # of an outline that is drawn with other curves, in units of which a letter has 1,000
LATIN = {"normal": "Regular", "italic": "It", "semibold": "Semibold"}  # face -> end of its file's name


@cache
def face_files() -> dict[str, str]:
    """Return face -> file: the three of Latin letters, and the one of Chinese letters, ``chinese``."""
    latin = files("font_source_sans_pro") / "files"
    return {
        **{face: str(latin / f"SourceSansPro-{end}.ttf") for face, end in LATIN.items()},
        "chinese": str(files("pylopdf_fonts_zh_cn") / "NotoSansSC-Regular.otf"),
    }


@cache
def letters(face: str) -> frozenset[int]:
    """Return the signs that a face has, as code points."""
    with TTFont(face_files()[face], lazy=True) as font:
        return frozenset(font.getBestCmap())


def subset(face: str, signs: Iterable[str], family: str) -> bytes:
    """Return the part of a face with these signs as a TrueType font of that family: the same bytes always."""
    font = TTFont(face_files()[face], recalcTimestamp=False, lazy=True)
    options = Options(hinting=False, notdef_outline=True, name_IDs=[1, 2, 4, 6])
    options.drop_tables += ["GPOS", "GSUB", "GDEF", "BASE", "vhea", "vmtx", "VORG"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=sorted({ord(sign) for sign in signs} & letters(face)))
    subsetter.subset(font)
    if "CFF " in font:
        _to_true_type(font)
    names = {1: family, 2: "Regular", 4: family, 6: family.replace(" ", "")}
    for record in font["name"].names:
        record.string = names[record.nameID]
    stream = io.BytesIO()
    font.save(stream)
    return stream.getvalue()


def _to_true_type(font: TTFont) -> None:
    """Draw the outlines of a font with the curves of TrueType, which every program can embed."""
    glyph_set, order = font.getGlyphSet(), font.getGlyphOrder()
    drawn = {}
    for name in order:
        pen = TTGlyphPen(glyph_set)
        glyph_set[name].draw(Cu2QuPen(pen, MOST_ERROR, reverse_direction=True))
        drawn[name] = pen.glyph()
    font["loca"] = newTable("loca")
    font["glyf"] = table = newTable("glyf")
    table.glyphOrder, table.glyphs = order, drawn
    for name, glyph in drawn.items():
        glyph.recalcBounds(table)
        width, _ = font["hmtx"][name]
        font["hmtx"][name] = width, getattr(glyph, "xMin", 0)
    limits = newTable("maxp")
    limits.tableVersion = 0x00010000
    limits.numGlyphs, limits.maxZones = len(order), 1
    for name in (
        "maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs", "maxStackElements",
        "maxSizeOfInstructions", "maxComponentElements", "maxPoints", "maxContours", "maxCompositePoints",
        "maxCompositeContours", "maxComponentDepth",
    ):  # fmt: skip
        setattr(limits, name, 0)
    font["maxp"] = limits
    font["post"].formatType, font["post"].extraNames, font["post"].mapping = 2.0, [], {}
    del font["CFF "]
    font.sfntVersion = "\x00\x01\x00\x00"
