"""A synthetic review whose truth is known: exports as platforms write them, and which records are one work.

    python -m tests.simulate FOLDER --works 1000 --seed 1

Nothing in it is real. People are made of syllables, DOIs stand below 10.5555 (kept for examples), PMIDs
begin at 90,000,000. A work depends on seed and number alone, so that a million of them are written as a
stream. ``FOLDER/config/inputs`` gets what a review would bring, ``FOLDER/truth`` the answers:

- ``truth/records.csv``: input, position, work. Two records of one work are duplicates.
- ``truth/relations.csv``: work_a, work_b, relation. Works that look alike and are not one.
"""

import argparse
import csv
import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TextIO

import yaml

WORDS = yaml.safe_load((Path(__file__).parent / "data/simulated_words.yaml").read_text(encoding="utf-8"))
BRITISH = {"randomised": "randomized", "haemodialysis": "hemodialysis", "counselling": "counseling"}
GREEK = {"β": "beta"}


@dataclass(frozen=True)
class Work:
    """One publication. ``authors`` holds (family, given)."""

    number: int
    title: str
    authors: tuple[tuple[str, str], ...]
    year: int
    month: int
    journal: str
    volume: int
    issue: int
    pages: tuple[int, int]
    doi: str
    pmid: int
    abstract: str
    type: str = "Journal Article"


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
        year=rng.randint(2004, 2022),
        month=rng.randint(1, 12),
        journal=journal,
        volume=rng.randint(1, 60),
        issue=rng.randint(1, 12),
        pages=(first, first + rng.randint(2, 20)),
        doi=f"10.5555/{_name(rng, 1, 2).lower()}.{number}",
        pmid=90_000_000 + number,
        abstract=" ".join(
            f"We studied how {rng.choice(WORDS['topics'])} changes {rng.choice(WORDS['outcomes'])} among {rng.choice(WORDS['people'])}."
            for _ in range(rng.randint(3, 8))
        ),
    )


def _later(work: Work, rng: random.Random, years: int = 0, **changes: object) -> Work:
    """Return another publication of the same people: its own number, place and identifiers."""
    own = _plain(work.number + 1, rng)
    place = {name: getattr(own, name) for name in ("volume", "issue", "pages", "doi", "pmid", "number")}
    return replace(work, year=min(2022, work.year + years), **{**place, **changes})


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


Fields = dict[str, str]


def _initials(given: str, point: str) -> str:
    return given[0] + point


def _abbreviated(journal: str) -> str:
    small = {"of", "on", "the", "in", "and"}
    words = [word for word in journal.split() if word not in small]
    return journal if len(words) == 1 else " ".join(word[:4] for word in words)


def _slip(text: str, rng: random.Random) -> str:
    """Return the text with one letter lost, doubled or swapped."""
    at = rng.randrange(1, len(text) - 2)
    kind = rng.randrange(3)
    if kind == 0:
        return text[:at] + text[at + 1 :]
    if kind == 1:
        return text[:at] + text[at] + text[at:]
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


@dataclass(frozen=True)
class Source:
    """A database on its platform: which share of the works it holds, and how it writes them."""

    name: str
    kind: str
    source: str
    platform: str
    covers: float
    doi: float
    write: Callable[[TextIO, int, Fields], None]
    edit: Callable[[Fields, random.Random], Fields] = field(default=lambda fields, rng: fields)
    suffix: str = ".ris"


def fields_of(work: Work, source: Source, rng: random.Random) -> Fields:
    """Return the record of a work as its database has it: some facts lost, some told otherwise."""
    title, (first, last) = work.title, work.pages
    if rng.random() < 0.02:
        title = _slip(title, rng)
    if rng.random() < 0.05:
        for one, other in (*BRITISH.items(), *GREEK.items()):
            title = title.replace(one, other)
    authors = list(work.authors)
    if rng.random() < 0.02 and len(authors) > 3:
        authors = authors[:3]
    year = work.year + (rng.choice((-1, 1)) if rng.random() < 0.02 else 0)
    fields = {
        "type": work.type,
        "title": title,
        "authors": "; ".join(f"{family}, {given}" for family, given in authors),
        "year": str(year),
        "date": f"{year}-{work.month:02d}",
        "journal": work.journal,
        "abbreviation": _abbreviated(work.journal),
        "volume": str(work.volume),
        "issue": str(work.issue) if rng.random() < 0.9 else "",
        "first": str(first),
        "last": str(last),
        "doi": work.doi if rng.random() < source.doi else "",
        "pmid": str(work.pmid),
        "abstract": work.abstract if rng.random() < 0.9 else "",
        "accession": f"{source.name}{rng.randrange(10**9):09d}",
    }
    return source.edit(fields, rng)


def _people(fields: Fields) -> list[tuple[str, str]]:
    return [
        (family, given)
        for family, _, given in (name.partition(", ") for name in fields["authors"].split("; "))
    ]


def _lines(stream: TextIO, lines: list[tuple[str, str]]) -> None:
    stream.writelines(f"{tag}  - {value}\n" for tag, value in lines if value)
    stream.write("ER  - \n\n")


def ovid(stream: TextIO, position: int, fields: Fields) -> None:
    """Ovid's RIS: a counter before each record, T1, A1, Y1, DOI as address."""
    stream.write(f"{position}. \n")
    lines = [("TY", "JOUR"), ("T1", fields["title"] + ".")]
    lines += [("A1", f"{family}, {_initials(given, '.')}") for family, given in _people(fields)]
    lines += [
        ("Y1", f"{fields['year']}//"),
        ("N2", fields["abstract"]),
        ("JF", fields["journal"]),
        ("JA", fields["abbreviation"]),
        ("VL", fields["volume"]),
        ("IS", fields["issue"]),
        ("SP", fields["first"]),
        ("EP", fields["last"]),
        ("PT", fields["type"]),
        ("DO", f"https://dx.doi.org/{fields['doi']}" if fields["doi"] else ""),
        ("AN", fields["accession"]),
    ]
    _lines(stream, lines)


def scopus(stream: TextIO, position: int, fields: Fields) -> None:
    """Scopus' RIS: T2 the journal, J2 its abbreviation, PMID in C2."""
    lines = [("TY", "JOUR"), ("TI", fields["title"])]
    lines += [("AU", f"{family}, {_initials(given, '.')}") for family, given in _people(fields)]
    lines += [
        ("PY", fields["year"]),
        ("T2", fields["journal"]),
        ("J2", fields["abbreviation"]),
        ("VL", fields["volume"]),
        ("IS", fields["issue"]),
        ("SP", fields["first"]),
        ("EP", fields["last"]),
        ("DO", fields["doi"]),
        ("C2", fields["pmid"] if fields["type"] != "Conference Abstract" else ""),
        ("AB", fields["abstract"]),
        ("M3", fields["type"]),
        ("DB", "Scopus"),
    ]
    _lines(stream, lines)


def web_of_science(stream: TextIO, position: int, fields: Fields) -> None:
    """Web of Science's RIS: capitals in the journal, J9, AN with the UT."""
    lines = [("TY", "JOUR"), ("TI", fields["title"])]
    lines += [("AU", f"{family}, {given}") for family, given in _people(fields)]
    lines += [
        ("PY", fields["year"]),
        ("T2", fields["journal"].upper()),
        ("J9", fields["abbreviation"].upper()),
        ("VL", fields["volume"]),
        ("IS", fields["issue"]),
        ("SP", fields["first"]),
        ("EP", fields["last"]),
        ("DO", fields["doi"]),
        ("AB", fields["abstract"]),
        ("M3", fields["type"]),
        ("AN", f"WOS:{fields['accession']}"),
    ]
    _lines(stream, lines)


def medline(stream: TextIO, position: int, fields: Fields) -> None:
    """PubMed's .nbib: FAU and AU, LID with the kind of identifier, shortened last page."""
    first, last = fields["first"], fields["last"]
    short = last[-1] if len(first) == len(last) and first[:-1] == last[:-1] else last
    lines = [
        ("PMID", fields["pmid"]),
        ("DP", fields["date"].replace("-", " ")),
        ("TI", fields["title"] + "."),
    ]
    lines += [("PG", f"{first}-{short}"), ("LID", f"{fields['doi']} [doi]" if fields["doi"] else "")]
    lines += [("AB", fields["abstract"])]
    for family, given in _people(fields):
        lines += [("FAU", f"{family}, {given}"), ("AU", f"{family} {_initials(given, '')}")]
    lines += [
        ("LA", "eng"),
        ("PT", fields["type"]),
        ("TA", fields["abbreviation"]),
        ("JT", fields["journal"]),
    ]
    lines += [("VI", fields["volume"]), ("IP", fields["issue"])]
    stream.writelines(f"{tag:<4}- {value}\n" for tag, value in lines if value)
    stream.write("\n")


def _shouting(fields: Fields, rng: random.Random) -> Fields:
    return {**fields, "title": fields["title"].title()} if rng.random() < 0.3 else fields


def _careless(fields: Fields, rng: random.Random) -> Fields:
    """A hand-kept library: facts missing, a dash for the colon."""
    for name in ("volume", "issue", "last", "abstract"):
        if rng.random() < 0.3:
            fields[name] = ""
    return {
        **fields,
        "title": fields["title"].replace(": ", " - ") if rng.random() < 0.5 else fields["title"],
    }


SOURCES = (
    Source("medline", "database", "PubMed", "PubMed", 0.6, 0.9, medline, suffix=".nbib"),
    Source("embase", "database", "Embase", "Ovid", 0.6, 0.8, ovid),
    Source("scopus", "database", "Scopus", "Scopus", 0.7, 0.95, scopus),
    Source("wos", "database", "Web of Science", "Clarivate", 0.5, 0.9, web_of_science, _shouting),
    Source("library", "citation", "Reference lists", "EndNote", 0.08, 0.4, scopus, _careless),
)
TWICE = 0.004  # share of records that a database holds two times


def write_exports(folder: Path, number: int, seed: int) -> None:
    """Write one export for each source, and the truth: which work each record is of."""
    inputs, truth = folder / "config/inputs/exports", folder / "truth"
    inputs.mkdir(parents=True, exist_ok=True)
    truth.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:

        def text(path: Path) -> TextIO:
            return stack.enter_context(open(path, "w", encoding="utf-8", newline="\n"))

        streams = {source.name: text(inputs / f"{source.name}{source.suffix}") for source in SOURCES}
        records = csv.writer(text(truth / "records.csv"), lineterminator="\n")
        relations = csv.writer(text(truth / "relations.csv"), lineterminator="\n")
        records.writerow(("input", "position", "work"))
        relations.writerow(("work_a", "work_b", "relation"))
        position = dict.fromkeys(streams, 0)
        for work, relation in works(number, seed):
            if relation:
                relations.writerow((work.number - 1, work.number, relation))
            rng = random.Random(f"{seed}/{work.number}/records")
            holders = [source for source in SOURCES if rng.random() < source.covers]
            for source in holders or [SOURCES[2]]:
                for _ in range(2 if rng.random() < TWICE else 1):
                    position[source.name] += 1
                    source.write(streams[source.name], position[source.name], fields_of(work, source, rng))
                    records.writerow((source.name, position[source.name], work.number))


def main() -> None:
    """Write the synthetic review into a folder that is empty or not there."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--works", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if options.folder.exists() and any(options.folder.iterdir()):
        parser.error(f"{options.folder} is not empty. Name another folder.")
    write_exports(options.folder, options.works, options.seed)


if __name__ == "__main__":
    main()
