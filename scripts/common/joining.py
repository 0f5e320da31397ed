"""Find the unique record that a sheet means: by record_id, DOI, PMID, else by title."""

from collections import defaultdict

import pandas as pd

from scripts.common.comparison_keys import fold
from scripts.common.identifiers import doi_key, pmid_key
from scripts.common.tables import rows_of


class Catalogue:
    """The unique records, looked up by any name a person may use. One answer, or none."""

    def __init__(self, unique: pd.DataFrame, clusters: pd.DataFrame) -> None:
        self._cluster = dict(zip(clusters["record_id"], clusters["cluster_id"], strict=True))
        self._by: dict[tuple[str, str], set[str]] = defaultdict(set)
        for row in rows_of(unique):
            for kind, key in (
                ("DOI", doi_key(row["doi"])),
                ("PMID", pmid_key(row["pmid"])),
                ("title", fold(row["title"])),
            ):
                if key:
                    self._by[kind, key].add(row["record_id"])

    def find(self, name: str) -> tuple[str, str]:
        """Return the record_id and by what it was found, or ``""`` and why it was not."""
        if name in self._cluster:
            return self._cluster[name], "record_id"
        return self._one((("DOI", doi_key(name)), ("PMID", pmid_key(name))))

    def find_work(self, doi: str, pmid: str, title: str) -> tuple[str, str]:
        """Return the record_id of a work and by what it was found, or ``""`` and why not."""
        return self._one((("DOI", doi_key(doi)), ("PMID", pmid_key(pmid)), ("title", fold(title))))

    def _one(self, names: tuple[tuple[str, str], ...]) -> tuple[str, str]:
        for kind, key in names:
            found = self._by.get((kind, key), set()) if key else set()
            if len(found) == 1:
                return next(iter(found)), kind
            if found:
                return "", f"two records have this {kind}: {', '.join(sorted(found))}"
        return "", "no record has this name"
