"""Tables of qualitative programs, as their manuals show them: codings counted by hand."""

import openpyxl
import pytest
import yaml

from scripts.common.coding.model import Plan
from scripts.common.coding.sheets import read_codings
from scripts.common.errors import InputError
from tests.codebooks import code

CODES = (
    code("gains", label="Gains"),
    code("speed", "gains", label="Speed"),
    code("reach", "gains", label="Reach"),
    code("privacy", label="Privacy"),
)
MAXQDA = [
    "Color", "Comment", "Document group", "Document name", "Code", "Begin", "End", "Segment", "Created by",
]  # fmt: skip
ATLAS = ["ID", "Document", "Quotation Content", "Comment", "Codes", "Reference", "Created by", "Created"]
DEDOOSE = ["Media Title", "Excerpt Range", "Excerpt Creator", "Excerpt Copy", "Codes Applied Combined"]
KNOWN = {
    "NVivo, a matrix": (
        [["", "A : Speed", "B : Reach"], ["1 : Files\\\\P1", 3, 0], ["2 : Files\\\\P2", 0, 1]],
        [("P1", "reach", "t", "absent", ""), ("P1", "speed", "t", "present", ""),
         ("P2", "reach", "t", "present", ""),
         ("P2", "speed", "t", "absent", "")],
    ),
    "MAXQDA, coded segments": (
        [MAXQDA, ["", "", "Set", "P1", "Gains\\Speed", "1", "1", "faster", "ann"],
         ["", "", "Set", "P2", "Privacy", "2", "2", "secret", "bob"]],
        [("P1", "speed", "ann", "present", "faster"), ("P2", "privacy", "bob", "present", "secret")],
    ),
    "Taguette, highlights": (
        [["id", "document", "content", "tag"], [1, "P1.docx", "faster", "Speed"],
         [1, "P1.docx", "faster", "Reach"]],
        [("P1", "reach", "t", "present", "faster"), ("P1", "speed", "t", "present", "faster")],
    ),
}  # fmt: skip
BY_MAP = {
    "ATLAS.ti, quotations: several codes in a cell": (
        [ATLAS, ["1:1", "P1", "faster", "", "Speed\nReach", "p 1", "ann", "2024"],
         ["2:1", "P2", "secret", "", "Privacy", "p 1", "bob", "2024"]],
        [("P1", "reach", "ann", "present", "faster"), ("P1", "speed", "ann", "present", "faster"),
         ("P2", "privacy", "bob", "present", "secret")],
    ),
    "Dedoose, excerpts": (
        [DEDOOSE, ["P1", "1-5", "ann", "it was faster", "Speed, Reach"],
         ["P2", "1-5", "bob", "it was secret", "Privacy"]],
        [("P1", "reach", "ann", "present", "it was faster"),
         ("P1", "speed", "ann", "present", "it was faster"),
         ("P2", "privacy", "bob", "present", "it was secret")],
    ),
    "MAXQDA in German": (
        [["Dokumentgruppe", "Dokumentname", "Code", "Anfang", "Segment", "Erstellt von"],
         ["Set", "P1", "Gains > Speed", "1", "schneller", "ann"]],
        [("P1", "speed", "ann", "present", "schneller")],
    ),
}  # fmt: skip


def written(path, rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return str(path)


def codings(path, words):
    found = read_codings([Plan("t", path, "t", "1", words=words)], CODES).votes
    return sorted((vote.study_id, vote.code, vote.coder, vote.stance, vote.excerpt) for vote in found)


@pytest.mark.parametrize("program", KNOWN)
def test_a_table_of_a_known_program_is_read_without_a_map(tmp_path, program):
    rows, expected = KNOWN[program]
    assert codings(written(tmp_path / "t.xlsx", rows), {}) == expected


@pytest.mark.parametrize("program", BY_MAP)
def test_a_table_of_another_program_is_read_by_the_map_of_its_refusal(tmp_path, program):
    rows, expected = BY_MAP[program]
    path = written(tmp_path / "t.xlsx", rows)
    with pytest.raises(InputError, match="Columns seen: ") as stopped:
        codings(path, {})
    message = str(stopped.value)
    words = yaml.safe_load(message[message.index("\nsheets:\n") :])["sheets"]["t"]
    assert codings(path, words) == expected
