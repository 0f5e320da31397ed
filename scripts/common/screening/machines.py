"""Machines as reviewers: which model voted, on what, asked with which prompt, and when."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from scripts.common.screening.stages import EXCLUDE, INCLUDE
from scripts.common.screening.votes import MACHINE

MACHINE_COLUMNS = (
    "reviewer", "stage", "round", "prompt", "first_day", "last_day", "votes", "include", "exclude", "sheet",
)  # fmt: skip


def machines_of(votes: Iterable[Mapping[str, Any]]) -> list[dict[str, object]]:
    """Return a row for each machine, stage, round, prompt and sheet; no vote of a person is in any.

    ``votes`` are all those that join a record. Days are empty where no vote has one; ``include`` and
    ``exclude`` are numbers of votes, and a maybe is neither.
    """
    groups: dict[tuple[str, ...], list[Mapping[str, Any]]] = defaultdict(list)
    for vote in votes:
        if vote["kind"] == MACHINE:
            key = tuple(str(vote[name]) for name in ("reviewer", "stage", "round", "prompt", "sheet"))
            groups[key].append(vote)
    return [
        _row(dict(zip(("reviewer", "stage", "round", "prompt", "sheet"), key, strict=True)), groups[key])
        for key in sorted(groups)
    ]


def _row(named: Mapping[str, str], votes: list[Mapping[str, Any]]) -> dict[str, object]:
    days = sorted(filter(None, (str(vote["date"])[:10] for vote in votes)))
    decisions = [vote["decision"] for vote in votes]
    return {
        **named,
        "first_day": days[0] if days else "",
        "last_day": days[-1] if days else "",
        "votes": len(votes),
        "include": decisions.count(INCLUDE),
        "exclude": decisions.count(EXCLUDE),
    }
