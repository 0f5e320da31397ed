"""Maps of known tools that we ship: a map of a review may begin with one (``like: tool:colandr``)."""

from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from scripts.common.files.yaml_files import check_names, read_yaml

TOOL = "tool:"  # before the name of a shipped map, where a map says what it is like
KNOWN_FROM = ("verified", "source", "documentation", "memory")


class ToolMap(NamedTuple):
    """A shipped map: what it reads, how we know the columns, what a review must add, the words."""

    about: str
    known_from: str
    needs: str
    words: dict[str, Any]


@cache
def tool_maps() -> dict[str, ToolMap]:
    """Return the shipped maps by the name of the tool."""
    path = Path(__file__).with_suffix(".yaml")
    found = {}
    for name, item in read_yaml(path).items():
        check_names(f"{path.name}: {name}", item, ("about", "known_from", "needs", "map"))
        found[name] = ToolMap(item["about"], item["known_from"], item["needs"], item["map"])
    return found
