"""Real exports beside the repository: each gives the records that people counted in it, or is refused."""

import json
import random
import re
from pathlib import Path
from typing import Any

import pytest

from scripts.common.errors import InputError
from scripts.common.exports.export import Export
from scripts.common.exports.latex import plain
from scripts.common.records.record import SetAside
from tests.benchmark.mutants import mutant, real_files
from tests.word_by_word import lost_words

# Where the expected value is wrong: its reader began a record at %0, and in this file %T comes before
# that; and it cut an old DOI at "<", to what all articles of the issue share.
NOT_COMPARED = {"refer_colrev.enl": ("first_author", "year"), "sici_doi_semicolon_url_1.ris": ("doi",)}


def folded(text: str | int | None, is_bibtex: bool) -> str:
    """Return a value as README.md of the exports says that it is compared."""
    text = " ".join(str(text or "").split())
    return plain(text) if is_bibtex else text


def doi(text: str | None) -> str:
    return re.sub(r"^(https?://)?(dx\.)?doi\.org/|^doi:\s*", "", (text or "").strip(), flags=re.I).lower()


def warned(export: Export, aside: list[SetAside]) -> bool:
    """Return whether a user is warned that something is odd."""
    return bool(export.encoding.guessed or export.oddities or aside)


def test_a_real_export_gives_what_people_counted_and_read_in_it(export_file: Path):
    path = export_file.with_name(f"{export_file.name}.expected.json")
    expected = json.loads(path.read_text(encoding="utf-8"))
    if expected.get("must_fail") or not expected["n_records"]:
        with pytest.raises(InputError, match=re.escape(export_file.name)):
            list(Export(export_file))
        return
    export = Export(export_file)
    pieces = list(export)
    records = [piece for piece in pieces if isinstance(piece, dict)]
    aside = [piece for piece in pieces if isinstance(piece, SetAside)]
    assert len(records) == expected["n_records"]
    assert len(records) + sum(piece.position > 0 for piece in aside) == export.announced
    assert not expected.get("must_warn") or warned(export, aside)
    is_bibtex = expected["format"] == "bibtex"
    for wanted in expected["records"]:
        found = records[wanted["index"]]
        known = {name for name, value in wanted.items() if value} - {*NOT_COMPARED.get(export_file.name, ())}
        check_fields(found, wanted, known, is_bibtex)


def check_fields(found: dict[str, str], wanted: dict[str, Any], known: set[str], is_bibtex: bool) -> None:
    if "title" in known:
        assert folded(found["title"], is_bibtex) == folded(wanted["title"], is_bibtex)
    if "first_author" in known:  # a name of Ovid can hold a semicolon: "Werner, S. [Author; E-mail]"
        author = folded(wanted["first_author"], is_bibtex).strip(" ,;")
        assert f"{folded(found['authors'], is_bibtex)};".startswith(f"{author};")
    if "year" in known:
        assert found["year"] == str(wanted["year"])
    if "doi" in known:
        assert doi(found["doi"]) == doi(wanted["doi"])
    if "pmid" in known:
        assert found["pmid"] == wanted["pmid"]


def test_no_word_of_a_real_export_vanishes(export_file: Path):
    assert losses(export_file) == []


def test_no_word_of_a_case_vanishes(export_case: Path):
    assert losses(export_case) == []


def losses(path: Path) -> list[str]:
    """Return the words that are lost; a file that is refused loses none."""
    try:
        return lost_words(path)
    except InputError:
        return []


@pytest.mark.parametrize("part", range(5))
def test_no_word_vanishes_from_a_damaged_file(part: int, tmp_path: Path):
    """A small part of what python -m tests.benchmark.mutants does."""
    if not real_files():
        pytest.skip("no shared/exports here")
    chance = random.Random(part)
    for number in range(30):
        path, content = mutant(chance, number, tmp_path)
        assert losses(path) == [], (number, content[:300])
