"""A random coding as the stage coding counts it, from its sheets to themes.csv, beside the oracle."""

from pathlib import Path

from scripts.coding.count_themes import main as count_themes
from scripts.coding.merge_codings import main as merge_codings
from scripts.common.coding.model import Plan
from scripts.common.files.tables import read_table, rows_of
from scripts.common.review.settings import CodingRule
from tests.oracles import themes
from tests.oracles.codings import Coding, make, write
from tests.oracles.themes import Theme


def run(coding: Coding, folder: Path) -> tuple[dict[themes.Key, str], dict[str, Theme], set[str]]:
    """Return the final codes, the themes, and the studies of the matrix, as the scripts write them."""
    plans = [Plan(*plan) for plan in write(coding, folder)]
    at = {name: str(folder / f"{name}.out.csv") for name in (
        "evidence", "assessed", "lists", "final", "conflicts", "set_aside", "themes", "matrix")}  # fmt: skip
    book = str(folder / "codebook.csv")
    merge_codings(
        sheets=plans,
        codebook=book,
        adjudication=str(folder / "adjudication.csv") if coding.verdicts else None,
        rule=CodingRule(consensus=coding.rule, decisive_coder=coding.decisive),
        unmarked=coding.unmarked,
        texts="all",
        rounds=coding.rounds,
        evidence_csv=at["evidence"],
        assessed_csv=at["assessed"],
        lists_csv=at["lists"],
        final_csv=at["final"],
        conflicts_csv=at["conflicts"],
        conflicts_xlsx=str(folder / "conflicts.xlsx"),
        set_aside=at["set_aside"],
    )
    count_themes(
        codebook=book,
        final_csv=at["final"],
        lists_csv=at["lists"],
        assessed_csv=at["assessed"],
        flow_csv=str(folder / "flow.csv"),
        intervals=False,
        themes_csv=at["themes"],
        matrix_csv=at["matrix"],
    )
    final = {(row["study_id"], row["code"]): row["final"] for row in rows_of(read_table(at["final"]))}
    counted = {
        row["code"]: Theme(frozenset(filter(None, row["study_ids"].split("; "))), row["bound"])
        for row in rows_of(read_table(at["themes"]))
    }
    return final, counted, set(read_table(at["matrix"])["study_id"])


def differences(seed: int, folder: Path) -> list[str]:
    """Return where the coding of that number differs from the oracle: final codes, themes, the matrix."""
    coding = make(seed)
    final, counted, rows = run(coding, folder)
    right, themed = themes.finals(coding), themes.themes(coding)
    found = [
        f"coding {seed}, study {study}, {code}: {final.get((study, code), 'no row')} by the stage,"
        f" {right.get((study, code), 'no row')} by the oracle"
        for study, code in sorted({*final, *right})
        if final.get((study, code)) != right.get((study, code))
    ]
    found += [
        f"coding {seed}, {code}: {sorted(counted[code].studies)} ({counted[code].bound}) by the stage,"
        f" {sorted(theme.studies)} ({theme.bound}) by the oracle"
        for code, theme in themed.items()
        if counted[code] != theme
    ]
    if rows != themes.looked_at(coding):
        found.append(f"coding {seed}: the matrix has the studies {sorted(rows)}")
    return found
