"""PubMed's XML as an export that somebody brings: as the search reads it, and all other text in ``extra``."""

import re
from collections.abc import Iterator
from pathlib import Path

from scripts.common.exports.mapping import joined_extra
from scripts.common.exports.xml_records import read_elements, texts_of
from scripts.common.records.pubmed_xml import ARTICLES, record
from scripts.common.records.record import Record, SetAside


def read_pubmed(path: str | Path) -> Iterator[Record | SetAside]:
    """Yield the record of each article; ``extra`` keeps, by its path, each text that no column holds."""
    position = 0
    for element in read_elements(path, ARTICLES):
        if isinstance(element, SetAside):
            yield element
            continue
        position += 1
        row = record(element, f"{path} line {element.sourceline}")
        held = _words(" ".join(text for name, text in row.items() if name != "extra"))
        rest = {
            name: some
            for name, texts in texts_of(element).items()
            if (some := [text for text in texts if _words(text) not in held])
        }
        yield {**row, "extra": joined_extra(row.get("extra", ""), rest), "position": str(position)}


def _words(text: str) -> str:
    """Return the words of a text between blanks, so that one text is found in another by whole words."""
    words = " ".join(re.findall(r"\w+", text))
    return f" {words} "
