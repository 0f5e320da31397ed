"""NLM's file of MeSH descriptors (desc2026.xml, also packed): which heading is narrower than which."""

import gzip
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from scripts.common.errors import InputError
from scripts.common.search.citation import plain


class Mesh:
    """Headings by name and by place in the tree. All names are as they are compared."""

    def __init__(self, preferred: dict[str, str], places: dict[str, list[str]]) -> None:
        self._preferred = preferred
        self._places = places
        below: dict[str, set[str]] = defaultdict(set)
        for name, numbers in places.items():
            for number in numbers:
                parts = number.split(".")
                for length in range(1, len(parts) + 1):
                    below[".".join(parts[:length])].add(name)
        self._below = below

    def heading(self, name: str) -> str | None:
        """Return the heading that a name or one of its entry terms means, or None."""
        return self._preferred.get(plain(name))

    def narrower(self, heading: str) -> frozenset[str]:
        """Return a heading with all headings below it, at every place where it is in the tree."""
        places = self._places.get(heading, ())
        return frozenset({heading, *(name for place in places for name in self._below[place])})


def read_mesh(path: str | Path) -> Mesh:
    """Read NLM's descriptors, XML or XML packed with gzip; ``InputError`` for anything else."""
    preferred: dict[str, str] = {}
    places: dict[str, list[str]] = {}
    entries: list[tuple[str, str]] = []
    for record in _records(path):
        name = plain(record.findtext("DescriptorName/String") or "")
        preferred[name] = name
        places[name] = [node.text or "" for node in record.iterfind("TreeNumberList/TreeNumber")]
        terms = record.iterfind("ConceptList/Concept/TermList/Term/String")
        entries += [(plain(node.text or ""), name) for node in terms]
    if not preferred:
        raise InputError(f"{path}: holds no DescriptorRecord. Take NLM's desc<year>.xml.")
    for entry, name in entries:  # a heading's own name comes before the same words as an entry term
        preferred.setdefault(entry, name)
    return Mesh(preferred, places)


def _records(path: str | Path) -> Iterator[etree._Element]:
    opened = gzip.open if str(path).endswith(".gz") else open
    try:
        with opened(path, "rb") as stream:
            options = {"load_dtd": False, "no_network": True, "resolve_entities": False}
            for _, record in etree.iterparse(stream, tag="DescriptorRecord", **options):
                yield record
                record.clear()
                while record.getprevious() is not None:
                    del record.getparent()[0]
    except FileNotFoundError:
        raise InputError(f"{path}: is missing. It is named by search.mesh.") from None
    except (etree.XMLSyntaxError, gzip.BadGzipFile, EOFError) as error:
        raise InputError(f"{path}: is damaged or no XML ({error}). Fetch it again.") from None
