"""Find the record that a sheet means: by record_id, DOI, PMID, else by title. One answer, or none."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import pandas as pd
from rapidfuzz import fuzz, process

from scripts.common.duplicates.kinds import is_protocol, notice_of
from scripts.common.duplicates.names import author_keys
from scripts.common.duplicates.titles import bare_title, part_of
from scripts.common.files.tables import rows_of
from scripts.common.records.record import Record
from scripts.common.review.settings import Matching
from scripts.common.values.identifiers import doi_key, pmid_key
from scripts.common.values.words import fold

NAMED = ("record_id", "type", "title", "authors", "year", "journal", "doi", "pmid", "retraction")
UNKNOWN = "no record has this name"


class Catalogue:
    """All records, looked up by any name a person may use; the answer is the record kept of its twins.

    ``records`` are the rows of records.csv (its columns ``NAMED``), so that the DOI of a merged twin finds
    the record kept.
    ``matching`` are the settings of deduplication: a title is compared here as it is there.
    """

    def __init__(self, records: pd.DataFrame, clusters: pd.DataFrame, matching: Matching) -> None:
        self._cluster = dict(zip(clusters["record_id"], clusters["cluster_id"], strict=True))
        self._matching = matching
        self._numbers: dict[str, str] = {}  # of the team -> record_id
        self._rows: dict[str, dict[str, str]] = {}
        self._dois: dict[str, list[str]] = defaultdict(list)
        self._pmids: dict[str, list[str]] = defaultdict(list)
        for row in rows_of(records):
            self._rows[row["record_id"]] = row
            for index, key in ((self._dois, doi_key(row["doi"])), (self._pmids, pmid_key(row["pmid"]))):
                if key:
                    index[key].append(row["record_id"])

    def take_numbers(self, numbers: Mapping[str, str]) -> None:
        """Learn which record each number of the team means; from then on a number is never a PMID."""
        self._numbers = dict(numbers)

    @cached_property
    def _titles(self) -> dict[str, list[str]]:
        """Title as it is compared -> its records. Most sheets never ask for it."""
        found: dict[str, list[str]] = defaultdict(list)
        for name, row in self._rows.items():
            if key := fold(row["title"]):
                found[key].append(name)
        return {key: found[key] for key in sorted(found)}

    def knows(self, name: str) -> bool:
        """Return whether a name is the record_id of one of our records, or a number of the team."""
        return name in self._cluster or name in self._numbers

    def of_input(self, name: str) -> set[str]:
        """Return the records kept of an input, ``*`` for all: each is its own twin or that of another."""
        return {home for one, home in self._cluster.items() if name in ("*", one.partition(":")[0])}

    def title(self, record_id: str) -> str:
        """Return the title of a record, as its source wrote it."""
        return self._rows[record_id]["title"]

    def find(self, name: str) -> tuple[str, str]:
        """Return the record_id and by what it was found, or ``""`` and why it was not."""
        if name in self._cluster:
            return self._cluster[name], "record_id"
        if name in self._numbers:
            return self._cluster[self._numbers[name]], "number of the team"
        return self.find_work(name, "" if self._numbers else name, "")

    def find_work(
        self,
        doi: str,
        pmid: str,
        title: str,
        year: str = "",
        authors: str = "",
        journal: str = "",
        within: str = "",
    ) -> tuple[str, str]:
        """Return the record_id of a work and by what it was found, or ``""`` and why not.

        ``within`` is the input whose records a title is looked for in; ``""``: all.

        A DOI or PMID that two records have, or that name different records, is no answer; nor is a DOI
        whose record has another title: chapters share the DOI of their book.
        """
        found: dict[str, str] = {}
        for kind, index, key in (("DOI", self._dois, doi_key(doi)), ("PMID", self._pmids, pmid_key(pmid))):
            homes = self._homes(index.get(key, ())) if key else []
            if len(homes) > 1:
                return "", f"two records have this {kind}: {', '.join(homes)}"
            if homes:
                found[kind] = homes[0]
        if len(set(found.values())) > 1:
            return "", f"its DOI is that of {found['DOI']}, its PMID that of {found['PMID']}"
        if found:
            kind, home = next(iter(found.items()))
            if kind == "DOI" and "PMID" not in found and self._other_title(fold(title), doi_key(doi)):
                return "", f"its DOI is that of {home}, which has another title"
            return home, kind
        return self._by_title(
            {"title": title, "year": year, "authors": authors, "journal": journal, "input": within}
        )

    def paired(self, named: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """Return for each work of a list, by title and input, its record where only the order can tell it.

        One input may hold several records of one title. Where a list names that title as often as the input
        has it, both are paired in their order; the answer is as ``find_work`` gives it. Others get ``""``.
        """
        asked = [(fold(title), within) for title, within in named]
        times = Counter(asked)
        left = {key: self._of_one_input(*key) for key, number in times.items() if number > 1 and key[0]}
        left = {key: found for key, found in left.items() if len(found) == times[key]}
        return [
            (self._cluster[left[key].pop(0)], "title, in the order of both lists")
            if key in left
            else ("", "")
            for key in asked
        ]

    def _of_one_input(self, words: str, within: str) -> list[str]:
        """Return the records with this title in their order, if they are all of one input."""
        names = self._titles.get(words, [])
        if within:
            names = [name for name in names if name.partition(":")[0] == within]
        inputs = {name.partition(":")[0] for name in names}
        return sorted(names, key=_position) if len(inputs) == 1 else []

    def _homes(self, record_ids: Iterable[str]) -> list[str]:
        return sorted({self._cluster[name] for name in record_ids})

    def _other_title(self, words: str, doi: str) -> bool:
        """Return whether no record with this DOI has a title like the given one, or like a part of it."""
        known = [title for name in self._dois[doi] if (title := fold(self._rows[name]["title"]))]
        limit = self._matching.similar_title
        return bool(words and known) and all(
            max(fuzz.ratio(words, title), fuzz.partial_ratio(words, title)) < limit for title in known
        )

    def _by_title(self, given: Record) -> tuple[str, str]:
        """Find a work by its title: the same words, else words as alike as duplicates must be."""
        words = fold(given["title"])
        same = self._fitting(given, [words])
        if not same and len(words.split()) >= self._matching.min_title_words:
            alike = process.extract(
                words, list(self._titles), scorer=fuzz.ratio, limit=None,
                score_cutoff=self._matching.same_title,
            )  # fmt: skip
            same = self._fitting(given, [str(title) for title, _, _ in alike])
        if len(same) > 1:
            # An article and the abstract of a meeting share title, people and year. A record that a team
            # added by hand has its authors as the team writes them ("Belitz et al.").
            for part in ("journal", "authors"):
                printed = fold(given[part])
                here = [name for name in same if printed and printed == fold(self._rows[name][part])]
                if len(here) == 1:
                    return here[0], f"title and {part}"
            return "", f"two records have this title: {', '.join(same)}"
        return (same[0], "title") if same else ("", UNKNOWN)

    def _fitting(self, given: Record, titles: Sequence[str]) -> list[str]:
        """Return the records with one of these titles that nothing holds apart from the given work."""
        names = {name for title in titles if title for name in self._titles.get(title, ())}
        if given["input"]:
            names = {name for name in names if name.partition(":")[0] == given["input"]}
        years = self._matching.year_distance
        return self._homes(name for name in names if can_be_one(given, self._rows[name], years))


def can_be_one(given: Record, other: Record, years: int) -> bool:
    """Return whether two works of like titles can be one: authors and years fit, no rule holds them apart.

    The rules are those of deduplication: parts, notices, protocols. What is not known holds nothing apart.
    """
    a, b = (_what_it_is(row) for row in (given, other))
    (first, second), (one, two) = sorted((a.families, b.families), key=len), (given["year"], other["year"])
    far = one.isdigit() and two.isdigit() and abs(int(one) - int(two)) > years
    other_authors = bool(first) and first[0] not in second
    return not far and not other_authors and a.kind == b.kind


def _position(record_id: str) -> tuple[int, str]:
    """Return the sort key of a record inside its input: its place, then its whole name."""
    place = record_id.rpartition(":")[2]
    return int(place) if place.isdigit() else 0, record_id


class _Work(NamedTuple):
    families: list[str]
    kind: tuple[str, str, bool]  # part of a series, notice about another work, protocol


def _what_it_is(row: Record) -> _Work:
    written = bare_title(row["title"])
    title = fold(written)
    kind = (
        part_of(title, written),
        notice_of(title, row["title"], row.get("retraction", "")),
        is_protocol(title, fold(row.get("type", ""))),
    )
    return _Work(author_keys(row["authors"])[0], kind)
