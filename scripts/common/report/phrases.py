"""Texts of figures and page in both languages, from ``phrases.csv`` beside this file (columns en, zh).

A phrase is found by its whole English text, so that code and template read as they print; nothing is read
out of a sentence. Sentences with values are data (``claims/sentences.py``). Texts that a review brings are
data too.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from scripts.common.errors import InputError, Mistakes
from scripts.common.files.fixed_tables import rows_with
from scripts.common.files.refusals import with_columns

LANGUAGES = ("en", "zh")
TRANSLATIONS = "config/translations.csv"
TABLE = Path(__file__).with_suffix(".csv")


@cache
def phrases() -> dict[str, dict[str, str]]:
    """Return English phrase -> language -> text."""
    with TABLE.open(encoding="utf-8", newline="") as stream:
        return {row["en"]: row for row in csv.DictReader(stream, strict=True)}


@dataclass(frozen=True)
class Speaker:
    """Says phrases in one language; an unknown phrase is a ``KeyError``, a bug of ours.

    ``translations`` are those of the review's own texts (``read_translations``).
    """

    language: str
    translations: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, phrase: str) -> str:
        """Return the phrase in this language."""
        return phrases()[phrase][self.language]

    def counted(self, number: int, one: str, many: str) -> str:
        """Return the phrase of one thing or that of several (0 too), with ``%(number)s`` filled in."""
        return self(one if number == 1 else many) % {"number": number}

    def own(self, text: str) -> str:
        """Return a text of the review in this language, where the review translates it."""
        return text if self.language == "en" else self.translations.get(text, text)

    def label(self, row: Mapping[str, str]) -> str:
        """Return the label of a code in this language, in English where the codebook has no other."""
        return (self.language != "en" and row.get(f"label_{self.language}")) or row["label"]


def read_translations(path: str | None) -> dict[str, str]:
    """Return text of the review -> the same in the other language, from ``config/translations.csv``.

    The file may be absent (None): the page then shows such texts as the review wrote them.
    """
    if path is None:
        return {}
    with with_columns(path, LANGUAGES):
        found: dict[str, str] = {}
        mistakes = Mistakes()
        for line, row in rows_with(path, LANGUAGES):
            with mistakes.noted():
                if blank := [name for name in LANGUAGES if not row[name]]:
                    raise InputError(
                        f"{path} line {line}: {blank[0]} is empty. Translate the text or take the row out."
                    )
                if row["en"] in found:
                    raise InputError(f"{path} line {line}: {row['en']!r} appears twice. Keep one.")
                found[row["en"]] = row["zh"]
        mistakes.stop()
        return found


def other(language: str) -> str:
    """Return the language that ``language`` is not."""
    return next(name for name in LANGUAGES if name != language)
