"""Which pairs of records are compared: those that share a key, so that their number stays near-linear."""

from collections.abc import Iterator
from functools import cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from scripts.common.duplicates.columns import Ints, Table

Hashes = NDArray[np.uint64]

WINDOW = 12  # neighbours in a large block, sorted by title, with which a record is compared
MAX_BLOCK = 40  # records; of a larger block each record meets its neighbours only
MAX_PENDING = 30_000_000  # pairs held before those that several blocks share are put together
BANDS = (
    10  # of the MinHash of a title; two titles with two thirds of their words in common share one with 99 %
)
MIN_WORD = 4  # letters; shorter words say little about a title


def _mix(*columns: NDArray[np.int64] | Hashes) -> Hashes:
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


def title_words(table: Table) -> tuple[Hashes, Ints, Ints]:
    """Return hashes of the long words of all titles in a row, where each title begins, how many it has."""
    hash_of = cache(lambda word: crc32(word.encode()))
    flat: list[int] = []
    ends = [0]
    for title in table.keys.title:
        every = title.split()
        flat += map(hash_of, [word for word in every if len(word) >= MIN_WORD] or every)
        ends.append(len(flat))
    return np.array(flat, dtype=np.uint64), np.array(ends[:-1], dtype=np.int64), np.diff(ends)


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
    words, starts, counts = title_words(table)
    some = counts > 0
    if not some.any():
        return
    beginnings = np.array([crc32(title.replace(" ", "")[:25].encode()) for title in k.title], dtype=np.uint64)
    yield "beginning of the title", _mix(beginnings), some
    at, mixed = starts[some], _mix(words)
    for band in range(BANDS):
        key = np.zeros(len(table), dtype=np.uint64)
        parts = [np.minimum.reduceat(_stir(mixed, np.uint64(2 * band + i)), at) for i in (0, 1)]
        key[some] = _mix(*parts)
        yield "words of the title", key, some


def candidate_pairs(table: Table) -> tuple[Ints, dict[str, int]]:
    """Return the pairs to compare, each once, and what was cut.

    A pair is one number, to save memory: smaller row times ``len(table)`` plus larger row. The second result
    counts by kind of block the pairs that were left out of blocks larger than
    ``MAX_BLOCK``; many of them meet in another block. Which ones are left out depends on what the records
    say, never on their names: equal titles are put in the order of their content.
    """
    n = np.int64(len(table))
    titles = table.keys.title.tolist()
    by_content = np.argsort(table.keys.content, kind="stable").tolist()
    by_title = np.array(sorted(by_content, key=titles.__getitem__), dtype=np.int64)
    found: list[Ints] = []
    pending = 0
    cut: dict[str, int] = {}
    for name, key, has in block_keys(table):
        rows = by_title[has[by_title]]
        rows = rows[np.argsort(key[rows], kind="stable")]
        keys = key[rows]
        begin = (
            np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1]))) if len(keys) else np.zeros(0, int)
        )
        size = np.diff(np.append(begin, len(keys)))
        size_of = np.repeat(size, size)
        end_of = np.repeat(begin + size, size)
        reach = np.where(size_of > MAX_BLOCK, WINDOW, size_of)
        place = np.arange(len(keys))
        partners = np.minimum(reach, end_of - place - 1)
        left = np.repeat(place, partners)
        step = np.arange(1, len(left) + 1) - np.repeat(np.cumsum(partners) - partners, partners)
        a, b = rows[left], rows[left + step]
        found.append(np.minimum(a, b) * n + np.maximum(a, b))
        pending += len(a)
        if pending > MAX_PENDING:
            found, pending = [_each_once(found)], 0
        large = size[size > MAX_BLOCK]
        left_out = int((large * (large - 1) // 2 - (large * WINDOW - WINDOW * (WINDOW + 1) // 2)).sum())
        if left_out:
            cut[name] = cut.get(name, 0) + left_out
    return _each_once(found), cut


def _each_once(parts: list[Ints]) -> Ints:
    """Return all numbers in order, each once, as np.unique would; the list is emptied, to save memory."""
    every = np.concatenate([*parts, np.zeros(0, dtype=np.int64)])
    parts.clear()
    every.sort()
    is_new = np.ones(len(every), dtype=bool)
    np.not_equal(every[1:], every[:-1], out=is_new[1:])
    return every[is_new]
