"""Zip files that people bring, among them workbooks and projects of tools: their size, and what they hold.

A file of a few kilobytes can unpack to terabytes. So the sizes that a zip file states are looked at before
anything reads it; no member unpacks to more than it states.
"""

import io
import shutil
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path

from scripts.common.errors import InputError, nearest

CANNOT_BE_UNPACKED = (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError)
ZIP_MEMBER = b"PK\x03\x04"  # how a zip file begins
MAX_EXTRACTED_MB = 2_000  # megabytes of one member that is written to disk and not held in memory
NEVER_READ = (".npz",)  # zip files in projects of ASReview: what its model has learned


def check_unpacked(paths: Iterable[str | Path], max_mb: int) -> None:
    """Raise one ``InputError`` that names each of these files that unpacks to more than ``max_mb`` megabytes.

    Other files than zip files do not unpack. What a zip file inside a zip file unpacks to counts too.
    """
    sizes = {path: unpacked_bytes(path, max_mb * 1_000_000) / 1e6 for path in paths}
    large = [f"{path} unpacks to {size:,.0f} MB" for path, size in sizes.items() if size > max_mb]
    if large:
        raise InputError(
            f"{'; '.join(large)}; limits.unpacked_mb allows {max_mb:,} MB. Export less, or raise that"
            " limit in config/config.yaml if this size is right."
        )


def unpacked_bytes(packed: str | Path | io.BytesIO, enough: int) -> int:
    """Return to how many bytes a file unpacks: 0 for one that is no zip file, or that may not be read.

    A zip file inside is unpacked to look at its sizes, if the bytes so far are not ``enough`` already.
    """
    try:
        archive = zipfile.ZipFile(packed)
    except (zipfile.BadZipFile, PermissionError):  # named by who reads it
        return 0
    with archive:
        total = sum(member.file_size for member in archive.infolist())
        for member in archive.infolist():
            if total <= enough and (inside := _zip_inside(archive, member)):
                total += unpacked_bytes(io.BytesIO(inside), enough - total)
    return total


def _zip_inside(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """Return a member that is a zip file itself, or nothing; damage is named by who reads the member."""
    if member.filename.casefold().endswith(NEVER_READ):
        return b""
    try:
        with archive.open(member) as stream:
            begin = stream.read(len(ZIP_MEMBER))
            return begin + stream.read() if begin == ZIP_MEMBER else b""
    except CANNOT_BE_UNPACKED:
        return b""


def open_archive(raw: bytes, name: str) -> zipfile.ZipFile:
    """Return the zip file in these bytes; ``InputError``, in which it is called ``name``, if it is none."""
    try:
        return zipfile.ZipFile(io.BytesIO(raw))
    except zipfile.BadZipFile as error:
        raise InputError(f"{name}: cannot be opened as a zip file ({error}). Export it again.") from None


def unpack(archive: zipfile.ZipFile, member: str, name: str) -> bytes:
    """Return the content of one member; ``InputError`` if it is damaged or needs a password."""
    try:
        return archive.read(member)
    except CANNOT_BE_UNPACKED as error:
        raise InputError(f"{name}: {member} cannot be unpacked ({error}). Export it again.") from None


def extract(path: Path, member: str, target: Path, max_mb: float = MAX_EXTRACTED_MB) -> None:
    """Write one member of a zip file to ``target``, whatever its size in memory.

    Raises ``InputError``, which does not name the zip file, where there is no such member, where it is larger
    than ``max_mb`` megabytes, or where it cannot be unpacked.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            names = [entry.filename for entry in archive.infolist() if not entry.is_dir()]
            if member not in names:
                ends = [name for name in names if name.endswith(f"/{member}")]
                hint = f"Did you mean {ends[0]}?" if len(ends) == 1 else nearest(member, names[:20])
                raise InputError(f"its zip file has no member {member}. {hint}")
            megabytes = archive.getinfo(member).file_size / 1e6
            if megabytes > max_mb:
                raise InputError(f"{member} would unpack to {megabytes:,.0f} MB, and {max_mb:,} are allowed.")
            with archive.open(member) as packed, open(target, "wb") as stream:
                shutil.copyfileobj(packed, stream)
    except CANNOT_BE_UNPACKED as error:
        raise InputError(f"{member} cannot be unpacked ({error}).") from None
