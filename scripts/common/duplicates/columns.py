"""The comparison keys of all records as columns: one array a key, one row a record, sorted by record_id."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from hashlib import blake2b
from itertools import chain, islice
from multiprocessing import Pool
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scripts.common.duplicates.journals import all_journal_names
from scripts.common.duplicates.kinds import (
    doi_of_work,
    in_supplement,
    is_preprint,
    is_protocol,
    notice_of,
    registration_of,
    work_of,
)
from scripts.common.duplicates.names import author_keys
from scripts.common.duplicates.places import (
    MIN_ARTICLE_NUMBER,
    issns_of,
    issue_of,
    number_of,
    online_year_of,
    pages_of,
    place_of,
    year_of,
)
from scripts.common.duplicates.source_lines import place_with_line
from scripts.common.duplicates.titles import (
    ABSTRACT_CHARACTERS,
    abstract_key,
    bare_title,
    count_words,
    is_recurring,
    is_yearly,
    numbers_of,
    part_of,
)
from scripts.common.files.tables import stream_table
from scripts.common.values.identifiers import doi_key, pmcid_key, pmid_key
from scripts.common.values.words import fold

Ints = NDArray[np.int64]
Numbers = NDArray[np.int32]  # of at most nine digits; a day in place of a page is little more
Flags = NDArray[np.bool_]
Texts = NDArray[np.object_]
Names = tuple[str, ...]  # of one journal, folded
Columns = dict[str, Iterable[Any]]  # some of the fields of Keys

CHUNK = 500  # records that one process takes at a time: few, so that all processes end at about the same time
ONE_PROCESS = 2_000  # records; starting processes for fewer would cost more than it saves
RECURRING_YEARS = (
    3  # a title of so many different years recurs; a preprint and its article are of two at most
)
MIN_TELLING = 100  # characters; a shorter beginning of an abstract can be a formula that many share
SUPPLEMENT_PAGES = ("s", "a")  # letters before pages of supplements: S12, A345


class Cells(NamedTuple):
    """The columns of records.csv that are compared, each with the cells of all rows."""

    record_id: Sequence[str]
    source: Sequence[str]
    type: Sequence[str]
    title: Sequence[str]
    authors: Sequence[str]
    year: Sequence[str]
    journal: Sequence[str]
    journal_abbrev: Sequence[str]
    volume: Sequence[str]
    issue: Sequence[str]
    pages: Sequence[str]
    doi: Sequence[str]
    pmid: Sequence[str]
    pmcid: Sequence[str]
    issn: Sequence[str]
    isbn: Sequence[str]
    abstract: Sequence[str]
    accession: Sequence[str]
    retraction: Sequence[str]


COMPARED = Cells._fields
ABSTRACT = COMPARED.index("abstract")
OF_THE_RECORD = 2  # the first columns, record_id and source, say nothing of the publication


class Keys(NamedTuple):
    """One array a key. A text that is only tested for equality is a 63-bit code; 0 is: not known."""

    record_id: Texts
    title: Texts  # folded words
    authors: Texts  # folded family names in a row
    names: Texts  # all names that are spelled out
    abstract: Texts  # its beginning, folded
    source: Ints
    content: Ints  # of all that is compared but the name of the record and of its database
    abstract_code: Ints  # of the beginning, if it is long enough to be telling
    title_length: Numbers  # characters
    title_words: Numbers
    title_code: Ints  # of the title without blanks
    numbers: Ints  # code of the figures in the title
    figures: Ints  # of those and the number of its part
    latin_names: Flags  # whether a name has a Latin letter
    first_author: Ints
    initials: Numbers  # of the first authors, one bit a letter; 0 where one is not known
    year: Numbers
    online_year: Numbers  # as the DOI names it, if it is another one
    journal: Ints
    issn: Numbers
    issn_2: Numbers
    volume: Numbers
    issue: Numbers
    page_letter: Numbers
    first_page: Numbers
    last_page: Numbers
    doi: Ints
    doi_work: Ints  # the DOI without its version
    registrant: Ints
    pmid: Numbers
    pmcid: Numbers
    accession: Ints  # with its source
    register: Ints  # of trials
    registration: Ints  # the number of a trial in it
    work: Ints  # thesis, chapter, book or article
    part: Ints
    notice: Ints
    protocol: Flags
    preprint: Flags
    supplement: Flags
    recurring: Flags
    yearly: Flags


_DTYPES = {Ints: np.int64, Numbers: np.int32, Flags: np.bool_}
# Of each column but the texts; the smallest that holds it, since a million records have forty columns.
DTYPES = {name: _DTYPES[kind] for name, kind in Keys.__annotations__.items() if kind in _DTYPES}
TEXTS = tuple(name for name in Keys._fields if name not in DTYPES)


class Table(NamedTuple):
    """Keys of all records, and the folded names behind the code of a journal."""

    keys: Keys
    journals: dict[int, Names]

    def __len__(self) -> int:
        return len(self.keys.record_id)

    def take(self, rows: Ints) -> "Table":
        """Return some of the records, in this order."""
        keys: dict[str, Any] = {name: column[rows] for name, column in self.keys._asdict().items()}
        return Table(Keys(**keys), self.journals)


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


def key_columns(rows: Sequence[Sequence[str]]) -> tuple[dict[str, Any], dict[int, Names]]:
    """Return the keys of rows of ``COMPARED`` as columns of ``Keys``, and the names of the journals in them.

    Column by column: a function that runs in a row over many values takes a fifth less time (measured).
    """
    written = Cells(*zip(*rows, strict=True))
    cells = _places_read(written)
    titles = list(map(bare_title, cells.title))
    folded = list(map(fold, titles))
    kinds = list(map(short_fold, cells.type))
    dois = [doi_key(text) if text else "" for text in cells.doi]
    abstracts = list(map(abstract_key, cells.abstract))
    names = list(map(all_journal_names, cells.journal, cells.journal_abbrev))
    journals = list(map(short_code, map("|".join, names)))
    columns: Columns = {
        "record_id": cells.record_id,
        "source": map(short_code, cells.source),
        "content": map(_content_of, rows, abstracts),
        "abstract": abstracts,
        "abstract_code": [code(text) if len(text) >= MIN_TELLING else 0 for text in abstracts],
        "journal": journals,
        "notice": map(short_code, map(notice_of, folded, cells.title, cells.retraction)),
        "protocol": map(is_protocol, folded, kinds),
        "preprint": map(is_preprint, dois, kinds, names),
        **_title_columns(folded, titles),
        **_author_columns(cells.authors),
        **_place_columns(cells, kinds, written.journal),
        **_identifier_columns(cells, dois),
        **_register_columns(written),
        "work": map(short_code, map(work_of, kinds)),
    }
    arrays = {
        name: column if name in TEXTS else np.fromiter(column, DTYPES[name], len(rows))
        for name, column in columns.items()
    }
    return arrays, dict(zip(journals, names, strict=True))


def _content_of(row: Sequence[str], abstract: str) -> int:
    """Return one number for all that a record says but for its name and its database."""
    return code("\x1f".join((abstract, *row[OF_THE_RECORD:ABSTRACT], *row[ABSTRACT + 1 :])))


def _title_columns(folded: Sequence[str], titles: Sequence[str]) -> Columns:
    """Return what titles say; ``titles`` are without what databases add, ``folded`` the same, folded."""
    numbers = list(map(numbers_of, folded))
    parts = list(map(part_of, folded, titles))
    return {
        "title": folded,
        "title_length": map(len, folded),
        "title_words": map(count_words, folded),
        "title_code": [code(title.replace(" ", "")) for title in folded],
        "numbers": map(short_code, numbers),
        "part": map(short_code, parts),
        # "Reagents. 1." and "Reagents. I." are one part: as one number they are the same
        "figures": map(short_code, map(_figures_of, parts, numbers)),
        "recurring": map(is_recurring, folded),
        "yearly": map(is_yearly, folded),
    }


def _figures_of(part: str, numbers: str) -> str:
    """Return the different figures of a title in order, the number of its part among them."""
    return " ".join(sorted({*part.split(), *numbers.split()})) if part or " " in numbers else numbers


def _author_columns(authors: Sequence[str]) -> Columns:
    people = list(map(author_keys, authors))
    families = [" ".join(names) for names, _, _ in people]
    spelled = [words for _, words, _ in people]
    return {
        "authors": families,
        # two equal texts become one, to save memory
        "names": [names if names == words else words for names, words in zip(families, spelled, strict=True)],
        "latin_names": [names.isascii() or any("a" <= sign <= "z" for sign in names) for names in families],
        "first_author": [short_code(names[0]) if names else 0 for names, _, _ in people],
        "initials": [letters_in(initials) for _, _, initials in people],
    }


@cache
def letters_in(initials: str) -> int:
    """Return one bit for each letter; 0 if one of them is not Latin."""
    if not all("a" <= letter <= "z" for letter in initials):
        return 0
    return sum(1 << (ord(letter) - ord("a")) for letter in set(initials))


def _places_read(cells: Cells) -> Cells:
    """Return the cells with what the cell of the journal says of volume, issue, pages and year."""
    places = zip(
        *map(place_with_line, cells.journal, cells.volume, cells.issue, cells.pages, cells.year),
        strict=True,
    )
    return cells._replace(**dict(zip(("journal", "volume", "issue", "pages", "year"), places, strict=True)))


def _place_columns(cells: Cells, kinds: Sequence[str], journals: Sequence[str]) -> Columns:
    """Return where records are printed; ``kinds`` are folded types, ``journals`` the cells as written."""
    volumes, issues, pages = zip(*map(place_of, cells.volume, cells.issue, cells.pages), strict=True)
    letters, first_pages, last_pages = zip(*map(pages_of, pages), strict=True)
    years = list(map(year_of, cells.year))
    issns, issns_2 = zip(*map(issns_of, cells.issn, cells.isbn), strict=True)
    written = zip(letters, first_pages, kinds, journals, volumes, issues, strict=True)
    return {
        "year": years,
        "online_year": map(online_year_of, cells.doi, years),
        "issn": issns,
        "issn_2": issns_2,
        # a volume that repeats the year says nothing
        "volume": [0 if n == y else n for n, y in zip(map(number_of, volumes), years, strict=True)],
        "issue": map(issue_of, issues),
        "page_letter": [ord(letter) if letter else 0 for letter in letters],
        "first_page": first_pages,
        "last_page": last_pages,
        "supplement": [
            (letter in SUPPLEMENT_PAGES and page < MIN_ARTICLE_NUMBER)
            or in_supplement(kind, journal)
            or in_supplement(volume, issue)
            for letter, page, kind, journal, volume, issue in written
        ],
    }


def _identifier_columns(cells: Cells, dois: Sequence[str]) -> Columns:
    """Return the identifiers; ``dois`` are the keys of the cells."""
    doi_codes = list(map(code, dois))
    works = zip(doi_codes, map(doi_of_work, dois), dois, strict=True)
    return {
        "doi": doi_codes,
        "doi_work": [number if work == doi else code(work) for number, work, doi in works],
        "registrant": [short_code(doi.partition("/")[0]) for doi in dois],
        "pmid": [int((text and pmid_key(text)) or 0) for text in cells.pmid],
        "pmcid": [int((text and pmcid_key(text)[3:]) or 0) for text in cells.pmcid],
        "accession": [
            code(f"{source}|{text}") if text else 0
            for source, text in zip(cells.source, cells.accession, strict=True)
        ],
    }


def _register_columns(written: Cells) -> Columns:
    """Return where and under which number trials are registered."""
    places = map(registration_of, written.accession, written.journal, written.authors)
    registers, numbers = zip(*places, strict=True)
    return {"register": map(short_code, registers), "registration": map(code, numbers)}


def build(chunks: Iterable[tuple[dict[str, Any], dict[int, Names]]]) -> Table:
    """Return the table of all chunks, sorted by record_id, so that the order of the inputs never counts.

    Each column grows in one block of memory: many small arrays would leave holes that nothing else fills.
    """
    texts: dict[str, list[str]] = {name: [] for name in TEXTS}
    blocks = {name: bytearray() for name in DTYPES}
    journals: dict[int, Names] = {}
    for columns, names in chunks:
        for name, every in texts.items():
            every += columns[name]
        for name, block in blocks.items():
            block += columns[name].tobytes()
        journals |= names
    record_id = texts["record_id"]
    order = np.array(sorted(range(len(record_id)), key=record_id.__getitem__), dtype=np.int64)
    arrays: dict[str, Any] = {}
    for name in TEXTS:
        column = np.empty(len(order), dtype=object)
        column[:] = texts.pop(name)
        arrays[name] = column[order]
    for name, dtype in DTYPES.items():
        arrays[name] = np.frombuffer(blocks.pop(name), dtype)[order]
    keys = Keys(**arrays)
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


def _printed_again(title: Ints, year: Numbers) -> Flags:
    """Return which titles are of ``RECURRING_YEARS`` or more different years: a column, a yearly report."""
    known = (title > 0) & (year > 0)
    if not known.any():
        return known
    order = np.lexsort((year[known], title[known]))
    titles, years = title[known][order], year[known][order]
    new = np.ones(len(titles), dtype=bool)
    new[1:] = (titles[1:] != titles[:-1]) | (years[1:] != years[:-1])
    named, count = np.unique(titles[new], return_counts=True)
    return np.isin(title, named[count >= RECURRING_YEARS])
