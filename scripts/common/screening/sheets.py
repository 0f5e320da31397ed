"""Files of screening decisions: which tool wrote one is recognised by its content, then its votes are read.

docs/screening.md says what each file means. A record that nobody decided on is not an excluded one: it is
counted apart and gives no vote.
"""

from collections.abc import Callable, Iterable, Sequence

from scripts.common.errors import InputError, nearest
from scripts.common.screening.asreview import is_asreview, read_asreview
from scripts.common.screening.asreview_project import is_asreview_project, read_asreview_project
from scripts.common.screening.covidence import (
    is_covidence_agreement,
    is_covidence_list,
    read_covidence_agreement,
    read_covidence_list,
)
from scripts.common.screening.decision_file import BIBTEX, RIS, DecisionFile
from scripts.common.screening.plain_sheet import read_plain_sheet
from scripts.common.screening.rayyan import is_rayyan, read_rayyan
from scripts.common.screening.stages import EXCLUDE, FULL_TEXT, NOT_RETRIEVED, Plan
from scripts.common.screening.votes import Sheet, Vote

# Looks like it, reads it: the first tool that a file looks like reads it. A file that looks like none is a
# plain sheet. To add a tool, write its two functions and put them here.
READERS: tuple[tuple[Callable[[DecisionFile], bool], Callable[[DecisionFile], Sheet]], ...] = (
    (is_asreview_project, read_asreview_project),
    (is_rayyan, read_rayyan),
    (is_covidence_list, read_covidence_list),
    (is_covidence_agreement, read_covidence_agreement),
    (is_asreview, read_asreview),
)


def read_decisions(plan: Plan, not_retrieved: Iterable[str] = (), reasons: Sequence[str] = ()) -> Sheet:
    """Return the votes of one file, whichever tool wrote it.

    ``not_retrieved`` are reasons of exclusion that mean: the full text could not be had. ``reasons`` are all
    others that an exclusion at full text may have; none given: any. ``InputError`` names the file, the line
    and what to do; what a tool's export does not hold must be in its map (sheets).
    """
    sheet = _read(DecisionFile(plan))
    missing = {reason.casefold() for reason in not_retrieved}
    for i, vote in enumerate(sheet.votes):
        if vote.stage != FULL_TEXT or vote.decision != EXCLUDE:
            continue
        if vote.reason.casefold() in missing:
            sheet.votes[i] = vote._replace(decision=NOT_RETRIEVED)
        elif reasons:
            _check_reasons(plan.path, vote, reasons)
    return sheet


def _read(file: DecisionFile) -> Sheet:
    for looks_like, read in READERS:
        if looks_like(file):
            return read(file)
    if file.form in (RIS, BIBTEX):
        raise InputError(
            f"{file.plan.path}: the notes of its {len(file.rows)} records hold no decision: neither"
            " RAYYAN-INCLUSION nor ASReview_relevant. Export it with its decisions."
        )
    return read_plain_sheet(file)


def _check_reasons(path: str, vote: Vote, reasons: Sequence[str]) -> None:
    """Raise ``InputError`` for a reason that is not declared; semicolons separate several reasons."""
    declared = {reason.casefold() for reason in reasons}
    for reason in map(str.strip, vote.reason.split(";")):
        if reason.casefold() not in declared:
            raise InputError(
                f"{path} line {vote.line}: reason {reason!r} is not among screening.reasons of"
                f" config/config.yaml. {nearest(reason, reasons)} Correct one of the two."
            )
