"""Join what sheets of decisions hold to our records: each vote and ruling finds its own, or is set aside."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from scripts.common.screening.catalogue import Catalogue
from scripts.common.screening.rulings import Ruling
from scripts.common.screening.votes import Sheet, Vote


def join(vote: Vote, catalogue: Catalogue) -> tuple[str, str]:
    """Return the record of a vote and by what it was found, or ``""`` and why not.

    A tool may carry a record_id of its own making: it counts only if it is one of ours.
    """
    if catalogue.knows(vote.record) or not (vote.doi or vote.pmid or vote.title):
        return catalogue.find(vote.record)
    doi, pmid = vote.doi or vote.record, vote.pmid
    return catalogue.find_work(doi, pmid, vote.title, vote.year, vote.authors)


class Joined(NamedTuple):
    """One sheet, its votes and rulings joined to records: rows of votes.csv and set_aside.csv, its counts."""

    votes: list[dict[str, object]]
    rulings: list[Ruling]
    set_aside: list[dict[str, object]]
    counts: dict[str, object]


def join_sheet(sheet: Sheet, catalogue: Catalogue) -> Joined:
    """Return the votes of a sheet with the record of each; a vote that joins none or two is set aside."""
    aside = list(sheet.aside)
    votes = [
        {
            **vote._asdict(),
            "consensus": "yes" if vote.consensus else "",
            "record_id": record_id,
            "sheet": sheet.path,
            "record": name_in_sheet(vote),
            "matched_by": how,
        }
        for vote, record_id, how in _found(sheet.votes, catalogue, aside)
    ]
    rulings = [_ruling(vote, record_id) for vote, record_id, _ in _found(sheet.rulings, catalogue, aside)]
    return Joined(
        votes,
        rulings,
        [{"sheet": sheet.path, "line": line, "record": name, "reason": why} for line, name, why in aside],
        {
            "sheet": sheet.path,
            "tool": sheet.tool,
            "records": sheet.records,
            "not_seen": sheet.not_seen,
            "prior": sheet.prior,
            "votes": len(sheet.votes) + len(sheet.rulings),
            "joined": len(votes) + len(rulings),
            "set_aside": len(aside),
        },
    )


def name_in_sheet(vote: Vote) -> str:
    """Return how a sheet names the record of a vote."""
    return vote.record or vote.doi or vote.pmid or vote.title


def _found(
    votes: Iterable[Vote], catalogue: Catalogue, aside: list[tuple[int, str, str]]
) -> Iterator[tuple[Vote, str, str]]:
    """Yield each vote with its record and by what it was found; a vote that joins none goes to ``aside``."""
    for vote in votes:
        record_id, how = join(vote, catalogue)
        if record_id:
            yield vote, record_id, how
        else:
            aside.append((vote.line, name_in_sheet(vote), how))


def _ruling(vote: Vote, record_id: str) -> Ruling:
    """Return the ruling that a row of a sheet holds whose map says so (role: ruling)."""
    return Ruling(
        vote.line, record_id, vote.stage, vote.decision, vote.note, vote.reviewer, vote.date, vote.reason
    )


def join_rulings(
    given: Sequence[Ruling], path: str | None, catalogue: Catalogue
) -> tuple[list[Ruling], list[dict[str, object]]]:
    """Return the rulings with the record_id of each, and those set aside: they name no record, or two."""
    rulings: list[Ruling] = []
    aside: list[dict[str, object]] = []
    for ruling in given:
        record_id, how = catalogue.find(ruling.record)
        if record_id:
            rulings.append(ruling._replace(record=record_id))
        else:
            aside.append({"sheet": path, "line": ruling.line, "record": ruling.record, "reason": how})
    return rulings, aside
