"""Commands that write inputs.tsv leave what they do not mean to change."""

from pathlib import Path

import pytest

from scripts.common.errors import InputError
from scripts.common.review.inputs import read_inputs
from scripts.common.review.inputs_table import fill_digests
from scripts.search.freeze import list_archive
from tests.inputs_list import EMBASE, bring


def test_freezing_a_search_keeps_the_names_that_other_inputs_have(folder):
    bring(EMBASE)
    table = Path("config/inputs.tsv")
    head, line = table.read_text(encoding="utf-8").splitlines()
    table.write_text(f"{head}\tname\n{line}\tembase_2022\n", encoding="utf-8")
    archive = Path("config/inputs/pubmed/archive.json")
    archive.parent.mkdir()
    for content in ("{}", "{ }"):  # the second time its line is replaced
        archive.write_text(content, encoding="utf-8")
        list_archive("config/inputs.tsv", str(archive), "2022-08-16", "live")
    assert [(item.name, item.kind) for item in read_inputs()] == [
        ("pubmed", "search"),
        ("embase_2022", "database"),
    ]


def test_a_digest_that_is_there_is_never_changed(folder):
    bring(EMBASE)
    before = Path("config/inputs.tsv").read_bytes()
    assert fill_digests({EMBASE[0]: "0" * 64}) == 0
    assert Path("config/inputs.tsv").read_bytes() == before


@pytest.mark.parametrize(("separator", "encoding"), [(";", "utf-8"), ("\t", "cp1252"), ("\t", "utf-16")])
def test_a_list_that_a_command_could_not_write_back_as_it_was_is_not_touched(folder, separator, encoding):
    bring(EMBASE)
    path = Path("config/inputs.tsv")
    text = path.read_text(encoding="utf-8").replace("Embase", "Émbase").replace("\t", separator)
    path.write_bytes(text.encode(encoding))
    assert [item.name for item in read_inputs()] == ["embase"]
    before = path.read_bytes()
    with pytest.raises(InputError, match=r"this command writes into the list\. Save it as UTF-8, with tabs"):
        fill_digests({EMBASE[0]: "0" * 64})
    assert path.read_bytes() == before
