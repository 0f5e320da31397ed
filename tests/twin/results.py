"""Truth and results of one synthetic review, side by side."""

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from scripts.common.files.tables import stream_table


def rows(path: Path, *columns: str) -> Iterator[list[str]]:
    """Yield the cells of the columns of a CSV, row by row; all columns if none is named."""
    table = stream_table(path)
    header = next(table)
    at = [header.index(name) for name in columns or header]
    for cells in table:
        yield [cells[i] for i in at]


class Results:
    """Truth and results of one review. Records are numbered in the order of truth, so that a million fit."""

    def __init__(self, folder: Path) -> None:
        self.truth, self.results = folder / "truth", folder / "results"
        self.number: dict[str, int] = {}
        self.work: list[int] = []
        for input_, position, work in rows(self.truth / "records.csv", "input", "position", "work"):
            self.number[f"{input_}:{position}"] = len(self.work)
            self.work.append(int(work))
        self.home: dict[int, int] = {}  # record -> the record that its cluster is named by
        self.unknown: list[str] = []
        self.read = 0
        for record, cluster in rows(self.results / "records/clusters.csv", "record_id", "cluster_id"):
            self.read += 1
            if record in self.number:
                self.home[self.number[record]] = self.number[cluster]
            else:
                self.unknown.append(record)

    @cached_property
    def split(self) -> dict[int, int]:
        """Return work -> its clusters, for works that are in two or more."""
        first: dict[int, int] = {}
        more: dict[int, set[int]] = defaultdict(set)
        for record, cluster in self.home.items():
            if first.setdefault(self.work[record], cluster) != cluster:
                more[self.work[record]].add(cluster)
        return {work: 1 + len(clusters) for work, clusters in more.items()}

    @cached_property
    def mixed(self) -> dict[int, set[int]]:
        """Return cluster -> its works, for clusters that hold two or more."""
        more: dict[int, set[int]] = defaultdict(set)
        for record, cluster in self.home.items():
            if self.work[record] != self.work[cluster]:
                more[cluster] |= {self.work[record], self.work[cluster]}
        return dict(more)

    @cached_property
    def unsure(self) -> set[int]:
        """Return the works that are split or mixed: what comes of them does not follow from the truth."""
        return set(self.split) | {work for works in self.mixed.values() for work in works}
