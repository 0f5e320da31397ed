"""A file is read in pieces: whatever its line ends and bytes, the same text and encoding come out."""

import csv
import io
import random

import pytest

from scripts.common.files import decoding, delimited
from scripts.common.files.decoding import Text, find_encoding, read_chunks, read_lines
from scripts.common.values import words
from scripts.common.values.words import single_blanks

PIECES = ["a", "é", "\n", "\r", "\r\n", "日", "b"]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1 << 17], ids=lambda size: f"{size} bytes at once")
def test_lines_are_the_same_however_many_bytes_are_read_at_once(tmp_path, monkeypatch, size):
    monkeypatch.setattr(decoding, "CHUNK", size)
    chance, path = random.Random(1), tmp_path / "a.txt"
    for _ in range(200):
        text = "".join(chance.choices(PIECES, k=chance.randrange(30)))
        path.write_bytes(text.encode())
        lines = text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n")
        assert list(read_lines(path, find_encoding(path))) == (lines if text else []), text


@pytest.mark.parametrize(
    "content",
    [
        b"TY  - JOUR\n",
        "TI  - Café\n".encode(),
        "TI  - Café\n".encode("cp1252"),
        "TI  - Café\r".encode("mac_roman"),
        b"one long line without an end",
        b"TI  - A title of some words\nTI  - B\0\n",
        "TI  - Café\n".encode("utf-16"),
        b"\xef\xbb\xbfTY  - JOUR\n",
        b"a\n" * 40_000 + "é\n".encode("cp1252") + "日\n".encode() * 40_000,
    ],
)
def test_a_file_that_is_read_once_has_the_encoding_that_a_look_before_finds(tmp_path, content):
    path = tmp_path / "a.txt"
    path.write_bytes(content)
    text = Text(path)
    found = find_encoding(path)
    assert list(text.chunks()) == list(read_chunks(path, found))
    assert text.encoding == found


def test_a_long_row_has_the_cells_that_the_csv_module_finds():
    chance = random.Random(3)
    for _ in range(2_000):
        cells = ["".join(chance.choices('ab",\n ', k=chance.randrange(6))) for _ in range(4)]
        written = io.StringIO()
        csv.writer(written, lineterminator="").writerow(cells)
        assert delimited._cells_of_long(written.getvalue(), ",") == cells
    assert delimited._cells_of_long('"a"b,c"d",', ",") == next(csv.reader(['"a"b,c"d",']))


def test_blanks_of_a_long_text_are_folded_like_those_of_a_short_one(monkeypatch):
    monkeypatch.setattr(words, "LONG", 3)
    chance = random.Random(5)
    for _ in range(2_000):
        text = "".join(chance.choices("ab \n\t\u00a0", k=chance.randrange(20)))
        assert single_blanks(text) == " ".join(text.split())
