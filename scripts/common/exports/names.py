"""The names in one cell of a table, kept apart by the shape of the cell: tables write them in many ways.

``Quill, Ada; Finch, Bo``, ``Ada Quill|Bo Finch``, ``['Quill, Ada', 'Finch, Bo']``, ``Griffin DK, Larkin DM``,
``A Quill, B Finch``, ``Quill, A.B., Finch, C.D.``, ``Quill, Ada and Finch, Bo``, ``Quill, Ada (50000001)``.
"""

import ast
import re
from collections.abc import Iterable, Sequence

from scripts.common.values.words import single_blanks

QUOTED = r"(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
LIST = re.compile(rf"\[\s*{QUOTED}(?:,\s*{QUOTED})*\s*\]")
# Scopus writes its number of the author behind the name.
NUMBERED = re.compile(r"\(\d{6,}\)")
NUMBER = re.compile(rf" ?{NUMBERED.pattern}$")
COMMAS, GLUED = ",", "glued"
# A capital behind a small letter, but for one inside a name (McDonald).
SEAM = re.compile(
    r"(?<=[^\W\d_A-ZÀ-ÖØ-Þ])(?<!\bMc)(?<!\bMac)(?<!\bDe)(?<!\bDi)(?<!\bLa)(?<!\bLe)(?<!\bVan)"
    r"(?=[A-ZÀ-ÖØ-Þ])"
)
CONJUNCTION = re.compile(r",? (?:and|&) ")
SUFFIX = re.compile(r"(?:Jr|Sr|II|III|IV|MD|PhD|Ph\.D|M\.D)\.?", re.IGNORECASE)
_PARTICLES = (
    "af al av ben bin bint d da das de del della den der des di do dos du e el ibn la las le los op san st"
    " ten ter van vande vom von y zu zum zur"
)
PARTICLES = frozenset(_PARTICLES.split())
# A name with one of these words is that of a group.
GROUP = re.compile(
    r"\b(?:agency|alliance|association|bureau|cent(?:er|re)s?|coalition|collaborat(?:ion|ors|ive)|college"
    r"|commission|committee|consortium|corporation|council|department|division|federation|foundation|fund"
    r"|group|hospital|inc|initiative|institutes?|investigators|laborator(?:y|ies)|ltd|ministry|network|office"
    r"|organi[sz]ation|press|program(?:me)?|project|school|services?|society|sons|team|trust|union|university)\b",
    re.IGNORECASE,
)


def names_in_cell(cell: str, *habits: str) -> list[str]:
    """Return the names in a cell, in order, each as written but for a number behind it.

    ``habits`` are those of the column that one cell leaves open. ``,``: commas keep full names apart, so that
    ``Ada Quill, Bo Finch`` are two people, and not one like ``Garcia Lopez, Maria Jose``. ``glued``: nothing
    is between two names (SpringerLink).
    """
    cell = single_blanks(cell).replace("；", ";")
    if LIST.fullmatch(cell):
        names = _listed(cell)
    elif "|" in cell:
        names = cell.split("|")
    elif ";" in cell:
        names = [name for part in cell.split(";") for name in _joined(part.strip(), commas_divide=False)]
    else:
        names = _unglued(cell) if GLUED in habits else _joined(cell, COMMAS in habits)
    return [clean for name in names if (clean := NUMBER.sub("", name.strip(" ,;")))]


def commas_divide(cells: Iterable[str]) -> bool:
    """Return whether a column keeps full names apart by commas: three in one cell show it."""
    for cell in cells:
        parts = [] if ";" in cell or "|" in cell else _parts(cell)
        if len(parts) > 2 and all(map(_is_full, parts)):
            return True
    return False


def _unglued(cell: str) -> list[str]:
    """Return names that were written without a sign between them, if each then has two words."""
    names = SEAM.split(cell)
    return names if all(" " in name for name in names) else [cell]


def _listed(cell: str) -> list[str]:
    """Return the names in a list as Python or JSON writes it."""
    try:
        return [str(name) for name in ast.literal_eval(cell)]
    except (SyntaxError, ValueError):  # a backslash that means no sign
        return [name[1:-1] for name in re.findall(QUOTED, cell)]


def _joined(text: str, commas_divide: bool) -> list[str]:
    """Return the names that "and", "&" or commas join; a group keeps them."""
    halves = CONJUNCTION.split(text)
    if len(halves) == 1:
        return _between_commas(text, commas_divide)
    names = [name for half in halves for name in _between_commas(half, commas_divide)]
    if all(map(_is_person, names)):
        return names
    listed = _between_commas(", ".join(halves), commas_divide)  # Quill, A., Finch, B., & Moor, C.
    return listed if len(listed) > 1 and all(map(_is_person, listed)) else [text]


def _between_commas(text: str, commas_divide: bool) -> list[str]:
    """Return the names that commas keep apart, or the text where they are inside one name."""
    parts = _parts(text)
    if len(parts) < 2:
        return [text]
    if any(map(_is_initials, parts)) and not _is_initials(parts[0]):
        return _with_initials(parts)
    if all(map(_is_full, parts)):
        shown = commas_divide or len(parts) > 2 or all(map(_has_initials, parts))
        groups = sum(GROUP.search(part) is not None for part in parts)
        return parts if shown and 2 * groups < len(parts) else [text]
    return parts if commas_divide and len(parts) > 2 else [text]


def _parts(text: str) -> list[str]:
    """Return what commas keep apart; a suffix (Jr.) belongs to the name before it."""
    parts: list[str] = []
    for part in filter(None, map(str.strip, text.split(","))):
        if parts and SUFFIX.fullmatch(part):
            parts[-1] += f", {part}"
        else:
            parts.append(part)
    return parts


def _with_initials(parts: Sequence[str]) -> list[str]:
    """Return names whose initials are behind a comma of their own: ``Quill, A.B.``."""
    names: list[str] = []
    for part in parts:
        if names and _is_initials(part) and ", " not in names[-1]:
            names[-1] += f", {part}"
        else:
            names.append(part)
    return names


def _is_initials(part: str) -> bool:
    letters = [sign for sign in part if sign not in ".- "]
    return 0 < len(letters) <= 5 and all(map(str.isupper, letters))


def _has_initials(part: str) -> bool:
    words = part.split()
    return _is_initials(words[0]) or _is_initials(words[-1])


def _is_full(part: str) -> bool:
    """Return whether a part has a given and a family name."""
    return " " in part


def _is_person(name: str) -> bool:
    """Return whether a name looks like that of one person: two to five words, or family and given name."""
    words = name.replace(",", " ").split()
    if GROUP.search(name) or not 2 <= len(words) <= 6 or name.count(",") > 2:
        return False
    return all(not word[0].islower() or word.casefold() in PARTICLES for word in words)
