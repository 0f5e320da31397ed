"""The passport of a record: its columns, how one is found, and how it reads."""

from collections.abc import Mapping, Sequence

from scripts.common.values.identifiers import doi_key, pmid_key
from scripts.common.values.words import fold

COLUMNS = (
    "record_id", "title", "authors", "year", "doi", "pmid", "from", "kept_as", "twins", "linked_by",
    "machine", "votes", "decisions", "studies", "codes", "final_box", "final_label",
)  # fmt: skip
READS = {
    "from": "came from",
    "kept_as": "kept as",
    "twins": "twins",
    "linked_by": "linked by",
    "machine": "rule of the machine",
    "votes": "votes",
    "decisions": "decisions",
    "studies": "included as study",
    "codes": "codes",
    "final_label": "ended in",
}


def search(passports: Sequence[Mapping[str, str]], asked: str) -> list[Mapping[str, str]]:
    """Return the passports of a record_id, DOI, PMID or study; else those with all the words in the title.

    A record_id answers before a DOI, and so on: the first kind of name that finds one is taken.
    """
    doi, pmid, words = doi_key(asked), pmid_key(asked), set(fold(asked).split())
    found: list[Mapping[str, str]] = []
    for test in (
        lambda row: row["record_id"] == asked,
        lambda row: bool(doi) and doi_key(row["doi"]) == doi,
        lambda row: bool(pmid) and pmid_key(row["pmid"]) == pmid,
        lambda row: asked in row["studies"].split(" | "),
        lambda row: (
            bool(words) and words <= set(fold(f"{row['title']} {row['authors']} {row['year']}").split())
        ),
    ):
        found = [row for row in passports if test(row)]
        if found:
            break
    return found


def text(row: Mapping[str, str]) -> str:
    """Return one passport as lines of plain text."""
    names = ", ".join(
        filter(
            None, (f"doi:{row['doi']}" if row["doi"] else "", f"PMID {row['pmid']}" if row["pmid"] else "")
        )
    )
    head = [
        f"{row['record_id']}  {row['title'] or 'no title'}",
        f"  {row['authors'] or 'no authors'} ({row['year'] or 'no year'})",
    ]
    lines = [f"  {label}: {part}" for name, label in READS.items() for part in row[name].split(" | ") if part]
    return "\n".join([*head, *([f"  {names}"] if names else []), *lines])
