"""What a map may add to the export of a tool that is known by its content: its columns are the tool's own."""

from collections.abc import Iterable

from scripts.common.errors import InputError, nearest
from scripts.common.files.mapped_rows import is_one_of
from scripts.common.files.maps import Part, Reference, sheet_map
from scripts.common.screening.stages import Plan
from scripts.common.screening.votes import Row, Sheet, Vote
from scripts.common.values.dates import is_day

CONDITIONS = ("only", "except")
WORDS = ("set", "role", "sheet", "header", *CONDITIONS, "values", "ignore")
SET = ("stage", "reviewer", "decision", "round", "kind", "prompt", "date")  # what ``set`` may say
SEVERAL = "; "  # between several reasons or labels


def names_columns(plan: Plan) -> bool:
    """Return whether a map says more than it can add to a known tool: then the map itself reads the table."""
    return bool(set(plan.words) - set(WORDS))


def check_words(plan: Plan, has_rows: bool) -> None:
    """Stop at words of a map that do nothing for the export of a tool; ``has_rows``: rows can be chosen."""
    takes = [word for word in WORDS if has_rows or word not in CONDITIONS]
    wrong = [word for word in plan.words if word not in takes]
    if wrong:
        raise InputError(
            f"{plan.path}: sheets, {plan.name}: {', '.join(wrong)}: this export of a known tool is read by"
            f" itself. Its map may have: {', '.join(takes)}."
        )
    given = plan.words.get("set", {})
    if wrong := [name for name in given if name not in SET]:
        raise InputError(
            f"{plan.path}: sheets, {plan.name}: set: {', '.join(wrong)}: of this export of a known tool, set"
            f" may say: {', '.join(SET)}."
        )
    if "date" in given and not is_day(str(given["date"])):
        raise InputError(
            f"{plan.path}: sheets, {plan.name}: set: date {given['date']!r} is no day. Write YYYY-MM-DD."
        )


def chosen(plan: Plan, rows: Iterable[Row], sheet: Sheet) -> list[Row]:
    """Return the rows that ``only`` and ``except`` of the map leave; the sheet warns of those left out.

    ``InputError`` names a column that the rows do not have, and a condition that leaves none.
    """
    (part,) = sheet_map(
        plan.name, {key: plan.words[key] for key in ("only", "except") if key in plan.words}
    ).parts
    every = list(rows)
    kept = [row for row in every if _is_chosen(plan, row[1], part)]
    if every and not kept:
        raise InputError(f"{plan.path}: only and except of its map leave none of its {len(every)} rows.")
    if len(kept) < len(every):
        sheet.warnings.append(f"{len(every) - len(kept)} rows are not read (only and except of its map).")
    return kept


def _is_chosen(plan: Plan, cells: dict[str, str], part: Part) -> bool:
    by_name = {name.casefold(): cell for name, cell in cells.items()}
    for column in (*part.only, *part.left_out):
        if column.casefold() not in by_name:
            raise InputError(f"{plan.path}: there is no column {column!r}. {nearest(column, [*cells])}")
    wanted = all(_is(by_name, column, words) for column, words in part.only.items())
    return wanted and not any(_is(by_name, column, words) for column, words in part.left_out.items())


def _is(by_name: dict[str, str], column: str, words: Reference) -> bool:
    return is_one_of(((by_name[column.casefold()].strip(), column),), words)


def meant(plan: Plan, votes: Iterable[Vote]) -> list[Vote]:
    """Return the votes with the words of the map's ``values`` instead of the tool's.

    Direct words are about decisions as we call them (``maybe: include``); a decision that becomes blank is no
    vote. Of reasons and labels each of several is looked up.
    """
    (part,) = sheet_map(plan.name, {"values": plan.words.get("values", {})}).parts
    found = []
    for vote in votes:
        decision = part.values[""].of(vote.decision, "")
        if decision == "":
            continue
        vote = vote._replace(
            decision=vote.decision if decision is None else decision,
            reviewer=_ours(part, "reviewer", vote.reviewer),
            reason=_ours(part, "reason", vote.reason),
            labels=_ours(part, "labels", vote.labels),
        )
        found.append(vote)
    return found


def filled_in(plan: Plan, votes: Iterable[Vote]) -> list[Vote]:
    """Return the votes with what the map sets for all of them and no tool says: round, kind, prompt.

    A day that the tool does not give is that of the map.
    """
    given = {name: str(value) for name, value in plan.words.get("set", {}).items()}
    return [
        vote._replace(
            round=given.get("round", ""),
            kind=given.get("kind", "").casefold(),
            prompt=given.get("prompt", ""),
            date=vote.date or given.get("date", ""),
        )
        for vote in votes
    ]


def _ours(part: Part, name: str, text: str) -> str:
    """Return what the words of a field mean, each of several; a word that the map does not have is kept."""
    if name not in part.values or not text:
        return text
    meanings = ((word, part.values[name].of(word, name)) for word in text.split(SEVERAL))
    return SEVERAL.join(filter(None, (word if ours is None else ours for word, ours in meanings)))
