"""A Word file with one table, the same bytes for the same text."""

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.shared import Inches, Pt
from docx.table import Table

LONG_AGO = datetime(1980, 1, 1, tzinfo=UTC)  # the first day that a zip file knows
SHORTEST, LONGEST = 24, 50  # letters of a column's longest cell, from which its share of the width is taken
PER_LETTER = 17  # tenths of such a letter that each letter of a word needs
BESIDE = 4  # letters: the blanks on both sides of a cell
MARGIN, LETTERS = Inches(0.5), Pt(9)  # so that no column is narrower than its longest word ("Introduction")
NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """Return a text without the control characters that XML, and so Word, refuses."""
    return NOT_XML.sub("", text)


def _room(text: str) -> int:
    """Return the share of the width that a text asks for, so that its longest word is not cut."""
    word = max(map(len, text.split()), default=0)
    return max(len(text), PER_LETTER * word // 10 + BESIDE)


def _lay_out(table: Table, rows: Sequence[Sequence[str]], width: int) -> None:
    """Give long columns more room, the head to every page, and each row one page. ``width`` is in EMU."""
    shares = [min(max(*map(_room, column), SHORTEST), LONGEST) for column in zip(*rows, strict=True)]
    table.autofit = False
    for column, share in zip(table.columns, shares, strict=True):
        column.width = width * share // sum(shares)
        for cell in column.cells:
            cell.width = width * share // sum(shares)
    for number, row in enumerate(table.rows):
        for name in ("w:cantSplit", *(["w:tblHeader"] if number == 0 else [])):
            row._tr.get_or_add_trPr().append(OxmlElement(name))  # python-docx has no words for these


def write_docx(
    path: str | Path, title: str, intro: str, tables: Sequence[tuple[str, Sequence[Sequence[str]]]]
) -> None:
    """Write a heading, a paragraph and the tables, each with its own heading and a header row.

    Everything is written as text: what looks like a formula or a tag stays what it is. python-docx stamps
    the files inside with the clock; they are packed again with a fixed day.
    """
    document = Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width
    section.left_margin = section.right_margin = MARGIN
    about = document.core_properties
    about.title, about.author, about.comments = clean(title), "", ""
    about.created = about.modified = LONG_AGO
    width = int(section.page_width or 0) - 2 * MARGIN  # a new document has a width
    document.add_heading(clean(title), level=1)
    document.add_paragraph(clean(intro))
    for heading, rows in tables:
        document.add_heading(clean(heading), level=2)
        table = document.add_table(rows=0, cols=len(rows[0]), style="Table Grid")
        for number, row in enumerate(rows):
            for cell, text in zip(table.add_row().cells, row, strict=True):
                run = cell.paragraphs[0].add_run(clean(text))
                run.bold, run.font.size = number == 0, LETTERS
        _lay_out(table, rows, width)
    buffer = io.BytesIO()
    document.save(buffer)
    with zipfile.ZipFile(buffer) as packed, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as fresh:
        for name in sorted(packed.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            entry = zipfile.ZipInfo(name, date_time=LONG_AGO.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            fresh.writestr(entry, packed.read(name))
