"""The archive of an invented search of PubMed, as a live run would have frozen it."""

import gzip
import hashlib
import io
from array import array
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from scripts.common.search.archive import json_text
from tests.twin.sources import PUBMED, Fields
from tests.twin.works import Work


class Archive:
    """Window by window: the records as compressed XML, a receipt each, and archive.json over them."""

    def __init__(self, folder: Path, years: Iterable[int], query: str, stack: ExitStack) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._query = folder, query
        self._files: dict[int, tuple[gzip.GzipFile, Any, array[int]]] = {}
        for year in years:
            raw = stack.enter_context((folder / f"{window_of(year)}.xml.gz").open("wb"))
            packed = gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=raw, mtime=0)
            self._files[year] = (packed, hashlib.sha256(), array("L"))
            self._add(year, '<?xml version="1.0" encoding="UTF-8"?>\n<PubmedArticleSet>\n')

    def _add(self, year: int, text: str) -> None:
        packed, digest, _ = self._files[year]
        packed.write(text.encode())
        digest.update(text.encode())

    def write(self, work: Work, fields: Fields) -> None:
        """Add the record of a work to the window in which it was created."""

        text = io.StringIO()
        PUBMED.write(text, work.pmid, fields)
        self._add(work.year, text.getvalue())
        self._files[work.year][2].append(work.pmid)

    def close(self) -> None:
        """Write the receipts, and archive.json over them."""
        windows: dict[str, str] = {}
        for year, (packed, digest, pmids) in self._files.items():
            self._add(year, "</PubmedArticleSet>\n")
            packed.close()
            window = window_of(year)
            receipt = {
                "window": window,
                "count": len(pmids),
                "pmids": list(pmids),
                "sha256": digest.hexdigest(),
            }
            text = json_text(receipt)
            (self._folder / f"{window}.json").write_text(text, encoding="utf-8")
            windows[window] = hashlib.sha256(text.encode()).hexdigest()
        about = {
            "origin": "pubmed",
            "note": "Invented records. Nothing in them is real.",
            "query": self._query,
            "date_field": "crdt",
            "start": f"{min(self._files)}-01-01",
            "end": f"{max(self._files)}-12-31",
            "windows": windows,
        }
        (self._folder / "archive.json").write_text(json_text(about), encoding="utf-8")


def window_of(year: int) -> str:
    return f"{year}-01-01_{year}-12-31"
