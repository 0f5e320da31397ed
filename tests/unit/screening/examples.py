"""What several tests of screening use: small exports of the tools, and a row of decisions.csv."""

import csv
import io
import sqlite3
import zipfile
from contextlib import closing

from openpyxl import Workbook


def table(*rows):
    stream = io.StringIO()
    csv.writer(stream).writerows(rows)
    return stream.getvalue()


def zipped(**files):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, rows in files.items():
            archive.writestr(f"{name}.csv", table(*rows))
    return stream.getvalue()


def archive(**files):
    """Return a zip file of these contents; two underscores in a name are a point, three a slash."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        for name, content in files.items():
            packed.writestr(name.replace("___", "/").replace("__", "."), content)
    return stream.getvalue()


def workbook(*rows):
    """Return a workbook with one sheet of these rows, as Excel saves a CSV."""
    book, stream = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append([None if cell == "" else cell for cell in row])
    book.save(stream)
    return stream.getvalue()


def database(**tables):
    """Return a database of SQLite: table -> its columns as words, and its rows."""
    with closing(sqlite3.connect(":memory:")) as base:
        for name, (columns, rows) in tables.items():
            base.execute(f"CREATE TABLE {name} ({', '.join(columns.split())})")
            base.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(columns.split()))})", rows)
        base.commit()
        return base.serialize()


def decided(found):
    return [(vote.reviewer, vote.decision, vote.reason) for vote in found.votes]


# Rayyan: notes hold the votes after any original note; the log holds who decided what when.
NOTES = (
    'record_id: ovid:1 | RAYYAN-INCLUSION: {"Emily"=>"Excluded", "Max M."=>"Maybe"} | RAYYAN-LABELS:'
    " tele,pilot"
    " | RAYYAN-EXCLUSION-REASONS: wrong population,background article | USER-NOTES:"
    ' {"Max M."=>["ask ann@example.org"]}'
)


ARTICLES = (
    ("key", "title", "year", "doi", "notes", "pubmed_id"),
    ("rayyan-1", "Online feedback", "2020", "10.5555/a", NOTES, "7"),
    ("rayyan-2", "Second", "2021", "", 'RAYYAN-INCLUSION: {"Emily"=>"Included", "Max M."=>"Included"}', ""),
    ("rayyan-3", "Nobody looked", "2021", "", "an original note", ""),
)


LOG = (
    ("created_at", "user_id", "user_email", "article_id", "key", "value"),
    ("2022-05-01 10:00:00 UTC", "1", "emily@example.org", "1", "included", "1"),
    ("2022-05-02 10:00:00 UTC", "1", "emily@example.org", "1", "included", "-1"),
    ("2022-05-02 10:00:01 UTC", "1", "emily@example.org", "1", '"__EXR__wrong population"', "1"),
    ("2022-05-02 10:00:02 UTC", "1", "emily@example.org", "1", '"__EXR__no data"', "1"),
    ("2022-05-02 10:00:03 UTC", "1", "emily@example.org", "1", '"__EXR__no data"', "0"),
    ("2022-05-03 10:00:00 UTC", "2", "max@example.org", "1", "included", "0"),
    ("2022-05-04 10:00:00 UTC", "1", "emily@example.org", "2", "included", "1"),
    ("2022-05-05 10:00:00 UTC", "2", "max@example.org", "2", "included", "1"),
)


RIS = """TY  - JOUR
AN  - rayyan-1
TI  - Online feedback
AU  - Adams, Ann
Y1  - 2020
DO  - 10.5555/a
N1  - {}
ER  -
"""


COVIDENCE = table(
    ("Title", "Authors", "Published Year", "DOI", "Ref", "Covidence #", "Study", "Notes", "Tags"),
    (
        "One",
        "Adams, A.",
        "2020",
        "10.5555/a",
        "",
        "#1",
        "Adams 2020",
        "Exclusion reason: Wrong setting; ",
        "x",
    ),
    ("Two", "Baker, B.", "2021", "", "", "#2", "Baker 2021", "record_id: ovid:2", ""),
)


ASREVIEW = table(
    ("record_id", "title", "doi", "notes", "asreview_label", "asreview_time", "asreview_note",
     "asreview_user_name", "asreview_user_email"),
    ("0", "One", "10.5555/a", "record_id: ovid:1", "1", "2024-03-01T10:00:00", "good", "Ann",
     "ann@example.org"),
    ("1", "Two", "10.5555/b", "", "0", "1709290000.5", "", "", "bo@example.org"),
    ("2", "Three", "10.5555/c", "", "", "", "", "", ""),
)  # fmt: skip


def decision(record_id, stage, word, reason=""):
    return {"record_id": record_id, "stage": stage, "decision": word, "reason": reason}
