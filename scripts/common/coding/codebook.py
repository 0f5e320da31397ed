"""What a codebook is: a tree of codes (category > theme > sub-theme, any depth), and its versions."""

from collections.abc import Sequence
from typing import NamedTuple


class Code(NamedTuple):
    """One code. ``level`` is 1 for a category; ``children_known``: whether all codes below it are listed."""

    id: str
    parent: str
    level: int
    label: str
    label_zh: str
    definition: str
    place: str
    children_known: bool
    include: str = ""
    exclude: str = ""


class Codebook(NamedTuple):
    """A version of the codes, parents before their children; ``known``: whether all categories are listed."""

    version: str
    source: str
    known: bool
    codes: tuple[Code, ...]


def children(codes: Sequence[Code], parent: str) -> list[Code]:
    """Return the codes directly below ``parent``; the categories for ``""``."""
    return [code for code in codes if code.parent == parent]
