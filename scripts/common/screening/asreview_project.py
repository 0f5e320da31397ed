"""Decisions in a project file of ASReview (.asreview): who labelled what when, and what was known before.

Version 3 keeps records and labels in one database, version 2 the records in another one. Version 1 keeps the
labels in a database of each review, and the records in the file that it was given.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import PurePosixPath
from typing import Any

from scripts.common.errors import InputError
from scripts.common.screening.asreview_labels import ASREVIEW, Label, add_labels, day_of
from scripts.common.screening.decision_file import ZIP, DecisionFile
from scripts.common.screening.votes import Row, Sheet

PROJECT, DATA_STORE = "project.json", "data_store.db"
RESULTS = ("results.db", "results.sql")  # of versions 2 and 3, of version 1
ORACLE = ("oracle", "explore")  # a person labels; in a simulation the labels are those of the file
COLUMNS = {  # ours -> as the versions call it, the newest first
    "time": ("time", "labeling_time"),
    "querier": ("querier", "query_strategy"),
    "note": ("note", "notes"),
    "tags": ("tags",),
    "user": ("user_id",),
}
PRIOR = ("", "prior")  # nothing asked for the record: it was labelled before the first one was read

Cells = dict[str, str]


def is_asreview_project(file: DecisionFile) -> bool:
    """Return whether the file is a project of ASReview."""
    return file.form == ZIP and any(PurePosixPath(name).name == PROJECT for name in file.members)


def read_asreview_project(file: DecisionFile) -> Sheet:
    """Return the votes of a project: only what people labelled, without what was known before."""
    sheet = Sheet(file.plan.path, ASREVIEW)
    project = _project(file)
    if project.get("mode", ORACLE[0]) not in ORACLE:
        raise InputError(
            f"{file.plan.path}: a project of mode {project['mode']!r}. Its labels are no decisions of people;"
            " take the project in which they screened."
        )
    results = _results(file)
    labels = {cells["record_id"]: cells for cells in results["results"] if cells["label"]}
    records = list(_records(file, project, results, set(labels)))
    unknown = sorted(set(labels) - {key for key, _ in records})
    if unknown:
        raise InputError(
            f"{file.plan.path}: labels are given to record {unknown[0]}, which is not among the"
            f" {len(records)} records of the project. Export the project again."
        )
    users = {cells["user"] for cells in map(_named, labels.values()) if cells["user"]}
    add_labels(
        sheet,
        file.plan,
        [_label(file, row, _named(labels.get(key, {})), len(users) > 1) for key, row in records],
    )
    return sheet


def _project(file: DecisionFile) -> dict[str, Any]:
    """Return the settings of the project."""
    member = next(name for name in file.members if PurePosixPath(name).name == PROJECT)
    try:
        project = json.loads(file.content(member))
    except ValueError as error:
        raise InputError(f"{file.plan.path}: {member} cannot be read ({error}). Export it again.") from None
    if not isinstance(project, dict):
        raise InputError(f"{file.plan.path}: {member} holds no settings of a project. Export it again.")
    return project


def _results(file: DecisionFile) -> dict[str, list[Cells]]:
    """Return the tables of the one database that has the labels."""
    found = [name for name in file.members if PurePosixPath(name).name in RESULTS]
    if len(found) != 1:
        raise InputError(
            f"{file.plan.path}: holds {len(found)} databases of labels (results.db or results.sql) and one is"
            " needed. Export the project again, with one review in it."
        )
    tables = _tables(file, found[0])
    if "results" not in tables:
        raise InputError(f"{file.plan.path}: {found[0]} has no table results. Export the project again.")
    if not all({"record_id", "label"} <= set(cells) for cells in tables["results"]):
        raise InputError(
            f"{file.plan.path}: {found[0]} has no columns record_id and label. Export the project again."
        )
    return tables


def _tables(file: DecisionFile, member: str) -> dict[str, list[Cells]]:
    """Return the tables of labels and records of a database in the project, their cells as text."""
    tables: dict[str, list[Cells]] = {}
    with closing(sqlite3.connect(":memory:")) as database:
        try:
            database.deserialize(file.content(member))
            names = {
                name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            }
            for name in ("results", "record"):
                if name in names:
                    cursor = database.execute(f"SELECT * FROM {name} ORDER BY rowid")
                    columns = [column[0] for column in cursor.description]
                    tables[name] = [
                        {column: _text(cell) for column, cell in zip(columns, row, strict=True)}
                        for row in cursor
                    ]
        except sqlite3.Error as error:
            raise InputError(
                f"{file.plan.path}: the database {member} cannot be read ({error}). Export the project again."
            ) from None
    return tables


def _text(cell: object) -> str:
    return "" if cell is None else str(cell)


def _records(
    file: DecisionFile, project: Mapping[str, Any], results: Mapping[str, list[Cells]], labelled: set[str]
) -> Iterator[tuple[str, Row]]:
    """Yield the record_id and the row of every record of the project, its line counted from 1."""
    store = next((name for name in file.members if PurePosixPath(name).name == DATA_STORE), None)
    rows = results.get("record") or (_tables(file, store).get("record", []) if store else [])
    if rows:
        for line, cells in enumerate(rows, start=1):
            yield cells["record_id"], (line, {**cells, "record_id": "", "authors": _listed(cells, "authors")})
        return
    yield from _records_of_version_1(file, project, labelled)


def _records_of_version_1(
    file: DecisionFile, project: Mapping[str, Any], labelled: set[str]
) -> Iterator[tuple[str, Row]]:
    """Yield the records of the file that the project was given; without own numbers, 0 is the first."""
    name = PurePosixPath(str(project.get("dataset_path", ""))).name
    member = next(
        (path for path in file.members if PurePosixPath(path).name == name and "data" in path), None
    )
    if member is None:
        raise InputError(
            f"{file.plan.path}: the records of the project are missing ({name or 'dataset_path'}). Export"
            " the project again."
        )
    rows = DecisionFile(file.plan, file.content(member), f"{file.plan.path}, {member}").rows
    own = [row.get("record_id", "") for _, row in rows]
    has_own = labelled <= set(own) and len(set(own)) == len(own) and bool(labelled)
    for number, (line, row) in enumerate(rows):
        yield own[number] if has_own else str(number), (line, row)


def _listed(cells: Mapping[str, str], name: str) -> str:
    """Return a list that the database keeps as JSON, separated by semicolons; other text as it is."""
    text = cells.get(name, "")
    try:
        values = json.loads(text) if text.startswith("[") else text
    except ValueError:
        return text
    return "; ".join(map(str, values)) if isinstance(values, list) else text


def _named(cells: Mapping[str, str]) -> Cells:
    """Return the cells of a label under our names, whatever the version called them."""
    found = {
        ours: next((cells[name] for name in names if cells.get(name)), "") for ours, names in COLUMNS.items()
    }
    return {**found, "label": cells.get("label", "")}


def _label(file: DecisionFile, row: Row, given: Mapping[str, str], several_users: bool) -> Label:
    """Return the label of one record; where several people worked in a project, each by the number it has."""
    base = file.plan.reviewer or file.plan.name
    return Label(
        line=row[0],
        row=row[1],
        label=given["label"],
        prior=given["querier"] in PRIOR,
        person=f"{base}, user {given['user']}" if several_users and given["user"] else "",
        day=day_of(given["time"]),
        tags=_ticked(given["tags"]),
        note=given["note"],
    )


def _ticked(text: str) -> str:
    """Return the names of the tags that are ticked, from groups of tags as JSON."""
    try:
        groups = json.loads(text) if text else []
    except ValueError:
        return text
    tags = (tag for group in groups if isinstance(group, dict) for tag in group.get("values", []))
    return "; ".join(str(tag.get("name", "")) for tag in tags if isinstance(tag, dict) and tag.get("checked"))
