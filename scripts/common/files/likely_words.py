"""What words of teams most likely mean (decisions, stances, stages, sums): to propose maps, never to read."""

import re
from collections.abc import Collection

UNSURE = "?"
INCLUDE, EXCLUDE, MAYBE = "include", "exclude", "maybe"
# How cells begin that most likely mean one and the other; 1 and 0 alone leave no doubt.
PAIRS = (
    ("incl", "excl"), ("yes", "no"), ("y", "n"), ("true", "false"), ("keep", "drop"),
    ("relevant", "irrelevant"), ("accept", "reject"), ("in", "out"), ("1", "0"), ("ja", "nein"),
    ("einschl", "ausschl"),
    ("eingeschl", "ausgeschl"), ("oui", "non"), ("sí", "no"), ("si", "no"), ("sim", "não"), ("sim", "nao"),
    ("是", "否"), ("纳入", "排除"),
)  # fmt: skip
MEANT = {
    INCLUDE: tuple(dict.fromkeys(begin for begin, _ in PAIRS)),
    EXCLUDE: tuple(dict.fromkeys(begin for _, begin in PAIRS)),
    MAYBE: ("maybe", "unclear", "unsure", "vielleicht", "unklar", "peut-être", "quizá", "talvez", "不确定"),
}
MEANINGS = {begin: meaning for meaning, begins in MEANT.items() for begin in begins}
# As the beginning of a longer word these mean nothing.
WHOLE_WORDS = ("y", "n", "in", "out", "1", "0", "no", "ja", "si", "sí", "sim", "non", "是", "否")
FULL_TEXT, TITLE_ABSTRACT = "full_text", "title_abstract"
STAGES = (  # in a cell, or in the name of a column or worksheet -> usual name
    (re.compile(r"full[ _-]?text|\bfull\b|\bft\b|volltext|texte int|texto comp|全文", re.I), FULL_TEXT),
    (
        re.compile(r"title|abstract|\bta\b|\btiab\b|titel|titre|t[íi]tulo|r[ée]sum|标题|题名|摘要", re.I),
        TITLE_ABSTRACT,
    ),
)
TOTALS = ("total", "totals", "sum", "summe", "gesamt", "insgesamt", "somme", "suma", "合计", "总计")


def stage_in(text: str) -> str:
    """Return the usual name of the stage that a text names, or ``""``."""
    return next((stage for pattern, stage in STAGES if pattern.search(text)), "")


def likely(found: Collection[str]) -> dict[str, str]:
    """Return the words of one table -> the decision that each most likely means, ``?`` where it is not clear.

    Numbers are clear only if they are 0 and 1, both of them.
    """
    numbers = {word for word in found if word.isdigit()}
    sure = numbers in (set(), {"0", "1"})
    return {word: meaning_of(word) if sure or word not in numbers else UNSURE for word in found}


def meaning_of(cell: str) -> str:
    folded = cell.casefold().strip()
    return next((meaning for begin, meaning in MEANINGS.items() if _begins(folded, begin)), UNSURE)


def _begins(cell: str, begin: str) -> bool:
    return cell == begin or (begin not in WHOLE_WORDS and cell.startswith(begin))


def kin(cell: str) -> set[str]:
    """Return a cell and the pairs of words that it belongs to: yes goes with no, and not with include."""
    folded = cell.casefold().strip()
    return {folded, *(f"{a}/{b}" for a, b in PAIRS if _begins(folded, a) or _begins(folded, b))}


STANCES = {INCLUDE: "present", EXCLUDE: "absent"}


def stance_meant(word: str) -> str:
    """Return the stance that a word for found or not found most likely means, else ``?``."""
    return UNSURE if word.strip().isdigit() else STANCES.get(meaning_of(word), UNSURE)


def is_total(cell: str) -> bool:
    """Return whether a cell says that its row holds sums."""
    return cell.casefold().rstrip(":") in TOTALS
