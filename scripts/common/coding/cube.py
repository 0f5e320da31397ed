"""Votes as numbers: rounds, coders, studies and codes in one array; what a blank means in it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scripts.common.coding.codebook import Code
from scripts.common.coding.model import (
    ABSENT_STANCE,
    ASSESSED_COLUMNS,
    LIST_COLUMNS,
    PRESENT,
    VOTED,
    in_order,
    order_of_rounds,
)
from scripts.common.statistics.agreement import MISSING


def read_evidence(path: str) -> pd.DataFrame:
    """Return evidence.csv as text. It is our own file and may have a million rows."""
    return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")


def read_voted(path: str) -> dict[str, list[str]]:
    """Return the columns of evidence.csv that make a vote, as lists: a table's cells are slow to walk."""
    table = pd.read_csv(path, usecols=list(VOTED), dtype=str, keep_default_na=False, encoding="utf-8")
    return {name: table[name].to_numpy(dtype=object).tolist() for name in VOTED}


class Votes(NamedTuple):
    """All votes as numbers: ``cube`` is (round, coder, study, code) with 1 present, 0 absent, MISSING."""

    rounds: list[str]
    coders: list[str]
    studies: list[str]
    codes: list[str]
    cube: NDArray[np.int8]

    def first(self) -> NDArray[np.int8]:
        """Return (coder, study, code): the votes of the first round in which a coder looked at a study.

        These were given before the coders could have talked about the study.
        """
        votes = np.full(self.cube.shape[1:], MISSING, dtype=np.int8)
        for layer in self.cube:
            fresh = (votes == MISSING).all(axis=-1, keepdims=True)
            votes = np.where(fresh, layer, votes)
        return votes

    def latest(self) -> NDArray[np.int8]:
        """Return (coder, study, code): the last vote of each coder on each study and code."""
        votes = np.full(self.cube.shape[1:], MISSING, dtype=np.int8)
        for layer in self.cube:
            votes = np.where(layer != MISSING, layer, votes)
        return votes


def votes_of(
    evidence: Mapping[str, Iterable[str]],
    assessed: pd.DataFrame,
    lists: pd.DataFrame,
    codes: Sequence[Code],
    rounds: Sequence[str],
) -> Votes:
    """Return the votes of evidence.csv (its columns ``VOTED``) as numbers, unmarked codes filled in.

    Where a coder's sheet says that an unmarked code is absent, it is absent in every study that the coder
    looked at, except codes whose list is not complete (lists.csv) or that the sheet's codebook lacked.
    """
    ids = [code.id for code in codes]
    studies = in_order(assessed["study_id"])
    coders = sorted(set(assessed["coder"]))
    order = order_of_rounds(assessed["round"], rounds)
    cube = np.full((len(order), len(coders), len(studies), len(ids)), MISSING, dtype=np.int8)
    at_code, at_study = _index(ids), _index(studies)
    at_coder, at_round = _index(coders), _index(order)
    whole = _whole_lists(lists, ids, coders)
    for study, coder, round_, unmarked, without in assessed[list(ASSESSED_COLUMNS)].itertuples(index=False):
        if unmarked == ABSENT_STANCE:
            missing = {at_code[name] for name in without.split("; ") if name in at_code}
            row = whole[at_coder[coder]].copy()
            row[list(missing)] = False
            cube[at_round[round_], at_coder[coder], at_study[study], row] = 0
    place = tuple(
        np.fromiter((index[name] for name in evidence[column]), dtype=np.int64)
        for column, index in (
            ("round", at_round),
            ("coder", at_coder),
            ("study_id", at_study),
            ("code", at_code),
        )
    )
    cube[place] = np.fromiter((stance == PRESENT for stance in evidence["stance"]), dtype=np.int8)
    return Votes(order, coders, studies, ids, cube)


def _index(names: Sequence[str]) -> dict[str, int]:
    return {name: position for position, name in enumerate(names)}


def _whole_lists(lists: pd.DataFrame, codes: Sequence[str], coders: Sequence[str]) -> NDArray[np.bool_]:
    """Return (coder, code): whether a coder's list of studies for a code is complete."""
    declared = {
        (code, coder): complete for code, coder, complete in lists[list(LIST_COLUMNS)].itertuples(index=False)
    }
    some_open = {coder for (_, coder), complete in declared.items() if complete == "no"}
    return np.array(
        [
            [declared.get((code, coder), "no" if coder in some_open else "yes") == "yes" for code in codes]
            for coder in coders
        ],
        dtype=bool,
    ).reshape(len(coders), len(codes))


def roll_up(votes: NDArray[np.int8], codes: Sequence[Code]) -> NDArray[np.int8]:
    """Return votes (..., code) in which a parent is present with any code below it, and counts once.

    A parent is absent if its coder marked it so, or if all codes below it are absent; else it is not
    assessed.
    """
    result = votes.copy()
    below: dict[str, list[int]] = defaultdict(list)
    for i, code in enumerate(codes):
        below[code.parent].append(i)
    for i in range(len(codes) - 1, -1, -1):
        children = below.get(codes[i].id)
        if children:
            under = result[..., children]
            own = votes[..., i]
            absent = (own == 0) | ((under == 0).all(axis=-1) & (own != 1))
            present = (own == 1) | (under == 1).any(axis=-1)
            result[..., i] = np.where(present, 1, np.where(absent, 0, MISSING))
    return result
