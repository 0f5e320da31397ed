"""XML with one element per record, read as a stream: EndNote, and the trials of WHO's ICTRP."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from scripts.common.exports.xml_records import read_elements, texts_of
from scripts.common.files.decoding import CHUNK
from scripts.common.records.record import Raw, SetAside

RECORDS = {"endnote xml": "record", "ictrp xml": "Trial"}  # format -> the element of a record


def count_xml(path: str | Path, format_name: str) -> int:
    """Count the tags in which a record begins, as plainly as possible."""
    tag = RECORDS[format_name].encode()
    number, rest = 0, b""
    with open(path, "rb") as stream:
        while chunk := stream.read(CHUNK):
            text = rest + chunk.replace(b"\0", b"")  # also in UTF-16
            number += len(re.findall(rb"<%b[>\s]" % tag, text))
            rest = text[-len(tag) - 1 :]
    return number


def read_xml(path: str | Path, format_name: str) -> Iterator[Raw | SetAside]:
    """Yield each record and the text outside of records; damaged or cut XML raises ``InputError``."""
    position = 0
    for element in read_elements(path, [RECORDS[format_name]]):
        if isinstance(element, SetAside):
            yield element
        else:
            position += 1
            yield Raw(position, cast(int, element.sourceline or 0), texts_of(element, named="ref-type"))
