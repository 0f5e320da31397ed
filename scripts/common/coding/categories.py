"""Categories that a rule finds in a study, though no single code below them is found there.

Two coders may agree that a study has benefits and see different ones: under ``majority`` or ``all`` no
benefit is found, and yet both found the category. So the rule is applied to the category itself, too: each
coder found a category in a study if the coder found any code below it, as agreement is measured.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from scripts.common.coding.codebook import Code
from scripts.common.coding.cube import Votes, roll_up
from scripts.common.coding.model import PRESENT, Verdict
from scripts.common.statistics.agreement import MISSING

OF_CATEGORY = "{}, of the category"  # in the column ``by``: which rule found it


def found_categories(
    votes: Votes,
    codes: Sequence[Code],
    verdicts: Mapping[tuple[str, str], Verdict],
    decide: Callable[[Votes], NDArray[np.str_]],
    found: Iterable[tuple[str, str]],
) -> tuple[list[tuple[str, str]], Votes]:
    """Return (study, category) that ``decide`` finds beyond what follows from codes, and votes on categories.

    ``found`` are the studies and codes that are finally present. A verdict on a code is what every coder
    who judged it is taken to have found; a verdict on the category itself settles it. Where a coder looked at
    the study and it is not known whether a code below the category was seen, the rule finds nothing.
    """
    settled = _settled(votes, verdicts)
    by_coder = roll_up(settled, codes)
    rolled = votes._replace(cube=by_coder[None])
    looked = (settled != MISSING).any(axis=-1, keepdims=True)
    unknown = (looked & (by_coder == MISSING)).any(axis=0)
    follows = _above(codes, found)
    decided = decide(rolled)
    parents = {code.parent for code in codes}
    return [
        (study, code.id)
        for i, study in enumerate(votes.studies)
        for j, code in enumerate(codes)
        if code.id in parents
        and decided[i, j] == PRESENT
        and not unknown[i, j]
        and (study, code.id) not in follows
        and (study, code.id) not in verdicts
    ], rolled


def _settled(votes: Votes, verdicts: Mapping[tuple[str, str], Verdict]) -> NDArray[np.int8]:
    """Return the last votes (coder, study, code), those on settled codes as they were settled."""
    latest = votes.latest()
    at_study = {study: i for i, study in enumerate(votes.studies)}
    at_code = {code: j for j, code in enumerate(votes.codes)}
    for (study, code), verdict in verdicts.items():
        if study in at_study:
            cell = latest[:, at_study[study], at_code[code]]
            cell[cell != MISSING] = verdict.final == PRESENT
    return latest


def _above(codes: Sequence[Code], found: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return the studies and codes that are found, and those above them."""
    parents = {code.id: code.parent for code in codes}
    follows = set()
    for study, code in found:
        while code:
            follows.add((study, code))
            code = parents[code]
    return follows
