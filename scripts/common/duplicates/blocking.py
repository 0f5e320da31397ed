"""Which pairs of records are compared: those that share a key, so that their number stays near-linear."""

from collections.abc import Iterator
from functools import cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from scripts.common.duplicates.columns import Flags, Ints, Numbers, Table

Hashes = NDArray[np.uint64]

WINDOW = 12  # neighbours in a large block, sorted by title, with which a record is compared
MAX_BLOCK = 40  # records; of a larger block each record meets its neighbours only
MAX_PENDING = 4_000_000  # pairs held before those that several blocks share are put together
AT_ONCE = 50_000  # records whose titles are split, or whose neighbours are listed, at once
BANDS = (
    10  # of the MinHash of a title; two titles with two thirds of their words in common share one with 99 %
)
MIN_WORD = 4  # letters; shorter words say little about a title


def _mix(*columns: Ints | Numbers | Hashes) -> Hashes:
    """Return one 64-bit hash a row (splitmix64), the same on every machine."""
    total = np.full(len(columns[0]), 0x9E3779B97F4A7C15, dtype=np.uint64)
    for column in columns:
        total = _stir(total, column.astype(np.uint64))
    return total


def _stir(total: Hashes, more: Hashes | np.uint64) -> Hashes:
    total = (total ^ more) * np.uint64(0xBF58476D1CE4E5B9)
    total ^= total >> np.uint64(29)
    total *= np.uint64(0x94D049BB133111EB)
    total ^= total >> np.uint64(32)
    return total


def title_bands(table: Table) -> tuple[list[Hashes], Flags]:
    """Return the MinHash of each title, one column a band, and which titles have words.

    A word of few letters counts only where a title has no longer one.
    """
    hash_of = cache(lambda word: crc32(word.encode()))
    bands = [np.zeros(len(table), dtype=np.uint64) for _ in range(BANDS)]
    has_words = table.keys.title_length > 0
    for start in range(0, len(table), AT_ONCE):
        rows = start + np.flatnonzero(has_words[start : start + AT_ONCE])
        words: list[int] = []
        begins: list[int] = []
        for title in table.keys.title[rows]:
            every = title.split()
            begins.append(len(words))
            words += map(hash_of, [word for word in every if len(word) >= MIN_WORD] or every)
        if not words:
            continue
        mixed = _mix(np.array(words, dtype=np.uint64))
        for number, band in enumerate(bands):
            parts = [np.minimum.reduceat(_stir(mixed, np.uint64(2 * number + i)), begins) for i in (0, 1)]
            band[rows] = _mix(*parts)
    return bands, has_words


def block_keys(table: Table) -> Iterator[tuple[str, Hashes, NDArray[np.bool_]]]:
    """Yield name, key and which records have it, for each kind of block."""
    k = table.keys
    yield "DOI", _mix(k.doi_work), k.doi_work > 0
    yield "PMID", _mix(k.pmid), k.pmid > 0
    yield "PMCID", _mix(k.pmcid), k.pmcid > 0
    yield "registration", _mix(k.registration), k.registration > 0
    yield "abstract", _mix(k.abstract_code), k.abstract_code > 0
    yield "title", _mix(k.title_code), k.title_code > 0
    page = k.first_page > 0
    yield (
        "first author, volume, page",
        _mix(k.first_author, k.volume, k.first_page),
        page & (k.volume > 0) & (k.first_author > 0),
    )
    yield (
        "first author, year, page",
        _mix(k.first_author, k.year, k.first_page),
        page & (k.year > 0) & (k.first_author > 0),
    )
    long = k.last_page > k.first_page
    yield (
        "volume, first and last page",
        _mix(k.volume, k.first_page, k.last_page),
        page & long & (k.volume > 0),
    )
    yield "year, volume, page", _mix(k.year, k.volume, k.first_page), page & (k.volume > 0) & (k.year > 0)
    bands, has_words = title_bands(table)
    beginnings = (crc32(title.replace(" ", "")[:25].encode()) for title in k.title)
    yield "beginning of the title", _mix(np.fromiter(beginnings, np.uint64, len(table))), has_words
    while bands:
        yield "words of the title", bands.pop(0), has_words


def candidate_pairs(table: Table) -> tuple[Ints, dict[str, int]]:
    """Return the pairs to compare, each once, and what was cut.

    A pair is one number, to save memory: smaller row times ``len(table)`` plus larger row. The second result
    counts by kind of block the pairs that were left out of blocks larger than
    ``MAX_BLOCK``; many of them meet in another block. Which ones are left out depends on what the records
    say, never on their names: equal titles are put in the order of their content.
    """
    by_title = _by_title(table)
    found = np.zeros(0, dtype=np.int64)
    pending: list[Ints] = []
    cut: dict[str, int] = {}
    for name, key, has in block_keys(table):
        rows = by_title[has[by_title]]
        rows = rows[np.argsort(key[rows], kind="stable")]
        keys = key[rows]
        begin = np.flatnonzero(np.append(True, keys[1:] != keys[:-1])[: len(keys)])
        size = np.diff(np.append(begin, len(keys)))
        for a, b in _neighbours(rows, begin, size):
            pending.append(np.minimum(a, b) * np.int64(len(table)) + np.maximum(a, b))
        if sum(map(len, pending)) > MAX_PENDING:
            found = _with_pending(found, pending)
        large = size[size > MAX_BLOCK]
        left_out = int((large * (large - 1) // 2 - (large * WINDOW - WINDOW * (WINDOW + 1) // 2)).sum())
        if left_out:
            cut[name] = cut.get(name, 0) + left_out
    return _with_pending(found, pending), cut


def _by_title(table: Table) -> Ints:
    """Return the rows in the order of their titles, those of one title in the order of their content."""
    titles = table.keys.title.tolist()
    by_content = np.argsort(table.keys.content, kind="stable").tolist()
    return np.array(sorted(by_content, key=titles.__getitem__), dtype=np.int64)


def _neighbours(rows: Ints, begin: Ints, size: Ints) -> Iterator[tuple[Ints, Ints]]:
    """Yield the pairs of rows to compare in blocks, which begin at ``begin``, some of them at a time."""
    place = np.arange(len(rows))
    partners = np.repeat(begin + size, size) - place - 1
    large = np.repeat(size > MAX_BLOCK, size)
    partners[large] = np.minimum(partners[large], WINDOW)
    for start in range(0, len(rows), AT_ONCE):
        some = partners[start : start + AT_ONCE]
        left = np.repeat(place[start : start + AT_ONCE], some)
        step = np.arange(1, len(left) + 1) - np.repeat(np.cumsum(some) - some, some)
        yield rows[left], rows[left + step]


def _with_pending(found: Ints, pending: list[Ints]) -> Ints:
    """Return the numbers of both in order, each once.

    To save memory ``found`` itself grows and ``pending`` is emptied: no moment holds all of them twice.
    """
    end = len(found)
    found.resize(end + sum(map(len, pending)), refcheck=False)
    new = found[end:]
    np.concatenate([*pending, new[:0]], out=new)
    pending.clear()
    new.sort()
    found.sort(kind="stable")  # which puts two runs that are in order together
    kept, before = 0, -1
    for start in range(0, len(found), AT_ONCE):
        some = found[start : start + AT_ONCE]
        is_new = np.append(some[0] != before, some[1:] != some[:-1])
        before = int(some[-1])
        some = some[is_new]
        found[kept : kept + len(some)] = some
        kept += len(some)
    del new
    found.resize(kept, refcheck=False)
    return found
