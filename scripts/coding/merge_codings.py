"""Merge the coding sheets of all coders, decide each code by the rule set, show where coders differ."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scripts.common.coding.adjudication import code_checker, read_verdicts
from scripts.common.coding.categories import OF_CATEGORY, found_categories
from scripts.common.coding.codebook import Code
from scripts.common.coding.codebook_changes import read_changes
from scripts.common.coding.codebook_forms import read_codebook
from scripts.common.coding.cube import Votes, votes_of
from scripts.common.coding.finder import Finder
from scripts.common.coding.model import (
    ABSENT_STANCE,
    ASIDE_COLUMNS,
    ASSESSED_COLUMNS,
    EVIDENCE_COLUMNS,
    LIST_COLUMNS,
    OPEN,
    PRESENT,
    VOTED,
    Coding,
    Plan,
    Verdict,
    Vote,
    study_order,
)
from scripts.common.coding.sheets import read_codings
from scripts.common.coding.study_names import StudyNames
from scripts.common.errors import InputError, nearest
from scripts.common.files.spreadsheet_copies import copy_for_spreadsheets
from scripts.common.files.tables import rows_of, write_table
from scripts.common.files.worksheets import write_worksheet
from scripts.common.job import job, log
from scripts.common.review.settings import CodingRule
from scripts.common.screening.list_differences import COMPLETE
from scripts.common.screening.studies import read_included
from scripts.common.values.counts import count_of

if TYPE_CHECKING:
    snakemake: Any

CONFLICT_COLUMNS = (
    "study_id",
    "code",
    "present",
    "absent",
    "label",
    "excerpts",
    "final",
    "reason",
    "who",
    "date",
)
FINAL_COLUMNS = ("study_id", "code", "final", "by", "present", "absent", "reason", "who", "date")
WIDTHS = {
    "study_id": 12, "code": 18, "label": 24, "present": 14, "absent": 14, "excerpts": 50, "final": 12,
    "reason": 42, "who": 14, "date": 12,
}  # fmt: skip
EXPLANATION = """Each row is a study and a code on which the coders differ.
Choose in the column final whether the code is present or absent; a blank row stays open.
Give the reason and your name (who); the date, if you give one, as YYYY-MM-DD.
Save the workbook as config/decisions/adjudication.xlsx and run the workflow again. Rows may be sorted,
filtered or taken out. Earlier decisions are filled in already."""


def tables_of(coding: Coding) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return assessed (which coder looked at which study in which round) and lists."""
    assessed = [
        (study, coder, round_, unmarked, "; ".join(without))
        for (study, coder, round_), (unmarked, without) in coding.looked.items()
    ]
    assessed.sort(key=lambda row: (study_order(row[0]), row[1:]))
    lists = sorted((code, coder, complete) for (code, coder), complete in coding.lists.items())
    return (
        pd.DataFrame(assessed, columns=pd.Index(ASSESSED_COLUMNS), dtype=str),
        pd.DataFrame(lists, columns=pd.Index(LIST_COLUMNS), dtype=str),
    )


def write_evidence(votes: Sequence[Vote], path: str) -> None:
    """Write evidence.csv row by row: a table of a million rows would be built first for nothing."""
    with open(path, "w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(EVIDENCE_COLUMNS)
        writer.writerows(votes)


def decide(votes: Votes, consensus: str, decisive: str | None) -> NDArray[np.str_]:
    """Return (study, code): present, absent, open, or ``""`` where nobody judged, by the rule set.

    The last vote of each coder counts. any: one coder found it; majority: more than half of those who
    judged it; all: every one of them; adjudicated: all of them agree, else it is open until somebody
    decides; coder: what ``decisive`` says.
    """
    latest = votes.latest()
    present, judged = (latest == 1).sum(axis=0), (latest != -1).sum(axis=0)
    if consensus == "coder":
        if decisive not in votes.coders:
            raise InputError(
                f"config/config.yaml: coding.decisive_coder: {decisive!r} coded nothing."
                f" {nearest(decisive, votes.coders)}"
            )
        own = latest[votes.coders.index(str(decisive))]
        present, judged = (own == 1).astype(int), (own != -1).astype(int)
    found = {
        "any": present > 0,
        "majority": 2 * present > judged,
        "all": present == judged,
        "coder": present > 0,
        "adjudicated": present == judged,
    }[consensus]
    final = np.where(found, PRESENT, ABSENT_STANCE)
    if consensus == "adjudicated":
        final = np.where((present > 0) & (present < judged), OPEN, final)
    return np.where(judged > 0, final, "")


def finals(
    votes: Votes, decided: NDArray[np.str_], verdicts: Mapping[tuple[str, str], Verdict], rule: str
) -> Iterator[dict[str, str]]:
    """Yield the row of each study and code that somebody judged: what it is, by what, and who marked what.

    A verdict wins over every rule; ``rule`` names what decides where coders differ.
    """
    latest = votes.latest()
    coders = np.array(votes.coders, dtype=object)
    names: dict[bytes, str] = {}

    def who(mask: NDArray[np.bool_]) -> str:
        key = mask.tobytes()
        if key not in names:
            names[key] = "; ".join(coders[mask])
        return names[key]

    for i, study in enumerate(votes.studies):
        for j, code in enumerate(votes.codes):
            final = str(decided[i, j])
            verdict = verdicts.get((study, code))
            if not final and verdict is None:
                continue
            present, absent = who(latest[:, i, j] == 1), who(latest[:, i, j] == 0)
            by = "" if final == OPEN else rule if present and absent else "all coders"
            yield {
                "study_id": study,
                "code": code,
                "final": verdict.final if verdict else final,
                "by": "adjudication" if verdict else by,
                "present": present,
                "absent": absent,
                "reason": verdict.reason if verdict else "",
                "who": verdict.who if verdict else "",
                "date": verdict.date if verdict else "",
            }


def judge(
    votes: Votes, codes: Sequence[Code], verdicts: Mapping[tuple[str, str], Verdict], rule: CodingRule
) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Return the rows of codes as they were judged, and these with the categories that the rule finds too."""
    if not votes.studies:
        return [], []
    by = rule.consensus if rule.consensus != "coder" else f"coder {rule.decisive_coder}"

    def decided(own: Votes) -> NDArray[np.str_]:
        return decide(own, rule.consensus, rule.decisive_coder)

    rows = list(finals(votes, decided(votes), verdicts, by))
    present = [(row["study_id"], row["code"]) for row in rows if row["final"] == PRESENT]
    found, of_categories = found_categories(votes, codes, verdicts, decided, present)
    warn_of_categories(found)
    return rows, with_categories(rows, found, of_categories, by)


def with_categories(
    rows: Sequence[dict[str, str]], categories: Iterable[tuple[str, str]], votes: Votes, rule: str
) -> list[dict[str, str]]:
    """Return the rows with those categories that ``rule`` found though no code below them; in their order.

    ``votes`` are those on categories: a coder found one with any code below it.
    """
    latest = votes.latest()
    coders = np.array(votes.coders, dtype=object)
    at_study = {study: i for i, study in enumerate(votes.studies)}
    at_code = {code: j for j, code in enumerate(votes.codes)}
    by_key = {(row["study_id"], row["code"]): row for row in rows}
    for study, code in categories:
        own = latest[:, at_study[study], at_code[code]]
        present, absent = ("; ".join(coders[own == vote]) for vote in (1, 0))
        by_key[study, code] = {
            **dict.fromkeys(FINAL_COLUMNS, ""),
            "study_id": study,
            "code": code,
            "final": PRESENT,
            "by": OF_CATEGORY.format(rule if absent else "all coders"),
            "present": present,
            "absent": absent,
        }
    return sorted(by_key.values(), key=lambda row: (at_study[row["study_id"]], at_code[row["code"]]))


def warn_of_categories(categories: Iterable[tuple[str, str]]) -> None:
    """Name the categories that coders found by different codes, and in which studies."""
    studies: dict[str, list[str]] = defaultdict(list)
    for study, code in categories:
        studies[code].append(study)
    for code, found in studies.items():
        log.warning(
            "%s is found in %d studies in which no code below it is: the coders saw different ones (%s)",
            code,
            len(found),
            ", ".join(found),
        )


def conflicts(
    rows: Iterable[Mapping[str, str]], coding: Coding, codes: Sequence[Code]
) -> list[dict[str, str]]:
    """Return the rows on which coders differ, with the passages that each one saw."""
    labels = {code.id: code.label for code in codes}
    excerpts: dict[tuple[str, str], list[str]] = defaultdict(list)
    for vote in coding.votes:
        if vote.excerpt or vote.note:
            passage = "; ".join(part for part in (vote.excerpt, vote.page, vote.note) if part)
            excerpts[vote.study_id, vote.code].append(f"{vote.coder}: {passage}")
    return [
        {
            **row,
            "final": row["final"] if row["by"] == "adjudication" else "",
            "label": labels[row["code"]],
            "excerpts": "\n".join(dict.fromkeys(excerpts[row["study_id"], row["code"]])),
        }
        for row in sorted(rows, key=lambda row: (study_order(row["study_id"]), row["code"]))
        if row["present"] and row["absent"]
    ]


def main(
    *,
    sheets: Sequence[Plan],
    codebook: str | None,
    adjudication: str | None,
    rule: CodingRule,
    unmarked: str,
    texts: str,
    rounds: Sequence[str],
    evidence_csv: str,
    assessed_csv: str,
    lists_csv: str,
    final_csv: str,
    conflicts_csv: str,
    conflicts_xlsx: str,
    set_aside: str,
    included_list: str | None = None,
    included_words: Mapping[str, Any] | None = None,
    list_is: str = "none",
    adjudication_words: Mapping[str, Any] | None = None,
) -> None:
    """Write the evidence of each coder, what follows from it, the conflicts, and what was set aside."""
    codes = read_codebook(codebook)
    changes = read_changes(code.id for code in codes)
    names = StudyNames(rows_of(read_included(included_list, included_words)))
    whole_list = list_is == COMPLETE and bool(names.ids)
    coding = read_codings(
        sheets, codes, changes, unmarked=unmarked, texts=texts, names=names, whole_list=whole_list
    )
    assessed, lists = tables_of(coding)
    columns = {
        name: [vote[i] for vote in coding.votes] for i, name in enumerate(Vote._fields) if name in VOTED
    }
    votes = votes_of(columns, assessed, lists, codes, rounds)
    check = code_checker(Finder(codes, changes))
    ruled = read_verdicts(adjudication, "code", check, votes.studies, adjudication_words)
    verdicts = {**coding.verdicts, **ruled}
    of_codes, rows = judge(votes, codes, verdicts, rule)
    differ = conflicts(of_codes, coding, codes)
    write_evidence(coding.votes, evidence_csv)
    write_table(assessed, assessed_csv, ASSESSED_COLUMNS)
    write_table(lists, lists_csv, LIST_COLUMNS)
    write_table(rows, final_csv, FINAL_COLUMNS)
    write_table(differ, conflicts_csv, CONFLICT_COLUMNS)
    choices = {"final": [(PRESENT, ABSENT_STANCE)] * len(differ)}
    write_worksheet(conflicts_xlsx, "conflicts", WIDTHS, differ, choices, EXPLANATION)
    write_table(coding.aside, set_aside, ASIDE_COLUMNS)
    still_open = sum(row["final"] == OPEN for row in rows)
    log.info(
        "%s of evidence on %s by %s, %s, %s, %d set aside",
        count_of(len(coding.votes), "row"),
        count_of(len(votes.studies), "study", "studies"),
        count_of(len(votes.coders), "coder"),
        count_of(len(differ), "conflict"),
        count_of(len(verdicts), "verdict"),
        len(coding.aside),
    )
    if still_open:
        log.warning("%d studies and codes await an adjudicator: see %s", still_open, conflicts_xlsx)


if __name__ == "__main__":
    with job(snakemake):
        main(
            sheets=[Plan(*plan) for plan in snakemake.params.plans],
            codebook=snakemake.input.get("codebook"),
            included_list=snakemake.input.get("included"),
            included_words=snakemake.params.included_words,
            list_is=snakemake.params.list_is,
            adjudication=snakemake.input.get("adjudication"),
            adjudication_words=snakemake.params.adjudication_words,
            rule=CodingRule(**snakemake.params.rule),
            unmarked=snakemake.params.unmarked,
            texts=snakemake.params.texts,
            rounds=snakemake.params.rounds,
            evidence_csv=snakemake.output.evidence,
            assessed_csv=snakemake.output.assessed,
            lists_csv=snakemake.output.lists,
            final_csv=snakemake.output.final,
            conflicts_csv=snakemake.output.conflicts,
            conflicts_xlsx=snakemake.output.worksheet,
            set_aside=snakemake.output.set_aside,
        )
        copy_for_spreadsheets(snakemake.output.evidence, snakemake.output.evidence_copy)
