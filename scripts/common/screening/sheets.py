"""Files of screening decisions: which tool wrote one is recognised by its content, then its votes are read.

docs/screening.md says what each file means. A record that nobody decided on is not an excluded one: it is
counted apart and gives no vote.
"""

from collections.abc import Callable, Iterable, Iterator

from scripts.common.files.likely_words import UNSURE
from scripts.common.files.maps import RULING
from scripts.common.files.refusals import Start, answered
from scripts.common.files.table_kinds import DECISIONS
from scripts.common.review.settings import ScreeningRules
from scripts.common.screening.asreview import is_asreview, read_asreview
from scripts.common.screening.asreview_project import is_asreview_project, read_asreview_project
from scripts.common.screening.covidence import (
    is_covidence_agreement,
    is_covidence_list,
    read_covidence_agreement,
    read_covidence_list,
)
from scripts.common.screening.decision_file import CSV, WORKBOOK, DecisionFile
from scripts.common.screening.plain_sheet import read_plain_sheet
from scripts.common.screening.rayyan import is_rayyan, read_rayyan
from scripts.common.screening.record_list import is_record_list, read_record_list
from scripts.common.screening.stages import EXCLUDE, INCLUDE, MAYBE, NO_REASON, NOT_RETRIEVED, Plan
from scripts.common.screening.tool_words import check_words, filled_in, meant, names_columns
from scripts.common.screening.votes import Sheet, Vote
from scripts.common.screening.wrong_words import WrongWords

# Looks like it, reads it: the first tool that a file looks like reads it. A file that looks like none is a
# plain sheet. To add a tool, write its two functions and put them here.
READERS: tuple[tuple[Callable[[DecisionFile], bool], Callable[[DecisionFile], Sheet]], ...] = (
    (is_asreview_project, read_asreview_project),
    (is_rayyan, read_rayyan),
    (is_covidence_list, read_covidence_list),
    (is_covidence_agreement, read_covidence_agreement),
    (is_asreview, read_asreview),
)
OF_A_TOOL = Start(whole={"set": {"stage": UNSURE}})  # all that a map of a tool's file may have to say
WITHOUT_ROWS = (read_asreview_project, read_covidence_agreement)  # of which no map can choose some


def read_decisions(plan: Plan, rules: ScreeningRules | None = None) -> Sheet:
    """Return the votes of one file, whichever tool wrote it, checked against the rules of the review.

    Reasons of ``rules.not_retrieved_reasons`` mean that the full text could not be had; if the rules declare
    reasons, no other is allowed. A maybe at full text decides nothing; an exclusion there has a reason. The
    same holds for what a third person ruled, but that a blank reason of a ruling leaves the reasons of the
    votes, that a maybe by title is an include, and that a machine rules on nothing.
    ``InputError`` names the file, all wrong words with their lines, and what to do; what a tool's export does
    not hold must be in its map (sheets).
    """
    file = DecisionFile(plan)
    with answered(file.table_path, plan.name, plan.words, DECISIONS):
        return _checked(plan, _read(file), rules or ScreeningRules())


def _checked(plan: Plan, sheet: Sheet, rules: ScreeningRules) -> Sheet:
    """Return a file's votes and rulings as they count by the rules of the review."""
    sheet.name = plan.name
    wrong = WrongWords(plan.path)
    sheet.votes = list(_counted(plan, sheet, sheet.votes, rules, NO_REASON, wrong))
    rulings = list(_counted(plan, sheet, sheet.rulings, rules, "", wrong))
    sheet.rulings = [vote._replace(decision=INCLUDE) if vote.decision == MAYBE else vote for vote in rulings]
    for vote in sheet.rulings:
        wrong.check_ruler(vote)
    wrong.stop()
    return sheet


def _counted(
    plan: Plan, sheet: Sheet, votes: Iterable[Vote], rules: ScreeningRules, no_reason: str, wrong: WrongWords
) -> Iterator[Vote]:
    """Yield votes with their reasons of exclusion; a maybe at full text is set aside in the sheet.

    ``no_reason`` is the reason of an exclusion at full text that gives none.
    """
    for vote in votes:
        wrong.check_reviewer(vote, rules.rounds)
        if vote.stage != plan.full_text:
            yield vote
        elif vote.decision == MAYBE:
            name, who = vote.record or vote.title or vote.doi, vote.reviewer or "somebody"
            sheet.aside.append((vote.line, name, f"{who} says maybe at full text: no decision"))
        else:
            yield _with_reason(vote, rules, no_reason, wrong)


def _with_reason(vote: Vote, rules: ScreeningRules, no_reason: str, wrong: WrongWords) -> Vote:
    """Return a vote at full text with its reason of exclusion, or as one on a report not retrieved."""
    if vote.decision != EXCLUDE:
        return vote
    vote = vote._replace(reason=vote.reason or no_reason)
    if not vote.reason:
        return vote
    if vote.reason.casefold() in {reason.casefold() for reason in rules.not_retrieved_reasons}:
        return vote._replace(decision=NOT_RETRIEVED)
    if rules.reasons:
        wrong.check_reasons(vote, rules.reasons)
    return vote


def _read(file: DecisionFile) -> Sheet:
    """Return what a file says: a table by a map that names its columns, else as the tool that wrote it."""
    plan = file.plan
    if file.form in (WORKBOOK, CSV) and names_columns(plan):
        return read_plain_sheet(file)
    for looks_like, read in READERS:
        if looks_like(file):
            with answered(file.table_path, plan.name, plan.words, DECISIONS, start=OF_A_TOOL):
                return _read_tool(file, read)
    return read_record_list(file) if is_record_list(file) else read_plain_sheet(file)


def _read_tool(file: DecisionFile, read: Callable[[DecisionFile], Sheet]) -> Sheet:
    """Return what the file of a tool says, with what its map adds to it."""
    plan = file.plan
    check_words(plan, has_rows=read not in WITHOUT_ROWS)
    sheet = read(file)
    sheet.votes = filled_in(plan, meant(plan, sheet.votes))
    if plan.words.get("role") == RULING:
        sheet.rulings, sheet.votes = sheet.votes, []
    return sheet
