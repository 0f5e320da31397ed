"""One of NLM's files of PubMed as a stream of bytes that is cut into records without parsing XML.

Records are cut where NLM's files write ``<PubmedArticle>`` and ``</PubmedArticle>``. Whatever lies between
them and is no blank (deletions, books, an article written in another way) is kept aside to be parsed.
"""

import hashlib
import io
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from isal import isal_zlib
from lxml import etree

from scripts.common.errors import InputError
from scripts.common.records.pubmed_xml import articles
from scripts.common.search.pubmed_files import PubmedFile, expected_digest
from scripts.common.values.dates import partial_date

PACKED = 1 << 18  # bytes read at a time
UNPACKED = 1 << 21  # bytes unpacked at a time
LONGEST = 64 << 20  # bytes within which a record has to end; the longest of PubMed has about 10 MB
GZIP = isal_zlib.MAX_WBITS + 16  # the format, whose own checksum is verified at the end
BEGIN, END, CITATION_END = b"<PubmedArticle>", b"</PubmedArticle>", b"</MedlineCitation>"
CLOSE = b"</PubmedArticleSet>"
_ROOT = re.compile(rb"<PubmedArticleSet[^>]*>")
_ENCODING = re.compile(rb"<\?xml[^>]*?encoding=[\"']([\w.-]+)")
_HEAD = re.compile(
    rb"<PubmedArticle>\s*<MedlineCitation[^>]*>\s*<PMID(?: Version=\"(\d+)\")?>(\d+)</PMID>"
    rb"(?:\s*<DateCompleted>[\s\S]{0,200}?</DateCompleted>)?"
    rb"(?:\s*<DateRevised>\s*<Year>(\d{4})</Year>\s*<Month>(\d\d?)</Month>\s*<Day>(\d\d?)</Day>)?"
)


class Key(NamedTuple):
    """What identifies one record of a file: the PMID, and the version of which most records have only 1."""

    pmid: int
    version: int


class Place(NamedTuple):
    """A record inside a block: where it begins, where its MedlineCitation ends, where it ends.

    ``revised`` is the day of its last revision, "" where it is not written as usual.
    """

    key: Key
    revised: str
    begin: int
    citation_end: int
    end: int


class Block(NamedTuple):
    """Some megabytes of a file: its records, and what else lies between them, to be parsed."""

    content: bytes
    places: list[Place]
    rest: bytes


class FileReader:
    """Reads a file block by block; its digest is checked when the last block was read.

    ``InputError`` in one line for a file that is damaged, cut, of another kind, or not the one that its
    digest is of.
    """

    def __init__(self, file: PubmedFile) -> None:
        self.file = file
        self.md5 = expected_digest(file.md5)
        self._prolog = b""

    def fault(self, what: str) -> InputError:
        """Return the error of this file."""
        return InputError(f"{self.file.path}: {what}. Download it and its .md5 again.")

    def blocks(self) -> Iterator[Block]:
        """Yield the blocks of the file."""
        kept = b""
        for part in self._unpacked():
            kept += part
            if not self._prolog:
                kept = self._without_prolog(kept)
            end = kept.rfind(END) + len(END)
            if end >= len(END):
                yield self._cut(kept, end)
                kept = kept[end:]
            elif len(kept) > LONGEST:
                raise self.fault(f"no record ends within {LONGEST >> 20} MB")
        if not self._prolog or not kept.rstrip().endswith(CLOSE):
            raise self.fault("is cut, or is no PubmedArticleSet")
        yield Block(kept, [], kept.rstrip().removesuffix(CLOSE).strip())

    def parsed(self, content: bytes) -> Iterator[etree._Element]:
        """Yield the articles of a part of the file, parsed as they would be inside the whole."""
        return articles(io.BytesIO(self._prolog + content + CLOSE), str(self.file.path))

    def deleted(self, content: bytes) -> list[Key]:
        """Return what a part of the file deletes."""
        if b"<DeleteCitation" not in content:
            return []
        parser = etree.XMLParser(load_dtd=False, no_network=True, resolve_entities=False)
        try:
            root = etree.fromstring(self._prolog + content + CLOSE, parser)
        except etree.XMLSyntaxError as error:
            raise self.fault(f"damaged XML ({error.msg})") from None
        return [key_of(node) for node in root.iterfind("DeleteCitation/PMID")]

    def _unpacked(self) -> Iterator[bytes]:
        """Yield what the file unpacks to; stop where it is damaged, cut, or not the one of its digest."""
        digest = hashlib.md5(usedforsecurity=False)
        unpacker = isal_zlib.decompressobj(GZIP)
        try:
            with self.file.path.open("rb") as stream:
                while packed := stream.read(PACKED):
                    digest.update(packed)
                    while packed and not unpacker.eof:
                        yield unpacker.decompress(packed, UNPACKED)
                        packed = unpacker.unconsumed_tail
            yield unpacker.flush()
        except isal_zlib.error as error:  # type: ignore[misc]  # a class, whatever the stub says
            raise self.fault(f"is damaged ({error})") from None
        if digest.hexdigest() != self.md5:
            raise self.fault(f"its MD5 is {digest.hexdigest()}, its .md5 says {self.md5}")
        if not unpacker.eof or unpacker.unused_data.strip(b"\0"):
            raise self.fault("is cut, or something follows its end")

    def _without_prolog(self, kept: bytes) -> bytes:
        found = _ROOT.search(kept)
        if not found:
            if len(kept) > UNPACKED:
                raise self.fault("is no PubmedArticleSet")
            return kept
        self._prolog = kept[: found.end()]
        encoding = _ENCODING.search(self._prolog)
        if encoding and encoding[1].lower() not in (b"utf-8", b"us-ascii"):
            raise self.fault(f"is written in {encoding[1].decode()}, NLM's files are UTF-8")
        return kept[found.end() :]

    @staticmethod
    def _cut(content: bytes, stop: int) -> Block:
        """Return a block of the records that end by ``stop``; what is written otherwise is in its rest."""
        places: list[Place] = []
        rest: list[bytes] = []
        done = 0
        while (begin := content.find(BEGIN, done, stop)) >= 0:
            between = content[done:begin]
            if between.strip():
                rest.append(between)
            done = content.find(END, begin) + len(END)
            citation_end = content.find(CITATION_END, begin, done)
            head = _HEAD.match(content, begin, done)
            if head is None or citation_end < 0:
                rest.append(content[begin:done])
                continue
            version, number, *day = head.groups()
            key = Key(int(number), int(version or 1))
            places.append(Place(key, _day(*day), begin, citation_end, done))
        return Block(content, places, b"".join([*rest, content[done:stop].strip()]))


@cache
def _day(year: bytes | None, month: bytes | None, day: bytes | None) -> str:
    """Return a day of the calendar, "" if there is none."""
    return partial_date(*((part or b"").decode() for part in (year, month, day)))


def key_of(node: etree._Element) -> Key:
    """Return the PMID and version that a PMID element gives."""
    return Key(int(node.text or ""), int(node.get("Version") or 1))


def article_key(article: etree._Element, name: str) -> Key:
    """Return the PMID and version of an article of a file; ``InputError`` where it has none."""
    is_book = article.tag == "PubmedBookArticle"
    node = article.find("BookDocument/PMID" if is_book else "MedlineCitation/PMID")
    if node is None:
        raise InputError(f"{name}: holds an article without a PMID. Download it again.")
    return key_of(node)


def keys_among(text: str, pmids: set[str]) -> set[Key]:
    """Return those records of a list of keys that have one of these PMIDs."""
    lines = text.split("\n")
    found = {Key(int(number), 1) for number in pmids.intersection(lines)}
    if " " in text:
        others = (line.split() for line in lines if " " in line)
        found |= {Key(int(number), int(version)) for number, version in others if number in pmids}
    return found


def keys_text(keys: set[Key]) -> str:
    """Return a list of keys as text: a line each, in order; the version only where it is not 1."""
    return "".join(
        f"{key.pmid}\n" if key.version == 1 else f"{key.pmid} {key.version}\n" for key in sorted(keys)
    )


def file_of(path: str) -> PubmedFile:
    """Return the file at a path with a name as NLM gives it."""
    name = Path(path).name.removesuffix(".xml.gz")
    return PubmedFile(int(name[9:]), name, Path(path))
