"""Search one of NLM's files of PubMed: write the records that meet the query, and account for all others."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from lxml import etree

from scripts.common.job import job, log
from scripts.common.records.pubmed_xml import revised
from scripts.common.search.archive import gzip_bytes
from scripts.common.search.citation import from_article
from scripts.common.search.evaluate import Test, compile_query
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


class Seen(NamedTuple):
    """One record of the file; ``article`` where it had to be parsed, which is then freed with the next."""

    key: Key
    revised: str
    article: etree._Element | None


def read_block(reader: FileReader, block: Block, fast: FastPath | None) -> Iterator[Seen]:
    """Yield the records of a block; without a fast path all are parsed."""
    may = block.places if fast is None else fast.may_meet(block)
    parsed = reader.parsed(b"".join(block.content[place.begin : place.end] for place in may))
    wanted = iter(may)
    following = next(wanted, None)
    for place in block.places:
        article = None
        if place is following:
            article, following = next(parsed), next(wanted, None)
        yield Seen(place.key, place.revised, article)
    for article in reader.parsed(block.rest) if block.rest else ():
        yield Seen(article_key(article, str(reader.file.path)), revised(article), article)


class Found:
    """What a file holds: the keys of all records, of those that meet the query, and of those it deletes."""

    def __init__(self, matches: WindowWriter) -> None:
        self._matches = matches
        self.matches: dict[Key, bool] = {}
        self.deleted: set[Key] = set()
        self.revised = ""
        self.records = self.parsed = 0

    def add(self, seen: Seen, test: Test) -> None:
        """Count a record; write it if it meets the query. A later record of the same key replaces it."""
        self.records += 1
        self.revised = max(self.revised, seen.revised)
        self.matches[seen.key] = False
        if seen.article is not None:
            self.parsed += 1
            if test(from_article(seen.article)):
                self.matches[seen.key] = True
                self._matches.add(article_bytes(seen.article))


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
    test = compile_query(node, mesh)
    fast = None if parse_all else FastPath(node, mesh)
    reader, writer = FileReader(file_of(path)), WindowWriter(matches_xml)
    found = Found(writer)
    for block in reader.blocks():
        for seen in read_block(reader, block, fast):
            found.add(seen, test)
        found.deleted.update(reader.deleted(block.rest))
    Path(pmids_gz).write_bytes(gzip_bytes(keys_text(set(found.matches)).encode()))
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
