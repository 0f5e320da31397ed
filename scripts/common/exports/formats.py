"""Which format an export has, by its beginning; a table that is not known gets a map to start from."""

import re
from collections.abc import Sequence
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from scripts.common.errors import InputError
from scripts.common.exports.delimited import find_header
from scripts.common.exports.first_map import not_understood
from scripts.common.exports.json_records import BEGIN, json_format
from scripts.common.exports.ris import END, begins, tagged
from scripts.common.files.decoding import read_head
from scripts.common.files.delimited import cells_of, header_lines
from scripts.common.files.first_map import list_in
from scripts.common.files.sheets import TREES, Grid, read_grids

FORMATS = {
    "ris": "RIS",
    "nbib": "PubMed (.nbib, MEDLINE)",
    "pubmed xml": "PubMed XML",
    "endnote xml": "EndNote XML",
    "bibtex": "BibTeX",
    "csv": "CSV or TSV with a header line",
    "workbook": "Excel workbook with a header line",
    "ovid": "Ovid tagged",
    "wos": "Web of Science tagged (.ciw)",
    "refer": "Refer (.enw)",
    "refworks": "RefWorks tagged",
    "noteexpress": "NoteExpress",
    "cochrane": "Cochrane plain text",
    "csl json": "CSL JSON",
    "clinicaltrials.gov json": "JSON of ClinicalTrials.gov",
    "ictrp xml": "XML of WHO's ICTRP",
}
TABLES = ("csv", "workbook")
MAPPED = "map"  # the format of a table that a map of the review reads
MARKS = {  # the line in which a record, or the file, begins
    "nbib": re.compile(r"PMID ?- ?\d|OWN ?- ?\w"),
    "ovid": re.compile(r"\s*(<\d+\. ?>\s*$|VN {1,2}- Ovid)"),
    "wos": re.compile(r"(FN|VR) \w|PT [A-Z]\s*$"),
    "refer": re.compile(r"%[0TA] \S"),
    "refworks": re.compile(r"RT [A-Z]"),
    "noteexpress": re.compile(r"\s*\{Reference Type\}:"),
    "bibtex": re.compile(r"\s*@\s*[A-Za-z]+\s*[{(]"),
}
COCHRANE = re.compile(r"Record #\d+ of \d+\s*$")  # also the header of a record in Cochrane's RIS
MOST_SIGNS = 80  # of a column's name: longer cells are those of a record, and the header is missing
ZIP = b"PK\x03\x04"


def find_format(path: str | Path, name: str = "") -> str:
    """Return the format of an export by its beginning; what is no export raises ``InputError``.

    ``name`` is that of the input, for the map to start from; ``""``: the name of the file without ending.
    """
    format_name = format_of(path)
    if not format_name:
        head = read_head(path)
        raise InputError(_unknown(str(path), name or Path(path).stem, head, head.split("\n")))
    return format_name


def format_of(path: str | Path) -> str:
    """Return the format of an export by its beginning, or ``""``; a web page raises ``InputError``."""
    if is_workbook(path):
        return "workbook"
    head = read_head(path)
    lines = head.split("\n")
    return (
        _format_of_markup(head, path)
        or json_format(head)
        or ("csv" if find_header(lines) else _format_of_lines(lines))
    )


def is_workbook(path: str | Path) -> bool:
    """Return whether a file is a zip archive with the parts of an Excel workbook."""
    with open(path, "rb") as stream:
        if stream.read(len(ZIP)) != ZIP:
            return False
    try:
        with ZipFile(path) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except BadZipFile:
        return False


def is_ris(path: str | Path) -> bool:
    """Return whether a file is RIS; any other file is none, also one that is no export."""
    if is_workbook(path):
        return False
    lines = read_head(path).split("\n")
    return _format_of_lines(lines) == "ris" and not find_header(lines)


def _format_of_markup(head: str, path: str | Path) -> str:
    """Return the format of XML, or ``""`` for what is no known one; a web page raises ``InputError``."""
    begin, text = head.lstrip()[:200].casefold(), head.casefold()
    if not begin.startswith("<"):
        return ""
    if begin.startswith("<!doctype html") or "<html" in text:
        raise InputError(
            f"{path} line 1: a web page, not an export; the platform may have asked to sign in. Export it"
            " again."
        )
    for mark, format_name in (("<pubmedarticleset", "pubmed xml"), ("<trials_downloaded_from", "ictrp xml")):
        if mark in text:
            return format_name
    return "endnote xml" if re.search(r"<records?[\s>]", head) else ""


def _format_of_lines(lines: Sequence[str]) -> str:
    """Return the format whose records begin in the first line that can be such a beginning, or ``""``."""
    for line in lines:
        if begins(line):
            return "ris"
        for name, mark in MARKS.items():
            if mark.match(line):
                return name
    if any(map(COCHRANE.match, lines)):
        return "cochrane"
    without_beginning = any(map(tagged, lines)) and any(map(END.match, lines))  # as some tools write RIS
    return "ris" if without_beginning else ""


def _unknown(path: str, name: str, head: str, lines: Sequence[str]) -> str:
    """Return the message for a file in which no record was found; a table gets a map to start from."""
    is_tree = path.casefold().endswith(TREES)
    if BEGIN.match(head) and not is_tree:
        return f"{path}: JSON that is not known as records. Name it .json, so that a map can read it."
    if is_tree:
        (whole,) = read_grids(path)
        at = list_in(whole.header) if len(whole.rows) == 1 else ""
        return not_understood(name, read_grids(path, at=at), at)
    if table := _table_in(path, lines):
        return not_understood(name, [table])
    known = ", ".join(FORMATS.values())
    line, text = next((number, line) for number, line in enumerate(lines, start=1) if line.strip())
    return (
        f"{path} line {line}: no record was found in it; it begins {text.strip()[:50]!r}. Export it again"
        f" as one of: {known}."
    )


def _table_in(path: str, lines: Sequence[str]) -> Grid | None:
    """Return the header of a table, if two lines have the same number of cells, three or more."""
    for line, separator, names in header_lines(lines[:-1]):
        named = len(names) > 2 and all(names[:2]) and max(map(len, names)) <= MOST_SIGNS
        if named and len(names) == len(cells_of(lines[line], separator)):
            return Grid(path, "", names, (), header_line=line)
    return None
