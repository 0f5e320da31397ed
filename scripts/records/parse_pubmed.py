"""Read the records of the PubMed search from the XML of all its windows."""

import gzip
import heapq
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from scripts.common.errors import InputError
from scripts.common.job import job, log
from scripts.common.records.parsed_input import Parsed
from scripts.common.records.pubmed_xml import articles, record
from scripts.common.records.record import Record, SetAside
from scripts.common.search.archive import read_json
from scripts.common.values.counts import count_of

if TYPE_CHECKING:
    snakemake: Any


def read_window(path: str) -> Iterator[Record]:
    """Yield the record of every article in a window, which holds them in the order of their PMIDs.

    Its position is its PMID, which keeps a record's name when windows are added; the place in the answer
    would not.
    """
    before = 0
    with gzip.open(path) as stream:
        for article in articles(cast(IO[bytes], stream), path):
            row = record(article, path)
            row["position"] = row["pmid"]
            if int(row["pmid"]) < before:
                raise InputError(f"{path}: PMID {row['pmid']} comes after {before}. Make the window again.")
            before = int(row["pmid"])
            yield row


def read_windows(paths: Sequence[str]) -> Iterator[Record]:
    """Yield the records of all windows in the order of their PMIDs, one of each window in memory.

    A record that PubMed found in two windows comes once, from the first.
    """
    before = ""
    for row in heapq.merge(*map(read_window, sorted(paths)), key=lambda row: int(row["pmid"])):
        if row["pmid"] != before:
            before = row["pmid"]
            yield row


def not_delivered(receipts: Sequence[str]) -> list[SetAside]:
    """Return the PMIDs that PubMed named in a search and did not deliver, also when asked again."""
    answers = [read_json(Path(path)) for path in receipts]
    numbers = {number for answer in answers for number in answer["not_delivered"]}
    numbers -= {number for answer in answers for number in answer["pmids"]}
    reason = "PubMed named this PMID and did not deliver the record"
    return [SetAside(number, 0, reason, str(number)) for number in sorted(numbers)]


def main(
    *,
    windows: Sequence[str],
    receipts: Sequence[str],
    item: dict[str, str],
    records: str,
    set_aside: str,
    counts: str,
) -> None:
    """Write the records of the search, in the order of their PMIDs."""
    aside = not_delivered(receipts)
    parsed = Parsed()
    parsed.write(chain(read_windows(windows), aside), item, records=records, set_aside=set_aside)
    found_records = parsed.counts["records"]
    found = {"platform_guessed": "pubmed", "format": "pubmed xml", "encoding": "utf-8"}
    parsed.write_counts(item, found_records + len(aside), counts, **found)
    log.info("%s in %s", count_of(found_records, "record"), count_of(len(windows), "window"))


if __name__ == "__main__":
    with job(snakemake):
        main(
            windows=snakemake.input.windows,
            receipts=snakemake.input.receipts,
            item=snakemake.params.item,
            records=snakemake.output.records,
            set_aside=snakemake.output.set_aside,
            counts=snakemake.output.counts,
        )
