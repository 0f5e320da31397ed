"""Tables that people bring are opened in one place: one reader, one finder of separators, one decoder."""

import re

import pytest

from scripts.common.duplicates.verdicts import check_verdicts, read_before
from scripts.common.errors import InputError
from scripts.common.paper.corrections import read_corrections
from scripts.common.report.phrases import read_translations
from scripts.common.review.inputs import read_inputs
from scripts.common.screening.eligibility import read_eligibility
from scripts.common.screening.flow import read_published_flow
from tests.paths import REPOSITORY

MODULES = {path: path.read_text(encoding="utf-8") for path in sorted((REPOSITORY / "scripts").rglob("*.py"))}
# What reads a file of unknown form -> the only modules that may. Others read tables that we wrote ourselves.
ONLY_IN = {
    r"openpyxl\.load_workbook|pd\.read_excel": {"common/files/workbooks.py"},
    r"csv\.Sniffer|SEPARATORS": {"common/files/delimited.py"},
    r"cp1252|mac_roman|utf-16": {"common/files/decoding.py"},
    r"csv\.(?:reader|DictReader)": {
        "common/files/delimited.py",  # the door
        "common/files/tables.py",  # our results, and tables that we ship; so are all that follow
        "common/claims/sentences.py",
        "common/paper/search_sentences.py",
        "common/report/phrases.py",
        "common/search/lint.py",
        "common/search/vocabulary.py",
        "records/keep_unique.py",
        "common/review/inputs_table.py",  # inputs.tsv, to write it back as it was
    },
}


@pytest.mark.parametrize("pattern", ONLY_IN)
def test_a_table_of_people_is_opened_in_one_place(pattern):
    found = {
        path.relative_to(REPOSITORY / "scripts").as_posix()
        for path, text in MODULES.items()
        if re.search(pattern, text)
    }
    assert found <= ONLY_IN[pattern]


# Tables that have our columns and no map: what reads each, its header and a row.
OURS = {
    "verdicts": (
        check_verdicts, ("record_a", "record_b", "duplicate", "reason"), ("a:1", "a:2", "no", "Größe"),
    ),
    "clusters": (read_before, ("record_id", "cluster_id"), ("a:1", "ä:2")),
    "corrections": (
        read_corrections, ("table", "item", "field", "value", "reason"),
        ("included", "Müller 2019", "included", "no", "é"),
    ),
    "translations": (read_translations, ("en", "zh"), ("naïve", "é")),
    "eligibility": (
        read_eligibility, ("rule", "field", "test", "values", "reason"),
        ("late", "date", "after", "2019", "après 2019"),
    ),
    "flow": (
        read_published_flow, ("box", "count", "place", "confidence", "source"),
        ("duplicates", "12", "§ 3", "verified", "x"),
    ),
    "inputs": (
        read_inputs, ("path", "kind", "source", "platform", "date", "licence", "sha256", "provenance", "url"),
        ("config/a.csv", "decisions", "Müller", "-", "2019-01-01", "MIT", "", "é", "https://x.org/a"),
    ),
}  # fmt: skip
WRITTEN = {
    "semicolons, Windows-1252": (";", "cp1252"),
    "tabs, UTF-16": ("\t", "utf-16"),
    "commas": (",", "utf-8-sig"),
}


def table(path, separator, encoding, *rows):
    path.write_bytes("\r\n".join(separator.join(row) for row in rows).encode(encoding))
    return str(path)


@pytest.mark.parametrize("written", WRITTEN)
@pytest.mark.parametrize("name", OURS)
def test_our_own_tables_are_read_whatever_program_saved_them(tmp_path, monkeypatch, name, written):
    monkeypatch.chdir(tmp_path)
    read, header, row = OURS[name]
    plain = read(table(tmp_path / "t.csv", ",", "utf-8", header, row))
    odd = table(tmp_path / "t.csv", *WRITTEN[written], header, row)
    assert plain
    assert read(odd) == plain


@pytest.mark.parametrize("name", OURS)
def test_our_own_tables_are_refused_with_the_header_that_was_seen(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    read, header, row = OURS[name]
    short = table(tmp_path / "t.csv", ",", "utf-8", ("other", *header[1:]), row)
    with pytest.raises(InputError, match=rf"columns {header[0]}.*(?:header is|Columns seen): other"):
        read(short)
    twice = table(tmp_path / "t.csv", ",", "utf-8", (*header, header[1]), (*row, "x"))
    with pytest.raises(InputError, match=f"line 1: column {header[1]} appears more than once. Keep one"):
        read(twice)
