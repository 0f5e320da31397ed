"""inputs.tsv rewritten by a command: every other cell, column and line ending stays as it was."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from scripts.common.errors import InputError
from scripts.common.review.inputs import COLUMNS, INPUTS

BOM = "\ufeff"


def read_cells(path: str = INPUTS) -> list[list[str]]:
    """Return the cells of each line, the header first; ``read_inputs`` has found the table to be sound.

    That takes any encoding and separator. A command writes back only what it can write as it was:
    ``InputError`` names a list that is not UTF-8 with tabs.
    """
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        text = ""
    lines = list(csv.reader(io.StringIO(text, newline=""), delimiter="\t"))
    if not lines or not set(COLUMNS) <= {name.strip() for name in lines[0]}:
        raise InputError(f"{path}: this command writes into the list. Save it as UTF-8, with tabs.")
    return lines


def write_cells(lines: Sequence[Sequence[str]], path: str = INPUTS) -> None:
    """Write the cells back, all at once; byte-order mark and line ending are those of the file before."""
    before = Path(path).read_bytes()
    text = io.StringIO(newline="")
    end = "\r\n" if b"\r\n" in before else "\n"
    csv.writer(text, delimiter="\t", lineterminator=end).writerows(lines)
    unfinished = Path(f"{path}.part")
    mark = BOM if before.startswith(BOM.encode()) else ""
    unfinished.write_bytes((mark + text.getvalue()).encode())
    unfinished.replace(path)


def fill_digests(digests: Mapping[str, str], path: str = INPUTS) -> int:
    """Write the digests (path -> SHA-256) where a line has none; return how many lines were filled."""
    header, *rows = read_cells(path)
    names = [name.strip() for name in header]
    file, digest = names.index("path"), names.index("sha256")
    filled = 0
    for cells in rows:
        if cells and not cells[digest].strip() and cells[file].strip() in digests:
            cells[digest] = digests[cells[file].strip()]
            filled += 1
    if filled:
        write_cells([header, *rows], path)
    return filled
