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


class SetAside(NamedTuple):
    """A piece of an export that is no record: place in the file (1 is first), why, and its text."""

    position: int
    line: int
    reason: str
    raw: str
