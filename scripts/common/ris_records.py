"""The records of a RIS file with their place, line and tags, for what is not a field of a record."""

from collections.abc import Iterator

from scripts.common.records import SetAside
from scripts.common.ris import blocks, fields, split_lines


def ris_records(text: str) -> Iterator[tuple[int, int, dict[str, list[str]]]]:
    """Yield position (1 is first), line and tag -> values of each record of a RIS file."""
    for block in blocks(split_lines(text)):
        if not isinstance(block, SetAside):
            yield block.position, block.line, fields(block)
