"""What our scripts say about claims, as data: a kind and its values, from which both languages are made.

The texts are in ``sentences.csv`` beside this file (columns kind, en, zh). A table holds the English text
and, in another column, the data, so that the Chinese page never has to read an English sentence.
"""

import csv
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

TABLE = Path(__file__).with_suffix(".csv")


@dataclass(frozen=True)
class Codes:
    """Codes of the codebook, which a reader sees by their labels."""

    ids: tuple[str, ...]


@dataclass(frozen=True)
class Own:
    """A text that the review brings; ``config/translations.csv`` may translate it."""

    text: str


@dataclass(frozen=True)
class Phrase:
    """A text of ours without values, such as what a box of the flow needs."""

    text: str


@dataclass(frozen=True)
class Sentence:
    """One sentence, or a part of one: its kind in ``sentences.csv`` and what is filled in."""

    kind: str
    values: Mapping[str, "Value"] = field(default_factory=dict)


Value = str | Codes | Own | Phrase | Sentence | tuple["Value", ...]


def sentence(kind: str, **values: Value) -> Sentence:
    """Return a sentence; a kind that is not in the table is a ``KeyError``, a bug of ours."""
    texts()[kind]
    return Sentence(kind, values)


@cache
def texts() -> dict[str, dict[str, str]]:
    """Return kind -> language -> text with ``{places}``."""
    with TABLE.open(encoding="utf-8", newline="") as stream:
        return {row["kind"]: row for row in csv.DictReader(stream, strict=True)}


class Voice(NamedTuple):
    """How values are said: the language, and what codes, texts of the review and phrases are in it."""

    language: str = "en"
    code: Callable[[str], str] = str
    own: Callable[[str], str] = str
    phrase: Callable[[str], str] = str
    plain: type[str] = str  # markupsafe.Markup makes HTML, in which every other text is escaped

    def say(self, value: Value) -> str:
        """Return a sentence, or a value of one, in this language."""
        if isinstance(value, Sentence):
            filled = {name: self.say(inner) for name, inner in value.values.items()}
            return self.plain(texts()[value.kind][self.language]).format(**filled)
        if isinstance(value, Codes):
            return self.plain({"en": "; ", "zh": "；"}[self.language]).join(map(self.code, value.ids))
        if isinstance(value, Own):
            return self.own(value.text)
        if isinstance(value, Phrase):
            return self.phrase(value.text)
        if isinstance(value, tuple):
            return self.plain({"en": " ", "zh": ""}[self.language]).join(map(self.say, value))
        return value


ENGLISH = Voice()


def english(value: Value) -> str:
    """Return the English text, codes by their ids: what the tables hold."""
    return ENGLISH.say(value)


def as_data(value: Value) -> Any:
    """Return a value as JSON holds it: an object for what has a kind, a list for several in a row."""
    if isinstance(value, Sentence):
        return {"kind": value.kind, **{name: as_data(inner) for name, inner in value.values.items()}}
    if isinstance(value, Codes):
        return {"codes": list(value.ids)}
    if isinstance(value, Own):
        return {"own": value.text}
    if isinstance(value, Phrase):
        return {"phrase": value.text}
    if isinstance(value, tuple):
        return [as_data(inner) for inner in value]
    return value


def from_data(data: Any) -> Value:
    """Return the value that ``as_data`` wrote."""
    if isinstance(data, list):
        return tuple(from_data(inner) for inner in data)
    if not isinstance(data, dict):
        return str(data)
    if "kind" in data:
        values = {name: from_data(inner) for name, inner in data.items() if name != "kind"}
        return Sentence(data["kind"], values)
    if "codes" in data:
        return Codes(tuple(data["codes"]))
    return Own(data["own"]) if "own" in data else Phrase(data["phrase"])


def to_cell(value: Value) -> str:
    """Return a value as the text of a cell; an empty one as an empty cell."""
    return json.dumps(as_data(value), ensure_ascii=False, sort_keys=True) if value else ""


def from_cell(cell: str) -> Value:
    """Return the value that a cell holds; an empty text where it is empty."""
    return from_data(json.loads(cell)) if cell else ""
