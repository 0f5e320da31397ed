"""What every file of decisions gives, whichever tool wrote it: the votes, and what gives none."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from scripts.common.errors import InputError
from scripts.common.screening.stages import Plan

OURS = re.compile(r"\brecord_id: ([^\s;,|]+)")  # written into the notes of to_screen.ris, kept by the tools
PERSON, MACHINE = "person", "machine"  # kinds of reviewers
E_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")

Row = tuple[int, dict[str, str]]  # the line on which it begins, column -> cell


class Vote(NamedTuple):
    """One decision of one reviewer, and every name of the record that the file gives.

    ``line`` is the line of the file (of a workbook: the row). ``consensus`` marks what was settled together.
    ``kind`` is ``MACHINE`` for a model or program, else a person voted; ``prompt`` is what the machine was
    asked, or the name of a file that says so. ``round`` is one of screening.rounds.
    """

    line: int
    record: str
    stage: str
    reviewer: str
    decision: str
    reason: str = ""
    date: str = ""
    consensus: bool = False
    labels: str = ""
    note: str = ""
    doi: str = ""
    pmid: str = ""
    title: str = ""
    year: str = ""
    authors: str = ""
    round: str = ""
    kind: str = ""
    prompt: str = ""
    input: str = ""  # in which the title is looked for; empty: in all


class Pair(NamedTuple):
    """A table of two reviewers that Covidence counted itself: both yes, only a, only b, both no."""

    stage: str
    reviewer_a: str
    reviewer_b: str
    both: int
    only_a: int
    only_b: int
    neither: int


class Others(NamedTuple):
    """A list of what was chosen: all other records of an input get one decision of the same reviewer.

    ``of`` is the name of an export or of another sheet of decisions, ``*`` for all records.
    """

    of: str
    stage: str
    reviewer: str
    decision: str
    consensus: bool
    kind: str


@dataclass
class Sheet:
    """What was read of one file: its votes, what gives none, and what is set aside.

    ``not_seen`` is the number of records that nobody decided on, ``prior`` of those whose decision the tool
    was given and no reviewer made there.
    """

    path: str
    tool: str
    records: int = 0
    not_seen: int = 0
    prior: int = 0
    votes: list[Vote] = field(default_factory=list)
    rulings: list[Vote] = field(default_factory=list)  # what a third person decided, by role: ruling
    aside: list[tuple[int, str, str]] = field(default_factory=list)  # line, record, reason
    warnings: list[str] = field(default_factory=list)
    pairs: list[Pair] = field(default_factory=list)
    name: str = ""  # of the input
    others: set[Others] = field(default_factory=set)


def cell_of(row: Mapping[str, str], *names: str) -> str:
    """Return the first filled cell of the columns with these names, whatever their capitals."""
    lower = {name.casefold(): cell for name, cell in row.items()}
    return next((lower[name] for name in names if lower.get(name)), "")


def names_of_record(row: Mapping[str, str], notes: str) -> dict[str, str]:
    """Return every name of the record that a row gives; our own name, if the tool has kept it, wins."""
    ours = OURS.search(notes)
    return {
        "record": ours[1] if ours else cell_of(row, "record_id"),
        "doi": cell_of(row, "doi"),
        "pmid": cell_of(row, "pmid", "pubmed_id"),
        "title": cell_of(row, "title", "primary_title"),
        "year": cell_of(row, "year", "published year", "publication_year"),
        "authors": cell_of(row, "authors", "author"),
    }


def stage_of(plan: Plan, tool: str) -> str:
    """Return the stage of a tool's export: no export holds it, so the settings must give it."""
    if not plan.stage:
        raise InputError(
            f"{plan.path}: an export of {tool} does not say at which stage its decisions were made. Add to"
            f" config/config.yaml, sheets: {plan.name}: {{set: {{stage: title_abstract}}}}, or full_text."
        )
    return plan.stage


def without_addresses(text: str) -> str:
    """Return a note without e-mail addresses: what people wrote is published, their addresses are not."""
    return E_MAIL.sub("[e-mail]", text)


def that_count(votes: Iterable[Mapping[str, str]], rounds: Sequence[str]) -> list[Mapping[str, str]]:
    """Return of each reviewer the votes on a record that count: of the last round, and there the latest.

    ``rounds`` is their order; votes without a round are the last. ``votes`` are those of one stage. A later
    vote on what a sheet names alike replaces an earlier one where both have a day or time, written alike;
    votes on two names of one record (of a duplicate that was merged) all count.
    """
    rank = {name: number for number, name in enumerate(rounds)} | {"": len(rounds)}
    given = [(vote, (vote.get("record_id", ""), vote["reviewer"])) for vote in votes]
    last: dict[tuple[str, str], int] = {}
    for vote, key in given:
        last[key] = max(last.get(key, 0), rank[vote.get("round", "")])
    kept = [(vote, key) for vote, key in given if rank[vote.get("round", "")] == last[key]]
    dates: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for vote, key in kept:
        dates[*key, vote.get("record", "")].append(vote.get("date", ""))
    return [
        vote
        for vote, key in kept
        if not _is_replaced(vote.get("date", ""), dates[*key, vote.get("record", "")])
    ]


def _is_replaced(date: str, dates: Sequence[str]) -> bool:
    """Return whether another of these days or times, all written alike, is later."""
    return all(dates) and len({len(one) for one in dates}) == 1 and date < max(dates)
