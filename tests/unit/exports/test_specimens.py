"""Real exports beside the repository: each gives the records that people counted in it, or is refused."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from scripts.common.errors import InputError
from scripts.common.exports.export import Export
from scripts.common.exports.latex import plain
from scripts.common.records.record import SetAside

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


def test_no_line_of_a_real_export_in_ris_vanishes(ris_file: Path):
    """Every word of the file is in a record, in what was set aside, or in a header between records."""
    expected = json.loads(ris_file.with_name(f"{ris_file.name}.expected.json").read_text(encoding="utf-8"))
    if expected["format"] != "ris" or not expected["n_records"]:
        pytest.skip("not RIS")
    export = Export(ris_file)
    pieces = list(export._raw())
    held = " ".join(
        piece.raw
        if isinstance(piece, SetAside)
        else " ".join(value for values in piece.tags.values() for value in values)
        for piece in pieces
    )
    words = set(held.split())
    for line in export._lines():
        text = re.sub(r"^\s*[A-Za-z][A-Za-z0-9]{1,3} {0,2}-(?=\s|$)", "", line)
        if line.strip() == "ER" or re.match(
            r"\s*(\d+\.\s*$|Record #|Provider:|Content:|Database:|Link to)", line
        ):
            continue
        assert set(text.split()) - {"-", "TY"} <= words, line
