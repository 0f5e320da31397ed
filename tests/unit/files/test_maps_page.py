"""docs/maps.md: its examples are valid maps, and it names every word and every map that we ship."""

import re

import pytest
import yaml
from jsonschema import Draft202012Validator

from scripts.common.files.maps import resolved_maps, sheet_map
from scripts.common.files.tool_maps import tool_maps
from tests.paths import REPOSITORY

PAGE = (REPOSITORY / "docs/maps.md").read_text(encoding="utf-8")
SCHEMA = yaml.safe_load((REPOSITORY / "config/config.schema.yaml").read_text(encoding="utf-8"))


def shapes():
    """Return each of the ten shapes: its title, and its maps by the name of an input."""
    text = PAGE[PAGE.index("## Ten shapes") : PAGE.index("## Coding and charting")]
    for part in re.split(r"\n(?=\d+\. \*\*)", text)[1:]:
        block = "\n".join(line for line in part.split("\n")[1:] if line.startswith("       "))
        yield part.split("**")[1], yaml.safe_load(block)


SHAPES = dict(shapes())


def test_there_are_ten_shapes():
    assert len(SHAPES) == 10


@pytest.mark.parametrize("title", SHAPES)
def test_a_shape_is_a_valid_map(title):
    schema = {"$defs": SCHEMA["$defs"], "type": "object", "additionalProperties": {"$ref": "#/$defs/map"}}
    maps = SHAPES[title]
    assert not list(Draft202012Validator(schema).iter_errors(maps))
    for name, words in resolved_maps(maps, list(maps)).items():
        assert sheet_map(name, words).parts


def test_every_word_of_a_map_is_explained():
    table = PAGE[PAGE.index("## The words") : PAGE.index("Our columns are")]
    missing = [word for word in SCHEMA["$defs"]["map"]["properties"] if f"`{word}" not in table]
    assert missing == []


def test_every_shipped_map_is_listed_with_how_it_is_known():
    known = "verified|source|documentation|memory"
    rows = dict(re.findall(rf"^\| ([a-z-]+) \| .*? \| ({known}) \|", PAGE, re.MULTILINE))
    assert rows == {name: tool.known_from for name, tool in tool_maps().items()}
