"""Tables that people bring are opened in one place: one reader, one finder of separators, one decoder."""

import re

import pytest

from tests.paths import REPOSITORY

MODULES = {path: path.read_text(encoding="utf-8") for path in sorted((REPOSITORY / "scripts").rglob("*.py"))}
# What reads a file of unknown form -> the only modules that may. Others read tables that we wrote ourselves.
ONLY_IN = {
    r"openpyxl\.load_workbook|pd\.read_excel": {"common/files/workbooks.py"},
    r"csv\.Sniffer|for separator in SEPARATORS": {
        "common/files/delimited.py",
        "common/exports/formats.py",  # which only asks whether a line could be a header
    },
    r"cp1252|mac_roman|utf-16": {"common/files/decoding.py"},
}


@pytest.mark.parametrize("pattern", ONLY_IN)
def test_a_table_of_people_is_opened_in_one_place(pattern):
    found = {
        path.relative_to(REPOSITORY / "scripts").as_posix()
        for path, text in MODULES.items()
        if re.search(pattern, text)
    }
    assert found <= ONLY_IN[pattern]
