"""Invented records with their truth, as many as one likes: what several databases export of one literature.

Seeded: the same number gives the same records. Words, names and journals are invented and as unequally
frequent as real ones; a third of the records are copies that another database writes in its own way.
"""

import csv
import random
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path

from scripts.common.records.record import COLUMNS

INPUTS = ("embase", "pubmed", "scopus", "wos")
SYLLABLES = [
    a + b
    for a in [
        "b",
        "c",
        "d",
        "f",
        "g",
        "h",
        "k",
        "l",
        "m",
        "n",
        "p",
        "r",
        "s",
        "t",
        "v",
        "w",
        "z",
        "br",
        "cl",
        "dr",
        "gr",
        "pl",
        "st",
        "tr",
    ]
    for b in ["a", "e", "i", "o", "u", "ai", "en", "or", "us"]
]
COPIES = 0.33  # of the records are copies of another
TALKS = 0.02  # are a talk with the title of the article


class Language:
    """Words, names and journals to draw from."""

    def __init__(self, rng: random.Random, records: int) -> None:
        self.rng = rng
        self.words = self._invent(20_000 + records // 20, 2, 5)
        self.names = [word.capitalize() for word in self._invent(8_000 + records // 50, 2, 3)]
        self.journals = [
            " ".join(word.capitalize() for word in rng.choices(self.words[:3_000], k=rng.randint(2, 5)))
            for _ in range(4_000)
        ]
        self._weights = {
            len(pool): list(accumulate(1 / (rank + 12) for rank in range(len(pool))))
            for pool in (self.words, self.names, self.journals)
        }

    def _invent(self, number: int, shortest: int, longest: int) -> list[str]:
        found: dict[str, None] = {}
        while len(found) < number:
            found["".join(self.rng.choices(SYLLABLES, k=self.rng.randint(shortest, longest)))] = None
        return list(found)

    def draw(self, pool: list[str], number: int) -> list[str]:
        return self.rng.choices(pool, cum_weights=self._weights[len(pool)], k=number)


def article(language: Language, number: int) -> dict[str, str]:
    rng = language.rng
    first = rng.randint(1, 2_400)
    title = " ".join(language.draw(language.words, rng.randint(6, 16))).capitalize()
    return dict.fromkeys(COLUMNS, "") | {
        "title": title,
        "authors": "; ".join(
            f"{name}, {rng.choice('ABCDEFGHJKLMNPRSTW')}"
            for name in language.draw(language.names, rng.randint(1, 8))
        ),
        "year": str(rng.randint(1985, 2024)),
        "journal": language.draw(language.journals, 1)[0],
        "volume": str(rng.randint(1, 120)),
        "issue": str(rng.randint(1, 12)),
        "pages": f"{first}-{first + rng.randint(1, 14)}",
        "doi": f"10.{1000 + number % 900}/{language.words[number % 700]}.{number}",
        "abstract": " ".join(language.draw(language.words, rng.randint(90, 220))).capitalize(),
    }


def copy(language: Language, row: dict[str, str]) -> dict[str, str]:
    """Return the same article as another database writes it."""
    rng, other = language.rng, dict(row)
    if rng.random() < 0.5:
        other["journal"] = " ".join(word[: rng.choice((3, 4))] for word in row["journal"].split())
    if rng.random() < 0.5:
        first, last = row["pages"].split("-")
        other["pages"] = (
            f"{first}-{last[-1]}" if len(first) == len(last) and first[:-1] == last[:-1] else first
        )
    if rng.random() < 0.2:
        words = row["title"].split()
        place = rng.randrange(len(words))
        words[place] = words[place][:-1]
        other["title"] = " ".join(words)
    if rng.random() < 0.2:
        other["title"] = row["title"].upper() + "."
    if rng.random() < 0.1:
        other["year"] = str(int(row["year"]) + 1)
    for name, share in (("doi", 0.3), ("abstract", 0.2), ("issue", 0.3), ("pages", 0.05)):
        if rng.random() < share:
            other[name] = ""
    return other


def talk(language: Language, row: dict[str, str]) -> dict[str, str]:
    """Return the abstract of a meeting that has the title and authors of an article."""
    rng = language.rng
    return row | {
        "journal": f"{rng.choice(language.journals)}. Conference",
        "volume": str(rng.randint(1, 120)),
        "issue": "Suppl 1",
        "pages": f"S{rng.randint(1, 900)}",
        "doi": "",
        "abstract": "",
    }


def records(number: int, seed: int = 1) -> Iterator[tuple[dict[str, str], int]]:
    """Yield ``number`` records, each with the number of its article."""
    rng = random.Random(seed)
    language = Language(rng, number)
    row, work, position = article(language, 0), 0, dict.fromkeys(INPUTS, 0)
    for count in range(number):
        chance = rng.random()
        if count and chance < COPIES:
            made, this = copy(language, row), work
        elif count and chance < COPIES + TALKS:
            made, this = talk(language, row), count
        else:
            row, work = article(language, count), count
            made, this = row, work
        source = rng.choice(INPUTS)
        position[source] += 1
        name = f"{source}:{position[source]:07d}"
        pmid = str(10_000_000 + this) if source == "pubmed" else ""
        yield (
            made
            | {
                "record_id": name,
                "source": source,
                "input": source,
                "position": str(position[source]),
                "pmid": pmid,
            },
            this,
        )


def write(path: Path, number: int, seed: int = 1) -> dict[str, int]:
    """Write records as records.csv; return record_id -> article."""
    truth = {}
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
        writer.writeheader()
        for row, work in records(number, seed):
            writer.writerow(row)
            truth[row["record_id"]] = work
    return truth
