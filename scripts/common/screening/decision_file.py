"""A file of decisions, opened: its form and its tables, before it is known which tool wrote it."""

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from scripts.common.errors import InputError
from scripts.common.exports.bibtex import read_bibtex
from scripts.common.exports.ris import read_ris
from scripts.common.files.archives import open_archive, unpack
from scripts.common.files.decoding import find_encoding, read_lines
from scripts.common.files.sheets import TREES, Grid, grids_of
from scripts.common.records.record import Raw, SetAside
from scripts.common.screening.stages import Plan
from scripts.common.screening.votes import Row

ZIP, WORKBOOK, RIS, BIBTEX, CSV = "zip file", "workbook", "RIS", "BibTeX", "CSV"
IN_EVERY_WORKBOOK = "[Content_Types].xml"  # a workbook is a zip file too
IS_RIS = re.compile(r"^\s*TY {1,2}-", re.MULTILINE)
IS_BIBTEX = re.compile(r"\A\s*(?:%[^\n]*\n\s*)*@\s*[A-Za-z]+\s*[{(]")
PMID_IN_NOTES = re.compile(r"\bPMID:?\s*(\d{1,9})\b")
OF_REFERENCES = frozenset(("key", "notes", "doi", "pmid", "title", "year", "authors"))


class ToolTable:
    """One table of a file: the names of its columns in small letters, and its rows, read when asked for.

    A record of RIS or BibTeX is a row too, whose columns are ``OF_REFERENCES``.
    """

    def __init__(self, header: Iterable[str], rows: Callable[[], Iterable[Row]]) -> None:
        self.header = frozenset(name.casefold() for name in header)
        self._read = rows

    @cached_property
    def rows(self) -> list[Row]:
        """The rows, each with the line on which it begins (of a workbook: its number)."""
        return list(self._read())


class DecisionFile:
    """One file of decisions and how the settings want it read; each part is read when it is asked for.

    ``form`` is the file's, by its content: ``ZIP``, ``WORKBOOK``, ``RIS``, ``BIBTEX`` or ``CSV``. Raises
    ``InputError`` for a file that is missing, or that has no text where text is asked for.
    """

    def __init__(self, plan: Plan, packed: bytes | None = None, name: str = "") -> None:
        if packed is None and not Path(plan.path).is_file():
            raise InputError(f"{plan.path}: this file is missing.")
        self.plan = plan
        self.path = name or plan.path  # what messages call it
        self.raw = Path(plan.path).read_bytes() if packed is None else packed

    @cached_property
    def form(self) -> str:
        """The form of the file."""
        if zipfile.is_zipfile(io.BytesIO(self.raw)):
            return WORKBOOK if IN_EVERY_WORKBOOK in self.members else ZIP
        if IS_RIS.search(self.text):
            return RIS
        return BIBTEX if IS_BIBTEX.match(self.text) else CSV

    @property
    def table_path(self) -> str | None:
        """The path of a file that is a table, or that is damaged and may be one; else None."""
        try:
            return self.path if self.form in (WORKBOOK, CSV) else None
        except InputError:
            return self.path

    @cached_property
    def members(self) -> list[str]:
        """The files in a zip file, without folders."""
        with open_archive(self.raw, self.path) as archive:
            return [name for name in archive.namelist() if not name.endswith("/")]

    @cached_property
    def text(self) -> str:
        """The text of a file that is neither zip file nor workbook."""
        return "\n".join(read_lines(self.raw, find_encoding(self.raw, self.path)))

    @cached_property
    def tables(self) -> list[ToolTable]:
        """The tables as tools write them; a zip file has none of its own, and no tool writes YAML or JSON."""
        if self.form == ZIP or Path(self.path).suffix.casefold() in TREES:
            return []
        if self.form in (WORKBOOK, CSV):
            sheet, header = self.plan.words.get("sheet", ""), self.plan.words.get("header", 0)
            return [_of_grid(grid) for grid in grids_of(self.path, self.raw, sheet, header, widen=True)]
        read = read_ris if self.form == RIS else read_bibtex
        return [ToolTable(OF_REFERENCES, lambda: self._references(read))]

    def _references(self, read: Callable[[Iterable[str]], Iterable[Raw | SetAside]]) -> Iterator[Row]:
        """Yield each record of RIS or BibTeX as a row; one that cannot be read raises ``InputError``."""
        for one in read(self.text.split("\n") if self.form == BIBTEX else [self.text]):
            if isinstance(one, Raw):
                yield one.line, _row(one.tags)
            elif one.position:
                raise InputError(f"{self.path} line {one.line}: {one.reason}. Its decisions would be lost.")

    def table(self, looks_right: Callable[[ToolTable], bool]) -> ToolTable | None:
        """Return the first table that looks right, or None."""
        return next((table for table in self.tables if looks_right(table)), None)

    @property
    def rows(self) -> list[Row]:
        """The rows of the first table; of a file without tables, none."""
        return self.tables[0].rows if self.tables else []

    @cached_property
    def grids(self) -> list[Grid]:
        """The tables of a CSV or a workbook, read strictly, as people fill them in."""
        return grids_of(self.path, self.raw)

    def unpack(self, stem: str, *endings: str) -> "DecisionFile | None":
        """Return the one file of this name in a zip file, in any folder and with any of the endings.

        Without one, None; two of them raise ``InputError``.
        """
        names = {stem + ending for ending in endings}
        found = [member for member in self.members if Path(member).name.casefold() in names]
        if len(found) > 1:
            raise InputError(
                f"{self.path}: holds {len(found)} files {stem} ({', '.join(sorted(found))}). Keep one"
                " of them."
            )
        if not found:
            return None
        return DecisionFile(self.plan, self.content(found[0]), f"{self.path}, {found[0]}")

    def content(self, member: str) -> bytes:
        """Return the content of one file in a zip file."""
        with open_archive(self.raw, self.path) as archive:
            return unpack(archive, member, self.path)


def _of_grid(grid: Grid) -> ToolTable:
    return ToolTable(
        grid.header,
        lambda: ((number, dict(zip(grid.header, cells, strict=True))) for number, cells in grid.rows),
    )


def _row(tags: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return the names and notes of a record; tags of RIS are in capitals, fields of BibTeX are not."""
    notes = " | ".join(value for name in ("N1", "note", "notes") for value in tags.get(name, ()))
    pmid = PMID_IN_NOTES.search(notes)
    return {
        "key": _first(tags, "AN", "ID", "entry key"),
        "notes": notes,
        "doi": _first(tags, "DO", "L3", "doi"),
        "pmid": _first(tags, "pmid") or (pmid[1] if pmid else ""),
        "title": _first(tags, "TI", "T1", "title"),
        "year": _first(tags, "PY", "Y1", "DA", "year")[:4],
        "authors": "; ".join(next((tags[name] for name in ("AU", "A1", "author") if name in tags), ())),
    }


def _first(tags: Mapping[str, Sequence[str]], *names: str) -> str:
    return next((tags[name][0] for name in names if tags.get(name)), "")
