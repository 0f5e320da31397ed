"""Zip files that people bring: opened only if what they hold has a reasonable size once it is unpacked."""

import io
import shutil
import zipfile
import zlib
from pathlib import Path

from scripts.common.errors import InputError, nearest

MAX_UNPACKED_MB = 2_000  # megabytes; a file of a few kilobytes can claim to hold terabytes


def open_archive(raw: bytes, name: str, max_mb: int = MAX_UNPACKED_MB) -> zipfile.ZipFile:
    """Return the zip file in these bytes; ``name`` is what an ``InputError`` calls it.

    Raises ``InputError`` for a file that is no zip file, and for one that is too large once unpacked. No
    member unpacks to more than the size that is looked at here.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(raw))
    except zipfile.BadZipFile as error:
        raise InputError(f"{name}: cannot be opened as a zip file ({error}). Export it again.") from None
    megabytes = sum(member.file_size for member in archive.infolist()) / 1e6
    if megabytes > max_mb:
        raise InputError(
            f"{name}: would unpack to {megabytes:,.0f} MB, and {max_mb:,} MB are allowed. Take out what the"
            " review does not need, and pack it again."
        )
    return archive


def unpack(archive: zipfile.ZipFile, member: str, name: str) -> bytes:
    """Return the content of one member; ``InputError`` if it is damaged or needs a password."""
    try:
        return archive.read(member)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError) as error:
        raise InputError(f"{name}: {member} cannot be unpacked ({error}). Export it again.") from None


def extract(path: Path, member: str, target: Path, max_mb: float = MAX_UNPACKED_MB) -> None:
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
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError) as error:
        raise InputError(f"{member} cannot be unpacked ({error}).") from None
