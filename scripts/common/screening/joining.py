"""Join what sheets of decisions hold to our records: each vote and ruling finds its own, or is set aside."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from scripts.common.job import log
from scripts.common.screening.catalogue import Catalogue
from scripts.common.screening.rulings import Ruling
from scripts.common.screening.stages import EXCLUDE, NO_REASON
from scripts.common.screening.votes import Others, Sheet, Vote


def join(vote: Vote, catalogue: Catalogue) -> tuple[str, str]:
    """Return the record of a vote and by what it was found, or ``""`` and why not.

    A tool may carry a record_id of its own making: it counts only if it is one of ours.
    """
    if catalogue.knows(vote.record) or not (vote.doi or vote.pmid or vote.title):
        return catalogue.find(vote.record)
    doi, pmid = vote.doi or vote.record, vote.pmid
    return catalogue.find_work(doi, pmid, vote.title, vote.year, vote.authors, within=vote.input)


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


def join_sheets(sheets: Iterable[Sheet], catalogue: Catalogue, last_stage: str) -> list[Joined]:
    """Return all sheets joined to records; ``others`` of a map add the votes that follow from a list."""
    read = list(sheets)
    joined = [join_sheet(sheet, catalogue) for sheet in read]
    judged: dict[tuple[str, str], set[str]] = defaultdict(set)
    for sheet, one in zip(read, joined, strict=True):
        for vote in one.votes:
            judged[sheet.name, str(vote["stage"])].add(str(vote["record_id"]))
    for sheet, one in zip(read, joined, strict=True):
        for others in sorted(sheet.others):
            every = judged.get((others.of, others.stage)) or catalogue.of_input(others.of)
            added = list(_others(sheet, one, others, every, last_stage))
            one.votes.extend(added)
            one.counts["votes"] = len(sheet.votes) + len(sheet.rulings) + len(added)
            one.counts["joined"] = len(one.votes) + len(one.rulings)
            log.warning(
                "%s: %d votes %r of %s follow from others: of %s",
                *(sheet.path, len(added), others.decision, others.reviewer, others.of),
            )
    return joined


def _others(
    sheet: Sheet, joined: Joined, others: Others, every: Collection[str], last_stage: str
) -> Iterator[dict[str, object]]:
    """Yield a vote on each record that a list of what was chosen does not name."""
    listed = {
        row["record_id"]
        for row in joined.votes
        if (row["reviewer"], row["stage"]) == (others.reviewer, others.stage)
    }
    needs_reason = others.stage == last_stage and others.decision == EXCLUDE
    for record_id in sorted(set(every) - listed):
        vote = Vote(
            0, record_id, others.stage, others.reviewer, others.decision, NO_REASON if needs_reason else "",
            kind=others.kind,
        )  # fmt: skip
        yield {
            **vote._asdict(),
            "line": "",
            "consensus": "yes" if others.consensus else "",
            "record_id": record_id,
            "sheet": sheet.path,
            "matched_by": f"others of {others.of}",
        }


def name_in_sheet(vote: Vote) -> str:
    """Return how a sheet names the record of a vote."""
    return vote.record or vote.doi or vote.pmid or vote.title


def _found(
    votes: Sequence[Vote], catalogue: Catalogue, aside: list[tuple[int, str, str]]
) -> Iterator[tuple[Vote, str, str]]:
    """Yield each vote with its record and by what it was found; a vote that joins none goes to ``aside``.

    Several records of one title are paired with the rows of one reviewer in their order.
    """
    by_list: dict[tuple[str, str, bool], list[Vote]] = defaultdict(list)
    for vote in votes:
        by_list[vote.reviewer, vote.stage, vote.consensus].append(vote)
    by_order = {
        vote: found
        for one in by_list.values()
        for vote, found in zip(one, catalogue.paired((v.title, v.input) for v in one), strict=True)
    }
    for vote in votes:
        record_id, how = join(vote, catalogue)
        if not record_id and by_order[vote][0]:
            record_id, how = by_order[vote]
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
