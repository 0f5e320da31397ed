"""The comparison keys of all records as columns: numpy arrays, one row a record, sorted by record_id."""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import chain
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scripts.common.comparison_keys import (
    PREPRINT_REGISTRANTS,
    PREPRINT_SERVERS,
    abstract_key,
    author_keys,
    doi_of_work,
    bare_title,
    fold,
    is_recurring,
    issns_of,
    issue_of,
    journal_names,
    notice_of,
    number_of,
    pages_of,
    place_of,
    part_of,
    is_protocol,
    year_of,
)
from scripts.common.identifiers import doi_key, pmcid_key, pmid_key

Ints = NDArray[np.int64]
Texts = NDArray[np.object_]

# The columns of records.csv that are compared.
READ = (
    "record_id", "source", "type", "title", "authors", "year", "journal", "journal_abbrev", "volume", "issue",
    "pages", "doi", "pmid", "pmcid", "issn", "isbn", "abstract", "accession", "retraction",
)  # fmt: skip

RECURRING_YEARS = 3  # a preprint, an early version and the print can differ by two

_DIGITS = re.compile(r"\d+")
_SUPPLEMENT = re.compile(r"suppl|conference|meeting|congress|abstract", re.IGNORECASE)


class Keys(NamedTuple):
    """One array a column. Numbers are 0 where nothing is known; codes are equal where texts are equal."""

    record_id: Texts
    source: Ints
    title: Texts  # folded words
    title_code: Ints  # of the title without blanks
    numbers: Ints  # code of the figures in the title
    authors: Texts  # folded family names in a row
    names: Texts  # all names that are spelled out
    first_author: Ints
    year: Ints
    journal: Ints  # index into the table of journals
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
    abstract: Texts


class Table(NamedTuple):
    """Keys of all records, and the names behind their codes."""

    keys: Keys
    journals: list[tuple[str, ...]]  # code -> the folded names of a journal
    notices: list[str]
    parts: list[str]
    dois: list[str]

    def __len__(self) -> int:
        return len(self.keys.record_id)


def row_keys(row: Sequence[str]) -> tuple[Any, ...]:
    """Return the keys of one row of the columns ``READ``, as texts and numbers, in the order of ``Keys``."""
    (record_id, source, kind, written, authors, year, journal, abbreviation, volume, issue,
     pages, doi, pmid, pmcid, issn, isbn, abstract, accession, retraction) = row  # fmt: skip
    bare = bare_title(written)
    title = fold(bare)
    names, spelled = author_keys(authors)
    journals = tuple(dict.fromkeys((*journal_names(journal), *journal_names(abbreviation))))
    doi = doi_key(doi) if doi else ""
    kind = fold(kind) if kind else ""
    volume, issue, pages = place_of(volume, issue, pages)
    letter, first_page, last_page = pages_of(pages)
    this_year = year_of(year)
    this_volume = number_of(volume)
    issn_1, issn_2 = issns_of(f"{issn} {isbn}")
    number = pmid_key(pmid) if pmid else ""
    central = pmcid_key(pmcid) if pmcid else ""
    preprint = bool(
        doi.startswith(PREPRINT_REGISTRANTS) or "preprint" in kind or kind == "unpb"
        or any(name.partition(" ")[0] in PREPRINT_SERVERS for name in journals)
    )  # fmt: skip
    return (
        record_id,
        source,
        title,
        title.replace(" ", ""),
        " ".join(_DIGITS.findall(title)),
        " ".join(names),
        spelled,
        names[0] if names else "",
        this_year,
        journals,
        issn_1,
        issn_2,
        0 if this_volume == this_year else this_volume,
        issue_of(issue),
        ord(letter) if letter else 0,
        first_page,
        last_page,
        doi,
        doi_of_work(doi),
        doi.partition("/")[0],
        int(number or 0),
        int(central[3:] or 0),
        (source, accession) if accession else (),
        part_of(title, bare),
        notice_of(title, bare, retraction),
        is_protocol(title, kind),
        preprint,
        bool(_SUPPLEMENT.search(f"{kind} {journal} {volume} {issue}")) or letter in ("s", "a"),
        is_recurring(title),
        abstract_key(abstract),
    )


def table_of(rows: Iterable[tuple[Any, ...]]) -> Table:
    """Return the keys of rows made by ``row_keys`` as columns, sorted by record_id."""
    ordered = sorted(rows, key=lambda row: row[0])
    columns = dict(zip(Keys._fields, zip(*ordered, strict=True), strict=True)) if ordered else dict.fromkeys(Keys._fields, ())
    names: dict[str, list[Any]] = {}
    arrays: dict[str, Any] = {}
    for name, values in columns.items():
        if name in ("record_id", "title", "authors", "names", "abstract"):
            arrays[name] = np.fromiter(values, dtype=object, count=len(values))
        elif values and isinstance(values[0], str | tuple):
            arrays[name], names[name] = _coded(values)
        else:
            arrays[name] = np.array(values, dtype=np.int64)
    arrays["recurring"] |= _printed_again(arrays["title_code"], arrays["year"])
    return Table(
        Keys(**arrays), names.get("journal", []), names.get("notice", []), names.get("part", []), names.get("doi", [])
    )


def _coded(values: Sequence[Any]) -> tuple[Ints, list[Any]]:
    """Return a code a value, 0 for an empty one, and the values of the codes."""
    codes: dict[Any, int] = {type(values[0])(): 0}
    array = np.fromiter((codes.setdefault(value, len(codes)) for value in values), dtype=np.int64, count=len(values))
    return array, list(codes)


def _printed_again(title: Ints, year: Ints) -> Ints:
    """Return 1 for the titles that stand in ``RECURRING_YEARS`` or more different years: a column, a yearly report."""
    known = (title > 0) & (year > 0)
    distinct = np.unique(np.stack([title[known], year[known]]), axis=1)
    years = np.bincount(distinct[0], minlength=int(title.max(initial=0)) + 1)
    return (years[title] >= RECURRING_YEARS).astype(np.int64)
