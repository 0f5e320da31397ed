"""Which words of an export are in no column, not in extra, and not in what was set aside.

Each record is compared with the lines it was read from. Not compared: tags and names of columns, which say
where a value is; headers between records (docs/exports.md); and what a column says in another form: the month
of a date, the address of the resolver before a DOI, the mark of a PMID, "and" between names, LaTeX.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import openpyxl
from lxml import etree

from scripts.common.exports.export import Export
from scripts.common.exports.latex import plain
from scripts.common.exports.workbook import Workbook
from scripts.common.files.workbooks import plain_text
from scripts.common.records.record import Raw, SetAside

MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
TAGS = {
    "ris": r"\s*(?:ER\s{0,2}-\s*)?[A-Za-z][A-Za-z0-9]{1,3}[ \t]{0,2}-",
    "nbib": r"[A-Z][A-Z0-9]{1,3} {0,2}-",
    "ovid": r"\s*[A-Z][A-Z0-9] {1,2}-",
    "wos": r"[A-Z][A-Z0-9](?=\s|$)",
    "refer": r"%\S(?=\s|$)",
    "refworks": r"[A-Za-z][A-Za-z0-9]{1,3}(?=\s|$)",
    "noteexpress": r"\s*\{[^{}]*\}:",
    "cochrane": r"[A-Z]{2,3}:",
}
HEADERS = {
    "ris": r"\s*(\d+\.\s*$|ER\s*$|TY\s*$|Record #|Provider:|Content:|Database:|Link to the Ovid)",
    "ovid": r"\s*<\d+\. ?>",
    "wos": r"(FN|VR) |E[FR]\s*$",
    "cochrane": r"Record #|(Provider|Content|Database):",
    "bibtex": r"\s*(%\s*Encoding:|Scopus\s*$|EXPORT DATE:)",
}
KIND = re.compile(r"(@\s*[A-Za-z]+\s*)[{(]")  # of an entry of BibTeX
MACRO = re.compile(r"@string\s*[{(]\s*(\w+)\s*=\s*[\"{]([^\"}]*)[\"}]\s*[})]", re.IGNORECASE)
_MARKS = "doi dx org https http www pmid pubmed medline nlm ncbi nih gov and er ty none"
MARKS = frozenset(_MARKS.split())


def words_of(text: str) -> set[str]:
    """Return the words of a text in lower case, numbers without leading zeros."""
    text = text.replace('"', "").casefold()  # a quote in the middle of a cell is a sign of CSV
    text = re.sub(r"\bnlm(?=\d)", "", text)  # the mark of a PMID at CINAHL
    return {word.lstrip("0") or "0" for word in re.findall(r"\w+", text)}


def lost_words(path: Path) -> list[str]:
    """Return the words of a file that nothing holds, each with the line in which its record begins."""
    export = Export(path)
    pieces = list(export)
    if "xml" in export.format:
        return list(_lost_nodes(path, pieces))
    if export.format == "workbook" or export.format.endswith("json"):
        return sorted(words_of(" ".join(_cells(path, export.format))) - _all_words(pieces))
    lines = _lines(export)
    starts, names = _starts(export)
    kind = "bibtex" if export.header and export.header.of_bibtex else export.format
    held: dict[int, list[str]] = {begin: [] for begin in sorted({0, *starts.values()})}
    for piece in pieces:
        line = piece.line if isinstance(piece, SetAside) else starts.get(int(piece["position"]), 0)
        held[max(begin for begin in held if begin <= line)].append(_text(piece))
    everything = " ".join(text for texts in held.values() for text in texts)
    return [
        f"line {begin}: {word}"
        for begin, end in zip(held, [*list(held)[1:], len(lines) + 1], strict=True)
        for word in sorted(
            _words_not_in(
                _words_held(kind, " ".join([*held[begin], names.get(begin, "")]))
                | _words_of_macros(export.format, lines, everything),
                kind,
                lines[max(begin, 1) - 1 : end - 1],
            )
        )
    ]


def _cells(path: Path, format_name: str) -> list[str]:
    """Return all texts of a workbook but the names of columns, or all of a file of JSON."""
    if format_name != "workbook":
        return list(_texts(json.loads(path.read_text(encoding="utf-8-sig"))))
    names = {name for sheet in Workbook(str(path)).sheets for name in sheet.header.names}
    book = openpyxl.load_workbook(path, data_only=True)
    cells = (plain_text(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)
    return [cell for cell in cells if cell not in names]


def _texts(found: object) -> Iterator[str]:
    """Yield the texts and numbers in JSON; a date is its numbers."""
    inner = found.values() if isinstance(found, dict) else found if isinstance(found, list) else None
    if inner is None:
        yield plain_text(found)
        return
    for one in inner:
        yield from _texts(one)


def _all_words(pieces: Iterable[Mapping[str, str] | SetAside]) -> set[str]:
    text = " ".join(map(_text, pieces))
    return words_of(text) | MARKS | _forms_of_dates(text)


def _lines(export: Export) -> list[str]:
    """Return the lines of a file, those without a value (names of columns, headers) blank."""
    between = re.compile(HEADERS.get(export.format, "(?!)"))
    header = export.header.line if export.header else 0
    return [
        "" if number == header or between.match(line) else line
        for number, line in enumerate(export._lines(), start=1)
    ]


def _starts(export: Export) -> tuple[dict[int, int], dict[int, str]]:
    """Return position -> line of each record, and line -> its tags; none for a table of our own."""
    starts: dict[int, int] = {}
    names: dict[int, str] = {}
    if export.header and export.header.ours:
        return starts, names
    for piece in export._raw():
        if isinstance(piece, Raw) or piece.position:
            starts[piece.position] = piece.line
        if isinstance(piece, Raw) and export.format == "bibtex":
            names[piece.line] = f"{names.get(piece.line, '')} {' '.join(piece.tags)}"
    return starts, names


def _words_not_in(held: set[str], format_name: str, lines: Sequence[str]) -> set[str]:
    """Return the words of some lines that are not held; of BibTeX, as written or as read."""
    tag = re.compile(TAGS.get(format_name, "(?!)"))
    lost: set[str] = set()
    for line in lines:
        if format_name == "bibtex":
            written = KIND.sub(r"\1 ", line)
            missing = {word for word in words_of(plain(written)) - held if not _halves(word, line, held)}
            lost |= missing if words_of(written) - held else set()
        else:
            lost |= words_of(_untagged(line, tag)) - held
    return lost


def _halves(word: str, line: str, held: set[str]) -> bool:
    """Return whether a brace of the line that ends a value is inside a word, and both halves are held."""
    cuts = ((word[:at], word[at:]) for at in range(1, len(word)))
    return any(
        {left, right} <= held and re.search(rf"{left}[{{}}]+{right}", line.casefold()) for left, right in cuts
    )


def _words_held(format_name: str, held: str) -> set[str]:
    without_kinds = KIND.sub(r"\1 ", held)
    text = f"{held} {plain(without_kinds)}" if format_name == "bibtex" else held
    return words_of(text) | MARKS | _forms_of_dates(held)


def _words_of_macros(format_name: str, lines: Sequence[str], everything: str) -> set[str]:
    """Return the names of BibTeX's macros, and the words of those that any entry uses."""
    found = list(MACRO.finditer("\n".join(lines))) if format_name == "bibtex" else []
    names = words_of(" ".join(one[1] for one in found)) | {"string"}
    return (names | words_of(" ".join(one[2] for one in found)) & words_of(everything)) if found else set()


def _untagged(line: str, tag: re.Pattern[str]) -> str:
    found = tag.match(line)
    return line[found.end() :] if found else line


def _text(piece: Mapping[str, str] | SetAside) -> str:
    """Return all text of a piece, that of ``extra`` without the signs of JSON."""
    if isinstance(piece, SetAside):
        return piece.raw
    extra = " ".join(_leaves(json.loads(piece["extra"]))) if piece.get("extra") else ""
    return " ".join([*(value for name, value in piece.items() if name != "extra"), extra])


def _leaves(found: object) -> Iterator[str]:
    if isinstance(found, dict):
        for name, value in found.items():
            yield name
            yield from _leaves(value)
    elif isinstance(found, list):
        for value in found:
            yield from _leaves(value)
    else:
        yield str(found)


def _forms_of_dates(text: str) -> set[str]:
    """Return other ways to write the dates of a text: ``20220816``, ``aug``, ``august``."""
    forms = set()
    for year, month, day in re.findall(r"\b(\d{4})-(\d\d)(?:-(\d\d))?\b", text):
        if 1 <= int(month) <= 12:
            name = MONTHS[int(month) - 1]
            forms |= {f"{year}{month}{day}", name, name[:3], name[:4], f"{name[:3]}{year}"}
    return forms


def _lost_nodes(path: Path, pieces: Iterable[Mapping[str, str] | SetAside]) -> Iterator[str]:
    """Yield the texts of an XML file that no record holds, whatever the blanks in them."""
    texts = [_text(piece) for piece in pieces]
    known, words = (
        "".join("".join(texts).split()),
        words_of(" ".join(texts)) | _forms_of_dates(" ".join(texts)),
    )
    tree = etree.parse(
        path, etree.XMLParser(huge_tree=True, remove_comments=True, remove_pis=True, recover=True)
    )
    for node in tree.iter():
        for text in (node.text, node.tail):
            found = "".join((text or "").split())
            if found and found not in known and words_of(text) - words - MARKS:
                yield f"line {node.sourceline}: {node.tag}: {found[:60]}"
