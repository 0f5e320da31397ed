"""PubMed's own short lists: subheadings with their two letters, words that it ignores, languages.

vocabulary.csv beside this file. Subheadings and ignored words: PubMed User Guide, appendices "MeSH
Subheadings" and "Stopwords". Languages: codes that MEDLINE uses (MARC), with their English names.
"""

import csv
from collections import defaultdict
from pathlib import Path

_TABLE = Path(__file__).with_suffix(".csv")


def _read() -> dict[str, dict[str, tuple[str, ...]]]:
    """Return kind -> word -> meanings."""
    found: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
    with _TABLE.open(encoding="utf-8", newline="") as table:
        for row in csv.DictReader(table):
            known = found[row["kind"]].get(row["word"], ())
            found[row["kind"]][row["word"]] = (*known, row["meaning"])
    return found


_WORDS = _read()
STOPWORDS = frozenset(_WORDS["ignored"])
LANGUAGES = _WORDS["language"]  # code -> names


def subheading_name(text: str) -> str:
    """Return the name of a subheading as it is compared: MeSH writes "&" where others write "and"."""
    return " ".join(word for word in text.split() if word != "and")


SUBHEADINGS = {letters: subheading_name(names[0]) for letters, names in _WORDS["subheading"].items()}
