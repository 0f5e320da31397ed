"""Whether the files at hand are surely all: a number differs from a printed one only then.

A file that is missing here explains any difference. Only the review itself can say that none is: the setting
``inputs`` lists all of them. Without that list a difference is shown, and cannot be judged.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import yaml

from scripts.common.claims.inputs_behind import (
    OF_ONE_EXPORT,
    Missing,
    kind_of,
    kinds_that_could_change,
    missing_that_could_change,
    parts_of,
)
from scripts.common.claims.judging import CONTRADICTORY, DIFFERS, Judgement, cannot
from scripts.common.claims.measures import Measure, where
from scripts.common.claims.published import Claim
from scripts.common.claims.sentences import Value, sentence
from scripts.common.review.inputs import KINDS, Declared

NOT_LISTED = "not_listed"  # the reason of a difference that cannot be judged for want of the list
ALL_KINDS = frozenset(KINDS)
PAPER_ALONE = frozenset(("paper",))  # a review has one paper: if it is here, none is missing


class Unlisted(NamedTuple):
    """What the review does not list: the kinds of inputs, and the setting that would list all of them."""

    kinds: frozenset[str]
    setting: str


def unlisted(declared: Declared, present: Collection[tuple[str, str]]) -> Unlisted:
    """Return the kinds of which files may be missing: those here that are not listed; without a list all."""
    every = {kind: list(names) for kind, names in declared.items()}
    for kind, name in present:
        if kind not in declared:
            every.setdefault(kind, []).append(name)
    setting = yaml.safe_dump(
        {"inputs": every}, default_flow_style=True, sort_keys=False, allow_unicode=True, width=10**6
    ).strip()[1:-1]
    kinds = {kind_of(kind, name) for kind, name in present if kind not in declared}
    return Unlisted(frozenset(kinds) if declared else ALL_KINDS, setting)


def unless_files_may_be_missing(
    result: Judgement,
    claim: Claim,
    measure: Measure | None,
    known: Mapping[str, Measure],
    missing: Sequence[Missing],
    not_listed: Unlisted,
) -> Judgement:
    """Return the same judgement; a difference that a missing file explains cannot be checked.

    ``missing`` are the inputs known to be missing.
    """
    if measure is None or result.verdict not in (DIFFERS, CONTRADICTORY):
        return result
    reason: Value = ""
    if gone := missing_that_could_change(claim.measure, known, missing):
        needs = sentence("need_input", names=", ".join(gone))
    elif any(kinds_that_may_lack_files(part, known) & not_listed.kinds for part in parts_of(claim.measure)):
        reason = sentence(NOT_LISTED, where=where(measure))
        needs = sentence("need_list_of_inputs", setting=not_listed.setting)
    else:
        return result
    return cannot(claim, needs, reason)._replace(reproduced=result.reproduced, difference=result.difference)


def kinds_that_may_lack_files(measure: str, known: Mapping[str, Measure]) -> frozenset[str]:
    """Return the kinds of inputs of which a file that is not here could change a measure.

    None if it counts the records of one export, which is here, or what the paper or the codebook alone say.
    """
    kinds = kinds_that_could_change(measure, known)
    return frozenset() if OF_ONE_EXPORT.fullmatch(measure) or kinds <= PAPER_ALONE else kinds
