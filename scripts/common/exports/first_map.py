"""The message for a table of records that is not understood: what was seen, and a map to start from."""

import re
from collections import Counter
from collections.abc import Sequence

from scripts.common.files.sheets import Grid

NEEDED = "a title, and two more of authors, year, journal, DOI, PMID or any other field"
# Our column -> parts of the names that people give it, the surest first.
HINTS = {
    "title": ("title", "titel", "titre", "título", "titulo", "标题", "题名", "篇名", "name of study"),
    "authors": ("author", "autor", "auteur", "creator", "作者"),
    "year": ("year", "jahr", "année", "annee", "año", "ano", "年"),
    "journal": ("journal", "source", "zeitschrift", "revue", "revista", "publication", "刊名"),
    "volume": ("volume", "vol"),
    "issue": ("issue", "number"),
    "pages": ("pages", "seiten"),
    "doi": ("doi",),
    "pmid": ("pmid", "pubmed"),
    "abstract": ("abstract", "résumé", "resumen", "resumo", "摘要"),
    "keywords": ("keyword", "descriptor", "关键词"),
    "url": ("url", "link"),
    "accession": ("accession", "identifier"),
}
NUMBER = re.compile(r"/\d+(?=/|$)")  # of a member in a path: articles/0/title
MOST_COLUMNS = 60  # shown in a message


def not_understood(name: str, grids: Sequence[Grid], at: str = "") -> str:
    """Return the message for a file whose tables have no columns that we know.

    ``at`` is the list of YAML or JSON whose members are the rows.
    """
    grid = max(grids, key=lambda grid: len(grid.header))
    columns = list(dict.fromkeys(NUMBER.sub("/*", column) for column in grid.header))
    shown = ", ".join(columns[:MOST_COLUMNS])
    more = len(columns) - MOST_COLUMNS
    several = f" The worksheets with rows are: {', '.join(g.sheet for g in grids)}." if len(grids) > 1 else ""
    where = f"{grid.path}: {at}" if at else grid.path if grid.tree else f"{grid.path} line {grid.header_line}"
    return (
        f"{where}: a table whose columns are not known as those of records. Columns seen:"
        f" {shown}{f' and {more} more' if more > 0 else ''}.{several} Needed are {NEEDED} under a name of"
        " docs/exports.md; or a map in config/config.yaml (docs/maps.md). Start from:\n"
        f"{_first_map(name, columns, at)}"
    )


def list_in(columns: Sequence[str]) -> str:
    """Return the path of the list to which most columns of a file of YAML or JSON belong, or ``""``."""
    lists = Counter(NUMBER.split(column)[0] for column in columns if NUMBER.search(column))
    return lists.most_common(1)[0][0] if lists else ""


def _first_map(name: str, found: Sequence[str], at: str) -> str:
    """Return a map with the best guesses filled in; a question mark where there is no title."""
    columns: dict[str, str] = {}
    for ours, hints in HINTS.items():
        free = [column for column in found if column not in columns.values() and "/*" not in column]
        fitting = [column for hint in hints for column in free if hint in column.casefold()]
        if fitting:
            columns[ours] = min(fitting, key=len)
    columns.setdefault("title", "?")
    shown = ", ".join(f"{ours}: {_quoted(theirs)}" for ours, theirs in columns.items())
    path = f"    at: {_quoted(at)}\n" if at else ""
    return f"sheets:\n  {_quoted(name)}:\n{path}    columns: {{{shown}}}"


def _quoted(text: str) -> str:
    plain = text.replace("_", "").replace(" ", "").isalpha() and text.isascii()
    return text if plain else '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
