"""Tables of studies that people bring: those included, and those of the version before."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from scripts.common.errors import InputError, Mistakes
from scripts.common.files.first_map import not_understood, tables_of
from scripts.common.files.mapped_rows import map_rows
from scripts.common.files.maps import sheet_map
from scripts.common.files.refusals import answered
from scripts.common.files.table_kinds import INCLUDED
from scripts.common.files.tables import numbered

LIST_COLUMNS = ("study_id", "authors", "year", "title", "journal", "doi", "pmid", "confidence", "source")
PREVIOUS_COLUMNS = ("study_id", "title", "doi", "pmid")
SEVERAL = "; "  # between several authors


def read_included(
    path: str | None, words: Mapping[str, Any] | None = None, name: str = "included"
) -> pd.DataFrame:
    """Return the table of included studies, checked; an empty one where there is none.

    ``words`` are those of its map, if it has one; the column ``record`` is then the team's own number.
    ``name`` is that of the input. Names are compared without the blanks around them: "4" and "4 " are one.
    """
    if path is None:
        return pd.DataFrame(columns=pd.Index(LIST_COLUMNS), dtype=str)
    with answered(path, name, words, INCLUDED):
        return _checked(path, _read(path, words, LIST_COLUMNS, name))


def _read(path: str, words: Mapping[str, Any] | None, columns: Sequence[str], name: str) -> pd.DataFrame:
    return _mapped(path, words, columns, name) if words else _with_columns(path, columns, name)


def _with_columns(path: str, columns: Sequence[str], name: str) -> pd.DataFrame:
    """Return the one table of a file that has our own columns, with its other columns; lines as its index."""
    grids = tables_of(path, sheet_map(name, {}), INCLUDED)
    fitting = [grid for grid in grids if all(grid.position(title) is not None for title in columns)]
    if not fitting:
        raise InputError(not_understood(name, path, grids, INCLUDED))
    grid = fitting[0].unmerged()
    names = {name.casefold(): name for name in columns}
    header = [names.get(title.casefold(), title) for title in grid.header]
    lines = pd.Index([number for number, _ in grid.rows])
    return pd.DataFrame([cells for _, cells in grid.rows], columns=pd.Index(header), index=lines, dtype=str)


def _mapped(path: str, words: Mapping[str, Any], columns: Sequence[str], name: str) -> pd.DataFrame:
    """Return a team's list as our table: a row per study, the line of each as its index."""
    how = sheet_map(name, words)
    grids = tables_of(path, how, INCLUDED)
    if not any(part.names("study", grid) for part in how.parts for grid in grids):
        raise InputError(not_understood(name, path, grids, INCLUDED))
    rows = [row for grid in grids for row in map_rows(grid.unmerged(), how).rows]
    table = [
        {
            **{title: SEVERAL.join(row.fields.get(title, ())) for title in ("record", *columns)},
            "study_id": row.get("study"),
            **({"source": path} if "source" in columns else {}),
        }
        for row in rows
    ]
    index = pd.Index([row.line for row in rows])
    return pd.DataFrame(table, columns=pd.Index(("record", *columns)), index=index, dtype=str)


def read_previous(
    path: str | None, words: Mapping[str, Any] | None = None, name: str = "previous"
) -> pd.DataFrame:
    """Return the studies of the version before: study_id, title, doi, pmid, reports, withdrawn.

    ``reports`` is the number of reports of the study (1 where none is given), ``withdrawn`` why it is no
    longer part of the review. ``words`` are those of its map, ``name`` that of the input.
    """
    columns = pd.Index([*PREVIOUS_COLUMNS, "reports", "withdrawn"])
    if path is None:
        return pd.DataFrame(columns=columns, dtype=str)
    with answered(path, name, words, INCLUDED):
        return _previous(path, words, name)[columns]


def _previous(path: str, words: Mapping[str, Any] | None, name: str) -> pd.DataFrame:
    named = (*PREVIOUS_COLUMNS, "reports", "withdrawn") if words else PREVIOUS_COLUMNS
    studies = _checked(path, _read(path, words, named, name))
    for column, usual in (("reports", "1"), ("withdrawn", "")):
        if column not in studies:
            studies[column] = usual
        studies[column] = [cell.strip() or usual for cell in studies[column]]
    wrong = [
        f"{path} line {line}: reports is {row['reports']!r}; a study has 1 report or more. Write how many."
        for line, row in numbered(studies)
        if not (row["reports"].isascii() and row["reports"].isdigit() and int(row["reports"]))
    ]
    if wrong:
        raise InputError(*wrong)
    return studies


def is_whole(studies: pd.DataFrame, paper: pd.DataFrame) -> bool:
    """Return whether the paper lists every included study with certainty and no other source adds one."""
    sure = set(paper["confidence"]) <= {"high", "confirmed"} and not any(paper["contradiction"])
    return sure and bool(len(paper)) and set(paper["study_id"]) == set(studies["study_id"])


def _checked(path: str, studies: pd.DataFrame) -> pd.DataFrame:
    """Return a table of studies in which each has a name of its own."""
    studies["study_id"] = studies["study_id"].str.strip()
    seen: set[str] = set()
    mistakes = Mistakes()
    for line, row in numbered(studies):
        name = row["study_id"]
        with mistakes.noted():
            if not name:
                raise InputError(f"{path} line {line}: study_id is empty. Give each study a name.")
            if name in seen:
                raise InputError(
                    f"{path} line {line}: study {name} appears twice. Keep one row per study; where its"
                    " further reports go is in docs/flow.md."
                )
            seen.add(name)
    mistakes.stop()
    return studies
