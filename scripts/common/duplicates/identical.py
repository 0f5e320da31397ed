"""Records that are the same in every field: one of them is compared with others, the rest follow it."""

from collections.abc import Set

import numpy as np

from scripts.common.duplicates.columns import Ints, Table
from scripts.common.duplicates.likeness import compare
from scripts.common.duplicates.rules import DUPLICATE, decide, with_verdict
from scripts.common.review.settings import Matching


def first_of_identical(table: Table, matching: Matching, named: Set[str]) -> Ints:
    """Return for each row the first one that is the same in every field, if a rule joins them; else itself.

    So a file that is imported twice changes nothing for its records. Records that people or an earlier run
    ``named`` are left out: they are compared like any other, so that what was said of them holds.
    """
    rows = np.flatnonzero([name not in named for name in table.keys.record_id.tolist()])
    content = table.keys.content[rows]
    rows = rows[np.argsort(content, kind="stable")]
    content = table.keys.content[rows]
    begins = np.flatnonzero(np.concatenate(([True], content[1:] != content[:-1]))) if len(rows) else rows
    leader = np.repeat(rows[begins], np.diff(np.append(begins, len(rows))))
    follows = leader != rows
    a, b = leader[follows], rows[follows]
    joined = with_verdict(decide(compare(table, a, b), matching), DUPLICATE, matching)
    first = np.arange(len(table))
    first[b[joined]] = a[joined]
    return first
