"""Merge the screening decisions of people: one decision per record and stage, conflicts by name."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from scripts.common.files.tables import read_table, rows_of, write_table
from scripts.common.job import job, log
from scripts.common.review.settings import Matching, ScreeningRules
from scripts.common.screening.catalogue import NAMED, Catalogue
from scripts.common.screening.joining import Joined, join_rulings, join_sheets
from scripts.common.screening.machines import MACHINE_COLUMNS, machines_of
from scripts.common.screening.merged import MERGED_COLUMNS, screened_apart, warn_of_merged
from scripts.common.screening.numbers import read_numbers
from scripts.common.screening.people import one_spelling, pseudonyms
from scripts.common.screening.rulings import Ruling, read_rulings
from scripts.common.screening.sheets import read_decisions
from scripts.common.screening.stages import (
    EXCLUDE,
    FULL_TEXT,
    INCLUDE,
    MAYBE,
    NO_REASON,
    TITLE_ABSTRACT,
    Plan,
)
from scripts.common.screening.votes import MACHINE, Sheet, that_count
from scripts.common.values.counts import count_of
from scripts.common.values.words import words

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
    "ruling",
    "machines",
)
CONFLICT_COLUMNS = ("record_id", "stage", "decision", "reason", "reviewers", "votes", "why", "title")
VOTE_COLUMNS = (
    "record_id", "stage", "round", "reviewer", "kind", "decision", "reason", "date", "consensus", "labels",
    "note", "sheet", "line", "record", "matched_by",
)  # fmt: skip
ASIDE_COLUMNS = ("sheet", "line", "record", "reason")
SHEET_COLUMNS = ("sheet", "tool", "records", "not_seen", "prior", "votes", "joined", "set_aside")
CONFLICT = "conflict"
UNANIMOUS, MAJORITY, INCLUSIVE = "unanimous", "majority", "inclusive"
ADJUDICATED, CONSENSUS = "adjudicated", "consensus"
CROSSED = "excluded {}, yet judged {}: which one holds?"
OVERRULED = "a ruling excludes the record {}: what was decided {} does not count"
AT_STAGE = {TITLE_ABSTRACT: "by title and abstract", FULL_TEXT: "at full text"}  # others: at stage <name>


Key = tuple[str, str]  # record_id, stage


class Outcome(NamedTuple):
    """What came of the votes on one record at one stage; ``decision`` is empty while votes are missing."""

    decision: str
    how: str
    why: str = ""


def counted(votes: Iterable[Mapping[str, str]], rounds: Sequence[str]) -> list[Mapping[str, str]]:
    """Return the votes of people on one record and stage that count.

    Of what each reviewer decided alone, and of what was settled together, that is the last round, and there
    of votes with a time the latest (``that_count``). A machine decides nothing.
    """
    people = [vote for vote in votes if vote.get("kind") != MACHINE]
    alone = [vote for vote in people if vote.get("consensus") != "yes"]
    together = [vote for vote in people if vote.get("consensus") == "yes"]
    return [*that_count(alone, rounds), *that_count(together, rounds)]


def outcome(votes: Sequence[Mapping[str, str]], stage: str, rules: ScreeningRules) -> Outcome:
    """Return the decision that the votes of one record and stage make under the rule of consensus.

    ``votes`` are those that count (``counted``), none of a machine. What reviewers settled together counts
    more than their votes. A reviewer who voted twice (on a duplicate that was merged) counts once, and makes
    a conflict if the two votes differ. Votes of fewer reviewers than the setting asks for decide nothing yet.
    Before the full text a maybe is an include.
    """
    settled = sorted({_ballot(vote) for vote in votes if vote.get("consensus") == "yes"})
    if len(settled) > 1:
        return Outcome(CONFLICT, "", f"settled twice, and differently: {', '.join(settled)}")
    if settled:
        return Outcome(settled[0], CONSENSUS)
    by_reviewer: dict[str, set[str]] = defaultdict(set)
    for vote in votes:
        by_reviewer[vote["reviewer"]].add(_ballot(vote))
    undecided = sorted(name for name, kinds in by_reviewer.items() if len(kinds) > 1)
    if undecided:
        return Outcome(CONFLICT, "", f"{', '.join(undecided)} decided it twice, and differently")
    needed = rules.reviewers[stage]
    if len(by_reviewer) < needed:
        return Outcome("", "", f"{len(by_reviewer)} of {needed} reviewers decided")
    return _by_rule([next(iter(kinds)) for kinds in by_reviewer.values()], rules.consensus[stage])


def _by_rule(ballots: Sequence[str], rule: str) -> Outcome:
    """Return the decision of one ballot per reviewer: one or more, under the rule of consensus."""
    kinds = sorted(set(ballots))
    if len(kinds) == 1:
        return Outcome(kinds[0], UNANIMOUS)
    if rule == INCLUSIVE and INCLUDE in kinds:
        return Outcome(INCLUDE, INCLUSIVE)
    most = max(kinds, key=ballots.count)
    if rule == MAJORITY and 2 * ballots.count(most) > len(ballots):
        return Outcome(most, MAJORITY)
    return Outcome(CONFLICT, "", "reviewers differ")


def _ballot(vote: Mapping[str, str]) -> str:
    """Return what a vote counts as; no vote at full text is a maybe."""
    return INCLUDE if vote["decision"] == MAYBE else vote["decision"]


def main_reason(reasons: Iterable[str], order: Sequence[str]) -> str:
    """Return the one reason that is counted: the first in the declared order, else all that were given."""
    given = sorted({part.strip() for reason in reasons for part in reason.split(";") if part.strip()})
    rank = {name.casefold(): i for i, name in enumerate(order)}
    known = sorted((rank[name.casefold()], name) for name in given if name.casefold() in rank)
    return order[known[0][0]] if known else "; ".join(given)


def merge(
    votes: pd.DataFrame, rules: ScreeningRules, rulings: Sequence[Ruling] = ()
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the decisions and the conflicts: one row per record and stage, in one of the two or in none.

    A ruling (adjudication) counts more than votes; one that excludes a record before the full text settles
    it, whatever was judged at a later stage. Without it, a record that is excluded at one stage and judged at
    a later one all the same is a conflict at both, whatever the rule of consensus.
    """
    ruled: dict[Key, list[Ruling]] = defaultdict(list)
    for ruling in rulings:
        ruled[ruling.record, ruling.stage].append(ruling)
    cast: dict[Key, list[dict[str, str]]] = defaultdict(list)
    for row in rows_of(votes):
        cast[row["record_id"], row["stage"]].append(row)
    rows = {key: _row(key, cast[key], ruled[key], rules) for key in sorted({*cast, *ruled})}
    excluded = excluded_by_ruling(rulings, rules.stages)
    for record_id, stage in excluded.items():
        for later in rules.stages[rules.stages.index(stage) + 1 :]:
            rows.pop((record_id, later), None)
    _mark_crossed(rows, rules.stages, excluded)
    decided = [row for row in rows.values() if row["decision"] not in ("", CONFLICT)]
    conflicts = [row for row in rows.values() if row["decision"] == CONFLICT]
    return (
        pd.DataFrame(decided, columns=pd.Index(DECISION_COLUMNS), dtype=str),
        pd.DataFrame(conflicts, columns=pd.Index(CONFLICT_COLUMNS), dtype=str),
    )


def excluded_by_ruling(rulings: Iterable[Ruling], stages: Sequence[str]) -> dict[str, str]:
    """Return record -> the first stage before the full text at which rulings exclude it, all of them."""
    finals: dict[Key, set[str]] = defaultdict(set)
    for ruling in rulings:
        finals[ruling.record, ruling.stage].add(ruling.final)
    found: dict[str, str] = {}
    for record_id, stage in sorted(finals, key=lambda key: stages.index(key[1])):
        if stage != stages[-1] and finals[record_id, stage] == {EXCLUDE}:
            found.setdefault(record_id, stage)
    return found


def at_stage(stage: str) -> str:
    """Return where something was decided, in words."""
    return AT_STAGE.get(stage, f"at stage {stage}")


def overruled(
    votes: Iterable[Mapping[str, Any]],
    rulings: Sequence[Ruling],
    path: str | None,
    stages: Sequence[str],
) -> list[dict[str, object]]:
    """Return rows of set_aside.csv: what was decided after the stage at which a ruling excludes a record."""
    excluded = excluded_by_ruling(rulings, stages)
    return [
        {
            "sheet": sheet,
            "line": line,
            "record": record_id,
            "reason": OVERRULED.format(at_stage(excluded[record_id]), at_stage(stage)),
        }
        for sheet, line, record_id, stage in (
            *((row["sheet"], row["line"], str(row["record_id"]), row["stage"]) for row in votes),
            *((path, ruling.line, ruling.record, ruling.stage) for ruling in rulings),
        )
        if record_id in excluded and stages.index(stage) > stages.index(excluded[record_id])
    ]


def _mark_crossed(
    rows: Mapping[Key, dict[str, str]], stages: Sequence[str], settled: Collection[str]
) -> None:
    """Make a conflict, at both stages, of a record that was excluded at one and then judged at a later one.

    What a ruling excluded is ``settled``: it is no conflict at any stage.
    """
    for record_id in {name for name, _ in rows} - set(settled):
        judged = [(stage, row) for stage in stages if (row := rows.get((record_id, stage)))]
        for at, (stage, first) in enumerate(judged):
            later = [(name, row) for name, row in judged[at + 1 :] if row["decision"]]
            if first["decision"] != EXCLUDE or not later:
                continue
            words = [
                f"{at_stage(name)} ({'votes differ' if row['decision'] == CONFLICT else row['decision']})"
                for name, row in later
            ]
            why = CROSSED.format(at_stage(stage), " and ".join(words))
            for row in (first, *(row for _, row in later)):
                row.update(decision=CONFLICT, how="", why=f"{row['why']}; {why}".lstrip("; "))
            break


def _row(
    key: Key,
    cast: Sequence[Mapping[str, str]],
    rulings: Sequence[Ruling],
    rules: ScreeningRules,
) -> dict[str, str]:
    """Return the row of one record and stage, with the columns of decisions.csv and of conflicts.csv."""
    record_id, stage = key
    votes = counted(cast, rules.rounds)
    machines = [vote for vote in cast if vote.get("kind") == MACHINE]
    result = _ruled(rulings) if rulings else outcome(votes, stage, rules)
    is_last = stage == rules.stages[-1]
    reasons = _reasons_for(result, is_last, votes, rulings)
    people = {vote["reviewer"] for vote in votes} | {f"{ruling.who} (adjudication)" for ruling in rulings}
    dates = [vote.get("date", "") for vote in votes] + [ruling.date for ruling in rulings]
    return {
        "record_id": record_id,
        "stage": stage,
        "decision": result.decision,
        "reason": main_reason(reasons, rules.reasons if is_last else ()),
        "reviewers": "; ".join(sorted(people)),
        "votes": _in_words(votes),
        "how": result.how,
        "date": max(dates, default=""),
        "all_reasons": "; ".join(reasons),
        "ruling": "; ".join(sorted({ruling.reason for ruling in rulings} - {""})),
        "machines": _in_words(machines),
        "why": result.why,
        "title": "",
    }


def _in_words(votes: Iterable[Mapping[str, str]]) -> str:
    return "; ".join(sorted({f"{vote['reviewer']}: {vote['decision']}" for vote in votes}))


def _ruled(rulings: Sequence[Ruling]) -> Outcome:
    """Return what one or more rulings on one record and stage decide."""
    finals = sorted({ruling.final for ruling in rulings})
    if len(finals) > 1:
        return Outcome(CONFLICT, "", f"adjudicated twice, and differently: {', '.join(finals)}")
    return Outcome(finals[0], ADJUDICATED)


def _reasons_for(
    result: Outcome, is_last: bool, votes: Sequence[Mapping[str, str]], rulings: Sequence[Ruling]
) -> list[str]:
    """Return the reasons of an outcome, sorted: those of the votes for it; of a conflict, those of all votes.

    ``votes`` are those that count: of each reviewer those of the last round. What a ruling gives as reason
    of the exclusion counts alone; why it was ruled so is no such reason.
    """
    given = {ruling.exclusion_reason for ruling in rulings if result.decision == EXCLUDE} - {""}
    if not given:
        given = {vote["reason"] for vote in votes if result.decision in (_ballot(vote), CONFLICT)}
    if not given - {""} and is_last and (result.decision, result.how) == (EXCLUDE, ADJUDICATED):
        given = {NO_REASON}
    return sorted(given - {""})


def _read(plans: Iterable[Sequence[Any]], rules: ScreeningRules) -> Iterator[Sheet]:
    """Yield what each sheet says; its warnings go to the screen."""
    for plan in plans:
        sheet = read_decisions(Plan(*plan), rules)
        for text in sheet.warnings:
            log.warning("%s: %s", sheet.path, text)
        yield sheet


def _named(
    sheets: Sequence[Joined], given: Sequence[Ruling], rulings: Sequence[Ruling]
) -> tuple[list[dict[str, object]], list[Ruling]]:
    """Return the votes of all sheets and the rulings, each person under one name, which is no address."""
    votes = [row for sheet in sheets for row in sheet.votes]
    people = [*(str(row["reviewer"]) for row in votes), *(ruling.who for ruling in (*given, *rulings))]
    kept = one_spelling(people)
    other = sorted(f"{name} as {spelling}" for name, spelling in kept.items() if words(name) != spelling)
    if other:
        log.warning("Names that differ in capitals alone count as one person: %s", ", ".join(other))
    called = pseudonyms([kept.get(name, name) for name in people])

    def name_of(name: str) -> str:
        spelling = kept.get(name, name)
        return called.get(spelling, spelling)

    return (
        [{**row, "reviewer": name_of(str(row["reviewer"]))} for row in votes],
        [ruling._replace(who=name_of(ruling.who)) for ruling in rulings],
    )


def main(
    *,
    plans: Sequence[Sequence[Any]],
    rulings_path: str | None,
    records: str,
    clusters: str,
    rules: ScreeningRules,
    matching: Matching,
    votes_csv: str,
    decisions: str,
    conflicts: str,
    set_aside: str,
    sheets_csv: str,
    merged_csv: str,
    machines_csv: str,
    numbers: Sequence[Sequence[Any]] = (),
) -> None:
    """Join the sheets to the records, merge the votes, set aside what joins none or two."""
    catalogue = Catalogue(read_table(records, only=NAMED), read_table(clusters), matching)
    catalogue.take_numbers(read_numbers(numbers, catalogue))
    sheets = join_sheets(_read(plans, rules), catalogue, rules.stages[-1])
    given = read_rulings(rulings_path, rules)
    rulings, aside = join_rulings(given, rulings_path, catalogue)
    rulings += chain.from_iterable(sheet.rulings for sheet in sheets)
    aside = [*chain.from_iterable(sheet.set_aside for sheet in sheets), *aside]
    joined, rulings = _named(sheets, given, rulings)
    not_counted = overruled(joined, rulings, rulings_path, rules.stages)
    votes = pd.DataFrame(joined, columns=pd.Index(VOTE_COLUMNS)).astype(str)
    decided, open_ones = merge(votes, rules, rulings)
    open_ones["title"] = [catalogue.title(name) for name in open_ones["record_id"]]
    write_table(votes, votes_csv, VOTE_COLUMNS, sort_by=("record_id", "stage", "reviewer", "sheet", "record"))
    write_table(decided, decisions, DECISION_COLUMNS)
    write_table(open_ones, conflicts, CONFLICT_COLUMNS)
    write_table([*aside, *not_counted], set_aside, ASIDE_COLUMNS)
    write_table([sheet.counts for sheet in sheets], sheets_csv, SHEET_COLUMNS)
    apart = [{**row, "title": catalogue.title(row["record_id"])} for row in screened_apart(joined)]
    write_table(apart, merged_csv, MERGED_COLUMNS)
    warn_of_merged(apart, merged_csv)
    write_table(machines_of(joined), machines_csv, MACHINE_COLUMNS)
    if aside:
        log.warning("%d decisions join no record, or two: see %s", len(aside), set_aside)
    if not_counted:
        log.warning(
            "%d decisions do not count, since rulings exclude their records at an earlier stage: see %s",
            len(not_counted),
            set_aside,
        )
    if len(open_ones):
        log.warning("%d conflicts wait for a person: see %s", len(open_ones), conflicts)
    log.info(
        "%s, %s, %s",
        count_of(len(votes), "vote"),
        count_of(len(decided), "decision"),
        count_of(len(open_ones), "conflict"),
    )


if __name__ == "__main__":
    with job(snakemake):
        main(
            plans=snakemake.params.plans,
            rulings_path=snakemake.input.get("rulings"),
            records=snakemake.input.records,
            clusters=snakemake.input.clusters,
            rules=ScreeningRules(**snakemake.params.rules),
            matching=Matching(**snakemake.params.matching),
            votes_csv=snakemake.output.votes,
            decisions=snakemake.output.decisions,
            conflicts=snakemake.output.conflicts,
            set_aside=snakemake.output.set_aside,
            sheets_csv=snakemake.output.sheets,
            merged_csv=snakemake.output.merged,
            machines_csv=snakemake.output.machines,
            numbers=snakemake.params.numbers,
        )
