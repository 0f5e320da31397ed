"""The window of a search as it is kept: XML in the order of the PMIDs, and a receipt."""

import gzip
import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from lxml import etree

from scripts.common.search.archive import json_text

HEAD = b'<?xml version="1.0" encoding="UTF-8"?>\n<PubmedArticleSet>\n'
FOOT = b"</PubmedArticleSet>\n"
PRECISIONS = {4: "to the year", 7: "to the month", 10: "to the day"}


def article_bytes(article: etree._Element) -> bytes:
    """Return one article as it is kept: UTF-8, without what is between articles."""
    article.tail = None
    return etree.tostring(article, encoding="utf-8")


def precisions(dates: Iterable[str]) -> dict[str, int]:
    """Return how many dates are known to the day, to the month and to the year."""
    lengths = [len(known) for known in dates]
    return {name: lengths.count(length) for length, name in sorted(PRECISIONS.items(), reverse=True)}


class WindowWriter:
    """Writes the XML of a window article by article, compressed without time, with its SHA-256.

    ``level`` is that of gzip: 9 for what is kept for ever, less for what is read once more.
    """

    def __init__(self, path: str | Path, level: int = 9) -> None:
        self._file = open(path, "wb")  # noqa: SIM115  closed by close()
        self._gzip = gzip.GzipFile("", "wb", level, self._file, mtime=0)
        self._sha256 = hashlib.sha256()
        self._write(HEAD)

    def _write(self, content: bytes) -> None:
        self._gzip.write(content)
        self._sha256.update(content)

    def add(self, article: bytes) -> None:
        """Write one article."""
        self._write(article + b"\n")

    def close(self) -> str:
        """End the file and return the SHA-256 of the XML inside."""
        self._write(FOOT)
        self._gzip.close()
        self._file.close()
        return self._sha256.hexdigest()


def write_receipt(path: str | Path, receipt: dict[str, Any]) -> None:
    """Write the receipt of a window."""
    Path(path).write_text(json_text(receipt), encoding="utf-8")
