"""The codebook: a tree of codes (category > theme > sub-theme, any depth)."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from scripts.common.errors import InputError
from scripts.common.yaml_files import check_names, read_yaml

CODEBOOK = "config/codebook.yaml"
LANGUAGES = ("en", "zh")


class Code(NamedTuple):
    """One code. ``level`` is 1 for a category; ``children_known`` tells if all children are listed."""

    id: str
    parent: str
    level: int
    label: str
    label_zh: str
    definition: str
    place: str
    children_known: bool


def read_codebook(path: str = CODEBOOK) -> list[Code]:
    """Return the codes, parents before their children, in the order of the file."""
    book = read_yaml(path)
    check_names(path, book, ("version", "source", "children_known", "codes"))
    codes = list(_walk(path, book["codes"], "", 1))
    if not codes:
        raise InputError(f"{path}: codes is empty. A review needs at least one code.")
    seen: set[str] = set()
    for code in codes:
        if code.id in seen:
            raise InputError(f"{path}: the id {code.id} stands twice. Give each code its own.")
        seen.add(code.id)
    return codes


def _walk(path: str, items: Any, parent: str, level: int) -> Iterator[Code]:
    if not isinstance(items, list):
        raise InputError(f"{path}: below {parent or 'codes'} a list of codes is needed.")
    for item in items:
        where = f"{path}: code {item.get('id') if isinstance(item, dict) else item!r}"
        check_names(where, item, ("id", "label", "definition", "place"), ("children", "children_known"))
        if not re.fullmatch(r"[a-z][a-z0-9_]*", str(item["id"])):
            raise InputError(f"{where}: an id is lower-case letters, digits and underscores.")
        check_names(f"{where}, label", item["label"], LANGUAGES)
        children = item.get("children", [])
        known = item.get("children_known", "all")
        if known not in ("all", "some"):
            raise InputError(f"{where}: children_known is {known!r}; it must be all or some.")
        yield Code(
            id=item["id"],
            parent=parent,
            level=level,
            label=item["label"]["en"],
            label_zh=item["label"]["zh"],
            definition=item["definition"] or "",
            place=item["place"] or "",
            children_known=known == "all",
        )
        yield from _walk(path, children, item["id"], level + 1)


def children(codes: Sequence[Code], parent: str) -> list[Code]:
    """Return the codes directly below ``parent``; the categories for ``""``."""
    return [code for code in codes if code.parent == parent]


def categories_known(path: str = CODEBOOK) -> bool:
    """Tell whether the codebook lists all categories."""
    known = read_yaml(path)["children_known"]
    if known not in ("all", "some"):
        raise InputError(f"{path}: children_known is {known!r}; it must be all or some.")
    return bool(known == "all")
