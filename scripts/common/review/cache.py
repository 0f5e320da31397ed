"""Files kept by their digest, so that a file that was fetched once is never fetched again."""

import errno
import fcntl
import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.common.errors import InputError, RetrievalError
from scripts.common.files.digests import sha256

FOLDER = ".review-cache"  # in the review's folder, unless REVIEW_CACHE names another
LOOK_AGAIN_SECONDS = 0.2
LONGEST_WAIT_SECONDS = 3_600


def cache_folder() -> Path:
    """Return the folder of the cache: REVIEW_CACHE, else one in the review's folder."""
    return Path(os.environ.get("REVIEW_CACHE", "").strip() or FOLDER)


def place(source: Path, target: Path) -> None:
    """Copy a file so that the target is whole or not there at all, whatever happens on the way."""
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        shutil.copyfile(source, unfinished)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


class Cache:
    """A folder of whole files, each named by its SHA-256, and of parts of files that are on their way.

    Several reviews may share one. It holds a .gitignore, so that no data is committed by mistake.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, digest: str) -> Path | None:
        """Return the file with this digest, or None; what has become another file is not trusted."""
        path = self._folder / digest
        return path if digest and path.is_file() and sha256(path) == digest else None

    def keep(self, source: Path, digest: str) -> Path:
        """Copy a file whose digest is known into the cache, and return where it is."""
        place(source, self._folder / digest)
        return self._folder / digest

    def partial(self, url: str) -> Path:
        """Return where the bytes of an address are collected until all are there."""
        return self._folder / "partial" / hashlib.sha256(url.encode()).hexdigest()

    @contextmanager
    def locked(self, tell: Callable[[str], object]) -> Iterator[None]:
        """Let one run at a time fetch into this cache; another waits, and says so."""
        try:
            (self._folder / "partial").mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError):
            raise InputError(f"{self._folder}: is a file. Set REVIEW_CACHE to a folder.") from None
        (self._folder / ".gitignore").write_text("*\n", encoding="utf-8")
        with (self._folder / "partial" / "lock").open("w") as stream:
            self._wait(stream.fileno(), tell)
            yield

    def _wait(self, stream: int, tell: Callable[[str], object]) -> None:
        end, announced = time.monotonic() + LONGEST_WAIT_SECONDS, False
        while True:
            try:
                return fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if not announced:
                    tell(f"{self._folder}: another run is fetching into this cache; waiting for it")
                announced = True
            except OSError as error:
                if error.errno not in (errno.ENOLCK, errno.ENOTSUP):
                    raise
                raise InputError(
                    f"{self._folder}: this file system has no locks. Set REVIEW_CACHE to a folder on another."
                ) from None
            if time.monotonic() > end:
                raise RetrievalError(
                    f"{self._folder}: another run has been fetching for an hour. Wait for it."
                )
            time.sleep(LOOK_AGAIN_SECONDS)
