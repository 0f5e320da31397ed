"""EndNote's XML, read as a stream: one record in memory at a time."""

from collections.abc import Iterator
from pathlib import Path
from typing import cast

from scripts.common.exports.xml_records import read_elements, texts_of
from scripts.common.files.decoding import CHUNK
from scripts.common.records.record import Raw, SetAside


def count_endnote(path: str | Path) -> int:
    """Count the ``<record>`` tags, as plainly as possible."""
    number, rest = 0, b""
    with open(path, "rb") as stream:
        while chunk := stream.read(CHUNK):
            text = rest + chunk.replace(b"\0", b"")  # also in UTF-16
            number += text.count(b"<record>") + text.count(b"<record ")
            rest = text[-7:]
    return number


def read_endnote(path: str | Path) -> Iterator[Raw | SetAside]:
    """Yield each record and the text outside of records; damaged or cut XML raises ``InputError``."""
    position = 0
    for element in read_elements(path, ["record"]):
        if isinstance(element, SetAside):
            yield element
        else:
            position += 1
            yield Raw(position, cast(int, element.sourceline or 0), texts_of(element, named="ref-type"))
