"""EndNote's XML, read as a stream: one record in memory at a time."""

from collections.abc import Iterator
from pathlib import Path
from typing import cast

from lxml import etree

from scripts.common.errors import InputError
from scripts.common.exports.fields import Tags
from scripts.common.files.decoding import CHUNK
from scripts.common.records.record import Raw

# Characters that XML forbids and EndNote writes all the same.
FORBIDDEN = bytes([*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20)])


def count_endnote(path: str | Path) -> int:
    """Count the ``<record>`` tags, as plainly as possible."""
    number, rest = 0, b""
    with open(path, "rb") as stream:
        while chunk := stream.read(CHUNK):
            text = rest + chunk.replace(b"\0", b"")  # also in UTF-16
            number += text.count(b"<record>") + text.count(b"<record ")
            rest = text[-7:]
    return number


def read_endnote(path: str | Path) -> Iterator[Raw]:
    """Yield each record; XML that is damaged or cut raises ``InputError``."""
    parser = etree.XMLPullParser(
        events=("end",), tag="record", load_dtd=False, no_network=True, resolve_entities=False,
        remove_comments=True, remove_pis=True, huge_tree=True,
    )  # fmt: skip
    position = 0
    with open(path, "rb") as stream:
        is_utf16 = stream.read(2) in (b"\xff\xfe", b"\xfe\xff")
        stream.seek(0)
        try:
            while chunk := stream.read(CHUNK):
                parser.feed(chunk if is_utf16 else chunk.translate(None, FORBIDDEN))
                for _, element in cast(Iterator[tuple[str, etree._Element]], parser.read_events()):
                    position += 1
                    yield Raw(position, cast(int, element.sourceline or 0), _tags(element))
                    element.clear()
                    while element.getprevious() is not None:
                        del cast(etree._Element, element.getparent())[0]
            parser.close()
        except etree.XMLSyntaxError as error:
            raise InputError(f"{path}: damaged or cut XML ({error.msg}). Export it again.") from None


def _tags(record: etree._Element) -> Tags:
    """Return path -> texts of the elements that hold text; runs of ``<style>`` are one text."""
    tags: Tags = {}

    def walk(node: etree._Element, path: str) -> None:
        for child in node:
            name = f"{path}{child.tag}"
            for key in ("name",):
                if path == "" and child.tag == "ref-type" and child.get(key):
                    tags.setdefault(f"{name}@{key}", []).append(str(child.get(key)))
            if all(part.tag == "style" for part in child):
                text = " ".join("".join(map(str, child.itertext())).split())
                if text:
                    tags.setdefault(name, []).append(text)
            else:
                walk(child, f"{name}/")

    walk(record, "")
    return tags
