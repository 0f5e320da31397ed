"""Whether the files at hand are surely all: a number differs from a printed one only then.

A file that is missing here explains any difference. Only the review itself can say that none is: the setting
``inputs`` lists all of them. Without that list a difference is shown, and cannot be judged.
"""

from collections.abc import Iterable, Mapping, Sequence

import yaml

from scripts.common.claims.inputs_behind import (
    OF_ONE_EXPORT,
    Missing,
    kinds_behind,
    missing_that_could_change,
    parts_of,
)
from scripts.common.claims.judging import CONTRADICTORY, DIFFERS, Judgement, cannot
from scripts.common.claims.measures import Measure, where
from scripts.common.claims.published import Claim
from scripts.common.claims.sentences import Value, sentence

NOT_LISTED = "not_listed"  # the reason of a difference that cannot be judged for want of the list
PAPER_ALONE = frozenset(("paper",))  # a review has one paper: if it is here, none is missing


def unless_files_may_be_missing(
    result: Judgement,
    claim: Claim,
    measure: Measure | None,
    known: Mapping[str, Measure],
    missing: Sequence[Missing],
    to_list: str,
) -> Judgement:
    """Return the same judgement; a difference that a missing file explains cannot be checked.

    ``missing`` are the inputs known to be missing; ``to_list`` is the setting that would list those at hand,
    empty where the review lists its inputs.
    """
    if measure is None or result.verdict not in (DIFFERS, CONTRADICTORY):
        return result
    reason: Value = ""
    if gone := missing_that_could_change(claim.measure, known, missing):
        needs = sentence("need_input", names=", ".join(gone))
    elif to_list and any(may_lack_files(part, known) for part in parts_of(claim.measure)):
        reason = sentence(NOT_LISTED, where=where(measure))
        needs = sentence("need_list_of_inputs", setting=to_list)
    else:
        return result
    return cannot(claim, needs, reason)._replace(reproduced=result.reproduced, difference=result.difference)


def may_lack_files(measure: str, known: Mapping[str, Measure]) -> bool:
    """Return whether a file that is not here could change a measure.

    Not if it counts the records of one export, which is here, or what the paper or the codebook alone say.
    """
    if OF_ONE_EXPORT.fullmatch(measure):
        return False
    return bool(kinds_behind(measure, known) - PAPER_ALONE)


def setting_of(present: Iterable[tuple[str, str]]) -> str:
    """Return the setting that lists inputs, one line of config.yaml; ``present`` are kind and name."""
    names: dict[str, list[str]] = {}
    for kind, name in present:
        names.setdefault(kind, []).append(name)
    return yaml.safe_dump(
        {"inputs": names}, default_flow_style=True, sort_keys=False, allow_unicode=True, width=10**6
    ).strip()[1:-1]
