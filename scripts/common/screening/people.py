"""The people who screen: one spelling of each name, no address of anybody, what they judged."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from scripts.common.files.tables import stream_rows
from scripts.common.screening.votes import E_MAIL, MACHINE
from scripts.common.values.words import words


def one_spelling(names: Iterable[str]) -> dict[str, str]:
    """Return name -> the spelling of it that is kept, for all names that differ from theirs.

    Names that differ in capitals, blanks or invisible signs alone are one person, who must not count as two.
    The most frequent spelling is kept, of equally frequent ones the first by letters.
    """
    times = Counter(names)
    alike: dict[str, list[str]] = defaultdict(list)
    for name in times:
        alike[words(name).casefold()].append(name)
    kept = {
        key: words(min(spellings, key=lambda name: (-times[name], name))) for key, spellings in alike.items()
    }
    return {
        name: kept[key] for key, spellings in sorted(alike.items()) for name in spellings if name != kept[key]
    }


def judged_by_people(votes: str, *ruled: str) -> set[str]:
    """Return the publications on which a person voted or ruled.

    ``votes`` is the file votes.csv, ``ruled`` are decisions.csv and conflicts.csv: rulings are no votes.
    """
    voted = {row["record_id"] for row in stream_rows(votes, ("record_id", "kind")) if row["kind"] != MACHINE}
    return voted.union(*({row["record_id"] for row in stream_rows(path, ("record_id",))} for path in ruled))


def pseudonyms(names: Iterable[str]) -> dict[str, str]:
    """Return e-mail address -> pseudonym, numbered in the order of first appearance."""
    found: dict[str, str] = {}
    taken = set(names)
    number = 0
    for name in names:
        if E_MAIL.search(name) and name not in found:
            number += 1
            while f"reviewer {number}" in taken:
                number += 1
            found[name] = f"reviewer {number}"
    return found
