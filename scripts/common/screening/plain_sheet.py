"""Decisions in a team's own table, read by its map; without one, by our own column names."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from scripts.common.errors import InputError, nearest
from scripts.common.files.first_map import not_understood, tables_of
from scripts.common.files.likely_words import UNSURE, likely, stage_in
from scripts.common.files.mapped_rows import MappedRow, MappedTable, map_rows
from scripts.common.files.maps import CONSENSUS, RULING, Part, SheetMap, sheet_map
from scripts.common.files.sheets import Grid
from scripts.common.files.table_kinds import DECISIONS
from scripts.common.files.workbooks import unread_marks
from scripts.common.screening.decision_file import DecisionFile
from scripts.common.screening.stages import EXCLUDE, INCLUDE, MAYBE, NOT_RETRIEVED, Plan, words_of
from scripts.common.screening.votes import Others, Sheet, Vote, without_addresses
from scripts.common.values.dates import is_day

PLAIN, MAPPED = "sheet", "map"
NAMES = ("record", "record_id", "doi", "pmid", "title")  # any of them says which record a row is about
SEVERAL = "; "  # between several reasons or authors
WORDS = sorted((INCLUDE, EXCLUDE, MAYBE, NOT_RETRIEVED))


def read_plain_sheet(file: DecisionFile) -> Sheet:
    """Return the votes of every table of a file that has decisions, by the map of the input.

    A row in which no column of a reviewer has a decision is a record that nobody decided on. ``InputError``
    lists every word that has no meaning and every row that cannot be used; a table that is not understood
    gets a map to start from.
    """
    plan = file.plan
    how = sheet_map(plan.name, plan.words)
    sheet = Sheet(plan.path, MAPPED if how.written else PLAIN)
    wrong = _Wrong()
    grids = tables_of(plan.path, how, DECISIONS)
    for grid in _chosen(grids, how, plan.path):
        table = map_rows(grid.unmerged(), how)
        sheet.records += table.read - sum(table.left_out.values()) // len(how.parts)
        _warn(sheet, table)
        decided = [row for row in table.rows if row.get("decision")]
        sheet.not_seen += len({row.line for row in table.rows} - {row.line for row in decided})
        for row in decided:
            _take(sheet, plan, row, wrong)
    messages = [*_unknown_stages(wrong.stages, plan), *wrong.rows, *_without_meaning(sheet, plan)]
    if messages:
        raise InputError(*messages)
    if sheet.not_seen and not sheet.votes and not sheet.rulings:
        sheet.warnings.append(_no_decision(sheet, grids))
    return sheet


def _no_decision(sheet: Sheet, grids: Sequence[Grid]) -> str:
    """Return the warning for a table in which every decision is blank: they may be there as colours."""
    marks = unread_marks(sheet.path) if any(grid.sheet for grid in grids) else ""
    unread = f" It has {marks}, which are not read: write what they mean in a column." if marks else ""
    return f"none of its {sheet.not_seen} rows has a decision.{unread}"


@dataclass
class _Wrong:
    """The rows of a sheet that cannot be used: a message each, and unknown stage -> lines."""

    rows: list[str] = field(default_factory=list)
    stages: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))


def _chosen(grids: Sequence[Grid], how: SheetMap, path: str) -> list[Grid]:
    """Return the tables with decisions; several tables with rows need ``sheet`` in the map."""
    fitting = [grid for grid in grids if any(_has_decisions(grid, part) for part in how.parts)]
    if not fitting:
        raise InputError(not_understood(how.name, path, grids, DECISIONS))
    return fitting


def _has_decisions(grid: Grid, part: Part) -> bool:
    """Return whether a table says who decided what on which record, as far as columns can tell."""

    def known(*names: str) -> bool:
        return any(part.names(name, grid) for name in names)

    return known(*NAMES) and known("decision") and known("stage") and known("reviewer", "coder")


def _warn(sheet: Sheet, table: MappedTable) -> None:
    for condition, number in sorted(table.left_out.items()):
        sheet.warnings.append(f"{number} rows are not read ({condition}).")


def _take(sheet: Sheet, plan: Plan, row: MappedRow, wrong: _Wrong) -> None:
    """Add the vote of one row, or what is wrong with it."""
    decision = row.get("decision")
    written = row.get("stage")
    stage = next((one for one in plan.stages if one.casefold() == written.casefold()), written)
    if stage not in plan.stages:
        wrong.stages[stage].append(row.line)
        return
    reviewer = row.get("reviewer") or row.get("coder")
    record = row.get("record") or row.get("record_id")
    named = record or row.get("doi") or row.get("pmid") or row.get("title")
    for problem in _problems(sheet, plan, row, stage, reviewer, named):
        wrong.rows.append(f"{row.place}: {problem}")
        return
    decision = decision.casefold() if decision.casefold() in WORDS else decision
    reason = SEVERAL.join((*row.fields.get("reason", ()), *row.reasons))
    if decision != EXCLUDE:
        reason = ""
    vote = Vote(
        row.line, record, stage, reviewer, decision, reason, row.get("date"),
        consensus=row.role == CONSENSUS, labels=SEVERAL.join(row.fields.get("labels", ())),
        note=without_addresses(SEVERAL.join(row.fields.get("note", ()))), doi=row.get("doi"),
        pmid=row.get("pmid"), title=row.get("title"), year=row.get("year"),
        authors=SEVERAL.join(row.fields.get("authors", ())), round=row.get("round"),
        kind=row.get("kind").casefold(), prompt=row.get("prompt"), input=row.get("input"),
    )  # fmt: skip
    if row.others:
        of, decision = row.others["of"], row.others["decision"]
        sheet.others.add(Others(of, stage, reviewer, decision, vote.consensus, vote.kind))
    if row.role == RULING:
        sheet.rulings.append(vote)
    else:
        sheet.votes.append(vote)


def _problems(sheet: Sheet, plan: Plan, row: MappedRow, stage: str, reviewer: str, named: str) -> list[str]:
    """Return what makes the vote of a row unusable."""
    if not named or not reviewer:
        return ["a record and a reviewer are needed. Fill them in, or leave the row out by except."]
    if row.get("date") and not is_day(row.get("date")[:10]):
        return [f"date {row.get('date')!r} is no day. Write YYYY-MM-DD, or leave it blank."]
    decision = row.get("decision").casefold()
    written = row.fields.get("reason", ()) or row.reasons
    if sheet.tool == PLAIN and stage == plan.full_text and decision == EXCLUDE and not written:
        return [f"{named} is excluded at full text without a reason. Give one."]
    return []


def _unknown_stages(lines: Mapping[str, Sequence[int]], plan: Plan) -> list[str]:
    """Return a line for each word of a stage that the review does not have, with the lines that have it."""
    return [
        f"{plan.path}: stage {word!r} is unknown ({_times(where)}). {nearest(word, plan.stages)} Correct it,"
        f' or add to its map, values: {{stage: {{"{word}": {stage_in(word) or UNSURE}}}}}.'
        for word, where in sorted(lines.items())
    ]


def _times(lines: Sequence[int]) -> str:
    first = ", ".join(map(str, lines[:3]))
    return f"{len(lines)} times, lines {first}" if len(lines) > 1 else f"line {first}"


def _without_meaning(sheet: Sheet, plan: Plan) -> list[str]:
    """Return a line for each word of a decision that its stage does not have, with the lines that have it.

    A team's own table may say maybe at full text, as tools do.
    """
    words = words_of(plan.stages)
    if sheet.tool == MAPPED:
        words[plan.full_text] = (*words[plan.full_text], MAYBE)
    lines: dict[tuple[str, str], list[int]] = defaultdict(list)
    for vote in (*sheet.votes, *sheet.rulings):
        if vote.decision not in words[vote.stage]:
            lines[vote.decision, vote.stage].append(vote.line)
    found, guesses = [], likely({word for word, _ in lines})
    for (word, stage), where in sorted(lines.items()):
        guess = guesses[word]
        known = nearest(word, words[stage])
        if guess != UNSURE and guess not in known:
            known = f"Known are: {', '.join(words[stage])}."
        found.append(
            f"{sheet.path}: decision {word!r} is unknown in stage {stage} ({_times(where)}). {known} Correct"
            f' it, or add to values: {{"{word}": {guess}}}, or leave such rows out by except.'
        )
    return found
