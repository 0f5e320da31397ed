"""The RIS that we write opens well elsewhere: in our reader, in rispy, and in bibutils if it is installed."""

import shutil
import subprocess

import pytest
import rispy
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from scripts.common.exports.export import Export
from scripts.common.exports.ris_writing import ris_text, ris_type
from scripts.common.records.record import COLUMNS

WORK = {
    "record_id": "embase:1",
    "type": "Journal Article; Review",
    "title": "Night buses and sleep",
    "authors": "Quill, Ada; van der Finch, B.; Night Riders Study Group",
    "year": "2019",
    "date": "2019-03-05",
    "journal": "Journal of Night Transport",
    "journal_abbrev": "J Night Transp",
    "volume": "7",
    "issue": "Suppl 2",
    "pages": "10-19",
    "doi": "10.1002/(SICI)1(1998)6:5<178::AID-E5>3.0.CO;2-8",
    "pmid": "39999991",
    "pmcid": "PMC9999991",
    "issn": "1234-5679",
    "isbn": "978-3-16-148410-0",
    "language": "eng",
    "abstract": "We rode along.",
    "keywords": "bus; sleep",
    "url": "https://example.org/1?a=1;b=2",
    "accession": "L2099999901",
}


TAGS = {
    *("TY", "ID", "TI", "AU", "PY", "DA", "T2", "JF", "J2", "AN", "VL", "IS", "SP", "EP", "DO", "C2", "SN"),
    *("LA", "AB", "KW", "UR", "N1", "DB", "ER"),
}


def row(**changes: str) -> dict[str, str]:
    return {**dict.fromkeys(COLUMNS, ""), **WORK, **changes}


def read_back(tmp_path, text: str) -> list[dict[str, str]]:
    path = tmp_path / "unique.ris"
    path.write_text(text, encoding="utf-8")
    pieces = list(Export(path))
    assert all(isinstance(piece, dict) for piece in pieces)
    return pieces


def test_what_we_wrote_is_read_back_the_same_but_for_the_words_of_the_type(tmp_path):
    (back,) = read_back(tmp_path, ris_text(row(), databases="PubMed; Embase"))
    known = {name: back[name] for name in WORK if name not in ("record_id", "type", "accession")}
    assert known == {name: WORK[name] for name in known}
    assert (back["type"], back["accession"]) == ("JOUR", "39999991")


def test_nothing_of_ours_travels_into_the_libraries_of_people():
    text = ris_text(row(extra='{"x": ["y"]}', retraction="retracted"), databases="PubMed")
    assert "{" not in text
    assert {line[:2] for line in text.splitlines() if line} <= TAGS


def test_rispy_finds_each_value_under_the_name_that_it_gives_to_it():
    (found,) = rispy.loads(ris_text(row(), databases="PubMed; Embase", note="record_id: embase:1"))
    assert (found["type_of_reference"], found["id"]) == ("JOUR", "embase:1")
    assert found["authors"] == ["Quill, Ada", "van der Finch, B.", "Night Riders Study Group"]
    assert (found["secondary_title"], found["doi"]) == (WORK["journal"], WORK["doi"])
    assert found["accession_number"] == "39999991"
    assert found["notes"] == ["PMID: 39999991", "Accession number: L2099999901", "record_id: embase:1"]


@pytest.mark.skipif(shutil.which("ris2xml") is None, reason="no ris2xml here (Debian's package bibutils)")
@pytest.mark.parametrize(
    ("kind", "host", "genre"),
    [("Journal Article", "issn", "journal article"), ("Book Chapter", "isbn", "book chapter")],
)
def test_bibutils_finds_title_names_place_and_numbers(tmp_path, kind, host, genre):
    (tmp_path / "a.ris").write_text(ris_text(row(type=kind)), encoding="utf-8")
    done = subprocess.run(["ris2xml", tmp_path / "a.ris"], capture_output=True, check=True)
    mods = etree.fromstring(done.stdout)
    texts = {"".join(node.itertext()).strip() for node in mods.iter("{*}title", "{*}identifier", "{*}genre")}
    assert {WORK["title"], WORK["journal"], WORK["doi"], WORK[host], genre} <= texts
    assert [node.text for node in mods.iterfind(".//{*}namePart[@type='family']")][:1] == ["Quill"]
    assert mods.findtext(".//{*}dateIssued") == "2019-03-05"
    assert mods.findtext(".//{*}part/{*}extent/{*}start") == "10"
    assert "PMID: 39999991" in [node.text for node in mods.iterfind(".//{*}note")]


@pytest.mark.parametrize(
    ("kind", "journal", "found"),
    [
        ("JOUR", "", "JOUR"),
        ("CPAPER", "Proceedings", "CONF"),
        ("EJOUR", "J", "JOUR"),
        ("CHAP", "A book", "CHAP"),
        ("Review; Journal Article", "J", "JOUR"),
        ("Editorial", "", "GEN"),
        ("Editorial", "J", "JOUR"),
        ("inproceedings", "Proceedings", "CONF"),
        ("paper-conference", "", "CONF"),
        ("Conference Paper", "Lecture Notes", "CONF"),
        ("Book Chapter", "A book", "CHAP"),
        ("incollection", "A book", "CHAP"),
        ("book", "", "BOOK"),
        ("phdthesis", "", "THES"),
        ("Dissertation/Thesis", "", "THES"),
        ("techreport", "", "RPRT"),
        ("Preprint", "medRxiv", "UNPB"),
        ("article-newspaper", "The Lantern", "NEWS"),
        ("Dataset", "", "DATA"),
        ("17", "J", "JOUR"),
        ("", "", "GEN"),
    ],
)
def test_a_work_gets_the_type_that_other_programs_know(kind, journal, found):
    assert ris_type(kind, journal) == found


def test_a_line_break_in_an_abstract_does_not_break_the_ris(tmp_path):
    rows = [row(abstract="Line one\nER  - \nTY  - JOUR\nline two"), row(title="Other")]
    back = read_back(tmp_path, "".join(map(ris_text, rows)))
    assert [one["abstract"] for one in back] == ["Line one ER - TY - JOUR line two", WORK["abstract"]]
    assert len(rispy.loads("".join(map(ris_text, rows)))) == 2


TEXTS = st.text(st.characters(categories=["L", "N", "P", "S", "Zs"], include_characters="\n"), max_size=20)


@given(st.lists(st.fixed_dictionaries(dict.fromkeys(WORK, TEXTS)), min_size=1, max_size=3))
def test_any_text_gives_as_many_records_as_rows(tmp_path_factory, rows):
    written = "".join(ris_text(row(**{**cells, "title": f"T {cells['title']}"})) for cells in rows)
    assert len(read_back(tmp_path_factory.getbasetemp(), written)) == len(rows)
