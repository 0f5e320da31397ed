"""Read the records of the PubMed search from the XML of all its windows."""

import gzip
from collections.abc import Iterator, Sequence
from typing import IO, TYPE_CHECKING, Any, cast

from scripts.common.job import job, log
from scripts.common.parsed import write_parsed
from scripts.common.pubmed_xml import articles, record
from scripts.common.records import Record

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


def main(*, windows: Sequence[str], item: dict[str, str], records: str, set_aside: str, counts: str) -> None:
    """Write the records of the search, in the order of their PMIDs."""
    rows = sorted(read_windows(windows), key=lambda row: int(row["pmid"]))
    write_parsed(rows, [], item, len(rows), records=records, set_aside=set_aside, counts=counts)
    log.info("%d records in %d windows", len(rows), len(windows))


if __name__ == "__main__":
    with job(snakemake):
        main(
            windows=snakemake.input.windows,
            item=snakemake.params.item,
            records=snakemake.output.records,
            set_aside=snakemake.output.set_aside,
            counts=snakemake.output.counts,
        )
