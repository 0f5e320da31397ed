"""A list of records on which one decision was made, in any format of exports: the map states the decision."""

from collections.abc import Mapping

from scripts.common.errors import InputError
from scripts.common.exports.export import Export
from scripts.common.exports.formats import TABLES, format_of
from scripts.common.files.maps import RULING, TOGETHER
from scripts.common.records.record import Record, SetAside
from scripts.common.screening.decision_file import DecisionFile
from scripts.common.screening.plain_sheet import NAMES
from scripts.common.screening.stages import EXCLUDE, Plan
from scripts.common.screening.votes import Others, Sheet, Vote, stage_of

LIST = "list of records"
WORDS = ("set", "role", "others")


def is_record_list(file: DecisionFile) -> bool:
    """Return whether a file is an export of records: no table, or one whose columns are not named like ours.

    Such a table (of Web of Science, say) is a list only where the map states a decision.
    """
    format_name = format_of(file.plan.path)
    if format_name not in TABLES:
        return bool(format_name)
    return bool(file.plan.decision) and all(table.header.isdisjoint(NAMES) for table in file.tables)


def read_record_list(file: DecisionFile) -> Sheet:
    """Return a vote on each record of the list, with the decision that the map sets for all of them.

    ``InputError`` if the map does not state it, or says more than a list can hold.
    """
    plan = file.plan
    given = {name: str(value) for name, value in plan.words.get("set", {}).items()}
    given["reviewer"] = plan.reviewer or (TOGETHER if plan.consensus else "")
    _check(plan, given["reviewer"])
    given["stage"] = stage_of(plan, "a list of records")
    sheet = Sheet(plan.path, LIST)
    votes = sheet.rulings if plan.words.get("role") == RULING else sheet.votes
    for piece in Export(plan.path):
        sheet.records += 1
        if isinstance(piece, SetAside):
            sheet.aside.append((piece.line, piece.raw[:80], piece.reason))
        else:
            votes.append(_vote(plan, given, piece))
    if others := plan.words.get("others"):
        of, decision, kind = str(others["of"]), str(others["decision"]), given.get("kind", "").casefold()
        made = (given["stage"], given["reviewer"], decision, bool(plan.consensus), kind)
        sheet.others.add(Others(of, *made))
    return sheet


def _check(plan: Plan, reviewer: str) -> None:
    if not plan.decision or not reviewer:
        stated = f"{{set: {{stage: {plan.stage or plan.full_text}, reviewer: '?', decision: include}}}}"
        raise InputError(
            f"{plan.path}: the notes of its records hold no decision: neither RAYYAN-INCLUSION nor"
            " ASReview_relevant. Export it with its decisions; or, if one decision was made on all of them,"
            f" say so in config/config.yaml: sheets: {{{plan.name}: {stated}}}"
        )
    if wrong := [word for word in plan.words if word not in WORDS]:
        raise InputError(
            f"{plan.path}: sheets, {plan.name}: {', '.join(wrong)}: a list of records has no columns. Its map"
            f" may have: {', '.join(WORDS)}."
        )


def _vote(plan: Plan, given: Mapping[str, str], record: Record) -> Vote:
    """Return the vote on one record; its place in the file is the number of its line."""
    return Vote(
        int(record["position"]), "", given["stage"], given["reviewer"], plan.decision,
        given.get("reason", "") if plan.decision == EXCLUDE else "", given.get("date", ""),
        consensus=bool(plan.consensus), note=given.get("note", ""), doi=record["doi"], pmid=record["pmid"],
        title=record["title"], year=record["year"], authors=record["authors"], round=given.get("round", ""),
        kind=given.get("kind", "").casefold(), prompt=given.get("prompt", ""),
    )  # fmt: skip
