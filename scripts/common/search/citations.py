"""The unique records of a review as a query sees them, from PubMed's XML where there is some."""

import gzip
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from scripts.common.files.tables import stream_rows
from scripts.common.records.pubmed_xml import articles, pmid
from scripts.common.review.inputs import PUBMED
from scripts.common.search.citation import RECORD_COLUMNS, Citation, from_article, from_record, in_part


def citations(windows: Sequence[str], unique: str, clusters: str) -> Iterator[tuple[str, Citation]]:
    """Yield each unique record once, with its record_id: as PubMed has it, else as its row has it.

    ``windows`` are the answers of the search, each with its receipt beside it. Where the receipt says that
    facts were copied by hand, what is missing in them may be in PubMed.
    """
    home = {row["record_id"]: row["cluster_id"] for row in stream_rows(clusters, ("record_id", "cluster_id"))}
    done = set()
    for path in windows:
        receipt = Path(path.removesuffix(".xml.gz") + ".json")
        copied = json.loads(receipt.read_text(encoding="utf-8"))["origin"] == "transcription"
        with gzip.open(path) as stream:
            for article in articles(stream, path):  # type: ignore[arg-type]
                cluster = home.get(f"{PUBMED}:{pmid(article)}")
                if cluster and cluster not in done:
                    done.add(cluster)
                    record = from_article(article)
                    yield cluster, in_part(record) if copied else record
    for row in stream_rows(unique, RECORD_COLUMNS):
        if row["record_id"] not in done:
            yield row["record_id"], from_record(row)
