"""Find the record that a sheet means: by record_id, DOI, PMID, else by title. One answer, or none."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import pandas as pd
from rapidfuzz import fuzz, process

from scripts.common.identifiers import doi_key, pmid_key
from scripts.common.records import COLUMNS
from scripts.common.similarity import Keys, authors_agree, fold, held_apart, keys
from scripts.common.tables import rows_of

UNKNOWN = "no record has this name"


class Catalogue:
    """All records, looked up by any name a person may use; the answer is the record kept of its twins.

    ``records`` are the rows of records.csv, so that the DOI of a merged twin finds the record kept.
    ``settings`` are those of deduplication: a title is compared here as it is there.
    """

    def __init__(
        self, records: pd.DataFrame, clusters: pd.DataFrame, settings: Mapping[str, Any] | None = None
    ) -> None:
        self._cluster = dict(zip(clusters["record_id"], clusters["cluster_id"], strict=True))
        self._settings = settings or {}
        self._by: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._rows: dict[str, dict[str, str]] = {}
        for row in rows_of(records):
            self._rows[row["record_id"]] = row
            for kind, key in (
                ("DOI", doi_key(row["doi"])),
                ("PMID", pmid_key(row["pmid"])),
                ("title", fold(row["title"])),
            ):
                if key:
                    self._by[kind, key].add(row["record_id"])
        self._titles = sorted({key for kind, key in self._by if kind == "title"})

    def knows(self, name: str) -> bool:
        """Tell whether a name is the record_id of one of our records."""
        return name in self._cluster

    def find(self, name: str) -> tuple[str, str]:
        """Return the record_id and by what it was found, or ``""`` and why it was not."""
        if name in self._cluster:
            return self._cluster[name], "record_id"
        return self.find_work(name, name, "")

    def find_work(
        self, doi: str, pmid: str, title: str, year: str = "", authors: str = ""
    ) -> tuple[str, str]:
        """Return the record_id of a work and by what it was found, or ``""`` and why not.

        A DOI or PMID that two records have, or that name different records, is no answer; nor is a DOI
        whose record has another title: chapters share the DOI of their book.
        """
        given = keys({**dict.fromkeys(COLUMNS, ""), "title": title, "year": year, "authors": authors})
        found: dict[str, str] = {}
        for kind, key in (("DOI", doi_key(doi)), ("PMID", pmid_key(pmid))):
            homes = self._homes(self._by.get((kind, key), set())) if key else []
            if len(homes) > 1:
                return "", f"two records have this {kind}: {', '.join(homes)}"
            if homes:
                found[kind] = homes[0]
        if len(set(found.values())) > 1:
            return "", f"its DOI is that of {found['DOI']}, its PMID that of {found['PMID']}"
        if found:
            kind, home = next(iter(found.items()))
            if kind == "DOI" and "PMID" not in found and self._other_title(given, doi_key(doi)):
                return "", f"its DOI is that of {home}, which has another title"
            return home, kind
        return self._by_title(given, fold(title)) if given.title else ("", UNKNOWN)

    def _homes(self, record_ids: set[str]) -> list[str]:
        return sorted({self._cluster[name] for name in record_ids})

    def _keys(self, record_id: str) -> Keys:
        return keys({**dict.fromkeys(COLUMNS, ""), **self._rows[record_id]})

    def _other_title(self, given: Keys, doi: str) -> bool:
        """Tell whether no record with this DOI has a title like the given one, or like a part of it."""
        titles = [fold(self._rows[name]["title"]) for name in self._by["DOI", doi]]
        limit = self._settings.get("similar_title", 85)
        known = [title for title in titles if title]
        return bool(given.title and known) and all(
            max(fuzz.ratio(given.title, title), fuzz.partial_ratio(given.title, title)) < limit
            for title in known
        )

    def _by_title(self, given: Keys, words: str) -> tuple[str, str]:
        """Find a work by its title: the same words, else words as alike as duplicates must be.

        ``words`` is the whole title, ``given`` knows it without a leading "Retracted:".
        """
        same = self._fitting(given, [given.title, words])
        if not same and len(given.title.split()) >= self._settings.get("min_title_words", 4):
            alike = process.extract(
                given.title, self._titles, scorer=fuzz.ratio, limit=None,
                score_cutoff=self._settings.get("same_title", 94),
            )  # fmt: skip
            same = self._fitting(given, [str(title) for title, _, _ in alike])
        if len(same) > 1:
            return "", f"two records have this title: {', '.join(same)}"
        return (same[0], "title") if same else ("", UNKNOWN)

    def _fitting(self, given: Keys, titles: list[str]) -> list[str]:
        """Return the records with one of these titles, without those of other authors or far years."""
        names = {name for title in titles for name in self._by.get(("title", title), set())}
        years = self._settings.get("year_distance", 1)
        fit = set()
        for name in names:
            other = self._keys(name)
            far = given.year is not None and other.year is not None and abs(given.year - other.year) > years
            if not far and authors_agree(given, other) is not False and not held_apart(given, other):
                fit.add(name)
        return self._homes(fit)
