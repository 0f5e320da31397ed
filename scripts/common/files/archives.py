"""Zip files that people bring: opened only if what they hold has a reasonable size once it is unpacked."""

import io
import zipfile

from scripts.common.errors import InputError

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
