"""Invented publications. A work depends on seed and number alone, so that a million of them are a stream."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import yaml

from tests.paths import DATA

WORDS = yaml.safe_load((DATA / "simulated_words.yaml").read_text(encoding="utf-8"))
FIRST_YEAR, LAST_YEAR = 2013, 2022  # of the search
LANGUAGES = {
    "eng": "English",
    "ger": "German",
    "por": "Portuguese",
    "jpn": "Japanese",
}  # as others write them
FOREIGN_SHARE = 0.04


@dataclass(frozen=True)
class Work:
    """One publication. ``authors`` holds (family, given), ``language`` is as MEDLINE writes it."""

    number: int
    title: str
    authors: tuple[tuple[str, str], ...]
    year: int
    month: int
    day: int
    journal: str
    volume: int
    issue: int
    pages: tuple[int, int]
    doi: str
    pmid: int
    abstract: str
    type: str = "Journal Article"
    language: str = "eng"


def _name(rng: random.Random, low: int, high: int) -> str:
    return "".join(rng.choices(WORDS["syllables"], k=rng.randint(low, high))).capitalize()


def _plain(number: int, rng: random.Random) -> Work:
    journal = rng.choice(WORDS["forms"]).format(rng.choice(WORDS["fields"]))
    topic, aim, outcome = (
        rng.choice(WORDS["topics"]),
        rng.choice(WORDS["aims"]),
        rng.choice(WORDS["outcomes"]),
    )
    people, place = rng.choice(WORDS["people"]), rng.choice(WORDS["places"])
    if rng.random() < 0.5:
        place = f"the {_name(rng, 2, 3)} programme in {place}"
    stem = rng.choice(
        (
            f"{topic} for {aim} {people} in {place} and its effect on {outcome}",
            f"{aim} {people} through {topic}, and {outcome}, in {place}",
        )
    )
    title = f"{stem}: {rng.choice(WORDS['designs'])}"
    first = rng.randint(1, 1900)
    return Work(
        number=number,
        title=title[0].upper() + title[1:],
        authors=tuple((_name(rng, 2, 3), _name(rng, 1, 3)) for _ in range(rng.randint(1, 9))),
        year=rng.randint(FIRST_YEAR, LAST_YEAR),
        month=rng.randint(1, 12),
        day=rng.randint(1, 28),
        journal=journal,
        volume=rng.randint(1, 60),
        issue=rng.randint(1, 12),
        pages=(first, first + rng.randint(2, 20)),
        doi=f"10.5555/{_name(rng, 1, 2).lower()}.{number}",
        pmid=90_000_000 + number,
        abstract=" ".join(
            f"We studied how {rng.choice(WORDS['topics'])} changes {rng.choice(WORDS['outcomes'])} among"
            f" {rng.choice(WORDS['people'])}."
            for _ in range(rng.randint(3, 8))
        ),
        language=rng.choice(tuple(LANGUAGES)[1:]) if rng.random() < FOREIGN_SHARE else "eng",
    )


def _later(work: Work, rng: random.Random, years: int = 0, **changes: object) -> Work:
    """Return another publication of the same people: its own number, place and identifiers."""
    own = _plain(work.number + 1, rng)
    place = {name: getattr(own, name) for name in ("volume", "issue", "pages", "doi", "pmid", "number")}
    return replace(work, year=min(LAST_YEAR, work.year + years), **{**place, **changes})


# What looks like a duplicate and is none. Each gives the first work's new title, and the second work.
def _parts(work: Work, rng: random.Random) -> tuple[Work, Work]:
    stem = work.title.split(":")[0]
    return replace(work, title=f"{stem}. Part I"), _later(work, rng, title=f"{stem}. Part II")


def _years(work: Work, rng: random.Random) -> tuple[Work, Work]:
    stem = f"Annual report on {work.title.split(':')[0].lower()}"
    first = replace(work, title=f"{stem}, {work.year}")
    later = _later(work, rng, years=1, abstract=work.abstract[::-1])
    return first, replace(later, title=f"{stem}, {work.year + 1}")


def _protocol(work: Work, rng: random.Random) -> tuple[Work, Work]:
    stem = work.title.split(":")[0]
    return replace(work, title=f"{stem}: protocol for a randomised controlled trial"), _later(
        work, rng, years=2, title=f"{stem}: a randomised controlled trial"
    )


def _conference(work: Work, rng: random.Random) -> tuple[Work, Work]:
    meeting = f"Abstracts of the {work.year} meeting on {rng.choice(WORDS['fields']).lower()}"
    return work, _later(work, rng, journal=meeting, type="Conference Abstract", abstract="")


def _erratum(work: Work, rng: random.Random) -> tuple[Work, Work]:
    return work, _later(work, rng, title=f"Erratum to: {work.title}", type="Published Erratum", abstract="")


def _reply(work: Work, rng: random.Random) -> tuple[Work, Work]:
    return work, _later(work, rng, title=f"Reply to comments on: {work.title}", type="Letter", abstract="")


RELATIONS: dict[str, Callable[[Work, random.Random], tuple[Work, Work]]] = {
    "parts": _parts,
    "yearly reports": _years,
    "protocol and results": _protocol,
    "article and conference abstract": _conference,
    "article and erratum": _erratum,
    "article and reply": _reply,
}
RELATED_SHARE = 0.06  # of works, with the one that follows


def works(number: int, seed: int) -> Iterator[tuple[Work, str]]:
    """Yield ``number`` works, each with its relation to the one before it, or ``""``."""
    made = 0
    while made < number:
        rng = random.Random(f"{seed}/{made}")
        work = _plain(made, rng)
        if rng.random() < RELATED_SHARE and made + 1 < number:
            relation = rng.choice(list(RELATIONS))
            first, second = RELATIONS[relation](work, rng)
            yield first, ""
            yield second, relation
            made += 2
        else:
            yield work, ""
            made += 1


def later_works(number: int, first: int, seed: int) -> Iterator[Work]:
    """Yield works of the year after the search, numbered from ``first``: moving its end finds them."""
    for made in range(first, first + number):
        yield replace(_plain(made, random.Random(f"{seed}/{made}")), year=LAST_YEAR + 1)
