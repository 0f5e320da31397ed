"""Records as the page compares them: linked ones counted, pairs side by side, overlap of sources."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape

from scripts.common.values.words import fold

COMPARED_FIELDS = {
    "Title": ("title",),
    "Authors": ("authors",),
    "Year": ("year",),
    "Journal": ("journal",),
    "Volume, issue, pages": ("volume", "issue", "pages"),
    "DOI": ("doi",),
    "PMID": ("pmid",),
}

Row = dict[str, Any]


def link_counts(links: Iterable[Row]) -> list[Row]:
    """Return how many duplicates each rule linked."""
    counts = Counter(row["rule"] for row in links)
    return [{"rule": name, "links": number} for name, number in sorted(counts.items())]


def overlap(unique: Iterable[Row]) -> Row:
    """Return the sources and how many publications each two of them share; with itself: it alone."""
    groups = Counter(frozenset(row["sources"].split("; ")) - {""} for row in unique)
    names = sorted(set().union(*groups)) if groups else []
    return {
        "names": names,
        "all": {name: sum(n for group, n in groups.items() if name in group) for name in names},
        "shared": {
            (a, b): sum(n for group, n in groups.items() if ({a, b} <= group if a != b else group == {a}))
            for a in names
            for b in names
        },
    }


def marked(text: str, other: str) -> Markup:
    """Return a text with the words marked that the other text does not hold, signs and case aside."""
    known = {fold(word) for word in other.split()}
    words = [
        escape(word) if fold(word) in known or not fold(word) else Markup("<mark>{}</mark>").format(word)
        for word in text.split()
    ]
    return Markup(" ").join(words)


def side_by_side(pairs: Sequence[Row], records: Mapping[str, Row]) -> list[Row]:
    """Return pairs of records with the fields in which they can be compared, differences marked.

    A pair has ``a`` and ``b`` (record_ids); a field that is empty in both is left out.
    """
    shown = []
    for pair in pairs:
        a, b = records[pair["a"]], records[pair["b"]]
        fields = []
        for name, parts in COMPARED_FIELDS.items():
            left, right = (" ".join(filter(None, (row[part] for part in parts))) for row in (a, b))
            if left or right:
                fields.append({"name": name, "a": marked(left, right), "b": marked(right, left)})
        shown.append({**pair, "fields": fields, "source_a": a["source"], "source_b": b["source"]})
    return shown
