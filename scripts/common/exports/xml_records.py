"""The records of an XML export as a stream, one in memory at a time, with all text that is in them."""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import cast

from lxml import etree

from scripts.common.errors import InputError
from scripts.common.exports.fields import Tags
from scripts.common.files.decoding import CHUNK
from scripts.common.records.record import SetAside
from scripts.common.values.words import single_blanks

# Characters that XML forbids and EndNote writes all the same.
FORBIDDEN = bytes([*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20)])


def read_elements(path: str | Path, tags: Collection[str]) -> Iterator[etree._Element | SetAside]:
    """Yield each element with one of these tags, and the text outside of them.

    The memory of an element is freed when the next is asked for. XML that is damaged or cut raises
    ``InputError``. No DTD is loaded and no entity of its own is resolved.
    """
    parser = etree.XMLPullParser(
        events=("end",), tag=tuple(tags), load_dtd=False, no_network=True, resolve_entities=False,
        remove_comments=True, remove_pis=True, huge_tree=True,
    )  # fmt: skip
    with open(path, "rb") as stream:
        is_utf16 = stream.read(2) in (b"\xff\xfe", b"\xfe\xff")
        stream.seek(0)
        try:
            while chunk := stream.read(CHUNK):
                parser.feed(chunk if is_utf16 else chunk.translate(None, FORBIDDEN))
                for _, element in cast(Iterator[tuple[str, etree._Element]], parser.read_events()):
                    yield element
                    element.clear(keep_tail=True)  # type: ignore[call-arg]
                    while (before := element.getprevious()) is not None:
                        yield from _outside(before)
                        cast(etree._Element, element.getparent()).remove(before)
            yield from _outside(parser.close())
        except etree.XMLSyntaxError as error:
            raise InputError(
                f"{path} line {error.lineno}: damaged or cut XML ({error.msg}). Export it again."
            ) from None


def _outside(node: etree._Element) -> Iterator[SetAside]:
    """Yield the text that is left in a node, once its records were read."""
    for part in node.iter():
        for text in (part.text, part.tail):
            if text and not text.isspace():
                yield SetAside(0, cast(int, part.sourceline or 0), "text outside a record", text.strip())


def texts_of(record: etree._Element, named: str = "") -> Tags:
    """Return path -> texts, blanks folded, of every element below ``record`` that holds text.

    An element with markup inside its text (``<style>``, ``<i>``) is one text. ``named`` is a path of which
    the attribute ``name`` is kept too, as ``path@name``.
    """
    tags: Tags = {}
    if own := _own_text(record):
        tags["text"] = [own]
    waiting = [("", child) for child in reversed(record)]
    while waiting:
        above, node = waiting.pop()
        path = f"{above}{node.tag}"
        if path == named and node.get("name"):
            tags.setdefault(f"{path}@name", []).append(str(node.get("name")))
        if _own_text(node) or all(child.tag == "style" for child in node):
            if text := single_blanks("".join(map(str, node.itertext()))):
                tags.setdefault(path, []).append(text)
        else:
            waiting += [(f"{path}/", child) for child in reversed(node)]
    return tags


def _own_text(node: etree._Element) -> str:
    """Return the text directly in a node, not that of its children."""
    return single_blanks(" ".join(filter(None, (node.text, *(child.tail for child in node)))))
