"""A file of decisions, opened: its form and its rows, before it is known which tool wrote it."""

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

from scripts.common.errors import InputError
from scripts.common.exports.ris import read_ris
from scripts.common.files.decoding import find_encoding, read_lines
from scripts.common.files.sheets import Grid, grids_of, read_grids
from scripts.common.records.record import Raw
from scripts.common.screening.stages import Plan
from scripts.common.screening.votes import Row

ZIP, WORKBOOK, RIS, CSV = "zip file", "workbook", "RIS", "CSV"
IN_EVERY_WORKBOOK = "[Content_Types].xml"  # a workbook is a zip file too
IS_RIS = re.compile(r"^\s*TY {1,2}-", re.MULTILINE)
PMID_IN_NOTES = re.compile(r"\bPMID:?\s*(\d{1,9})\b")


class DecisionFile:
    """One file of decisions and how the settings want it read; each part is read when it is asked for.

    ``form`` is the file's, by its content: ``ZIP``, ``WORKBOOK``, ``RIS`` or ``CSV``. Raises ``InputError``
    for a file that is missing, or that has no text where text is asked for.
    """

    def __init__(self, plan: Plan) -> None:
        if not Path(plan.path).is_file():
            raise InputError(f"{plan.path}: this file is missing.")
        self.plan = plan
        self.raw = Path(plan.path).read_bytes()

    @cached_property
    def form(self) -> str:
        """The form of the file."""
        if zipfile.is_zipfile(io.BytesIO(self.raw)):
            return WORKBOOK if IN_EVERY_WORKBOOK in self.members else ZIP
        return RIS if IS_RIS.search(self.text) else CSV

    @cached_property
    def members(self) -> list[str]:
        """The files in a zip file, without folders."""
        with zipfile.ZipFile(io.BytesIO(self.raw)) as archive:
            return [name for name in archive.namelist() if not name.endswith("/")]

    @cached_property
    def text(self) -> str:
        """The text of a RIS or CSV file."""
        return "\n".join(read_lines(self.raw, find_encoding(self.raw, self.plan.path)))

    @cached_property
    def rows(self) -> list[Row]:
        """The rows of a RIS or CSV file, none of any other; a record of RIS is a row too."""
        if self.form == RIS:
            return _rows_of_ris(self.text)
        return _rows_of_table(self.plan.path, self.raw) if self.form == CSV else []

    @cached_property
    def header(self) -> frozenset[str]:
        """The names of the columns of a CSV that has a row, in small letters."""
        _, first = next(iter(self.rows), (0, {})) if self.form == CSV else (0, {})
        return frozenset(name.casefold() for name in first)

    @cached_property
    def notes(self) -> str:
        """The notes of all records of a RIS file; empty for any other."""
        return "\n".join(row["notes"] for _, row in self.rows) if self.form == RIS else ""

    @cached_property
    def grids(self) -> list[Grid]:
        """The tables of a CSV or a workbook, read strictly, as people fill them in."""
        return read_grids(self.plan.path)

    def unpack(self, name: str) -> list[Row]:
        """Return the rows of the one CSV of this name in a zip file, in any folder; without one, none."""
        found = [member for member in self.members if Path(member).name.casefold() == name]
        if not found:
            return []
        if len(found) > 1:
            raise InputError(f"{self.plan.path}: holds {len(found)} files {name}. Export the review again.")
        try:
            with zipfile.ZipFile(io.BytesIO(self.raw)) as archive:
                raw = archive.read(found[0])
        except (zipfile.BadZipFile, RuntimeError) as error:
            raise InputError(
                f"{self.plan.path}: {name} cannot be unpacked ({error}). Export it again."
            ) from None
        return _rows_of_table(f"{self.plan.path}, {found[0]}", raw)


def _rows_of_table(path: str, raw: bytes) -> list[Row]:
    """Return line and cells by column name of a table that a tool exported."""
    return [
        (line, dict(zip(grid.header, cells, strict=True)))
        for grid in grids_of(path, raw, widen=True)
        for line, cells in grid.rows
    ]


def _rows_of_ris(text: str) -> list[Row]:
    """Return each record of a RIS file as a row; tools write their decisions into its notes (N1)."""
    whole = text.replace("\r\n", "\n").replace("\r", "\n")
    return [(one.line, _row(one.tags)) for one in read_ris([whole]) if isinstance(one, Raw)]


def _row(tags: Mapping[str, Sequence[str]]) -> dict[str, str]:
    notes = " | ".join(tags.get("N1", []))
    pmid = PMID_IN_NOTES.search(notes)
    return {
        "key": _first(tags, "AN", "ID"),
        "notes": notes,
        "doi": _first(tags, "DO", "L3"),
        "pmid": pmid[1] if pmid else "",
        "title": _first(tags, "TI", "T1"),
        "year": _first(tags, "PY", "Y1", "DA")[:4],
        "authors": "; ".join(tags.get("AU", tags.get("A1", []))),
    }


def _first(tags: Mapping[str, Sequence[str]], *names: str) -> str:
    return next((tags[name][0] for name in names if tags.get(name)), "")
