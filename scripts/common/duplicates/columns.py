"""The comparison keys of all records as columns: one array a key, one row a record, sorted by record_id."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from hashlib import blake2b
from itertools import chain, islice
from multiprocessing import Pool
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scripts.common.duplicates.keys import (
    ABSTRACT_CHARACTERS,
    JOURNALS_KEPT,
    abstract_key,
    author_keys,
    bare_title,
    doi_of_work,
    is_preprint,
    is_protocol,
    is_recurring,
    issns_of,
    issue_of,
    journal_names,
    notice_of,
    number_of,
    numbers_of,
    pages_of,
    part_of,
    place_of,
    year_of,
)
from scripts.common.files.tables import stream_table
from scripts.common.values.identifiers import doi_key, pmcid_key, pmid_key
from scripts.common.values.words import fold

Ints = NDArray[np.int64]
Texts = NDArray[np.object_]

# The columns of records.csv that are compared.
COMPARED = (
    "record_id", "source", "type", "title", "authors", "year", "journal", "journal_abbrev", "volume", "issue",
    "pages", "doi", "pmid", "pmcid", "issn", "isbn", "abstract", "accession", "retraction",
)  # fmt: skip

CHUNK = 500  # records that one process takes at a time: few, so that all processes end at about the same time
ONE_PROCESS = 2_000  # records; starting processes for fewer would cost more than it saves
RECURRING_YEARS = 3  # a preprint, an early version and the print can differ by two

SUPPLEMENT = ("suppl", "conference", "meeting", "congress", "abstract")  # where abstracts of meetings stand


class Keys(NamedTuple):
    """One array a key. A text that is only tested for equality is a 63-bit code; 0 is: not known."""

    record_id: Texts
    title: Texts  # folded words
    authors: Texts  # folded family names in a row
    names: Texts  # all names that are spelled out
    abstract: Texts  # its beginning, folded
    source: Ints
    title_length: Ints  # characters
    title_code: Ints  # of the title without blanks
    numbers: Ints  # code of the figures in the title
    first_author: Ints
    year: Ints
    journal: Ints
    issn: Ints
    issn_2: Ints
    volume: Ints
    issue: Ints
    page_letter: Ints
    first_page: Ints
    last_page: Ints
    doi: Ints
    doi_work: Ints  # the DOI without its version
    registrant: Ints
    pmid: Ints
    pmcid: Ints
    accession: Ints  # with its source
    part: Ints
    notice: Ints
    protocol: Ints
    preprint: Ints
    supplement: Ints
    recurring: Ints


TEXTS = ("record_id", "title", "authors", "names", "abstract")


class Table(NamedTuple):
    """Keys of all records, and the folded names behind the code of a journal."""

    keys: Keys
    journals: dict[int, tuple[str, ...]]

    def __len__(self) -> int:
        return len(self.keys.record_id)


def code(text: str) -> int:
    """Return a number for a text, the same on every machine; 0 for none."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little") >> 1 if text else 0


@cache
def short_code(text: str) -> int:
    """Return ``code`` of a text that many records share."""
    return code(text)


@cache
def short_fold(text: str) -> str:
    """Return ``fold`` of a text that many records share."""
    return fold(text)


def all_journal_names(journal: str, abbreviation: str) -> tuple[str, ...]:
    """Return the folded names of a journal in both fields."""
    names = journal_names(journal)
    return tuple(dict.fromkeys((*names, *journal_names(abbreviation)))) if abbreviation else names


@lru_cache(maxsize=JOURNALS_KEPT)
def in_supplement(*place: str) -> bool:
    """Tell whether type and journal, or volume and issue, name a supplement or a meeting."""
    written = " ".join(place).casefold()
    return any(map(written.__contains__, SUPPLEMENT))


def key_columns(rows: Sequence[Sequence[str]]) -> tuple[dict[str, Any], dict[int, tuple[str, ...]]]:
    """Return the keys of rows of ``COMPARED`` as columns of ``Keys``, and the names of the journals in them.

    Column by column: a function that runs in a row over many values takes a fifth less time (measured).
    """
    (
        record_ids, sources, kinds, written, authors, years, journals, abbreviations, volumes, issues,
        pages, dois, pmids, pmcids, issns, isbns, abstracts, accessions, retractions,
    ) = zip(*rows, strict=True)  # fmt: skip
    bare = list(map(bare_title, written))
    titles = list(map(fold, bare))
    people = list(map(author_keys, authors))
    families = [" ".join(names) for names, _ in people]
    known_as = list(map(all_journal_names, journals, abbreviations))
    journal = list(map(short_code, map("|".join, known_as)))
    doi = [doi_key(text) if text else "" for text in dois]
    doi_code = list(map(code, doi))
    works = map(doi_of_work, doi)
    kind = list(map(short_fold, kinds))
    volumes, issues, pages = zip(*map(place_of, volumes, issues, pages), strict=True)
    letters, first_pages, last_pages = zip(*map(pages_of, pages), strict=True)
    year = list(map(year_of, years))
    issn, issn_2 = zip(*map(issns_of, issns, isbns), strict=True)
    texts = {
        "record_id": record_ids,
        "title": titles,
        "authors": families,
        "names": [
            family if family == said else said for family, (_, said) in zip(families, people, strict=True)
        ],
        "abstract": list(map(abstract_key, abstracts)),
    }
    values: dict[str, Iterable[int]] = {
        "source": map(short_code, sources),
        "title_length": map(len, titles),
        "title_code": [code(title.replace(" ", "")) for title in titles],
        "numbers": map(short_code, map(numbers_of, titles)),
        "first_author": [short_code(names[0]) if names else 0 for names, _ in people],
        "year": year,
        "journal": journal,
        "issn": issn,
        "issn_2": issn_2,
        "volume": [0 if n == y else n for n, y in zip(map(number_of, volumes), year, strict=True)],
        "issue": map(issue_of, issues),
        "page_letter": [ord(letter) if letter else 0 for letter in letters],
        "first_page": first_pages,
        "last_page": last_pages,
        "doi": doi_code,
        "doi_work": [
            n if work == text else code(work) for n, work, text in zip(doi_code, works, doi, strict=True)
        ],
        "registrant": [short_code(text.partition("/")[0]) for text in doi],
        "pmid": [int((text and pmid_key(text)) or 0) for text in pmids],
        "pmcid": [int((text and pmcid_key(text)[3:]) or 0) for text in pmcids],
        "accession": [
            code(f"{source}|{text}") if text else 0 for source, text in zip(sources, accessions, strict=True)
        ],
        "part": map(short_code, map(part_of, titles, bare)),
        "notice": map(short_code, map(notice_of, titles, written, retractions)),
        "protocol": map(is_protocol, titles, kind),
        "preprint": map(is_preprint, doi, kind, known_as),
        "supplement": [
            letter in ("s", "a") or in_supplement(what, where) or in_supplement(volume, issue)
            for letter, what, where, volume, issue in zip(
                letters, kind, journals, volumes, issues, strict=True
            )
        ],
        "recurring": map(is_recurring, titles),
    }
    columns = {name: np.fromiter(column, np.int64, len(rows)) for name, column in values.items()}
    return texts | columns, dict(zip(journal, known_as, strict=True))


def build(chunks: Iterable[tuple[dict[str, Any], dict[int, tuple[str, ...]]]]) -> Table:
    """Return the table of all chunks, sorted by record_id, so that the order of the inputs never counts."""
    parts: dict[str, list[Any]] = {name: [] for name in Keys._fields}
    journals: dict[int, tuple[str, ...]] = {}
    for columns, names in chunks:
        for name in Keys._fields:
            parts[name].append(columns[name])
        journals |= names
    arrays: dict[str, Any] = {}
    for name, part in parts.items():
        if name in TEXTS:
            texts = [text for column in part for text in column]
            arrays[name] = np.empty(len(texts), dtype=object)
            arrays[name][:] = texts
        else:
            arrays[name] = np.concatenate(part) if part else np.zeros(0, dtype=np.int64)
        part.clear()
    record_id = arrays["record_id"].tolist()
    order = np.array(sorted(range(len(record_id)), key=record_id.__getitem__), dtype=np.int64)
    keys = Keys(**{name: array[order] for name, array in arrays.items()})
    return Table(
        keys._replace(recurring=keys.recurring | _printed_again(keys.title_code, keys.year)), journals
    )


def cells(path: str | Path, columns: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Yield these cells of each row of a CSV; of an abstract only what is compared."""
    rows = stream_table(path, columns)
    header = next(rows)
    kept = itemgetter(*(header.index(name) for name in columns))
    abstract = header.index("abstract")
    for row in rows:
        row[abstract] = row[abstract][: 2 * ABSTRACT_CHARACTERS]
        yield kept(row)


def read_keys(path: str | Path, threads: int = 1) -> Table:
    """Return the keys of a CSV in the form of records.csv; ``threads`` changes the time only."""
    return keys_of(cells(path, COMPARED), threads)


def keys_of(rows: Iterable[Sequence[str]], threads: int = 1) -> Table:
    """Return the keys of rows of ``COMPARED``; ``threads`` changes the time only."""
    rows = iter(rows)
    first = list(islice(rows, ONE_PROCESS))
    every = chain(first, rows)
    chunks = iter(lambda: list(islice(every, CHUNK)), [])
    if threads == 1 or len(first) < ONE_PROCESS:
        return build(map(key_columns, chunks))
    with Pool(threads) as pool:
        return build(pool.imap(key_columns, chunks))


def _printed_again(title: Ints, year: Ints) -> Ints:
    """Return 1 for titles of ``RECURRING_YEARS`` or more different years: a column, a yearly report."""
    known = (title > 0) & (year > 0)
    if not known.any():
        return np.zeros(len(title), dtype=np.int64)
    order = np.lexsort((year[known], title[known]))
    titles, years = title[known][order], year[known][order]
    new = np.ones(len(titles), dtype=bool)
    new[1:] = (titles[1:] != titles[:-1]) | (years[1:] != years[:-1])
    named, count = np.unique(titles[new], return_counts=True)
    return np.isin(title, named[count >= RECURRING_YEARS]).astype(np.int64)
