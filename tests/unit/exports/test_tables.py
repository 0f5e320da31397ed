"""Records in tables: workbooks with columns that are known, and any other table by a map."""

import json
from pathlib import Path

import openpyxl
import pytest
import yaml

from scripts.common.errors import InputError
from scripts.common.exports.export import Export, check_export
from scripts.common.records.record import COLUMNS, SetAside
from tests.paths import SPECIMENS

ROWS = [
    ("Nr", "Titel", "Wer", "Jahr", "Link"),
    ("7", "Night buses", "Quill, Ada; Finch, Bo", "2019", "10.1000/abc"),
]


def workbook(path: Path, **sheets: list[tuple]) -> str:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return str(path)


def text(path: Path, rows: list[tuple] = ROWS, sign: str = ";") -> str:
    path.write_text("".join(sign.join(f'"{cell}"' for cell in row) + "\n" for row in rows))
    return str(path)


def read(path: str, words: dict | None = None) -> tuple[list[dict[str, str]], list[SetAside], Export]:
    export = Export(path, "own", words)
    pieces = list(export)
    records = [piece for piece in pieces if isinstance(piece, dict)]
    return records, [piece for piece in pieces if isinstance(piece, SetAside)], export


MAP = {"columns": {"title": "Titel", "authors": "Wer", "year": "Jahr", "doi": "Link"}}


@pytest.mark.parametrize("form", ["csv", "workbook", "json", "yaml"])
def test_a_table_of_any_form_is_read_by_its_map(tmp_path, form):
    listed = [dict(zip(ROWS[0], row, strict=True)) for row in ROWS[1:]]
    if form == "csv":
        path = text(tmp_path / "own.csv")
    elif form == "workbook":
        path = workbook(tmp_path / "own.xlsx", Liste=ROWS)
    else:
        path = str(tmp_path / f"own.{form}")
        Path(path).write_text(
            json.dumps({"list": listed}) if form == "json" else yaml.safe_dump({"list": listed})
        )
    words = MAP if form in ("csv", "workbook") else {**MAP, "at": "list"}
    (row,), aside, export = read(path, words)
    assert (row["title"], row["authors"], row["year"]) == ("Night buses", "Quill, Ada; Finch, Bo", "2019")
    assert (row["doi"], row["position"]) == ("10.1000/abc", "1")
    assert json.loads(row["extra"]) == {"Nr": ["7"]}  # what the map does not name is kept
    assert (export.announced, aside) == (1, [])


def test_columns_that_a_map_does_not_name_are_read_as_without_a_map(tmp_path):
    path = text(tmp_path / "own.csv", [("Titel", "Volume", "PMID"), ("Night buses", "12", "39999991")])
    ((row), *_), _, _ = read(path, {"columns": {"title": "Titel"}})
    assert (row["title"], row["volume"], row["pmid"]) == ("Night buses", "12", "39999991")


@pytest.mark.parametrize(
    ("words", "cells", "expected"),
    [
        ({"split": {"Wer": " / "}}, {"Wer": "Ada Quill / Bo Finch"}, {"authors": "Ada Quill; Bo Finch"}),
        ({}, {"Wer": "Quill, A.B., Finch, C.D."}, {"authors": "Quill, A.B.; Finch, C.D."}),
        ({"set": {"language": "German", "journal": "{file}"}}, {}, {"language": "German", "journal": "own"}),
        ({"values": {"type": {"Z": "article"}}, "columns": {**MAP["columns"], "type": "Nr"}}, {"Nr": "z"},
         {"type": "article"}),
        ({"blank": ["-"]}, {"Link": "-", "Nr": "-"}, {"doi": "", "extra": ""}),
        ({"ignore": ["Nr"]}, {}, {"extra": ""}),
        ({}, {"Link": "https://doi.org/10.1000/x.1"}, {"doi": "10.1000/x.1"}),
        ({}, {"Jahr": "J Night 2019; 3: 12"}, {"year": "2019"}),
    ],
    ids=["a sign between names", "names by their shape", "fixed words", "words with a meaning", "blank words",
         "an ignored column", "a DOI in a link", "a year in a citation"],
)  # fmt: skip
def test_the_words_of_a_map_do_what_the_page_says(tmp_path, words, cells, expected):
    row = tuple({**dict(zip(ROWS[0], ROWS[1], strict=True)), **cells}.values())
    (found,), _, _ = read(text(tmp_path / "own.csv", [ROWS[0], row]), {**MAP, **words})
    assert {name: found[name] for name in expected} == expected


def test_rows_that_a_map_leaves_out_are_counted_and_the_others_keep_their_number(tmp_path):
    rows = [("Titel", "db"), ("One", "a"), ("Two", "b"), ("Three", "a")]
    records, _, export = read(
        text(tmp_path / "own.csv", rows), {"columns": {"title": "Titel"}, "only": {"db": "a"}}
    )
    assert [(row["title"], row["position"]) for row in records] == [("One", "1"), ("Three", "3")]
    assert (export.announced, dict(export.left_out)) == (2, {"only db: a": 1})


def test_what_is_above_the_header_and_on_other_sheets_is_set_aside_by_a_map_too(tmp_path):
    (row,), aside, _ = read(text(tmp_path / "own.csv", [("Our list",), *ROWS]), MAP)
    assert row["title"] == "Night buses"
    assert [(piece.position, piece.line) for piece in aside] == [(0, 1)]
    path = workbook(tmp_path / "own.xlsx", Info=[("by Ada",)], Liste=ROWS)
    (row,), aside, _ = read(path, MAP)
    assert row["title"] == "Night buses"
    assert [(piece.position, piece.raw) for piece in aside] == [(0, "by Ada")]
    with pytest.raises(InputError, match=r"sheet 'Info' row 1: columns: title: there is no column 'Titel'"):
        read(path, {**MAP, "sheet": "Info"})


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            {"columns": {"title": "Title"}},
            "own.csv line 1: columns: title: there is no column 'Title'. Did you mean Titel",
        ),
        (
            {"columns": {"titel": "Titel"}},
            "sheets, own: columns: 'titel' is no field of a record. Did you mean title",
        ),
        ({"columns": {"title": "Titel"}, "only": {"Jahr": "1999"}}, "leaves no row. Jahr has: 2019 1"),
        ({"columns": {"year": "Jahr"}, "ignore": ["Link"]}, "Needed are a title"),
        ({**MAP, "reviewers": {"Ann": "Wer"}}, "reviewers: a table of records takes no such word"),
        ({**MAP, "values": {"x": "y"}}, "values: 'x' is no field of a record"),
    ],
)
def test_a_map_that_does_not_fit_is_refused_with_the_place_and_the_remedy(tmp_path, words, message):
    with pytest.raises(InputError) as refused:
        check_export(text(tmp_path / "own.csv"), "own", words)
    assert message in str(refused.value)


@pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
def test_the_map_in_the_message_about_an_unknown_table_reads_it_when_it_is_pasted(tmp_path, form):
    path = tmp_path / f"own.{form}"
    if form == "json":
        path.write_text(json.dumps({"found": [dict(zip(ROWS[0], row, strict=True)) for row in ROWS[1:]]}))
    elif form == "csv":
        text(path)
    else:
        workbook(path, Liste=ROWS)
    with pytest.raises(InputError) as refused:
        check_export(path, "own")
    message, block = str(refused.value).split("Start from:\n")
    assert "Columns seen: Nr, Titel, Wer, Jahr, Link" in message
    assert "docs/maps.md" in message
    (row,), _, _ = read(str(path), yaml.safe_load(block)["sheets"]["own"])
    assert (row["title"], row["year"]) == ("Night buses", "2019")


KNOWN = [
    ("Title", "Authors", "Year", "DOI", "Shelf"),
    ("Night buses", "Quill, Ada", 2019, "10.1000/abc", "B 4"),
]


def test_a_workbook_is_read_like_a_csv_and_its_other_sheets_are_set_aside(tmp_path):
    path = workbook(tmp_path / "a.xlsx", Notes=[("searched by Ada",), ("on Monday", "again")], Found=KNOWN)
    (row,), aside, export = read(path)
    assert (row["title"], row["authors"], row["year"], row["doi"]) == (
        "Night buses",
        "Quill, Ada",
        "2019",
        "10.1000/abc",
    )
    assert json.loads(row["extra"]) == {"Shelf": ["B 4"]}
    assert [(piece.position, piece.line, piece.raw) for piece in aside] == [
        (0, 1, "searched by Ada"), (0, 2, "on Monday\tagain"),
    ]  # fmt: skip
    assert (export.format, export.announced, export.encoding.guessed) == ("workbook", 1, False)


def test_a_title_above_the_columns_of_a_workbook_is_set_aside_even_over_merged_cells(tmp_path):
    book = openpyxl.Workbook()
    for row in [("Our search", "of May"), ("by Ada",), *KNOWN]:
        book.active.append(row)
    book.active.merge_cells("A2:C2")
    book.save(tmp_path / "a.xlsx")
    (row,), aside, _ = read(str(tmp_path / "a.xlsx"))
    assert row["title"] == "Night buses"
    assert [(piece.line, piece.raw) for piece in aside] == [(1, "Our search\tof May"), (2, "by Ada")]


def test_the_records_of_two_sheets_are_numbered_through(tmp_path):
    other = [("Item Title", "Item DOI", "Publication Title"), ("Day trams", "10.1000/d", "Trams")]
    records, aside, export = read(workbook(tmp_path / "a.xlsx", A=KNOWN, B=other))
    assert [(row["title"], row["position"], row["doi"]) for row in records] == [
        ("Night buses", "1", "10.1000/abc"), ("Day trams", "2", "10.1000/d"),
    ]  # fmt: skip
    assert (aside, export.announced) == ([], 2)


def test_our_own_table_saved_as_a_workbook_is_read_as_it_was_written(tmp_path):
    row = {**dict.fromkeys(COLUMNS, ""), "title": "Night buses", "pages": "1-2", "retraction": "retracted"}
    (found,), _, _ = read(workbook(tmp_path / "a.xlsx", unique=[COLUMNS, tuple(row.values())]))
    assert found == {**row, "position": "1"}


def test_a_workbook_without_records_and_a_damaged_one_are_refused(tmp_path):
    for content, message in ((b"PK\x03\x04 damaged", "zip file"), (b"", "empty")):
        (tmp_path / "a.xlsx").write_bytes(content)
        with pytest.raises(InputError, match=message):
            check_export(tmp_path / "a.xlsx")
    with pytest.raises(InputError, match="no row in it"):
        check_export(workbook(tmp_path / "a.xlsx", Empty=[]))


DEPOSITED = SPECIMENS / "reviews/deposits"


@pytest.mark.skipif(not DEPOSITED.is_dir(), reason=f"no published reviews at {DEPOSITED}")
@pytest.mark.parametrize(
    ("path", "words", "number"),
    [
        ("snhl/data/search_returns/psychinfo.csv", None, 58),
        ("snhl/data/search_returns/embase.csv", None, 568),
        ("snhl/data/search_returns/cinahl.csv", None, 168),
        ("snhl/data/search_returns/base.csv", None, 85),
        ("snhl/data/search_returns/embase.csv",
         {"columns": {"title": "TI", "authors": "AU", "year": "SO", "pmid": "PM"},
          "split": {"AU": "\n\n"}}, 568),
        ("snhl/data/responses/full_text_reviews.csv", {"only": {"from_searches": "0"}}, 3),
        ("genai/02-screening/reviews.yaml",
         {"at": "articles/mergedFrom", "only": {"source": "scopus"},
          "columns": {"record": "{../row}", "title": "../title", "authors": "../authors", "year": "../year"},
          "split": {"../authors": ", "}}, 90),
        ("moran/MA.finalinclusions.csv",
         {"only": {"abstract.id": "non-systematic"}, "blank": ["NA", "non-systematic"]}, 18),
    ],
)  # fmt: skip
def test_a_deposited_table_gives_the_records_that_people_counted(path, words, number):
    records, aside, _ = read(str(DEPOSITED / path), words)
    assert (len(records), aside) == (number, [])
    assert sum(not row["title"] for row in records) <= 2  # two of Embase have none
