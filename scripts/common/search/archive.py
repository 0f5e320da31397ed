"""The archive of a PubMed search: windows of XML, a receipt for each, and archive.json over all.

``archive.json`` says which query over which period the archive answers, by which date field its
windows are cut, what kind of answer it is, and the SHA-256 of every receipt. A receipt
(``<window>.json``) names the PMIDs of its window and the SHA-256 of the XML inside ``<window>.xml.gz``.
"""

import gzip
import hashlib
import io
import json
import zlib
from pathlib import Path
from typing import Any

from scripts.common.errors import InputError
from scripts.common.files.digests import sha256
from scripts.common.search.windows import Window

ORIGINS = ("pubmed", "transcription")


def read_json(path: Path) -> dict[str, Any]:
    """Return a JSON object from a file; ``InputError`` where it is none."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(f"{path}: this file of the archive is missing.") from None
    except ValueError as error:
        raise InputError(f"{path}: damaged JSON ({error}).") from None
    if not isinstance(value, dict):
        raise InputError(f"{path}: a JSON object is needed.")
    return value


def open_archive(path: str | Path, query: str, date_field: str, start: str, end: str) -> dict[str, Any]:
    """Return archive.json if it answers this query over this period; else say which it answers."""
    archive = read_json(Path(path))
    for name in ("origin", "query", "date_field", "start", "end", "windows", "note"):
        if name not in archive:
            raise InputError(f"{path}: {name} is missing.")
    if archive["origin"] not in ORIGINS:
        raise InputError(f"{path}: origin {archive['origin']!r} is neither of {', '.join(ORIGINS)}.")
    if " ".join(archive["query"].split()) != " ".join(query.split()):
        raise InputError(
            f"search.query: the archive answers another query ({path}). Take that query, or bring an"
            " archive that answers yours."
        )
    if archive["date_field"] != date_field:
        raise InputError(
            f"search.date_field: {date_field}, but the archive is cut by {archive['date_field']} ({path})."
            f" Set {archive['date_field']}."
        )
    for name, value, inside in (
        ("start", start, archive["start"] <= start),
        ("end", end, end <= archive["end"]),
    ):
        if not inside:
            raise InputError(
                f"search.{name}: {value} lies outside the archive, which holds {archive['start']} to"
                f" {archive['end']} ({path}). Choose a date inside."
            )
    return archive


def window_files(path: str | Path, window: Window) -> list[Path]:
    """Return the archive's windows (.xml.gz) that have days in common with ``window``, by name."""
    folder, found = Path(path).parent, []
    for file in sorted(folder.glob("*.xml.gz")):
        try:
            days = Window.parse(file.name.removesuffix(".xml.gz"))
        except InputError:
            raise InputError(f"{file}: this is no window of the archive. Take it away.") from None
        if days.overlaps(window):
            found.append(file)
    return found


def check_covered(archive: dict[str, Any], path: str | Path, window: Window) -> None:
    """Stop if a window that archive.json names, and that shares days with ``window``, is missing."""
    there = {file.name.removesuffix(".xml.gz") for file in window_files(path, window)}
    missing = [
        name
        for name in sorted(archive["windows"])
        if Window.parse(name).overlaps(window) and name not in there
    ]
    if missing:
        raise InputError(f"{Path(path).parent / missing[0]}.xml.gz: this window of the archive is missing.")


def check_window(archive: dict[str, Any], xml_gz: Path) -> dict[str, Any]:
    """Return the receipt of one window, or raise ``InputError`` if it or its XML was changed."""
    name = xml_gz.name.removesuffix(".xml.gz")
    receipt_path = xml_gz.with_name(f"{name}.json")
    expected = archive["windows"].get(name)
    if expected is None:
        raise InputError(f"{xml_gz}: archive.json does not name this window. Take it away.")
    receipt = read_json(receipt_path)
    if sha256(receipt_path) != expected:
        raise InputError(f"{receipt_path}: was changed, its SHA-256 is not the one in archive.json.")
    try:
        with gzip.open(xml_gz) as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
    except FileNotFoundError:
        raise InputError(f"{xml_gz}: this window of the archive is missing.") from None
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"{xml_gz}: damaged or cut ({error}).") from None
    if found != receipt["sha256"]:
        raise InputError(f"{xml_gz}: was changed, its SHA-256 is not the one in {receipt_path.name}.")
    return receipt


def check_archive(path: str | Path, archive: dict[str, Any]) -> None:
    """Check every window that archive.json names, and that there is no other window."""
    folder = Path(path).parent
    for name in archive["windows"]:
        check_window(archive, folder / f"{name}.xml.gz")
    for file in sorted(folder.iterdir()):
        name = file.name.removesuffix(".xml.gz").removesuffix(".json")
        if file.name != Path(path).name and file.stem != "README" and name not in archive["windows"]:
            raise InputError(f"{file}: archive.json does not name this file. Take it away.")


def gzip_bytes(content: bytes, level: int = 9) -> bytes:
    """Compress without time and name, so that the same content gives the same bytes."""
    buffer = io.BytesIO()
    with gzip.GzipFile("", "wb", level, buffer, mtime=0) as stream:
        stream.write(content)
    return buffer.getvalue()


def json_text(value: object) -> str:
    """Return JSON as the workflow writes it: sorted, indented, UTF-8, a line feed at the end."""
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
