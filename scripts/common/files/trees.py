"""YAML and JSON as tables: the members of a list are rows, the paths inside a member are columns."""

import json
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import yaml

from scripts.common.errors import InputError
from scripts.common.files.decoding import find_encoding, read_lines
from scripts.common.files.workbooks import plain_text
from scripts.common.files.yaml_files import parse_yaml

WHOLE = "."  # of ``at``: the whole file is one row, or, if it is a list, a row per member
PARENT = "../"


def rows_of_tree(path: str, raw: bytes, at: str) -> list[dict[str, str]]:
    """Return path -> text for each member of the list at ``at``: ``doi/0``, and ``../title`` of its parent.

    ``../row`` is the place of the parent in its own list. Blank values are left out.
    """
    return [_flat(member) for member in _members(path, _parsed(path, raw), at)]


@lru_cache(maxsize=1)  # several inputs of a review may read lists of one file
def _parsed(path: str, raw: bytes) -> Any:
    text = "\n".join(read_lines(raw, find_encoding(raw, path)))
    try:
        value = json.loads(text) if path.casefold().endswith(".json") else parse_yaml(text)
        return parse_yaml(value) if isinstance(value, str) else value
    except (yaml.YAMLError, json.JSONDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else getattr(error, "lineno", 1)
        problem = getattr(error, "problem", None) or getattr(error, "msg", "cannot be read")
        raise InputError(f"{path} line {line}: {problem}.") from None


def _members(path: str, value: Any, at: str) -> list[Any]:
    """Return the rows that a path leads to; each knows the fields of its parent as ``../name``."""
    if at == WHOLE:
        return value if isinstance(value, list) else [value]
    members = [value]
    for step in at.split("/"):
        found = [
            one for number, member in enumerate(members, start=1) for one in _children(member, step, number)
        ]
        if not found:
            names = sorted({str(name) for member in members if isinstance(member, dict) for name in member})
            there = ", ".join(name for name in names if not name.startswith(PARENT)) or "no names"
            raise InputError(f"{path}: at: {at}: there is nothing at {step!r}; the file has {there}.")
        members = found
    return members


def _children(member: Any, step: str, number: int) -> list[dict[str, Any]]:
    """Return the members of one list, each with what its parent, the one of this number, tells of it."""
    inner = member.get(step) if isinstance(member, dict) else None
    if inner is None:
        return []
    parent = {f"{PARENT}{name}": field for name, field in member.items() if _is_simple(field)}
    parent[f"{PARENT}row"] = number
    members = inner if isinstance(inner, list) else [inner]
    return [{**(one if isinstance(one, dict) else {"value": one}), **parent} for one in members]


def _is_simple(value: Any) -> bool:
    """Return whether a value is a word or a list of words: what a parent tells of its children."""
    return not isinstance(value, dict) and not (
        isinstance(value, list) and any(isinstance(one, dict | list) for one in value)
    )


def _flat(value: Any, before: str = "") -> dict[str, str]:
    """Return path -> text of everything in a value that is not blank."""
    if not isinstance(value, dict | list):
        text = plain_text(value)
        return {before or "value": text} if text else {}
    inner: Iterable[tuple[Any, Any]] = value.items() if isinstance(value, dict) else enumerate(value)
    flat: dict[str, str] = {}
    for name, one in inner:
        flat |= _flat(one, f"{before}/{name}" if before else str(name))
    return flat
