"""The typefaces of the figures, and the parts of them that travel with a figure.

A figure must look alike where its typefaces are not installed, and its text must stay text: a program can
search it, a journal can set it. So only the letters that a figure uses go with it, as TrueType.
"""

import io
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

import uharfbuzz as hb  # type: ignore[import-untyped]
from fontTools.pens.cu2quPen import Cu2QuPen  # type: ignore[import-untyped]
from fontTools.pens.ttGlyphPen import TTGlyphPen  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont, newTable  # type: ignore[import-untyped]

KERNING = b"kern"  # what a program may do with a row of letters; ligatures would be no letters to a search
NOT_NEEDED = (b"GSUB", b"GDEF", b"BASE", b"vhea", b"vmtx", b"VORG")  # of other letters and upright lines
POSTSCRIPT_NAME = 6  # number of a name in a font: the one that a PDF gives
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
def _read(face: str) -> hb.Face:
    return hb.Face(hb.Blob.from_file_path(face_files()[face]))


@cache
def letters(face: str) -> frozenset[int]:
    """Return the signs that a face has, as code points."""
    return frozenset(_read(face).unicodes)


def subset(face: str, signs: Iterable[str], family: str) -> bytes:
    """Return the part of a face with these signs as a TrueType font of that family: the same bytes always."""
    wanted = hb.SubsetInput()
    wanted.unicode_set.update({ord(sign) for sign in signs} & letters(face))
    wanted.layout_feature_tag_set.clear()
    wanted.layout_feature_tag_set.add(int.from_bytes(KERNING))
    wanted.drop_table_tag_set.update(map(int.from_bytes, NOT_NEEDED))
    wanted.flags = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NOTDEF_OUTLINE
    font = TTFont(io.BytesIO(hb.subset(_read(face), wanted).blob.data), recalcTimestamp=False)
    if "CFF " in font:
        _to_true_type(font)
    style = "Regular" if face == "chinese" else LATIN[face]
    names = {1: family, 2: style, 4: f"{family} {style}"}
    font["name"].names = [
        record for record in font["name"].names if record.nameID in (*names, POSTSCRIPT_NAME)
    ]
    for record in font["name"].names:
        record.string = names.get(record.nameID, record.string)
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
