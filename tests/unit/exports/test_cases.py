"""Small invented exports beside the repository that were once read wrong: each gives what people expect."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from scripts.common.errors import InputError
from scripts.common.exports.export import Export, check_export
from scripts.common.records.record import SetAside
from scripts.records.parse_export import main
from tests.paths import DATA
from tests.word_by_word import lost_words

WHOLE_CELLS = ("authors", "journal", "volume", "pages", "date", "doi", "pmid", "title")


def test_a_case_gives_what_people_expect_of_it(
    export_case: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    expected = json.loads(
        export_case.with_name(f"{export_case.name}.expected.json").read_text(encoding="utf-8")
    )
    if expected.get("must_fail"):
        with pytest.raises(InputError, match=export_case.name):
            check_export(export_case)
        return
    pieces = list(Export(export_case))
    records = [piece for piece in pieces if isinstance(piece, dict)]
    assert len(records) == expected["n_records"]
    by_position = {int(row["position"]) - 1: row for row in records}
    for wanted in expected["records"]:
        check_sample(by_position[wanted["index"]], wanted)
    held = "\n".join(text for piece in pieces for text in texts_of(piece))
    for text in expected.get("must_keep", ()):
        assert text in held
    if "must_say" in expected:
        assert expected["must_say"] in "\n".join(warnings_about(export_case, tmp_path, caplog))


def check_sample(found: dict[str, str], wanted: dict[str, Any]) -> None:
    assert f"{found['authors']};".startswith(wanted.get("first_author", ""))
    if "year" in wanted:
        assert found["year"] == str(wanted["year"])
    for name in WHOLE_CELLS:
        if name in wanted:
            assert found[name].casefold() == wanted[name].casefold(), name


OWN = DATA / "exports"
EXPECTED = json.loads((OWN / "expected.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", EXPECTED)
def test_a_platform_without_a_real_file_here_is_read_as_its_documentation_says(name: str):
    records = [piece for piece in Export(OWN / name) if isinstance(piece, dict)]
    found = [{field: row[field] for field in want} for row, want in zip(records, EXPECTED[name], strict=True)]
    assert found == EXPECTED[name]
    assert lost_words(OWN / name) == []


def texts_of(piece: dict[str, str] | SetAside) -> list[str]:
    return [piece.raw] if isinstance(piece, SetAside) else list(piece.values())


def warnings_about(path: Path, folder: Path, caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return the warnings on screen while the rule reads a file."""
    item = {"name": "a", "kind": "database", "source": "x", "platform": ""}
    with caplog.at_level(logging.WARNING):
        main(
            path=str(path),
            item=item,
            words={},
            records=str(folder / "records.csv"),
            set_aside=str(folder / "set_aside.csv"),
            counts=str(folder / "counts.csv"),
        )
    return [entry.getMessage() for entry in caplog.records]
