"""Measure how far the reviewers agree, per stage and pair, on their votes before any discussion."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scripts.common.files.tables import read_table, rows_of, write_table
from scripts.common.job import job, log
from scripts.common.review.settings import Agreement, ScreeningRules
from scripts.common.screening.covidence import AGREEMENT
from scripts.common.screening.sheets import read_decisions
from scripts.common.screening.stages import EXCLUDE, INCLUDE, MAYBE, Plan
from scripts.common.screening.votes import MACHINE, PERSON, Pair, that_count
from scripts.common.statistics.agreement import (
    MISSING,
    ac1,
    alpha,
    alpha_parts,
    cohen,
    count_votes,
    fleiss,
    observed,
    on_category,
    pabak,
)
from scripts.common.statistics.alpha_intervals import Drawing, alpha_interval, usual_raters
from scripts.common.statistics.verdicts import printed, verdict
from scripts.common.values.counts import count_of

if TYPE_CHECKING:
    snakemake: Any

COLUMNS = (
    "stage", "reviewer_a", "reviewer_b", "kinds", "n", "both", "only_a", "only_b", "neither", "percent",
    "positive", "negative", "kappa", "pabak", "ac1", "alpha", "ci_low", "ci_high", "verdict", "note",
    "source",
)  # fmt: skip
EVERYONE, VOTES = "(all)", "results/screening/votes.csv"
BALLOT = {INCLUDE: 1, MAYBE: 1, EXCLUDE: 0}  # what could not be retrieved was not judged
MUCH = 80  # percent of agreement from which a low alpha surprises
KRIPPENDORFF = 0.667  # alpha; his customary line for tentative conclusions: below it, rarity is named
COEFFICIENTS = ("kappa", "pabak", "ac1", "alpha")


class Reviewer(NamedTuple):
    """Who voted; people come before machines, each in the order of their names."""

    machine: bool
    name: str


def samples(
    votes: Iterable[dict[str, str]], stages: Sequence[str], rounds: Sequence[str]
) -> Iterator[tuple[str, list[Mapping[str, str]]]]:
    """Yield what agreement is measured on: the votes that count at each stage, then those of each round.

    Votes are those of single reviewers before discussion: what was settled together is left out. A round is
    named behind its stage: title_abstract (pilot).
    """
    single: list[Mapping[str, str]] = [
        row for row in votes if row["consensus"] != "yes" and row["decision"] in BALLOT
    ]
    for stage in stages:
        held = [row for row in single if row["stage"] == stage]
        yield stage, that_count(held, rounds)
        for name in rounds:
            of_round = [row for row in held if row["round"] == name]
            if of_round:
                yield f"{stage} ({name})", of_round


def table_of(votes: Iterable[Mapping[str, str]]) -> tuple[list[Reviewer], NDArray[np.int8]]:
    """Return the reviewers, people first, and their votes (reviewer, record): 1 include, 0 exclude, -1 none.

    Somebody who voted both ways on one record (on two copies of it) did not judge it here.
    """
    ballots: dict[tuple[Reviewer, str], set[int]] = defaultdict(set)
    for row in votes:
        who = Reviewer(row["kind"] == MACHINE, row["reviewer"])
        ballots[who, row["record_id"]].add(BALLOT[row["decision"]])
    reviewers = sorted({who for who, _ in ballots})
    records = sorted({record for _, record in ballots})
    table = np.full((len(reviewers), len(records)), MISSING, dtype=np.int8)
    row_of = {who: i for i, who in enumerate(reviewers)}
    column_of = {record: i for i, record in enumerate(records)}
    for (who, record), kinds in ballots.items():
        if len(kinds) == 1:
            table[row_of[who], column_of[record]] = next(iter(kinds))
    return reviewers, table


def patterns(table: NDArray[np.int8]) -> tuple[NDArray[np.int8], NDArray[np.int64]]:
    """Return the kinds of votes (reviewer, kind) that records got, and how many records have each.

    Records with the same votes are alike, so that drawing kinds by their number is the same as
    drawing records, for any number of them. All pairs of a stage share the kinds: they share the records.
    """
    kinds, held = np.unique(table, axis=1, return_counts=True)
    return kinds.astype(np.int8), held


def measure(
    table: NDArray[np.int8], kinds: NDArray[np.int8], held: NDArray[np.int64], drawing: Drawing
) -> dict[str, Any]:
    """Return counts and coefficients of votes (reviewer, record); ``nan`` is undefined, which is a result.

    With two reviewers kappa is Cohen's, with more Fleiss'. ``kinds`` and ``held`` are those of ``patterns``,
    for the same reviewers.
    """
    counts = count_votes(table)
    raters = counts.sum(axis=0)
    judged = raters >= 2
    parts = alpha_parts(count_votes(kinds))
    low, high = alpha_interval(parts, usual_raters(counts), drawing, held)
    two = len(table) == 2
    pairs = counts[:, judged]
    return {
        "n": int(judged.sum()),
        "both": int((pairs[1] == raters[judged]).sum()),
        "only_a": int(((table[0] == 1) & (table[1] == 0)).sum()) if two else "",
        "only_b": int(((table[0] == 0) & (table[1] == 1)).sum()) if two else "",
        "neither": int((pairs[0] == raters[judged]).sum()),
        "percent": 100 * float(observed(pairs)),
        "positive": float(on_category(pairs, 1)),
        "negative": float(on_category(pairs, 0)),
        "kappa": float(cohen(table[0], table[1])) if two else float(fleiss(pairs)),
        "pabak": float(pabak(pairs)),
        "ac1": float(ac1(pairs)),
        "alpha": float(alpha(pairs)),
        "ci_low": float(low),
        "ci_high": float(high),
    }


POSSIBLE = "The interval says which values of alpha such votes leave possible."
ALL_INCLUDED = "All decided include on all records: kappa and alpha are undefined, which is neither 0 nor 1."
ALL_EXCLUDED = "All decided exclude on all records: kappa and alpha are undefined, which is neither 0 nor 1."


def note(row: Mapping[str, Any]) -> str:
    """Return in words what the figures of a row mean where they surprise; remarks divided by " | "."""
    if not row["n"]:
        return "No record was judged by two of them, so their agreement is not known."
    if row["both"] == row["n"] or row["neither"] == row["n"]:
        return " | ".join((ALL_INCLUDED if row["both"] else ALL_EXCLUDED, POSSIBLE))
    remarks = []
    if not row["both"]:
        remarks.append(
            "They never agreed on an inclusion. AC1 and PABAK can be high all the same: they count the many"
            " agreed exclusions."
        )
    elif row["percent"] >= MUCH and row["alpha"] < KRIPPENDORFF:
        remarks.append(
            "Inclusions are rare, so that few disagreements lower kappa and alpha much, and AC1 and"
            " PABAK hardly. Look at the agreement on inclusions (positive)."
        )
    return " | ".join(remarks)


def as_printed(row: Mapping[str, Any], how: Agreement) -> dict[str, object]:
    """Return a row as it is written: three decimals, and "undefined" where the data define no number."""

    ends = {name: "" if np.isnan(row[name]) else printed(row[name]) for name in ("ci_low", "ci_high")}
    shown = {name: printed(row[name]) for name in ("positive", "negative", *COEFFICIENTS)}
    return {
        **row,
        **shown,
        **ends,
        "percent": printed(row["percent"], 1),
        "verdict": verdict(row[how.coefficient], how.threshold, how.tentative),
        "note": note(row),
    }


def rows_of_stage(
    reviewers: Sequence[Reviewer], table: NDArray[np.int8], how: Agreement
) -> Iterator[dict[str, object]]:
    """Yield a row for each pair of reviewers, and before them one for all people if they are more than two.

    A machine is shown beside people, in pairs, and is never one of all.
    """
    kinds, held = patterns(table)
    drawing = Drawing(how.resamples, how.seed, how.confidence / 100)
    groups = [list(pair) for pair in combinations(range(len(reviewers)), 2)]
    people = [i for i, who in enumerate(reviewers) if not who.machine]
    if len(people) > 2:
        groups.insert(0, people)
    for group in groups:
        row = measure(table[group], kinds[group], held, drawing)
        names = [reviewers[i].name for i in group] if len(group) == 2 else [EVERYONE, EVERYONE]
        kinds_of = [MACHINE if reviewers[i].machine else PERSON for i in group[:2]]
        yield {
            "reviewer_a": names[0],
            "reviewer_b": names[1],
            "kinds": ", ".join(kinds_of),
            **as_printed(row, how),
        }


def votes_of_pair(pair: Pair) -> NDArray[np.int8]:
    """Return votes (2, records) that make a table of two reviewers: only its counts are known."""
    columns = [(1, 1)] * pair.both + [(1, 0)] * pair.only_a + [(0, 1)] * pair.only_b + [(0, 0)] * pair.neither
    return np.array(columns, dtype=np.int8).reshape(-1, 2).T


def main(
    *,
    votes_csv: str,
    plans: Sequence[Sequence[Any]],
    stages: Sequence[str],
    rounds: Sequence[str],
    how: Agreement,
    agreement_csv: str,
) -> None:
    """Write agreement.csv: from the votes, and from the tables that Covidence counted itself."""
    rows: list[dict[str, object]] = []
    for stage, votes in samples(rows_of(read_table(votes_csv)), stages, rounds):
        reviewers, table = table_of(votes)
        if len(reviewers) > 1:
            rows += [{"stage": stage, "source": VOTES, **row} for row in rows_of_stage(reviewers, table, how)]
    for item in plans:
        sheet = read_decisions(Plan(*item), ScreeningRules(stages=tuple(stages), rounds=tuple(rounds)))
        for pair in sheet.pairs if sheet.tool == AGREEMENT else []:
            if not any(pair[3:]):
                continue  # they voted on nothing
            found = rows_of_stage(
                (Reviewer(False, pair.reviewer_a), Reviewer(False, pair.reviewer_b)),
                votes_of_pair(pair),
                how,
            )
            rows += [{"stage": pair.stage, "source": sheet.path, **row} for row in found]
    write_table(rows, agreement_csv, COLUMNS)
    log.info("%s of agreement", count_of(len(rows), "row"))


if __name__ == "__main__":
    with job(snakemake):
        main(
            votes_csv=snakemake.input.votes,
            plans=snakemake.params.plans,
            stages=snakemake.params.stages,
            rounds=snakemake.params.rounds,
            how=Agreement(**snakemake.params.how),
            agreement_csv=snakemake.output.agreement,
        )
