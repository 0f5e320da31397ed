"""Further reports of studies: read, joined to their records, and counted (an input of kind ``reports``).

PRISMA 2020 counts studies and reports apart: a trial with a protocol, an article and a follow-up is one study
with three reports. The list of included studies names one report of each study; the others are declared here.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from scripts.common.errors import InputError, nearest
from scripts.common.files.first_map import not_understood, tables_of
from scripts.common.files.mapped_rows import MappedRow, map_rows
from scripts.common.files.maps import sheet_map
from scripts.common.files.refusals import answered
from scripts.common.files.table_kinds import REPORTS
from scripts.common.files.tables import numbered, rows_of
from scripts.common.screening.catalogue import Catalogue
from scripts.common.screening.numbers import NAMES, WORK, find_record, work_of
from scripts.common.values.identifiers import doi_key, pmid_key
from scripts.common.values.words import fold

READ_COLUMNS = ("study_id", "record", *WORK)
REPORT_COLUMNS = ("study_id", "record_id", "matched_by", "record", "doi", "pmid", "title", "note")
COUNTED = "this report is in the list of included studies"
TWICE = "this report is declared twice for the study"
Row = Mapping[str, str]


def read_reports(
    path: str | None, words: Mapping[str, Any] | None = None, name: str = "reports"
) -> pd.DataFrame:
    """Return the declared reports, a row each, with its line as index; an empty table where there is none.

    ``words`` are those of the input's map, ``name`` is that of the input. ``InputError`` lists every row
    without a study, or without anything that says which report it is.
    """
    with answered(path, name, words, REPORTS):
        return _checked(list(_rows(path, words or {}, name)) if path else [])


def _checked(found: Sequence[tuple[MappedRow, str]]) -> pd.DataFrame:
    """Return the table of rows with their studies, each of which must name a study and a report."""
    wrong = [
        f"{row.place}: {problem}"
        for row, study in found
        for problem in (
            "" if study else "study is empty. Name the study of this report.",
            ""
            if any(map(row.get, NAMES))
            else f"nothing says which report it is: give {' or '.join(NAMES)}.",
        )
        if problem
    ]
    if wrong:
        raise InputError("\n".join(wrong))
    table = [{**work_of(row), "study_id": study, "record": row.get("record")} for row, study in found]
    index = pd.Index([row.line for row, _ in found])
    return pd.DataFrame(table, columns=pd.Index(READ_COLUMNS), index=index, dtype=str)


def _rows(path: str, words: Mapping[str, Any], name: str) -> Iterator[tuple[MappedRow, str]]:
    """Yield each row with its study, whose column may also be called study_id, as in the other lists."""
    how = sheet_map(name, words)
    grids = tables_of(path, how, REPORTS)
    names = ("study", "study_id")
    if grids and not any(part.names(one, grid) for one in names for part in how.parts for grid in grids):
        raise InputError(not_understood(name, path, grids, REPORTS))
    for grid in grids:
        own = "study" not in {**words.get("columns", {}), **words.get("set", {})}
        renamed = own and grid.position("study") is None and grid.position("study_id") is not None
        columns = {**words.get("columns", {}), **({"study": "study_id"} if renamed else {})}
        for row in map_rows(grid.unmerged(), sheet_map(name, {**words, "columns": columns})).rows:
            yield row, row.get("study")


def check_studies(reports: pd.DataFrame, studies: Collection[str], path: str) -> None:
    """Raise ``InputError`` for reports of studies that are in no list; it names every line."""
    wrong = [
        f"{path} line {line}: study {row['study_id']} is in no list of included studies. Add it there."
        f" {nearest(row['study_id'], studies)}"
        for line, row in numbered(reports)
        if row["study_id"] not in studies
    ]
    if wrong:
        raise InputError("\n".join(wrong))


def match_reports(reports: pd.DataFrame, catalogue: Catalogue, listed: pd.DataFrame) -> pd.DataFrame:
    """Return the reports with the record of each (columns ``REPORT_COLUMNS``).

    ``listed`` are the included studies with their records. A report that the list names already, or that is
    declared twice for one study, says so in ``note`` and is not counted again.
    """
    rows, seen = [], {(row["study_id"], _identity(row)): COUNTED for row in rows_of(listed)}
    for row in rows_of(reports):
        record_id, matched_by = find_record(row, catalogue)
        found = {**row, "record_id": record_id, "matched_by": matched_by}
        key = found["study_id"], _identity(found)
        rows.append({**found, "note": seen.get(key, "")})
        seen.setdefault(key, TWICE)
    return pd.DataFrame(rows, columns=pd.Index(REPORT_COLUMNS), dtype=str)


def _identity(row: Row) -> str:
    """Return what makes two rows of one study the same report: their record, or else how they name it."""
    keys = (row["record_id"], doi_key(row["doi"]), pmid_key(row["pmid"]), fold(row["title"]))
    return next(filter(None, keys), "") or row.get("record", "") or row["doi"] or row["pmid"]


def studies_of_records(*tables: pd.DataFrame) -> dict[str, set[str]]:
    """Return record -> the studies that it reports, of tables with study_id and record_id."""
    found: dict[str, set[str]] = defaultdict(set)
    for table in tables:
        for row in rows_of(table):
            if row["record_id"]:
                found[row["record_id"]].add(row["study_id"])
    return found


def records_of_studies(*tables: pd.DataFrame) -> dict[str, list[str]]:
    """Return study -> the records of its reports, those of the first table first, each once."""
    found: dict[str, list[str]] = defaultdict(list)
    for table in tables:
        for row in rows_of(table):
            if row["record_id"] and row["record_id"] not in found[row["study_id"]]:
                found[row["study_id"]].append(row["record_id"])
    return found


def count_declared(listed: pd.DataFrame, reports: pd.DataFrame, previous: pd.DataFrame) -> int:
    """Return how many reports the list and the declared ones name, but those of the version before.

    A record that reports two studies is one report.
    """
    before, known = set(previous["record_id"]) - {""}, set(previous["study_id"])
    rows = [row for row in rows_of(listed) if row["study_id"] not in known] + rows_of(reports)
    named = {row["record_id"] or (row["study_id"], _identity(row)) for row in rows}
    return len(named - before)


def count_studies(included: Collection[str], reports: pd.DataFrame, previous: Collection[str]) -> int:
    """Return how many studies the included records report where there is no list of studies.

    Records that are declared as reports of one study are one study; any other record is a study of its own.
    ``previous`` are the studies of the version before, which are no new ones.
    """
    of = studies_of_records(reports)
    named = {study for record in included for study in of.get(record, ())}
    return len(named - set(previous)) + sum(record not in of for record in included)
