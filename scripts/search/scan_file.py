"""Search one of NLM's files of PubMed: write the records that meet the query, and account for all others."""

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lxml import etree

from scripts.common.job import job, log
from scripts.common.records.pubmed_xml import revised
from scripts.common.search.archive import gzip_bytes
from scripts.common.search.citation import from_article
from scripts.common.search.evaluate import Test, compile_query, names_asked
from scripts.common.search.fast_path import FastPath
from scripts.common.search.file_records import (
    Block,
    FileReader,
    Key,
    article_key,
    file_of,
    keys_text,
)
from scripts.common.search.mesh import read_mesh
from scripts.common.search.syntax import parse
from scripts.common.search.window_files import WindowWriter, article_bytes, write_receipt

if TYPE_CHECKING:
    snakemake: Any


FAST = 1  # level of gzip: the merge reads these files once more


class Found:
    """What a file holds: the keys of all records, of those that meet the query, and of those it deletes."""

    def __init__(self, matches: WindowWriter, test: Test, asked: Collection[str]) -> None:
        self._matches, self._test, self._asked = matches, test, asked
        self.matches: dict[Key, bool] = {}
        self.deleted: set[Key] = set()
        self.revised = ""
        self.records = self.parsed = 0

    def count(self, keys: Sequence[Key], revised: Iterable[str]) -> None:
        """Count records, with their days of revision. Of one key in a file the last record counts."""
        self.records += len(keys)
        self.revised = max(self.revised, *revised)
        self.matches.update(dict.fromkeys(keys, False))

    def judge(self, key: Key, article: etree._Element) -> None:
        """Write a record if it meets the query."""
        self.parsed += 1
        if self._test(from_article(article, self._asked)):
            self.matches[key] = True
            self._matches.add(article_bytes(article))


def search_block(reader: FileReader, block: Block, fast: FastPath | None, found: Found) -> None:
    """Add the records of a block to what was found; without a fast path all are parsed."""
    if block.places:
        found.count([place.key for place in block.places], {place.revised for place in block.places})
    last = {place.key: place for place in block.places}
    may = [place for place in (fast.may_meet(block) if fast else block.places) if last[place.key] is place]
    if may:
        parsed = reader.parsed(b"".join(block.content[place.begin : place.end] for place in may))
        for place, article in zip(may, parsed, strict=True):
            found.judge(place.key, article)
    if block.rest:
        for article in reader.parsed(block.rest):
            key = article_key(article, str(reader.file.path))
            found.count([key], [revised(article)])
            found.judge(key, article)
        found.deleted.update(reader.deleted(block.rest))


def main(
    *,
    path: str,
    query: str,
    mesh_file: str | None,
    matches_xml: str,
    pmids_gz: str,
    receipt: str,
    parse_all: bool = False,
) -> None:
    """Write the matches of a file in its order, the keys of all its records, and a receipt.

    ``parse_all`` leaves the fast path out: slower, with the same bytes.
    """
    node, mesh = parse(query), read_mesh(mesh_file) if mesh_file else None
    fast = None if parse_all else FastPath(node, mesh)
    reader, writer = FileReader(file_of(path)), WindowWriter(matches_xml, FAST)
    found = Found(writer, compile_query(node, mesh), names_asked(node))
    for block in reader.blocks():
        search_block(reader, block, fast, found)
    Path(pmids_gz).write_bytes(gzip_bytes(keys_text(set(found.matches)).encode(), FAST))
    matches = sorted(key for key, met in found.matches.items() if met)
    write_receipt(
        receipt,
        {
            "file": reader.file.name,
            "md5": reader.md5,
            "records": found.records,
            "last_revised": found.revised,
            "matches": matches,
            "deleted": sorted(found.deleted),
            "sha256": writer.close(),
        },
    )
    log.info(
        "%s: %d records, %d parsed, %d meet the query, %d deleted",
        reader.file.name, found.records, found.parsed, len(matches), len(found.deleted),
    )  # fmt: skip


if __name__ == "__main__":
    with job(snakemake):
        main(
            path=snakemake.input.file,
            query=snakemake.params.query,
            mesh_file=snakemake.input.get("mesh"),
            matches_xml=snakemake.output.matches,
            pmids_gz=snakemake.output.pmids,
            receipt=snakemake.output.receipt,
        )
