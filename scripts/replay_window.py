"""Replay the archived answer of the search for one window of days, with the checks of a live run."""

import gzip
import hashlib
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lxml import etree

from scripts.common.archive import (
    check_covered,
    check_window,
    gzip_bytes,
    json_text,
    open_archive,
    window_files,
)
from scripts.common.dates import earliest_day
from scripts.common.errors import InputError
from scripts.common.job import job, log
from scripts.common.pubmed_xml import article_date, articles, pmid
from scripts.common.windows import Window

if TYPE_CHECKING:
    snakemake: Any


def select(
    xml: bytes, name: str, window: Window, date_field: str
) -> tuple[dict[int, tuple[str, bytes]], list[int]]:
    """Return the articles of the window, PMID -> (date as known, XML), and all PMIDs in the file.

    An article falls where PubMed would put it: a missing month or day counts as the first.
    """
    chosen: dict[int, tuple[str, bytes]] = {}
    seen: list[int] = []
    for article in articles(io.BytesIO(xml), name):
        number = int(pmid(article))
        seen.append(number)
        known = article_date(article, date_field)
        if not known:
            raise InputError(f"{name}: PMID {number} has no date for search.date_field {date_field}.")
        if window.first <= earliest_day(known) <= window.last:
            article.tail = None
            chosen[number] = (known, etree.tostring(article, encoding="utf-8"))
    return chosen, seen


def main(*, archive_json: str, window_name: str, query: str, date_field: str, xml: str, receipt: str) -> None:
    """Write the window's articles in the order of their PMIDs, and a receipt that counts them."""
    window = Window.parse(window_name)
    archive = open_archive(archive_json, query, date_field, window.first.isoformat(), window.last.isoformat())
    found: dict[int, tuple[str, bytes]] = {}
    check_covered(archive, archive_json, window)
    for file in window_files(archive_json, window):
        content, archived = check_window(archive, file)
        chosen, seen = select(content, str(file), window, date_field)
        if sorted(seen) != sorted(archived["pmids"]):
            raise InputError(
                f"{file}: the receipt names {len(archived['pmids'])} records and the XML holds {len(seen)}"
                " or others. Fetch this window again."
            )
        twice = found.keys() & chosen.keys()
        if twice:
            raise InputError(f"{file}: PMID {min(twice)} stands in two windows of the archive.")
        found.update(chosen)
    body = b"\n".join(found[number][1] for number in sorted(found))
    content = (
        b'<?xml version="1.0" encoding="UTF-8"?>\n<PubmedArticleSet>\n' + body + b"\n</PubmedArticleSet>\n"
    )
    Path(xml).write_bytes(gzip_bytes(content))
    if [
        int(pmid(article)) for article in articles(io.BytesIO(gzip.decompress(Path(xml).read_bytes())), xml)
    ] != sorted(found):
        raise InputError(f"{xml}: could not be read back whole. Is the disk full?")
    precision = [len(known) for known, _ in found.values()]
    Path(receipt).write_text(
        json_text(
            {
                "window": window_name,
                "mode": "archive",
                "origin": archive["origin"],
                "query": query,
                "date_field": date_field,
                "count": len(found),
                "pmids": sorted(found),
                "dates": {
                    "to the day": precision.count(len("2022-08-16")),
                    "to the month": precision.count(len("2022-08")),
                    "to the year": precision.count(len("2022")),
                },
                "sha256": hashlib.sha256(content).hexdigest(),
            }
        ),
        encoding="utf-8",
    )
    log.info("window %s: %d records replayed from %s", window_name, len(found), archive_json)


if __name__ == "__main__":
    with job(snakemake):
        main(
            archive_json=snakemake.input.archive,
            window_name=snakemake.wildcards.window,
            query=snakemake.params.query,
            date_field=snakemake.params.date_field,
            xml=snakemake.output.xml,
            receipt=snakemake.output.receipt,
        )
