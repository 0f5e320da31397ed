"""Merge the screening decisions of people: one decision per record and stage, conflicts by name."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from scripts.common.files.tables import read_table, rows_of, write_table
from scripts.common.job import job, log
from scripts.common.screening.catalogue import NAMED, Catalogue
from scripts.common.screening.rulings import Ruling, read_rulings
from scripts.common.screening.sheets import read_decisions
from scripts.common.screening.stages import (
    EXCLUDE,
    FULL_TEXT,
    INCLUDE,
    MAYBE,
    TITLE_ABSTRACT,
    Plan,
    with_defaults,
)
from scripts.common.screening.votes import E_MAIL, Vote

if TYPE_CHECKING:
    snakemake: Any

DECISION_COLUMNS = (
    "record_id",
    "stage",
    "decision",
    "reason",
    "reviewers",
    "votes",
    "how",
    "date",
    "all_reasons",
)
CONFLICT_COLUMNS = ("record_id", "stage", "decision", "reason", "reviewers", "votes", "why", "title")
VOTE_COLUMNS = (
    "record_id", "stage", "reviewer", "decision", "reason", "date", "consensus", "labels", "note", "sheet",
    "line", "record", "matched_by",
)  # fmt: skip
ASIDE_COLUMNS = ("sheet", "line", "record", "reason")
SHEET_COLUMNS = ("sheet", "tool", "records", "not_seen", "votes", "joined", "set_aside")
CONFLICT = "conflict"
UNANIMOUS, MAJORITY, INCLUSIVE = "unanimous", "majority", "inclusive"
ADJUDICATED, CONSENSUS = "adjudicated", "consensus"
CROSSED = "excluded by title and abstract, yet judged at full text ({}): which one holds?"


class Outcome(NamedTuple):
    """What came of the votes on one record at one stage; ``decision`` is empty while votes are missing."""

    decision: str
    how: str
    why: str = ""


def outcome(votes: Sequence[Mapping[str, str]], stage: str, settings: Mapping[str, Any]) -> Outcome:
    """Return the decision that the votes of one record and stage make under the rule of consensus.

    What reviewers settled together stands above their votes. A reviewer who voted twice (on a duplicate
    that was merged) counts once, and makes a conflict if the two votes differ. Votes of fewer reviewers than
    the setting asks for decide nothing yet. By title and abstract a maybe is an include.
    """
    settled = sorted({_ballot(vote, stage) for vote in votes if vote.get("consensus") == "yes"})
    if settled:
        if len(settled) > 1:
            return Outcome(CONFLICT, "", f"settled twice, and differently: {', '.join(settled)}")
        return Outcome(settled[0], CONSENSUS)
    by_reviewer: dict[str, set[str]] = defaultdict(set)
    for vote in votes:
        by_reviewer[vote["reviewer"]].add(_ballot(vote, stage))
    torn = sorted(name for name, kinds in by_reviewer.items() if len(kinds) > 1)
    if torn:
        return Outcome(CONFLICT, "", f"{', '.join(torn)} decided it twice, and differently")
    ballots = [next(iter(kinds)) for kinds in by_reviewer.values()]
    kinds = sorted(set(ballots))
    rule, needed = settings["consensus"][stage], settings["reviewers"][stage]
    if len(ballots) < needed:
        return Outcome("", "", f"{len(ballots)} of {needed} reviewers decided")
    if len(kinds) == 1:
        return Outcome(kinds[0], UNANIMOUS)
    if rule == INCLUSIVE and INCLUDE in kinds:
        return Outcome(INCLUDE, INCLUSIVE)
    most = max(kinds, key=ballots.count)
    if rule == MAJORITY and 2 * ballots.count(most) > len(ballots):
        return Outcome(most, MAJORITY)
    return Outcome(CONFLICT, "", "reviewers differ")


def _ballot(vote: Mapping[str, str], stage: str) -> str:
    maybe = stage == TITLE_ABSTRACT and vote["decision"] == MAYBE
    return INCLUDE if maybe else vote["decision"]


def main_reason(reasons: Iterable[str], order: Sequence[str]) -> str:
    """Return the one reason that is counted: the first in the declared order, else all that were given."""
    given = sorted({part.strip() for reason in reasons for part in reason.split(";") if part.strip()})
    rank = {name.casefold(): i for i, name in enumerate(order)}
    known = sorted((rank[name.casefold()], name) for name in given if name.casefold() in rank)
    return order[known[0][0]] if known else "; ".join(given)


def merge(
    votes: pd.DataFrame, settings: Mapping[str, Any], rulings: Sequence[Ruling] = ()
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the decisions and the conflicts: one row per record and stage, in one of the two or in none.

    A ruling (adjudication) stands above votes. A record that is excluded by title and abstract and judged
    at full text all the same is a conflict at both stages, whatever the rule of consensus.
    """
    ruled: dict[tuple[str, str], list[Ruling]] = defaultdict(list)
    for ruling in rulings:
        ruled[ruling.record, ruling.stage].append(ruling)
    cast: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    for row in rows_of(votes):
        cast[row["record_id"], row["stage"]].append(row)
    rows: dict[tuple[str, str], dict[str, str]] = {}
    for key in sorted({*cast, *ruled}):
        rows[key] = _row(key, cast[key], ruled[key], settings)
    for record_id in {name for name, _ in rows}:
        first, second = rows.get((record_id, TITLE_ABSTRACT)), rows.get((record_id, FULL_TEXT))
        if first and second and first["decision"] == EXCLUDE and second["decision"]:
            why = CROSSED.format(second["decision"] if second["decision"] != CONFLICT else "votes differ")
            for row in (first, second):
                row.update(decision=CONFLICT, how="", why=f"{row['why']}; {why}".lstrip("; "))
    ordered = [rows[key] for key in sorted(rows)]
    decided = [row for row in ordered if row["decision"] not in ("", CONFLICT)]
    open_ones = [row for row in ordered if row["decision"] == CONFLICT]
    return (
        pd.DataFrame(decided, columns=pd.Index(DECISION_COLUMNS), dtype=str),
        pd.DataFrame(open_ones, columns=pd.Index(CONFLICT_COLUMNS), dtype=str),
    )


def _row(
    key: tuple[str, str],
    votes: Sequence[Mapping[str, str]],
    rulings: Sequence[Ruling],
    settings: Mapping[str, Any],
) -> dict[str, str]:
    finals = sorted({ruling.final for ruling in rulings})
    if len(finals) == 1:
        result = Outcome(finals[0], ADJUDICATED)
    elif finals:
        result = Outcome(CONFLICT, "", f"adjudicated twice, and differently: {', '.join(finals)}")
    else:
        result = outcome(votes, key[1], settings)
    winning = [vote["reason"] for vote in votes if result.decision in (_ballot(vote, key[1]), CONFLICT)]
    if result.how == ADJUDICATED and result.decision == EXCLUDE:
        winning = [ruling.reason for ruling in rulings]
    reasons = sorted({reason for reason in winning if reason})
    order = settings["reasons"] if key[1] == FULL_TEXT else []
    people = {vote["reviewer"] for vote in votes} | {f"{ruling.who} (adjudication)" for ruling in rulings}
    dates = [vote.get("date", "") for vote in votes] + [ruling.date for ruling in rulings]
    return {
        "record_id": key[0],
        "stage": key[1],
        "decision": result.decision,
        "reason": main_reason(reasons, order),
        "reviewers": "; ".join(sorted(people)),
        "votes": "; ".join(sorted({f"{vote['reviewer']}: {vote['decision']}" for vote in votes})),
        "how": result.how,
        "date": max(dates, default=""),
        "all_reasons": "; ".join(reasons),
        "why": result.why,
        "title": "",
    }


def pseudonyms(names: Iterable[str]) -> dict[str, str]:
    """Return e-mail address -> pseudonym, numbered in the order of first appearance."""
    found: dict[str, str] = {}
    taken = set(names)
    number = 0
    for name in names:
        if E_MAIL.search(name) and name not in found:
            number += 1
            while f"reviewer {number}" in taken:
                number += 1
            found[name] = f"reviewer {number}"
    return found


def join(vote: Vote, catalogue: Catalogue) -> tuple[str, str]:
    """Return the record of a vote and by what it was found, or ``""`` and why not.

    A tool may carry a record_id of its own making: it counts only if it is one of ours.
    """
    if catalogue.knows(vote.record) or not (vote.doi or vote.pmid or vote.title):
        return catalogue.find(vote.record)
    doi, pmid = vote.doi or vote.record, vote.pmid
    return catalogue.find_work(doi, pmid, vote.title, vote.year, vote.authors)


def main(
    *,
    plans: Sequence[Sequence[Any]],
    rulings_path: str | None,
    records: str,
    clusters: str,
    settings: Mapping[str, Any],
    deduplicate: Mapping[str, Any],
    votes_csv: str,
    decisions: str,
    conflicts: str,
    set_aside: str,
    sheets_csv: str,
) -> None:
    """Join the sheets to the records, merge the votes, set aside what joins none or two."""
    told = with_defaults(settings)
    catalogue = Catalogue(read_table(records, only=NAMED), read_table(clusters), deduplicate)
    joined: list[dict[str, object]] = []
    aside: list[dict[str, object]] = []
    counts: list[dict[str, object]] = []
    for plan in plans:
        sheet = read_decisions(Plan(*plan), told["not_retrieved_reasons"], told["reasons"])
        for text in sheet.warnings:
            log.warning("%s: %s", sheet.path, text)
        outside = [(line, name, why) for line, name, why in sheet.aside]
        found_in_sheet = 0
        for vote in sheet.votes:
            found, how = join(vote, catalogue)
            if not found:
                outside.append((vote.line, vote.record or vote.doi or vote.pmid or vote.title, how))
                continue
            found_in_sheet += 1
            joined.append(
                {
                    **vote._asdict(),
                    "consensus": "yes" if vote.consensus else "",
                    "record_id": found,
                    "sheet": sheet.path,
                    "record": vote.record or vote.doi or vote.pmid or vote.title,
                    "matched_by": how,
                }
            )
        aside += [{"sheet": sheet.path, "line": n, "record": name, "reason": why} for n, name, why in outside]
        counts.append(
            {
                "sheet": sheet.path,
                "tool": sheet.tool,
                "records": sheet.records,
                "not_seen": sheet.not_seen,
                "votes": len(sheet.votes),
                "joined": found_in_sheet,
                "set_aside": len(outside),
            }
        )
    given = read_rulings(rulings_path, told["reasons"])
    called = pseudonyms([*(str(row["reviewer"]) for row in joined), *(ruling.who for ruling in given)])
    for row in joined:
        row["reviewer"] = called.get(str(row["reviewer"]), row["reviewer"])
    rulings, strangers = [], []
    for ruling in given:
        found, how = catalogue.find(ruling.record)
        if found:
            rulings.append(ruling._replace(record=found, who=called.get(ruling.who, ruling.who)))
        else:
            strangers.append(
                {"sheet": rulings_path, "line": ruling.line, "record": ruling.record, "reason": how}
            )
    votes = pd.DataFrame(joined, columns=pd.Index(VOTE_COLUMNS)).astype(str)
    joined.clear()
    decided, open_ones = merge(votes, told, rulings)
    open_ones["title"] = [catalogue.title(name) for name in open_ones["record_id"]]
    write_table(votes, votes_csv, VOTE_COLUMNS, sort_by=("record_id", "stage", "reviewer", "sheet", "record"))
    write_table(decided, decisions, DECISION_COLUMNS)
    write_table(open_ones, conflicts, CONFLICT_COLUMNS)
    write_table([*aside, *strangers], set_aside, ASIDE_COLUMNS)
    write_table(counts, sheets_csv, SHEET_COLUMNS)
    if aside or strangers:
        log.warning("%d decisions join no record, or two: see %s", len(aside) + len(strangers), set_aside)
    if len(open_ones):
        log.warning("%d conflicts wait for a person: see %s", len(open_ones), conflicts)
    log.info("%d votes, %d decisions, %d conflicts", len(votes), len(decided), len(open_ones))


if __name__ == "__main__":
    with job(snakemake):
        main(
            plans=snakemake.params.plans,
            rulings_path=snakemake.input.get("rulings"),
            records=snakemake.input.records,
            clusters=snakemake.input.clusters,
            settings=snakemake.params.settings,
            deduplicate=snakemake.params.deduplicate,
            votes_csv=snakemake.output.votes,
            decisions=snakemake.output.decisions,
            conflicts=snakemake.output.conflicts,
            set_aside=snakemake.output.set_aside,
            sheets_csv=snakemake.output.sheets,
        )
