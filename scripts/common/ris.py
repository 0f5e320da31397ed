"""RIS exports: our own splitter finds the records, rispy reads the fields of each.

The splitter knows what real exports do (byte-order marks, other encodings and line ends, a missing
ER, text between records, wrapped lines); rispy then sees one clean record at a time.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar, NamedTuple

import rispy

from scripts.common.dates import partial_date
from scripts.common.errors import InputError
from scripts.common.identifiers import doi_in, pmid_key
from scripts.common.records import RETRACTED, RETRACTION_NOTICE, Record, SetAside

# Field -> tags that can hold it; the first one filled wins. T2 is the journal at Zotero, Scopus,
# Web of Science and EndNote, a subtitle at EBSCO, which fills JF as well.
FIRST_OF = {
    "type": ("TY",),
    "title": ("TI", "T1", "CT", "BT"),
    "journal": ("JF", "T2", "JO"),
    "journal_abbrev": ("J2", "JA"),
    "volume": ("VL",),
    "issue": ("IS", "CP"),
    "abstract": ("AB", "N2"),
    "language": ("LA",),
    "url": ("UR",),
    "accession": ("AN",),
}
ALL_OF = {"authors": ("AU", "A1"), "keywords": ("KW",)}
DATES = ("DA", "Y1", "PY")
DOI_TAGS = ("DO", "L3", "UR", "L2", "M3")
USED = {tag for tags in (*FIRST_OF.values(), *ALL_OF.values()) for tag in tags} | {
    *DATES,
    *DOI_TAGS,
    "SP",
    "EP",
    "SN",
}
RIS_TYPES = {"JOUR", "CHAP", "BOOK", "CONF", "CPAPER", "THES", "RPRT", "ELEC", "UNPB", "DATA", "GEN"}
LIST_ITEMS = ("KW",)  # an untagged line after one of these is a further item, elsewhere wrapped text

STRICT = re.compile(r"([A-Z][A-Z0-9])  -(?: (.*)|)$")
PMID_LINE = re.compile(r"\s*PMID {0,2}-\s*(\d+)\s*$")  # a tag of four letters, which RIS does not have
LOOSE = re.compile(r"\s*([A-Z][A-Z0-9]) {0,2}-(?:\s*(.*))$")
TAGS = [
    first + second
    for first in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    for second in "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
]


class _TagParser(rispy.RisParser):  # type: ignore[misc]  # rispy has no types
    """rispy with every tag kept under its own name, and every repeated value in order."""

    DEFAULT_MAPPING: ClassVar[dict[str, str]] = {tag: tag for tag in TAGS}
    DEFAULT_LIST_TAGS: ClassVar[list[str]] = [tag for tag in TAGS if tag not in ("TY", "ER")]
    DEFAULT_DELIMITER_MAPPING: ClassVar[dict[str, str]] = {}


class Block(NamedTuple):
    """One record as found in the file: its place (1 is first), first line, clean lines, end seen."""

    position: int
    line: int
    lines: list[tuple[str, str]]
    ended: bool


def decode(content: bytes, name: str) -> tuple[str, str]:
    """Return the text and the name of its encoding: by byte-order mark, UTF-8, or else cp1252."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            return content.decode("utf-16"), "utf-16"
        except UnicodeDecodeError as error:
            raise InputError(f"{name}: damaged UTF-16 ({error.reason}). Export it again.") from None
    if b"\0" in content:
        raise InputError(f"{name}: a binary file, not an export. Export it again as RIS.")
    try:
        return content.decode("utf-8").replace("\ufeff", ""), "utf-8"
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace"), "cp1252"


def split_lines(text: str) -> list[str]:
    """Split at CRLF, LF and CR only: other separators of Unicode stand inside fields."""
    return re.split(r"\r\n|\n|\r", text)


def count_records(lines: list[str]) -> int:
    """Count the lines that begin a record (TY), as plainly as possible: the check on what is read."""
    return sum(1 for line in lines if re.match(r"\s*TY {1,2}-", line))


def blocks(lines: list[str]) -> Iterator[Block | SetAside]:
    """Yield each record with its lines unwrapped, and tagged lines that stand outside a record."""
    pattern = STRICT if any(re.match("TY  -", line) for line in lines) else LOOSE
    position, start, found = 0, 0, []  # type: int, int, list[tuple[str, str]]
    for number, line in enumerate(lines, start=1):
        match = pattern.match(line)
        tag, value = (match[1], (match[2] or "").strip()) if match else ("", line.strip())
        if found and (pmid := PMID_LINE.match(line)):
            tag, value = "N1", f"PMID: {pmid[1]}"
        elif value == "ER" and not tag and _begins_next(lines, number):
            tag = "ER"
        if tag == "TY":
            if found:
                yield Block(position, start, found, ended=False)
            position, start, found = position + 1, number, [(tag, value)]
        elif not found:
            if tag and tag != "ER":
                yield SetAside(position, number, "a tagged line outside a record (no TY before it)", line)
        elif tag == "ER":
            yield Block(position, start, found, ended=True)
            found = []
        elif tag:
            found.append((tag, value))
        elif value:
            last, before = found[-1]
            if last in LIST_ITEMS:
                found.append((last, value))
            else:
                found[-1] = (last, f"{before} {value}".strip())
    if found:
        yield Block(position, start, found, ended=False)


def _begins_next(lines: list[str], number: int) -> bool:
    """Tell whether the next line with text begins a record, or none follows: a bare ER ends one there."""
    following = next((line for line in lines[number:] if line.strip()), "TY  -")
    return bool(re.match(r"\s*TY {1,2}-", following))


def fields(block: Block) -> dict[str, list[str]]:
    """Return the values of each tag of one record in order, read by rispy."""
    text = "".join(f"{tag}  - {value}\n" for tag, value in block.lines) + "ER  - \n"
    parsed = rispy.loads(text, implementation=_TagParser)
    if len(parsed) != 1:
        raise InputError(
            f"record {block.position} (line {block.line}): rispy reads {len(parsed)} records in it."
        )
    return {
        tag: [value for value in (values if isinstance(values, list) else [values]) if value]
        for tag, values in parsed[0].items()
    }


def record(tags: dict[str, list[str]]) -> Record:
    """Return the fields of one record under the names of records.csv, as the source wrote them."""

    def first(*names: str) -> str:
        return next((tags[name][0] for name in names if tags.get(name)), "")

    row = {field: first(*names) for field, names in FIRST_OF.items()}
    for field, names in ALL_OF.items():
        values = next((tags[name] for name in names if tags.get(name)), [])
        row[field] = "; ".join(value.strip(" ,") for value in values)
    known = max((_date(value) for tag in DATES for value in tags.get(tag, [])), key=len, default="")
    row["date"] = known
    row["year"] = known[:4]
    row["pages"] = "-".join(part for part in (first("SP"), first("EP")) if part)
    row["doi"] = next((doi for tag in DOI_TAGS for value in tags.get(tag, []) if (doi := doi_in(value))), "")
    row["pmid"] = _pmid(tags)
    row["issn"] = "; ".join(tags.get("SN", []))
    row["retraction"] = _retraction(row["title"])
    rest = {tag: values for tag, values in tags.items() if tag not in USED and values}
    rest |= {tag: tags[tag][1:] for names in FIRST_OF.values() for tag in names if len(tags.get(tag, [])) > 1}
    for tag in ("DO", "L3", "L2", "M3"):  # a second DOI, a link, a type of work
        others = [value for value in tags.get(tag, []) if doi_in(value) != (row["doi"] or None)]
        rest |= {tag: others} if others else {}
    row["extra"] = json.dumps(rest, ensure_ascii=False) if rest else ""
    return row


def read(path: str | Path) -> Iterator[Record | SetAside]:
    """Yield the records of a RIS file and the pieces set aside; each record knows its ``position``.

    A file in which no record begins raises ``InputError``; so does a plain count of the records
    that differs from what was read.
    """
    text, _ = decode(Path(path).read_bytes(), str(path))
    lines = split_lines(text)
    announced = count_records(lines)
    if announced == 0:
        raise InputError(f"{path}: no record begins in it (no TY line). Export it again as RIS.")
    seen = 0
    for piece in blocks(lines):
        if isinstance(piece, SetAside):
            yield piece
            continue
        seen += 1
        if len(piece.lines) == 1:
            raw = "  - ".join(piece.lines[0])
            yield SetAside(piece.position, piece.line, "a record without any field", raw)
            continue
        row = record(fields(piece))
        row["position"] = str(piece.position)
        yield row
    if seen != announced:
        raise InputError(f"{path}: {announced} records begin (TY), {seen} were read. Export it again.")


def unended(path: str | Path) -> list[Block]:
    """Return the records that have no end (ER): the file may have been cut there."""
    text, _ = decode(Path(path).read_bytes(), str(path))
    return [piece for piece in blocks(split_lines(text)) if isinstance(piece, Block) and not piece.ended]


def ris_text(row: Record) -> str:
    """Return one row of records.csv as a RIS record, ready for a screening tool."""
    kind = row["type"] if row["type"] in RIS_TYPES else "JOUR" if row["journal"] else "GEN"
    first_page, _, last_page = row["pages"].partition("-")
    tags = [
        ("TY", kind),
        ("ID", row["record_id"]),
        ("TI", row["title"]),
        *(("AU", name.strip()) for name in row["authors"].split(";")),
        ("PY", row["year"]),
        ("DA", row["date"].replace("-", "/")),
        ("T2", row["journal"]),
        ("J2", row["journal_abbrev"]),
        ("VL", row["volume"]),
        ("IS", row["issue"]),
        ("SP", first_page),
        ("EP", last_page),
        ("DO", row["doi"]),
        ("N1", f"PMID: {row['pmid']}" if row["pmid"] else ""),
        ("SN", row["issn"] or row["isbn"]),
        ("LA", row["language"]),
        ("AB", row["abstract"]),
        *(("KW", word.strip()) for word in row["keywords"].split(";")),
        ("UR", row["url"]),
    ]
    lines = (f"{tag}  - {' '.join(value.split())}\n" for tag, value in tags if value)
    return "".join(lines) + "ER  - \n\n"


def _date(value: str) -> str:
    """Return ``2011/02/16/``, ``2022///``, ``2022-08-16``, ``20220816``, ``c2022`` as far as known."""
    numbers = re.fullmatch(r"\s*(\d{4})(?:[/-](\d{0,2}))?(?:[/-](\d{0,2}))?(?:/.*)?\s*", value, re.ASCII)
    if numbers:
        return partial_date(numbers[1], numbers[2] or "", numbers[3] or "")
    run = re.fullmatch(r"\s*([12]\d{3})([01]\d)([0-3]\d)\s*", value, re.ASCII)
    if run:
        return partial_date(run[1], run[2], run[3])
    year = re.search(r"(?<!\d)([12]\d{3})(?!\d)", value, re.ASCII)
    return year[1] if year else ""


def _pmid(tags: dict[str, list[str]]) -> str:
    for value in tags.get("N1", []):
        found = re.search(r"\bPMID:?\s*(\d{1,9})\b", value, re.IGNORECASE)
        if found:
            return found[1]
    providers = {value.casefold() for tag in ("DP", "DB") for value in tags.get(tag, [])}
    if providers & {"nlm", "pubmed", "medline"}:
        return next((key for value in tags.get("AN", []) if (key := pmid_key(value))), "")
    return ""


def _retraction(title: str) -> str:
    """Publishers mark retracted papers, and the notices of it, at the beginning of the title."""
    if re.match(r"\W*retracted( article)?\s*[:\]\-–]", title, re.IGNORECASE):
        return RETRACTED
    if re.match(r"\W*retraction( notice)?( note)?\s*[:\-–]", title, re.IGNORECASE):
        return RETRACTION_NOTICE
    return ""
