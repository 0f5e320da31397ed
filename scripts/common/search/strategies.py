"""Search strategies as published, line by line: config/strategies/<name>.txt and strategies.yaml."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from scripts.common.errors import InputError, nearest
from scripts.common.files.yaml_files import read_yaml
from scripts.common.review.settings import Settings

FOLDER = "config/strategies"
DESCRIPTIONS = "strategies.yaml"
KEYS = ("platform", "interface", "date", "hits", "source")
_NUMBERED = re.compile(r"\s*(?:#\s?|(S))?(\d{1,3})[.):\s]\s*(?=\S)")
_NUMBERS = r"#?\d{1,3}(?:\s?[-,]\s?#?\d{1,3})*"
# or/1-3 (Ovid), {or #1-#3} (Cochrane), limit 3 to (Ovid), and the number behind the sign of the lines
_NAMES = {
    sign: re.compile(
        rf"\b(and|or)/({_NUMBERS})|\{{\s*(and|or)\s+({_NUMBERS})\s*\}}"
        rf"|(?<=\blimit )(\d{{1,3}})(?= to\b)|{mark}(\d{{1,3}})\b",
        re.IGNORECASE,
    )
    for sign, mark in (("#", r"#\s?"), ("S", r"(?:#\s?|\b(?-i:S))"))
}
_BARE = re.compile(r"(?<![\w\"\[/.:#-])\d{1,3}(?![\w\"\]/.:-])")
_ONLY_NUMBERS = re.compile(r"[\s()\d]+(?:\b(?:AND|OR|NOT)\b[\s()\d]+)+", re.IGNORECASE)


class Line(NamedTuple):
    """One line of a strategy: its number as printed (counted where none is), its text, its printed hits.

    ``sign`` is what other lines write before its number: S as EBSCO has it, or #.
    """

    number: int
    text: str
    hits: int | None = None
    sign: str = "#"


class Strategy(NamedTuple):
    """A strategy as it was published, and where it was run."""

    name: str
    platform: str
    interface: str
    date: str
    source: str
    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        """Return the strategy as one query, with the lines that it names put in their place."""
        return resolved(self.lines, self.path)

    @property
    def path(self) -> str:
        """Return the file that the strategy is in."""
        return f"{FOLDER}/{self.name}.txt"


def read_strategies(review: Path = Path()) -> list[Strategy]:
    """Return the strategies of a review by name; every mistake of the folder is in one ``InputError``."""
    folder = review / FOLDER
    if not folder.is_dir():
        return []
    described = read_yaml(str(folder / DESCRIPTIONS)) if (folder / DESCRIPTIONS).is_file() else {}
    where = f"{FOLDER}/{DESCRIPTIONS}"
    if not isinstance(described, Mapping):
        raise InputError(f"{where}: names of strategies with their platform are needed.")
    files = {path.stem: path for path in sorted(folder.glob("*.txt"))}
    faults = [f"{where}: {name}: there is no {FOLDER}/{name}.txt." for name in described if name not in files]
    found = []
    for name, path in files.items():
        try:
            found.append(_read(name, path.read_bytes(), described.get(name)))
        except InputError as error:
            faults.append(str(error))
    if faults:
        raise InputError("\n".join(faults))
    return found


def _read(name: str, content: bytes, about: Any) -> Strategy:
    where = f"{FOLDER}/{DESCRIPTIONS}: {name}"
    if not isinstance(about, Mapping) or not about.get("platform"):
        raise InputError(f"{where}: say the platform on which {FOLDER}/{name}.txt was run.")
    for key in about:
        if key not in KEYS:
            raise InputError(f"{where}.{key}: is unknown. {nearest(str(key), KEYS)}")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{FOLDER}/{name}.txt: byte {error.start + 1} is no UTF-8. Save it as UTF-8."
        ) from None
    lines = split_lines(text)
    if not lines:
        raise InputError(f"{FOLDER}/{name}.txt: is empty. Paste the strategy as it was published.")
    day = about.get("date") or ""
    return Strategy(
        name=name,
        platform=str(about["platform"]),
        interface=str(about.get("interface") or ""),
        date=day.isoformat() if isinstance(day, date) else str(day),
        source=str(about.get("source") or ""),
        lines=tuple(_with_hits(lines, about.get("hits"), where)),
    )


def split_lines(text: str) -> list[Line]:
    """Return the lines of a strategy: numbered, or counted where some name others; all others are one query.

    A number before a line is its name; a line without one goes on with the line above it, if the numbers are
    a row. The newest line may come first, as in a search history.
    """
    written = [line.strip() for line in text.splitlines() if line.strip()]
    counted = [Line(number, line) for number, line in enumerate(written, 1)]
    if lines := _numbered(written):
        return lines
    if any(references(line) for line in counted[1:]):
        return counted
    return [Line(1, " ".join(written))] if written else []


def _numbered(written: Sequence[str]) -> list[Line]:
    """Return the lines that begin with a number, each with those below it that have none; [] if none do."""
    starts = [_NUMBERED.match(line) for line in written]
    numbers = [int(found[2]) for found in starts if found]
    if len(numbers) < 2 or not starts[0] or not (all(starts) or _are_a_row(numbers)):
        return []
    lines: list[Line] = []
    for found, line in zip(starts, written, strict=True):
        if found:
            lines.append(Line(int(found[2]), line[found.end() :], sign=found[1] or "#"))
        else:
            lines[-1] = lines[-1]._replace(text=f"{lines[-1].text} {line}")
    return lines


def _are_a_row(numbers: Sequence[int]) -> bool:
    return all(abs(second - first) == 1 for first, second in pairwise(numbers))


def last(lines: Sequence[Line]) -> int:
    """Return the number of the line that is the search: the highest one."""
    return max(line.number for line in lines)


def _with_hits(lines: list[Line], hits: Any, where: str) -> list[Line]:
    """Return the lines with the numbers of hits that the paper prints: one for all, or line -> hits."""
    if hits is None:
        return lines
    printed = {last(lines): hits} if isinstance(hits, int) else hits
    numbers = {line.number for line in lines}
    if not isinstance(printed, Mapping) or not all(
        isinstance(count, int) and number in numbers for number, count in printed.items()
    ):
        raise InputError(f"{where}.hits: a number, or numbers of lines with their hits, are needed.")
    return [line._replace(hits=printed.get(line.number)) for line in lines]


def references(line: Line) -> list[int]:
    """Return the numbers of the lines that a line names: #1 AND #2, S1 OR S2, 1 and 2, or/1-3, limit 3 to."""
    found: list[int] = []

    def keep(number: int) -> str:
        found.append(number)
        return ""

    _replaced(line, keep)
    return found


def resolved(lines: Sequence[Line], where: str) -> str:
    """Return the line with the highest number, with every line that it names in its place, in brackets."""
    return resolved_lines(lines, where)[last(lines)]


def resolved_lines(lines: Sequence[Line], where: str) -> dict[int, str]:
    """Return number -> text of each line, with every line that it names in its place, in brackets."""
    known: dict[int, str] = {}
    for line in sorted(lines, key=lambda line: line.number):
        if line.number in known:
            raise InputError(f"{where}: two lines have the number {line.number}. Give each its own.")
        for number in references(line):
            if number not in known:
                raise InputError(
                    f"{where}: line {line.number} names line {number}, which is not before it. Correct it."
                )
        known[line.number] = _replaced(line, lambda number: f"({known[number]})")
    return known


def _replaced(line: Line, put: Callable[[int], str]) -> str:
    """Return the text of a line with ``put(number)`` for each number of a line that it names."""
    text, names = line.text, _NAMES[line.sign]

    def named(found: re.Match[str]) -> str:
        numbers = found[2] or found[4]
        if not numbers:
            return put(int(found[5] or found[6]))
        joined = f" {(found[1] or found[3]).upper()} ".join(map(put, _in_range(numbers)))
        return joined if found[0] == text.strip() else f"({joined})"

    if names.search(text):
        return names.sub(named, text)
    if _ONLY_NUMBERS.fullmatch(text):
        capitals = re.sub(r"\b(and|or|not)\b", lambda found: found[0].upper(), text, flags=re.IGNORECASE)
        return _BARE.sub(lambda found: put(int(found[0])), capitals)
    return text


def _in_range(text: str) -> list[int]:
    """Return the numbers that "1-3, 5" or "#1-#3" means."""
    numbers: list[int] = []
    for part in text.replace(" ", "").replace("#", "").split(","):
        first, _, final = part.partition("-")
        numbers += range(int(first), int(final or first) + 1)
    return numbers


def with_strategy(settings: Settings, strategies: Sequence[Strategy]) -> Settings:
    """Return the settings with the text of the strategy where ``search.query`` names one."""
    named = {strategy.name: strategy for strategy in strategies}
    query = settings.search.query
    if query not in named:
        return settings
    text = named[query].text
    written = {**settings.written, "search": {**settings.written["search"], "query": text}}
    return replace(settings, search=replace(settings.search, query=text), written=written)


def line_texts(query: str, strategies: Sequence[Strategy]) -> dict[int, str]:
    """Return number -> text of the lines of the strategy that a query names, {} if it names none."""
    named = {strategy.name: strategy for strategy in strategies}.get(query)
    return resolved_lines(named.lines, named.path) if named else {}
