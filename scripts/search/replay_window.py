"""Replay the archived answer of the search for one window of days, with the checks of a live run."""

import gzip
import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts.common.errors import InputError
from scripts.common.job import job, log
from scripts.common.records.pubmed_xml import article_date, articles, pmid
from scripts.common.search.archive import check_covered, check_window, open_archive, window_files
from scripts.common.search.window_files import WindowWriter, article_bytes, precisions, write_receipt
from scripts.common.search.windows import Window
from scripts.common.values.dates import earliest_day

if TYPE_CHECKING:
    snakemake: Any


def replay(file: Path, receipt: dict[str, Any], date_field: str) -> Iterator[tuple[int, str, bytes]]:
    """Yield PMID, date as known and XML of the archived articles, in the order of their PMIDs.

    Stops at an article that the receipt does not name, at one that it names and the file lacks, and
    at one without the date that decides.
    """
    expected = iter(receipt["pmids"])
    with gzip.open(file) as stream:
        for article in articles(stream, str(file)):  # type: ignore[arg-type]
            number = int(pmid(article))
            if number != next(expected, None):
                raise InputError(
                    f"{file}: PMID {number} is not the one that the receipt names here. Freeze it again."
                )
            known = article_date(article, date_field)
            if not known:
                raise InputError(f"{file}: PMID {number} has no date for search.date_field {date_field}.")
            yield number, known, article_bytes(article)
    missing = next(expected, None)
    if missing is not None:
        raise InputError(
            f"{file}: the receipt names PMID {missing}, the XML does not hold it. Freeze it again."
        )


def gathered(receipts: Sequence[Mapping[str, Any]], name: str) -> list[Any]:
    """Return what the lists of this name in several receipts hold, once each."""
    return sorted({value for receipt in receipts for value in receipt.get(name, [])})


def main(*, archive_json: str, window_name: str, query: str, date_field: str, xml: str, receipt: str) -> None:
    """Write the window's articles in the order of their PMIDs, and a receipt that counts them.

    An article falls where PubMed would put it: a missing month or day counts as the first.
    """
    window = Window.parse(window_name)
    archive = open_archive(archive_json, query, date_field, window.first.isoformat(), window.last.isoformat())
    check_covered(archive, archive_json, window)
    files = window_files(archive_json, window)
    archived = [check_window(archive, file) for file in files]
    parts: list[Iterable[tuple[int, str, bytes]]] = []
    for file, part in zip(files, archived, strict=True):
        found = replay(file, part, date_field)
        parts.append(found if part["pmids"] == sorted(part["pmids"]) else sorted(found))
    pmids: list[int] = []
    dates: list[str] = []
    writer = WindowWriter(xml)
    for number, known, content in heapq.merge(*parts):
        if window.first <= earliest_day(known) <= window.last:
            if pmids and number == pmids[-1]:
                raise InputError(f"{archive_json}: PMID {number} is in two windows of the archive.")
            pmids.append(number)
            dates.append(known)
            writer.add(content)
    write_receipt(
        receipt,
        {
            "window": window_name,
            "mode": "archive",
            "origin": archive["origin"],
            "query": query,
            "date_field": date_field,
            "count": len(pmids),
            "pmids": pmids,
            "not_delivered": gathered(archived, "not_delivered"),
            "searched_on": max((part.get("searched_on", "") for part in archived), default=""),
            "translation": " | ".join(
                sorted({part["translation"] for part in archived if part.get("translation")})
            ),
            "errors": gathered(archived, "errors"),
            "warnings": gathered(archived, "warnings"),
            "dates": precisions(dates),
            "sha256": writer.close(),
        },
    )
    log.info("window %s: %d records replayed from %s", window_name, len(pmids), archive_json)


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
