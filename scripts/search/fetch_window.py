"""Fetch the PubMed records of one window of days: PMIDs first, then pages, compared at every step."""

import gzip
import io
import shutil
import time
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts.common.errors import InputError, RetrievalError
from scripts.common.job import job, log, progress
from scripts.common.records.pubmed_xml import article_date, articles, pmid
from scripts.common.search.archive import gzip_bytes, json_text, read_json
from scripts.common.search.complaints import stop_at_lost_words
from scripts.common.search.entrez import PAGE, Client, Found, most_left_out
from scripts.common.search.kept_windows import Kept, kept_around
from scripts.common.search.query_check import check_query
from scripts.common.search.replay import read_window
from scripts.common.search.window_files import WindowWriter, article_bytes, precisions, write_receipt
from scripts.common.search.windows import Window, pubmed_day
from scripts.common.values.counts import count_of

if TYPE_CHECKING:
    snakemake: Any

PROGRESS_SECONDS = 5.0  # between two lines on screen
ASK_AGAIN = 2  # rounds for records that PubMed named and left out


def limited(query: str, window: Window, date_field: str) -> str:
    """Return the query limited to the days of the window, both included."""
    first, last = (f'"{day:%Y/%m/%d}"[{date_field.upper()}]' for day in window)
    return f"({query}) AND ({first} : {last})"


class Pages:
    """Pages fetched so far, in a folder that outlives a killed job; each is written whole or not at all.

    Pages of another day or another search are thrown away: PubMed may have changed since.
    """

    def __init__(self, folder: Path, search: str, day: str) -> None:
        self._folder = folder
        about = {"search": search, "day": day}
        about_path = folder / "about.json"
        if about_path.is_file() and not _is_about(about_path, about):
            shutil.rmtree(folder)
        if not about_path.is_file():
            folder.mkdir(parents=True, exist_ok=True)
            unfinished = about_path.with_suffix(".part")
            unfinished.write_text(json_text(about), encoding="utf-8")
            unfinished.replace(about_path)
        self.page_of: dict[int, Path] = {}
        for path in sorted(folder.glob("*.xml.gz")):
            numbers = _whole_page(path)
            if numbers:
                self.page_of.update((number, path) for number in numbers)
            else:
                log.info("%s: a kept page is cut or empty; it is fetched again", path)
                path.unlink()

    def add(self, content: bytes) -> int:
        """Keep a page; return how many records it holds."""
        numbers = [int(pmid(article)) for article in articles(io.BytesIO(content), "page")]
        if numbers:
            path = self._folder / f"{min(numbers):09d}-{max(numbers):09d}-{len(numbers)}.xml.gz"
            unfinished = path.with_suffix(".part")
            unfinished.write_bytes(gzip_bytes(content))
            unfinished.replace(path)
            self.page_of.update((number, path) for number in numbers)
        return len(numbers)

    def merged(self, pmids: Sequence[int]) -> Iterable[tuple[int, bytes, Any]]:
        """Yield PMID, XML and element of each record, in the order asked for, a page in memory at a time."""
        held: dict[int, tuple[bytes, Any]] = {}
        current: Path | None = None
        for number in pmids:
            path = self.page_of[number]
            if path != current:
                held = {n: (content, known) for n, content, known in _read(path)}
                current = path
            content, known = held[number]
            yield number, content, known

    def remove(self) -> None:
        """Throw the pages away: the window is written."""
        shutil.rmtree(self._folder)


def _is_about(path: Path, about: dict[str, str]) -> bool:
    """Return whether the kept pages are of this search and day; a damaged file counts as another search."""
    try:
        return read_json(path) == about
    except InputError:
        return False


def _whole_page(path: Path) -> list[int]:
    """Return the PMIDs of a kept page, or none if it is not whole: a power loss can cut or empty a file."""
    try:
        numbers = [number for number, _, _ in _read(path)]
    except (InputError, ValueError, OSError, EOFError, zlib.error):
        return []
    return numbers if path.name.endswith(f"-{len(numbers)}.xml.gz") else []


def _read(path: Path) -> Iterable[tuple[int, bytes, dict[str, str]]]:
    """Yield PMID, XML and dates of each record of a kept page."""
    with gzip.open(path) as stream:
        for article in articles(stream, str(path)):  # type: ignore[arg-type]
            dates = {field: article_date(article, field) for field in ("crdt", "edat", "pdat")}
            yield int(pmid(article)), article_bytes(article), dates


def fetch_all(client: Client, pmids: Sequence[int], pages: Pages, what: str) -> list[int]:
    """Fetch what is not kept yet, page by page; return the PMIDs that PubMed left out for good."""
    start, before, shown = time.monotonic(), len(pages.page_of), 0.0
    for turn in range(ASK_AGAIN + 1):
        needed = [number for number in pmids if number not in pages.page_of]
        if not needed:
            break
        if turn:
            log.info("%s: PubMed left out %s, asking for them again", what, count_of(len(needed), "record"))
        for first in range(0, len(needed), PAGE):
            pages.add(client.fetch(needed[first : first + PAGE], what))
            passed = time.monotonic() - start
            if passed - shown > PROGRESS_SECONDS:
                shown = passed
                done = len(pages.page_of)
                left = (len(pmids) - done) * passed / max(done - before, 1)
                progress.info(
                    "%s: %s of %s records, about %d s left", what, f"{done:,}", f"{len(pmids):,}", left
                )
    missing = [number for number in pmids if number not in pages.page_of]
    if len(missing) > most_left_out(len(pmids)):
        raise RetrievalError(
            f"{what}: PubMed named {len(pmids)} records and left out {len(missing)} of them, also when asked"
            " again. Start again later: what was fetched is kept."
        )
    return missing


def check_complaints(errors: Sequence[str], warnings: Sequence[str], what: str, strict: bool) -> None:
    """Show what PubMed could not read of the query: the search that ran is not the one that was written."""
    for text in (*errors, *warnings):
        log.warning("%s: PubMed says %s", what, text)
    if strict:
        stop_at_lost_words(errors, warnings, what)


def select(kept: Kept, window: Window, date_field: str, xml: str) -> dict[str, Any]:
    """Write the records of a longer window that belong to this one; return what its receipt says of them.

    Their dates decide. A record without a date of the longer window is named under ``unclear_dates``.
    """
    writer, pmids, known, unclear = WindowWriter(xml), [], [], {}
    for record in read_window(kept.xml, kept.receipt, date_field):
        if record.unclear:
            unclear[str(record.pmid)] = record.unclear
        if record.falls_into(window):
            pmids.append(record.pmid)
            known.append(record.known)
            writer.add(record.content)
    for number, dates in unclear.items():
        log.warning(
            "window %s: PMID %s has no %s inside the window %s (%s); it is %s",
            window, number, date_field, kept.window, dates,
            "kept here" if int(number) in pmids else "not in this window",
        )  # fmt: skip
    log.info(
        "window %s: %s selected from window %s, none fetched",
        window,
        count_of(len(pmids), "record"),
        kept.window,
    )
    return {
        "selected_from": str(kept.window),
        "count": len(pmids),
        "pmids": pmids,
        "unclear_dates": unclear,
        "dates": precisions(known),
        "sha256": writer.close(),
    }


def fetch(client: Client, term: str, found: Found, pages: Pages, field: str, xml: str) -> dict[str, Any]:
    """Fetch the records that were found and write them; return what the receipt says of them."""
    what = f"window {Path(xml).name.removesuffix('.xml.gz')}"
    missing = fetch_all(client, found.pmids, pages, what)
    delivered = [number for number in found.pmids if number not in set(missing)]
    writer, known = WindowWriter(xml), []
    for _, content, dates in pages.merged(delivered):
        writer.add(content)
        known.append(dates[field])
    for number in missing:
        log.warning("%s: PubMed names PMID %d and does not deliver it; set aside", what, number)
    log.info("%s: %s in %s", what, count_of(len(delivered), "record"), count_of(client.requests, "request"))
    return {
        "term": term,
        "count": len(delivered),
        "pmids": delivered,
        "not_delivered": missing,
        "translation": found.translation,
        "errors": found.errors,
        "warnings": found.warnings,
        "slices": found.slices,
        "dates": precisions(known),
        "sha256": writer.close(),
    }


def main(
    *,
    window_name: str,
    query: str,
    date_field: str,
    endpoint: str,
    strict: bool,
    allow_other_endpoint: bool = False,
    partial: str,
    xml: str,
    receipt: str,
) -> None:
    """Write the window's records in the order of their PMIDs, and a receipt that accounts for them.

    A longer window beside it, fetched for the same search, holds these records: then nothing is asked.
    """
    check_query(query)
    window, what, today = Window.parse(window_name), f"window {window_name}", pubmed_day()
    search = {"mode": "live", "query": query, "date_field": date_field, "endpoint": endpoint}
    about = {**search, "window": window_name, "origin": "pubmed"}
    kept = kept_around(Path(xml).parent, window, search)
    if kept:
        check_complaints(kept.receipt["errors"], kept.receipt["warnings"], what, strict)
        selected = {"window_over": True, **select(kept, window, date_field, xml)}
        write_receipt(receipt, {**kept.receipt, **about, **selected})
        return
    client = Client(endpoint, allow_other_endpoint=True) if allow_other_endpoint else Client(endpoint)
    term = limited(query, window, date_field)
    found = client.search(term, what)
    check_complaints(found.errors, found.warnings, what, strict)
    pages = Pages(Path(partial), term, today.isoformat())
    fetched = fetch(client, term, found, pages, date_field, xml)
    over = {"searched_on": today.isoformat(), "window_over": window.is_over(today)}
    write_receipt(receipt, {**about, **over, **fetched})
    pages.remove()


if __name__ == "__main__":
    with job(snakemake):
        main(
            window_name=snakemake.wildcards.window,
            query=snakemake.params.query,
            date_field=snakemake.params.date_field,
            endpoint=snakemake.params.endpoint,
            strict=snakemake.config["search"]["strict"],
            allow_other_endpoint=snakemake.config["search"].get("allow_other_endpoint", False),
            partial=snakemake.params.partial,
            xml=snakemake.output.xml,
            receipt=snakemake.output.receipt,
        )
