"""Search strategies as published, line by line: config/strategies/<name>.txt and strategies.yaml."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from scripts.common.errors import InputError, nearest
from scripts.common.files.yaml_files import read_yaml
from scripts.common.review.settings import Settings

FOLDER = "config/strategies"
DESCRIPTIONS = "strategies.yaml"
KEYS = ("platform", "interface", "date", "hits", "source")
_NUMBERED = re.compile(r"\s*(?:#\s?)?(\d{1,3})[.):\s]\s*(?=\S)")
_RANGE = re.compile(r"\b(and|or)/(\d{1,3}(?:\s?[-,]\s?\d{1,3})*)", re.IGNORECASE)
_MARKED = re.compile(r"#\s?(\d{1,3})\b")
_BARE = re.compile(r"(?<![\w\"\[/.:#-])\d{1,3}(?![\w\"\]/.:-])")
_ONLY_NUMBERS = re.compile(r"[\s()\d]+(?:\b(?:AND|OR|NOT)\b[\s()\d]+)+", re.IGNORECASE)


class Line(NamedTuple):
    """One line of a strategy: its number as printed (counted where none is), its text, its printed hits."""

    number: int
    text: str
    hits: int | None = None


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
    """Return the lines of a strategy; a number before each is its name, otherwise the file is one query."""
    written = [line.strip() for line in text.splitlines() if line.strip()]
    numbers = [_NUMBERED.match(line) for line in written]
    if len(written) > 1 and all(numbers):
        return [
            Line(int(found[1]), line[found.end() :])
            for line, found in zip(written, numbers, strict=True)
            if found
        ]
    return [Line(1, " ".join(written))] if written else []


def _with_hits(lines: list[Line], hits: Any, where: str) -> list[Line]:
    """Return the lines with the numbers of hits that the paper prints: one for all, or line -> hits."""
    if hits is None:
        return lines
    printed = {lines[-1].number: hits} if isinstance(hits, int) else hits
    numbers = {line.number for line in lines}
    if not isinstance(printed, Mapping) or not all(
        isinstance(count, int) and number in numbers for number, count in printed.items()
    ):
        raise InputError(f"{where}.hits: a number, or numbers of lines with their hits, are needed.")
    return [line._replace(hits=printed.get(line.number)) for line in lines]


def references(text: str) -> list[int]:
    """Return the numbers of the lines that a line names, as ``#1 AND #2``, ``1 and 2`` or ``or/1-3``."""
    found: list[int] = []

    def keep(number: int) -> str:
        found.append(number)
        return ""

    _replaced(text, keep)
    return found


def resolved(lines: Sequence[Line], where: str) -> str:
    """Return the last line with every line that it names in its place, in brackets."""
    known: dict[int, str] = {}
    for line in lines:
        for number in references(line.text):
            if number not in known:
                raise InputError(
                    f"{where}: line {line.number} names line {number}, which is not before it. Correct it."
                )
        known[line.number] = _replaced(line.text, lambda number: f"({known[number]})")
    return known[lines[-1].number]


def _replaced(text: str, put: Any) -> str:
    """Return a line with ``put(number)`` for each number of a line that it names."""

    def whole_range(found: re.Match[str]) -> str:
        numbers: list[int] = []
        for part in found[2].split(","):
            first, _, last = part.replace(" ", "").partition("-")
            numbers += range(int(first), int(last or first) + 1)
        return f" {found[1].upper()} ".join(put(number) for number in numbers)

    if _RANGE.search(text):
        return _RANGE.sub(whole_range, text)
    if _MARKED.search(text):
        return _MARKED.sub(lambda found: put(int(found[1])), text)
    if _ONLY_NUMBERS.fullmatch(text):
        capitals = re.sub(r"\b(and|or|not)\b", lambda found: found[0].upper(), text, flags=re.IGNORECASE)
        return _BARE.sub(lambda found: put(int(found[0])), capitals)
    return text


def with_strategy(settings: Settings, strategies: Sequence[Strategy]) -> Settings:
    """Return the settings with the text of the strategy where ``search.query`` names one."""
    named = {strategy.name: strategy for strategy in strategies}
    query = settings.search.query
    if query not in named:
        return settings
    text = named[query].text
    written = {**settings.written, "search": {**settings.written["search"], "query": text}}
    return replace(settings, search=replace(settings.search, query=text), written=written)
