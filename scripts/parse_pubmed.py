"""Read the records of the PubMed search from the XML of all its windows."""

import gzip
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from scripts.common.archive import read_json
from scripts.common.job import job, log
from scripts.common.parsed import Parsed
from scripts.common.pubmed_xml import articles, record
from scripts.common.records import Record, SetAside

if TYPE_CHECKING:
    snakemake: Any


def read_windows(paths: Sequence[str]) -> Iterator[Record]:
    """Yield the record of every article in the windows; its position is its PMID.

    The PMID keeps a record's name when windows are added; the place in the answer would not.
    """
    for path in paths:
        with gzip.open(path) as stream:
            for article in articles(cast(IO[bytes], stream), path):
                row = record(article)
                row["position"] = row["pmid"]
                yield row


def not_delivered(receipts: Sequence[str]) -> list[SetAside]:
    """Return the PMIDs that PubMed named in a search and did not deliver, also when asked again."""
    numbers = {number for path in receipts for number in read_json(Path(path))["not_delivered"]}
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
    rows = sorted(read_windows(windows), key=lambda row: int(row["pmid"]))
    aside = not_delivered(receipts)
    parsed = Parsed()
    parsed.write([*rows, *aside], item, records=records, set_aside=set_aside)
    found = {"platform_guessed": "pubmed", "format": "pubmed xml", "encoding": "utf-8"}
    parsed.write_counts(item, len(rows) + len(aside), counts, **found)
    log.info("%d records in %d windows", len(rows), len(windows))


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
