"""Move each threshold of the duplicate rules and count what becomes of gold-labelled pairs.

    python -m tests.benchmark.thresholds                        # on all sets in ../shared/dedup
    python -m tests.benchmark.thresholds --sets /other/folder

Printed as a table in Markdown: pairs wrongly merged and pairs missed, among those that are compared. Pairs
are counted before clusters are made; python -m tests.benchmark.dedup counts records.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import yaml

from scripts.common.duplicates import rules
from scripts.common.duplicates.blocking import candidate_pairs
from scripts.common.duplicates.columns import read_keys
from scripts.common.duplicates.likeness import Bools, Pairs, compare, worth_comparing
from scripts.common.files.tables import write_table
from scripts.common.records.record import COLUMNS
from scripts.common.review.settings import Matching
from scripts.common.review.settings_checks import check_settings
from tests.benchmark.dedup import as_records
from tests.paths import REPOSITORY, SPECIMENS

CONSTANTS: dict[str, tuple[int, ...]] = {
    "UNLIKE_TITLE": (50, 60, 80),
    "MIN_WORDS_INSIDE": (1, 3),
    "SOME_AUTHORS": (50, 60, 80, 90),
    "SOME_AUTHORS_AFTER_THE_FIRST": (0, 70),
    "ALL_AUTHORS": (70, 80, 90, 100),
    "SAME_ABSTRACT": (60, 80, 95),
    "MIN_ABSTRACT": (0, 200),
    "OTHER_ABSTRACT": (40, 80),
}
SETTINGS: dict[str, tuple[int, ...]] = {
    "same_title": (90, 92, 96, 98),
    "similar_title": (88, 92),
    "min_title_words": (3, 5),
    "year_distance": (0, 2, 3),
}


class Labelled(NamedTuple):
    """Pairs that are compared, and which of them a librarian calls one work."""

    pairs: Pairs
    same: Bools


def labelled(folder: Path, similar_title: float) -> Labelled:
    """Return the compared pairs of one set."""
    with tempfile.TemporaryDirectory() as work:
        write_table(as_records(folder / "records.csv.gz"), f"{work}/records.csv", COLUMNS)
        table = read_keys(f"{work}/records.csv")
    gold = pd.read_csv(folder / "gold.csv", dtype=str, index_col="record_id")["cluster_id"]
    work_of = gold[table.keys.record_id].to_numpy()
    a, b = np.divmod(candidate_pairs(table)[0], len(table))
    worth = worth_comparing(table, a, b, similar_title)
    a, b = a[worth], b[worth]
    return Labelled(compare(table, a, b), work_of[a] == work_of[b])


def wrong_and_missed(sets: Iterable[Labelled], matching: Matching) -> tuple[int, int]:
    """Return how many pairs are wrongly merged, and how many are missed."""
    wrong = missed = 0
    for pairs, same in sets:
        merged = rules.with_verdict(rules.decide(pairs, matching), rules.DUPLICATE, matching)
        wrong += int((merged & ~same).sum())
        missed += int((~merged & same).sum())
    return wrong, missed


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sets", type=Path, default=SPECIMENS / "dedup")
    options = parser.parse_args()
    config = yaml.safe_load((REPOSITORY / "config/config.yaml").read_text(encoding="utf-8"))
    matching = check_settings(config, REPOSITORY / "config/config.schema.yaml").deduplicate.matching
    sets = [labelled(path.parent, matching.similar_title) for path in sorted(options.sets.glob("*/gold.csv"))]
    lines = ["| threshold | value | wrong / missed | moved to: wrong / missed |", "|---|---|---|---|"]
    now = "{} / {}".format(*wrong_and_missed(sets, matching))
    for name, values in CONSTANTS.items():
        value, moved = getattr(rules, name), []
        for other in values:
            setattr(rules, name, other)
            moved.append("{}: {} / {}".format(other, *wrong_and_missed(sets, matching)))
        setattr(rules, name, value)
        lines.append(f"| `{name}` | {value} | {now} | {'; '.join(moved)} |")
    for name, values in SETTINGS.items():
        moved = [
            "{}: {} / {}".format(other, *wrong_and_missed(sets, replace(matching, **{name: other})))
            for other in values
        ]
        lines.append(f"| `{name}` (setting) | {getattr(matching, name)} | {now} | {'; '.join(moved)} |")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
