"""The table of records: its columns, and what every reader of a source gives."""

from typing import NamedTuple

# Promised to users, in this order (docs/files.md).
COLUMNS = (
    "record_id",
    "source",
    "platform",
    "input",
    "position",
    "type",
    "title",
    "authors",
    "year",
    "date",
    "journal",
    "journal_abbrev",
    "volume",
    "issue",
    "pages",
    "doi",
    "pmid",
    "pmcid",
    "issn",
    "isbn",
    "language",
    "abstract",
    "keywords",
    "url",
    "accession",
    "retraction",
    "extra",
)

SET_ASIDE_COLUMNS = ("input", "position", "line", "reason", "raw")

RETRACTED = "retracted"
RETRACTION_NOTICE = "retraction notice"
CONCERN = "expression of concern"

Record = dict[str, str]


class Raw(NamedTuple):
    """A record as its export has it: its place (1 is first), its line, tag -> values, and what is odd."""

    position: int
    line: int
    tags: dict[str, list[str]]
    oddity: str = ""


class SetAside(NamedTuple):
    """A piece of an export that is no record, why, and its text.

    ``position`` is the place of a record that could not be read (1 is first), and 0 for text that
    belongs to no record. ``line`` is its line in the file (1 is first).
    """

    position: int
    line: int
    reason: str
    raw: str
