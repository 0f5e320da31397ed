"""Exports of all formats: each is recognised by its content, and what a file announces is accounted for."""

import csv
import io
import json
import random
import shutil
import string
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scripts.common.errors import InputError
from scripts.common.exports.export import Export, check_export, read
from scripts.common.exports.fields import FIELDS, TABLE, fields_of, read_fields
from scripts.common.exports.formats import FORMATS
from scripts.common.exports.latex import plain
from scripts.common.files.decoding import find_encoding
from scripts.common.files.safe_cells import as_written, harmless
from scripts.common.files.spreadsheet_copies import copy_for_spreadsheets
from scripts.common.files.tables import write_table
from scripts.common.records.record import COLUMNS, SetAside
from scripts.common.shared_code import digest
from tests.damage import damaged
from tests.exports_table import MARK, PAGE, table
from tests.paths import REPOSITORY

FOLDER = tempfile.TemporaryDirectory()  # one for all: thousands of files are written
SAMPLES = {
    "ris": "TY  - JOUR\nTI  - {title}\nAU  - Doe, Jane\nPY  - 2019\nDO  - 10.1000/abc\nER  - \n",
    "nbib": "PMID- 7\nTI  - {title}\nFAU - Doe, Jane\nDP  - 2019 Mar\nLID - 10.1000/abc [doi]\n\n",
    "wos": "PT J\nAU Doe, Jane\nTI {title}\nPY 2019\nDI 10.1000/abc\nER\n\n",
    "ovid": "<1. >\nVN  - Ovid Technologies\nTI  - {title}\nAU  - Doe, Jane\nYR  - 2019\nDI  - 10.1000/abc\n",
    "refer": "%0 Journal Article\n%A Doe, Jane\n%T {title}\n%D 2019\n%R 10.1000/abc\n\n",
    "refworks": "RT Journal Article\nA1 Doe, Jane\nT1 {title}\nYR 2019\nDO 10.1000/abc\n\n",
    "noteexpress": (
        "{{Reference Type}}: Journal Article\n{{Title}}: {title}\n{{Author}}: Doe, Jane\n{{Year}}: 2019\n"
        "{{DOI}}: 10.1000/abc\n\n"
    ),
    "cochrane": "Record #1 of 9\nAU: Doe, Jane\nTI: {title}\nYR: 2019\nDOI: 10.1000/abc\n\n",
    "bibtex": (
        "@article{{k,\n author = {{Doe, Jane}},\n title = {{{title}}},\n year = 2019,\n"
        " doi = {{10.1000/abc}}\n}}\n"
    ),
    "csv": '"{title}","Doe, Jane",2019,10.1000/abc\n',
    "endnote xml": (
        "<record><contributors><authors><author>Doe, Jane</author></authors></contributors>"
        "<titles><title><style>{title}</style></title></titles><dates><year>2019</year></dates>"
        "<electronic-resource-num>10.1000/abc</electronic-resource-num></record>"
    ),
    "pubmed xml": (
        "<PubmedArticle><MedlineCitation><PMID>7</PMID><Article><Journal><JournalIssue><PubDate><Year>2019"
        "</Year></PubDate></JournalIssue></Journal><ArticleTitle>{title}</ArticleTitle><ELocationID"
        ' EIdType="doi">10.1000/abc</ELocationID><AuthorList><Author><LastName>Doe</LastName><ForeName>Jane'
        "</ForeName></Author></AuthorList></Article></MedlineCitation></PubmedArticle>"
    ),
}
# {{ and }} are one brace each, as each sample is a pattern.
SAMPLES["csl json"] = (
    '{{"type": "article-journal", "title": "{title}", "DOI": "10.1000/abc", "author": [{{"family": "Doe",'
    ' "given": "Jane"}}], "issued": {{"date-parts": [[2019, 3]]}}}}'
)
SAMPLES["clinicaltrials.gov json"] = (
    '{{"protocolSection": {{"identificationModule": {{"nctId": "NCT99999901", "briefTitle": "{title}"}},'
    ' "statusModule": {{"studyFirstPostDateStruct": {{"date": "2019-03-05"}}}}}}}}'
)
SAMPLES["ictrp xml"] = (
    "<Trial><TrialID>NCT99999901</TrialID><Public_title>{title}</Public_title>"
    "<Date_registration>2019-03-05</Date_registration></Trial>"
)
REGISTERS = ("clinicaltrials.gov json", "ictrp xml")  # a trial has neither authors nor a DOI
TEXTS = [name for name in FORMATS if name != "workbook"]
AROUND = {
    "csl json": ("[\n", "\n]\n"),
    "clinicaltrials.gov json": ('{"studies": [', "]}"),
    "ictrp xml": ("<Trials_downloaded_from_ICTRP>", "</Trials_downloaded_from_ICTRP>"),
    "wos": ("FN Web of Science\nVR 1.0\n", "EF\n"),
    "csv": ("Title,Authors,Year,DOI\n", ""),
    "endnote xml": ('<?xml version="1.0" encoding="UTF-8"?><xml><records>', "</records></xml>"),
    "pubmed xml": ('<?xml version="1.0"?><PubmedArticleSet>', "</PubmedArticleSet>"),
}


def made(name: str, titles: list[str]) -> str:
    before, behind = AROUND.get(name, ("", ""))
    between = ",\n" if name.endswith("json") else ""
    return before + between.join(SAMPLES[name].format(title=title) for title in titles) + behind


def look(content: str | bytes) -> tuple[Export, list[dict[str, str]], list[SetAside]]:
    """Return the export, its records and the pieces set aside, of a file whose name says nothing."""
    path = Path(FOLDER.name) / "export.txt"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    export = Export(path)
    pieces = list(export)
    aside = [piece for piece in pieces if isinstance(piece, SetAside)]
    return export, [piece for piece in pieces if isinstance(piece, dict)], aside


@pytest.mark.parametrize("name", TEXTS)
def test_a_format_is_recognised_by_its_content_and_its_fields_are_found(name):
    export, records, aside = look(made(name, ["First study", "Second study"]))
    assert (export.format, export.announced, aside) == (name, 2, [])
    assert [(row["title"], row["position"]) for row in records] == [
        ("First study", "1"),
        ("Second study", "2"),
    ]
    work = ("", "", "NCT99999901") if name in REGISTERS else ("Doe, Jane", "10.1000/abc", "")
    for row in records:
        assert row["year"] == "2019"
        assert (row["authors"], row["doi"], row.get("accession", "")) == work


WORDS = st.lists(st.text(string.ascii_letters + "äéß", min_size=2, max_size=9), min_size=1, max_size=6).map(
    " ".join
)


@pytest.mark.parametrize("name", TEXTS)
@given(st.lists(WORDS, min_size=1, max_size=6), st.sampled_from(["\n", "\r\n", "\r"]), st.booleans())
def test_every_record_of_a_file_is_read_whatever_its_encoding_and_line_ends(name, titles, end, is_utf16):
    content = made(name, titles).replace("\n", end)
    is_utf16 = is_utf16 and "xml" not in name
    export, records, aside = look(content.encode("utf-16" if is_utf16 else "utf-8"))
    assert [row["title"] for row in records] == titles
    assert len(records) + sum(piece.position > 0 for piece in aside) == export.announced


def accounted(content: bytes) -> None:
    """Assert that a file is refused in one line, or that all records in it are read or set aside."""
    try:
        export, records, aside = look(content)
    except InputError as error:
        assert "\n" not in str(error).partition("Start from:\n")[0]
        return
    places = [int(row["position"]) for row in records] + [piece.position for piece in aside if piece.position]
    assert sorted(places) == list(range(1, export.announced + 1))
    assert all(piece.line > 0 and piece.reason for piece in aside)


def test_no_damage_to_a_file_crashes_a_reader_or_loses_a_record_in_silence():
    chance = random.Random(4)
    for number in range(500):
        name = TEXTS[number % len(TEXTS)]
        accounted(damaged(made(name, ["First study", "Second", "Third one"]).encode(), chance))


@given(st.binary(max_size=300))
def test_random_bytes_are_refused_or_accounted_for(content):
    accounted(content)


def test_no_damage_to_a_real_file_crashes_a_reader(export_file):
    chance = random.Random(export_file.name)
    content = export_file.read_bytes()[:60_000]
    for _ in range(15):
        accounted(damaged(content, chance))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b" \n\n", "the file is empty"),
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", "a web page, not an export"),
        (b"%PDF-1.7", "a PDF"),
        (
            b"a\0\xff\xfe\0b\0\0",
            "a binary file, not a table or a text export of records. Export its records as text",
        ),
        (b"PK\x03\x04\0\0", "Unpack it, and list the files in it in its place, or save the workbook again"),
        (b"\x1f\x8b\x08\0", "a gzip file, not a table or a text export of records. Unpack it"),
        (b"Rar!\x1a\x07", "a RAR file"),
        (b"SQLite format 3\0", "a database, such as a library of Zotero or EndNote"),
        (b"\xff\xfeT\0Y", "no record was found"),
        (b"some words\nof a letter\n", "no record was found"),
        (b"Title,Authors,Year\n", "no record in it"),
        (b"<xml><records></records></xml>", "no record in it"),
        (made("endnote xml", ["First"]).encode()[:-30], "damaged or cut XML"),
    ],
)
def test_what_is_no_export_is_refused_in_one_line_with_the_reason(tmp_path, content, message):
    path = tmp_path / "export.ris"
    path.write_bytes(content)
    with pytest.raises(InputError, match=rf"export\.ris( line \d+)?: .*{message}"):
        check_export(path)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("TY  - JOUR\nTI  - A\n".encode("utf-16")[:-1], 2),
        ("TY  - JOUR\n\nTI".encode("utf-16") + b"\0\xd8A\0", 3),
        ("TY  - JOUR\n\n\nAB  - Étude".encode("utf-16-be")[:-1], 4),
    ],
)
def test_damaged_utf_16_is_refused_with_the_line_where_it_is_damaged(tmp_path, content, line):
    path = tmp_path / "export.ris"
    path.write_bytes(content)
    with pytest.raises(InputError, match=rf"export\.ris line {line}: damaged UTF-16: bytes are missing"):
        check_export(path)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("Café".encode(), "utf-8"),
        (b"Cafe", "ascii"),
        ("Café".encode("utf-16"), "utf-16"),
        ("Café – “x”".encode("cp1252"), "cp1252"),
        ("Café\rMüller\r".encode("mac_roman"), "mac_roman"),
    ],
)
def test_the_encoding_is_found_and_a_guess_is_called_one(tmp_path, content, name):
    path = tmp_path / "x"
    path.write_bytes(content)
    assert find_encoding(path).name == name
    assert find_encoding(path).guessed == (name in ("cp1252", "mac_roman"))


def test_one_damaged_byte_leaves_the_other_accents_whole():
    _, (row,), _ = look("TY  - JOUR\nTI  - Zoë\nAU  - M".encode() + b"\xfc" + "ller, Café\nER  - \n".encode())
    assert (row["title"], row["authors"]) == ("Zoë", "Müller, Café")


def test_a_quote_that_is_never_closed_costs_one_row_and_no_more():
    _, records, aside = look('Title,Authors,Year\nOne,A,2001\n"Two,B,2002\nThree,C,2003\n')
    assert [row["title"] for row in records] == ["One", "Three"]
    assert [(piece.position, piece.line, piece.raw) for piece in aside] == [(2, 3, '"Two,B,2002')]


def test_a_row_with_too_few_cells_is_set_aside():
    _, records, aside = look("Title,Authors,Year\nOne,A\nTwo,B,2002,,\n")
    assert [row["title"] for row in records] == ["Two"]
    assert "2 cells, the header has 3" in aside[0].reason


def test_an_entry_of_bibtex_that_cannot_be_read_harms_no_other():
    _, records, aside = look("@article{a, title = {One}}\n@article{b\n@article{c, title = {Three}}\n")
    assert [row["title"] for row in records] == ["One", "Three"]
    assert [(piece.position, piece.line) for piece in aside] == [(2, 2)]


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"Aks{\i}n, {\"O}zge", "Aksın, Özge"),
        (r"{\c{C}}etinkaya", "Çetinkaya"),
        (r"Stra{\ss}e \& {\O}re", "Straße & Øre"),
        (r"50\% of {Pd-N}", "50% of Pd-N"),
        (r"Er\v{s}te na{\"\i}ve", "Eršte naïve"),
    ],
)
def test_latex_is_read_as_the_letters_it_means(latex, text):
    assert plain(latex) == text


KEPT = tuple(name for name in COLUMNS if name not in ("position", "extra"))
ROWS = st.fixed_dictionaries(
    {
        name: st.text(
            st.characters(categories=["L", "N", "P", "S", "Zs"], include_characters="\n"), max_size=20
        )
        for name in KEPT
    }
).map(lambda row: {**dict.fromkeys(COLUMNS, ""), **row, "title": row["title"] or "T"})


@pytest.mark.parametrize("kind", ["records", "records_for_spreadsheets"])
@settings(max_examples=25)
@given(rows=st.lists(ROWS, min_size=1, max_size=3))
def test_what_is_written_as_csv_is_read_back_the_same(kind, rows):
    path = Path(FOLDER.name) / "records.csv"
    write_table(rows, path, COLUMNS)
    copy_for_spreadsheets(path, path.with_stem("records_for_spreadsheets"))
    records = [piece for piece in read(path.with_stem(kind)) if isinstance(piece, dict)]
    assert [{name: row[name] for name in KEPT} for row in records] == [
        {name: row[name] for name in KEPT} for row in rows
    ]


@given(st.text(max_size=12))
def test_a_cell_that_a_spreadsheet_would_calculate_becomes_text_and_can_be_read_back(cell):
    assert as_written(harmless(cell)) == cell
    assert harmless(cell)[:1] not in tuple("=+-@\t\r\n＝＋－＠")


def test_a_copy_for_spreadsheets_has_every_row_and_no_cell_that_is_calculated(tmp_path):
    table, copy = tmp_path / "evidence.csv", tmp_path / "evidence_for_spreadsheets.csv"
    excerpts = [
        "=LINK(1)",
        "+1",
        "-cmd|x",
        "@SUM(A1)",
        "\t=1",
        "＝1",
        "a = b",
        "“quoted”, and\nmore",
        "",
    ]
    written = [{"study": str(number), "excerpt": text} for number, text in enumerate(excerpts)]
    write_table(written, table, ("study", "excerpt"))
    assert copy_for_spreadsheets(table, copy) == len(excerpts)
    assert copy.read_bytes().startswith(b"\xef\xbb\xbf")
    with copy.open(encoding="utf-8-sig", newline="") as stream:
        shown = [row["excerpt"] for row in csv.DictReader(stream)]
    changed = {"=LINK(1)", "-cmd|x", "@SUM(A1)", "\t=1", "＝1"}
    assert shown == [f"'{text}" if text in changed else text for text in excerpts]


def test_the_table_of_fields_names_known_formats_and_fields_once():
    seen = set()
    for row in read_fields():
        assert row["format"] in FORMATS
        assert row["field"] in FIELDS
        key = (row["format"], row["platform"], row["field"], row["label"], row["tags"])
        assert key not in seen
        seen.add(key)
    for name in set(TEXTS) - {"pubmed xml"}:
        needed = {"title", "year", "accession"} if name in REGISTERS else {"title", "authors", "year", "doi"}
        assert needed <= set(fields_of(name, "").sources)


def test_a_wrong_row_in_the_table_of_fields_is_named(tmp_path, monkeypatch):
    table = tmp_path / "fields.csv"
    text = TABLE.read_text(encoding="utf-8").replace("ris,,title,", "ris,,titel,", 1)
    table.write_text(text, encoding="utf-8")
    monkeypatch.setattr("scripts.common.exports.fields.TABLE", table)
    read_fields.cache_clear()
    with pytest.raises(InputError, match=r"fields\.csv line \d+: field 'titel'"):
        read_fields()
    read_fields.cache_clear()


def test_columns_of_a_table_are_found_without_regard_to_case():
    text = io.StringIO()
    csv.writer(text).writerows([["TITLE", "authors", "Year", "Own Column"], ["T", "A; B", "2001", "kept"]])
    _, (row,), _ = look(text.getvalue())
    assert (row["title"], row["authors"], row["year"]) == ("T", "A; B", "2001")
    assert json.loads(row["extra"]) == {"Own Column": ["kept"]}


def test_the_page_on_exports_shows_the_table_of_fields_as_it_is():
    assert PAGE.read_text(encoding="utf-8").split(MARK)[1] == table(), "run: python -m tests.exports_table"


@pytest.mark.parametrize(
    ("cell", "authors"),
    [
        ("Doe, Jane; Roe, R.", "Doe, Jane; Roe, R."),
        ("Doe, J. and Roe, R.", "Doe, J.; Roe, R."),
        ("Rand, A.", "Rand, A."),
        ("Brand Roe", "Brand Roe"),
        ("Doe, Jane; ", "Doe, Jane"),
    ],
)
def test_names_in_a_cell_are_divided_where_the_platform_divides_them(cell, authors):
    _, (row,), _ = look(f'Title,Authors,Year\nT,"{cell}",2001\n')
    assert row["authors"] == authors


def test_an_edit_of_the_table_of_fields_reads_the_exports_again(tmp_path):
    shutil.copytree(TABLE.parents[2], tmp_path / "scripts")
    table = tmp_path / "scripts/common/exports" / TABLE.name
    table.write_text(table.read_text(encoding="utf-8").replace("TI | T1", "T1 | TI"), encoding="utf-8")
    assert digest(tmp_path, "parse_export") != digest(REPOSITORY, "parse_export")
    assert digest(tmp_path, "plot_flow") == digest(REPOSITORY, "plot_flow")
