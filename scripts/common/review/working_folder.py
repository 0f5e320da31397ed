"""The folder of a review: may it be written, and who is using it."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path

from scripts.common.errors import InputError

IN_USE = (
    "ERROR {}: Directory cannot be locked: another run is using this folder; wait for it. If that run was"
    " killed, wait until its jobs have ended, then run snakemake --unlock, then the same command again."
)


def check_writable(folder: Path = Path()) -> None:
    """Stop where results or Snakemake's records of them cannot be written."""
    for path in _written(folder):
        if not os.access(path, os.W_OK | os.X_OK):
            raise InputError(
                f"{path.absolute()}: this folder cannot be written, and the results of a review are written"
                " below its own folder. Let it be written, or copy the review's config/ to another place."
            )


def _written(folder: Path) -> Iterator[Path]:
    """Yield the folders that a run writes to, as far as they are there."""
    for name in (".snakemake", "results"):
        path = folder / name
        if path.is_dir():
            yield path
            yield from (Path(place) / below for place, folders, _ in os.walk(path) for below in folders)
        else:
            yield folder


def locked_in_our_words(record: logging.LogRecord) -> bool:
    """Filter of Snakemake's log: a folder that is locked is named on one line of ours."""
    if getattr(record, "exception", "") == "LockException":
        record.msg, record.args = IN_USE.format(Path.cwd()), ()
    return True
